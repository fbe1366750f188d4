"""Tests runs in progress: `verify --until`, manifests of killed runs, latency,
and `explain --manifest`.
"""

import datetime
import json
import os
import random
import subprocess

import pytest

import dataset
from files import read_bytes, read_json, read_text, write_json
from program import wait_for
from verdicts import verdict

JOB = ["--profile", "contact-center", "--calls", "400"]


def iso(ms):
    time = datetime.datetime.fromtimestamp(ms / 1000, datetime.timezone.utc)
    return time.strftime("%Y-%m-%dT%H:%M:%S.") + f"{ms % 1000:03d}Z"


def deliveries(program, lines, job):
    """The delivery time of each record, from `explain`."""
    logs = {value: key for key, value in dataset.CATEGORIES.items()}
    told, found = {}, []
    for line in lines:
        record = json.loads(line)
        own = (record["properties"].get("recordId") or
               record["properties"]["operationId"])
        log = logs[record["category"]]
        if (log, own) not in told:
            story = json.loads(program("explain", own, "--json", *job).stdout)
            for entry in story["records"]:
                told[(entry["log"], entry["id"])] = entry["delivered"]
        time = datetime.datetime.fromisoformat(
            told[(log, own)].replace("Z", "+00:00"))
        found.append(round(time.timestamp() * 1000))
    return found


def test_only_what_is_due_is_missed(program, scratch):
    job = ["--profile", "contact-center", "--calls", "40"]
    named = job[:2]
    lines = dataset.lines(program.generate(*job))
    times = deliveries(program, lines, named)
    assert times == sorted(times), "records leave in order of delivery"
    generator = random.Random(3)
    for _ in range(12):
        at = generator.randrange(len(lines) + 1)
        until = times[at] if at < len(times) else times[-1] + 1
        due = sum(time < until for time in times)
        # A pipeline that may be a little ahead, and has lost some records.
        reached = min(len(lines), due + generator.choice([0, 0, 3, 500]))
        lost = set(generator.sample(range(due), min(due, 4)))
        text = "".join(line + "\n" for number, line in
                       enumerate(lines[:reached]) if number not in lost)
        found = verdict(program, scratch, text, *job, "--until", iso(until),
                        expect=1 if lost else 0)
        assert (
            found["total"]["lost"], found["early"],
            found["total"]["foreign"], found["total"]["sent"]) == (
            len(lost), reached - due, 0, reached), (
            f"only what is due is missed: {at}, {until}")


def test_wrong_time_is_refused(program, scratch):
    told = program("verify", *JOB, "--until", "soon", scratch, expect=2).stderr
    assert '--until: "soon" is not a time' in told


def killed(program, out, manifest, options):
    """The manifest of a run that is killed after a checkpoint with records."""
    run = program.start("generate", "--profile", "contact-center", "--records",
                        "3M", *options, "--out", out, "--quiet",
                        stderr=subprocess.DEVNULL)

    def has_noted():
        noted = read_json(manifest) if os.path.exists(manifest) else {}
        return (run.poll() is not None or
                sum(each["records"] for each in noted.get("resume", [])))

    assert wait_for(has_noted)
    run.kill()
    run.wait()
    return read_json(manifest)


@pytest.mark.parametrize("form, options", [
    ("several", []), ("rotated", ["--rotate", "5MB"]), ("one", [])])
def test_killed_run_has_sent_what_it_noted(program, scratch, form, options):
    is_one = form == "one"
    out = scratch / ("out.jsonl" if is_one else "out")
    manifest = f"{out}.manifest.json" if is_one else out / "manifest.json"
    noted = killed(program, out, manifest, options)
    lines = []
    for each in noted["files"]:
        path = str(out if is_one else out / each["name"])
        # A file that was incomplete at the checkpoint may be complete now.
        if os.path.exists(f"{path}.part"):
            path += ".part"
        lines += read_bytes(path)[:each["bytes"]].splitlines(keepends=True)
    generator = random.Random(f"4 {form}")
    lost = set(generator.sample(range(len(lines)), max(1, len(lines) // 1000)))
    kept = [line for i, line in enumerate(lines) if i not in lost]
    job = ["--manifest", manifest]
    found = verdict(program, scratch, b"".join(lines), *job, expect=0)
    assert (found["total"]["sent"], found["early"]) == (len(lines), 0)
    found = verdict(program, scratch, b"".join(kept), *job, expect=1)
    assert found["total"]["lost"] == len(lost)
    noted["resume"][0]["records"] = 10**9
    write_json(scratch / "edited.json", noted)
    told = program("verify", "--manifest", scratch / "edited.json",
                   "/dev/null", expect=2).stderr
    assert "has been edited" in told


WRAPS = {
    "/@timestamp": lambda line, ms: json.dumps(
        {"@timestamp": iso(ms), "event": json.loads(line)}),
    "/meta/at": lambda line, ms: json.dumps(
        {"meta": {"at": ms}, "message": line}),
    "/took~1in": lambda line, ms: json.dumps(
        {**json.loads(line), "took/in": str(ms) + "000000"}),
}
ARRIVALS = ["--profile", "contact-center", "--calls", "40", "--shape",
            "resource-log"]


@pytest.mark.parametrize("pointer", WRAPS)
def test_time_under_way_is_known(program, scratch, pointer):
    lines = dataset.lines(program.generate(*ARRIVALS))
    times = deliveries(program, lines, ARRIVALS[:2])
    generator = random.Random(f"5 {pointer}")
    took = [generator.randrange(1, 100_000) for _ in lines]
    text = "\n".join(WRAPS[pointer](line, time + more)
                     for line, time, more in zip(lines, times, took))
    found = verdict(program, scratch, text, *ARRIVALS, "--arrival", pointer,
                    expect=0)
    latency = found["latency_ms"]
    ordered = sorted(took)
    assert (latency["count"], latency["unreadable"], latency["min"],
            latency["max"]) == (len(took), 0, ordered[0], ordered[-1])
    for name, share in (("p50", .5), ("p90", .9), ("p99", .99),
                        ("p99_9", .999)):
        rank = -(-int(len(took) * share * 1000) // 1000) - 1
        exact = ordered[max(0, rank)]
        above = ordered[min(len(took) - 1, int(len(took) * share) + 1)]
        assert abs(latency[name] - exact) <= 0.01 * exact + above - exact, name


def test_arrival_that_cannot_be_read_is_counted(program):
    lines = program.generate(*ARRIVALS)
    shown = program("verify", "-", *ARRIVALS, "--arrival", "/nowhere",
                    stdin=None, input=lines)
    assert (f"the arrival of {lines.count(chr(10)):,} could not be read"
            in shown.stdout)


CONFERENCE = ["--profile", "conference", "--seed", 5]


@pytest.fixture
def shards(program, scratch):
    """Directories of two shards of a job."""
    for shard in (0, 1):
        program("generate", "--calls", 100, *CONFERENCE, "--shard",
                f"{shard}/2", "--out", scratch / str(shard), "--quiet")
    return scratch / "0", scratch / "1"


def an_id(shard):
    line, *_ = dataset.lines(read_text(shard / "Usage.jsonl"))
    return json.loads(line)["properties"]["recordId"]


def test_explain_takes_profile_and_seed_from_a_manifest(program, shards):
    own = an_id(shards[1])
    told = program("explain", own, "--manifest", shards[1], "--json").stdout
    assert told == program("explain", own, *CONFERENCE, "--json").stdout


def test_call_of_another_shard_is_told_so(program, shards):
    told = program("explain", an_id(shards[1]), "--manifest", shards[0],
                   expect=1).stderr
    assert "it belongs to shard 1/2, and the job is shard 0/2" in told


@pytest.mark.parametrize("extent, place, part", [
    (["--calls", 200], -1, "after the job's last call"),
    (["--calls", 10, "--start", "2026-03-02T07:00:00Z"], 0,
     "the job begins at 2026-03-02T08:00:00Z")])
def test_call_outside_of_the_extent_is_told_so(program, shards, extent, place,
                                               part):
    lines = dataset.lines(program.generate(*extent, *CONFERENCE, "--logs",
                                           "usage"))
    told = program("explain", lines[place], "--manifest", shards[1],
                   expect=1).stderr
    assert part in told or "it belongs to shard" in told


def test_all_that_is_wrong_is_told(program, scratch):
    told = program("explain", "x", "--manifest", scratch / "nothing", "--seed",
                   1, expect=2).stderr
    assert "there is no such file" in told
    assert "--seed: cannot be combined with --manifest" in told
