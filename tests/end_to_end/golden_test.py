"""Compares small data sets with their fingerprints.

    pytest golden_test.py --program PROGRAM                  compares
    pytest golden_test.py --program PROGRAM --update-golden  writes them

A fingerprint changes only together with a change of format, in a commit that
says so.
"""

import hashlib
import json
import pathlib

import call_log_laws
import dataset
import profiles
from files import read_json

PATH = pathlib.Path(__file__).with_name("golden.json")


def jobs(program):
    """Options of `generate`, by name."""
    # Only the first three logs, so that a new log does not change the digests.
    first = ["--logs", "operational,media_summary,usage"]
    made = {name: ["--profile", name, "--calls", 500, *first]
            for name in (*profiles.base(program), "multi-tenant")}
    for name in ("voice-bot", "conference"):
        for shape in dataset.SHAPES:
            made[f"{name} streaming_usage {shape}"] = [
                "--profile", name, "--calls", 500, "--shape", shape,
                "--logs", "streaming_usage"]
    for log in call_log_laws.LOGS:
        for shape in dataset.SHAPES:
            made[f"contact-center {log} {shape}"] = [
                "--profile", "contact-center", "--calls", 200, "--shape",
                shape, "--logs", log]
    for shape in dataset.SHAPES:
        for frame in dataset.FRAMES:
            if not dataset.goes_together(shape, frame):
                continue
            options = ["--calls", 100, "--shape", shape, "--frame", frame]
            if frame not in ("csv", "query"):
                made[f"quickstart {shape} {frame}"] = options
                continue
            for log in dataset.LOGS:  # the columns are those of one log
                # Calls of quickstart have no streaming.
                name = ("voice-bot" if log == "streaming_usage"
                        else "quickstart")
                made[f"{name} {shape} {frame} {log}"] = [
                    "--profile", name, *options, "--logs", log]
    return made


def test_bytes_are_those_of_golden_json(program, pytestconfig):
    names = jobs(program)
    now = {}
    for name, options in program.some(names.items()):
        data = program.generate(*options, "--seed", 1, binary=True)
        now[name] = hashlib.sha256(data).hexdigest()
    if pytestconfig.getoption("--update-golden"):
        PATH.write_text(json.dumps(now, indent=2, sort_keys=True) + "\n",
                        encoding="utf-8")
    golden = read_json(PATH)
    assert sorted(names) == sorted(golden), (
        "golden.json has each profile, shape and frame")
    changed = [name for name in now if now[name] != golden[name]]
    assert not changed, f"{len(changed)} of {len(now)} have changed"
