"""Runs the recipes of docs/recipes.md as they are, and compares the output with
the page.

DuckDB and ClickHouse come from npm as libraries: sql_command.js takes the place
of their commands. recipes_tools.py takes the place of the tools that receive
records. Recipes without their tool are skipped.
"""

import contextlib
import json
import re
import shlex
import subprocess
import sys

import pytest

import log_daemons
import postgresql
import recipes_page
import spellings
from files import write_text
from http_receiver import Answer, Receiver
from program import ROOT
from recipes_tools import TOOLS, StandIn, with_server

ON_FILES = recipes_page.recipes("On files")
SENT = recipes_page.recipes("Sent to receivers")
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
        if "this program was built without" in done.stderr:
            pytest.skip(done.stderr.strip())
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


# ------------------------------------------------------------ sent to receivers


def texts(recipe, language):
    return [block.text for block in SENT[recipe] if block.language == language]


def counts(output):
    """The rows of `uniq -c`, as those of `answer`."""
    return [(result, count) for count, result in
            re.findall(r"^ *(\d+) (\w+)$", output, re.MULTILINE)]


@pytest.mark.parametrize("recipe", TOOLS)
def test_recipe_with_a_receiver(run, scratch, recipe):
    """The commands around the tool are right, and `verify` reads what the tool
    is documented to write."""
    log_daemons.need("jq")
    log_daemons.need("curl")
    send, check = texts(recipe, "sh")
    with StandIn(TOOLS[recipe], scratch) as tool:
        secrets = {"HEC_TOKEN": "t0ken", "SPLUNK_USER": "ann",
                   "SPLUNK_PASSWORD": "pa55"}
        run(with_server(send, tool.url), secrets)
        tool.write()
        output = run(with_server(check, tool.url), secrets)
    assert check.splitlines()[-1].startswith("busyhour verify received")
    if tool.tool.writes_file:
        assert counts(output) == answer(recipes_page.first()[-1].text)


@pytest.mark.parametrize("recipe", [each for each in SENT if texts(each, "yaml")])
def test_configuration_is_yaml_with_the_address_of_the_recipe(recipe):
    yaml = pytest.importorskip("yaml")
    config, = texts(recipe, "yaml")
    assert isinstance(yaml.safe_load(config), dict)
    address, = re.findall(r"127\.0\.0\.1:\d+", config)
    assert address in texts(recipe, "sh")[0]


def test_logql_is_accepted(node):
    unknown = node("logql", "logql_check.js")
    query, = texts("Grafana Loki", "logql")
    assert unknown(query) == []
    assert unknown(query.replace("{", "(")) != []


UNKNOWN_TABLE = "The name 'ACSCallAutomationMediaSummary' does not refer to any"


def check_kql(kusto, text, table):
    """The language service accepts a text. It knows the table in queries only."""
    is_command = text.startswith(".")
    found = kusto(text if is_command else table + text)
    problems = [each for each in found["problems"]
                if not (is_command and each.startswith(UNKNOWN_TABLE))]
    assert problems == [] and found["columns"] != []


def test_azure_data_explorer(program, run, node, scratch):
    log_daemons.need("curl")
    kusto = node("kusto", "kusto_check.js")
    records = scratch / "logs" / "CallAutomationMediaSummary.jsonl"

    def answer_text(_):
        rows = map(json.loads, records.read_text().splitlines())
        return Answer(body=spellings.adx_v1(list(rows)).encode())

    commands, = texts("Azure Data Explorer", "sh")
    with Receiver(answer_text) as server:
        run(with_server(commands, server.url))
        sent = [json.loads(body)["csl"] for body in server.bodies()]
    table = program("schema", "media_summary", "--format", "kql-let").stdout
    assert len(sent) == 4
    for text in sent:
        check_kql(kusto, text, table)
    path, = re.findall(r'@"/(.*?)"', sent[1])
    assert scratch / path == records


def test_all_tools_have_a_recipe():
    assert {*TOOLS, "Azure Data Explorer"} == set(SENT)
    assert set(ON_FILES) == {"jq", "Miller", "pandas", "DuckDB", "SQLite",
                             "PostgreSQL", "ClickHouse"}
