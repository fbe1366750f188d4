"""`busyhour metrics`: the counts are those of the logs and of the events of the
same calls, and each format has the form that its reader wants."""

import collections
import csv
import io
import re

import pytest

import calls as grouping
import dataset
import own_profiles
from events_test import events_of, milliseconds, name_of
from files import data_files, read_text, write_json

MEMBERS = ["count", "total", "minimum", "maximum", "average", "resourceId",
           "time", "metricName", "timeGrain"]
REQUESTS, EVENTS, RECORDING = METRICS = (
    "APIRequestCallAutomation", "AcsCallAutomationCallbackEvent",
    "APIRequestCallRecording")
COLUMNS = ["TimeGenerated", "MetricName", "Operation", "StatusCode",
           "StatusCodeClass", "ApiVersion", "EventTypeName", "Code",
           "CodeClass", "SubCode", "Version", "Count"]
RECORDING_OPERATIONS = {"StartRecording", "StopRecording", "PauseRecording",
                        "ResumeRecording", "GetRecordingProperties"}
# Azure's page, or the operation with spaces.
OPERATIONS = {"HangUpCall": "HangUp Call", "AddParticipant": "Add Participants",
              "RemoveParticipant": "Remove Participants"}
NOT_COUNTED = {"MoveParticipantSucceeded", "MoveParticipantFailed",
               "StartRecordingFailed"}
MINUTE = 60_000
HOUR = 60


def operation_of(name):
    return OPERATIONS.get(name) or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)


def minute_of(ms):
    return ms // MINUTE


def minute_of_text(text):
    ms = dataset.milliseconds(text)
    assert ms % MINUTE == 0
    return ms // MINUTE


def class_of(code):
    return f"{str(code)[0]}xx"


def rows_of(program, source, *job):
    text = program("metrics", "--profile", source, *job, "--format",
                   "csv").stdout
    rows = list(csv.DictReader(io.StringIO(text)))
    assert text.split("\n")[0].split(",") == COLUMNS
    return rows


def counts(rows, metric, *columns):
    found = collections.Counter()
    for row in rows:
        if row["MetricName"] == metric:
            key = (minute_of_text(row["TimeGenerated"]),
                   *(row[column] for column in columns))
            assert key not in found, "a series has one row in a minute"
            found[key] += int(row["Count"])
    return found


@pytest.mark.parametrize("case", ["quickstart", "voice-bot", "conference",
                                  "everything"])
def test_counts_are_those_of_the_logs_and_events(program, scratch, case):
    source = case
    if case == "everything":
        write_json(scratch / "own.json", own_profiles.everything())
        source = scratch / "own.json"
    job = ("--calls", 700, "--seed", 5)
    program("generate", "--profile", source, *job, "--quiet", "--out",
            scratch / "out")
    requests = {metric: collections.Counter()
                for metric in (REQUESTS, RECORDING)}
    for record in grouping.read(scratch / "out")["operational"]:
        is_recording = record["operationname"] in RECORDING_OPERATIONS
        status = str(record["resultsignature"])
        key = (minute_of(record["time"]), operation_of(record["operationname"]),
               status, class_of(status))
        if not is_recording:
            key += (record["operationversion"],)
        requests[RECORDING if is_recording else REQUESTS][key] += 1
    rows = rows_of(program, source, *job)
    assert requests[REQUESTS]
    assert counts(rows, REQUESTS, "Operation", "StatusCode", "StatusCodeClass",
                  "ApiVersion") == requests[REQUESTS]
    assert counts(rows, RECORDING, "Operation", "StatusCode",
                  "StatusCodeClass") == requests[RECORDING]
    assert requests[RECORDING] or case == "voice-bot"

    happened = collections.Counter()
    for event in events_of(program, source, *job):
        name = name_of(event)
        if name in NOT_COUNTED:
            continue
        result = event["data"]["resultInformation"]
        happened[(minute_of(milliseconds(event)),
                  "AnswerCallFailed" if name == "AnswerFailed" else name,
                  str(result["code"]), class_of(result["code"]),
                  str(result["subCode"]))] += 1
    got = collections.Counter()
    for (*key, _), count in counts(rows, EVENTS, "EventTypeName", "Code",
                                   "CodeClass", "SubCode",
                                   "Version").items():
        got[tuple(key)] += count
    assert got == happened


BLOB = re.compile(
    r"insights-metrics-pt1m/resourceId=(/SUBSCRIPTIONS/[-0-9A-F]{36}"
    r"/RESOURCEGROUPS/[^/]+/PROVIDERS/MICROSOFT.COMMUNICATION"
    r"/COMMUNICATIONSERVICES/[^/]+)"
    r"/y=(\d{4})/m=(\d\d)/d=(\d\d)/h=(\d\d)/m=00/PT1H\.json")


def test_storage_has_the_exported_records_by_hour_of_export(program, scratch):
    # Three minutes are exported together, some of them at a full hour.
    job = ("--duration", "3h", "--start", "2026-03-02T22:12:00Z")
    program("metrics", *job, "--layout", "storage", "--out", scratch / "out")
    exports = exports_of(program, "quickstart", *job)
    expected = collections.defaultdict(list)
    for records in exports:
        # An export comes when its newest minute has ended.
        hour = (max(minute_of_text(record["time"]) for record in records)
                + 1) // HOUR
        expected[hour] += records
    files = data_files(scratch / "out")
    assert len(files) == len(expected) >= 4
    for (hour, records), (name, text) in zip(sorted(expected.items()),
                                             sorted(files.items())):
        found = BLOB.fullmatch(name)
        assert found[1] == records[0]["resourceId"]
        date = "-".join(found.groups()[1:4])
        assert hour * HOUR == minute_of_text(
            f"{date}T{found[5]}:00:00.0000000Z")
        lines = dataset.lines(text.decode())
        assert list(map(dataset.parse, lines)) == records
    early = [record["time"] for record in expected[min(expected) + 1]]
    assert min(early) < "2026-03-02T23", "a blob has minutes of the hour before"


@pytest.mark.parametrize("name, selected", [
    ("m.csv", "csv"), ("m.prom", "openmetrics"), ("m.txt", "openmetrics"),
    ("m.jsonl", "export"), ("m", "export")])
def test_the_ending_selects_the_format(program, scratch, name, selected):
    job = ("metrics", "--calls", 5)
    program(*job, "--out", name, cwd=scratch)
    expected = program(*job, "--format", selected).stdout
    assert read_text(scratch / name) == expected


def test_an_ending_that_contradicts_the_format_is_refused(program, scratch):
    for name, words, reason in (
            ("m.json", ("--format", "csv"),
             "m.json would contain plain CSV: the ending must be .csv"),
            ("m.csv", ("--format", "table"),
             "m.csv would contain plain JSON Lines: the ending must be .jsonl"),
            ("m.csv.gz", (),
             "m.csv.gz would contain plain CSV: the ending must be .csv"),
            ("m.parquet", (), "the ending must be .jsonl"),
            ("m.prom", ("--format", "export"), "the ending must be .jsonl"),
            ("m.csv", ("--format", "openmetrics"),
             "m.csv would contain plain OpenMetrics: the ending must be .prom")):
        refused = program("metrics", "--calls", 5, *words, "--out", name,
                          expect=2, cwd=scratch)
        assert f"--out: {name}" in refused.stderr
        assert reason in refused.stderr
    assert not list(scratch.iterdir())


def test_storage_refuses_what_it_cannot_write(program, scratch):
    job = ("metrics", "--calls", 5, "--layout", "storage")
    for words, reason in (
            (("--format", "csv", "--out", "new"),
             "--layout: storage requires --format export"),
            ((), "--layout: requires a directory: --out DIR"),
            (("--out", "a.jsonl"), "--layout: requires a directory")):
        refused = program(*job, *words, expect=2, cwd=scratch)
        assert reason in refused.stderr
    assert not list(scratch.iterdir())
    program(*job, "--out", "new", cwd=scratch)
    before = data_files(scratch)
    again = ("metrics", "--calls", 9, "--layout", "storage", "--out", "new")
    refused = program(*again, expect=2, cwd=scratch)
    assert "PT1H.json is already there; --force replaces it" in refused.stderr
    assert data_files(scratch) == before
    # Those of another resource are added, and replace nothing.
    program(*job, "--set", "resource.name=other", "--out", "new", cwd=scratch)
    after = data_files(scratch)
    assert len(after) > len(before) and after.items() >= before.items()
    # The logs of the same resource have their own containers.
    program("generate", "--calls", 5, "--layout", "storage", "--out", "new",
            "--quiet", cwd=scratch)
    program(*again, "--force", cwd=scratch)
    assert not data_files(scratch).items() >= before.items()


def test_recording_requests_count_without_records_of_them(program, scratch):
    profile = own_profiles.everything()
    write_json(scratch / "a.json", profile)
    profile["assumptions"]["recording_operations"] = False
    write_json(scratch / "b.json", profile)
    job = ("--calls", 100)
    assert (rows_of(program, scratch / "a.json", *job)
            == rows_of(program, scratch / "b.json", *job))


def exports_of(program, source, *job):
    text = program("metrics", "--profile", source, *job).stdout
    return [dataset.parse(line)["records"] for line in dataset.lines(text)]


def check_record(record):
    assert list(record) == MEMBERS
    assert record["timeGrain"] == "PT1M"
    assert record["resourceId"].startswith("/SUBSCRIPTIONS/")
    value = 1 if record["total"] else 0
    assert [record[name] for name in ("minimum", "maximum", "average")] == (
        [value] * 3)
    assert record["count"] == max(record["total"], 1)


def test_exported_records_are_the_sums_of_each_minute(program):
    job = ("--duration", "20m", "--seed", 2)
    exports = exports_of(program, "contact-center", *job)
    totals = collections.Counter()
    for row in rows_of(program, "contact-center", *job):
        totals[(minute_of_text(row["TimeGenerated"]),
                row["MetricName"])] += int(row["Count"])
    seen = []
    for records in exports:
        for record in records:
            check_record(record)
            key = minute_of_text(record["time"]), record["metricName"]
            assert record["total"] == totals.pop(key, 0)
            seen.append(key)
    assert not totals, "each minute is exported"
    minutes = [minute for minute, _ in seen[::3]]
    assert seen == [(minute, metric) for minute in minutes
                    for metric in METRICS]
    assert minutes == list(range(minutes[0], minutes[0] + len(minutes)))
    assert len(minutes) >= 20
    assert {len(records) for records in exports[:-1]} == {9}


def few_calls(scratch, rate):
    """The file of a profile with short calls at this rate."""
    write_json(scratch / "own.json", own_profiles.tiny(
        {"one": own_profiles.answered(
            {"pause": {"wait": "1s", "next": "bye"}})}, rate=rate))
    return scratch / "own.json"


def is_idle(records):
    return not any(record["total"] for record in records)


def test_the_export_backs_off_when_nothing_happens(program, scratch):
    source = few_calls(scratch, "0.004/h")
    # A seed without a call in nine days.
    exports = next(exports for exports in (
        exports_of(program, source, "--duration", "9d", "--seed", seed)
        for seed in range(1, 30)) if all(map(is_idle, exports)))
    first = minute_of_text(exports[0][0]["time"])
    times = [minute_of_text(records[-1]["time"]) - first for records in exports]
    assert times[:20] == list(range(2, 62, 3)), "every three minutes"
    assert {b - a for a, b in zip(times[19:60], times[20:61])} == {15}
    week = 7 * 24 * HOUR
    late = [time for time in times if time > week + 15]
    assert {b - a for a, b in zip(late, late[1:-1])} == {120}
    assert all(len(records) == 3 for records in exports[20:]), (
        "only the newest minute of an idle interval")


def test_a_value_ends_the_back_off(program, scratch):
    source = few_calls(scratch, "0.5/h")
    job = ("--duration", "10d")
    exports = exports_of(program, source, *job)
    rows = rows_of(program, source, *job)
    exported = collections.Counter()
    for records in exports:
        for record in records:
            check_record(record)
            exported[record["metricName"]] += record["total"]
    counted = collections.Counter()
    for row in rows:
        counted[row["MetricName"]] += int(row["Count"])
    assert +exported == counted, "no value is left out"
    lengths = [len(records) // 3 for records in exports]
    times = [[minute_of_text(record["time"]) for record in records]
             for records in exports]
    assert max(lengths) > 3
    for before, now in zip(times, times[1:]):
        assert before[-1] < now[0]
    for records, following in zip(exports, exports[1:-1]):
        if not is_idle(records):
            last = minute_of_text(records[-1]["time"])
            assert minute_of_text(following[0]["time"]) == last + 1
            assert len(following) == 9, "three minutes again"


def test_rows_of_the_table_are_those_exported(program):
    job = ("--profile", "quickstart", "--calls", 50)
    exported = [record for records in exports_of(program, *job[1:])
                for record in records]
    text = program("metrics", *job, "--format", "table").stdout
    rows = [dataset.parse(line) for line in dataset.lines(text)]
    names = {"Total": "total", "Count": "count", "Maximum": "maximum",
             "Minimum": "minimum", "Average": "average",
             "TimeGenerated": "time", "MetricName": "metricName",
             "ResourceId": "resourceId", "TimeGrain": "timeGrain"}
    assert [{of: row[name] for name, of in names.items()}
            for row in rows] == exported
    for row in rows:
        assert row["Type"] == "AzureMetrics" and row["UnitName"] == "Count"
        assert row["_ResourceId"] == row["ResourceId"].lower()
        assert row["ResourceProvider"] == "MICROSOFT.COMMUNICATION"


SAMPLE = re.compile(r"(\w+)_total\{(.*)\} (\d+) (\d+)")
LABEL = re.compile(r'(\w+)="([^"\\]*)"')


def test_openmetrics_counters_grow_to_the_sums(program):
    job = ("--calls", 300, "--seed", 9)
    text = program("metrics", "--profile", "conference", *job, "--format",
                   "openmetrics").stdout
    *lines, end = dataset.lines(text)
    assert end == "# EOF"
    assert [line.split()[2] for line in lines
            if line.startswith("# TYPE ")] == list(METRICS)
    series = {}
    order = []
    for line in lines:
        if line.startswith("#"):
            continue
        name, labels, value, second = SAMPLE.fullmatch(line).groups()
        key = name, tuple(LABEL.findall(labels))
        if key not in series:
            order.append(key)
        assert key == order[-1], "the samples of a series are together"
        series.setdefault(key, []).append((int(second), int(value)))
    totals = collections.Counter()
    for row in rows_of(program, "conference", *job):
        dimensions = tuple((column, row[column]) for column in COLUMNS[2:-1]
                           if row[column])
        totals[row["MetricName"], dimensions] += int(row["Count"])
    assert {key: samples[-1][1] for key, samples in series.items()} == totals
    for samples in series.values():
        assert samples[0][1] == 0
        assert samples == sorted(set(samples)), "time and value grow"


def test_metrics_are_written_to_a_file(program, scratch):
    out = scratch / "metrics.csv"
    program("metrics", "--calls", 10, "--format", "csv", "--out", out)
    assert read_text(out) == program("metrics", "--calls", 10, "--format",
                                     "csv").stdout
    done = program("metrics", "--format", "exprot", expect=2)
    assert '"exprot"' in done.stderr and '"export"' in done.stderr
