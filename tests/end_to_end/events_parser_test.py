"""Azure's own parser finds in each callback event all that it declares."""

import json

import pytest

import dataset
from callback_events import CASES, name_of, source_of

# What Azure's types declare and an event may be without: npm
# @azure/communication-call-automation 1.6.0.
OPTIONAL = {
    # Only the telephone network's own diagnosis.
    ".resultInformation.sipDetails", ".resultInformation.q850Details",
    # Of a recognize: the result of its own kind only.
    ".dtmfResult", ".choiceResult", ".speechResult",
    # Not of a choice by key.
    ".choiceResult.recognizedPhrase", ".choiceResult.confidence",
}
# Of some types only.
OPTIONAL_OF = {
    # Only if the prompt failed.
    "RecognizeFailed": {".failedPlaySourceIndex"},
}


@pytest.mark.parametrize("case", CASES)
def test_azures_parser_finds_all_that_it_declares(program, scratch, node,
                                                  case):
    ask = node("calls", "events_parse.js")
    source = source_of(case, scratch)
    text = program("events", "--profile", source, "--calls", 300, "--format",
                   "array").stdout
    for line in dataset.lines(text):
        body = json.loads(line)
        assert len(body) == 1, "a request has one event"
        answer = ask(body)
        assert "error" not in answer, f"{answer}: {line}"
        assert answer["kind"] == name_of(body[0])
        missing = (set(answer["missing"]) - OPTIONAL
                   - OPTIONAL_OF.get(answer["kind"], set()))
        assert not missing, f"{missing}: {line}"
