"""Reads Parquet files with DuckDB, hyparquet and parquet-wasm, and compares them
with the JSON lines of the same job: every value of every record.
"""

import datetime
import json
import os
import re
import shutil
import signal
import subprocess

import pytest

import own_profiles
from files import write_json
from program import ROOT, wait_for

LOGS = {
    "operational": "CallAutomationOperational",
    "media_summary": "CallAutomationMediaSummary",
    "usage": "Usage",
    "streaming_usage": "CallAutomationStreamingUsage",
    "call_summary": "CallSummary",
    "call_summary_updates": "CallSummaryUpdates",
    "call_diagnostics": "CallDiagnostics",
    "call_diagnostics_updates": "CallDiagnosticsUpdates",
    "recording_operational": "CallRecordingOperational",
    "recording_summary": "CallRecordingSummary",
}
READERS = ("duckdb", "hyparquet", "wasm")
SHAPES = ("table", "table-arrival", "data-export", "resource-log",
          "documented")
COMPRESSIONS = ("none", "lz4", "gzip", "zstd", "snappy")
# The columns that have an id by which nothing may be joined if it is empty.
MAY_BE_NULL = {"callconnectionid", "operationid", "participantid",
               "endpointid", "recordingid"}
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}0000Z")
# Some shapes spell some numbers as text.
NUMBER = re.compile(r"-?\d+(\.\d+)?")
ALL = ("--logs", ",".join(LOGS))


@pytest.fixture(scope="module")
def profile(module_scratch):
    """A profile whose records have every kind of value, also missing ones."""
    path = module_scratch / "own.json"
    flaws = {name: 0.3 for name in (
        "redacted_id_share", "missing_id_share", "missing_start_share",
        "missing_duration_share", "repeat_share")}
    write_json(path, {**own_profiles.everything(), "call_summary": flaws})
    return path


@pytest.fixture(scope="module")
def read(npm_tool, module_scratch):
    """`read(reader, file)` returns the rows of a file, `read("duckdb", file,
    condition)` some of them."""
    tools = [npm_tool(name) / "node_modules"
             for name in ("duckdb", "hyparquet", "hyparquet-codecs", "parquet",
                          "arrow")]
    process = subprocess.Popen(
        ["node", ROOT / "tests/end_to_end/parquet_read.js"], text=True,
        env={**os.environ, "NODE_PATH": ":".join(map(str, tools))},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(*question):
        process.stdin.write(json.dumps(list(map(str, question))) + "\n")
        process.stdin.flush()
        answer = json.loads(process.stdout.readline())
        assert "rows" in answer, answer["error"]
        return answer["rows"]

    yield ask
    process.stdin.close()
    process.wait(timeout=60)
    process.stdout.close()


def generate(program, out, *arguments):
    program("generate", "--out", out, "--quiet", "--no-sync", *arguments)
    return out


def expected(value):
    """The value of a JSON line as the readers give it."""
    if isinstance(value, dict):
        return {name: expected(each) for name, each in value.items()}
    if isinstance(value, str) and TIME.fullmatch(value):
        time = datetime.datetime.fromisoformat(value[:23] + "+00:00")
        return {"ms": round(time.timestamp() * 1000)}
    return value


def is_same(name, sent, got):
    """Whether a value is that of the JSON line. An empty id is null."""
    if isinstance(sent, dict) and "ms" not in sent:
        return (isinstance(got, dict) and list(sent) == list(got)
                and all(is_same(each, sent[each], got[each]) for each in sent))
    if got is None:
        return (sent in (None, "null")
                or (sent == "" and name.lower() in MAY_BE_NULL))
    if isinstance(sent, bool) or isinstance(got, bool):
        return sent is got
    if isinstance(sent, str) and isinstance(got, (int, float)):
        return NUMBER.fullmatch(sent) is not None and float(sent) == got
    return sent == got


def values_in(row):
    """The values of a row, with those of its groups."""
    for value in row.values():
        yield from (values_in(value) if isinstance(value, dict) else [value])


def assert_same(lines, rows):
    """Compares JSON lines with the rows of a reader."""
    assert len(rows) == len(lines)
    for number, (line, row) in enumerate(zip(lines, rows)):
        sent = expected(json.loads(line))
        assert is_same("", sent, row), (number, sent, row)


def compare(lines, rows):
    """The same for a file; returns the number of lines."""
    sent = lines.read_text().splitlines()
    assert_same(sent, rows)
    return len(sent)


@pytest.mark.parametrize("shape", SHAPES)
def test_every_value_is_that_of_the_json_lines(program, profile, read, scratch,
                                               shape):
    job = ("--profile", profile, "--calls", 400, "--shape", shape, *ALL)
    generate(program, scratch / "lines", *job)
    generate(program, scratch / "columns", *job, "--frame", "parquet")
    nulls = 0
    for log, category in LOGS.items():
        lines = scratch / "lines" / f"{category}.jsonl"
        for reader in READERS:
            rows = read(reader, scratch / "columns" / f"{category}.parquet")
            assert compare(lines, rows) or log == "streaming_usage"
            nulls += sum(value is None for row in rows
                         for value in values_in(row))
    assert nulls > 0


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_every_compression_can_be_read(program, profile, read, scratch,
                                       compression):
    job = ("--profile", profile, "--calls", 200, "--shape", "table",
           "--logs", "operational")
    lines = generate(program, scratch / "a.jsonl", *job)
    columns = generate(program, scratch / "a.parquet", *job, "--compress",
                       compression)
    for reader in READERS:
        compare(lines, read(reader, columns))


def test_many_records_are_several_row_groups_and_pages(program, read, scratch):
    """Also: DuckDB finds the same records with a condition, for which it skips
    row groups. Reading all values would take half a minute."""
    job = ("--profile", "contact-center", "--calls", 30000, "--shape", "table",
           "--logs", "operational")
    lines = generate(program, scratch / "a.jsonl", *job)
    columns = generate(program, scratch / "a.parquet", *job)
    text = lines.read_text()
    sent = text.splitlines()
    group = 131072
    assert len(sent) > 2 * group
    for begin in (0, group - 100, 2 * group - 100, len(sent) - 200):
        rows = read("duckdb", columns, f"file_row_number >= {begin}"
                    + f" AND file_row_number < {begin + 200}"
                    * (begin < len(sent) - 200))
        assert_same(sent[begin:begin + 200], rows)
    wanted = json.loads(sent[len(sent) // 2])
    for name in ("TimeGenerated", "OperationId", "CorrelationId",
                 "ServerCallId", "DurationMs"):
        spelled = f'"{name}":{json.dumps(wanted[name])}'
        value = expected(wanted[name])
        literal = (f"make_timestamptz({value['ms']} * 1000)"
                   if isinstance(value, dict) else f"'{value}'")
        found = read("duckdb", columns, f'"{name}" = {literal}')
        assert len(found) == len(re.findall(re.escape(spelled) + "[,}]", text))
        assert all(row[name] == value for row in found)


def test_columns_have_the_encoding_that_suits_them(program, node, scratch):
    """And no compression, if it hardly makes them smaller."""
    out = generate(program, scratch / "set", "--profile", "contact-center",
                   "--calls", 3000, "--logs", "operational,usage", "--frame",
                   "parquet")
    answer = node("duckdb", "duckdb_run.js")([
        "SELECT path_in_schema, encodings, compression FROM parquet_metadata("
        f"'{out}/*.parquet') ORDER BY ALL"])
    columns = {name: (encodings, compression)
               for name, encodings, compression in answer["rows"]}
    dictionary = "RLE, RLE_DICTIONARY, PLAIN"
    for name, expected_one in {
            "TimeGenerated": ("RLE, DELTA_BINARY_PACKED", "UNCOMPRESSED"),
            "OperationId": ("RLE, PLAIN", "UNCOMPRESSED"),
            "Quantity": ("RLE, PLAIN", "UNCOMPRESSED"),
            "DurationMs": (dictionary, "ZSTD"),
            "_BilledSize": (dictionary, "ZSTD"),
            "CorrelationId": (dictionary, "UNCOMPRESSED"),
            "ServerCallId": (dictionary, "ZSTD")}.items():
        assert columns[name] == expected_one, name


def test_guids_can_be_text(program, profile, read, scratch):
    job = ("--profile", profile, "--calls", 200, "--shape", "table", "--logs",
           "operational")
    lines = generate(program, scratch / "a.jsonl", *job)
    columns = generate(program, scratch / "a.parquet", *job, "--ids", "text")
    for reader in READERS:
        rows = read(reader, columns)
        compare(lines, rows)
        assert all(isinstance(row["OperationId"], str) for row in rows)


def test_a_column_may_have_more_texts_than_a_byte_selects(program, read,
                                                           scratch):
    # Each of the many resources has an id of its own.
    job = ("--profile", "multi-tenant", "--calls", 500, "--shape", "table",
           "--logs", "operational")
    lines = generate(program, scratch / "a.jsonl", *job)
    columns = generate(program, scratch / "a.parquet", *job)
    for reader in READERS:
        rows = read(reader, columns)
        assert len({row["_ResourceId"] for row in rows}) > 50
        compare(lines, rows)


def contents(directory):
    return {path.name: path.read_bytes()
            for path in directory.glob("*.parquet")}


def test_threads_do_not_change_the_bytes(program, profile, scratch):
    job = ("--profile", profile, "--calls", 20000, "--frame", "parquet", *ALL)
    one = contents(generate(program, scratch / "one", *job, "--threads", 1))
    two = contents(generate(program, scratch / "two", *job, "--threads", 2))
    assert one == two and len(one) == len(LOGS)


def test_shards_have_the_records_of_the_whole(program, profile, read, scratch):
    job = ("--profile", profile, "--calls", 300, "--shape", "table", "--logs",
           "operational")
    whole = generate(program, scratch / "a.parquet", *job)
    key = json.dumps
    parts = []
    for shard in range(3):
        file = generate(program, scratch / f"{shard}.parquet", *job, "--shard",
                        f"{shard}/3")
        parts += read("duckdb", file)
    assert sorted(map(key, parts)) == sorted(
        map(key, read("duckdb", whole)))


def test_faults_of_delivery_apply(program, profile, read, scratch):
    job = ("--profile", profile, "--calls", 300, "--shape", "table", "--logs",
           "operational", "--fault", "drop=0.1", "--fault", "duplicate=0.1",
           "--fault", "delay=0.1")
    lines = generate(program, scratch / "a.jsonl", *job)
    columns = generate(program, scratch / "a.parquet", *job)
    compare(lines, read("wasm", columns))


@pytest.mark.parametrize("signal_number", (signal.SIGINT, signal.SIGKILL))
def test_an_interrupted_run_is_continued(program, scratch, signal_number):
    """With the bytes of an uninterrupted run."""
    job = ("--profile", "contact-center", "--calls", 100000, "--frame",
           "parquet", "--rotate", "8MB")
    whole = contents(generate(program, scratch / "whole", *job))
    part = scratch / "part"
    run = program.start("generate", *job, "--out", part, "--quiet")

    def has_checkpoint():
        manifest = part / "manifest.json"
        return run.poll() is not None or (
            manifest.exists() and '"part": true' in manifest.read_text()
            and len(list(part.glob("*.parquet"))) > 2)

    assert wait_for(has_checkpoint)
    run.send_signal(signal_number)
    run.wait(timeout=60)
    run.stderr.close()
    done = program("generate", *job, "--out", part, "--resume", "--no-sync")
    assert "records" in done.stderr or "complete" in done.stderr
    assert contents(part) == whole
    shutil.rmtree(part)


def test_verify_reads_what_duckdb_makes_of_it(program, profile, node, scratch):
    """By the command that the message names."""
    out = generate(program, scratch / "set", "--profile", profile, "--calls",
                   200, "--frame", "parquet", "--logs", "operational")
    file = out / "CallAutomationOperational.parquet"
    said = program("verify", file, "--manifest", out, expect=2).stderr
    command = re.search(r'duckdb -c "(.*?)"', said).group(1)
    lines = file.with_suffix(".jsonl")
    assert "rows" in node("duckdb", "duckdb_run.js")([command])
    assert f"verify --as duckdb reads {lines}" in said
    done = program("verify", lines, "--manifest", out, "--as", "duckdb")
    assert done.stdout.startswith("PASSED")


def test_verify_judges_no_parquet(program, scratch):
    """It would count as lost records."""
    out = generate(program, scratch / "set", "--calls", 20, "--frame",
                   "parquet")
    for words in ([out], [out, "--manifest", out], [*out.glob("*.parquet")]):
        done = program("verify", *words, expect=2)
        assert done.stderr.count("is a Parquet file") >= 2
        assert not done.stdout
    with open(out / "Usage.parquet", "rb") as file:
        done = program("verify", "--manifest", out, stdin=file, expect=1)
    assert "is a Parquet file, which verify does not read" in done.stdout


def test_the_size_of_columns_is_not_known_beforehand(program, scratch):
    done = program("generate", "--bytes", "1MB", "--frame", "parquet", "--out",
                   scratch / "set", expect=2)
    assert "--records" in done.stderr


@pytest.mark.parametrize("arguments, message", [
    (["--shape", "portal"], "frame parquet requires shape table, "),
    (["--fault", "corrupt=0.1"],
     '"corrupt" changes the text of a record, which frame parquet does not '
     "have"),
    (["--layout", "storage"], "requires --frame jsonl"),
    (["--out", "x.parquet"], "holds one log in a file"),
    (["--out", "x.parquet.zst"], "the ending must be .parquet"),
    (["--frame", "jsonl", "--ids", "text"], "requires --frame parquet"),
])
def test_what_columns_cannot_have_is_refused(program, scratch, arguments,
                                             message):
    base = {"--frame": "parquet", "--out": str(scratch / "set")}
    base.update(zip(arguments[::2], arguments[1::2]))
    flat = [each for pair in base.items() for each in pair]
    done = program("generate", "--calls", 5, *flat, expect=2, cwd=scratch)
    assert message in done.stderr
