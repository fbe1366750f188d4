"""Checks rules of third-party programs that read these logs. Each message names
the program.
"""

import collections
import csv
import datetime
import io
import ipaddress
import json
import re

import pytest

import dataset

# opentelemetry-collector-contrib, pkg/translator/azurelogs: these fields must
# be strings if they exist.
_TEXTS = ("resultSignature", "resultType", "operationVersion",
          "callerIpAddress", "correlationId")
_LEVELS = ("Informational", "Warning", "Error", "Critical")
_HEAD = b'{"records":['


def check_resource_log(record):
    for name in _TEXTS:
        if name in record:
            assert isinstance(record[name], str), (
                f"OpenTelemetry: some fields are strings: {record}, {name}")
    assert isinstance(record["properties"], dict), (
        f"OpenTelemetry: properties is an object: {record}")
    if "durationMs" in record:
        assert type(record["durationMs"]) is int, (
            f"Elastic multiplies durationMs: it is a number: {record}")
    if "callerIpAddress" in record:
        ipaddress.ip_address(record["callerIpAddress"])
    if "level" in record:
        assert record["level"] in _LEVELS, (
            f"Azure Monitor: level is one of four: {record}")
    time = datetime.datetime.fromisoformat(record["time"])
    assert time.utcoffset() == datetime.timedelta(0), (
        f"New Relic, Elastic: time is ISO 8601 in UTC: {record}")
    assert record["resourceId"].lower().startswith("/subscriptions/"), (
        "New Relic, Datadog: resourceId begins with /subscriptions/: "
        f"{record}")
    for name in ("time", "resourceId", "operationName", "category"):
        assert record.get(name), (
            f"Azure Monitor: a required field: {record}, {name}")


def check_lines(data):
    assert b"\r" not in data, (
        "OpenTelemetry: lines end with LF alone, right after }")
    assert data.endswith(b"}\n"), "Azure storage: every line is ended"
    assert data.isascii(), "all text is ASCII"
    for line in data.splitlines():
        assert line.startswith(b"{") and line.endswith(b"}"), (
            f"one record per line: {line[:100]}")


def test_lines(program, shipped):
    data = program.generate("--profile", shipped, "--calls", 300, binary=True)
    check_lines(data)
    for line in data.splitlines():
        check_resource_log(dataset.parse(line.decode()))


@pytest.mark.parametrize("limit", [4096, 65536, 262144])
def test_messages(program, shipped, limit):
    """Messages of an event hub, one per line, filled up to the limit."""
    job = ["--profile", shipped, "--calls", 300]
    data = program.generate(*job, "--frame", "event-hub", "--batch-bytes",
                            limit, binary=True)
    check_lines(data)
    plain = program.generate(*job, binary=True).splitlines()
    again = []
    room = None  # free space of the previous message
    for message in data.splitlines():
        assert message.find(_HEAD) == 0 and b'"records"' in message[:100], (
            "OpenTelemetry: records is in the first 100 bytes: "
            f"{message[:120]}")
        assert len(message) <= limit, (
            f"Event Hubs: no message is above the limit: {message[:120]}, "
            f"{len(message)}")
        records = dataset.parse(message.decode())["records"]
        assert records, f"no message is empty: {message[:120]}"
        texts = [json.dumps(record, separators=(",", ":")).encode()
                 for record in records]
        again += texts
        if room is not None:
            assert len(texts[0]) + 2 > room, (
                "a message is cut only when the next record does not fit: "
                f"{message[:120]}, {room}")
        room = limit - len(message)
        for record in records:
            check_resource_log(record)
    assert again == plain, "messages contain the records of the lines, in order"


def _csv_tokens(line):
    """The fields of a line as written, including quotes."""
    return re.findall(r'(?:^|,)("(?:[^"]|"")*"|[^,"]*)', line)


@pytest.mark.parametrize("log", dataset.LOGS)
def test_csv(program, shipped, log):
    text = program.generate("--profile", shipped, "--calls", 200, "--frame",
                            "csv", "--logs", log)
    assert "\r" not in text, "portal export: lines end with LF"
    header, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    times = [name for name in header if "Time" in name]
    assert times and all(name.endswith(" [UTC]") for name in times), (
        f"portal export: the header of a time ends in [UTC]: {header}")
    assert len(set(header)) == len(header), f"no header is repeated: {header}"
    for row in rows:
        assert len(row) == len(header), f"each row has all columns: {row}"
        for name, value in zip(header, row):
            if name.endswith(" [UTC]"):
                # Raises if it is not `M/D/YYYY, h:mm:ss.fff AM`.
                dataset.milliseconds(value)
    for line in text.splitlines():
        tokens = _csv_tokens(line)
        for token in tokens:
            assert token.startswith('"') == bool(re.search("[ ,.]", token)), (
                "portal export: text with a space, comma or dot is quoted, "
                f"and nothing else: {line}, {token}")


@pytest.mark.parametrize("log", dataset.LOGS)
def test_query(program, shipped, log):
    body = dataset.parse(program.generate(
        "--profile", shipped, "--calls", 50, "--frame", "query", "--logs", log))
    assert list(body) == ["tables"], (
        f"query API: tables alone, no error: {body}")
    table, = body["tables"]
    assert (list(table) == ["name", "columns", "rows"]
            and table["name"] == "PrimaryResult"), (
        f"query API: one table, PrimaryResult: {list(table)}")
    for row in table["rows"]:
        assert len(row) == len(table["columns"]), (
            f"query API: a row has all columns: {row}")


def test_workbook(program, shipped):
    """Azure's own queries: the records contain what they count."""
    data = program.generate("--profile", shipped, "--calls", 2000, "--shape",
                            "table")
    types = collections.Counter()
    for record in dataset.read(data, "jsonl"):
        types[record["Type"], record.get("ResultType", "")] += 1
        if "ResultSignature" in record:
            assert (re.fullmatch("2..|4..|5..",
                                 str(record["ResultSignature"]))), (
                "Azure's queries: ResultSignature matches 2.., 4.. or 5..: "
                f"{record}")
        if "UsageType" in record:
            assert record["UsageType"].lower() in ("audio", "pstn"), (
                f"Azure's queries: usage is audio or PSTN: {record}")
    assert (types["ACSCallAutomationIncomingOperations", "Failed"] > 0
            and types["ACSCallAutomationMediaSummary", "Failed"] > 0), (
        f"Azure's queries: ResultType == Failed matches records: {types}")
