"""Writes records as other programs write them, and runs `verify` on them."""

import csv
import io
import json
import pathlib
import random
from typing import Any

from dataset import Record
from program import Program

KINDS = ("sent", "received", "lost", "duplicated", "altered", "foreign",
         "undecodable", "out_of_order", "intact", "altered_copies")
PROFILE = ["--profile", "quickstart", "--calls", "300"]
# The logs in which these calls leave records.
LOGS = ("operational", "media_summary", "usage")


def write(records: list[Record], frame: str,
          header: list[str] | None = None,
          generator: random.Random | None = None) -> str:
    """The records as one text in a frame, as another program might write it."""
    if frame == "jsonl":
        return "".join(json.dumps(record) + "\n" for record in records)
    if frame == "array":
        return json.dumps(records, indent=generator.choice([None, 0, 2]))
    if frame == "event-hub":
        text = ""
        for begin in range(0, len(records), 50):
            text += json.dumps({"records": records[begin:begin + 50]},
                               separators=(",", ":")) + "\n"
        return text
    if frame == "csv":
        out = io.StringIO()
        writer = csv.writer(out, quoting=generator.choice(
            [csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
        writer.writerow(header)
        for record in records:
            writer.writerow([record.get(name, "") for name in header])
        return out.getvalue()
    return json.dumps({"tables": [{
        "name": "PrimaryResult",
        "columns": [{"name": name, "type": "string"} for name in header],
        "rows": [[record.get(name) for name in header]
                 for record in records]}]})


def verdict(program: Program, scratch: pathlib.Path, text: str | bytes,
            *arguments: object, expect: int | None = None,
            name: str = "received") -> dict[str, Any]:
    """Returns the verdict of `verify --json` for a text, and checks the rules
    of every verdict."""
    path = scratch / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    done = program("verify", path, "--json", *arguments, expect=expect)
    found = json.loads(done.stdout)
    check_law(found)
    return found


def check_law(found: dict[str, Any]) -> None:
    for name, counts in [("total", found["total"]), *found["logs"].items()]:
        assert list(counts) == list(KINDS), name
        assert all(isinstance(count, int) for count in counts.values()), name
        first_altered = counts["altered"] - counts["altered_copies"]
        assert counts["sent"] == (
            counts["intact"] + first_altered + counts["lost"]), name
        assert counts["received"] == (
            counts["intact"] + first_altered + counts["duplicated"] +
            counts["foreign"]), name
    check_details(found)


def check_details(found: dict[str, Any]) -> None:
    """Checks that the parts of a verdict agree with its counts."""
    total, series = found["total"], found["series"]
    for kind in ("sent", "lost", "altered", "duplicated", "out_of_order"):
        assert sum(series[kind]) == total[kind], kind
    for kind in ("altered", "foreign", "undecodable"):
        of_kind = [cause for cause in found["causes"] if cause["kind"] == kind]
        assert (not of_kind) == (total[kind] == 0), kind
        if kind == "altered":
            assert sum(cause["count"] for cause in of_kind) == sum(
                sum(of_log.values())
                for of_log in found["altered_fields"].values())
        else:
            assert sum(each["count"] for each in of_kind) == total[kind], kind
    for kind, runs in found["runs"].items():
        shown = sum(run["records"] for run in runs["longest"])
        assert shown <= total[kind], kind
        if runs["count"] == len(runs["longest"]):
            assert shown == total[kind], kind
