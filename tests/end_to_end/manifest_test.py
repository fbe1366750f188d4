"""A manifest tells the job that was, and is believed only as it was written."""

import json
import os
import random
import signal
import subprocess

import harness


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def write(path, value):
    with open(path, "w", encoding="utf-8") as file:
        json.dump(value, file)


def edits(value, generator, count):
    """Copies of a JSON value, each changed in one place."""
    places = []

    def walk(node, path):
        if path:
            places.append(path)
        if isinstance(node, dict):
            for key, each in node.items():
                walk(each, path + [key])
        elif isinstance(node, list):
            for index, each in enumerate(node):
                walk(each, path + [index])

    walk(value, [])
    for _ in range(count):
        copy = json.loads(json.dumps(value))
        *way, last = generator.choice(places)
        node = copy
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
        yield [*way, last], copy


def check_edits(program, scratch, checks):
    generator = random.Random(11)
    out = f"{scratch}/edited"
    program("generate", "--calls", 20, "--out", out, "--quiet")
    whole = read(f"{out}/manifest.json")
    program("load", "--to", "null:", "--calls", 20, "--rate", "max",
            "--manifest", f"{scratch}/sent.json", "--quiet")
    for told in (whole, read(f"{scratch}/sent.json")):
        path = f"{scratch}/again.json"
        # How it is laid out is nothing that it says.
        write(path, told)
        program("verify", "--manifest", path, "/dev/null", expect=1)
        for place, edited in edits(told, generator, 60):
            write(path, edited)
            for arguments in (["verify", "--manifest", path, "/dev/null"],
                              ["explain", "x", "--manifest", path]):
                done = program(*arguments, expect=None)
                checks(done.returncode == 2 and (
                    "edited" in done.stderr or "/format" in done.stderr
                    or "is not a manifest" in done.stderr),
                    "an edited manifest is refused in a sentence", place,
                    (done.returncode, done.stderr))
    for place, edited in edits(whole, generator, 30):
        write(f"{out}/manifest.json", edited)
        for arguments in (["verify", "--files", out],
                          ["generate", "--calls", 20, "--out", out,
                           "--resume"]):
            done = program(*arguments, expect=None)
            checks(done.returncode == 2, "by all who read it", place,
                   (arguments, done.returncode, done.stderr))
    text = json.dumps(whole)
    for broken in ("", "[", "{}", "null", "[" * 100_000,
                   text.replace('{"busyhour"', '{"seed":1,"busyhour"', 1)):
        with open(path, "w", encoding="utf-8") as file:
            file.write(broken)
        program("verify", "--manifest", path, "/dev/null", expect=2)
        checks(True, "what is no manifest is refused")
    os.mkfifo(f"{scratch}/fifo")
    done = program("verify", "--manifest", f"{scratch}/fifo", "/dev/null",
                   expect=2, timeout=10)
    checks("not a regular file" in done.stderr, "a pipe is not waited for")


def check_extents(program, scratch, checks):
    """Whatever ends a run, its manifest names the job that was asked for, and
    nothing that was sent is missed."""
    for name, extent, key, amount in (
            ("calls", "200", "calls", 200), ("records", "3k", "records", 3000),
            ("bytes", "3MB", "bytes", 3_000_000),
            ("duration", "40m", "duration_ms", 2_400_000)):
        got, sent = f"{scratch}/{name}.jsonl", f"{scratch}/{name}.json"
        job = ["--profile", "voice-bot", f"--{name}", extent]
        run = subprocess.Popen(
            [program.path, "load", "--to", f"file:{got}", *job, "--rate",
             "1000/s", "--manifest", sent, "--quiet"])
        while not (os.path.exists(f"{got}.part") and
                   os.path.getsize(f"{got}.part") > 300_000):
            if run.poll() is not None:
                break
        checks.same(read(sent)["extent"], {key: amount},
                    "a manifest names the job while it is under way", name)
        run.send_signal(signal.SIGINT)
        checks.same(run.wait(60), 130, "the run was ended", name)
        told = read(sent)
        checks.same(told["extent"], {key: amount},
                    "a manifest names the job when it was ended", name)
        found = json.loads(program("verify", got, "--manifest", sent,
                                   "--json").stdout)
        checks.same((found["passed"], found["early"], found["total"]["sent"]),
                    (True, 0, sum(told["counts"]["records"].values())),
                    "nothing of it is missed", name)
    # A job that is shorter than its last deliveries.
    got, sent = f"{scratch}/short.jsonl", f"{scratch}/short.json"
    program("load", "--to", f"file:{got}", "--duration", "5s", "--rate", "max",
            "--manifest", sent, "--quiet")
    checks.same(read(sent)["extent"], {"duration_ms": 5000},
                "and when it came to its end")
    program("verify", got, "--manifest", sent)
    # Only the clock has an end.
    manifests, files = [], []
    for shard in (0, 1):
        got, sent = f"{scratch}/clock{shard}.jsonl", f"{scratch}/c{shard}.json"
        program("load", "--to", f"file:{got}", "--for", "700ms", "--rate",
                f"{1000 + 500 * shard}/s", "--shard", f"{shard}/2",
                "--manifest", sent, "--quiet")
        checks(read(sent)["deliveries"]["by_clock"],
               "a run that the clock ends is told to be one")
        program("verify", got, "--manifest", sent)
        manifests += ["--manifest", sent]
        files.append(got)
    program("verify", *files, *manifests)


def check_nothing(program, scratch, checks):
    """Who asks for nothing is not told that it passed."""
    lines = program.generate("--calls", 20, "--logs", "usage")
    path = f"{scratch}/lines.jsonl"
    with open(path, "w", encoding="utf-8") as file:
        file.write(lines)
    start = ["--start", "2026-03-02T08:00:00Z"]
    for arguments, why in (
            (["--calls", 20, *start, "--until", "2026-03-02T07:00:00Z"],
             "no record had been sent by 2026-03-02T07:00:00Z"),
            (["--calls", 20, "--logs", "usage", "--fields", "resultSignature"],
             "no record that was sent has a field"),
            (["--duration", "1ms", *start], "makes no record")):
        for name in (path, "/dev/null"):
            done = program("verify", name, *arguments, "--json", "--allow",
                           "lost=100%,foreign=1000", expect=1)
            found = json.loads(done.stdout)
            checks(not found["passed"] and why in found["nothing_asked"],
                   "it is said what could not be asked", arguments, found)
        done = program("verify", "/dev/null", *arguments, expect=1)
        checks("FAILED: nothing was asked: " in done.stdout and
               "passed" not in done.stdout, "in words, too", arguments,
               done.stdout)


def run(program, scratch, checks):
    check_edits(program, scratch, checks)
    check_extents(program, scratch, checks)
    check_nothing(program, scratch, checks)


harness.main(run)
