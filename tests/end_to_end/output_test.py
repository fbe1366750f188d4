"""Tests the destinations of a data set (directories, files, standard output),
the content of manifests, and that a file gets its final name only when it is
complete.
"""

import array
import fcntl
import os
import pty
import resource
import shutil
import signal
import subprocess
import termios

import pytest

import dataset
from files import (data_files, manifest_of, read_bytes, read_json, read_text,
                   write_text)
from program import wait_for

FILES = [dataset.file_name(log, "jsonl") for log in dataset.LOGS]
FOR_EVER = ["--duration", "100000d", "--quiet"]  # more than can be written
SMALL = ["--calls", 50, "--quiet"]


def check_manifest(told, place, names):
    """Compares a manifest with its files. `names`: those on disk."""
    assert sum(entry["records"] for entry in told["files"]) == sum(
        told["counts"]["records"].values())
    for entry, name in zip(told["files"], names, strict=True):
        data = read_bytes(place / name)
        assert entry["records"] == data.count(b"\n"), name
        assert entry["bytes"] == len(data), name
        if shutil.which("xxhsum"):
            said = subprocess.run(["xxhsum", "-H2", place / name],
                                  capture_output=True, text=True)
            assert entry["xxh3_128"] == said.stdout.split()[0], name


def test_directory_holds_files_and_manifest(program, scratch):
    out = scratch / "whole, and" / "deep"
    program("generate", *SMALL, "--out", out, "--seed", "0xff", "--start",
            "2026-03-02 10:00:00+01:00")
    assert sorted(os.listdir(out)) == sorted([*FILES, "manifest.json"])
    told = manifest_of(out)
    expected = {
        "state": "complete", "seed": 255, "start": "2026-03-02T09:00:00Z",
        "profile": "quickstart", "extent": {"calls": 50},
        "shape": "resource-log", "frame": "jsonl",
        "shard": {"index": 0, "count": 1}, "logs": list(dataset.LOGS)}
    assert {key: told[key] for key in expected} == expected
    assert told["counts"]["calls"] == 50
    check_manifest(told, out, FILES)


def test_data_set_can_be_made_again_from_its_manifest(program, scratch):
    out, again = scratch / "out", scratch / "again"
    program("generate", *SMALL, "--out", out, "--seed", "0xff", "--start",
            "2026-03-02 10:00:00+01:00")
    told = manifest_of(out)
    write_text(scratch / "again.json", told["profile_text"])
    program("generate", "--profile", scratch / "again.json", "--seed",
            told["seed"], "--start", told["start"], "--calls",
            told["extent"]["calls"], "--out", again, "--quiet")
    assert data_files(out) == data_files(again)


def test_file_has_a_manifest_beside_it(program, scratch):
    path = scratch / "one.jsonl"
    program("generate", *SMALL, "--out", path)
    told = read_json(f"{path}.manifest.json")
    assert told["state"] == "complete"
    check_manifest(told, scratch, ["one.jsonl"])


def test_null_takes_everything_and_leaves_nothing(program, scratch):
    nothing = program("generate", *SMALL, "--out", "null:", cwd=scratch)
    assert not any(line.endswith(" ") for line in nothing.stderr.splitlines())
    assert not nothing.stdout and not os.listdir(scratch)


def test_files_that_are_there_are_not_replaced(program, scratch):
    for name in FILES[:2]:
        write_text(scratch / name, "precious\n")
    refused = program("generate", *SMALL, "--out", scratch, expect=2)
    for name in FILES[:2]:
        assert name in refused.stderr, "the message names each file"
        assert read_text(scratch / name) == "precious\n"
    assert "--force" in refused.stderr
    assert sorted(os.listdir(scratch)) == sorted(FILES[:2])
    program("generate", *SMALL, "--out", scratch, "--force")
    assert "precious" not in read_text(scratch / FILES[0])


def test_single_file_is_not_replaced(program, scratch):
    job = ["generate", *SMALL, "--out", scratch / "one.jsonl"]
    program(*job)
    refused = program(*job, expect=2)
    assert "one.jsonl is already there" in refused.stderr


@pytest.mark.parametrize("place, status, reason", [
    ("one.jsonl/below", 2, "Not a directory"),
    ("no/such/place.jsonl", 2, "there is no directory"),
    ("/dev/full", 1, "No space left on device")])
def test_place_that_cannot_be_written_is_told(program, scratch, place, status,
                                              reason):
    write_text(scratch / "one.jsonl", "precious\n")
    failed = program("generate", *SMALL, "--out", scratch / place,
                     expect=status)
    assert reason in failed.stderr and str(scratch / place) in failed.stderr


@pytest.mark.parametrize("command", [
    ["generate", *SMALL, "--out", "-"], ["profiles"], ["schema", "usage"],
    ["describe"], ["truth"], ["--help"], ["--version"]], ids=lambda words: words[0])
def test_full_standard_output_is_told(program, command):
    """No command succeeds if its output cannot be written."""
    with open("/dev/full", "w", encoding="utf-8") as full:
        failed = program(*command, expect=1, stdout=full)
    assert failed.stderr
    if command[0] == "generate":
        assert "No space left on device" in failed.stderr


def test_a_failed_run_is_not_called_interrupted(program, scratch):
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))

    with open("/dev/full", "w") as full:
        failed = program("generate", "--calls", 4000, stdout=full, expect=1)
    assert "-- failed\n" in failed.stderr
    assert "interrupted" not in failed.stderr
    failed = program("generate", "--calls", 4000, "--out", scratch, expect=1,
                     preexec_fn=limit)
    assert "-- failed: --resume continues it\n" in failed.stderr


def test_an_interrupted_run_is_named_as_such(program, scratch):
    """`generate` and `verify` say what continues it."""
    run = program.start("generate", *FOR_EVER, "--out", scratch)
    part = scratch / f"{FILES[0]}.part"
    assert wait_for(lambda: part.exists() and part.stat().st_size > 100_000)
    run.send_signal(signal.SIGINT)
    run.communicate(timeout=30)
    said = program("generate", *FOR_EVER, "--out", scratch, expect=2).stderr
    assert said.count("\n") == 1
    assert "--resume continues it, --force starts over" in said
    said = program("generate", *FOR_EVER, "--seed", "2", "--out", scratch,
                   expect=2).stderr
    assert "already there; --force replaces it" in said
    said = program("verify", scratch, expect=2).stderr
    assert "has only incomplete files (.part)" in said and "--resume" in said


def test_full_disk_leaves_no_final_name(program, scratch):
    """A limit on the size of files simulates a disk that becomes full."""
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))

    failed = program("generate", *FOR_EVER, "--out", scratch, expect=1,
                     preexec_fn=limit, restore_signals=False)
    assert "File too large" in failed.stderr and ".part" in failed.stderr
    assert not set(os.listdir(scratch)) & set(FILES)
    assert manifest_of(scratch)["state"] == "interrupted"


def test_full_file_system_leaves_no_final_name(program, scratch):
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs",
                              scratch], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("a small file system cannot be mounted here")
    try:
        failed = program("generate", *FOR_EVER, "--out", scratch / "out",
                         expect=1)
        assert "No space left on device" in failed.stderr
        assert not set(os.listdir(scratch / "out")) & set(FILES)
    finally:
        subprocess.run(["umount", scratch], check=True)


@pytest.mark.parametrize("number, code", [
    (signal.SIGINT, 130), (signal.SIGTERM, 130),
    (signal.SIGKILL, -signal.SIGKILL)], ids=lambda value: str(value))
def test_signal_leaves_no_final_name(program, scratch, number, code):
    run = program.start("generate", *FOR_EVER, "--out", scratch)
    part = scratch / f"{FILES[0]}.part"
    assert wait_for(lambda: part.exists() and part.stat().st_size > 100_000)
    run.send_signal(number)
    run.communicate(timeout=30)
    assert run.returncode == code
    assert not set(os.listdir(scratch)) & set(FILES)
    told = manifest_of(scratch)
    assert told["state"] == "interrupted"
    if number != signal.SIGKILL:
        check_manifest(told, scratch, [f"{name}.part" for name in FILES])
        assert all((read_text(scratch / f"{name}.part") or "}\n").endswith("}\n")
                   for name in FILES), "the file ends with a whole record"


def test_closed_pipe_is_no_error(program):
    shell = subprocess.run(
        ["bash", "-c", '"$0" generate --duration 100000d --out - | head -1; '
         'exit "${PIPESTATUS[0]}"', program.path],
        capture_output=True, text=True, timeout=60)
    assert (shell.returncode, shell.stderr) == (0, "")
    assert shell.stdout.count("\n") == 1, "the reader gets its line"


def test_interrupted_stream_ends_with_a_whole_record(program):
    run = program.start("generate", *FOR_EVER, "--out", "-",
                        stdout=subprocess.PIPE)
    got = run.stdout.read(1_000_000)
    run.send_signal(signal.SIGINT)
    rest, _ = run.communicate(timeout=30)
    assert run.returncode == 130
    assert (got + rest).endswith(b"}\n")


@pytest.mark.parametrize("options", [[], ["--splice"]])
def test_stalled_stream_can_be_interrupted(program, options):
    """A reader that does not read must not prevent the run from ending."""
    if options and program.is_portable:
        pytest.skip("pages cannot be passed")
    run = program.start("generate", *FOR_EVER, "--out", "-", *options,
                        stdout=subprocess.PIPE)
    assert wait_for(lambda: unread_in(run.stdout) > 0)
    # Pages that are passed on can fill a pipe with fewer bytes.
    assert options or wait_for(lambda: is_full(run.stdout))
    run.send_signal(signal.SIGINT)
    try:
        assert run.wait(timeout=15) == 130
    finally:
        run.kill()
        run.communicate()


def unread_in(pipe):
    """The bytes in a pipe."""
    unread = array.array("i", [0])
    fcntl.ioctl(pipe, termios.FIONREAD, unread)
    return unread[0]


def is_full(pipe):
    """Whether a pipe has no room for another page."""
    return unread_in(pipe) > fcntl.fcntl(pipe, fcntl.F_GETPIPE_SZ) - 4096


def test_terminal_is_shown_progress(program):
    """Progress is shown on a terminal only."""
    ours, theirs = pty.openpty()
    run = program.start("generate", "--duration", "3h", "--profile",
                        "contact-center", "--threads", "1", "--out", "null:",
                        stdout=subprocess.DEVNULL, stderr=theirs)
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 65536):
            shown += part
    except OSError:  # the other end is closed
        pass
    os.close(ours)
    assert run.wait() == 0
    assert b"\r" in shown and b"%" in shown and b"left" in shown


def test_terminal_is_not_flooded_unless_that_is_asked_for(program):
    ours, theirs = pty.openpty()
    flooded = program("generate", "--calls", 5, expect=2, stdout=theirs)
    os.close(theirs)
    os.close(ours)
    assert "--out" in flooded.stderr


def test_summary_says_what_was_made_and_where(program, scratch):
    done = program("generate", "--calls", 1000, "--out", scratch)
    for word in ("quickstart", "1,000 calls", "operational", "media_summary",
                 "usage", "failed", "/s", f"{scratch}/{FILES[0]}"):
        assert word in done.stderr
    assert done.stdout == ""
    assert "\r" not in done.stderr, "without a terminal there is no progress"


def test_quiet_says_nothing(program, scratch):
    quiet = program("generate", "--calls", 1000, "--out", scratch, "--quiet")
    assert quiet.stderr == ""
