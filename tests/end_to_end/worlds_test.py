"""The worlds of docs/worlds.md: the commands of the page make them, each query
shows what the page says, and the labels agree. KQL is checked by Microsoft's
language service, if it is there."""

import json
import re
import shlex
import sqlite3

import pytest

from program import page
from queries_page import blocks


def sections():
    parts = re.split(r"^## ", page("worlds.md"), flags=re.MULTILINE)[1:]
    return {part.partition("\n")[0]: part for part in parts}


SECTIONS = sections()
SHOWN = [name for name in SECTIONS if blocks(SECTIONS[name], "sql")]
# The labels of 300 resources take long.
LABELLED = [name for name in SHOWN if name != "multi-tenant"]
TABLES = {"operational": "ACSCallAutomationIncomingOperations",
          "media_summary": "ACSCallAutomationMediaSummary"}
FILES = {"operational": "CallAutomationOperational.jsonl",
         "media_summary": "CallAutomationMediaSummary.jsonl"}
# What makes a run smaller and still shows the same.
SMALLER = {"contact-center-outage": "0.6/s", "speech-service-down": "0.5/s",
           "bad-deployment": "0.6/s", "credential-expired": "0.6/s",
           "retry-storm": "2/s", "late-and-twice": "0.15/s",
           "holiday-week": "0.02/s", "year": "6/h", "multi-tenant": "3/s"}


def command_of(name):
    (line,) = blocks(SECTIONS[name], "sh")
    words = shlex.split(line)
    assert words[:3] == ["busyhour", "generate", "--profile"]
    assert words[3] == name
    return words[1:words.index("--out")]


@pytest.fixture(scope="module")
def world(program, module_scratch):
    """The database and the incidents of a world."""
    made = {}

    def get(name):
        if name in made:
            return made[name]
        place = module_scratch / name
        labels = module_scratch / f"{name}.labels"
        program(*command_of(name), "--set", f"traffic.rate={SMALLER[name]}",
                "--out", place,
                *(["--incident-labels", labels] if name in LABELLED else []))
        data = sqlite3.connect(":memory:")
        for log, table in TABLES.items():
            path = place / FILES[log]
            if not path.exists():
                continue
            data.executescript(program(
                "schema", log, "--format", "sql", "--dialect",
                "sqlite").stdout)
            rows = [json.loads(line) for line in
                    path.read_text(encoding="utf-8").splitlines()]
            names = list(rows[0])
            data.executemany(
                f"INSERT INTO {table} ({', '.join(names)}) VALUES "
                f"({', '.join('?' * len(names))})",
                [tuple(row[each] for each in names) for row in rows])
        incidents = [each for each in map(json.loads, open(
            labels, encoding="utf-8")) if each["type"] == "incident"
                     ] if name in LABELLED else []
        made[name] = data, incidents
        return made[name]

    yield get
    for data, _ in made.values():
        data.close()


def rows_of(world, name):
    (sql,) = blocks(SECTIONS[name], "sql")
    return world(name)[0].execute(sql).fetchall()


def during(rows, begin, end):
    """The last column of the buckets from `begin` to before `end`."""
    return [row[-1] for row in rows if begin <= row[0] < end]


@pytest.mark.parametrize("name", LABELLED)
def test_incidents_have_an_effect(world, name):
    _, incidents = world(name)
    if name == "holiday-week":
        assert not incidents
        return
    assert incidents
    for each in incidents:
        # A short one in a quiet night may hit nothing.
        if name not in ("year", "late-and-twice"):
            assert not each.get("no_effect"), each


def test_an_outage(world):
    rows = rows_of(world, "contact-center-outage")
    assert min(during(rows, "2026-03-02T09:1", "2026-03-02T09:2")) > 0.5
    assert max(during(rows, "2026-03-02T08", "2026-03-02T09:0")) < 0.05
    assert max(during(rows, "2026-03-02T09:4", "2026-03-02T10")) < 0.05


def test_speech_fails_while_requests_do_not(world):
    rows = rows_of(world, "speech-service-down")
    assert min(during(rows, "2026-03-02T08:4", "2026-03-02T09:0")) > 0.4
    assert max(during(rows, "2026-03-02T08:0", "2026-03-02T08:4")) < 0.1
    (refused,) = world("speech-service-down")[0].execute(
        "SELECT AVG(ResultSignature >= 400) FROM "
        "ACSCallAutomationIncomingOperations WHERE "
        "substr(TimeGenerated, 1, 15) IN ('2026-03-02T08:4', "
        "'2026-03-02T08:5')").fetchone()
    assert refused < 0.03


def test_a_version_is_bad(world):
    rows = rows_of(world, "bad-deployment")
    bad = [row for row in rows if row[1] == "1.3.0"]
    assert {row[0] for row in bad} >= {f"2026-03-02T09:{i}" for i in range(6)}
    assert all(0.2 < row[-1] < 0.5 for row in bad if row[2] > 100)
    assert all(row[-1] < 0.05 for row in rows if row[1] != "1.3.0")
    assert not during(rows, "2026-03-02T10:2", "2026-03-02T11")[0] > 0.05


def test_a_credential_expires(world):
    rows = rows_of(world, "credential-expired")
    assert during(rows, "2026-03-02T08", "2026-03-02T09") == [0] * 6
    assert during(rows, "2026-03-02T09:0", "2026-03-02T09:3") == [3] * 3
    # Few requests follow after the end.
    shares = [row[2] for row in rows
              if "2026-03-02T09:4" <= row[0] < "2026-03-02T10"]
    assert min(shares) > 0.99
    early = [row[2] for row in rows
             if "2026-03-02T09:0" <= row[0] < "2026-03-02T09:3"]
    assert 0.01 < min(early) and max(early) < 0.6


def test_a_storm_of_retries(world):
    rows = rows_of(world, "retry-storm")
    usual = max(during(rows, "2026-03-02T08:0", "2026-03-02T09:0"))
    storm = during(rows, "2026-03-02T09:0", "2026-03-02T09:1")
    assert usual < 1.2 < 1.5 < storm[0]
    answers = {row[0]: row[1] for row in rows}
    assert answers["2026-03-02T09:0"] > 1.5 * answers["2026-03-02T08:3"]


def test_rows_that_come_twice(world):
    rows = rows_of(world, "late-and-twice")
    again = [row for row in rows if row[1] > 1.2 * row[2]]
    assert 0 < len(again) < len(rows) / 4
    incidents = world("late-and-twice")[1]
    assert {each["incident"] for each in incidents
            if not each.get("no_effect")} == {"late", "twice", "lost"}


def test_holidays_are_quiet(world):
    answers = dict(rows_of(world, "holiday-week"))
    assert answers["2026-12-25"] < 0.3 * answers["2026-12-22"]
    assert answers["2026-12-24"] < 0.5 * answers["2026-12-22"]


def test_a_year_grows(world):
    answers = dict(rows_of(world, "year"))
    assert answers["2026-11"] > 1.2 * answers["2026-02"]
    # The random factors of the days change a month by some 6 %.
    assert answers["2026-07"] < 0.93 * answers["2026-06"]
    assert len({each["incident"] for each in world("year")[1]}) == 5


def test_one_tenant_and_one_region_fail(world):
    rows = rows_of(world, "multi-tenant")
    regions = {row[1].rsplit("-", 1)[0] for row in rows}
    assert regions == {"tenant-eu", "tenant-us", "tenant-au"}
    for begin, tenant, _, share in rows:
        if tenant == "tenant-eu-003" and "T10:0" < begin[10:] < "T10:5":
            assert share == 1.0
        elif tenant.startswith("tenant-eu") and begin[10:] == "T09:0":
            assert 0.2 < share < 0.8
        elif begin[10:] < "T09" or not tenant.startswith("tenant-eu"):
            assert share < 0.3
    assert len({row[1] for row in rows}) > 20


@pytest.fixture(scope="module")
def check(node):
    return node("kusto", "kusto_check.js")


@pytest.mark.parametrize("name", SHOWN)
def test_kql_is_accepted(program, check, name):
    tables = "".join(program("schema", log, "--format", "kql-let").stdout
                     for log in TABLES)
    (kql,) = blocks(SECTIONS[name], "kusto")
    found = check(tables + kql)
    assert found["kind"] == "Query" and found["problems"] == []
