"""What functions take as arguments, and all mistakes of a call at once."""

import contextlib
import datetime
import numbers
import os
import reprlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from ._library import InputError, hidden

__tracebackhide__ = hidden


def is_count(value: Any) -> bool:
    """Whether it is a whole number, also one of numpy."""
    return isinstance(value, numbers.Integral) and not isinstance(value, bool)


def c_int(number: int) -> int:
    """The number, or one that is out of range, too, but not for C."""
    return max(-2**31, min(int(number), 2**31 - 1))


def _is(*types: type) -> "Callable[[Any], bool]":
    return lambda value: isinstance(value, types)


#: What `verify` takes.
RECEIVED = "text, bytes, a dict, a pathlib.Path, or several of these"
#: By the name of an argument: whether it takes a value, and what it takes.
_TAKEN: "dict[str, tuple[Callable[[Any], bool], str]]" = {
    "force": (_is(bool), "True or False"),
    "labels": (_is(bool), "True or False"),
    "log": (_is(str), 'the name of a log, such as "usage"'),
    "n": (is_count, "a whole number"),
    "of": (_is(str, bytes), "text or bytes"),
    "path": (_is(str, os.PathLike), "a path"),
    "progress": (lambda value: value is None or callable(value),
                 "a function of a number"),
    "received": (lambda value: isinstance(value, (os.PathLike, Iterable))
                 or hasattr(value, "columns"), RECEIVED),
    "record_shape": (_is(str), 'the name of a shape, such as "table"'),
    "threads": (is_count, "a whole number"),
}

#: The library's source of a problem with the name of an option.
_OPTIONS = "options"
#: Words with one meaning, and what to write instead.
_MEANT = {
    "rate": 'set={"traffic.rate": "50/s"}',
    **dict.fromkeys(("end", "stop", "before"),
                    'until="2026-03-03T00:00:00Z"'),
    **dict.fromkeys(("begin", "since", "after", "date"),
                    'start="2026-03-02T08:00:00Z"'),
    **dict.fromkeys(("n", "count", "num", "number", "limit", "size"),
                    "calls=1000"),
    **dict.fromkeys(("length", "period", "hours", "days"), 'duration="1h"'),
    **dict.fromkeys(("incident", "incidents"), 'without=["all"]'),
    "format": 'frame="csv"',
}


def _in_python(message: str) -> str:
    """What is wrong with the name of an option, in the names of arguments."""
    name = message.split('"')[1] if '"' in message else ""
    if name in _MEANT:
        return f'"{name}" is not known; did you mean {_MEANT[name]}?'
    return message.replace("-", "_")


class Mistakes:
    """Collects what is wrong with the arguments of a call."""

    def __init__(self, **arguments: Any) -> None:
        """Looks at arguments whose names are in `_TAKEN`."""
        self._problems: "list[dict[str, Any]]" = []
        self._messages: "list[str]" = []
        for name, value in arguments.items():
            is_taken, wanted = _TAKEN[name]
            if not is_taken(value):
                self.refuse(name, value, wanted)

    def __len__(self) -> int:
        return len(self._problems)

    def refuse(self, name: str, value: Any, wanted: str,
               pointer: str = "") -> None:
        """Adds a value that an argument does not take."""
        self.add(name, f"{reprlib.repr(value)} is not {wanted}", pointer)

    def add(self, name: str, message: str, pointer: str = "") -> None:
        """Adds a mistake in an argument; `pointer` is its place in a dict."""
        self._problems.append({"source": name, "line": 0, "column": 0,
                               "pointer": pointer, "message": message})
        self._messages.append(
            f"{name}: {pointer + '  ' if pointer else ''}{message}")

    @contextlib.contextmanager
    def collected(self) -> Iterator[None]:
        """Adds the problems that the library finds."""
        try:
            yield
        except InputError as error:
            text = str(error)
            for problem in error.problems:
                if problem["source"] == _OPTIONS:
                    told = _in_python(problem["message"])
                    text = text.replace(f"{_OPTIONS}: {problem['message']}",
                                        f"{_OPTIONS}: {told}")
                    problem = {**problem, "message": told}
                self._problems.append(problem)
            self._messages.append(text)

    def check(self) -> None:
        """Raises all of them, if there are any."""
        if self._problems:
            raise InputError("\n".join(self._messages), self._problems)

    def plain(self, name: str, value: Any, pointer: str = "") -> Any:
        """The value of an option as JSON has it; what JSON has no form for is a
        mistake."""
        if value is None or isinstance(value, (str, bool)):
            return value
        if isinstance(value, numbers.Integral):
            return int(value)
        if isinstance(value, numbers.Real):
            return _number(float(value))
        if isinstance(value, datetime.date):  # a datetime is one, too
            return value.isoformat()
        if isinstance(value, datetime.timedelta):
            return f"{value / datetime.timedelta(milliseconds=1):.0f}ms"
        if isinstance(value, os.PathLike):
            return os.fsdecode(value)
        if isinstance(value, Mapping):
            return {str(key): self.plain(name, each, f"{pointer}/{_step(key)}")
                    for key, each in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.plain(name, each, f"{pointer}/{number}")
                    for number, each in enumerate(value)]
        self.refuse(name, value, "text, a number, a list or a dict", pointer)
        return None


def _number(value: float) -> "float | str":
    """JSON has no infinity."""
    return value if abs(value) < float("inf") else str(value)


def _step(key: Any) -> str:
    """A part of a JSON Pointer."""
    return str(key).replace("~", "~0").replace("/", "~1")
