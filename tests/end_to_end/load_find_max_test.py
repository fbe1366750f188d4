"""Tests `busyhour load --find-max`: the highest rate that a receiver sustains,
whatever its buffers hold; searches that end early; and what was sent.
"""

import json
import re
import signal
import socket
import subprocess
import threading
import time

import pytest

from files import read_json, read_text
from http_receiver import Answer, Receiver
from load_rates_test import NAME, fetch_metrics
from loading import LIMIT_S, PROFILE
from program import wait_for
from receivers import LineReceiver, listen, slow
from servers import free_port


class BufferingReceiver:
    """Reads each connection into a buffer of `most` bytes as fast as it can, and
    takes `rate` lines per second out of it."""

    def __init__(self, rate, most):
        self.rate, self.most = rate, most
        self.server = listen(0)
        # The buffer of the system is small, so that the test is short.
        self.server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 14)
        self.uri = f"tcp://127.0.0.1:{self.server.getsockname()[1]}"
        self.lines = 0
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self):
        while True:
            try:
                connection, _ = self.server.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(0.005)
                self._drain(connection)

    def _drain(self, connection):
        buffered, ended = bytearray(), False
        last = time.monotonic()
        while buffered or not ended:
            if not ended and len(buffered) < self.most:
                try:
                    piece = connection.recv(self.most - len(buffered))
                    ended = not piece
                    buffered += piece
                except TimeoutError:
                    pass
                except OSError:
                    return
            else:
                time.sleep(0.005)
            now = time.monotonic()
            lines = int((now - last) * self.rate)
            last += lines / self.rate
            end = 0
            for _ in range(lines):
                at = buffered.find(b"\n", end)
                if at < 0:
                    # Idle time is not made up for.
                    last = now
                    break
                end = at + 1
                self.lines += 1
            del buffered[:end]

    def finish(self):
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
        self.thread.join(30)


def buffers_are_no_capacity(program, scratch):
    """A trial of 5500 records per second is over before the buffer is full: its
    1.2 MB are enough for 1,400 records more."""
    receiver, report = BufferingReceiver(5000, 1_200_000), scratch / "report"
    done = program("load", "--to", receiver.uri, "--find-max", "--rate",
                   "5500/s", "--trial", "2s", "--slo", "250ms", *PROFILE,
                   "--report", report)
    receiver.finish()
    found = read_json(report)
    assert found["trials"][0]["held"], done.stderr
    assert 0.95 * 5000 <= found["rate"] <= 1.05 * 5000, done.stderr
    assert found["confirmed"]
    last = found["trials"][-1]
    assert last["confirms"] and last["held"]
    assert last["rate"] == found["rate"]
    # A receiver that is 5 % slower would have filled its buffer.
    assert last["seconds"] >= min(20, 0.9 * 1_400 / (0.05 * found["rate"]))
    assert re.search(r"confirmed by a trial of \d", done.stdout)
    full = [trial for trial in found["trials"] if trial["taken_rate"]]
    assert all(0.95 * 5000 < trial["taken_rate"] < 1.05 * 5000
               for trial in full), full


def test_refusal_ends_the_search(program, scratch):
    """One request is enough, and its answer is quoted."""
    report = scratch / "report"
    with Receiver(lambda request: Answer(
            400, body=b"entry too far behind\n\x1b[31m" + b"x" * 5000,
            kept=False)) as receiver:
        done = program("load", "--to", receiver.url, "--find-max", "--rate",
                       "500/s", "--report", report, expect=1)
    if "this program was built without" in done.stderr:
        return
    assert "refused records at 500 records/s" in done.stdout
    assert "HTTP 400: entry too far behind" in done.stdout
    assert "\x1b" not in done.stdout + done.stderr
    assert len(done.stdout) < 500, "a long answer is cut"
    found = read_json(report)
    assert len(found["trials"]) == 1 and not found["rate"]
    assert receiver.number <= 10, "the trial ends, too"


def trials_go_on_in_time(program, scratch):
    """A receiver that refuses records from before its newest one takes those of
    all trials, and the manifests of the trials say what it has."""
    newest, refused, lock = [""], [], threading.Lock()

    def answer(request):
        times = [json.loads(line)["time"]
                 for line in request.body.splitlines()]
        with lock:
            if min(times)[:13] < newest[0][:13]:
                refused.append(min(times))
            newest[0] = max(newest[0], *times)
        time.sleep(0.05)  # 1000 records per second
        return Answer()

    manifest = scratch / "sent.json"
    with Receiver(answer) as receiver:
        done = program("load", "--to", receiver.url, "--find-max", "--rate",
                       "500/s", "--trial", "1s", "--profile", "quickstart",
                       "--with", "connections=1", "--with", "linger=1s",
                       "--with", "batch_records=50", "--manifest", manifest,
                       expect=None)
    if "this program was built without" in done.stderr:
        return
    assert not refused, refused[:3]
    manifests = sorted(scratch.glob("sent-*.json"))
    assert len(manifests) >= 3 and not manifest.exists()
    (scratch / "received").write_bytes(b"".join(receiver.bodies()))
    told = program("verify", scratch / "received", "--json", "--allow",
                   "out_of_order=100%,duplicated=100%",
                   *(word for each in manifests
                     for word in ("--manifest", each)))
    total = json.loads(told.stdout)["total"]
    assert total["foreign"] == total["lost"] == 0
    again = program("load", "--to", receiver.url, "--find-max", "--manifest",
                    manifest, expect=2)
    assert "sent-1.json" in again.stderr


def finds_the_rate_that_a_receiver_holds(program, scratch):
    """In a short trial the receiver seems faster, because its socket buffer
    fills."""
    rate, report = 3000, scratch / "report"
    with LineReceiver(scratch / "received", f"{scratch}/socket",
                      behave=slow(rate)) as receiver:
        done = program("load", "--to", receiver.uri, "--find-max", "--rate",
                       "1500/s", "--trial", "2s", "--slo", "300ms",
                       "--profile", "contact-center", "--report", report)
    found = read_json(report)
    assert 0.5 * rate < found["rate"] < 1.1 * rate, done.stderr
    last = found["trials"][-1]
    assert last["held"] and last["confirms"] and last["rate"] == found["rate"]
    missed = [trial["rate"] for trial in found["trials"]
              if not trial["held"]]
    taken = [trial["taken_rate"] for trial in found["trials"]
             if trial["taken_rate"]]
    assert min(missed + taken) <= found["rate"] / 0.94, (
        "a slightly higher rate is not held")
    assert f"sustains {int(found['rate'] + 0.5)} records/s" in done.stdout
    lines = read_text(receiver.path).splitlines()
    assert len(set(lines)) == len(lines), "each trial has different records"


class TimedReceiver:
    """Takes `rate` entries per second. Refuses entries by their times, as Loki
    does: older than a week, newer than in ten minutes
    (`reject_old_samples_max_age`, `creation_grace_period`), or before the newest
    one of their stream (`unordered_writes: false`)."""

    def __init__(self, rate):
        self.rate, self.newest, self.lock = rate, {}, threading.Lock()

    def __call__(self, request):
        with self.lock:
            streams = json.loads(request.body)["streams"]
            entries = [(json.dumps(stream["stream"]), int(at) / 1e9)
                       for stream in streams for at, _ in stream["values"]]
            for stream, at in entries:
                why = self.objection(stream, at)
                if why:
                    return Answer(400, body=why.encode(), kept=False)
                self.newest[stream] = at
            time.sleep(len(entries) / self.rate)
        return Answer(204)

    def objection(self, stream, at):
        if at < time.time() - 7 * 86400:
            return f"entry for stream '{stream}' has timestamp too old: {at}"
        if at > time.time() + 600:
            return f"entry for stream '{stream}' has timestamp too new: {at}"
        if at < self.newest.get(stream, 0):
            return f"entry out of order: {at}"
        return ""


LOKI = ("--find-max", *PROFILE, "--with", "frame=loki", "--with",
        "connections=1", "--slo", "250ms", "--trial", "2s", "--rate", "700/s")


def rate_of_a_receiver_with_limits_of_time(program, scratch):
    """Each trial sends its records at their time, so none is refused. (A busy
    machine makes the receiver slower than its rate.)"""
    rate, report = 1500, scratch / "report"
    with Receiver(TimedReceiver(rate)) as receiver:
        done = program("load", "--to", receiver.url, *LOKI, "--with",
                       "time=sent", "--report", report, expect=None)
    if "this program was built without" in done.stderr:
        return
    found = read_json(report)
    assert found["refusal"] == "", done.stderr
    assert 0.4 * rate < found["rate"] < 1.06 * rate, done.stderr
    assert found["confirmed"] and done.returncode == 0


def limits_of_time_are_told(program, scratch):
    for start, why in (("2020-01-06T00:00:00Z", "has timestamp too old"),
                       ("2090-01-06T00:00:00Z", "has timestamp too new")):
        with Receiver(TimedReceiver(1500)) as receiver:
            done = program("load", "--to", receiver.url, *LOKI, "--start",
                           start, expect=None)
        if "this program was built without" in done.stderr:
            return
        assert done.returncode == 1
        assert "which is no question of the rate: HTTP 400" in done.stdout
        assert why in done.stdout


CASES = {case.__name__: case for case in (
    buffers_are_no_capacity, finds_the_rate_that_a_receiver_holds,
    trials_go_on_in_time, rate_of_a_receiver_with_limits_of_time,
    limits_of_time_are_told)}


@pytest.mark.parametrize("case", CASES)
def test_search(side_by_side, case, is_portable):
    if is_portable and case == "buffers_are_no_capacity":
        pytest.skip("it is not known what a receiver's system has confirmed")
    side_by_side(CASES, case)


def search(program, scratch, receiver, *options):
    return program.start(
        "load", "--to", receiver.uri, "--find-max", "--trial", "500ms",
        "--rate", "100/s", "--slo", "30s", *PROFILE, "--report",
        scratch / "report", *options, stdout=subprocess.PIPE, text=True)


def check_told(scratch, run, expect):
    """Checks that an interrupted search reports what it has found. Returns its
    other messages."""
    said, words = run.communicate(timeout=LIMIT_S)
    assert run.returncode == expect, words
    found = read_json(scratch / "report")
    assert found["finished"] is False
    assert found["rate"] >= 100
    assert f"at least {found['rate']:.0f} records/s" in said, "in words, too"
    return words


def test_search_that_is_interrupted(program, scratch):
    port, sent = free_port(), []
    with LineReceiver(scratch / "received") as receiver:
        run = search(program, scratch, receiver, "--metrics", port)

        def has_tried_three():
            """Also stores the metrics at that time."""
            done = receiver.connections > 3
            try:
                sent.append(fetch_metrics(port)[NAME % "sent"])
            except OSError:
                done = False
            return done

        assert wait_for(has_tried_three), receiver.connections
        run.send_signal(signal.SIGINT)
        check_told(scratch, run, 130)
    assert sent == sorted(sent), "counters do not fall between trials"
    # Half a second each at 100, 200 and 400 records per second.
    assert sent[-1] >= 350, "counters include all trials"


def test_search_whose_receiver_is_gone(program, scratch):
    with LineReceiver(scratch / "received") as receiver:
        run = search(program, scratch, receiver)
        assert wait_for(lambda: receiver.connections == 2)
        receiver.stop()
        assert "cannot connect" in check_told(scratch, run, 1)
