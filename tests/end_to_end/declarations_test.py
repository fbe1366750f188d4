"""Tests the tables of `busyhour schema --format sql` in their databases: our
files load into them with the commands of docs/declarations.md, and the loaded
content is the same.

DuckDB and ClickHouse (chDB) come from npm. PostgreSQL is used if it is installed
or unpacked. Tests without them are skipped.
"""

import json
import re
import sqlite3
import subprocess

import pytest

import dataset
import own_profiles
import postgresql
from files import write_json
from program import page

# Shapes and frames of the files to load.
LAYOUTS = [("table", "csv"), ("table", "jsonl"), ("portal", "csv"),
           ("portal", "jsonl"), ("resource-log", "jsonl"),
           ("documented", "jsonl"), ("data-export", "jsonl"),
           ("table-arrival", "csv"), ("table-arrival", "jsonl")]
LOADS = [(log, *layout) for log in dataset.LOGS for layout in LAYOUTS]


def table_of(log, shape):
    is_table = shape in ("table", "data-export", "table-arrival")
    return dataset.TABLES[log] + ("" if is_table else "Raw")


# --------------------------------------------------------------- the commands


def loading(dialect, log, shape, frame):
    """The page's commands that load a file of this frame and log."""
    section = page("declarations.md").split(f"\n### {dialect}\n", 1)[1]
    section = re.split(r"\n##+ ", section)[0]
    found = [block for block in re.findall(r"```\w+\n(.*?)```", section,
                                           re.DOTALL)
             if f"Usage.{frame}" in block]
    assert len(found) == 1, f"{dialect} has one block that loads {frame}"
    return (found[0]
            .replace("logs/Usage.", f"{shape}-{frame}/"
                                    f"{dataset.CATEGORIES[log]}.")
            .replace("schema usage", f"schema {log} --shape {shape}")
            .replace(dataset.TABLES["usage"], table_of(log, shape)))


@pytest.fixture(scope="module")
def files(program, module_scratch):
    """A directory with a data set for each layout."""
    profile = module_scratch / "own.json"
    write_json(profile, own_profiles.everything())
    for shape, frame in LAYOUTS:
        program("generate", "--profile", profile, "--calls", 60, "--shape",
                shape, "--frame", frame, "--out",
                f"{module_scratch}/{shape}-{frame}", "--quiet")
    return module_scratch


def declaration(program, log, shape, dialect):
    return program("schema", log, "--format", "sql", "--dialect", dialect,
                   "--shape", shape).stdout


# ---------------------------------------------------------------- the content

# An aggregate of a column's values, by type: s text, i integer, r real number,
# b boolean, t time.
FIGURES = {
    "s": "count(DISTINCT nullif(CAST({} AS text), ''))",
    "i": "sum({})",
    "r": "sum({})",
    "b": "sum(CASE WHEN {} THEN 1 ELSE 0 END)",
}
DIALECT_FIGURES = {
    "PostgreSQL": {**FIGURES,
                   "t": "sum(CAST(1000 * extract(epoch FROM {}) AS bigint))"},
    "DuckDB": {**FIGURES, "t": "sum(epoch_ms({}))"},
    "ClickHouse": {**FIGURES, "s": "count(DISTINCT nullif(toString({}), ''))",
                   "b": "sum(toString({}) = 'true')",
                   "t": "sum(toUnixTimestamp64Milli({}))"},
    "SQLite": {**FIGURES, "b": "sum({} = 'true')",
               "t": "count(DISTINCT nullif({}, ''))"},
}


def letters(log, shape):
    """The columns of a table and their types; members of an object are text."""
    return [(name, "s" if "." in name or shape == "portal" else letter)
            for name, letter in dataset.fields(log, shape)]


def content_query(log, shape, dialect):
    """A query that counts the rows and computes each column's aggregate."""
    figures = ["count(*)"]
    for name, letter in letters(log, shape):
        parent, _, member = name.partition(".")
        column = (f'"{name}"' if not member else
                  f"trim(BOTH '\"' FROM JSONExtractRaw(\"{parent}\", '{member}'))"
                  if dialect == "ClickHouse" else f'"{parent}"->>\'{member}\'')
        figures.append(DIALECT_FIGURES[dialect][letter].format(
            f"({column})" if member else column))
    return f'SELECT {", ".join(figures)} FROM "{table_of(log, shape)}"'


def figure(values, letter, dialect):
    if letter == "s" or (letter == "t" and dialect == "SQLite"):
        return len({str(value) for value in values} - {""})
    if letter == "t":
        return sum(map(dataset.milliseconds, values))
    if letter == "b":
        return sum(value in (True, "true") for value in values)
    return sum(map(float, values))


def expected_content(files, log, shape, frame, dialect):
    """The expected result of `content_query`, computed from the file."""
    records = dataset.read_file(
        files / f"{shape}-{frame}" / dataset.file_name(log, frame), frame)
    assert records, "there are records to load"
    figures = [len(records)]
    for name, letter in letters(log, shape):
        parent, _, member = name.partition(".")
        values = [record[parent][member] if member else record[name]
                  for record in records]
        figures.append(figure(values, letter, dialect))
    return figures


def check_content(row, files, log, shape, frame, dialect):
    expected = expected_content(files, log, shape, frame, dialect)
    names = ["rows", *(name for name, _ in dataset.fields(log, shape))]
    for name, value, right in zip(names, row, expected, strict=True):
        assert float(value) == pytest.approx(right, rel=1e-12), (
            f"{dialect} {log} {shape} {frame}: {name}")


# -------------------------------------------------------------------- SQLite


@pytest.mark.parametrize("log, shape, frame", LOADS)
def test_sqlite_loads(program, files, scratch, log, shape, frame):
    commands = loading("SQLite", log, shape, frame).replace(
        "calls.db", f"{scratch}/calls.db")
    subprocess.run(["bash", "-euo", "pipefail", "-c", commands], check=True,
                   cwd=files, env=program.environment(), timeout=60)
    with sqlite3.connect(scratch / "calls.db") as database:
        row = database.execute(content_query(log, shape, "SQLite")).fetchone()
        check_content(row, files, log, shape, frame, "SQLite")
        first = database.execute(
            f'SELECT * FROM "{table_of(log, shape)}" LIMIT 1').fetchone()
    record = dataset.read_file(
        files / f"{shape}-{frame}" / dataset.file_name(log, frame), frame)[0]
    for value, written in zip(first, record.values(), strict=True):
        if isinstance(written, dict):
            assert json.loads(value) == written
        elif isinstance(written, bool):
            assert value == str(written).lower()
        elif isinstance(value, str):
            assert value == written
        else:
            assert value == float(written)


@pytest.mark.parametrize("log", dataset.LOGS)
def test_sqlite_refuses_what_may_not_be_empty(program, log):
    database = sqlite3.connect(":memory:")
    database.executescript(declaration(program, log, "table", "sqlite"))
    with pytest.raises(sqlite3.IntegrityError, match="TimeGenerated"):
        database.execute(f'INSERT INTO "{dataset.TABLES[log]}Lines" VALUES (\'{{}}\')')


# -------------------------------------------------------------------- DuckDB


def runner(ask):
    """A function that runs statements in a new database, and returns the rows of
    the last one. `ask` sends them to an engine."""
    def run(*statements):
        answer = ask(statements)
        assert "error" not in answer, answer["error"]
        return answer["rows"]

    return run


@pytest.fixture(scope="module")
def duckdb(node):
    return runner(node("duckdb", "duckdb_run.js"))


@pytest.mark.parametrize("log, shape, frame", LOADS)
def test_duckdb_loads(program, duckdb, files, log, shape, frame):
    row, = duckdb(declaration(program, log, shape, "duckdb"),
                  loading("DuckDB", log, shape, frame),
                  content_query(log, shape, "DuckDB"))
    check_content(row, files, log, shape, frame, "DuckDB")


# ---------------------------------------------------------------- ClickHouse


@pytest.fixture(scope="module")
def clickhouse(node):
    return runner(node("clickhouse", "clickhouse_run.js"))


@pytest.mark.parametrize("log, shape, frame", LOADS)
def test_clickhouse_loads(program, clickhouse, files, log, shape, frame):
    """The client's option is a setting, and what it sends follows the query."""
    command = next(
        line for line in loading("ClickHouse", log, shape, frame)
        .replace("\\\n", "").splitlines() if f".{frame}" in line)
    setting, value, query, path = re.fullmatch(
        r"clickhouse-client --(\w+) (\w+)\s+--query '(.*)' < (\S+)",
        command).groups()
    with open(files / path, encoding="utf-8") as content:
        row, = clickhouse(
            f"SET {setting} = '{value}'",
            declaration(program, log, shape, "clickhouse").rstrip(" ;\n"),
            f"{query}\n{content.read()}",
            content_query(log, shape, "ClickHouse"))
    check_content(row, files, log, shape, frame, "ClickHouse")


# ---------------------------------------------------------------- PostgreSQL


@pytest.fixture(scope="module")
def postgres(files):
    """Runs statements in a new database without a server, and returns the last
    row."""
    programs = postgresql.need()
    directory = files / "postgresql"
    files.chmod(0o755)
    postgresql.initialize(programs, directory)

    def run(*statements):
        text = "".join(f"{each}\n\n" for each in statements)
        done = subprocess.run(
            [f"{programs}/postgres", "--single", "-jF", "-D", directory,
             "postgres"], input=text, text=True, capture_output=True,
            timeout=60, check=False, cwd=files, **postgresql.user())
        assert "ERROR" not in done.stderr, done.stderr
        return re.findall(r'^\t ?\d+: \S+ = "(.*)"\t', done.stdout,
                          re.MULTILINE)

    return run


@pytest.mark.parametrize("log, shape, frame", LOADS)
def test_postgresql_loads(program, postgres, files, log, shape, frame):
    table = table_of(log, shape)
    # Without a server, psql's \copy is not available, and paths must be
    # absolute.
    commands = re.sub(r"\\copy (.*)", r"COPY \1;",
                      loading("PostgreSQL", log, shape, frame))
    commands = commands.replace("FROM '", f"FROM '{files}/")
    row = postgres(
        f'DROP TABLE IF EXISTS "{table}", lines;',
        declaration(program, log, shape, "postgresql"),
        *commands.splitlines(), content_query(log, shape, "PostgreSQL") + ";")
    check_content(row, files, log, shape, frame, "PostgreSQL")
