"""What must hold between the logs that are written on request and those that
are written by default: call summaries, call diagnostics, recordings."""

import base64
import collections
import json
import re

import dataset
import identity_laws
from dataset import Record

LOGS = ("call_summary", "call_summary_updates", "call_diagnostics",
        "call_diagnostics_updates", "recording_operational",
        "recording_summary")
CATEGORIES = {"call_summary": "CallSummary",
              "call_summary_updates": "CallSummaryUpdates",
              "call_diagnostics": "CallDiagnostics",
              "call_diagnostics_updates": "CallDiagnosticsUpdates",
              "recording_operational": "CallRecordingOperational",
              "recording_summary": "CallRecordingSummary"}
TABLES = {"call_summary": "ACSCallSummary",
          "call_summary_updates": "ACSCallSummaryUpdates",
          "call_diagnostics": "ACSCallDiagnostics",
          "call_diagnostics_updates": "ACSCallDiagnosticsUpdates",
          "recording_operational": "ACSCallRecordingIncomingOperations",
          "recording_summary": "ACSCallRecordingSummary"}
_TIMES = ("callstarttime", "participantstarttime", "recordingstarttime")
_URL = re.compile(r"https://[a-z0-9.-]+/calling/recordings"
                  r"(?:/([A-Za-z0-9+/]{162})(:pause|:resume)?)?"
                  r"\?api-version=([\w.+-]+)")
_RECORDING = ("StartRecording", "GetRecordingProperties", "PauseRecording",
              "ResumeRecording", "StopRecording")


def plain(record: Record) -> Record:
    """A record of shape resource-log or table on one level; None for a missing
    value, which is null, empty or the text "null"."""
    flat = {}
    for name, value in record.items():
        members = value if isinstance(value, dict) else {name: value}
        for member, inner in members.items():
            word = dataset.meaning(member)
            if inner in ("null", ""):
                inner = None
            if word in ("time", *_TIMES) and inner is not None:
                inner = dataset.milliseconds(inner)
            flat[word] = inner
    return flat


def read(directory) -> dict[str, list[Record]]:
    return {log: [plain(record) for record in dataset.read_file(
        f"{directory}/{CATEGORIES[log]}.jsonl")] for log in LOGS}


def _participants(records):
    """The usage records of all participants but the application, by id."""
    return {usage["participantid"]: usage for usage in records["usage"]
            if usage["useridb"]}


def _newest(records, key):
    newest = {}
    for record in records:
        known = newest.get(record[key])
        if known is None or known["time"] <= record["time"]:
            newest[record[key]] = record
    return newest


def _check_summary(record, usage, request_ids):
    assert record["correlationid"] in request_ids, (
        f"a summary joins the operational log: {record}")
    assert record["callduration"] >= 0 and record["calltype"] == "Group"
    if record["endpointtype"] == "Server":
        assert record["participantid"] == record["correlationid"], record
        assert record["endpointid"] is None, record
        return
    assert identity_laws.GUID.fullmatch(record["endpointid"]), record
    if record["participantid"] in (None, "Redacted"):
        return
    billed = usage[record["participantid"]]
    assert billed["correlationid"] == record["correlationid"], (
        f"a summary has the correlation id of its usage: {record}")
    assert record["endpointtype"] == (
        "PSTN" if billed["usagetype"] == "PSTN" else "VoIP"), record
    assert record["time"] >= billed["endtime"], record
    if record["participantstarttime"] is None:
        return
    assert (record["callstarttime"] <= record["participantstarttime"]
            <= billed["starttime"]), record
    if record["participantduration"] is None:
        return
    lasted = (billed["endtime"] - record["participantstarttime"]) // 1000
    assert int(record["participantduration"]) == lasted, record
    assert int(record["participantduration"]) <= record["callduration"], record


def _check_versions(updates, final):
    """The versions of each endpoint: 1, 2, ... in the order of their times."""
    versions = collections.defaultdict(list)
    for record in updates:
        if record["endpointid"]:
            versions[record["endpointid"]].append(record)
    assert set(versions) == final, "each participant has updates"
    more = 0
    for records in versions.values():
        records.sort(key=lambda record: int(record["callupdatesversion"]))
        numbers = [int(record["callupdatesversion"]) for record in records]
        assert numbers == list(range(1, len(numbers) + 1)), records
        times = [record["time"] for record in records]
        assert times == sorted(times), records
        assert records[-1]["participantstarttime"] is not None or (
            len(records) == 1), records
        more += len(records) > 1
    return more


def _check_streams(records, endpoint_of, usage):
    """Of one log or version: the streams of each participant."""
    streams = collections.defaultdict(list)
    for record in records:
        assert record["participantid"] in usage, (
            f"a stream belongs to a participant: {record}")
        streams[record["participantid"]].append(record)
    assert set(streams) == set(usage), "each participant has streams"
    for participant, seen in streams.items():
        ends = {(record["endpointtype"] == "Server",
                 record["streamdirection"]) for record in seen}
        assert len(ends) == len(seen) == 4, seen
        assert len({record["streamid"] for record in seen}) == 2, seen
        for record in seen:
            if record["endpointtype"] == "Server":
                assert record["endpointid"] is None, record
            elif participant in endpoint_of:
                assert record["endpointid"] == endpoint_of[participant], record
            for measure in ("roundtriptime", "jitter", "packetlossrate"):
                least = float(record[measure + "avg"])
                assert 0 <= least <= float(record[measure + "max"]), record
            assert float(record["packetlossratemax"]) <= 1, record


def recording_in(uri: str) -> str | None:
    """The id of a recording in the URL of a request."""
    return _URL.fullmatch(uri)[1]


def decode(recording: str) -> dict[str, str]:
    return json.loads(base64.b64decode(recording + "=="))


def _check_recordings(records, connections):
    asked = {(request["correlationid"], request["time"],
              request["operationname"]) for request in records["operational"]}
    summaries = {}
    for record in records["recording_summary"]:
        ids = decode(record["recordingid"])
        assert list(ids) == ["PlatformEndpointId", "ResourceSpecificId"], ids
        assert all(identity_laws.GUID.fullmatch(each)
                   for each in ids.values()), ids
        assert record["recordingid"] not in summaries, (
            f"a recording has one summary: {record}")
        summaries[record["recordingid"]] = record
        assert record["time"] >= record["recordingstarttime"] + (
            1000 * record["recordinglength"]) - 1, record
        connection = connections[record["correlationid"]]
        assert connection[:8] == ids["PlatformEndpointId"][:8], (
            f"both are of one node: {record}, {connection}")
    started = 0
    seen = set()
    for record in records["recording_operational"]:
        url = _URL.fullmatch(record["uri"])
        assert url and url[3] == record["operationversion"], record
        name = record["operationname"]
        assert name in _RECORDING
        assert (record["correlationid"], record["time"], name) in asked
        accepted = record["resultsignature"] < "300"
        assert record["resulttype"] == (
            "Succeeded" if accepted else "Failure"), record
        assert (url[1] is None) == (name == "StartRecording"), record
        if url[1] is None:
            started += accepted
        elif accepted and name != "GetRecordingProperties":
            assert url[1] in summaries, f"a recording has a summary: {record}"
        if url[1] in summaries:
            seen.add(url[1])
            at = summaries[url[1]]
            assert at["recordingstarttime"] <= record["time"], record
    assert len(summaries) <= started
    return len(seen)


def check(records: dict[str, list[Record]]) -> collections.Counter:
    """Checks all logs of a data set; returns how often special cases occur."""
    met = collections.Counter()
    usage = _participants(records)
    request_ids = {request["correlationid"]
                   for request in records["operational"]}
    connections = {request["correlationid"]: request["callconnectionid"]
                   for request in records["operational"]
                   if request["callconnectionid"]}
    for log in ("call_summary", "call_summary_updates"):
        for record in records[log]:
            _check_summary(record, usage, request_ids)
            met[f"{log} server"] += record["endpointtype"] == "Server"
            met[f"{log} redacted"] += record["participantid"] == "Redacted"
            met[f"{log} no id"] += record["participantid"] is None
            met[f"{log} no start"] += record["participantstarttime"] is None
            met[f"{log} no duration"] += record["participantduration"] is None
            met[f"{log} dropped"] += record["participantendreason"] != "0"
    endpoints = [record["endpointid"] for record in records["call_summary"]
                 if record["endpointid"]]
    met["repeated"] = len(endpoints) - len(set(endpoints))
    assert len(set(endpoints)) == len(usage), (
        "each participant has a summary")
    met["later versions"] = _check_versions(
        records["call_summary_updates"], set(endpoints))
    endpoint_of = {record["participantid"]: record["endpointid"]
                   for record in records["call_summary"]
                   if record["endpointid"]
                   and record["participantid"] in usage}
    assert len(set(endpoint_of.values())) == len(endpoint_of)
    _check_streams(records["call_diagnostics"], endpoint_of, usage)
    updates = records["call_diagnostics_updates"]
    _check_streams([record for record in updates
                    if record["callupdatesversion"] == "1"],
                   endpoint_of, usage)
    assert len(updates) == 4 * sum(
        record["endpointid"] is not None
        for record in records["call_summary_updates"])
    met["lossy"] = sum(record["packetlossrateavg"] != "0"
                       for record in records["call_diagnostics"])
    streamed = {record["participantid"]
                for record in records["streaming_usage"]} - {""}
    assert streamed <= set(usage), "who is streamed is a participant"
    met["recordings joined"] = _check_recordings(records, connections)
    met["recordings"] = len(records["recording_summary"])
    return met
