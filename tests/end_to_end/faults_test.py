"""Faults on the way out: what the program says it did to each record is what a
reader of its own finds by comparing the data set with a clean one.

    faults_test.py PROGRAM
"""

import collections
import csv
import io
import json
import os
import random
import re
import subprocess

import harness
from fault_labels import (ALL, ANY, CALLS, FRAMES, MOVES, NAMES, SHAPES,
                          check_counts, count_of, files_of, labels_of,
                          manifest_of, options, own_id, read_jsonl)


# --------------------------------------------------------- the same bytes

def same_bytes(program, scratch, checks):
    whole = os.path.join(scratch, "whole")
    labels = whole + ".labels"
    program("generate", *CALLS, "--out", whole, "--labels", labels,
            *options(ALL))
    expected = files_of(whole)
    for threads in (1, 2, 5):
        other = os.path.join(scratch, f"threads-{threads}")
        program("generate", *CALLS, "--out", other, "--labels",
                other + ".labels", "--threads", threads, *options(ALL))
        checks(files_of(other) == expected, "threads do not change bytes")
        checks.same(manifest_of(other)["counts"],
                    manifest_of(whole)["counts"],
                    "threads do not change counts")
        with open(other + ".labels", "rb") as a, open(labels, "rb") as b:
            checks(a.read() == b.read(), "threads do not change labels")

    kinds = [kind for kind in ALL if kind != "partial_line"]
    parts = collections.Counter()
    lines = collections.Counter()
    told = []
    for index in range(3):
        part = os.path.join(scratch, f"shard-{index}")
        program("generate", *CALLS, "--out", part, "--shard", f"{index}/3",
                "--labels", part + ".labels", *options(kinds))
        parts.update(manifest_of(part)["counts"]["faults"])
        told += [json.dumps(label) for label in labels_of(part + ".labels")]
        for data in files_of(part).values():
            lines.update(data.split(b"\n"))
    one = os.path.join(scratch, "one")
    program("generate", *CALLS, "--out", one, "--labels", one + ".labels",
            *options(kinds))
    checks.same(dict(parts), manifest_of(one)["counts"]["faults"],
                "the shards' faults are the whole's")
    checks.same(sorted(told), sorted(json.dumps(label) for label in
                                     labels_of(one + ".labels")),
                "the shards' labels are the whole's")
    every = collections.Counter()
    for data in files_of(one).values():
        every.update(data.split(b"\n"))
    del lines[b""], every[b""]
    checks(lines == every, "the shards' lines are the whole's")
    together = [word for index in range(3) for word in
                ("--manifest", os.path.join(scratch, f"shard-{index}"))]
    program("verify", *together, "--expect", "faults",
            *(os.path.join(scratch, f"shard-{index}") for index in range(3)))
    checks(True, "the shards verify together")


def resumed(program, scratch, checks):
    """Ended at a random moment and gone on with: the same files."""
    job = ("--profile", "contact-center", "--calls", 12000, *options(ALL))
    for extra in (("--rotate", "3MB"), ("--compress", "zstd")):
        whole = os.path.join(scratch, "undisturbed" + "".join(extra))
        again = os.path.join(scratch, "resumed" + "".join(extra))
        program("generate", *job, *extra, "--out", whole)
        chance = random.Random(4)
        for attempt in range(8):
            process = subprocess.Popen(
                [program.path, *map(str, (
                    "generate", *job, *extra, "--out", again, "--threads", 2,
                    "--labels", again + ".labels",
                    *(("--resume",) if os.path.exists(again) else ())))],
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            try:
                process.wait(chance.uniform(0.1, 0.3) if attempt < 7
                             else 120)
            except subprocess.TimeoutExpired:
                process.kill()
            process.communicate()
            if process.returncode == 0:
                break
        checks(files_of(again) == files_of(whole), "a resumed run is the whole")
        checks.same(manifest_of(again)["counts"], manifest_of(whole)["counts"],
                    "and so are its counts")
        check_counts(again, labels_of(again + ".labels"), checks)
    refused = program("generate", "--profile", "contact-center", "--calls",
                      12000, "--fault", "drop=0.1", "--out", again, "--resume",
                      expect=2)
    checks("is of another job" in refused.stderr and "faults" in refused.stderr,
           "other faults are another job", refused.stderr)


# ------------------------------------------------------------------ verify

def verdict(program, manifest, data, *more, expect=None):
    path = manifest + ".received"
    with open(path, "wb") as file:
        file.write(data)
    done = program("verify", "--manifest", manifest, "--json", *more, path,
                   expect=expect)
    return json.loads(done.stdout)["total"]


def law(total, checks):
    checks.same(total["lost"] + total["received"] - total["duplicated"] -
                total["foreign"], total["sent"],
                "lost + received - duplicated - foreign = sent")


def every_frame(program, scratch, checks):
    """Each data set is as it is expected to be, in every shape and frame."""
    for frame, kinds in FRAMES.items():
        for shape in SHAPES[frame]:
            out = os.path.join(scratch, f"{frame}-{shape}")
            program("generate", *CALLS, "--frame", frame, "--shape", shape,
                    "--out", out, "--labels", out + ".labels", *options(kinds))
            labels = labels_of(out + ".labels")
            check_counts(out, labels, checks)
            for strict in ((), ("--strict",)):
                done = program("verify", "--manifest", out, out, "--expect",
                               "faults", "--json", *strict, expect=None)
                told = json.loads(done.stdout)
                checks.same(done.returncode, 0,
                            "a faulty data set is as expected",
                            (frame, shape, strict, told))
                law(told["total"], checks)
                checks.same(
                    (told["total"]["sent"], told["total"]["out_of_order"]),
                    (sum(manifest_of(out)["counts"]["records"].values()), 0),
                    "all that was written was sent, and in order")
            faults = count_of(labels)
            total = json.loads(program("verify", "--manifest", out, out,
                                       "--json", expect=1).stdout)["total"]
            law(total, checks)
            checks(total["lost"] >= faults["drop"],
                   "without --expect drops are lost", total)
            checks(total["altered"] > 0, "and damage alters", total)


def single_kinds(program, scratch, checks):
    """What verify calls each kind when it does not expect it."""
    here = os.path.dirname(os.path.abspath(__file__))
    with open(f"{here}/../../docs/faults.md", encoding="utf-8") as file:
        page = file.read()
    for kind in ALL:
        checks(f"\n| `{kind}` | " in page, "docs/faults.md has it", kind)
        out = os.path.join(scratch, f"only-{kind}")
        program("generate", *CALLS, "--out", out, *options([kind], 0.05))
        faults = manifest_of(out)["counts"]["faults"][kind]
        checks(faults > 0, "it happens", kind)
        total = json.loads(program("verify", "--manifest", out, out, "--json",
                                   expect=None).stdout)["total"]
        law(total, checks)
        told = {name: count for name, count in total.items()
                if count and name not in ("sent", "received", "out_of_order")}
        expected = {"drop": {"lost": faults}, "duplicate":
                    {"duplicated": faults}, "delay": {}, "reorder": {},
                    "truncate": {"lost": faults, "undecodable": faults},
                    "partial_line": {"lost": faults, "undecodable": faults},
                    "extra_field": {}, "wrong_case": {}, "blank_line": {},
                    "missing_field": {"altered": faults},
                    "renamed_field": {"altered": faults},
                    "wrong_type": {"altered": faults},
                    "clock_skew": {"altered": faults},
                    "oversize": {"altered": faults}}.get(kind)
        if kind in ("missing_field", "renamed_field", "wrong_type",
                    "oversize"):
            # A record without its own id may be taken for its twin.
            checks(told.get("altered") == faults and
                   set(told) <= {"altered", "lost", "duplicated"} and
                   told.get("lost", 0) <= 3, f"verify of {kind}", told)
        elif expected is not None:
            checks.same(told, expected, f"verify of {kind}")
        else:
            checks(told.get("undecodable", 0) + told.get("altered", 0) > 0,
                   f"verify of {kind}", told)


def pipelines(program, scratch, checks):
    """Losses, copies and edits on top of faults are counted to the last one."""
    chance = random.Random(11)
    for frame, shape in (("jsonl", "resource-log"), ("csv", "table")):
        # Short remains of lines are alike: which of them is lost cannot be
        # told, how many can.
        out = os.path.join(scratch, f"pipeline-{frame}")
        job = ("--logs", "operational", "--frame", frame, "--shape", shape)
        program("generate", *CALLS, *job, "--out", out,
                *options(FRAMES[frame]))
        program("generate", *CALLS, *job, "--out", out + "-clean")
        clean = set(b"".join(files_of(out + "-clean").values())
                    .split(b"\n"))
        data = b"".join(files_of(out).values())
        lines = [line for line in data.split(b"\n") if line]
        head = [lines.pop(0)] if frame == "csv" else []
        removed = set(chance.sample(range(len(lines)), 150))
        repeated = set(chance.sample(
            [i for i in range(len(lines)) if i not in removed], 60))
        kept = collections.Counter()
        whole = [i for i in range(len(lines))
                 if i not in removed and i not in repeated and
                 lines[i] in clean]
        edited = set(chance.sample(whole, 40))
        result = list(head)
        for i, line in enumerate(lines):
            if i in removed:
                continue
            if i in edited:
                line = edit(line, frame)
            result += [line] * (2 if i in repeated else 1)
        chance.shuffle(result[len(head):])
        total = verdict(program, out, b"\n".join(result) + b"\n", "--expect",
                        "faults", expect=1)
        law(total, checks)
        # A copy that is lost of a record that was repeated anyway is made up
        # for by a further copy.
        made_up = made_up_for(lines, removed, repeated)
        checks.same(
            {name: total[name] for name in
             ("sent", "lost", "duplicated", "altered", "foreign",
              "undecodable")},
            {"sent": len(lines), "lost": 150 - made_up,
             "duplicated": 60 - made_up, "altered": 40, "foreign": 0,
             "undecodable": 0},
            f"{frame}: a pipeline's own doings are counted exactly")
    reformatted(program, scratch, checks)
    wrapped(program, scratch, checks)


def made_up_for(lines, removed, repeated):
    lost = collections.Counter(lines[i] for i in removed)
    more = collections.Counter(lines[i] for i in repeated)
    return sum(min(lost[line], more[line]) for line in lost)


def edit(line, frame):
    if frame == "csv":
        cells = next(csv.reader(io.StringIO(line.decode())))
        at = next(i for i, cell in enumerate(cells) if cell.isdigit() and
                  len(cell) < 7)
        cells[at] = str(int(cells[at]) + 1)
        text = io.StringIO()
        csv.writer(text, lineterminator="").writerow(cells)
        return text.getvalue().encode()
    record = json.loads(line)
    record["durationMs"] = str(int(record["durationMs"]) + 1)
    return json.dumps(record, separators=(",", ":")).encode()


def reformatted(program, scratch, checks):
    """A pipeline that reads records and writes them its own way."""
    out = os.path.join(scratch, "reformatted")
    kinds = MOVES + NAMES + ANY
    program("generate", *CALLS, "--logs", "operational", "--out", out,
            *options(kinds))
    data = b"".join(files_of(out).values())
    records = [json.loads(line) for line in data.splitlines()]
    text = "\n".join(json.dumps(record, indent=1, sort_keys=True)
                     for record in records)
    total = verdict(program, out, text.encode(), "--expect", "faults", expect=0)
    law(total, checks)
    checks.same((total["received"], total["altered"]), (len(records), 0),
                "reformatted records are still as expected")
    # One more edit in each that is whole.
    for record in records:
        record["resultSignature"] = "299"
    text = "\n".join(json.dumps(record) for record in records)
    total = verdict(program, out, text.encode(), "--expect", "faults", expect=1)
    law(total, checks)
    struck = sum("resultSignature" not in record for record in records)
    checks(total["altered"] >= len(records) * 0.98 and struck == 0,
           "and edits in them are seen", total)


def wrapped(program, scratch, checks):
    """Lines in a text of another record, as log shippers have them."""
    out = os.path.join(scratch, "wrapped")
    program("generate", *CALLS, "--logs", "usage", "--out", out,
            *options([kind for kind in ALL if kind not in
                      ("corrupt", "invalid_utf8")]))
    data = b"".join(files_of(out).values())
    lines = [line.decode() for line in data.split(b"\n") if line]
    text = "\n".join(json.dumps({"host": "a", "message": line})
                     for line in lines)
    total = verdict(program, out, text.encode(), "--expect", "faults", expect=0)
    law(total, checks)
    checks.same(total["received"], len(lines), "wrapped lines are recognized")


# ----------------------------------------------------------------- explain

def explained(program, scratch, checks):
    out = os.path.join(scratch, "explained")
    words = options([kind for kind in ALL if kind != "partial_line"], 0.1)
    program("generate", *CALLS, "--out", out, "--labels", out + ".labels",
            *words)
    labels = [label for label in labels_of(out + ".labels") if label["id"]]
    of_id = collections.defaultdict(list)
    for label in labels:
        of_id[label["id"], label["log"]].append(
            {key: label[key] for key in ("fault", "field", "by_ms")
             if key in label})
    for uid, log in list(of_id)[:40]:
        ways = (("--profile", "contact-center", *words), ("--manifest", out))
        for way in ways if (uid, log) in list(of_id)[:3] else ways[:1]:
            told = json.loads(program("explain", uid, "--json", *way).stdout)
            record = next(each for each in told["records"]
                          if (each["id"], each["log"]) == (uid, log))
            checks.same(record.get("faults"), of_id[uid, log],
                        "explain tells the faults of the labels")
    text = program("explain", labels[0]["id"], "--manifest", out).stdout
    checks(labels[0]["fault"] + ":" in text or
           labels[0]["fault"] + " " in text, "in words too", text)


def refused(program, scratch, checks):
    for words, message in (
            (("--fault", "trunkate=1"), 'did you mean "truncate"'),
            (("--fault", "drop=2"), "is not a share from 0 to 1"),
            (("--fault", "corrupt=1%", "--compress", "lz4"),
             "does not go with --compress lz4"),
            (("--fault", "truncate=1%", "--frame", "array"),
             "needs a line for each record")):
        done = program("generate", "--calls", 5, "--out",
                       os.path.join(scratch, "refused"), *words, expect=2)
        checks(message in done.stderr, "what cannot be is refused", done.stderr)
    checks(not os.path.exists(os.path.join(scratch, "refused")),
           "and nothing is written")
    out = os.path.join(scratch, "lz4.jsonl.lz4")
    program("generate", "--calls", 200, "--out", out, "--compress", "lz4",
            *options(MOVES, 0.1))
    program("verify", "--manifest", out + ".manifest.json", out, "--expect",
            "faults")
    checks(True, "what only moves records goes with lz4")
    profile = os.path.join(scratch, "own.json")
    faults = [{"kind": "missing_field", "rate": 1, "field": "durationMS",
               "logs": ["operational"], "every": "1h", "length": "30m"},
              {"kind": "wrong_type", "rate": 0.1, "field": "Durations"}]
    text = program("profiles", "show", "quickstart").stdout
    with open(profile, "w", encoding="utf-8") as file:
        file.write(text.replace('"flows": {', '"faults": ' +
                                json.dumps(faults) + ', "flows": {', 1))
    done = program("generate", "--profile", profile, "--calls", 5, "--out",
                   "null:", expect=2)
    checks("/faults/1/field" in done.stderr and
           "did you mean" in done.stderr, "a field that is none", done.stderr)
    faults.append({"kind": "oversize", "rate": 0, "field": "quantity",
                   "logs": ["media_summary"]})
    with open(profile, "w", encoding="utf-8") as file:
        file.write(text.replace('"flows": {', '"faults": ' +
                                json.dumps(faults) + ', "flows": {', 1))
    done = program("profiles", "validate", profile, expect=2)
    checks.same(re.findall("/faults/(.)/field", done.stderr), ["1", "2"],
                "validate refuses fields that are none", done.stderr)


def has_in_order(text, parts):
    at = 0
    for part in parts:
        at = text.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return True


def documented(program, scratch, checks):
    """What docs/faults.md shows is so."""
    here = os.path.dirname(os.path.abspath(__file__))
    with open(f"{here}/../../docs/faults.md", encoding="utf-8") as file:
        page = file.read()
    commands, = re.findall(r"```sh\n(.*?)```", page, re.S)
    place = os.path.join(scratch, "documented")
    os.mkdir(place)
    path = f"{os.path.dirname(program.path)}:{os.environ['PATH']}"
    done = subprocess.run(["sh", "-c", commands.replace("1h", "5m")],
                          cwd=place, text=True, timeout=60, check=False,
                          env={**os.environ, "PATH": path},
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    checks.same((done.returncode, re.findall("^(FAILED.*|passed)$",
                                             done.stdout, re.M)),
                (0, ["FAILED: lost, undecodable", "passed"]),
                "the page's commands do what it says", done.stderr)

    shown, = re.findall(r"```\n({.*?)```", page, re.S)
    record, *damaged = shown.strip().split("\n")
    job = ["--calls", 50, "--logs", "usage"]
    checks(record in program.generate(*job).split("\n"),
           "the page's record is one", record)
    own_id, = re.findall(b'"recordId":"(.*?)"', record.encode())
    for line in filter(None, damaged):
        kind, text = line.split(maxsplit=1)
        wanted = [part.encode("latin-1").decode("unicode_escape")
                  .encode("latin-1")
                  for part in text.split("…")]
        lines = program.generate(*job, "--fault", f"{kind}=1",
                                 binary=True).split(b"\n")
        found = [damage for damage in lines if has_in_order(damage, wanted) and
                 (kind != "truncate" or damage.endswith(wanted[-1]))]
        checks(any(kind == "truncate" or own_id in damage for damage in found),
               "the page's damage is so", line)

    rules, = re.findall(r"```json\n(.*?)```", page, re.S)
    profile = os.path.join(place, "own.json")
    text = program("profiles", "show", "quickstart").stdout
    with open(profile, "w", encoding="utf-8") as file:
        file.write(text.replace('"flows": {', f'{rules}, "flows": {{', 1))
    program("profiles", "validate", profile)
    told = json.loads(program("describe", "--profile", profile,
                              "--json").stdout)
    checks.same(len(told["faults"]), 3, "the page's rules are right")


def run(program, scratch, checks):
    for shape in SHAPES["jsonl"]:
        read_jsonl(program, scratch, checks, shape)
    same_bytes(program, scratch, checks)
    resumed(program, scratch, checks)
    every_frame(program, scratch, checks)
    single_kinds(program, scratch, checks)
    pipelines(program, scratch, checks)
    explained(program, scratch, checks)
    refused(program, scratch, checks)
    documented(program, scratch, checks)


if __name__ == "__main__":
    harness.main(run)
