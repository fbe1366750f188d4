"""Tests every record of every shipped profile, shape and frame against
`busyhour schema`, with a third-party validator, and against the table of
dataset.py: fields, order, types, and no other fields.
"""

import pytest
from jsonschema import Draft202012Validator

import dataset
import own_profiles
import profiles
from files import manifest_of, read_text, write_json

CALLS = 12  # some hundred records
_TYPES = {"s": str, "i": int, "r": (int, float), "b": bool, "t": str}
_FROM_TEXT = {"i": int, "r": float, "b": {"true": True, "false": False}.get}
_COLUMN_TYPES = {"s": "string", "i": "int", "r": "real", "b": "bool",
                 "t": "datetime"}


@pytest.fixture(scope="module")
def validators(program):
    """A validator for each log and shape; checks the schema itself, too."""
    made = {}
    for log in dataset.LOGS:
        for shape in dataset.SHAPES:
            schema = dataset.parse(
                program("schema", log, "--shape", shape).stdout)
            assert schema.get("$schema") == (
                "https://json-schema.org/draft/2020-12/schema"), (
                f"a schema names its draft: {log}, {shape}")
            Draft202012Validator.check_schema(schema)
            made[log, shape] = Draft202012Validator(schema)
    return made


def typed(record, log, shape):
    """A row of text, with values converted to the types of the shape."""
    letters = dict(dataset.fields(log, shape))
    if shape == "portal":
        return record
    return {name: _FROM_TEXT.get(letters[name], str)(text)
            for name, text in record.items()}


def check_record(record, log, shape):
    expected = dataset.fields(log, shape)
    names = [name for name, _ in expected]
    law = f"{log} {shape}: fields in order, and no others"
    assert dataset.names_in_order(record) == names, (law, record)
    for name, letter in expected:
        value = record
        for part in name.split(".") if "." in name else [name]:
            value = value.get(part) if isinstance(value, dict) else None
        right = (isinstance(value, _TYPES[letter])
                 and (letter == "b" or not isinstance(value, bool)))
        assert right, f"{shape}: types: {record}, {name}, {value}"


def check_columns(text, log, shape):
    """Checks the columns of a query result."""
    columns = [(column["name"], column["type"])
               for column in dataset.parse(text)["tables"][0]["columns"]]
    expected = [(name, _COLUMN_TYPES[letter])
                for name, letter in dataset.fields(log, shape)]
    assert columns == expected, f"query: columns and their types: {log}"


LAYOUTS = [(shape, frame) for shape in dataset.SHAPES
           for frame in dataset.FRAMES if dataset.goes_together(shape, frame)]


# Frames do not change records, so one of each shape is enough here.
FIRST_FRAMES = list({shape: (shape, frame)
                     for shape, frame in reversed(LAYOUTS)}.values())


@pytest.mark.parametrize("shape, frame", FIRST_FRAMES)
def test_shipped_profile(program, scratch, validators, shipped, shape, frame):
    check_dataset(program, scratch, shipped, shape, frame, validators)


@pytest.mark.parametrize("shape, frame", LAYOUTS)
@pytest.mark.parametrize("profile", [own_profiles.everything,
                                     own_profiles.otherwise])
def test_own_profile(program, scratch, validators, profile, shape, frame):
    path = scratch / "own.json"
    write_json(path, profile())
    check_dataset(program, scratch, path, shape, frame, validators)


def check_dataset(program, scratch, profile, shape, frame, made):
    out = f"{scratch}/out"
    program("generate", "--profile", profile, "--calls", CALLS, "--seed", 3,
            "--shape", shape, "--frame", frame, "--out", out, "--quiet")
    manifest = manifest_of(out)
    for log in dataset.LOGS:
        name = dataset.file_name(log, frame)
        text = read_text(f"{out}/{name}")
        if frame == "query":
            check_columns(text, log, shape)
        records = dataset.read(text, frame)
        assert len(records) == manifest["counts"]["records"][log], (
            f"the manifest counts the records: {name}")
        for record in records:
            if frame == "csv":
                record = typed(record, log, shape)
            check_record(record, log, shape)
            error = next(made[log, shape].iter_errors(record), None)
            assert error is None, (
                f"{log} {shape}: valid by its schema: {record}, "
                f"{error and error.message}")


def damaged(record):
    """Pairs of a description and a copy of the record with one error."""
    yield "an additional field", {**record, "extra": 1}
    for name, value in record.items():
        yield "a missing field", {key: value for key, value in record.items()
                               if key != name}
        yield "null", {**record, name: None}
        yield "a list", {**record, name: [value]}
        if isinstance(value, str):
            yield "a number instead of a string", {**record, name: 5}
        if isinstance(value, dict):
            yield "a new member", {**record, name: {**value, "extra": 1}}


@pytest.mark.parametrize("shape", dataset.SHAPES)
@pytest.mark.parametrize("log", dataset.LOGS)
def test_schema_is_strict(program, validators, log, shape):
    """Tests that each schema refuses additional fields, missing fields and
    other types."""
    text = program.generate("--profile", "conference", "--calls", 9, "--logs",
                            log, "--shape", shape)
    for what, record in damaged(dataset.read(text, "jsonl")[0]):
        assert not validators[log, shape].is_valid(record), (
            f"a schema refuses {what}: {record}")


@pytest.fixture(scope="module")
def profile_validator(program):
    schema = dataset.parse(program("schema", "profile").stdout)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def test_shipped_profile_is_valid(program, profile_validator, shipped):
    check_profile(profile_validator, profiles.load(program, shipped))


@pytest.mark.parametrize("profile", [
    own_profiles.everything, own_profiles.otherwise, own_profiles.sparse])
def test_own_profile_is_valid(profile_validator, profile):
    check_profile(profile_validator, profile())


def check_profile(validator, profile):
    error = next(validator.iter_errors(profile), None)
    assert error is None, error.message
    without_flows = {key: part for key, part in profile.items()
                     if key != "flows"}
    assert not validator.is_valid({**profile, "trafic": {}}), "an unknown key"
    assert not validator.is_valid({**profile, "servers": "many"}), (
        "another type")
    assert not validator.is_valid(without_flows), "no flows"
