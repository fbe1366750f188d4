"""load to HTTP receivers with limits: of the size of a body, of what they will
hear at the moment; and answers that never end.

    load_http_limits_test.py PROGRAM
"""

import collections
import json
import os
import subprocess
import threading
import time

import harness
from http_receiver import Answer, Receiver
from loads import RECORDS, Load, check_arrived, errors
from raw_receiver import GOOD, RawReceiver

ENVELOPES = ("lines", "array", "event-hub", "elastic", "splunk", "loki", "otlp")
GOOD_BODIES = {"elastic": b'{"errors":false,"items":[]}',
               "splunk": b'{"text":"Success","code":0}', "otlp": b"{}"}
# Enough for what is under way; an answer that is kept would take more.
MOST_MEMORY_BYTES = 150 << 20


def limited(envelope, limit):
    """A receiver's answers that takes bodies of up to `limit` bytes."""
    def answer(request):
        if len(request.body) > limit:
            return Answer(413, {}, b"at most %d bytes" % limit, False)
        return Answer(204 if envelope == "loki" else 200, {},
                      GOOD_BODIES.get(envelope, b""))
    return answer


def check_limit(program, load, checks, scratch):
    """A limit is found with a few refusals, and kept."""
    for number, envelope in enumerate(ENVELOPES):
        coding = ("none", "gzip", "zstd")[number % 3]
        limit = 50_000 if coding == "none" else 9_000
        with Receiver(limited(envelope, limit)) as receiver:
            report = load(receiver.url, settings=[
                f"envelope={envelope}", f"compress={coding}"])
            again = check_arrived(checks, program, receiver, envelope, report)
            where = (envelope, coding, report["errors"], report["body_limit"])
            checks.same(again, 0, "no record comes twice", where)
            refused = [len(request.body) for request, answer
                       in receiver.answers if answer.status == 413]
            checks(0 < len(refused) <= 12, "few bodies are refused", where,
                   refused)
            checks.same(errors(report)["HTTP 413"]["batches"], len(refused),
                        "each is counted", where)
            checks.same(errors(report)["HTTP 413"]["answer"],
                        f"at most {limit} bytes", "with its words", where)
            taken = max(len(request.body) for request in receiver.requests)
            found = report["body_limit"]
            checks.same(found["most_taken_bytes"], taken,
                        "the largest body that was taken is told", where)
            checks.same(found["least_refused_bytes"], min(refused),
                        "and the smallest that was not", where)
            checks(f"{min(refused):,} bytes" in report["verdict"],
                   "the verdict says so", where, report["verdict"])
            # Found by halving, it is used by at least a quarter.
            checks(taken > limit / 4, "bodies are not made too small", where,
                   taken)
            checks.same(report["latency_from_sent"]["count"],
                        report["acknowledged"], "each is timed once", where)


def check_order(program, load, checks):
    """Over one connection records keep their order, split or not."""
    with Receiver(limited("lines", 20_000)) as receiver:
        report = load(receiver.url, settings=["connections=1"])
        checks.same(receiver.records("lines"),
                    program.generate("--records", RECORDS).splitlines(),
                    "records keep their order")
        checks.same(report["duplicates_possible"], 0,
                    "what is too large has not arrived")


def check_paced(load, checks):
    """Lateness counts each record once, from the time that was intended."""
    with Receiver(limited("lines", 3_000)) as receiver:
        report = load(receiver.url, "--rate", "4000/s",
                      settings=["linger=50ms"], records=4000)
        planned = report["planned"]
        checks.same(report["acknowledged"], planned, "all are acknowledged")
        checks.same(report["lateness"]["count"], planned,
                    "each record is late once, or not")
        checks.same(len(receiver.records("lines")), planned,
                    "and all are there")


def check_too_large_alone(program, load, checks, scratch):
    """A record that alone is too large has failed, and only that."""
    sent = program.generate("--records", RECORDS).splitlines()
    sizes = sorted(len(line.encode()) + 1 for line in sent)
    limit = sizes[len(sizes) * 9 // 10]
    small = [line for line in sent if len(line.encode()) + 1 <= limit]
    with Receiver(limited("lines", limit)) as receiver:
        report = load(receiver.url, expect=1)
        checks.same(report["acknowledged"], len(small),
                    "all that are small enough are acknowledged")
        checks.same(report["failed"], len(sent) - len(small), "the rest failed")
        checks.same(sorted(receiver.records("lines")), sorted(small),
                    "and so it arrived")
        checks.same(errors(report)["HTTP 413"]["answer"],
                    f"at most {limit} bytes", "the receiver's words are told")
        verify(program, load, checks, receiver, scratch, len(small))
    with Receiver(limited("lines", 10)) as receiver:
        report = load(receiver.url, expect=1, records=200)
        checks.same(report["failed"], report["planned"], "where nothing fits, all have failed")


def verify(program, load, checks, receiver, scratch, records):
    """`verify` agrees with the manifest: none is lost, none early."""
    path = os.path.join(scratch, "received.jsonl")
    with open(path, "wb") as file:
        file.write(b"".join(receiver.bodies()))
    done = program("verify", "--manifest", load.manifest, "--json", path,
                   "--allow", "out_of_order=100%", expect=None)
    total = json.loads(done.stdout)["total"]
    for kind in ("lost", "duplicated", "altered", "foreign", "undecodable"):
        checks.same(total[kind], 0, "verify agrees with the manifest", total)
    checks.same(total["received"], records, "it has read all", total)


def check_copies(program, load, checks, scratch):
    """Of a record that a fault delivers twice, one copy may be refused."""
    chance = []

    def answer(request):
        chance.append(request.number)
        return (Answer(400, {}, b"no", False) if request.number % 3 == 1
                else Answer())
    with Receiver(answer) as receiver:
        report = load(receiver.url, "--fault", "duplicate=30%",
                      settings=["batch_records=15", "connections=1"], expect=1)
        checks.same(len(receiver.records("lines")), report["acknowledged"],
                    "as many arrive as are acknowledged")
        checks(report["failed"] > 0, "some were refused")
        with open(load.manifest, encoding="utf-8") as file:
            manifest = json.load(file)
        counted = collections.Counter()

        def count(value):
            if isinstance(value, dict):
                for name, part in value.items():
                    if name == "failed" and isinstance(part, list):
                        counted["failed"] += sum(
                            pair[1] if isinstance(pair, list) else
                            pair["count"] for pair in part)
                    else:
                        count(part)
            elif isinstance(value, list):
                for part in value:
                    count(part)
        count(manifest)
        if counted:
            checks.same(counted["failed"], report["failed"],
                        "the manifest's ranges are of as many records")


def check_early_refusal(program, load, checks):
    """A receiver that refuses by the head alone, and does not read the body."""
    stored, lock = [], threading.Lock()

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
        with lock:
            stored.append(body)
        connection.sendall(GOOD)
        return True
    with RawReceiver(answer, reads_body=False) as receiver:
        report = load(receiver.url)
        checks.same(report["acknowledged"], report["planned"],
                    "a refusal by the head is one by size", report["errors"])
        got = b"".join(stored).decode().splitlines()
        sent = program.generate("--records", RECORDS).splitlines()
        checks(set(got) == set(sent) and len(got) - len(sent)
               <= report["duplicates_possible"], "and all arrive",
               value=(len(got), report["errors"]))


def check_pressure(program, load, checks):
    """Accepted under pressure is accepted."""
    for code in (24, 25):
        with Receiver(lambda request: Answer(200, {}, json.dumps(
                {"text": "Queue is approaching capacity", "code": code}
                ).encode())) as receiver:
            report = load(receiver.url, settings=["envelope=splunk"])
            check_arrived(checks, program, receiver, "splunk", report)
            checks.same(report["errors"], [], "pressure is no error")
            checks(f"code {code}" in report["verdict"] and
                   "pressure" in report["verdict"],
                   "the verdict has a word of it", value=report["verdict"])
            checks.same(report["remarks"][0]["batches"],
                        len(receiver.requests), "it is counted")
    busy = [b'{"text":"Queue at capacity","code":26}', 429]
    with Receiver(lambda request: Answer(busy[1], {}, busy[0], False)
                  if request.number < 4 else
                  Answer(200, {}, b'{"text":"Success","code":0}')) as receiver:
        report = load(receiver.url, settings=["envelope=splunk"])
        check_arrived(checks, program, receiver, "splunk", report)
        checks.same(report["duplicates_possible"], 0,
                    "who is at capacity has not taken it")
    for status, body in ((400, b'{"text":"Invalid token","code":21}'),
                         (200, b'{"text":"HEC is healthy","code":17}')):
        with Receiver(lambda request: Answer(status, {}, body,
                                             False)) as receiver:
            report = load(receiver.url, expect=1,
                          settings=["envelope=splunk", "connections=1"])
            checks.same((report["acknowledged"], receiver.number), (0, 1),
                        "a wrong token or address ends the run at once")
    with Receiver(lambda request: Answer(260, {}, b"blocked", False)) as receiver:
        report = load(receiver.url, expect=1, settings=["envelope=loki"])
        checks.same(report["acknowledged"], 0,
                    "what Loki throws away is not acknowledged")


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


def check_floods(program, checks, scratch):
    """An answer that never ends costs neither memory nor the run."""
    for name, (head, piece) in FLOODS.items():
        stored, lock = [], threading.Lock()

        def answer(number, _, body, connection):
            with lock:
                stored.append(body)
            if number > 2:
                connection.sendall(GOOD)
                return True
            connection.sendall(head)
            receiver.flood(connection, piece)
            return False
        report_path = os.path.join(scratch, "flood.json")
        with RawReceiver(answer) as receiver:
            begin = time.monotonic()
            run = subprocess.Popen(
                [program.path, "load", "--to", receiver.url, "--rate", "max",
                 "--records", "2000", "--with", "timeout=2s", "--with",
                 "batch_bytes=100KB", "--report", report_path],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL)
            _, status, usage = os.wait4(run.pid, 0)
            run.returncode = os.waitstatus_to_exitcode(status)
        with open(report_path, encoding="utf-8") as file:
            report = json.load(file)
        os.remove(report_path)
        where = (name, report["errors"], time.monotonic() - begin)
        checks.same(run.returncode, 0, "the run goes on", where)
        checks.same(report["acknowledged"], report["planned"],
                    "and sends all", where)
        checks(usage.ru_maxrss * 1024 < MOST_MEMORY_BYTES,
               "an endless answer takes no memory", where, usage.ru_maxrss)
        sent = program.generate("--records", 2000).splitlines()
        got = b"".join(stored).decode().splitlines()
        checks(set(got) == set(sent) and len(got) - len(sent)
               <= report["duplicates_possible"], "all arrive", where)
        if "body" not in name:
            said = [error["error"] for error in report["errors"]]
            checks(said and all(word in ("the answer's header is too long",
                                         "no answer in time",
                                         "connection lost",
                                         "the answer is not HTTP")
                                for word in said), "and it is said why", where)


def check_hang_ups(program, load, checks):
    """Whatever a receiver does in the middle: what had a success is there."""
    part = b"HTTP/1.1 200 OK\r\nContent-Le"
    ways = {
        "before the answer": b"",
        "in its head": part,
        "after an interim one": b"HTTP/1.1 100 Continue\r\n\r\n",
        "in its body": b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
        "in a chunk": CHUNKED + b"5\r\nhal",
        "before the last chunk": CHUNKED + b"4\r\nhalf\r\n",
        "no HTTP": b"220 ready\r\n",
        "another protocol": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n"
                            b"Connection: Upgrade\r\n\r\n",
    }
    for name, words in ways.items():
        stored, lock = [], threading.Lock()

        def answer(number, _, body, connection):
            # Every other one is thrown away.
            is_bad = number % 4 == 1
            if not is_bad:
                with lock:
                    stored.append(body)
                connection.sendall(GOOD)
                return True
            if number % 8 == 1:
                with lock:
                    stored.append(body)
            connection.sendall(words)
            return False
        with RawReceiver(answer) as receiver:
            report = load(receiver.url, settings=["batch_bytes=50KB"],
                          records=2000)
        got = collections.Counter(b"".join(stored).decode().splitlines())
        where = (name, report["errors"])
        checks(len(got) >= report["acknowledged"],
               "what is acknowledged is there", where, len(got))
        checks(got.total() - len(got) <= report["duplicates_possible"],
               "what is there twice is told as possible", where)
        checks(report["errors"], "each end is seen", where)


def check_unread_body(load, checks):
    """A success before the body has been read is none while it is under way."""
    def answer(number, head, body, connection):
        connection.sendall(GOOD)
        receiver.ended.wait(30)
        return False
    with RawReceiver(answer, reads_body=False) as receiver:
        report = load(receiver.url, "--give-up", "2s", records=20_000,
                      expect=1, settings=["batch_bytes=32MB", "linger=60s",
                                          "timeout=1s"])
        checks.same(report["acknowledged"], 0,
                    "what was never read is not acknowledged",
                    report["errors"])


def run(program, scratch, checks):
    load = Load(program, scratch, checks)
    check_limit(program, load, checks, scratch)
    check_order(program, load, checks)
    check_paced(load, checks)
    check_too_large_alone(program, load, checks, scratch)
    check_copies(program, load, checks, scratch)
    check_early_refusal(program, load, checks)
    check_pressure(program, load, checks)
    check_floods(program, checks, scratch)
    check_hang_ups(program, load, checks)
    check_unread_body(load, checks)


if __name__ == "__main__":
    harness.main(run)
