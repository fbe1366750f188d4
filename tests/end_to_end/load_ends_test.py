"""`busyhour load` to receivers that end their connections in every way there is:
what is acknowledged has been read.

Each receiver counts the whole lines that it has itself read."""

import functools
import random
import socket
import ssl
import struct
import threading
import time

import harness
from loading import Load, side_by_side
from receivers import listen
from servers import make_certificate

RESET = struct.pack("ii", 1, 0)


class EndingReceiver:
    """Ends its first `bad` connections as `end` does, each after a number of
    bytes that it draws, and reads all of the others.

    `end(connection)` is called once that many bytes were read; before it,
    `begin(connection)` is called with each new one."""

    def __init__(self, path, kind, end, generator, bad, mean_bytes, begin=None,
                 files=None, slowness_s=0.0):
        self.server = listen(f"{path}.socket" if kind == "unix" else 0)
        if slowness_s:
            self.server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 14)
        self.uri = (f"unix:{path}.socket" if kind == "unix" else
                    f"{kind}://127.0.0.1:{self.server.getsockname()[1]}")
        self.end, self.begin = end, begin
        self.generator, self.mean_bytes = generator, mean_bytes
        self.bad, self.slowness_s = bad, slowness_s
        self.context = None
        if files is not None:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(files[2], files[1])
        self.path = path
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
        if self.end in (keeps, answers_and_keeps):
            self.kept.append(connection)
        else:
            connection.close()

    def finish(self, checks):
        # Nobody is awakened by a closed descriptor.
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
        for connection in self.kept:
            connection.close()
        self.thread.join(30)
        for thread in self.threads:
            thread.join(30)
            checks(not thread.is_alive(), "a connection ends")
        with open(f"{self.path}.received", "wb") as file:
            file.write(b"".join(line + b"\n" for line in self.lines))


# ------------------------------------------------------------------- ends

def closes(_):
    """With what it has not read, or with nothing."""


def shuts_down(connection):
    connection.shutdown(socket.SHUT_RDWR)


def resets(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)


def half_closes(connection):
    """Says that it has nothing more to say, and reads on to the end."""
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
    """Ends TLS as it wants to be ended."""
    connection.settimeout(1)
    try:
        connection.unwrap()
    except OSError:
        pass


def breaks_tls(connection):
    """Garbage in the place of a record."""
    with socket.socket(fileno=socket.dup(connection.fileno())) as plain:
        plain.sendall(b"\x15\x03\x03\x00\x02\x02\x28")


def keeps(_):
    """Reads no more, and keeps the connection."""


def answers_and_keeps(connection):
    """The same, but answers the end of TLS: the run has long said its own."""
    time.sleep(2)
    unwraps(connection)


# ------------------------------------------------------------------ cases

def ends(program, scratch, checks, kind, end, seed, **more):
    """What is acknowledged was read; what was not is sent again, so that in
    the end all was."""
    name = f"{kind}_{end.__name__}_{seed}" + ("_speaks" if "begin" in more
                                              else "")
    receiver = EndingReceiver(f"{scratch}/{name}", kind, end,
                              random.Random(seed), bad=6, mean_bytes=60_000,
                              **more)
    settings = [f"ca={more['files'][0]}"] if "files" in more else []
    settings += [f"connections={seed}"]
    load = Load(program, scratch, name, receiver.uri, "--rate", "3000/s",
                "--for", "1500ms", settings=settings)
    report = load.finish(checks)
    receiver.finish(checks)
    check_read(checks, report, receiver, name)
    checks.same(report["acknowledged"], report["planned"],
                "what was not read is sent again", name)
    checks.same(report["acknowledged"], report["certainty"]["read"],
                "and all of it is known to be read",
                (name, report["certainty"]))
    checks(receiver.connections > 6 and report["lost_connections"] >= 6,
           "connections were lost, and are counted", name,
           (receiver.connections, report["lost_connections"]))
    checks("lost " in report["verdict"], "and are in the verdict", name)
    copies = len(receiver.lines) - len(set(receiver.lines))
    checks(copies <= report["duplicates_possible"],
           "copies are among those that are possible", name,
           (copies, report["duplicates_possible"]))
    load.verify(checks, f"{receiver.path}.received", report)


def check_read(checks, report, receiver, name):
    distinct = len(set(receiver.lines))
    checks(report["acknowledged"] <= distinct,
           "no more is acknowledged than the receiver has read", name,
           (report["acknowledged"], distinct, report["errors"]))
    certainty = report["certainty"]
    checks.same(sum(certainty.values()), report["acknowledged"],
                "each acknowledgement has a certainty", name)


def always(program, scratch, checks, kind, end, bytes_, files=None):
    """A receiver that never reads a whole record gets none acknowledged."""
    name = f"always_{kind}_{end.__name__}_{bytes_}"
    receiver = EndingReceiver(f"{scratch}/{name}", kind, end, Fixed(bytes_),
                              bad=1 << 30, mean_bytes=1, files=files)
    settings = [] if files is None else [f"ca={files[0]}"]
    load = Load(program, scratch, name, receiver.uri, "--rate", "100/s",
                "--records", "15", settings=settings,
                profile=("--profile", "quickstart"))
    report = load.finish(checks, expect=1)
    receiver.finish(checks)
    checks.same(report["acknowledged"], 0,
                "what nobody can have read is not acknowledged",
                (name, report["errors"]))
    checks.same(report["failed"], report["planned"], "it has failed", name)
    checks(report["verdict"].startswith("failed") and
           "kept up" not in report["verdict"], "and so has the run", name,
           report["verdict"])
    checks(report["lost_connections"] >= 10, "connections were lost", name,
           report["lost_connections"])
    load.verify(checks, f"{receiver.path}.received", report)


class Fixed:
    """Draws always the same."""

    def __init__(self, value):
        self.value = value

    def expovariate(self, _):
        return self.value


def never_reads(program, scratch, checks, kind, files=None, end=keeps):
    """One that keeps its connection may still read: until it does, the report
    says that it may not have."""
    name = f"never_{kind}_{end.__name__}"
    receiver = EndingReceiver(f"{scratch}/{name}", kind, end, Fixed(0),
                              bad=1 << 30, mean_bytes=1, files=files)
    settings = [] if files is None else [f"ca={files[0]}"]
    load = Load(program, scratch, name, receiver.uri, "--rate", "100/s",
                "--records", "50", "--give-up", "1s", settings=settings,
                profile=("--profile", "quickstart"))
    report = load.finish(checks, expect=1 if kind == "unix" else 0)
    receiver.finish(checks)
    if kind == "unix":
        checks.same(report["acknowledged"], 0,
                    "a unix socket tells that nothing was read", name)
        return
    checks.same(report["certainty"]["buffered"], report["planned"],
                "what is only buffered is said to be",
                (name, report["certainty"]))
    checks("perhaps not read" in report["verdict"] and
           "perhaps not read" in load.words, "in the verdict, too", name,
           report["verdict"])


def run(program, scratch, checks):
    files = make_certificate(scratch, "ends")
    given = program, scratch, checks
    cases = [functools.partial(ends, *given, kind, end, seed, **more)
             for kind, end, seed, more in [
                 ("tcp", closes, 1, {}), ("tcp", closes, 3, {}),
                 ("tcp", shuts_down, 2, {}), ("tcp", half_closes, 1, {}),
                 ("tcp", half_closes_and_leaves, 2, {}),
                 ("tcp", resets, 1, {"slowness_s": 0.01}),
                 ("tcp", closes, 2, {"begin": says_something}),
                 ("unix", closes, 1, {}), ("unix", shuts_down, 2, {}),
                 ("tls", closes, 1, {"files": files}),
                 ("tls", shuts_down, 2, {"files": files}),
                 ("tls", unwraps, 3, {"files": files}),
                 ("tls", breaks_tls, 1, {"files": files}),
                 ("tls", resets, 2, {"files": files, "slowness_s": 0.01})]]
    cases += [functools.partial(always, *given, *case) for case in [
        ("tcp", closes, 100), ("tcp", closes, 0), ("tcp", shuts_down, 100),
        ("tcp", half_closes_and_leaves, 100), ("unix", closes, 100),
        ("tls", closes, 100, files), ("tls", shuts_down, 100, files),
        ("tls", breaks_tls, 100, files)]]
    cases += [functools.partial(never_reads, *given, *case) for case in [
        ("tcp",), ("unix",), ("tls", files),
        ("tls", files, answers_and_keeps)]]
    # Some at a time: each is a program.
    for begin in range(0, len(cases), 8):
        side_by_side(cases[begin:begin + 8], checks)


if __name__ == "__main__":
    harness.main(run)
