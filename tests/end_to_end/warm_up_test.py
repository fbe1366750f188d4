"""Tests `--warm-up`: calls attempted before the start leave the records that
are delivered from the start on, as if the run had begun earlier.
"""

import collections
import json
import re

import pytest

import dataset
from files import read_json
from program import wait_for

START = "2026-03-02T08:10:00Z"
EARLIER = "2026-03-02T07:50:00Z"
WARM_UP = ["--warm-up", "20m"]
PROFILES = ("quickstart", "contact-center", "reminder-campaign", "voice-bot",
            "retry-storm")
# The times of delivery are columns of this shape.
ALL = ["--logs", "all", "--shape", "table-arrival"]


RECEIVED = re.compile('"_TimeReceived":"([^"]+)"')
CONNECTION = re.compile('"CallConnectionId":"([^"]+)"')


def delivered_from_start(line):
    return RECEIVED.search(line)[1] >= START[:-1]


def connections_of(lines):
    return set(CONNECTION.findall("\n".join(lines)))


@pytest.mark.parametrize("profile", PROFILES)
def test_warm_up_is_what_an_earlier_run_delivers_later(program, profile):
    """A run with a warm-up has the same lines in the same order as a run that
    starts so much earlier, without those delivered before the start."""
    world = ["--profile", profile, "--set", "traffic.rate=0.5/s", *ALL]
    if profile == "retry-storm":
        # Its incidents begin at times after the start of the run.
        world += ["--without", "all"]
    earlier = dataset.lines(program.generate(
        *world, "--start", EARLIER, "--duration", "25m"))
    warm = dataset.lines(program.generate(
        *world, "--start", START, "--duration", "5m", *WARM_UP))
    expected = list(filter(delivered_from_start, earlier))
    assert 0 < len(expected) < len(earlier)
    assert warm == expected


@pytest.mark.parametrize("extent", [
    ["--duration", "5m"], ["--calls", "100"], ["--records", "2000"],
    ["--bytes", "1MB"]], ids=lambda extent: extent[0])
@pytest.mark.parametrize("profile", ["contact-center", "contact-center-outage"])
def test_warm_up_only_adds_records(program, profile, extent):
    """With a warm-up, a job has the same calls from its start on."""
    job = ["--profile", profile, "--set", "traffic.rate=1/s", "--start", START,
           *ALL, *extent]
    cold = collections.Counter(dataset.lines(program.generate(*job)))
    warm = collections.Counter(dataset.lines(
        program.generate(*job, *WARM_UP)))
    assert not cold - warm
    added = warm - cold
    assert added
    assert connections_of(added) and connections_of(cold)
    assert not connections_of(added) & connections_of(cold), (
        "the added records are those of other calls")


def test_usage_does_not_begin_with_an_empty_system(program):
    """Records of usage come at the end of a call. With a warm-up, the first
    five minutes have about as many as later ones; without, a fraction."""
    def usage(*more):
        times = map(dataset.milliseconds, RECEIVED.findall(program.generate(
            "--profile", "contact-center", "--start", START, "--shape",
            "table-arrival", "--logs", "usage", "--duration", "30m", *more)))
        begin = dataset.milliseconds(START[:-1] + ".0000000Z")
        return collections.Counter(
            (time - begin) // 300_000 for time in times)

    cold, warm = usage(), usage("--warm-up", "2h")
    usual = sum(cold[period] for period in (4, 5)) / 2
    assert cold[0] < 0.5 * usual
    assert 0.75 * usual < warm[0] < 1.33 * usual


JOB = ["--profile", "contact-center-outage", "--set", "traffic.rate=3/s",
       "--start", START, "--duration", "4m", *WARM_UP]


@pytest.fixture(scope="module")
def plain(program):
    return program.generate(*JOB)


def test_threads_and_shards(program, plain):
    assert plain == program.generate(*JOB, "--threads", 3)
    dataset.assert_divided(plain, [
        program.generate(*JOB, "--shard", f"{i}/3") for i in range(3)])


@pytest.mark.parametrize("layout", [[], ["--layout", "storage"], [
    "--layout", "data-export", "--shape", "data-export"]])
def test_files_are_verified_and_their_calls_explained(program, scratch, layout):
    out = scratch / "out"
    program("generate", *JOB, *layout, "--out", out, "--quiet")
    manifest = read_json(out / "manifest.json")
    assert manifest["warm_up_ms"] == 20 * 60_000
    program("verify", out, "--manifest", out, "--files")
    found = json.loads(program("verify", out, "--manifest", out,
                               "--json").stdout)
    assert found["calls"] == manifest["counts"]["calls"]
    truth = json.loads(program("truth", "--manifest", out, "--json").stdout)
    assert truth["calls"] == manifest["counts"]["calls"]
    assert {log: told["records"] for log, told in truth["logs"].items()} == (
        manifest["counts"]["records"])
    first = next(path for path in sorted(out.rglob("*.json*"))
                 if "Operational" in str(path) or "operational" in str(path))
    line = first.read_text(encoding="utf-8").split("\n")[0]
    story = program("explain", "--manifest", out, "-", input=line).stdout
    assert "attempted" in story


def test_verify_without_a_manifest_needs_the_option(program, plain):
    program("verify", *JOB, input=plain)
    job = [word for word in JOB if word not in WARM_UP]
    done = program("verify", *job, "--json", input=plain, expect=1)
    assert json.loads(done.stdout)["logs"]["usage"]["foreign"] > 0


def test_labels_of_incidents_before_the_start(program, scratch):
    """An incident that is over at the start has touched records of the job.
    The labels are the difference to the world without it."""
    profile = scratch / "profile.json"
    profile.write_text(json.dumps({
        "description": "Calls are cut.", "extends": "contact-center",
        "incidents": [
            {"name": "cut", "at": "2026-03-02T07:58:00Z", "length": "9m",
             "dropped_share": 0.3}]}))
    job = ["--profile", profile, *JOB[2:], "--shape", "resource-log"]
    labels = scratch / "labels"
    with_it = collections.Counter(dataset.lines(program.generate(
        *job, "--incident-labels", labels)))
    without = collections.Counter(dataset.lines(program.generate(
        *job, "--without", "cut")))
    told = list(map(json.loads, dataset.lines(labels.read_text())))
    effects = collections.Counter(line["effect"] for line in told
                                  if line["type"] == "record")
    assert (with_it - without).total() == (
        effects["caused"] + effects["changed"]) > 0
    assert (without - with_it).total() == (
        effects["suppressed"] + effects["changed"]) > 0
    incident, = (line for line in told if line["type"] == "incident")
    assert +collections.Counter(incident["records"]) == effects


def test_a_stopped_run_is_resumed(program, scratch):
    """Stopped within the records of the warm-up and after them."""
    job = ["generate", *JOB[:-4], "--duration", "2h", *WARM_UP, "--layout",
           "storage", "--quiet", "--threads", 2]
    program(*job, "--out", scratch / "whole")
    run = program.start(*job, "--out", scratch / "stopped")
    manifest = scratch / "stopped/manifest.json"
    wait_for(manifest.exists)
    run.terminate()
    run.communicate(timeout=60)
    program(*job, "--out", scratch / "stopped", "--resume")
    paths = [path.relative_to(scratch / "whole") for path in
             sorted((scratch / "whole").rglob("*.json"))
             if path.name != "manifest.json"]
    assert len(paths) > 4
    for path in paths:
        assert (scratch / "whole" / path).read_bytes() == (
            scratch / "stopped" / path).read_bytes(), path


def test_describe_counts_the_records_of_earlier_calls(program, scratch):
    program("generate", *JOB, "--out", scratch / "out", "--quiet")
    counts = read_json(scratch / "out/manifest.json")["counts"]["records"]
    told = json.loads(program("describe", *JOB, "--json").stdout)["logs"]
    for log, count in counts.items():
        if count > 1000:
            assert told[log]["records"] == pytest.approx(count, rel=0.1), log
    assert "of earlier calls" in program("describe", *JOB).stdout


def test_events_from_the_start_on(program):
    """Events and metrics of a warm-up are those of an earlier run that happen
    from the start on."""
    def run(command, *job):
        return program(command, "--profile", "contact-center", "--set",
                       "traffic.rate=3/s", *job).stdout

    earlier = "--start", EARLIER, "--duration", "25m"
    warm = "--start", START, "--duration", "5m", *WARM_UP

    def times(*job):
        return [line for line in dataset.lines(run("events", *job))
                if json.loads(line).get("time", json.loads(line).get(
                    "eventTime", ""))[:19] >= START[:19]]
    assert times(*earlier) == times(*warm) == dataset.lines(
        run("events", *warm))

    def rows(*job):
        return [line for line in run("metrics", "--format", "csv",
                                     *job).splitlines()[1:]
                if line.split(",")[0].strip('"')[:16] >= START[:16]]
    assert rows(*earlier) == rows(*warm)
    assert rows(*warm) != rows(*warm[:-2])


@pytest.mark.parametrize("options, message", [
    (["--warm-up", "1500ms"], "is not a duration in whole seconds"),
    (["--warm-up", "-5m"], "is not a duration in whole seconds"),
    (["--start", "1970-01-01T01:00:00Z", "--warm-up", "2h"],
     "--warm-up: begins before 1970")])
def test_refusals(program, options, message):
    assert message in program("generate", "--out", "-", *options,
                              expect=2).stderr
