"""Tests `load` with receivers that require a client certificate or have a wrong
server certificate, and the messages about wrong files.
"""

import os
import socket
import ssl
import threading

import pytest

from files import write_text
from program import wait_for
from servers import make_certificate, openssl

RECORDS = 300


class Demanding:
    """Accepts lines or requests from clients with a certificate of `client_ca`,
    and stores what it reads."""

    def __init__(self, certificate, client_ca, version=None, says=b""):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate.cert, certificate.key)
        context.load_verify_locations(client_ca)
        context.verify_mode = ssl.CERT_REQUIRED
        if version is not None:
            context.minimum_version = context.maximum_version = version
        self.names = []
        context.sni_callback = lambda _, name, __: self.names.append(name)
        self.context = context
        self.says = says
        self.text = b""
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, _ = self.server.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,),
                             daemon=True).start()

    def _serve(self, connection):
        try:
            with self.context.wrap_socket(connection, server_side=True) as tls:
                while piece := tls.recv(1 << 16):
                    self.text += piece
                    if self.says and piece.endswith(b"\n"):
                        tls.sendall(self.says)
        except OSError:
            pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()


ACCEPTED = (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"
            b"Connection: keep-alive\r\n\r\n")


SCHEMES = pytest.mark.parametrize("scheme, says", [("tls", b""),
                                                   ("https", ACCEPTED)])


@pytest.fixture
def server(scratch):
    return make_certificate(scratch, "server")


@pytest.fixture
def client(scratch):
    return make_certificate(scratch, "client")


@pytest.fixture
def stranger(scratch):
    return make_certificate(scratch, "stranger")


def by(certificate):
    return [f"cert={certificate.cert}", f"key={certificate.key}"]


@SCHEMES
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2,
                                     ssl.TLSVersion.TLSv1_3])
def test_client_certificate_is_demanded(load, server, client, stranger,
                                        version, scheme, says):
    ca = f"ca={server.ca}"
    with Demanding(server, client.ca, version, says) as receiver:
        to = f"{scheme}://127.0.0.1:{receiver.port}"
        for settings in ([], by(stranger)):
            load.refused(to, ca, *settings, words=["client certificate"])
            assert receiver.text == b"", "nothing is sent after a refusal"
        if version is ssl.TLSVersion.TLSv1_3:
            load.refused(to, ca, words=["demands a client certificate",
                                        "--with cert=FILE"])
        report = load(to, settings=[ca, *by(client)], records=RECORDS)
        assert report["acknowledged"] == report["planned"]
        # It may still be reading after its first answer.
        assert wait_for(lambda: receiver.text.count(b'"operationName"') ==
                        report["planned"], 10)


def test_receiver_without_a_version_in_common_is_refused(load, server, client):
    with Demanding(server, client.ca, ssl.TLSVersion.TLSv1_2) as receiver:
        load.refused(f"tls://127.0.0.1:{receiver.port}", f"ca={server.ca}",
                     *by(client), "tls_min=1.3", words=["version"])


@SCHEMES
def test_name_that_is_given_is_verified_and_asked_for(load, scratch, client,
                                                      scheme, says):
    named = make_certificate(scratch, "named", "DNS:logs.example.com")
    own = [f"ca={named.ca}", *by(client)]
    with Demanding(named, client.ca, says=says) as receiver:
        to = f"{scheme}://127.0.0.1:{receiver.port}"
        load.refused(to, *own, words=["certificate not accepted"])
        load.refused(to, *own, "server_name=other.example.com",
                     words=["certificate not accepted"])
        receiver.names.clear()
        report = load(to, settings=[*own, "server_name=logs.example.com"],
                      records=RECORDS)
    assert report["acknowledged"] == report["planned"]
    assert set(receiver.names) == {"logs.example.com"}


@pytest.fixture
def locked(scratch, client):
    """The client's key, encrypted with a password."""
    path = scratch / "locked.key"
    openssl("pkey", "-in", client.key, "-aes256", "-passout", "pass:open",
            "-out", path)
    return path


WRONG_FILES = [
    (["cert={cert}"], ["cert: cert and key must be given together"]),
    (["key={key}"], ["key: cert and key must be given together"]),
    (["cert=/nowhere", "key=/nowhere/either"],
     ['cert: cannot read "/nowhere": No such file',
      'key: cannot read "/nowhere/either"']),
    (["cert={scratch}", "key={key}"], ["Is a directory"]),
    (["ca={scratch}/pipe"], ["is a pipe"]),
    (["cert={scratch}/empty", "key={scratch}/empty"],
     ["contains no certificate", "contains no private key"]),
    (["cert={cert}", "key={stranger}"], ["is not the key of"]),
    (["cert={cert}", "key={locked}"], ["is encrypted: key_password_env"]),
    (["cert={cert}", "key={locked}", "key_password_env=WRONG"],
     ["is not the password of"]),
    (["cert={cert}", "key={key}", "key_password_env=MISSING"],
     ['no environment variable "MISSING"']),
    (["key_password_env=RIGHT"], ["requires key"]),
    (["tls_min=1.1"], ["is not known"])]


@pytest.mark.parametrize("settings, words", WRONG_FILES,
                         ids=[" ".join(words) for words, _ in WRONG_FILES])
@pytest.mark.parametrize("to", ["tls://127.0.0.1:1", "https://127.0.0.1:1/x",
                                "kafka://127.0.0.1:1/x"])
def test_wrong_file_has_a_sentence(program, load, scratch, client, stranger,
                                   locked, to, settings, words):
    os.mkfifo(scratch / "pipe")
    write_text(scratch / "empty", "nothing\n")
    more = []
    if to.startswith("kafka"):
        need_kafka(program)
        more = ["tls=yes"]
    given = [setting.format(scratch=scratch, cert=client.cert, key=client.key,
                            stranger=stranger.key, locked=locked)
             for setting in settings]
    load.refused(to, *given, *more, words=words,
                 environment={"WRONG": "shut", "RIGHT": "open"})


def need_kafka(program):
    said = program("load", "--to", "kafka://127.0.0.1", expect=2).stderr
    if "built without" in said:
        pytest.skip("the program has no Kafka sink")


def test_certificates_go_with_tls(load, client):
    load.refused("http://127.0.0.1:1/x", *by(client),
                 words=["cert: requires https://", "key: requires https://"])
    load.refused("tls://127.0.0.1:1", "server_name=a b",
                 words=["is not a host name"])


def test_encrypted_key_is_opened_with_its_password(load, server, client,
                                                   locked):
    with Demanding(server, client.ca) as receiver:
        report = load(f"tls://127.0.0.1:{receiver.port}",
                      settings=[f"ca={server.ca}", f"cert={client.cert}",
                                f"key={locked}", "key_password_env=RIGHT"],
                      environment={"RIGHT": "open"}, records=RECORDS)
    assert report["acknowledged"] == report["planned"]
    assert "open" not in load.said.replace("opened", "")
