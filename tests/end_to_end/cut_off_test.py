"""Tests `--cut-off`: a job leaves out what is delivered after its end, so that
jobs of successive times tile. Together they are the job of the whole time.
"""

import collections
import itertools
import json
import random
import re

import pytest

import dataset
from files import data_files, read_json
from program import wait_for

PROFILES = ("quickstart", "contact-center", "reminder-campaign", "voice-bot",
            "retry-storm")
ALL = ["--logs", "all", "--shape", "table-arrival"]
RECEIVED = re.compile('"_TimeReceived":"([^"]+)"')
CORRELATION = re.compile('"correlationId":"([^"]+)"')
HOUR = 8  # of the start


def at(seconds):
    """A time on 2 March."""
    minutes, second = divmod(seconds, 60)
    return f"2026-03-02T{HOUR + minutes // 60:02}:{minutes % 60:02}:{second:02}Z"


def window(begin, end, warm_up=None):
    """The options of a job from `begin` to `end`, in seconds after the hour. A
    warm-up from the hour on is as long as the others' calls last."""
    return ["--start", at(begin), "--until", at(end), "--cut-off",
            "--warm-up", f"{begin if warm_up is None else warm_up}s"]


def world_of(profile):
    world = ["--profile", profile, "--set", "traffic.rate=0.7/s"]
    # Its incidents begin at times after the start of the run.
    return world + (["--without", "all"] if profile == "retry-storm" else [])


# For all times a < b < c: the records of [a, c) are those of [a, b), followed
# by those of [b, c) with a warm-up from a on, byte for byte.
@pytest.mark.parametrize("profile", PROFILES)
def test_windows_tile(program, profile):
    chance = random.Random(profile)
    for _ in program.some(range(3)):
        times = sorted(chance.sample(range(60, 1500), 3))
        job = [*world_of(profile), *ALL]
        parts = [program.generate(*job, *window(begin, end))
                 for begin, end in itertools.pairwise([0, *times])]
        assert parts[-1]
        assert "".join(parts) == program.generate(*job, *window(0, times[-1]))


@pytest.mark.parametrize("profile", PROFILES)
def test_cut_off_leaves_out_what_is_delivered_later(program, profile):
    """The other records are the same, in the same order."""
    job = [*world_of(profile), *ALL, "--start", at(0), "--duration", "8m"]
    whole = dataset.lines(program.generate(*job))
    end = at(8 * 60)[:-1]
    expected = [line for line in whole if RECEIVED.search(line)[1] < end]
    assert 0 < len(expected) < len(whole)
    assert dataset.lines(program.generate(*job, "--cut-off")) == expected


def test_a_duration_in_milliseconds(program):
    job = [*world_of("quickstart"), *ALL, "--start", at(0), "--cut-off"]
    shorter, longer = (program.generate(*job, "--duration", f"{ms}ms")
                       for ms in (299_900, 300_500))
    assert longer.startswith(shorter) and len(longer) > len(shorter)
    assert max(RECEIVED.findall(longer)) < at(300)[:-1] + ".5"


def test_where(program):
    job = [*world_of("voice-bot"), *ALL, "--where", "duration > 40s"]
    parts = [program.generate(*job, *window(begin, end))
             for begin, end in itertools.pairwise([0, 400, 900])]
    assert all(parts)
    assert "".join(parts) == program.generate(*job, *window(0, 900))


def test_faults_come_after(program):
    """A record that is late by a fault is still of the job."""
    job = [*world_of("quickstart"), *ALL, *window(0, 600)]
    clean = collections.Counter(dataset.lines(program.generate(*job)))
    late = dataset.lines(program.generate(*job, "--fault", "delay=0.05"))
    assert len(late) == clean.total()
    assert max(RECEIVED.findall("\n".join(late))) > at(600)


DAYS = [(0, 3600), (3600, 7200), (7200, 10800)]
TREES = {
    "storage": ["--layout", "storage"],
    "gzip": ["--layout", "storage", "--compress", "gzip"],
    "data-export": ["--layout", "data-export"],
}
BUSY = ["--profile", "contact-center", "--set", "traffic.rate=0.5/s"]


def blobs(tree):
    return {name: data for name, data in data_files(tree).items()
            if "/" in name}


# A tree of successive jobs has the blobs of the job of the whole time.
@pytest.mark.parametrize("order", list(itertools.permutations(DAYS))[::2],
                         ids=lambda order: " ".join(
                             str(begin // 3600) for begin, _ in order))
@pytest.mark.parametrize("layout", TREES)
def test_trees_of_successive_times(program, scratch, layout, order):
    job = ["generate", *BUSY, *TREES[layout], "--quiet", "--out"]
    tree = scratch / "tree"
    for begin, end in order:
        program(*job, tree, *window(begin, end))
    program(*job, scratch / "whole", *window(0, DAYS[-1][1]))
    assert blobs(tree) == blobs(scratch / "whole") != {}
    told = json.loads(program("verify", tree, "--manifest", tree,
                              "--json").stdout)
    assert told["total"]["sent"] == told["total"]["intact"] > 5000
    program("verify", "--files", tree)
    program("report", tree, "--out", scratch / "report.html")


def test_lost_records_of_divided_calls_are_found(program, scratch):
    """Of records on both sides of a boundary, exactly the lost ones are
    missing, whichever job they are of."""
    chance = random.Random(5)
    parts = []
    for number, (begin, end) in enumerate([(0, 900), (900, 1800)]):
        program("generate", *BUSY, *window(begin, end), "--out",
                scratch / f"{number}.jsonl", "--quiet")
        parts.append(dataset.lines((scratch / f"{number}.jsonl").read_text()))
    divided = set.intersection(*(set(CORRELATION.findall("\n".join(part)))
                                 for part in parts))
    assert len(divided) > 20
    lines = parts[0] + parts[1]
    of_divided = [line for line in lines
                  if CORRELATION.search(line)[1] in divided]
    lost = set(chance.sample(of_divided, 40))
    altered = set(chance.sample([line for line in of_divided
                                 if line not in lost], 10))
    kept = [line.replace('"operationVersion"', '"operation_version"')
            if line in altered else line for line in lines if line not in lost]
    received = scratch / "received.jsonl"
    received.write_text("\n".join(kept + sorted(altered)) + "\n")
    told = json.loads(program(
        "verify", received, "--manifest", scratch / "0.jsonl.manifest.json",
        "--manifest", scratch / "1.jsonl.manifest.json", "--json",
        expect=1).stdout)["total"]
    assert told["sent"] == len(lines)
    assert told["lost"] == 40
    assert told["duplicated"] == 10
    assert told["foreign"] == 0


def test_jobs_that_share_records_are_refused(program, scratch):
    """Without the cut-off, or if the first job ends after the start of the
    second one."""
    for number, (end, cut_off) in enumerate([(900, []), (901, ["--cut-off"])]):
        job = ["generate", *BUSY, "--quiet", "--out"]
        first, second = (scratch / f"{number}-{part}.jsonl" for part in "ab")
        program(*job, first, "--start", at(0), "--until", at(end), *cut_off)
        program(*job, second, *window(900, 1000))
        refused = program("verify", first, second, "--manifest",
                          f"{first}.manifest.json", "--manifest",
                          f"{second}.manifest.json", expect=2).stderr
        assert "may have the same calls as" in refused
        assert "--cut-off before a job with --warm-up" in refused


def test_clashing_jobs_are_told_how_to_tile(program, scratch):
    job = ["generate", *BUSY, "--layout", "storage", "--quiet", "--out",
           scratch / "tree"]
    program(*job, "--start", at(0), "--duration", "1h")
    refused = program(*job, "--start", at(3600), "--duration", "1h",
                      expect=2).stderr
    assert len(refused.splitlines()) == 1
    assert "more are blobs of another job" in refused
    assert "--cut-off" in refused and "--warm-up" in refused


JOB = ["--profile", "contact-center-outage", "--set", "traffic.rate=3/s",
       *window(600, 900)]


@pytest.fixture(scope="module")
def plain(program):
    return program.generate(*JOB)


def test_threads_and_shards(program, plain):
    assert plain == program.generate(*JOB, "--threads", 3)
    dataset.assert_divided(plain, [
        program.generate(*JOB, "--shard", f"{i}/3") for i in range(3)])


def test_shards_are_merged(program, scratch, plain):
    for i in range(3):
        program("generate", *JOB, "--shard", f"{i}/3", "--out",
                scratch / f"shards/{i}", "--quiet")
    merged = scratch / "merged"
    program("merge", scratch / "shards", "--files", "--out", merged)
    assert read_json(merged / "manifest.json")["cut_off"] is True
    found = sum((dataset.lines(path.read_text())
                 for path in merged.glob("*.jsonl")), [])
    assert sorted(found) == sorted(dataset.lines(plain))


@pytest.mark.parametrize("layout", [[], ["--layout", "storage"], [
    "--layout", "data-export", "--shape", "data-export"]])
def test_files_are_verified_and_their_calls_explained(program, scratch, layout):
    out = scratch / "out"
    program("generate", *JOB, *layout, "--out", out, "--quiet")
    manifest = read_json(out / "manifest.json")
    assert manifest["cut_off"] is True
    program("verify", out, "--manifest", out, "--files")
    found = json.loads(program("verify", out, "--manifest", out,
                               "--json").stdout)
    assert found["calls"] == manifest["counts"]["calls"]
    truth = json.loads(program("truth", "--manifest", out, "--json").stdout)
    assert {log: told["records"] for log, told in truth["logs"].items()} == (
        manifest["counts"]["records"])
    first = next(path for path in sorted(out.rglob("*.json*"))
                 if "Operational" in str(path) or "operational" in str(path))
    line = first.read_text(encoding="utf-8").split("\n")[0]
    assert "attempted" in program("explain", "--manifest", out, "-",
                                  input=line).stdout


def test_explain_says_that_a_call_came_too_late(program, scratch):
    out = scratch / "out.jsonl"
    program("generate", *BUSY, *window(600, 900), "--out", out, "--quiet")
    last = json.loads(program("find", "request", *BUSY, "--start", at(890),
                              "--calls", "1", "--json").stdout)
    said = program("explain", "--manifest", f"{out}.manifest.json",
                   last["correlation_ids"][0], expect=1)
    assert f"before it is cut off at {at(900)}" in said.stderr


def test_verify_without_a_manifest_needs_the_option(program, plain):
    words = JOB.index("--until")
    job = [*JOB[:words], "--duration", "5m", *JOB[words + 2:]]
    program("verify", *job, input=plain)
    job.remove("--cut-off")
    done = program("verify", *job, "--json", input=plain, expect=1)
    assert json.loads(done.stdout)["total"]["lost"] > 0


def test_labels_are_those_of_the_window(program, scratch):
    """The labels are the difference to the world without the incident."""
    profile = scratch / "profile.json"
    profile.write_text(json.dumps({
        "description": "Calls are cut.", "extends": "contact-center",
        "incidents": [
            {"name": "cut", "at": at(780), "length": "9m",
             "dropped_share": 0.3}]}))
    job = ["--profile", profile, *JOB[2:]]
    labels = scratch / "labels"
    with_it = collections.Counter(dataset.lines(program.generate(
        *job, "--incident-labels", labels)))
    without = collections.Counter(dataset.lines(program.generate(
        *job, "--without", "cut")))
    effects = collections.Counter(
        line["effect"] for line in map(json.loads,
                                       dataset.lines(labels.read_text()))
        if line["type"] == "record")
    assert (with_it - without).total() == (
        effects["caused"] + effects["changed"]) > 0
    assert (without - with_it).total() == (
        effects["suppressed"] + effects["changed"]) > 0


def test_a_stopped_run_is_resumed(program, scratch):
    job = ["generate", *JOB[:4], *window(1200, 7200), "--quiet", "--threads", 2]
    program(*job, "--out", scratch / "whole")
    run = program.start(*job, "--out", scratch / "stopped")
    wait_for((scratch / "stopped/manifest.json").exists)
    run.terminate()
    run.communicate(timeout=60)
    program(*job, "--out", scratch / "stopped", "--resume")
    assert data_files(scratch / "stopped") == data_files(scratch / "whole") != {}
    job.remove("--cut-off")
    assert "it has cut_off true, and this one no cut_off" in program(
        *job, "--out", scratch / "whole", "--resume", expect=2).stderr


def test_describe_leaves_the_late_records_out(program, scratch):
    program("generate", *JOB, "--out", scratch / "out", "--quiet")
    counts = read_json(scratch / "out/manifest.json")["counts"]["records"]
    told = json.loads(program("describe", *JOB, "--json").stdout)["logs"]
    for log, count in counts.items():
        if count > 1000:
            assert told[log]["records"] == pytest.approx(count, rel=0.1), log
    assert f"at {at(900)}" in program("describe", *JOB).stdout


# The law of the records, for events and metrics.
def test_events_and_metrics_tile(program):
    def run(command, *job):
        return dataset.lines(program(command, *BUSY, *job).stdout)

    for command in (["events"], ["metrics", "--format", "csv"]):
        parts = [run(*command, *window(begin, end))
                 for begin, end in itertools.pairwise([0, 300, 900])]
        whole = run(*command, *window(0, 900))
        head = 1 if command[0] == "metrics" else 0
        assert parts[0] + parts[1][head:] == whole
        assert len(parts[1]) > 10


def test_load_sends_the_records_until_the_end(program, scratch):
    job = [*BUSY, "--duration", "5m", "--cut-off"]
    received = scratch / "received.jsonl"
    program("load", *job, "--to", f"file:{received}", "--rate", "max", "--quiet")
    assert sorted(dataset.lines(received.read_text())) == sorted(
        dataset.lines(program.generate(*job)))


@pytest.mark.parametrize("options, message", [
    (["--calls", "5"], "--cut-off: requires an end in time, --duration or "
     "--until: with --calls, the job ends with a call"),
    (["--records", "5"], "with --records, the job ends with a call"),
    (["--bytes", "5kB"], "with --bytes, the job ends with a call"),
    (["--pick", "Play=2"], "it cannot be combined with --cut-off")])
def test_refusals(program, options, message):
    assert message in program("generate", "--out", "-", "--cut-off", *options,
                              expect=2).stderr


def test_commands_that_have_no_end_in_time(program):
    assert "--cut-off: is not an option; find lists calls" in program(
        "find", "Play", "--cut-off", expect=2).stderr
    assert "--cut-off: requires an end in simulated time" in program(
        "load", "--to", "null:", "--for", "1s", "--cut-off", expect=2).stderr
    assert "with --bytes" in program("bench", "--cut-off", expect=2).stderr
