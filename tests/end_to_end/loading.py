"""Runs `busyhour load`, and checks reports and manifests by the rules that hold
for every run.
"""

import collections
import json
import os
import pathlib
import re
import signal
import subprocess
from collections.abc import Iterable
from typing import Any

from files import read_json, read_text, write_bytes
from http_receiver import Receiver
from program import Program

Report = dict[str, Any]

FATES = ("acknowledged", "failed", "dropped", "not_sent")
PROFILE = ("--profile", "contact-center")
SHARES = ("p50_ms", "p90_ms", "p99_ms", "p99.9_ms", "max_ms")
RECORDS = 4000  # of a run of Loads
LIMIT_S = 90
# Tests run on slow machines, where records are late.
PATIENCE = ("--slo", "10m")
# Less than the size of any record; limits how many fit in a buffer.
LEAST_RECORD_BYTES = 300


def patience(options: Iterable[object]) -> tuple[str, ...]:
    """The --slo of a run that has intended times and no --slo of its own."""
    return () if {"--slo", "max", "--find-max"} & set(options) else PATIENCE


class Load:
    """A started `busyhour load`. Its files are in `place`, and their names
    begin with `name`."""

    def __init__(self, program: Program, place: pathlib.Path, name: str,
                 uri: str, *options: object, settings: Iterable[str] = (),
                 profile: Iterable[str] = PROFILE, **more: Any) -> None:
        self.program = program
        self.report_path = place / f"{name}.report"
        self.manifest = place / f"{name}.manifest"
        self.words = ""  # the output on stderr
        more.setdefault("stdout", subprocess.DEVNULL)
        self.run = program.start(
            "load", "--to", uri, *profile, *options, *patience(options),
            *(word for each in settings for word in ("--with", each)),
            "--report", self.report_path, "--manifest", self.manifest,
            text=True, **more)

    def interrupt(self) -> None:
        self.run.send_signal(signal.SIGINT)

    def peak_bytes(self) -> int:
        """The peak memory so far."""
        status = read_text(f"/proc/{self.run.pid}/status")
        return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) * 1024

    def end(self, expect: int | None) -> None:
        """Waits until the run ends; checks its status, unless it is None."""
        try:
            _, self.words = self.run.communicate(timeout=LIMIT_S)
        except subprocess.TimeoutExpired:
            self.run.kill()
            _, self.words = self.run.communicate()
            raise AssertionError(f"a run does not end: {self.words}") from None
        assert expect is None or self.run.returncode == expect, self.words

    def finish(self, expect: int | None = 0) -> Report:
        """Waits until the run ends; returns its checked report."""
        self.end(expect)
        report = read_json(self.report_path)
        check_report(report)
        return report

    def verify(self, received: str | os.PathLike, report: Report,
               lost: int = 0, undecodable: int = 0) -> dict[str, int]:
        """Compares the received records with the manifest. Allows at most
        `lost` missing acknowledged records, and as many copies as the report
        says are possible."""
        copies = report["duplicates_possible"]
        done = self.program(
            "verify", received, "--manifest", self.manifest, "--json",
            "--allow", f"lost={lost},duplicated={copies},altered=0,"
            f"undecodable={undecodable},out_of_order=100%", expect=None)
        verdict = json.loads(done.stdout)
        # If nothing was acknowledged, no records are expected.
        assert (done.returncode == 0 or report["acknowledged"] == 0
                and "nothing_asked" in verdict), done.stdout + done.stderr
        found = verdict["total"]
        distinct = (found["received"] - found["duplicated"] -
                    found["foreign"])
        assert distinct + lost >= report["acknowledged"], (
            "every acknowledged record was received")
        # A failed record may have arrived; a dropped or unsent record has not.
        assert distinct <= report["acknowledged"] + report["failed"]
        if not (lost or report["failed"]):
            assert distinct == report["acknowledged"]
        return found


class Loads:
    """Runs `load` several times. Each run ends before the next, and sends as
    fast as possible unless there is a --rate."""

    def __init__(self, program: Program, scratch: pathlib.Path) -> None:
        self.program = program
        self.scratch = scratch
        self.number = 0
        # Of the last run: its output and its report; its manifest.
        self.said = ""
        self.manifest = scratch

    def __call__(self, to: str, *arguments: object,
                 settings: Iterable[str] = (), records: int = RECORDS,
                 expect: int = 0, environment: dict[str, str] | None = None
                 ) -> Report:
        """Returns the report of a run; an empty one if the run is refused."""
        self.number += 1
        said = self.scratch / f"run{self.number}.out"
        rate = [] if "--rate" in arguments else ["--rate", "max"]
        with open(said, "wb") as out:
            load = Load(self.program, self.scratch, f"run{self.number}", to,
                        "--records", records, *rate, *arguments,
                        settings=settings, profile=(), stdout=out,
                        env={**os.environ, **(environment or {})})
            self.manifest = load.manifest
            if expect == 2:
                load.end(expect)
                report = {}
                assert not has_content(load.report_path)
            else:
                report = load.finish(expect)
        self.said = read_text(said) + load.words + json.dumps(report)
        return report

    def refused(self, to: str, *settings: str, words: Iterable[str],
                environment: dict[str, str] | None = None) -> None:
        """Checks that a run is refused before anything is sent, with these
        words."""
        self(to, settings=settings, expect=2, environment=environment)
        for word in words:
            assert word in self.said

    def verify(self, receiver: Receiver, *allow: str) -> dict[str, int]:
        """The counts of `verify` for the records that the receiver stored of
        the last run. Checks that they are exactly the acknowledged ones."""
        path = self.scratch / "received.jsonl"
        write_bytes(path, b"".join(receiver.bodies()))
        done = self.program("verify", "--manifest", self.manifest, "--json",
                            path, *allow, expect=None)
        total = json.loads(done.stdout)["total"]
        for kind in ("lost", "altered", "foreign", "undecodable"):
            assert total[kind] == 0, total
        return total


def has_content(path: pathlib.Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def errors(report: Report) -> dict[str, dict[str, Any]]:
    """The errors of a report by their names."""
    return {error["error"]: error for error in report["errors"]}


def check_arrived(program: Program, receiver: Receiver, frame: str,
                  report: Report, records: int = RECORDS) -> int:
    """Checks that all records arrived, and that the report allows for the
    duplicates. Returns the number of duplicates."""
    sent = program.generate("--records", records).splitlines()
    got = collections.Counter(receiver.records(frame))
    assert report["planned"] == len(sent)
    assert report["acknowledged"] == len(sent)
    assert set(got) == set(sent), f"{len(got)} of {len(sent)} arrived"
    again = got.total() - len(got)
    assert again <= report["duplicates_possible"]
    return again


def check_report(report: Report) -> None:
    """Checks the rules that hold for every report."""
    assert sum(report[fate] for fate in FATES) == report["planned"]
    series = report["series"]
    for name in ("planned", "bytes", "retries", *FATES):
        assert sum(row[name] for row in series) == report[name], (
            f"the seconds add up to the whole: {name}")
    assert [row["t"] for row in series] == list(range(len(series)))
    # A merged report has the rows of each run from the nearest second on.
    shift = 0.5 if "shards" in report else 0
    assert len(series) - 1 <= report["seconds"] + shift
    assert report["seconds"] - shift <= len(series)
    for kind in ("lateness", "latency_from_intended", "latency_from_sent"):
        values = [report[kind][share] for share in SHARES]
        assert values == sorted(values), f"quantiles rise: {kind}"
    if report["acknowledged"] == report["planned"]:
        # No record is acknowledged before it is sent. Quantiles have 8
        # significant bits.
        late, answered = report["lateness"], report["latency_from_intended"]
        assert all(late[share] <= answered[share] * 1.01 for share in SHARES), (
            "acknowledgement latency is at least the lateness: "
            f"{late}, {answered}")
    assert report["latency_from_sent"]["count"] == report["acknowledged"]


def lines_of(path: str | os.PathLike) -> int:
    """The number of lines of a file; 0 if it does not exist."""
    if not os.path.exists(path):
        return 0
    with open(path, "rb") as file:
        return sum(piece.count(b"\n")
                   for piece in iter(lambda: file.read(1 << 20), b""))
