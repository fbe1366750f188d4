"""Tests the verdict of `verify` for special inputs, from real pipelines or
hostile ones.
"""

import copy
import csv
import io
import json
import os
import random

import pytest

import dataset
from damage import own
from files import write_bytes, write_json
from verdicts import verdict

JOB = ["--calls", "3"]


def line(record):
    return json.dumps(record, separators=(",", ":"))


def told(found):
    """The counts of what is wrong that are not 0."""
    return {kind: count for kind, count in found["total"].items()
            if count and kind in ("lost", "duplicated", "altered", "foreign",
                                  "undecodable")}


def swap_calls(records, generator):
    """Gives each record a random correlation id of the list; returns how many
    changed."""
    ids = [record["correlationId"] for record in records]
    altered = 0
    for record in records:
        new = generator.choice(ids)
        altered += record["correlationId"] != new
        record["correlationId"] = new
    return altered


@pytest.fixture
def records(program):
    return dataset.read(program.generate(*JOB), "jsonl")


@pytest.fixture
def case(program, scratch):
    """Checks that the verdict for a text has exactly the expected counts."""
    def check(text, expected, *job, received=None):
        text = text if isinstance(text, (str, bytes)) else "".join(
            each + "\n" for each in text)
        found = verdict(program, scratch, text, *job)
        assert told(found) == expected
        assert found["passed"] == (not expected), (
            "only undamaged input passes")
        size = len(text if isinstance(text, bytes) else text.encode())
        assert sum(found["bytes_of"].values()) == size, "every byte is counted"
        assert ("undecodable" in expected
                or found["bytes_of"]["undecodable"] == 0), (
            "undecodable bytes are reported")
        if received is not None:
            assert found["total"]["received"] == received, (
                "all records are read")

    return check


def anonymised(record):
    record = copy.deepcopy(record)
    record["resourceId"] = "/X"
    for name in ("uri", "serverCallId"):
        if name in record["properties"]:
            record["properties"][name] = "x"
    return line(record)


def test_anonymised_fields_may_be_left_out(case, scratch, records):
    hidden = list(map(anonymised, records))
    case(hidden, {}, *JOB, "--fields", "operationName")
    path = scratch / "dropped.json"
    write_json(path, {"resourceId": None, "uri": None, "serverCallId": None})
    case(hidden, {}, *JOB, "--map", path)


@pytest.mark.parametrize("respell", [
    str.upper, str.lower,
    lambda name: ("op_" if name == "operationName" else "") + name],
    ids=["upper", "lower", "op_"])
def test_names_count_strictly(case, records, respell):
    case([line({respell(name): value for name, value in record.items()})
          for record in records], {"altered": len(records)}, *JOB, "--strict")


def test_record_with_an_id_of_a_sibling_is_altered(case, records):
    """A record with the own id of another record of its call is still the same
    record."""
    generator = random.Random(9)
    calls = {}
    for record in records:
        calls.setdefault(record["correlationId"], []).append(record)
    tried = 0
    for _ in range(40):
        edited = copy.deepcopy(records)
        record = generator.choice(edited)
        place = own(record)
        if place is None:
            continue
        holder, name = place
        siblings = filter(None, map(own, calls[record["correlationId"]]))
        others = {other[key] for other, key in siblings} - {holder[name]}
        if not others:
            continue
        holder[name] = generator.choice(sorted(others))
        case(map(line, edited), {"altered": 1}, *JOB)
        tried += 1
    assert tried > 20


def test_records_with_ids_of_two_calls_are_altered(program, case):
    job = ["--calls", "2500", "--seed", "2"]
    many = dataset.read(program.generate(*job), "jsonl")
    altered = swap_calls(many, random.Random(10))
    case(map(line, many), {"altered": altered}, *job)


@pytest.mark.parametrize("wrap", [
    lambda record: {"log": line(record) + "\n", "stream": "stdout",
                    "time": "2026-03-02T08:00:00.1Z"},
    lambda record: {"time": 1700000000.1, "event": line(record)},
    lambda record: {"level": 30, "time": 1700000000123, "msg": line(record)}],
    ids=["Docker", "Splunk", "pino"])
def test_wrapped_text_is_found(case, records, wrap):
    case([line(wrap(record)) for record in records], {}, *JOB)


@pytest.mark.parametrize("is_first", [False, True])
@pytest.mark.parametrize("added", [
    {"records": []}, {"records": [{"a": 1}]}, {"records": "x"},
    {"tables": []}, {"tables": [{"rows": []}]},
    {"tables": [{"columns": [{"name": "a"}], "rows": [[1]]}]}], ids=line)
def test_field_that_is_called_like_a_message_is_none(case, records, added,
                                                     is_first):
    made = [{**added, **record} if is_first else {**record, **added}
            for record in records]
    case(map(line, made), {}, *JOB)
    case([line({"records": made[i:i + 5]}) for i in range(0, len(made), 5)],
         {}, *JOB)


def test_name_that_is_there_again_alters(case, records):
    case([line(record)[:-1] + ',"properties":null}' for record in records],
         {"altered": len(records)}, *JOB)
    value = records[0]["durationMs"]
    many = (line(records[0])[:-1] + f',"durationMs":{value}' * 300 +
            ',"durationMs":777}')
    case([many, *map(line, records[1:])], {"altered": 1}, *JOB)


def in_fives(records, between):
    return [between.join(map(line, records[i:i + 5]))
            for i in range(0, len(records), 5)]


@pytest.mark.parametrize("begin, between, end", [
    ('{"records":[', ",", ""), ('{"records":[', ",", "]"),
    ('{"records":[', ",", ",]}"), ('{"records":[', ",", ']garbage "x" }'),
    ('{"a" 1,"records":[', ",", "]}"), ('{"records":[', ",", '],"a":tru}'),
    ('{"records":[', " ", "]}")], ids=[
        "without end", "without a brace", "with a comma too many",
        "with garbage behind", "with garbage before",
        "with half a word behind", "without commas"])
def test_broken_message_is_told_once(case, records, begin, between, end):
    parts = in_fives(records, between)
    case([begin + part + end for part in parts], {"undecodable": len(parts)},
         *JOB, received=len(records))


@pytest.mark.parametrize("end", ["", "]]"])
def test_array_without_its_end_is_told_once(case, records, end):
    case("[" + ",".join(map(line, records)) + end, {"undecodable": 1}, *JOB,
         received=len(records))


def test_values_between_records_are_told(case, records):
    case("[" + ',1,"x",null,'.join(map(line, records[:2])) + "," +
         ",".join(map(line, records[2:])) + "]", {"undecodable": 3}, *JOB,
         received=len(records))


@pytest.mark.parametrize("bad", ['[tru,{"a" 1}]', "[1,]", "[01]", '["\\x"]',
                                 '{"a":[nul]}'])
def test_record_with_a_broken_value_is_lost(case, records, bad):
    count = len(records)
    case([line(record)[:-1] + f',"x":{bad}}}' for record in records],
         {"lost": count, "undecodable": count}, *JOB, received=0)


USAGE = ["--calls", "3", "--logs", "usage", "--shape", "table"]


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("cuts", [(1,), (0,), (1, 1)], ids=[
    "two tables", "an empty one first", "an empty one in the middle"])
def test_all_tables_of_an_answer_are_read(program, case, cuts, indent):
    records = dataset.read(program.generate(*USAGE), "jsonl")
    half = len(records) // 2
    places = [0, *(cut * half for cut in cuts), len(records)]
    tables = [{"name": "PrimaryResult",
               "columns": [{"name": name, "type": "string"}
                           for name in records[0]],
               "rows": [list(row.values()) for row in records[begin:end]]}
              for begin, end in zip(places, places[1:])]
    case(json.dumps({"tables": tables}, indent=indent), {}, *USAGE,
         received=len(records))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_of_csv_end_in_any_way(program, case, end):
    job = [*USAGE, "--frame", "csv"]
    header, *rows = csv.reader(io.StringIO(program.generate(*job)))
    out = io.StringIO()
    csv.writer(out, lineterminator=end).writerows([header, *rows])
    case(out.getvalue(), {}, *job, received=len(rows))
    # Blanks at the end of a line are part of the last cell.
    blank = out.getvalue().replace(end, " " + end)
    blank = blank.replace(" " + end, end, 1)
    case(blank, {"altered": len(rows)}, *job, received=len(rows))


TIME = {"portal": "TimeGenerated [UTC]", "documented": "Timestamp"}
LATE = {"portal": "3/2/2026, 11:00:00.000 PM",
        "documented": "2026-03-02T23:00:00.0000000Z"}


@pytest.mark.parametrize("change", [
    lambda time: time[:-3] + "9999" + time[-3:],
    lambda time: time.replace("3/2/2026", "2/30/2026")],
    ids=["ticks", "February 30"])
def test_time_that_no_calendar_has_is_another(program, case, change):
    job = [*JOB, "--shape", "portal"]
    name = TIME["portal"]
    records = dataset.read(program.generate(*job), "jsonl")
    case([line({**record, name: change(record[name])}) for record in records],
         {"altered": len(records)}, *job)


@pytest.mark.parametrize("shape, field, other, value", [
    *((shape, "Quantity", other, "77") for shape in TIME
      for other in ("OperationVersion", "Quantity", "Category")),
    ("portal", "PlayInLoop", "ResultCode", "999")])
def test_two_edits_of_records_without_a_resource(program, case, shape, field,
                                                 other, value):
    """Edits the time and another value of the records that have a field."""
    job = [*JOB, "--shape", shape]
    records = dataset.read(program.generate(*job), "jsonl")
    altered = sum(field in record for record in records)
    assert altered > 0
    case([line({**record, TIME[shape]: LATE[shape], other: value}
               if field in record else record) for record in records],
         {"altered": altered}, *job)


def test_directories_are_read_by_their_links(program, scratch):
    program("generate", *JOB, "--quiet", "--out", scratch / "logs")
    program("verify", scratch / "logs", *JOB)
    (scratch / "else").mkdir()
    os.rename(scratch / "logs" / "Usage.jsonl",
              scratch / "else" / "Usage.jsonl")
    os.symlink(scratch / "else", scratch / "logs" / "linked")
    os.symlink(scratch / "logs", scratch / "else" / "back")
    program("verify", scratch / "logs", *JOB)
    os.symlink(scratch / "gone", scratch / "logs" / "dangling")
    done = program("verify", scratch / "logs", *JOB, "--json", expect=1)
    assert told(json.loads(done.stdout)) == {"undecodable": 1}, (
        "unreadable files in a directory are reported")


@pytest.mark.parametrize("option", ["--manifest", "--map", "--files"])
def test_pipe_is_no_manifest_and_no_map(program, scratch, option):
    os.mkfifo(scratch / "pipe")
    done = program("verify", "/dev/null", option, scratch / "pipe", expect=2,
                   timeout=20)
    assert "is not a regular file" in done.stderr


NASTY = b"\x1b[31m\x07\xff\xc2\x9b\xe0\x81\xa1.jsonl"


@pytest.mark.parametrize("words", [
    [b"verify", NASTY, *JOB], [b"verify", NASTY, *JOB, "--json"],
    [b"verify", NASTY + b"?", *JOB], ["verify", "--files", "hostile"],
    ["verify", "--files", "hostile", "--json"],
    ["verify", b"/dev/null", "--fields", b"\x1b[1m\x9b"],
    ["verify", b"/dev/null", "--manifest", NASTY],
    ["explain", b"\x1b[31mno", *JOB],
    ["generate", "--profile", b"\x1b[31m\xff.json"], [b"\x1b[31m"]])
def test_nothing_of_others_reaches_a_terminal_as_it_is(program, scratch,
                                                       words):
    write_bytes(os.fsencode(scratch) + b"/" + NASTY,
                b'{"time":"\x1b]0;x\x07"}\n{"operationId":"\\u001b[2J"}\n')
    program("generate", *JOB, "--quiet", "--out", scratch / "hostile")
    os.rename(scratch / "hostile" / "Usage.jsonl",
              os.fsencode(scratch) + b"/hostile/Usage-\x1b[2J\xff.jsonl")
    done = program(*words, expect=None, binary=True, cwd=scratch, timeout=60)
    said = done.stdout + done.stderr
    assert done.returncode in (1, 2), said
    assert said.isascii() and not any(
        byte < 0x20 and byte != 0x0a or byte == 0x7f for byte in said), said
    if "--json" in words:
        assert isinstance(json.loads(done.stdout), dict)


@pytest.mark.parametrize("percent", [29, 57, 58])
def test_shares_of_an_allowance_are_exact(program, scratch, percent):
    job = ["--calls", "200", "--logs", "usage"]
    lines = dataset.lines(program.generate(*job))
    kept = lines[len(lines) * percent // 100:]
    job += ["--allow", f"lost={percent}%"]
    assert verdict(program, scratch, "\n".join(kept), *job)["passed"]
    assert not verdict(program, scratch, "\n".join(kept[1:]), *job)["passed"]
