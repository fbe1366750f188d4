"""Tests `load` with HTTP receivers: the received records match the report, in
every frame, even if the receiver fails.
"""

import json
import random
import re
import socket
import threading
import time

import pytest

from http_receiver import (READERS, Answer, Receiver, elastic_ids, read_columns,
                           unpack)
from loading import RECORDS, check_arrived, errors

CODINGS = ["none", "gzip", "zstd"]


def good(frame, body):
    """The body of a receiver's answer that accepts a request."""
    if frame == "elastic":
        items = [{"create": {"_id": name, "status": 201}}
                 for name, _ in elastic_ids(body)]
        return json.dumps({"took": 1, "errors": False, "items": items}).encode()
    return {"splunk": b'{"text":"Success","code":0}',
            "otlp": b'{"partialSuccess":{}}'}.get(frame, b"")


@pytest.mark.parametrize("frame, coding", [
    (frame, CODINGS[number % 3]) for number, frame in enumerate(READERS)])
def test_frame(program, load, frame, coding):
    types = {"jsonl": "application/x-ndjson", "elastic": "application/x-ndjson"}

    def answer(request):
        body = unpack(request.body, request.headers["Content-Encoding"])
        return Answer(204 if frame == "loki" else 200, {},
                      good(frame, body))

    with Receiver(answer) as receiver:
        report = load(receiver.url + "/x/../in?a=b&c=%20d",
                      settings=[f"frame={frame}", f"compress={coding}"])
        again = check_arrived(program, receiver, frame, report)
    assert again == 0, "without failures there are no duplicates"
    sizes = [len(body) for body in receiver.bodies()]
    most = 256 * 1024 if frame == "event-hub" else 1_000_000
    assert max(sizes) <= most, "a body is within its receiver's limit"
    assert max(sizes) > most * 0.95, "bodies are filled"
    for request in receiver.requests:
        assert request.headers["Content-Type"] == types.get(
            frame, "application/json")
        assert request.path == "/x/../in?a=b&c=%20d", "the path is unchanged"
        assert request.headers["Content-Encoding"] == (
            None if coding == "none" else coding)


@pytest.mark.parametrize("frame, kind, coding", [
    ("csv", "text/csv", "none"), ("query", "application/json", "zstd")])
def test_a_frame_that_names_columns(program, load, frame, kind, coding):
    """Each message contains the columns of one log, and its records."""
    wanted, heads = set(), set()
    for log in ("operational", "media_summary", "usage"):
        text = program.generate("--records", RECORDS, "--frame", frame,
                                "--logs", log, "--shape", "table")
        head, records = read_columns(frame, text.encode())
        heads.add(head)
        wanted.update(records)
    with Receiver() as receiver:
        report = load(receiver.url, "--shape", "table",
                      settings=[f"frame={frame}", f"compress={coding}",
                                "batch_bytes=100KB"])
    messages = [read_columns(frame, body) for body in receiver.bodies()]
    assert {head for head, _ in messages} == heads, "each log has its columns"
    got = [record for _, records in messages for record in records]
    assert report["acknowledged"] == len(got) == len(set(got)) >= RECORDS
    assert set(got) <= wanted, "all received records were planned"
    for request in receiver.requests:
        assert request.headers["Content-Type"] == kind


def test_bodies_of_a_category_go_to_its_path(load):
    with Receiver() as receiver:
        load(receiver.url + "/streams/Custom-{category}?v=1",
             settings=["frame=array", "method=put", "header.X-Tenant=t1"])
    assert len({request.path for request in receiver.requests}) == 3
    for request in receiver.requests:
        name = request.path.removeprefix("/streams/Custom-")
        logs = {record["category"] for record in json.loads(request.body)}
        assert {log + "?v=1" for log in logs} == {name}
        assert request.method == "PUT"
        assert request.headers["X-Tenant"] == "t1"


@pytest.mark.parametrize("to, words", [
    ("http://127.0.0.1:9/{stream}", ["{category}"]),
    ("http:///x", ["names no host"]),
    ("http://no-such-host.invalid/", ["host not found"])])
def test_wrong_address_is_refused(load, to, words):
    load.refused(to, words=words)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_refused_connection_is_told(load, scheme):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        load.refused(f"{scheme}://127.0.0.1:{port}/x",
                     words=["connection refused"])


def test_receiver_without_tls_is_told(load):
    with Receiver() as receiver:
        load.refused(f"https://127.0.0.1:{receiver.port}/",
                     words=["TLS handshake failed"])


TROUBLE = [
    Answer(503, {}, b"", False), Answer(500, {}, b"", True),
    Answer(429, {"Retry-After": "0"}, b"", False),
    Answer(408, {}, b"", False), Answer(how="close", kept=False),
    Answer(how="close", kept=True), Answer(how="garbage", kept=True),
    Answer(how="half", kept=True), Answer(how="half", kept=False)]


def test_trouble_loses_nothing(program, load):
    """No record is lost although the receiver fails from time to time, in every
    way."""
    chance = random.Random(7)

    def answer(request):
        # Rare enough that no batch fails ten times.
        return chance.choice(TROUBLE) if request.number % 4 == 0 else Answer()

    with Receiver(answer) as receiver:
        report = load(receiver.url, settings=["batch_bytes=50KB"])
        again = check_arrived(program, receiver, "jsonl", report)
    assert again > 0, "there are duplicates"
    assert report["retries"] > 10
    assert set(errors(report)) >= {
        "HTTP 503", "HTTP 500", "HTTP 429", "HTTP 408", "connection lost",
        "the answer is not HTTP"}, "the report separates the kinds of failures"
    assert load.verify(receiver)["duplicated"] == again


def test_hang_up_is_not_repeated_unseen(program, load):
    """A kept connection ends without an answer."""
    with Receiver(lambda request: Answer(
            how="close" if request.number in (3, 7) else "whole")) as receiver:
        report = load(receiver.url, settings=["connections=1",
                                              "batch_bytes=100KB"])
        again = check_arrived(program, receiver, "jsonl", report)
    assert report["retries"] == 2
    assert report["duplicates_possible"] == again, (
        "the report allows for the stored batches")


def test_retry_after_is_kept(program, load):
    with Receiver(lambda request: Answer(429, {"Retry-After": "2"}, b"", False)
                  if request.number == 1 else Answer()) as receiver:
        report = load(receiver.url, settings=["connections=1"], records=1000)
        check_arrived(program, receiver, "jsonl", report, 1000)
    assert report["seconds"] >= 2
    assert report["duplicates_possible"] == 0, (
        "429 with Retry-After: not accepted")


def test_too_few_connections_are_told(load):
    """Fifty requests per second, a fifth of a second each, need ten
    connections."""
    def answer(request):
        time.sleep(0.2)
        return Answer()

    for connections in (4, 30):
        with Receiver(answer) as receiver:
            report = load(receiver.url, "--rate", "500/s", records=1500,
                          settings=[f"connections={connections}",
                                    "batch_records=10", "linger=1s"])
        assert "; ack after sent p99 " in report["verdict"]
        told = re.search(r"; 4 batches in flight are not enough: ([\d.]+) "
                         r"batches/s at (\d+) ms each need (\d+) .*raise "
                         r"--with connections", report["verdict"])
        assert (told is not None) == (connections == 4), report["verdict"]
        if told:
            rate, answer_ms, needed = map(float, told.groups())
            assert 45 <= rate <= 55 and answer_ms >= 200
            assert abs(needed - rate * answer_ms / 1000) <= 1
            assert report["in_flight_full_seconds"] > report["seconds"] / 2


@pytest.mark.parametrize("status", [400, 409, 422])
def test_batch_that_is_refused_has_failed(load, status):
    def answer(request):
        return Answer(status, {}, b"no\x1b[31m\x07 field\n  x " + b"y" * 5000,
                      False) if request.number == 2 else Answer()

    with Receiver(answer) as receiver:
        report = load(receiver.url, settings=["batch_bytes=50KB"], expect=1)
    assert 0 < report["failed"] < 100
    assert report["retries"] == 0
    assert len(receiver.records("jsonl")) == report["acknowledged"]
    said = errors(report)[f"HTTP {status}"]["answer"]
    assert said.startswith("no[31m field x yyy") and len(said) < 400, (
        "the receiver's answer is shown, without control characters")
    load.verify(receiver)


@pytest.mark.parametrize("status", [302, 401, 403, 404])
def test_receiver_that_takes_nothing_ends_the_run(load, status):
    place = "http://elsewhere.example/x"
    with Receiver(lambda request: Answer(
            status, {"Location": place}, b"who?", False)) as receiver:
        report = load(receiver.url, expect=1, settings=["connections=1"])
    assert report["acknowledged"] == 0
    assert receiver.number == 1, "one answer is enough"
    assert f"HTTP {status}" in load.said
    assert status != 302 or place in load.said, (
        "a redirect is shown, not followed")


def test_success_stays_one_however_long_it_goes_on(program, load):
    with Receiver(lambda request: Answer(how="endless")) as receiver:
        report = load(receiver.url, settings=["batch_bytes=500KB"],
                      records=2000)
        check_arrived(program, receiver, "jsonl", report, 2000)


def test_answer_that_never_comes_is_not_waited_for(program, load):
    with Receiver(lambda request: Answer(
            how="never" if request.number == 1 else "whole")) as receiver:
        report = load(receiver.url, settings=["timeout=300ms"], records=2000)
        again = check_arrived(program, receiver, "jsonl", report, 2000)
    assert "no answer in time" in errors(report)
    assert again > 0, "a batch stored without an answer is duplicated"


def test_answer_that_is_not_read_says_why(program, load):
    with Receiver(lambda request: Answer(
            headers={"X-Long": "x" * 200_000} if request.number == 1
            else {})) as receiver:
        report = load(receiver.url, records=2000)
        check_arrived(program, receiver, "jsonl", report, 2000)
    assert "the answer's header is too long" in errors(report)


def hash_of(text):
    return sum(text.encode())


class Bulk:
    """Answers record by record, as Elasticsearch does. Refuses some records
    permanently, and most of the first request temporarily."""

    def __init__(self):
        self.lock = threading.Lock()
        self.store, self.bad = {}, set()

    def status_of(self, name, text):
        with self.lock:
            if hash_of(text) % 50 == 0:
                self.bad.add(text)
                return 400
            if name in self.store:
                return 409
            self.store[name] = text
            return 201

    def __call__(self, request):
        items = []
        for place, (name, text) in enumerate(elastic_ids(request.body)):
            is_busy = request.number == 1 and place >= 5
            status = 429 if is_busy else self.status_of(name, text)
            item = {"_index": "logs", "_id": name, "status": status}
            if status >= 400:
                item["error"] = {"type": "x_exception", "reason": "for [a]",
                                 "caused_by": {"type": "y", "status": 999}}
            items.append({"create": item})
        has_errors = any("error" in item["create"] for item in items)
        return Answer(200, {}, json.dumps({
            "took": 3, "errors": has_errors, "items": items}).encode())


def test_elastic_answers_record_by_record(program, load):
    sent = program.generate("--records", RECORDS).splitlines()
    bulk = Bulk()
    with Receiver(bulk) as receiver:
        report = load(receiver.url + "/_bulk",
                      settings=["frame=elastic", "batch_bytes=200KB"],
                      expect=1)
    assert report["acknowledged"] == len(bulk.store)
    assert report["failed"] == len(bulk.bad)
    assert set(bulk.store.values()) | bulk.bad == set(sent)
    assert report["duplicates_possible"] == 0, (
        "unique ids prevent duplicates")
    assert report["retries"] >= 1
    assert errors(report)["item: HTTP 429"]["answer"] == "x_exception: for [a]"
    assert "item: HTTP 400" in errors(report)


def test_elastic_has_what_a_fault_delivers_twice(program, load):
    fault = ("--fault", "duplicate=5%")
    sent = [text for text in program.generate(
        "--records", RECORDS, *fault).splitlines() if hash_of(text) % 50]
    assert len(set(sent)) < len(sent)
    bulk = Bulk()
    with Receiver(bulk) as receiver:
        report = load(receiver.url + "/_bulk", *fault,
                      settings=["frame=elastic"], expect=1)
    assert report["acknowledged"] == len(bulk.store)
    assert sorted(bulk.store.values()) == sorted(sent)


@pytest.mark.parametrize("body", [
    b"<html>hello</html>", b"[" * 60_000, b'{"errors":true}',
    b'{"errors":true,"items":[' + b"{}," * 5000 + b"{}]}"],
    ids=["html", "deep", "no items", "empty items"])
def test_garbage_is_no_acknowledgement(load, body):
    with Receiver(lambda request: Answer(200, {}, body, False)) as receiver:
        report = load(receiver.url, "--give-up", "1s",
                      settings=["frame=elastic", "connections=1"],
                      records=200, expect=1)
    assert report["acknowledged"] == 0


def test_splunk_code_refuses_one_batch(load):
    token = "sp1unk-t0ken"

    def answer(request):
        if request.headers["Authorization"] != "Splunk " + token:
            return Answer(401, {}, b'{"text":"Token is required","code":2}',
                          False)
        return Answer(200, {}, b'{"text":"no","code":7}' if request.number == 1
                      else b'{"text":"Success","code":0}')

    with Receiver(answer) as receiver:
        report = load(receiver.url, expect=1, environment={"HEC": token},
                      settings=["frame=splunk", "token_env=HEC",
                                "batch_bytes=100KB"])
    assert 0 < report["failed"] < 300
    assert token not in load.said


def test_otlp_partial_success_is_none(load):
    with Receiver(lambda request: Answer(
            200, {}, b'{"partialSuccess":{"rejectedLogRecords":"2",'
            b'"errorMessage":"too old"}}' if request.number == 1
            else b"{}")) as receiver:
        report = load(receiver.url, expect=1,
                      settings=["frame=otlp", "batch_bytes=100KB"])
    assert 0 < report["failed"] < 300
    assert "too old" in load.said
