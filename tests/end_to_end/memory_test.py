"""Tests that memory depends on the records in flight, not on the amount of
output, and that `describe` predicts it.
"""

import json
import subprocess
import sys

from program import ROOT

MIB = 1 << 20


def peak(program, *arguments):
    """The peak memory of a run, in bytes."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", ROOT / "bench" / "measure.py",
         program.path, "generate", "--out", "null:", "--quiet", "--threads",
         "1", *arguments], check=True, stdout=subprocess.PIPE, text=True)
    _, _, most = map(float, done.stdout.split())
    return most


def test_memory_is_flat_and_foretold(program, unwatched_memory, shipped):
    # Delays are some minutes, so the records in flight reach their maximum
    # within 1 h. The long run has many times the records.
    job = ("--profile", shipped, "--start", "2026-03-03T09:00:00Z")
    short = peak(program, *job, "--duration", "1h")
    long = peak(program, *job, "--duration", "5h")
    told = json.loads(program("describe", *job, "--duration", "5h",
                              "--json").stdout)["memory_bytes"]
    assert long < 1.5 * short + 16 * MIB, (
        "five times the records take the same memory")
    assert 0.4 * long < told < 2.5 * long, "describe predicts the memory"
