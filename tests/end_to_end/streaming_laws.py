"""Checks streaming usage records against their call."""

import collections

import identity_laws
from calls import Call
from dataset import Record

_MODALITIES = {"StartMediaStreaming": ("AudioStreamingMixed",
                                       "AudioStreamingUnmixed"),
               "StartTranscription": ("Transcription",)}
_STARTS_CALL = ("CreateCall", "AnswerCall", "ConnectCall")
_ROUNDING_MS = 1.0  # a start has milliseconds, a duration more digits


def _end(record: Record) -> float:
    return record["streamingstarttime"] + record["streamingdurationinms"]


def _check_participants(call: Call, records: list[Record]) -> None:
    """Checks that the records of a session match its participants."""
    modalities = {record["streamingmodality"] for record in records}
    assert len(modalities) == 1, f"a session has one modality: {records}"
    assert len({record["time"] for record in records}) == 1, (
        f"the records of a session are written at one time: {records}")
    streamed = [record["participantid"] for record in records]
    if modalities == {"AudioStreamingMixed"}:
        assert streamed == [""], (
            f"a mixed session has one record, of no participant: {records}")
        return
    assert len(streamed) == len(set(streamed)), (
        f"a participant has one record in a session: {records}")
    participants = {usage["participantid"]: usage for usage in call.usage}
    for record in records:
        usage = participants[record["participantid"]]
        assert (usage["starttime"] <= record["streamingstarttime"]
                and _end(record) <= usage["endtime"] + _ROUNDING_MS), (
            f"a streamed participant is connected: {record}, {usage}")


def _check_start(call: Call, records: list[Record]) -> None:
    """Checks that an accepted request started the session: its own request or
    the one that started the call."""
    began = min(record["streamingstarttime"] for record in records)
    modality = records[0]["streamingmodality"]
    assert any(
        request["resulttype"] == "Succeeded" and request["time"] <= began
        and (request["operationname"] in _STARTS_CALL
             or modality in _MODALITIES.get(request["operationname"], ()))
        for request in call.requests), (
        f"a session was requested before it began: {records}")


def check(calls: list[Call]) -> None:
    owner = {}
    for call in calls:
        connections = {request["callconnectionid"] for request in call.requests}
        sessions = collections.defaultdict(list)
        for record in call.streaming:
            assert record["callconnectionid"] in connections
            assert identity_laws.GUID.fullmatch(record["streamingsessionid"])
            assert record["streamingdurationinms"] > 0
            assert record["time"] >= _end(record) - _ROUNDING_MS, (
                f"a record is written after its session has ended: {record}")
            sessions[record["streamingsessionid"]].append(record)
        for session, records in sessions.items():
            assert owner.setdefault(session, call) is call, (
                f"a session belongs to one call: {session}")
            _check_participants(call, records)
            _check_start(call, records)
