"""Tests rates and patterns of `busyhour load`, measured by the receiver's
clock; metrics; and the times of records that are
sent in real time.

A machine with shared cores can pause for tenths of a second. No record is sent
before it is due, so the line with the least delay shows when the run began. At
most of the sampled times, the receiver must have as many lines as were due
LATE_S before. The total number of lines is exact.
"""

import bisect
import calendar
import contextlib
import functools
import json
import math
import os
import re
import signal
import subprocess
import time
import urllib.request

import pytest

from files import read_json, read_text, write_text
from loading import LIMIT_S, PROFILE, Load
from program import wait_for
from receivers import LineReceiver, slow
from servers import free_port

LATE_S = 0.6
SHARE = 0.8  # of the sampled times
# The records of quickstart are delivered within seconds, not minutes.
SOON = ("--profile", "quickstart")
STEP_S = 0.1
LENGTH_S = 6


def integral(factor):
    """The integral of a factor over time, in small steps."""
    steps = 6000
    sums = [0.0]
    for i in range(steps):
        sums.append(sums[-1] + factor((i + 0.5) * LENGTH_S / steps) *
                    LENGTH_S / steps)

    def reached(seconds):
        at = max(0.0, min(1.0, seconds / LENGTH_S)) * steps
        low = min(int(at), steps - 1)
        return sums[low] + (sums[low + 1] - sums[low]) * (at - low)
    return reached


# Pattern: the factor at a time. The file contains FILE.
FILE = "0s 1\n1s 1  # jump\n1s 4\n2s 4\n2s, 0.5\n6s 2.5\n"
PATTERNS = {
    "constant": lambda t: 1,
    "ramp:0.2..3": lambda t: 0.2 + 2.8 * t / LENGTH_S,
    "steps:1,4,0,2": lambda t: (1, 4, 0, 2)[int(t * 4 / LENGTH_S)],
    "sine:0.9/3s": lambda t: 1 + 0.9 * math.sin(math.tau * t / 3),
    "spike:8@2s+1s": lambda t: 8 if 2 <= t < 3 else 1,
    "file": lambda t: (1 if t < 1 else 4 if t < 2 else
                       0.5 + 2 * (t - 2) / 4),
}


def lines_in_time(receiver, reached, rate):
    """The share of the sampled times at which the receiver had as many lines as
    were due LATE_S before."""
    times = [at for at, _ in receiver.times]
    grid = [rate * reached(i / 1000) for i in range(LENGTH_S * 1000 + 1)]
    began = min(at - bisect.bisect_left(grid, lines - 2) / 1000
                for at, lines in receiver.times)
    good = []
    for i in range(1, int((LENGTH_S + LATE_S) / STEP_S)):
        before = bisect.bisect_right(times, began + i * STEP_S)
        lines = receiver.times[before - 1][1] if before > 0 else 0
        good.append(rate * reached(i * STEP_S - LATE_S) - 100 <= lines)
    return sum(good) / len(good)


def pattern(program, scratch, words):
    rate, reached = 2000, integral(PATTERNS[words])
    if words == "file":
        words = scratch / "pattern"
        write_text(words, FILE)
    with LineReceiver(scratch / "received") as receiver:
        load = Load(program, scratch, "load", receiver.uri, "--rate",
                    f"{rate}/s", "--for", f"{LENGTH_S}s", "--pattern", words)
        report = load.finish()
    wanted = rate * reached(LENGTH_S)
    assert abs(report["planned"] - wanted) <= 0.001 * wanted + 2, (
        f"the plan is the integral of the pattern: {wanted}")
    assert receiver.lines == report["planned"]
    assert lines_in_time(receiver, reached, rate) >= SHARE
    assert abs(report["offered_rate"] * LENGTH_S - report["planned"]) < 1
    # The same by the sender's clock, whose start is known.
    due = [row["planned"] for row in report["series"][:LENGTH_S]]
    assert all(abs(planned - rate * (reached(t + 1) - reached(t))) <= 100
               for t, planned in enumerate(due)), (
        f"planned records per second: {due}")


def run_at(program, scratch, rate):
    """A receiver, the run, and its report."""
    with LineReceiver(scratch / "received") as receiver:
        load = Load(program, scratch, "load", receiver.uri, "--rate", rate,
                    "--for", "3s", profile=SOON)
        report = load.finish()
    return receiver, load, report


def rate_of_bytes(program, scratch):
    receiver, load, report = run_at(program, scratch, "2MB/s")
    assert abs(os.path.getsize(receiver.path) - 3 * 2_000_000) < 70_000
    load.verify(receiver.path, report)


def rate_of_calls(program, scratch):
    receiver, load, report = run_at(program, scratch, "100calls/s")
    assert load.verify(receiver.path, report)["lost"] == 0
    calls = set(re.findall(r'"correlationId":"([^"]+)"',
                           read_text(receiver.path)))
    # No record of the last attempts has been delivered yet, and some calls
    # change their id.
    assert 250 <= len(calls) <= 350


def ended_by_extent(program, scratch):
    """The extent ends before --for does."""
    load = Load(program, scratch, "load", "null:", "--rate", "5000/s",
                "--records", "2000", "--for", "1h")
    assert 4950 < load.finish()["offered_rate"] < 5050, (
        "the offered rate is that of the planned records")


NAME = 'busyhour_records_total{state="%s"}'
# The labels that all metrics of a run have.
RUN_LABELS = r'target="[^"]*",profile="[^"]*",shard="[^"]*"'
OF_THE_RUN = re.compile(f"{{{RUN_LABELS}}}|(?<={{){RUN_LABELS},")
# Counters, and the name of their value in the report.
COUNTERS = {NAME % "planned": "planned", NAME % "sent": "planned",
            NAME % "acknowledged": "acknowledged",
            "busyhour_sent_bytes_total": "bytes"}


def metrics(program, scratch):
    port, samples = free_port(), []
    # The last bytes wait long enough to appear in the metrics.
    with LineReceiver(scratch / "received", f"{scratch}/socket",
                      behave=slow(2000)) as receiver:
        load = Load(program, scratch, "load", receiver.uri, "--rate",
                    "2500/s", "--for", "3s", "--metrics", port)

        def has_ended():
            with contextlib.suppress(OSError):
                samples.append(fetch_metrics(port))
            return load.run.poll() is not None

        wait_for(has_ended, LIMIT_S)
        report = load.finish()
    assert len(samples) > 10, "metrics are served while a run goes on"
    for key, name in COUNTERS.items():
        values = [sample[key] for sample in samples]
        assert values == sorted(values), f"counters never fall: {key}"
        assert 0.7 * report[name] < values[-1] <= report[name], key
    assert samples[-1][NAME % "planned"] == report["planned"]
    late = 'busyhour_lateness_seconds{quantile="1"}'
    assert max(sample[late] for sample in samples) > 0.2
    assert max(sample["busyhour_queued_records"] for sample in samples) > 100
    load.verify(receiver.path, report)


def fetch_metrics(port):
    """The values, by name and the labels that differ within a run."""
    values = {}
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics",
                                timeout=2) as page:
        text = page.read().decode()
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, _, value = line.rpartition(" ")
            values[OF_THE_RUN.sub("", name)] = float(value)
    return values


def from_now(program, scratch):
    """Records are sent in real time, so the receiver can measure their
    latency."""
    began = time.time()
    with LineReceiver(scratch / "received", stamp=True) as receiver:
        load = Load(program, scratch, "load", receiver.uri, "--start", "now",
                    "--speed", "1", "--for", "12s", profile=SOON)
        report = load.finish()
    ended = time.time()
    assert report["planned"] > 10
    done = program("verify", receiver.path, "--manifest", load.manifest,
                   "--arrival", "/@timestamp", "--json", "--allow",
                   "out_of_order=100%")
    latency = json.loads(done.stdout)["latency_ms"]
    assert (latency["count"], latency["unreadable"]) == (
        report["acknowledged"], 0)
    assert latency["negative"] == 0, "nothing arrives before it is due"
    assert latency["p50"] < 100 and latency["p99"] < 1000
    assert latency["max"] < 4000
    times = []
    for line in read_text(receiver.path).splitlines():
        outer = json.loads(line)
        at = time.strptime(outer["event"]["time"][:19], "%Y-%m-%dT%H:%M:%S")
        times.append((outer["@timestamp"], calendar.timegm(at)))
    # A record is delivered after its time, never before.
    assert all(at <= stamp + 0.001 for stamp, at in times)
    assert all(began - 1 <= stamp <= ended for stamp, _ in times)
    assert any(stamp - at < 2 for stamp, at in times), (
        "record times match the sending time")


def at_a_time(program, scratch):
    """The run begins at the time it was told, not before."""
    at = math.ceil(time.time()) + 2
    text = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))
    with LineReceiver(scratch / "received", stamp=True) as receiver:
        load = Load(program, scratch, "load", receiver.uri, "--start-at", text,
                    "--rate", "1000/s", "--for", "1s", profile=SOON)
        report = load.finish()
    assert report["acknowledged"] == 1000
    first = json.loads(read_text(receiver.path).splitlines()[0])["@timestamp"]
    assert at - 0.001 <= first < at + 5
    assert report["seconds"] < 10, "time 0 is the beginning"
    for arguments, words in (
            (("--start-at", "2026-01-01T00:00:00Z"), "is in the past"),
            (("--start-at", "soon"), "is not a time"),
            (("--start-at", "2400-01-01T00:00:00.5Z", "--start", "now"),
             "must be a whole second")):
        said = program("load", "--to", "null:", *arguments, expect=2).stderr
        assert words in said


CASES = {
    **{words: functools.partial(pattern, words=words) for words in PATTERNS},
    "bytes": rate_of_bytes, "calls": rate_of_calls,
    "ended by its extent": ended_by_extent, "metrics": metrics,
    "from now": from_now, "at a time": at_a_time,
}


@pytest.mark.parametrize("case", CASES)
def test_rate(side_by_side, case):
    side_by_side(CASES, case)
