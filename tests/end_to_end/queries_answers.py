"""What each query of docs/queries.md gives, computed from the records of a
data set call by call (calls.py), and compared with what the program counted
where it has the number.

An answer is a list of rows, in the order of the query.
"""

import collections
import datetime
import math
import re

HOUR_MS = 3_600_000
MINUTE_MS = 60_000


def text_of(ms):
    """A time as the tables have it."""
    time = datetime.datetime(1970, 1, 1) + datetime.timedelta(milliseconds=ms)
    return f"{time.isoformat(timespec='milliseconds')}0000Z"


def minute(record):
    return text_of(record["time"])[:16]


def hour(record):
    return text_of(record["time"])[:13]


def counted(keys):
    """The rows of `COUNT(*) ... GROUP BY`, in order."""
    return sorted((*key, count)
                  for key, count in collections.Counter(keys).items())


def summed(pairs):
    """The rows of `SUM(...) ... GROUP BY`, in order."""
    values = collections.defaultdict(list)
    for key, value in pairs:
        values[key].append(value)
    return sorted((*key, math.fsum(group)) for key, group in values.items())


def number_of_calls(data):
    assert len(data.calls) == data.counts["calls"]
    return [(len(data.calls),)]


def active_calls(data):
    return counted((when,) for call in data.calls
                   for when in {minute(request) for request in call.requests})


def calls_in_progress(data, at):
    """The application is the first to be connected and the last to leave."""
    return [(sum(1 for call in data.calls if call.usage
                 and min(leg["starttime"] for leg in call.usage) <= at
                 and at < max(leg["endtime"] for leg in call.usage)),)]


def requests_and_errors(data):
    statuses = [request["resultsignature"]
                for request in data.records["operational"]]
    refused = [status for status in statuses if status // 100 in (4, 5)]
    assert len(statuses) == data.counts["records"]["operational"]
    assert len(refused) == data.counts["failed_requests"]
    return [(len(statuses), sum(1 for status in refused if status // 100 == 5),
             len(refused))]


def failed_requests(data):
    failed = [request for request in data.records["operational"]
              if request["resultsignature"] >= 400]
    assert len(failed) == data.counts["failed_requests"]
    return sorted((text_of(request["time"]), request["operationname"],
                   request["resultsignature"], request["correlationid"],
                   request["operationid"]) for request in failed)


def by_operation_and_version(data):
    groups = collections.defaultdict(list)
    for request in data.records["operational"]:
        groups[request["operationname"], request["operationversion"]].append(
            request["durationms"])
    return sorted(groups.items())


def nearest_rank(values, percent):
    return sorted(values)[-(-percent * len(values) // 100) - 1]


def client_addresses(data):
    rows = []
    counts = collections.defaultdict(collections.Counter)
    for request in data.records["operational"]:
        counts[request["operationname"]][request["calleripaddress"]] += 1
    for operation in sorted(counts):
        ordered = sorted(counts[operation].items(),
                         key=lambda pair: (-pair[1], pair[0]))
        rows += [(operation, *pair) for pair in ordered[:5]]
    return rows


def streaming_requests(data):
    classes = collections.defaultdict(collections.Counter)
    for request in data.records["operational"]:
        if re.fullmatch(r"(Start|Stop|Update)(MediaStreaming|Transcription)",
                        request["operationname"]):
            classes[request["operationname"]][
                request["resultsignature"] // 100] += 1
    return sorted((operation, *(of[first] for first in (2, 4, 5)))
                  for operation, of in classes.items())


def media(data, operation):
    """The ends of accepted requests: by the requests, not the summaries."""
    of_kind = [(summary, request) for call in data.calls
               for summary, request in call.media
               if request["operationname"] == operation]
    accepted = [request for request in data.records["operational"]
                if request["operationname"] == operation
                and request["resulttype"] == "Succeeded"]
    assert len(of_kind) == len(accepted)
    return of_kind


def plays(data, flag):
    return counted((int(summary[flag]), summary["resulttype"])
                   for summary, _ in media(data, "Play"))


def recognizes(data):
    rows = counted((summary["resulttype"],)
                   for summary, _ in media(data, "Recognize"))
    results = collections.Counter(
        summary["resulttype"] for summary, _ in media(data, "Play"))
    results.update(dict(rows))
    assert results["Failed"] == data.counts["failed_media"]
    assert results["Canceled"] == data.counts["canceled_media"]
    return rows


def legs(data):
    return [leg for call in data.calls for leg in call.usage]


def long_connections(data):
    """In the order of the query."""
    found = sorted((leg["starttime"], leg["recordid"], leg)
                   for leg in legs(data)
                   if leg["endtime"] - leg["starttime"] > HOUR_MS)
    return [(record, leg["correlationid"], leg["usagetype"], text_of(start),
             text_of(leg["endtime"])) for start, record, leg in found]


def usage_by_channel(data):
    """By the user, not the type: 4: is a telephone."""
    rows = collections.defaultdict(list)
    for leg in legs(data):
        is_telephone = leg["userida"].startswith("4:")
        rows["PSTN" if is_telephone else "VoIP", leg["unittype"]].append(
            leg["quantity"])
    return sorted((*key, len(of), math.fsum(of)) for key, of in rows.items())


def by_telephone_number(data):
    groups = collections.defaultdict(list)
    for leg in legs(data):
        if leg["usagetype"] == "PSTN":
            groups[leg["userida"].partition(":")[2]].append(leg["quantity"])
    return sorted((number, len(of), math.fsum(of))
                  for number, of in groups.items())


def streamed(data):
    """Pairs of a call and a record."""
    return [(call, record) for call in data.calls for record in call.streaming]


def connection(call):
    """The one that a call has, whatever its streaming records say."""
    only, = {request["callconnectionid"] for request in call.requests
             if request["callconnectionid"]}
    return only


def minutes(record):
    return record["streamingdurationinms"] / MINUTE_MS


def streaming_minutes(data):
    sessions = collections.Counter()
    for call in data.calls:
        sessions.update(modality for _, modality in {
            (record["streamingsessionid"], record["streamingmodality"])
            for record in call.streaming})
    return [(modality, sessions[modality], total) for modality, total in summed(
        ((record["streamingmodality"],), minutes(record))
        for _, record in streamed(data))]


# What each query gives, in order. Queries with a word to be changed are not
# among them.
TRUTHS = {
    "Number of calls": number_of_calls,
    "Active calls per minute": active_calls,
    "Requests and errors": requests_and_errors,
    "Requests per minute by operation": lambda data: counted(
        (minute(request), request["operationname"])
        for request in data.records["operational"]),
    "Requests per minute by status": lambda data: counted(
        (minute(request), request["resultsignature"])
        for request in data.records["operational"]),
    "Requests by operation and result": lambda data: counted(
        (request["operationname"],
         "Failed" if request["resultsignature"] >= 400 else "Succeeded")
        for request in data.records["operational"]),
    "Failed requests": failed_requests,
    "Operations and API versions": lambda data: [
        key for key, _ in by_operation_and_version(data)],
    "Latency": lambda data: [
        (*key, *(nearest_rank(values, percent) for percent in (90, 95, 99)))
        for key, values in by_operation_and_version(data)],
    "Client addresses": client_addresses,
    "Streaming requests": streaming_requests,
    "Plays by loop": lambda data: plays(data, "playinloop"),
    "Plays by target": lambda data: plays(data, "playtoparticipant"),
    "Recognizes": recognizes,
    "Recognizes by input": lambda data: counted(
        (request["suboperationname"], summary["resulttype"])
        for summary, request in media(data, "Recognize")),
    "Connections of more than an hour": long_connections,
    "Minutes per hour and type": lambda data: summed(
        ((hour(leg), leg["usagetype"]), leg["quantity"])
        for leg in legs(data)),
    "Records per hour and type": lambda data: counted(
        (hour(leg), leg["usagetype"]) for leg in legs(data)),
    "Usage by channel": usage_by_channel,
    "Minutes by telephone number": by_telephone_number,
    "Calls with streaming": lambda data: counted(
        (kind,) for call in data.calls
        for kind in {"Transcription" if record["streamingmodality"]
                     == "Transcription" else "AudioStreaming"
                     for record in call.streaming}),
    "Streaming minutes": streaming_minutes,
    "Streaming minutes by call": lambda data: summed(
        ((connection(call), record["streamingmodality"]), minutes(record))
        for call, record in streamed(data)),
    "Streaming minutes by participant": lambda data: summed(
        ((connection(call), record["participantid"],
          record["streamingmodality"]), minutes(record))
        for call, record in streamed(data)
        if record["streamingmodality"] != "AudioStreamingMixed"),
}


def check(found, expected):
    """Numbers are summed in another order, and may differ that much."""
    assert len(found) == len(expected), (found[:5], expected[:5])
    for row, right in zip(found, expected):
        is_same = len(row) == len(right) and all(
            math.isclose(value, other, rel_tol=1e-9)
            if isinstance(other, float) else value == other
            for value, other in zip(row, right))
        assert is_same, f"{row}, not {right}"
