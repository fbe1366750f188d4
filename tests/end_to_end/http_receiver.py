"""An HTTP receiver that stores requests and gives any answer, including invalid
ones.

    with Receiver(answer) as receiver:
        ...  # receiver.url, receiver.requests

`answer(request)` returns an `Answer`. By default, the receiver accepts every
request.
"""

import gzip
import http.server
import json
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable
from email.message import Message
from typing import Any, NamedTuple, Self


class Request(NamedTuple):
    number: int
    method: str
    path: str
    headers: Message
    body: bytes


class Answer(NamedTuple):
    status: int = 200
    headers: dict[str, str] = {}
    body: bytes = b""
    kept: bool = True  # whether the receiver stores the request
    how: str = "whole"  # or another of the `answer_...` methods


def unpack(body: bytes, coding: str | None) -> bytes:
    if coding == "gzip":
        return gzip.decompress(body)
    if coding == "zstd":
        return subprocess.run(["zstd", "-dc"], input=body, timeout=60,
                              stdout=subprocess.PIPE, check=True).stdout
    if coding not in (None, "none"):
        raise ValueError(f"content coding {coding}")
    return body


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60

    def log_message(self, *_: object) -> None:
        pass

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    def do_POST(self) -> None:
        owner = self.server.owner
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        if len(body) < length:  # the sender closed the connection
            self.close_connection = True
            return
        with owner.lock:
            owner.number += 1
            request = Request(owner.number, self.command, self.path,
                              self.headers, body)
        answer = owner.answer(request)
        if answer.kept:
            with owner.lock:
                owner.requests.append(request)
        with owner.lock:
            owner.answers.append((request, answer))
        getattr(self, "answer_" + answer.how)(answer)

    do_PUT = do_GET = do_HEAD = do_POST

    def answer_whole(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != 204 and self.command != "HEAD":
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def answer_close(self, _: Answer) -> None:
        """Closes the connection without an answer."""
        self.close_connection = True

    def answer_garbage(self, _: Answer) -> None:
        self.close_connection = True
        self.wfile.write(b"\x00\x01 not HTTP \xff\n\r\n" * 10)

    def answer_half(self, answer: Answer) -> None:
        """Sends less than Content-Length, then closes."""
        self.close_connection = True
        self.send_response(answer.status)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"half")
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_WR)

    def answer_endless(self, answer: Answer) -> None:
        self.close_connection = True
        self.send_response(answer.status)
        self.end_headers()
        try:
            while not self.server.owner.ended.is_set():
                self.wfile.write(b"on and on " * 1000)
        except OSError:
            pass

    def answer_never(self, _: Answer) -> None:
        """Sends nothing until the test ends."""
        self.close_connection = True
        self.server.owner.ended.wait(60)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_: object) -> None:
        pass  # the sender may close the connection


class Receiver:
    """With a context, it is an HTTPS server."""

    def __init__(self, answer: Callable[[Request], Answer]
                 = lambda request: Answer(),
                 context: ssl.SSLContext | None = None) -> None:
        self.answer = answer
        self.lock = threading.Lock()
        self.number = 0
        self.requests: list[Request] = []  # those that were stored
        self.answers: list[tuple[Request, Answer]] = []
        self.ended = threading.Event()
        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.owner = self
        self.port = self.server.server_address[1]
        self.url = f"http{'s' * bool(context)}://127.0.0.1:{self.port}"
        if context:
            self.server.socket = context.wrap_socket(
                self.server.socket, server_side=True,
                do_handshake_on_connect=False)
        self.thread = threading.Thread(
            target=self.server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(10)

    def bodies(self) -> list[bytes]:
        """The stored bodies, decompressed."""
        return [unpack(request.body, request.headers["Content-Encoding"])
                for request in self.requests]

    def records(self, frame: str) -> list[str]:
        """Texts of the records of the stored requests."""
        read = READERS[frame]
        return [text for body in self.bodies() for text in read(body)]


def read_lines(body: bytes) -> list[str]:
    lines = body.decode().split("\n")
    if lines.pop() != "":
        raise ValueError("the last line has no end")
    return lines


def read_json(body: bytes) -> Any:
    """Parses one JSON text without duplicate names in an object."""
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) != len(pairs):
            raise ValueError("a name is repeated")
        return dict(pairs)
    return json.loads(body, object_pairs_hook=once)


def compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def read_array(body: bytes) -> list[str]:
    return [compact(record) for record in read_json(body)]


def read_event_hub(body: bytes) -> list[str]:
    message = read_json(body)
    if list(message) != ["records"]:
        raise ValueError("not only records")
    return [compact(record) for record in message["records"]]


def elastic_ids(body: bytes) -> list[tuple[str, str]]:
    """Ids and texts of a bulk request's records."""
    lines = read_lines(body)
    pairs = []
    for action, text in zip(lines[::2], lines[1::2], strict=True):
        action = json.loads(action)
        if list(action) != ["create"] or list(action["create"]) != ["_id"]:
            raise ValueError("another action")
        json.loads(text)
        pairs.append((action["create"]["_id"], text))
    return pairs


def read_elastic(body: bytes) -> list[str]:
    return [text for _, text in elastic_ids(body)]


def read_splunk(body: bytes) -> list[str]:
    events, decoder, at, text = [], json.JSONDecoder(), 0, body.decode()
    while at < len(text):
        event, at = decoder.raw_decode(text, at)
        if set(event) != {"time", "source", "sourcetype", "event"}:
            raise ValueError(f"members {list(event)}")
        if not 1e9 < event["time"] < 1e10:
            raise ValueError(f"time {event['time']}")
        events.append(compact(event["event"]))
        while at < len(text) and text[at] == "\n":
            at += 1
    return events


def read_loki(body: bytes) -> list[str]:
    texts = []
    for stream in read_json(body)["streams"]:
        if not all(isinstance(value, str)
                   for value in stream["stream"].values()):
            raise ValueError("a label is not a string")
        for time, text in stream["values"]:
            if len(time) != 19 or not time.isdigit():
                raise ValueError(f"time {time}")
            texts.append(text)
            if json.loads(text)["category"] != stream["stream"]["category"]:
                raise ValueError("a record in another log's stream")
    return texts


def read_otlp(body: bytes) -> list[str]:
    texts = []
    for resource in read_json(body)["resourceLogs"]:
        for scope in resource["scopeLogs"]:
            for record in scope["logRecords"]:
                if not record["timeUnixNano"].isdigit():
                    raise ValueError("time")
                texts.append(record["body"]["stringValue"])
    return texts


def read_columns(frame: str, body: bytes) -> tuple[str, list[str]]:
    """The header and the rows of a message with columns."""
    if frame == "csv":
        header, *rows = read_lines(body)
        return header, rows
    table, = read_json(body)["tables"]
    return (compact(table["columns"]),
            [compact(row) for row in table["rows"]])


READERS = {"jsonl": read_lines, "array": read_array,
           "event-hub": read_event_hub, "elastic": read_elastic,
           "splunk": read_splunk, "loki": read_loki, "otlp": read_otlp}
