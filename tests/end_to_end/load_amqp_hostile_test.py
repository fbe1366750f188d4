"""load to a receiver of AMQP 1.0 that sends what it should not: frames that are
malformed, too large, or never end."""

import itertools
import random
import resource
import socket
import struct
import threading

import pytest

MOST_BYTES = 256 << 20


def frame(body, kind=0, channel=0):
    """A frame of AMQP 1.0 (part 2, section 2.3)."""
    return struct.pack(">IBBH", len(body) + 8, 2, kind, channel) + body


def performative(code, *fields):
    """One with these encoded fields."""
    items = b"".join(fields)
    return (b"\x00\x53" + bytes([code, 0xD0]) +
            struct.pack(">II", len(items) + 4, len(fields)) + items)


def string(text):
    return b"\xa1" + bytes([len(text)]) + text.encode()


SASL = (b"AMQP\x03\x01\x00\x00" +
        frame(performative(0x40, b"\xa3\x09ANONYMOUS"), kind=1) +
        frame(performative(0x44, b"\x50\x00"), kind=1) +
        b"AMQP\x00\x01\x00\x00")
OPEN = SASL + frame(performative(0x10, string("x")))
BEGIN = frame(performative(0x11, b"\x60\x00\x00", b"\x43", b"\x70\x7f\xff\xff\xff",
                           b"\x70\x7f\xff\xff\xff"))
UINT0 = b"\x43"


OUR_BEGIN = b"\x00\x53\x11"


def endless(make, *start):
    """All of `start`, the first part before our own begin."""
    yield from start
    for i in itertools.count():
        yield make(i)


HOSTILE = {
    "not AMQP": lambda: iter([b"HTTP/1.1 400 Bad Request\r\n\r\n"]),
    "silence": lambda: iter([]),
    "noise": lambda: endless(
        lambda i: random.Random(i).randbytes(4096), OPEN, BEGIN),
    "endless frame": lambda: endless(
        lambda _: bytes(65536), OPEN,
        BEGIN + struct.pack(">IBBH", 0xFFFFFFF0, 2, 0, 0)),
    "endless links": lambda: endless(lambda i: frame(performative(
        0x12, string(f"link{i}"), b"\x70" + struct.pack(">I", i), b"\x42",
        )), OPEN, BEGIN),
    "endless sessions": lambda: endless(lambda i: frame(performative(
        0x11, b"\x40", UINT0, UINT0, UINT0), channel=i % 65536), OPEN),
    "endless dispositions": lambda: endless(lambda _: frame(performative(
        0x15, b"\x41", UINT0, b"\x70\x7f\xff\xff\xfe", b"\x41")), OPEN, BEGIN),
    "endless empty frames": lambda: endless(
        lambda _: frame(b"") * 1000, OPEN, BEGIN),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_receiver_gets_a_sentence(program, scratch, case):
    """Whatever it sends, the run ends in time, within its memory."""
    def serve():
        connection, _ = server.accept()
        with connection:
            try:
                for i, piece in enumerate(HOSTILE[case]()):
                    connection.sendall(piece)
                    got = b""
                    while i == 0 and OUR_BEGIN not in got:
                        more = connection.recv(1 << 16)
                        if not more:
                            return
                        got += more
                connection.recv(1 << 16)
                stop.wait(30)
            except OSError:
                pass

    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve)
        thread.start()
        done = program(
            "load", "--to", f"amqp://127.0.0.1:{server.getsockname()[1]}/hub",
            "--records", 10, "--with", "connect_timeout=2s", expect=2,
            preexec_fn=lambda: resource.setrlimit(
                resource.RLIMIT_DATA, (MOST_BYTES, MOST_BYTES))
            if not program.is_sanitized() else None)
        stop.set()
        thread.join()
    assert done.stderr.startswith("--to: cannot ")
    assert done.stderr.count("\n") == 1 and done.stderr.isascii()
