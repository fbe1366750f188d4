"""All ten logs, the callback events and the metrics of the same calls: each id
belongs to one call only, what should join joins, and the numbers are equal.

By hand, with as many calls as you like; the memory needed is that of a part:

    /usr/bin/python3 -B -m pytest tests/end_to_end/call_joins_test.py \
        --program build/release/busyhour --join-calls 100000
"""

import collections

import pytest

import call_log_laws as laws
import calls as grouping
import own_profiles
from events_test import events_of, milliseconds, name_of
from files import write_json
from metrics_test import (EVENTS, NOT_COUNTED, RECORDING,
                          RECORDING_OPERATIONS, REQUESTS, counts, minute_of,
                          rows_of)

CASES = ("quickstart", "contact-center", "small-office",
         "reminder-campaign", "voice-bot", "ivr-storm", "conference", "everything")
CALLS_OF_A_PART = 1500
# Ids that belong to one call, by log. The others have no ids.
_IDS = {
    "operational": ("callconnectionid", "servercallid", "operationid"),
    "media_summary": ("operationid",),
    "usage": ("recordid", "participantid"),
    "streaming_usage": ("callconnectionid", "streamingsessionid",
                        "participantid"),
    "call_summary": ("participantid", "endpointid"),
    "call_summary_updates": ("participantid", "endpointid"),
    "call_diagnostics": ("participantid", "endpointid"),
    "call_diagnostics_updates": ("participantid", "endpointid"),
    "recording_operational": ("callconnectionid", "servercallid"),
    "recording_summary": ("recordingid",),
}


class Calls:
    """The calls of some parts of a job, and whose each id is."""

    def __init__(self):
        self.owners = {}  # Hash of an id: hash of its kind and call.
        self.minutes = collections.defaultdict(collections.Counter)
        self.met = collections.Counter()

    def own(self, kind, text, call):
        """An id has one kind and one call, in all parts."""
        whose = hash((kind, call))
        assert self.owners.setdefault(hash(text), whose) == whose, (
            f"{text} is the {kind} of one call only")

    def add(self, records):
        """The records of a part, by log. Returns the call of each correlation
        id and connection."""
        calls = grouping.group(records)
        call_of = {}
        for call in calls:
            ids = {request["correlationid"] for request in call.requests}
            first = min(ids)
            for each in ids:
                call_of[each] = first
                self.own("correlationid", each, first)
            for request in call.requests:
                if request["callconnectionid"]:
                    call_of[request["callconnectionid"]] = first
        for log, of in records.items():
            for record in of:
                # Every record joins the operational log.
                call = call_of[record["correlationid"]]
                for kind in _IDS[log]:
                    text = record[kind]
                    if text and text != "Redacted" and (
                            text != record["correlationid"]):
                        self.own(kind, text, call)
        for record in records["recording_operational"]:
            found = laws.recording_in(record["uri"])
            if found:
                self.own("recordingid", found,
                         call_of[record["correlationid"]])
        self._count(records)
        self.met += laws.check(records)
        return call_of

    def _count(self, records):
        for request in records["operational"]:
            if request["operationname"] not in RECORDING_OPERATIONS:
                self.minutes[REQUESTS][minute_of(request["time"])] += 1
        for request in records["recording_operational"]:
            self.minutes[RECORDING][minute_of(request["time"])] += 1

    def add_events(self, events, call_of, recordings):
        """Events of the calls of a part. `recordings`: the ids of its recording
        summaries."""
        named = set()
        for event in events:
            data, name = event["data"], name_of(event)
            # A correlation id may begin after the last request.
            call = call_of.get(data["correlationId"]) or (
                call_of[data["callConnectionId"]])
            self.own("correlationid", data["correlationId"], call)
            self.own("callconnectionid", data["callConnectionId"], call)
            if data["serverCallId"]:
                self.own("servercallid", data["serverCallId"], call)
            if "recordingId" in data:
                self.own("recordingid", data["recordingId"], call)
                if name == "RecordingStateChanged":
                    named.add(data["recordingId"])
            if name not in NOT_COUNTED:
                self.minutes[EVENTS][minute_of(milliseconds(event))] += 1
        assert named == recordings, "recordings have events and summaries"


@pytest.mark.parametrize("case", CASES)
def test_all_logs_join(program, pytestconfig, scratch, case):
    source = case
    if case == "everything":
        source = scratch / "own.json"
        write_json(source, own_profiles.everything())
    number = pytestconfig.getoption("--join-calls")
    parts = -(-number // CALLS_OF_A_PART)
    job = ("--calls", number, "--seed", 20)
    calls = Calls()
    for part in range(parts):
        shard = ("--shard", f"{part}/{parts}") if parts > 1 else ()
        program("generate", "--profile", source, *job, *shard, "--logs", "all",
                "--out", scratch / "out", "--quiet", "--force")
        records = (grouping.read(scratch / "out") | laws.read(scratch / "out"))
        call_of = calls.add(records)
        calls.add_events(events_of(program, source, *job, *shard), call_of,
                         {record["recordingid"]
                          for record in records["recording_summary"]})
    rows = rows_of(program, source, *job)
    for metric in (REQUESTS, RECORDING, EVENTS):
        assert calls.minutes[metric] == _by_minute(counts(
            rows, metric, *rows[0])), metric
    _check_special_cases(case, calls.met)


def _by_minute(series):
    minutes = collections.Counter()
    for (minute, *_), count in series.items():
        minutes[minute] += count
    return minutes


def _check_special_cases(case, met):
    """They occur, so that what is checked about them is."""
    for what in ("server", "redacted", "no id", "no start", "no duration"):
        assert met[f"call_summary {what}"] > 0, what
    for what in ("repeated", "later versions", "lossy"):
        assert met[what] > 0, what
    if case in ("quickstart", "contact-center", "conference", "everything"):
        assert met["recordings"] > 0 and met["recordings joined"] > 0
