"""Tests `busyhour merge --files`: the merged files of all shards are those of
one run, byte for byte, and everything that is not such a set is refused.
"""

import pytest

from files import read_json, write_json

JOBS = {
    "quickstart": ("--duration", "5m"),
    "late-and-twice": ("--duration", "5m"),
    "csv": ("--profile", "contact-center", "--duration", "1m",
            "--frame", "csv"),
    "rotated": ("--profile", "contact-center", "--duration", "1m",
                "--rotate", "150kB", "--logs", "all"),
    "rotated-csv": ("--profile", "small-office", "--duration", "1h",
                    "--rotate", "5kB", "--frame", "csv"),
    "storage": ("--profile", "multi-tenant", "--duration", "5m",
                "--layout", "storage"),
    "data-export": ("--profile", "small-office", "--duration", "1h",
                    "--layout", "data-export"),
    "redials": ("--profile", "retry-storm", "--duration", "1m"),
    "records": ("--profile", "contact-center", "--records", 3000),
    "faults": ("--profile", "contact-center", "--duration", "1m",
               "--fault", "blank_line=0.05", "--fault", "truncate=0.01",
               "--fault", "corrupt=0.01", "--fault", "oversize=0.002",
               "--fault", "clock_skew=0.01", "--fault", "drop=0.01"),
}


def job_of(name):
    return JOBS[name] if "--profile" in JOBS[name] else (
        "--profile", name, *JOBS[name])


def generate_shards(program, place, count, *job):
    for index in range(count):
        program("generate", *job, "--shard", f"{index}/{count}", "--out",
                place / str(index), "--quiet")


def contents(place):
    return {str(path.relative_to(place)): path.read_bytes()
            for path in sorted(place.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("name, count", (
    *((name, 3) for name in JOBS), ("late-and-twice", 1), ("csv", 2),
    ("rotated", 8)))
def test_merged_files_are_those_of_one_run(program, scratch, name, count):
    job = job_of(name)
    generate_shards(program, scratch / "set", count, *job)
    program("generate", *job, "--out", scratch / "whole", "--quiet")
    whole = contents(scratch / "whole")
    assert len(whole) > 2
    for threads in (1, 3):
        out = scratch / f"merged-{threads}"
        program("merge", scratch / "set", "--files", "--out", out,
                "--threads", threads)
        assert contents(out) == whole


@pytest.fixture
def shards(program, scratch):
    generate_shards(program, scratch / "set", 3, "--profile", "contact-center",
                    "--duration", "1m", "--rotate", "100kB")
    return scratch / "set"


def merge(program, shards, expect, *options):
    """What is said, with nothing written."""
    out = shards.parent / "merged"
    said = program("merge", shards, "--files", "--out", out, *options,
                   expect=expect).stderr
    assert not out.exists() or contents(out) == {}
    return said


def a_file(shards):
    return sorted((shards / "1").glob("*.jsonl"))[-1]


@pytest.mark.parametrize("change", (-1, 1))
def test_a_file_of_another_size_is_refused(program, shards, change):
    path = a_file(shards)
    text = path.read_bytes()
    path.write_bytes(text[:-1] if change < 0 else text + b"\n")
    assert (f"{path}: has {len(text) + change} bytes, and the manifest of its "
            f"shard says {len(text)}") in merge(program, shards, 2)


def test_a_damaged_file_is_an_error(program, shards):
    path = a_file(shards)
    text = path.read_bytes()
    middle = text.index(b"2026-", len(text) // 2)
    path.write_bytes(text[:middle] + b"2027" + text[middle + 4:])
    assert f"{path} has changed since it was written" in merge(
        program, shards, 1)


@pytest.mark.parametrize("change", ((b"\n", b" "), (b'"time"', b'\n    "')))
def test_other_lines_are_an_error(program, shards, change):
    path = a_file(shards)
    text = path.read_bytes()
    path.write_bytes(text.replace(*change, 1) if len(change[0]) == 1
                     else text.replace(b'"time"', b'"tim\n"', 1)[:len(text)])
    assert path.stat().st_size == len(text)
    assert str(path.parent) in merge(program, shards, 1)


def test_missing_and_extra_files_are_refused(program, shards):
    path = a_file(shards)
    other = path.with_name(path.name.replace(".jsonl", ".part"))
    text = path.read_bytes()
    path.unlink()
    extra = sorted((shards / "2").glob("*.0001.jsonl"))[0]
    extra = extra.with_name(extra.name.replace("0001", "0999"))
    extra.write_bytes(text)
    said = merge(program, shards, 2)
    assert f"{path}: is in the manifest of its shard, and is not there" in said
    assert f"{extra}: is not in the manifest of its shard" in said
    assert not other.exists()


def test_sets_that_are_not_whole_are_refused(program, shards):
    manifest = shards / "1" / "manifest.json"
    text = manifest.read_text()
    manifest.unlink()
    assert "the manifest of shard 1 of 3 is missing" in merge(
        program, shards, 2)
    again = shards / "again"
    again.mkdir()
    manifest.write_text(text)
    (again / "manifest.json").write_text(text)
    assert "is of shard 1/3, as " in merge(program, shards, 2)
    edited = read_json(manifest)
    edited["state"] = "interrupted"
    write_json(manifest, edited)
    assert "has been edited" in merge(program, shards, 2)


@pytest.mark.parametrize("options, message", (
    (("--frame", "array"), "files of frame array cannot be merged: only jsonl "
                           "and csv"),
    (("--frame", "event-hub"), "files of frame event-hub cannot be merged"),
    (("--compress", "gzip"), "files compressed with gzip cannot be merged"),
    (("--fault", "partial_line=1"), "files with the fault partial_line cannot "
                                    "be merged"),
))
def test_what_cannot_be_merged_is_refused(program, scratch, options, message):
    generate_shards(program, scratch / "set", 2, "--duration", "1m", *options)
    assert message in merge(program, scratch / "set", 2)


def test_a_file_of_several_logs_is_refused(program, scratch):
    (scratch / "set").mkdir()
    for index in range(2):
        program("generate", "--duration", "1m", "--shard", f"{index}/2",
                "--out", scratch / "set" / f"{index}.jsonl", "--quiet")
    assert "has several logs" in merge(program, scratch / "set", 2)


def test_options_that_do_not_fit_are_refused(program, shards):
    said = program("merge", shards, "--files", expect=2).stderr
    assert "--out: must be a directory" in said
    said = program("merge", shards, "--files", "--out", shards, "--force",
                   "--manifest", "x.json", expect=2).stderr
    assert "--force: cannot be combined with --files" in said
    assert "--manifest: cannot be combined with --files" in said
    assert f"--out: {shards}" in said
    said = program("merge", shards, "--threads", 2, expect=2).stderr
    assert "--threads: requires --files" in said
