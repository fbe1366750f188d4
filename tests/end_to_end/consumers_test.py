"""The rules that programs set which read these logs, and which nobody here
wrote. Each is named with what it comes from."""

import collections
import csv
import datetime
import io
import ipaddress
import json
import re

import dataset
import harness
import profiles

# opentelemetry-collector-contrib, pkg/translator/azurelogs: these must be
# texts where they stand at all.
_TEXTS = ("resultSignature", "resultType", "operationVersion",
          "callerIpAddress", "correlationId")
_LEVELS = ("Informational", "Warning", "Error", "Critical")
_HEAD = b'{"records":['


def check_resource_log(record, checks):
    for name in _TEXTS:
        if name in record:
            checks(isinstance(record[name], str),
                   "OpenTelemetry: some fields are texts", record, name)
    checks(isinstance(record["properties"], dict),
           "OpenTelemetry: properties is an object", record)
    if "durationMs" in record:
        checks(type(record["durationMs"]) is int,
               "Elastic multiplies durationMs: it is a number", record)
    if "callerIpAddress" in record:
        ipaddress.ip_address(record["callerIpAddress"])
        checks(True, "Elastic: callerIpAddress is an address")
    if "level" in record:
        checks(record["level"] in _LEVELS,
               "Azure Monitor: level is one of four", record)
    time = datetime.datetime.fromisoformat(record["time"])
    checks(time.utcoffset() == datetime.timedelta(0),
           "New Relic, Elastic: time is ISO 8601 in UTC", record)
    checks(record["resourceId"].lower().startswith("/subscriptions/"),
           "New Relic, Datadog: resourceId begins with /subscriptions/", record)
    for name in ("time", "resourceId", "operationName", "category"):
        checks(record.get(name), "Azure Monitor: what a resource log must have",
               record, name)


def check_lines(data, checks):
    checks(b"\r" not in data,
           "OpenTelemetry: lines end with LF alone, right after }")
    checks(data.endswith(b"}\n"), "Azure storage: every line is ended")
    checks(data.isascii(), "no text needs more than ASCII")
    for line in data.splitlines():
        checks(line.startswith(b"{") and line.endswith(b"}"),
               "one record a line", line[:100])


def check_jsonl(program, profile, checks):
    data = program.generate("--profile", profile, "--calls", 300, binary=True)
    check_lines(data, checks)
    for line in data.splitlines():
        check_resource_log(dataset.parse(line.decode()), checks)


def check_messages(program, profile, limit, checks):
    """An event hub's messages, one a line: as full as the limit allows."""
    job = ["--profile", profile, "--calls", 300]
    data = program.generate(*job, "--frame", "event-hub", "--batch-bytes",
                            limit, binary=True)
    check_lines(data, checks)
    plain = program.generate(*job, binary=True).splitlines()
    again = []
    room = None  # what the message before had left
    for message in data.splitlines():
        checks(message.find(_HEAD) == 0 and b'"records"' in message[:100],
               "OpenTelemetry: records stands in the first 100 bytes",
               message[:120])
        checks(len(message) <= limit, "Event Hubs: no message is above the "
               "limit", message[:120], len(message))
        records = dataset.parse(message.decode())["records"]
        checks(records, "no message is empty", message[:120])
        texts = [json.dumps(record, separators=(",", ":")).encode()
                 for record in records]
        again += texts
        if room is not None:
            checks(len(texts[0]) + 2 > room,
                   "a message is cut only when the next record does not fit",
                   message[:120], room)
        room = limit - len(message)
        for record in records:
            check_resource_log(record, checks)
    checks(again == plain, "messages hold the records of the lines, in order")


def _csv_tokens(line):
    """The fields of a line as they were written, quotes and all."""
    return re.findall(r'(?:^|,)("(?:[^"]|"")*"|[^,"]*)', line)


def check_csv(program, profile, log, checks):
    text = program.generate("--profile", profile, "--calls", 200, "--frame",
                            "csv", "--logs", log)
    checks("\r" not in text, "portal export: lines end with LF")
    header, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    times = [name for name in header if "Time" in name]
    checks(times and all(name.endswith(" [UTC]") for name in times),
           "portal export: the header of a time ends in [UTC]", header)
    checks(len(set(header)) == len(header), "no header stands twice", header)
    for row in rows:
        checks(len(row) == len(header), "each row has all columns", row)
        for name, value in zip(header, row):
            if name.endswith(" [UTC]"):
                # Raises when it is not `M/D/YYYY, h:mm:ss.fff AM`.
                dataset.milliseconds(value)
                checks(True, "portal importers: en-US dates parse strictly")
    for line in text.splitlines():
        tokens = _csv_tokens(line)
        for token in tokens:
            checks(token.startswith('"') == bool(re.search("[ ,.]", token)),
                   "portal export: what holds a space, comma or dot is quoted, "
                   "and nothing else", line, token)


def check_query(program, profile, log, checks):
    body = dataset.parse(program.generate(
        "--profile", profile, "--calls", 50, "--frame", "query", "--logs", log))
    checks(list(body) == ["tables"], "query API: tables alone, no error", body)
    table, = body["tables"]
    checks(list(table) == ["name", "columns", "rows"]
           and table["name"] == "PrimaryResult",
           "query API: one table, PrimaryResult", list(table))
    for row in table["rows"]:
        checks(len(row) == len(table["columns"]),
               "query API: a row has all columns", row)


def check_workbook(program, profile, checks):
    """Azure's own queries: what they count must be there to count."""
    data = program.generate("--profile", profile, "--calls", 2000, "--shape",
                            "table")
    types = collections.Counter()
    for record in dataset.read(data, "jsonl"):
        types[record["Type"], record.get("ResultType", "")] += 1
        if "ResultSignature" in record:
            checks(re.fullmatch("2..|4..|5..", str(record["ResultSignature"])),
                   "Azure's queries: ResultSignature matches 2.., 4.. or 5..",
                   record)
        if "UsageType" in record:
            checks(record["UsageType"].lower() in ("audio", "pstn"),
                   "Azure's queries: usage is audio or PSTN", record)
    checks(types["ACSCallAutomationIncomingOperations", "Failed"] > 0
           and types["ACSCallAutomationMediaSummary", "Failed"] > 0,
           "Azure's queries: ResultType == Failed finds something", types)


def run(program, scratch, checks):
    for profile in profiles.shipped(program):
        check_jsonl(program, profile, checks)
        for limit in (4096, 65536, 262144):
            check_messages(program, profile, limit, checks)
        for log in dataset.LOGS:
            check_csv(program, profile, log, checks)
            check_query(program, profile, log, checks)
        check_workbook(program, profile, checks)


harness.main(run)
