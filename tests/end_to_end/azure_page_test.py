"""The section of docs/logs.md that lists the properties of Azure's page: its
tables contain each property of the page and no other, every field is in
`busyhour schema`, every key is in docs/profile.md, and every command runs.
"""

import re
import shlex

import pytest

import dataset
from files import data_files
from program import page

SECTION = "Azure's page, item by item"
TABLES = {"operational": "Properties of the operational log",
          "media_summary": "Properties of the media summary log",
          "usage": "Properties of the usage log"}
IN_WORDS = re.compile(r"always the same|the seed|as .*")


def section():
    return page("logs.md").split(f"\n## {SECTION}\n")[1].split("\n## ")[0]


def rows(log):
    """The rows of a log's table: lists of the cells' code spans, and the text
    of the last cell."""
    text = section().split(f"\n### {TABLES[log]}\n")[1].split("\n### ")[0]
    found = []
    for line in re.findall(r"^\| (.*) \|$", text, re.MULTILINE)[2:]:
        cells = line.split("|")
        assert len(cells) == 4, f"a row has four cells: {line}"
        found.append(([re.findall(r"`([^`]+)`", cell) for cell in cells],
                      cells[-1].strip()))
    return found


def commands():
    return re.findall(r"`(busyhour [^`]+)`", section())


def fields(program, log, shape):
    """The fields that a schema requires. Names of members begin with the name
    of their object."""
    schema = dataset.parse(program("schema", log, "--shape", shape).stdout)
    names = []
    for name in schema["required"]:
        members = schema["properties"][name].get("properties", {})
        names += [name, *(f"{name}.{member}" for member in members)]
    return names


def keys_of_profiles():
    """The keys of docs/profile.md, in the spelling of these tables."""
    keys = set()
    for part in page("profile.md").split("<!-- keys of /")[1:]:
        place, table = part.split(" -->", 1)
        prefix = place.removesuffix("/*") + "." if place.strip() else ""
        if place == "flows/*/steps/*":
            prefix = ""
        for key in re.findall(r"^\| `([\w/]+)` \|", table.split("\n## ")[0],
                              re.MULTILINE):
            keys.add(prefix + key.replace("/", "."))
    return keys


@pytest.mark.parametrize("log", TABLES)
def test_each_property_of_the_page_has_a_row(program, log):
    """Compares the rows with dataset.py, whose fields are from the page, and
    with the schema."""
    names = [name for (spans, *_), _ in rows(log) for name in spans]
    of_page = {name.partition(".")[0]
               for name, _ in dataset.fields(log, "documented")}
    assert sorted(names) == sorted(of_page)
    documented = fields(program, log, "documented")
    assert names == [name for name in documented if "." not in name], (
        "the rows are in the order of the shape")


@pytest.mark.parametrize("column, shape", [(1, "resource-log"), (2, "table")])
@pytest.mark.parametrize("log", TABLES)
def test_each_field_exists(program, log, column, shape):
    there = fields(program, log, shape)
    for cells, _ in rows(log):
        missing = set(cells[column]) - set(there)
        assert not missing, f"{log}, {shape}: {cells[0]}: {missing}"
        same = [name for name in there
                if name.lower() == cells[0][0].lower()]
        assert cells[column] or not same, (
            f"{log}, {shape}: a field that exists is named: {cells[0]}, {same}")


@pytest.mark.parametrize("log", TABLES)
def test_each_key_exists(log):
    keys = keys_of_profiles()
    for (*_, named), text in rows(log):
        missing = [key for key in named if key not in keys]
        assert IN_WORDS.fullmatch(text) or (named and not missing), (
            f"{log}: not a key of docs/profile.md: {missing}, {text}")


def test_there_are_commands():
    assert len(commands()) >= 8


@pytest.mark.parametrize("command", commands())
def test_each_command_writes_what_it_names(program, scratch, command):
    words = shlex.split(command)[1:]
    done = program(*words, cwd=scratch)
    if words[0] == "metrics":
        names = {record["metricName"]
                 for record in dataset.read(done.stdout, "event-hub")}
        assert "APIRequestCallAutomation" in names
        return
    logs = (words[words.index("--logs") + 1].split(",") if "--logs" in words
            else dataset.LOGS)
    if "--out" in words:
        files = data_files(scratch / words[words.index("--out") + 1])
        assert any(files.values()), "a file has records"
        return
    frame = "array" if "array" in words else "jsonl"
    records = dataset.read(done.stdout, frame)
    assert records, "records are written"
    shape = "portal" if "portal" in words else "resource-log"
    names = [name for name, _ in dataset.fields(*logs, shape)]
    assert dataset.names_in_order(records[0]) == names, (
        "the records are of the log that the command selects")
