"""The queries of docs/queries.md and docs/queries-calls.md. Each SQL
query gives in DuckDB and in SQLite what is computed from the records, call by
call, and what the program counts itself. DuckDB comes from npm; its tests are
skipped without it."""

import pytest

import dataset
import queries_answers
import queries_page
import queries_truth
from queries_answers import (calls_in_progress, check, connection, legs,
                             text_of)
from queries_call_answers import (CALL_TRUTHS, calls_by_start, found_calls,
                                  newest_summaries, participants_of,
                                  recordings_per_hour, requests_of_recording,
                                  summarized)
from queries_call_truth import CALL_ANSWERS, CALL_NUMBERS
from queries_data import DATASETS, ENGINES, QUERIES, REPEATED, Data
from queries_page import EXAMPLE_ID, EXAMPLE_RECORDING, EXAMPLE_TIME
from queries_truth import HOURS, rows_of

TRUTHS = queries_answers.TRUTHS | CALL_TRUTHS
ANSWERS = queries_truth.ANSWERS | CALL_ANSWERS
NUMBERS = queries_truth.NUMBERS | CALL_NUMBERS

# Queries with a word to be changed.
WITH_A_WORD = {"Calls in progress", "Requests of a call", "Search for calls",
               "Participants of a call", "Requests of a recording"}
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
                made[name].group()
        return made[name]

    yield get
    for each in made.values():
        each.close()


# The databases with each data set.
IN_EACH = pytest.mark.parametrize(
    "rows, name", [(engine, name) for engine, names in ENGINES.items()
                   for name in names], indirect=["rows"])


@pytest.fixture
def rows(request, data):
    """The rows of a query in a data set. The parameter is the database."""
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


@IN_EACH
@pytest.mark.parametrize("query", TRUTHS)
def test_query(data, rows, query, name):
    found = rows(name, query)
    if query in ("Failed requests", "Failed recording requests"):
        times = [row[0] for row in found]
        assert times == sorted(times, reverse=True), "the newest is first"
        found = sorted(found)
    check(found, TRUTHS[query](data(name)))


@pytest.mark.parametrize("query", TRUTHS)
def test_query_finds_something(data, query):
    """Uses a data set with records for all queries."""
    assert data("conference").rows(query)


@IN_EACH
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
    return ordered[:4] + ordered[4::len(ordered) // 4] + late[:4]


@IN_EACH
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
        # A whole second has no fraction in the story.
        told = [f"{record['time'][:-1]:.<20}".ljust(27, "0") + "Z"
                for record in story["records"]
                if record["log"] == "operational"]
        assert sorted(told) == [row[0] for row in found]


@pytest.mark.parametrize("query", COUNTED_ONCE)
@pytest.mark.parametrize("rows", ENGINES, indirect=True)
def test_repeated_usage_counts_once(data, rows, query):
    once, repeated = data("conference"), data("repeated")
    assert len(repeated.records["usage"]) > 1.1 * len(once.records["usage"])
    if query != "Calls in progress":
        check(rows("repeated", query), TRUTHS[query](once))
        return
    at = sorted(leg["starttime"] for leg in legs(once))[100]
    found = rows("repeated", query, (EXAMPLE_TIME, text_of(at)))
    assert found == calls_in_progress(once, at)


def spread(items, count=5):
    """Some of the items, from all over."""
    items = list(items)
    return items[::max(1, len(items) // count)]


@IN_EACH
def test_search_for_calls(data, rows, name):
    summaries = newest_summaries(data(name))
    for field in ("correlationid", "participantid", "identifier",
                  "endpointid"):
        for record in spread(summaries, 3):
            word = record[field]
            if word in (None, "Redacted"):
                continue
            found = rows(name, "Search for calls", (EXAMPLE_ID, word))
            assert found and found == found_calls(data(name), word)


@IN_EACH
def test_participants_of_a_call(data, rows, name):
    """Whichever of its correlation ids is given."""
    most = 0
    for call in [*some_calls(data(name)), *spread(summarized(data(name)))]:
        expected = (participants_of(data(name), call)
                    if call in summarized(data(name)) else [])
        most = max(most, len(expected))
        for each in {request["correlationid"] for request in call.requests}:
            assert rows(name, "Participants of a call",
                        (EXAMPLE_ID, each)) == expected
    assert most > 0


@IN_EACH
def test_requests_of_a_recording(data, rows, name):
    for recording in spread(data(name).records["recording_summary"]):
        found = rows(name, "Requests of a recording",
                     (EXAMPLE_RECORDING, recording["recordingid"]))
        assert found[0][1] == "StartRecording"
        assert sorted(found) == requests_of_recording(data(name), recording)


@pytest.mark.parametrize("query, answer, member, expected", [
    ("Calls per hour", ("time", "calls"), "calls_by_start", calls_by_start),
    ("Recordings per hour", ("time", "format", "channels", "recordings"),
     "recordings_by_time", recordings_per_hour)])
@pytest.mark.parametrize("rows", ENGINES, indirect=True)
def test_per_day(data, rows, query, answer, member, expected):
    """As the page says: fewer characters."""
    found = rows("conference", query, (", 1, 13)", ", 1, 10)"))
    check(found, expected(data("conference"), 10))
    truth = truth_of(data("conference"), bucket="1d")
    assert [(row[0][:10], *row[1:]) for row in rows_of(
        truth, member, *answer)] == [row[:len(answer)] for row in found]


# Statements of the pages about published queries.


def test_rows_with_the_correlation_id_are_no_participants(data):
    servers = [record for record in data("conference").records["call_summary"]
               if record["participantid"] == record["correlationid"]]
    assert servers and not any(record["endpointid"] for record in servers)


def test_a_call_has_summaries_with_several_correlation_ids(data):
    ids = {record["correlationid"]
           for record in newest_summaries(data("conference"))}
    assert len(ids) > 1.2 * len(summarized(data("conference")))


def test_participant_ids_do_not_tell_participants_apart(data):
    """Redacted ones are the same, but their endpoints differ."""
    endpoints = [record["endpointid"]
                 for record in newest_summaries(data("conference"))
                 if record["participantid"] == "Redacted"]
    assert len(set(endpoints)) == len(endpoints) > 1


def test_published_telephone_numbers_are_not_all(data):
    """Those of the join on the participant's id."""
    telephones = [record for record in newest_summaries(data("conference"))
                  if record["endpointtype"] == "PSTN"]
    named = {leg["participantid"] for leg in legs(data("conference"))}
    found = [record for record in telephones
             if record["participantid"] in named]
    assert 0 < len(found) < len(telephones)


def test_published_grouping_keeps_incomplete_versions(data):
    updates = data("conference").records["call_summary_updates"]
    incomplete = {record["endpointid"] for record in updates
                  if record["participantstarttime"] is None}
    complete = {record["endpointid"] for record in updates
                if record["participantstarttime"] is not None}
    assert incomplete & complete




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


# ------------------------------------------------------------------- truth


def truth_of(data, query="", bucket="1m"):
    if query in HOURS:
        bucket = "1h"
    return dataset.parse(data.program(
        "truth", "--manifest", "logs", "--bucket", bucket, "--json",
        cwd=data.place).stdout)


@pytest.fixture(scope="module")
def truths(data):
    """What `truth` says about a data set, with the buckets of a query."""
    made = {}

    def get(name, query):
        key = name, query in HOURS
        if key not in made:
            made[key] = truth_of(data(name), query)
        return made[key]

    return get


@pytest.mark.parametrize("name", DATASETS)
@pytest.mark.parametrize("query", ANSWERS)
def test_truth_has_the_rows_of_the_query(data, truths, query, name):
    check(data(name).rows(query), ANSWERS[query][1](truths(name, query)))


@pytest.mark.parametrize("name", DATASETS)
@pytest.mark.parametrize("query", NUMBERS)
def test_truth_has_the_number_of_the_query(data, truths, query, name):
    _, number, number_of_rows = NUMBERS[query]
    assert number(truths(name, query)) == pytest.approx(
        number_of_rows(data(name).rows(query)), rel=1e-9)


@pytest.mark.parametrize("name", DATASETS)
def test_truth_has_the_calls_in_progress(data, truths, name):
    rows = truths(name, "")["calls_in_progress"]
    assert rows and all(row["calls"] > 0 for row in rows)
    for row in rows[::max(1, len(rows) // 20)]:
        at = row["time"].replace("Z", ".0000000Z")
        assert data(name).rows("Calls in progress", (EXAMPLE_TIME, at)) == [
            (row["calls"],)]
        assert row["calls"] == calls_in_progress(
            data(name), dataset.milliseconds(at))[0][0]


@pytest.mark.parametrize("query", COUNTED_ONCE)
def test_truth_is_of_records_before_faults(data, truths, query):
    """A query that counts repeated records once gives the truth of a data set
    that has some."""
    if query in ANSWERS:
        check(data("repeated").rows(query),
              ANSWERS[query][1](truths("repeated", query)))
    assert truths("repeated", query) == truths("conference", query)


def test_the_page_names_the_answers():
    """Each query says what `truth` has for it, or that it has nothing."""
    named = queries_page.members()
    for query, (members, *_) in {**ANSWERS, **NUMBERS}.items():
        assert set(members) <= named[query], query
    assert {"calls_in_progress"} == named["Calls in progress"]
    for query in WITH_A_WORD - {"Calls in progress"} | {"Channels in use"}:
        assert named[query] == set()
    assert set(named) == set(QUERIES)


def test_the_page_names_what_there_is(truths):
    there = set(truths("page", "")) | {"correlation_ids"}
    assert there - {"profile", "start", "seed", "bucket_ms", "logs"} <= (
        set().union(*queries_page.members().values())
        | queries_page.other_answers()), "no answer is left out"
    for members in queries_page.members().values():
        assert members <= there
    listed = queries_page.other_answers()
    assert listed and listed <= there
