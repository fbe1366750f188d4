"""Reads docs/queries.md: the command and the program that load the records, and
the KQL and SQL of each query.
"""

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
    """The queries by heading, in the order of the page. Any heading may have
    one."""
    found = {}
    for part in re.split(r"^##+ ", page(PAGE), flags=re.MULTILINE)[1:]:
        name = part.partition("\n")[0]
        kql, sql = blocks(part, "kusto"), blocks(part, "sql")
        if kql or sql:
            assert len(kql) == len(sql) == 1, (
                f"a query has one KQL and one SQL block: {name}")
            assert name not in found, f"a heading is unique: {name}"
            found[name] = Query(name, kql[0], sql[0])
    return found


def loading() -> tuple[str, str]:
    """The command that generates the records, and the Python program that loads
    them."""
    command, = blocks(page(PAGE), "sh")
    program, = blocks(page(PAGE), "python")
    return command, program
