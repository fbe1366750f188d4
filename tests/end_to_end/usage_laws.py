"""What must hold between usage records and the call they are of."""

import re

import profiles
import request_laws

_GUID = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
_ACS = re.compile(rf"8:acs:({_GUID})_({_GUID})")
_TEAMS = re.compile(rf"8:orgid:{_GUID}")
# Numbers kept for fiction: NANPA 555-0100 to 555-0199; Ofcom 01632 960000 to
# 960999.
_US = re.compile(r"4:\+1([2-9][0-8]\d)55501\d\d")
_UK = re.compile(r"4:\+441632960\d{3}")
_ADDS = ("AddParticipant", "MoveParticipants")
_MINUTE = 60_000
_ROUNDING = 0.6e-6  # quantities have six decimals


def _check_user(usage, application, checks):
    """Returns the resource that an ACS user belongs to."""
    user = usage["userida"]
    if user.startswith("4:"):
        us, uk = _US.fullmatch(user), _UK.fullmatch(user)
        checks(uk or (us and us[1][1:] != "11"),
               "telephone numbers are fictional", usage, user)
        checks.same(usage["usagetype"], "PSTN",
                    "a telephone is billed as PSTN", usage)
    else:
        checks(_ACS.fullmatch(user) or _TEAMS.fullmatch(user),
               "a participant is a telephone, an ACS user or a Teams user",
               usage, user)
        checks.same(usage["usagetype"], "Audio",
                    "all but telephones are billed as audio", usage)
    checks.same(usage["useridb"],
                "" if user == application else application,
                "the other user is the application", usage)
    acs = _ACS.fullmatch(user)
    return acs[1] if acs else None


def _check_amount(usage, granularity, checks):
    connected = usage["endtime"] - usage["starttime"]
    checks(connected >= 0, "a leg ends after it begins", usage, connected)
    billed = -(-connected // granularity) * granularity / _MINUTE
    checks(abs(usage["quantity"] - billed) <= _ROUNDING,
           "quantity is the connected time in minutes", usage,
           f"{usage['quantity']}, not {billed}")
    checks(usage["time"] > usage["endtime"],
           "a usage record is written after its leg has ended", usage)
    checks.same(usage["unittype"], "minutes", "usage is in minutes", usage)


def _check_legs(call, application, checks):
    """Who is connected when, against what was asked for."""
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
        checks(not others, "a call in which something was accepted has usage",
               call.requests)
        return
    checks.same(len(connects), 1, "a call with usage was accepted",
                call.requests)
    own = [usage for usage in call.usage
           if usage["userida"] == application]
    checks.same(len(own), 1, "the application has one leg in each call",
                call.usage)
    if not connects or not own:
        return
    leg = own[0]
    checks(leg["starttime"] >= connects[0]["time"],
           "a leg begins after the call is accepted", (connects[0], leg))
    first = [usage for usage in call.usage
             if usage is not leg and usage["starttime"] == leg["starttime"]]
    checks(first, "a caller is connected when the application is", call.usage)
    for usage in call.usage:
        checks(leg["starttime"] <= usage["starttime"]
               and usage["endtime"] <= leg["endtime"],
               "the application's leg is the longest", (leg, usage))
    added = [usage for usage in call.usage
             if usage is not leg and usage not in first[:1]]
    checks(len(added) <= len(adds), "who joins was asked for", call.requests,
           (len(added), len(adds)))
    for usage, request in zip(added, adds):
        checks(usage["starttime"] >= request["time"],
               "who joins does so after being asked for", (request, usage))
    for request in others:
        checks(leg["starttime"] <= request["sent"] <= leg["endtime"],
               "what is accepted was sent while the call was up",
               (request, leg))
    for summary, _ in call.media:
        # Media that is cut off is reported within a second.
        checks(summary["time"] <= leg["endtime"] + 1000,
               "media ends with the call", (summary, leg))


def check(calls, checks, profile):
    granularity = profiles.ms(
        profile.get("usage", {}).get("granularity", "1ms"))
    users = {usage["userida"] for call in calls for usage in call.usage
             if usage["useridb"] == ""}
    checks.same(len(users), 1, "there is one application", users)
    application = min(users)
    resources = set()
    for call in calls:
        for usage in call.usage:
            resources.add(_check_user(usage, application, checks))
            _check_amount(usage, granularity, checks)
        _check_legs(call, application, checks)
    resources.discard(None)
    checks.same(len(resources), 1, "ACS users belong to one resource",
                resources)
