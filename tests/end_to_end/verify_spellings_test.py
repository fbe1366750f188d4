"""Tests `verify` on records as well-known tools write them: nothing is lost or
altered, and damage is counted exactly."""

import random

import pytest

import dataset
from damage import leaves, own
from spellings import SPELLINGS, lines
from verdicts import PROFILE, verdict

JOB = [*PROFILE, "--logs", "operational,media_summary"]


@pytest.fixture(name="sent", scope="module")
def sent_records(program):
    """The records of the job in each shape, by log."""
    shapes = {spelling.shape for spelling in SPELLINGS.values()}
    return {shape: [dataset.read(program.generate(
        *PROFILE, "--logs", log, "--shape", shape), "jsonl")
                    for log in ("operational", "media_summary")]
            for shape in shapes}


@pytest.mark.parametrize("name", SPELLINGS)
def test_spelling_is_read(program, scratch, sent, name):
    """Each log by itself, because some spellings have one list of columns."""
    spelling = SPELLINGS[name]
    for log, records in zip(("operational", "media_summary"),
                            sent[spelling.shape]):
        found = verdict(program, scratch, spelling.write(records), *PROFILE,
                        "--logs", log, *spelling.options, expect=0)
        assert found["total"]["received"] == len(records)
        assert found["bytes_of"]["undecodable"] == 0


@pytest.mark.parametrize("name", SPELLINGS)
def test_damage_is_counted_in_every_spelling(program, scratch, sent, name):
    spelling = SPELLINGS[name]
    generator = random.Random(f"16 {name}")
    received, lost, duplicated, altered = [], 0, 0, 0
    records = sent[spelling.shape][0]
    for record in records:
        fate = generator.random()
        if fate < 0.1:
            lost += 1
            continue
        if fate < 0.2:
            altered += 1
            record = dataset.parse(dataset.json.dumps(record))
            holder, member = generator.choice([
                place for place in leaves(record)
                if place[1] in ("operationName", "OperationName", "uri",
                                "URI")])
            holder[member] = "Other"
        received.append(record)
        if fate > 0.9:
            duplicated += 1
            received.append(record)
    found = verdict(program, scratch, spelling.write(received), *PROFILE,
                    "--logs", "operational", *spelling.options)
    assert {kind: found["total"][kind] for kind in (
        "lost", "altered", "duplicated", "foreign", "undecodable")} == {
            "lost": lost, "altered": altered, "duplicated": duplicated,
            "foreign": 0, "undecodable": 0}


@pytest.mark.parametrize("name, options", [
    ("empty values dropped", ()), ("empty values null", ()),
    ("booleans as numbers", ()), ("booleans as words", ()), ("minutes", ()),
    ("local times", ()), ("day first", ("--date-order", "month-first")),
    ("GUIDs in capitals", ("--strict",)), ("Kibana", ("--strict",)),
])
def test_spelling_is_altered_without_its_option(program, scratch, sent, name,
                                                options):
    spelling = SPELLINGS[name]
    records = sent[spelling.shape][1 if "booleans" in name else 0]
    log = "media_summary" if "booleans" in name else "operational"
    found = verdict(program, scratch, spelling.write(records), *PROFILE,
                    "--logs", log, *options, expect=1)
    assert found["total"]["altered"] == len(records) if options else sum(
        spelling.write([record]) != lines([record]) for record in records)


@pytest.mark.parametrize("name, treatment", [
    ("empty values dropped", "empty-as-missing"), ("minutes", "minutes")])
def test_hint_names_the_treatment(program, scratch, sent, name, treatment):
    spelling = SPELLINGS[name]
    found = verdict(program, scratch,
                    spelling.write(sent[spelling.shape][0]), *PROFILE,
                    "--logs", "operational", expect=1)
    hint, = [hint for hint in found["hints"] if hint["about"] == "treatment"]
    assert f"--treat {treatment} accepts it" in hint["text"]


def test_reason_for_day_first_is_said(program, scratch, sent):
    text = SPELLINGS["day first"].write(sent["resource-log"][0])
    found = verdict(program, scratch, text, *PROFILE, "--logs", "operational",
                    expect=0)
    hint, = found["hints"]
    assert hint["about"] == "date_order"
    assert "02/03/2026" in hint["text"]
    assert "was sent as 2026-03-02T08:00" in hint["text"]


def test_entry_of_a_map_that_matches_nothing_is_a_mistake(program, scratch,
                                                          sent):
    path = scratch / "received"
    path.write_text(lines([
        {"azure": {"resource": {"id": record["resourceId"]},
                   "correlation_id": record["correlationId"]},
         **{name: value for name, value in record.items()
            if name not in ("resourceId", "correlationId")}}
        for record in sent["resource-log"][0]]))
    names = scratch / "map.json"
    names.write_text('{\n  "azure.correlation_id": "correlationId",\n'
                     '  "azure.resource.idd": "resourceId",\n'
                     '  "recordId": "recordId"\n}\n')
    done = program("verify", path, *PROFILE, "--logs", "operational", "--map",
                   names, expect=2)
    assert done.stderr.count("\n") == 1
    assert f"{names}:3:3: /azure.resource.idd  no record has a value" in (
        done.stderr)
    assert 'did you mean "azure.resource.id"?' in done.stderr
    for received in ("azure.resource.id", "/azure/resource/id", "resource.id",
                     "id"):
        names.write_text(f'{{"{received}": "resourceId"}}')
        program("verify", path, *PROFILE, "--logs", "operational", "--map",
                names, expect=0)


@pytest.mark.parametrize("begin, words", [
    (b"PK\x03\x04", "ZIP"), (b"BZh9", "bzip2"), (b"\xfd7zXZ\x00", "xz"),
    (b"Obj\x01", "Avro"),
    (b"\xff\xfe{\x00", "UTF-16LE"), (b"\xfe\xff\x00{", "UTF-16BE"),
    (b"\xff\xfe\x00\x00{\x00\x00\x00", "UTF-32LE"),
    ('{"time":"2026"}'.encode("utf-16-le"), "UTF-16LE"),
    ('{"time":"2026"}'.encode("utf-32-be"), "UTF-32BE"),
])
def test_format_that_is_not_read_is_named(program, scratch, begin, words):
    found = verdict(program, scratch, begin + b"\x00" * 600, *PROFILE,
                    expect=1)
    assert found["total"]["undecodable"] == 1
    cause, = [cause for cause in found["causes"]
              if cause["kind"] == "undecodable"]
    assert words in cause["why"]
