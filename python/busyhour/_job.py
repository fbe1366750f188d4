"""Jobs: what `busyhour generate` simulates and writes."""

import ctypes
import datetime
import json
import os
import pathlib
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Optional, Union

from . import _library
from ._arguments import RECEIVED, Mistakes, c_int
from ._call import Call, call_of
from ._run import Run
from ._table import Table
from ._verdict import Verdict

__tracebackhide__ = _library.hidden

#: A shipped profile's name, a file's path, or the content of a profile.
Profile = Union[str, "os.PathLike[str]", Mapping[str, Any]]
#: Content as text or bytes, a record as a dict, the path of a file or directory
#: as a `pathlib.Path`, or several of these.
Received = Union[str, bytes, "os.PathLike[str]", Mapping[str, Any],
                 Iterable[Union[str, bytes, "os.PathLike[str]",
                                Mapping[str, Any]]]]


#: Options whose mistakes are found by the profile.
_OF_PROFILE = ("set", "without", "where", "pick")


def _json(mistakes: Mistakes, options: "dict[str, Any]") -> bytes:
    """Options as the library takes them. Those that JSON cannot have are
    mistakes and left out."""
    given = {}
    for name, value in options.items():
        known = len(mistakes)
        plain = mistakes.plain(name, value)
        if isinstance(plain, int) and abs(plain) >= 2**63:
            plain = str(plain)  # the library's JSON has no such numbers
        if len(mistakes) == known:
            given[name.replace("_", "-")] = plain
    if "profile" in options and "profile" not in given:
        given = {name: value for name, value in given.items()
                 if name not in _OF_PROFILE}
    return json.dumps(given).encode()


def _bytes(text: "str | bytes") -> bytes:
    return text.encode() if isinstance(text, str) else bytes(text)


def _path(path: "str | os.PathLike[str]") -> bytes:
    return os.fsencode(path)


class Job:
    """What to simulate, and how it is written. It never changes.

    Options are those of `busyhour generate`, with `_` for `-`; `None` stands
    for the default. Lists are for options that may be repeated or take a list
    of names; `set`, `pick` and `fault` may be dicts; times and durations may be
    `datetime` and `timedelta`.

    Jobs with the same options, or of the same manifest, are equal. A job can be
    copied and pickled; what its options or its manifest name is then read
    again.

    Raises `InputError` with all problems.

    >>> job = busyhour.Job("voice-bot", calls=100, set={"traffic.rate": "5/s"},
    ...                    logs=["usage", "operational"])
    >>> job.logs
    ['operational', 'usage']
    >>> job.start.isoformat()
    '2026-03-02T08:00:00+00:00'
    """

    def __init__(self, profile: Profile = "quickstart", **options: Any) -> None:
        mistakes = Mistakes()
        given = _json(mistakes, {"profile": profile, **options})
        with mistakes.collected():
            self._make("job_new", given)
        mistakes.check()

    @classmethod
    def of_manifest(cls, path: "str | os.PathLike[str]") -> "Job":
        """The job of a data set: its manifest, or the directory with it.

        >>> busyhour.write("set", seed=7, calls=10)["calls"]
        10
        >>> busyhour.Job.of_manifest("set").seed
        7
        """
        Mistakes(path=path).check()
        job = cls.__new__(cls)
        job._make("job_of_manifest", _path(os.path.abspath(path)))
        return job

    def _make(self, maker: str, of: bytes) -> None:
        """Makes it by a function of the library."""
        self._handle = _library.Handle("job", maker, of)
        self._made = (maker, of)
        facts = _library.json_of("job_facts", self._handle)
        self.profile: str = facts["profile"]
        self.seed: int = facts["seed"]
        self.start = datetime.datetime.fromisoformat(
            facts["start"][:-1] + "+00:00")
        self.logs: "list[str]" = facts["logs"]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Job):
            return NotImplemented
        return self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> "tuple[str, Any]":
        """What equal jobs have in common."""
        maker, of = self._made
        if maker != "job_new":
            return self._made
        return maker, json.dumps(
            {name: value for name, value in sorted(json.loads(of).items())
             if value is not None})

    def __getstate__(self) -> "tuple[str, bytes]":
        return self._made

    def __setstate__(self, made: "tuple[str, bytes]") -> None:
        self._make(*made)

    def __repr__(self) -> str:
        return (f"<busyhour.Job of {self.profile}, seed {self.seed}: "
                f"{', '.join(self.logs)}>")

    def calls(self, record_shape: str = "") -> Iterator[Call]:
        """The calls that leave records in the logs, in the order of their
        callers' first attempts. Their records have the shape of this name, or
        that of the job.

        >>> job = busyhour.Job("voice-bot", pick={"initial_silence": 3})
        >>> [call.flow for call in job.calls()]
        ['assistant', 'assistant', 'assistant']
        """
        Mistakes(record_shape=record_shape).check()
        handle = _library.Handle("calls", "calls_new", self._handle,
                                 record_shape.encode())
        while (found := _library.json_of("calls_next", handle)) is not None:
            yield call_of(found)

    def table(self, log: str = "operational", *, labels: bool = False,
              threads: int = 0) -> Table:
        """The records of a log as columns, in order of delivery, which pandas,
        Polars, DuckDB and pyarrow take. Memory is for some thousand records,
        unless the reader keeps them. `threads` is for simulating ahead, 0 for
        all cores.

        With `labels`, the columns `Incident` and `IncidentEffect` say which
        incidents of the profile touched a record, and what they did: `caused`,
        `changed` or `indirect` (docs/labels.md). Several are separated by
        commas. The job needs an extent in time.

        >>> job = busyhour.Job(calls=100, shape="table")
        >>> job.table("usage").to_pandas()["Quantity"].count()
        201
        """
        Mistakes(log=log, labels=labels, threads=threads).check()
        return Table(self._handle, log, labels, c_int(threads))

    def text(self, *, threads: int = 0) -> bytes:
        """What `busyhour generate --out -` writes.

        >>> busyhour.Job(calls=1, logs="usage").text().count(b"\\n")
        3
        """
        Mistakes(threads=threads).check()
        run = Run()
        pieces: "list[bytes]" = []
        take = _library.TAKE(lambda _, piece, size: run.callback(
            lambda: pieces.append(ctypes.string_at(piece, size))))
        run.result(lambda: _library.text_of(
            "write", self._handle, c_int(threads), take, None))
        return b"".join(pieces)

    def write(self, path: "str | os.PathLike[str]", *, threads: int = 0,
              force: bool = False,
              progress: Optional[Callable[[float], Any]] = None
              ) -> "dict[str, Any]":
        """Writes a new directory with one file for each log and a manifest, or
        a file, as `busyhour generate --out`. Returns the totals. `force`
        replaces existing files.

        `progress` is called about ten times a second with the share that is
        done, in this thread. An exception in it ends the run, and so does
        Ctrl-C; what is written then is an incomplete data set, which `busyhour
        generate --resume` completes.

        >>> busyhour.Job(calls=10).write("example")["calls"]
        10
        """
        Mistakes(path=path, threads=threads, force=force,
                 progress=progress).check()
        run = Run()
        told = _library.PROGRESS(lambda _, done: run.callback(
            lambda: run.tell(done)))
        totals = run.result(
            lambda: _library.json_of("write_files", self._handle, _path(path),
                                     c_int(threads), force, told, None),
            progress)
        return dict(totals)

    def verify(self, received: Received, *, expect_faults: bool = False,
               allow: str = "", strict: bool = False, fields: str = "",
               map: str = "", as_: str = "", treat: str = "", zone: str = "",
               date_order: str = "", at: str = "", arrival: str = "",
               threads: int = 0) -> Verdict:
        """Compares what a pipeline delivered with the job's records: in any
        shape, as JSON or CSV, in any frame, compressed, in any order. A
        directory stands for all files in it and below it, but for manifests,
        incomplete files (`.part`) and hidden ones.

        The result is that of `busyhour verify --json`, with `headline`. The
        options are those of `busyhour verify` (docs/verify.md); `as_` is `as`,
        a tool such as `excel`.

        >>> job = busyhour.Job(calls=100)
        >>> lines = job.text().splitlines()
        >>> verdict = job.verify(lines[1:])
        >>> verdict["passed"], verdict["total"]["lost"]
        (False, 1)
        """
        return verdict_on(received, self._handle, {
            "expect_faults": expect_faults, "allow": allow, "strict": strict,
            "fields": fields, "map": map, "as": as_, "treat": treat,
            "zone": zone, "date_order": date_order, "at": at,
            "arrival": arrival, "threads": threads})

    def assert_arrived(self, received: Received, **options: Any) -> Verdict:
        """The same for a test: raises `AssertionError` with the text of the
        verdict if it has not passed, and otherwise returns it. The options are
        those of `verify`.

        >>> job = busyhour.Job(calls=100)
        >>> job.assert_arrived(job.text())
        <busyhour.Verdict PASSED: all 899 records arrived, none altered>
        """
        verdict = self.verify(received, **options)
        if not verdict.passed:
            raise AssertionError(verdict.text)
        return verdict

    def explain(self, of: "str | bytes") -> "Optional[dict[str, Any]]":
        """The story of the call behind an id, or behind the first id in a text
        such as a record: what `busyhour explain --json` prints. `None` if the
        text has no id of the job.

        >>> job = busyhour.Job()
        >>> job.explain("no id")
        >>> record = job.text().splitlines()[0]
        >>> job.explain(record)["facts"]["flow"]
        'reminder, outbound'
        """
        Mistakes(of=of).check()
        text = _bytes(of)
        return _library.json_of("explain", self._handle, text, len(text))

    def labels(self) -> "list[dict[str, Any]]":
        """What each incident of the profile did: the lines of `busyhour
        generate --incident-labels` (docs/labels.md), one for each record that
        an incident touched, then one for each occurrence of an incident. The
        job needs an extent in time.

        >>> job = busyhour.Job("speech-service-down", duration="1h")
        >>> job.labels()[0]["type"]
        'record'
        """
        with tempfile.TemporaryDirectory(prefix="busyhour-") as directory:
            path = pathlib.Path(directory) / "labels.jsonl"
            _library.call("write_incident_labels", self._handle, _path(path))
            return [json.loads(line)
                    for line in path.read_bytes().splitlines()]


def verdict_on(received: Received, job: Optional[_library.Handle],
               options: "dict[str, Any]") -> Verdict:
    """The verdict by options of `Job.verify`. Without a job, these also have
    its options, or `manifest`."""
    mistakes = Mistakes(received=received)
    given = _json(mistakes, options)
    with mistakes.collected():
        verifier = _library.Handle("verifier", "verifier_new", job, given)
    mistakes.check()
    for number, each in enumerate(_inputs(received), 1):
        if isinstance(each, (str, bytes)):
            content = _bytes(each)
            _library.call("verifier_read", verifier, content, len(content),
                          f"input {number}".encode())
        else:
            kind = "directory" if os.path.isdir(each) else "file"
            _library.call(f"verifier_read_{kind}", verifier, _path(each))
    found = _library.json_of("verifier_finish", verifier)
    return Verdict(found, found.pop("text"))


def _is_path(text: str) -> bool:
    """Whether someone has passed a path as a text."""
    ending = r"[^\n{}]+\.(?:jsonl?|ndjson|csv|log|txt|gz|zst|lz4)"
    return re.fullmatch(ending, text) is not None


def _inputs(received: Any, place: str = "received"
            ) -> "Iterator[str | bytes | os.PathLike[str]]":
    """Raises `InputError` for what is no input, with its place."""
    mistakes = Mistakes()
    if isinstance(received, (str, bytes)):
        if isinstance(received, str) and _is_path(received):
            mistakes.add(place, f"{received!r} is the name of a file, and no "
                         "record: pass pathlib.Path(...)")
        mistakes.check()
        yield received
    elif isinstance(received, Mapping):
        yield _record(received, place)
    elif hasattr(received, "columns"):
        mistakes.add(place, "a frame has no records to compare: pass "
                     "received.to_csv(index=False)")
    elif isinstance(received, os.PathLike):
        yield received
    elif isinstance(received, Iterable):
        for number, each in enumerate(received):
            yield from _inputs(each, f"{place}[{number}]")
    else:
        mistakes.refuse(place, received, RECEIVED)
    mistakes.check()


def _record(fields: "Mapping[str, Any]", place: str) -> str:
    try:
        return json.dumps(fields)
    except (TypeError, ValueError) as error:
        mistakes = Mistakes()
        mistakes.add(place, f"the dict is not a record: {error}")
        mistakes.check()
        raise
