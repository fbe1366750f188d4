"""Runs the program under strace, or with the library of failing_calls.c."""

import os
import pathlib
import shutil
import subprocess

import pytest

import program as tested
from files import manifest_of


def can_trace() -> bool:
    """Containers may forbid it."""
    return shutil.which("strace") is not None and subprocess.run(
        ["strace", "-o", "/dev/null", "true"], check=False,
        stderr=subprocess.DEVNULL).returncode == 0


needs_tracing = pytest.mark.skipif(
    not can_trace(), reason="strace is not installed, or may not trace")


def environment() -> dict[str, str]:
    """The leak detector of sanitizers does not work under strace."""
    options = os.environ.get("ASAN_OPTIONS", "")
    return {**os.environ, "ASAN_OPTIONS": options + ":detect_leaks=0"}


class FailingCalls:
    """The library of failing_calls.c, built in `place`. Skips the test where it
    cannot be used."""

    def __init__(self, program: tested.Program, place: pathlib.Path) -> None:
        if program.is_sanitized():
            pytest.skip("the library of a sanitizer must be the first")
        if shutil.which("cc") is None:
            pytest.skip("there is no C compiler")
        self.program = program
        self.path = place / "failing_calls.so"
        self.counts_path = place / "counts"
        subprocess.run(
            ["cc", "-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror",
             "-o", self.path,
             tested.ROOT / "tests" / "end_to_end" / "failing_calls.c"],
            check=True, timeout=60)

    def variables(self, **settings: object) -> dict[str, str]:
        """`short=1` sets BUSYHOUR_SHORT to 1."""
        return {"LD_PRELOAD": str(self.path),
                "BUSYHOUR_COUNTS": str(self.counts_path),
                **{f"BUSYHOUR_{name.upper()}": str(value)
                   for name, value in settings.items()}}

    def environment(self, **settings: object) -> dict[str, str]:
        return {**os.environ, **self.variables(**settings)}

    def counts(self) -> dict[str, int]:
        """Of the last run that ended without a failure."""
        numbers = self.counts_path.read_text().split()
        self.counts_path.unlink()
        return dict(zip(("allocations", "short", "interrupted", "writes"),
                        map(int, numbers), strict=True))

    def stop_late(self, *job: object, out: pathlib.Path) -> None:
        """Runs `generate` into `out` until the disk is full, shortly before the
        end. The manifest has the positions of a checkpoint that is not at the
        start: the clock goes fast."""
        self.program(*job, "--out", out, env=self.environment(clock_step=6))
        points: list[dict] = []
        last = self.counts()["writes"]
        while not any(point["records"] for point in points):
            last -= 1
            shutil.rmtree(out)
            self.program(*job, "--out", out, expect=1,
                         env=self.environment(clock_step=6, no_space=last))
            points = manifest_of(out).get("resume", [])
