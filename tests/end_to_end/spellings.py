"""Spellings of records that well-known tools write.

A spelling has a shape, a function from records to the tool's text, and the
options with which `verify` accepts it.
"""

import csv
import datetime
import io
import json
import re
from typing import Any, Callable, NamedTuple

from dataset import Record


class Spelling(NamedTuple):
    """How a tool writes records of a shape."""
    shape: str
    write: Callable[[list[Record]], str]
    options: tuple[str, ...] = ()


def lines(values: list[Any]) -> str:
    return "".join(json.dumps(value) + "\n" for value in values)


def batches(records: list[Record], size: int = 40) -> list[list[Record]]:
    return [records[at:at + size] for at in range(0, len(records), size)]


# ---------------------------------------------------------------- wrappers


def table(records: list[Record], columns: str = "columns", name: str = "name",
          rows: str = "rows") -> Record:
    names = list(records[0]) if records else ["TimeGenerated"]
    return {columns: [{name: each, "type": "string"} for each in names],
            rows: [[record.get(each) for each in names]
                   for record in records]}


def kusto(records: list[Record], **members: str) -> Record:
    return members | table(records, "Columns", "ColumnName", "Rows")


def several_tables(records: list[Record]) -> str:
    empty = table(records[:1]) | {"rows": []}
    return json.dumps({"tables": [empty, *map(table, batches(records))]})


def adx_v1(records: list[Record]) -> str:
    return json.dumps({"Tables": [
        kusto(records, TableName="Table_0"),
        {"TableName": "Table_1", "Columns": [{"ColumnName": "Value"}],
         "Rows": [[json.dumps({"Visualization": None})]]},
        {"TableName": "Table_3", "Columns": [
            {"ColumnName": name} for name in
            ("Ordinal", "Kind", "Name", "Id", "PrettyName")],
         "Rows": [[0, "QueryResult", "PrimaryResult", "", ""]]}]})


def adx_v2(records: list[Record]) -> str:
    return json.dumps([
        {"FrameType": "DataSetHeader", "IsProgressive": False,
         "Version": "v2.0"},
        {"FrameType": "DataTable", "TableId": 0, "TableKind": "QueryProperties",
         "Columns": [{"ColumnName": name} for name in
                     ("TableId", "Key", "Value")],
         "Rows": [[1, "Visualization", "{}"]]},
        kusto(records, FrameType="DataTable", TableKind="PrimaryResult"),
        {"FrameType": "DataTable", "TableKind": "QueryCompletionInformation",
         "Columns": [{"ColumnName": name} for name in
                     ("Timestamp", "ClientRequestId", "ActivityId", "LevelName",
                      "StatusCode", "EventTypeName", "Payload")],
         "Rows": [["2026-03-02T08:00:00Z", "a", "b", "Info", 0, "c", "{}"]]},
        {"FrameType": "DataSetCompletion", "HasErrors": False}])


def elastic_pages(records: list[Record]) -> str:
    pages = [*batches(records), []]
    return lines([{"_scroll_id": "a", "took": 1, "hits": {
        "total": {"value": len(records), "relation": "eq"},
        "hits": [{"_index": "calls", "_id": str(number), "_source": record,
                  "sort": [number]}
                 for number, record in enumerate(page)]}} for page in pages])


def elastic_fields(records: list[Record]) -> str:
    return json.dumps({"hits": {"hits": [
        {"_id": "a", "fields": {name: [value]
                                for name, value in record.items()}}
        for record in records]}})


def elastic_bulk(records: list[Record]) -> str:
    return lines([each for record in records
                  for each in ({"create": {"_index": "calls"}}, record)])


def elastic_sql(records: list[Record]) -> str:
    return json.dumps(table(records, rows="values"))


def splunk_export(records: list[Record]) -> str:
    return lines([{"preview": False, "offset": number,
                   "result": {"_raw": json.dumps(record), "host": "a"}}
                  for number, record in enumerate(records)])


def splunk_rows(records: list[Record]) -> str:
    names = list(records[0]) if records else []
    return json.dumps({"fields": names,
                       "rows": [list(record.values()) for record in records]})


def loki_push(records: list[Record]) -> str:
    return lines([{"streams": [
        {"stream": {"category": "a"},
         "values": [["1772438400000000000", json.dumps(record)]
                    for record in batch]}]} for batch in batches(records)])


def loki_answer(records: list[Record]) -> str:
    return json.dumps({"status": "success", "data": {
        "resultType": "streams", "result": [
            {"stream": {"a": "b"}, "values": [
                ["1", json.dumps(record), {"structured": "metadata"}]
                for record in batch]} for batch in batches(records)],
        "stats": {"summary": {"bytesProcessed": 1}}}})


def otlp(records: list[Record], body: Callable[[Record], Any]) -> str:
    return lines([{"resourceLogs": [
        {"resource": {"attributes": [
            {"key": "service.name", "value": {"stringValue": "a"}}]},
         "scopeLogs": [{"scope": {}, "logRecords": [
             {"timeUnixNano": "1", "body": body(record),
              "attributes": [{"key": "b", "value": {"intValue": "1"}}]}
             for record in batch]}]}]} for batch in batches(records)])


def any_value(value: Any) -> Record:
    if isinstance(value, dict):
        return {"kvlistValue": {"values": [
            {"key": name, "value": any_value(member)}
            for name, member in value.items()]}}
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    if isinstance(value, float):
        return {"doubleValue": value}
    return {"stringValue": value}


def vector(records: list[Record]) -> str:
    return lines([{"host": "a", "source_type": "kafka", "offset": number,
                   "message": json.dumps({"records": batch})}
                  for number, batch in enumerate(batches(records, 5))])


def event_hub_events(records: list[Record]) -> str:
    return json.dumps([{"offset": "1", "sequenceNumber": number,
                        "body": {"records": batch}}
                       for number, batch in enumerate(batches(records, 5))])


def syslog(records: list[Record]) -> str:
    return "".join(f"<134>1 2026-03-02T08:00:00.123Z host app 1 ID "
                   f'[a@1 b="c"] \ufeff{json.dumps(record)}\n'
                   for record in records)


def old_syslog(records: list[Record]) -> str:
    return "".join(f"Mar  2 08:00:00 host app[12]: {json.dumps(record)}\n"
                   for record in records)


def counted_syslog(records: list[Record]) -> str:
    messages = [f"<134>1 - host app - - - {json.dumps(record)}"
                for record in records]
    return "".join(f"{len(message)} {message}" for message in messages)


def kubernetes(records: list[Record]) -> str:
    return "".join(f"2026-03-02T08:00:00.123456789Z stdout F "
                   f"{json.dumps(record)}\n" for record in records)


def docker(records: list[Record]) -> str:
    return lines([{"log": json.dumps(record) + "\n", "stream": "stdout",
                   "time": "2026-03-02T08:00:00Z"} for record in records])


def each(change: Callable[[Record], Any]) -> Callable[[list[Record]], str]:
    return lambda records: lines([change(record) for record in records])


def nested(record: Record) -> Record:
    """As Elastic's Azure integration nests records."""
    record = dict(record)
    return {"@timestamp": "2026-03-02T08:00:00Z", "tags": ["azure"],
            "azure": {"correlation_id": record.pop("correlationId"),
                      "resource_id": record.pop("resourceId"),
                      "calls": {"properties": record.pop("properties"),
                                **record}}}


def flat(record: Record, separator: str) -> Record:
    flattened = {}
    for name, value in record.items():
        if isinstance(value, dict):
            flattened |= {name + separator + member: each
                          for member, each in value.items()}
        else:
            flattened[name] = value
    return flattened


def snake_case(record: Record) -> Record:
    return {re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower():
            snake_case(value) if isinstance(value, dict) else value
            for name, value in record.items()}


def custom_table(record: Record) -> Record:
    """As a custom table of Log Analytics, which adds types to the names."""
    def suffix(value: Any) -> str:
        return ("_b" if isinstance(value, bool) else
                "_d" if isinstance(value, (int, float)) else "_s")
    return {name + suffix(value): value
            for name, value in flat(record, "_").items()}


def csv_text(start: str = "", **format_of: Any) -> Callable[[list[Record]], str]:
    def write(records: list[Record]) -> str:
        out = io.StringIO()
        out.write(start)
        writer = csv.writer(out, **format_of)
        if records:
            writer.writerow(records[0])
        writer.writerows(record.values() for record in records)
        return out.getvalue()
    return write


# ------------------------------------------------------------------ values

_TIME = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z")
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def values(change: Callable[[Any], Any]) -> Callable[[list[Record]], str]:
    def write(records: list[Record]) -> str:
        return lines([
            {name: ({member: change(each) for member, each in value.items()}
                    if isinstance(value, dict) else change(value))
             for name, value in record.items()} for record in records])
    return write


def times(form: Callable[[datetime.datetime], Any],
          **options: str) -> Callable[[list[Record]], str]:
    def change(value: Any) -> Any:
        if not isinstance(value, str) or not _TIME.fullmatch(value):
            return value
        return form(datetime.datetime.fromisoformat(value[:26] + "+00:00"))
    return values(change)


def pattern(text: str) -> Callable[[list[Record]], str]:
    """Times by a pattern of strftime, with %N for milliseconds."""
    return times(lambda time: time.strftime(
        text.replace("%N", f"{time.microsecond // 1000:03}")))


def epoch(per_second: int, as_text: bool = False) -> Callable[
        [list[Record]], str]:
    def form(time: datetime.datetime) -> Any:
        ms = round(time.timestamp() * 1000)
        number = ms * per_second // 1000 if per_second > 1 else ms / 1000
        return str(number) if as_text else number
    return times(form)


def spreadsheet(time: datetime.datetime) -> float:
    start = datetime.datetime(1899, 12, 30, tzinfo=datetime.timezone.utc)
    return round((time - start) / datetime.timedelta(days=1), 10)


def local(hours: int, text: str) -> Callable[[list[Record]], str]:
    shift = datetime.timedelta(hours=hours)
    return times(lambda time: (time + shift).strftime(
        text.replace("%N", f"{time.microsecond // 1000:03}")))


def without_empty(record: Record) -> Record:
    return {name: without_empty(value) if isinstance(value, dict) else value
            for name, value in record.items() if value != ""}


def guid(form: Callable[[str], str]) -> Callable[[list[Record]], str]:
    return values(lambda value: form(value) if isinstance(value, str) and
                  _GUID.fullmatch(value) else value)


def boolean(yes: Any, no: Any) -> Callable[[list[Record]], str]:
    words = {"true": yes, "false": no, True: yes, False: no}
    return values(lambda value: words[value] if (
        isinstance(value, bool) or value in ("true", "false")) else value)


def lower_resource(record: Record) -> Record:
    return record | {"resourceId": record["resourceId"].lower()}


SPELLINGS: dict[str, Spelling] = {
    "several tables": Spelling("table", several_tables),
    "ADX v1": Spelling("table", adx_v1),
    "ADX v2": Spelling("table", adx_v2),
    "Elastic pages": Spelling("resource-log", elastic_pages),
    "Elastic fields": Spelling("table", elastic_fields),
    "Elastic bulk": Spelling("resource-log", elastic_bulk),
    "Elastic SQL": Spelling("table", elastic_sql),
    "Splunk export": Spelling("resource-log", splunk_export),
    "Splunk rows": Spelling("portal", splunk_rows),
    "Loki push": Spelling("resource-log", loki_push),
    "Loki answer": Spelling("table", loki_answer),
    "OTLP text": Spelling("resource-log", lambda records: otlp(
        records, lambda record: {"stringValue": json.dumps(record)})),
    "OTLP values": Spelling("resource-log",
                            lambda records: otlp(records, any_value)),
    "Vector": Spelling("resource-log", vector),
    "Event Hubs events": Spelling("resource-log", event_hub_events),
    "syslog": Spelling("resource-log", syslog),
    "old syslog": Spelling("table", old_syslog),
    "counted syslog": Spelling("resource-log", counted_syslog),
    "Kubernetes": Spelling("resource-log", kubernetes),
    "Docker": Spelling("resource-log", docker),
    "texts": Spelling("resource-log", each(json.dumps)),
    "properties as text": Spelling("resource-log", each(
        lambda record: record | {"properties": json.dumps(
            record["properties"])})),
    "nested": Spelling("resource-log", each(nested)),
    "flat with dots": Spelling("resource-log",
                               each(lambda record: flat(record, "."))),
    "flat with underscores": Spelling("resource-log", each(
        lambda record: flat(record, "_"))),
    "snake case": Spelling("resource-log", each(snake_case)),
    "custom table": Spelling("table", each(custom_table)),
    "PowerShell's CSV": Spelling("portal", csv_text(
        "#TYPE System.Object\r\n", quoting=csv.QUOTE_ALL)),
    "CSV with sep": Spelling("table", csv_text("sep=;\r\n", delimiter=";")),
    "CSV of old Macs": Spelling("portal", csv_text(
        delimiter="\t", lineterminator="\r")),
    "US times": Spelling("resource-log", pattern("%m/%d/%Y %H:%M:%S.%N")),
    "US times with comma": Spelling("resource-log",
                                    pattern("%m/%d/%Y, %H:%M:%S")),
    "US times with AM": Spelling("resource-log",
                                 pattern("%m/%d/%Y %I:%M:%S.%N %p +00:00")),
    "browser's times": Spelling("table",
                                pattern("%m/%d/%Y, %I:%M:%S\u202f%p")),
    "day first": Spelling("resource-log", pattern("%d/%m/%Y %H:%M:%S.%N")),
    "day first by option": Spelling(
        "table", pattern("%d/%m/%Y, %H:%M:%S"), ("--date-order", "day-first")),
    "German times": Spelling("resource-log", pattern("%d.%m.%Y %H:%M:%S,%N")),
    "times with UTC": Spelling("resource-log",
                               pattern("%Y-%m-%d %H:%M:%S.%N UTC")),
    "PostgreSQL": Spelling("table", pattern("%Y-%m-%d %H:%M:%S.%N+00")),
    "local times": Spelling("table", local(9, "%Y-%m-%d %H:%M:%S.%N"),
                            ("--zone", "Asia/Tokyo")),
    "times at an offset": Spelling("table", local(-5, "%d/%m/%Y %H:%M:%S.%N"),
                                   ("--zone", "-05:00")),
    "Kibana": Spelling("resource-log", pattern("%b %d, %Y @ %H:%M:%S.%N")),
    "RFC 1123": Spelling("resource-log", pattern("%a, %d %b %Y %H:%M:%S GMT")),
    "seconds": Spelling("resource-log", epoch(1)),
    "milliseconds": Spelling("resource-log", epoch(1000)),
    "microseconds": Spelling("table", epoch(1_000_000)),
    "nanoseconds as text": Spelling("table", epoch(1_000_000_000, True)),
    "spreadsheet's days": Spelling("table", times(spreadsheet)),
    "minutes": Spelling("table", pattern("%m/%d/%y %H:%M"), ("--as", "excel")),
    "six digits": Spelling("resource-log", pattern("%Y-%m-%dT%H:%M:%S.%N000Z")),
    "no fraction": Spelling("resource-log", pattern("%Y-%m-%dT%H:%M:%SZ")),
    "empty values dropped": Spelling("resource-log", each(without_empty),
                                     ("--as", "elastic")),
    "empty values null": Spelling("resource-log", values(
        lambda value: None if value == "" else value),
                                  ("--treat", "empty-as-missing")),
    "booleans as numbers": Spelling("table", boolean(1, 0), ("--as", "adx")),
    "booleans as words": Spelling("resource-log", boolean("yes", "No"),
                                  ("--treat", "boolean-as-number")),
    "booleans in Python": Spelling("resource-log", boolean("True", "False")),
    "GUIDs in capitals": Spelling("resource-log", guid(str.upper)),
    "GUIDs in braces": Spelling("table", guid(lambda text: "{" + text + "}")),
    "GUIDs without dashes": Spelling("table", guid(
        lambda text: text.replace("-", ""))),
    "resource ids in lower case": Spelling("resource-log",
                                           each(lower_resource)),
    "numbers as text": Spelling("resource-log", values(
        lambda value: str(value) if isinstance(value, (int, float)) and
        not isinstance(value, bool) else value)),
    "numbers as floats": Spelling("table", values(
        lambda value: float(value) if isinstance(value, int) and
        not isinstance(value, bool) else value)),
}
