"""Checks that the frequencies and durations of events in calls match the
profile: holding times, outcomes, callees, branches, clients, failures.

All seeds are fixed. Tolerances are 4 standard errors, derived in the comments.
"""

import collections
import math
import statistics

import pytest

import calls as grouping
import own_profiles
from files import write_json

ERRORS = 4
CALLS = 4000


class Calls:
    """Generates calls, and groups their records by call."""

    def __init__(self, program, scratch):
        self.program = program
        self.path, self.out = scratch / "calls.json", scratch / "out"

    def __call__(self, flows, count=CALLS, **keys):
        write_json(self.path, own_profiles.tiny(flows, **keys))
        self.program("generate", "--profile", self.path, "--calls", count,
                     "--out", self.out, "--force", "--quiet", "--seed", 3)
        return grouping.group(grouping.read(self.out))


@pytest.fixture
def calls(program, scratch):
    return Calls(program, scratch)


def check_share(law, hits, number, p):
    """Checks a share of independent cases, which is binomial."""
    error = math.sqrt(p * (1 - p) / number)
    assert abs(hits / number - p) <= ERRORS * error, (
        (law, (hits, number),
         f"{hits / number:.4f}, not {p:.4f} +- {ERRORS * error:.4f}"))


def check_shares(law, found, weights):
    """Checks each of several shares; no other values may occur."""
    assert set(found) - set(weights) == set(), f"{law}: nothing else: {found}"
    number, total = sum(found.values()), sum(weights.values())
    for what, weight in weights.items():
        check_share(law, found[what], number, weight / total)


def requests_of(call):
    return [request["operationname"] for request in call.requests]


def check_spans(values, law, quantile, slope):
    """Checks quantiles of durations. The standard error of the p quantile of n
    values is sqrt(p (1 - p) / n) times the slope of the quantile function at
    p."""
    values = sorted(values)
    number = len(values)
    for p in (0.05, 0.25, 0.5, 0.75, 0.95, 0.99):
        got, expected = values[int(p * number)], quantile(p)
        error = math.sqrt(p * (1 - p) / number) * slope(p)
        # Durations are whole milliseconds.
        assert abs(got - expected) <= ERRORS * error + 1, (
            (law, p, f"{got}, not {expected:.0f} +- {ERRORS * error:.0f}"))


NORMAL = statistics.NormalDist()


def lognormal(p):
    return 118_000 * math.exp(0.907 * NORMAL.inv_cdf(p))


WAITS = {  # distribution, its quantiles, their slopes
    "lognormal": ({"lognormal": {"median": "118s", "sigma": 0.907}}, lognormal,
                  lambda p: lognormal(p) * 0.907
                  / NORMAL.pdf(NORMAL.inv_cdf(p))),
    "exponential": ({"exponential": {"mean": "40s"}},
                    lambda p: -40_000 * math.log(1 - p),
                    lambda p: 40_000 / (1 - p)),
    "normal": ({"normal": {"mean": "60s", "sd": "5s"}},
               lambda p: 60_000 + 5_000 * NORMAL.inv_cdf(p),
               lambda p: 5_000 / NORMAL.pdf(NORMAL.inv_cdf(p))),
    "uniform": ({"uniform": ["4s", "9s"]}, lambda p: 4_000 + 5_000 * p,
                lambda p: 5_000),
}


@pytest.mark.parametrize("wait, quantile, slope", WAITS.values(), ids=WAITS)
def test_wait_lasts_as_its_distribution_says(calls, wait, quantile, slope):
    """The time between two requests is the drawn wait between them."""
    made = calls({"only": own_profiles.answered(
        {"talk": {"wait": wait, "next": "bye"}})})
    between, billed = [], []
    for call in made:
        answer, hang_up = call.requests
        between.append(hang_up["sent"] - answer["time"])
        # The leg stays connected during the hang-up request, 10 ms.
        billed.append(call.usage[0]["endtime"]
                      - call.usage[0]["starttime"] - 10)
    check_spans(between, "quantiles", quantile, slope)
    assert between == billed, (
        "connected time is the time between answer and hang-up")


def test_what_callers_do_becomes_the_outcome(calls):
    """Each action of the caller leads to its outcome."""
    does = {"answers": 0.6, "stays_silent": 0.15, "wrong_tone": 0.05,
            "wrong_phrase": 0.1, "unclear": 0.1}
    made = calls({"only": own_profiles.answered({"ask": {
        "operation": "Recognize", "input": "Choices", "by_speech": 0.7,
        "barge_in": 0.25, "prompt": {"source": "File", "length": "6s"},
        "caller_does": does, "next": "bye"}})})
    found = collections.Counter(summary["resultsubcode"]
                                for call in made for summary, _ in call.media)
    check_shares("outcomes follow what callers do", found, {
        8545: 0.6 * 0.7, 8533: 0.6 * 0.3, 8510: 0.15, 8534: 0.05, 8547: 0.1,
        8563: 0.1})
    spoken = [summary for call in made for summary, _ in call.media
              if summary["resultsubcode"] != 8510]
    check_share(
        "share of interrupted prompts",
        sum(summary["playinterrupted"] for summary in spoken), len(spoken),
        0.25)
    silent = [summary["durationms"] for call in made
              for summary, _ in call.media
              if summary["resultsubcode"] == 8510]
    assert set(silent) == {11_000}, (
        "silence lasts as long as the prompt plus the time-out")


def test_who_hangs_up_is_asked_nothing_more(calls):
    """When the caller hangs up, the play is canceled and no more requests
    follow."""
    made = calls({"only": own_profiles.answered({"say": {
        "operation": "Play", "source": "File", "length": "10s",
        "caller_does": {"listens": 0.7, "hangs_up": 0.3}, "next": "bye"}})})
    left = [call for call in made
            if call.media[0][0]["resulttype"] == "Canceled"]
    check_share("share of callers who hang up", len(left), len(made), 0.3)
    assert all(requests_of(call) == ["AnswerCall", "Play"] for call in left), (
        "no request follows a hang-up")
    # The time of the hang-up is uniform over the play: mean 5 s, standard
    # deviation 10 s / sqrt(12). The report of the cancellation takes 10 ms.
    heard = [call.media[0][0]["durationms"] - 10 for call in left]
    error = 10_000 / math.sqrt(12 * len(heard))
    assert abs(statistics.fmean(heard) - 5_000) <= ERRORS * error, (
        f"hang-ups are uniform over the play: {statistics.fmean(heard)}")


@pytest.mark.parametrize("operation", [
    "AddParticipant", "TransferCallToParticipant", "MoveParticipants"])
def test_each_outcome_of_a_callee_leads_where_it_should(calls, operation):
    """Each outcome of a called participant is as frequent as the profile says,
    and leads to its step: here to a request of its own."""
    does = {"answers": 0.5, "no_answer": 0.2, "busy": 0.1, "declines": 0.15,
            "unreachable": 0.05}
    leads = {"completed": ("GetCall", 0.5), "no_answer": ("Hold", 0.2),
             "busy": ("MuteParticipants", 0.1),
             "declined": ("GetParticipants", 0.15),
             "unreachable": ("GetParticipant", 0.05)}
    ends = operation == "TransferCallToParticipant"
    steps = {"ring": {
        "operation": operation, "who": "pstn", "callee_does": does,
        "on": {outcome: request.lower()
               for outcome, (request, _) in leads.items()
               if not (ends and outcome == "completed")},
        "next": "bye"}}
    for outcome, (request, _) in leads.items():
        if not (ends and outcome == "completed"):
            steps[request.lower()] = {"operation": request, "next": "bye"}
    made = calls({"only": own_profiles.answered(steps)})
    found = collections.Counter(
        "GetCall" if len(call.requests) == 2 and ends
        else requests_of(call)[2] for call in made)
    check_shares("outcomes", found, dict(leads.values()))
    if not ends:
        joined = sum(len(call.usage) == 3 for call in made)
        check_share("share of joins with a leg", joined, len(made), 0.5)
        for call in made:
            assert len(call.usage) == (
                3 if "GetCall" in requests_of(call) else 2), (
                f"only those who join have a leg: {call.requests}")


def test_each_outcome_of_a_new_call_leads_where_it_should(calls):
    made = calls({"only": {"start": "dial", "steps": {
        "dial": {"operation": "CreateCall", "who": "pstn",
                 "callee_does": {"answers": 0.5, "voicemail": 0.3,
                                 "no_answer": 0.2},
                 "on": {"request_failed": "end", "voicemail": "hold"},
                 "next": "bye"},
        "hold": {"operation": "Hold", "next": "bye"},
        "bye": {"operation": "HangUpCall"}}}})
    found = collections.Counter(" ".join(requests_of(call)) for call in made)
    check_shares("CreateCall: share of each outcome", found, {
        "CreateCall HangUpCall": 0.5, "CreateCall Hold HangUpCall": 0.3,
        "CreateCall": 0.2})
    check_share(
        "CreateCall: share of calls with usage",
        sum(bool(call.usage) for call in made), len(made), 0.8)


def test_choices_are_made_by_weight(calls):
    """Flows, branches, servers and kinds of caller are chosen by weight, and
    the servers run the clients by weight."""
    branch = own_profiles.answered({
        "turn": {"wait": "1s", "next": {"hold": 0.25, "bye": 0.75}},
        "hold": {"operation": "Hold", "next": "bye"}})
    clients = [{"sdk_type": f"sdk{i}", "sdk_version": "1", "weight": weight,
                "api_version": "2024-04-15"}
               for i, weight in enumerate((5, 3, 2))]
    made = calls({"one": {**branch, "weight": 3},
                  "two": {**own_profiles.REJECTED, "weight": 1}},
                 clients=clients, servers=10,
                 participants={"callers": {"pstn": 5, "acs": 4, "teams": 1}})
    first = collections.Counter(requests_of(call)[0] for call in made)
    check_shares("flows by weight", first, {"AnswerCall": 3, "RejectCall": 1})
    found = collections.Counter("Hold" in requests_of(call) for call in made
                                if call.usage)
    check_shares("branches by weight", found, {True: 0.25, False: 0.75})
    check_shares(
        "clients by weight",
        collections.Counter(call.requests[0]["sdktype"] for call in made),
        {"sdk0": 5, "sdk1": 3, "sdk2": 2})
    addresses = collections.Counter(
        call.requests[0]["calleripaddress"] for call in made)
    assert len(addresses) == 10, "the profile has 10 servers"
    check_shares(
        "servers share the calls", addresses, dict.fromkeys(addresses, 1))
    check_shares("callers by kind", collections.Counter(
        usage["userida"][:4] for call in made for usage in call.usage
        if usage["useridb"]), {"4:+1": 5, "8:ac": 4, "8:or": 1})


def test_failures_are_as_many_as_they_should(calls):
    """Refused requests, failed media operations, retries and late requests are
    as frequent as the profile says."""
    made = calls(
        {"only": own_profiles.answered({
            "say": {"operation": "Play", "source": "TextToSpeech",
                    "length": "3s", "on": {"request_failed":
                                           {"retry": 2, "then": "bye"}},
                    "next": "bye"}})},
        requests={"late_share": 0, "failures": {"share": 0},
                  "failures_of": {"Play": {"share": 0.3, "statuses": {
                      "429": 3, "503": 1}}}},
        media={"play": {"speech_throttled": 0.1, "bad_file": 0.4,
                        "internal_error": 0.05}, "recognize": {}})
    plays = [request for call in made for request in call.requests
             if request["operationname"] == "Play"]
    refused = [request for request in plays
               if request["resulttype"] == "Failed"]
    check_share(
        "share of refused requests", len(refused), len(plays),
        0.3)
    check_shares(
        "refusals by status",
        collections.Counter(request["resultsignature"] for request in refused),
        {429: 3, 503: 1})
    tries = collections.Counter(requests_of(call).count("Play")
                                for call in made)
    check_shares(
        "a refused request is retried at most twice", tries,
        {1: 0.7, 2: 0.3 * 0.7, 3: 0.3 * 0.3})
    # A text prompt cannot have a bad file: that share does not count.
    check_shares("share of each media result", collections.Counter(
        summary["resultcode"] for call in made for summary, _ in call.media),
        {200: 0.85, 429: 0.1, 500: 0.05})


def test_late_request_gets_404(calls):
    made = calls({"only": own_profiles.answered({
        "talk": {"wait": "20s", "caller_does": {"hangs_up": 1},
                 "next": "hold"},
        "hold": {"operation": "Hold", "next": "bye"}})},
        requests={"failures": {"share": 0}, "late_share": 0.4})
    check_share(
        "share of late requests",
        sum("Hold" in requests_of(call) for call in made), len(made), 0.4)
    assert (all(call.requests[1]["resultsignature"] == 404 for call in made
                if len(call.requests) > 1)), (
        "a late request gets 404")


@pytest.mark.parametrize("p", [0, 0.3, 1])
def test_correlation_id_changes_as_often_as_it_should(calls, p):
    """The correlation id changes when a third participant joins, with the given
    probability."""
    made = calls({"only": own_profiles.answered({
        "add": {"operation": "AddParticipant", "next": "bye"}})},
        count=2000, assumptions={"correlation_change": p})
    changed = sum(call.requests[0]["correlationid"]
                  != call.requests[-1]["correlationid"] for call in made)
    check_share(
        "share of changed correlation ids", changed, len(made),
        p)


def test_what_is_above_capacity_is_refused(calls):
    made = calls({"only": own_profiles.REJECTED}, traffic={
        "rate": "50/s", "capacity": "30/s"})
    check_shares("attempts", collections.Counter(
        call.requests[0]["resultsignature"] for call in made),
        {204: 30, 429: 20})


def test_incident_refuses_and_slows_while_it_lasts(calls):
    made = calls({"only": own_profiles.REJECTED}, rate="10/s", incidents=[{
        "name": "trouble", "every": "10m", "length": "2m",
        "operations": ["RejectCall"], "latency_factor": 4,
        "requests": {"share": 0.5, "statuses": {"500": 1}}}])
    inside = [call.requests[0] for call in made
              if call.requests[0]["sent"] % 600_000 < 120_000]
    outside = [call.requests[0] for call in made
               if call.requests[0]["sent"] % 600_000 >= 120_000]
    check_share(
        "share of refusals in an incident",
        sum(request["resultsignature"] == 500 for request in inside),
        len(inside), 0.5)
    assert {request["resultsignature"] for request in outside} == {204}, (
        "an incident ends")
    assert {request["durationms"] for request in inside
            if request["resultsignature"] == 204} == {40}, (
        "an incident slows accepted requests")
    assert {request["durationms"] for request in outside} == {10}, (
        "an incident slows requests only while it lasts")


def test_callers_lose_patience(calls):
    """Callers stay in a queue as long as their patience lasts."""
    made = calls({"only": own_profiles.answered(
        {"queue": {"wait": "30s", "tests_patience": True, "next": "bye"}},
        caller={"patience": {"exponential": {"mean": "60s"}}})})
    check_share(
        "share of callers who hang up in the queue",
        sum(len(call.requests) == 1 for call in made), len(made),
        1 - math.exp(-0.5))


def test_billing_follows_the_profile(calls):
    """Billing follows the profile's rules."""
    flow = own_profiles.answered({"talk": {"wait": "61s", "next": "bye"}})
    made = calls({"only": flow}, count=200, usage={
        "app_leg": False, "granularity": "1m", "lag": "30s"})
    for call in made:
        assert len(call.usage) == 1, (
            "the application's leg is billed only if the profile says so: "
            f"{call.usage}")
        assert [usage["quantity"] for usage in call.usage] == [2.0], (
            f"time is rounded up to the billing granularity: {call.usage}")


def test_what_no_source_settles_is_as_assumed(calls):
    """Where no source defines a value, the records follow the profile's
    assumptions."""
    profile = own_profiles.otherwise()
    calls(profile["flows"], count=300, **{
        key: profile[key] for key in ("assumptions", "requests", "media")})
    records = grouping.read(calls.out)
    for request in records["operational"]:
        assert "Recording" not in request["operationname"], (
            f"recordings are left out: {request}")
        media = request["operationname"] in ("Play", "Recognize")
        assert (request["operationid"] != "") == media, (
            f"only plays and recognizes have an operation id: {request}")
        assert (request["level"] == ("Warning" if request["resulttype"]
                                     == "Succeeded" else "Critical")), (
            f"levels are as assumed: {request}")
    sources = {request["suboperationname"]
               for request in records["operational"]
               if request["operationname"] == "Play"}
    assert sources == {"File", "Text", "SSML"}, "text is called Text"
    prompts = {summary["recognizepromptsuboperationname"]
               for summary in records["media_summary"]}
    assert prompts == {"", "File", "Text", "SSML"}, "text is called Text"
    for usage in records["usage"]:
        told = (usage["operationname"], usage["operationversion"],
                usage["unittype"])
        assert told == ("Call usage", "2.1", "min"), (
            f"usage records have the assumed names: {usage}")
        assert usage["usagetype"] == (
            ("pstn" if usage["userida"].startswith("4:") else "VoIP")), (
            f"usage types have the assumed names: {usage}")
