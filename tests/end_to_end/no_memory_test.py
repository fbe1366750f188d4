"""Tests runs in which an allocation of memory fails: the n-th, or all from the
n-th on.

A run either ends as without the failure, or says that it is out of memory and
has status 1. Whatever has a final name is whole, and `--resume` completes the
rest with the same bytes. The library of failing_calls.c counts allocations.
"""

import functools
import json
import random
import shutil

import pytest

import tracing
from files import check_final_names, data_files, read_json, write_bytes

JOB = ["--calls", "60", "--logs", "operational,usage", "--start",
       "2026-03-02T07:59:00Z"]
# Written in several portions, so that there are checkpoints between them.
LONG = ["--calls", "400", *JOB[2:]]
LAYOUTS = {
    "flat": [],
    "gzip": ["--compress", "gzip", "--rotate", "64KiB"],
    "storage": ["--layout", "storage", "--compress", "zstd"],
}
FAILURES = 30  # of each test


@pytest.fixture(scope="module")
def failing(program, module_scratch):
    return tracing.FailingCalls(program, module_scratch)


def failures(allocations: int) -> list[str]:
    """Values of BUSYHOUR_NO_MEMORY. Half of them are at any time of the run,
    half near its end, as most allocations are made before the first record."""
    draw = random.Random(allocations)
    chosen = []
    for at in range(FAILURES):
        if at % 2 == 0:
            n = draw.randint(1, allocations)
        else:
            n = allocations + 1 - int(allocations ** draw.random())
        chosen.append(f"{n}{'+' if at % 3 == 0 else ''}")
    return chosen


def run_short_of_memory(program, failing, *words, prepare, check):
    """Runs a command without a failure, then with each. `prepare()` comes
    before each run, `check(status, output)` after it."""
    prepare()
    run = functools.partial(program, *words, expect=None)
    done = run(env=failing.environment())
    assert done.returncode == 0, done.stderr
    check(0, done.stdout)
    ended = 0
    for which in failures(failing.counts()["allocations"]):
        prepare()
        done = run(env=failing.environment(no_memory=which))
        case = f"{which}: {done.returncode} {done.stderr}"
        assert done.returncode in (0, 1), case
        if done.returncode == 1:
            assert done.stderr.endswith("busyhour: out of memory\n"), case
            ended += 1
        check(done.returncode, done.stdout)
    assert ended > FAILURES // 2


def remove(path):
    shutil.rmtree(path, ignore_errors=True)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_generate(program, scratch, failing, layout):
    out = scratch / "out"
    job = ["generate", *JOB, *LAYOUTS[layout], "--threads",
           "1" if layout == "flat" else "3", "--quiet", "--out", out]
    program(*job)
    whole = data_files(out)

    def check(status, _):
        check_final_names(out, whole)
        if status != 0:
            program(*job, "--resume")
        assert data_files(out) == whole

    run_short_of_memory(program, failing, *job,
                        prepare=lambda: remove(out), check=check)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_resume(program, scratch, failing, layout):
    out, stopped = scratch / "out", scratch / "stopped"
    job = ["generate", *LONG, *LAYOUTS[layout], "--threads", "1",
           "--quiet"]
    program(*job, "--out", out)
    whole = data_files(out)
    failing.stop_late(*job, out=stopped)

    def prepare():
        remove(out)
        shutil.copytree(stopped, out)

    def check(status, _):
        check_final_names(out, whole)
        if status != 0:
            program(*job, "--out", out, "--resume")
        assert data_files(out) == whole

    run_short_of_memory(program, failing, *job, "--out", out, "--resume",
                        prepare=prepare, check=check)


def test_verify(program, scratch, failing):
    write_bytes(scratch / "received", program.generate(*JOB, binary=True))

    def check(status, output):
        if status == 0:
            assert json.loads(output)["passed"]

    run_short_of_memory(program, failing, "verify", scratch / "received", *JOB,
                        "--json", prepare=lambda: None, check=check)


def test_load(program, scratch, failing):
    received, report = scratch / "received", scratch / "report"

    def prepare():
        for path in (received, report):
            path.unlink(missing_ok=True)
            path.with_name(path.name + ".part").unlink(missing_ok=True)

    def check(status, _):
        if report.exists() and report.stat().st_size > 0:
            read_json(report)
        if status == 0:
            assert read_json(report)["passed"]
        if received.exists():
            program("verify", received, *JOB)

    run_short_of_memory(program, failing, "load", "--to", f"file:{received}",
                        *JOB, "--rate", "max", "--quiet", "--report", report,
                        prepare=prepare, check=check)
