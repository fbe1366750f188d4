"""Invalid arguments: the program prints what is wrong, exits with status 2 and
writes nothing.
"""

import os
import pty
import subprocess

import pytest


# Arguments of `generate`, and what the message must contain.
GENERATE = [
    # Unknown names; the message suggests the most similar known one.
    (["--cals", "5"], ["--cals", "--calls"]),
    (["--seeds=5"], ["--seeds", "--seed"]),
    (["-x"], ["-x", "not an option"]),
    (["stray"], ["stray"]),
    (["--shape", "tabel"], ["--shape", "tabel", '"table"']),
    (["--frame", "cvs"], ["--frame", "cvs", '"csv"']),
    (["--logs", "usages"], ["--logs", "usages", '"usage"']),
    (["--logs", "usage,"], ["--logs", '""']),
    (["--logs", "usage,media_sumary"], ["--logs", '"media_summary"']),
    (["--profile", "quikstart"], ["quikstart", "quickstart"]),
    # Words of other tools.
    (["--rate", "50/s"],
     ['--rate: is not an option; did you mean "--set traffic.rate=50/s"?']),
    # The value that was typed stays, if it is one of that option.
    (["--rate", "9/s"], ['did you mean "--set traffic.rate=9/s"?']),
    (["--RPS=5"], ['did you mean "--set traffic.rate=5/s"?']),
    (["--rate", "fast"],
     ['did you mean --set, such as "--set traffic.rate=50/s"?']),
    (["--end", "2026-03-04"], ['"--until 2026-03-04"']),
    (["--to", "2026-03-04"], ['"--until 2026-03-04"']),
    (["--to", "noon"],
     ['did you mean --until, such as "--until 2026-03-03T00:00:00Z"?']),
    (["--from", "2026-03-04"], ['"--start 2026-03-04"']),
    (["--begin", "then"], ['such as "--start 2026-03-02T08:00:00Z"?']),
    (["--count", "5"], ['did you mean "--calls 5"?']),
    (["--count"], ['did you mean --calls, such as "--calls 1000"?']),
    (["-c", "5"], ['"--calls 5"']),
    (["-c12"], ['"--calls 12"']),
    (["--rows", "5"], ['"--records 5"']),
    (["--output", "it's x"], ["\"--out 'it'\\''s x'\""]),
    (["--format", "csv"], ['"--frame csv"']),
    (["--format", "table"], ['"--shape table"']),
    (["--format", "xml"], ['did you mean --frame, such as "--frame csv"?']),
    (["-j", "4"], ['"--threads 4"']),
    (["--size", "5MB"], ['"--bytes 5MB"']),
    (["--random-seed", "4"], ['"--seed 4"']),
    (["--config", "x.json"], ['"--profile x.json"']),
    (["-p", "x.json"], ['"--profile x.json"']),
    (["--time", "60"], ['"--duration 60s"']),
    (["--days", "2"], ['"--duration 2d"']),
    (["--to", "tcp://127.0.0.1:5140"],
     ['did you mean "busyhour load --to tcp://127.0.0.1:5140"?']),
    (["--url", "http://me:secret@host/x"], ["--to 'http://***@host/x'"]),
    (["--stdout"], ['"--out -"']),
    (["--json"], ['"--frame jsonl"']),
    (["--split-by", "hour"], ["as --rotate SIZE or --layout NAME says"]),
    (["--jsx"], ["--jsx: is not an option; see busyhour generate --help"]),
    (["--set", "traffic/rate=5/s"], ['did you mean "traffic.rate=5/s"?']),
    (["--logs", "CallAutomationOperational"], ['did you mean "operational"?']),
    (["--logs", "ACSCallAutomationMediaSummary"],
     ['did you mean "media_summary"?']),
    (["--compress", "gz"], ['did you mean "gzip"?']),
    (["--duration", "01:30:00"], ['did you mean "1h30m"?']),
    (["-f", "x.json"], ["please write it out"]),
    (["--filter", "x > 1"], ["--where 'x > 1'"]),
    (["--duration", "60"], ['did you mean "60s"?']),
    (["--out", "a.csv"],
     ["--out: a.csv: frame csv holds one log in a file; choose one with "
      "--logs"]),
    (["--frame", "csv", "--out", "a.csv"],
     ["--frame: frame csv holds one log in a file; choose one with --logs"]),
    (["--out", "http://me:secret@host/x"],
     ["--out: http://***@host/x is an address, not a path"]),
    (["--out", "~someone/x"], ["--out: ~someone/x is no home directory"]),
    (["--out", "none/x.jsonl"],
     ["--out: cannot write none/x.jsonl: there is no directory none"]),
    (["--out", "x.foo.txt"], [".json, ", ".txt is not the ending of a format"]),
    (["--out", "x.jsnol"], [".jsnol is not the ending of a format"]),
    (["--out", "x.jsn"], [".jsn is not the ending of a format"]),
    (["--out", "x.parqet"], [".parqet is not the ending of a format"]),
    (["--out", "x.jsonl.gzip"], [".gzip is not the ending of a format"]),
    (["-v"], ["progress and a summary are shown without an option"]),
    (["--dry-run"], ["busyhour describe previews"]),
    (["--last", "24h"], ['"--duration 24h"']),
    (["--pretty"], ["jq shows it with indents"]),
    (["--fields", "time"], ["a record has all fields of its --shape"]),
    (["--array"], ['did you mean "--frame array"?']),
    (["--until", "now"], ["the shell has the time"]),
    (["--start", "1772438400"], ['did you mean "2026-03-02T08:00:00Z"?']),
    (["--forever"], ["busyhour load sends records"]),
    (["contact-center"], ['did you mean "--profile contact-center"?']),
    # Values missing, empty, too many or given twice.
    (["--calls"], ["--calls: requires a value: N"]),
    (["-n"], ["--calls: requires a value: N"]),
    (["-qn"], ["--calls: requires a value: N"]),
    (["--calls", "--seed", "5"], ["--calls: requires a value: N"]),
    (["--frame"], ["--frame: requires one of jsonl, "]),
    (["--force=yes"], ["--force: takes no value"]),
    (["--force=", "--seed", "x", "--calls"],
     ["--force: takes no value", "--seed", "--calls: requires a value: N"]),
    (["--calls", ""], ["--calls"]),
    (["--seed="], ["--seed"]),
    (["--start", ""], ["--start"]),
    (["--logs", ""], ["--logs"]),
    (["--shape", ""], ["--shape"]),
    (["--frame", ""], ["--frame"]),
    (["--profile", ""], ["profile"]),
    (["--calls", "5", "--calls", "6"], ["--calls", "more than once"]),
    (["--seed", "1", "--seed", "1"], ["--seed", "more than once"]),
    # Numbers.
    *((["--calls", text], ["--calls", text]) for text in (
        "0", "-5", "1e400", "-0", "NaN", "inf", "1.5", "1,000", "5x", " 5",
        "0x10", "1e300", "99999999999999999999", "½")),
    *((["--records", text], ["--records", text])
      for text in ("0", "-1", "many", "1.5", "1,000")),
    *((["--bytes", text], ["--bytes", text])
      for text in ("0", "-1", "1ZB", "1  GB", "GB", "1e400", "1_", "1,000")),
    *((["--seed", text], ["--seed", text]) for text in (
        "-1", "1.5", "1e3", "18446744073709551616", "0x", "x", "1,2")),
    *((["--threads", text], ["--threads", text])
      for text in ("0", "-1", "257", "two", "1.5")),
    # Times and durations.
    *((["--duration", text], ["--duration", text]) for text in (
        "0s", "0", "-5s", "5", "5 m", "5x", "1h30", "1e400s", "1e300d", "s",
        "1h,2h")),
    *((["--start", text], ["--start", text]) for text in (
        "2026-02-30", "2026-13-01", "2026-03-02T25:00:00Z", "yesterday",
        "2026-03-02T08:00:00.5Z", "1969-12-31T23:59:59Z",
        "2500-01-01T00:00:00Z", "2026-3-2", "1772438400",
        "2026-03-02T08:00:00Z trailing")),
    # Shards and messages.
    *((["--shard", text], ["--shard", text]) for text in (
        "0/0", "3/2", "-1/2", "2/2", "1", "/", "1/", "/2", "a/b", "1/2/3",
        "0/1000001", "0/1e3")),
    *((["--frame", "event-hub", "--batch-bytes", text], ["--batch-bytes", text])
      for text in ("1", "4095", "65MiB", "-1", "big")),
    (["--batch-bytes", "64KiB"], ["--batch-bytes", "event-hub"]),
    # Options that cannot be combined.
    (["--calls", "5", "--records", "5"], ["--records", "--calls"]),
    (["--duration", "5s", "--bytes", "5kB"], ["--bytes", "--duration"]),
    (["--frame", "query", "--shape", "portal"], ["query", "table"]),
    (["--frame", "csv", "--shape", "documented"], ["csv", "portal"]),
    (["--frame", "query", "--shape", "resource-log"], ["query", "table"]),
    # Several mistakes at once.
    (["--seed", "x", "--calls", "0", "--shard", "3/2", "--frame", "cvs",
      "--shape", "tabel", "--threads", "0", "--start", "now", "--fore"],
     ["--seed", "--calls", "--shard", "--frame", "--shape", "--threads",
      "--start", "--fore"]),
    (["--profile", "quikstart", "--calls", "x"], ["quikstart", "--calls"]),
    (["--out", ""], ["--out"]),
    (["--calls", "9" * 100_000], ["--calls"]),
]
OTHERS = [
    ([], ["Usage", "generate"]),
    (["generat"], ["generat", '"generate"']),
    (["--vers"],
     ['"--vers" is not an option of busyhour; did you mean "--version"?']),
    (["help", "generate", "find"],
     ['busyhour help: "find": unexpected argument']),
    (["--calls", "5"], ["--calls"]),
    (["profile"], ["profile", '"profiles"']),
    (["gen"], ['"gen" is not a command; did you mean "busyhour generate']),
    (["make"], ['"busyhour generate --out logs"']),
    (["check"], ['"busyhour verify --manifest logs"']),
    (["diff"], ['"busyhour verify --manifest logs"']),
    (["validate"], ['"busyhour profiles validate']),
    (["send"], ['"busyhour load --to']),
    (["stats"], ['"busyhour describe']),
    (["list"], ['"busyhour profiles list"']),
    (["start"], ['"busyhour load --to']),
    (["status"], ['"busyhour control status"']),
    (["get"], ['"busyhour profiles show']),
    (["logs"], ['"busyhour generate --out logs"']),
    (["test"], ['"busyhour verify --manifest logs"']),
    (["contact-center"],
     ["it is a profile: busyhour generate --profile contact-center"]),
    (["profiles", "ls"], ['"busyhour profiles list"']),
    (["profiles", "get"], ['"busyhour profiles show']),
    (["profiles", "lst"], ['did you mean "list"?']),
    (["find", "Play", "--count"], ["busyhour truth --where EXPRESSION"]),
    (["--list"], ['"busyhour profiles list"']),
    (["export"], ['"busyhour generate --out x.csv"']),
    (["serve"], ["busyhour sends logs, and receives none"]),
    (["--quiet", "find", "Play"],
     ['"--quiet" is an option of a command, and belongs behind it: busyhour '
      'find --quiet']),
    (["find", "--where", "Play"], ["the expression is an argument"]),
    (["events", "--where", "Play"], ["calls are selected by generate, load"]),
    (["explain", "--pick", "Play=1"], ["generate, load, verify and truth pick"]),
    (["describe", "--where", "Play"], ["truth, which counts their records"]),
    (["events", "--calls", "5", "--out", "x.csv"],
     ["--out: x.csv would contain plain JSON Lines"]),
    (["search"], ['"busyhour find ']),
    (["completion"], ["busyhour completion: a shell is missing: bash, zsh, fish"]),
    (["completion", "fisch"], ['"fish"']),
    (["help", "generat"], ['"generate"']),
    (["load", "--url", "x"], ['"--to tcp://127.0.0.1:5140"']),
    (["load", "--rps", "5"], ['"--rate 5/s"']),
    (["load", "-H", "A: b"], ['"--with header.NAME=VALUE"']),
    (["load", "--compress", "gzip"], ['"--with compress=gzip"']),
    (["load", "--connections", "4"], ['"--with connections=4"']),
    (["load", "--json"], ['did you mean "--report FILE"?']),
    (["events", "--to", "http://x"], ['"busyhour load --events --to http://x"']),
    *(([command, "--format", "json"],
       ['--format: is not an option; did you mean "--json"?'])
      for command in ("describe", "truth", "verify", "bench", "find", "explain",
                      "score")),
    (["bench", "--format", "csv"], ['did you mean "--csv"?']),
    (["report", "--format", "json"], ["the page is HTML"]),
    (["metrics", "--frame", "csv"], ['did you mean "--format csv"?']),
    (["events", "--frame", "csv"], ['such as "--format array"']),
    (["find", "-n", "2", "--duration", "10s", "Play"],
     ["cannot be combined with --duration: use one of them"]),
    (["find", "--", "Play", "-n", "1"],
     ['"-n": unexpected argument; what is behind -- is no option']),
    (["load", "--for", "60"], ['did you mean "60s"?']),
    (["load", "http://me:secret@host/"],
     ['"http://***@host/": unexpected argument']),
    (["load", "--to", "localhost:5140"],
     ['did you mean "tcp://localhost:5140"?']),
    (["load", "--to", "/tmp/x"], ['did you mean "file:/tmp/x"?']),
    (["load", "--to", "syslog://host"], ["--with syslog=rfc5424"]),
    (["verify", "x", "--against", "logs"], ['"--manifest logs"']),
    (["version"], ["busyhour --version shows the version"]),
    (["find", "silence"], ['did you mean "initial_silence"?']),
    (["find", "initial_silence >"], ["a number is missing"]),
    (["report"], ["busyhour report: INPUT is missing"]),
    (["merge"], ["busyhour merge: INPUT is missing"]),
    (["score"], ["busyhour score: ALERTS is missing", "--labels: is missing"]),
    (["find"], ["busyhour find: EXPRESSION is missing"]),
    (["explain"], ["busyhour explain: ID is missing"]),
    (["control"], ["busyhour control: what to do is missing: rate, speed"]),
    (["schema"], ["busyhour schema: a log is missing: operational, "]),
    (["profiles", "show"], ["busyhour profiles show: NAME is missing"]),
    (["verify", "nix"], ["nix: there is no such file"]),
    (["load", "--to"], ["--to: requires one of ", "file:PATH"]),
    (["verify", "--expected", "logs"], ['"--manifest logs"']),
    (["profiles", "shw"], ["shw"]),
    (["profiles", "show"], ["show"]),
    (["profiles", "show", "nope"], ["nope"]),
    (["profiles", "validate"], ["validate"]),
    (["profiles", "validate", "/no/such/file.json"], ["/no/such/file.json"]),
    (["profiles", "list", "more"], ['"more": unexpected argument']),
    (["profiles", "validate", "quickstart", "--json"], ["--json"]),
    (["schema"], ["operational"]),
    (["schema", "usag"], ["usag", '"usage"']),
    (["schema", "usage", "--shape", "tabel"], ["tabel", '"table"']),
    (["schema", "usage", "extra"], ["extra"]),
    (["schema", "profile", "--shape", "table"], ["--shape"]),
    (["schema", "profile", "--format", "sql", "--dialect", "sqlite"],
     ["--format: cannot be combined with a profile",
      "--dialect: cannot be combined with a profile"]),
    (["schema", "usage", "--format", "sqll"], ["--format", '"sql"']),
    (["schema", "usage", "--dialect", "sqlite"],
     ["--dialect: requires --format sql"]),
    (["schema", "usage", "--format", "sql", "--dialect", "mysql"],
     ["--dialect", "postgresql"]),
    (["schema", "usage", "--format", "dcr", "--shape", "table"],
     ["--shape: cannot be table with --format dcr, which requires "
      "resource-log"]),
    (["schema", "usag", "--format", "kql", "--shape", "portal", "--dialect",
      "sqlit", "more"],
     ['"usage"', "--shape: cannot be portal", "--dialect: requires", "more",
      '"sqlite"']),
    (["describe", "--calls", "x"], ["--calls"]),
    (["describe", "--profile", "nope"], ["nope"]),
    (["describe", "extra"], ["extra"]),
    (["describe", "--frame", "query", "--shape", "portal"], ["query"]),
]


CASES = [(["generate", *([] if "--out" in arguments else ["--out", "made"]),
           *arguments], fragments) for arguments, fragments in GENERATE] + OTHERS


@pytest.mark.parametrize(
    "arguments, fragments", CASES,
    ids=[" ".join(arguments)[:40] for arguments, _ in CASES])
def test_bad_input_is_refused(program, scratch, arguments, fragments):
    done = program(*arguments, expect=None, cwd=scratch, timeout=10)
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    for fragment in fragments:
        assert fragment[:60] in done.stderr, "the message says what and where"
    assert os.listdir(scratch) == [], "nothing is written"


@pytest.mark.parametrize(
    "command", ["", "generate", "describe", "profiles", "schema", "truth",
                "bench"])
def test_help_has_an_example(program, command):
    done = program(*command.split(), "--help")
    assert "Example:" in done.stdout and "busyhour" in done.stdout
    assert done.stderr == ""


def test_events_to_what_takes_none_are_one_problem(program):
    done = program("load", "--events", "--to", "null:", expect=2)
    assert done.stderr.count("\n") == 1, done.stderr
    assert "--events: requires a receiver http:// or https://" in done.stderr


def test_the_help_of_truth_says_what_its_frame_is_for(program):
    told = " ".join(program("truth", "--help").stdout.split())
    assert "the answers do not depend on it, but an extent in --bytes" in told


def test_the_value_of_an_unknown_option_is_not_a_second_problem(program):
    done = program("generate", "--rate", "50/s", "--out", "-", expect=2)
    assert done.stderr.count("\n") == 1, done.stderr


def test_one_mistake_is_told_once(program):
    for arguments in (["--calls", "5", "--calls", "6"],
                      ["--level", "30", "--compress", "gzip"]):
        done = program("generate", *arguments, expect=2)
        assert done.stderr.count("\n") == 1, done.stderr


def test_quiet_leaves_what_is_asked_for(program):
    for arguments in (["events", "--calls", "5"], ["metrics", "--calls", "5"],
                      ["truth", "--calls", "5"], ["schema", "usage"],
                      ["schema", "profile"]):
        said = program(*arguments, "-q")
        assert said.stdout == program(*arguments).stdout != "", arguments
        assert said.stderr == "", arguments


@pytest.mark.parametrize("arguments", [
    ["find", "request", "--duration", "30d"], ["truth", "--calls", "5"],
    ["schema", "usage"], ["profiles", "show", "contact-center"],
    ["explain", "--help"], ["completion", "bash"]])
def test_a_closed_pipe_is_the_end_of_a_command(program, arguments):
    read, write = os.pipe()
    os.close(read)
    with program.start(*arguments, stdout=write) as run:
        os.close(write)
        assert run.stderr.read() == b""
        assert run.wait(timeout=60) == 0


def test_a_closed_pipe_does_not_change_a_verdict(program, scratch):
    logs = scratch / "logs"
    program("generate", "-n", "20", "-q", "-o", logs)
    for expect in (0, 1):
        for more in ([], ["--json"]):
            read, write = os.pipe()
            os.close(read)
            program("verify", logs, *more, stdout=write, expect=expect)
            os.close(write)
        (logs / "Usage.jsonl").unlink(missing_ok=True)


@pytest.mark.parametrize("place", ["x" * 300, "file/below", "/proc/below"])
def test_a_directory_that_cannot_be_written_is_bad_input(program, scratch,
                                                         place):
    (scratch / "file").touch()
    done = program("generate", "-n", "5", "-o", scratch / place, expect=2)
    assert done.stderr.startswith("--out: cannot ")


def test_a_quiet_answer_is_the_exit_status(program):
    for arguments, status in (
            (["find", "request", "--calls", "2"], 0),
            (["find", "request(429) then request(503)", "--duration", "1s"], 1),
            (["describe", "--calls", "5"], 0),
            (["describe", "--calls", "5", "--threshold", "records<1"], 1),
            (["profiles", "validate", "quickstart"], 0)):
        done = program(*arguments, "--quiet", expect=status)
        assert done.stdout == "", arguments


def test_a_profile_from_a_pipe(program):
    command = (f"'{program.path}' describe --calls 5 --profile "
               f"<('{program.path}' profiles show small-office)")
    done = subprocess.run(["bash", "-c", command], capture_output=True,
                          text=True, check=True)
    assert done.stdout.startswith("pipe: A small office")


def test_short_forms_mean_the_long_ones(program):
    short = program("generate", "-n", "20", "-s", "7", "-q", "-o", "-")
    joined = program("generate", "-qn20", "-s7")
    long = program("generate", "--calls=20", "--seed=7", "--quiet")
    assert short.stdout == joined.stdout == long.stdout != ""
    assert short.stderr == ""


def test_numbers_as_people_write_them(program):
    for option, *texts in (["--calls", "1000", "1_000", "1e3", "1k", "1K"],
                           ["--bytes", "1MB", "1mb", "1 MB", "1_000_000",
                            "1e6"]):
        shown = {program("truth", option, text).stdout
                 for text in texts}
        assert len(shown) == 1, option


COMMANDS = ["generate", "load", "control", "describe", "profiles", "schema",
            "truth", "explain", "events", "metrics", "verify", "merge",
            "report", "score", "bench", "find"]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_version(program, command):
    text = program(command, "--help").stdout
    assert "-h, --help" in text and "-V, --version" in text
    assert program(command, "-h").stdout == text
    assert program("help", command).stdout == text
    version = program("--version").stdout
    assert program(command, "-V").stdout == version
    assert program(command, "--version").stdout == version
    assert program("-V").stdout == version


def shown_on_a_terminal(program, arguments, environment):
    terminal, inner = pty.openpty()
    process = subprocess.Popen([program.path, *arguments], stdout=inner,
                               stdin=subprocess.DEVNULL, env=environment)
    os.close(inner)
    shown = b""
    while True:
        try:
            shown += os.read(terminal, 65536)
        except OSError:  # the program has ended
            break
    os.close(terminal)
    process.wait()
    return shown.decode()


def test_verdicts_have_colors_on_a_terminal(program, scratch):
    program("generate", "--calls", "5", "-q", "-o", scratch / "logs")
    (scratch / "some").write_text("")
    passed = ["verify", "--manifest", scratch / "logs", scratch / "logs"]
    failed = [*passed[:-1], scratch / "some"]
    colors = {"TERM": "xterm"}
    assert "\x1b[32mPASSED\x1b[0m" in shown_on_a_terminal(program, passed, colors)
    assert "\x1b[31mFAILED\x1b[0m" in shown_on_a_terminal(program, failed, colors)
    for none in {"TERM": "xterm", "NO_COLOR": "1"}, {"TERM": "dumb"}:
        shown = shown_on_a_terminal(program, failed, none)
        assert "FAILED" in shown and "\x1b" not in shown
    assert "\x1b" not in program(*failed, expect=1).stdout


def test_quiet_verify_tells_only_a_failure(program, scratch):
    program("generate", "--calls", "5", "-q", "-o", scratch / "logs")
    (scratch / "some").write_text("")
    given = ["verify", "-q", "--manifest", scratch / "logs"]
    passed = program(*given, scratch / "logs")
    assert passed.stdout == passed.stderr == ""
    failed = program(*given, scratch / "some", expect=1)
    assert failed.stdout.startswith("FAILED: ") and failed.stderr == ""
    assert failed.stdout.count("\n") == 1
    files = program("verify", "--files", "-q", scratch / "logs")
    assert files.stdout == files.stderr == ""
    valid = program("profiles", "validate", "-q", "quickstart")
    assert valid.stdout == valid.stderr == ""


def test_version_names_the_version(program):
    version = program("--version").stdout
    assert version.startswith("busyhour ") and version.count(".") == 2
