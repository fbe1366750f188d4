"""Checks that the records of a call agree with each other and with one possible
history.

Reads the written files and checks them with independent code: the *_laws.py in
this folder.
"""

import pytest

import calls as grouping
import identity_laws
import media_laws
import own_profiles
import profiles
import request_laws
import streaming_laws
import usage_laws
from files import write_json

# Profile, shipped or from own_profiles.py; number of calls; and start, chosen
# to include the profile's incidents. CTest runs each case by its name.
CASES = {
    "quickstart": ("quickstart", 4000, None),
    "contact_center": ("contact-center", 4000, None),
    "small_office": ("small-office", 4000, None),
    "reminder_campaign": ("reminder-campaign", 4000, None),
    "voice_bot": ("voice-bot", 4000, "2026-03-02T13:57:00Z"),
    "ivr_storm": ("ivr-storm", 4000, "2026-03-02T08:19:30Z"),
    "ivr_storm_throttled": ("ivr-storm", 4000, "2026-03-02T09:04:30Z"),
    "conference": ("conference", 4000, None),
    "everything": (own_profiles.everything, 2500, None),
    "sparse": (own_profiles.sparse, 4000, None),
}


def check_all_is_met(calls, seen):
    """Checks that each outcome, operation and refusal occurs."""
    for row, times in seen.items():
        late = row[3] == media_laws.TONE_GAP and row[1] == "Completed"
        assert late or times > 0, f"each row of the catalogue occurs: {row}"
    asked = {(request["operationname"], request["resultsignature"])
             for call in calls for request in call.requests}
    missing = request_laws.SUCCESS.items() - asked
    assert not missing, f"each operation occurs: {missing}"
    missing = request_laws.REFUSALS - {status for _, status in asked}
    assert not missing, f"each refusal occurs: {missing}"


@pytest.mark.parametrize("case", CASES)
def test_laws(program, scratch, case):
    source, count, start = CASES[case]
    if callable(source):
        write_json(scratch / "own.json", source())
        source = scratch / "own.json"
    profile = profiles.load(program, source)
    program("generate", "--profile", source, "--calls", count, "--out",
            scratch / "out", "--seed", 20, "--quiet",
            *(["--start", start] if start else []))
    records = grouping.read(scratch / "out")
    assert records["operational"]
    calls = grouping.group(records)
    assert len(calls) == count, "each call is in the operational log"

    seen = media_laws.check(calls, profile)
    request_laws.check(calls)
    identity_laws.check(records, calls, profile)
    usage_laws.check(calls, profile)
    streaming_laws.check(calls)
    if case in ("voice_bot", "conference"):
        assert records["streaming_usage"], "these calls are streamed"
    if case == "everything":
        check_all_is_met(calls, seen)
