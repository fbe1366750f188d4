"""Tests the queue of the agents, measured from the written logs: an incident
that raises the rate makes callers wait longer and give up, and the queues of
the shipped profiles are those of their sources. And who answers: agents are
rarely in two calls at once.
"""

import collections
import json
import re

import pytest

import dataset

START = "2026-03-03T08:00:00Z"
MINUTE = 60_000
CROWD = {"name": "crowd", "at": "2026-03-03T09:00:00Z", "length": "30m",
         "rate_factor": 2}
# A smaller centre with the same load.
JOB = ["--profile", "contact-center", "--set", "traffic.rate=3/s", "--set",
       "agents.on_duty=300", "--set", "incidents=" + json.dumps([CROWD]),
       "--start", START, "--duration", "3h"]


# A request in the table shape.
REQUEST = re.compile(
    r'"TimeGenerated":"([^"]+)".*"OperationName":"([^"]+)".*'
    r'"ServerCallId":"([^"]*)".*"OperationId":"([^"]+)"')


def requests_of_calls(program, *job):
    """The requests of each call in order: time, operation, operation id."""
    calls = collections.defaultdict(list)
    text = program.generate(*job, "--logs", "operational", "--shape", "table")
    for time, name, call, operation in REQUEST.findall(text):
        calls[call].append((dataset.milliseconds(time), name, operation))
    assert sum(map(len, calls.values())) == text.count("\n") > 0
    return [sorted(requests) for requests in calls.values()]


def queue_of(program, *job):
    """For each call in the queue: when it came, how long it waited, and whether
    it reached an agent."""
    queued = []
    for requests in requests_of_calls(program, *job):
        names = [name for _, name, _ in requests]
        if "GetCall" not in names:
            continue
        first = names.index("GetCall")
        came = requests[first][0]
        if "AddParticipant" in names:
            added = requests[names.index("AddParticipant")][0]
            waited = "Play" in names[first:names.index("AddParticipant")]
            queued.append((came, (added - came) / 1000 if waited else 0, True))
        elif names[first + 1:first + 2] == ["Play"]:
            queued.append((came, None, False))
    return queued


def figures(queued):
    """Share that waits, share of those that gives up, mean wait of the
    others that wait, in seconds."""
    waits = [wait for _, wait, _ in queued if wait]
    gave_up = sum(not served for _, _, served in queued)
    return ((len(waits) + gave_up) / len(queued),
            gave_up / (len(waits) + gave_up), sum(waits) / len(waits))


def test_a_crowd_makes_the_queue_grow(program):
    begin = dataset.milliseconds("2026-03-03T09:00:00.0000000Z")
    job = [*JOB, "--shard", "0/2"]
    usual = queue_of(program, *job, "--without", "crowd")
    crowded = queue_of(program, *job)

    def between(queued, first, last):
        return [each for each in queued
                if begin + first * MINUTE <= each[0] < begin + last * MINUTE]
    # Nothing changes before the incident.
    assert between(usual, -60, -1) == between(crowded, -60, -1)
    _, gave_up, wait = figures(between(usual, 10, 30))
    _, gave_up_in_crowd, wait_in_crowd = figures(between(crowded, 10, 30))
    assert gave_up_in_crowd > gave_up + 0.2
    assert wait_in_crowd > wait + 60
    # The queue is still there after the incident, and ends some time later.
    assert figures(between(crowded, 31, 34))[2] > (
        figures(between(usual, 31, 34))[2] + 30)
    assert figures(between(crowded, 90, 110))[2] == pytest.approx(
        figures(between(usual, 90, 110))[2], rel=0.2)
    # Even a crowd of twice as many callers is served by as many agents.
    served = sum(each[2] for each in between(crowded, 10, 30))
    served_usually = sum(each[2] for each in between(usual, 10, 30))
    assert served == pytest.approx(served_usually, rel=0.15)


def test_labels_of_a_crowd_are_the_difference(program, scratch):
    """Also those of calls after the incident, which wait in its queue."""
    labels = scratch / "labels"
    job = [*JOB, "--shard", "0/6"]
    crowded = collections.Counter(dataset.lines(program.generate(
        *job, "--incident-labels", labels)))
    usual = collections.Counter(dataset.lines(program.generate(
        *job, "--without", "crowd")))
    told = [json.loads(line) for line in dataset.lines(labels.read_text())]
    # What the queue does to a call is an indirect effect.
    effects = collections.Counter(line.get("as", line["effect"])
                                  for line in told if line["type"] == "record")
    assert (crowded - usual).total() == effects["caused"] + effects["changed"]
    assert (usual - crowded).total() == (
        effects["suppressed"] + effects["changed"])
    assert effects["changed"] > 1000


@pytest.mark.parametrize("profile, days, shard, waited, gave_up, wait_s", [
    # Brown et al. 2005: 61 %, 23 %, 116 s.
    ("small-office", "28d", "0/1", (0.5, 0.65), (0.2, 0.28), (80, 120)),
    # A Tuesday.
    ("contact-center", "1d", "0/8", (0.5, 0.9), (0.1, 0.25), (35, 90))])
def test_queues_of_the_shipped_profiles(program, profile, days, shard, waited,
                                        gave_up, wait_s):
    found = figures(queue_of(program, "--profile", profile, "--duration", days,
                             "--shard", shard, "--start",
                             "2026-03-03T00:00:00Z"))
    for value, (least, most) in zip(found, (waited, gave_up, wait_s)):
        assert least < value < most, found


USAGE = re.compile(
    r'"CorrelationId":"([^"]+)".*"StartTime":"([^"]+)","EndTime":"([^"]+)"'
    r'.*"UserIdA":"8:acs:[^_"]+_([^"]+)","UserIdB":"[^"]+"')


def sessions_of_agents(program, *job):
    """The time spans of each agent's sessions, in order. Agents are the users
    with several sessions in calls of telephones."""
    spans = collections.defaultdict(list)
    for line in dataset.lines(program.generate(
            *job, "--set", "participants.caller_zipf=0", "--logs", "usage",
            "--shape", "table")):
        found = USAGE.search(line)
        if found:
            spans[found[4]].append((dataset.milliseconds(found[2]),
                                    dataset.milliseconds(found[3])))
    # Without Zipf's law, hardly any caller calls twice.
    return [sorted(of_user) for of_user in spans.values() if len(of_user) > 2]


def overlapping(sessions):
    """The number of sessions, and how many of them begin while the same agent
    is in another session."""
    overlaps = 0
    for of_agent in sessions:
        until = 0
        for begin, end in of_agent:
            overlaps += begin < until
            until = max(until, end)
    return sum(map(len, sessions)), overlaps


@pytest.mark.parametrize("profile, seed, start, duration, least", [
    # The busiest hours of a Monday and of another day.
    ("contact-center", 1, "2026-03-02T07:00:00Z", "4h", 50_000),
    ("contact-center", 2, "2026-03-05T12:00:00Z", "2h", 20_000),
    ("small-office", 1, "2026-03-02T00:00:00Z", "28d", 20_000)])
def test_agents_are_rarely_in_two_calls_at_once(program, profile, seed, start,
                                                duration, least):
    sessions = sessions_of_agents(program, "--profile", profile, "--seed", seed,
                                  "--start", start, "--duration", duration)
    number, overlaps = overlapping(sessions)
    assert number > least
    assert overlaps < number / 1000, (number, overlaps)


def test_few_agents_are_often_in_two_calls_at_once(program):
    """So the count above finds overlaps."""
    number, overlaps = overlapping(sessions_of_agents(
        program, "--profile", "small-office", "--set", "participants.agents=8",
        "--duration", "7d"))
    assert overlaps > number / 5, (number, overlaps)


def test_explain_shows_the_wait(program):
    requests = next(requests for requests in requests_of_calls(
        program, *JOB[:-1], "2m")
        if "AddParticipant" in {name for _, name, _ in requests})
    story = program("explain", *JOB[:6], requests[0][2]).stdout
    assert "in the queue" in story or "free at once" in story


@pytest.mark.parametrize("profile, change, agents, words", [
    ("contact-center", [], (3500, 1, 1), "3,500, who take turns"),
    ("small-office", ["--set", "participants.agents=8"], (8, 1, 0),
     "8, too few to take turns"),
    ("quickstart", [], None, None)])
def test_describe_says_who_answers(program, profile, change, agents, words):
    job = ["describe", "--profile", profile, *change, "--duration", "1m"]
    told = json.loads(program(*job, "--json").stdout).get("agents")
    assert (told and tuple(told[key] for key in (
        "number", "resources", "resources_with_turns"))) == agents
    text = program(*job).stdout
    assert words in text if words else "take turns" not in text


def test_describe_says_whether_the_agents_are_enough(program):
    job = ["describe", "--profile", "contact-center", "--start",
           "2026-03-03T00:00:00Z", "--duration", "1d"]

    def preview(*changes):
        options = [word for change in changes for word in ("--set", change)]
        text = program(*job, *options).stdout
        told = json.loads(program(*job, *options, "--json").stdout)
        assert ("too few for" in text) == (told["agents"]["unserved_share"] > 0)
        return told["agents"], told["mean_rate_cps"]

    usual, rate = preview()
    assert 0 < usual["unserved_share"] < 0.1
    more, higher_rate = preview("traffic.rate=40/s")
    assert more["needed"] / usual["needed"] == pytest.approx(
        higher_rate / rate, rel=0.05)
    assert more["unserved_share"] > 0.6
    enough, _ = preview("agents.on_duty=2000")
    assert enough["unserved_share"] == 0
    assert enough["needed"] == pytest.approx(usual["needed"], rel=1e-6)


@pytest.mark.parametrize("change, message", [
    ("agents.on_duty=0", "a step waits for an agent"),
    ("agents.day=[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]",
     "no agent is ever on duty")])
def test_mistakes(program, change, message):
    assert message in program("describe", "--profile", "contact-center",
                              "--set", change, expect=2).stderr


def test_agents_without_a_queue(program):
    assert "no step waits for an agent" in program(
        "describe", "--profile", "quickstart", "--set", "agents.on_duty=5",
        expect=2).stderr
