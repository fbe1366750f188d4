"""What `verify` returns."""

from typing import Any, Dict


class Verdict(Dict[str, Any]):
    """The verdict on what a pipeline delivered: a dict with the content of
    `busyhour verify --json`, and `headline`. As text, it is what `busyhour
    verify` prints, with the first problems.

    >>> job = busyhour.Job(calls=100)
    >>> verdict = job.verify(job.text().splitlines()[1:])
    >>> verdict
    <busyhour.Verdict FAILED: 1 lost (0.11 %) of 899 records>
    >>> "lost: never received" in str(verdict)
    True
    """

    __module__ = "busyhour"

    def __init__(self, content: "dict[str, Any]", text: str = "") -> None:
        super().__init__(content)
        self.text = text  #: as `busyhour verify` prints it

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong. pytest shows the verdict if `assert
        job.verify(received).passed` fails, and not with `["passed"]`."""
        return bool(self["passed"])

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<busyhour.Verdict {self['headline']}>"
