"""`busyhour load` to a Kafka cluster, librdkafka's own mock, read back with
kcat: what is there is what the report says, record by record."""

import collections
import functools
import json
import subprocess
import time

import dataset
import harness
from loading import Load, side_by_side, wait_for
from log_daemons import find

PARTITIONS = 4
LIMIT_S = 60
CATEGORIES = tuple(dataset.CATEGORIES.values())
# The mock keeps about 5 MB a partition.
RATE = ("--rate", "2000/s", "--for", "3s")


class Cluster:
    """One broker, that listens to a test's commands."""

    def __init__(self, path):
        self.run = subprocess.Popen(
            [path, str(PARTITIONS)], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True)
        self.broker = self.run.stdout.readline().strip().split(",")[0]
        self.broker = self.broker.removeprefix("PLAINTEXT://")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.run.stdin.close()
        self.run.wait(timeout=LIMIT_S)
        self.run.stdout.close()

    def tell(self, command):
        self.run.stdin.write(command + "\n")
        self.run.stdin.flush()
        self.run.stdout.readline()

    def uri(self, topic):
        return f"kafka://{self.broker}/{topic}"

    def wait(self, topic):
        """Until the topic has messages."""
        wait_for(lambda: self.read(topic))

    def read(self, topic):
        """(partition, key, payload) of all messages, in each partition's
        order."""
        done = subprocess.run(
            [find("kcat"), "-C", "-b", self.broker, "-t", topic, "-e", "-q",
             "-o", "beginning", "-J"],
            stdin=subprocess.DEVNULL, capture_output=True, check=True,
            timeout=LIMIT_S)
        messages = []
        for line in done.stdout.splitlines():
            message = json.loads(line)
            messages.append((message["partition"], message.get("key"),
                             message["payload"]))
        return messages


def save(path, messages):
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(payload + "\n" for _, _, payload in messages)
    return path


def check_keys(checks, messages, where):
    partition_of = {}
    for partition, key, payload in messages:
        record = json.loads(payload)
        checks.same(key, record["correlationId"],
                    "a record's key is its correlation id", where)
        checks.same(partition_of.setdefault(key, partition), partition,
                    "records of a call share a partition", where)
    used = collections.Counter(partition for partition, _, _ in messages)
    checks.same(sorted(used), list(range(PARTITIONS)),
                "all partitions are used", where)
    checks(min(used.values()) > len(messages) / PARTITIONS / 3,
           "and about as much", where, used)


def records(program, cluster_path, scratch, checks, settings):
    """One record a message, under settings of the producer."""
    name = "-".join(settings).replace("=", "_") or "record"
    with Cluster(cluster_path) as cluster:
        cluster.tell("topic calls")
        load = Load(program, scratch, name, cluster.uri("calls"), *RATE,
                    settings=settings)
        report = load.finish(checks)
        checks.same(report["acknowledged"], report["planned"],
                    "brokers take all that is planned", settings)
        messages = cluster.read("calls")
    check_keys(checks, messages, settings)
    found = load.verify(checks, save(f"{scratch}/{name}.received", messages),
                        report)
    checks.same(found["duplicated"], 0, "nothing is there twice", settings)


def event_hub(program, cluster_path, scratch, checks):
    with Cluster(cluster_path) as cluster:
        cluster.tell("topic hub")
        load = Load(program, scratch, "hub", cluster.uri("hub"), *RATE,
                    settings=("envelope=event-hub", "batch_bytes=20000",
                              "linger=20ms"))
        report = load.finish(checks)
        messages = cluster.read("hub")
    for _, _, payload in messages:
        checks.same(list(json.loads(payload)), ["records"],
                    "a message is as Azure's diagnostic settings make it")
        checks(len(payload) <= 20_000, "messages are as long as asked for",
               len(payload))
    checks.same(len(messages), report["batches"], "a batch is a message")
    load.verify(checks, save(f"{scratch}/hub.received", messages), report)


def too_large(program, cluster_path, scratch, checks):
    """A message of several records that is too large goes in parts."""
    with Cluster(cluster_path) as cluster:
        cluster.tell("topic hub")
        load = Load(program, scratch, "large", cluster.uri("hub"), *RATE,
                    settings=("envelope=event-hub", "batch_bytes=20000",
                              "linger=20ms", "kafka.message.max.bytes=9000"))
        report = load.finish(checks)
        messages = cluster.read("hub")
    checks.same(report["acknowledged"], report["planned"],
                "what is too large goes in parts", report["errors"])
    checks(report["body_limit"]["split_batches"] > 0, "and it is told",
           report["body_limit"])
    checks(all(len(payload) <= 9000 for _, _, payload in messages),
           "messages are within the limit")
    load.verify(checks, save(f"{scratch}/large.received", messages), report)


def categories(program, cluster_path, scratch, checks):
    with Cluster(cluster_path) as cluster:
        for category in CATEGORIES:
            cluster.tell(f"topic of-{category}")
        load = Load(program, scratch, "category",
                    cluster.uri("of-{category}"), *RATE)
        report = load.finish(checks)
        everything = []
        for category in CATEGORIES:
            messages = cluster.read(f"of-{category}")
            checks(messages, "each category has a topic", category)
            for _, _, payload in messages:
                checks.same(json.loads(payload)["category"], category,
                            "a topic holds its category alone")
            everything += messages
    load.verify(checks, save(f"{scratch}/category.received", everything),
                report)


def down_and_up(program, cluster_path, scratch, checks):
    """A broker that goes and comes back: producing goes on where it was."""
    with Cluster(cluster_path) as cluster:
        cluster.tell("topic calls")
        load = Load(program, scratch, "down", cluster.uri("calls"), "--rate",
                    "2000/s", "--for", "4s")
        cluster.wait("calls")
        cluster.tell("down")
        time.sleep(1.2)
        cluster.tell("up")
        report = load.finish(checks)
        messages = cluster.read("calls")
    checks.same(report["acknowledged"], report["planned"],
                "a broker that comes back gets all in the end")
    checks(report["latency_from_intended"]["max_ms"] > 500,
           "its absence shows in the acknowledgements",
           report["latency_from_intended"])
    found = load.verify(checks, save(f"{scratch}/down.received", messages),
                        report)
    checks.same(found["duplicated"], 0,
                "an idempotent producer repeats nothing")


def refused(program, cluster_path, scratch, checks):
    """Requests that are refused are tried again by librdkafka, until their
    time is over; then they have failed, and the report says why."""
    # A broker takes the requests of an idempotent producer in order, and the
    # client takes it from a later answer that those before were written. The
    # mock does not look at their order: one request at a time, then.
    for name, settings in (("refused", ("idempotent=no",)),
                           ("refused_in_order", ("kafka.max.in.flight=1",))):
        with Cluster(cluster_path) as cluster:
            cluster.tell("topic calls")
            cluster.tell("fail 5")
            load = Load(program, scratch, name, cluster.uri("calls"), *RATE,
                        settings=settings)
            report = load.finish(checks)
            messages = cluster.read("calls")
        checks.same(report["acknowledged"], report["planned"],
                    "what a broker refuses for now is sent again")
        load.verify(checks, save(f"{scratch}/{name}.received", messages),
                    report)
    with Cluster(cluster_path) as cluster:
        cluster.tell("topic calls")
        load = Load(program, scratch, "timeout", cluster.uri("calls"), *RATE,
                    settings=("timeout=500ms", "idempotent=no"))
        cluster.wait("calls")
        cluster.tell("fail 1000")
        report = load.finish(checks, expect=1)
        messages = cluster.read("calls")
        checks(report["failed"] > 0 and report["errors"],
               "what a broker refuses too long has failed", None,
               report["errors"])
        load.verify(checks, save(f"{scratch}/timeout.received", messages),
                    report)


def lost_answers(program, cluster_path, scratch, checks):
    """A broker that goes before it could answer has what it is sent again."""
    with Cluster(cluster_path) as cluster:
        cluster.tell("topic calls")
        load = Load(program, scratch, "lost", cluster.uri("calls"), "--rate",
                    "2000/s", "--for", "4s", settings=("acks=1",))
        cluster.wait("calls")
        cluster.tell("wait 700")
        time.sleep(0.5)
        cluster.tell("down")
        cluster.tell("wait 0")
        cluster.tell("up")
        report = load.finish(checks)
        messages = cluster.read("calls")
    found = load.verify(checks, save(f"{scratch}/lost.received", messages),
                        report)
    checks(0 < found["duplicated"] <= report["duplicates_possible"],
           "what a client sends again by itself is known to be possible", None,
           (found["duplicated"], report["duplicates_possible"]))


def gone(program, cluster_path, scratch, checks):
    """A broker that goes for good is given up, however short the time a
    message has."""
    with Cluster(cluster_path) as cluster:
        cluster.tell("topic calls")
        load = Load(program, scratch, "gone", cluster.uri("calls"), "--rate",
                    "2000/s", "--for", "4s", "--give-up", "3s",
                    settings=("timeout=500ms",))
        cluster.wait("calls")
        cluster.tell("down")
        report = load.finish(checks, expect=1)
    checks("--give-up" in report["verdict"], "a run gives up on who is gone",
           None, report["verdict"])
    checks(any("onnection refused" in error["answer"] or
               "isconnected" in error["answer"]
               for error in report["errors"]), "and says what became of it",
           None, report["errors"])


def no_topic(program, cluster_path, scratch, checks):
    with Cluster(cluster_path) as cluster:
        cluster.tell("no calls")
        done = program("load", "--to", cluster.uri("calls"), "--records", 10,
                       "--with", "connect_timeout=500ms", expect=2)
    checks('topic "calls"' in done.stderr and "Unknown topic" in done.stderr,
           "a topic that is not there is said before anything is sent", None,
           done.stderr)


def run(program, scratch, checks, cluster_path):
    if find("kcat") is None:
        harness.skip("there is no kcat")
        checks(True, "nothing")
        return
    done = program("load", "--to", "kafka://127.0.0.1:9/calls", "--records", 10,
                   "--with", "kafka.sasl.password=hunter2", expect=2)
    checks("password_env" in done.stderr and "hunter2" not in done.stderr,
           "a secret is no argument", None, done.stderr)
    given = program, cluster_path, scratch, checks
    settings = [(), ("acks=1",), ("acks=0",), ("idempotent=no",),
                ("compress=gzip",), ("compress=lz4",), ("compress=snappy",),
                ("compress=zstd",), ("kafka.linger.ms=50", "linger=50ms")]
    side_by_side([*(functools.partial(records, *given, each)
                    for each in settings),
                  functools.partial(event_hub, *given),
                  functools.partial(too_large, *given),
                  functools.partial(categories, *given),
                  functools.partial(down_and_up, *given),
                  functools.partial(refused, *given),
                  functools.partial(lost_answers, *given),
                  functools.partial(gone, *given),
                  functools.partial(no_topic, *given)], checks)


if __name__ == "__main__":
    harness.main(run)
