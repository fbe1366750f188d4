"""Fixtures of pytest: calls in which something happened.

    def test_reads_a_silent_caller(calls):
        for call in calls("initial_silence", n=3, profile="voice-bot"):
            ...
"""

from collections.abc import Callable
from typing import Any

import pytest

from ._call import Call
from ._job import Job
from ._library import hidden

__tracebackhide__ = hidden


@pytest.fixture(scope="session")
def calls() -> "Callable[..., list[Call]]":
    """`calls("initial_silence", n=3)`: the first three calls in which this
    happened, in the words of docs/find.md. Other options are those of a job."""

    def first(where: str = "", n: int = 1, **options: Any) -> "list[Call]":
        return list(Job(calls=n, where=where or None, **options).calls())

    return first


@pytest.fixture(scope="session")
def busyhour_job() -> "Callable[..., Job]":
    """`busyhour_job("voice-bot", calls=100)`: a job, which is made once for the
    same options."""
    jobs: "dict[str, Job]" = {}

    def job(*arguments: Any, **options: Any) -> Job:
        key = repr((arguments, sorted(options.items())))
        if key not in jobs:
            jobs[key] = Job(*arguments, **options)
        return jobs[key]

    return job
