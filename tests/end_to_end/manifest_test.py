"""Tests that a manifest describes the job of a run, and that edited manifests
are refused.
"""

import copy
import json
import os
import random
import re
import signal

import pytest

from files import manifest_of, read_json, write_json, write_text
from loading import PATIENCE
from program import wait_for


def places_of(value, path=()):
    """The path to each value within a JSON value."""
    if path:
        yield path
    if isinstance(value, (dict, list)):
        for key, each in (value.items() if isinstance(value, dict)
                          else enumerate(value)):
            yield from places_of(each, (*path, key))


def edits(value, generator, count):
    """Copies of a JSON value, each changed in one place."""
    places = list(places_of(value))
    for _ in range(count):
        edited = copy.deepcopy(value)
        *way, last = generator.choice(places)
        node = edited
        for step in way:
            node = node[step]
        old = node[last]
        kind = generator.choice(["remove", "replace", "add"])
        if kind == "remove":
            del node[last]
        elif kind == "add" and isinstance(old, dict):
            old["more"] = 1
        elif kind == "add" and isinstance(old, list):
            old.append(0)
        else:
            node[last] = generator.choice([new for new in (
                0, 1, -1, 2.5, "", "x", None, True, [], {}, 2**64 - 1,
                "complete", "interrupted") if new != old or
                type(new) is not type(old)])
        yield [*way, last], edited


def generated(program, scratch):
    program("generate", "--calls", 20, "--out", scratch / "out", "--quiet")
    return manifest_of(scratch / "out")


def sent(program, scratch):
    program("load", "--to", "null:", "--calls", 20, "--rate", "max",
            "--manifest", scratch / "sent.json", "--quiet")
    return read_json(scratch / "sent.json")


@pytest.mark.parametrize("make", [generated, sent])
def test_edited_manifest_is_refused_in_a_sentence(program, scratch, make):
    told, path = make(program, scratch), scratch / "again.json"
    # The layout of the JSON text does not matter.
    write_json(path, told)
    program("verify", "--manifest", path, "/dev/null", expect=1)
    for place, edited in edits(told, random.Random(11), 60):
        write_json(path, edited)
        for arguments in (["verify", "--manifest", path, "/dev/null"],
                          ["explain", "x", "--manifest", path]):
            done = program(*arguments, expect=None)
            assert done.returncode == 2, (place, done.stderr)
            assert re.search("edited|/format|is not a manifest",
                             done.stderr), (place, done.stderr)


def test_edited_manifest_is_refused_by_all_who_read_it(program, scratch):
    whole, out = generated(program, scratch), scratch / "out"
    for place, edited in edits(whole, random.Random(12), 30):
        write_json(out / "manifest.json", edited)
        for arguments in (["verify", "--files", out],
                          ["generate", "--calls", 20, "--out", out,
                           "--resume"]):
            done = program(*arguments, expect=None)
            assert done.returncode == 2, (place, done.stderr)


@pytest.mark.parametrize("text", ["", "[", "{}", "null", "[" * 100_000],
                         ids=["empty", "[", "{}", "null", "deep"])
def test_what_is_no_manifest_is_refused(program, scratch, text):
    write_text(scratch / "manifest.json", text)
    program("verify", "--manifest", scratch / "manifest.json", "/dev/null",
            expect=2)


def test_manifest_with_a_name_twice_is_refused(program, scratch):
    text = json.dumps(generated(program, scratch))
    assert text.startswith('{"busyhour"')
    write_text(scratch / "manifest.json", '{"seed":1,' + text[1:])
    program("verify", "--manifest", scratch / "manifest.json", "/dev/null",
            expect=2)


def test_pipe_is_not_waited_for(program, scratch):
    os.mkfifo(scratch / "fifo")
    done = program("verify", "--manifest", scratch / "fifo", "/dev/null",
                   expect=2, timeout=10)
    assert "not a regular file" in done.stderr


@pytest.mark.parametrize("name, extent, expected", [
    ("calls", "200", {"calls": 200}), ("records", "3k", {"records": 3000}),
    ("bytes", "3MB", {"bytes": 3_000_000}),
    ("duration", "40m", {"duration_ms": 2_400_000})])
def test_manifest_of_a_run_that_was_ended(program, scratch, name, extent,
                                          expected):
    """The manifest contains the requested extent, and verify misses no sent
    record."""
    got, manifest = scratch / "got.jsonl", scratch / "sent.json"
    run = program.start("load", "--to", f"file:{got}", "--profile",
                        "voice-bot", f"--{name}", extent, "--rate", "1000/s",
                        "--manifest", manifest, "--quiet", stderr=None)
    part = scratch / "got.jsonl.part"
    assert wait_for(lambda: run.poll() is not None or
                    part.exists() and part.stat().st_size > 300_000)
    assert read_json(manifest)["extent"] == expected, "during the run"
    run.send_signal(signal.SIGINT)
    assert run.wait(60) == 130
    told = read_json(manifest)
    assert told["extent"] == expected
    found = json.loads(program("verify", got, "--manifest", manifest,
                               "--json").stdout)
    assert (found["passed"], found["early"], found["total"]["sent"]) == (
        True, 0, sum(told["counts"]["records"].values()))


def test_manifest_of_a_job_shorter_than_its_last_deliveries(program, scratch):
    got, manifest = scratch / "got.jsonl", scratch / "sent.json"
    program("load", "--to", f"file:{got}", "--duration", "5s", "--rate", "max",
            "--manifest", manifest, "--quiet")
    assert read_json(manifest)["extent"] == {"duration_ms": 5000}
    program("verify", got, "--manifest", manifest)


def test_manifests_of_shards_that_the_clock_ends(program, scratch):
    manifests, files = [], []
    for shard in (0, 1):
        got, manifest = scratch / f"{shard}.jsonl", scratch / f"{shard}.json"
        program("load", "--to", f"file:{got}", "--for", "700ms", "--rate",
                f"{1000 + 500 * shard}/s", *PATIENCE, "--shard", f"{shard}/2",
                "--manifest", manifest, "--quiet")
        assert read_json(manifest)["deliveries"]["by_clock"]
        program("verify", got, "--manifest", manifest)
        manifests += ["--manifest", manifest]
        files.append(got)
    program("verify", *files, *manifests)


START = ["--start", "2026-03-02T08:00:00Z"]


@pytest.mark.parametrize("arguments, why", [
    (["--calls", 20, *START, "--until", "2026-03-02T07:00:00Z"],
     "no record had been sent by 2026-03-02T07:00:00Z"),
    (["--calls", 20, "--logs", "usage", "--fields", "resultSignature"],
     "no sent record has a field"),
    (["--duration", "1ms", *START], "has no records")])
def test_who_asks_for_nothing_is_not_told_that_it_passed(program, scratch,
                                                         arguments, why):
    path = scratch / "lines.jsonl"
    write_text(path, program.generate("--calls", 20, "--logs", "usage"))
    for name in (path, "/dev/null"):
        done = program("verify", name, *arguments, "--json", "--allow",
                       "lost=100%,foreign=1000", expect=1)
        found = json.loads(done.stdout)
        assert not found["passed"] and why in found["nothing_asked"]
    done = program("verify", "/dev/null", *arguments, expect=1)
    assert "FAILED: no records were expected: " in done.stdout
    assert "PASSED" not in done.stdout
