"""The program under test."""

import os
import pathlib
import subprocess
import time
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

T = TypeVar("T")
ROOT = pathlib.Path(__file__).resolve().parents[2]


class Program:
    """Runs the program at a path."""

    def __init__(self, path: str, every: int = 1,
                 is_portable: bool = False) -> None:
        self.path = os.path.abspath(path)
        self.every = every
        # Whether it uses no call that only Linux has.
        self.is_portable = is_portable
        # A sanitized program is some ten times slower.
        self.timeout_s = 600 if self.is_sanitized() else 120

    def __call__(self, *arguments: object, expect: int | None = 0,
                 binary: bool = False,
                 **more: Any) -> subprocess.CompletedProcess:
        """Runs the program to its end. `expect` is its expected exit status;
        None for any."""
        if "input" not in more:
            more.setdefault("stdin", subprocess.DEVNULL)
        more.setdefault("stdout", subprocess.PIPE)
        more.setdefault("stderr", subprocess.PIPE)
        more.setdefault("timeout", self.timeout_s)
        done = subprocess.run(
            [self.path, *map(as_argument, arguments)], text=not binary,
            encoding=None if binary else "utf-8", **more)
        assert expect is None or done.returncode == expect, (
            f"busyhour {' '.join(map(str, arguments))}: exit "
            f"{done.returncode}, not {expect}\n{done.stderr}")
        return done

    def generate(self, *arguments: object, **more: Any) -> Any:
        """The output of `generate --out -`: text, or bytes with `binary`."""
        return self("generate", "--out", "-", "--quiet", *arguments,
                    **more).stdout

    def start(self, *arguments: object, **more: Any) -> subprocess.Popen:
        """Starts the program; its stderr is a pipe."""
        more.setdefault("stdin", subprocess.DEVNULL)
        more.setdefault("stderr", subprocess.PIPE)
        return subprocess.Popen([self.path, *map(as_argument, arguments)],
                                **more)

    def environment(self) -> dict[str, str]:
        """An environment whose PATH contains the program and unpacked
        programs."""
        path = (f"{os.path.dirname(self.path)}:{os.environ['PATH']}:"
                f"{ROOT}/build/tools/bin")
        return {**os.environ, "PATH": path}

    def some(self, cases: Iterable[T]) -> list[T]:
        """The cases of a test that repeats a check: those that --every selects,
        or if a sanitizer is on, every seventh."""
        return list(cases)[::7 if self.is_sanitized() else self.every]

    def is_sanitized(self) -> bool:
        """Whether the program is built with a sanitizer that uses extra
        memory."""
        code = pathlib.Path(self.path).read_bytes()
        return b"__asan_init" in code or b"__tsan_init" in code


def as_argument(value: object) -> str | bytes:
    return value if isinstance(value, bytes) else str(value)


def wait_for(reached: Callable[[], object], limit_s: float = 30) -> bool:
    """Waits until `reached()` is true. Returns whether it is in time."""
    end = time.monotonic() + limit_s
    while not reached():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def page(name: str) -> str:
    """The text of a page of docs/."""
    return (ROOT / "docs" / name).read_text(encoding="utf-8")
