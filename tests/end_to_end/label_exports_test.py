"""Reads the files of `generate --label-exports` as the benchmarks read them, and
compares them with the written logs and with the labels in JSON Lines.
"""

import collections
import csv
import datetime
import json
import math

import pytest

from files import data_files

START = "2026-03-02T08:00:30Z"
MINUTES = 60
ROWS = MINUTES + 1  # the start is no whole minute
INCIDENTS = [
    {"name": "early", "after": "3m", "length": "2m",
     "requests": {"share": 0.5, "statuses": {"503": 1}}},
    {"name": "speech", "after": "20m", "length": "5m", "latency_factor": 3,
     "media": {"recognize": {"speech_timed_out": 0.6}}},
    {"name": "drops", "after": "24m", "length": "4m", "dropped_share": 0.3},
    # From 08:46:00 to 08:49:00, which is not in it.
    {"name": "lost", "after": "2730s", "length": "3m",
     "delivery": {"missing_share": 0.5, "duplicated_share": 0.2}},
    {"name": "fewer", "after": "50m", "length": "3m", "rate_factor": 0.2}]
FILES = {"operational": "CallAutomationOperational.jsonl",
         "media_summary": "CallAutomationMediaSummary.jsonl",
         "usage": "Usage.jsonl",
         "streaming_usage": "CallAutomationStreamingUsage.jsonl"}
RESULTS = ("operational", "media_summary")


def command(incidents=INCIDENTS):
    return ("generate", "--profile", "voice-bot", "--start", START,
            "--duration", f"{MINUTES}m", "--set", "traffic.rate=1/s", "--set",
            "assumptions.correlation_change=0.5", "--set",
            "incidents=" + json.dumps(incidents))


@pytest.fixture(scope="module")
def world(program, module_scratch):
    program(*command(), "--out", module_scratch / "logs", "--incident-labels",
            module_scratch / "labels.jsonl", "--label-exports",
            module_scratch / "exports")
    return module_scratch


def records_of(world):
    for log, name in FILES.items():
        for line in open(world / "logs" / name, encoding="utf-8"):
            yield log, json.loads(line)


def lines_of(world):
    with open(world / "labels.jsonl", encoding="utf-8") as lines:
        return list(map(json.loads, lines))


def minute_of(text):
    at = datetime.datetime.fromisoformat(text[:16])
    return (at - datetime.datetime(2026, 3, 2, 8)) // datetime.timedelta(
        minutes=1)


def counted(world):
    """The columns of the series, from the written logs."""
    columns = collections.defaultdict(lambda: [0] * ROWS)
    latency = [[] for _ in range(ROWS)]
    for log, record in records_of(world):
        i = minute_of(record["time"])
        if i >= ROWS:
            continue
        columns[f"{log}_records"][i] += 1
        if log in RESULTS:
            columns[f"{log}_failed"][i] += record["resultType"] == "Failed"
        if log == "operational":
            latency[i].append(int(record["durationMs"]))
    columns["operational_latency_ms"] = [
        math.floor(sum(each) * 10 / len(each) + 0.5) / 10 if each else 0
        for each in latency]
    return columns


def anomalous(world):
    """The minutes from the beginning of each cause to its end, or to that of
    nearly all effects."""
    marked = [0] * ROWS
    for each in lines_of(world):
        if each["type"] != "incident" or each.get("no_effect"):
            continue
        end = max(minute_of(each["effect_to_p99"]),
                  # The end does not belong to the cause.
                  minute_of((datetime.datetime.fromisoformat(each["to"][:19])
                             - datetime.timedelta(milliseconds=1)).isoformat()))
        for i in range(minute_of(each["from"]), min(end, ROWS - 1) + 1):
            marked[i] = 1
    return marked


def time_of(row):
    return datetime.datetime(2026, 3, 2, 8) + datetime.timedelta(minutes=row)


class TestNab:
    """As nab/corpus.py and nab/labeler.py read it."""

    def series(self, world):
        data = world / "exports" / "nab" / "data"
        found = {}
        for path in data.rglob("*.csv"):
            with open(path, encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file))
            found[path.relative_to(data).as_posix()] = [
                (datetime.datetime.fromisoformat(row["timestamp"]),
                 float(row["value"])) for row in rows]
        return found

    def windows(self, world):
        path = world / "exports" / "nab" / "labels" / "combined_windows.json"
        return {name: [tuple(map(datetime.datetime.fromisoformat, window))
                       for window in windows] for name, windows in json.loads(
                           path.read_text(encoding="utf-8")).items()}

    def test_the_series_are_those_of_the_logs(self, world):
        expected = counted(world)
        series = self.series(world)
        names = {f"{log}_records" for log in FILES} | {
            f"{log}_failed" for log in RESULTS} | {"operational_latency_ms"}
        assert set(series) == {f"busyhour/{name}.csv" for name in names}
        for name in names:
            assert series[f"busyhour/{name}.csv"] == [
                (time_of(i), value) for i, value in enumerate(expected[name])]
        assert sum(value for _, value
                   in series["busyhour/operational_failed.csv"]) > 100

    def test_the_windows(self, world):
        windows, series = self.windows(world), self.series(world)
        assert set(windows) == set(series)
        marked = anomalous(world)
        probation = math.floor(0.15 * ROWS)
        assert any(marked[:probation])
        for name, of in windows.items():
            times = [at for at, _ in series[name]]
            # `CorpusLabel.getWindows`: the ends are times of rows.
            assert all(at in times for window in of for at in window)
            # `LabelCombiner.checkWindows`: no window begins in the probation,
            # and none overlaps the next.
            assert all(begin >= times[probation] for begin, _ in of)
            assert all(a[1] < b[0] for a, b in zip(of, of[1:]))
            # `CorpusLabel.getLabels`.
            told = [int(any(begin <= at <= end for begin, end in of))
                    for at in times]
            first = next(i for i in range(probation, ROWS)
                         if not marked[i - 1])
            assert told[first:] == marked[first:]
            assert not any(told[:first])
        assert len(of) == 3

    def test_no_row_is_a_window_in_a_calm_world(self, program, scratch):
        program(*command([]), "--out", "null:", "--label-exports",
                scratch / "exports")
        assert set(map(len, self.windows(scratch).values())) == {0}


def rows_of(path):
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    return rows[0], rows[1:]


def test_timeeval(world):
    """As docs/concepts/datasets.md describes it: the index, the series, the
    labels."""
    path = world / "exports" / "timeeval" / "busyhour.test.csv"
    assert b"\r" not in path.read_bytes()
    header, rows = rows_of(path)
    assert header[0] == "timestamp" and header[-1] == "is_anomaly"
    assert [datetime.datetime.fromisoformat(row[0]) for row in rows] == [
        time_of(i) for i in range(ROWS)]
    assert [int(row[-1]) for row in rows] == anomalous(world)
    expected = counted(world)
    for i, name in enumerate(header[1:-1], start=1):
        assert [float(row[i]) for row in rows] == expected[name]


def test_tsb_ad(world):
    """As TSB_AD/main.py reads it, also the name."""
    (path,) = (world / "exports" / "tsb-ad").iterdir()
    header, rows = rows_of(path)
    assert header[-1] == "Label"
    marked = anomalous(world)
    assert [int(row[-1]) for row in rows] == marked
    _, timeeval = rows_of(world / "exports" / "timeeval" / "busyhour.test.csv")
    assert [row[:-1] for row in rows] == [row[1:-1] for row in timeeval]
    words = path.name.split(".")[0].split("_")
    assert words[4] == "WebService"
    assert (words[-4], words[-2]) == ("tr", "1st")
    assert int(words[-1]) == marked.index(1)
    assert not any(marked[:int(words[-3])])


def test_loghub(world):
    """As loglizer/dataloader.py reads it: a label for each trace in the logs."""
    with open(world / "exports" / "loghub" / "anomaly_label.csv",
              encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    labels = {row["CorrelationId"]: row["Label"] for row in rows}
    assert len(labels) == len(rows)
    assert set(labels.values()) == {"Normal", "Anomaly"}
    written = {record["correlationId"] for _, record in records_of(world)}
    assert set(labels) == written
    touched = {line["correlation_id"] for line in lines_of(world)
               if line["type"] == "record"}
    assert {each for each, label in labels.items()
            if label == "Anomaly"} == touched & written
    # Only calls that left nothing have a label and no row.
    assert touched - written
    assert len(touched & written) > 100


def test_the_exports_do_not_depend_on_other_files(program, world, scratch):
    program(*command(), "--out", "null:", "--label-exports",
            scratch / "exports", "--threads", 1)
    assert data_files(scratch / "exports") == data_files(world / "exports")


def test_shards_divide_the_labels(program, world, scratch):
    told = collections.Counter()
    for shard in ("0/2", "1/2"):
        place = scratch / shard[0]
        program(*command(), "--shard", shard, "--out", "null:",
                "--label-exports", place)
        _, rows = rows_of(place / "loghub" / "anomaly_label.csv")
        told.update(map(tuple, rows))
    _, rows = rows_of(world / "exports" / "loghub" / "anomaly_label.csv")
    assert told == collections.Counter(map(tuple, rows))


def test_mistakes(program, scratch):
    place = scratch / "exports"
    place.mkdir()
    (place / "mine").write_text("")
    job = (*command(), "--out", scratch / "logs", "--label-exports")
    ended = program(*job, place, expect=2)
    assert "is not empty; --force replaces its files" in ended.stderr
    ended = program(*job, place / "mine", expect=2)
    assert "mine is not a directory" in ended.stderr
    (scratch / "link").symlink_to(place)
    ended = program(*job, scratch / "link", expect=2)
    assert "not a directory, but a link" in ended.stderr
    ended = program(*job, scratch / "logs", expect=2)
    assert "belongs to the directory of --out" in ended.stderr
    ended = program(*job, "", expect=2)
    assert "the name is empty" in ended.stderr
    ended = program("generate", "--calls", 5, "--out", scratch / "logs",
                    "--label-exports", scratch / "new", expect=2)
    assert "--duration" in ended.stderr
    assert not (scratch / "new").exists() and not (scratch / "logs").exists()
    program(*job, place, "--force")
    assert (place / "loghub" / "anomaly_label.csv").exists()
