"""Labels of faults, and an independent reader that finds the faults in lines of
JSON. It uses nothing of the program except the format of labels and manifests.
"""

import collections
import json
import os
import pathlib
from collections.abc import Iterable, Iterator
from typing import Any

import dataset
from dataset import Record
from files import data_files, manifest_of, read_text
from program import Program

Label = dict[str, Any]

MOVES = ("drop", "duplicate", "delay", "reorder")
LINES = ("truncate", "corrupt", "invalid_utf8", "blank_line", "partial_line")
NAMES = ("extra_field", "missing_field", "renamed_field", "wrong_case")
ANY = ("wrong_type", "clock_skew", "oversize")
ALL = MOVES + LINES + NAMES + ANY
# The faults that each frame supports.
FRAMES = {"jsonl": ALL, "csv": MOVES + LINES + ANY,
          "array": MOVES + NAMES + ANY, "event-hub": MOVES + NAMES + ANY,
          "query": MOVES + ANY}
SHAPES = {"jsonl": ("resource-log", "table", "portal", "documented",
                    "data-export", "table-arrival"),
          "csv": ("portal", "table", "table-arrival"),
          "array": ("resource-log", "portal"),
          "event-hub": ("resource-log", "table"),
          "query": ("table", "table-arrival")}
CALLS = ("--profile", "contact-center", "--calls", 500)
LOG_OF = {dataset.file_name(log, "jsonl"): log for log in dataset.LOGS}
OWN_ID = ("operationid", "recordid")  # in lower case


def options(kinds: Iterable[str], rate: float = 0.02) -> list[str]:
    words = []
    for kind in kinds:
        words += ["--fault",
                  f"{kind}={1 if kind == 'partial_line' else rate}"]
    return words


def labels_of(path: str | os.PathLike) -> list[Label]:
    return list(map(json.loads, read_text(path).splitlines()))


def count_of(labels: list[Label]) -> dict[str, int]:
    return dict(collections.Counter(label["fault"] for label in labels))


def check_counts(directory: str | os.PathLike, labels: list[Label]) -> None:
    counts = manifest_of(directory)["counts"]["faults"]
    assert {kind: count for kind, count in counts.items() if count} == (
        count_of(labels)), (
        "the manifest counts what the labels name")


def flat(record: Record) -> Record:
    values = {}
    for name, value in record.items():
        if name.lower() == "properties" and isinstance(value, dict):
            values.update(value)
        else:
            values[name] = value
    return values


def own_id(values: Record) -> Any:
    return next((value for name, value in values.items()
                 if name.lower() in OWN_ID), None)


def by_kind(labels: list[Label], *kinds: str) -> collections.Counter:
    return collections.Counter(label["id"] for label in labels
                               if label["fault"] in kinds)


def check_jsonl(program: Program, scratch: pathlib.Path, shape: str) -> None:
    """Classifies every line of the faulty data set: the reader finds each kind
    as often, and in the same records, as the labels say."""
    clean, faulty = scratch / "clean", scratch / "faulty"
    labels_path = scratch / "labels"
    program("generate", *CALLS, "--shape", shape, "--out", clean)
    program("generate", *CALLS, "--shape", shape, "--out", faulty,
            "--labels", labels_path, *options(ALL))
    labels = labels_of(labels_path)
    check_counts(faulty, labels)
    faults = count_of(labels)
    assert set(faults) == set(ALL), "every kind occurs"
    after = data_files(faulty)
    written = sum(
        check_file(before, after[name],
                   [label for label in labels if label["log"] == LOG_OF[name]])
        for name, before in data_files(clean).items() if before)
    meant = sum(manifest_of(clean)["counts"]["records"].values())
    assert written == sum(manifest_of(faulty)["counts"]["records"].values())
    assert written == meant - faults["drop"] + faults["duplicate"]


def check_file(before: bytes, after: bytes, labels: list[Label]) -> int:
    """Checks the file of a log. Returns the number of records written."""
    # A play and the request for it share an id.
    text_of = {label["id"]: label for label in labels
               if label["fault"] not in MOVES and
               label["fault"] != "partial_line"}
    cut = by_kind(labels, "partial_line")
    dropped = by_kind(labels, "drop")
    copied = by_kind(labels, "duplicate")
    sent = {line: flat(json.loads(line)) for line in before.splitlines()}
    here = {own_id(values): line for line, values in sent.items()
            if own_id(values)}
    *ended, last = after.split(b"\n")
    assert last != b"", "the last line does not end"
    lines = [line for line in ended if line] + [last]

    whole = collections.Counter(line for line in lines if line in sent)
    for uid, line in here.items():
        kind = text_of.get(uid, {}).get("fault")
        if kind in (None, "blank_line") and uid not in cut:
            expected = 0 if uid in dropped else 2 if uid in copied else 1
            assert whole[line] == expected, (
                "an undamaged line occurs as often as the labels "
                f"say: {text_of.get(uid)}")
    assert ended.count(b"") == sum(
        1 + (label["id"] in copied) for label in labels
        if label["fault"] == "blank_line"), "blank lines are labelled"

    # The cut line may also be damaged by another fault.
    most_off = 1 + sum(not label["id"] for label in labels)
    struck = [label for label in labels if label["fault"] not in MOVES and
              label["fault"] not in ("blank_line", "partial_line")]
    wanted = collections.Counter()
    for label in struck:
        wanted[label["fault"]] += 1 + (label["id"] in copied)
    seen = collections.Counter(kind_of(line, here, text_of)
                               for line in lines if line not in sent)
    assert abs(seen.total() - wanted.total()) <= most_off, (
        f"every other line is a damaged record: {seen}, {wanted}")
    for kind in NAMES + ("wrong_type", "clock_skew", "oversize"):
        assert abs(seen[kind] - wanted[kind]) <= most_off, (
            f"{kind} is found as often as the labels say: {seen}, {wanted}")
    return len(lines)


def kind_of(line: bytes, here: dict[str, bytes],
            text_of: dict[str, Label]) -> str:
    """The kind of fault of a changed line; "unlabelled" if it is not what the
    label says."""
    try:
        values = flat(json.loads(line.decode("utf-8")))
    except ValueError:
        return "unreadable"
    uid = own_id(values)
    uid = uid if isinstance(uid, str) else None
    if uid not in here and uid:
        uid = uid[:36]  # the fault made it longer
    if uid not in here:
        # The fault changed the id itself: find the label by another id of the
        # record.
        return next((label["fault"] for label in candidates(values, text_of)),
                    "unknown")
    was = flat(json.loads(here[uid]))
    label = text_of.get(uid)
    if label is None:
        return "unlabelled"
    field = label.get("field")
    gone = set(was) - set(values)
    new = set(values) - set(was)
    changed = {name for name in set(was) & set(values)
               if was[name] != values[name]}
    kind = "unlabelled"
    if not gone and len(new) == 1 and not changed:
        kind = "extra_field" if new == {field} else kind
    elif len(gone) == 1 and not new and not changed:
        kind = "missing_field" if gone == {field} else kind
    elif len(gone) == 1 and len(new) == 1 and not changed:
        same = min(new).lower() == min(gone).lower()
        kind = "wrong_case" if same else "renamed_field"
        kind = kind if gone == {field} else "unlabelled"
    elif not gone and not new and changed == {field}:
        value = values[field]
        kind = ("oversize" if isinstance(value, str) and len(value) == 65536
                else "wrong_type" if value in (None, True, [], {})
                else kind)
    elif not gone and not new and changed and not field:
        kind = "clock_skew"
    return kind if kind == label["fault"] else (
        "unreadable" if label["fault"] == "corrupt" else "unlabelled")


def candidates(values: Record, text_of: dict[str, Label]) -> Iterator[Label]:
    texts = [value for value in values.values() if isinstance(value, str)]
    for label in text_of.values():
        if (label.get("field", "").lower() in OWN_ID
                and label["correlation_id"] in texts):
            yield label
