"""The history of a call."""

import dataclasses
import datetime
import difflib
import json
from collections.abc import Iterable, Iterator
from typing import Any, Optional

from ._library import UnknownField, hidden

__tracebackhide__ = hidden


def _time(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text[:-1] + "+00:00")


@dataclasses.dataclass(frozen=True)
class Participant:
    """Someone's time in a call."""
    kind: str  #: app, pstn, acs or teams
    id: str  #: as in the usage log
    joined: datetime.datetime
    left: datetime.datetime


@dataclasses.dataclass(frozen=True)
class Request:
    """A request that the application made."""
    operation: str  #: `OperationName` in the logs: Play
    status: int  #: of its HTTP answer
    sent: datetime.datetime
    duration: datetime.timedelta  #: until the answer
    operation_id: str  #: in the logs; empty if such operations have none

    @property
    def succeeded(self) -> bool:
        """Whether its status is below 400."""
        return self.status < 400


@dataclasses.dataclass(frozen=True)
class Media:
    """How an accepted play or recognize ended."""
    request: int  #: index of its request in `Call.requests`
    outcome: str  #: as in `where`: initial_silence
    result: str  #: `ResultType`: Completed, Canceled or Failed
    code: int
    subcode: int
    ended: datetime.datetime


@dataclasses.dataclass(frozen=True)
class Ring:
    """What became of someone who was rung: invited, the target of a transfer,
    or a callee who did not answer."""
    request: int  #: index of its request in `Call.requests`
    outcome: str  #: completed, voicemail, no_answer, busy, declined, ...
    at: datetime.datetime


@dataclasses.dataclass(frozen=True)
class Session:
    """A session of media streaming or transcription."""
    modality: str
    end: str  #: stopped by a request
    began: datetime.datetime
    ended: datetime.datetime


def _why_unknown(name: str, fields: "dict[str, Any]") -> str:
    places = {key: f'["{key}"]' for key in fields}
    for key, value in fields.items():
        if isinstance(value, dict):
            for inner in value:
                places.setdefault(inner, f'["{key}"]["{inner}"]')
    by_letters = {key.lower(): place for key, place in places.items()}
    near = difflib.get_close_matches(str(name).lower(), by_letters, n=3)
    shape = ("in this record's shape, resource-log" if "properties" in fields
             else "in this record's shape")
    return (f'"{name}" is not a field {shape}'
            + (f"; did you mean {' or '.join(by_letters[key] for key in near)}?"
               if near else f"; it has {', '.join(places)}.")
            + (' calls(record_shape="table") has the names of the tables'
               if "properties" in fields else ""))


@dataclasses.dataclass(frozen=True)
class Record:
    """A record of a log, before faults.

    >>> call = next(busyhour.calls())
    >>> call.records[0]["operationName"]
    'AnswerCall'
    """
    log: str  #: operational
    time: datetime.datetime
    text: str  #: JSON, in the shape that was asked for

    @property
    def fields(self) -> "dict[str, Any]":
        """The content of `text`."""
        return dict(json.loads(self.text))

    def __getitem__(self, name: str) -> Any:
        """The field of this name."""
        fields = self.fields
        if name not in fields:
            raise UnknownField(_why_unknown(name, fields))
        return fields[name]

    def __contains__(self, name: object) -> bool:
        return name in self.fields

    def __iter__(self) -> "Iterator[str]":
        return iter(self.fields)

    def keys(self) -> "Iterable[str]":
        """The names of the fields, so that `dict(record)` is `fields`."""
        return self.fields.keys()


@dataclasses.dataclass(frozen=True)
class Call:
    """The history of a call, and the records that it leaves.

    >>> call = next(busyhour.calls())
    >>> call.flow, call.end, call.requests[0].operation
    ('assistant', 'completed', 'AnswerCall')
    >>> call.records[0]["operationName"]
    'AnswerCall'
    """
    correlation_id: str  #: the first one, if it changes
    connection_id: str
    server_call_id: str
    flow: str  #: its name in the profile
    inbound: bool
    attempted: datetime.datetime
    answered: Optional[datetime.datetime]
    ended: datetime.datetime
    end: str  #: completed, abandoned, no_answer, ...
    participants: "list[Participant]"  #: empty if it was not answered
    requests: "list[Request]"
    media: "list[Media]"
    rings: "list[Ring]"
    sessions: "list[Session]"
    records: "list[Record]"  #: of all logs of the job


def call_of(found: "dict[str, Any]") -> Call:
    """A call from the library's JSON."""
    found["attempted"] = _time(found["attempted"])
    found["ended"] = _time(found["ended"])
    if found["answered"] is not None:
        found["answered"] = _time(found["answered"])
    found["participants"] = [
        Participant(each["kind"], each["id"], _time(each["joined"]),
                    _time(each["left"])) for each in found["participants"]]
    found["requests"] = [
        Request(each["operation"], each["status"], _time(each["sent"]),
                datetime.timedelta(milliseconds=each["duration_ms"]),
                each["operation_id"]) for each in found["requests"]]
    found["media"] = [
        Media(each["request"], each["outcome"], each["result"], each["code"],
              each["subcode"], _time(each["ended"]))
        for each in found["media"]]
    found["rings"] = [
        Ring(each["request"], each["outcome"], _time(each["at"]))
        for each in found["rings"]]
    found["sessions"] = [
        Session(each["modality"], each["end"], _time(each["began"]),
                _time(each["ended"])) for each in found["sessions"]]
    found["records"] = [
        Record(each["log"], _time(each["time"]), each["text"])
        for each in found["records"]]
    return Call(**found)
