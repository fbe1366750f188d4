"""Compares the counts of `verify` for random damage with an independent count:
all counts are equal, and only undamaged input passes.

    pytest verify_damage_test.py --trials 2500 --first-seed 400000

Each trial is a seed, which determines the shape, the frame, the options and the
damage to each record. To run one trial: --trials 1 --first-seed SEED.
"""

import copy
import json
import random
import re

import pytest

import dataset
from damage import LAYOUTS, OWN, leaves, own
from verdicts import KINDS, LOGS, verdict, write

GARBAGE = ["what?", "\x01\x02", "<html>", "12", '"text"', '{"a":tru}',
           '{"a":[1,}', '{"a" 1}', '{"a":1}}', "]", '{"a":1e}', "null",
           '{"a":"\\x"}', '{"a":01}', '{"a":[tru,{"a" 1}]}']

class World:
    """A job, and its records as they were sent."""

    def __init__(self, program, generator, seed):
        self.shape, self.frame, together = generator.choice(LAYOUTS)
        profile = generator.choice(["quickstart", "contact-center"])
        calls = generator.choice([1, 2, 5, 20, 60])
        self.job = ["--profile", profile, "--calls", str(calls), "--seed",
                    str(seed), "--shape", self.shape, "--frame", self.frame]
        if not together or generator.random() < 0.2:
            self.job += ["--logs", generator.choice(LOGS)]
        text = program.generate(*self.job)
        self.records = dataset.read(text, self.frame) if text.strip() else []
        self.header = list(self.records[0]) if self.records else []
        self.strangers = dataset.read(program.generate(
            *self.job[:2], "--calls", "9", "--seed", str(seed + 1),
            *self.job[6:]), self.frame)
        # Records that differ only in their own ids cannot be told apart without
        # them.
        self.kinds = {}
        for record in self.records:
            kind = without_ids(record)
            self.kinds[kind] = self.kinds.get(kind, 0) + 1

    @property
    def is_json(self):
        return self.frame not in ("csv", "query")


def without_ids(record):
    record = copy.deepcopy(record)
    for holder, name in list(leaves(record)):
        if dataset.meaning(name) in OWN:
            del holder[name]
    return json.dumps(record)


def call_of(record):
    for holder, name in leaves(record):
        if dataset.meaning(name) == "correlationid":
            return holder[name]
    return None


def another(old, generator):
    """A different value, in any spelling."""
    if isinstance(old, bool):
        return not old
    if isinstance(old, (int, float)):
        return generator.choice([old + 1, old + 1000, -old - 1, None])
    if old in ("TRUE", "FALSE", "true", "false"):
        return "FALSE" if old.upper() == "TRUE" else "TRUE"
    if re.fullmatch(r"\d{4}-.*Z", old):
        return generator.choice([
            old[:3] + str((int(old[3]) + 1) % 10) + old[4:],
            old[:-2] + "1Z", re.sub(r"-\d\d-\d\dT", "-02-30T", old),
            re.sub(r"\.(\d)", lambda m: f".{(int(m[1]) + 5) % 10}", old)])
    if re.fullmatch(r"\d+/\d+/\d{4}, .*M", old):
        return generator.choice([
            old[:-3] + "9999" + old[-3:], re.sub(r"^\d+/\d+", "2/30", old),
            old[:-2] + ("PM" if old.endswith("AM") else "AM"), old + " "])
    if re.fullmatch(r"\d+(\.\d+)?", old):
        return generator.choice([str(int(float(old)) + 1), old + "x",
                                 (old if "." in old else old + ".0") + "1"])
    return generator.choice([old + "x", old[:-1] + "\x1b" if old else "y", "?"])


class Account:
    """The damage so far, and the received records."""

    def __init__(self):
        self.counts = dict.fromkeys(KINDS[:7], 0)
        self.kept = []

    def take(self, record, altered=False, of_ours=True):
        self.kept.append(record)
        self.counts["received"] += 1
        self.counts["altered"] += altered
        self.counts["foreign"] += not of_ours


def damage_values(record, world, generator, compared):
    """Changes or removes one or two values; returns whether any of them is
    compared."""
    places = [(holder, name) for holder, name in leaves(record)
              if dataset.meaning(name) not in OWN]
    altered = False
    for holder, name in generator.sample(places, generator.choice([1, 1, 2])):
        if world.is_json and generator.random() < 0.3:
            del holder[name]
        else:
            new = another(holder[name], generator)
            holder[name] = "?" if new is None and not world.is_json else new
        altered = altered or compared(name)
    return altered


def damage_id(record, world, generator, compared):
    """Replaces the record's own id by that of a record of the same call, of
    another call, or of another job, or by an unknown one; or removes it.
    Returns whether the record is altered."""
    place = own(record)
    if place is None or world.kinds[without_ids(record)] > 1:
        return False
    holder, name = place
    old = holder[name]
    ids = [other[0][other[1]] for other in map(own, world.records)
           if other is not None]
    siblings = [other[0][other[1]] for other in
                (own(each) for each in world.records
                 if call_of(each) == call_of(record)) if other is not None]
    strange = [other[0][other[1]] for other in map(own, world.strangers)
               if other is not None]
    new = generator.choice([
        generator.choice(siblings), generator.choice(ids),
        generator.choice(strange or ids), old[:-1] + ("0" if old[-1] != "0"
                                                      else "1"), "", None])
    if new is None and world.is_json:
        del holder[name]
    else:
        holder[name] = new or ""
    return new != old and compared(name)


def damage_call(record, world, generator, compared):
    """Replaces the correlation id by that of a random record; returns whether
    the record is altered."""
    if own(record) is None:
        return False
    new = call_of(generator.choice(world.records))
    for holder, name in leaves(record):
        if dataset.meaning(name) == "correlationid":
            altered = holder[name] != new
            holder[name] = new
            return altered and compared(name)
    return False


def add_fields(record, generator):
    """Adds fields of other programs, named like those of wrappers. The record
    is not altered."""
    name, value = generator.choice([
        ("records", []), ("tables", [{"rows": []}]), ("records", [{"a": 1}]),
        ("tables", [{"columns": [{"name": "a"}], "rows": [[1], [2]]}]),
        ("records", "x"), ("stream", "stdout"), ("message", "{"), ("x", None),
        ("message", '{"a":1}'), ("n", [[[]]]), ("host", {"time": "now"}),
        ("event", {"original": "{}"})])
    if generator.random() < 0.5:
        record[name] = value
        return record
    return {name: value, **record}


def respell_names(record, how):
    respelled = {}
    for name, value in record.items():
        if isinstance(value, dict):
            value = respell_names(value, how)
        respelled[how(name)] = value
    return respelled


def options_of(world, generator):
    """Random options, a function that tells whether a field is compared,
    --strict, and how names are changed."""
    arguments, how = [], None
    names = sorted({dataset.meaning(name) for record in world.records
                    for _, name in leaves(record)})
    chosen = None
    if generator.random() < 0.25 and names:
        spelled = sorted({name for record in world.records
                          for _, name in leaves(record)})
        fields = generator.sample(spelled, min(len(spelled), 3))
        chosen = {dataset.meaning(field) for field in fields}
        arguments += ["--fields", ",".join(fields)]
    is_strict = generator.random() < 0.25
    if is_strict:
        arguments.append("--strict")
    if world.is_json and generator.random() < 0.2:
        how = generator.choice([str.upper, str.lower])

    def compared(name):
        return chosen is None or dataset.meaning(name) in chosen

    return arguments, compared, is_strict, how


def renamed_is_altered(record, how, compared):
    """Whether a record with changed names is altered under --strict."""
    for name, value in record.items():
        members = value if isinstance(value, dict) else [name]
        for member in members:
            if compared(member) and (how(name) != name or
                                     how(member) != member):
                return True
    return False


def wrap(records, generator):
    """Wraps each record in an object of a log pipeline."""
    kind = generator.choice(["docker", "pino", "ecs", "splunk", "deep"])
    made = {
        "docker": lambda r: {"log": json.dumps(r) + "\n", "stream": "stdout",
                             "time": "2026-03-02T08:00:00.1Z"},
        "pino": lambda r: {"level": 30, "time": 1700000000123, "pid": 1,
                           "msg": json.dumps(r)},
        "ecs": lambda r: {"@timestamp": "2026-01-01T00:00:00Z", "event": r},
        "splunk": lambda r: {"time": 1700000000.1, "event": json.dumps(r)},
        "deep": lambda r: {"a": {"b": {"c": r}}, "category": "x"},
    }[kind]
    return [made(record) for record in records]


def spoil_frame(text, world, generator):
    """Breaks the frame around the records; `verify` finds one or more
    undecodable parts."""
    if world.frame == "event-hub":
        lines = text.splitlines()
        at = generator.randrange(len(lines))
        line = lines[at]
        lines[at] = generator.choice([
            line[:-2], line[:-1], line[:-1] + 'garbage "x" }', line + "}",
            line.replace("},{", "} {", 1) if "},{" in line else line[:-1],
            line[:-2] + ',"a" 1]}', line[:-1] + ',"a":tru}'])
        return "\n".join(lines) + "\n"
    if world.frame == "array":
        text = text.rstrip()
        return generator.choice([text[:-1], text + "]", text[:-1] + ",]",
                                 text[1:]])
    return None


def damage(world, generator, compared, altered_if_respelled):
    """Damages some of the world's records; returns the account."""
    account = Account()
    account.counts["sent"] = len(world.records)
    rate = generator.choice([0.02, 0.1, 0.3])
    for record in world.records:
        altered = altered_if_respelled(record)
        kind = generator.choice(
            ["drop", "copy", "values", "id", "call", "add", "stranger"]) if (
                generator.random() < rate) else None
        record = copy.deepcopy(record)
        times = 1
        if kind == "drop":
            account.counts["lost"] += 1
            continue
        if kind == "copy":
            times = generator.randint(2, 3)
            account.counts["duplicated"] += times - 1
        elif kind == "values":
            altered |= damage_values(record, world, generator, compared)
        elif kind == "id":
            altered |= damage_id(record, world, generator, compared)
        elif kind == "call":
            altered |= damage_call(record, world, generator, compared)
        elif kind == "add" and world.is_json:
            record = add_fields(record, generator)
        elif kind == "stranger":
            account.take(copy.deepcopy(generator.choice(world.strangers)),
                         of_ours=False)
        for _ in range(times):
            account.take(copy.deepcopy(record), altered)
    if generator.random() < 0.3:
        generator.shuffle(account.kept)
    return account


def spelled(account, world, generator, how):
    """The received records as text, and whether its frame is broken. Spoiled
    lines are added to the account."""
    kept = account.kept
    if how:
        kept = [respell_names(record, how) for record in kept]
    if world.frame == "jsonl" and generator.random() < 0.3:
        kept = wrap(kept, generator)
    text = write(kept, world.frame, world.header, generator)
    is_spoiled = False
    if world.frame == "jsonl" and generator.random() < 0.3:
        text = spoil_lines(text.splitlines(), generator, account.counts)
    elif kept and generator.random() < 0.15:
        bad = spoil_frame(text, world, generator)
        if bad is not None:
            text, is_spoiled = bad, True
    if world.frame == "csv" and generator.random() < 0.3:
        text = text.replace("\r\n", generator.choice(["\n", "\r"]))
    return text, is_spoiled


def check_trial(program, scratch, seed):
    generator = random.Random(seed)
    world = World(program, generator, seed % 1000 + 1)
    if not world.records:
        return
    arguments, compared, is_strict, how = options_of(world, generator)
    account = damage(
        world, generator, compared, lambda record: bool(
            how and is_strict and renamed_is_altered(record, how, compared)))
    text, is_spoiled = spelled(account, world, generator, how)
    counts = account.counts
    lost_limit = 0
    if generator.choice([None, "lost"]):
        percent = generator.choice([1, 7, 29, 57, 58, 90])
        arguments += ["--allow", f"lost={percent}%"]
        lost_limit = percent * counts["sent"]
    where = f"{world.job} {arguments}"
    found = verdict(program, scratch, text, *world.job, *arguments)
    assert sum(found["bytes_of"].values()) == len(text.encode()), (
        f"every byte is accounted for: {where}")
    got = {kind: found["total"][kind] for kind in counts}
    if is_spoiled:
        assert got["undecodable"] > 0, f"a broken frame is reported: {where}"
        got["undecodable"] = counts["undecodable"]
    assert got == counts, f"damage is counted exactly: {where}"
    passes = (100 * counts["lost"] <= lost_limit and not is_spoiled
              and not any(counts[kind] for kind in (
                  "duplicated", "altered", "foreign", "undecodable")))
    assert found["passed"] == passes, (
        f"only undamaged input passes: {where}")


def spoil_lines(lines, generator, counts):
    """Cuts lines, joins lines, and inserts garbage between them."""
    out = []
    for line in lines:
        chance = generator.random()
        if chance < 0.03 and counts["foreign"] + counts["duplicated"] == 0 and (
                counts["altered"] == 0):
            # Only if each line is a whole record that was sent.
            out.append(line[:generator.randint(1, len(line) - 1)] + "\n")
            counts["received"] -= 1
            counts["lost"] += 1
            counts["undecodable"] += 1
            continue
        if chance < 0.06 and (not out or out[-1].endswith("}\n")):
            garbage = generator.choice(GARBAGE)
            if garbage != '{"a":1}}':
                out.append(garbage + "\n")
                counts["undecodable"] += 1
        out.append(line + generator.choice(["\n", "\n", "\n", "\r\n", " \n"]))
        if chance > 0.97:
            out[-1] = line  # without a line end: the next line follows directly
    return "".join(out)


@pytest.mark.parametrize("seed", [121_935, 200_165, 611_650])
def test_trial_that_found_something(program, scratch, seed):
    check_trial(program, scratch, seed)


def test_random_damage_is_counted_exactly(program, scratch, trial):
    check_trial(program, scratch, trial)
