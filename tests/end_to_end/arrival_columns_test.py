"""Shape `table-arrival`: the table with the times at which the records arrived.
"""

import json

import pytest

import call_log_laws
import dataset
from files import data_files, write_text

JOB = ["--profile", "contact-center", "--calls", 100, "--logs", "all"]
SHAPE = ["--shape", "table-arrival"]
LATE = ["--fault", "delay=0.2", "--fault", "duplicate=0.2", "--fault",
        "reorder=0.2", "--fault", "clock_skew=0.2"]


def verdict(program, *words, expect):
    return json.loads(program("verify", "--json", *words,
                              expect=expect).stdout)


def records_of(files, frame="jsonl"):
    return {name: dataset.read(text.decode(), frame)
            for name, text in files.items()}


@pytest.mark.parametrize("frame", ["jsonl", "csv", "query"])
@pytest.mark.parametrize("column", ["_TimeReceived", "IngestionTime"])
def test_arrival_is_the_simulated_delivery(program, scratch, frame, column):
    program("generate", *JOB, *SHAPE, "--frame", frame, "--out", scratch,
            "--quiet")
    found = verdict(program, "--manifest", scratch, "--arrival", f"/{column}",
                    scratch, expect=0)
    latency = found["latency_ms"]
    assert latency["count"] == found["total"]["received"] > 1000
    assert (latency["min"], latency["max"], latency["unreadable"]) == (0, 0, 0)


def test_records_are_those_of_the_table_and_in_order(program, scratch):
    for shape in ("table", "table-arrival"):
        program("generate", *JOB, "--shape", shape, "--out", scratch / shape,
                "--quiet")
    table = records_of(data_files(scratch / "table"))
    arrival = records_of(data_files(scratch / "table-arrival"))
    assert len(arrival) == len(dataset.LOGS) + len(call_log_laws.LOGS)
    for name, records in arrival.items():
        before = 0
        for record, plain in zip(records, table[name], strict=True):
            times = [dataset.milliseconds(record.pop(column))
                     for column in ("_TimeReceived", "IngestionTime")]
            assert times[0] == times[1] >= before
            before = times[0]
            assert record == plain and list(record) == list(plain)


def test_verify_compares_the_arrival(program, scratch):
    program("generate", "--calls", 50, *SHAPE, "--logs", "usage", "--out",
            scratch, "--quiet")
    text = data_files(scratch)["Usage.jsonl"].decode()
    lines = dataset.lines(text)
    record = json.loads(lines[3])
    record["_TimeReceived"] = json.loads(lines[4])["_TimeReceived"]
    assert json.dumps(record) != lines[3]
    lines[3] = json.dumps(record)
    write_text(scratch / "received.jsonl", "\n".join(lines) + "\n")
    found = verdict(program, "--manifest", scratch, scratch / "received.jsonl",
                    expect=1)
    assert found["total"]["altered"] == 1
    assert found["total"]["lost"] == 0
    program("verify", "--manifest", scratch, "--fields", "RecordId,Quantity",
            scratch / "received.jsonl")


@pytest.mark.parametrize("strict", [[], ["--strict"]])
@pytest.mark.parametrize("frame", ["jsonl", "csv"])
def test_faults_of_delivery_move_the_arrival(program, scratch, frame, strict):
    program("generate", *JOB, *SHAPE, "--frame", frame, *LATE, "--out", scratch,
            "--quiet")
    found = verdict(program, *strict, "--expect", "faults", "--manifest",
                    scratch, scratch, expect=0)["total"]
    assert (found["altered"], found["lost"], found["duplicated"]) == (0, 0, 0)
    unexpected = verdict(program, "--manifest", scratch, scratch,
                         expect=1)["total"]
    assert unexpected["altered"] > unexpected["received"] / 3


def test_clock_of_a_record_does_not_change_its_arrival(program):
    job = ["--calls", 200, "--logs", "usage", *SHAPE]
    plain = dataset.read(program.generate(*job), "jsonl")
    skewed = dataset.read(program.generate(*job, "--fault", "clock_skew=1"),
                          "jsonl")
    assert [record["_TimeReceived"] for record in plain] == [
        record["_TimeReceived"] for record in skewed]
    assert all(one["TimeGenerated"] != other["TimeGenerated"]
               for one, other in zip(plain, skewed, strict=True))


def test_azure_fills_these_columns_of_a_custom_table(program):
    refused = program("schema", "usage", "--format", "dcr-table", *SHAPE,
                      expect=2)
    assert "requires table" in refused.stderr
