"""The bytes of some small data sets, held by their fingerprints.

    golden_test.py PROGRAM            compares with golden.json
    golden_test.py PROGRAM --update   writes golden.json anew

A fingerprint changes only together with a changed format, in a commit that
says so.
"""

import hashlib
import json
import os

import dataset
import harness
import profiles

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden.json")


def jobs(program):
    """What to generate: options by name."""
    made = {name: ["--profile", name, "--calls", 500]
            for name in profiles.shipped(program)}
    for shape in dataset.SHAPES:
        for frame in dataset.FRAMES:
            if not dataset.goes_together(shape, frame):
                continue
            options = ["--calls", 100, "--shape", shape, "--frame", frame]
            if frame not in ("csv", "query"):
                made[f"quickstart {shape} {frame}"] = options
                continue
            for log in dataset.LOGS:  # columns are those of one log
                made[f"quickstart {shape} {frame} {log}"] = [
                    *options, "--logs", log]
    return made


def run(program, scratch, checks, *arguments):
    now = {}
    for name, options in jobs(program).items():
        data = program.generate(*options, "--seed", 1, binary=True)
        now[name] = hashlib.sha256(data).hexdigest()
    if "--update" in arguments:
        with open(PATH, "w", encoding="utf-8") as file:
            json.dump(now, file, indent=2, sort_keys=True)
            file.write("\n")
        print(f"wrote {PATH}")
    with open(PATH, encoding="utf-8") as file:
        golden = json.load(file)
    checks.same(sorted(now), sorted(golden),
                "golden.json knows each profile, shape and frame")
    for name, fingerprint in now.items():
        checks.same(fingerprint, golden.get(name),
                    "the bytes are those of golden.json", name)


harness.main(run)
