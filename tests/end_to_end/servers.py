"""Servers that a test starts and ends, and certificates for them."""

import os
import socket
import subprocess
import time


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(port, process, seconds=30):
    """Until somebody listens there, or the process has ended."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(0.02)
    raise RuntimeError(f"nobody listens on port {port}: "
                       f"exit {process.poll()}")


class Process:
    """A program that listens on a port, until `stop`."""

    def __init__(self, command, port, log, **more):
        self.log = open(log, "ab")
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=self.log,
            stderr=self.log, **more)
        try:
            wait_for_port(port, self.process)
        except RuntimeError:
            self.stop()
            with open(log, encoding="utf-8", errors="replace") as file:
                print(file.read()[-4000:])
            raise

    def stop(self, kill=False):
        if self.process.poll() is None:
            (self.process.kill if kill else self.process.terminate)()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(20)
        self.log.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, timeout=60,
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)


def make_certificate(place, name, subject="IP:127.0.0.1,DNS:localhost"):
    """Paths of a certificate authority's certificate, and of a key and a
    certificate that it has signed, for this subject."""
    def path(what):
        return os.path.join(place, f"{name}.{what}")
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
           "-nodes", "-days", "2"]
    openssl("req", "-x509", *key, "-keyout", path("ca.key"), "-out",
            path("ca"), "-subj", f"/CN=test authority {name}")
    openssl("req", "-x509", *key, "-keyout", path("key"), "-out", path("crt"),
            "-subj", "/CN=test", "-addext", f"subjectAltName={subject}",
            "-addext", "basicConstraints=critical,CA:FALSE",
            "-CA", path("ca"), "-CAkey", path("ca.key"))
    return path("ca"), path("key"), path("crt")
