"""`busyhour bench`: answers are checked, commands measured, files survived; and
the examples of docs/bench.md run."""

import csv
import io
import json
import os
import re
import shutil
import subprocess

import harness

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..",
                    "docs", "bench.md")
SMALL = ["--calls", 40, "--rounds", 1]

# Arguments, and what the message must hold.
REFUSALS = [
    (["--parsers", "simdjson_don"], ["simdjson_don", '"simdjson_dom"']),
    (["--parsers", "jq"], ["jq", "it is one of", "nlohmann"]),
    (["--parsers", ""], ["--parsers", '""']),
    (["--task", "cuont"], ["cuont", '"count"']),
    (["--task", "count,"], ["--task", '""']),
    *((["--rounds", text], ["--rounds", text])
      for text in ("0", "-1", "1001", "many")),
    *((["--limit", text], ["--limit", text]) for text in ("0s", "25h", "soon")),
    (["--command", " "], ["--command", "names nothing"]),
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
    (["/dev/null", "--seed", "1"], ["--seed", "does not go with files"]),
    (["/dev/null"], ["/dev/null", "holds no record", "--frame"]),
]


def check_refusals(program, checks):
    for arguments, fragments in REFUSALS:
        done = program("bench", *arguments, expect=None, timeout=30)
        checks.same(done.returncode, 2, "bad input: exit 2",
                    (arguments, done.stderr))
        checks.same(done.stdout, "", "bad input: nothing is measured",
                    arguments)
        for fragment in fragments:
            checks(fragment in done.stderr,
                   "bad input: the message says what and where",
                   (arguments, fragment), done.stderr)


def check_reports(program, checks):
    tasks = ["count", "sum", "failures", "extract", "all"]
    done = program("bench", *SMALL, "--task", ",".join(tasks), "--json",
                   "--command", "cat")
    report = json.loads(done.stdout)
    checks.same(done.stderr, "", "a good run has nothing to say")
    checks.same([task["task"] for task in report["tasks"]], tasks,
                "--json: each task in its place")
    for task in report["tasks"]:
        first, *_, last = task["results"]
        checks.same((first["name"], first["kind"], first["times_floor"]),
                    ("newline_scan", "floor", 1.0), "the floor comes first")
        checks.same((last["name"], last["kind"]), ("cat", "command"),
                    "commands come last")
        checks(last["peak_bytes"] > 0, "a command's memory is measured", last)
        checks(len(task["results"]) >= 4, "parsers are measured", task)
        for result in task["results"]:
            checks(result["ok"] and result["wall_s"]["median"] > 0
                   and result["records_per_s"] > 0, "each has its figures",
                   result)
    text = program("bench", *SMALL, "--csv").stdout
    rows = list(csv.DictReader(io.StringIO(text)))
    checks.same([row["name"] for row in rows],
                [row["name"] for row in report["tasks"][3]["results"][:-1]],
                "--csv: the same rows")
    table = program("bench", *SMALL, "--parsers", "nlohmann").stdout
    checks(re.search(r"nlohmann +[0-9.]+ +[0-9]+ % ", table),
           "a table for a person", table)
    listed = program("bench", "--list").stdout
    checks("newline_scan" in listed and "extract" in listed,
           "--list has parsers and tasks", listed)


def check_commands(program, checks):
    cases = [
        (["--command", "exit 3"], "ended with status 3"),
        (["--command", "true"], "bytes of its input unread"),
        (["--command", "sleep 60", "--limit", "200ms"], "took longer than"),
        (["--command", "cat", "--expect", "--task", "count"], "wrote "),
        (["--command", "cat; kill -9 $$"], "Killed"),
    ]
    for arguments, message in cases:
        done = program("bench", *SMALL, *arguments, expect=1, timeout=60)
        checks(message in done.stdout, "a table tells why a command failed",
               arguments, done.stdout)
        done = program("bench", *SMALL, *arguments, "--json", expect=1,
                       timeout=60)
        checks(message in done.stderr
               and message in json.loads(done.stdout)["tasks"][0]["results"]
               [-1]["failure"], "--json tells why a command failed", arguments,
               done.stdout)
    program("bench", *SMALL, "--task", "count", "--expect", "--command",
            "wc -l", "--command", "grep -c time")


def check_files(program, scratch, checks):
    path = f"{scratch}/corpus.jsonl"
    lines = program.generate("--calls", 40).splitlines(keepends=True)
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(lines)
    report = json.loads(program("bench", path, "--rounds", 1, "--json").stdout)
    checks.same((report["corpus"]["records"], report["corpus"]["undecodable"]),
                (len(lines), 0), "files: records are counted")
    # What no parser takes for a record, in a file that is otherwise right.
    with open(path, "wb") as file:
        file.write(b"not json\n\xff\xfe\x00\n")
        file.write("".join(lines).encode())
        file.write(lines[0][:100].encode())
    report = json.loads(program("bench", path, "--rounds", 1, "--json", "--task",
                                "count,sum,failures,extract,all").stdout)
    checks.same((report["corpus"]["records"], report["corpus"]["undecodable"]),
                (len(lines), 3), "files: undecodable lines are counted")
    # Damage that only a parser sees which looks at everything.
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(lines)
        file.write(lines[0].replace('"time":', '"x":tru,"time":', 1))
    done = program("bench", path, "--rounds", 1, "--task", "count",
                   "--parsers", "nlohmann,rapidjson")
    checks("1 undecodable" in done.stdout, "files: the table tells of them",
           None, done.stdout)
    if "simdjson_ondemand" in program("bench", "--list").stdout:
        done = program("bench", path, "--rounds", 1, "--task", "count",
                       "--parsers", "simdjson_ondemand", expect=None)
        checks.same((done.returncode, "not in this build" in done.stderr
                     or "0 undecodable documents, not 1" in done.stdout),
                    (2 if "not in this build" in done.stderr else 1, True),
                    "files: a parser that overlooks damage is told of")
    for frame in ("array", "event-hub"):
        path = f"{scratch}/{frame}.json"
        with open(path, "w", encoding="utf-8") as file:
            file.write(program.generate("--calls", 40, "--frame", frame))
        report = json.loads(
            program("bench", path, "--rounds", 1, "--json").stdout)
        checks.same((report["corpus"]["frame"], report["corpus"]["records"]),
                    (frame, len(lines)), "files: the frame is found out")
    path = f"{scratch}/query.json"
    rows = ["--calls", 40, "--logs", "operational"]
    with open(path, "w", encoding="utf-8") as file:
        file.write(program.generate(*rows, "--frame", "query"))
    report = json.loads(program("bench", path, "--rounds", 1, "--json", "--task",
                                "extract,sum").stdout)
    checks.same(report["corpus"]["frame"], "query",
                "files: an answer to a query is found out")
    path = f"{scratch}/portal.csv"
    with open(path, "w", encoding="utf-8") as file:
        file.write(program.generate(*rows, "--frame", "csv"))
    report = json.loads(program("bench", path, "--rounds", 1, "--json",
                                "--command", "wc -l").stdout)
    checks.same([row["name"] for row in report["tasks"][0]["results"]],
                ["newline_scan", "wc -l"], "files: CSV is for commands")
    path = f"{scratch}/corpus.jsonl"
    done = program("bench", path, "--shape", "table", expect=2)
    checks("--shape" in done.stderr, "files: a wrong shape is refused", None,
           done.stderr)


def check_faults(program, checks):
    job = ["--records", 2000, "--rounds", 1]
    faults = ["--fault", "drop=5%", "--fault", "truncate=3%", "--fault",
              "blank_line=3%", "--fault", "wrong_type=3%"]
    text = program.generate("--records", 2000, *faults)
    done = program("bench", *job, *faults, "--task", "count,all", "--parsers",
                   "nlohmann,rapidjson", "--command", "wc -l", "--json",
                   expect=None)
    corpus = json.loads(done.stdout)["corpus"]
    lines = len([line for line in text.split("\n") if line.strip()])
    checks.same((done.returncode, corpus["bytes"],
                 corpus["records"] + corpus["undecodable"]),
                (0, len(text.encode()), lines),
                "faults: parsers that meet a damaged line go on", done.stderr)
    checks(corpus["undecodable"] > 20,
           "faults: damaged lines are counted", corpus)
    done = program("bench", *job, "--frame", "csv", "--logs", "usage", "--task",
                   "count", "--command", "wc -l", "--expect", *faults[:4],
                   expect=2)
    checks("--expect" in done.stderr, "faults: nobody knows what is right of "
           "CSV", done.stderr)


def check_page(program, scratch, checks):
    with open(PAGE, encoding="utf-8") as file:
        blocks = re.findall(r"```sh\n(.*?)```", file.read(), re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    place = f"{scratch}/page"
    os.mkdir(place)
    checks(len(lines) >= 8, "the page has examples", len(lines))
    folder = os.path.dirname(program.path)
    environment = {**os.environ,
                   "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}
    for line in lines:
        if "jq " in line and shutil.which("jq") is None:
            harness.skip(f"there is no jq: {line}")
            continue
        if "busyhour bench" in line and "--records" not in line \
                and "corpus" not in line:
            # The full size is for people.
            line = re.sub("--bytes [0-9]+MB", "", line) + " --calls 200"
        if "busyhour bench" in line:
            line = re.sub("--rounds [0-9]+", "", line) + " --rounds 1"
        done = subprocess.run(line, shell=True, cwd=place, env=environment,
                              capture_output=True, text=True, timeout=120,
                              check=False)
        checks.same(done.returncode, 0, "the page's examples run",
                    (line, done.stdout, done.stderr))


def run(program, scratch, checks):
    check_refusals(program, checks)
    check_reports(program, checks)
    check_commands(program, checks)
    check_files(program, scratch, checks)
    check_faults(program, checks)
    check_page(program, scratch, checks)


harness.main(run)
