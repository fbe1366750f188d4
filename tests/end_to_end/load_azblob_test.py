"""Tests `load` to append blobs: the content of Azurite matches the report, has
Azure's layout, and is read with Microsoft's own client.

Azurite is installed in the directory of --tools if it is missing.
"""

import base64
import collections
import datetime
import http.client
import json
import os
import re
import threading

import pytest
from azure.storage.blob import (AccountSasPermissions, BlobServiceClient,
                                ResourceTypes, generate_account_sas)

from files import data_files
from http_receiver import Answer, Receiver
from loading import RECORDS, errors
from servers import Process, free_port

ACCOUNT = "busyhourtest"
KEY = base64.b64encode(bytes(range(64))).decode()
BLOB = re.compile(r"resourceId=/SUBSCRIPTIONS/[0-9A-F-]{36}/RESOURCEGROUPS/"
                  r"[^/]+/PROVIDERS/MICROSOFT\.COMMUNICATION/"
                  r"COMMUNICATIONSERVICES/[^/]+"
                  r"/y=(\d{4})/m=(\d\d)/d=(\d\d)/h=(\d\d)/m=00/PT1H\.json")


class Azurite:
    """The storage account. It can be stopped and started, and keeps its
    content."""

    def __init__(self, directory, place):
        self.directory, self.place = directory, place
        self.port = free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}/{ACCOUNT}"
        self.service = BlobServiceClient(self.endpoint, credential=KEY)

    def start(self):
        self.server = Process(
            ["node", f"{self.directory}/node_modules/azurite/dist/src/blob/"
             "main.js", "--blobHost", "127.0.0.1", "--blobPort",
             str(self.port), "--location", str(self.place), "--silent",
             "--disableTelemetry"],
            self.port, self.place / "azurite.log", cwd=self.place,
            env={**os.environ, "AZURITE_ACCOUNTS": f"{ACCOUNT}:{KEY}"})

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


@pytest.fixture(scope="module")
def azurite(npm_tool, module_scratch):
    azurite = Azurite(npm_tool("azurite"), module_scratch)
    azurite.start()
    yield azurite
    azurite.server.stop()


@pytest.fixture
def account(azurite):
    """The storage account, empty."""
    azurite.clear()
    return azurite


def lines_of(blobs):
    return collections.Counter(
        line for text in blobs.values() for line in text.splitlines())


def check_same(program, account, report):
    sent = collections.Counter(
        program.generate("--records", RECORDS).splitlines())
    got = lines_of(account.read())
    assert report["acknowledged"] == sent.total()
    assert got == sent, (
        f"the blobs have all records, each once: {got.total()}, {len(got)}, "
        f"{sent.total()}, {report['errors']}")
    assert report["duplicates_possible"] == 0, "no duplicates reported"


def to_account(load, endpoint, to=f"azblob://{ACCOUNT}", *arguments,
               settings=(), **more):
    """Runs `load` with the account's key."""
    return load(to, *arguments, environment={"KEY": KEY}, settings=[
        f"endpoint={endpoint}", "key_env=KEY", *settings], **more)


def test_blobs_are_laid_out_as_generate_does(program, load, account, scratch):
    start = ("--start", "2026-03-02T08:59:50Z")
    report = to_account(load, account.endpoint, f"azblob://{ACCOUNT}", *start)
    blobs = account.read()
    assert {container for container, _ in blobs} == {
        "insights-logs-callautomationoperational",
        "insights-logs-callautomationmediasummary", "insights-logs-usage"}
    assert len(blobs) >= 5, "a blob for each hour"
    for (container, name), text in blobs.items():
        assert BLOB.fullmatch(name), f"Azure's naming: {name}"
        for line in text.splitlines():
            assert container == (
                "insights-logs-" + json.loads(line)["category"].lower())
    program("generate", "--records", RECORDS, *start, "--layout", "storage",
            "--out", scratch / "tree", "--quiet")
    files = {}
    for path, data in data_files(scratch / "tree").items():
        container, _, name = path.partition("/")
        files[container, name] = data.decode()
    assert blobs == files, "the same tree as that of generate, byte for byte"
    assert report["acknowledged"] == lines_of(files).total()
    assert KEY not in load.said


def test_shared_access_signature(program, load, account):
    sas = generate_account_sas(
        ACCOUNT, KEY, ResourceTypes(container=True, object=True),
        AccountSasPermissions(read=True, write=True, add=True, create=True),
        datetime.datetime.utcnow() + datetime.timedelta(hours=1))
    settings = [f"endpoint={account.endpoint}", "sas_env=SAS"]
    report = load(f"azblob://{ACCOUNT}/logs", environment={"SAS": "?" + sas},
                  settings=[*settings, "batch_bytes=100KB"])
    check_same(program, account, report)
    blobs = account.read()
    assert {container for container, _ in blobs} == {"logs"}
    assert all(re.match("insights-logs-[a-z]+/resourceId=", name)
               for _, name in blobs), "each log into its own folder"
    assert sas not in load.said and "sig=" not in load.said
    # A second run appends to existing blobs.
    before = lines_of(blobs)
    load(f"azblob://{ACCOUNT}/logs", environment={"SAS": sas},
         settings=settings)
    assert lines_of(account.read()) == before + before


def forward(port, request):
    """Forwards a request to Azurite, and returns its answer."""
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


class Numbers:
    """Counts from 1; may be called from any thread."""

    def __init__(self):
        self.lock, self.last = threading.Lock(), 0

    def next(self):
        with self.lock:
            self.last += 1
            return self.last


def test_nothing_is_there_twice(program, load, account):
    """No record is duplicated although requests and answers get lost."""
    numbers, threads, deleted = Numbers(), [], []

    def answer(request):
        turn = numbers.next() % 30
        if turn == 3:  # the request does not arrive
            return Answer(how="close", kept=False)
        if turn == 6:
            return Answer(503, {}, b"busy", False)
        if "restype=container" in request.path and not deleted:
            # The container is still being deleted.
            deleted.append(True)
            return Answer(409, {"x-ms-error-code": "ContainerBeingDeleted"},
                          b"wait", False)
        if turn in (14, 20, 26) and "appendblock" in request.path:
            # The request arrives late, after its sender has given up.
            thread = threading.Timer(0.03, forward, (account.port, request))
            thread.start()
            threads.append(thread)
            return Answer(how="close")
        got = forward(account.port, request)
        if turn == 9:
            return Answer(500, {}, b"", True)
        return Answer(how="close") if turn == 12 else got

    with Receiver(answer) as proxy:
        report = to_account(load, f"{proxy.url}/{ACCOUNT}",
                            settings=["batch_bytes=15KB"])
        for thread in threads:
            thread.join(60)
        check_same(program, account, report)
    assert threads, "some requests were late"
    assert set(errors(report)) >= {"connection lost", "HTTP 500", "HTTP 503",
                                   "HTTP 409"}
    assert {request.method for request, _ in proxy.answers} == {
        "PUT", "HEAD", "GET"}, "the sender inspects blobs"


MOST_BLOCKS, MOST_BYTES = 5, 30_000


def limited(account, blocks):
    """Answers of an account with these limits; some answers get lost."""
    numbers, lock = Numbers(), threading.Lock()

    def answer(request):
        if "appendblock" not in request.path:
            return forward(account.port, request)
        turn = numbers.next() % 11
        if len(request.body) > MOST_BYTES:
            return Answer(413, {"x-ms-error-code": "RequestBodyTooLarge"},
                          b"The request body is too large.")
        if turn == 3:  # the request does not arrive
            return Answer(how="close")
        with lock:
            if blocks[request.path] >= MOST_BLOCKS:
                return Answer(
                    409, {"x-ms-error-code": "BlockCountExceedsLimit"},
                    b"The committed block count cannot exceed the maximum "
                    b"limit of 50,000 blocks.")
            got = forward(account.port, request)
            blocks[request.path] += got.status == 201
        # This often loses the answer to the block that fills a blob.
        return Answer(how="close") if turn in (5, 8) else got

    return answer


def test_full_blob_is_followed_by_a_next_one(program, load, account):
    """A block that is too large is also split, although answers get lost."""
    blocks = collections.Counter()
    with Receiver(limited(account, blocks)) as proxy:
        endpoint = f"{proxy.url}/{ACCOUNT}"
        report = to_account(load, endpoint)
        check_same(program, account, report)
        assert {name.rpartition("/")[2] for _, name in account.read()} >= {
            "PT1H.json", "PT1H_2.json", "PT1H_3.json"}
        assert max(blocks.values()) <= MOST_BLOCKS
        assert report["body_limit"]["most_taken_bytes"] <= MOST_BYTES
        assert "a blob was full" in report["verdict"]
        # A second run continues with the next blob.
        before = lines_of(account.read())
        to_account(load, endpoint)
        assert lines_of(account.read()) == before + before


def test_empty_blob_that_is_called_full_is_not_believed_for_ever(load,
                                                                 account):
    with Receiver(lambda request: Answer(
            409, {"x-ms-error-code": "BlockCountExceedsLimit"}, b"full")
            if "appendblock" in request.path else
            forward(account.port, request)) as proxy:
        report = to_account(load, f"{proxy.url}/{ACCOUNT}", expect=1,
                            records=200)
    assert report["failed"] == report["planned"]


def test_lease_of_another_is_in_the_way(load, account):
    """If another client holds a blob's lease, requests to that blob are not
    repeated."""
    to = f"azblob://{ACCOUNT}/logs"
    to_account(load, account.endpoint, to, records=200)
    leases = [account.service.get_blob_client(container, name).acquire_lease(60)
              for container, name in account.read()
              if "/insights-logs-usage/" in f"/{name}"]
    report = to_account(load, account.endpoint, to, records=200, expect=1)
    for lease in leases:
        lease.break_lease(0)
    assert "Lease" in errors(report)["HTTP 412"]["answer"]
    assert report["retries"] == 0
    assert 0 < report["failed"] < report["planned"], "the other logs go on"


def test_wrong_key_gets_nowhere(load, account):
    wrong = base64.b64encode(b"x" * 64).decode()
    report = load(f"azblob://{ACCOUNT}", records=200, expect=1,
                  settings=[f"endpoint={account.endpoint}", "key_env=KEY"],
                  environment={"KEY": wrong})
    assert report["acknowledged"] == 0
    assert "HTTP 403" in load.said and wrong not in load.said


@pytest.mark.parametrize("to, settings, secret, words", [
    (f"azblob://{ACCOUNT}", [], "", ["key_env", "sas_env"]),
    (f"azblob://{ACCOUNT}/a--b", ["sas_env=K"], "hello sig=world",
     ["single hyphens", "not a shared access signature"]),
    (f"azblob://{ACCOUNT}", ["key_env=K"], "a", ["not Base64"]),
    ("azblob://Not_An_Account/x_y",
     ["endpoint=ftp://h", "batch_bytes=5MiB", "key_env=K"], KEY,
     ["account", "container", "ftp://h", "4 MiB"])])
def test_wrong_setting_is_refused(load, to, settings, secret, words):
    load.refused(to, *settings, environment={"K": secret}, words=words)


def test_refused_connection_is_told(load):
    load.refused(f"azblob://{ACCOUNT}", "key_env=K",
                 f"endpoint=http://127.0.0.1:{free_port()}/{ACCOUNT}",
                 environment={"K": KEY}, words=["connection refused"])


def test_account_may_end_and_come_back(program, load, account):
    """The account stops during the run, and returns with its content."""
    ended, restarts = threading.Event(), []

    def restart():
        while sum(map(len, account.read().values())) < 1_000_000:
            if ended.wait(0.1):
                return
        account.server.stop()
        account.start()
        restarts.append(True)

    thread = threading.Thread(target=restart)
    thread.start()
    try:
        report = to_account(load, account.endpoint, f"azblob://{ACCOUNT}",
                            "--rate", "1000/s", settings=["linger=300ms"])
    finally:
        ended.set()
        thread.join(60)
    assert restarts
    check_same(program, account, report)
