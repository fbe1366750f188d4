"""Servers that a test starts and ends, and certificates for them."""

import os
import pathlib
import socket
import subprocess
from typing import Any, NamedTuple, Self

from program import wait_for


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_for_port(port: int, process: subprocess.Popen,
                  limit_s: float = 30) -> None:
    """Waits until a process listens on the port, or the process has ended."""
    wait_for(lambda: answers(port) or process.poll() is not None, limit_s)
    if not answers(port):
        raise RuntimeError(f"no process listens on port {port}: "
                           f"exit {process.poll()}")


class Process:
    """A program that listens on a port, until `stop`."""

    def __init__(self, command: list[str], port: int, log: str | os.PathLike,
                 limit_s: float = 30, **more: Any) -> None:
        self.log = open(log, "ab")
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=self.log,
            stderr=self.log, **more)
        try:
            wait_for_port(port, self.process, limit_s)
        except RuntimeError:
            self.stop()
            print(pathlib.Path(log).read_text(errors="replace")[-4000:])
            raise

    def stop(self, kill: bool = False) -> None:
        if self.process.poll() is None:
            (self.process.kill if kill else self.process.terminate)()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(20)
        self.log.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def openssl(*arguments: str | os.PathLike) -> None:
    subprocess.run(["openssl", *arguments], check=True, timeout=60,
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)


class Certificate(NamedTuple):
    """Paths of a certificate authority's certificate, and of a key and a
    certificate that it has signed."""
    ca: pathlib.Path
    key: pathlib.Path
    cert: pathlib.Path


def make_certificate(place: pathlib.Path, name: str,
                     subject: str = "IP:127.0.0.1,DNS:localhost"
                     ) -> Certificate:
    """A certificate for this subject. Its files are in `place`, and their names
    begin with `name`."""
    def path(what: str) -> pathlib.Path:
        return place / f"{name}.{what}"
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
           "-nodes", "-days", "2"]
    openssl("req", "-x509", *key, "-keyout", path("ca.key"), "-out",
            path("ca"), "-subj", f"/CN=test authority {name}")
    openssl("req", "-x509", *key, "-keyout", path("key"), "-out", path("crt"),
            "-subj", "/CN=test", "-addext", f"subjectAltName={subject}",
            "-addext", "basicConstraints=critical,CA:FALSE",
            "-CA", path("ca"), "-CAkey", path("ca.key"))
    return Certificate(path("ca"), path("key"), path("crt"))
