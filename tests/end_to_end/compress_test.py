"""What --compress makes is what is written without it, as the stock programs
read it; and a slow reader of a pipe that bytes are lent to sees the same."""

import json
import os
import subprocess

import harness

JOBS = (["--frame", "jsonl"], ["--frame", "array"],
        ["--frame", "jsonl", "--shape", "table"],
        ["--frame", "array", "--shape", "portal"],
        ["--frame", "csv", "--logs", "operational"],
        ["--frame", "csv", "--logs", "usage", "--shape", "table"],
        ["--frame", "query", "--logs", "media_summary"])


def unpacked(packed):
    """What the lz4 program finds in a frame; it exits 1 where one is broken."""
    return subprocess.run(["lz4", "-dc"], input=packed, check=True,
                          stdout=subprocess.PIPE).stdout


def check_lz4(program, checks):
    for profile in ("quickstart", "contact-center"):
        for job in JOBS:
            job = ["--profile", profile, "--calls", 1500, *job]
            plain = program.generate(*job, binary=True)
            packed = program.generate(*job, "--compress", "lz4", binary=True)
            checks(unpacked(packed) == plain,
                   "lz4 -dc gives what is written uncompressed", job)
            checks(len(packed) < 0.75 * len(plain),
                   "what is compressed is smaller", job,
                   (len(packed), len(plain)))
            checks(packed == program.generate(*job, "--compress", "lz4",
                                              "--threads", 3, binary=True),
                   "threads do not change compressed bytes", job)
    nothing = program.generate("--duration", "1s", "--start",
                               "2026-03-02T03:00:00Z", "--profile",
                               "contact-center", "--frame", "array",
                               "--compress", "lz4", binary=True)
    checks.same(json.loads(unpacked(nothing)), [], "nothing is a whole frame")


def check_files(program, scratch, checks):
    for name in ("plain", "packed"):
        program("generate", "--calls", 300, "--quiet", "--out",
                f"{scratch}/{name}",
                *(["--compress", "lz4"] if name == "packed" else []))
    with open(f"{scratch}/packed/manifest.json", encoding="utf-8") as file:
        manifest = json.load(file)
    checks.same(manifest["compress"], "lz4", "the manifest names compression")
    for entry in manifest["files"]:
        path = f"{scratch}/packed/{entry['name']}"
        plain = f"{scratch}/plain/{entry['name'].removesuffix('.lz4')}"
        checks(path.endswith(".jsonl.lz4"), "a file's name says what it is",
               path)
        checks.same(entry["bytes"], os.path.getsize(path),
                    "manifest: bytes are the size of the file")
        with open(path, "rb") as packed, open(plain, "rb") as expected:
            checks(unpacked(packed.read()) == expected.read(),
                   "files hold the same, compressed or not", path)


def check_refusals(program, checks):
    for words, reason in ((["--compress", "lz5"], 'did you mean "lz4"?'),
                          (["--compress", "lz4", "--frame", "event-hub"],
                           "does not go with frame event-hub"),
                          (["--compress", "zstd", "--splice", "--out", "-"],
                           "does not go with --compress gzip or zstd"),
                          (["--splice", "--out", "/dev/null"],
                           "is for a standard output that is a pipe")):
        refused = program("generate", "--calls", 1, *words, expect=2)
        checks(reason in refused.stderr, "a refusal says why", words,
               refused.stderr)


def check_splice(program, checks):
    """The bytes lie still until even a reader that gives way has them."""
    job = ["generate", "--calls", "20000", "--quiet", "--out", "-"]
    plain = program(*job, binary=True).stdout
    for threads in (1, 3):
        with subprocess.Popen(
                [program.path, *job, "--splice", "--threads", str(threads)],
                stdout=subprocess.PIPE) as running:
            seen = bytearray()
            while piece := os.read(running.stdout.fileno(), 300_000):
                seen += piece
                os.sched_yield()
        checks(seen == plain, "what is lent is what is written",
               threads, (len(seen), len(plain)))
        checks.same(running.returncode, 0, "a spliced run ends well")


def run(program, scratch, checks):
    check_lz4(program, checks)
    check_files(program, scratch, checks)
    check_refusals(program, checks)
    check_splice(program, checks)


harness.main(run)
