"""Runs the recipes of docs/recipes.md as they are, and compares the output with
the page.

DuckDB and ClickHouse come from npm as libraries: sql_command.js takes the place
of their commands. Recipes without their tool are skipped.
"""

import contextlib
import re
import shlex
import subprocess
import sys

import pytest

import log_daemons
import postgresql
import recipes_page
from files import write_text
from program import ROOT

ON_FILES = recipes_page.recipes("On files")
LIMIT_S = 120


def add_command(directory, name, *words):
    """Adds a command that runs `words`."""
    write_text(directory / name,
               f'#!/bin/sh\nexec {shlex.join(map(str, words))} "$@"\n')
    (directory / name).chmod(0o755)


@pytest.fixture(scope="module")
def commands(module_scratch):
    """A directory of commands, first in the PATH of the recipes."""
    directory = module_scratch / "bin"
    directory.mkdir()
    # The interpreter that has the packages of Debian.
    add_command(directory, "python3", sys.executable)
    return directory


@pytest.fixture(scope="module")
def database():
    """A server of PostgreSQL: variables of the environment."""
    with contextlib.ExitStack() as stack:
        servers = []

        def start():
            if not servers:
                servers.append(stack.enter_context(postgresql.server()))
            return servers[0]

        yield start


@pytest.fixture
def provide(npm_tool, commands, database):
    """Makes the tool of a recipe available, or skips the test. Returns
    variables of the environment."""
    def library(name):
        add_command(commands, name, "env",
                    f"NODE_PATH={npm_tool(name) / 'node_modules'}", "node",
                    ROOT / "tests" / "end_to_end" / "sql_command.js", name)

    def tool(recipe):
        log_daemons.need("jq")
        match recipe:
            case "Miller":
                log_daemons.need("mlr")
            case "SQLite":
                log_daemons.need("sqlite3")
            case "pandas":
                pytest.importorskip("pandas")
            case "DuckDB" | "ClickHouse":
                library(recipe.lower())
            case "PostgreSQL":
                log_daemons.need("psql")
                return database()
        return {}

    return tool


@pytest.fixture
def run(program, scratch, commands):
    """Runs a block of the page in the test's directory; returns its output."""
    def block(text, variables=()):
        environment = program.environment() | dict(variables)
        environment["PATH"] = f"{commands}:{environment['PATH']}"
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", text], cwd=scratch,
            env=environment, stdin=subprocess.DEVNULL, timeout=LIMIT_S,
            capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return block


def answer(output):
    """The rows of an output: pairs of a result and a count."""
    return re.findall(r"(\w+)\W+(\d+)$", output, re.MULTILINE)


def test_true_answer(run):
    question, output = recipes_page.first()
    assert run(question.text) == output.text
    assert len(answer(output.text)) == 3


@pytest.mark.parametrize("recipe", ON_FILES)
def test_recipe_on_files(run, provide, recipe):
    """It gives the true answer, and the tool has kept every record."""
    commands, output = ON_FILES[recipe]
    assert commands.text.splitlines()[-1].startswith("busyhour verify received")
    assert run(commands.text, provide(recipe)) == output.text
    assert answer(output.text) == answer(recipes_page.first()[-1].text)


def test_all_tools_have_a_recipe():
    assert set(ON_FILES) == {"jq", "Miller", "pandas", "DuckDB", "SQLite",
                             "PostgreSQL", "ClickHouse"}
