"""`busyhour load` to a receiver of AMQP 1.0: what it accepted is what the
report says, record by record.

rhea and Azure's JavaScript client are installed where --tools says, if they
are not there yet.
"""

import functools
import json
import os
import subprocess

import pytest

from amqp import POLICY, Hub, connection_string
from loading import Load, errors
from program import ROOT, wait_for
from servers import make_certificate

EACH = ("frame=record",)
MANY = ("batch_bytes=20000",)
RUN = ("--rate", "max", "--records", "3000")
CONDITION = "amqp:not-allowed"


@pytest.fixture(scope="module")
def modules(npm_tool):
    return npm_tool("rhea") / "node_modules"


def run(program, scratch, hub, settings, *arguments, expect=0, **more):
    """A run to its end, and what `verify` says of the records that the hub
    accepted."""
    load = Load(program, scratch, "load", hub.uri, *(arguments or RUN),
                settings=settings, **more)
    report = load.finish(expect)
    counts = hub.counts()
    found = load.verify(hub.path, report)
    assert counts["over_credit"] == 0, "the credit is respected"
    return load, report, counts, found


def all_there(report):
    assert report["acknowledged"] == report["planned"], report["errors"]
    assert report["certainty"]["confirmed"] == report["acknowledged"]


def event_hub(program, scratch, modules):
    with Hub(modules, scratch / "out") as hub:
        _, report, counts, found = run(program, scratch, hub, MANY)
    all_there(report)
    assert found["duplicated"] == 0
    assert counts["messages"] == report["batches"], "a batch is an event"
    assert counts["largest"] <= 20_000
    for sample in counts["samples"]:
        assert list(json.loads(sample["text"])) == ["records"], (
            "as Azure's diagnostic settings make it")
        assert sample["annotations"] == {} and not sample["durable"], (
            "they send no partition key")


def each_record(program, scratch, modules, settings, key, address):
    with Hub(modules, scratch / "out") as hub:
        _, report, counts, found = run(program, scratch, hub,
                                       (*EACH, *settings))
    all_there(report)
    assert found["duplicated"] == 0
    assert counts["messages"] == report["acknowledged"]
    assert counts["addresses"] == {address: 1}
    for sample in counts["samples"]:
        call = json.loads(sample["text"])["correlationId"]
        assert sample["annotations"] == (
            {"x-opt-partition-key": call} if key else {})


def one_at_a_time(program, scratch, modules, settings):
    """A credit of 1."""
    with Hub(modules, scratch / "out", credit=1) as hub:
        _, report, _, found = run(program, scratch, hub, settings)
    all_there(report)
    assert found["duplicated"] == 0 and report["retries"] == 0


def rejecting(program, scratch, modules, settings):
    with Hub(modules, scratch / "out", reject=3) as hub:
        _, report, counts, found = run(program, scratch, hub, settings,
                                       expect=1)
    assert counts["rejected"] == counts["messages"] // 3 > 0
    assert report["retries"] == 0, "it would be in vain"
    assert report["failed"] > 0 and report["not_sent"] == 0
    if settings == EACH:
        assert report["failed"] == counts["rejected"], "the others are taken"
    assert found["received"] == report["acknowledged"]
    error = errors(report)[f"rejected by the receiver: {CONDITION}"]
    assert error["records"] == report["failed"]
    assert error["answer"] == "not wanted here"


def returning(program, scratch, modules, settings, how, error):
    """Messages that come back are sent again, and no others."""
    with Hub(modules, scratch / "out", **{how: 4}) as hub:
        _, report, counts, found = run(program, scratch, hub, settings)
    all_there(report)
    assert report["retries"] > 0 and error in errors(report)
    returned = sum(counts[kind] for kind in
                   ("released", "modified", "unsettled"))
    assert returned > 0
    assert found["duplicated"] == 0
    assert counts["accepted"] == counts["messages"] - returned
    if settings == EACH:
        assert counts["accepted"] == report["planned"]
    if how == "unsettle":
        assert report["duplicates_possible"] > 0, "their fate is not known"
    else:
        assert report["duplicates_possible"] == 0


def busy(program, scratch, modules):
    """A busy hub is asked again, after the time for which it asks."""
    with Hub(modules, scratch / "out", reject=400,
             condition="com.microsoft:server-busy") as hub:
        _, report, counts, _ = run(program, scratch, hub, EACH, "--rate",
                                   "max", "--records", "500")
    all_there(report)
    assert counts["rejected"] == 1 and report["seconds"] > 3.9


def losing(program, scratch, modules, settings, how):
    """A connection that ends in the middle."""
    with Hub(modules, scratch / "out", **{how: 30}) as hub:
        _, report, counts, found = run(program, scratch, hub, settings)
    all_there(report)
    assert report["lost_connections"] == 1 and counts["connections"] == 2
    assert report["lost_connection_records"] > 0
    assert report["duplicates_possible"] > 0
    # Those without an outcome were accepted in fact.
    assert 0 < found["duplicated"] <= report["duplicates_possible"]
    error = ("connection lost" if how == "close" else
             "the receiver closed the connection: amqp:connection:forced")
    assert error in errors(report)


def gone_and_back(program, scratch, modules):
    """A hub that is killed, and starts again."""
    with Hub(modules, scratch / "out") as hub:
        load = Load(program, scratch, "load", hub.uri, "--rate", "1000/s",
                    "--for", "5s", settings=EACH)
        wait_for(lambda: hub.counts()["messages"] > 500)
        hub.counts()
        hub.run.kill()
        hub.run.wait()
        with Hub(modules, scratch / "out", port=hub.port) as again:
            report = load.finish()
            assert again.counts()["messages"] > 0
    # What the first one had accepted and not written is lost with it.
    assert report["acknowledged"] == report["planned"]
    assert report["lost_connections"] >= 1
    lost = report["planned"] // 20
    load.verify(hub.path, report, lost=lost)


def too_large(program, scratch, modules):
    """The link states the limit; batches are split to fit."""
    with Hub(modules, scratch / "out", max=9000) as hub:
        _, report, counts, found = run(program, scratch, hub, ())
    all_there(report)
    assert found["duplicated"] == 0
    limit = report["body_limit"]
    assert limit["is_stated"] and limit["split_batches"] > 0
    assert 7000 < counts["largest"] < limit["least_refused_bytes"] <= 9000


def record_too_large(program, scratch, modules):
    with Hub(modules, scratch / "out", max=800) as hub:
        _, report, counts, found = run(program, scratch, hub, EACH, expect=1)
    assert counts["largest"] < 800
    assert 0 < report["failed"] < report["planned"]
    assert found["received"] == report["acknowledged"]
    assert "800 bytes" in errors(report)[
        "larger than the receiver's limit"]["answer"]


def stalling(program, scratch, modules, options, words):
    """A hub that grants no credit, or answers nothing."""
    with Hub(modules, scratch / "out", **options) as hub:
        load, report, _, _ = run(program, scratch, hub, EACH, *RUN,
                                 "--give-up", "2s", expect=1)
    assert report["acknowledged"] < report["planned"]
    assert words in report["verdict"] and "--give-up" in report["verdict"]


def unanswered(program, scratch, modules):
    """A message without an outcome in its time is sent again on another
    connection."""
    with Hub(modules, scratch / "out", stall=100) as hub:
        _, report, counts, _ = run(program, scratch, hub,
                                   (*EACH, "timeout=500ms"), *RUN, "--give-up",
                                   "2s", expect=1)
    assert counts["connections"] > 1
    assert "no answer in time" in errors(report)


def silent(program, scratch, modules):
    """Both sides keep to an idle time-out."""
    with Hub(modules, scratch / "out", idle=700) as hub:
        _, report, counts, _ = run(
            program, scratch, hub, (*EACH, "idle_timeout=1s"),
            "--rate", "200/s", "--pattern", "spike:0@1s+3s", "--for", "5s")
    all_there(report)
    assert counts["connections"] == 1, "empty frames keep the connection"


def environment(**more):
    return {"env": {**os.environ, **more}}


def token(program, scratch, modules, settings, variables):
    with Hub(modules, scratch / "out", cbs=POLICY) as hub:
        load, report, counts, _ = run(program, scratch, hub, settings,
                                      **environment(**variables))
    all_there(report)
    assert counts["tokens"] == 1 and counts["bad_tokens"] == 0
    assert POLICY[1] not in load.words + json.dumps(report)


def token_renewed(program, scratch, modules):
    with Hub(modules, scratch / "out", cbs=POLICY) as hub:
        _, report, counts, _ = run(
            program, scratch, hub,
            (*EACH, "connection_env=CS", "sas_lifetime=1s"), "--rate",
            "500/s", "--for", "3s", **environment(CS=connection_string("h")))
    all_there(report)
    assert counts["tokens"] >= 3 and counts["connections"] == 1


def password(program, scratch, modules):
    with Hub(modules, scratch / "out", plain=["ann", "pa55word"]) as hub:
        _, report, _, _ = run(
            program, scratch, hub, ("user_env=U", "password_env=P"),
            **environment(U="ann", P="pa55word"))
    all_there(report)


def encrypted(program, scratch, modules):
    server = make_certificate(scratch, "server")
    client = make_certificate(scratch, "client")
    with Hub(modules, scratch / "out", cert=server.cert, key=server.key,
             ca=client.ca) as hub:
        _, report, _, _ = run(program, scratch, hub, (
            f"ca={server.ca}", f"cert={client.cert}", f"key={client.key}"))
    all_there(report)


SETTINGS = {"event-hub": MANY, "record": EACH}
CASES = {
    "event hub": event_hub,
    **{f"each record {' '.join(settings)}": functools.partial(
        each_record, settings=settings, key=key, address=address)
       for settings, key, address in [
           ((), True, "hub"), (("partition_key=none",), False, "hub"),
           (("partition=3",), False, "hub/Partitions/3")]},
    **{f"{what.__name__} {name}": functools.partial(what, settings=settings)
       for what in (one_at_a_time, rejecting)
       for name, settings in SETTINGS.items()},
    **{f"{how} {name}": functools.partial(returning, settings=settings,
                                          how=how, error=error)
       for how, error in [
           ("release", "released by the receiver"),
           ("modify", "modified by the receiver"),
           ("unsettle", "settled by the receiver without an outcome")]
       for name, settings in SETTINGS.items()},
    "busy": busy,
    **{f"{how} {name}": functools.partial(losing, settings=settings, how=how)
       for how in ("close", "force") for name, settings in SETTINGS.items()},
    "gone and back": gone_and_back,
    "too large": too_large, "record too large": record_too_large,
    "no credit": functools.partial(
        stalling, options={"credit": 0}, words="grants no credit"),
    "no answers": functools.partial(
        stalling, options={"stall": 100}, words="nothing has been"),
    "unanswered": unanswered, "silent": silent,
    **{f"token, {name}": functools.partial(token, settings=settings,
                                           variables=variables)
       for name, settings, variables in [
           ("connection string", ("connection_env=CS",),
            {"CS": connection_string("ns")}),
           ("of this hub", ("connection_env=CS",),
            {"CS": connection_string("ns", more=";EntityPath=hub")}),
           ("key", ("key_name=send", "key_env=KEY"), {"KEY": POLICY[1]})]},
    "token renewed": token_renewed, "password": password,
    "encrypted": encrypted,
}


@pytest.mark.parametrize("case", CASES)
def test_hub_has_what_is_acknowledged(side_by_side, modules, case):
    side_by_side({name: functools.partial(run, modules=modules)
                  for name, run in CASES.items()}, case, limit=6)


@pytest.mark.parametrize("settings", [MANY, EACH, (
    *EACH, "partition_key=none")], ids=" ".join)
def test_message_is_that_of_azures_client(program, scratch, modules, npm_tool,
                                          settings):
    """Azure's JavaScript client, given the same events, sends the same
    messages, and gets the same access with its token."""
    azure = npm_tool("eventhubs") / "node_modules"
    access = (*settings, "connection_env=CS")
    with Hub(modules, scratch / "ours", cbs=POLICY) as hub:
        _, _, ours, _ = run(program, scratch, hub, access, "--rate", "max",
                            "--records", "40",
                            **environment(CS=connection_string("ns")))
    events = [[sample["text"], sample["annotations"].get("x-opt-partition-key")]
              for sample in ours["samples"]]
    assert events
    with Hub(modules, scratch / "theirs", cbs=POLICY, max=1 << 20) as hub:
        text = connection_string(f"localhost:{hub.port}",
                                 more=";UseDevelopmentEmulator=true")
        subprocess.run(
            ["node", ROOT / "tests" / "end_to_end" / "amqp_azure.js", text],
            input="".join(json.dumps(event) + "\n" for event in events),
            text=True, check=True, timeout=60, stdout=subprocess.DEVNULL,
            env={**os.environ, "NODE_PATH": str(azure)})
        theirs = hub.counts()
    assert ours["tokens"] == theirs["tokens"] == 1
    assert ours["samples"] == theirs["samples"]


def test_who_is_refused_sends_nothing(load, modules, scratch):
    """It is said before anything is sent, and without secrets."""
    with Hub(modules, scratch / "a", cbs=POLICY) as hub:
        load.refused(hub.uri, words=["amqp:unauthorized-access"])
        load.refused(hub.uri, "connection_env=CS",
                     words=["access token is not accepted: 401",
                            "InvalidSignature"],
                     environment={"CS": connection_string("ns", "wr0ngkey77")})
        assert "wr0ngkey77" not in load.said and "sig=" not in load.said
        assert hub.counts()["messages"] == 0
    with Hub(modules, scratch / "b", plain=["ann", "pa55word"]) as hub:
        load.refused(hub.uri, words=["amqp:unauthorized-access"])
        load.refused(hub.uri, "user_env=U", "password_env=P",
                     words=["amqp:unauthorized-access"],
                     environment={"U": "ann", "P": "0thers"})
        assert "0thers" not in load.said
    with Hub(modules, scratch / "c", refuse="amqp:not-found") as hub:
        load.refused(hub.uri, words=["amqp:not-found", "no such luck"])
    load.refused(hub.uri, words=["cannot connect", "connection refused"])


def test_wrong_certificate_is_refused(load, modules, scratch):
    server = make_certificate(scratch, "server")
    client = make_certificate(scratch, "client")
    other = make_certificate(scratch, "other", "DNS:elsewhere.example.com")
    with Hub(modules, scratch / "a", cert=server.cert, key=server.key,
             ca=client.ca) as hub:
        load.refused(hub.uri, words=["certificate not accepted"])
        load.refused(hub.uri, f"ca={server.ca}",
                     words=["demands a client certificate"])
    with Hub(modules, scratch / "b", cert=other.cert, key=other.key) as hub:
        load.refused(hub.uri, f"ca={other.ca}",
                     words=["certificate not accepted"])
        load(hub.uri, settings=[f"ca={other.ca}",
                                "server_name=elsewhere.example.com"])


WRONG = [
    ("amqp://127.0.0.1:1", [], ["names no host and address"]),
    ("amqp://127.0.0.1:1/a{category}", [], ["without braces"]),
    ("amqp://h/a", ["connection_env=CS"], ["is not a connection string"]),
    ("amqp://h/a", ["connection_env=OTHER"], ["is for the hub \"b\""]),
    ("amqp://h/a", ["connection_env=OTHER", "sas_env=CS"],
     ["cannot be combined with connection_env", "is not a token"]),
    ("amqp://h/a", ["key_env=CS"], ["must be given together"]),
    ("amqp://h/a", ["user_env=CS"], ["must be given together"]),
    ("amqp://h/a", ["partition_key=call"], ["requires frame=record"]),
    ("amqp://h/a", ["frame=record", "partition=1", "partition_key=call"],
     ["cannot be combined with partition"]),
    ("amqp://h/a", ["ca=/x"], ["ca: requires amqps://"]),
    ("amqp://h/a", ["sas_lifetime=5m"], ["requires a key"]),
    ("amqp://h/a", ["acks=1"], ["is not a setting of this receiver"]),
]


@pytest.mark.parametrize("to, settings, words", WRONG,
                         ids=[" ".join([to, *more]) for to, more, _ in WRONG])
def test_wrong_setting_has_a_sentence(load, to, settings, words):
    load.refused(to, *settings, words=words, environment={
        "CS": "hush-hush1", "OTHER": connection_string(
            "ns", more=";EntityPath=b")})
    assert "hush-hush1" not in load.said and POLICY[1] not in load.said
