"""Tests rotation, the storage layout, compression and --resume: the files have
the same content as a plain, uninterrupted run.
"""

import gzip
import json
import random
import re
import resource
import shutil
import signal
import subprocess
import time

import pytest

import dataset
from files import check_same_files, data_files, manifest_of, read_bytes, write_text
from program import wait_for

UNPACK = {"gzip": ["gzip", "-dc"], "zstd": ["zstd", "-dcq"],
          "lz4": ["lz4", "-dc"]}
ENDS = {"gzip": ".gz", "zstd": ".zst", "lz4": ".lz4"}
JOB = ["--profile", "contact-center", "--calls", 3000]
KILLS = 3


def unpacked(packed, how):
    return subprocess.run(UNPACK[how], input=packed, check=True,
                          stdout=subprocess.PIPE).stdout


def make(program, out, *words, **more):
    program("generate", *words, "--out", out, "--quiet", **more)
    return data_files(out)


def check_manifest(place, files):
    told = manifest_of(place)
    assert told["state"] == "complete"
    assert sorted(entry["name"] for entry in told["files"]) == sorted(files)
    for entry in told["files"]:
        assert entry["bytes"] == len(files[entry["name"]]), entry
    assert sum(entry["records"] for entry in told["files"]) == sum(
        told["counts"]["records"].values())
    entry = told["files"][len(told["files"]) // 2]
    if shutil.which("xxhsum"):
        said = subprocess.run(["xxhsum", "-H2", f"{place}/{entry['name']}"],
                              capture_output=True, text=True, check=True)
        assert entry["xxh3_128"] == said.stdout.split()[0], entry


@pytest.mark.parametrize("how", ["gzip", "zstd"])
@pytest.mark.parametrize("job", [
    [*JOB, "--frame", "jsonl"], [*JOB, "--frame", "event-hub"],
    ["--calls", 300, "--frame", "array"],
    ["--calls", 300, "--frame", "csv", "--logs", "usage"],
    ["--calls", 300, "--frame", "query", "--logs", "operational"],
    ["--duration", "1s", "--start", "2026-03-02T03:00:00Z", "--profile",
     "contact-center", "--frame", "array"]],
    ids=["jsonl", "event-hub", "array", "csv", "query", "empty"])
def test_stock_program_gives_what_is_written_uncompressed(program, job, how):
    """Streams shorter and longer than a chunk, in every frame, and empty
    ones."""
    plain = program.generate(*job, binary=True)
    packed = program.generate(*job, "--compress", how, "--threads", 1,
                              binary=True)
    assert unpacked(packed, how) == plain
    assert packed == program.generate(
        *job, "--compress", how, "--threads", 3, binary=True), (
        "threads do not change compressed bytes")
    assert len(plain) < 100_000 or len(packed) < len(plain) / 2.9


def test_members_of_gzip_files_are_read_by_python(program):
    assert gzip.decompress(program.generate(*JOB, "--compress", "gzip",
                                            binary=True))


SIZE = 300_000  # of a rotated file


@pytest.fixture(scope="module")
def plain(program, module_scratch):
    """The files of JOB without rotation."""
    return make(program, module_scratch / "plain", *JOB)


@pytest.mark.parametrize("how", [None, "gzip", "lz4"])
def test_rotated_files_together_are_the_whole(program, scratch, plain, how):
    words = ["--compress", how] if how else []
    files = make(program, scratch, *JOB, "--rotate", SIZE, *words)
    check_manifest(scratch, files)
    for log in dataset.LOGS:
        name = dataset.file_name(log, "jsonl")
        stem = name.removesuffix(".jsonl")
        mine = sorted(file for file in files if file.startswith(stem))
        assert mine == [f"{stem}.{i:04}.jsonl{ENDS.get(how, '')}"
                        for i in range(1, len(mine) + 1)], (
            "names sort in the order of the files")
        texts = [unpacked(files[file], how) if how else files[file]
                 for file in mine]
        assert b"".join(texts) == plain[name]
        # Blocks of LZ4 are not split.
        most = 2000 if how != "lz4" else 256 * 2000
        for text in texts[:-1]:
            assert SIZE <= len(text) < SIZE + most
            assert how == "lz4" or text[:-1].rfind(b"\n") + 1 < SIZE, (
                "a file ends with the record that reaches the size")


def usage_of(files):
    """The usage files in order."""
    return [text for name, text in files.items() if name.startswith("Usage")]


def test_rotated_frames_hold_all_records(program, scratch, plain):
    records = list(map(json.loads, plain["Usage.jsonl"].splitlines()))
    job = [*JOB, "--rotate", SIZE]
    files = make(program, scratch / "arrays", *job, "--frame", "array")
    assert len(files) > 10
    assert all(isinstance(json.loads(text), list) for text in files.values())
    assert records == [record for text in usage_of(files)
                       for record in json.loads(text)]
    files = make(program, scratch / "messages", *job, "--frame", "event-hub",
                 "--batch-bytes", "64KiB")
    assert records == [
        record for text in usage_of(files) for line in text.splitlines()
        for record in json.loads(line)["records"]], "no message is cut"
    files = make(program, scratch / "csv", *job, "--frame", "csv")
    heads = {text.split(b"\n")[0] for text in usage_of(files)}
    assert len(heads) == 1 and b"TimeGenerated" in heads.pop(), (
        "each csv file has its header")


def test_numbered_files_are_not_replaced(program, scratch):
    """Leftover files of a longer run would look like a part of the next."""
    make(program, scratch, *JOB, "--rotate", SIZE)
    refused = program("generate", *JOB, "--rotate", SIZE, "--out", scratch,
                      expect=2)
    assert ("CallAutomationMediaSummary.0001.jsonl is already there"
            in refused.stderr)
    assert re.search(r"and \d+ more", refused.stderr)
    short = make(program, scratch, "--calls", 50, "--rotate", SIZE, "--force")
    assert len(short) == len(dataset.LOGS), "--force leaves none of a longer run's files"


HOURS = ["--duration", "3h", "--start", "2026-03-02T22:30:00Z"]
BLOB = re.compile(
    r"insights-logs-([a-z]+)/resourceId=(/SUBSCRIPTIONS/[-0-9A-F]{36}"
    r"/RESOURCEGROUPS/[^/]+/PROVIDERS/MICROSOFT.COMMUNICATION"
    r"/COMMUNICATIONSERVICES/[^/]+)"
    r"/y=(\d{4})/m=(\d\d)/d=(\d\d)/h=(\d\d)/m=00/PT1H\.json")


@pytest.mark.parametrize("how", [None, "zstd", "lz4"])
def test_blobs_together_are_the_whole(program, scratch, how):
    job = [*HOURS, "--shard", "0/4"]
    plain = make(program, scratch / "flat", *job)
    words = ["--compress", how] if how else []
    files = make(program, scratch / "blobs", *job, "--layout", "storage",
                 *words)
    check_manifest(scratch / "blobs", files)
    texts = {}
    for name, text in files.items():
        found = BLOB.fullmatch(name.removesuffix(ENDS.get(how, "")))
        assert found, f"a blob has a name as in Azure: {name}"
        text = unpacked(text, how) if how else text
        texts.setdefault(found[1], []).append(text)
        assert text, "an hour without deliveries has no file"
        records = list(map(json.loads, text.splitlines()))
        assert records[0]["resourceId"] == found[2]
        hour = f"{found[3]}-{found[4]}-{found[5]}T{found[6]}"
        times = [record["time"][:13] for record in records]
        assert max(times) == hour and min(times) >= "2026-03-02T22", (
            f"no record is later than the hour of its delivery: {name}")
    for log in dataset.LOGS:
        name = dataset.file_name(log, "jsonl")
        if not plain[name]:
            continue
        hours = texts[name.removesuffix(".jsonl").lower()]
        assert b"".join(hours) == plain[name]
        assert len(hours) >= 4


def test_shards_of_blobs_are_the_whole(program, scratch):
    def lines(shard):
        files = make(program, scratch / shard.replace("/", "-"), *HOURS,
                     "--shard", shard, "--layout", "storage")
        return {line for text in files.values() for line in text.splitlines()}

    assert lines("0/8") | lines("4/8") == lines("0/4")


def test_blobs_are_not_replaced(program, scratch):
    job = ["generate", "--calls", 100, "--layout", "storage", "--out", scratch]
    program(*job)
    assert "PT1H.json is already there" in program(*job, expect=2).stderr


@pytest.mark.parametrize("words, reason", [
    (["--rotate", "1MB", "--out", "-"], "--rotate: requires a directory"),
    (["--layout", "storage", "--out", "-"], "--layout: requires a directory"),
    (["--layout", "storage", "--frame", "array"], "--frame jsonl"),
    (["--layout", "stored"], 'did you mean "storage"?'),
    (["--layout", "storage", "--rotate", "1MB"],
     "cannot be combined with --layout storage"),
    (["--rotate", "100"], "a size of 4KiB or more"),
    (["--rotate", "1MB", "--compress", "lz4", "--frame", "array"],
     "cannot be combined with --compress lz4 and frame array"),
    (["--resume", "--out", "-"], "--resume: requires files"),
    (["--resume", "--out", "null:"], "--resume: requires files"),
    (["--resume", "--force", "--out", "none"], "cannot be combined with --force")])
def test_refusal_says_why(program, scratch, words, reason):
    refused = program("generate", "--calls", 1, *words, expect=2, cwd=scratch)
    assert reason in refused.stderr


def check_undisturbed(out, expected):
    check_same_files(out, expected)
    told, wanted = manifest_of(out), manifest_of(expected)
    assert (told["counts"], told["files"]) == (
        wanted["counts"], wanted["files"])


@pytest.mark.parametrize("words", [
    ["--rotate", "3MB"], ["--layout", "storage"],
    ["--compress", "gzip", "--rotate", "5MB"],
    ["--compress", "zstd", "--frame", "event-hub"],
    ["--compress", "lz4", "--frame", "array"]], ids=" ".join)
def test_killed_run_is_gone_on_with(program, scratch, words):
    """A run that is killed several times and resumed writes the same files."""
    chance = random.Random(f"7 {words}")
    records = "800k" if "--compress" in words else "400k"
    job = ["generate", "--profile", "contact-center", "--records", records,
           "--quiet", "--threads", "2", *words]
    expected, out = scratch / "undisturbed", scratch / "killed"
    program(*job, "--out", expected)
    kills = 0
    for _ in range(10 * KILLS):
        run = program.start(*job, "--out", out, "--resume",
                            stderr=subprocess.DEVNULL)
        make_checkpoint(run, out)
        try:
            run.wait(chance.uniform(0, 0.2))
            check_undisturbed(out, expected)
            shutil.rmtree(out)
        except subprocess.TimeoutExpired:
            run.kill()
            run.wait()
            kills += 1
        if kills >= KILLS:
            break
    assert kills >= KILLS, "the run ends too soon"
    program(*job, "--out", out, "--resume")
    check_undisturbed(out, expected)


def make_checkpoint(run, out):
    """Waits until the run has made a checkpoint, or has ended, at any speed of
    the machine: the first one is due 0.1 s after the start."""
    def has_begun():
        try:
            return any(part.stat().st_size > 0 for part in out.rglob("*.part"))
        except FileNotFoundError:  # it has its final name meanwhile
            return True

    def has_checkpoint():
        return ((out / "manifest.json").exists()
                and "resume" in manifest_of(out))

    assert wait_for(lambda: run.poll() is not None or has_begun())
    run.send_signal(signal.SIGSTOP)
    time.sleep(0.1)
    run.send_signal(signal.SIGCONT)
    assert wait_for(lambda: run.poll() is not None or has_checkpoint())


@pytest.mark.parametrize("out, left", [
    ("logs", "logs/manifest.json.part"), ("one.jsonl", "one.jsonl.part"),
    ("one.jsonl", "one.jsonl.manifest.json.part")])
def test_killed_before_the_first_manifest_is_gone_on_with(program, scratch, out,
                                                          left):
    def run(out, *options, expect=0):
        return program("generate", "--calls", 20, "--logs", "operational",
                       "--quiet", "--out", out, *options, expect=expect)
    (scratch / left).parent.mkdir(exist_ok=True)
    (scratch / left).touch()
    assert left in run(scratch / out, expect=2).stderr
    run(scratch / out, "--resume")
    assert not (scratch / left).exists()
    (scratch / "other").mkdir()
    run(scratch / "other" / out)
    assert data_files(scratch / "other").items() <= data_files(scratch).items()


FOR_EVER = ["--profile", "quickstart", "--duration", "100000d", "--quiet"]


@pytest.fixture
def left(program, scratch):
    """The files of an endless run that was interrupted."""
    out = scratch / "left"
    run = program.start("generate", *FOR_EVER, "--out", out, "--threads", "1")
    part = out / "CallAutomationOperational.jsonl.part"
    assert wait_for(lambda: part.exists() and part.stat().st_size > 100_000)
    run.send_signal(signal.SIGINT)
    run.communicate(timeout=30)
    assert run.returncode == 130
    return out


@pytest.mark.parametrize("job, keys", [
    ([*FOR_EVER, "--seed", 9], ["seed 1, and this one seed 9"]),
    ([*FOR_EVER, "--frame", "array"], ['frame "jsonl"']),
    ([*FOR_EVER, "--rotate", "1MB"], ["no rotate_bytes"]),
    ([*FOR_EVER, "--compress", "gzip"], ["no compress"]),
    ([*FOR_EVER[2:], "--profile", "voice-bot"], ['"quickstart"']),
    # All differences are reported at once.
    (["--seed", 9, "--duration", "1m"], ["seed", "--duration"])])
def test_files_of_another_job_are_not_gone_on_with(program, left, job, keys):
    before = data_files(left)
    refused = program("generate", "--resume", "--out", left, *job, expect=2)
    assert "belongs to another job" in refused.stderr
    for key in keys:
        assert key in refused.stderr
    assert data_files(left) == before, "a refusal changes no file"


def test_run_goes_on_after_a_full_disk(program, left):
    """An endless run is resumed until the disk is full, and then resumed again.
    """
    most = max(map(len, data_files(left).values())) + 20_000_000

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    job = ["generate", *FOR_EVER, "--resume", "--out", left]
    failed = program(*job, expect=1, preexec_fn=limit, restore_signals=False)
    assert "File too large" in failed.stderr
    assert all(name.endswith(".part") for name in data_files(left))
    before = bytes_of(left)
    run = program.start(*job)
    assert wait_for(lambda: bytes_of(left) > before)
    run.send_signal(signal.SIGINT)
    run.communicate(timeout=30)
    assert run.returncode == 130
    told = manifest_of(left)["files"]
    assert sum(entry["records"] for entry in told) == sum(
        read_bytes(left / f"{entry['name']}.part").count(b"\n")
        for entry in told), "the remaining files end with whole records"


def bytes_of(place):
    # Not those of the manifest, which comes and goes.
    return sum(path.stat().st_size for path in place.glob("*.jsonl.part"))


def test_what_was_changed_is_not_gone_on_with(program, left):
    with open(left / "CallAutomationOperational.jsonl.part", "r+b") as file:
        file.write(b"#")
    failed = program("generate", *FOR_EVER, "--resume", "--out", left,
                     expect=1)
    assert "has changed since the last run" in failed.stderr


def test_of_a_whole_data_set_nothing_is_left_to_do(program, scratch):
    whole = make(program, scratch, "--calls", 100)
    job = ["generate", "--calls", 100, "--resume", "--out", scratch]
    assert "nothing to do" in program(*job).stderr
    assert data_files(scratch) == whole
    write_text(scratch / "manifest.json", "{}")
    refused = program(*job, expect=2)
    assert "is not a manifest of busyhour" in refused.stderr


def test_resume_begins_at_the_beginning_where_nothing_is(program, scratch):
    path = scratch / "one.jsonl.zst"
    program("generate", "--calls", 100, "--resume", "--compress", "zstd",
            "--out", path)
    assert unpacked(read_bytes(path), "zstd") == program.generate(
        "--calls", 100, binary=True)
