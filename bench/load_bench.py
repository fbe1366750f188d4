"""Compares `busyhour load` with minimal programs that send the same bytes to
the same receiver: medians of alternating rounds, and the processor time of
each.

    load_bench.py BUILD [ROUNDS]
"""

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time

PROFILE = ("--profile", "contact-center")
TCP_CALLS = 80_000  # about a gigabyte
KAFKA_CALLS = 50_000  # about a second
PARTITIONS = "4"


def timed(command, **more):
    """(output, processor seconds) of a command."""
    run = subprocess.Popen(command, stdin=subprocess.DEVNULL,
                           stdout=more.pop("stdout", subprocess.PIPE),
                           stderr=subprocess.DEVNULL, text=True, **more)
    out = run.stdout.read() if run.stdout else ""
    _, status, usage = os.wait4(run.pid, 0)
    run.returncode = os.waitstatus_to_exitcode(status)
    if run.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: status {run.returncode}")
    return out, usage.ru_utime + usage.ru_stime


class Peer:
    """A receiver process; `address` is the first line of its output."""

    def __init__(self, *command):
        self.run = subprocess.Popen(command, stdin=subprocess.PIPE,
                                    stdout=subprocess.PIPE, text=True)
        self.address = self.run.stdout.readline().strip()

    def tell(self, line):
        self.run.stdin.write(line + "\n")
        self.run.stdin.flush()
        self.run.stdout.readline()

    def cpu(self):
        """Processor seconds so far."""
        with open(f"/proc/{self.run.pid}/stat", encoding="ascii") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def end(self):
        self.run.stdin.close()
        self.run.wait()


class Bench:
    def __init__(self, build, scratch):
        self.busyhour = f"{build}/busyhour"
        self.yardsticks = f"{build}/bench/load_yardsticks"
        self.cluster = f"{build}/tests/end_to_end/kafka_cluster"
        self.report = f"{scratch}/report"
        self.scratch = scratch

    def data(self, calls):
        path = f"{self.scratch}/{calls}.jsonl"
        timed([self.busyhour, "generate", *PROFILE, "--calls", str(calls),
               "--quiet", "--out", path])
        return path

    def load(self, uri, calls, *options):
        """(seconds, processor seconds) of a run at the highest rate."""
        _, cpu = timed([self.busyhour, "load", "--to", uri, *PROFILE,
                        "--calls", str(calls), "--rate", "max", "--quiet",
                        "--report", self.report, *options])
        with open(self.report, encoding="utf-8") as file:
            report = json.load(file)
        assert report["acknowledged"] == report["planned"], report["verdict"]
        return report["seconds"], cpu

    def generate(self, port, calls):
        """As `load`, for `generate` with the connection as standard output."""
        with socket.create_connection(("127.0.0.1", port)) as connection:
            begin = time.monotonic()
            _, cpu = timed([self.busyhour, "generate", *PROFILE, "--calls",
                            str(calls), "--quiet", "--out", "-"],
                           stdout=connection)
            connection.shutdown(socket.SHUT_WR)
            connection.recv(1)
            return time.monotonic() - begin, cpu

    def tcp(self, rounds):
        path = self.data(TCP_CALLS)
        size = os.path.getsize(path)
        peer = Peer(self.yardsticks, "receive")
        uri = f"tcp://127.0.0.1:{peer.address}"

        def write():
            out, cpu = timed([self.yardsticks, "write", path, peer.address])
            return float(out), cpu
        rows = {"bare write() of a file": write,
                "load --to tcp://": lambda: self.load(uri, TCP_CALLS),
                "load --to tcp://, 64 KiB batches": lambda: self.load(
                    uri, TCP_CALLS, "--with", "batch_bytes=64KiB"),
                "generate --out - into the socket": lambda: self.generate(
                    int(peer.address), TCP_CALLS),
                "load --to null:": lambda: self.load("null:", TCP_CALLS)}
        self.show("TCP", rows, rounds, size / 1e6, "MB/s", peer)
        peer.end()

    def kafka(self, rounds):
        path = self.data(KAFKA_CALLS)
        with open(path, "rb") as file:
            messages = file.read().count(b"\n")
        peer = Peer(self.cluster, PARTITIONS)
        broker = peer.address.split(",")[0].removeprefix("PLAINTEXT://")
        peer.tell("topic calls")

        def produce():
            out, cpu = timed([self.yardsticks, "kafka", path, broker, "calls"])
            return float(out), cpu
        rows = {"bare librdkafka loop": produce,
                "load --to kafka://": lambda: self.load(
                    f"kafka://{broker}/calls", KAFKA_CALLS)}
        self.show("Kafka, librdkafka's mock cluster", rows, rounds,
                  messages / 1e3, "k messages/s", peer)
        peer.end()

    @staticmethod
    def show(title, rows, rounds, amount, unit, peer):
        results = {name: [] for name in rows}
        for _ in range(rounds):
            for name, row in rows.items():
                before = peer.cpu()
                seconds, cpu = row()
                results[name].append((amount / seconds, cpu,
                                      peer.cpu() - before))
        print(f"{title}: medians of {rounds} rounds, in turn")
        first = None
        for name, values in results.items():
            rate, cpu, peer_cpu = (statistics.median(column)
                                   for column in zip(*values))
            first = first or rate
            print(f"  {name:36}{rate:9.0f} {unit}  {rate / first:5.2f}  "
                  f"processor {cpu:5.2f} s, receiver {peer_cpu:5.2f} s")


def main(build, rounds="5"):
    place = os.environ.get("TMPDIR", "/dev/shm")
    with tempfile.TemporaryDirectory(prefix="busyhour-", dir=place) as scratch:
        bench = Bench(build, scratch)
        bench.tcp(int(rounds))
        if os.path.exists(bench.cluster):
            bench.kafka(int(rounds))


if __name__ == "__main__":
    main(*sys.argv[1:])
