"""Logs of Azure Communication Services Call Automation, of simulated calls.

    >>> import busyhour
    >>> table = busyhour.table("contact-center", duration="10m")
    >>> sum(call.answered is not None for call in busyhour.calls(calls=50))
    47

A `Job` is what `busyhour generate` simulates and writes; the functions of this
module make one from their options, and use it. Options have the names of the
program's, with `_` for `-`, and its forms, ranges and defaults: `calls=100`,
`warm_up="1h"`, `set={"traffic.rate": "5/s"}`. The same options give the same
calls, records and bytes on every machine.

Any number of threads may use a job; other objects are for one thread at a time.
No function holds the interpreter's lock while the library works.
"""

import os
from collections.abc import Iterator
from typing import Any, Optional

from ._arguments import Mistakes
from ._library import InputError, UnknownField, hidden, profiles, version
from ._call import Call, Media, Participant, Record, Request, Ring, Session
from ._job import Job, Profile, Received, verdict_on
from ._table import Table
from ._verdict import Verdict

__all__ = ["Call", "InputError", "Job", "Media", "Participant", "Record",
           "Request", "Ring", "Session", "Table", "UnknownField", "Verdict",
           "calls", "explain", "labels", "profiles", "table", "text", "verify",
           "version", "write"]

__version__ = version()
__tracebackhide__ = hidden


def _job(profile: Profile, options: "dict[str, Any]", **arguments: Any) -> Job:
    """The job of options. Raises `InputError` with all mistakes, also of the
    other arguments of a function."""
    mistakes = Mistakes(**arguments)
    with mistakes.collected():
        job = Job(profile, **options)
    mistakes.check()
    return job


def calls(profile: Profile = "quickstart", *, record_shape: str = "",
          **options: Any) -> Iterator[Call]:
    """The calls of a job, see `Job.calls`.

    >>> call = next(busyhour.calls("voice-bot", where="initial_silence"))
    >>> [media.outcome for media in call.media if media.result == "Failed"][:1]
    ['initial_silence']
    """
    return _job(profile, options, record_shape=record_shape).calls(record_shape)


def table(profile: Profile = "quickstart", log: str = "operational", *,
          labels: bool = False, threads: int = 0, **options: Any) -> Table:
    """The records of a log as columns, see `Job.table`. The shape is `table`
    unless `shape` is another one.

    >>> frame = busyhour.table(log="usage", calls=100).to_pandas()
    >>> len(frame)
    201
    >>> outage = busyhour.table("speech-service-down", "media_summary",
    ...                         labels=True, duration="90m").to_pandas()
    >>> outage["Incident"].count() > 0
    True
    """
    options.setdefault("shape", "table")
    if isinstance(log, str):
        options.setdefault("logs", log)
    job = _job(profile, options, log=log, labels=labels, threads=threads)
    return job.table(log, labels=labels, threads=threads)


def text(profile: Profile = "quickstart", *, threads: int = 0,
         **options: Any) -> bytes:
    """What `busyhour generate --out -` writes.

    >>> len(busyhour.text(calls=100, seed=7))
    764752
    """
    return _job(profile, options, threads=threads).text(threads=threads)


def write(path: "str | os.PathLike[str]", profile: Profile = "quickstart", *,
          threads: int = 0, force: bool = False,
          **options: Any) -> "dict[str, Any]":
    """Writes files, as `busyhour generate --out PATH`, see `Job.write`.

    >>> busyhour.write("logs", calls=100)["records"]
    899
    """
    job = _job(profile, options, path=path, threads=threads, force=force)
    return job.write(path, threads=threads, force=force)


def verify(received: Received, profile: Profile = "quickstart", *,
           manifest: "str | os.PathLike[str] | None" = None,
           expect_faults: bool = False, allow: str = "", strict: bool = False,
           fields: str = "", map: str = "", as_: str = "", treat: str = "",
           zone: str = "", date_order: str = "", at: str = "",
           arrival: str = "", threads: int = 0,
           **options: Any) -> Verdict:
    """Compares what a pipeline delivered with the records of a job, see
    `Job.verify`. With `manifest`, the job is that of a data set.

    >>> busyhour.verify(busyhour.text(calls=100), calls=100)["headline"]
    'PASSED: all 899 records arrived, none altered'
    """
    given = {"expect_faults": expect_faults, "allow": allow, "strict": strict,
             "fields": fields, "map": map, "as": as_, "treat": treat,
             "zone": zone, "date_order": date_order, "at": at,
             "arrival": arrival, "threads": threads, **options}
    if manifest is None or profile != "quickstart":
        given["profile"] = profile
    if manifest is not None:
        given["manifest"] = manifest
    return verdict_on(received, None, given)


def explain(of: "str | bytes", profile: Profile = "quickstart", *,
            manifest: "str | os.PathLike[str] | None" = None,
            **options: Any) -> "Optional[dict[str, Any]]":
    """The story of the call behind an id or a record, see `Job.explain`. With
    `manifest`, the job is that of a data set.

    >>> call = next(busyhour.calls())
    >>> busyhour.explain(call.correlation_id)["facts"]["flow"]
    'assistant, inbound'
    """
    if manifest is None:
        return _job(profile, options, of=of).explain(of)
    mistakes = Mistakes(of=of)
    others = [*options, *(["profile"] if profile != "quickstart" else [])]
    if others:
        mistakes.add("manifest",
                     f"its job has no other options: {', '.join(others)}")
    with mistakes.collected():
        job = Job.of_manifest(manifest)
    mistakes.check()
    return job.explain(of)


def labels(profile: Profile, **options: Any) -> "list[dict[str, Any]]":
    """What each incident of the profile did, see `Job.labels`.

    >>> rows = busyhour.labels("speech-service-down", duration="1h")
    >>> sorted({row["type"] for row in rows})
    ['incident', 'record']
    """
    return Job(profile, **options).labels()
