"""The queries of docs/queries.md. Each SQL query gives in DuckDB and in SQLite
what is computed from the records, call by call, and what the program counts
itself. DuckDB comes from npm; its tests are skipped without it."""

import pytest

import calls as grouping
import dataset
from queries_answers import (TRUTHS, calls_in_progress, check, connection, legs,
                             text_of)
from queries_data import DATASETS, ENGINES, QUERIES, REPEATED, Data
from queries_page import EXAMPLE_ID, EXAMPLE_TIME

# Queries with a word to be changed.
WITH_A_WORD = {"Calls in progress", "Requests of a call"}
COUNTED_ONCE = ("Connections of more than an hour", "Minutes per hour and type",
                "Records per hour and type", "Usage by channel",
                "Minutes by telephone number", "Calls in progress")


@pytest.fixture(scope="module")
def data(program, module_scratch):
    made = {}

    def get(name):
        if name not in made:
            options = REPEATED if name == "repeated" else DATASETS[name]
            made[name] = Data(program, module_scratch / name, options)
            if name != "repeated":
                made[name].calls = grouping.group(made[name].records)
        return made[name]

    yield get
    for each in made.values():
        each.close()


@pytest.fixture(params=ENGINES)
def rows(request, data):
    """The rows of a query in a data set."""
    ask = None
    if request.param == "duckdb":
        ask = request.getfixturevalue("duckdb")

    def get(name, query, *changed):
        return data(name).rows(query, *changed, engine=request.param, ask=ask)

    return get


@pytest.fixture(scope="module")
def duckdb(node):
    return node("duckdb", "duckdb_run.js")


# ------------------------------------------------------------------- tests


def test_each_query_has_an_answer():
    assert set(QUERIES) == set(TRUTHS) | WITH_A_WORD


@pytest.mark.parametrize("name", DATASETS)
@pytest.mark.parametrize("query", TRUTHS)
def test_query(data, rows, query, name):
    found = rows(name, query)
    if query == "Failed requests":
        times = [row[0] for row in found]
        assert times == sorted(times, reverse=True), "the newest is first"
        found = sorted(found)
    check(found, TRUTHS[query](data(name)))


@pytest.mark.parametrize("query", TRUTHS)
def test_query_finds_something(data, query):
    """Uses a data set with records for all queries."""
    assert data("conference").rows(query)


@pytest.mark.parametrize("name", DATASETS)
def test_calls_in_progress(data, rows, name):
    starts = sorted(leg["starttime"] for leg in legs(data(name)))
    ends = sorted(leg["endtime"] for leg in legs(data(name)))
    middle = len(starts) // 2
    most = 0
    for at in (starts[0] - 1, starts[0], starts[middle], ends[middle],
               ends[middle] - 1, ends[-1] - 1, ends[-1]):
        found = rows(name, "Calls in progress", (EXAMPLE_TIME, text_of(at)))
        assert found == calls_in_progress(data(name), at)
        most = max(most, found[0][0])
    assert most > 1


def some_calls(data):
    """The calls with the most correlation ids, some others, and some that have
    requests before their server call id."""
    ordered = sorted(data.calls, key=lambda call: -len(
        {request["correlationid"] for request in call.requests}))
    late = [call for call in ordered
            if len({request["servercallid"] for request in call.requests}) > 1]
    return ordered[:8] + ordered[8::len(ordered) // 8] + late[:8]


@pytest.mark.parametrize("name", DATASETS)
def test_requests_of_a_call(data, rows, name):
    """Whichever of its ids is given."""
    for call in some_calls(data(name)):
        expected = sorted(
            (text_of(request["time"]), request["operationname"],
             request["resultsignature"], request["durationms"],
             request["calleripaddress"], request["operationversion"],
             request["sdktype"], request["sdkversion"], request["operationid"])
            for request in call.requests)
        ids = {request["correlationid"] for request in call.requests}
        for each in ids:
            found = rows(name, "Requests of a call", (EXAMPLE_ID, each))
            times = [row[0] for row in found]
            assert times == sorted(times), "the oldest is first"
            assert sorted(found) == expected


@pytest.mark.parametrize("name", DATASETS)
def test_requests_of_a_call_are_those_of_explain(program, data, name):
    place = data(name).place
    for call in some_calls(data(name))[:3]:
        each = call.requests[0]["correlationid"]
        found = data(name).rows("Requests of a call", (EXAMPLE_ID, each))
        story = dataset.parse(program(
            "explain", each, "--manifest", "logs", "--json", cwd=place).stdout)
        told = [f"{record['time'][:-1]}0000Z" for record in story["records"]
                if record["log"] == "operational"]
        assert sorted(told) == [row[0] for row in found]


@pytest.mark.parametrize("query", COUNTED_ONCE)
def test_repeated_usage_counts_once(data, rows, query):
    once, repeated = data("conference"), data("repeated")
    assert len(repeated.records["usage"]) > 1.1 * len(once.records["usage"])
    if query != "Calls in progress":
        check(rows("repeated", query), TRUTHS[query](once))
        return
    at = sorted(leg["starttime"] for leg in legs(once))[100]
    found = rows("repeated", query, (EXAMPLE_TIME, text_of(at)))
    assert found == calls_in_progress(once, at)


# Statements of the page about published queries.


def test_correlation_ids_are_more_than_calls(data):
    ids = {request["correlationid"]
           for request in data("conference").records["operational"]}
    assert len(ids) > 1.5 * len(data("conference").calls)


def test_errors_of_the_workbook_are_not_all(data):
    (_, errors, refused), = data("ivr-storm").rows("Requests and errors")
    assert 0 < errors < refused / 2


def test_a_connection_id_does_not_find_all_requests(data):
    """A correlation id does not either, in most calls of a conference."""
    calls = data("everything").calls
    assert any({"", connection(call)} <= {
        request["callconnectionid"] for request in call.requests}
        for call in calls if call.usage)


def test_long_connections_are_of_all_types(data):
    types = {row[2] for row in
             data("conference").rows("Connections of more than an hour")}
    assert types == {"Audio", "PSTN"}
