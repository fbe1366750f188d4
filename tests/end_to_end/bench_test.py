"""Tests `busyhour bench`: answers are checked, commands are measured, damaged
files are handled, and the examples of docs/bench.md run.
"""

import csv
import io
import json
import re
import shutil
import subprocess

import pytest

from files import write_bytes, write_text
from program import page


SMALL = ["--calls", 40, "--rounds", 1]

# Arguments, and what the message must contain.
REFUSALS = [
    (["--parsers", "simdjson_don"], ["simdjson_don", '"simdjson_dom"']),
    (["--parsers", "jq"], ["jq", "it is one of", "nlohmann"]),
    (["--parsers", ""], ["--parsers", '""']),
    (["--task", "cuont"], ["cuont", '"count"']),
    (["--task", "count,"], ["--task", '""']),
    *((["--rounds", text], ["--rounds", text])
      for text in ("0", "-1", "1001", "many")),
    *((["--limit", text], ["--limit", text]) for text in ("0s", "25h", "soon")),
    (["--command", " "], ["--command", "is an empty command"]),
    (["--expect"], ["--expect", "--command"]),
    (["--expect", "--command", "cat", "--task", "all"], ["--expect", "all"]),
    (["--json", "--csv"], ["--csv", "--json"]),
    (["--frame", "csv", "--logs", "usage", "--parsers", "nlohmann"],
     ["--parsers", "nlohmann reads JSON", "csv"]),
    (["--frame", "csv"], ["--frame", "one log"]),
    (["--logs", "usage", "--task", "sum"], ["--task", "sum", "resource-log"]),
    (["--calls", "x", "--rounds", "0", "--task", "sun", "--parsers", "x"],
     ["--calls", "--rounds", '"sum"', "--parsers"]),
    (["/no/such/file"], ["/no/such/file", "cannot be read"]),
    (["/dev/null", "--seed", "1"], ["--seed", "cannot be combined with files"]),
    (["/dev/null"], ["/dev/null", "contains no record", "--frame"]),
]


@pytest.mark.parametrize("arguments, fragments", REFUSALS,
                         ids=[" ".join(words) for words, _ in REFUSALS])
def test_bad_input_is_refused(program, arguments, fragments):
    done = program("bench", *arguments, expect=2, timeout=30)
    assert done.stdout == "", "nothing is measured"
    for fragment in fragments:
        assert fragment in done.stderr, "the message says what and where"


TASKS = ["count", "sum", "failures", "extract", "all"]


def test_report_has_each_task_and_its_figures(program):
    done = program("bench", *SMALL, "--task", ",".join(TASKS), "--json",
                   "--command", "cat")
    report = json.loads(done.stdout)
    assert done.stderr == "", "a successful run prints no messages"
    assert [task["task"] for task in report["tasks"]] == TASKS
    for task in report["tasks"]:
        first, *_, last = task["results"]
        assert (first["name"], first["kind"], first["times_floor"]) == (
            "newline_scan", "floor", 1.0), "the floor comes first"
        assert (last["name"], last["kind"]) == ("cat", "command"), (
            "commands come last")
        assert last["peak_bytes"] > 0, "a command's memory is measured"
        assert len(task["results"]) >= 4, "parsers are measured"
        for result in task["results"]:
            assert result["ok"] and result["wall_s"]["median"] > 0, result
            assert result["records_per_s"] > 0, result


def test_csv_has_the_same_rows(program):
    text = program("bench", *SMALL, "--csv").stdout
    report = json.loads(program("bench", *SMALL, "--json").stdout)
    task, = report["tasks"]
    assert [row["name"] for row in csv.DictReader(io.StringIO(text))] == [
        row["name"] for row in task["results"]]


def test_table_is_for_a_person(program):
    table = program("bench", *SMALL, "--parsers", "nlohmann").stdout
    assert re.search(r"nlohmann +[0-9.]+ +[0-9]+ % ", table)


def test_list_has_parsers_and_tasks(program):
    listed = program("bench", "--list").stdout
    assert "newline_scan" in listed and "extract" in listed


@pytest.mark.parametrize("arguments, message", [
    (["--command", "exit 3"], "ended with status 3"),
    (["--command", "true"], "bytes of its input unread"),
    (["--command", "sleep 60", "--limit", "200ms"], "took longer than"),
    (["--command", "cat", "--expect", "--task", "count"], "wrote "),
    (["--command", "cat; kill -9 $$"], "Killed")])
def test_why_a_command_failed_is_told(program, arguments, message):
    done = program("bench", *SMALL, *arguments, expect=1, timeout=60)
    assert message in done.stdout
    done = program("bench", *SMALL, *arguments, "--json", expect=1, timeout=60)
    assert message in done.stderr
    *_, last = json.loads(done.stdout)["tasks"][0]["results"]
    assert message in last["failure"]


def test_answers_of_commands_are_checked(program):
    program("bench", *SMALL, "--task", "count", "--expect", "--command",
            "wc -l", "--command", "grep -c time")


def measured(program, path, *words):
    return json.loads(program("bench", path, "--rounds", 1, "--json",
                              *words).stdout)


@pytest.fixture
def lines(program):
    return program.generate("--calls", 40).splitlines(keepends=True)


@pytest.fixture
def path(scratch, lines):
    """A file of records."""
    write_text(scratch / "corpus.jsonl", "".join(lines))
    return scratch / "corpus.jsonl"


def test_records_of_a_file_are_counted(program, path, lines):
    corpus = measured(program, path)["corpus"]
    assert (corpus["records"], corpus["undecodable"]) == (len(lines), 0)


def test_undecodable_lines_of_a_file_are_counted(program, path, lines):
    """Undecodable lines in a file of valid records."""
    write_bytes(path, b"not json\n\xff\xfe\x00\n" + "".join(lines).encode()
                + lines[0][:100].encode())
    corpus = measured(program, path, "--task", ",".join(TASKS))["corpus"]
    assert (corpus["records"], corpus["undecodable"]) == (len(lines), 3)


def test_parser_that_overlooks_damage_is_told_of(program, path, lines):
    """Damage that only a parser that reads the whole document finds."""
    write_text(path, "".join(lines) + lines[0].replace(
        '"time":', '"x":tru,"time":', 1))
    job = ["bench", path, "--rounds", 1, "--task", "count", "--parsers"]
    done = program(*job, "nlohmann,rapidjson")
    assert "1 undecodable" in done.stdout
    if "simdjson_ondemand" not in program("bench", "--list").stdout:
        pytest.skip("there is no simdjson_ondemand")
    done = program(*job, "simdjson_ondemand", expect=None)
    if "not in this build" in done.stderr:
        assert done.returncode == 2
        pytest.skip("simdjson_ondemand is not in this build")
    assert done.returncode == 1
    assert "0 undecodable documents, not 1" in done.stdout


@pytest.mark.parametrize("frame", ["array", "event-hub"])
def test_frame_of_a_file_is_found_out(program, scratch, lines, frame):
    path = scratch / "corpus.json"
    write_text(path, program.generate("--calls", 40, "--frame", frame))
    corpus = measured(program, path)["corpus"]
    assert (corpus["frame"], corpus["records"]) == (frame, len(lines))


ROWS = ["--calls", 40, "--logs", "operational"]


def test_answer_to_a_query_is_found_out(program, scratch):
    path = scratch / "query.json"
    write_text(path, program.generate(*ROWS, "--frame", "query"))
    report = measured(program, path, "--task", "extract,sum")
    assert report["corpus"]["frame"] == "query"


def test_csv_is_for_commands(program, scratch):
    path = scratch / "portal.csv"
    write_text(path, program.generate(*ROWS, "--frame", "csv"))
    task, = measured(program, path, "--command", "wc -l")["tasks"]
    assert [row["name"] for row in task["results"]] == [
        "newline_scan", "wc -l"]


def test_wrong_shape_of_a_file_is_refused(program, path):
    done = program("bench", path, "--shape", "table", expect=2)
    assert "--shape" in done.stderr


FAULTS = ["--fault", "drop=5%", "--fault", "truncate=3%", "--fault",
          "blank_line=3%", "--fault", "wrong_type=3%"]


def test_parsers_that_meet_a_damaged_line_go_on(program):
    text = program.generate("--records", 2000, *FAULTS)
    done = program("bench", "--records", 2000, "--rounds", 1, *FAULTS,
                   "--task", "count,all", "--parsers", "nlohmann,rapidjson",
                   "--command", "wc -l", "--json")
    corpus = json.loads(done.stdout)["corpus"]
    lines = len([line for line in text.split("\n") if line.strip()])
    assert corpus["bytes"] == len(text.encode())
    assert corpus["records"] + corpus["undecodable"] == lines
    assert corpus["undecodable"] > 20


def test_nobody_knows_what_is_right_of_csv(program):
    done = program("bench", "--records", 2000, "--rounds", 1, "--frame", "csv",
                   "--logs", "usage", "--task", "count", "--command", "wc -l",
                   "--expect", *FAULTS[:4], expect=2)
    assert "--expect" in done.stderr


def test_examples_of_the_page_run(program, scratch):
    blocks = re.findall(r"```sh\n(.*?)```", page("bench.md"), re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    assert len(lines) >= 8
    for line in lines:
        if "jq " in line and shutil.which("jq") is None:
            print(f"there is no jq: {line}")
            continue
        if "busyhour bench" in line and "--records" not in line \
                and "corpus" not in line:
            # Run a smaller size than the page shows.
            line = re.sub("--bytes [0-9]+MB", "", line) + " --calls 200"
        if "busyhour bench" in line:
            line = re.sub("--rounds [0-9]+", "", line) + " --rounds 1"
        done = subprocess.run(line, shell=True, cwd=scratch, text=True,
                              env=program.environment(), capture_output=True,
                              timeout=120, check=False)
        assert done.returncode == 0, (line, done.stdout, done.stderr)
