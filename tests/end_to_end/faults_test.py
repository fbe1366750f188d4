"""Tests faults: the labels of the program match the faults that an independent
reader finds by comparing the data set with a clean one.
"""

import collections
import csv
import io
import json
import random
import re
import subprocess

import pytest

from fault_labels import (ALL, ANY, CALLS, FRAMES, MOVES, NAMES, SHAPES,
                          check_counts, check_jsonl, count_of, labels_of,
                          options)
from files import check_same_files, data_files, manifest_of, read_bytes
from program import page
from verdicts import check_law

LAYOUTS = [(frame, shape) for frame in FRAMES for shape in SHAPES[frame]]


# In the last shape, a record that arrives late has another line.
@pytest.mark.parametrize("shape", SHAPES["jsonl"][:-1])
def test_faults_are_those_of_the_labels(program, scratch, shape):
    check_jsonl(program, scratch, shape)


# --------------------------------------------------------------- the same bytes

def faulty(program, out, *more):
    """Writes a data set with faults and its labels: files, counts, labels."""
    program("generate", *CALLS, "--out", out, "--labels", f"{out}.labels",
            *more)
    return (data_files(out), manifest_of(out)["counts"],
            labels_of(f"{out}.labels"))


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_threads_change_nothing(program, scratch, threads):
    whole, other = scratch / "whole", scratch / "other"
    assert faulty(program, other, "--threads", threads, *options(ALL)) == (
        faulty(program, whole, *options(ALL)))
    assert read_bytes(f"{other}.labels") == read_bytes(f"{whole}.labels")


def lines_of(files):
    """The lines of files and how often each occurs; without empty lines."""
    lines = collections.Counter()
    for data in files.values():
        lines.update(data.split(b"\n"))
    del lines[b""]
    return lines


def test_shards_are_the_whole(program, scratch):
    kinds = options(kind for kind in ALL if kind != "partial_line")
    files, counts, labels = faulty(program, scratch / "whole", *kinds)
    places = [scratch / f"shard-{index}" for index in range(3)]
    parts = [faulty(program, place, "--shard", f"{index}/3", *kinds)
             for index, place in enumerate(places)]
    faults, lines, told = collections.Counter(), collections.Counter(), []
    for part_files, part_counts, part_labels in parts:
        faults.update(part_counts["faults"])
        lines += lines_of(part_files)
        told += part_labels
    assert dict(faults) == counts["faults"]
    assert sorted(map(json.dumps, told)) == sorted(map(json.dumps, labels))
    assert lines == lines_of(files)
    program("verify", "--expect", "faults", *places,
            *(word for place in places for word in ("--manifest", place)))


@pytest.mark.parametrize("extra", [("--rotate", "3MB"),
                                   ("--compress", "zstd")])
def test_resumed_run_is_the_whole(program, scratch, extra):
    """A run that is killed at random times and resumed writes the same
    files."""
    job = ("generate", "--profile", "contact-center", "--calls", 12000,
           *options(ALL))
    whole, again = scratch / "whole", scratch / "again"
    program(*job, *extra, "--out", whole)
    chance = random.Random(4)
    for attempt in range(8):
        process = program.start(
            *job, *extra, "--out", again, "--threads", 2, "--labels",
            f"{again}.labels", *(["--resume"] if again.exists() else []),
            stdout=subprocess.DEVNULL)
        try:
            process.wait(chance.uniform(0.1, 0.3) if attempt < 7 else 120)
        except subprocess.TimeoutExpired:
            process.kill()
        process.communicate()
        if process.returncode == 0:
            break
    check_same_files(again, whole)
    assert manifest_of(again)["counts"] == manifest_of(whole)["counts"]
    check_counts(again, labels_of(f"{again}.labels"))
    refused = program("generate", "--profile", "contact-center", "--calls",
                      12000, "--fault", "drop=0.1", "--out", again, "--resume",
                      expect=2)
    assert "belongs to another job" in refused.stderr
    assert "faults" in refused.stderr


# ------------------------------------------------------------------ verify

def verdict(program, manifest, received, *more, expect=None):
    """The counts of `verify` for files or bytes."""
    if isinstance(received, bytes):
        path = manifest.with_suffix(".received")
        path.write_bytes(received)
        received = path
    done = program("verify", "--manifest", manifest, "--json", *more, received,
                   expect=expect)
    found = json.loads(done.stdout)
    check_law(found)
    return found["total"]


@pytest.mark.parametrize("frame, shape", LAYOUTS)
def test_faulty_data_set_is_as_expected(program, scratch, frame, shape):
    out = scratch / "out"
    _, counts, labels = faulty(program, out, "--frame", frame, "--shape",
                               shape, *options(FRAMES[frame]))
    check_counts(out, labels)
    for strict in ((), ("--strict",)):
        total = verdict(program, out, out, "--expect", "faults", *strict,
                        expect=0)
        assert (total["sent"], total["out_of_order"]) == (
            sum(counts["records"].values()), 0), (
            "all that was written was sent, and in order")
    total = verdict(program, out, out, expect=1)
    assert total["lost"] >= count_of(labels)["drop"]
    assert total["altered"] > 0


# How `verify` counts each kind without --expect faults.
COUNTED_AS = {
    "drop": ("lost",), "duplicate": ("duplicated",), "delay": (),
    "reorder": (), "truncate": ("lost", "undecodable"),
    "partial_line": ("lost", "undecodable"), "extra_field": (),
    "wrong_case": (), "blank_line": (), "missing_field": ("altered",),
    "renamed_field": ("altered",), "wrong_type": ("altered",),
    "clock_skew": ("altered",), "oversize": ("altered",),
}
# A record without its own id may be matched to one that differs only in the id.
MAY_HIT_THE_ID = ("missing_field", "renamed_field", "wrong_type", "oversize")


@pytest.mark.parametrize("kind", ALL)
def test_kind_alone(program, scratch, kind):
    assert f"\n| `{kind}` | " in page("faults.md")
    out = scratch / "out"
    program("generate", *CALLS, "--out", out, *options([kind], 0.05))
    faults = manifest_of(out)["counts"]["faults"][kind]
    assert faults > 0
    total = verdict(program, out, out)
    told = {name: count for name, count in total.items()
            if count and name not in ("sent", "received", "intact",
                                      "out_of_order")}
    if kind in MAY_HIT_THE_ID:
        assert told["altered"] == faults
        assert set(told) <= {"altered", "lost", "duplicated"}
        assert told.get("lost", 0) <= 3
    elif kind in COUNTED_AS:
        assert told == dict.fromkeys(COUNTED_AS[kind], faults)
    else:
        assert told.get("undecodable", 0) + told.get("altered", 0) > 0


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


@pytest.mark.parametrize("seed", [1, 5])
@pytest.mark.parametrize("frame, shape", [("jsonl", "resource-log"),
                                          ("csv", "table")])
def test_doings_of_a_pipeline_are_counted_on_top(program, scratch, frame,
                                                 shape, seed):
    """`verify` counts losses, copies and edits in addition to faults exactly.
    Short fragments of lines may be equal: it can tell how many are lost, but
    not which."""
    chance = random.Random(f"17 {frame}")
    out = scratch / "out"
    job = ("--logs", "operational", "--frame", frame, "--shape", shape,
           "--seed", seed)
    program("generate", *CALLS, *job, "--out", out, *options(FRAMES[frame]))
    program("generate", *CALLS, *job, "--out", scratch / "clean")
    clean = set(lines_of(data_files(scratch / "clean")))
    data, = data_files(out).values()
    lines = [line for line in data.split(b"\n") if line]
    head = [lines.pop(0)] if frame == "csv" else []
    places = range(len(lines))
    removed = set(chance.sample(places, 150))
    repeated = set(chance.sample([i for i in places if i not in removed], 60))
    edited = set(chance.sample(
        [i for i in places if i not in removed and i not in repeated
         and lines[i] in clean], 40))
    result = []
    for i, line in enumerate(lines):
        if i not in removed:
            line = edit(line, frame) if i in edited else line
            result += [line] * (2 if i in repeated else 1)
    chance.shuffle(result)
    total = verdict(program, out, b"\n".join(head + result) + b"\n",
                    "--expect", "faults", expect=1)
    # If one of several equal lines is removed and another is repeated, the two
    # cancel out.
    made_up = made_up_for(lines, removed, repeated)
    del total["received"], total["out_of_order"]
    lost = 150 - made_up
    assert total == {"sent": len(lines), "lost": lost,
                     "duplicated": 60 - made_up, "altered": 40,
                     "intact": len(lines) - lost - 40, "altered_copies": 0,
                     "foreign": 0, "undecodable": 0}


def test_pipeline_may_write_records_its_own_way(program, scratch):
    out = scratch / "out"
    program("generate", *CALLS, "--logs", "operational", "--out", out,
            *options(MOVES + NAMES + ANY))
    data, = data_files(out).values()
    records = [json.loads(line) for line in data.splitlines()]
    text = "\n".join(json.dumps(record, indent=1, sort_keys=True)
                     for record in records)
    total = verdict(program, out, text.encode(), "--expect", "faults",
                    expect=0)
    assert (total["received"], total["altered"]) == (len(records), 0)
    # One more edit in each record.
    for record in records:
        record["resultSignature"] = "299"
    text = "\n".join(map(json.dumps, records))
    total = verdict(program, out, text.encode(), "--expect", "faults",
                    expect=1)
    assert total["altered"] >= len(records) * 0.98


def test_pipeline_may_wrap_lines(program, scratch):
    """A pipeline may wrap each line as text in another record, as log shippers
    do."""
    out = scratch / "out"
    program("generate", *CALLS, "--logs", "usage", "--out", out,
            *options(kind for kind in ALL
                     if kind not in ("corrupt", "invalid_utf8")))
    data, = data_files(out).values()
    lines = [line.decode() for line in data.split(b"\n") if line]
    text = "\n".join(json.dumps({"host": "a", "message": line})
                     for line in lines)
    total = verdict(program, out, text.encode(), "--expect", "faults",
                    expect=0)
    assert total["received"] == len(lines)


# ----------------------------------------------------------------- explain

def test_explain_tells_the_faults_of_the_labels(program, scratch):
    out = scratch / "out"
    words = options((kind for kind in ALL if kind != "partial_line"), 0.1)
    _, _, labels = faulty(program, out, *words)
    labels = [label for label in labels if label["id"]]
    of_id = collections.defaultdict(list)
    for label in labels:
        of_id[label["id"], label["log"]].append(
            {key: label[key] for key in ("fault", "field", "by_ms")
             if key in label})
    ways = (("--profile", "contact-center", *words), ("--manifest", out))
    for number, (uid, log) in enumerate(list(of_id)[:40]):
        for way in ways if number < 3 else ways[:1]:
            told = json.loads(program("explain", uid, "--json", *way).stdout)
            record = next(each for each in told["records"]
                          if (each["id"], each["log"]) == (uid, log))
            assert record.get("faults") == of_id[uid, log]
    text = program("explain", labels[0]["id"], "--manifest", out).stdout
    assert re.search(rf"{labels[0]['fault']}[: ]", text), "in words, too"


# --------------------------------------------------------------------- messages

@pytest.mark.parametrize("words, message", [
    (("--fault", "trunkate=1"), 'did you mean "truncate"'),
    (("--fault", "drop=2"), "is not a share from 0 to 1"),
    (("--fault", "corrupt=1%", "--compress", "lz4"),
     "cannot be combined with --compress lz4"),
    (("--fault", "truncate=1%", "--frame", "array"),
     "would make a whole message unreadable")])
def test_what_cannot_be_is_refused(program, scratch, words, message):
    done = program("generate", "--calls", 5, "--out", scratch / "out", *words,
                   expect=2)
    assert message in done.stderr
    assert not (scratch / "out").exists()


def test_what_only_moves_records_goes_with_lz4(program, scratch):
    out = scratch / "lz4.jsonl.lz4"
    program("generate", "--calls", 200, "--out", out, "--compress", "lz4",
            *options(MOVES, 0.1))
    program("verify", "--manifest", f"{out}.manifest.json", out, "--expect",
            "faults")


def with_faults(program, scratch, faults):
    """Writes a profile with `faults`, which is JSON text."""
    text = program("profiles", "show", "quickstart").stdout
    path = scratch / "own.json"
    path.write_text(text.replace('"flows": {', f'{faults}, "flows": {{', 1),
                    encoding="utf-8")
    return path


def test_field_that_is_none_is_refused(program, scratch):
    faults = [{"kind": "missing_field", "rate": 1, "field": "durationMS",
               "logs": ["operational"], "every": "1h", "length": "30m"},
              {"kind": "wrong_type", "rate": 0.1, "field": "Durations"},
              {"kind": "oversize", "rate": 0, "field": "quantity",
               "logs": ["media_summary"]}]
    profile = with_faults(program, scratch, f'"faults": {json.dumps(faults)}')
    done = program("generate", "--profile", profile, "--calls", 5, "--out",
                   "null:", expect=2)
    assert "/faults/1/field" in done.stderr and "did you mean" in done.stderr
    done = program("profiles", "validate", profile, expect=2)
    assert re.findall("/faults/(.)/field", done.stderr) == ["1", "2"]


# ---------------------------------------------------------- docs/faults.md

def test_commands_of_the_page_do_what_it_says(program, scratch):
    commands, = re.findall(r"```sh\n(.*?)```", page("faults.md"), re.S)
    done = subprocess.run(["sh", "-c", commands.replace("1h", "5m")],
                          cwd=scratch, text=True, timeout=60, check=False,
                          env=program.environment(), stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)
    assert done.returncode == 0, done.stderr
    first, second = re.findall("^(?:FAILED|PASSED):.*$", done.stdout, re.M)
    assert re.fullmatch(r"FAILED: \S+ lost .*, \S+ altered .*; \S+ undecodable",
                        first)
    assert second.startswith("PASSED: all ")
    assert "hint: The job has faults" in done.stdout


def has_in_order(text, parts):
    at = 0
    for part in parts:
        at = text.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return True


def test_damage_of_the_page_is_so(program):
    shown, = re.findall(r"```\n({.*?)```", page("faults.md"), re.S)
    record, *damaged = filter(None, shown.strip().split("\n"))
    job = ["--calls", 50, "--logs", "usage"]
    assert record in program.generate(*job).split("\n")
    own_id, = re.findall(b'"recordId":"(.*?)"', record.encode())
    assert damaged
    for line in damaged:
        kind, text = line.split(maxsplit=1)
        wanted = [part.encode("latin-1").decode("unicode_escape")
                  .encode("latin-1") for part in text.split("…")]
        lines = program.generate(*job, "--fault", f"{kind}=1",
                                 binary=True).split(b"\n")
        found = [damage for damage in lines if has_in_order(damage, wanted) and
                 (kind != "truncate" or damage.endswith(wanted[-1]))]
        assert any(kind == "truncate" or own_id in damage
                   for damage in found), line


def test_rules_of_the_page_are_right(program, scratch):
    rules, = re.findall(r"```json\n(.*?)```", page("faults.md"), re.S)
    profile = with_faults(program, scratch, rules)
    program("profiles", "validate", profile)
    told = json.loads(program("describe", "--profile", profile,
                              "--json").stdout)
    assert len(told["faults"]) == 3
