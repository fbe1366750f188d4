"""Files of others, and of other runs: nothing is written over that was not
named, nothing is called whole that is not, and no name lies about its form."""

import glob
import gzip
import json
import os
import signal
import stat
import subprocess

import harness

LONG = ["--profile", "contact-center", "--records", "2M", "--quiet",
        "--threads", "1"]


def text_of(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def write(path, text="precious\n"):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def killed(program, out, enough, *more):
    """A run that was killed once `enough()` holds."""
    run = subprocess.Popen([program.path, "generate", *LONG, "--out", out,
                            *more], stderr=subprocess.DEVNULL)
    while run.poll() is None and not enough():
        pass
    run.kill()
    run.wait()


def manifest(out):
    try:
        return json.loads(text_of(f"{out}/manifest.json"))
    except FileNotFoundError:
        return {"files": []}


def check_links(program, scratch, checks):
    victim = f"{scratch}/victim"
    for name, out, made in (("d", "d", "d/Usage.jsonl"),
                            ("f", "f.jsonl", "f.jsonl"),
                            ("m", "m", "m/manifest.json")):
        place = f"{scratch}/links-{name}"
        for link in (".part", ""):
            for force in ([], ["--force"]):
                write(victim)
                path = f"{place}/{made}{link}"
                os.makedirs(os.path.dirname(path), exist_ok=True)
                os.symlink(victim, path)
                done = program("generate", "--calls", 3, "--out",
                               f"{place}/{out}", *force, expect=2)
                checks(text_of(victim) == "precious\n" and
                       os.path.islink(path) and path in done.stderr,
                       "no link is followed, and none is replaced",
                       (path, force), done.stderr)
                os.remove(path)
        # Another name of somebody's file is only a name.
        write(victim)
        os.link(victim, f"{place}/{made}.part")
        program("generate", "--calls", 3, "--out", f"{place}/{out}", expect=2)
        program("generate", "--calls", 3, "--out", f"{place}/{out}", "--force",
                "--quiet")
        checks.same(text_of(victim), "precious\n",
                    "a file is not written by another of its names")


def check_outputs(program, scratch, checks):
    place = f"{scratch}/outputs"
    os.makedirs(f"{place}/dir")
    os.mkfifo(f"{place}/fifo")
    write(f"{place}/there.jsonl")
    os.symlink("there.jsonl", f"{place}/link.jsonl")
    write(f"{place}/profile.json",
          program("profiles", "show", "quickstart").stdout)
    before = sorted(os.listdir(place))
    small = ["generate", "--calls", 5, "--fault", "drop=0.1"]
    cases = (
        [*small, "--out", "null:", "--labels", "fifo", "--force"],
        [*small, "--out", "null:", "--labels", "/dev/null", "--force"],
        [*small, "--out", "null:", "--labels", "dir", "--force"],
        [*small, "--out", "null:", "--labels", "there.jsonl"],
        [*small, "--out", "null:", "--labels", "link.jsonl", "--force"],
        [*small, "--out", "null:", "--labels", "no/such/x.jsonl"],
        [*small, "--out", "null:", "--labels", "x.csv"],
        [*small, "--out", "x.jsonl", "--labels", "./x.jsonl"],
        [*small, "--out", "x.jsonl", "--labels", f"{place}/x.jsonl.part"],
        [*small, "--out", "x.jsonl", "--labels", "dir/../x.jsonl"],
        [*small, "--out", "dir", "--labels", "dir/Usage.jsonl"],
        [*small, "--out", "new", "--labels", "new"],
        [*small, "--out", "new/er", "--labels", "new"],
        [*small, "--out", "dir", "--rotate", "4KiB", "--labels",
         "dir/Usage.0007.jsonl"],
        [*small, "--out", "dir", "--layout", "storage", "--labels",
         "dir/insights-logs-usage/x.jsonl"],
        [*small, "--out", "link.jsonl", "--force"],
        ["load", "--to", "null:", "--calls", 5, "--report", "there.jsonl"],
        ["load", "--to", "null:", "--calls", 5, "--manifest", "there.jsonl"],
        ["load", "--to", "null:", "--calls", 5, "--manifest", "fifo",
         "--force"],
        ["load", "--to", "null:", "--calls", 5, "--report", "link.jsonl",
         "--force"],
        ["load", "--to", "null:", "--calls", 5, "--report", "dir", "--force"],
        ["load", "--to", "null:", "--calls", 5, "--report", "a", "--manifest",
         "a.part"],
        ["load", "--to", "file:x.jsonl", "--calls", 5, "--report", "./x.jsonl"],
        ["load", "--to", "file:link.jsonl", "--calls", 5, "--force"],
        ["load", "--to", "file:there.jsonl", "--calls", 5],
        ["load", "--to", "null:", "--calls", 5, "--profile", "profile.json",
         "--report", "profile.json", "--force"],
        ["load", "--to", "file:x.jsonl.gz", "--calls", 5],
        ["load", "--to", "file:x.csv", "--calls", 5],
        ["load", "--to", "file:x.parquet", "--calls", 5],
    )
    for words in cases:
        done = program(*words, expect=None, cwd=place)
        checks(done.returncode == 2 and done.stderr,
               "what may not be written is refused", words,
               (done.returncode, done.stderr))
        checks(sorted(os.listdir(place)) == before and
               text_of(f"{place}/there.jsonl") == "precious\n" and
               stat.S_ISFIFO(os.stat(f"{place}/fifo").st_mode),
               "and all stays as it is", words, os.listdir(place))
    with open(f"{place}/out", "w", encoding="utf-8") as file:
        program("generate", "--calls", 5, "--fault", "drop=0.1", "--out", "-",
                "--labels", f"{place}/out", "--force", stdout=file, expect=2)
    os.remove(f"{place}/out")
    program("load", "--to", "file:there.jsonl", "--calls", 5, "--rate", "max",
            "--report", "profile.json", "--manifest", "m.json", "--force",
            "--quiet", cwd=place)
    checks("planned" in json.loads(text_of(f"{place}/profile.json")) and
           "precious" not in text_of(f"{place}/there.jsonl"),
           "--force replaces what is named")


def check_blobs(program, scratch, checks):
    out = f"{scratch}/blobs"
    other = f"{out}/insights-logs-usage/resourceId=/OTHER/y=2020/PT1H.json"
    write(other)
    job = ["generate", "--calls", 100, "--layout", "storage", "--out", out,
           "--quiet"]
    program(*job, expect=2)
    program(*job, "--force")
    mine = glob.glob(f"{out}/insights-*/resourceId=/SUB*/**/PT1H.json",
                     recursive=True)
    program(*job, "--force", "--start", "2026-04-02T08:00:00Z")
    checks(mine and all(map(os.path.exists, [other, *mine])),
           "--force removes no blob that it does not replace")


def check_finished(program, scratch, checks):
    """What an earlier run has finished is looked at before going on."""
    for layout in (["--rotate", "5MB"], ["--layout", "storage"]):
        def whole():
            return [each["name"] for each in manifest(out)["files"]
                    if "part" not in each]
        for kind in ("cut", "removed", "changed"):
            out = f"{scratch}/finished-{kind}-{layout[1]}"
            killed(program, out, lambda: len(whole()) >= 2, *layout)
            if manifest(out).get("state") != "interrupted":
                harness.skip(f"{out}: the run was over before it was killed")
                continue
            victim = f"{out}/{whole()[0]}"
            if kind == "cut":
                os.truncate(victim, 1000)
            elif kind == "removed":
                os.remove(victim)
            else:
                with open(victim, "r+b") as file:
                    file.write(b"#")
            done = program("generate", *LONG, *layout, "--out", out,
                           "--resume", expect=1)
            checks(victim in done.stderr and "--force" in done.stderr and
                   manifest(out)["state"] == "interrupted",
                   "a finished file that is not whole is told", (layout, kind),
                   done.stderr)
    out = f"{scratch}/complete"
    job = ["generate", "--calls", 50, "--out", out]
    program(*job, "--quiet")
    done = program(*job, "--resume")
    checks("nothing to do" in done.stderr, "a finished job is told to be so")
    program(*job, "--resume", "--seed", 2, expect=2)
    os.truncate(f"{out}/Usage.jsonl", 100)
    program(*job, "--resume", expect=1)
    checks.same(os.path.getsize(f"{out}/Usage.jsonl"), 100,
                "and what is not whole stays as it is")


def check_locks(program, scratch, checks):
    for out in (f"{scratch}/locked", f"{scratch}/locked.jsonl"):
        part = f"{out}.part" if out.endswith("jsonl") else f"{out}/*.part"
        first = subprocess.Popen(
            [program.path, "generate", "--profile", "contact-center",
             "--duration", "10000d", "--threads", "1", "--quiet", "--out",
             out])
        while not glob.glob(part) and first.poll() is None:
            pass
        for more in (["--resume"], ["--force"]):
            done = program("generate", "--profile", "contact-center",
                           "--duration", "10000d", "--out", out, *more,
                           expect=2)
            checks("another busyhour is writing here" in done.stderr,
                   "one run writes at a time", (out, more), done.stderr)
        first.send_signal(signal.SIGKILL)
        first.wait()
        program("generate", "--calls", 10, "--out", out, "--force", "--quiet")
        checks(True, "the lock ends with its process")


def check_endings(program, scratch, checks):
    place = f"{scratch}/endings"
    os.mkdir(place)
    job = ["generate", "--calls", 20, "--quiet"]
    plain = program.generate("--calls", 20)
    for name, words, opened in (
            ("a.jsonl", [], open), ("a.ndjson", [], open),
            ("a.jsonl.gz", [], gzip.open),
            ("B.JSONL.GZ", [], gzip.open),
            ("b.jsonl.gz", ["--compress", "gzip"], gzip.open)):
        program(*job, *words, "--out", f"{place}/{name}")
        with opened(f"{place}/{name}", "rt", encoding="utf-8") as file:
            checks(file.read() == plain, "a name chooses the form", name)
    program(*job, "--logs", "usage", "--out", f"{place}/a.csv")
    checks(text_of(f"{place}/a.csv") == program.generate(
        "--calls", 20, "--logs", "usage", "--frame", "csv"),
        "a name chooses the form", "a.csv")
    program(*job, "--out", f"{place}/a.json")
    checks.same(len(json.loads(text_of(f"{place}/a.json"))),
                plain.count("\n"), "a name chooses the form", "a.json")
    for name, words in (
            ("x.parquet", []), ("x.avro", []), ("x.json.bz2", []),
            ("x.gz.gz", []), ("x.jsonl.part", []), ("x.Parquet", []),
            ("x.txt", []), ("x.log", []), ("x.csv", ["--frame", "jsonl"]),
            ("x.jsonl", ["--frame", "csv", "--logs", "usage"]),
            ("x.jsonl.gz", ["--compress", "none"]),
            ("x.jsonl.gz", ["--compress", "zstd"]),
            ("x.jsonl", ["--compress", "gzip"])):
        done = program(*job, *words, "--out", f"{place}/{name}", expect=2)
        checks(name in done.stderr and
               not glob.glob(f"{place}/{name}*"),
               "no form is written under the name of another", (name, words),
               done.stderr)
    for name in ("v1.2", "x.parquet/"):
        program(*job, "--out", f"{place}/{name}")
        checks(os.path.exists(f"{place}/{name}/Usage.jsonl"),
               "other names are those of directories", name)


def run(program, scratch, checks):
    check_links(program, scratch, checks)
    check_outputs(program, scratch, checks)
    check_blobs(program, scratch, checks)
    check_finished(program, scratch, checks)
    check_locks(program, scratch, checks)
    check_endings(program, scratch, checks)


harness.main(run)
