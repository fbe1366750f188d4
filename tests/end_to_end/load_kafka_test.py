"""Tests `busyhour load` with a Kafka cluster: the messages in the cluster match
the report, record by record.
"""

import collections
import functools
import json
import time

import pytest

import dataset
import log_daemons
from files import write_text
from kafka_broker import PARTITIONS, Cluster
from loading import Load

# The mock keeps about 5 MB per partition.
RATE = ("--rate", "2000/s", "--for", "3s")
# Long enough for something to happen in it on a busy machine.
LONG = ("--rate", "500/s", "--for", "12s")


def save(scratch, messages):
    path = scratch / "received"
    write_text(path, "".join(message.payload + "\n" for message in messages))
    return path


def check_keys(messages):
    partition_of = {}
    for message in messages:
        record = json.loads(message.payload)
        assert message.key == record["correlationId"]
        assert message.partition == partition_of.setdefault(
            message.key, message.partition), (
            "records of a call share a partition")
    used = collections.Counter(message.partition for message in messages)
    assert sorted(used) == list(range(PARTITIONS)), "all partitions are used"
    assert min(used.values()) > len(messages) / PARTITIONS / 3, (
        f"partitions are used evenly: {used}")


def records(program, scratch, cluster, settings):
    """One record per message, with settings of the producer."""
    cluster.tell("topic calls")
    load = Load(program, scratch, "load", cluster.uri("calls"), *RATE,
                settings=settings)
    report = load.finish()
    assert report["acknowledged"] == report["planned"]
    messages = cluster.read("calls")
    check_keys(messages)
    found = load.verify(save(scratch, messages), report)
    assert found["duplicated"] == 0


HUB = ("frame=event-hub", "batch_bytes=20000", "linger=20ms")


def event_hub(program, scratch, cluster):
    cluster.tell("topic hub")
    load = Load(program, scratch, "load", cluster.uri("hub"), *RATE,
                settings=HUB)
    report = load.finish()
    messages = cluster.read("hub")
    for message in messages:
        assert list(json.loads(message.payload)) == ["records"], (
            "the format of Azure's diagnostic settings")
        assert len(message.payload) <= 20_000
    assert len(messages) == report["batches"], "a batch is a message"
    load.verify(save(scratch, messages), report)


def too_large(program, scratch, cluster):
    """A message of several records that is too large is split."""
    cluster.tell("topic hub")
    load = Load(program, scratch, "load", cluster.uri("hub"), *RATE,
                settings=(*HUB, "kafka.message.max.bytes=9000"))
    report = load.finish()
    messages = cluster.read("hub")
    assert report["acknowledged"] == report["planned"], report["errors"]
    assert report["body_limit"]["split_batches"] > 0
    assert all(len(message.payload) <= 9000 for message in messages)
    load.verify(save(scratch, messages), report)


def categories(program, scratch, cluster):
    # Calls of quickstart have no streaming.
    names = set(dataset.CATEGORIES.values()) - {"CallAutomationStreamingUsage"}
    for name in names:
        cluster.tell(f"topic {name}-of-{name}")
    load = Load(program, scratch, "load",
                cluster.uri("{category}-of-{category}"), *RATE)
    report = load.finish()
    everything = []
    for name in names:
        messages = cluster.read(f"{name}-of-{name}")
        assert {json.loads(message.payload)["category"]
                for message in messages} == {name}, (
            "a topic contains only its category")
        everything += messages
    load.verify(save(scratch, everything), report)


def down_and_up(program, scratch, cluster):
    """The broker stops and returns: production continues where it stopped."""
    cluster.tell("topic calls")
    load = Load(program, scratch, "load", cluster.uri("calls"), *LONG)
    cluster.wait("calls")
    cluster.tell("down")
    time.sleep(1.2)  # the downtime
    cluster.tell("up")
    report = load.finish()
    assert report["acknowledged"] == report["planned"]
    assert report["latency_from_intended"]["max_ms"] > 500, (
        "the downtime shows in the latency")
    # A batch that was written but not acknowledged is sent again. A broker
    # would detect it by its sequence number; the mock stores both.
    messages = dict.fromkeys(cluster.read("calls"))
    load.verify(save(scratch, messages), report)


def refused_for_now(program, scratch, cluster, setting):
    """librdkafka retries refused requests."""
    cluster.tell("topic calls")
    cluster.tell("fail 5")
    load = Load(program, scratch, "load", cluster.uri("calls"), *RATE,
                settings=(setting,))
    report = load.finish()
    assert report["acknowledged"] == report["planned"]
    load.verify(save(scratch, cluster.read("calls")), report)


def refused_too_long(program, scratch, cluster):
    """librdkafka retries refused requests until their timeout; then they fail,
    and the report gives the reason."""
    cluster.tell("topic calls")
    load = Load(program, scratch, "load", cluster.uri("calls"), *LONG,
                settings=("timeout=500ms", "idempotent=no"))
    cluster.wait("calls")
    cluster.tell("fail 1000")
    report = load.finish(expect=1)
    assert report["failed"] > 0 and report["errors"]
    load.verify(save(scratch, cluster.read("calls")), report)


def lost_answers(program, scratch, cluster):
    """If the broker stops before it has answered, it receives the messages
    again."""
    cluster.tell("topic calls")
    load = Load(program, scratch, "load", cluster.uri("calls"), *LONG,
                settings=("acks=1",))
    cluster.wait("calls")
    cluster.tell("wait 700")
    time.sleep(0.5)  # answers are held back for this time
    cluster.tell("down")
    cluster.tell("wait 0")
    cluster.tell("up")
    report = load.finish()
    found = load.verify(save(scratch, cluster.read("calls")), report)
    assert 0 < found["duplicated"] <= report["duplicates_possible"], (
        "the report allows for the client's own retries")


def gone(program, scratch, cluster):
    """If the broker never returns, the run gives up, even if messages time out
    sooner."""
    cluster.tell("topic calls")
    load = Load(program, scratch, "load", cluster.uri("calls"), "--rate",
                "2000/s", "--for", "30s", "--give-up", "3s",
                settings=("timeout=500ms",))
    cluster.wait("calls")
    cluster.tell("down")
    report = load.finish(expect=1)
    assert "--give-up" in report["verdict"]
    assert any("onnection refused" in error["answer"] or
               "isconnected" in error["answer"]
               for error in report["errors"]), report["errors"]


def no_topic(program, scratch, cluster):
    cluster.tell("no calls")
    done = program("load", "--to", cluster.uri("calls"), "--records", 10,
                   "--with", "connect_timeout=500ms", expect=2)
    assert 'topic "calls"' in done.stderr and "Unknown topic" in done.stderr, (
        "the error is reported before anything is sent")


SETTINGS = [(), ("acks=1",), ("acks=0",), ("idempotent=no",),
            ("compress=gzip",), ("compress=lz4",), ("compress=snappy",),
            ("compress=zstd",), ("kafka.linger.ms=50", "linger=50ms")]
CASES = {
    **{"records " + " ".join(settings): functools.partial(
        records, settings=settings) for settings in SETTINGS},
    "event hub": event_hub, "too large": too_large, "categories": categories,
    "down and up": down_and_up,
    # A broker processes the requests of an idempotent producer in order, and
    # the client infers from a later answer that the earlier ones were written.
    # The mock does not check the order, so there may be only one request at a
    # time.
    **{f"refused for now, {setting}": functools.partial(
        refused_for_now, setting=setting)
       for setting in ("idempotent=no", "kafka.max.in.flight=1")},
    "refused too long": refused_too_long, "lost answers": lost_answers,
    "gone": gone, "no topic": no_topic,
}


def with_cluster(case, path):
    def run(program, scratch):
        with Cluster(path) as cluster:
            case(program, scratch, cluster)

    return run


@pytest.mark.parametrize("case", CASES)
def test_broker_has_what_is_acknowledged(side_by_side, kafka_cluster, case):
    log_daemons.need("kcat")
    side_by_side({name: with_cluster(run, kafka_cluster)
                  for name, run in CASES.items()}, case)


def test_secret_is_no_argument(program):
    done = program("load", "--to", "kafka://127.0.0.1:9/calls", "--records", 10,
                   "--with", "kafka.sasl.password=hunter2", expect=2)
    assert "password_env" in done.stderr and "hunter2" not in done.stderr
