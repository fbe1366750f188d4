"""Compares `busyhour load` over HTTP with a bare libcurl loop that sends bodies
of the same size, over the same number of connections, to the same receiver.

    http_bench.py BUILD_DIRECTORY [ROUNDS]

`load` makes what it sends. Its processor time is therefore compared with that
of the loop plus that of making the records alone: `load --to null:` with the
same batches. Programs are pinned to two cores in two ways:

- The sender has one core, and the receiver the other. On its core, `load`
  alternates between making and sending.
- Records are made on one core, and sent and received on the other. Sending has
  what it needs.
"""

import dataclasses
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

import loops

PROFILE = "contact-center"
CONNECTIONS = 4
RECORDS = 4_000_000
BODY_BYTES = 1_000_000
BODIES = 32
RECEIVER_CORE = 1
PLACE = os.environ.get("TMPDIR", "/dev/shm")
WORDS = {"post": "load --to http://", "loop": "bare libcurl loop",
         "make": "making alone: load --to null:"}


@dataclasses.dataclass
class Cores:
    """Which cores a sender has."""
    making: int
    sending: int


LAYOUTS = {
    "Sender on core 0, receiver on core 1": Cores(making=0, sending=0),
    "Making on core 0, sending and receiver on core 1": Cores(making=0,
                                                              sending=1),
}


@dataclasses.dataclass
class Run:
    """A run of a sender."""
    seconds: float
    bytes: int  # of the bodies
    requests: int
    processor: float  # seconds of the whole process
    sending: float  # those of the thread that sends, without its start
    receiver: float = 0  # those of the receiver

    @property
    def gigabytes(self):
        return self.bytes / 1e9

    def rate(self):
        return self.gigabytes / self.seconds

    def per_gigabyte(self):
        return self.processor / self.gigabytes


def bodies(text):
    """Bodies of whole lines, each as full as a batch of `load`."""
    begin = 0
    for _ in range(BODIES):
        end = text.rfind(b"\n", begin, begin + BODY_BYTES) + 1
        if end <= begin:
            break
        yield text[begin:end]
        begin = end


def processor_seconds(pid):
    """Processor seconds of a process's first thread."""
    with open(f"/proc/{pid}/task/{pid}/schedstat", encoding="ascii") as file:
        return int(file.read().split()[0]) / 1e9


def wait_for_threads(process):
    """Waits until the process has a second thread, or ends."""
    while (len(os.listdir(f"/proc/{process.pid}/task")) < 2 and
           os.waitid(os.P_PID, process.pid,
                     os.WEXITED | os.WNOWAIT | os.WNOHANG) is None):
        time.sleep(0.0005)


def run(command, core, making_core=None):
    """(output, processor seconds, those of the first thread) of a command that
    is pinned to a core. If other threads make what the first one sends, they
    are pinned to `making_core`, and the first thread's seconds are counted
    since they have begun."""
    first_core = core if making_core is None else making_core
    process = subprocess.Popen(["taskset", "-c", str(first_core), *command],
                               stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, text=True)
    begin = 0
    if making_core is not None:
        wait_for_threads(process)
        begin = processor_seconds(process.pid)
        os.sched_setaffinity(process.pid, {core})  # of the first thread only
    output = process.stdout.read()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    first = processor_seconds(process.pid) - begin
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)}: status {process.returncode}")
    return output, usage.ru_utime + usage.ru_stime, first


class Receiver:
    """The receiver, pinned to a core."""

    def __init__(self, build, core):
        self.process = subprocess.Popen(
            ["taskset", "-c", str(core), f"{build}/bench/http_receiver"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        port = self.process.stdout.readline().strip()
        self.url = f"http://127.0.0.1:{port}/"

    def seconds(self):
        return processor_seconds(self.process.pid)

    def end(self):
        """(requests, bytes) that have arrived."""
        self.process.stdin.close()
        requests, size = map(int, self.process.stdout.read().split())
        self.process.wait()
        return requests, size


class Senders:
    """What is compared. Each returns a `Run`."""

    def __init__(self, build, place):
        self.busyhour = f"{build}/busyhour"
        self.http_loop = f"{build}/bench/http_loop"
        self.report = f"{place}/report.json"
        text = loops.text_of(self.busyhour, "--profile", PROFILE)
        self.bodies = loops.write_bodies(place, bodies(text))
        self.requests = 0  # of the last run of `load`

    def load(self, cores, uri, *options):
        command = [self.busyhour, "load", "--to", uri, "--profile", PROFILE,
                   "--rate", "max", "--records", str(RECORDS), "--quiet",
                   "--with", f"batch_bytes={BODY_BYTES}", "--report",
                   self.report, "--force", *options]
        _, processor, sending = run(command, cores.sending, cores.making)
        with open(self.report, encoding="utf-8") as file:
            report = json.load(file)
        assert report["acknowledged"] == report["planned"], report["verdict"]
        self.requests = report["batches"]
        return Run(report["seconds"], report["bytes"], report["batches"],
                   processor, sending)

    def post(self, cores, url):
        return self.load(cores, url, "--with", f"connections={CONNECTIONS}")

    def make(self, cores, _):
        return self.load(cores, "null:")

    def loop(self, cores, url):
        """As many requests as `load` has sent last."""
        command = [self.http_loop, url, str(CONNECTIONS), str(self.requests),
                   "User-Agent: http_loop", *self.bodies]
        output, _, _ = run(command, cores.sending)
        seconds, processor, size = map(float, output.split())
        return Run(seconds, size, self.requests, processor, processor)


def measure(build, rounds, senders, cores):
    """For each of the senders' names, its runs, in turn."""
    receiver = Receiver(build, RECEIVER_CORE)
    runs = {name: [] for name in WORDS}
    for _ in range(rounds):
        for name, each in runs.items():
            before = receiver.seconds()
            each.append(getattr(senders, name)(cores, receiver.url))
            each[-1].receiver = receiver.seconds() - before
    requests, size = receiver.end()
    posted = runs["post"] + runs["loop"]
    assert requests == sum(each.requests for each in posted)
    assert size > sum(each.bytes for each in posted)
    return runs


def spread(values):
    return (f"{statistics.median(values):.3f} "
            f"({min(values):.3f} to {max(values):.3f})")


def show(title, runs):
    print(f"{title}:")
    print(f"  {'':32}{'GB/s':>6}{'requests/s':>12}  "
          f"{'processor s/GB':25}{'of it, sending':25}receiver busy")
    for name, each in runs.items():
        def median(value):
            return statistics.median(value(run) for run in each)
        print(f"  {WORDS[name]:32}"
              f"{median(lambda run: run.rate()):6.2f}"
              f"{median(lambda run: run.requests / run.seconds):12,.0f}  "
              f"{spread([run.per_gigabyte() for run in each]):25}"
              f"{spread([run.sending / run.gigabytes for run in each]):25}"
              f"{median(lambda run: run.receiver / run.seconds):.0%}")
    turns = list(zip(*runs.values()))
    ratios = {
        "processor time, load / (loop + making)": [
            post.per_gigabyte() / (loop.per_gigabyte() + make.per_gigabyte())
            for post, loop, make in turns],
        "sending a processor second, load / loop": [
            loop.per_gigabyte() / (post.sending / post.gigabytes)
            for post, loop, _ in turns],
        "rate, load / loop": [post.rate() / loop.rate()
                              for post, loop, _ in turns],
    }
    for what, values in ratios.items():
        print(f"  {what:50}{spread(values)}")


def main(build, rounds="5"):
    print(f"Medians (ranges) of {rounds} rounds, in turn; {CONNECTIONS} "
          f"connections, bodies of {BODY_BYTES} bytes; load averages at the "
          f"start {' '.join(f'{load:.1f}' for load in os.getloadavg())}")
    with tempfile.TemporaryDirectory(prefix="busyhour-", dir=PLACE) as place:
        senders = Senders(build, place)
        for title, cores in LAYOUTS.items():
            show(title, measure(build, int(rounds), senders, cores))


if __name__ == "__main__":
    main(*sys.argv[1:])
