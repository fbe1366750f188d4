"""A receiver of HTTP requests on plain sockets: the test writes the bytes of
each answer.

    with RawReceiver(answer) as receiver:
        ...  # receiver.url

`answer(number, head, body, connection)` gets the number of the request (from
1), its head and body as bytes, and the socket; it returns whether the
connection stays open for the next request. With `reads_body=False` the body is
not read.
"""

import socket
import threading
from collections.abc import Callable
from typing import Self

# See the docstring of this file.
Answer = Callable[[int, bytes, bytes, socket.socket], bool]

GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


class RawReceiver:
    def __init__(self, answer: Answer,
                 reads_body: bool = True) -> None:
        self.answer = answer
        self.reads_body = reads_body
        self.number = 0
        self.lock = threading.Lock()
        self.ended = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.thread = threading.Thread(target=self.accept, daemon=True)

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(10)

    def accept(self) -> None:
        while not self.ended.is_set():
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,),
                             daemon=True).start()

    def serve(self, connection: socket.socket) -> None:
        with connection:
            connection.settimeout(60)
            try:
                while self.serve_one(connection):
                    pass
            except OSError:
                pass  # the sender may close the connection

    def serve_one(self, connection: socket.socket) -> bool:
        data = b""
        while b"\r\n\r\n" not in data:
            piece = connection.recv(65536)
            if not piece:
                return False
            data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        length = 0
        for line in head.split(b"\r\n"):
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        while self.reads_body and len(body) < length:
            piece = connection.recv(1 << 20)
            if not piece:
                return False
            body += piece
        with self.lock:
            self.number += 1
            number = self.number
        return self.answer(number, head, body, connection)

    def flood(self, connection: socket.socket, piece: bytes) -> int:
        """Writes `piece` until the sender closes the connection or the test
        ends. Returns the number of bytes written."""
        total = 0
        try:
            while not self.ended.is_set():
                connection.sendall(piece)
                total += len(piece)
        except OSError:
            pass
        return total
