"""Checks the requests of a call."""

import ipaddress

from calls import Call
from dataset import Record

# Success status by operation: the generated REST client of npm
# @azure/communication-call-automation 1.0.0 to 1.6.0.
SUCCESS = {
    "CreateCall": 201, "AnswerCall": 200, "ConnectCall": 200,
    "RedirectCall": 204, "RejectCall": 204,
    "GetCall": 200, "HangUpCall": 204, "TerminateCall": 204,
    "TransferCallToParticipant": 202, "GetParticipant": 200,
    "GetParticipants": 200, "AddParticipant": 202, "RemoveParticipant": 202,
    "CancelAddParticipant": 202, "MoveParticipants": 202,
    "MuteParticipants": 200, "Play": 202, "Recognize": 202,
    "CancelAllMediaOperations": 202, "SendDtmfTones": 202,
    "StartContinuousDtmfRecognition": 200,
    "StopContinuousDtmfRecognition": 200, "Hold": 200, "Unhold": 200,
    "StartRecording": 200, "GetRecordingProperties": 200,
    "PauseRecording": 202, "ResumeRecording": 202, "StopRecording": 204,
    "StartMediaStreaming": 202, "StopMediaStreaming": 202,
    "StartTranscription": 202, "UpdateTranscription": 202,
    "StopTranscription": 202,
}
# Refusals: the codes page of Call Automation.
REFUSALS = {400, 401, 403, 404, 405, 406, 408, 409, 412, 413, 429, 500, 501,
            502, 503, 504}
CONNECTS = ("CreateCall", "AnswerCall", "ConnectCall")
TURNS_AWAY = ("RedirectCall", "RejectCall")
ENDS = ("HangUpCall", "TerminateCall", *TURNS_AWAY)
SUB_OPERATIONS = {
    "Play": ("File", "TextToSpeech", "SSML"),
    "Recognize": ("Dtmf", "Choices", "Speech", "SpeechOrDtmf"),
}
# RFC 5737.
DOCUMENTATION = [ipaddress.ip_network(text) for text in (
    "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")]
_PER_CALL = ("calleripaddress", "operationversion", "sdktype", "sdkversion")


def _level(request: Record) -> str:
    if request["resulttype"] == "Succeeded":
        return "Informational"
    return "Warning" if request["resultsignature"] < 500 else "Error"


def _check_one(request: Record) -> None:
    operation, status = request["operationname"], request["resultsignature"]
    accepted = request["resulttype"] == "Succeeded"
    assert operation in SUCCESS, (
        f"the operation is known: {request}, {operation}")
    if accepted:
        assert status == SUCCESS[operation], (
            f"an accepted request has its operation's status: {request}")
    else:
        assert request["resulttype"] == "Failed", (
            f"a request succeeds or fails: {request}")
        assert status in REFUSALS, (
            f"a refused request has a status of the codes page: {request}, "
            f"{status}")
    assert request["level"] == _level(request), (
        f"the level follows from the status: {request}")
    assert request["durationms"] > 0, f"a request takes time: {request}"
    sub_operations = SUB_OPERATIONS.get(operation, ("",))
    assert request["suboperationname"] in sub_operations, (
        "a play has a source, a recognize an input, all others nothing: "
        f"{request}, {request['suboperationname']}")
    address = ipaddress.ip_address(request["calleripaddress"])
    assert any(address in network for network in DOCUMENTATION), (
        f"addresses are from documentation ranges: {request}, {str(address)}")


def _check_order(call: Call) -> None:
    """Checks the order: a call is connected, then has other requests, then
    ends."""
    connected = ended = None
    for before, request in zip([None, *call.requests], call.requests):
        operation = request["operationname"]
        accepted = request["resulttype"] == "Succeeded"
        if before is not None:
            assert request["sent"] >= before["time"], (
                "a request is sent when the one before is answered: "
                f"{before}, {request}")
        if operation in CONNECTS + TURNS_AWAY:
            assert connected is None, f"a call begins once: {request}"
            if accepted and operation in CONNECTS:
                connected = request
        else:
            assert connected is not None, (
                f"no request is sent before a call is accepted: {request}")
        if ended is not None:
            assert request["resultsignature"] == 404, (
                f"no request is accepted after a call has ended: {request}")
        if accepted and operation in ENDS:
            ended = request
        has_connection = request["callconnectionid"] != ""
        assert has_connection == (connected is not None), (
            "a request has a connection id when there is a connection: "
            f"{request}")
        # An incoming call has an id from the start; an outgoing call gets one.
        assert (request["servercallid"] != "") == (
            (operation != "CreateCall" or accepted)), (
            f"a request has a server call id when there is a call: {request}")


def check(calls: list[Call]) -> None:
    for call in calls:
        for request in call.requests:
            _check_one(request)
            for name in _PER_CALL:
                assert request[name] == call.requests[0][name], (
                    f"{name} is the same in the whole call: {request}")
        _check_order(call)
