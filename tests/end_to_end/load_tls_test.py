"""Tests `load` over TLS: to nginx with HTTP/2, and to a plain TLS socket."""

import collections
import socket
import ssl
import threading

import pytest

import log_daemons
from files import read_text, write_text
from http_receiver import Receiver
from loading import RECORDS, check_arrived, errors
from servers import Process, free_port, make_certificate

NGINX = """
daemon off;
master_process off;
pid {place}/nginx.pid;
error_log {place}/error.log;
events {{ worker_connections 256; }}
http {{
  log_format line '$server_protocol $status $request_length';
  access_log {place}/access.log line;
  client_body_temp_path {place}/body;
  proxy_temp_path {place}/proxy;
  fastcgi_temp_path {place}/fastcgi;
  uwsgi_temp_path {place}/uwsgi;
  scgi_temp_path {place}/scgi;
  client_max_body_size 4m;
  server {{
    listen 127.0.0.1:{port} ssl http2;
    ssl_certificate {certificate};
    ssl_certificate_key {key};
    location / {{
      proxy_pass {receiver};
      proxy_http_version 1.1;
    }}
    location /small {{ client_max_body_size 10k; proxy_pass {receiver}; }}
    location /few {{ keepalive_requests 3; proxy_pass {receiver}; }}
    location /nothing {{ return 404; }}
  }}
}}
"""


@pytest.fixture
def certificate(scratch):
    return make_certificate(scratch, "good")


class Nginx:
    """nginx in front of a receiver; it can be restarted."""

    def __init__(self, place, certificate, receiver):
        self.program = log_daemons.need("nginx")
        self.place, self.port = place, free_port()
        self.url = f"https://127.0.0.1:{self.port}"
        write_text(place / "nginx.conf", NGINX.format(
            place=place, port=self.port, key=certificate.key,
            certificate=certificate.cert, receiver=receiver))

    def start(self):
        return Process([self.program, "-e", f"{self.place}/error.log", "-p",
                        f"{self.place}", "-c", f"{self.place}/nginx.conf"],
                       self.port, self.place / "nginx.log")


@pytest.fixture
def receiver():
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def nginx(scratch, certificate, receiver):
    nginx = Nginx(scratch, certificate, receiver.url)
    with nginx.start():
        yield nginx


@pytest.mark.parametrize("coding", ["none", "gzip", "zstd"])
def test_nginx_passes_on_what_comes_by_http2(
        program, load, scratch, certificate, nginx, receiver, coding):
    report = load(nginx.url + "/in", settings=[
        f"ca={certificate.ca}", "batch_bytes=200KB", f"compress={coding}"])
    assert check_arrived(program, receiver, "jsonl", report) == 0
    # nginx writes its log when a request ends.
    lines = read_text(scratch / "access.log").splitlines()
    assert {line.split()[0] for line in lines} == {"HTTP/2.0"}


def test_unknown_certificate_is_not_accepted(load, nginx):
    load.refused(nginx.url, words=["certificate not accepted"])


def test_limit_that_nginx_keeps_by_the_head(program, load, certificate, nginx,
                                            receiver):
    report = load(nginx.url + "/small",
                  settings=[f"ca={certificate.ca}", "batch_bytes=50KB"])
    assert check_arrived(program, receiver, "jsonl", report) == 0
    assert "HTTP 413" in errors(report)
    assert report["body_limit"]["most_taken_bytes"] <= 10 * 1024


def test_connection_that_nginx_ends_after_a_few_requests(
        program, load, certificate, nginx, receiver):
    """nginx ends the connection with GOAWAY."""
    report = load(nginx.url + "/few",
                  settings=[f"ca={certificate.ca}", "batch_bytes=20KB"])
    check_arrived(program, receiver, "jsonl", report)


def test_404_ends_the_run(load, certificate, nginx):
    report = load(nginx.url + "/nothing", expect=1,
                  settings=[f"ca={certificate.ca}"], records=300)
    assert "HTTP 404" in errors(report)


def test_nginx_may_be_killed_and_come_back(program, load, scratch, certificate,
                                           receiver):
    """nginx is killed and restarted twice during the run."""
    records = 6000
    nginx = Nginx(scratch, certificate, receiver.url)
    servers = [nginx.start()]

    def restart():
        for number in (10, 30):
            while len(receiver.requests) < number:
                if receiver.ended.wait(0.01):
                    return
            servers[-1].stop(kill=True)
            servers.append(nginx.start())

    thread = threading.Thread(target=restart)
    thread.start()
    try:
        report = load(nginx.url, "--rate", "2000/s", records=records,
                      settings=[f"ca={certificate.ca}", "linger=5ms"])
    finally:
        receiver.ended.set()
        thread.join(60)
        servers[-1].stop()
    assert len(servers) == 3
    check_arrived(program, receiver, "jsonl", report, records)
    assert report["retries"] > 0


class TlsReceiver:
    """Reads data over TLS; closes connections after the number of bytes in
    `most`, if given."""

    def __init__(self, certificate, most=()):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate.cert, certificate.key)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.most = most
        self.streams = []
        self.threads = []

    def __enter__(self):
        self.thread = threading.Thread(target=self.accept, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.close()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            number = len(self.streams)
            self.streams.append(bytearray())
            thread = threading.Thread(target=self.read,
                                      args=(connection, number), daemon=True)
            thread.start()
            self.threads.append(thread)

    def read(self, connection, number):
        most = self.most[number] if number < len(self.most) else None
        try:
            with self.context.wrap_socket(connection, server_side=True) as tls:
                tls.settimeout(60)
                while most is None or len(self.streams[number]) < most:
                    data = tls.recv(65536)
                    if not data:
                        break
                    self.streams[number] += data
        except OSError:
            pass

    def close(self):
        if self.listener.fileno() < 0:
            return
        # close() does not end accept().
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(10)
        for thread in self.threads:
            thread.join(10)


def read_octets(stream):
    """Frames of RFC 6587, without an incomplete last frame."""
    texts, at = [], 0
    while True:
        space = stream.find(b" ", at)
        if space < 0:
            return texts
        end = space + 1 + int(stream[at:space])
        if end > len(stream):
            return texts
        texts.append(stream[space + 1:end].decode())
        at = end


def read_whole_lines(stream):
    return stream.decode().split("\n")[:-1]


@pytest.mark.parametrize("frame, read", [("jsonl", read_whole_lines),
                                            ("octets", read_octets)])
def test_all_arrive_over_tls_once(program, load, certificate, frame, read):
    sent = program.generate("--records", RECORDS).splitlines()
    with TlsReceiver(certificate) as receiver:
        report = load(f"tls://localhost:{receiver.port}",
                      settings=[f"ca={certificate.ca}", "connections=2",
                                f"frame={frame}"])
    got = [text for stream in receiver.streams for text in read(bytes(stream))]
    assert len(receiver.streams) == 2
    assert sorted(got) == sorted(sent)
    assert report["acknowledged"] == len(sent)


def test_tls_connections_may_end_early(
        program, load, certificate, is_portable):
    """The receiver ends some of the connections before it has read anything."""
    sent = program.generate("--records", RECORDS).splitlines()
    with TlsReceiver(certificate, [1, 300_000, 0, 1_000_000]) as receiver:
        report = load(f"tls://127.0.0.1:{receiver.port}", "--rate", "20000/s",
                      settings=[f"ca={certificate.ca}"])
    # Data that the receiver's system confirmed but the receiver never read is
    # lost without notice: TLS has no other acknowledgement.
    got = collections.Counter(text for stream in receiver.streams
                              for text in read_whole_lines(bytes(stream)))
    assert len(set(got) - set(sent)) <= len(receiver.streams), (
        "only cut records differ")
    assert report["acknowledged"] == len(sent), "all are sent in the end"
    # A portable build holds all batches as if they had been confirmed.
    lost = "connection lost"
    if is_portable:
        lost += " before everything was read"
    assert lost in errors(report)
    assert got.total() - len(got) <= report["duplicates_possible"]


@pytest.mark.parametrize("to, words", [
    ("tls://127.0.0.1", ["names no host and port"]),
    ("tls://127.0.0.1:1/logs", ["has a path"])])
def test_wrong_address_is_refused(load, to, words):
    load.refused(to, words=words)


def test_refused_connection_is_told(load, certificate):
    load.refused(f"tls://127.0.0.1:{free_port()}", f"ca={certificate.ca}",
                 words=["connection refused"])


@pytest.mark.parametrize("scheme", ["tls", "https"])
def test_certificates_are_verified(load, scratch, certificate, scheme):
    other = make_certificate(scratch, "other", "DNS:elsewhere.example")
    with TlsReceiver(other) as receiver:
        to = f"{scheme}://127.0.0.1:{receiver.port}"
        for settings in ([f"ca={certificate.ca}"], [f"ca={other.ca}"], []):
            load.refused(to, *settings, words=["certificate not accepted"])
        load.refused(to, "ca=/dev/null",
                     words=["ca does not name a file of certificates"])
