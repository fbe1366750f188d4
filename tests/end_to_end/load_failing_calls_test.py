"""Tests `busyhour load` to a receiver while a system call fails, or while the
process is killed during it, for the calls that concern the network; and while
an allocation fails.

Whatever fails: the run ends with an exit status that docs/load.md promises, its
report adds up, and the receiver has every record that is called acknowledged.
strace injects the failures.
"""

import collections
import random
import re
import subprocess

import pytest

import tracing
from files import read_json
from http_receiver import Receiver
from loading import check_report, has_content
from receivers import LineReceiver

pytestmark = [tracing.needs_tracing, pytest.mark.usefixtures("own_calls")]

JOB = ["--calls", "12", "--logs", "operational,usage"]
OPTIONS = [*JOB, "--rate", "max", "--quiet", "--with", "connections=2",
           "--with", "batch_bytes=8000"]
# The calls from the first connection on, with the errors that they can have. A
# shutdown fails only if there is no connection.
ERRORS = {
    "socket": ["EMFILE", "ENOBUFS", "ENOMEM"],
    "socketpair": ["EMFILE"],
    "setsockopt": ["ENOMEM"],
    "getsockopt": ["ENOBUFS"],
    "getsockname": ["ENOBUFS"],
    "getpeername": ["ENOTCONN"],
    "fcntl": ["EINTR"],
    "ioctl": ["EINVAL"],
    "connect": ["ECONNREFUSED", "ETIMEDOUT", "EINTR", "ENETUNREACH"],
    "sendto": ["ECONNRESET", "EPIPE", "ETIMEDOUT", "ENOBUFS", "EINTR",
               "ENOMEM"],
    "recvfrom": ["ECONNRESET", "ETIMEDOUT", "EINTR", "ENOMEM"],
    "poll": ["EINTR", "ENOMEM"],
    "ppoll": ["EINTR", "ENOMEM"],
    "epoll_create1": ["EMFILE"],
    "epoll_ctl": ["ENOMEM"],
    "epoll_wait": ["EINTR"],
    "read": ["EINTR"],
    "write": ["EINTR"],
    "shutdown": [],
    "close": ["EIO", "EINTR"],
    "clone3": ["EAGAIN"],
}
RUNS = 24  # of each test


class HttpTarget:
    """Both targets note the records that they have received whole."""

    options = ["--with", "timeout=2s"]

    def __init__(self, _):
        self.receiver = Receiver()
        self.uri = self.receiver.url

    def __enter__(self):
        self.receiver.__enter__()
        return self

    def __exit__(self, *_):
        self.receiver.__exit__()
        self.records = self.receiver.records("jsonl")


class TcpTarget:
    options: list[str] = []

    def __init__(self, scratch):
        self.receiver = LineReceiver(scratch / "received")
        self.uri = self.receiver.uri

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.receiver.finish()
        with open(self.receiver.path, encoding="utf-8") as file:
            self.records = file.read().splitlines()


TARGETS = {"http": HttpTarget, "tcp": TcpTarget}


class Runs:
    def __init__(self, program, scratch, target):
        self.program = program
        self.scratch = scratch
        self.target = TARGETS[target]
        self.report = scratch / "report"
        self.sent = set(program.generate(*JOB).splitlines())
        done, _ = self.run("-o", "trace")
        assert done.returncode == 0, done.stderr
        self.calls = self.calls_of_the_network()

    def run(self, *strace, variables=None):
        """Runs it, under strace if there are options for it. Returns what it
        says, and the records that arrived."""
        tracer = ["strace", "-f", "-qq", *strace] if strace else []
        for path in self.scratch.glob("report*"):
            path.unlink()
        with self.target(self.scratch) as target:
            done = subprocess.run(
                [*tracer, self.program.path, "load", "--to", target.uri,
                 *target.options, *OPTIONS, "--report", self.report],
                cwd=self.scratch,
                env={**tracing.environment(), **(variables or {})},
                capture_output=True, text=True, timeout=100)
        return done, target.records

    def calls_of_the_network(self):
        """(name, number among those of the same name and thread)"""
        count = collections.Counter()
        found = set()
        loading = 0
        has_begun = False
        for line in (self.scratch / "trace").read_text().splitlines():
            match = re.match(r"(\d+) +(\w+)\(", line)
            if not match:
                continue
            thread, name = match.groups()
            count[thread, name] += 1
            has_begun = has_begun or name in ("socket", "epoll_create1")
            number = count[thread, name]
            if name == "read" and not has_begun:
                loading = number
            # The same number would also fail where the program is loaded.
            if name == "read" and number <= loading:
                continue
            if has_begun and name in ERRORS:
                found.add((name, number))
        return sorted(found)

    def some(self, seed):
        """Some of the calls: each name about equally often."""
        draw = random.Random(seed)
        by_name = collections.defaultdict(list)
        for name, number in self.calls:
            by_name[name].append(number)
        names = sorted(by_name)
        draw.shuffle(names)
        for at in range(RUNS):
            name = names[at % len(names)]
            yield name, draw.choice(by_name[name]), draw

    def check(self, case, status, records):
        assert status in (0, 1, 2), case
        assert set(records) <= self.sent, case
        if not self.report.exists() or status == 2:
            # The run could not begin, or its report could not be written.
            assert status != 0, case
            assert not records or status == 1 and "report.part" in case, case
            return
        report = read_json(self.report)
        check_report(report)
        received = len(set(records))
        assert report["planned"] == len(self.sent), case
        assert report["acknowledged"] <= received, case
        assert received <= report["acknowledged"] + report["failed"], case
        assert len(records) - received <= report["duplicates_possible"], case
        assert report["passed"] == (status == 0), case
        assert (status == 0) == (
            report["acknowledged"] == report["planned"]), case


@pytest.mark.parametrize("seed", range(1, 4))
@pytest.mark.parametrize("target", TARGETS)
def test_call_fails(program, scratch, target, seed):
    runs = Runs(program, scratch, target)
    for name, number, draw in program.some(runs.some(seed)):
        if not ERRORS[name]:
            continue
        error = draw.choice(ERRORS[name])
        done, records = runs.run(
            "-o", "/dev/null", f"--inject={name}:error={error}:when={number}")
        case = f"{name} {number} {error}: {done.returncode} {done.stderr}"
        assert done.returncode == 0 or done.stderr, case
        runs.check(case, done.returncode, records)


@pytest.mark.parametrize("seed", range(1, 4))
@pytest.mark.parametrize("target", TARGETS)
def test_process_is_killed(program, scratch, target, seed):
    """The receiver has what it has, and no report says anything else."""
    runs = Runs(program, scratch, target)
    for name, number, _ in program.some(runs.some(seed)):
        done, records = runs.run(
            "-o", "/dev/null", f"--inject={name}:signal=KILL:when={number}")
        case = f"{name} {number}: {done.returncode} {done.stderr}"
        # A run has sometimes fewer calls than the first one.
        assert done.returncode in (-9, 137, 0), case
        assert set(records) <= runs.sent, case
        if has_content(runs.report):
            runs.check(case, int(not read_json(runs.report)["passed"]),
                       records)


@pytest.mark.parametrize("seed", range(1, 4))
@pytest.mark.parametrize("target", TARGETS)
def test_memory_fails(program, scratch, target, seed):
    """The receiver may have records of a run that ends without a report."""
    failing = tracing.FailingCalls(program, scratch)
    runs = Runs(program, scratch, target)
    done, _ = runs.run(variables=failing.variables())
    assert done.returncode == 0, done.stderr
    allocations = failing.counts()["allocations"]
    draw = random.Random(seed)
    for _ in program.some(range(RUNS)):
        # Most of them near the end, where records are sent.
        n = allocations + 1 - int(allocations ** draw.random())
        done, records = runs.run(variables=failing.variables(no_memory=n))
        case = f"{n}: {done.returncode} {done.stderr}"
        assert done.returncode in (0, 1), case
        assert set(records) <= runs.sent, case
        if has_content(runs.report):
            runs.check(case, int(not read_json(runs.report)["passed"]),
                       records)
        else:
            assert done.stderr.endswith("busyhour: out of memory\n"), case
