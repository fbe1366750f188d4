"""Tests a regional failover: other nodes carry the calls that begin during it,
and calls in progress are cut when it begins.
"""

import base64
import collections
import datetime
import json
import re

import pytest

START = "2026-03-02T08:00:00Z"
RUN = ("--profile", "voice-bot", "--start", START, "--duration", "30m", "--set",
       "traffic.rate=2/s")
FAILOVER = {"name": "region lost", "after": "10m", "length": "8m",
            "failover_to": "centralus", "cut_share": 0.9,
            "latency_added": "40ms"}
BEGIN, END = 600, 1080
OWN, OTHER = "swce", "usce"
CUT = 10


def options(incident):
    return (*RUN, "--set", "incidents=" + json.dumps([incident]))


def seconds(text):
    return (datetime.datetime.fromisoformat(text.rstrip("Z")[:23])
            - datetime.datetime(2026, 3, 2, 8)).total_seconds()


def lines_of(path):
    with open(path, encoding="utf-8") as lines:
        return list(map(json.loads, lines))


def region_of(server_call_id):
    url = base64.b64decode(server_call_id).decode()
    return re.search(r"/conv-([a-z]+[0-9]?)-[0-9]{2}[.-]", url)[1]


class Calls:
    """The calls of a run, by server call id: their first requests, regions and
    connection ids."""

    def __init__(self, directory):
        self.first, self.region = {}, {}
        self.connections = collections.defaultdict(set)
        for each in lines_of(directory / "CallAutomationOperational.jsonl"):
            call = each["properties"].get("serverCallId")
            if not call:
                continue
            begin = seconds(each["time"]) - int(each["durationMs"]) / 1000
            self.first[call] = min(begin, self.first.get(call, begin))
            self.region[call] = region_of(call)
            if each["properties"].get("callConnectionId"):
                self.connections[call].add(
                    each["properties"]["callConnectionId"])


@pytest.fixture(scope="module")
def world(program, module_scratch):
    program("generate", *options(FAILOVER), "--out", module_scratch / "logs",
            "--incident-labels", module_scratch / "labels.jsonl")
    return module_scratch


def test_the_nodes_of_the_other_region_carry_its_calls(world):
    calls = Calls(world / "logs")
    seen = collections.Counter()
    prefixes = collections.defaultdict(set)
    for call, begin in calls.first.items():
        region = calls.region[call]
        assert len(calls.connections[call]) <= 1
        prefixes[region] |= {each[:8] for each in calls.connections[call]}
        # A call begins some moments before its first request.
        if BEGIN + 3 < begin < END:
            assert region == OTHER
        elif begin < BEGIN or begin > END + 3:
            assert region == OWN
        seen[region] += 1
    assert seen[OTHER] > 500 and seen[OWN] > 1000
    assert not prefixes[OWN] & prefixes[OTHER]


def ends_of(directory):
    """The times at which the callers left, by their own begin."""
    for each in lines_of(directory / "Usage.jsonl"):
        yield (seconds(each["properties"]["startTime"]),
               seconds(each["properties"]["endTime"]))


def test_calls_in_progress_are_cut(program, world, scratch):
    program("generate", *options(FAILOVER), "--without", "all", "--out",
            scratch)

    def in_progress(directory):
        return [end for begin, end in ends_of(directory)
                if begin < BEGIN - 1 and end > BEGIN + CUT]
    before, after = in_progress(scratch), in_progress(world / "logs")
    assert len(before) > 100
    # The release of a call takes some moments.
    left = sum(end > BEGIN + CUT + 2 for end in after)
    assert left / len(before) == pytest.approx(0.1, abs=0.07)


def test_calls_that_begin_later_are_not_cut(world):
    lasting = [end - begin for begin, end in ends_of(world / "logs")
               if BEGIN + 1 < begin < BEGIN + CUT]
    assert max(lasting) > 2 * CUT


def test_a_share_of_the_calls(program, scratch):
    program("generate", *options({**FAILOVER, "call_share": 0.4}), "--out",
            scratch)
    calls = Calls(scratch)
    regions = collections.Counter(
        calls.region[call] for call, begin in calls.first.items()
        if BEGIN + 3 < begin < END)
    assert regions[OTHER] / regions.total() == pytest.approx(0.4, abs=0.06)


def test_a_ramp_moves_the_calls_gradually(program, scratch):
    program("generate", *options({**FAILOVER, "ramp_in": "8m"}), "--out",
            scratch)
    calls = Calls(scratch)
    shares = []
    for begin in (BEGIN, BEGIN + 240):
        regions = collections.Counter(
            calls.region[call] for call, at in calls.first.items()
            if begin < at < begin + 240)
        shares.append(regions[OTHER] / regions.total())
    assert shares == pytest.approx([0.25, 0.75], abs=0.08)


def test_the_labels_name_the_ids(world):
    lines = lines_of(world / "labels.jsonl")
    (incident,) = [each for each in lines if each["type"] == "incident"]
    assert set(incident["kinds"]) == {"failover_to", "cut_share",
                                      "latency_added"}
    changed = [each for each in lines if each["type"] == "record"
               and each["effect"] == "changed" and each["log"] == "operational"
               and BEGIN + 3 < seconds(each["time"]) < END]
    both = [each for each in changed
            if {"callConnectionId", "serverCallId"} <= set(each["fields"])]
    assert len(both) > 0.9 * len(changed) > 100
    # Records without a change other than their ids are labelled, too.
    assert any(set(each["fields"]) == {"callConnectionId"} for each in lines
               if each["type"] == "record" and each["effect"] == "changed")


def test_explain_names_the_incident(program, world):
    for each in lines_of(world / "logs" / "CallAutomationOperational.jsonl"):
        if BEGIN + 60 < seconds(each["time"]) < BEGIN + 70:
            told = program("explain", "--manifest", world / "logs",
                           each["properties"]["serverCallId"]).stdout
            if OTHER == region_of(each["properties"]["serverCallId"]):
                assert 'centralus, moved by incident "region lost"' in told
                return
    raise AssertionError("no call of the other region")


def test_verify_knows_the_other_region(program, world):
    told = json.loads(program("verify", "--json", "--manifest", world / "logs",
                              world / "logs").stdout)
    assert told["passed"]
