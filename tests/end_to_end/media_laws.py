"""Checks each play or recognize against the media summary of its end."""

import collections

import profiles
from calls import Call
from dataset import Record
from profiles import Profile

Traits = tuple[str, str]  # a source, and an input

# The possible outcomes of a play or recognize: result type, code, subcode,
# message, and requirement. Sources: azure-docs,
# how-tos/call-automation/play-action.md, recognize-action.md,
# recognize-ai-action.md, with their event code tables. 8532 is Failed in older
# editions and Completed in newer ones.
_CANCELED = "Action failed, the operation was canceled."
_SPEECH_SERVICE = (
    (400, "Action failed, bad request to Azure AI services. Check input "
          "parameters."),
    (401, "Action failed, Azure AI services authentication error."),
    (403, "Action failed, forbidden request to Azure AI services, free "
          "subscription used by the request ran out of quota."),
    (408, "Action failed, request to Azure AI services timed out."),
    (429, "Action failed, requests exceeded the number of allowed concurrent "
          "requests for the Azure AI services subscription."),
)
_CATALOGUE = {
    "Play": [
        ("Completed", 200, 0, "Action completed successfully.", "anything"),
        ("Canceled", 400, 8508, _CANCELED, "anything"),
        ("Failed", 400, 8535, "Action failed, file format is invalid.",
         "a file"),
        ("Failed", 400, 8536, "Action failed, file could not be downloaded.",
         "a file"),
        *(("Failed", code, 8565, message, "a synthesized prompt")
          for code, message in _SPEECH_SERVICE),
        ("Failed", 500, 9999, "Unknown internal server error", "anything"),
        ("Failed", 500, 8572, "Action failed due to play service shutdown.",
         "anything"),
    ],
    "Recognize": [
        ("Completed", 200, 8531, "Action completed, max digits received.",
         "tones"),
        ("Completed", 200, 8514, "Action completed as stop tone was detected.",
         "tones"),
        ("Completed", 200, 8533, "Action completed, DTMF option matched.",
         "choices"),
        ("Completed", 200, 8545, "Action completed, speech option matched.",
         "choices"),
        ("Completed", 200, 8569, "Action completed, speech was recognized.",
         "free speech"),
        *((result_type, 400, 8532,
           "Action failed, inter-digit silence timeout reached.", "tones")
          for result_type in ("Completed", "Failed")),
        ("Canceled", 400, 8508, _CANCELED, "anything"),
        ("Failed", 400, 8510, "Action failed, initial silence timeout reached.",
         "anything"),
        ("Failed", 500, 8511, "Action failed, encountered failure while trying "
         "to play the prompt.", "a prompt"),
        ("Failed", 500, 8512, "Unknown internal server error.", "anything"),
        ("Failed", 400, 8547, "Action failed, recognized phrase does not match "
         "a valid option.", "choices"),
        ("Failed", 500, 8534, "Action failed, incorrect tone entered.",
         "choices"),
        ("Failed", 400, 8563, "Action failed, speech could not be recognized.",
         "speech"),
        ("Failed", 408, 8570, "Action failed, speech recognition timed out.",
         "free speech"),
        *(("Failed", code, 8565, message, "speech or a synthesized prompt")
          for code, message in _SPEECH_SERVICE),
        ("Failed", 500, 9999, "Unspecified error.", "anything"),
    ],
}
_SYNTHESIZED = ("TextToSpeech", "SSML")
# Whether a source (of the play or the prompt) and input (of a recognize) meet a
# requirement.
_HAS = {
    "anything": lambda source, kind: True,
    "a file": lambda source, kind: source == "File",
    "a synthesized prompt": lambda source, kind: source in _SYNTHESIZED,
    "a prompt": lambda source, kind: source != "",
    "tones": lambda source, kind: kind in ("Dtmf", "SpeechOrDtmf"),
    "choices": lambda source, kind: kind == "Choices",
    "free speech": lambda source, kind: kind in ("Speech", "SpeechOrDtmf"),
    "speech": lambda source, kind: kind != "Dtmf",
    "speech or a synthesized prompt":
        lambda source, kind: kind != "Dtmf" or source in _SYNTHESIZED,
}
_ROWS = {(operation, *row[:4]): _HAS[row[4]]
         for operation, rows in _CATALOGUE.items() for row in rows}

NO_ANSWER, TONE_GAP = 8510, 8532
ANSWERS = (8531, 8514, 8533, 8545, 8569)


def _traits(request: Record, summary: Record) -> Traits:
    """Source and input: for a play only the source; for a recognize the source
    of its prompt, if any, and the input."""
    if request["operationname"] == "Play":
        return request["suboperationname"], ""
    return (summary["recognizepromptsuboperationname"],
            request["suboperationname"])


class _Shortest:
    """The minimum durations, by source and input, over all matching steps of
    the profile."""

    def __init__(self, profile: Profile) -> None:
        self.prompt: dict[Traits, float] = {}
        self.silence: dict[Traits, float] = {}
        self.gap: dict[Traits, float] = {}
        for step in profiles.steps(profile):
            operation = step.get("operation")
            if operation not in ("Play", "Recognize"):
                continue
            prompt = step if operation == "Play" else step.get("prompt", {})
            length = 0
            if "source" in prompt:
                length, _ = profiles.bounds(prompt.get("length", "5s"))
            traits = prompt.get("source", ""), step.get("input", "")
            for spans, span in (
                    (self.prompt, length),
                    (self.silence,
                     length + profiles.ms(step.get("initial_silence", "5s"))),
                    (self.gap, profiles.ms(step.get("inter_tone", "2s")))):
                spans[traits] = min(span, spans.get(traits, span))


def _level(summary: Record) -> str:
    if summary["resulttype"] != "Failed":
        return "Informational"
    return "Warning" if summary["resultcode"] < 500 else "Error"


def _check_flags(summary: Record, request: Record) -> None:
    """Checks loops, targets and interruptions."""
    is_play = request["operationname"] == "Play"
    prompt = summary["recognizepromptsuboperationname"]
    if is_play:
        assert prompt == "", f"a play has no prompt: {summary}"
        if summary["playinloop"]:
            assert summary["resulttype"] != "Completed", (
                f"a play in a loop does not end by itself: {summary}")
    else:
        assert not summary["playinloop"], (
            f"only a play is in a loop: {summary}")
        assert summary["playtoparticipant"] == (prompt != ""), (
            "the prompt of a recognize is played to the participant who "
            f"answers: {summary}")
    if summary["playinterrupted"]:
        if is_play:
            assert summary["resulttype"] == "Canceled", (
                f"an interrupted play is canceled: {summary}")
        else:
            assert prompt != "", f"only a prompt is interrupted: {summary}"
            assert summary["resultsubcode"] not in (NO_ANSWER, 8508), (
                f"silence does not interrupt a prompt: {summary}")


def _check_length(summary: Record, traits: Traits,
                  shortest: _Shortest) -> None:
    """Checks that no outcome is earlier than prompt, silence or gap allow."""
    took, subcode = summary["durationms"], summary["resultsubcode"]
    if subcode == NO_ANSWER:
        assert took >= shortest.silence[traits], (
            f"initial silence ends after prompt and time-out: {summary}, "
            f"{took} < {shortest.silence[traits]}")
    elif subcode == TONE_GAP:
        assert took >= shortest.gap[traits], (
            f"a gap between tones ends after its time-out: {summary}, {took} "
            f"< {shortest.gap[traits]}")
    elif (subcode == 0 or subcode in ANSWERS) and (
            not summary["playinterrupted"]):
        assert took >= shortest.prompt[traits], (
            f"an uninterrupted prompt is played to its end: {summary}, {took} "
            f"< {shortest.prompt[traits]}")


def _check_turns(call: Call) -> None:
    """Checks that operations do not overlap."""
    for (before, _), (_, request) in zip(call.media, call.media[1:]):
        # A canceled operation is reported within a second.
        slack = 1000 if before["resulttype"] == "Canceled" else 0
        assert before["time"] <= request["time"] + slack, (
            f"a play or recognize is over when the next begins: {before}, "
            f"{request}")


def check(calls: list[Call], profile: Profile) -> dict[tuple, int]:
    """Checks all media summaries. Returns how often each row of the catalogue
    occurred."""
    shortest = _Shortest(profile)
    late_gap = "Completed" if profile.get("assumptions", {}).get(
        "inter_tone_timeout_completes", True) else "Failed"
    seen = collections.Counter()
    for call in calls:
        _check_turns(call)
        summaries = collections.Counter()
        for summary, request in call.media:
            summaries[request["operationid"]] += 1
            assert request["resulttype"] == "Succeeded", (
                f"a media summary's request was accepted: {summary}")
            for name in ("operationname", "correlationid", "calleripaddress",
                         "operationversion"):
                assert summary[name] == request[name], (
                    f"a media summary has its request's {name}: {summary}")
            after = summary["time"] - request["time"]
            assert after > 0, (
                f"a media summary is later than its request: {summary}, "
                f"{after}")
            assert after == summary["durationms"], (
                "a media summary comes durationMs after its request: "
                f"{summary}")

            row = (summary["operationname"], summary["resulttype"],
                   summary["resultcode"], summary["resultsubcode"],
                   summary["resultmessage"])
            seen[row] += 1
            traits = _traits(request, summary)
            assert row in _ROWS, (
                f"the outcome is in the catalogue: {summary}, {row}")
            assert _ROWS[row](*traits), (
                "the outcome is possible for this source and input: "
                f"{summary}, {row}, {traits}")
            assert summary["resultsignature"] == summary["resultcode"], (
                f"resultSignature is the result code: {summary}")
            assert summary["level"] == _level(summary), (
                f"the level follows from the outcome: {summary}")
            if summary["resultsubcode"] == TONE_GAP:
                assert summary["resulttype"] == late_gap, (
                    f"8532 is reported as the profile assumes: {summary}")
            assert traits in shortest.prompt, (
                f"the profile has such a step: {summary}, {traits}")
            _check_length(summary, traits, shortest)
            _check_flags(summary, request)
        for request in call.requests:
            if request["operationname"] in ("Play", "Recognize"):
                wanted = 1 if request["resulttype"] == "Succeeded" else 0
                assert summaries[request["operationid"]] == wanted, (
                    "an accepted play or recognize has one media summary, a "
                    f"refused one none: {request}")
    return {row: seen[row] for row in _ROWS}
