"""Every record of every shipped profile, shape and frame is what `busyhour
schema` says, by a validator that is not ours, and what the sources say, by a
table of our own: the fields, their order, their types, and nothing else.

    schemas_test.py PROGRAM [PROFILE]
"""

import json
import sys

import dataset
import own_profiles
import harness
import profiles

try:
    from jsonschema import Draft202012Validator
except ImportError:
    sys.exit("FAILED  python3-jsonschema is missing: apt-get install it")

CALLS = 40  # some hundred records
_TYPES = {"s": str, "i": int, "r": (int, float), "b": bool, "t": str}
_FROM_TEXT = {"i": int, "r": float, "b": {"true": True, "false": False}.get}
_COLUMN_TYPES = {"s": "string", "i": "int", "r": "real", "b": "bool",
                 "t": "datetime"}


def validators(program, checks):
    """A validator for each log and shape, its schema checked too."""
    made = {}
    for log in dataset.LOGS:
        for shape in dataset.SHAPES:
            schema = dataset.parse(
                program("schema", log, "--shape", shape).stdout)
            checks.same(schema.get("$schema"),
                        "https://json-schema.org/draft/2020-12/schema",
                        "a schema says which draft it is of", (log, shape))
            Draft202012Validator.check_schema(schema)
            made[log, shape] = Draft202012Validator(schema)
    return made


def typed(record, log, shape):
    """A row of text with its values as the shape has them."""
    letters = dict(dataset.fields(log, shape))
    if shape == "portal":
        return record
    return {name: _FROM_TEXT.get(letters[name], str)(text)
            for name, text in record.items()}


def check_record(record, log, shape, checks):
    expected = dataset.fields(log, shape)
    names = [name for name, _ in expected]
    law = f"{log} {shape}: fields in order, and no others"
    checks.same(dataset.names_in_order(record), names, law, record)
    for name, letter in expected:
        value = record
        for part in name.split(".") if "." in name else [name]:
            value = value.get(part) if isinstance(value, dict) else None
        right = (isinstance(value, _TYPES[letter])
                 and (letter == "b" or not isinstance(value, bool)))
        checks(right, f"{shape}: types", record, (name, value))


def check_columns(text, log, shape, checks):
    """The head of a query result."""
    columns = [(column["name"], column["type"])
               for column in dataset.parse(text)["tables"][0]["columns"]]
    expected = [(name, _COLUMN_TYPES[letter])
                for name, letter in dataset.fields(log, shape)]
    checks.same(columns, expected, "query: columns and their types", log)


def check_dataset(program, scratch, profile, shape, frame, made, checks):
    out = f"{scratch}/out"
    program("generate", "--profile", profile, "--calls", CALLS, "--seed", 3,
            "--shape", shape, "--frame", frame, "--out", out, "--force",
            "--quiet")
    with open(f"{out}/manifest.json", encoding="utf-8") as file:
        manifest = json.load(file)
    for log in dataset.LOGS:
        name = dataset.file_name(log, frame)
        with open(f"{out}/{name}", encoding="utf-8", newline="") as file:
            text = file.read()
        if frame == "query":
            check_columns(text, log, shape, checks)
        records = dataset.read(text, frame)
        checks.same(len(records), manifest["counts"]["records"][log],
                    "the manifest counts the records that are there", name)
        for record in records:
            if frame == "csv":
                record = typed(record, log, shape)
            check_record(record, log, shape, checks)
            error = next(made[log, shape].iter_errors(record), None)
            checks(error is None, f"{log} {shape}: valid by its schema",
                   record, error and error.message)


def check_strictness(program, made, checks):
    """A schema that takes anything proves nothing: each takes no field more,
    no field less and no other type."""
    for (log, shape), validator in made.items():
        text = program.generate("--calls", 3, "--logs", log, "--shape", shape)
        record = dataset.read(text, "jsonl")[0]

        def refuses(damaged, law):
            checks(not validator.is_valid(damaged),
                   f"a schema refuses {law}", damaged, (log, shape))

        refuses({**record, "extra": 1}, "a field more")
        for name, value in record.items():
            refuses({key: value for key, value in record.items()
                     if key != name}, "a field less")
            refuses({**record, name: None}, "null")
            refuses({**record, name: [value]}, "a list")
            if isinstance(value, str):
                refuses({**record, name: 5}, "a number for a text")
            if isinstance(value, dict):
                refuses({**record, name: {**value, "extra": 1}},
                        "a member more")


def check_profiles(program, checks):
    schema = dataset.parse(program("schema", "profile").stdout)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    values = {name: profiles.load(program, name)
              for name in profiles.shipped(program)}
    for own in (own_profiles.everything, own_profiles.otherwise,
                own_profiles.sparse):
        values[own.__name__] = own()
    for name, value in values.items():
        error = next(validator.iter_errors(value), None)
        checks(error is None, "a profile is valid by the schema of profiles",
               name, error and error.message)
        checks(not validator.is_valid({**value, "trafic": {}}),
               "the schema of profiles refuses an unknown key", name)
        checks(not validator.is_valid({**value, "servers": "many"}),
               "the schema of profiles refuses another type", name)
        without_flows = {key: part for key, part in value.items()
                         if key != "flows"}
        checks(not validator.is_valid(without_flows),
               "the schema of profiles wants flows", name)


def run(program, scratch, checks, *names):
    made = validators(program, checks)
    own = []
    for value in (own_profiles.everything(), own_profiles.otherwise()):
        own.append(f"{scratch}/own{len(own)}.json")
        with open(own[-1], "w", encoding="utf-8") as file:
            json.dump(value, file)
    for profile in names or [*profiles.shipped(program), *own]:
        for shape in dataset.SHAPES:
            for frame in dataset.FRAMES:
                if dataset.goes_together(shape, frame):
                    check_dataset(program, scratch, profile, shape, frame, made,
                                  checks)
    check_strictness(program, made, checks)
    check_profiles(program, checks)


harness.main(run)
