"""Rates and patterns of `busyhour load`, by the receiver's own clock; the
highest rate that a receiver holds; metrics; and times of records that are sent
when they happen.

A machine whose cores are shared stops for tenths of a second. Nothing is sent
early: so the line that came least late says when the run began, and then, at
most of the times looked at, as many lines have come as were due some time
before. How many there are in all is exact."""

import bisect
import calendar
import functools
import json
import math
import re
import signal
import subprocess
import time
import urllib.request

import harness
from loading import LIMIT_S, PROFILE, Load, side_by_side, wait_for
from load_sinks_test import free_port
from receivers import LineReceiver, slow

LATE_S = 0.6
SHARE = 0.8  # of the times looked at
# Its records are delivered within seconds, not minutes.
SOON = ("--profile", "quickstart")
STEP_S = 0.1
LENGTH_S = 6


def integral(factor):
    """Of a factor, over time, by small steps."""
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


# words: the factor at a time. The file holds what `file` does here.
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


def pattern(program, scratch, checks, words):
    rate = 2000
    reached = integral(PATTERNS[words])
    name = words.partition(":")[0]
    if words == "file":
        words = f"{scratch}/pattern"
        with open(words, "w", encoding="utf-8") as file:
            file.write(FILE)
    with LineReceiver(f"{scratch}/{name}.received") as receiver:
        load = Load(program, scratch, name, receiver.uri, "--rate",
                    f"{rate}/s", "--for", f"{LENGTH_S}s", "--pattern", words)
        report = load.finish(checks)
    wanted = rate * reached(LENGTH_S)
    checks(abs(report["planned"] - wanted) <= 0.001 * wanted + 2,
           "a run plans what its pattern comes to", name,
           (report["planned"], wanted))
    checks.same(receiver.lines, report["planned"], "and all of it arrives",
                name)
    times = [at for at, _ in receiver.times]
    grid = [rate * reached(i / 1000) for i in range(LENGTH_S * 1000 + 1)]
    began = min(at - bisect.bisect_left(grid, lines - 2) / 1000
                for at, lines in receiver.times)
    good, looked = 0, 0
    for i in range(1, int((LENGTH_S + LATE_S) / STEP_S)):
        since = i * STEP_S
        before = bisect.bisect_right(times, began + since)
        lines = receiver.times[before - 1][1] if before > 0 else 0
        looked += 1
        good += rate * reached(since - LATE_S) - 100 <= lines
    print(f"{name}: {good} of {looked} times as planned")
    checks(good >= SHARE * looked, "lines arrive when the pattern has them",
           name, (good, looked))
    checks(abs(report["offered_rate"] * LENGTH_S - report["planned"]) < 1,
           "the report offers what was planned", name, report["offered_rate"])
    # The same by the sender's clock, which knows its own beginning.
    due = [row["planned"] for row in report["series"][:LENGTH_S]]
    checks(all(abs(planned - rate * (reached(t + 1) - reached(t))) <= 100
               for t, planned in enumerate(due)),
           "each second plans its part", name, due)


def rates(program, scratch, checks, words, counted):
    """Rates of other things than records."""
    name = re.sub(r"\W", "_", words)
    with LineReceiver(f"{scratch}/{name}.received") as receiver:
        load = Load(program, scratch, name, receiver.uri, "--rate", words,
                    "--for", "3s", profile=SOON)
        report = load.finish(checks)
    with open(receiver.path, encoding="utf-8") as file:
        text = file.read()
    if counted == "bytes":
        checks(abs(len(text) - 3 * 2_000_000) < 70_000,
               "bytes come at their rate", words, len(text))
    else:
        found = json.loads(program(
            "verify", receiver.path, "--manifest", load.manifest,
            "--json").stdout)["total"]
        calls = len(set(re.findall(r'"correlationId":"([^"]+)"', text)))
        checks.same(found["lost"], 0, "all of it arrives", words)
        # Of the last attempts no record has been delivered yet, and some calls
        # change their id.
        checks(250 <= calls <= 350, "calls come at their rate", words, calls)
    load.verify(checks, receiver.path, report)


def ended_by_extent(program, scratch, checks):
    """The clock would have let it go on."""
    load = Load(program, scratch, "extent", "null:", "--rate", "5000/s",
                "--records", "2000", "--for", "1h")
    report = load.finish(checks)
    checks(4950 < report["offered_rate"] < 5050,
           "the rate offered is that of what was planned",
           report["offered_rate"])


def find_max(program, scratch, checks):
    """A receiver that takes a known rate; what waits in the socket's buffer
    makes it look faster in a short trial."""
    rate = 3000
    report = f"{scratch}/max.report"
    with LineReceiver(f"{scratch}/max.received", f"{scratch}/max",
                      behave=slow(rate)) as receiver:
        done = program("load", "--to", receiver.uri, "--find-max", "--rate",
                       "1500/s", "--trial", "2s", "--slo", "300ms",
                       "--profile", "contact-center", "--report", report)
    with open(report, encoding="utf-8") as file:
        found = json.load(file)
    checks(0.5 * rate < found["rate"] < 1.4 * rate,
           "the rate that a receiver holds is found", done.stderr,
           found["rate"])
    held = [trial["rate"] for trial in found["trials"] if trial["held"]]
    missed = [trial["rate"] for trial in found["trials"]
              if not trial["held"]]
    checks.same(max(held), found["rate"], "it is the highest that was held")
    checks(missed and min(missed) <= found["rate"] / 0.94,
           "and one not much higher was not", (held, missed))
    checks(f"holds {int(found['rate'] + 0.5)} records/s" in done.stdout,
           "it is said", done.stdout)
    # No record is sent twice, in whatever trial.
    with open(receiver.path, encoding="utf-8") as file:
        lines = file.readlines()
    checks.same(len(set(lines)), len(lines), "trials have records of their own")


def find_max_ended(program, scratch, checks):
    """What a search has found is told when it cannot go on: it is interrupted,
    or the receiver is gone."""
    def search(receiver, *options):
        return subprocess.Popen(
            [program.path, "load", "--to", receiver.uri, "--find-max",
             "--trial", "500ms", "--rate", "100/s", "--slo", "30s", *PROFILE,
             "--report", f"{scratch}/ended.report", "--force",
             *map(str, options)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)

    def told(run, expect):
        said, words = run.communicate(timeout=LIMIT_S)
        checks.same(run.returncode, expect,
                    "a search ends with the status it should", words)
        with open(f"{scratch}/ended.report", encoding="utf-8") as file:
            found = json.load(file)
        checks.same(found["finished"], False, "it was not finished")
        checks(found["rate"] >= 100, "what it has found is told", found)
        checks(f"at least {found['rate']:.0f} records/s" in said,
               "in words, too", said)
        return words

    with LineReceiver(f"{scratch}/ended.received") as receiver:
        port = free_port()
        run = search(receiver, "--metrics", port)
        sent = []

        def has_tried_three():
            """And has noted what was served then."""
            done = receiver.connections > 3
            try:
                sent.append(fetch_metrics(port)[NAME % "sent"])
            except OSError:
                done = False
            return done
        checks(wait_for(has_tried_three), "trials follow one another",
               receiver.connections)
        run.send_signal(signal.SIGINT)
        told(run, 130)
    checks.same(sent, sorted(sent), "counters do not fall between trials")
    # Half a second each at 100, 200 and 400 records a second.
    checks(sent[-1] >= 350, "counters are of all trials", sent[-1])
    with LineReceiver(f"{scratch}/gone.received") as receiver:
        run = search(receiver)
        checks(wait_for(lambda: receiver.connections == 2), "trials go on")
        receiver.stop()
        words = told(run, 1)
        checks("cannot connect" in words, "it is said why", words)


NAME = 'busyhour_records_total{state="%s"}'


def metrics(program, scratch, checks):
    port = free_port()
    without = program("load", "--to", "null:", "--metrics", port, "--calls",
                      "1", expect=None)
    if "this program was built without" in without.stderr:
        checks.same(without.returncode, 2, "what is not there is refused")
        harness.skip(without.stderr.strip())
        return
    samples = []
    # The last bytes wait long enough to be seen under way.
    with LineReceiver(f"{scratch}/metrics.received", f"{scratch}/metrics",
                      behave=slow(2000)) as receiver:
        load = Load(program, scratch, "metrics", receiver.uri, "--rate",
                    "2500/s", "--for", "3s", "--metrics", port)
        while load.run.poll() is None:
            try:
                samples.append(fetch_metrics(port))
            except OSError:
                pass
            time.sleep(0.02)
        report = load.finish(checks)
    checks(len(samples) > 10, "metrics are served while a run goes on",
           len(samples))
    for key in [NAME % "planned", NAME % "sent", NAME % "acknowledged",
                "busyhour_sent_bytes_total"]:
        values = [sample[key] for sample in samples]
        checks(values == sorted(values), "counters never fall", key)
        total = report[{"busyhour_sent_bytes_total": "bytes"}.get(
            key, re.sub(r'.*"(.*)".*', r"\1", key))
            if "sent\"" not in key else "planned"]
        checks(0.7 * total < values[-1] <= total,
               "and come to the report's totals", key, (values[-1], total))
    checks.same(samples[-1][NAME % "planned"], report["planned"],
                "at the end all that was planned is known")
    late = 'busyhour_lateness_seconds{quantile="1"}'
    checks(max(sample[late] for sample in samples) > 0.2,
           "lateness is served")
    checks(max(sample["busyhour_queued_records"] for sample in samples) > 100,
           "and what waits")
    load.verify(checks, receiver.path, report)
    with LineReceiver(f"{scratch}/busy.received") as other:
        taken = other.uri.rpartition(":")[2]
        done = program("load", "--to", "null:", "--rate", "max", "--calls",
                       "1", "--metrics", taken, expect=2)
        checks("--metrics" in done.stderr and taken in done.stderr,
               "a port that is taken is refused", done.stderr)


def fetch_metrics(port):
    values = {}
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics",
                                timeout=2) as page:
        text = page.read().decode()
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, _, value = line.rpartition(" ")
            values[name] = float(value)
    return values


def from_now(program, scratch, checks):
    """Records that are sent when they happen: what the far end measures is
    how long they were under way."""
    began = time.time()
    with LineReceiver(f"{scratch}/now.received", stamp=True) as receiver:
        load = Load(program, scratch, "now", receiver.uri, "--start", "now",
                    "--speed", "1", "--for", "12s",
                    profile=SOON)
        report = load.finish(checks)
    ended = time.time()
    checks(report["planned"] > 10, "there is something to be sent",
           report["planned"])
    done = program("verify", receiver.path, "--manifest", load.manifest,
                   "--arrival", "/@timestamp", "--json", "--allow",
                   "out_of_order=100%")
    latency = json.loads(done.stdout)["latency_ms"]
    checks.same((latency["count"], latency["unreadable"]),
                (report["acknowledged"], 0), "every arrival is read")
    checks.same(latency["negative"], 0, "nothing arrives before it is due")
    checks(latency["p50"] < 100 and latency["p99"] < 1000 and
           latency["max"] < 4000, "arrivals are as late as the report says",
           report["lateness"], latency)
    times = []
    with open(receiver.path, encoding="utf-8") as file:
        for line in file:
            outer = json.loads(line)
            at = time.strptime(outer["event"]["time"][:19],
                               "%Y-%m-%dT%H:%M:%S")
            times.append((outer["@timestamp"], calendar.timegm(at)))
    # A record is delivered after its time; never before.
    checks(all(at <= stamp + 0.001 for stamp, at in times),
           "no record is of a time to come")
    checks(all(began - 1 <= stamp <= ended for stamp, _ in times),
           "times of arrival are the wall's")
    checks(any(stamp - at < 2 for stamp, at in times),
           "records bear the time of their sending",
           min(stamp - at for stamp, at in times))


def run(program, scratch, checks):
    given = program, scratch, checks
    side_by_side([*(functools.partial(pattern, *given, words)
                    for words in PATTERNS),
                  functools.partial(rates, *given, "2MB/s", "bytes"),
                  functools.partial(rates, *given, "100calls/s", "calls"),
                  functools.partial(ended_by_extent, *given),
                  functools.partial(metrics, *given),
                  functools.partial(from_now, *given)], checks)
    find_max_ended(*given)
    # By itself: other work would make the receiver slower than it says.
    find_max(*given)


if __name__ == "__main__":
    harness.main(run)
