"""Tests `load` to append blobs: the content of Azurite matches the report, has
Azure's layout, and is read with Microsoft's own clients of Python and JavaScript.

Azurite is installed in the directory of --tools if it is missing.
"""

import base64
import collections
import datetime
import hashlib
import json
import os
import re
import threading
import time

import pytest
from azure.storage.blob import (AccountSasPermissions, ResourceTypes,
                                generate_account_sas)

from azurite import ACCOUNT, KEY, Azurite
from files import data_files, read_json
from http_receiver import Answer, Receiver
from loading import RECORDS, errors
from servers import free_port

BLOB = re.compile(r"resourceId=/SUBSCRIPTIONS/[0-9A-F-]{36}/RESOURCEGROUPS/"
                  r"[^/]+/PROVIDERS/MICROSOFT\.COMMUNICATION/"
                  r"COMMUNICATIONSERVICES/[^/]+"
                  r"/y=(\d{4})/m=(\d\d)/d=(\d\d)/h=(\d\d)/m=00/PT1H\.json")


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


def test_other_client_reads_what_was_generated(program, load, account, node,
                                               scratch):
    """The lists and the downloads of the client of JavaScript are the tree that
    `generate` writes, also after a second run has appended to it."""
    read = node("blobs", "blobs_read.js")
    program("generate", "--records", RECORDS, "--layout", "storage", "--out",
            scratch / "tree", "--quiet")
    files = data_files(scratch / "tree")
    for times in (1, 2):
        to_account(load, account.endpoint, settings=["batch_bytes=100KB"])
        expected = collections.defaultdict(list)
        for path, data in sorted(files.items()):
            container, _, name = path.partition("/")
            expected[container].append(
                {"name": name, "type": "AppendBlob",
                 "bytes": times * len(data),
                 "sha256": hashlib.sha256(times * data).hexdigest()})
        assert len(expected) >= 3
        assert read([account.endpoint, ACCOUNT, KEY]) == expected


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
            thread = threading.Timer(0.03, account.answer, (request,))
            thread.start()
            threads.append(thread)
            return Answer(how="close")
        got = account.answer(request)
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
            return account.answer(request)
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
            got = account.answer(request)
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
            account.answer(request)) as proxy:
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


class SlowNetwork:
    """Lets `rate` records per second through to the account."""

    def __init__(self, account, rate):
        self.account, self.rate = account, rate
        self.lock, self.free = threading.Lock(), 0.0

    def __call__(self, request):
        if "appendblock" in request.path:
            with self.lock:
                self.free = (max(self.free, time.monotonic()) +
                             request.body.count(b"\n") / self.rate)
                wait = self.free - time.monotonic()
            time.sleep(max(0, wait))
        return self.account.answer(request)


def test_find_max_with_the_defaults_of_an_account(program, account, scratch):
    """Blocks that wait for those before them are not late, but an account that
    falls behind acknowledges them later and later. One that keeps up does not
    fall behind because its blocks wait for a second of records.

    On a busy machine the account itself may be slower than the network, so
    less than the network's rate may be found, but never more."""
    rate = 3000
    with Receiver(SlowNetwork(account, rate)) as proxy:
        done = program(
            "load", "--to", f"azblob://{ACCOUNT}", "--with", "key_env=KEY",
            "--with", f"endpoint={proxy.url}/{ACCOUNT}", "--find-max",
            "--trial", "3s", "--slo", "150ms", "--report",
            scratch / "report", env={**os.environ, "KEY": KEY})
    found = read_json(scratch / "report")
    assert 0.4 * rate < found["rate"] < 1.06 * rate, done.stderr
    assert found["confirmed"]
    for trial in found["trials"]:
        if trial["rate"] < 0.4 * rate:
            assert trial["held"] and "kept up" in trial["verdict"], trial
            assert "behind" not in trial["verdict"], trial
    assert any("longer at the end" in trial["verdict"] and not trial["held"]
               for trial in found["trials"]), done.stderr
