"""Tests that `verify --files` reports every change to the files of a data set,
and nothing else.
"""

import json
import os
import random
import shutil
import subprocess

import pytest

from files import data_files, manifest_of, write_json, write_text
from program import wait_for

LAYOUTS = {
    "flat": [],
    "rotated": ["--rotate", "200kB"],
    "storage": ["--layout", "storage", "--compress", "gzip"],
    "zstd": ["--compress", "zstd"],
    "csv": ["--frame", "csv"],
}


def files_verdict(program, *paths, expect=None):
    return json.loads(program("verify", "--files", *paths, "--json",
                              expect=expect).stdout)


def troubles(found):
    return sorted((each["kind"], os.path.relpath(each["file"]))
                  for part in found["data_sets"] for each in part["troubles"])


@pytest.mark.parametrize("options", LAYOUTS.values(), ids=LAYOUTS)
def test_whole_data_set_passes(program, scratch, options):
    program("generate", "--calls", 2000, *options, "--out", scratch, "--quiet")
    found = files_verdict(program, scratch, expect=0)
    files = data_files(scratch)
    assert found["passed"]
    part, = found["data_sets"]
    assert (part["files"], part["bytes"]) == (
        len(files), sum(map(len, files.values()))), "all of it is read"


def spoil(path, kind, generator):
    """Damages a file so that `verify` reports `kind`; returns the path that it
    reports."""
    if kind == "missing":
        os.remove(path)
    elif kind == "part":
        os.rename(path, f"{path}.part")
    elif kind == "size":
        os.truncate(path, max(0, os.path.getsize(path) +
                              generator.choice([-1, 1])))
    elif kind == "changed":
        with open(path, "r+b") as file:
            file.seek(generator.randrange(os.path.getsize(path)))
            byte = file.read(1)
            file.seek(-1, os.SEEK_CUR)
            file.write(bytes([byte[0] ^ 1]))
    elif kind == "unreadable":
        os.remove(path)
        os.mkfifo(path)
    else:
        shutil.copy(path, f"{path}.part")
    return f"{path}.part" if kind in ("part", "stray") else path


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("name", LAYOUTS)
def test_all_that_was_done_to_files_is_named(program, scratch, name, seed):
    generator = random.Random(f"8 {name} {seed}")
    program("generate", "--calls", 2000, *LAYOUTS[name], "--out", scratch,
            "--quiet")
    names = [name for name in data_files(scratch)
             if os.path.getsize(f"{scratch}/{name}")]
    wanted = []
    for each in generator.sample(names, min(5, len(names))):
        kind = generator.choice(["missing", "part", "size", "size", "changed",
                                 "unreadable", "stray"])
        path = spoil(f"{scratch}/{each}", kind, generator)
        wanted.append((kind, os.path.relpath(path)))
    assert troubles(files_verdict(program, scratch, expect=1)) == (
        sorted(wanted))


def strays_of(program, *paths):
    found = troubles(files_verdict(program, *paths, expect=1))
    assert {kind for kind, _ in found} == {"stray"}
    return [path for _, path in found]


def add_files(scratch, names):
    for name in names:
        (scratch / name).parent.mkdir(parents=True, exist_ok=True)
        (scratch / name).touch()
    return sorted(os.path.relpath(scratch / name) for name in names)


def test_strays_are_files_that_verify_would_read(program, scratch):
    program("generate", "--calls", 50, "--out", scratch, "--quiet")
    add_files(scratch, [".hidden.jsonl", "deep/.hidden/Usage.jsonl"])
    files_verdict(program, scratch, expect=0)
    strays = add_files(scratch, [
        "Usage.csv", "Usage.0002.jsonl", "Usage.jsonl.gz", "extra.jsonl",
        "CallAutomationOperational.json.zst.part", "deep/Usage.jsonl",
        "insights-logs-usage/resourceId=/x/y=2026/PT1H.json",
        "am-acsbillingusage/WorkspaceResourceId=/x/y=2026/PT05M_1.json"])
    assert strays_of(program, scratch) == strays


def test_copies_beside_blobs_are_strays(program, scratch):
    tree = scratch / "tree"
    job = ["--layout", "storage", "--duration", "5m", "--out", tree]
    program("generate", *job, "--quiet")
    program("generate", *job, "--profile", "voice-bot", "--quiet")
    program("metrics", *job)
    assert (tree / "insights-metrics-pt1m").is_dir()
    files_verdict(program, tree, expect=0)
    # The metrics are no records, either.
    assert "PASSED" in program("verify", tree).stdout
    blob = next(tree.glob("insights-logs-*/**/PT1H.json"))
    copies = [blob.with_name(name) for name in
              ("PT1H_1.json", "PT1H.csv", "x.json", "PT1H (copy).json",
               "PT1H.json.bak")]
    for copy in copies:
        shutil.copy(blob, copy)
    container = blob.relative_to(tree).parts[0]
    shutil.copytree(tree / container, tree / "backup")
    copies += (tree / "backup").rglob("*.json*")
    copies += (tree / "backup").rglob("*.csv")
    assert strays_of(program, tree) == sorted(
        {os.path.relpath(copy) for copy in copies})


def test_files_of_other_manifests_are_no_strays(program, scratch):
    job = ["--calls", 50, "--quiet", "--out"]
    program("generate", *job, scratch)
    program("generate", *job, scratch / "more" / "set", "--seed", 2)
    files_verdict(program, scratch, expect=0)
    (scratch / "linked").symlink_to("more")
    files_verdict(program, scratch, expect=0)
    strays = add_files(scratch, ["more/set/extra.jsonl"])
    found = strays_of(program, scratch)
    assert [os.path.realpath(path) for path in found] == [
        os.path.realpath(path) for path in strays]
    # A manifest that is not readable hides only strays in its directory.
    write_text(scratch / "more/set/manifest.json", "{}")
    files_verdict(program, scratch, expect=0)
    add_files(scratch, ["more/extra.jsonl"])
    assert len(strays_of(program, scratch)) == 1


def test_file_of_all_logs_has_a_manifest_of_its_own(program, scratch):
    path = scratch / "one.jsonl"
    program("generate", "--calls", 50, "--out", path, "--quiet")
    manifest = f"{path}.manifest.json"
    files_verdict(program, manifest, expect=0)
    done = program("verify", "--files", "--manifest", manifest)
    assert "complete, 1 file" in done.stdout and "passed" in done.stdout
    os.rename(path, scratch / "elsewhere")
    done = program("verify", "--files", manifest, expect=1)
    assert "1 problem, 1 file" in done.stdout
    assert "complete" not in done.stdout
    os.rename(scratch / "elsewhere", path)
    with open(path, "a", encoding="utf-8") as file:
        file.write("\n")
    assert troubles(files_verdict(program, manifest, expect=1)) == [
        ("size", os.path.relpath(path))]


def noted(out):
    """The manifest of a run, if it exists."""
    try:
        return manifest_of(out)
    except FileNotFoundError:
        return {}


@pytest.mark.parametrize("options", LAYOUTS.values(), ids=LAYOUTS)
def test_killed_run_has_written_what_it_noted(program, scratch, options):
    out = scratch / "out"
    run = program.start("generate", "--profile", "contact-center", "--records",
                        "50M", *options, "--out", out, "--quiet",
                        stderr=subprocess.DEVNULL)
    assert wait_for(lambda: "resume" in noted(out) or run.poll() is not None)
    run.kill()
    run.wait()
    part, = files_verdict(program, out, expect=1)["data_sets"]
    assert (part["state"], part["troubles"]) == ("interrupted", [])
    done = program("verify", "--files", out, expect=1)
    assert "not finished" in done.stdout and "--resume" in done.stdout
    at_hand = [each["name"] for each in manifest_of(out)["files"]
               if each.get("part") and each["bytes"]]
    if at_hand:
        victim = out / f"{at_hand[0]}.part"
        if not victim.exists():
            victim = out / at_hand[0]
        with open(victim, "r+b") as file:
            file.write(b"?")
        assert [kind for kind, _ in troubles(
            files_verdict(program, out, expect=1))] == ["changed"]


@pytest.fixture
def out(program, scratch):
    program("generate", "--calls", 5, "--out", scratch, "--quiet")
    return scratch


@pytest.mark.parametrize("name", ["/etc/passwd", "../x.jsonl", "a/../../b",
                                  ""])
def test_edited_name_is_refused(program, out, name):
    manifest = manifest_of(out)
    manifest["files"][0]["name"] = name
    write_json(out / "manifest.json", manifest)
    told = program("verify", "--files", out, expect=2).stderr
    assert "has been edited" in told


@pytest.mark.parametrize("text, part", [
    ("{}", "is not a manifest"), ("[", "is not JSON"),
    ('{"files":[{"name":3}]}', "is not a manifest")])
def test_wrong_manifest_is_refused(program, out, text, part):
    write_text(out / "manifest.json", text)
    assert part in program("verify", "--files", out, expect=2).stderr


def test_other_options_do_not_go_with_files(program, scratch):
    told = program("verify", "--files", scratch / "nothing", "--seed", 3,
                   "--fields", "time", expect=2).stderr
    assert "--seed: cannot be combined with --files" in told
    assert "--fields: cannot be combined with --files" in told


def test_files_wants_manifests(program):
    told = program("verify", "--files", expect=2).stderr
    assert "--files: requires manifests" in told
