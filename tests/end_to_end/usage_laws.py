"""Checks usage records against their call."""

import re

import profiles
import request_laws
from calls import Call
from dataset import Record
from profiles import Profile

_GUID = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
_ACS = re.compile(rf"8:acs:({_GUID})_({_GUID})")
_TEAMS = re.compile(rf"8:orgid:{_GUID}")
# Numbers reserved for fiction: NANPA 555-0100 to 555-0199; Ofcom, telephone
# numbers for drama.
_US = re.compile(r"4:\+1([2-9][0-8]\d)55501\d\d")
_UK = re.compile(
    r"4:\+44(1(1[3-8]|[2-6]1)496|191498|207946|292018)0\d{3}"
    r"|4:\+44(1632960|7700900)\d{3}")
_ADDS = ("AddParticipant", "MoveParticipants")
_MINUTE = 60_000
# From the application's leg to the next one: a gap of at most 900 ms, or what
# comes before it ends.
_MOST_GAP_MS = 900
_ROUNDING = 0.6e-6  # quantities have six decimals


def _check_user(usage: Record, application: str) -> str | None:
    """Checks the users of a record. Returns the resource of an ACS user."""
    user = usage["userida"]
    if user.startswith("4:"):
        us, uk = _US.fullmatch(user), _UK.fullmatch(user)
        assert uk or (us and us[1][1:] != "11"), (
            f"telephone numbers are fictional: {usage}, {user}")
        assert usage["usagetype"] == "PSTN", (
            f"a telephone is billed as PSTN: {usage}")
    else:
        assert _ACS.fullmatch(user) or _TEAMS.fullmatch(user), (
            "a participant is a telephone, an ACS user or a Teams user: "
            f"{usage}, {user}")
        assert usage["usagetype"] == "Audio", (
            f"all but telephones are billed as audio: {usage}")
    assert usage["useridb"] == ("" if user == application else application), (
        f"the other user is the application: {usage}")
    acs = _ACS.fullmatch(user)
    return acs[1] if acs else None


def _check_amount(usage: Record, granularity: int) -> None:
    connected = usage["endtime"] - usage["starttime"]
    assert connected >= 0, f"a leg ends after it begins: {usage}, {connected}"
    billed = -(-connected // granularity) * granularity / _MINUTE
    assert abs(usage["quantity"] - billed) <= _ROUNDING, (
        f"quantity is the connected time in minutes: {usage}, "
        f"{usage['quantity']}, not {billed}")
    assert usage["time"] > usage["endtime"], (
        f"a usage record is written after its leg has ended: {usage}")
    assert usage["unittype"] == "minutes", f"usage is in minutes: {usage}"


def _check_legs(call: Call, application: str) -> None:
    """Checks the legs against the accepted requests."""
    connects, adds, others = [], [], []
    for request in call.requests:
        if request["resulttype"] != "Succeeded":
            continue
        if request["operationname"] in request_laws.CONNECTS:
            connects.append(request)
        elif request["operationname"] in _ADDS:
            adds.append(request)
        if request["operationname"] not in (
                request_laws.CONNECTS + request_laws.TURNS_AWAY):
            others.append(request)
    if not call.usage:
        assert not others, (
            "a call in which something was accepted has usage: "
            f"{call.requests}")
        return
    assert len(connects) == 1, (
        f"a call with usage was accepted: {call.requests}")
    own = [usage for usage in call.usage
           if usage["userida"] == application]
    assert len(own) == 1, (
        f"the application has one leg in each call: {call.usage}")
    leg = own[0]
    assert leg["starttime"] >= connects[0]["time"], (
        f"a leg begins after the call is accepted: {connects[0]}, {leg}")
    first = sorted((usage for usage in call.usage if usage is not leg),
                   key=lambda usage: usage["starttime"])
    assert first and first[0]["starttime"] <= leg["starttime"] + _MOST_GAP_MS, (
        f"a caller is connected soon after the application: {call.usage}")
    for usage in call.usage:
        assert (leg["starttime"] <= usage["starttime"]
                and usage["endtime"] <= leg["endtime"]), (
            f"the application's leg is the longest: {leg}, {usage}")
    added = [usage for usage in call.usage
             if usage is not leg and usage not in first[:1]]
    assert len(added) <= len(adds), (
        f"each join has a request: {call.requests}, {len(added)}, {len(adds)}")
    for usage, request in zip(added, adds):
        assert usage["starttime"] >= request["time"], (
            f"participants join after the request: {request}, {usage}")
    for request in others:
        assert leg["starttime"] <= request["sent"] <= leg["endtime"], (
            f"accepted requests were sent during the call: {request}, "
            f"{leg}")
    for summary, _ in call.media:
        # A canceled operation is reported within a second.
        assert summary["time"] <= leg["endtime"] + 1000, (
            f"media ends with the call: {summary}, {leg}")


def check(calls: list[Call], profile: Profile) -> None:
    granularity = profiles.ms(
        profile.get("usage", {}).get("granularity", "1ms"))
    users = {usage["userida"] for call in calls for usage in call.usage
             if usage["useridb"] == ""}
    assert len(users) == 1, f"there is one application: {users}"
    application = min(users)
    resources = set()
    for call in calls:
        for usage in call.usage:
            resources.add(_check_user(usage, application))
            _check_amount(usage, granularity)
        _check_legs(call, application)
    resources.discard(None)
    assert len(resources) == 1, (
        f"ACS users belong to one resource: {resources}")
