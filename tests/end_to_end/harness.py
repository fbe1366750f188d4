"""What every script here needs: the program, a scratch directory, a count of
what has been checked.

    SCRIPT PROGRAM [ARGUMENT ...]

A script defines `run(program, scratch, checks, *arguments)` and ends with
`harness.main(run)`. It exits 1 when anything it checked does not hold.
"""

import collections
import os
import subprocess
import sys
import tempfile

MOST_SHOWN = 5  # failures shown of each law


class Checks:
    """Counts how often each law was looked at, and shows where it fails."""

    def __init__(self):
        self.counts = collections.Counter()
        self.failures = collections.Counter()

    def __call__(self, holds, law, record=None, value=None):
        self.counts[law] += 1
        if holds:
            return
        self.failures[law] += 1
        if self.failures[law] <= MOST_SHOWN:
            print(f"FAILED  {law}")
            if value is not None:
                print(f"        value:  {value!r:.2000}")
            if record is not None:
                print(f"        record: {record!r:.2000}")

    def same(self, got, expected, law, record=None):
        self(got == expected, law, record, f"{got!r}, not {expected!r}")

    def finish(self):
        for law, count in self.counts.items():
            failed = self.failures[law]
            note = f"  ({failed} FAILED)" if failed else ""
            print(f"{count:>9}  {law}{note}")
        total, failed = self.counts.total(), self.failures.total()
        if total == 0:
            print("FAILED  nothing was checked")
        print(f"{total} checks of {len(self.counts)} laws, {failed} failed")
        return 1 if failed or total == 0 else 0


class Program:
    """The program under test."""

    def __init__(self, path):
        self.path = os.path.abspath(path)

    def __call__(self, *arguments, expect=0, binary=False, **more):
        """Runs it; `expect` is the exit code it must have, None for any."""
        more.setdefault("stdin", subprocess.DEVNULL)
        more.setdefault("stdout", subprocess.PIPE)
        more.setdefault("stderr", subprocess.PIPE)
        more.setdefault("timeout", 120)
        done = subprocess.run(
            [self.path, *map(str, arguments)], text=not binary,
            encoding=None if binary else "utf-8", **more)
        if expect is not None and done.returncode != expect:
            sys.exit(f"FAILED  busyhour {' '.join(map(str, arguments))}\n"
                     f"        exit {done.returncode}, not {expect}\n"
                     f"{done.stderr}")
        return done

    def generate(self, *arguments, **more):
        """What `generate --out -` writes."""
        return self("generate", "--out", "-", "--quiet", *arguments,
                    **more).stdout


def is_sanitized(program):
    """Whether the program was built to watch its own memory, which takes
    memory of its own."""
    with open(program.path, "rb") as file:
        code = file.read()
    return b"__asan_init" in code or b"__tsan_init" in code


def skip(reason):
    """Says that something could not be checked on this machine, and why."""
    print(f"SKIPPED {reason}")


def main(run):
    program = Program(sys.argv[1])
    checks = Checks()
    place = os.environ.get("TMPDIR", os.getcwd())
    with tempfile.TemporaryDirectory(prefix="busyhour-", dir=place) as scratch:
        run(program, scratch, checks, *sys.argv[2:])
    sys.exit(checks.finish())
