"""The answers of `busyhour truth --json` as the rows that the queries of
docs/queries-calls.md give, as in queries_truth.py."""

import collections

from queries_truth import addresses, rows_of, times, two


def only(truth, member, *names):
    """The named values of an answer's only row; None if there is none."""
    rows = truth[member]
    assert len(rows) <= 1
    return tuple(rows[0][name] if rows else None for name in names)


def ratio(truth, member, *names):
    first, second = only(truth, member, *names)
    return [(first, second, first / second)]


def added(rows, width):
    """The numbers of rows, added where the first `width` values are the
    same."""
    sums = collections.Counter()
    for row in rows:
        sums[row[:width]] += row[-1]
    return sorted((*key, count) for key, count in sums.items())


def systems(truth):
    return added([(row["os_version"].partition(".")[0] if row[
        "os_version"].startswith("Windows") else row["os_version"],
        row["participants"]) for row in truth["participants_by_software"]], 1)


def newest_updates(truth):
    rows = truth["newest_updates"]
    return sorted((version, *(
        sum(row["participants"] for row in rows if row["version"] == version
            and row["dropped"] in which) for which in ((False, True), (True,))))
        for version in {row["version"] for row in rows})


def poor_streams(truth):
    rows = truth["stream_quality"]
    return [tuple(sum(row["streams"] for row in rows if is_counted(row))
                  for is_counted in (lambda row: True,
                                     lambda row: row["poor_jitter"],
                                     lambda row: row["poor_loss"],
                                     lambda row: row["poor_round_trip"]))]


def records_per_hour(truth):
    rows = [(row["time"], "ACSCallAutomationIncomingOperations",
             row["requests"])
            for row in truth["requests_by_time_and_operation"]]
    for member, table, count in (
            ("summaries_by_time", "ACSCallSummary", "records"),
            ("streams_by_time", "ACSCallDiagnostics", "records"),
            ("recordings_by_time", "ACSCallRecordingSummary", "recordings")):
        rows += [(row["time"], table, row[count]) for row in truth[member]]
    return added(times(rows, 13), 2)


MEANS = ("mean_jitter", "mean_most_jitter", "mean_round_trip",
         "mean_most_round_trip", "mean_loss", "mean_most_loss")
QUALITY = ["stream_quality"]

# As in queries_truth.py.
CALL_ANSWERS = {
    "Participants per call": (
        ["participants"],
        lambda truth: ratio(truth, "participants", "participants", "calls")),
    "Calls by number of participants": (
        ["calls_by_participants"],
        lambda truth: rows_of(truth, "calls_by_participants", "participants",
                              "calls")),
    "Calls by type": (
        ["calls_by_type"],
        lambda truth: rows_of(truth, "calls_by_type", "call_type", "calls")),
    "Calls by duration": (
        ["calls_by_duration"],
        lambda truth: rows_of(truth, "calls_by_duration", "seconds", "calls")),
    "Duration of calls": (
        ["call_duration"],
        lambda truth: [only(truth, "call_duration", "mean", "p50", "p90",
                            "p99")]),
    "Calls per hour": (
        ["calls_by_start"],
        lambda truth: times(rows_of(truth, "calls_by_start", "time", "calls"),
                            13)),
    "SDK versions": (
        ["participants_by_software"],
        lambda truth: rows_of(truth, "participants_by_software", "sdk_version",
                              "participants")),
    "Operating systems": (["participants_by_software"], systems),
    "Newest updates": (["newest_updates"], newest_updates),
    "Calls with summaries and diagnostics": (
        ["calls"],
        lambda truth: [(truth["calls"], truth["logs"]["call_summary"]["calls"],
                        truth["logs"]["call_diagnostics"]["calls"])]),
    "Telephone numbers of participants": (
        ["usage_by_number"],
        lambda truth: two(truth, "usage_by_number", "number", "records",
                          "minutes")),
    "Records per hour": (
        ["requests_by_time_and_operation", "summaries_by_time",
         "streams_by_time", "recordings_by_time"], records_per_hour),
    "Streams per call": (
        ["streams"], lambda truth: ratio(truth, "streams", "streams",
                                         "calls")),
    "Calls by number of streams": (
        ["calls_by_streams"],
        lambda truth: rows_of(truth, "calls_by_streams", "streams", "calls")),
    "Streams by media and transport": (
        ["streams_by_transport"],
        lambda truth: rows_of(truth, "streams_by_transport", "media",
                              "transport", "streams")),
    "Mean quality": (
        MEANS, lambda truth: [tuple(only(truth, member, "mean")[0]
                                    for member in MEANS)]),
    "Poor streams": (QUALITY, poor_streams),
    "Poor streams by the newest updates": (QUALITY, poor_streams),
    "Streams by jitter": (
        ["streams_by_jitter"],
        lambda truth: rows_of(truth, "streams_by_jitter", "jitter",
                              "streams")),
    "Streams by round trip time": (
        ["streams_by_round_trip"],
        lambda truth: rows_of(truth, "streams_by_round_trip", "round_trip",
                              "streams")),
    "Streams by packet loss": (
        ["streams_by_loss"],
        lambda truth: [(round(100 * loss), streams) for loss, streams in
                       rows_of(truth, "streams_by_loss", "loss", "streams")]),
    "Recordings by length": (
        ["recordings_by_length"],
        lambda truth: rows_of(truth, "recordings_by_length", "seconds",
                              "recordings")),
    "Length of recordings": (
        ["recording_length"],
        lambda truth: [only(truth, "recording_length", "mean", "p50", "p90",
                            "p99")]),
    "End reasons of recordings": (
        ["recordings_by_format"],
        lambda truth: rows_of(truth, "recordings_by_format", "end_reason",
                              "recordings")),
    "Recordings per hour": (
        ["recordings_by_time"],
        lambda truth: times(two(truth, "recordings_by_time",
                                "time format channels", "recordings", "hours"),
                            13)),
    "Recordings by format": (
        ["recordings_by_format"],
        lambda truth: rows_of(truth, "recordings_by_format", "content",
                              "format", "channels", "recordings")),
    "Recordings per call": (
        ["calls_by_recordings"],
        lambda truth: rows_of(truth, "calls_by_recordings", "recordings",
                              "calls")),
    "Recording requests by operation and result": (
        ["recording_requests_by_result"],
        lambda truth: rows_of(truth, "recording_requests_by_result",
                              "operation", "result", "requests")),
    "Recording operations and API versions": (
        ["recording_requests_by_status"],
        lambda truth: sorted({(row["operation"], row["version"]) for row in
                              truth["recording_requests_by_status"]})),
    "Latency of recording requests": (
        ["recording_latency"],
        lambda truth: two(truth, "recording_latency", "operation version",
                          "p90", "p95", "p99")),
    "Client addresses of recording requests": (
        ["recording_requests_by_address"],
        lambda truth: addresses(truth, "recording_requests_by_address")),
}
CALL_NUMBERS = {
    "Failed recording requests": (
        ["recording_requests_by_result"],
        lambda truth: sum(row["requests"] for row in
                          truth["recording_requests_by_result"]
                          if row["result"] == "Failure"),
        len),
}
