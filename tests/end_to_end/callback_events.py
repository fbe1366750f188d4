"""The events of `busyhour events` for the shipped profiles and for one that has
every operation."""

import dataset
import own_profiles
from files import write_json

PREFIX = "Microsoft.Communication."

EVERYTHING = "everything"
CASES = ("quickstart", "contact-center", "small-office",
         "reminder-campaign", "voice-bot", "ivr-storm", "conference", EVERYTHING)


def own_everything():
    """Everything, and what it leaves out: an invitation that rings too long,
    one that fails, tones during continuous recognition, sessions that fail,
    and a call that takes too long to set up."""
    profile = own_profiles.everything()
    steps = profile["flows"]["requests"]["steps"]
    steps["senddtmftones"]["tones"] = 4
    steps["addparticipant"]["callee_does"] = {"answers": 1, "busy": 1,
                                              "declines": 1, "no_answer": 1}
    steps["moveparticipants"]["callee_does"] = {"answers": 1,
                                                "unreachable": 1}
    steps["startcontinuousdtmfrecognition"]["next"] = "keys"
    steps["keys"] = {"operation": "Recognize", "input": "Dtmf", "max_tones": 3,
                     "operation_context": "the.keys",
                     "next": "senddtmftones"}
    profile["flows"]["requests"]["caller"] = {
        "stays": {"uniform": ["1s", "5m"]}}
    profile["streaming"] = {"failures": {
        "transcription_failed": 0.1, "transcription_shutdown": 0.1,
        "invalid_stream_url": 0.1, "media_streaming_failed": 0.1}}
    return profile


def source_of(case, scratch):
    if case != EVERYTHING:
        return case
    write_json(scratch / "own.json", own_everything())
    return scratch / "own.json"


def events_of(program, source, *arguments):
    text = program("events", "--profile", source, *arguments).stdout
    return [dataset.parse(line) for line in dataset.lines(text)]


def name_of(event):
    assert event["type"].startswith(PREFIX)
    return event["type"].removeprefix(PREFIX)
