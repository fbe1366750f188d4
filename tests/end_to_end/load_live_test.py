"""The page of a run of `busyhour load --live`, and its control: by the page, by
`busyhour control`, and not by anybody else.
"""

import contextlib
import json
import os
import re
import socket

import pytest

from live_run import LiveRun
from loading import lines_of
from program import page, wait_for
from receivers import LineReceiver


@pytest.fixture
def live(program, scratch):
    run = LiveRun(program, scratch)
    yield run
    run.load.run.kill()
    run.load.run.wait()


def test_the_page_and_its_events(live):
    status, html = live.get("/")
    assert status == 200
    assert "connect-src 'self'" in html and "unsafe" not in html
    assert "<h1 id=\"word\">Running</h1>" in html
    seen = []
    for event in live.events():
        seen.append(event)
        if len(seen) == 3:
            live.ask("pause")
        if event["paused"]:
            live.ask("end")
    report = live.load.finish()
    words = [event["word"] for event in seen]
    assert words[:3] == ["Running"] * 3 and "Paused" in words
    assert seen[-1]["over"] and words[-1] == "Passed"
    assert seen[-1]["sentence"] == report["verdict"]
    charts = seen[-1]["charts"]
    rate = charts[0]
    assert rate["label"].startswith("Chart: Rate.")
    # The figures of the page are those of the report.
    assert rate["data"][0] == [row["t"] for row in report["series"]]
    for line, name in enumerate(("planned", "sent", "acknowledged"), 1):
        assert rate["data"][line] == [row[name] for row in report["series"]]
    assert len(rate["bands"]) == 1
    assert "Changes during the run" in seen[-1]["tables"]
    assert [change["by"] for change in report["changes"]] == ["page", "page"]


def test_each_way_to_change_a_run(live):
    assert "asked: rate 500/s" in live.control("rate", "500/s")
    assert wait_for(lambda: live.state()["rate"] == 500)
    live.control("faster")
    assert wait_for(lambda: live.state()["rate"] == 700)
    live.control("pause")
    assert wait_for(lambda: live.state()["state"] == "paused")
    assert live.ask("resume") == 202
    assert wait_for(lambda: live.state()["state"] == "running")
    shown = json.loads(live.control("status"))
    assert shown["rate"] == 700 and "token" not in shown
    live.control("end")
    report = live.load.finish()
    assert [(change["what"], change["to"], change["by"])
            for change in report["changes"]] == [
                ("rate", 500, "command"), ("rate", 700, "command"),
                ("pause", 0, "command"), ("resume", 700, "page"),
                ("end", 0, "command")]


def test_commands_of_the_page(live):
    commands = [line.split()[2:] for block in re.findall(
        r"```sh\n(.*?)```", page("live.md"), re.DOTALL)
                for line in block.splitlines() if "busyhour control" in line]
    assert ["end"] == commands[-1] and len(commands) > 3
    for words in commands:
        assert "asked: " + " ".join(words) in live.control(*words) or (
            words == ["status"])
    assert live.load.finish()["changes"][-1]["what"] == "end"


def test_what_the_command_refuses(program, live):
    assert "out of range" in live.control("rate", "0/s", expect=2)
    assert "is in records/s" in live.control("speed", "2", expect=2)
    assert "did you mean \"pause\"" in live.control("puase", expect=2)
    assert "is missing" in live.control(expect=2)
    assert "takes no value" in live.control("end", "now", expect=2)
    assert "needs a value" in live.control("rate", expect=2)
    assert live.finish()["changes"][0]["what"] == "end"
    assert "no run answers at 127.0.0.1" in live.control("end", expect=1)


# Neither a page of another site nor a name of another site that leads to this
# machine can change the run or read its token.
def test_other_sites_cannot_change_a_run(live):
    assert live.ask("end", Origin="http://example.com") == 403
    assert live.ask("end", Origin="null") == 403
    assert live.ask("end", X_Busyhour_Token="0" * 32) == 403
    assert live.get("/control", "POST", "end")[0] == 403
    assert live.get("/control")[0] == 405
    for path in ("/", "/status", "/events", "/control"):
        for host in ("example.com", f"example.com:{live.port}",
                     "127.0.0.1.example.com", "localhost.example.com", ""):
            status, text = live.get(path, Host_=host)
            assert status == 403 and live.token() not in text, (path, host)
    for host in (f"localhost:{live.port}", "127.0.0.1", f"[::1]:{live.port}",
                 socket.gethostname()):
        assert live.get("/status", Host_=host)[0] == 200, host
    assert live.get("/nothing")[0] == 404
    assert live.get("/", "DELETE")[0] == 405
    assert live.state()["state"] == "running"
    assert [change["what"] for change in live.finish()["changes"]] == ["end"]


HOSTILE = {
    "no request": b"\0\1\2\xff\r\n\r\n",
    "an endless line": b"GET /" + b"a" * 100_000,
    "many headers": b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 20_000,
    "a large body": b"POST /control HTTP/1.1\r\nHost: localhost\r\n"
                    b"Content-Length: 1000000000\r\n\r\n" + b"x" * 100_000,
    "a wrong length": b"POST /control HTTP/1.1\r\nHost: localhost\r\n"
                      b"Content-Length: -5\r\n\r\n",
    "control characters": b"GET /\x1b[2J\x07 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "half of a request": b"GET / HT",
    "another protocol": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
}


# Peers that send anything, read nothing, or are many, do not change the run.
def test_hostile_peers(program, scratch):
    received = scratch / "received"
    answers = {}
    with LineReceiver(received) as receiver, contextlib.ExitStack() as stack:
        live = LiveRun(program, scratch, receiver.uri)
        for name, words in HOSTILE.items():
            peer = stack.enter_context(live.connect())
            with contextlib.suppress(OSError):
                peer.sendall(words)
                peer.shutdown(socket.SHUT_WR)
                answers[name] = peer.recv(1 << 16).split(b"\r\n")[0]
        before = live.load.peak_bytes()
        peers = contextlib.ExitStack()
        for _ in range(100):
            with contextlib.suppress(OSError):
                peer = peers.enter_context(live.connect())
                peer.sendall(b"GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        so_far = lines_of(received)
        assert wait_for(lambda: lines_of(received) > so_far + 4000)
        assert live.load.peak_bytes() < before + (32 << 20)
        peers.close()
        assert wait_for(lambda: live.has_state("running"))
        report = live.finish()
        assert [change["by"] for change in report["changes"]] == ["page"]
        live.load.verify(received, report)
    assert b" 413 " in answers["a large body"], answers
    assert b" 431 " in answers["many headers"], answers
    assert not any(b" 200 " in answer for answer in answers.values()), answers


def test_addresses(program, scratch):
    with LineReceiver(scratch / "received") as other:
        taken = other.uri.rpartition(":")[2]
        for option in ("--live", "--metrics"):
            done = program("load", "--to", "null:", option, taken, expect=2)
            assert f"{option}: cannot listen on 127.0.0.1:{taken}" in done.stderr
    for wrong in ("0", "65536", "localhost:80", "::1:80", "1.2.3:80", "x"):
        done = program("load", "--to", "null:", "--live", wrong, expect=2)
        assert f"--live: \"{wrong}\" is not a port" in done.stderr


# A reader on another machine needs the link that the run shows.
def test_an_open_page(program, scratch):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing
        except OSError:
            pytest.skip("this machine has no other address")
        own = probe.getsockname()[0]
    token = "0123456789abcdefXYZ"
    live = LiveRun(program, scratch, "null:", "2000/s", address="0.0.0.0",
                   env={**os.environ, "BUSYHOUR_LIVE_TOKEN": token})
    assert token in live.get("/")[1]
    live.host = own
    for path in ("/", "/status"):
        status, text = live.get(path)
        assert status == 200 and token not in text
    to = f"{own}:{live.port}"
    assert "set BUSYHOUR_LIVE_TOKEN" in live.control("end", to=to, expect=1)
    assert "asked: end" in live.control("end", to=to, token=token)
    live.load.finish()
    assert f":{live.port}/#{token}\n" in live.load.words
