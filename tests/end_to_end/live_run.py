"""A run of `busyhour load --live`, and requests to its server."""

import contextlib
import http.client
import json
import os
import pathlib
import re
import socket
from collections.abc import Iterator
from typing import Any

from loading import Load
from program import Program, wait_for
from servers import free_port


class LiveRun:
    """A started run with a page. It goes on until it is ended."""

    def __init__(self, program: Program, place: pathlib.Path, to: str = "null:",
                 rate: str = "2000/s", *options: object,
                 address: str = "127.0.0.1", **more: Any) -> None:
        self.program = program
        self.port = free_port()
        self.host = "127.0.0.1"  # to which requests are sent
        self.load = Load(program, place, "run", to, "--rate", rate, "--live",
                         f"{address}:{self.port}", *options, profile=(),
                         **more)
        assert wait_for(lambda: self.has_state("running")), self.load.run.poll()

    def has_state(self, state: str) -> bool:
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self.state()["state"] == state and self.state()["sent"] > 0
        return False

    def state(self) -> dict[str, Any]:
        return json.loads(self.get("/status")[1])

    def get(self, path: str, method: str = "GET", body: str | None = None,
            **headers: str) -> tuple[int, str]:
        """The status and the text of an answer. `Host_` is the header Host."""
        connection = http.client.HTTPConnection(self.host, self.port,
                                                timeout=30)
        with contextlib.closing(connection):
            connection.request(method, path, body, {
                name.rstrip("_").replace("_", "-"): value
                for name, value in headers.items()})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

    def token(self) -> str:
        return re.search(r'data-token="(\w{32})"', self.get("/")[1])[1]

    def ask(self, words: str, **headers: str) -> int:
        """The status of a request to change the run, as the page sends it."""
        return self.get("/control", "POST", words, **{
            "X_Busyhour_Token": self.token(),
            "Origin": f"http://127.0.0.1:{self.port}", **headers})[0]

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)

    def events(self) -> Iterator[dict[str, Any]]:
        """What the page is sent, until the server ends the stream."""
        with self.connect() as connection:
            connection.sendall(b"GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
            with connection.makefile("r", encoding="utf-8") as lines:
                for line in lines:
                    if line.startswith("data: "):
                        yield json.loads(line.removeprefix("data: "))

    def control(self, *words: str, expect: int = 0, to: str = "",
                token: str = "") -> str:
        environment = {"BUSYHOUR_LIVE_TOKEN": token} if token else {}
        done = self.program("control", "--to", to or self.port, *words,
                            expect=expect, env={**os.environ, **environment})
        return done.stdout + done.stderr

    def finish(self) -> dict[str, Any]:
        """Ends the run, if it goes on, and returns its report."""
        if self.load.run.poll() is None:
            self.ask("end")
        return self.load.finish()
