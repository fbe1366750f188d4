"""Tests `load` with HTTP receivers that limit the size of a body or the current
load, and with endless answers.
"""

import collections
import json
import os
import subprocess

import pytest

from files import read_json
from http_receiver import Answer, Receiver
from loading import RECORDS, check_arrived, errors
from raw_receiver import GOOD, RawReceiver

FRAMES = ("jsonl", "array", "event-hub", "elastic", "splunk", "loki", "otlp")
GOOD_BODIES = {"elastic": b'{"errors":false,"items":[]}',
               "splunk": b'{"text":"Success","code":0}', "otlp": b"{}"}
# Enough for the data in flight; storing an endless answer would take more.
MOST_MEMORY_BYTES = 150 << 20
# What a sanitizer adds.
SANITIZER_BYTES = 150 << 20


def limited(frame, limit):
    """Answers of a receiver that accepts bodies of up to `limit` bytes."""
    def answer(request):
        if len(request.body) > limit:
            return Answer(413, {}, b"at most %d bytes" % limit, False)
        return Answer(204 if frame == "loki" else 200, {},
                      GOOD_BODIES.get(frame, b""))
    return answer


@pytest.mark.parametrize("frame, coding", [
    (frame, ("none", "gzip", "zstd")[number % 3])
    for number, frame in enumerate(FRAMES)])
def test_limit_is_found_and_kept(program, load, frame, coding):
    """The sender finds the limit with a few refusals."""
    limit = 50_000 if coding == "none" else 9_000
    with Receiver(limited(frame, limit)) as receiver:
        report = load(receiver.url, settings=[f"frame={frame}",
                                              f"compress={coding}"])
        assert check_arrived(program, receiver, frame, report) == 0
    refused = [len(request.body) for request, answer in receiver.answers
               if answer.status == 413]
    assert 0 < len(refused) <= 12
    assert errors(report)["HTTP 413"]["batches"] == len(refused)
    assert errors(report)["HTTP 413"]["answer"] == f"at most {limit} bytes"
    taken = max(len(request.body) for request in receiver.requests)
    found = report["body_limit"]
    assert found["most_taken_bytes"] == taken
    assert found["least_refused_bytes"] == min(refused)
    assert f"{min(refused):,} bytes" in report["verdict"]
    # The sender finds the limit by halving, so it uses at least a quarter of
    # it.
    assert taken > limit / 4, "bodies do not get too small"


def test_records_keep_their_order_split_or_not(program, load):
    """Records keep their order on one connection, even if batches are split."""
    with Receiver(limited("jsonl", 20_000)) as receiver:
        report = load(receiver.url, settings=["connections=1"])
    assert receiver.records("jsonl") == program.generate(
        "--records", RECORDS).splitlines()
    assert report["duplicates_possible"] == 0, (
        "a refused body has not arrived")


def test_lateness_counts_each_record_once(load):
    """Lateness counts each record once, from its intended time."""
    with Receiver(limited("jsonl", 3_000)) as receiver:
        report = load(receiver.url, "--rate", "4000/s",
                      settings=["linger=50ms"], records=4000)
    planned = report["planned"]
    assert report["acknowledged"] == planned
    assert report["lateness"]["count"] == planned
    assert len(receiver.records("jsonl")) == planned


def test_record_that_alone_is_too_large_has_failed(program, load):
    """Only records that alone exceed the limit fail."""
    sent = program.generate("--records", RECORDS).splitlines()
    sizes = sorted(len(line.encode()) + 1 for line in sent)
    limit = sizes[len(sizes) * 9 // 10]
    small = [line for line in sent if len(line.encode()) + 1 <= limit]
    with Receiver(limited("jsonl", limit)) as receiver:
        report = load(receiver.url, expect=1)
    assert report["acknowledged"] == len(small)
    assert report["failed"] == len(sent) - len(small)
    assert sorted(receiver.records("jsonl")) == sorted(small)
    assert errors(report)["HTTP 413"]["answer"] == f"at most {limit} bytes"
    total = load.verify(receiver, "--allow", "out_of_order=100%")
    assert (total["received"], total["duplicated"]) == (len(small), 0)


def test_where_nothing_fits_all_have_failed(load):
    with Receiver(limited("jsonl", 10)) as receiver:
        report = load(receiver.url, expect=1, records=200)
    assert report["failed"] == report["planned"]


def test_one_copy_of_a_record_may_be_refused(load):
    """One copy may be refused of a record that a fault duplicates."""
    with Receiver(lambda request: Answer(400, {}, b"no", False)
                  if request.number % 3 == 1 else Answer()) as receiver:
        report = load(receiver.url, "--fault", "duplicate=30%",
                      settings=["batch_records=15", "connections=1"], expect=1)
    assert len(receiver.records("jsonl")) == report["acknowledged"]
    assert report["failed"] > 0
    logs = read_json(load.manifest)["deliveries"]["logs"].values()
    assert sum(count for log in logs for _, count in log["failed"]) == (
        report["failed"]), "the manifest's ranges are of as many records"


def check_stored(program, report, stored, records=RECORDS):
    """All records arrived, and no more copies than the report allows for."""
    got = b"".join(stored).decode().splitlines()
    sent = program.generate("--records", records).splitlines()
    assert set(got) == set(sent)
    assert len(got) - len(sent) <= report["duplicates_possible"]


def test_refusal_by_the_head_is_one_by_size(program, load):
    """A 413 from a receiver that does not read the body is a refusal by
    size."""
    stored = []

    def answer(number, head, body, connection):
        length = int(head.lower().partition(b"content-length:")[2]
                     .split(b"\r\n")[0])
        if length > 50_000:
            connection.sendall(b"HTTP/1.1 413 Too Large\r\nConnection: close"
                               b"\r\nContent-Length: 3\r\n\r\nbig")
            return False
        while len(body) < length:
            piece = connection.recv(1 << 20)
            if not piece:
                return False
            body += piece
        stored.append(body)
        connection.sendall(GOOD)
        return True

    with RawReceiver(answer, reads_body=False) as receiver:
        report = load(receiver.url)
    assert report["acknowledged"] == report["planned"], report["errors"]
    check_stored(program, report, stored)


@pytest.mark.parametrize("code", [24, 25])
def test_what_is_accepted_under_pressure_is_accepted(program, load, code):
    with Receiver(lambda request: Answer(200, {}, json.dumps(
            {"text": "Queue is approaching capacity", "code": code}
            ).encode())) as receiver:
        report = load(receiver.url, settings=["frame=splunk"])
        check_arrived(program, receiver, "splunk", report)
    assert report["errors"] == []
    assert f"code {code}" in report["verdict"]
    assert "pressure" in report["verdict"]
    assert report["remarks"][0]["batches"] == len(receiver.requests)


def test_receiver_at_capacity_has_not_taken_it(program, load):
    with Receiver(lambda request: Answer(
            429, {}, b'{"text":"Queue at capacity","code":26}', False)
            if request.number < 4 else
            Answer(200, {}, b'{"text":"Success","code":0}')) as receiver:
        report = load(receiver.url, settings=["frame=splunk"])
        check_arrived(program, receiver, "splunk", report)
    assert report["duplicates_possible"] == 0


@pytest.mark.parametrize("status, body", [
    (400, b'{"text":"Invalid token","code":21}'),
    (200, b'{"text":"HEC is healthy","code":17}')])
def test_wrong_token_or_address_ends_the_run(load, status, body):
    with Receiver(lambda request: Answer(status, {}, body,
                                         False)) as receiver:
        report = load(receiver.url, expect=1,
                      settings=["frame=splunk", "connections=1"])
    assert (report["acknowledged"], receiver.number) == (0, 1)


def test_what_loki_throws_away_is_not_acknowledged(load):
    with Receiver(lambda request: Answer(260, {}, b"blocked",
                                         False)) as receiver:
        report = load(receiver.url, expect=1, settings=["frame=loki"])
    assert report["acknowledged"] == 0


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
FLOODS = {
    "headers": (b"HTTP/1.1 200 OK\r\n", b"X-Same: yes\r\n" * 1000),
    "interim answers": (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
    "early hints": (b"", b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
                    * 1000),
    "trailers": (CHUNKED + b"0\r\n", b"X-More: yes\r\n" * 1000),
    "a long trailer": (CHUNKED + b"0\r\nX-More: ", b"y" * 10_000),
    "chunk extensions": (CHUNKED + b"1;", b"x=y;" * 2500),
    "a body": (CHUNKED, (b"3e8\r\n" + b"z" * 1000 + b"\r\n") * 10),
    "a packed body": (
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n",
        (b"3e8\r\n" + b"\0" * 1000 + b"\r\n") * 10),
}

MAY_BE_SAID = {"the answer's header is too long", "no answer in time",
               "connection lost", "the answer is not HTTP"}


@pytest.mark.parametrize("name", FLOODS)
def test_answer_that_never_ends_costs_neither_memory_nor_the_run(
        program, scratch, name):
    head, piece = FLOODS[name]
    stored = []

    def answer(number, _, body, connection):
        stored.append(body)
        if number > 2:
            connection.sendall(GOOD)
            return True
        connection.sendall(head)
        receiver.flood(connection, piece)
        return False

    with RawReceiver(answer) as receiver:
        run = program.start(
            "load", "--to", receiver.url, "--rate", "max", "--records", "2000",
            "--with", "timeout=2s", "--with", "batch_bytes=100KB", "--report",
            scratch / "report", stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(run.pid, 0)
        run.returncode = os.waitstatus_to_exitcode(status)
    report = read_json(scratch / "report")
    assert run.returncode == 0, report["errors"]
    assert report["acknowledged"] == report["planned"]
    most_bytes = MOST_MEMORY_BYTES + SANITIZER_BYTES * program.is_sanitized()
    assert usage.ru_maxrss * 1024 < most_bytes
    check_stored(program, report, stored, 2000)
    if "body" not in name:
        said = set(errors(report))
        assert said and said <= MAY_BE_SAID


HANG_UPS = {
    "before the answer": b"",
    "in its head": b"HTTP/1.1 200 OK\r\nContent-Le",
    "after an interim one": b"HTTP/1.1 100 Continue\r\n\r\n",
    "in its body": b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
    "in a chunk": CHUNKED + b"5\r\nhal",
    "before the last chunk": CHUNKED + b"4\r\nhalf\r\n",
    "no HTTP": b"220 ready\r\n",
    "another protocol": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n"
                        b"Connection: Upgrade\r\n\r\n",
}


@pytest.mark.parametrize("words", HANG_UPS.values(), ids=HANG_UPS)
def test_what_had_a_success_is_there(load, words):
    """Records of successful requests arrive, even if the receiver closes the
    connection at any point of another answer."""
    stored = []

    def answer(number, _, body, connection):
        # Of the requests with a bad answer, it discards every second one.
        is_bad = number % 4 == 1
        if not is_bad or number % 8 == 1:
            stored.append(body)
        connection.sendall(words if is_bad else GOOD)
        return not is_bad

    with RawReceiver(answer) as receiver:
        report = load(receiver.url, settings=["batch_bytes=50KB"],
                      records=2000)
    got = collections.Counter(b"".join(stored).decode().splitlines())
    assert len(got) >= report["acknowledged"]
    assert got.total() - len(got) <= report["duplicates_possible"]
    assert report["errors"], "each lost connection is an error"


def test_success_before_the_body_has_been_read_is_none(load):
    """A success before the whole body was sent is not an acknowledgement."""
    def answer(number, head, body, connection):
        connection.sendall(GOOD)
        receiver.ended.wait(30)
        return False

    with RawReceiver(answer, reads_body=False) as receiver:
        report = load(receiver.url, "--give-up", "2s", records=20_000,
                      expect=1, settings=["batch_bytes=32MB", "linger=60s",
                                          "timeout=1s"])
    assert report["acknowledged"] == 0, report["errors"]
