"""The output of --compress, decompressed by the standard programs, equals the
output without it. A slow reader of a pipe receives the same bytes with
--splice.
"""

import json
import os
import subprocess
import zlib

import pytest

from files import read_json

JOBS = (["--frame", "jsonl"], ["--frame", "array"],
        ["--frame", "jsonl", "--shape", "table"],
        ["--frame", "array", "--shape", "portal"],
        ["--frame", "csv", "--logs", "operational"],
        ["--frame", "csv", "--logs", "usage", "--shape", "table"],
        ["--frame", "query", "--logs", "media_summary"])


def unpacked(packed):
    """The content of an LZ4 frame. The lz4 program exits with status 1 if a
    frame is broken."""
    return subprocess.run(["lz4", "-dc"], input=packed, check=True,
                          stdout=subprocess.PIPE).stdout


@pytest.mark.parametrize("job", JOBS, ids=" ".join)
@pytest.mark.parametrize("profile", ["quickstart", "contact-center"])
def test_lz4(program, profile, job):
    job = ["--profile", profile, "--calls", 1500, *job]
    plain = program.generate(*job, binary=True)
    packed = program.generate(*job, "--compress", "lz4", binary=True)
    assert unpacked(packed) == plain
    assert len(packed) < 0.75 * len(plain)
    assert packed == program.generate(
        *job, "--compress", "lz4", "--threads", 3, binary=True), (
        "threads do not change compressed bytes")


# Those whose records are wrapped or damaged have no hints, and the libraries
# search for matches.
SEARCHED = (["--frame", "event-hub", "--batch-bytes", "8KiB"],
            ["--frame", "octets", "--shape", "data-export"],
            ["--frame", "elastic"],
            ["--fault", "corrupt=0.01", "--fault", "duplicate=0.01",
             "--fault", "truncate=0.01"],
            ["--frame", "jsonl", "--logs", "all"],
            ["--frame", "jsonl", "--level", "3"])
ENDS = ("--calls", 1), ("--records", 1), ("--duration", "1s")


def read_gzip(packed):
    """All members, by Python's zlib and by gzip."""
    seen = b""
    rest = packed
    while rest:
        member = zlib.decompressobj(wbits=31)
        seen += member.decompress(rest)
        assert member.eof, "a member is not complete"
        rest = member.unused_data
    assert seen == subprocess.run(["gzip", "-dc"], input=packed, check=True,
                                  stdout=subprocess.PIPE).stdout
    return seen


def read_zstd(packed):
    subprocess.run(["zstd", "-tq"], input=packed, check=True)
    return subprocess.run(["zstd", "-dcq"], input=packed, check=True,
                          stdout=subprocess.PIPE).stdout


READERS = {"gzip": read_gzip, "zstd": read_zstd}


@pytest.mark.parametrize("job", JOBS + SEARCHED, ids=" ".join)
@pytest.mark.parametrize("name", READERS)
def test_gzip_and_zstd(program, name, job):
    plain_job = [word for word in job if word not in ("--level", "3")]
    for extent in (("--calls", 1000), *ENDS):
        words = ["--profile", "contact-center", *extent]
        plain = program.generate(*words, *plain_job, binary=True)
        packed = program.generate(*words, *job, "--compress", name,
                                  binary=True)
        assert READERS[name](packed) == plain
        assert packed == program.generate(
            *words, *job, "--compress", name, "--threads", 3, binary=True), (
            "threads do not change compressed bytes")
        if extent == ("--calls", 1000):
            assert len(packed) < 0.35 * len(plain)


@pytest.mark.parametrize("name", READERS)
def test_a_level_saves_space(program, name):
    sizes = [len(program.generate("--calls", 2000, "--compress", name, *level,
                                  binary=True))
             for level in ([], ["--level", 9])]
    assert sizes[1] < 0.95 * sizes[0]


def test_nothing_is_a_whole_frame(program):
    nothing = program.generate("--duration", "1s", "--start",
                               "2026-03-02T03:00:00Z", "--profile",
                               "contact-center", "--frame", "array",
                               "--compress", "lz4", binary=True)
    assert json.loads(unpacked(nothing)) == []


def test_files_hold_the_same(program, scratch):
    for name in ("plain", "packed"):
        program("generate", "--calls", 300, "--quiet", "--out",
                f"{scratch}/{name}",
                *(["--compress", "lz4"] if name == "packed" else []))
    manifest = read_json(f"{scratch}/packed/manifest.json")
    assert manifest["compress"] == "lz4", "the manifest names compression"
    for entry in manifest["files"]:
        path = f"{scratch}/packed/{entry['name']}"
        plain = f"{scratch}/plain/{entry['name'].removesuffix('.lz4')}"
        assert path.endswith(".jsonl.lz4"), (
            f"the file name shows the format and compression: {path}")
        assert entry["bytes"] == os.path.getsize(path), (
            "manifest: bytes are the size of the file")
        with open(path, "rb") as packed, open(plain, "rb") as expected:
            assert unpacked(packed.read()) == expected.read(), (
                f"files have the same content, compressed or not: {path}")


@pytest.mark.parametrize("words, reason", [
    (["--compress", "lz5"], 'did you mean "lz4"?'),
    (["--compress", "lz4", "--frame", "event-hub"],
     "cannot be combined with frame event-hub"),
    (["--compress", "zstd", "--splice", "--out", "-"],
     "cannot be combined with --compress gzip or zstd"),
    (["--compress", "gzip", "--level", "10"],
     "--level: 10 is above 9, the highest level of gzip"),
    (["--splice", "--out", "/dev/null"],
     "requires standard output to be a pipe")])
def test_refusal_says_why(program, words, reason):
    refused = program("generate", "--calls", 1, *words, expect=2)
    assert reason in refused.stderr


@pytest.mark.parametrize("threads", [1, 3])
def test_bytes_that_are_lent_lie_still(program, threads):
    """Bytes that --splice lends to the pipe do not change before a slow reader
    has read them."""
    job = ["generate", "--calls", "20000", "--quiet", "--out", "-"]
    plain = program(*job, binary=True).stdout
    with program.start(*job, "--splice", "--threads", threads,
                       stdout=subprocess.PIPE, stderr=None) as running:
        seen = bytearray()
        while piece := os.read(running.stdout.fileno(), 300_000):
            seen += piece
            os.sched_yield()
    assert seen == plain, f"{len(seen)} bytes of {len(plain)}"
    assert running.returncode == 0
