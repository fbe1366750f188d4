"""Tests `load --with time=sent`: the time that a frame notes beside a record is
the time of sending, and the record has its simulated times.
"""

import datetime
import json
import time

import pytest

from files import write_text
from http_receiver import READERS, Answer, Receiver, read_lines

RATE = 500


def loki(body):
    return [int(at) / 1e9 for stream in json.loads(body)["streams"]
            for at, _ in stream["values"]]


def otlp(body):
    scope, = json.loads(body)["resourceLogs"][0]["scopeLogs"]
    return [int(record["timeUnixNano"]) / 1e9
            for record in scope["logRecords"]]


def splunk(body):
    return [json.loads(line)["time"] for line in read_lines(body)]


def seconds(text):
    return datetime.datetime.fromisoformat(
        text.replace("Z", "+00:00")).timestamp()


def elastic(body):
    return [seconds(json.loads(line)["@timestamp"])
            for line in read_lines(body)[1::2]]


def header(body):
    return [seconds(line.split()[1]) for line in read_lines(body)]


def after_header(body):
    return [line[line.index("{"):] for line in read_lines(body)]


# The times and the texts of the records in a request, and its settings.
CASES = {"header": (header, after_header, ["syslog=rfc5424"]),
         **{each.__name__: (each, READERS[each.__name__],
                            [f"frame={each.__name__}"])
            for each in (loki, otlp, splunk, elastic)}}
ANSWERS = {"splunk": b'{"code":0}', "elastic": b'{"errors":false,"items":[]}',
           "otlp": b"{}"}


@pytest.mark.parametrize("case", CASES)
def test_records_carry_their_time_of_sending(program, scratch, load, case):
    read, texts_of, settings = CASES[case]

    def answer(request):
        return Answer(body=ANSWERS.get(case, b""))

    with Receiver(answer) as receiver:
        began = time.time()
        report = load(receiver.url, "--rate", f"{RATE}/s", records=300,
                      settings=[*settings, "time=sent"])
        ended = time.time()
    times = sorted(at for body in receiver.bodies() for at in read(body))
    assert len(times) == report["planned"] == report["acknowledged"] == 300
    assert began - 0.001 <= times[0] and times[-1] <= ended
    for i, at in enumerate(times):
        assert abs(at - times[0] - i / RATE) < 0.0021, (
            "a record has the time at which it is due")
    received = scratch / "received.jsonl"
    write_text(received, "".join(text + "\n" for body in receiver.bodies()
                                 for text in texts_of(body)))
    done = program("verify", received, "--manifest", load.manifest, "--json",
                   "--allow", "out_of_order=100%")
    total = json.loads(done.stdout)["total"]
    assert total["received"] == 300 and total["altered"] == 0
