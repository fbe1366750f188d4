"""`load --events`: a webhook gets each callback event in a request of its own,
as `busyhour events` writes them."""

import collections

import pytest

import dataset
from files import read_json
from http_receiver import Answer, Receiver
from loading import patience

JOB = ("--profile", "conference", "--calls", 40, "--seed", 6)


def bodies_of(program, *job):
    return dataset.lines(program("events", *job, "--format", "array").stdout)


def load(program, scratch, receiver, *options, expect=0):
    report = scratch / "report.json"
    program("load", "--events", "--to", receiver.url + "/callbacks?key=1",
            *options, *patience(options), "--quiet", "--report", report, expect=expect)
    return read_json(report)


def test_each_event_is_a_request(program, scratch):
    wanted = bodies_of(program, *JOB)
    with Receiver() as receiver:
        report = load(program, scratch, receiver, *JOB, "--rate", "max",
                      "--with", "connections=1")
        got = [body.decode() for body in receiver.bodies()]
        for request in receiver.requests:
            assert request.method == "POST"
            assert request.path == "/callbacks?key=1"
            assert request.headers["Content-Type"] == "application/json"
    assert got == wanted, "one connection keeps the order"
    assert report["planned"] == report["acknowledged"] == len(wanted)


def test_events_that_a_webhook_refuses_at_first_are_sent_again(program,
                                                               scratch):
    wanted = collections.Counter(bodies_of(program, *JOB))

    def answer(request):
        fails = request.number % 5 == 3
        return Answer(503 if fails else 200, kept=not fails)

    with Receiver(answer) as receiver:
        report = load(program, scratch, receiver, *JOB, "--rate", "max")
        got = collections.Counter(body.decode() for body in receiver.bodies())
    assert got == wanted
    assert report["acknowledged"] == sum(wanted.values())


def test_an_event_that_is_too_large_fails(program, scratch):
    with Receiver(lambda _: Answer(413, kept=False)) as receiver:
        report = load(program, scratch, receiver, "--calls", 2, "--rate",
                      "max", expect=1)
    assert report["failed"] == report["planned"] > 0


@pytest.mark.parametrize("pace, planned", [
    (("--rate", "400/s", "--for", "1s"), range(400, 401)),
    (("--rate", "50calls/s", "--for", "1s"), range(50, 5000)),
])
def test_the_rate_counts_events_or_calls(program, scratch, pace, planned):
    with Receiver() as receiver:
        report = load(program, scratch, receiver, *pace)
    assert report["planned"] in planned


@pytest.mark.parametrize("options, words", [
    (("--to", "null:"), ("--events", "http://")),
    (("--to", "http://127.0.0.1:9/{category}"), ("--events", "{category}")),
    (("--to", "http://127.0.0.1:9/", "--logs", "usage"),
     ("--logs", "not for --events")),
    (("--to", "http://127.0.0.1:9/", "--with", "frame=jsonl"),
     ("--with", "frame is not for --events")),
    (("--to", "http://127.0.0.1:9/", "--manifest", "m.json"),
     ("--manifest", "not for --events")),
])
def test_what_is_only_for_records_is_refused(program, options, words):
    done = program("load", "--events", *options, expect=2)
    assert all(word in done.stderr for word in words), done.stderr
