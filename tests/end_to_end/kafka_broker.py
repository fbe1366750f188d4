"""A Kafka cluster of one broker, librdkafka's own mock (kafka_cluster.cc).
Messages are read with kcat.
"""

import json
import subprocess
from typing import NamedTuple, Self

import log_daemons
from program import wait_for

PARTITIONS = 4
LIMIT_S = 60


class Message(NamedTuple):
    partition: int
    key: str | None
    payload: str


class Cluster:
    """One broker that a test controls by commands."""

    def __init__(self, path: str) -> None:
        self.run = subprocess.Popen(
            [path, str(PARTITIONS)], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True)
        first, *_ = self.run.stdout.readline().strip().split(",")
        self.broker = first.removeprefix("PLAINTEXT://")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.run.stdin.close()
        self.run.wait(timeout=LIMIT_S)
        self.run.stdout.close()

    def tell(self, command: str) -> None:
        self.run.stdin.write(command + "\n")
        self.run.stdin.flush()
        self.run.stdout.readline()

    def uri(self, topic: str) -> str:
        return f"kafka://{self.broker}/{topic}"

    def wait(self, topic: str) -> None:
        """Waits until the topic has messages."""
        wait_for(lambda: self.read(topic))

    def read(self, topic: str) -> list[Message]:
        """All messages, in each partition's order."""
        done = subprocess.run(
            [log_daemons.need("kcat"), "-C", "-b", self.broker, "-t", topic,
             "-e", "-q", "-o", "beginning", "-J"],
            stdin=subprocess.DEVNULL, capture_output=True, check=True,
            timeout=LIMIT_S)
        return [Message(message["partition"], message.get("key"),
                        message["payload"])
                for message in map(json.loads, done.stdout.splitlines())]
