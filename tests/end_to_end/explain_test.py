"""Tests that the story of a call agrees with the records of the call."""

import json
import subprocess

import pytest

import dataset

LOG_OF = {"CallAutomationOperational": "operational",
          "CallAutomationMediaSummary": "media_summary", "Usage": "usage",
          "CallAutomationStreamingUsage": "streaming_usage"}
IDS = {"operational": "operationId", "media_summary": "operationId",
       "usage": "recordId", "streaming_usage": "streamingSessionId"}


def explained(program, text, *job, **more):
    return json.loads(program("explain", text, "--json", *job, **more).stdout)


def check_call(program, records, job):
    """Compares all records of one call with its story. `records`: (log,
    record)."""
    log, first = records[0]
    story = explained(program, first["properties"][IDS[log]], *job)
    told = {(entry["log"], entry["id"]): entry for entry in story["records"]}
    assert set(told) == {(log, record["properties"][IDS[log]])
                         for log, record in records}, (
        "a story has each record of its call, and no other")
    assert len(records) == len(story["records"])
    for log, record in records:
        entry = told[log, record["properties"][IDS[log]]]
        assert entry["time"].replace("Z", "0000Z") == record["time"]
        assert record["correlationId"] in story["facts"]["CorrelationId"]
    failed = [record for log, record in records
              if record.get("resultType") == "Failed"]
    assert sum("why" in event for event in story["events"]) >= len(failed), (
        "a story gives the reason of each failure")
    for log, record in {log: (log, record) for log, record in records}.values():
        again = explained(program, json.dumps(record), *job)
        assert again["call"] == story["call"], (
            f"a record leads to the same call as its id: {record}")


@pytest.mark.parametrize("profile, calls", [
    ("quickstart", 12), ("conference", 6), ("reminder-campaign", 12)])
def test_story_agrees_with_the_records(program, profile, calls):
    job = ["--profile", profile, "--seed", 9]
    written = {}  # by the correlation ids of a call
    for line in dataset.lines(program.generate(*job, "--calls", 60)):
        record = json.loads(line)
        own = record["correlationId"]
        call = next((ids for ids in written if own in ids), None)
        if call is None:
            facts = explained(program, own, *job)["facts"]
            call = tuple(facts["CorrelationId"])
            written[call] = []
        written[call].append((LOG_OF[record["category"]], record))
    assert len(written) >= calls
    for records in list(written.values())[:calls]:
        check_call(program, records, job)


@pytest.fixture
def record(program):
    return json.loads(dataset.lines(program.generate("--calls", 1))[0])


@pytest.mark.parametrize("name", ["callConnectionId", "serverCallId",
                                  "operationId"])
def test_text_names_the_id_and_the_records(program, record, name):
    properties = record["properties"]
    text = program("explain", properties[name]).stdout
    assert properties[name] in text and properties["operationId"] in text


def test_dash_reads_a_record(program, record):
    again = program("explain", "-", "--json", stdin=None,
                    input=json.dumps(record)).stdout
    assert json.loads(again)["facts"]["CallConnectionId"] == (
        record["properties"]["callConnectionId"])


def test_id_of_another_seed_is_none(program, record):
    refused = program("explain", record["properties"]["operationId"],
                      "--seed", 2, expect=1)
    assert "contains no id" in refused.stderr


def test_a_file_is_not_an_id(program, scratch):
    program("generate", "--calls", 5, "--out", scratch, "--quiet")
    file = scratch / "Usage.jsonl"
    said = program("explain", file, expect=2).stderr
    assert f"{file} is a file" in said
    assert f"tail -1 {file} | busyhour explain -" in said
    assert "is a directory" in program("explain", scratch, expect=2).stderr


def test_standard_input_that_cannot_be_read_is_named(program):
    command = f"'{program.path}' explain - <&-"
    done = subprocess.run(["sh", "-c", command], capture_output=True,
                          text=True, check=False)
    assert done.returncode == 2
    assert "standard input cannot be read" in done.stderr
    assert "is empty" in program("explain", "-", expect=2).stderr


@pytest.mark.parametrize("words, code, reason", [
    (("5fab0875-3211-4879-8051-c688d0854c4",), 2,
     "is too short for an id: it has 31 of 32 hexadecimal digits"),
    (("hello",), 1, "hello contains no id: those of calls and records are"),
    (("5fab0875-3211-4879-8051-c688d0854c4d",), 1,
     "contains no id of profile quickstart, seed 1 and"),
    (("5fab0875-3211-4879-8051-c688d0854c4d",), 1,
     "give its --profile, --seed and --start, or the --manifest"),
    ((), 2, "ID is missing: an id"), (("a", "b"), 2, "unexpected argument"),
    (("a", "--sead", "3"), 2, 'did you mean "--seed"')])
def test_refusal_says_why(program, words, code, reason):
    assert reason in program("explain", *words, expect=code).stderr


def test_a_call_that_an_expression_leaves_out(program):
    listed = program("find", "initial_silence", "--calls", "1", "--json")
    call = json.loads(listed.stdout)["correlation_ids"][0]
    assert "of this call" in program(
        "explain", call, "--where", "initial_silence").stdout
    left_out = program("explain", call, "--where", "not initial_silence",
                       expect=1)
    assert "a call that --where does not select" in left_out.stderr
    assert left_out.stdout == ""
