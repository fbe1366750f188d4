"""Groups the records of a data set by call."""

import collections
import os

import dataset
from dataset import Record


class Call:
    """All records of one call attempt. Records are plain (see dataset.plain);
    `sent` of a request is its time minus its duration."""

    def __init__(self) -> None:
        # In the order in which they were sent.
        self.requests: list[Record] = []
        # Pairs: the summary, and its request.
        self.media: list[tuple[Record, Record]] = []
        # By participant, in the order in which they connected.
        self.usage: list[Record] = []
        # In the order in which they began.
        self.streaming: list[Record] = []


def read(directory: str | os.PathLike) -> dict[str, list[Record]]:
    """The records of a directory's files, plain, by log."""
    records = {}
    for log in dataset.LOGS:
        path = f"{directory}/{dataset.file_name(log, 'jsonl')}"
        records[log] = [dataset.plain(record)
                        for record in dataset.read_file(path)]
    return records


def group(records: dict[str, list[Record]]) -> list[Call]:
    """The calls of a data set. A call is identified by its server call id.
    Requests before it has one are assigned by their correlation id."""
    server_of = {}
    for request in records["operational"]:
        server, correlation = request["servercallid"], request["correlationid"]
        if server:
            known = server_of.setdefault(correlation, server)
            assert known == server, (
                f"a correlation id belongs to one call: {request}, {known}")

    calls = collections.defaultdict(Call)
    request_of = {}
    for request in records["operational"]:
        request["sent"] = request["time"] - request["durationms"]
        correlation = request["correlationid"]
        key = (request["servercallid"]
               or server_of.setdefault(correlation, correlation))
        calls[key].requests.append(request)
        if request["operationid"]:
            assert request["operationid"] not in request_of, (
                f"an operation id belongs to one request: {request}")
            request_of[request["operationid"]] = request, calls[key]
    for summary in records["media_summary"]:
        request, call = request_of.get(summary["operationid"], (None, None))
        assert request is not None, (
            f"a media summary has a request with its operation id: {summary}")
        call.media.append((summary, request))
    for usage in records["usage"]:
        key = server_of.get(usage["correlationid"])
        assert key is not None, (
            f"a usage record's correlation id is that of a request: {usage}")
        calls[key].usage.append(usage)

    for streamed in records["streaming_usage"]:
        key = server_of.get(streamed["correlationid"])
        assert key is not None, (
            "a streaming usage record's correlation id is that of a request: "
            f"{streamed}")
        calls[key].streaming.append(streamed)

    for call in calls.values():
        call.streaming.sort(key=lambda record: record["streamingstarttime"])
        call.requests.sort(key=lambda request: request["sent"])
        call.media.sort(key=lambda pair: pair[1]["sent"])
        call.usage.sort(key=lambda usage: usage["starttime"])
    return list(calls.values())
