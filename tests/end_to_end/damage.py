"""What a bad pipeline does to records, and how much of it was done."""

import copy
import random
import re
from collections.abc import Iterator, Sequence
from typing import Any

import dataset
from dataset import Record
from verdicts import KINDS

# Shape, frame, and whether one stream may hold all logs. Their order is part of
# what a seed of verify_damage_test.py means.
LAYOUTS = [(shape, frame, True)
           for shape in ("resource-log", "table", "portal", "documented")
           for frame in ("jsonl", "array", "event-hub")] + [
               ("portal", "csv", False), ("table", "csv", False),
               ("table", "query", False)]
# The fields that a record's own id may stand in.
OWN = {"operationid", "recordid"}


def leaves(record: Record) -> Iterator[tuple[Record, str]]:
    """(holder, name) of every value of a record."""
    for name, value in record.items():
        if isinstance(value, dict):
            yield from ((value, member) for member in value)
        else:
            yield record, name


def own(record: Record) -> tuple[Record, str] | None:
    """Where the record's own id stands, if it has one."""
    return next(((holder, name) for holder, name in leaves(record)
                 if dataset.meaning(name) in OWN and holder[name]), None)


def _another(old: Any) -> Any:
    """Another value of the same kind."""
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
    """Another value somewhere, but not where its own id stands."""
    holder, name = generator.choice([
        (holder, name) for holder, name in leaves(record)
        if dataset.meaning(name) not in OWN])
    holder[name] = _another(holder[name])


def edit_id(record: Record, generator: random.Random) -> bool:
    """Its own id becomes another, or goes; whether it had one."""
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
    """What comes out of a bad pipeline, and the first seven counts of a
    verdict (KINDS) that this should make."""
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
