"""Tests `busyhour load --threshold`: a run that misses a threshold fails, says
which and by how much, and tells CI servers; the figures are those of the report.
"""

import os
import re
import socket
import xml.etree.ElementTree as ElementTree

import pytest

from files import read_json
from loading import Load, Loads

RUN = ("--rate", "2000/s", "--for", "2s")
# What each run has to meet, unless another threshold takes its place.
DEFAULTS = ["acknowledged=100%", "lateness.p99<=10m"]


@pytest.fixture
def loads(program, scratch):
    return Loads(program, scratch)


def judge(loads, *thresholds, expect, run=RUN, options=(), to="null:"):
    """Runs with these thresholds. Returns the report; its thresholds are those
    without the defaults."""
    report = loads(to, *run, *options,
                 *(word for each in thresholds
                   for word in ("--threshold", each)), records=20_000,
                 expect=expect)
    report["thresholds"] = [each for each in report["thresholds"]
                            if each["name"] not in DEFAULTS]
    return report


def test_a_run_that_meets_them_passes(loads):
    report = judge(loads, "failed=0", "planned=4000", "acknowledged>99.9%",
                   "rate>0.5", "lateness.p99<30s after 1s", "drain<30s",
                   "ack.max>0ms", "backlog.max<30s", expect=0)
    assert [each["name"] for each in report["thresholds"]][:2] == [
        "failed=0", "planned=4000"]
    assert all(each["passed"] for each in report["thresholds"])
    assert loads.said.count("  passed  ") == 8
    assert "FAILED" not in loads.said


def test_a_run_that_misses_one_fails(loads):
    report = judge(loads, "failed=0", "acknowledged<1000", expect=1)
    passed, missed = report["thresholds"]
    assert passed == {"name": "failed=0", "passed": True, "found": "0"}
    assert not missed["passed"]
    assert missed["found"].startswith("4,000, 3,000 too much; first exceeded at")
    assert "FAILED" in loads.said and missed["found"] in loads.said


# Each figure of time, and where it stands in the report.
TIMES = {"lateness": "lateness", "ack": "latency_from_intended",
         "ack_after_sent": "latency_from_sent"}


def test_the_figures_are_those_of_the_report(loads):
    """To the digits that are shown."""
    shares = ["p50", "p90", "p99", "p99.9", "max", "mean"]
    report = judge(loads, *(f"{name}.{share}>=0ms" for name in TIMES
                            for share in shares), expect=0)
    found = {each["name"]: each["found"] for each in report["thresholds"]}
    for name, member in TIMES.items():
        for share in shares:
            ms = report[member][share + "_ms"]
            number, unit = found[f"{name}.{share}>=0ms"].split()
            value = float(number) * {"us": 1e-3, "ms": 1, "s": 1e3}[unit]
            assert value == pytest.approx(ms, rel=0.01, abs=6e-4), (name, share)


def test_a_window_leaves_out_the_beginning(loads):
    """The rate rises from second to second, and the counts of the window are
    those of its seconds."""
    report = judge(
        loads, "planned>=1 after 2s", "acknowledged>=1 after 2s",
        "planned>=1 after 9s", "failed=0 after 9s", expect=1,
        run=("--rate", "1000/s", "--for", "3s", "--pattern", "steps:1,2,4"))
    seconds = report["series"][2:]
    planned, acknowledged, nothing, unknown = report["thresholds"]
    assert planned["found"] == f"{sum(s['planned'] for s in seconds):,}"
    assert acknowledged["found"] == (
        f"{sum(s['acknowledged'] for s in seconds):,}")
    assert not nothing["passed"] and nothing["found"].startswith("0, ")
    assert not unknown["passed"]
    assert unknown["found"] == "nothing was measured"


def test_nothing_was_due(program, scratch):
    path = scratch / "report.json"
    program("load", "--to", "null:", "--duration", "1s", "--rate", "max",
            "--set", "traffic.rate=0.0001/s", "--threshold", "failed=0",
            "--report", path, expect=1)
    report = read_json(path)
    assert report["planned"] == 0
    assert [each["name"] for each in report["thresholds"]] == [
        "failed=0", "acknowledged=100%"]
    assert {each["found"] for each in report["thresholds"]} == {
        "nothing was measured"}
    assert "no record was due: the job has none" in report["verdict"]


def test_nothing_was_due_before_the_end_of_the_run(program, scratch):
    done = program("load", "--to", "null:", "--for", "2s", "--set",
                   "traffic.rate=0.0001/s", expect=1)
    assert re.search("no record was due: the first one is due .* after the "
                     "start, and --for ends the plan at 2 s; use a longer --for, "
                     "a higher --speed or a --rate", done.stderr)


def test_defaults(loads, program, scratch):
    """Without thresholds, everything must be acknowledged, in time."""
    report = loads("null:", *RUN, "--slo", "20m")
    assert [each["name"] for each in report["thresholds"]] == [
        "acknowledged=100%", "lateness.p99<=20m"]
    # Without a rate there are no intended times.
    report = loads("null:", "--rate", "max")
    assert [each["name"] for each in report["thresholds"]] == DEFAULTS[:1]
    # Others take their place.
    report = judge(loads, "acknowledged>=0.1%", "lateness.p99<30s after 1s",
                   expect=0)
    assert [each["name"] for each in report["thresholds"]] == [
        "acknowledged>=0.1%", "lateness.p99<30s after 1s"]
    junit = scratch / "defaults.xml"
    program("load", "--to", "null:", *RUN, "--slo", "10m", "--junit", junit)
    cases = ElementTree.parse(junit).getroot().iter("testcase")
    assert [case.get("name") for case in cases] == DEFAULTS


def test_the_drain_is_bounded(program, scratch):
    """The receiver reads nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        load = Load(program, scratch, "run",
                    f"tcp://127.0.0.1:{server.getsockname()[1]}", "--rate",
                    "20000/s", "--for", "2s", "--max-drain", "1s", stdout=None)
        report = load.finish(1)
    assert report["planned"] == 40_000
    assert 2.9 <= report["seconds"] < 30
    assert "in time" not in report["verdict"]
    assert ("not everything was acknowledged within 1 s after the end of the "
            "plan (--max-drain)") in report["verdict"]


def test_junit_and_annotations(loads, program, scratch):
    junit = scratch / "junit.xml"
    done = program("load", "--to", "null:", *RUN, "--quiet", "--threshold",
                   "failed=0", "--threshold", "acknowledged<1%", "--slo", "10m",
                   "--junit", junit, expect=1, env={**os.environ, "GITHUB_ACTIONS": "true"})
    suites = ElementTree.parse(junit).getroot()
    assert suites.tag == "testsuites" and suites.get("failures") == "1"
    cases = list(suites.iter("testcase"))
    assert [case.get("name") for case in cases] == [
        "failed=0", "acknowledged<1%", "lateness.p99<=10m"]
    assert [len(case.findall("failure")) for case in cases] == [0, 1, 0]
    lines = [line for line in done.stderr.splitlines()
             if line.startswith("::error")]
    assert len(lines) == 1
    assert lines[0].startswith(
        "::error title=busyhour load%3A acknowledged<1%25::null::")


def test_thresholds_of_a_file(loads, scratch):
    path = scratch / "nightly.txt"
    path.write_text("# for the nightly run\n\nfailed=0  # none\n"
                    "lateness.p99 < 30s after 1s\n")
    report = judge(loads, "planned>0", expect=0,
                   options=("--thresholds", path))
    assert [each["name"] for each in report["thresholds"]] == [
        "planned>0", "failed=0", "lateness.p99 < 30s after 1s"]
    path.write_text("failed=0\nfaild=0\nrate>x\n")
    refused = loads.program("load", "--to", "null:", *RUN, "--thresholds",
                            path, expect=2).stderr
    assert f"{path}:2" in refused and 'did you mean "failed"' in refused
    assert f"{path}:3" in refused


@pytest.mark.parametrize("arguments, message", [
    (["--threshold", "faild=0"], 'did you mean "failed"'),
    (["--threshold", "failed"], "has no comparison"),
    (["--threshold", "lateness.p99<50"], "is not a duration such as"),
    (["--threshold", "planned<1%"], "is not a number such as"),
    (["--threshold", "drain<1s after 2s"], 'leave out "after"'),
    (["--threshold", "failed=0", "--find-max"], "is not for --find-max"),
    (["--find-max", "--junit", "x.xml"], "is not for --find-max"),
    (["--rate", "max", "--slo", "1s"], "is not for --rate max"),
    (["--threshold", "failed=0", "--junit", "/nowhere/x.xml"], "/nowhere"),
    (["--thresholds", "/nowhere/x"], "/nowhere/x")])
def test_mistakes(program, arguments, message):
    assert message in program("load", "--to", "null:", *arguments,
                              expect=2).stderr
