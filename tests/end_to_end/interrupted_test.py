"""Tests commands that a signal ends while they write a file: the file is whole,
or nothing of it is left. strace sends the signal, at every call that concerns
the file.
"""

import itertools
import re
import shutil
import signal
import subprocess

import pytest

import tracing
from program import wait_for

WORLD = ("--profile", "late-and-twice", "--duration", "5s")


@pytest.fixture(scope="module")
def inputs(program, module_scratch):
    """Reports and manifests of two shards, and labels with alerts."""
    for shard in range(2):
        program("load", "--to", "null:", *WORLD, "--shard", f"{shard}/2",
                "--rate", "max", "--report",
                module_scratch / f"run-{shard}.json", "--manifest",
                module_scratch / f"shard-{shard}.json")
    program("generate", *WORLD, "--out", module_scratch / "logs",
            "--incident-labels", module_scratch / "labels.jsonl")
    (module_scratch / "alerts").write_text("time\n2026-03-02T08:00:30Z\n")
    return module_scratch


# The options of a command, with {inputs} and {out}, and the file that is
# written, if it is not {out}.
CASES = {
    "events": ("events {world} --out {out}", ""),
    "metrics": ("metrics {world} --out {out}", ""),
    "blobs": ("metrics {world} --layout storage --out {out}", "PT1H.json"),
    "report": ("report {inputs}/logs --out {out}", ""),
    "merged reports": (
        "merge {inputs}/run-0.json {inputs}/run-1.json --out {out}", ""),
    "merged manifests": (
        "merge {inputs}/shard-0.json {inputs}/shard-1.json --out {out}", ""),
    "manifest beside a report": (
        "merge {inputs}/shard-0.json {inputs}/shard-1.json {inputs}/run-0.json "
        "{inputs}/run-1.json --out {out}.json --manifest {out}", ""),
    "junit of describe": (
        "describe {world} --threshold calls>0 --junit {out}", ""),
    "junit of score": (
        "score {inputs}/alerts --labels {inputs}/labels.jsonl --manifest "
        "{inputs}/logs --threshold alerts>=0 --junit {out}", ""),
    "junit of verify": (
        "verify {inputs}/logs --threshold lost=0 --junit {out}", ""),
    "junit of merge": (
        "merge {inputs}/run-0.json {inputs}/run-1.json --out {out}.json "
        "--threshold failed=0 --junit {out}", ""),
}
# These end in order at the first signal, and at once at the next one.
LABELS = {
    "labels": ("generate {world} --out {out}.logs --labels {out}", ""),
    "incident labels": (
        "generate {world} --out {out}.logs --incident-labels {out}", ""),
    "label exports": (
        "generate {world} --out {out}.logs --label-exports {out}",
        "usage_records.csv"),
    "report of load": (
        "load {world} --to null: --rate max --report {out}", ""),
}


class Case:
    """A command, and the calls of the system that concern its file."""

    def __init__(self, program, scratch, inputs, case):
        template, name = case
        self.place = scratch / "place"
        out = self.place / "out"
        words = template.format(inputs=inputs, out=out, world=" ".join(WORLD))
        self.command = [program.path, *words.split()]
        self.place.mkdir()
        subprocess.run(self.command, capture_output=True, check=True)
        written = next(out.rglob(name)) if name else out
        self.written = written
        self.whole = written.read_bytes()
        self.trace = scratch / "trace"

    def run(self, *words):
        shutil.rmtree(self.place)
        self.place.mkdir()
        return subprocess.run(
            ["strace", "-f", "-qq", "-o", self.trace, *words, "-P",
             f"{self.written}.part", *self.command], capture_output=True,
            env=tracing.environment(), text=True, timeout=120)

    def calls(self):
        """(name, number among those of the same name) of the first and the
        last call of each name."""
        assert self.run().returncode == 0
        names = re.findall(r"^\d+ +(\w+)\(", self.trace.read_text(), re.M)
        assert {"openat", "writev", "rename"} <= set(names), names
        return [(name, count) for name in sorted(set(names))
                for count in sorted({1, names.count(name)})]

    def check(self, why):
        left = [path for path in self.place.rglob("*.part")
                if path.name == f"{self.written.name}.part"]
        assert left == [], why
        if self.written.exists():
            # Reports of load have times.
            assert self.written.read_bytes()[-10:] == self.whole[-10:], why


@tracing.needs_tracing
@pytest.mark.parametrize("case", CASES)
def test_nothing_is_left_of_an_interrupted_file(program, scratch, inputs,
                                                case):
    run = Case(program, scratch, inputs, CASES[case])
    for (name, count), number in zip(program.some(run.calls()),
                                     itertools.cycle(["INT", "TERM"])):
        done = run.run(f"--inject={name}:signal={number}:when={count}")
        why = f"{name} {count}: {done.returncode} {done.stderr}"
        assert done.returncode == -signal.Signals[f"SIG{number}"], why
        run.check(why)


@tracing.needs_tracing
@pytest.mark.parametrize("case", LABELS)
def test_signals_that_repeat_leave_nothing(program, scratch, inputs, case):
    run = Case(program, scratch, inputs, LABELS[case])
    statuses = set()
    for name, count in program.some(run.calls()):
        for when in (count, f"{count}+"):
            done = run.run("--inject=writev,rename,openat,"
                           f"{name}:signal=INT:when={when}")
            run.check(f"{name} {when}: {done.returncode} {done.stderr}")
            statuses.add(done.returncode)
    # A signal at the end of a run does not change its status.
    assert statuses & {130, -signal.SIGINT}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_nothing_is_left_of_interrupted_blobs(program, scratch, number):
    with program.start("metrics", "--duration", "300d", "--layout", "storage",
                       "--out", scratch) as process:
        assert wait_for(lambda: any(scratch.rglob("*.part")))
        process.send_signal(number)
        assert process.wait(timeout=60) == -number
    assert not any(scratch.rglob("*.part"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_nothing_is_left_of_interrupted_merged_files(program, scratch, number):
    """They cannot be resumed."""
    job = ("--profile", "contact-center", "--duration", "40m")
    for shard in range(2):
        program("generate", *job, "--shard", f"{shard}/2", "--quiet", "--out",
                scratch / "shards" / str(shard))
    out = scratch / "out"
    with program.start("merge", scratch / "shards", "--files", "--out",
                       out) as process:
        assert wait_for(lambda: any(
            path.stat().st_size > 0 for path in out.glob("*.part")))
        process.send_signal(number)
        assert process.wait(timeout=60) == 130
    assert list(out.iterdir()) == []
