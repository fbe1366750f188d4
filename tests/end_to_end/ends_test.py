"""Tests how runs end that cannot continue: with a message and status 1 or 2,
and never by a signal that nobody sent.
"""

import os
import resource

import pytest

from files import read_json

JOB = ["--calls", "200", "--profile", "contact-center"]
COMMANDS = (
    ["generate", *JOB, "--out", "null:", "--threads", "8"],
    ["generate", *JOB, "--out", "null:", "--threads", "8", "--compress",
     "gzip"],
    ["load", "--to", "null:", *JOB, "--rate", "max", "--threads", "4"],
    ["bench", "--bytes", "1MB", "--rounds", "1"],
    ["verify", "/dev/null", *JOB],
    ["describe", *JOB],
    ["explain", "RECORD"],
    ["schema", "usage"],
    ["profiles"],
)
EACH_COMMAND = pytest.mark.parametrize("command", COMMANDS, ids=[
    "compressed" if "gzip" in words else words[0] for words in COMMANDS])


def check_end(program, command, limit):
    """The run succeeds, or ends with status 1 and a message."""
    if "RECORD" in command:
        record = program.generate("--calls", 1).splitlines()[0]
        command = ["explain", record]
    done = program(*command, expect=None, preexec_fn=limit)
    if done.returncode == 127:
        return  # the system could not load it
    # `verify` fails in any case: its input contains no records.
    failed = ("memory" in done.stderr or "thread" in done.stderr
              or command[0] == "verify")
    assert done.returncode == (1 if failed else 0), done.stderr


@EACH_COMMAND
@pytest.mark.parametrize("megabytes", [24, 32, 40, 48, 64, 96, 200])
def test_too_little_memory(program, unwatched_memory, command, megabytes):
    def limit():
        size = megabytes << 20
        resource.setrlimit(resource.RLIMIT_AS, (size, size))

    check_end(program, command, limit)


@EACH_COMMAND
def test_too_few_threads(program, unwatched_memory, command):
    def limit():
        os.setgid(65534)
        os.setuid(65534)
        resource.setrlimit(resource.RLIMIT_NPROC, (2, 2))

    if os.getuid() != 0:
        pytest.skip("only root can become nobody, who has few threads")
    try:
        check_end(program, command, limit)
    except PermissionError:
        pytest.skip("nobody may not run the program here")


def limit_of_a_megabyte():
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))


def test_file_that_becomes_too_large_can_be_gone_on_with(program, scratch):
    job = ["generate", "--calls", 4000, "--quiet", "--out", scratch]
    done = program(*job, expect=1, preexec_fn=limit_of_a_megabyte)
    assert "File too large" in done.stderr and ".part" in done.stderr
    program(*job, "--resume")
    program("verify", "--files", scratch)


def test_nothing_is_acknowledged_that_is_in_no_file(program, scratch):
    report, manifest = scratch / "report.json", scratch / "sent.json"
    done = program("load", "--to", f"file:{scratch}/got.jsonl", "--calls",
                   4000, "--rate", "max", "--quiet", "--report", report,
                   "--manifest", manifest, expect=1,
                   preexec_fn=limit_of_a_megabyte)
    assert "File too large" in done.stderr
    told = read_json(report)
    assert told["acknowledged"] == 0 and told["taken_back"] > 0
    assert told["failed"] + told["not_sent"] == told["planned"] > 0
    for log in read_json(manifest)["deliveries"]["logs"].values():
        assert log["planned"] == sum(count for name in ("failed", "not_sent")
                                     for _, count in log[name])


@pytest.mark.parametrize("extent", [
    ["--calls", "100"], ["--records", "1000"], ["--bytes", "1MB"],
    ["--duration", "1m"]], ids=lambda words: words[0])
@pytest.mark.parametrize("command", [
    ["generate", "--out", "OUT", "--quiet"],
    ["load", "--to", "null:", "--rate", "max", "--quiet"], ["describe"],
    ["verify", "/dev/null"], ["bench", "--rounds", "1"]],
    ids=lambda words: words[0])
def test_extent_that_time_does_not_hold_is_told(program, scratch, command,
                                                extent):
    words = [scratch / "out" if word == "OUT" else word for word in command]
    done = program(*words, *extent, "--start", "2499-12-31T23:59:58Z",
                   expect=None)
    assert done.returncode in (1, 2) and "2499" in done.stderr
