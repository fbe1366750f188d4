"""Tests the queries of docs/queries.md. The result of each SQL query equals the
values computed here from the records, call by call, and the counts of the
program. The KQL uses only existing names.
"""

import collections
import datetime
import math
import re
import shlex
import sqlite3
import subprocess
import sys

import pytest

import calls as grouping
import dataset
import own_profiles
import queries_page
from files import manifest_of, write_json

QUERIES = queries_page.queries()
EXAMPLE_ID = "a1b2c3d4-0000-4000-8000-000000000000"
EXAMPLE_TIME = "2026-03-02T08:05:00.0000000Z"
EXAMPLE_TIME_IN_KQL = "datetime(2026-03-02T08:05:00Z)"
# The table of each log, in the order of dataset.LOGS.
TABLES = ("ACSCallAutomationIncomingOperations",
          "ACSCallAutomationMediaSummary", "ACSBillingUsage",
          "ACSCallAutomationStreamingUsage")
HOUR_MS = 3_600_000
MINUTE_MS = 60_000

# The options of `generate`; None: those of the page.
DATASETS = {
    "page": None,
    "quickstart": ["--profile", "quickstart", "--duration", "10m", "--seed", 1],
    "contact-center": ["--profile", "contact-center", "--calls", 500,
                       "--seed", 2],
    # Refused and unanswered calls have no server call id.
    "reminder-campaign": ["--profile", "reminder-campaign", "--calls", 800,
                          "--seed", 3],
    "voice-bot": ["--profile", "voice-bot", "--calls", 400, "--seed", 4,
                  "--start", "2026-03-02T13:57:00Z"],
    # Requests are throttled.
    "ivr-storm": ["--profile", "ivr-storm", "--calls", 1000, "--seed", 5,
                  "--start", "2026-03-02T09:04:30Z"],
    # Some connections last more than an hour.
    "conference": ["--profile", "conference", "--calls", 1500, "--seed", 6],
    "everything": ["--profile", own_profiles.everything, "--calls", 300,
                   "--seed", 7],
}
# Some records arrive twice. Only the queries about usage count them once.
REPEATED = ["--profile", "conference", "--calls", 1500, "--seed", 6,
            "--fault", "duplicate=0.2"]
COUNTED_ONCE = ("Connections of more than an hour", "Minutes per hour and type",
                "Records per hour and type", "Usage by channel",
                "Minutes by telephone number", "Calls in progress")


# --------------------------------------------------------------- data sets


class Data:
    """A data set: a database, loaded as on the page, and its records, grouped
    from files with another frame."""

    def __init__(self, program, place, options):
        command, code = queries_page.loading()
        words = shlex.split(command)[1:]
        place.mkdir()
        if options is None:
            options = words[1:words.index("--frame")]
        else:
            options = list(options)
            if callable(options[1]):
                write_json(place / "own.json", options[1]())
                options[1] = "own.json"
            words[1:words.index("--frame")] = options
        program(*words, "--quiet", cwd=place)
        subprocess.run([sys.executable, "-c", code], cwd=place, check=True,
                       timeout=120)
        program("generate", *options, "--shape", "table", "--out", "records",
                "--quiet", cwd=place)
        self.database = sqlite3.connect(place / "logs.db")
        self.place = place
        self.counts = manifest_of(place / "logs")["counts"]
        self.records = grouping.read(place / "records")

    def rows(self, name, *changed):
        """The result of a query, with some text of the page replaced."""
        sql = QUERIES[name].sql
        for old, new in changed:
            assert old in sql
            sql = sql.replace(old, new)
        return self.database.execute(sql).fetchall()


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
        each.database.close()


def text_of(ms):
    """A time in the format of the tables."""
    time = datetime.datetime(1970, 1, 1) + datetime.timedelta(milliseconds=ms)
    return f"{time.isoformat(timespec='milliseconds')}0000Z"


def minute(record):
    return text_of(record["time"])[:16]


def hour(record):
    return text_of(record["time"])[:13]


# ------------------------------------------------------------- expected results


def counted(keys):
    """The rows of `COUNT(*) ... GROUP BY`, in order."""
    return sorted((*key, count)
                  for key, count in collections.Counter(keys).items())


def summed(pairs):
    """The rows of `SUM(...) ... GROUP BY`, in order."""
    values = collections.defaultdict(list)
    for key, value in pairs:
        values[key].append(value)
    return sorted((*key, math.fsum(group)) for key, group in values.items())


def number_of_calls(data):
    assert len(data.calls) == data.counts["calls"]
    return [(len(data.calls),)]


def active_calls(data):
    return counted((when,) for call in data.calls
                   for when in {minute(request) for request in call.requests})


def calls_in_progress(data, at):
    """The application connects first and leaves last."""
    return [(sum(1 for call in data.calls if call.usage
                 and min(leg["starttime"] for leg in call.usage) <= at
                 and at < max(leg["endtime"] for leg in call.usage)),)]


def requests_and_errors(data):
    statuses = [request["resultsignature"]
                for request in data.records["operational"]]
    refused = [status for status in statuses if status // 100 in (4, 5)]
    assert len(statuses) == data.counts["records"]["operational"]
    assert len(refused) == data.counts["failed_requests"]
    return [(len(statuses), sum(1 for status in refused if status // 100 == 5),
             len(refused))]


def failed_requests(data):
    failed = [request for request in data.records["operational"]
              if request["resultsignature"] >= 400]
    assert len(failed) == data.counts["failed_requests"]
    return sorted((text_of(request["time"]), request["operationname"],
                   request["resultsignature"], request["correlationid"],
                   request["operationid"]) for request in failed)


def by_operation_and_version(data):
    groups = collections.defaultdict(list)
    for request in data.records["operational"]:
        groups[request["operationname"], request["operationversion"]].append(
            request["durationms"])
    return sorted(groups.items())


def nearest_rank(values, percent):
    return sorted(values)[-(-percent * len(values) // 100) - 1]


def client_addresses(data):
    rows = []
    counts = collections.defaultdict(collections.Counter)
    for request in data.records["operational"]:
        counts[request["operationname"]][request["calleripaddress"]] += 1
    for operation in sorted(counts):
        ordered = sorted(counts[operation].items(),
                         key=lambda pair: (-pair[1], pair[0]))
        rows += [(operation, *pair) for pair in ordered[:5]]
    return rows


def streaming_requests(data):
    classes = collections.defaultdict(collections.Counter)
    for request in data.records["operational"]:
        if re.fullmatch(r"(Start|Stop|Update)(MediaStreaming|Transcription)",
                        request["operationname"]):
            classes[request["operationname"]][
                request["resultsignature"] // 100] += 1
    return sorted((operation, *(of[first] for first in (2, 4, 5)))
                  for operation, of in classes.items())


def media(data, operation):
    """Pairs of summary and request of an operation. Checks that every accepted
    request has a summary."""
    of_kind = [(summary, request) for call in data.calls
               for summary, request in call.media
               if request["operationname"] == operation]
    accepted = [request for request in data.records["operational"]
                if request["operationname"] == operation
                and request["resulttype"] == "Succeeded"]
    assert len(of_kind) == len(accepted)
    return of_kind


def plays(data, flag):
    return counted((int(summary[flag]), summary["resulttype"])
                   for summary, _ in media(data, "Play"))


def recognizes(data):
    rows = counted((summary["resulttype"],)
                   for summary, _ in media(data, "Recognize"))
    results = collections.Counter(
        summary["resulttype"] for summary, _ in media(data, "Play"))
    results.update(dict(rows))
    assert results["Failed"] == data.counts["failed_media"]
    assert results["Canceled"] == data.counts["canceled_media"]
    return rows


def legs(data):
    return [leg for call in data.calls for leg in call.usage]


def long_connections(data):
    """In the order of the query."""
    found = sorted((leg["starttime"], leg["recordid"], leg)
                   for leg in legs(data)
                   if leg["endtime"] - leg["starttime"] > HOUR_MS)
    return [(record, leg["correlationid"], leg["usagetype"], text_of(start),
             text_of(leg["endtime"])) for start, record, leg in found]


def usage_by_channel(data):
    """Classified by user, not usage type: 4: is a telephone number."""
    rows = collections.defaultdict(list)
    for leg in legs(data):
        is_telephone = leg["userida"].startswith("4:")
        rows["PSTN" if is_telephone else "VoIP", leg["unittype"]].append(
            leg["quantity"])
    return sorted((*key, len(of), math.fsum(of)) for key, of in rows.items())


def by_telephone_number(data):
    groups = collections.defaultdict(list)
    for leg in legs(data):
        if leg["usagetype"] == "PSTN":
            groups[leg["userida"].partition(":")[2]].append(leg["quantity"])
    return sorted((number, len(of), math.fsum(of))
                  for number, of in groups.items())


def streamed(data):
    """Pairs of a call and a record."""
    return [(call, record) for call in data.calls for record in call.streaming]


def connection(call):
    """The connection id of a call, independent of its streaming records."""
    only, = {request["callconnectionid"] for request in call.requests
             if request["callconnectionid"]}
    return only


def minutes(record):
    return record["streamingdurationinms"] / MINUTE_MS


def streaming_minutes(data):
    sessions = collections.Counter()
    for call in data.calls:
        sessions.update(modality for _, modality in {
            (record["streamingsessionid"], record["streamingmodality"])
            for record in call.streaming})
    return [(modality, sessions[modality], total) for modality, total in summed(
        ((record["streamingmodality"],), minutes(record))
        for _, record in streamed(data))]


# The result of each query, in order. Queries with a parameter are below.
TRUTHS = {
    "Number of calls": number_of_calls,
    "Active calls per minute": active_calls,
    "Requests and errors": requests_and_errors,
    "Requests per minute by operation": lambda data: counted(
        (minute(request), request["operationname"])
        for request in data.records["operational"]),
    "Requests per minute by status": lambda data: counted(
        (minute(request), request["resultsignature"])
        for request in data.records["operational"]),
    "Requests by operation and result": lambda data: counted(
        (request["operationname"],
         "Failed" if request["resultsignature"] >= 400 else "Succeeded")
        for request in data.records["operational"]),
    "Failed requests": failed_requests,
    "Operations and API versions": lambda data: [
        key for key, _ in by_operation_and_version(data)],
    "Latency": lambda data: [
        (*key, *(nearest_rank(values, percent) for percent in (90, 95, 99)))
        for key, values in by_operation_and_version(data)],
    "Client addresses": client_addresses,
    "Streaming requests": streaming_requests,
    "Plays by loop": lambda data: plays(data, "playinloop"),
    "Plays by target": lambda data: plays(data, "playtoparticipant"),
    "Recognizes": recognizes,
    "Recognizes by input": lambda data: counted(
        (request["suboperationname"], summary["resulttype"])
        for summary, request in media(data, "Recognize")),
    "Connections of more than an hour": long_connections,
    "Minutes per hour and type": lambda data: summed(
        ((hour(leg), leg["usagetype"]), leg["quantity"])
        for leg in legs(data)),
    "Records per hour and type": lambda data: counted(
        (hour(leg), leg["usagetype"]) for leg in legs(data)),
    "Usage by channel": usage_by_channel,
    "Minutes by telephone number": by_telephone_number,
    "Calls with streaming": lambda data: counted(
        (kind,) for call in data.calls
        for kind in {"Transcription" if record["streamingmodality"]
                     == "Transcription" else "AudioStreaming"
                     for record in call.streaming}),
    "Streaming minutes": streaming_minutes,
    "Streaming minutes by call": lambda data: summed(
        ((connection(call), record["streamingmodality"]), minutes(record))
        for call, record in streamed(data)),
    "Streaming minutes by participant": lambda data: summed(
        ((connection(call), record["participantid"],
          record["streamingmodality"]), minutes(record))
        for call, record in streamed(data)
        if record["streamingmodality"] != "AudioStreamingMixed"),
}
WITH_A_WORD = {"Calls in progress", "Requests of a call"}


def check(found, expected):
    """Compares rows; sums may differ by rounding."""
    assert len(found) == len(expected), (found[:5], expected[:5])
    for row, right in zip(found, expected):
        is_same = len(row) == len(right) and all(
            math.isclose(value, other, rel_tol=1e-9)
            if isinstance(other, float) else value == other
            for value, other in zip(row, right))
        assert is_same, f"{row}, not {right}"


# ------------------------------------------------------------------- tests


def test_each_query_has_an_answer():
    assert set(QUERIES) == set(TRUTHS) | WITH_A_WORD


@pytest.mark.parametrize("name", DATASETS)
@pytest.mark.parametrize("query", TRUTHS)
def test_query(data, query, name):
    found = data(name).rows(query)
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
def test_calls_in_progress(data, name):
    starts = sorted(leg["starttime"] for leg in legs(data(name)))
    ends = sorted(leg["endtime"] for leg in legs(data(name)))
    middle = len(starts) // 2
    most = 0
    for at in (starts[0] - 1, starts[0], starts[middle], ends[middle],
               ends[middle] - 1, ends[-1] - 1, ends[-1]):
        found = data(name).rows("Calls in progress",
                                (EXAMPLE_TIME, text_of(at)))
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
def test_requests_of_a_call(program, data, name):
    """The query finds all requests by any correlation id of the call."""
    for call in some_calls(data(name)):
        expected = sorted(
            (text_of(request["time"]), request["operationname"],
             request["resultsignature"], request["durationms"],
             request["calleripaddress"], request["operationversion"],
             request["sdktype"], request["sdkversion"], request["operationid"])
            for request in call.requests)
        ids = {request["correlationid"] for request in call.requests}
        for each in ids:
            found = data(name).rows("Requests of a call", (EXAMPLE_ID, each))
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
def test_repeated_usage_counts_once(data, query):
    once, repeated = data("conference"), data("repeated")
    assert len(repeated.records["usage"]) > 1.1 * len(once.records["usage"])
    if query != "Calls in progress":
        check(repeated.rows(query), TRUTHS[query](once))
        return
    at = sorted(leg["starttime"] for leg in legs(once))[100]
    found = repeated.rows(query, (EXAMPLE_TIME, text_of(at)))
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


def columns(program, log):
    schema = dataset.parse(program("schema", log, "--shape", "table").stdout)
    return set(schema["required"])


@pytest.mark.parametrize("query", QUERIES)
def test_kql_names_what_there_is(program, query):
    """The KQL uses only existing tables, their columns, and names that the
    query defines; and the same tables as the SQL."""
    kql, sql = QUERIES[query].kql, QUERIES[query].sql
    words = set(re.findall(r"\b_?[A-Z]\w+", re.sub(r'"[^"]*"', "", kql)))
    tables = words & set(TABLES)
    assert tables == {table for table in TABLES if table in sql}
    known = set(re.findall(r"\b([A-Z]\w*) =(?!=)", kql)) | tables
    for log, table in zip(dataset.LOGS, TABLES):
        if table in tables:
            known |= columns(program, log)
    assert words <= known, words - known


def test_examples_are_the_same_in_kql_and_sql():
    assert EXAMPLE_TIME_IN_KQL in QUERIES["Calls in progress"].kql
    assert f'"{EXAMPLE_ID}"' in QUERIES["Requests of a call"].kql
