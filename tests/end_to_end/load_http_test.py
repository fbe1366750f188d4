"""load to HTTP receivers: what arrives is what the report says, in every
envelope, whatever the receiver does.

    load_http_test.py PROGRAM
"""

import base64
import json
import os
import random
import socket
import threading
import urllib.parse

import harness
from http_receiver import Answer, Receiver, elastic_ids, unpack
from loads import RECORDS, Load, check_arrived, errors

def good(envelope, body):
    """What such a receiver says when it takes a request."""
    if envelope == "elastic":
        items = [{"create": {"_id": name, "status": 201}}
                 for name, _ in elastic_ids(body)]
        return json.dumps({"took": 1, "errors": False, "items": items}).encode()
    return {"splunk": b'{"text":"Success","code":0}',
            "otlp": b'{"partialSuccess":{}}'}.get(envelope, b"")


def check_envelopes(program, load, checks):
    types = {"lines": "application/x-ndjson", "elastic": "application/x-ndjson"}
    codings = ["none", "gzip", "zstd"]
    for number, envelope in enumerate(
            ["lines", "array", "event-hub", "elastic", "splunk", "loki",
             "otlp"]):
        coding = codings[number % 3]

        def answer(request):
            body = unpack(request.body, request.headers["Content-Encoding"])
            return Answer(204 if envelope == "loki" else 200, {},
                          good(envelope, body))

        with Receiver(answer) as receiver:
            report = load(receiver.url + "/x/../in?a=b&c=%20d",
                          settings=[f"envelope={envelope}",
                                    f"compress={coding}"])
            again = check_arrived(checks, program, receiver, envelope, report)
            checks.same(again, 0, "without trouble nothing comes twice")
            sizes = [len(body) for body in receiver.bodies()]
            most = 256 * 1024 if envelope == "event-hub" else 1_000_000
            checks(max(sizes) <= most, "a body is within its receiver's limit",
                   value=(envelope, max(sizes)))
            checks(max(sizes) > most * 0.95, "bodies are filled",
                   value=(envelope, sizes))
            for request in receiver.requests:
                checks.same(request.headers["Content-Type"],
                            types.get(envelope, "application/json"),
                            "the content type is the envelope's")
                checks.same(request.path, "/x/../in?a=b&c=%20d",
                            "path and query stay as they are")
                checks.same(request.headers["Content-Encoding"],
                            None if coding == "none" else coding,
                            "the coding is named")


def check_verified(program, load, checks, receiver, scratch):
    """`verify` finds what the manifest of the run says."""
    path = os.path.join(scratch, "received.jsonl")
    with open(path, "wb") as file:
        file.write(b"".join(receiver.bodies()))
    done = program("verify", "--manifest", load.manifest, "--json", path,
                   expect=None)
    total = json.loads(done.stdout)["total"]
    for kind in ("lost", "altered", "foreign", "undecodable"):
        checks.same(total[kind], 0, "verify agrees with the run's manifest",
                    total)
    return total


def check_trouble(program, load, checks, scratch):
    """A receiver that fails now and then, in every way, loses nothing."""
    chance = random.Random(7)
    ways = [Answer(503, {}, b"", False), Answer(500, {}, b"", True),
            Answer(429, {"Retry-After": "0"}, b"", False),
            Answer(408, {}, b"", False), Answer(how="close", kept=False),
            Answer(how="close", kept=True), Answer(how="garbage", kept=True),
            Answer(how="half", kept=True), Answer(how="half", kept=False)]
    def answer(request):
        # So seldom that no batch is unlucky ten times.
        return chance.choice(ways) if request.number % 4 == 0 else Answer()
    with Receiver(answer) as receiver:
        report = load(receiver.url, settings=["batch_bytes=50KB"])
        again = check_arrived(checks, program, receiver, "lines", report)
        checks(again > 0, "some did come twice", value=report["errors"])
        checks(report["retries"] > 10, "there was trouble",
               value=report["retries"])
        seen = set(errors(report))
        for word in ("HTTP 503", "HTTP 500", "HTTP 429", "HTTP 408",
                     "connection lost", "the answer is not HTTP"):
            checks(word in seen, "each kind of trouble is told apart",
                   value=(word, seen))
        total = check_verified(program, load, checks, receiver, scratch)
        checks.same(total["duplicated"], again, "verify counts them, too")


def check_hang_ups(program, load, checks):
    """A kept connection that ends without an answer is not repeated unseen."""
    with Receiver(lambda request: Answer(how="close") if request.number in (3, 7)
                  else Answer()) as receiver:
        report = load(receiver.url, settings=["connections=1",
                                              "batch_bytes=100KB"])
        again = check_arrived(checks, program, receiver, "lines", report)
        checks.same(report["retries"], 2, "each hang-up is seen")
        checks.same(report["duplicates_possible"], again,
                    "and what it had taken is known to be there twice")


def check_waiting(program, load, checks):
    """Who asks for a second gets it."""
    with Receiver(lambda request: Answer(429, {"Retry-After": "2"}, b"", False)
                  if request.number == 1 else Answer()) as receiver:
        report = load(receiver.url, settings=["connections=1"], records=1000)
        check_arrived(checks, program, receiver, "lines", report, 1000)
        checks(report["seconds"] >= 2, "Retry-After is kept",
               value=report["seconds"])
        checks.same(report["duplicates_possible"], 0,
                    "who says to come again has not taken it")


def check_refusals(program, load, checks, scratch):
    for status in (400, 409, 422):
        def answer(request):
            return Answer(status, {}, b"no\x1b[31m\x07 field\n  x " + b"y" * 5000,
                          False) if request.number == 2 else Answer()
        with Receiver(answer) as receiver:
            report = load(receiver.url, settings=["batch_bytes=50KB"], expect=1)
            checks(0 < report["failed"] < 100, "one batch is refused",
                   value=report["failed"])
            checks.same(report["retries"], 0, "what is refused is not repeated")
            got = receiver.records("lines")
            checks.same(len(got), report["acknowledged"],
                        "as many arrive as are acknowledged")
            said = errors(report)[f"HTTP {status}"]["answer"]
            checks(said.startswith("no[31m field x yyy") and len(said) < 400,
                   "the receiver's words are shown, made safe", value=said)
            check_verified(program, load, checks, receiver, scratch)
    for status in (302, 401, 403, 404):
        with Receiver(lambda request: Answer(
                status, {"Location": "http://elsewhere.example/x"}, b"who?",
                False)) as receiver:
            report = load(receiver.url, expect=1, settings=["connections=1"])
            checks.same(report["acknowledged"], 0, "nothing is acknowledged")
            checks.same(receiver.number, 1, "one answer is enough")
            checks(f"HTTP {status}" in load.said, "the end says why",
                   value=load.said)
            if status == 302:
                checks("http://elsewhere.example/x" in load.said,
                       "a redirect is shown, not followed", value=load.said)


def check_bad_answers(program, load, checks):
    # A success stays one, however long it goes on about it.
    with Receiver(lambda request: Answer(how="endless")) as receiver:
        report = load(receiver.url, settings=["batch_bytes=500KB"],
                      records=2000)
        check_arrived(checks, program, receiver, "lines", report, 2000)
    with Receiver(lambda request: Answer(how="never" if request.number == 1
                                         else "whole")) as receiver:
        report = load(receiver.url, settings=["timeout=300ms"], records=2000)
        again = check_arrived(checks, program, receiver, "lines", report, 2000)
        checks("no answer in time" in errors(report), "a timeout is one",
               value=report["errors"])
        checks(again > 0, "what was kept without an answer comes twice")
    with Receiver(lambda request: Answer(
            headers={"X-Long": "x" * 200_000} if request.number == 1
            else {})) as receiver:
        report = load(receiver.url, records=2000)
        check_arrived(checks, program, receiver, "lines", report, 2000)
        checks("the answer's header is too long" in errors(report),
               "an answer that is not read says why", value=report["errors"])


def check_elastic(program, load, checks):
    """Answers record by record."""
    store, lock, bad = {}, threading.Lock(), set()
    sent = program.generate("--records", RECORDS).splitlines()

    def answer(request):
        items, any_error = [], False
        for place, (name, text) in enumerate(elastic_ids(request.body)):
            with lock:
                if request.number == 1 and place >= 5:
                    status = 429
                elif hash_of(text) % 50 == 0:
                    status = 400
                    bad.add(text)
                elif name in store:
                    status = 409
                else:
                    status = 201
                    store[name] = text
            item = {"_index": "logs", "_id": name, "status": status}
            if status >= 400:
                any_error = True
                item["error"] = {"type": "x_exception", "reason": "for [a]",
                                 "caused_by": {"type": "y", "status": 999}}
            items.append({"create": item})
        body = json.dumps({"took": 3, "errors": any_error, "items": items})
        return Answer(200, {}, body.encode(), True)

    def hash_of(text):
        return sum(text.encode())

    with Receiver(answer) as receiver:
        report = load(receiver.url + "/_bulk",
                      settings=["envelope=elastic", "batch_bytes=200KB"],
                      expect=1)
        checks.same(report["acknowledged"], len(store),
                    "as many are acknowledged as are there")
        checks.same(report["failed"], len(bad), "and as many failed as are not")
        checks.same(set(store.values()) | bad, set(sent), "all were sent")
        checks.same(report["duplicates_possible"], 0,
                    "ids of their own let none be there twice")
        checks(report["retries"] >= 1, "a batch is repeated for its items")
        checks.same(errors(report)["item: HTTP 429"]["answer"],
                    "x_exception: for [a]", "an item's reason is shown")
        checks("item: HTTP 400" in errors(report), "so is a refused one's")
        checks.same(len(store), len(set(store)), "ids are different")
        # What a fault delivers twice is there twice.
        store.clear()
        sent = program.generate("--records", RECORDS, "--fault",
                                "duplicate=5%").splitlines()
        sent = [text for text in sent if hash_of(text) % 50 != 0]
        report = load(receiver.url + "/_bulk", "--fault", "duplicate=5%",
                      settings=["envelope=elastic"], expect=1)
        checks(len(set(sent)) < len(sent), "some are delivered twice")
        checks.same(report["acknowledged"], len(store),
                    "a copy that is acknowledged is there")
        checks.same(sorted(store.values()), sorted(sent),
                    "beside its original")
    for body in (b"<html>hello</html>", b"[" * 60_000, b'{"errors":true}',
                 b'{"errors":true,"items":[' + b"{}," * 5000 + b"{}]}"):
        with Receiver(lambda request: Answer(200, {}, body, False)) as receiver:
            report = load(receiver.url, "--give-up", "1s",
                          settings=["envelope=elastic", "connections=1"],
                          records=200, expect=1)
            checks.same(report["acknowledged"], 0,
                        "garbage is no acknowledgement")


def check_splunk(load, checks):
    token = "sp1unk-t0ken"
    def answer(request):
        if request.headers["Authorization"] != "Splunk " + token:
            return Answer(401, {}, b'{"text":"Token is required","code":2}',
                          False)
        return Answer(200, {}, b'{"text":"no","code":7}' if request.number == 1
                      else b'{"text":"Success","code":0}')
    with Receiver(answer) as receiver:
        report = load(receiver.url, expect=1, environment={"HEC": token},
                      settings=["envelope=splunk", "token_env=HEC",
                                "batch_bytes=100KB"])
        checks(0 < report["failed"] < 300, "a code refuses one batch",
               value=report["failed"])
        checks(token not in load.said, "a secret appears nowhere")


def check_otlp(load, checks):
    with Receiver(lambda request: Answer(
            200, {}, b'{"partialSuccess":{"rejectedLogRecords":"2",'
            b'"errorMessage":"too old"}}' if request.number == 1
            else b"{}")) as receiver:
        report = load(receiver.url, expect=1,
                      settings=["envelope=otlp", "batch_bytes=100KB"])
        checks(0 < report["failed"] < 300, "a partial success is none")
        checks("too old" in load.said, "its words are shown", value=load.said)


def check_mangled_secrets(load, checks):
    """A receiver that says a secret back as no other would."""
    user, password = "reporter", "pQ7/x+Zr9=Lm-2Kw"

    def base64_of(text, before=""):
        return base64.b64encode((before + text).encode()).decode()
    manglings = {
        "cut": password[1:-1],
        "in other case": password.swapcase(),
        "folded": password[:5] + "\r\n\t" + password[5:11] + "\n"
                  + password[11:],
        "hexadecimal": password.encode().hex(),
        "hexadecimal pairs": password.encode().hex(":").upper(),
        "an address": urllib.parse.quote(password, safe=""),
        "an address, twice": urllib.parse.quote(
            urllib.parse.quote(password, safe=""), safe=""),
        "JSON": "".join(f"\\u{ord(c):04x}" for c in password),
        "Base64": base64_of(password),
        "both in Base64": base64_of(f"{user}:{password}"),
        "both, unpadded": base64_of(f"{user}:{password}").rstrip("="),
        "for addresses": base64_of(password, "a").translate(
            str.maketrans("+/", "-_")).rstrip("="),
        "another byte on": base64_of(password, "ab"),
        "Base64 of hexadecimal": base64_of(password.encode().hex()),
    }
    for name, mangled in manglings.items():
        body = f"No such user: {mangled} , ask your administrator".encode()
        with Receiver(lambda request: Answer(400, {}, body, False)) as receiver:
            load(receiver.url, records=100, expect=1,
                 settings=["user_env=NAME", "password_env=WORD"],
                 environment={"NAME": user, "WORD": password})
        said = "".join(load.said.split())
        shown = "".join(mangled.split())
        checks(not any(shown[at:at + 8] in said
                       for at in range(len(shown) - 7)),
               "a secret is hidden however it is mangled", name, load.said)
        checks("No such user" in load.said and "administrator" in load.said,
               "and the words around it are not", name, load.said)


def check_secrets(load, checks):
    # A receiver that says what it was told.
    def echo(request):
        return Answer(400, {}, request.headers["Authorization"].encode(), False)
    with Receiver(echo) as receiver:
        secret = {"TOKEN": "tell-nobody", "NAME": "me", "WORD": "sesame"}
        load(receiver.url, records=200, expect=1, environment=secret,
             settings=["token_env=TOKEN"])
        checks("Bearer ***" in load.said and "tell-nobody" not in load.said,
               "a secret that is said back is hidden", value=load.said)
        load(receiver.url, records=200, expect=1, environment=secret,
             settings=["user_env=NAME", "password_env=WORD"])
        checks("Basic ***" in load.said and "sesame" not in load.said,
               "so is a password", value=load.said)
        checks.same(receiver.answers[-1][0].headers["Authorization"],
                    "Basic bWU6c2VzYW1l", "and it is sent")
        load(receiver.url, records=200, expect=1, environment=secret,
             settings=["token_env=TOKEN", "token_scheme=ApiKey"])
        checks.same(receiver.answers[-1][0].headers["Authorization"],
                    "ApiKey tell-nobody", "a scheme is sent")
    with Receiver(lambda request: Answer(
            400, {}, request.headers["X-Api-Key"].encode(), False)) as receiver:
        load(receiver.url, records=200, expect=1, environment=secret,
             settings=["header_env.X-Api-Key=TOKEN"])
        checks("***" in load.said and "tell-nobody" not in load.said,
               "so is one in a header of its own", value=load.said)
        load.refused(receiver.url, "header_env.X-Api-Key=BUSYHOUR_NO_SUCH",
                     "header_env.host=TOKEN", "header.a=b", "header_env.a=TOKEN",
                     environment=secret,
                     words=["BUSYHOUR_NO_SUCH", "header_env.host",
                            "goes without header.a"])
    # As services write it: in JSON, in an address.
    token = "to/ken+of==nobody"
    for body, headers in (
            (json.dumps({"no": token}).replace("/", "\\/").encode(), {}),
            (b"", {"Location": "/?t=" + urllib.parse.quote(token, safe="")})):
        with Receiver(lambda request: Answer(
                307 if headers else 400, headers, body, False)) as receiver:
            load(receiver.url, records=200, expect=1, settings=["token_env=T"],
                 environment={"T": token})
            checks("***" in load.said and "nobody" not in load.said,
                   "a secret is hidden however it is spelled", value=load.said)
    check_mangled_secrets(load, checks)
    load.refused("http://127.0.0.1:9/x", "ca=/dev/null",
                 words=["--with ca: goes with https://"])
    for to in ("http://ann:pa55@127.0.0.1:9/x", "https://ann:pa/55@127.0.0.1"):
        load.refused(to, words=["***@127.0.0.1", "no user name"])
        checks("pa55" not in load.said and "pa/55" not in load.said,
               "nor is one in an address shown", value=load.said)
    with Receiver() as receiver:
        before = receiver.number
        load.refused(receiver.url, "token_env=" + token,
                     words=["--with token_env", "not the secret itself"])
        checks(token not in load.said,
               "a secret in place of its variable's name is not shown")
        load.refused(receiver.url, "token_env=T", environment={"T": ""},
                     words=["--with token_env", "is empty"])
        load.refused(receiver.url, "token_env=BUSYHOUR_NO_SUCH",
                     words=["--with token_env", "BUSYHOUR_NO_SUCH"])
        load.refused(receiver.url, "token_env=T", environment={"T": "a\nb: c"},
                     words=["--with token_env", "line end"])
        load.refused(receiver.url, "token_scheme=ApiKey",
                     words=["goes with token_env"])
        load.refused(receiver.url, "user_env=T", environment={"T": "a"},
                     words=["password_env"])
        load.refused(
            receiver.url, "header.authorization=x", "header.a b=c", "method=get",
            "compress=lz4", "connections=0", "ca=/no/such", "tiemout=1s",
            words=["header.authorization", "token_env", "\"a b\"", "method",
                   "compress", "connections", "/no/such", "timeout"])
        checks.same(receiver.number, before,
                    "what is refused is refused before anything is sent")


def check_categories(load, checks):
    with Receiver() as receiver:
        load(receiver.url + "/streams/Custom-{category}?v=1",
             settings=["envelope=array", "method=put", "header.X-Tenant=t1"])
        paths = set()
        for request in receiver.requests:
            paths.add(request.path)
            name = request.path.removeprefix("/streams/Custom-")
            logs = {record["category"] for record in json.loads(request.body)}
            checks.same({log + "?v=1" for log in logs}, {name},
                        "a body is of the log that its path names")
            checks.same(request.method, "PUT", "a method is used")
            checks.same(request.headers["X-Tenant"], "t1", "a header is sent")
        checks.same(len(paths), 3, "all logs go to their own paths")
        load.refused(receiver.url + "/{stream}", words=["{category}"])
        load.refused("http:///x", words=["names no host"])


def check_unreachable(load, checks):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        load.refused(f"http://127.0.0.1:{port}/x", words=["connection refused"])
        load.refused(f"https://127.0.0.1:{port}/x",
                     words=["connection refused"])
    load.refused("http://no-such-host.invalid/", words=["host not found"])
    with Receiver() as receiver:
        load.refused(f"https://127.0.0.1:{receiver.port}/",
                     words=["TLS handshake failed"])


def run(program, scratch, checks):
    load = Load(program, scratch, checks)
    check_envelopes(program, load, checks)
    check_categories(load, checks)
    check_trouble(program, load, checks, scratch)
    check_hang_ups(program, load, checks)
    check_waiting(program, load, checks)
    check_refusals(program, load, checks, scratch)
    check_bad_answers(program, load, checks)
    check_elastic(program, load, checks)
    check_splunk(load, checks)
    check_otlp(load, checks)
    check_secrets(load, checks)
    check_unreachable(load, checks)


if __name__ == "__main__":
    harness.main(run)
