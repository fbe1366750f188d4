"""What each query of docs/queries-calls.md gives, computed from the records of
a data set call by call, as in queries_answers.py."""

import collections
import math

import dataset
from queries_answers import (HOUR_MS, by_telephone_number, counted, hour, legs,
                             nearest_rank, summed, text_of)

# Reasons for which a connection is dropped: neither a normal end nor 487, the
# end by the other side.
_DROPS = {"408", "410", "430", "490", "500", "503"}
_FORMATS = {"wav": "Audio", "mp3": "Audio", "mp4": "Audio - Video"}


def newest_summaries(data):
    """The newest call summary of each endpoint."""
    newest = {}
    for record in data.records["call_summary"]:
        endpoint = record["endpointid"]
        if endpoint and (endpoint not in newest
                         or newest[endpoint]["time"] < record["time"]):
            newest[endpoint] = record
    return list(newest.values())


def by_call(data, records):
    """The records of each call that has some."""
    groups = collections.defaultdict(list)
    for record in records:
        groups[data.call_of[record["correlationid"]]].append(record)
    return groups


def summarized(data):
    """The newest call summaries of each call with a participant: one for each
    participant in the usage log."""
    groups = by_call(data, newest_summaries(data))
    for call, records in groups.items():
        assert len(records) == sum(bool(leg["useridb"]) for leg in call.usage)
        assert len({record["callduration"] for record in records}) == 1
    return groups


def of_senders(data):
    """The records of the senders of streams: two for each participant."""
    records = [record for record in data.records["call_diagnostics"]
               if record["streamdirection"] == "Outbound"]
    assert len(records) == 2 * len(newest_summaries(data))
    return records


def ratio(first, second):
    return [(first, second, first / second)]


def mean(values):
    return math.fsum(values) / len(values)


def histogram(groups):
    """How many of the groups have each number of records."""
    return counted((len(records),) for records in groups.values())


def durations(data):
    return [records[0]["callduration"]
            for records in summarized(data).values()]


def mean_and_ranks(values):
    if not values:
        return [(None,) * 4]
    return [(mean(values), *(nearest_rank(values, percent)
                             for percent in (50, 90, 99)))]


def calls_by_start(data, length=13):
    return counted((text_of(records[0]["callstarttime"])[:length],)
                   for records in summarized(data).values())


def system(record):
    name = record["osversion"] or ""
    return name.partition(".")[0] if name.startswith("Windows") else name


def newest_updates(data):
    newest = {}
    for record in data.records["call_summary_updates"]:
        if record["endpointid"]:
            known = newest.setdefault(record["endpointid"], record)
            if known["callupdatesversion"] < record["callupdatesversion"]:
                newest[record["endpointid"]] = record
    groups = collections.defaultdict(list)
    for record in newest.values():
        groups[record["callupdatesversion"]].append(
            record["participantendreason"] in _DROPS)
    return sorted((version, len(dropped), sum(dropped))
                  for version, dropped in groups.items())


def records_per_hour(data):
    tables = {"operational": "ACSCallAutomationIncomingOperations",
              "call_summary": "ACSCallSummary",
              "call_diagnostics": "ACSCallDiagnostics",
              "recording_summary": "ACSCallRecordingSummary"}
    return counted((hour(record), table) for log, table in tables.items()
                   for record in data.records[log])


def poor_streams(data):
    streams = of_senders(data)
    return [(len(streams),
             sum(stream["jitteravg"] > 30 for stream in streams),
             sum(stream["packetlossrateavg"] > 0.1 for stream in streams),
             sum(stream["roundtriptimeavg"] > 500 for stream in streams))]


def in_steps(values, step):
    return counted((int(value // step * step),) for value in values)


def recordings(data):
    """One record for each."""
    records = data.records["recording_summary"]
    assert len({record["recordingid"] for record in records}) == len(records)
    for record in records:
        assert record["contenttype"] == _FORMATS[record["formattype"]]
    return records


def recordings_per_hour(data, length=13):
    groups = collections.defaultdict(list)
    for record in recordings(data):
        groups[text_of(record["time"])[:length], record["formattype"],
               record["channeltype"]].append(record["recordinglength"])
    return sorted((*key, len(seconds), math.fsum(seconds) / 3600)
                  for key, seconds in groups.items())


def recording_requests(data):
    return data.records["recording_operational"]


def failed_recording_requests(data):
    return sorted((text_of(request["time"]), request["operationname"],
                   request["operationversion"], request["resultsignature"],
                   request["correlationid"])
                  for request in recording_requests(data)
                  if request["resultsignature"] >= 400)


def by_operation_and_version(data):
    groups = collections.defaultdict(list)
    for request in recording_requests(data):
        groups[request["operationname"], request["operationversion"]].append(
            request["durationms"])
    return sorted(groups.items())


def client_addresses(data):
    counts = collections.Counter(
        (request["operationname"], request["calleripaddress"])
        for request in recording_requests(data))
    rows = []
    for operation in sorted({operation for operation, _ in counts}):
        rows += sorted(((operation, address, count)
                        for (name, address), count in counts.items()
                        if name == operation),
                       key=lambda row: (-row[2], row[1]))[:5]
    return rows


def event_hours(data):
    """The hours of the callback events that the metric counts."""
    # Without a name among the metric's values.
    not_counted = ("MoveParticipantSucceeded", "MoveParticipantFailed",
                   "StartRecordingFailed")
    text = data.program("events", *data.calls_options, cwd=data.place).stdout
    for line in dataset.lines(text):
        event = dataset.parse(line)
        if not event["type"].endswith(not_counted):
            yield event["time"][:13]


def channels_in_use(data):
    recording = ("StartRecording", "StopRecording", "PauseRecording",
                 "ResumeRecording", "GetRecordingProperties")
    hours = [(hour(request), "APIRequestCallAutomation")
             for request in data.records["operational"]
             if request["operationname"] not in recording]
    hours += [(hour(request), "APIRequestCallRecording")
              for request in recording_requests(data)]
    hours += [(when, "AcsCallAutomationCallbackEvent")
              for when in event_hours(data)]
    return counted(hours)


def found_calls(data, word):
    """The rows of the search for calls."""
    rows = []
    for call, records in summarized(data).items():
        if any(word in (record[name] or "") for record in records for name in (
                "correlationid", "participantid", "identifier", "endpointid")):
            first = records[0]
            server, = {request["servercallid"] for request in call.requests
                       if request["servercallid"]}
            rows.append((text_of(first["callstarttime"]),
                         first["callduration"], "Group", server, len(records),
                         sum(record["participantendreason"] in _DROPS
                             for record in records)))
    return sorted(rows)


def participants_of(data, call):
    """The rows of the participants of a call."""
    rows = []
    for record in summarized(data)[call]:
        start = record["participantstarttime"]
        if start is None:
            start = record["callstarttime"]
        rows.append((text_of(start), record["participantduration"],
                     record["endpointtype"], record["endpointid"],
                     record["participantid"] or "", record["identifier"] or "",
                     record["participantendreason"], record["resultcategory"]))
    return sorted(rows, key=lambda row: (row[0], row[3]))


def requests_of_recording(data, recording):
    """All requests between the start and the end of a recording that concern
    it, by the order of the call's requests."""
    rows = []
    for request in recording_requests(data):
        is_start = (request["operationname"] == "StartRecording"
                    and request["time"] == recording["recordingstarttime"]
                    and request["correlationid"] == recording["correlationid"])
        if is_start or f"/{recording['recordingid']}" in request["uri"]:
            rows.append((text_of(request["time"]), request["operationname"],
                         request["resulttype"], request["resultsignature"],
                         request["durationms"], request["calleripaddress"],
                         request["operationversion"]))
    return sorted(rows)


def _means(data):
    streams = of_senders(data)
    return [tuple(mean([stream[name] for stream in streams]) for name in (
        "jitteravg", "jittermax", "roundtriptimeavg", "roundtriptimemax",
        "packetlossrateavg", "packetlossratemax"))]


CALL_TRUTHS = {
    "Participants per call": lambda data: ratio(
        len(newest_summaries(data)), len(summarized(data))),
    "Calls by number of participants": lambda data: histogram(
        summarized(data)),
    "Calls by type": lambda data: [("Group", len(summarized(data)))],
    "Calls by duration": lambda data: in_steps(durations(data), 60),
    "Duration of calls": lambda data: mean_and_ranks(durations(data)),
    "Calls per hour": calls_by_start,
    "SDK versions": lambda data: counted(
        (record["sdkversion"] or "",) for record in newest_summaries(data)),
    "Operating systems": lambda data: counted(
        (system(record),) for record in newest_summaries(data)),
    "Newest updates": newest_updates,
    "Calls with summaries and diagnostics": lambda data: [
        (len(data.calls), len(summarized(data)),
         len(by_call(data, of_senders(data))))],
    "Telephone numbers of participants": by_telephone_number,
    "Records per hour": records_per_hour,
    "Streams per call": lambda data: ratio(
        len(of_senders(data)), len(by_call(data, of_senders(data)))),
    "Calls by number of streams": lambda data: histogram(
        by_call(data, of_senders(data))),
    "Streams by media and transport": lambda data: counted(
        (stream["mediatype"], stream["transporttype"])
        for stream in of_senders(data)),
    "Mean quality": _means,
    "Poor streams": poor_streams,
    "Poor streams by the newest updates": poor_streams,
    "Streams by jitter": lambda data: in_steps(
        [stream["jitteravg"] for stream in of_senders(data)], 10),
    "Streams by round trip time": lambda data: in_steps(
        [stream["roundtriptimeavg"] for stream in of_senders(data)], 10),
    "Streams by packet loss": lambda data: counted(
        (int(stream["packetlossrateavg"] * 100),)
        for stream in of_senders(data)),
    "Recordings by length": lambda data: in_steps(
        [record["recordinglength"] for record in recordings(data)], 60),
    "Length of recordings": lambda data: mean_and_ranks(
        [record["recordinglength"] for record in recordings(data)]),
    "End reasons of recordings": lambda data: counted(
        (record["recordingendreason"],) for record in recordings(data)),
    "Recordings per hour": recordings_per_hour,
    "Recordings by format": lambda data: counted(
        (record["contenttype"], record["formattype"], record["channeltype"])
        for record in recordings(data)),
    "Recordings per call": lambda data: histogram(
        by_call(data, recordings(data))),
    "Recording requests by operation and result": lambda data: counted(
        (request["operationname"], "Failure" if request["resultsignature"]
         >= 400 else "Succeeded") for request in recording_requests(data)),
    "Failed recording requests": failed_recording_requests,
    "Recording operations and API versions": lambda data: [
        key for key, _ in by_operation_and_version(data)],
    "Latency of recording requests": lambda data: [
        (*key, *(nearest_rank(values, percent) for percent in (90, 95, 99)))
        for key, values in by_operation_and_version(data)],
    "Client addresses of recording requests": client_addresses,
    "Channels in use": channels_in_use,
}
