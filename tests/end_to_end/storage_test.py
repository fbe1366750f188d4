"""How data sets are cut into files and made smaller: what stands in the files
is what is written without that, whatever ends a run in between."""

import gzip
import hashlib
import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import time

import dataset
import harness

UNPACK = {"gzip": ["gzip", "-dc"], "zstd": ["zstd", "-dcq"],
          "lz4": ["lz4", "-dc"]}
ENDS = {"gzip": ".gz", "zstd": ".zst", "lz4": ".lz4"}
JOB = ["--profile", "contact-center", "--calls", 3000]
KILLS = 20


def unpacked(packed, how):
    return subprocess.run(UNPACK[how], input=packed, check=True,
                          stdout=subprocess.PIPE).stdout


def read(path):
    with open(path, "rb") as file:
        return file.read()


def content(place):
    """All files of a data set, by name, but for the manifest."""
    files = {}
    for folder, _, names in os.walk(place):
        for name in names:
            path = os.path.join(folder, name)
            files[os.path.relpath(path, place)] = read(path)
    files.pop("manifest.json", None)
    return files


def manifest(place):
    return json.loads(read(f"{place}/manifest.json"))


def make(program, out, *words, **more):
    program("generate", *words, "--out", out, "--quiet", **more)
    return content(out)


def check_manifest(place, files, checks):
    told = manifest(place)
    checks.same(told["state"], "complete", "the manifest says it is whole",
                place)
    checks.same(sorted(entry["name"] for entry in told["files"]),
                sorted(files), "the manifest lists every file", place)
    for entry in told["files"]:
        checks.same(entry["bytes"], len(files[entry["name"]]),
                    "manifest: bytes are the size of the file", entry)
    counts = told["counts"]["records"]
    checks.same(sum(entry["records"] for entry in told["files"]),
                sum(counts.values()), "manifest: files and logs count the same",
                place)
    entry = told["files"][len(told["files"]) // 2]
    if shutil.which("xxhsum"):
        said = subprocess.run(["xxhsum", "-H2", f"{place}/{entry['name']}"],
                              capture_output=True, text=True, check=True)
        checks.same(entry["xxh3_128"], said.stdout.split()[0],
                    "manifest: xxh3_128 is what xxhsum says", entry)


def check_compression(program, scratch, checks):
    """Streams above and below a chunk, of every frame, and empty ones."""
    jobs = ([*JOB, "--frame", "jsonl"], [*JOB, "--frame", "event-hub"],
            ["--calls", 300, "--frame", "array"],
            ["--calls", 300, "--frame", "csv", "--logs", "usage"],
            ["--calls", 300, "--frame", "query", "--logs", "operational"],
            ["--duration", "1s", "--start", "2026-03-02T03:00:00Z",
             "--profile", "contact-center", "--frame", "array"])
    for job in jobs:
        plain = program.generate(*job, binary=True)
        for how in ("gzip", "zstd"):
            packed = program.generate(*job, "--compress", how, "--threads", 1,
                                      binary=True)
            checks(unpacked(packed, how) == plain,
                   "the stock program gives what is written uncompressed",
                   (how, job))
            checks(packed == program.generate(*job, "--compress", how,
                                              "--threads", 3, binary=True),
                   "threads do not change compressed bytes", (how, job))
            checks(len(plain) < 100_000 or len(packed) < len(plain) / 3,
                   "what is compressed is a third at most", (how, job),
                   (len(packed), len(plain)))
    checks(gzip.decompress(program.generate(*JOB, "--compress", "gzip",
                                            binary=True)),
           "members of gzip files are read by Python, too")


def check_rotation(program, scratch, checks):
    size = 300_000
    plain = make(program, f"{scratch}/plain", *JOB)
    for how in (None, "gzip", "lz4"):
        place = f"{scratch}/rotated-{how}"
        words = ["--compress", how] if how else []
        files = make(program, place, *JOB, "--rotate", size, *words)
        check_manifest(place, files, checks)
        for log in dataset.LOGS:
            name = dataset.file_name(log, "jsonl")
            stem = name.removesuffix(".jsonl")
            mine = sorted(file for file in files if file.startswith(stem))
            checks.same(mine, [f"{stem}.{i:04}.jsonl{ENDS.get(how, '')}"
                               for i in range(1, len(mine) + 1)],
                        "files are numbered so that names sort as they follow")
            texts = [unpacked(files[file], how) if how else files[file]
                     for file in mine]
            checks(b"".join(texts) == plain[name],
                   "the files together are what is written into one", name)
            # A block of LZ4 is not cut.
            most = 2000 if how != "lz4" else 256 * 2000
            for text in texts[:-1]:
                checks(size <= len(text) < size + most and
                       (how == "lz4"
                        or text[:-1].rfind(b"\n") + 1 < size),
                       "a file ends with the record that reaches the size",
                       name, len(text))

    files = make(program, f"{scratch}/arrays", *JOB, "--rotate", size,
                 "--frame", "array")
    checks(len(files) > 10 and all(json.loads(text) for text in files.values()),
           "each file is whole in its frame")
    lines = [record for name in sorted(files) if name.startswith("Usage")
             for record in json.loads(files[name])]
    checks(lines == [json.loads(line)
                     for line in plain["Usage.jsonl"].splitlines()],
           "files of arrays hold all records in order")
    files = make(program, f"{scratch}/messages", *JOB, "--rotate", size,
                 "--frame", "event-hub", "--batch-bytes", "64KiB")
    records = [record for name in sorted(files) if name.startswith("Usage")
               for line in files[name].splitlines()
               for record in json.loads(line)["records"]]
    checks(records == lines, "no message is cut by the end of a file")
    files = make(program, f"{scratch}/csv", *JOB, "--rotate", size,
                 "--frame", "csv")
    heads = {text.split(b"\n")[0] for name, text in files.items()
             if name.startswith("Usage")}
    checks(len(heads) == 1 and b"TimeGenerated" in heads.pop(),
           "each csv file has its header")

    # What a longer run had would look like a part of the next.
    place = f"{scratch}/rotated-None"
    refused = program("generate", *JOB, "--rotate", size, "--out", place,
                      expect=2)
    checks("CallAutomationMediaSummary.0001.jsonl is already there"
           in refused.stderr and re.search(r"so are \d+ more", refused.stderr),
           "numbered files are not replaced", value=refused.stderr)
    short = make(program, place, "--calls", 50, "--rotate", size, "--force")
    checks.same(len(short), 3, "--force leaves none of a longer run's files")


def check_layout(program, scratch, checks):
    job = ["--duration", "3h", "--start", "2026-03-02T22:30:00Z"]
    eighths = [[*job, "--shard", f"{k}/8"] for k in (0, 4)]
    job += ["--shard", "0/4"]
    plain = make(program, f"{scratch}/flat", *job)
    pattern = re.compile(
        r"insights-logs-([a-z]+)/resourceId=(/SUBSCRIPTIONS/[-0-9A-F]{36}"
        r"/RESOURCEGROUPS/[^/]+/PROVIDERS/MICROSOFT.COMMUNICATION"
        r"/COMMUNICATIONSERVICES/[^/]+)"
        r"/y=(\d{4})/m=(\d\d)/d=(\d\d)/h=(\d\d)/m=00/PT1H\.json")
    for how in (None, "zstd", "lz4"):
        place = f"{scratch}/storage-{how}"
        words = ["--compress", how] if how else []
        files = make(program, place, *job, "--layout", "storage", *words)
        check_manifest(place, files, checks)
        texts = {}
        for name in sorted(files):
            found = pattern.fullmatch(name.removesuffix(ENDS.get(how, "")))
            checks(found, "a blob is called as Azure calls it", name)
            text = unpacked(files[name], how) if how else files[name]
            texts.setdefault(found[1], []).append(text)
            checks(text, "an hour without deliveries has no file", name)
            first = json.loads(text.split(b"\n")[0])
            checks.same(first["resourceId"], found[2],
                        "a blob names the resource of its records", name)
            hour = f"{found[3]}-{found[4]}-{found[5]}T{found[6]}"
            times = [json.loads(line)["time"][:13]
                     for line in text.splitlines()]
            checks(max(times) == hour and min(times) >= "2026-03-02T22",
                   "no record is later than the hour of its delivery", name)
        for log in dataset.LOGS:
            name = dataset.file_name(log, "jsonl")
            category = name.removesuffix(".jsonl").lower()
            checks(b"".join(texts[category]) == plain[name],
                   "the hours together are what is written into one", name)
            checks(len(texts[category]) >= 4, "there are several hours", name)
    lines = {line for name, text in content(f"{scratch}/storage-None").items()
             for line in text.splitlines()}
    parts = set()
    for k, eighth in enumerate(eighths):
        files = make(program, f"{scratch}/shard{k}", *eighth, "--layout",
                     "storage")
        parts |= {line for text in files.values()
                  for line in text.splitlines()}
    checks(parts == lines, "shards of this layout are the whole")
    refused = program("generate", *job, "--layout", "storage", "--out",
                      f"{scratch}/storage-None", expect=2)
    checks("PT1H.json is already there" in refused.stderr,
           "blobs are not replaced", value=refused.stderr)


def check_refusals(program, scratch, checks):
    cases = (
        (["--rotate", "1MB", "--out", "-"], "--rotate: is for a directory"),
        (["--layout", "storage", "--out", "-"], "--layout: is for a directory"),
        (["--layout", "storage", "--frame", "array"], "--frame jsonl"),
        (["--layout", "stored"], 'did you mean "storage"?'),
        (["--layout", "storage", "--rotate", "1MB"],
         "does not go with --layout storage"),
        (["--rotate", "100"], "a size of 4KiB or more"),
        (["--rotate", "1MB", "--compress", "lz4", "--frame", "array"],
         "does not go with --compress lz4 and frame array"),
        (["--resume", "--out", "-"], "--resume: is for files"),
        (["--resume", "--out", "null:"], "--resume: is for files"),
        (["--resume", "--force", "--out", f"{scratch}/none"],
         "does not go with --force"),
    )
    for words, reason in cases:
        refused = program("generate", "--calls", 1, *words, expect=2)
        checks(reason in refused.stderr, "a refusal says why", words,
               refused.stderr)


def digest(files):
    return {name: hashlib.md5(data).hexdigest() for name, data in files.items()}


def check_undisturbed(out, expected, words, checks):
    checks.same(digest(content(out)), digest(content(expected)),
                "killed and resumed, the files are those of an undisturbed "
                "run", words)
    told, wanted = manifest(out), manifest(expected)
    checks.same((told["counts"], told["files"]),
                (wanted["counts"], wanted["files"]),
                "killed and resumed, the manifest says the same", words)


def check_kills(program, scratch, checks):
    """Killed again and again, and gone on with: the same files."""
    random.seed(7)
    job = ["generate", "--profile", "contact-center", "--records", "200k",
           "--quiet", "--threads", "2"]
    kinds = (["--rotate", "3MB"], ["--layout", "storage"],
             ["--compress", "gzip", "--rotate", "5MB"],
             ["--compress", "zstd", "--frame", "event-hub"],
             ["--compress", "lz4", "--frame", "array"])
    after_checkpoint = 0
    for kind, words in enumerate(kinds):
        words = [*map(str, [*job, *words])]
        expected = f"{scratch}/undisturbed{kind}"
        begin = time.monotonic()
        program(*words, "--out", expected)
        whole = time.monotonic() - begin
        out = f"{scratch}/killed{kind}"
        kills = 0
        while kills < KILLS / len(kinds):
            run = subprocess.Popen(
                [program.path, *words, "--out", out, "--resume"],
                stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
            try:
                run.wait(random.uniform(0.2, 0.9) * whole)
                check_undisturbed(out, expected, words, checks)
                shutil.rmtree(out)
            except subprocess.TimeoutExpired:
                run.kill()
                run.wait()
                kills += 1
            run.stderr.close()
            if os.path.exists(f"{out}/manifest.json"):
                told = manifest(out)
                after_checkpoint += "resume" in told
        if (not os.path.exists(f"{out}/manifest.json")
                or manifest(out)["state"] == "interrupted"):
            program(*words, "--out", out, "--resume")
        check_undisturbed(out, expected, words, checks)
        shutil.rmtree(out)
        shutil.rmtree(expected)
    checks(after_checkpoint >= 3, "some were killed after a checkpoint",
           value=after_checkpoint)
    print(f"{KILLS} runs were killed, {after_checkpoint} after a checkpoint")


def check_resume(program, scratch, checks):
    job = ["--profile", "quickstart", "--duration", "100000d", "--quiet"]
    out = f"{scratch}/left"
    run = subprocess.Popen(
        [program.path, "generate", *job, "--out", out, "--threads", "1"],
        stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    part = f"{out}/CallAutomationOperational.jsonl.part"
    end = time.monotonic() + 30
    while not (os.path.exists(part) and os.path.getsize(part) > 100_000):
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.01)
    run.send_signal(signal.SIGINT)
    run.communicate(timeout=30)
    left = content(out)
    checks.same(run.returncode, 130, "an interrupted run can be resumed")
    for words, key in ((["--seed", 9], "seed 1, and this one seed 9"),
                       (["--frame", "array"], 'frame "jsonl"'),
                       (["--rotate", "1MB"], "no rotate_bytes"),
                       (["--compress", "gzip"], "no compress"),
                       (["--profile", "voice-bot"], '"quickstart"')):
        refused = program("generate", "--resume", "--out", out,
                          *[word for word in job
                            if "--profile" not in words
                            or word not in ("--profile", "quickstart")],
                          *words, expect=2)
        checks("of another job" in refused.stderr and key in refused.stderr,
               "another job's files are not gone on with", words,
               refused.stderr)
    refused = program("generate", "--resume", "--out", out, "--seed", 9,
                      "--duration", "1m", expect=2)
    checks("seed" in refused.stderr and "extent" in refused.stderr,
           "all differences are said at once", value=refused.stderr)
    checks(content(out) == left, "a refusal touches nothing")

    # A run for ever is gone on with until the disk is full, and then again.
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        size = max(map(len, left.values())) + 20_000_000
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    failed = program("generate", *job, "--resume", "--out", out, expect=1,
                     preexec_fn=limit, restore_signals=False)
    checks("File too large" in failed.stderr, "a full disk is said",
           value=failed.stderr)
    checks(all(name.endswith(".part") for name in content(out)),
           "a full disk leaves no final name", value=list(content(out)))
    run = subprocess.Popen(
        [program.path, "generate", *job, "--resume", "--out", out],
        stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    time.sleep(0.5)
    run.send_signal(signal.SIGINT)
    _, said = run.communicate(timeout=30)
    checks.same(run.returncode, 130, "after a full disk it goes on", said)
    told = manifest(out)
    lines = sum(read(f"{out}/{entry['name']}.part").count(b"\n")
                for entry in told["files"])
    checks.same(lines, sum(entry["records"] for entry in told["files"]),
                "what is left ends with whole records, and they are counted")
    with open(part, "r+b") as file:
        file.write(b"#")
    failed = program("generate", *job, "--resume", "--out", out, expect=1)
    checks("does not hold what it held" in failed.stderr,
           "what was changed is not gone on with", value=failed.stderr)
    shutil.rmtree(out)

    out = f"{scratch}/done"
    make(program, out, "--calls", 100)
    whole = content(out)
    done = program("generate", "--calls", 100, "--resume", "--out", out)
    checks("there is nothing to do" in done.stderr and content(out) == whole,
           "of a whole data set nothing is left to do", value=done.stderr)
    with open(f"{out}/manifest.json", "w", encoding="utf-8") as file:
        file.write("{}")
    refused = program("generate", "--calls", 100, "--resume", "--out", out,
                      expect=2)
    checks("is not a manifest of busyhour" in refused.stderr,
           "what is no manifest is refused", value=refused.stderr)
    path = f"{scratch}/one.jsonl.zst"
    program("generate", "--calls", 100, "--resume", "--compress", "zstd",
            "--out", path)
    checks(unpacked(read(path), "zstd") == program.generate(
        "--calls", 100, binary=True),
        "with nothing there, --resume begins at the beginning")


def run(program, scratch, checks):
    check_compression(program, scratch, checks)
    check_rotation(program, scratch, checks)
    check_layout(program, scratch, checks)
    check_refusals(program, scratch, checks)
    check_kills(program, scratch, checks)
    check_resume(program, scratch, checks)


harness.main(run)
