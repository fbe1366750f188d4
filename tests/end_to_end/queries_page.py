"""What docs/queries.md has: the command and the program that load the records,
and of each query its KQL and its SQL."""

import re
from typing import NamedTuple

from program import page

PAGE = "queries.md"


class Query(NamedTuple):
    name: str  # The heading.
    kql: str
    sql: str


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text,
                      re.MULTILINE | re.DOTALL)


def queries() -> dict[str, Query]:
    """By heading, in the order of the page. Any heading may have a query."""
    found = {}
    for part in re.split(r"^##+ ", page(PAGE), flags=re.MULTILINE)[1:]:
        name = part.partition("\n")[0]
        kql, sql = blocks(part, "kusto"), blocks(part, "sql")
        if kql or sql:
            assert len(kql) == len(sql) == 1, (
                f"a query is there once as KQL and once as SQL: {name}")
            assert name not in found, f"a heading is there once: {name}"
            found[name] = Query(name, kql[0], sql[0])
    return found


def loading() -> tuple[str, str]:
    """The command that makes the records, and the Python program."""
    command, = blocks(page(PAGE), "sh")
    program, = blocks(page(PAGE), "python")
    return command, program
