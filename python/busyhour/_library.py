"""The functions of the shared library (busyhour/c.h)."""

import ctypes
import json
import pathlib
from collections.abc import Callable
from typing import Any, Optional

NAME = "libbusyhour-c.so.0"


class InputError(ValueError):
    """Wrong arguments, options or input, with every problem that was found.

    >>> try:
    ...     busyhour.Job(shape="tabel", calls="many")
    ... except busyhour.InputError as error:
    ...     [problem["source"] for problem in error.problems]
    ['--shape', '--calls']
    """

    __module__ = "busyhour"

    def __init__(self, message: str, problems: "list[dict[str, Any]]") -> None:
        super().__init__(message)
        #: Each has `source`, `line`, `column` (0 if unknown), `pointer` (JSON
        #: Pointer, may be empty) and `message`.
        self.problems = problems


class UnknownField(KeyError):
    """A record has no field of this name."""

    __module__ = "busyhour"

    def __str__(self) -> str:
        return str(self.args[0])  # a KeyError shows a quoted text


def hidden(raised: Any) -> bool:
    """Whether pytest leaves out the frames of this package. Each module has it
    as `__tracebackhide__`: what is wrong is in the caller's line and in the
    message."""
    return isinstance(getattr(raised, "value", None),
                      (InputError, UnknownField, AssertionError))


__tracebackhide__ = hidden


def _load() -> ctypes.CDLL:
    beside = pathlib.Path(__file__).with_name(NAME)
    return ctypes.CDLL(str(beside) if beside.exists() else NAME)


_library = _load()
# A returned text is freed by its address.
_OUT = ctypes.POINTER(ctypes.c_void_p)
#: Takes a piece of a stream.
TAKE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p,
                        ctypes.c_size_t)
#: Takes the share of a run that is done.
PROGRESS = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_double)

_library.busyhour_version.restype = ctypes.c_char_p
_library.busyhour_free.argtypes = [ctypes.c_void_p]
_library.busyhour_free.restype = None

_ARGUMENTS: "dict[str, list[Any]]" = {
    "profiles": [_OUT],
    "job_new": [ctypes.c_char_p, _OUT],
    "job_of_manifest": [ctypes.c_char_p, _OUT],
    "job_facts": [ctypes.c_void_p, _OUT],
    "write": [ctypes.c_void_p, ctypes.c_int, TAKE, ctypes.c_void_p, _OUT],
    "write_files": [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int,
                    ctypes.c_int, PROGRESS, ctypes.c_void_p, _OUT],
    "write_incident_labels": [ctypes.c_void_p, ctypes.c_char_p],
    "export_arrow": [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int,
                     ctypes.c_int, ctypes.c_void_p],
    "calls_new": [ctypes.c_void_p, ctypes.c_char_p, _OUT],
    "calls_next": [ctypes.c_void_p, _OUT],
    "explain": [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, _OUT],
    "verifier_new": [ctypes.c_void_p, ctypes.c_char_p, _OUT],
    "verifier_read": [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t,
                      ctypes.c_char_p],
    "verifier_read_file": [ctypes.c_void_p, ctypes.c_char_p],
    "verifier_read_directory": [ctypes.c_void_p, ctypes.c_char_p],
    "verifier_finish": [ctypes.c_void_p, _OUT],
}
for _name, _arguments in _ARGUMENTS.items():
    _function = getattr(_library, f"busyhour_{_name}")
    _function.argtypes = [*_arguments, _OUT]
    _function.restype = ctypes.c_int
for _name in ("job", "calls", "verifier"):
    _function = getattr(_library, f"busyhour_{_name}_free")
    _function.argtypes = [ctypes.c_void_p]
    _function.restype = None

#: The destructor of a capsule with an Arrow stream, in C: it may run while an
#: exception is on its way, when no Python code can.
_library.busyhour_capsule_destructor.argtypes = [ctypes.c_void_p]
_library.busyhour_capsule_destructor.restype = ctypes.c_void_p
CAPSULE_DESTRUCTOR: int = _library.busyhour_capsule_destructor(
    ctypes.cast(ctypes.pythonapi.PyCapsule_GetPointer, ctypes.c_void_p))


def _taken(text: ctypes.c_void_p) -> Optional[bytes]:
    """A returned text, which is freed."""
    if not text:
        return None
    try:
        return ctypes.string_at(text.value)
    finally:
        _library.busyhour_free(text)


def _raise(status: int, error: Optional[bytes]) -> None:
    if error is None:
        raise MemoryError
    found = json.loads(error)
    if status == 1:
        raise InputError(found["message"], found["problems"])
    raise RuntimeError(found["message"])


def call(name: str, *arguments: Any) -> None:
    """Calls a function of the library, and raises its error."""
    error = ctypes.c_void_p()
    status = getattr(_library, f"busyhour_{name}")(*arguments,
                                                   ctypes.byref(error))
    if status != 0:
        _raise(status, _taken(error))


def text_of(name: str, *arguments: Any) -> Optional[bytes]:
    """The text that a function of the library returns."""
    text = ctypes.c_void_p()
    call(name, *arguments, ctypes.byref(text))
    return _taken(text)


def json_of(name: str, *arguments: Any) -> Any:
    """The JSON that a function of the library returns; `None` for none."""
    text = text_of(name, *arguments)
    return None if text is None else json.loads(text)


class Handle:
    """An object of the library, which is freed with this one."""

    def __init__(self, kind: str, maker: str, *arguments: Any) -> None:
        self._as_parameter_ = ctypes.c_void_p()
        self._free: Callable[..., None] = getattr(_library,
                                                  f"busyhour_{kind}_free")
        call(maker, *arguments, ctypes.byref(self._as_parameter_))

    def __del__(self) -> None:
        if getattr(self, "_free", None):
            self._free(self._as_parameter_)


def version() -> str:
    """The version of the library.

    >>> busyhour.version()
    '0.1.0'
    """
    return str(_library.busyhour_version().decode())


def profiles() -> "list[str]":
    """The names of the shipped profiles.

    >>> busyhour.profiles()[:2]
    ['quickstart', 'contact-center']
    """
    return list(json_of("profiles"))
