"""Tests `busyhour load` with receivers that end their connections in every
possible way: acknowledged records have been read.

Each receiver counts the complete lines that it has read.
"""

import functools
import random
import socket
import ssl
import struct
import threading
import time

import pytest

from files import write_bytes
from loading import Load
from receivers import listen
from servers import make_certificate

RESET = struct.pack("ii", 1, 0)


class EndingReceiver:
    """Ends its first `bad` connections with `end`, each after a random number
    of bytes, and reads all other connections completely.

    `end(connection)` is called once that many bytes were read;
    `begin(connection)` is called for each new connection, before any byte is
    read."""

    def __init__(self, place, kind, end, generator, bad, mean_bytes, begin=None,
                 certificate=None, slowness_s=0.0):
        self.server = listen(f"{place}/socket" if kind == "unix" else 0)
        if slowness_s:
            self.server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 14)
        self.uri = (f"unix:{place}/socket" if kind == "unix" else
                    f"{kind}://127.0.0.1:{self.server.getsockname()[1]}")
        self.end, self.begin = end, begin
        self.generator, self.mean_bytes = generator, mean_bytes
        self.bad, self.slowness_s = bad, slowness_s
        self.context = None
        if certificate is not None:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(certificate.cert, certificate.key)
        self.path = place / "received"
        self.lock = threading.Lock()
        self.lines = []
        self.connections = 0
        self.threads = []
        self.kept = []
        self.thread = threading.Thread(target=self._accept, daemon=True)
        self.thread.start()

    def _accept(self):
        while True:
            try:
                connection, _ = self.server.accept()
            except OSError:
                return
            self.connections += 1
            most = None
            if self.connections <= self.bad:
                most = self.generator.expovariate(1 / self.mean_bytes)
            thread = threading.Thread(target=self._serve,
                                      args=(connection, most), daemon=True)
            thread.start()
            self.threads.append(thread)

    def _serve(self, connection, most):
        text = b""
        try:
            if self.context is not None:
                connection = self.context.wrap_socket(connection,
                                                      server_side=True)
            if self.begin is not None:
                self.begin(connection)
            while most is None or len(text) < most:
                if most is not None:
                    time.sleep(self.slowness_s)
                piece = connection.recv(1 << 16 if most is None else
                                        max(1, min(1 << 12,
                                                   int(most) - len(text))))
                if not piece:
                    break
                text += piece
            else:
                text += self.end(connection) or b""
        except OSError:
            pass
        with self.lock:
            self.lines += text.split(b"\n")[:-1]
        if self.end in (keeps, answers_early, answers_late):
            self.kept.append(connection)
        else:
            connection.close()

    def finish(self):
        # Closing a descriptor does not wake up accept(); shutdown does.
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
        for connection in self.kept:
            connection.close()
        self.thread.join(30)
        for thread in self.threads:
            thread.join(30)
            assert not thread.is_alive(), "each connection ends"
        write_bytes(self.path, b"".join(line + b"\n" for line in self.lines))


# ------------------------------------------------------------------- ends

def closes(_):
    """Closes the connection, possibly with unread data."""


def shuts_down(connection):
    connection.shutdown(socket.SHUT_RDWR)


def resets(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)


def half_closes(connection):
    """Shuts down its own direction, and reads to the end."""
    socket.socket.shutdown(connection, socket.SHUT_WR)
    text = b""
    try:
        while piece := connection.recv(1 << 16):
            text += piece
    except OSError:
        pass
    return text


def half_closes_and_leaves(connection):
    socket.socket.shutdown(connection, socket.SHUT_WR)
    time.sleep(0.05)


def says_something(connection):
    connection.sendall(b"welcome\n" * 1000)


def unwraps(connection):
    """Ends TLS with an orderly shutdown."""
    connection.settimeout(1)
    try:
        connection.unwrap()
    except OSError:
        pass


def breaks_tls(connection):
    """Sends an unencrypted TLS record."""
    with socket.socket(fileno=socket.dup(connection.fileno())) as plain:
        plain.sendall(b"\x15\x03\x03\x00\x02\x02\x28")


def keeps(_):
    """Stops reading, and keeps the connection open."""


def answers_early(connection):
    """The same, but ends TLS during the run."""
    time.sleep(0.4)
    unwraps(connection)


def answers_late(connection):
    """The same, but usually after the run has ended TLS."""
    time.sleep(1.2)
    unwraps(connection)


# ------------------------------------------------------------------ cases

def certificate_of(kind, scratch):
    """The certificate of a TLS receiver, and the sender's setting for it."""
    if kind != "tls":
        return None, []
    certificate = make_certificate(scratch, "ends")
    return certificate, [f"ca={certificate.ca}"]


def ends(program, scratch, kind, end, connections, **more):
    """Acknowledged records were read. Unread records are sent again, so all are
    read in the end."""
    certificate, settings = certificate_of(kind, scratch)
    receiver = EndingReceiver(scratch, kind, end, random.Random(connections),
                              bad=6, mean_bytes=60_000,
                              certificate=certificate, **more)
    load = Load(program, scratch, "load", receiver.uri, "--rate", "3000/s",
                "--for", "1500ms", settings=[*settings,
                                             f"connections={connections}"])
    report = load.finish()
    receiver.finish()
    distinct = len(set(receiver.lines))
    assert report["acknowledged"] <= distinct, (
        "no more is acknowledged than the receiver has read")
    certainty = report["certainty"]
    assert sum(certainty.values()) == report["acknowledged"]
    assert report["acknowledged"] == report["planned"], (
        "unread records are sent again")
    # A portable build knows it only of TCP connections that break, or that end
    # after ours.
    is_known = not program.is_portable or (kind != "unix" and
                                           end is not unwraps)
    # Such a receiver may read more, or not.
    if end is not half_closes and is_known:
        assert report["acknowledged"] == certainty["read"], (
            "all of it is known to be read")
    assert receiver.connections > 6 and report["lost_connections"] >= 6
    assert "lost " in report["verdict"]
    assert len(receiver.lines) - distinct <= report["duplicates_possible"]
    load.verify(receiver.path, report)


def always(program, scratch, kind, end, bytes_read):
    """A receiver that never reads a complete record gets none acknowledged."""
    certificate, settings = certificate_of(kind, scratch)
    receiver = EndingReceiver(scratch, kind, end, Fixed(bytes_read),
                              bad=1 << 30, mean_bytes=1,
                              certificate=certificate)
    load = Load(program, scratch, "load", receiver.uri, "--rate", "100/s",
                "--records", "15", settings=settings,
                profile=("--profile", "quickstart"))
    report = load.finish(expect=1)
    receiver.finish()
    assert report["acknowledged"] == 0, report["errors"]
    assert report["failed"] == report["planned"]
    assert report["verdict"].startswith("failed")
    assert "kept up" not in report["verdict"]
    assert report["lost_connections"] >= 10
    load.verify(receiver.path, report)


class Fixed:
    """Always draws the same value."""

    def __init__(self, value):
        self.value = value

    def expovariate(self, _):
        return self.value


def never_reads(program, scratch, kind, end):
    """A receiver that keeps its connection may still read. Until then, the
    report says that its records are perhaps not read."""
    certificate, settings = certificate_of(kind, scratch)
    receiver = EndingReceiver(scratch, kind, end, Fixed(0), bad=1 << 30,
                              mean_bytes=1, certificate=certificate)
    load = Load(program, scratch, "load", receiver.uri, "--rate", "100/s",
                "--records", "50", "--give-up", "1s", settings=settings,
                profile=("--profile", "quickstart"))
    is_answered = end in (answers_early, answers_late)
    report = load.finish(expect=None if is_answered else
                         1 if kind == "unix" and not program.is_portable
                         else 0)
    receiver.finish()
    if is_answered:
        # It depends on the time whether the last records are sent again.
        assert report["certainty"]["read"] == 0
    elif program.is_portable:
        assert report["certainty"]["handed_over"] == report["planned"]
        assert "perhaps not received" in report["verdict"]
        assert "perhaps not received" in load.words
    elif kind == "unix":
        assert report["acknowledged"] == 0, (
            "a unix socket reports that nothing was read")
    else:
        assert report["certainty"]["buffered"] == report["planned"]
        assert "perhaps not read" in report["verdict"]
        assert "perhaps not read" in load.words


SLOWLY = {"slowness_s": 0.01}
ENDS = [("tcp", closes, 1, {}), ("tcp", closes, 3, {}),
        ("tcp", shuts_down, 2, {}), ("tcp", half_closes, 1, {}),
        ("tcp", half_closes_and_leaves, 2, {}), ("tcp", resets, 1, SLOWLY),
        ("tcp", closes, 2, {"begin": says_something}), ("unix", closes, 1, {}),
        ("unix", shuts_down, 2, {}), ("tls", closes, 1, {}),
        ("tls", shuts_down, 2, {}), ("tls", unwraps, 3, {}),
        ("tls", breaks_tls, 1, {}), ("tls", resets, 2, SLOWLY)]
ALWAYS = [("tcp", closes, 100), ("tcp", closes, 0), ("tcp", shuts_down, 100),
          ("tcp", half_closes_and_leaves, 100), ("unix", closes, 100),
          ("tls", closes, 100), ("tls", shuts_down, 100),
          ("tls", breaks_tls, 100)]
NEVER = [("tcp", keeps), ("unix", keeps), ("tls", keeps),
         ("tls", answers_early), ("tls", answers_late)]
CASES = {
    **{f"{kind} {end.__name__} {connections}": functools.partial(
        ends, kind=kind, end=end, connections=connections, **more)
       for kind, end, connections, more in ENDS},
    **{f"always {kind} {end.__name__} {count}": functools.partial(
        always, kind=kind, end=end, bytes_read=count)
       for kind, end, count in ALWAYS},
    **{f"never {kind} {end.__name__}": functools.partial(
        never_reads, kind=kind, end=end) for kind, end in NEVER},
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_acknowledged_has_been_read(side_by_side, case):
    # Limited, because each case is a process.
    side_by_side(CASES, case, limit=8)
