"""`busyhour events`: the callback events agree with the logs of the same calls
and with each other, and are in order."""

import collections
import json
import re
import resource
import signal

import pytest

import calls as grouping
import dataset
import own_profiles
import profiles
from callback_events import (CASES, EVERYTHING, PREFIX, events_of, name_of,
                             source_of)
from files import read_text, write_json
from program import page, wait_for

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}0000\+00:00")
ENVELOPE = ["id", "source", "type", "data", "time", "specversion",
            "datacontenttype", "subject"]
ENDS = {"Play": ("PlayCompleted", "PlayFailed", "PlayCanceled"),
        "Recognize": ("RecognizeCompleted", "RecognizeFailed",
                      "RecognizeCanceled")}
NOT_CONNECTED = ("CreateCallFailed", "AnswerFailed", "ConnectFailed")


def by_connection(events):
    calls = collections.defaultdict(list)
    for event in events:
        calls[event["data"]["callConnectionId"]].append(event)
    return calls


def milliseconds(event):
    return dataset.milliseconds(event["time"].replace("+00:00", "Z"))


def check_envelopes(events):
    for event in events:
        assert list(event) == ENVELOPE
        assert TIME.fullmatch(event["time"]), event["time"]
        assert event["specversion"] == "1.0"
        assert event["source"] == event["subject"] == (
            "calling/callConnections/" + event["data"]["callConnectionId"])
    ids = [event["id"] for event in events]
    assert len(set(ids)) == len(ids), "ids are unique"
    times = [event["time"] for event in events]
    assert times == sorted(times), "events are in order of time"


def check_connection(events):
    """The events of one connection, in order."""
    names = [name_of(event) for event in events]
    if names[0] in NOT_CONNECTED:
        assert names == names[:1], "nothing follows a failed connection"
        return
    assert names[0] == "CallConnected" and names.count("CallConnected") == 1
    assert names[-1] == "CallDisconnected"
    assert names.count("CallDisconnected") == 1
    assert milliseconds(events[-1]) > milliseconds(events[-2])
    rosters = [event["data"]["sequenceNumber"] for event in events
               if name_of(event) == "ParticipantsUpdated"]
    assert rosters == list(range(1, len(rosters) + 1))
    tones = [event["data"]["sequenceId"] for event in events
             if name_of(event) == "ContinuousDtmfRecognitionToneReceived"]
    assert tones == list(range(1, len(tones) + 1))
    assert names.count("PlayStarted") <= sum(
        names.count(end) for ends in ENDS.values() for end in ends)


def check_media(call, events):
    """Each media summary is one event, and the other way round."""
    expected = collections.Counter()
    for summary, request in call.media:
        expected[(request["operationname"] + summary["resulttype"],
                  summary["time"], summary["resultcode"],
                  summary["resultsubcode"], summary["resultmessage"],
                  summary["correlationid"])] += 1
    got = collections.Counter()
    for event in events:
        if name_of(event) not in (*ENDS["Play"], *ENDS["Recognize"]):
            continue
        result = event["data"]["resultInformation"]
        got[(name_of(event), milliseconds(event), result["code"],
             result["subCode"], result["message"],
             event["data"]["correlationId"])] += 1
    assert got == expected


def check_requests(call, events):
    """The ids are those of the call's records; events answer requests."""
    names = collections.Counter(map(name_of, events))
    correlations = {request["correlationid"] for request in call.requests}
    asked = collections.Counter(
        request["operationname"] for request in call.requests
        if request["resulttype"] == "Succeeded")
    for event in events:
        servers = {request["servercallid"] for request in call.requests
                   if request["callconnectionid"]}
        assert servers == {event["data"]["serverCallId"]}
    starter = next(request for request in call.requests
                   if request["resulttype"] == "Succeeded" and
                   request["operationname"] in ("CreateCall", "AnswerCall",
                                                "ConnectCall"))
    assert events[0]["data"]["correlationId"] == starter["correlationid"]
    for event in events:
        if "operationContext" in event["data"] and (
                name_of(event) != "CallDisconnected"):
            assert event["data"]["correlationId"] in correlations
    for operation, ends in ENDS.items():
        assert sum(names[end] for end in ends) == asked[operation]
    # Invitations that still ring, or wait, when the call ends are not reported.
    invited = (names["AddParticipantSucceeded"] + names["AddParticipantFailed"]
               + names["CancelAddParticipantSucceeded"])
    assert asked["AddParticipant"] - 2 <= invited <= asked["AddParticipant"]
    assert (names["CancelAddParticipantSucceeded"]
            == asked["CancelAddParticipant"])
    assert names["TranscriptionUpdated"] <= asked["UpdateTranscription"]


@pytest.mark.parametrize("case", CASES)
def test_events_agree_with_the_logs(program, scratch, case):
    source = source_of(case, scratch)
    job = ("--calls", 200, "--seed", 7)
    program("generate", "--profile", source, *job, "--quiet", "--out",
            scratch / "out")
    records = grouping.read(scratch / "out")
    events = events_of(program, source, *job)
    check_envelopes(events)
    calls = by_connection(events)
    seen = 0
    for call in grouping.group(records):
        connections = {request["callconnectionid"] for request in call.requests
                       if request["callconnectionid"]}
        if not connections:
            continue
        connection, = connections
        of_call = calls[connection]
        if not of_call:
            assert not any(
                request["resulttype"] == "Succeeded" for request
                in call.requests), "an accepted call has events"
            continue
        seen += 1
        check_connection(of_call)
        check_media(call, of_call)
        check_requests(call, of_call)
    assert seen == len([c for c in calls.values() if c]), (
        "every connection is in the logs")
    starts = {(event["data"]["callConnectionId"], milliseconds(event))
              for event in events
              if name_of(event) in ("MediaStreamingStarted",
                                    "TranscriptionStarted")}
    joined = {record["callconnectionid"] for record
              in records["streaming_usage"]}
    assert joined <= {connection for connection, _ in starts}


def types_of_page():
    """The types in docs/events.md."""
    table = page("events.md").split("\n## Types\n")[1].split("\n## ")[0]
    return set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE))


def without_effect(share):
    """A profile whose requests have no effect, with this share; it has no other
    failures."""
    steps = [
        {"operation": "Hold"}, {"wait": "1s"}, {"operation": "Unhold"},
        {"operation": "AddParticipant", "who": "acs",
         "callee_does": {"answers": 1}, "ring": "1s"}, {"wait": "3s"},
        {"operation": "RemoveParticipant"}, {"wait": "1s"},
        {"operation": "AddParticipant", "who": "acs", "background": True,
         "callee_does": {"answers": 1}, "ring": "2s"}, {"wait": "1s"},
        {"operation": "CancelAddParticipant"}, {"wait": "3s"},
        {"operation": "StartContinuousDtmfRecognition"}, {"wait": "1s"},
        {"operation": "StopContinuousDtmfRecognition"},
        {"operation": "StartRecording"}, {"operation": "StartRecording"}]
    named = {f"s{i}": {**step, "next": f"s{i + 1}" if i + 1 < len(steps)
                       else "bye"} for i, step in enumerate(steps)}
    shares = dict.fromkeys(("Hold", "RemoveParticipant", "CancelAddParticipant",
                            "StartContinuousDtmfRecognition"), share)
    return own_profiles.tiny(
        {"one": own_profiles.answered(named)},
        requests={"failures": {"share": 0}, "late_share": 0,
                  "no_effect": shares})


@pytest.mark.parametrize("share", [0, 1])
def test_requests_without_effect(program, scratch, share):
    write_json(scratch / "own.json", without_effect(share))
    events = events_of(program, scratch / "own.json", "--calls", 1)
    names = collections.Counter(map(name_of, events))
    for failed in ("HoldFailed", "RemoveParticipantFailed",
                   "CancelAddParticipantFailed",
                   "ContinuousDtmfRecognitionToneFailed"):
        assert names[failed] == share, failed
    for done in ("RemoveParticipantSucceeded", "CancelAddParticipantSucceeded",
                 "ContinuousDtmfRecognitionStopped"):
        assert names[done] == 1 - share, done
    assert names["AddParticipantSucceeded"] == 1 + share, (
        "an invitation that is not cancelled goes on")
    rosters = [event["data"]["participants"] for event in events
               if name_of(event) == "ParticipantsUpdated"]
    assert any(each["isOnHold"] for roster in rosters for each in roster) == (
        share == 0)
    assert max(map(len, rosters)) == 3 + share, (
        "a participant who is not removed stays")
    data = {name_of(event): event["data"] for event in events}
    assert names["StartRecordingFailed"] == 1
    assert data["StartRecordingFailed"]["recordingId"] == (
        data["RecordingStateChanged"]["recordingId"])
    if share == 1:
        assert data["RemoveParticipantFailed"]["participant"]
        assert data["CancelAddParticipantFailed"]["invitationId"]
        assert data["HoldFailed"]["resultInformation"]["code"] == 500
    # The logs say that the requests were accepted.
    lines = dataset.lines(program.generate(
        "--profile", scratch / "own.json", "--calls", 1, "--logs", "operational"))
    accepted = {json.loads(line)["operationName"] for line in lines
                if json.loads(line)["resultType"] == "Succeeded"}
    assert {"Hold", "RemoveParticipant", "CancelAddParticipant"} <= accepted


def test_each_type_is_met(program, scratch):
    types = types_of_page()
    assert len(types) == 38
    met = set()
    # Rare types need many calls. Few calls suffice to find faults of memory.
    is_sanitized = program.is_sanitized()
    calls = 100 if is_sanitized else 1200
    for case in CASES:
        met |= {name_of(event) for event in events_of(
            program, source_of(case, scratch), "--calls", calls, "--seed", 3)}
    # The longest call must end while a call is set up.
    for operation in ("AnswerCall", "ConnectCall"):
        profile = own_profiles.tiny({"slow": {"start": "first", "steps": {
            "first": {"operation": operation, "next": "end"}}}})
        profile["timing"] |= {"setup": "90s", "longest_call": "1m"}
        write_json(scratch / "slow.json", profile)
        met |= {name_of(event) for event in events_of(
            program, scratch / "slow.json", "--calls", 5)}
    write_json(scratch / "own.json", without_effect(1))
    met |= {name_of(event) for event in events_of(
        program, scratch / "own.json", "--calls", 1)}
    write_json(scratch / "own.json", without_effect(0))
    met |= {name_of(event) for event in events_of(
        program, scratch / "own.json", "--calls", 1)}
    assert met <= types
    if not is_sanitized:
        assert met == types


def test_contexts_are_the_names_of_steps_or_the_profiles_own(program, scratch):
    events = events_of(program, source_of(EVERYTHING, scratch), "--calls", 400)
    contexts = {event["data"].get("operationContext") for event in events}
    assert "the.keys" in contexts and "keys" not in contexts
    assert {"connect", "create", "answer"} <= contexts


def test_a_wait_has_no_context(program, scratch):
    profile = own_profiles.tiny({"one": own_profiles.answered(
        {"pause": {"wait": "1s", "operation_context": "x", "next": "bye"}})})
    write_json(scratch / "own.json", profile)
    done = program("events", "--profile", scratch / "own.json", expect=2)
    assert ("/flows/one/steps/pause/operation_context" in done.stderr
            and "a wait causes no events" in done.stderr)


def test_event_grid_announces_inbound_calls(program, scratch):
    write_json(scratch / "own.json", own_profiles.sparse())
    source = scratch / "own.json"
    events = events_of(program, source, "--calls", 100, "--event-grid")
    incoming = [event for event in events if "eventType" in event]
    others = [event for event in events if "eventType" not in event]
    assert others == events_of(program, source, "--calls", 100)
    assert len(incoming) == 100
    servers = {event["data"]["serverCallId"] for event in others}
    for event in incoming:
        assert list(event) == ["id", "topic", "subject", "data", "eventType",
                               "dataVersion", "metadataVersion", "eventTime"]
        assert event["eventType"] == PREFIX + "IncomingCall"
        assert event["eventTime"].endswith("0000Z")
        assert event["data"]["from"]["kind"] in ("phoneNumber",
                                                 "communicationUser")
        assert event["subject"] == (
            f"/caller/{event['data']['from']['rawId']}"
            f"/recipient/{event['data']['to']['rawId']}")
    assert servers <= {event["data"]["serverCallId"] for event in incoming}
    assert not [event for event in events_of(
        program, "reminder-campaign", "--calls", 20, "--event-grid")
        if "eventType" in event], "outbound calls are not announced"


def test_shards_are_parts_of_the_whole(program):
    whole = events_of(program, "conference", "--calls", 60)
    parts = [event for shard in ("0/2", "1/2") for event in events_of(
        program, "conference", "--calls", 60, "--shard", shard)]
    assert sorted(map(json.dumps, parts)) == sorted(map(json.dumps, whole))


def test_a_file_gets_its_name_when_it_is_complete(program, scratch):
    out = scratch / "events.jsonl"
    program("events", "--calls", 20, "--out", out)
    text = read_text(out)
    assert text == program("events", "--calls", 20).stdout
    assert [path.name for path in scratch.iterdir()] == ["events.jsonl"]
    done = program("events", "--calls", 20, "--out", out, expect=2)
    assert "--out" in done.stderr and "events.jsonl" in done.stderr
    program("events", "--calls", 10, "--out", out, "--force")
    assert read_text(out) == program("events", "--calls", 10).stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("command", ["events", "metrics"])
def test_an_interrupted_file_is_removed(program, scratch, command, number):
    out = scratch / "out"
    with program.start(command, "--duration", "300d", "--out", out) as process:
        part = scratch / "out.part"
        assert wait_for(lambda: part.exists() and part.stat().st_size > 0)
        process.send_signal(number)
        assert process.wait(timeout=60) == -number
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize("command, duration", [("events", "5m"),
                                               ("metrics", "5h")])
def test_a_file_that_fails_is_removed(program, scratch, command, duration):
    """Each duration is some times longer than what the limit lets through."""
    job = [command, "--duration", duration, "--out", scratch / "out"]
    done = program(*job, expect=1, preexec_fn=lambda: resource.setrlimit(
        resource.RLIMIT_FSIZE, (100_000, 100_000)))
    assert "File too large" in done.stderr
    assert list(scratch.iterdir()) == []
    program(*job)


def test_a_closed_pipe_ends_the_command(program):
    with program.start("events", "--duration", "30d", stdout=-1) as process:
        assert process.stdout.readline()
        process.stdout.close()
        assert process.wait(timeout=60) == 0


def test_the_profile_has_no_say_in_the_delivery(program, scratch):
    """Neither delays nor faults of the logs affect events."""
    profile = profiles.load(program, "quickstart")
    write_json(scratch / "a.json", profile)
    profile["delivery"] = {"operational": "1s"}
    profile["faults"] = [{"kind": "drop", "rate": 0.5}]
    write_json(scratch / "b.json", profile)
    assert (events_of(program, scratch / "a.json", "--calls", 50)
            == events_of(program, scratch / "b.json", "--calls", 50))


def test_recordings_have_the_ids_of_the_logs(program, scratch):
    """Events and the recording summary name the same recordings."""
    job = (source_of(EVERYTHING, scratch), "--calls", 200, "--seed", 7)
    named = {event["data"]["recordingId"]
             for event in events_of(program, *job)
             if "recordingId" in event["data"]}
    records = program("generate", "--profile", *job, "--logs",
                      "recording_summary", "--out", "-", "--quiet").stdout
    logged = {json.loads(line)["properties"]["recordingId"]
              for line in records.splitlines()}
    assert named == logged != set()
