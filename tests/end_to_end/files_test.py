"""`verify --files` names all that has happened to the files of a data set, and
nothing that has not."""

import glob
import json
import os
import random
import shutil
import signal
import subprocess

import harness

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


def data_files(out):
    return sorted(path for path in glob.glob(f"{out}/**", recursive=True)
                  if os.path.isfile(path) and
                  not path.endswith("manifest.json"))


def check_damage(program, scratch, checks):
    generator = random.Random(8)
    for name, options in LAYOUTS.items():
        whole = f"{scratch}/{name}"
        program("generate", "--calls", 2000, *options, "--out", whole,
                "--quiet")
        found = files_verdict(program, whole, expect=0)
        checks.same((found["passed"], found["data_sets"][0]["files"],
                     found["data_sets"][0]["bytes"]),
                    (True, len(data_files(whole)),
                     sum(map(os.path.getsize, data_files(whole)))),
                    "what is whole passes, and all of it is read", name)
        for _ in range(6):
            out = f"{scratch}/damaged"
            shutil.copytree(whole, out)
            wanted = []
            paths = data_files(out)
            for path in generator.sample(paths, min(5, len(paths))):
                kind = generator.choice(["missing", "part", "size", "size",
                                         "changed", "unreadable", "stray"])
                if kind == "missing":
                    os.remove(path)
                elif kind == "part":
                    os.rename(path, path + ".part")
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
                    shutil.copy(path, path + ".part")
                wanted.append((kind, os.path.relpath(
                    path + (".part" if kind in ("part", "stray") else ""))))
            found = files_verdict(program, out, expect=1)
            checks.same(troubles(found), sorted(wanted),
                        "all that was done to files is named", name)
            shutil.rmtree(out)


def check_strays(program, scratch, checks):
    out = f"{scratch}/strays"
    program("generate", "--calls", 50, "--out", out, "--quiet")
    strays = ["Usage.csv", "Usage.0002.jsonl", "Usage.jsonl.gz",
              "CallAutomationOperational.json.zst.part",
              "insights-logs-usage/resourceId=/x/y=2026/PT1H.json"]
    own = ["notes.txt", "UsageNotes.jsonl", "Usage.x.jsonl", "other.jsonl",
           "deep/Usage.jsonl"]
    for name in strays + own:
        os.makedirs(os.path.dirname(f"{out}/{name}"), exist_ok=True)
        open(f"{out}/{name}", "w", encoding="utf-8").close()
    checks.same(troubles(files_verdict(program, out, expect=1)),
                sorted(("stray", os.path.relpath(f"{out}/{name}"))
                       for name in strays),
                "files that would be taken for ours are named, no others")


def check_one_file(program, scratch, checks):
    path = f"{scratch}/one.jsonl"
    program("generate", "--calls", 50, "--out", path, "--quiet")
    manifest = f"{path}.manifest.json"
    files_verdict(program, manifest, expect=0)
    done = program("verify", "--files", "--manifest", manifest)
    checks("complete, 1 file" in done.stdout and "passed" in done.stdout,
           "a file of all logs has a manifest of its own", done.stdout)
    with open(path, "a", encoding="utf-8") as file:
        file.write("\n")
    checks.same(troubles(files_verdict(program, manifest, expect=1)),
                [("size", os.path.relpath(path))], "one more byte is seen")


def check_interrupted(program, scratch, checks):
    for name, options in LAYOUTS.items():
        out = f"{scratch}/killed-{name}"
        run = subprocess.Popen(
            [program.path, "generate", "--profile", "contact-center",
             "--records", "50M", *options, "--out", out, "--quiet"],
            stderr=subprocess.DEVNULL)
        noted = {}
        while "resume" not in noted:
            # Something to wait for, and no time to be right about.
            if run.poll() is not None:
                break
            try:
                with open(f"{out}/manifest.json", encoding="utf-8") as file:
                    noted = json.load(file)
            except FileNotFoundError:
                continue
        run.send_signal(signal.SIGKILL)
        run.wait()
        found = files_verdict(program, out, expect=1)
        part = found["data_sets"][0]
        checks.same((part["state"], part["troubles"]), ("interrupted", []),
                    "what a killed run has written is as it noted", name)
        done = program("verify", "--files", out, expect=1)
        checks("not finished" in done.stdout and "--resume" in done.stdout,
               "an interrupted data set is told to be so", name, done.stdout)
        with open(f"{out}/manifest.json", encoding="utf-8") as file:
            at_hand = [each for each in json.load(file)["files"]
                       if each.get("part") and each["bytes"]]
        if at_hand:
            victim = f"{out}/{at_hand[0]['name']}.part"
            if not os.path.exists(victim):
                victim = victim[:-len(".part")]
            with open(victim, "r+b") as file:
                file.write(b"?")
            checks.same([kind for kind, _ in troubles(
                files_verdict(program, out, expect=1))], ["changed"],
                        "and it is told when it is not", name)
        shutil.rmtree(out)


def check_words(program, scratch, checks):
    out = f"{scratch}/words"
    program("generate", "--calls", 5, "--out", out, "--quiet")
    with open(f"{out}/manifest.json", encoding="utf-8") as file:
        manifest = json.load(file)
    for name in ("/etc/passwd", "../x.jsonl", "a/../../b", ""):
        manifest["files"][0]["name"] = name
        with open(f"{out}/manifest.json", "w", encoding="utf-8") as file:
            json.dump(manifest, file)
        told = program("verify", "--files", out, expect=2).stderr
        checks("has been edited" in told, "an edited manifest is refused",
               name, told)
    for text, part in (("{}", "is not a manifest"), ("[", "is not JSON"),
                       ('{"files":[{"name":3}]}', "is not a manifest")):
        with open(f"{out}/manifest.json", "w", encoding="utf-8") as file:
            file.write(text)
        told = program("verify", "--files", out, expect=2).stderr
        checks(part in told, "a wrong manifest is told", text, told)
    told = program("verify", "--files", f"{scratch}/nothing", "--seed", 3,
                   "--fields", "time", expect=2).stderr
    checks("--seed: does not go with --files" in told and
           "--fields: does not go with --files" in told,
           "other options do not go with --files", None, told)
    told = program("verify", "--files", expect=2).stderr
    checks("--files: wants manifests" in told, "it wants something", None,
           told)


def run(program, scratch, checks):
    check_damage(program, scratch, checks)
    check_strays(program, scratch, checks)
    check_one_file(program, scratch, checks)
    check_interrupted(program, scratch, checks)
    check_words(program, scratch, checks)


if __name__ == "__main__":
    harness.main(run)
