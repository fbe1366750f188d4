"""Where a data set goes: directories, files, standard output; what a manifest
says; and that a file bears its final name only when it is whole."""

import json
import os
import pty
import resource
import shutil
import signal
import subprocess
import time

import dataset
import harness

FILES = [dataset.file_name(log, "jsonl") for log in dataset.LOGS]
FOR_EVER = ["--duration", "100000d", "--quiet"]  # more than can be written
SMALL = ["--calls", 50, "--quiet"]


def start(program, *arguments, **more):
    return subprocess.Popen(
        [program.path, "generate", *map(str, arguments)],
        stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, **more)


def until(condition, seconds=30):
    """Waits for something to become true."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.01)


def content(path):
    with open(path, encoding="utf-8", newline="") as file:
        return file.read()


def check_manifest(told, place, names, checks):
    """A manifest against the files it is about. `names`: those on disk."""
    counts = told["counts"]["records"]
    checks.same(sum(entry["records"] for entry in told["files"]),
                sum(counts.values()), "manifest: files and logs count the same")
    for entry, name in zip(told["files"], names, strict=True):
        text = content(f"{place}/{name}")
        checks.same(text.count("\n"), entry["records"],
                    "manifest: records are the lines of the file", name)
        checks.same(len(text.encode()), entry["bytes"],
                    "manifest: bytes are the size of the file", name)
        if shutil.which("xxhsum"):
            told_by = subprocess.run(["xxhsum", "-H2", f"{place}/{name}"],
                                     capture_output=True, text=True)
            checks.same(entry["xxh3_128"], told_by.stdout.split()[0],
                        "manifest: xxh3_128 is what xxhsum says", name)


def check_whole(program, scratch, checks):
    out = f"{scratch}/whole, and/deep"
    program("generate", *SMALL, "--out", out, "--seed", "0xff", "--start",
            "2026-03-02 10:00:00+01:00")
    checks.same(sorted(os.listdir(out)), sorted([*FILES, "manifest.json"]),
                "a directory has a file for each log, and the manifest")
    told = json.loads(content(f"{out}/manifest.json"))
    checks.same((told["state"], told["seed"], told["start"], told["profile"],
                 told["extent"], told["shape"], told["frame"],
                 told["shard"], told["logs"], told["counts"]["calls"]),
                ("complete", 255, "2026-03-02T09:00:00Z", "quickstart",
                 {"calls": 50}, "resource-log", "jsonl",
                 {"index": 0, "count": 1}, list(dataset.LOGS), 50),
                "manifest: it says what was made")
    check_manifest(told, out, FILES, checks)

    # All that is needed to make it again stands in the manifest.
    with open(f"{scratch}/again.json", "w", encoding="utf-8") as file:
        file.write(told["profile_text"])
    program("generate", "--profile", f"{scratch}/again.json", "--seed",
            told["seed"], "--start", told["start"], "--calls",
            told["extent"]["calls"], "--out", f"{scratch}/again", "--quiet")
    for name in FILES:
        checks(content(f"{out}/{name}") == content(f"{scratch}/again/{name}"),
               "manifest: a data set can be made again from it", name)

    path = f"{scratch}/one.jsonl"
    program("generate", *SMALL, "--out", path)
    told = json.loads(content(f"{path}.manifest.json"))
    checks.same(told["state"], "complete", "a file has a manifest beside it")
    check_manifest(told, scratch, ["one.jsonl"], checks)

    nothing = program("generate", *SMALL, "--out", "null:", cwd=scratch)
    checks(not nothing.stdout and not os.path.exists(f"{scratch}/null:"),
           "null: takes everything and leaves nothing")


def check_overwriting(program, scratch, checks):
    out = f"{scratch}/old"
    os.mkdir(out)
    for name in FILES[:2]:
        with open(f"{out}/{name}", "w", encoding="utf-8") as file:
            file.write("precious\n")
    refused = program("generate", *SMALL, "--out", out, expect=2)
    for name in FILES[:2]:
        checks(name in refused.stderr and "--force" in refused.stderr,
               "what is there is not replaced: the message names each file",
               name, refused.stderr)
    checks(all(content(f"{out}/{name}") == "precious\n" for name in FILES[:2])
           and sorted(os.listdir(out)) == sorted(FILES[:2]),
           "what is there is not replaced", os.listdir(out))
    program("generate", *SMALL, "--out", out, "--force")
    checks("precious" not in content(f"{out}/{FILES[0]}"),
           "--force replaces it")

    refused = program("generate", *SMALL, "--out", f"{scratch}/one.jsonl",
                      expect=2)
    checks("one.jsonl is already there" in refused.stderr,
           "a single file is not replaced either", value=refused.stderr)


def check_unwritable(program, scratch, checks):
    blocked = f"{scratch}/one.jsonl/below"
    failed = program("generate", *SMALL, "--out", blocked, expect=1)
    checks("Not a directory" in failed.stderr and blocked in failed.stderr,
           "an unwritable place: exit 1, with the reason", value=failed.stderr)
    failed = program("generate", *SMALL, "--out",
                     f"{scratch}/no/such/place.jsonl", expect=1)
    checks("No such file or directory" in failed.stderr,
           "an unwritable place: exit 1, with the reason", value=failed.stderr)

    failed = program("generate", *SMALL, "--out", "/dev/full", expect=1)
    checks("No space left on device" in failed.stderr
           and "/dev/full" in failed.stderr,
           "a full device: exit 1, with the reason", value=failed.stderr)
    with open("/dev/full", "w", encoding="utf-8") as full:
        failed = program("generate", *SMALL, "--out", "-", expect=1,
                         stdout=full)
    checks("No space left on device" in failed.stderr,
           "full standard output: exit 1, with the reason",
           value=failed.stderr)
    for command in (["profiles"], ["schema", "usage"], ["describe"],
                    ["--help"], ["--version"]):
        with open("/dev/full", "w", encoding="utf-8") as full:
            failed = program(*command, expect=None, stdout=full)
        checks(failed.returncode == 1 and failed.stderr,
               "no command calls it done when its answer could not be written",
               command, (failed.returncode, failed.stderr))


def check_full_disk(program, scratch, checks):
    """A limit on the size of files stands for a disk that fills up midway."""
    out = f"{scratch}/limited"

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))

    failed = program("generate", *FOR_EVER, "--out", out, expect=1,
                     preexec_fn=limit, restore_signals=False)
    checks("File too large" in failed.stderr and ".part" in failed.stderr,
           "a full disk: exit 1, with the reason", value=failed.stderr)
    left = sorted(os.listdir(out))
    checks(not set(left) & set(FILES),
           "a full disk leaves no final name", value=left)
    told = json.loads(content(f"{out}/manifest.json"))
    checks.same(told["state"], "interrupted", "a full disk: the manifest says "
                "that it is not whole")

    place = f"{scratch}/tmpfs"
    os.mkdir(place)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs",
                              place], capture_output=True)
    if mounted.returncode != 0:
        harness.skip("a small file system cannot be mounted here")
        return
    try:
        failed = program("generate", *FOR_EVER, "--out", f"{place}/out",
                         expect=1)
        checks("No space left on device" in failed.stderr,
               "a full disk: exit 1, with the reason", value=failed.stderr)
        left = set(os.listdir(f"{place}/out"))
        checks(not left & set(FILES), "a full disk leaves no final name",
               value=left)
    finally:
        subprocess.run(["umount", place], check=True)


def check_signals(program, scratch, checks):
    for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 130),
                         (signal.SIGKILL, -signal.SIGKILL)):
        out = f"{scratch}/signal{number}"
        run = start(program, *FOR_EVER, "--out", out)
        part = f"{out}/{FILES[0]}.part"
        until(lambda: os.path.exists(part) and os.path.getsize(part) > 100_000)
        run.send_signal(number)
        _, said = run.communicate(timeout=30)
        checks.same(run.returncode, code, "a signal ends the run", number)
        left = sorted(os.listdir(out))
        checks(not set(left) & set(FILES),
               "an interrupted run leaves no final name", number, left)
        told = json.loads(content(f"{out}/manifest.json"))
        checks.same(told["state"], "interrupted",
                    "an interrupted run's manifest says so", number)
        if number != signal.SIGKILL:
            check_manifest(told, out, [f"{name}.part" for name in FILES],
                           checks)
            checks(all(content(f"{out}/{name}.part").endswith("}\n")
                       for name in FILES), "what an interrupted run wrote ends "
                   "with a whole record", number)
        shutil.rmtree(out)


def check_pipes(program, checks):
    shell = subprocess.run(
        ["bash", "-c", '"$0" generate --duration 100000d --out - | head -1; '
         'exit "${PIPESTATUS[0]}"', program.path],
        capture_output=True, text=True, timeout=60)
    checks.same((shell.returncode, shell.stderr), (0, ""),
                "a closed pipe is no error")
    checks.same(shell.stdout.count("\n"), 1, "a closed pipe got its line")

    run = start(program, *FOR_EVER, "--out", "-", stdout=subprocess.PIPE)
    got = run.stdout.read(1_000_000)
    run.send_signal(signal.SIGINT)
    got += run.stdout.read()
    run.wait(timeout=30)
    checks.same(run.returncode, 130, "an interrupted stream: exit 130")
    checks(got.endswith(b"}\n"), "an interrupted stream ends with a whole "
           "record", value=got[-100:])

    # A reader that takes nothing must not keep the run from ending.
    run = start(program, *FOR_EVER, "--out", "-", stdout=subprocess.PIPE)
    time.sleep(0.5)
    run.send_signal(signal.SIGINT)
    try:
        run.wait(timeout=5)
        checks.same(run.returncode, 130, "a stalled stream can be interrupted")
    except subprocess.TimeoutExpired:
        run.kill()
        checks(False, "a stalled stream can be interrupted",
               value="still there after 5 s")
    run.stdout.close()
    run.wait()


def check_terminal(program, scratch, checks):
    """Progress is for people: it is shown on a terminal, and nowhere else."""
    ours, theirs = pty.openpty()
    run = subprocess.Popen(
        [program.path, "generate", "--duration", "3h", "--profile",
         "contact-center", "--threads", "1", "--out", "null:"],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=theirs)
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 65536):
            shown += part
    except OSError:  # the other end is closed
        pass
    os.close(ours)
    checks.same(run.wait(), 0, "a run on a terminal ends well")
    checks(b"\r" in shown and b"%" in shown and b"left" in shown,
           "a terminal is shown progress and the time left",
           value=shown[:300])

    ours, theirs = pty.openpty()
    flooded = program("generate", "--calls", 5, expect=None, stdout=theirs)
    os.close(theirs)
    os.close(ours)
    checks(flooded.returncode == 2 and "--out" in flooded.stderr,
           "a terminal is not flooded unless that is asked for",
           value=(flooded.returncode, flooded.stderr))


def check_said(program, scratch, checks):
    done = program("generate", "--calls", 1000, "--out", f"{scratch}/said")
    for word in ("quickstart", "1,000 calls", "operational", "media_summary",
                 "usage", "failed", "/s", f"{scratch}/said/{FILES[0]}"):
        checks(word in done.stderr, "the summary says what was made and where",
               word, done.stderr)
    checks.same(done.stdout, "", "the summary is not on standard output")
    checks("\r" not in done.stderr, "without a terminal there is no progress",
           value=done.stderr)
    quiet = program("generate", "--calls", 1000, "--out", f"{scratch}/hush",
                    "--quiet")
    checks.same(quiet.stderr, "", "--quiet says nothing")


def run(program, scratch, checks):
    check_whole(program, scratch, checks)
    check_overwriting(program, scratch, checks)
    check_unwritable(program, scratch, checks)
    check_full_disk(program, scratch, checks)
    check_signals(program, scratch, checks)
    check_pipes(program, checks)
    check_terminal(program, scratch, checks)
    check_said(program, scratch, checks)


harness.main(run)
