"""Tests runs in which the system reads and writes fewer bytes than asked, or is
interrupted by a signal: what is written and found is the same.

The library of failing_calls.c chooses the calls by a seed.
"""

import collections
import json
import shutil
import subprocess

import pytest

import tracing
from files import data_files, write_bytes

JOB = ["--calls", "60", "--logs", "operational,usage", "--start",
       "2026-03-02T07:59:00Z"]
# Written in several portions, so that there are checkpoints between them.
LONG = ["--calls", "400", *JOB[2:]]
LAYOUTS = {
    "flat": [],
    "rotated": ["--rotate", "16KiB"],
    "gzip": ["--compress", "gzip", "--rotate", "64KiB"],
    "zstd": ["--compress", "zstd", "--rotate", "64KiB"],
    "storage": ["--layout", "storage"],
    "data-export": ["--layout", "data-export"],
    "csv": ["--frame", "csv", "--shape", "table"],
}
SEEDS = 8


@pytest.fixture(scope="module")
def failing(program, module_scratch):
    return tracing.FailingCalls(program, module_scratch)


class Seeds:
    """The seeds of a test. At its end, checks that calls were short and were
    interrupted."""

    def __init__(self, failing):
        self.failing = failing

    def __iter__(self):
        met = collections.Counter()
        for seed in range(1, SEEDS + 1):
            yield seed
            met.update(self.failing.counts())
        assert met["short"] > 0 and met["interrupted"] > 0, met


@pytest.mark.parametrize("layout", LAYOUTS)
def test_generate(program, scratch, failing, layout):
    job = ["generate", *JOB, "--quiet", *LAYOUTS[layout]]
    program(*job, "--out", scratch / "whole")
    whole = data_files(scratch / "whole")
    for seed in Seeds(failing):
        out = scratch / str(seed)
        program(*job, "--threads", 1 + seed % 3, "--out", out,
                env=failing.environment(short=seed))
        assert data_files(out) == whole, seed


@pytest.mark.parametrize("layout", LAYOUTS)
def test_resume(program, scratch, failing, layout):
    job = ["generate", *LONG, *LAYOUTS[layout], "--threads", "1",
           "--quiet"]
    program(*job, "--out", scratch / "whole")
    whole = data_files(scratch / "whole")
    failing.stop_late(*job, out=scratch / "stopped")
    for seed in Seeds(failing):
        out = scratch / str(seed)
        shutil.copytree(scratch / "stopped", out)
        program(*job, "--out", out, "--resume",
                env=failing.environment(short=seed))
        assert data_files(out) == whole, seed


@pytest.mark.parametrize("splice", [[], ["--splice"]])
def test_pipe(program, failing, splice):
    whole = program.generate(*JOB, binary=True)
    for seed in Seeds(failing):
        assert program.generate(
            *JOB, *splice, binary=True,
            env=failing.environment(short=seed)) == whole


@pytest.mark.parametrize("how", ["file", "pipe", "gzip"])
def test_verify(program, scratch, failing, how):
    received = scratch / "received"
    compressed = ["--compress", "gzip"] if how == "gzip" else []
    program("generate", *JOB, *compressed, "--quiet", "--out", scratch / "made")
    whole = b"".join(data_files(scratch / "made").values())
    write_bytes(received, whole)
    words = ["verify", *JOB, "--json"]

    def verdict(**more):
        if how == "pipe":
            done = subprocess.run([program.path, *words, "-"], input=whole,
                                  capture_output=True, timeout=120, **more)
        else:
            done = program(*words, received, **more)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    expected = verdict()
    for seed in Seeds(failing):
        assert verdict(env=failing.environment(short=seed)) == expected


@pytest.mark.parametrize("to", ["file", "stdout"])
def test_load(program, scratch, failing, to):
    for seed in Seeds(failing):
        received = scratch / f"received{seed}"
        with open(received, "wb") as out:
            program("load", *JOB, "--quiet", "--rate", "max", "--manifest",
                    scratch / f"manifest{seed}", "--to",
                    "-" if to == "stdout" else f"file:{received}.file",
                    stdout=out, env=failing.environment(short=seed))
        if to == "file":
            received = f"{received}.file"
        program("verify", received, "--manifest",
                scratch / f"manifest{seed}")
