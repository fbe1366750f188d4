"""Tests callers who call again: shares and limits measured from the written
logs, one caller's calls in shards, verify, explain, events and labels, and the
tail that an outage leaves.
"""

import collections
import csv
import datetime
import io
import json
import re

import pytest

import dataset
from files import data_files, manifest_of
from incidents_test import (ALL, WITH_ID, differences, labels_of, lines_of,
                            options)

START = "2026-03-02T08:00:00Z"
# Callers with ids that are unlikely to be drawn twice.
CALLERS = ("--set", 'participants.callers={"acs": 1}')


def redials(**shares):
    """The option for redials 20 s after the ends of calls."""
    after = {end: {"share": share, "delay": "20s"}
             for end, share in shares.items()}
    return ("--set", "redials=" + json.dumps({"after": after}))


EVERY_END = {end: 0.5 for end in (
    "completed", "disturbed", "abandoned", "dropped", "failed", "no_answer",
    "busy", "declined", "unreachable", "voicemail")}
JOB = ("--profile", "quickstart", "--start", START, "--duration", "20m",
       *redials(**EVERY_END))


# The options that determine what a call is.
WORLD = (*JOB[:2], *JOB[6:])


def records_of(program, *arguments):
    return [json.loads(line)
            for line in dataset.lines(program.generate(*arguments))]


@pytest.mark.parametrize("extent", [("--duration", "20m"), ("--calls", "700"),
                                    ("--records", "9000"), ("--bytes", "4MB")],
                         ids=lambda extent: extent[0])
def test_threads_and_shards_give_the_same_records(program, extent):
    job = (*JOB[:4], *extent, *JOB[6:])
    whole = dataset.lines(program.generate(*job, "--threads", 1))
    assert dataset.lines(program.generate(*job, "--threads", 3)) == whole
    parts = [dataset.lines(program.generate(*job, "--shard", f"{i}/3"))
             for i in range(3)]
    assert collections.Counter(line for part in parts for line in part) == (
        collections.Counter(whole))
    assert all(parts)


def test_an_extent_in_calls_counts_first_attempts(program, scratch):
    job = ("--profile", "quickstart", "--calls", 4000)
    calls = {}
    for name, share in (("none", 0), ("half", 0.5)):
        ends = dict.fromkeys(EVERY_END, share)
        told = program("generate", *job, *redials(**ends), "--out",
                       scratch / name).stderr
        calls[name] = int(re.search(r"([\d,]+) calls", told)[1].replace(",", ""))
    assert calls["none"] == 4000
    # 1 + 0.5 + 0.25 + 0.125 calls a caller; four standard errors.
    assert calls["half"] / 4000 == pytest.approx(1.875, abs=0.07)


def test_no_call_begins_after_the_end_of_a_duration(program):
    records = records_of(program, *JOB, "--logs", "operational")
    end = datetime.datetime(2026, 3, 2, 8, 20)
    first = {}
    for record in records:
        at = datetime.datetime.fromisoformat(record["time"][:19])
        call = record["properties"]["callConnectionId"]
        first[call] = min(first.get(call, at), at)
    # The first record of a call tells when its first request was answered.
    assert max(first.values()) < end + datetime.timedelta(minutes=2)


def test_verify_finds_every_record_and_what_is_lost(program, scratch):
    program("generate", *JOB, "--out", scratch / "all")
    told = json.loads(program("verify", "--json", "--manifest", scratch / "all",
                              scratch / "all").stdout)
    assert told["passed"]
    files = data_files(scratch / "all")
    (scratch / "some").mkdir()
    lost = 0
    for name, data in files.items():
        lines = data.splitlines(keepends=True)
        lost += len(lines[::50])
        del lines[::50]
        (scratch / "some" / name).write_bytes(b"".join(lines))
    told = json.loads(program("verify", "--json", "--manifest", scratch / "all",
                              scratch / "some", expect=1).stdout)
    assert sum(log["lost"] for log in told["logs"].values()) == lost
    assert told.get("foreign", 0) == 0


def test_verify_knows_damaged_records_of_redials(program, scratch):
    program("generate", *JOB, "--fault", "drop=2%", "--fault", "duplicate=2%",
            "--fault", "corrupt=2%", "--fault", "truncate=1%", "--out",
            scratch)
    told = json.loads(program("verify", "--json", "--manifest", scratch,
                              scratch, "--expect", "faults").stdout)
    assert told["passed"]


def stories(program, limit=40):
    """Stories of calls that follow from others."""
    found = []
    seen = set()
    for record in records_of(program, *JOB, "--logs", "usage"):
        call = record["correlationId"]
        if call in seen:
            continue
        seen.add(call)
        story = json.loads(program("explain", "--json", call, *WORLD).stdout)
        if "calls again" in story["facts"]:
            found.append(story)
        if len(seen) > limit and found:
            return found
    raise AssertionError("no call follows from another")


def test_explain_names_the_call_before_and_the_caller(program):
    for story in stories(program)[:5]:
        fact = story["facts"]["calls again"]
        assert fact.startswith("attempt ") and "the call before" in fact
        before = fact.split("after the end of ")[1].split(":")[0]
        other = json.loads(program("explain", "--json", before, *WORLD).stdout)
        assert story["facts"]["CorrelationId"][0] in (
            other["facts"]["called again"])
        if len(other["participants"]) > 1 and len(story["participants"]) > 1:
            assert (other["participants"][1]["id"]
                    == story["participants"][1]["id"]), "the same caller"
        assert story["facts"]["attempted"] > other["facts"]["over"]


def test_persistence_is_that_of_the_profile(program):
    """Callers by their ids, in the events of their calls."""
    job = ("--profile", "quickstart", "--start", START, "--duration", "2h",
           "--set", "traffic.rate=1/s", *CALLERS,
           "--set", "participants.caller_zipf=0",
           *redials(completed=0.3, abandoned=0.3, disturbed=0.3, failed=0.3,
                    dropped=0.3))
    events = program("events", *job, "--event-grid").stdout.splitlines()
    calls = collections.defaultdict(list)
    for event in map(json.loads, events):
        if event.get("eventType", "").endswith("IncomingCall"):
            calls[event["data"]["from"]["rawId"]].append(event["eventTime"])
    numbers = collections.Counter(map(len, calls.values()))
    # A few callers have the same id.
    assert numbers[4] > 10 * sum(
        n for count, n in numbers.items() if count > 4)
    for attempt in (1, 2, 3):
        reached = sum(n for count, n in numbers.items() if count >= attempt)
        again = sum(n for count, n in numbers.items() if count > attempt)
        # Four standard errors, and a few calls at the end.
        assert again / reached == pytest.approx(
            0.3, abs=4 * (0.21 / reached) ** 0.5 + 0.01)


def test_events_and_metrics_have_the_same_calls(program):
    times = []
    connections = set()
    for line in program("events", *JOB).stdout.splitlines():
        event = json.loads(line)
        times.append(event["time"])
        connections.add(event["data"]["callConnectionId"])
    assert times == sorted(times)
    requests = records_of(program, *JOB, "--logs", "operational")
    assert connections <= {record["properties"].get("callConnectionId")
                           for record in requests}
    rows = csv.DictReader(io.StringIO(
        program("metrics", *JOB, "--format", "csv").stdout))
    assert sum(int(row["Count"]) for row in rows
               if row["MetricName"].startswith("APIRequest")) == len(requests)


@pytest.mark.parametrize("name", ["speech", "drops", "servers", "crowd"])
def test_labels_are_the_difference_to_the_twin(program, scratch, name):
    job = (*options(ALL, ("--duration", "30m")), *redials(**EVERY_END),
           *WITH_ID)
    program("generate", *job, "--out", scratch / "world", "--incident-labels",
            scratch / "labels")
    program("generate", *job, "--out", scratch / "twin", "--without", name)
    found = differences(lines_of(scratch / "world"), lines_of(scratch / "twin"))
    records, _ = labels_of(scratch / "labels")
    told = collections.Counter(
        record["effect"] for record in records if record["incident"] == name)
    assert told.total() > 0
    direct = collections.Counter()
    for record in records:
        if record["incident"] == name and not record.get("jointly"):
            direct[record.get("as", record["effect"])] += 1
    assert {effect: ids.total() for effect, ids in found.items()} == {
        effect: direct[effect] for effect in found}


def calls_by_minute(directory, minutes):
    path = directory / "CallAutomationOperational.jsonl"
    first = {}
    for line in open(path, encoding="utf-8"):
        record = json.loads(line)
        at = datetime.datetime.fromisoformat(record["time"][:19])
        key = record["correlationId"]
        first[key] = min(first.get(key, at), at)
    begin = datetime.datetime(2026, 3, 2, 8)
    counts = collections.Counter(
        int((at - begin).total_seconds() // 60) for at in first.values())
    return [counts[minute] for minute in range(minutes)]


OUTAGE = {"name": "outage", "after": "20m", "length": "30m",
          "requests": {"share": 0.95, "statuses": {"503": 1}}}


def test_an_outage_leaves_a_tail(program, scratch):
    again = {"after": {"failed": {"share": 0.8, "delay": {
        "lognormal": {"median": "10m", "sigma": 0.8}, "min": "30s",
        "max": "2h"}}}}
    job = ("--profile", "quickstart", "--start", START, "--duration", "3h",
           "--set", "traffic.rate=3/s", "--set",
           "incidents=" + json.dumps([OUTAGE]), "--set",
           "redials=" + json.dumps(again), "--logs", "operational")
    minutes = {}
    for name, without in (("world", ()), ("calm", ("--without", "all"))):
        program("generate", *job, *without, "--out", scratch / name)
        minutes[name] = calls_by_minute(scratch / name, 180)
    more = [a - b for a, b in zip(minutes["world"], minutes["calm"])]

    def mean(begin, end):
        return sum(more[begin:end]) / (end - begin)
    usual = sum(minutes["calm"]) / 180
    assert sum(more[:20]) == 0, "before the outage, nothing differs"
    assert mean(50, 55) > 0.2 * usual, "calls are more after its end"
    assert mean(50, 60) > 1.5 * mean(70, 80) > 0, "and decay"
    assert mean(160, 178) < 0.05 * usual


def test_a_caller_loop(program, scratch):
    loop = {"name": "loop", "after": "5m", "length": "20m",
            "calls_again": {"share": 0.1, "after": "1s"}}
    job = ("--profile", "quickstart", "--start", START, "--duration", "40m",
           "--set", "traffic.rate=4/s", "--set",
           "incidents=" + json.dumps([loop]))
    program("generate", *job, "--out", scratch / "world", "--incident-labels",
            scratch / "labels")
    program("generate", *job, "--out", scratch / "calm", "--without", "loop")
    world = calls_by_minute(scratch / "world", 40)
    calm = calls_by_minute(scratch / "calm", 40)
    more = [a - b for a, b in zip(world, calm)]
    assert sum(more[:5]) == 0
    # Up to three more calls of one caller in ten.
    assert 0.15 < sum(more[10:25]) / sum(calm[10:25]) < 0.35
    assert sum(more[35:]) == 0, "the last calls of a loop last some minutes"
    records, incidents = labels_of(scratch / "labels")
    assert {record["effect"] for record in records} == {"caused"}
    assert incidents[0]["kinds"] == ["calls_again"]
    caused = records[0]["correlation_id"]
    story = program("explain", "--manifest", scratch / "world", caused).stdout
    assert 'incident "loop"' in story


@pytest.mark.parametrize("changes, message", [
    (("redials.after.aborted.share=1",), "not an end of a call"),
    (('redials={"after": {"busy": {"delay": "1s"}}}',), '"share"'),
    (("redials.most=4",), "3"),
    (('redials={"after": {"busy": {"share": 1, "delay": "2d"}}}',), "1d"),
    (('traffic.campaigns=[{"flow": "remind", "at": "2026-03-02T09:00Z",'
      '"list": 10, "rate": "1/s"}]',), 'did you mean "reminder"'),
    (('traffic.campaigns=[{"flow": "reminder", "list": 10, "rate": "1/s"}]',),
     '"at" or "every" is missing'),
    (('traffic.campaigns=[{"flow": "reminder", "every": "1h", "list": 8000,'
      '"rate": "1/s"}]',), "until the campaign comes again"),
])
def test_mistakes(program, changes, message):
    options_ = [word for change in changes for word in ("--set", change)]
    ended = program("describe", "--profile", "quickstart", *options_, expect=2)
    assert message in ended.stderr


def test_a_campaign_calls_its_list(program, scratch):
    campaign = {"name": "autumn", "flow": "reminder",
                "at": "2026-03-02T08:10:00Z", "list": 3000, "rate": "5/s"}
    retries = {"after": {"busy": {"share": 1, "delay": "3m"},
                         "no_answer": {"share": 1, "delay": "5m"}}, "most": 2}
    job = ("--profile", "quickstart", "--start", START, "--duration", "40m",
           "--set", "traffic.campaigns=" + json.dumps([campaign]), "--set",
           "flows.reminder.weight=0", "--logs", "operational")
    counts = {}
    for name, more in (("none", ()), ("retries", (
            "--set", "flows.reminder.redials=" + json.dumps(retries)))):
        out = scratch / name
        program("generate", *job, *more, "--out", out)
        created = collections.Counter()
        for line in open(out / "CallAutomationOperational.jsonl",
                         encoding="utf-8"):
            record = json.loads(line)
            if record["operationName"] != "CreateCall":
                continue
            at = datetime.datetime.fromisoformat(record["time"][:19])
            minute = (at - datetime.datetime(2026, 3, 2, 8)).total_seconds() // 60
            created[int(minute)] += 1
        counts[name] = created
    none = counts["none"]
    assert sum(none.values()) == pytest.approx(3000, rel=0.06)
    assert not [minute for minute in none if minute < 10 or minute > 21]
    for minute in range(11, 19):
        assert none[minute] == pytest.approx(300, abs=75)
    # One contact in five is busy or does not answer, at each of three attempts.
    assert sum(counts["retries"].values()) == pytest.approx(
        sum(none.values()) * (1 + 0.21 + 0.21 ** 2), rel=0.04)
    told = json.loads(program("describe", "--json", *job[:8], *job[8:10]).stdout)
    assert any("autumn" in event for event in told["holidays_and_bursts"])


def test_a_number_of_calls_is_verified(program, scratch):
    """The calls of a manifest include redials, the extent does not."""
    program("generate", "--profile", "retry-storm", "--calls", 3000, "--out",
            scratch / "out", "--quiet")
    assert manifest_of(scratch / "out")["counts"]["calls"] > 3000
    program("verify", scratch / "out", "--manifest", scratch / "out")
