"""Measures how fast `load --rate max` sends to a receiver of AMQP 1.0, and
compares it with a bare loop of Qpid Proton that sends the same messages over
one connection to the same receiver; see loops.py. The receiver is amqp_loop,
which accepts every message and drops it.

    amqp_bench.py BUILD_DIRECTORY [ROUNDS]
"""

import os
import sys
import tempfile

import loops

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "tests", "end_to_end"))
from servers import Process, free_port

SECONDS = 4
SHAPE = ("--shape", "resource-log")
# The frame of `load`, its messages, how many records they have together, and
# what is counted.
CASES = [("record", 1000, 400_000, "messages/s"),
         ("event-hub", 32, 2_000_000, "MB/s")]


def bodies(program, frame, count):
    """Messages as `load` sends them."""
    lines = loops.text_of(program, *SHAPE).splitlines()
    if frame == "record":
        return lines[:count]
    records = 250_000 // len(lines[0])
    return [b'{"records":[' + b",".join(lines[begin:begin + records]) + b"]}"
            for begin in range(0, count * records, records)]


def main():
    build = sys.argv[1]
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    program = os.path.join(build, "busyhour")
    loop = os.path.join(build, "bench", "amqp_loop")
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="busyhour-") as place, \
            Process([loop, "receive", str(port)], port, f"{place}/loop.log"):
        for frame, count, records, unit in CASES:
            paths = loops.write_bodies(place, bodies(program, frame, count))

            def send_bare():
                size, messages = loops.output_of(
                    loop, "send", str(port), str(SECONDS), *paths)
                return messages if unit == "messages/s" else size / 1e6

            def send():
                report = loops.load(
                    program, place, f"amqp://127.0.0.1:{port}/records",
                    records, *SHAPE, "--with", f"frame={frame}")
                return (report["bytes_per_second"] / 1e6 if unit == "MB/s"
                        else report["achieved_rate"])

            print(f"frame {frame}")
            loops.compare(program, rounds, send_bare, send, unit)


main()
