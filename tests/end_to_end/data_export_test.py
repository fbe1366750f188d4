"""`generate --layout data-export`: the blobs that the data export of a Log
Analytics workspace writes to a storage account, and their records.
"""

import collections
import datetime
import json
import re
import shutil
import signal
import subprocess

import pytest

import call_log_laws
import dataset
from files import data_files, manifest_of, read_text, write_text
from program import wait_for

JOB = ["--profile", "quickstart", "--duration", "25m", "--start",
       "2026-03-02T23:50:30Z", "--shard", "0/5", "--seed", 4]
LOGS = (*dataset.LOGS, *call_log_laws.LOGS)
BLOB = re.compile(
    r"am-([a-z]+)/WorkspaceResourceId=(/subscriptions/[-0-9a-f]{36}"
    r"/resourcegroups/[^/A-Z]+/providers/microsoft\.operationalinsights"
    r"/workspaces/[^/A-Z]+)"
    r"/y=(\d{4})/m=(\d\d)/d=(\d\d)/h=(\d\d)/m=(\d\d)/PT05M(?:_(\d+))?\.json")
MINUTE = 60_000
SIZE = 60_000  # of a rotated blob


def make(program, out, *words):
    program("generate", *JOB, *words, "--out", out, "--quiet")
    return data_files(out)


@pytest.fixture(scope="module")
def flat(program, module_scratch):
    """The same records in files of one log each, in order of delivery."""
    return make(program, module_scratch / "flat", "--logs", "all", "--shape",
                "data-export")


@pytest.fixture(scope="module")
def tree(program, module_scratch):
    out = module_scratch / "tree"
    make(program, out, "--logs", "all", "--layout", "data-export")
    return out


def folder_of(found):
    """The first millisecond of a blob's five minutes."""
    time = datetime.datetime(*map(int, found.groups()[2:7]))
    return (time - datetime.datetime(1970, 1, 1)) // datetime.timedelta(
        milliseconds=1)


def check_tree(files, flat_files):
    """All lines of the flat files are in the tree, each in the folder of its
    TimeGenerated, and the lines of a folder are in order of delivery."""
    folders = collections.defaultdict(list)
    for name in sorted(files, key=lambda name: (
            BLOB.fullmatch(name).groups()[:7],
            int(BLOB.fullmatch(name)[8] or 0))):
        found = BLOB.fullmatch(name)
        text = files[name].decode()
        assert text, "five minutes without records have no blob"
        lines = dataset.lines(text)
        for line in lines:
            record = dataset.parse(line)
            time = dataset.milliseconds(record["TimeGenerated"])
            assert time // (5 * MINUTE) * 5 * MINUTE == folder_of(found), line
            assert record["Type"].lower() == found[1]
            assert record["_Internal_WorkspaceResourceId"] == found[2]
        parts = folders[found[1], folder_of(found)]
        assert int(found[8] or 0) == len(parts), "parts have no gaps"
        parts.append(lines)
    expected = collections.defaultdict(list)
    for text in flat_files.values():
        for line in dataset.lines(text.decode()):
            record = json.loads(line)
            time = dataset.milliseconds(record["TimeGenerated"])
            expected[record["Type"].lower(),
                     time // (5 * MINUTE) * 5 * MINUTE].append(line)
    assert {key: [line for lines in parts for line in lines]
            for key, parts in folders.items()} == expected
    return folders


def test_each_record_is_in_the_folder_of_its_time(tree, flat):
    files = data_files(tree)
    folders = check_tree(files, flat)
    tables = {table for table, _ in folders}
    # The calls of this profile have no streaming.
    assert len(tables) == len(LOGS) - 1
    assert len([key for key in folders if key[0] == "acsbillingusage"]) >= 5
    told = manifest_of(tree)
    assert (told["layout"], told["shape"], told["state"]) == (
        "data-export", "data-export", "complete")
    assert sorted(entry["name"] for entry in told["files"]) == sorted(files)
    late = [name for name in files if "/d=03/" in name]
    assert late, "the job passes midnight"


def test_item_ids_are_unique(flat):
    items = [json.loads(line)["_ItemId"] for text in flat.values()
             for line in text.splitlines()]
    assert len(items) == len(set(items)) > 3000


def test_full_blob_is_followed_by_another(program, scratch, flat):
    files = make(program, scratch, "--logs", "all", "--layout", "data-export",
                 "--rotate", SIZE)
    folders = check_tree(files, flat)
    assert max(map(len, folders.values())) > 2
    for parts in folders.values():
        for lines in parts[:-1]:
            assert SIZE <= sum(map(len, lines)) + len(lines) < SIZE + 2000


@pytest.mark.parametrize("how", ["gzip", "zstd", "lz4"])
def test_blobs_can_be_compressed(program, scratch, tree, how):
    packed = make(program, scratch, "--logs", "usage", "--layout",
                  "data-export", "--compress", how, "--threads", 3)
    plain = {name: text for name, text in data_files(tree).items()
             if name.startswith("am-acsbillingusage/")}
    ends = {"gzip": ".gz", "zstd": ".zst", "lz4": ".lz4"}
    assert {f"{name}{ends[how]}" for name in plain} == set(packed)
    for name, text in plain.items():
        assert subprocess.run([how, "-dc"], input=packed[f"{name}{ends[how]}"],
                              check=True, stdout=subprocess.PIPE).stdout == text


def test_existing_blobs_are_not_replaced(program, tree):
    refused = program("generate", *JOB, "--logs", "all", "--layout",
                      "data-export", "--out", tree, expect=2)
    assert "PT05M.json is already there" in refused.stderr


@pytest.mark.parametrize("words, reason", [
    (["--shape", "table"], "data-export requires --shape data-export"),
    (["--frame", "event-hub"], "data-export requires --frame jsonl"),
    (["--out", "-"], "--layout: requires a directory"),
    (["--fault", "partial_line=1"], "cannot be combined with --layout"),
    (["--layout", "dataexport"], 'did you mean "data-export"?')])
def test_refusal_says_why(program, scratch, words, reason):
    words = ["--layout", "data-export", "--out", "tree", *words]
    if words.count("--layout") > 1:
        words = words[2:]
    if words.count("--out") > 1:
        words = [*words[:2], *words[4:]]
    refused = program("generate", "--calls", 1, *words, expect=2, cwd=scratch)
    assert reason in refused.stderr
    assert not list(scratch.iterdir())


# -------------------------------------------------------- verify and explain


def verdict(program, *words, expect):
    return json.loads(program("verify", "--json", *words,
                              expect=expect).stdout)["total"]


def test_verify_reads_the_tree(program, tree):
    found = verdict(program, "--strict", "--manifest", tree, tree, expect=0)
    lines = sum(text.count(b"\n") for text in data_files(tree).values())
    assert (found["received"], found["lost"]) == (lines, 0)


def test_verify_finds_what_is_missing_and_changed(program, scratch, tree):
    copy = scratch / "copy"
    shutil.copytree(tree, copy)
    blobs = sorted(copy.glob("am-acscallautomationincoming*/**/PT05M.json"))
    missing = read_text(blobs[1]).count("\n")
    blobs[1].unlink()
    lines = dataset.lines(read_text(blobs[2]))
    record = json.loads(lines[0])
    # Without its own id, the record is found by its _ItemId.
    record["OperationId"] = ""
    record["DurationMs"] += 1
    lines[0] = json.dumps(record)
    record = json.loads(lines[1])
    record["_ItemId"] = json.loads(lines[2])["_ItemId"]
    lines[1] = json.dumps(record)
    write_text(blobs[2], "".join(f"{line}\n" for line in lines))
    found = verdict(program, "--manifest", tree, copy, expect=1)
    assert (found["lost"], found["altered"], found["duplicated"],
            found["foreign"]) == (missing, 2, 0, 0)


def test_explain_knows_the_item_id(program, tree):
    name, text = next(iter(data_files(tree).items()))
    line = dataset.lines(text.decode())[0]
    record = json.loads(line)
    by_id = program("explain", record["_ItemId"], "--manifest", tree).stdout
    assert "_ItemId" in by_id
    by_record = program("explain", "-", "--manifest", tree, stdin=None,
                        input=line).stdout
    assert record["CorrelationId"] in by_id, name
    assert record["CorrelationId"] in by_record


def test_faults_do_not_change_item_ids(program, flat):
    """A record with another clock, or a second copy, has the same _ItemId."""
    job = [*JOB, "--logs", "usage", "--shape", "data-export"]

    def items(*faults):
        text = program.generate(*job, *faults)
        return collections.Counter(
            json.loads(line)["_ItemId"] for line in dataset.lines(text))

    plain = items()
    assert items("--fault", "clock_skew=1") == plain
    assert items("--fault", "duplicate=1") == plain + plain


def test_interrupted_tree_is_completed_but_not_verified(program, scratch):
    job = ["--profile", "quickstart", "--duration", "100000d", "--layout",
           "data-export", "--threads", "1", "--out", scratch, "--quiet"]
    run = program.start("generate", *job)
    assert wait_for(lambda: len(list(scratch.rglob("PT05M.json"))) > 20)
    run.send_signal(signal.SIGINT)
    run.communicate(timeout=30)
    assert run.returncode == 130
    refused = program("verify", "--manifest", scratch, scratch, expect=2)
    assert "only a complete job can be verified" in refused.stderr
    before = len(list(scratch.rglob("PT05M.json")))
    run = program.start("generate", *job, "--resume")
    assert wait_for(
        lambda: len(list(scratch.rglob("PT05M.json"))) > before + 20)
    run.send_signal(signal.SIGINT)
    run.communicate(timeout=30)
    assert run.returncode == 130
