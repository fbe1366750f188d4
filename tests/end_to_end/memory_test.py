"""Memory depends on the records in flight, not on how much is written; and
`describe` knows how much it is."""

import json
import subprocess
import sys

from program import ROOT

MIB = 1 << 20


def peak(program, *arguments):
    """The most memory that a run had, in bytes."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", ROOT / "bench" / "measure.py",
         program.path, "generate", "--out", "null:", "--quiet", "--threads",
         "1", *arguments], check=True, stdout=subprocess.PIPE, text=True)
    _, _, most = map(float, done.stdout.split())
    return most


def test_memory_is_flat_and_foretold(program, unwatched_memory, shipped):
    # Delays are some minutes, so that after 1 h as much is in flight as ever;
    # the day has many times the records.
    job = ("--profile", shipped, "--start", "2026-03-03T09:00:00Z")
    short = peak(program, *job, "--duration", "1h")
    long = peak(program, *job, "--duration", "5h")
    told = json.loads(program("describe", *job, "--duration", "5h",
                              "--json").stdout)["memory_bytes"]
    assert long < 1.5 * short + 16 * MIB, (
        "five times the records take the same memory")
    assert 0.4 * long < told < 2.5 * long, "describe foretells the memory"
