"""load to receivers that demand a client certificate, or are not those that
they should be; with what is said of wrong files.

    load_mutual_tls_test.py PROGRAM
"""

import os
import socket
import ssl
import subprocess
import threading

import harness
from loading import wait_for
from loads import Load
from servers import make_certificate, openssl

RECORDS = 300


class Demanding:
    """Takes lines, or requests, from those that have a certificate of its
    authority, and counts the bytes that it has read."""

    def __init__(self, files, client_ca, version=None, says=b""):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(files[2], files[1])
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


def check_demands(load, checks, files, client, other):
    ca = f"ca={files[0]}"
    own = [f"cert={client[2]}", f"key={client[1]}"]
    wrong = [f"cert={other[2]}", f"key={other[1]}"]
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        for scheme, says in (("tls", b""), ("https", ACCEPTED)):
            with Demanding(files, client[0], version, says) as receiver:
                to = f"{scheme}://127.0.0.1:{receiver.port}"
                for settings in ([], wrong):
                    load.refused(to, ca, *settings, words=[
                        "client certificate"], records=RECORDS)
                    checks.same(receiver.text, b"",
                                "nothing is sent to who refuses us")
                if version is ssl.TLSVersion.TLSv1_3:
                    load.refused(to, ca, words=["demands a client certificate",
                                                "--with cert=FILE"])
                report = load(to, settings=[ca, *own], records=RECORDS)
                checks.same(report["acknowledged"], report["planned"],
                            "who has its certificate is let in")
                # It may still be reading what its answer did not wait for.
                wait_for(lambda: receiver.text.count(b'"operationName"') ==
                         report["planned"], 10)
                checks.same(receiver.text.count(b'"operationName"'),
                            report["planned"],
                            "and all is read")
    # What there is of TLS in common.
    with Demanding(files, client[0], ssl.TLSVersion.TLSv1_2) as receiver:
        load.refused(f"tls://127.0.0.1:{receiver.port}", ca, *own,
                     "tls_min=1.3", words=["version"])


def check_names(load, checks, scratch, client):
    files = make_certificate(scratch, "named", "DNS:logs.example.com")
    own = [f"ca={files[0]}", f"cert={client[2]}", f"key={client[1]}"]
    for scheme, says in (("tls", b""), ("https", ACCEPTED)):
        with Demanding(files, client[0], says=says) as receiver:
            to = f"{scheme}://127.0.0.1:{receiver.port}"
            load.refused(to, *own, words=["certificate not accepted"])
            load.refused(to, *own, "server_name=other.example.com",
                         words=["certificate not accepted"])
            receiver.names.clear()
            report = load(to, settings=[*own, "server_name=logs.example.com"],
                          records=RECORDS)
            checks.same(report["acknowledged"], report["planned"],
                        "the name that is given is verified")
            checks.same(set(receiver.names), {"logs.example.com"},
                        "and asked for")


def check_files(load, scratch, client, other):
    """Each wrong file has a sentence, and all come at once."""
    locked = os.path.join(scratch, "locked.key")
    openssl("pkey", "-in", client[1], "-aes256", "-passout", "pass:open",
            "-out", locked)
    pipe = os.path.join(scratch, "pipe")
    os.mkfifo(pipe)
    empty = os.path.join(scratch, "empty")
    with open(empty, "w", encoding="ascii") as file:
        file.write("nothing\n")
    cert = f"cert={client[2]}"
    environment = {"WRONG": "shut", "RIGHT": "open"}
    targets = [("tls://127.0.0.1:1", ()), ("https://127.0.0.1:1/x", ()),
               ("kafka://127.0.0.1:1/x", ("tls=yes",))]
    if "kafka" not in load.schemes:
        targets.pop()
    for to, more in targets:
        for settings, words in (
                ([cert], ["cert: cert and key go together"]),
                ([f"key={client[1]}"], ["key: cert and key go together"]),
                (["cert=/nowhere", "key=/nowhere/either"],
                 ['cert: cannot read "/nowhere": No such file',
                  'key: cannot read "/nowhere/either"']),
                ([f"cert={scratch}", f"key={client[1]}"], ["Is a directory"]),
                ([f"ca={pipe}"], ["is a pipe"]),
                ([f"cert={empty}", f"key={empty}"],
                 ["holds no certificate", "holds no private key"]),
                ([cert, f"key={other[1]}"], ["is not the key of"]),
                ([cert, f"key={locked}"], ["is encrypted: key_password_env"]),
                ([cert, f"key={locked}", "key_password_env=WRONG"],
                 ["is not the password of"]),
                ([cert, f"key={client[1]}", "key_password_env=MISSING"],
                 ['no variable "MISSING"']),
                (["key_password_env=RIGHT"], ["goes with key"]),
                (["tls_min=1.1"], ["is not known"])):
            load.refused(to, *settings, *more, words=words,
                         environment=environment)
    load.refused("http://127.0.0.1:1/x", cert, f"key={client[1]}",
                 words=["cert: goes with https://", "key: goes with https://"])
    load.refused("tls://127.0.0.1:1", "server_name=a b",
                 words=["is not a host's name"])
    return locked


def check_password(load, checks, files, client, locked):
    with Demanding(files, client[0]) as receiver:
        report = load(f"tls://127.0.0.1:{receiver.port}",
                      settings=[f"ca={files[0]}", f"cert={client[2]}",
                                f"key={locked}", "key_password_env=RIGHT"],
                      environment={"RIGHT": "open"}, records=RECORDS)
        checks.same(report["acknowledged"], report["planned"],
                    "an encrypted key is opened with its password")
        checks("open" not in load.said.replace("opened", ""),
               "which is told nobody")


def run(program, scratch, checks):
    load = Load(program, scratch, checks)
    said = subprocess.run([program.path, "load", "--to", "kafka://127.0.0.1"],
                          capture_output=True, text=True, check=False).stderr
    load.schemes = {"tls", "https"} | (
        set() if "built without" in said else {"kafka"})
    files = make_certificate(scratch, "server")
    client = make_certificate(scratch, "client")
    other = make_certificate(scratch, "stranger")
    check_demands(load, checks, files, client, other)
    check_names(load, checks, scratch, client)
    locked = check_files(load, scratch, client, other)
    check_password(load, checks, files, client, locked)


if __name__ == "__main__":
    harness.main(run)
