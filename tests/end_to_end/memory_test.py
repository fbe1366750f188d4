"""Memory depends on the records in flight, not on how much is written; and
`describe` knows how much it is."""

import json
import os
import subprocess

import harness
import profiles

MIB = 1 << 20


def peak(program, *arguments):
    """The most memory that a run had, in bytes."""
    run = subprocess.Popen(
        [program.path, "generate", "--out", "null:", "--quiet", "--threads",
         "1", *map(str, arguments)])
    _, status, usage = os.wait4(run.pid, 0)
    run.returncode = os.waitstatus_to_exitcode(status)
    assert run.returncode == 0, arguments
    return usage.ru_maxrss * 1024


def run(program, scratch, checks):
    if harness.is_sanitized(program):
        harness.skip("a sanitizer takes memory of its own")
        checks(True, "nothing")
        return
    for name in profiles.shipped(program):
        # Delays are some minutes, so that after 1 h as much is in flight as
        # ever; the day has many times the records.
        start = ("--start", "2026-03-03T09:00:00Z")
        short = peak(program, "--profile", name, *start, "--duration", "1h")
        long = peak(program, "--profile", name, *start, "--duration", "5h")
        told = json.loads(program("describe", "--profile", name, *start,
                                  "--duration", "5h", "--json").stdout)
        print(f"{name}: {short / MIB:.1f} MiB in an hour, {long / MIB:.1f} in "
              f"five, {told['memory_bytes'] / MIB:.1f} foretold")
        checks(long < 1.5 * short + 16 * MIB,
               "five times the records take the same memory", name,
               (short, long))
        checks(0.4 * long < told["memory_bytes"] < 2.5 * long,
               "describe foretells the memory", name,
               (told["memory_bytes"], long))


if __name__ == "__main__":
    harness.main(run)
