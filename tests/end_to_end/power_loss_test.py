"""Tests what a loss of power leaves of a data set.

A run is traced. A model of a disk follows its calls up to a random one, and
loses what was not forced to the disk, or a part of it. Files with final names
are then whole, and `--resume` completes the data set with the same bytes. Every
fifth resumed run loses power, too.
"""

import random
import re
import shutil
import subprocess

import pytest

import tracing
from disk_model import TRACED, Disk, calls_of
from files import check_final_names, data_files

pytestmark = tracing.needs_tracing

JOB = ["--calls", "120", "--logs", "operational,usage", "--threads", "1",
       "--quiet"]
# Of two hours.
LATE = ["--start", "2026-03-02T07:58:00Z"]
LAYOUTS = {
    "storage": ["--layout", "storage", *LATE],
    "rotated": ["--rotate", "64KiB", *LATE],
    "flat": [],
    "data-export": ["--layout", "data-export", *LATE],
    "compressed": ["--compress", "zstd", "--rotate", "64KiB"],
}


class Losses:
    """Losses of power of one job. It runs in directories of their own, into
    `out`."""

    def __init__(self, program, scratch, layout, *more):
        self.failing = tracing.FailingCalls(program, scratch)
        self.command = [program.path, "generate", *JOB, *LAYOUTS[layout],
                        "--out", "out", *more]
        self.scratch = scratch
        self.number = 0
        place = self.new_place()
        self.trace(place)
        self.whole = data_files(place / "out")

    def new_place(self):
        self.number += 1
        place = self.scratch / f"run{self.number}"
        place.mkdir()
        return place

    def trace(self, place, *more):
        """Runs the job there. Returns its calls. It has many checkpoints,
        because the clock goes fast."""
        trace = self.scratch / "trace"
        variables = self.failing.variables(clock_step=6)
        done = subprocess.run(
            ["strace", "-f", "-qq", "-xx", "-s", "100000000", "-o", trace,
             "-e", TRACED, *(word for name, value in variables.items()
                             for word in ("-E", f"{name}={value}")),
             *self.command, *more], cwd=place,
            env=tracing.environment(), capture_output=True, text=True,
            timeout=300)
        assert done.returncode == 0, done.stderr
        return list(calls_of(trace))

    def lose(self, disk, calls, draw):
        """Applies some of the calls, and loses power. Returns the directory of
        what is left."""
        for call in calls[:draw.randint(0, len(calls))]:
            disk.apply(call)
        place = self.new_place()
        disk.lose_power(draw, place)
        return place

    def resume(self, place):
        return subprocess.run([*self.command, "--resume"], cwd=place,
                              capture_output=True, text=True, timeout=120)


def cuts(config):
    return range(config.getoption("--cuts"))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_resumes_after_a_loss_of_power(program, scratch, pytestconfig, layout):
    losses = Losses(program, scratch, layout)
    empty = losses.new_place()
    calls = losses.trace(losses.new_place())
    for seed in cuts(pytestconfig):
        draw = random.Random(seed)
        place = losses.lose(Disk(empty), calls, draw)
        check_final_names(place / "out", losses.whole)
        if seed % 5 == 0:
            before = Disk(place)
            again = losses.trace(place, "--resume")
            shutil.rmtree(place)
            place = losses.lose(before, again, draw)
            check_final_names(place / "out", losses.whole)
        done = losses.resume(place)
        assert done.returncode == 0, (seed, place, done.stderr)
        assert data_files(place / "out") == losses.whole, (seed, place)
        shutil.rmtree(place)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_without_sync_resumes_or_refuses(program, scratch, pytestconfig,
                                         layout):
    losses = Losses(program, scratch, layout, "--no-sync")
    empty = losses.new_place()
    calls = losses.trace(losses.new_place())
    for seed in cuts(pytestconfig):
        place = losses.lose(Disk(empty), calls, random.Random(seed))
        done = losses.resume(place)
        if done.returncode == 0:
            assert data_files(place / "out") == losses.whole, (seed, place)
        else:
            assert done.returncode in (1, 2), (seed, done.stderr)
            assert re.search(
                "--force starts over|cannot resume|is not JSON|already there",
                done.stderr), (seed, done.stderr)
        shutil.rmtree(place)
