"""Reads data sets in every shape and frame, independently of the program's
code.

`read` returns each record as an object, as written. `plain` normalizes records
of all shapes: one level, lower-case names, times in milliseconds.
"""

import csv
import datetime
import functools
import io
import json
import os
import re
from typing import Any

from files import read_text

Record = dict[str, Any]

LOGS = ("operational", "media_summary", "usage", "streaming_usage")
SHAPES = ("resource-log", "table", "portal", "documented", "data-export",
          "table-arrival")
FRAMES = ("jsonl", "array", "event-hub", "csv", "query")
CATEGORIES = {
    "operational": "CallAutomationOperational",
    "media_summary": "CallAutomationMediaSummary",
    "usage": "Usage",
    "streaming_usage": "CallAutomationStreamingUsage",
}
TABLES = {
    "operational": "ACSCallAutomationIncomingOperations",
    "media_summary": "ACSCallAutomationMediaSummary",
    "usage": "ACSBillingUsage",
    "streaming_usage": "ACSCallAutomationStreamingUsage",
}
EXTENSIONS = {"jsonl": ".jsonl", "array": ".json", "event-hub": ".jsonl",
              "csv": ".csv", "query": ".json"}


def goes_together(shape: str, frame: str) -> bool:
    """Whether a frame can contain a shape: frames with columns need flat
    shapes."""
    if frame == "query":
        return shape in ("table", "table-arrival")
    return frame != "csv" or shape in ("table", "portal", "table-arrival")


def file_name(log: str, frame: str) -> str:
    return CATEGORIES[log] + EXTENSIONS[frame]


# ------------------------------------------------------------------- frames


def _object(pairs: list[tuple[str, Any]]) -> Record:
    value = dict(pairs)
    if len(value) != len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"a name is repeated in {names}")
    return value


def _no_constant(word: str) -> Any:
    raise ValueError(f"{word} is not JSON")


_decoder = json.JSONDecoder(object_pairs_hook=_object,
                            parse_constant=_no_constant)


def parse(text: str) -> Any:
    """Parses one JSON text strictly: no duplicate names, no NaN."""
    try:
        return _decoder.decode(text)
    except ValueError as error:
        raise ValueError(f"{error}: {text[:1000]!r}") from error


def lines(text: str) -> list[str]:
    """The lines of a text in which every line must end with LF."""
    if text and not text.endswith("\n"):
        raise ValueError(f"the last line has no end: {text[-80:]!r}")
    return text.split("\n")[:-1]


def assert_divided(whole: str, parts: list[str]) -> None:
    """Asserts that each line is in one part, in the same order."""
    of_parts = [lines(part) for part in parts]
    of_whole = lines(whole)
    assert sorted(sum(of_parts, [])) == sorted(of_whole)
    place = {line: index for index, line in enumerate(of_whole)}
    for part in of_parts:
        places = [place[line] for line in part]
        assert places == sorted(places)


def read(text: str, frame: str) -> list[Record]:
    """The records of a text, in order, each as an object as written."""
    if frame == "jsonl":
        return [parse(line) for line in lines(text)]
    if frame == "array":
        return parse(text)
    if frame == "event-hub":
        return [record for line in lines(text)
                for record in parse(line)["records"]]
    if frame == "csv":
        header, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
        return [dict(zip(header, row, strict=True)) for row in rows]
    table, = parse(text)["tables"]
    names = [column["name"] for column in table["columns"]]
    return [dict(zip(names, row, strict=True)) for row in table["rows"]]


def read_file(path: str | os.PathLike, frame: str = "jsonl") -> list[Record]:
    return read(read_text(path), frame)


# ------------------------------------------------------------------ records

_SAME = {"timegenerated": "time", "timestamp": "time",
         "interrupted": "playinterrupted"}
_TIMES = {"time", "starttime", "endtime", "streamingstarttime",
          "_timereceived", "ingestiontime"}
_WHOLE = {"resultsignature", "resultcode", "resultsubcode", "durationms"}
_FLAGS = {"playinloop", "playtoparticipant", "playinterrupted"}
_EPOCH = datetime.datetime(1970, 1, 1)
_MS = datetime.timedelta(milliseconds=1)
_ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}0000Z")
_PORTAL = re.compile(
    r"[1-9]\d?/[1-9]\d?/\d{4}, [1-9]\d?:\d\d:\d\d\.\d{3} [AP]M")


def milliseconds(text: str) -> int:
    """The time in ms since 1970, parsed strictly from either spelling."""
    if _ISO.fullmatch(text):
        time = datetime.datetime.fromisoformat(text[:-5])
    elif _PORTAL.fullmatch(text):
        time = datetime.datetime.strptime(text, "%m/%d/%Y, %I:%M:%S.%f %p")
    else:
        raise ValueError(f"{text!r} is not a time")
    return (time - _EPOCH) // _MS


@functools.cache
def meaning(name: str) -> str:
    """The lower-case name of a field, the same for all shapes."""
    word = name.removesuffix(" [UTC]").lower()
    return _SAME.get(word, word)


def _flag(value: Any) -> bool:
    if isinstance(value, str):
        return {"true": True, "false": False}[value.lower()]
    return value


# How the values of a field are read; as they are, if it is not here.
_READERS = {**dict.fromkeys(_TIMES, milliseconds), **dict.fromkeys(_WHOLE, int),
            **dict.fromkeys(_FLAGS, _flag),
            **dict.fromkeys(("quantity", "streamingdurationinms"), float)}


def plain(record: Record) -> Record:
    """The record on one level, the same for all shapes."""
    flat = {}
    for name, value in record.items():
        members = value if isinstance(value, dict) else {name: value}
        for member, inner in members.items():
            flat[meaning(member)] = inner
    for word in _READERS.keys() & flat.keys():
        flat[word] = _READERS[word](flat[word])
    return flat


# ------------------------------------------------------------------ fields

# The fields of each log in each shape, in order. A name with a dot is a member
# of an object. Letters: s text, i integer, r real number, b boolean, t time. In
# the portal shape all values are text.
#
# table: azure-monitor-docs, reference/tables/acscallautomation*.md and
# acsbillingusage.md. portal, documented: the examples and property tables of
# the Call Automation logs page (azure-docs, ms.date 05/24/2023). resource-log:
# the common schema of resource logs, with fields specific to the log under
# `properties`.
_RESOURCE = "time:t resourceId category operationName operationVersion "
_STANDARD = (" TenantId SourceSystem Type _ResourceId _SubscriptionId "
             "_BilledSize:r _IsBillable")
_STREAMING = """
    TimeGenerated:t CorrelationId CallConnectionId StreamingModality
    StreamingStartTime:t StreamingDurationInMs:r StreamingSessionId
    ParticipantId"""
_FIELDS = {
    ("operational", "resource-log"): _RESOURCE + """
        resultType resultSignature durationMs:i callerIpAddress correlationId
        level properties.uri properties.callConnectionId
        properties.serverCallId properties.sdkVersion properties.sdkType
        properties.subOperationName properties.operationId""",
    ("operational", "table"): """
        TimeGenerated:t Level CorrelationId OperationName OperationVersion URI
        ResultType ResultSignature:i DurationMs:i CallerIpAddress
        CallConnectionId ServerCallId SdkVersion SdkType SubOperationName
        OperationId""" + _STANDARD,
    ("operational", "portal"): """
        TimeGenerated_[UTC] Level CorrelationId OperationName OperationVersion
        URI ResultType ResultSignature DurationMs CallerIpAddress
        CallConnectionId ServerCallId SdkVersion SdkType SubOperationName
        OperationId""",
    ("operational", "documented"): """
        TimeGenerated:t OperationName CorrelationID OperationVersion Category
        ResultType ResultSignature DurationMs:i CallerIpAddress Level URI
        CallConnectionId ServerCallId SDKVersion SDKType SubOperationName
        operationID""",
    ("media_summary", "resource-log"): _RESOURCE + """
        resultType resultSignature durationMs:i callerIpAddress correlationId
        level properties.operationId
        properties.recognizePromptSubOperationName properties.playInLoop:b
        properties.playToParticipant:b properties.interrupted:b
        properties.resultCode:i properties.resultSubcode:i
        properties.resultMessage""",
    ("media_summary", "table"): """
        TimeGenerated:t Level CorrelationId ResultType OperationName
        OperationId PlayInLoop:b PlayToParticipant:b PlayInterrupted:b
        RecognizePromptSubOperationName ResultCode:i ResultSubcode:i
        ResultMessage""" + _STANDARD,
    ("media_summary", "portal"): """
        TimeGenerated_[UTC] Level CorrelationId ResultType OperationName
        OperationId PlayInLoop PlayToParticipant PlayInterrupted
        RecognizePromptSubOperationName ResultCode ResultSubcode
        ResultMessage""",
    ("media_summary", "documented"): """
        TimeGenerated:t level resourceId durationMs:i callerIpAddress
        correlationId operationName operationVersion resultType
        resultSignature operationId recognizePromptSubOperationName
        playInLoop:b playToParticipant:b interrupted:b resultCode:i
        resultSubcode:i resultMessage""",
    ("usage", "resource-log"): _RESOURCE + """
        correlationId properties.recordId properties.usageType
        properties.unitType properties.quantity:r properties.startTime:t
        properties.endTime:t properties.participantId properties.userIdA
        properties.userIdB""",
    ("usage", "table"): """
        TimeGenerated:t OperationName OperationVersion Category CorrelationId
        RecordId UsageType UnitType Quantity:r StartTime:t EndTime:t
        ParticipantId UserIdA UserIdB""" + _STANDARD,
    ("usage", "portal"): """
        TimeGenerated_[UTC] OperationName OperationVersion Category
        CorrelationId RecordId UsageType UnitType Quantity StartTime_[UTC]
        EndTime_[UTC] ParticipantId UserIdA UserIdB""",
    ("usage", "documented"): """
        Timestamp:t OperationName OperationVersion Category CorrelationID
        Properties.startTime:t Properties.endTime:t Properties.participantId
        Properties.userIdA Properties.userIdB RecordID UsageType UnitType
        Quantity:r""",
    ("streaming_usage", "resource-log"): """
        time:t resourceId category operationName correlationId
        properties.callConnectionId properties.streamingModality
        properties.streamingStartTime:t properties.streamingDurationInMs:r
        properties.streamingSessionId properties.participantId""",
    ("streaming_usage", "table"): _STREAMING + _STANDARD,
    ("streaming_usage", "portal"): """
        TimeGenerated_[UTC] CorrelationId CallConnectionId StreamingModality
        StreamingStartTime_[UTC] StreamingDurationInMs StreamingSessionId
        ParticipantId""",
    ("streaming_usage", "documented"): _STREAMING,
}


def fields(log: str, shape: str) -> list[tuple[str, str]]:
    """The fields of a log in a shape: pairs of name and letter, in order."""
    pairs = []
    table = _FIELDS[log, "table"]
    words = {"data-export": lambda: _export(table),
             "table-arrival": lambda: (table + _ARRIVAL).split()}
    for word in words.get(shape, lambda: _FIELDS[log, shape].split())():
        name, _, letter = word.partition(":")
        pairs.append((name.replace("_[", " ["), letter or "s"))
    return pairs


_ARRIVAL = " _TimeReceived:t IngestionTime:t"
# Columns of a table that a data export does not have, and those that only it
# has; source: docs/logs.md.
_NOT_EXPORTED = {"_SubscriptionId", "_BilledSize:r", "_IsBillable"}
_EXPORTED = ["_ItemId", "_Internal_WorkspaceResourceId"]


def _export(table: str) -> list[str]:
    """The words for a table's columns in a data export: by name."""
    return sorted([word for word in table.split()
                   if word not in _NOT_EXPORTED] + _EXPORTED,
                  key=lambda word: word.partition(":")[0])


def names_in_order(record: Record) -> list[str]:
    """The fields of a record in written order. Names of members begin with the
    name of their object."""
    names = []
    for name, value in record.items():
        if isinstance(value, dict):
            names += [f"{name}.{member}" for member in value]
        else:
            names.append(name)
    return names
