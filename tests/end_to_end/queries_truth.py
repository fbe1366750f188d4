"""The answers of `busyhour truth --json` as the rows that the queries of
docs/queries.md give."""

HOURS = {"Minutes per hour and type", "Records per hour and type",
         "Calls per hour", "Recordings per hour", "Records per hour"}


def rows_of(truth, member, *names, where=lambda row: True):
    """The named values of each row of an answer, added where the others are
    the same."""
    rows = {}
    for row in truth[member]:
        if where(row):
            *key, number = (row[name] for name in names)
            rows[tuple(key)] = rows.get(tuple(key), 0) + number
    return sorted((*key, number) for key, number in rows.items())


def times(rows, length):
    return [(time[:length], *rest) for time, *rest in rows]


def errors(truth):
    by_class = {row["class"]: row["requests"]
                for row in truth["requests_by_class"]}
    server = by_class.get("5xx", 0)
    return [(sum(by_class.values()), server, server + by_class.get("4xx", 0))]


def latency(truth):
    return sorted((row["operation"], row["version"], row["p90"], row["p95"],
                   row["p99"]) for row in truth["latency"])


def addresses(truth, member="requests_by_address"):
    """The five with the most requests, by operation."""
    rows = []
    groups = {}
    for row in truth[member]:
        groups.setdefault(row["operation"], []).append(
            (-row["requests"], row["address"]))
    for operation in sorted(groups):
        rows += [(operation, address, -count)
                 for count, address in sorted(groups[operation])[:5]]
    return rows


def streaming_requests(truth):
    counts = {(row["operation"], row["class"]): row["requests"]
              for row in truth["streaming_requests"]}
    return sorted({(operation, *(counts.get((operation, each), 0)
                                 for each in ("2xx", "4xx", "5xx")))
                   for operation, _ in counts})


def two(truth, member, key, *values):
    """A row for each key, with several numbers."""
    return sorted((*(row[name] for name in key.split()),
                   *(row[name] for name in values)) for row in truth[member])


# Of each query with an answer in truth: its members, and the rows.
ANSWERS = {
    "Number of calls": (["calls"], lambda truth: [(truth["calls"],)]),
    "Active calls per minute": (
        ["active_calls"],
        lambda truth: times(rows_of(truth, "active_calls", "time", "calls"),
                            16)),
    "Requests and errors": (["requests_by_class"], errors),
    "Requests per minute by operation": (
        ["requests_by_time_and_operation"],
        lambda truth: times(rows_of(truth, "requests_by_time_and_operation",
                                    "time", "operation", "requests"), 16)),
    "Requests per minute by status": (
        ["requests_by_time_and_status"],
        lambda truth: times(rows_of(truth, "requests_by_time_and_status",
                                    "time", "status", "requests"), 16)),
    "Requests by operation and result": (
        ["requests_by_result"],
        lambda truth: rows_of(truth, "requests_by_result", "operation",
                              "result", "requests")),
    "Operations and API versions": (
        ["requests_by_status"],
        lambda truth: sorted({(row["operation"], row["version"])
                              for row in truth["requests_by_status"]})),
    "Latency": (["latency"], latency),
    "Client addresses": (["requests_by_address"], addresses),
    "Streaming requests": (["streaming_requests"], streaming_requests),
    "Plays by loop": (
        ["plays_by_loop"],
        lambda truth: rows_of(truth, "plays_by_loop", "in_loop", "result",
                              "plays")),
    "Plays by target": (
        ["plays_by_target"],
        lambda truth: rows_of(truth, "plays_by_target", "to_participant",
                              "result", "plays")),
    "Recognizes": (
        ["recognizes"],
        lambda truth: rows_of(truth, "recognizes", "result", "recognizes")),
    "Recognizes by input": (
        ["recognizes_by_input"],
        lambda truth: rows_of(truth, "recognizes_by_input", "input", "result",
                              "recognizes")),
    "Minutes per hour and type": (
        ["usage_by_time"],
        lambda truth: times(rows_of(truth, "usage_by_time", "time",
                                    "usage_type", "minutes"), 13)),
    "Records per hour and type": (
        ["usage_by_time"],
        lambda truth: times(rows_of(truth, "usage_by_time", "time",
                                    "usage_type", "records"), 13)),
    "Usage by channel": (
        ["usage_by_channel"],
        lambda truth: two(truth, "usage_by_channel", "channel unit", "records",
                          "quantity")),
    "Minutes by telephone number": (
        ["usage_by_number"],
        lambda truth: two(truth, "usage_by_number", "number", "records",
                          "minutes")),
    "Calls with streaming": (
        ["streaming_calls"],
        lambda truth: rows_of(truth, "streaming_calls", "kind", "calls")),
    "Streaming minutes": (
        ["streaming"],
        lambda truth: two(truth, "streaming", "modality", "sessions",
                          "minutes")),
}
# Lists, of which truth has the number of rows, or sums.
NUMBERS = {
    "Failed requests": (
        ["requests_by_result"],
        lambda truth: sum(row["requests"] for row in truth["requests_by_result"]
                          if row["result"] == "Failed"),
        len),
    "Connections of more than an hour": (
        ["long_connections"],
        lambda truth: sum(row["records"] for row in truth["long_connections"]),
        len),
    "Streaming minutes by call": (
        ["streaming"],
        lambda truth: sum(row["minutes"] for row in truth["streaming"]),
        lambda rows: sum(row[-1] for row in rows)),
    "Streaming minutes by participant": (
        ["streaming"],
        lambda truth: sum(row["minutes"] for row in truth["streaming"]
                          if row["modality"] != "AudioStreamingMixed"),
        lambda rows: sum(row[-1] for row in rows)),
}
