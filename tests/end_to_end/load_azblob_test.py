"""load to append blobs: Azurite has what the report says, as Azure would lay it
out, read by Microsoft's own client.

    load_azblob_test.py PROGRAM AZURITE_DIRECTORY

Azurite is installed there if it is not yet.
"""

import base64
import collections
import datetime
import http.client
import json
import os
import re
import subprocess
import threading

import harness
from http_receiver import Answer, Receiver
from loads import RECORDS, Load, errors
from servers import Process, free_port

from azure.storage.blob import (
    AccountSasPermissions, BlobServiceClient, ResourceTypes,
    generate_account_sas)

ACCOUNT = "busyhourtest"
KEY = base64.b64encode(bytes(range(64))).decode()
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
BLOB = re.compile(r"resourceId=/SUBSCRIPTIONS/[0-9A-F-]{36}/RESOURCEGROUPS/"
                  r"[^/]+/PROVIDERS/MICROSOFT\.COMMUNICATION/"
                  r"COMMUNICATIONSERVICES/[^/]+"
                  r"/y=(\d{4})/m=(\d\d)/d=(\d\d)/h=(\d\d)/m=00/PT1H\.json")


def start_azurite(directory, scratch, port):
    main = os.path.join(directory, "node_modules", "azurite", "dist", "src",
                        "blob", "main.js")
    return Process(
        ["node", main, "--blobHost", "127.0.0.1", "--blobPort", str(port),
         "--location", scratch, "--silent", "--disableTelemetry"],
        port, os.path.join(scratch, "azurite.log"), cwd=scratch,
        env={**os.environ, "AZURITE_ACCOUNTS": f"{ACCOUNT}:{KEY}"})


class Store:
    """What the account holds."""

    def __init__(self, endpoint):
        self.service = BlobServiceClient(endpoint, credential=KEY)

    def read(self):
        """Text of each blob, by container and name."""
        found = {}
        for container in self.service.list_containers():
            client = self.service.get_container_client(container.name)
            for blob in client.list_blobs():
                found[container.name, blob.name] = (
                    client.download_blob(blob.name).readall().decode())
        return found

    def clear(self):
        for container in self.service.list_containers():
            self.service.delete_container(container.name)


def lines_of(blobs):
    return collections.Counter(
        line for text in blobs.values() for line in text.splitlines())


def check_same(checks, program, store, report, records=RECORDS):
    sent = collections.Counter(
        program.generate("--records", records).splitlines())
    got = lines_of(store.read())
    checks.same(report["acknowledged"], sent.total(), "all are acknowledged")
    checks(got == sent, "the blobs have all records, each once",
           value=(got.total(), len(got), sent.total(), report["errors"]))
    checks.same(report["duplicates_possible"], 0, "and it is known to be so")


def check_layout(program, load, checks, store, endpoint, scratch):
    report = load(f"azblob://{ACCOUNT}", "--start", "2026-03-02T08:59:50Z",
                  settings=[f"endpoint={endpoint}", "key_env=KEY"],
                  environment={"KEY": KEY})
    blobs = store.read()
    checks.same({container for container, _ in blobs},
                {"insights-logs-callautomationoperational",
                 "insights-logs-callautomationmediasummary",
                 "insights-logs-usage"}, "a container for each log")
    checks(len(blobs) >= 5, "and a blob for each hour", value=list(blobs))
    for (container, name), text in blobs.items():
        checks(BLOB.fullmatch(name), "blobs are called as Azure calls them",
               value=name)
        for line in text.splitlines():
            checks.same("insights-logs-" + json.loads(line)["category"].lower(),
                        container, "a record is in its log's container")
    # The same tree as `generate` writes, byte for byte.
    tree = os.path.join(scratch, "tree")
    program("generate", "--records", RECORDS, "--start",
            "2026-03-02T08:59:50Z", "--layout", "storage", "--out", tree,
            "--quiet")
    files = {}
    for place, _, names in os.walk(tree):
        for name in names:
            if name == "PT1H.json":
                path = os.path.join(place, name)
                container, _, rest = os.path.relpath(
                    path, tree).partition("/")
                with open(path, encoding="utf-8") as file:
                    files[container, rest] = file.read()
    checks(blobs == files, "the tree is generate's",
           value=(sorted(blobs), sorted(files)))
    checks.same(report["acknowledged"], lines_of(files).total(), "all are there")
    checks(KEY not in load.said, "the key appears nowhere")
    store.clear()


def check_sas(program, load, checks, store, endpoint):
    sas = generate_account_sas(
        ACCOUNT, KEY, ResourceTypes(container=True, object=True),
        AccountSasPermissions(read=True, write=True, add=True, create=True),
        datetime.datetime.utcnow() + datetime.timedelta(hours=1))
    report = load(f"azblob://{ACCOUNT}/logs",
                  settings=[f"endpoint={endpoint}", "sas_env=SAS",
                            "batch_bytes=100KB"],
                  environment={"SAS": "?" + sas})
    check_same(checks, program, store, report)
    blobs = store.read()
    checks.same({container for container, _ in blobs}, {"logs"},
                "all go into the container that is named")
    checks(all(re.match("insights-logs-[a-z]+/resourceId=", name)
               for _, name in blobs), "each log into its own folder",
           value=list(blobs))
    checks(sas not in load.said and "sig=" not in load.said,
           "the signature appears nowhere")
    # Once more: what is there stays.
    before = lines_of(blobs)
    load(f"azblob://{ACCOUNT}/logs", environment={"SAS": sas},
         settings=[f"endpoint={endpoint}", "sas_env=SAS"])
    checks(lines_of(store.read()) == before + before,
           "a blob that is there is appended to")
    store.clear()


def forward(port, request):
    """The request's answer from Azurite."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {name: value for name, value in request.headers.items()
               if name.lower() not in ("host", "connection")}
    connection.request(request.method, request.path, request.body, headers)
    got = connection.getresponse()
    body = got.read()
    kept = {name: value for name, value in got.getheaders()
            if name.lower() not in ("connection", "keep-alive", "date",
                                    "server", "transfer-encoding")
            and (name.lower() != "content-length" or request.method == "HEAD")}
    connection.close()
    return Answer(got.status, kept, body)


def check_trouble(program, load, checks, store, port):
    """Requests and answers are lost on the way: nothing is there twice."""
    number, lock, threads, deleted = [0], threading.Lock(), [], []

    def answer(request):
        with lock:
            number[0] += 1
            turn = number[0] % 30
        if turn == 3:  # the request never gets there
            return Answer(how="close", kept=False)
        if turn == 6:
            return Answer(503, {}, b"busy", False)
        if "restype=container" in request.path and not deleted:
            # It was there until just now.
            deleted.append(True)
            return Answer(409, {"x-ms-error-code": "ContainerBeingDeleted"},
                          b"wait", False)
        if turn in (14, 20, 26) and "appendblock" in request.path:
            # It gets there late, when its sender has long given up.
            thread = threading.Timer(0.03, forward, (port, request))
            thread.start()
            threads.append(thread)
            return Answer(how="close")
        got = forward(port, request)
        if turn == 9:
            return Answer(500, {}, b"", True)
        return Answer(how="close") if turn == 12 else got

    with Receiver(answer) as proxy:
        report = load(f"azblob://{ACCOUNT}",
                      settings=[f"endpoint={proxy.url}/{ACCOUNT}",
                                "key_env=KEY", "batch_bytes=15KB"],
                      environment={"KEY": KEY})
        for thread in threads:
            thread.join(60)
        check_same(checks, program, store, report)
        checks(len(threads) > 0, "some were late")
        seen = set(errors(report))
        checks({"connection lost", "HTTP 500", "HTTP 503", "HTTP 409"} <= seen,
               "trouble was seen", value=seen)
        methods = {request.method for request, _ in proxy.answers}
        checks.same(methods, {"PUT", "HEAD", "GET"}, "blobs were looked at")
    store.clear()


def check_limits(program, load, checks, store, port):
    """A blob that has all its blocks is followed by a next one, and a block that
    is too large is split, whatever gets lost meanwhile."""
    most_blocks, most_bytes = 5, 30_000
    blocks, lock, number = collections.Counter(), threading.Lock(), [0]

    def answer(request):
        if "appendblock" not in request.path:
            return forward(port, request)
        with lock:
            number[0] += 1
            turn = number[0] % 11
        if len(request.body) > most_bytes:
            return Answer(413, {"x-ms-error-code": "RequestBodyTooLarge"},
                          b"The request body is too large.")
        if turn == 3:  # it never gets there
            return Answer(how="close")
        with lock:
            if blocks[request.path] >= most_blocks:
                return Answer(
                    409, {"x-ms-error-code": "BlockCountExceedsLimit"},
                    b"The committed block count cannot exceed the maximum "
                    b"limit of 50,000 blocks.")
            got = forward(port, request)
            blocks[request.path] += got.status == 201
        # Often what fills a blob, too.
        return Answer(how="close") if turn in (5, 8) else got

    with Receiver(answer) as proxy:
        settings = [f"endpoint={proxy.url}/{ACCOUNT}", "key_env=KEY"]
        report = load(f"azblob://{ACCOUNT}", settings=settings,
                      environment={"KEY": KEY})
        check_same(checks, program, store, report)
        names = {name.rpartition("/")[2] for _, name in store.read()}
        checks({"PT1H.json", "PT1H_2.json", "PT1H_3.json"} <= names,
               "full blobs are followed by next ones", value=names)
        checks(max(blocks.values()) <= most_blocks, "none has too many blocks",
               value=blocks)
        checks(report["body_limit"]["most_taken_bytes"] <= most_bytes,
               "the limit of a block is told", value=report["body_limit"])
        checks("a blob was full" in report["verdict"], "so is a full blob",
               value=report["verdict"])
        # Another run goes on where this one ended.
        before = lines_of(store.read())
        load(f"azblob://{ACCOUNT}", settings=settings, environment={"KEY": KEY})
        checks(lines_of(store.read()) == before + before,
               "a later run appends to the last one")
    store.clear()
    # Who says of an empty blob that it is full is not believed for ever.
    with Receiver(lambda request: Answer(
            409, {"x-ms-error-code": "BlockCountExceedsLimit"}, b"full")
            if "appendblock" in request.path else forward(port, request)
            ) as proxy:
        report = load(f"azblob://{ACCOUNT}", expect=1, records=200,
                      settings=[f"endpoint={proxy.url}/{ACCOUNT}",
                                "key_env=KEY"], environment={"KEY": KEY})
        checks.same(report["failed"], report["planned"], "all have failed")
    store.clear()


def check_restart(program, load, checks, store, port, start):
    """Azurite ends in the middle and comes back with what it had."""
    servers = [start()]

    def restart():
        while sum(map(len, store.read().values())) < 1_000_000:
            if ended.wait(0.1):
                return
        servers[-1].stop()
        servers.append(start())
    ended = threading.Event()
    thread = threading.Thread(target=restart)
    thread.start()
    try:
        report = load(f"azblob://{ACCOUNT}", "--rate", "1000/s",
                      settings=[f"endpoint=http://127.0.0.1:{port}/{ACCOUNT}",
                                "key_env=KEY", "linger=300ms"],
                      environment={"KEY": KEY})
    finally:
        ended.set()
        thread.join(60)
    checks.same(len(servers), 2, "Azurite was restarted")
    check_same(checks, program, store, report)
    return servers[-1]


def check_lease(load, checks, store, endpoint):
    """A blob that somebody else has reserved is not asked for again."""
    settings = [f"endpoint={endpoint}", "key_env=KEY"]
    load(f"azblob://{ACCOUNT}/logs", settings=settings, records=200,
         environment={"KEY": KEY})
    for container, name in store.read():
        if "/insights-logs-usage/" in f"/{name}":
            store.service.get_blob_client(container, name).acquire_lease(60)
    report = load(f"azblob://{ACCOUNT}/logs", settings=settings, records=200,
                  environment={"KEY": KEY}, expect=1)
    checks("Lease" in errors(report)["HTTP 412"]["answer"],
           "a blob's lease is said to be in the way", value=report["errors"])
    checks.same(report["retries"], 0, "and nothing is sent again")
    checks(0 < report["failed"] < report["planned"], "the other logs go on",
           value=report["failed"])
    store.clear()


def check_refusals(load, checks, store, endpoint):
    wrong = base64.b64encode(b"x" * 64).decode()
    report = load(f"azblob://{ACCOUNT}", records=200, expect=1,
                  settings=[f"endpoint={endpoint}", "key_env=KEY"],
                  environment={"KEY": wrong})
    checks.same(report["acknowledged"], 0, "a wrong key gets nowhere")
    checks("HTTP 403" in load.said and wrong not in load.said,
           "and is told so", value=load.said)
    store.clear()
    load.refused(f"azblob://{ACCOUNT}", words=["key_env", "sas_env"])
    load.refused(f"azblob://{ACCOUNT}/a--b", "sas_env=K",
                 environment={"K": "hello sig=world"},
                 words=["single hyphens", "no shared access signature"])
    load.refused(f"azblob://{ACCOUNT}", "key_env=K", environment={"K": "a"},
                 words=["not Base64"])
    load.refused("azblob://Not_An_Account/x_y", "endpoint=ftp://h",
                 "batch_bytes=5MiB", "key_env=K", environment={"K": KEY},
                 words=["account", "container", "ftp://h", "4 MiB"])
    load.refused(f"azblob://{ACCOUNT}", "key_env=K",
                 f"endpoint=http://127.0.0.1:{free_port()}/{ACCOUNT}",
                 environment={"K": KEY}, words=["connection refused"])


def run(program, scratch, checks, directory):
    subprocess.run([os.path.join(ROOT, "scripts", "azurite.sh"), directory],
                   check=True, timeout=400)
    load = Load(program, scratch, checks)
    port = free_port()
    endpoint = f"http://127.0.0.1:{port}/{ACCOUNT}"
    store = Store(endpoint)
    place = os.path.join(scratch, "azurite")
    os.mkdir(place)

    def start():
        return start_azurite(directory, place, port)
    with start():
        check_layout(program, load, checks, store, endpoint, scratch)
        check_sas(program, load, checks, store, endpoint)
        check_trouble(program, load, checks, store, port)
        check_limits(program, load, checks, store, port)
        check_lease(load, checks, store, endpoint)
        check_refusals(load, checks, store, endpoint)
    check_restart(program, load, checks, store, port, start).stop()


if __name__ == "__main__":
    harness.main(run)
