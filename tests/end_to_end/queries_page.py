"""What docs/queries.md and docs/queries-calls.md have: the commands and the
program that load the records, and of each query its KQL and its SQL."""

import re
from typing import NamedTuple

from program import page

PAGES = ("queries.md", "queries-calls.md")
# The words of queries that are to be changed.
EXAMPLE_ID = "a1b2c3d4-0000-4000-8000-000000000000"
EXAMPLE_RECORDING = "eyJQbGF0Zm9ybUVuZHBvaW50SWQiOiI0"
EXAMPLE_TIME = "2026-03-02T08:05:00.0000000Z"
EXAMPLE_TIME_IN_KQL = "datetime(2026-03-02T08:05:00Z)"


class Query(NamedTuple):
    name: str  # The heading.
    kql: str
    sql: str


def text_of_pages() -> str:
    return "".join(page(name) for name in PAGES)


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text,
                      re.MULTILINE | re.DOTALL)


def queries() -> dict[str, Query]:
    """The queries by heading, in the order of the pages. Any heading may have
    one."""
    found = {}
    for part in re.split(r"^##+ ", text_of_pages(), flags=re.MULTILINE)[1:]:
        name = part.partition("\n")[0]
        kql, sql = blocks(part, "kusto"), blocks(part, "sql")
        if kql or sql:
            assert len(kql) == len(sql) == 1, (
                f"a query has one KQL and one SQL block: {name}")
            assert name not in found, f"a heading is unique: {name}"
            found[name] = Query(name, kql[0], sql[0])
    return found


def members() -> dict[str, set[str]]:
    """The answers of `truth --json` that each query names, by heading."""
    found = {}
    for name in queries():
        part = section(name)
        lines = re.findall(r"^In `truth (?:--bucket 1h )?--json`: (.*)$", part,
                           re.MULTILINE)
        assert len(lines) == ("`truth` has no answer" not in part), name
        found[name] = {word for line in lines
                       for word in re.findall(r"`(\w+)`", line)} - {"logs"}
    return found


def other_answers() -> set[str]:
    """Those of the table of answers that are in no query of their own."""
    part = page(PAGES[0]).split("\n## The answers of the simulation\n")[1]
    part = part.split("\n## ")[0]
    return set(re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE))


def section(heading: str) -> str:
    """The text below a heading of the third level."""
    text = text_of_pages().split(f"\n### {heading}\n", 1)[1]
    return re.split(r"\n##+ ", text)[0]


def loading() -> tuple[list[str], str]:
    """The commands that make the records and the metrics, and the Python
    program that loads them into SQLite."""
    commands, = blocks(section("SQLite"), "sh")
    program, = blocks(section("SQLite"), "python")
    return commands.splitlines(), program


def loading_into_duckdb() -> tuple[str, str]:
    """The commands that make the records and the statements that declare their
    tables, and the statements that load them."""
    commands, = blocks(section("DuckDB"), "sh")
    statements, = blocks(section("DuckDB"), "duckdb")
    return commands, statements
