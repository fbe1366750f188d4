"""Test receivers with configurable faults.

    receivers.py tcp|unix ADDRESS FILE

runs a receiver that can be killed. It appends received lines to FILE, and first
removes an incomplete last line of a previous run.
"""

import json
import os
import random
import selectors
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable
from typing import Optional, Self

Behaviour = Callable[["LineReceiver", socket.socket], Optional[int]]

CHUNK = 1 << 18


def listen(address: str | int) -> socket.socket:
    """A listening socket at a path, or at a port of 127.0.0.1 (0 for any)."""
    if isinstance(address, str):
        if os.path.exists(address):
            os.unlink(address)
        server = socket.socket(socket.AF_UNIX)
    else:
        server = socket.socket()
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(address if isinstance(address, str) else
                ("127.0.0.1", address))
    server.listen(16)
    return server


class LineReceiver:
    """Receives lines on a stream socket, and appends complete lines to a file
    as they arrive. Drops the incomplete line of a broken connection.

    A behaviour is called with the receiver and the connection before each read.
    It may wait, return None to close the connection, or return the maximum
    number of bytes to read."""

    def __init__(self, path: str | os.PathLike, address: str | int = 0,
                 behave: Behaviour | None = None, small_buffer: bool = False,
                 stamp: bool = False) -> None:
        self.server = listen(address)
        if small_buffer:
            self.server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 15)
        self.uri = ("unix:" + address if isinstance(address, str) else
                    f"tcp://127.0.0.1:{self.server.getsockname()[1]}")
        self.file = open(path, "wb")
        self.path = path
        self.behave = behave
        self.stamp = stamp
        self.lines = 0
        self.bytes = 0
        self.connections = 0
        self.cut = 0  # connections that ended within a line
        self.times = []  # (monotonic time, lines so far)
        self.ending = False
        self.stopped = False
        self.wake, self._waker = socket.socketpair()
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.finish()

    def finish(self, limit_s: float = 30) -> None:
        """Receives data until all connections have ended."""
        if not self.ending:
            self.ending = True
            self._waker.send(b"x")
        self.thread.join(limit_s)
        assert not self.thread.is_alive(), "a connection never ended"
        self.file.close()
        self.server.close()

    def stop(self) -> None:
        """Refuses new connections."""
        self.server.close()
        self.stopped = True

    def _serve(self) -> None:
        selector = selectors.DefaultSelector()
        selector.register(self.server, selectors.EVENT_READ)
        selector.register(self.wake, selectors.EVENT_READ)
        tails = {}
        while not self.ending or tails:
            for key, _ in selector.select():
                if key.fileobj is self.wake:
                    selector.unregister(self.wake)
                elif key.fileobj is self.server:
                    connection, _ = self.server.accept()
                    self.connections += 1
                    tails[connection] = b""
                    selector.register(connection, selectors.EVENT_READ)
                else:
                    connection = key.fileobj
                    tail = self._read(connection, tails[connection])
                    if tail is None:
                        self.cut += tails.pop(connection) != b""
                        selector.unregister(connection)
                        connection.close()
                    else:
                        tails[connection] = tail

    def _read(self, connection: socket.socket, tail: bytes) -> bytes | None:
        limit = CHUNK
        if self.behave is not None:
            limit = self.behave(self, connection)
            if limit is None:
                return None
        try:
            piece = connection.recv(limit)
        except OSError:
            return None
        if not piece:
            return None
        whole, end, rest = piece.rpartition(b"\n")
        if not end:
            return tail + piece
        self.take(tail + whole + end, piece.count(b"\n"))
        return rest

    def take(self, text: bytes, lines: int) -> None:
        if self.stamp:
            now = time.time()
            text = b"".join(b'{"@timestamp":%.6f,"event":%s}\n' % (now, line)
                            for line in text.splitlines())
        self.file.write(text)
        self.file.flush()
        self.bytes += len(text)
        self.lines += lines
        self.times.append((time.monotonic(), self.lines))


# ------------------------------------------------------------- behaviours

def stalls(after_lines: int, seconds: float) -> Behaviour:
    """Stops reading once for this time."""
    def behave(receiver, _):
        if receiver.lines >= after_lines and not hasattr(receiver, "stalled"):
            receiver.stalled = time.monotonic()
            time.sleep(seconds)
        return CHUNK
    return behave


def slow(lines_a_second: float) -> Behaviour:
    """Reads this many lines per second by its own clock. Idle time is not made
    up for."""
    def behave(receiver, _):
        now = time.monotonic()
        last, lines = getattr(receiver, "paid", (now, receiver.lines))
        due = last + (receiver.lines - lines) / lines_a_second
        if due > now:
            time.sleep(due - now)
        receiver.paid = (max(due, now - 0.05), receiver.lines)
        return 1 << 13
    return behave


def closes(generator: random.Random, every_bytes: float) -> Behaviour:
    """Shuts down its direction of each connection after about this many bytes,
    and reads on until the sender notices."""
    limits = {}

    def behave(receiver, connection):
        end = limits.setdefault(connection, [
            receiver.bytes + generator.expovariate(1 / every_bytes), False])
        if receiver.ending or end[1] or receiver.bytes < end[0]:
            return CHUNK
        end[1] = True
        connection.shutdown(socket.SHUT_WR)
        return CHUNK
    return behave


def resets(generator: random.Random, every_bytes: float,
           most: int) -> Behaviour:
    """Resets a connection that has unread data, up to `most` times."""
    limits = {}

    def behave(receiver, connection):
        end = limits.setdefault(
            connection, receiver.bytes + generator.expovariate(1 / every_bytes))
        if receiver.ending or len(limits) > most or receiver.bytes < end:
            return CHUNK
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                              struct.pack("ii", 1, 0))
        return None
    return behave


def leaves(receiver: LineReceiver, connection: socket.socket) -> int | None:
    """Resets the connection once `stop` has been called."""
    if not receiver.stopped:
        return CHUNK
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                          struct.pack("ii", 1, 0))
    return None


class DatagramReceiver:
    """Appends each datagram to a file as a line."""

    def __init__(self, path: str | os.PathLike) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(0.5)
        self.uri = f"udp://127.0.0.1:{self.socket.getsockname()[1]}"
        self.path = path
        self.ending = False
        self.lines = 0
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        with open(self.path, "wb") as file:
            while True:
                try:
                    piece = self.socket.recv(1 << 16)
                except TimeoutError:
                    if self.ending:
                        return
                    continue
                file.write(piece + b"\n")
                self.lines += 1

    def finish(self) -> None:
        """Waits until no datagram has arrived for half a second."""
        self.ending = True
        self.thread.join()
        self.socket.close()


def main(kind: str, address: str, path: str) -> None:
    with open(path, "a+b") as file:
        file.seek(0)
        whole = file.read().rfind(b"\n") + 1
        file.truncate(whole)
    server = listen(address if kind == "unix" else int(address))
    if kind == "tcp":
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 15)
    print(json.dumps("listening"), flush=True)
    file = os.open(path, os.O_WRONLY | os.O_APPEND)
    while True:
        connection, _ = server.accept()
        begun = b""
        while piece := connection.recv(1 << 14):
            whole, end, rest = piece.rpartition(b"\n")
            if end:
                os.write(file, begun + whole + end)
                begun = rest
            else:
                begun += piece
        connection.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
