"""Tests `busyhour merge`: the reports and manifests of all shards are those of
one run, and everything that is not such a set is refused.
"""

import bisect
import json
import os

import pytest

from files import read_json, write_json
from loading import FATES, SHARES, Load, check_report

SHARDS = 8
JOB = ("--calls", 300, "--seed", 5)
TIMES = ("lateness", "latency_from_intended", "latency_from_sent")
# Two values in one step of a histogram differ by less.
STEP = 1 / 128


def send(program, place, name, *options):
    load = Load(program, place, name, f"file:{place}/{name}.received", *JOB,
                *options)
    load.finish(0)
    return load


@pytest.fixture(scope="module")
def runs(program, tmp_path_factory):
    """A directory with the runs of all shards, and one of the whole job."""
    place = tmp_path_factory.mktemp("runs")
    loads = [send(program, place, f"shard{index}", "--rate", "2000/s",
                  "--shard", f"{index}/{SHARDS}", "--threshold",
                  "ack.p99<9m", "--threshold", "planned>1")
             for index in range(SHARDS)]
    whole = send(program, place, "whole", "--rate", "16000/s")
    return place, loads, whole


def reports_of(loads):
    return [load.report_path for load in loads]


def manifests_of(loads):
    return [load.manifest for load in loads]


def merge(program, scratch, *arguments, expect=0):
    """The merged report, and the output on stderr."""
    out = scratch / "merged.json"
    done = program("merge", *arguments, "--out", out, "--force", expect=expect)
    return (read_json(out) if expect != 2 else None), done.stderr


def test_merged_shards_are_one_run(program, runs, scratch):
    _, loads, whole = runs
    one = read_json(whole.report_path)
    merged, _ = merge(program, scratch, *reports_of(loads))
    check_report(merged)
    for name in ("planned", *FATES, "bytes", "logs", "seed", "profile",
                 "profile_xxh3_128", "job", "certainty"):
        assert merged[name] == one[name], name
    assert [run["index"] for run in merged["shards"]] == list(range(SHARDS))
    assert set(merged) == set(one) | {"shards"}, "it has the form of one run's"


def quantile(counts, share):
    """By the nearest rank; `counts` are pairs of a value and a number."""
    values = sorted(counts)
    ranks, total = [], 0
    for _, count in values:
        total += count
        ranks.append(total)
    wanted = max(1, -int(-share * total // 1))
    return values[bisect.bisect_left(ranks, wanted)][0]


def test_quantiles_are_those_of_all_values(program, runs, scratch):
    _, loads, _ = runs
    merged, _ = merge(program, scratch, *reports_of(loads))
    single = [read_json(path) for path in reports_of(loads)]
    for name in TIMES:
        counts = [pair for report in single for pair in zip(
            report[name]["buckets"]["ms"], report[name]["buckets"]["records"])]
        for share, member in zip((0.5, 0.9, 0.99, 0.999, 1), SHARES):
            assert merged[name][member] == pytest.approx(
                quantile(counts, share), rel=STEP, abs=1e-5), (name, member)
        mean = sum(report[name]["mean_ms"] * report[name]["count"]
                   for report in single) / merged[name]["count"]
        assert merged[name]["mean_ms"] == pytest.approx(mean)


def test_a_merged_manifest_verifies_what_all_have_sent(program, runs, scratch):
    place, loads, _ = runs
    manifest = scratch / "sent.json"
    program("merge", *manifests_of(loads), "--out", manifest)
    received = [place / f"shard{index}.received" for index in range(SHARDS)]
    program("verify", *received, "--manifest", manifest,
            "--threshold", "lost=0", "--threshold", "intact=100%")
    done = program("verify", *received[1:], "--manifest", manifest, "--json",
                   expect=1)
    lost = read_json(loads[0].report_path)["acknowledged"]
    assert json.loads(done.stdout)["total"]["lost"] == lost > 0


def test_a_directory_of_both_has_two_results(program, runs, scratch):
    _, loads, _ = runs
    for load in loads:
        folder = scratch / load.report_path.stem
        folder.mkdir()
        os.symlink(load.report_path, folder / "run.json")
        os.symlink(load.manifest, folder / "sent.json")
    said = program("merge", scratch, "--out", scratch / "run.json",
                   expect=2).stderr
    assert "--manifest: is missing: there are manifests and reports" in said
    program("merge", scratch, "--out", scratch / "run.json", "--manifest",
            scratch / "sent.json")
    program("report", scratch / "run.json", scratch / "sent.json", "--out",
            scratch / "page.html")
    assert "Shards" in (scratch / "page.html").read_text()


def test_thresholds_are_judged_on_the_whole(program, runs, scratch):
    _, loads, _ = runs
    merged, _ = merge(program, scratch, *reports_of(loads))
    names = [each["name"] for each in merged["thresholds"]]
    assert names[:2] == ["ack.p99<9m", "planned>1"]
    assert all(each["passed"] for each in merged["thresholds"])
    limit = merged["planned"] - 1
    missed, said = merge(program, scratch, *reports_of(loads), "--threshold",
                         f"planned<={limit}", expect=1)
    assert not missed["passed"] and "FAILED" in said
    assert [each["name"] for each in missed["thresholds"]
            if not each["passed"]] == [f"planned<={limit}"]


def test_all_problems_are_named(program, runs, scratch):
    _, loads, whole = runs
    first, second, third = reports_of(loads[:3])
    _, said = merge(program, scratch, first, second, second, third, expect=2)
    assert f"{second}: is of shard 1/8, as {second} is" in said
    assert "the reports of shards 3-7 of 8 are missing" in said
    other = scratch / "other.json"
    program("load", "--to", "null:", "--calls", 300, "--seed", 6, "--rate",
            "max", "--shard", "1/8", "--manifest", other, "--quiet")
    paths = manifests_of(loads)
    _, said = merge(program, scratch, *paths[:2], *paths[3:], other,
                    whole.manifest, expect=2)
    assert f"{other}: is not of the job of {paths[0]}: it has seed 6" in said
    assert f"{other}: is of shard 1/8, as {paths[1]} is" in said
    assert f"{whole.manifest}: is of shard 0/1" in said
    assert "the manifest of shard 2 of 8 is missing" in said


def test_runs_that_began_apart_are_added_by_the_clock(program, runs, scratch):
    _, loads, _ = runs
    paths = []
    for number, load in enumerate(loads):
        report = read_json(load.report_path)
        report["started"] = f"2026-03-02T09:00:{3 * number:02}.250Z"
        report["clock_error_ms"] = number / 2
        paths.append(scratch / f"{number}.json")
        write_json(paths[-1], report)
    merged, _ = merge(program, scratch, *paths)
    check_report(merged)
    assert "the runs began 21 s apart" in merged["verdict"]
    assert merged["started"] == "2026-03-02T09:00:00.250Z"
    assert merged["clock_error_ms"] == 3.5
    assert merged["seconds"] >= 21
    last = read_json(paths[-1])
    assert ([row["planned"] for row in merged["series"][21:]] ==
            [row["planned"] for row in last["series"]])


def test_data_sets_of_shards_are_one(program, scratch):
    job = ("--profile", "late-and-twice", "--duration", "5m")
    for index in range(3):
        program("generate", *job, "--shard", f"{index}/3", "--out",
                         scratch / "set" / str(index), "--quiet")
    program("generate", *job, "--out", scratch / "whole", "--quiet")
    merged = scratch / "set" / "manifest.json"
    (scratch / "elsewhere").mkdir()
    said = program("merge", scratch / "set", "--out",
                   scratch / "elsewhere" / "manifest.json", expect=2).stderr
    assert said.count("are not below") == 3
    program("merge", scratch / "set", "--out", merged)
    whole, sum_ = read_json(scratch / "whole/manifest.json"), read_json(merged)
    for name in set(whole) - {"files", "xxh3_128"}:
        assert sum_[name] == whole[name], name
    program("verify", "--files", scratch / "set")
    files = sorted((scratch / "set").glob("*/*.jsonl"))
    program("verify", *files, "--manifest", scratch / "set", "--expect",
            "faults")
    # Again: the merged manifest is not taken for one of a shard.
    program("merge", scratch / "set", "--out", merged, "--force")
    assert read_json(merged) == sum_


def test_an_interrupted_shard_is_refused(program, runs, scratch):
    _, loads, _ = runs
    done = program("merge", scratch, *manifests_of(loads[1:]), expect=2)
    assert "has no manifest and no report of load" in done.stderr
    manifest = read_json(loads[0].manifest)
    manifest["state"] = "interrupted"
    write_json(scratch / "edited.json", manifest)
    done = program("merge", scratch / "edited.json", *manifests_of(loads[1:]),
                   expect=2)
    assert "has been edited" in done.stderr
