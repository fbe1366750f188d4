"""Damages records as a faulty pipeline does, and counts the damage."""

import copy
import random
import re
from collections.abc import Iterator, Sequence
from typing import Any

import dataset
from dataset import Record
from verdicts import KINDS

# Shape, frame, and whether one stream may contain all logs. The order matters:
# seeds of verify_damage_test.py select from it.
LAYOUTS = [(shape, frame, True)
           for shape in ("resource-log", "table", "portal", "documented")
           for frame in ("jsonl", "array", "event-hub")] + [
               ("portal", "csv", False), ("table", "csv", False),
               ("table", "query", False)]
# Fields that may contain a record's own id.
OWN = {"operationid", "recordid"}


def leaves(record: Record) -> Iterator[tuple[Record, str]]:
    """(holder, name) of every value of a record."""
    for name, value in record.items():
        if isinstance(value, dict):
            yield from ((value, member) for member in value)
        else:
            yield record, name


def own(record: Record) -> tuple[Record, str] | None:
    """(holder, name) of the record's own id, if any."""
    return next(((holder, name) for holder, name in leaves(record)
                 if dataset.meaning(name) in OWN and holder[name]), None)


def _another(old: Any) -> Any:
    """A different value of the same type."""
    if isinstance(old, bool):
        return not old
    if isinstance(old, (int, float)):
        return old + 1
    if old in ("TRUE", "FALSE", "true", "false"):
        return "FALSE" if old.upper() == "TRUE" else "TRUE"
    if old and old[-1] == "Z" and old[4:5] == "-":
        return old[:3] + str((int(old[3]) + 1) % 10) + old[4:]
    if re.fullmatch(r"\d+(\.\d+)?", old):
        return str(int(float(old)) + 1)
    return old[:-1] + ("x" if old[-1:] != "x" else "y")


def edit(record: Record, generator: random.Random) -> None:
    """Changes one value of a record, but not its own id."""
    holder, name = generator.choice([
        (holder, name) for holder, name in leaves(record)
        if dataset.meaning(name) not in OWN])
    holder[name] = _another(holder[name])


def edit_id(record: Record, generator: random.Random) -> bool:
    """Changes or removes the record's own id; returns whether it had one."""
    place = own(record)
    if place is None:
        return False
    holder, name = place
    if generator.random() < 0.5:
        del holder[name]
        return True
    text = list(holder[name])
    at = generator.choice([i for i, c in enumerate(text) if c != "-"])
    text[at] = "0" if text[at] != "0" else "1"
    holder[name] = "".join(text)
    return True


def damaged(records: list[Record], generator: random.Random,
            edits_ids: bool = False, foreign: Sequence[Record] = ()
            ) -> tuple[list[Record], list[int]]:
    """The records after a faulty pipeline, and the expected first seven counts
    (KINDS) of the verdict."""
    counts = dict.fromkeys(KINDS[:7], 0)
    kept = []
    for record in records:
        chance = generator.random()
        if chance < 0.05:
            counts["lost"] += 1
            continue
        if chance < 0.10:
            extra = generator.randint(1, 3)
            counts["duplicated"] += extra
            kept += [copy.deepcopy(record) for _ in range(extra)]
        elif chance < 0.15:
            record = copy.deepcopy(record)
            edit(record, generator)
            counts["altered"] += 1
        elif chance < 0.20 and edits_ids:
            record = copy.deepcopy(record)
            counts["altered"] += edit_id(record, generator)
        elif chance > 0.97 and foreign:
            counts["foreign"] += 1
            kept.append(copy.deepcopy(generator.choice(foreign)))
        kept.append(record)
    counts["sent"], counts["received"] = len(records), len(kept)
    return kept, list(counts.values())
