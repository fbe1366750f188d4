"""Test profiles, as plain values.

`everything` contains every operation, and every possible failure of play and
recognize. `otherwise` is the same, with different values for all assumptions
about the logs. `sparse` has few calls over many weeks. `tiny` has no random
events except those of the flows.
"""

from typing import Any

from profiles import Profile

Step = Flow = dict[str, Any]

SOURCES = ("File", "TextToSpeech", "SSML")
INPUTS = ("Dtmf", "Choices", "Speech", "SpeechOrDtmf")
# Mistakes of the caller, by input (how-tos of Call Automation).
_MISTAKES = {
    "Dtmf": ("stops_early",),
    "Choices": ("wrong_tone", "wrong_phrase", "unclear"),
    "Speech": ("unclear", "talks_on"),
    "SpeechOrDtmf": ("stops_early", "unclear", "talks_on"),
}
_SPEECH_FAILURES = {f"speech_{word}": 0.01 for word in (
    "bad_request", "unauthorized", "forbidden", "timed_out", "throttled")}


def _chain(steps: list[tuple[str, Step]], last: str) -> dict[str, Step]:
    """Chains steps: each leads to the next for every outcome."""
    names = [name for name, _ in steps] + [last]
    return {name: {**step, "next": following}
            for (name, step), following in zip(steps, names[1:])}


def _recognize(kind: str, source: str | None, number: int) -> Step:
    step = {
        "operation": "Recognize",
        "input": kind,
        "initial_silence": f"{2 + number % 7}s",
        "caller_does": {"answers": 12, "stays_silent": 3, "hangs_up": 0.1,
                        **{mistake: 3 for mistake in _MISTAKES[kind]}},
    }
    if kind in ("Dtmf", "SpeechOrDtmf"):
        step |= {"max_tones": 4, "stop_tone": True, "inter_tone": "3s"}
    if source:
        step["prompt"] = {"source": source,
                          "length": {"uniform": ["2s", f"{3 + number}s"]}}
    return step


def _media_flow() -> Flow:
    steps = [(f"play_{source.lower()}",
              {"operation": "Play", "source": source, "length": "3s",
               "to": "participant" if source == "File" else "all",
               "caller_does": {"listens": 0.98, "hangs_up": 0.02}})
             for source in SOURCES]
    for kind in INPUTS:
        for source in (*SOURCES, None):
            steps.append((f"{kind}_{source}".lower(),
                          _recognize(kind, source, len(steps))))
    for source in SOURCES:
        loop = f"loop_{source.lower()}"
        steps += [(loop, {"operation": "Play", "source": source, "loop": True,
                          "background": True}),
                  (f"{loop}_wait", {"wait": {"exponential": {"mean": "3s"}}}),
                  (f"{loop}_stop", {"operation": "CancelAllMediaOperations"})]
    # A play that the next play cuts off.
    steps += [("first", {"operation": "Play", "source": "File",
                         "length": "1m", "background": True}),
              ("second", {"operation": "Play", "source": "SSML"})]
    return {
        "start": "answer",
        "steps": {
            "answer": {"operation": "AnswerCall",
                       "on": {"request_failed": {"retry": 2, "then": "end"}},
                       "next": steps[0][0]},
            **_chain(steps, "bye"),
            "bye": {"operation": "HangUpCall"},
        },
    }


def _requests_flow() -> Flow:
    names = """StartRecording PauseRecording ResumeRecording
        GetRecordingProperties StartTranscription UpdateTranscription
        StopTranscription StartMediaStreaming StopMediaStreaming Hold Unhold
        StartContinuousDtmfRecognition SendDtmfTones
        StopContinuousDtmfRecognition MuteParticipants GetCall GetParticipants
        GetParticipant AddParticipant MoveParticipants RemoveParticipant
        StopRecording""".split()
    steps = [(name.lower(), {"operation": name}) for name in names]
    steps += [("invite", {"operation": "AddParticipant", "who": "teams",
                          "background": True, "ring": "20s"}),
              ("uninvite", {"operation": "CancelAddParticipant"}),
              ("third", {"operation": "AddParticipant", "who": "pstn",
                         "stays": {"exponential": {"mean": "20s"}}}),
              ("talk", {"wait": {"uniform": ["5s", "40s"]},
                        "caller_does": {"stays": 0.7, "hangs_up": 0.3}}),
              ("transfer", {"operation": "TransferCallToParticipant",
                            "callee_does": {"answers": 0.6, "busy": 0.4}})]
    return {
        "on_caller_left": "getcall",
        "start": "connect",
        "steps": {
            "connect": {"operation": "ConnectCall", "on": {"failed": "end"},
                        "next": steps[0][0]},
            **_chain(steps, "bye"),
            "bye": {"operation": "TerminateCall"},
        },
    }


def _outbound_flow() -> Flow:
    return {
        "start": "create",
        "steps": {
            "create": {
                "operation": "CreateCall",
                "callee_does": {"answers": 5, "voicemail": 1, "no_answer": 1,
                                "busy": 1, "declines": 1, "unreachable": 1},
                "on": {"request_failed": {"retry": 2, "then": "end"}},
                "next": "ask",
            },
            "ask": {**_recognize("Choices", "SSML", 5), "next": "bye"},
            "bye": {"operation": "HangUpCall"},
        },
    }


def everything() -> Profile:
    return {
        "description": "Every operation and every outcome.",
        "resource": {"name": "Contoso-Every", "group": "Contoso-RG_1.x",
                     "workspace": "Contoso-Logs",
                     "region": "japanwest"},
        # Two days, one of them a leap day, from before connection ids got their
        # current form.
        "traffic": {"rate": "10/s", "start": "2024-02-28T23:55:00Z"},
        "participants": {"callers": {"pstn": 1, "acs": 1, "teams": 1},
                         "numbers": "uk", "agents": 3},
        "requests": {"failures": {"share": 0.05, "statuses": {
            str(status): 1 for status in (400, 401, 403, 404, 405, 406, 408,
                                          409, 412, 413, 429, 500, 501, 502,
                                          503, 504)}},
            "late_share": 0.3},
        "media": {
            "play": {"bad_file": 0.03, "download_failed": 0.03,
                     "internal_error": 0.02, "shutdown": 0.02,
                     **_SPEECH_FAILURES},
            "recognize": {"prompt_failed": 0.03, "beep_failed": 0.02,
                          "internal_error": 0.02, **_SPEECH_FAILURES},
        },
        "usage": {"lag": "10s", "granularity": "1s"},
        "delivery": {"operational": {"uniform": ["0s", "1m"]},
                     "media_summary": {"uniform": ["0s", "1m"]},
                     "usage": {"uniform": ["0s", "1m"]}},
        "assumptions": {"inter_tone_timeout_completes": False,
                        "correlation_change": 1},
        "flows": {
            "media": {**_media_flow(), "weight": 4},
            "requests": {**_requests_flow(), "weight": 4},
            "outbound": {**_outbound_flow(), "weight": 4},
            "redirected": {"start": "redirect", "steps": {
                "redirect": {"operation": "RedirectCall"}}},
            "rejected": {"start": "reject", "steps": {
                "reject": {"operation": "RejectCall"}}},
        },
    }


def otherwise() -> Profile:
    return {**everything(), "assumptions": {
        "text_source_name": "Text", "recording_operations": False,
        "media_operation_ids_only": True, "aks_server_call_id": True,
        "correlation_change": 0, "level_of_success": "Warning",
        "level_of_client_failure": "Critical",
        "level_of_server_failure": "Critical",
        "usage_operation_name": "Call usage", "usage_operation_version": "2.1",
        "usage_type_pstn": "pstn", "usage_type_voip": "VoIP",
        "usage_unit": "min"}}


def sparse() -> Profile:
    return {
        "description": "A call now and then, for many weeks.",
        "resource": {"region": "koreacentral"},
        "traffic": {"rate": "6/h", "start": "2025-12-20T00:00:00Z"},
        "assumptions": {"aks_server_call_id": True},
        "flows": {"short": {
            "start": "answer",
            "steps": {
                "answer": {"operation": "AnswerCall", "on": {"failed": "end"},
                           "next": "bye"},
                "bye": {"operation": "HangUpCall"},
            },
        }},
    }


def tiny(flows: dict[str, Flow], rate: str = "5/s", **keys: Any) -> Profile:
    """A profile with only the events of its flows: no delays, no failures. A
    request is sent at the time of the call attempt or of the previous event."""
    return {
        "description": "Only what the flows say.",
        "traffic": {"rate": rate},
        "timing": {"reaction": "0s", "api_latency": "10ms", "setup": "0s",
                   "media_start": "0s", "media_stop": "10ms",
                   "leg_gap": "0s", "disconnect": "0s"},
        "server_pool": {"skew": 0, "restart_every": "0s"},
        "bad_times": {"minutes": {"share": 0}, "servers": {"share": 0}},
        "requests": {"failures": {"share": 0}, "late_share": 0},
        "media": {"play": {}, "recognize": {}},
        "usage": {"lag": "1s"},
        "delivery": {log: "0s"
                     for log in ("operational", "media_summary", "usage")},
        **keys,
        "flows": flows,
    }


def answered(steps: dict[str, Step], **keys: Any) -> Flow:
    """A flow that answers, runs `steps` and hangs up."""
    return {"start": "answer", **keys, "steps": {
        "answer": {"operation": "AnswerCall", "on": {"failed": "end"},
                   "next": next(iter(steps))},
        **steps,
        "bye": {"operation": "HangUpCall"}}}


REJECTED = {"start": "reject", "steps": {
    "reject": {"operation": "RejectCall"}}}
