"""Tests that the counts of `verify` equal the damage: independent code damages
data sets of every shape and frame, and counts what it does.
"""

import bz2
import gzip
import json
import random
import re
import shutil
import subprocess

import pytest

import dataset
from damage import LAYOUTS, damaged
from files import manifest_of, read_json, write_json
from program import page
from verdicts import KINDS, LOGS, PROFILE, verdict, write


@pytest.mark.parametrize("shape, frame, log", [
    (shape, frame, log) for shape, frame, together in LAYOUTS
    for log in ([None] if together else LOGS)])
def test_damage_is_counted_exactly(program, scratch, shape, frame, log):
    generator = random.Random(f"5 {shape} {frame} {log}")
    job = [*PROFILE, "--shape", shape, "--frame", frame]
    if log:
        job += ["--logs", log]
    text = program.generate(*job)
    records = dataset.read(text, frame)
    header = list(records[0])
    foreign = dataset.read(program.generate(*job, "--seed", 77), frame)

    whole = verdict(program, scratch, text, *job)
    assert whole["passed"] and whole["total"]["received"] == len(records)
    again = verdict(program, scratch,
                    write(records, frame, header, generator), *job)
    assert again["total"] == whole["total"], "another spelling passes"
    nothing = verdict(program, scratch, "", *job, expect=1)
    assert nothing["total"]["lost"] == len(records)

    kept, wanted = damaged(records, generator, edits_ids=log is None,
                           foreign=foreign)
    found = verdict(program, scratch, write(kept, frame, header, generator),
                    *job, expect=1)
    assert [found["total"][kind] for kind in KINDS[:7]] == wanted
    assert found["total"]["out_of_order"] == 0, (
        "no record is out of order")
    generator.shuffle(kept)
    found = verdict(program, scratch, write(kept, frame, header, generator),
                    *job, expect=1)
    assert [found["total"][kind] for kind in KINDS[:7]] == wanted, (
        "in any order")


@pytest.mark.parametrize("shape", ["resource-log", "portal"])
def test_cut_lines_and_garbage_are_undecodable(program, scratch, shape):
    """Cut lines and garbage are each counted once as undecodable, and hide no
    record."""
    generator = random.Random(f"6 {shape}")
    job = [*PROFILE, "--shape", shape]
    lines = dataset.lines(program.generate(*job))
    out, cut, garbage = [], 0, 0
    for line in lines:
        chance = generator.random()
        if chance < 0.05:
            out.append(line[:generator.randint(1, len(line) - 1)])
            cut += 1
            continue
        # Garbage right after a cut line would be one undecodable part with it.
        if chance < 0.08 and out and out[-1] in lines:
            out.append(generator.choice(
                ["what?", "\x00\x01\x02", "<html>", "12", "\"text\"", "}",
                 "{\"a\":tru}", "{\"a\":1e}", "\ufffd", "null"]))
            garbage += 1
        out.append(line)
    found = verdict(program, scratch, "\n".join(out), *job, expect=1)
    assert (
        found["total"]["lost"], found["total"]["undecodable"],
        found["total"]["altered"], found["total"]["foreign"]) == (
        cut, cut + garbage, 0, 0), (
        f"cut lines are lost, garbage is undecodable: {shape}")
    for example in found["examples"]:
        if example["kind"] == "undecodable":
            assert out[example["line"] - 1] not in lines, (
                f"an example names the line: {example}")


@pytest.fixture(scope="module")
def plain(program):
    return program.generate(*PROFILE, binary=True)


def middle_of(plain):
    """The start of a line in the middle."""
    return plain.index(b"\n", len(plain) // 2) + 1


PACKINGS = {
    "gzip": gzip.compress,
    "two gzip members": lambda plain: (
        gzip.compress(plain[:middle_of(plain)]) +
        gzip.compress(plain[middle_of(plain):])),
    "lz4": lambda plain: subprocess.run(
        ["lz4", "-c"], input=plain, check=True,
        stdout=subprocess.PIPE).stdout,
}


def check_packed(program, scratch, data, count):
    found = verdict(program, scratch, data, *PROFILE, expect=0,
                    name="no-telling-name")
    assert found["total"]["received"] == count
    for cut in (10, len(data) // 2, len(data) - 3):
        found = verdict(program, scratch, data[:cut], *PROFILE, expect=1)
        assert 1 <= found["total"]["undecodable"] <= 2, (
            f"a stream cut at {cut} is undecodable from there on")


@pytest.mark.parametrize("pack", PACKINGS.values(), ids=PACKINGS)
def test_compression_is_seen_in_the_bytes(program, scratch, plain, pack):
    check_packed(program, scratch, pack(plain), plain.count(b"\n"))


def test_own_compression_is_seen_in_the_bytes(program, scratch, plain):
    packed = program.generate(*PROFILE, "--compress", "lz4", binary=True)
    check_packed(program, scratch, packed, plain.count(b"\n"))


def test_bzip2_is_no_record(program, scratch, plain):
    found = verdict(program, scratch, bz2.compress(plain), *PROFILE, expect=1)
    assert found["total"]["received"] == 0


@pytest.mark.parametrize("more", [[], ["--expect", "faults"]])
def test_byte_order_marks_of_files_put_together_pass(program, scratch, plain,
                                                     more):
    mark, middle = b"\xef\xbb\xbf", middle_of(plain)
    found = verdict(program, scratch,
                    mark + plain[:middle] + mark + plain[middle:], *PROFILE,
                    *more, expect=0)
    assert found["total"]["received"] == plain.count(b"\n")


def test_utf16_is_not_read(program, scratch, plain):
    found = verdict(program, scratch, plain.decode().encode("utf-16"),
                    *PROFILE, expect=1)
    assert found["total"]["undecodable"] == 1
    assert "UTF-16" in str(found["examples"]), "it is said why"


def test_bomb_is_given_up(program, scratch):
    bomb = gzip.compress(b"\n" * 30_000_000)
    found = verdict(program, scratch, bomb, *PROFILE, "--max-inflated", "1MB",
                    expect=1)
    assert "--max-inflated" in str(found["examples"]), "it is said why"


@pytest.mark.parametrize("wrap, pointer", [
    (lambda record: {"@timestamp": "2026-01-01T00:00:00Z", "event": record},
     "/event"),
    (lambda record: {"stream": "stdout", "message": json.dumps(record)},
     "/message"),
    (lambda record: {"a": {"b": {"c": record}}, "n": 1}, "/a/b/c")],
    ids=["object", "text", "deep"])
def test_wrapped_records_are_found(program, scratch, wrap, pointer):
    job = [*PROFILE, "--shape", "table"]
    records = dataset.read(program.generate(*job), "jsonl")
    text = "".join(json.dumps(wrap(record)) + "\n" for record in records)
    for arguments in ([], ["--at", pointer]):
        found = verdict(program, scratch, text, *job, *arguments, expect=0)
        assert found["total"]["received"] == len(records), arguments
    wrong = verdict(program, scratch, text, *job, "--at", "/nowhere", expect=1)
    assert wrong["total"]["undecodable"] == len(records), (
        "no record is found at a missing member")


def test_spelling_counts_only_strictly(program, scratch):
    """Numbers as text and other precision are equal, unless --strict."""
    job = [*PROFILE, "--shape", "table", "--logs", "usage"]
    records = dataset.read(program.generate(*job), "jsonl")
    for record in records:
        record["Quantity"] = str(record["Quantity"])
        record["TimeGenerated"] = record["TimeGenerated"][:-5] + "Z"
    text = write(records, "jsonl")
    verdict(program, scratch, text, *job, expect=0)
    found = verdict(program, scratch, text, *job, "--strict", expect=1)
    assert found["total"]["altered"] == len(records), (
        "with --strict, spelling counts")
    assert found["altered_fields"]["usage"] == (
        {"Quantity": len(records), "TimeGenerated": len(records)}), (
        "altered fields are named")
    verdict(program, scratch, text, *job, "--strict", "--fields",
            "RecordId,UserIdA", expect=0)
    for record in records:
        record["Quantity"] += "1"
    found = verdict(program, scratch, write(records, "jsonl"), *job, expect=1)
    assert found["altered_fields"]["usage"] == {"Quantity": len(records)}, (
        "a different number is altered")


@pytest.mark.parametrize("log", LOGS)
def test_dropped_columns_are_missed(program, scratch, log):
    """Dropping all standard columns of a table at once is reported."""
    standard = ("TenantId", "SourceSystem", "Type", "_ResourceId",
                "_SubscriptionId", "_BilledSize", "_IsBillable")
    job = [*PROFILE, "--logs", log, "--shape", "table"]
    records = dataset.read(program.generate(*job), "jsonl")
    for record in records:
        for name in standard:
            del record[name]
    found = verdict(program, scratch, write(records, "jsonl"), *job,
                    expect=1)
    assert found["altered_fields"][log] == dict.fromkeys(standard,
                                                         len(records))


def test_map_names_what_is_renamed_or_dropped(program, scratch):
    """Fields that a pipeline renames or drops on purpose."""
    job = [*PROFILE, "--logs", "operational"]
    records = dataset.read(program.generate(*job), "jsonl")
    for record in records:
        record["took_ms"] = record.pop("durationMs")
        record["op"] = record["properties"].pop("operationId")
        del record["properties"]["uri"]
    text = write(records, "jsonl")
    path = scratch / "names.json"
    write_json(path, {"took_ms": "durationMs", "op": "operationId", "uri": None})
    verdict(program, scratch, text, *job, "--map", path, expect=0)
    write_json(path, {"took_ms": "durationMs", "op": "operationId"})
    found = verdict(program, scratch, text, *job, "--map", path, expect=1)
    assert found["altered_fields"]["operational"] == {"uri": len(records)}, (
        "a renamed field is equal, a dropped field is altered")
    write_json(path, {"took": "durationsMs", "urii": None, "x": 3})
    told = program("verify", *job, "--map", path, path, expect=2).stderr
    for part in ('/took  "durationsMs" is not a field of any log; did you mean '
                 '"DurationMs"?', '"urii" is not a field', '/x  3 is not the '
                 'name of a field, or null'):
        assert part in told


TWO_MINUTES = ["--duration", "2m", "--start", "2026-03-02T10:00:00Z"]


@pytest.mark.parametrize("shape", ["resource-log", "table"])
@pytest.mark.parametrize("other", ["contact-center", "reminder-campaign"])
@pytest.mark.parametrize("profile", ["quickstart", "conference", "ivr-storm",
                                     "voice-bot"])
def test_records_of_another_profile_are_foreign(program, scratch, profile,
                                                other, shape):
    """Foreign records do not count as altered."""
    text = program.generate("--profile", profile, *TWO_MINUTES, "--shape",
                            shape)
    found = verdict(program, scratch, text, "--profile", other, *TWO_MINUTES,
                    expect=1)
    assert (found["total"]["altered"], found["total"]["foreign"]) == (
        0, text.count("\n"))


def test_records_of_another_time_are_foreign(program, scratch):
    later = program.generate("--start", "2026-03-02T11:00:00Z", "--duration",
                             "2m")
    found = verdict(program, scratch, later, *TWO_MINUTES, expect=1)
    assert found["total"]["foreign"] == later.count("\n")


EXTENTS = (["--duration", "90500ms"], ["--records", "1000"],
           ["--bytes", "1MB"], ["--calls", "77"])


@pytest.mark.parametrize("extent", EXTENTS, ids=lambda extent: extent[0])
def test_shards_are_verified_by_their_manifests(program, scratch, extent):
    parts = [scratch / f"part-{shard}" for shard in range(3)]
    for shard, out in enumerate(parts):
        program("generate", *extent, "--shard", f"{shard}/3", "--out", out,
                "--quiet")
        program("verify", out, "--manifest", out)
    manifests = [word for part in parts for word in ("--manifest", part)]
    assert "3 of 3 shards" in program("verify", *parts, *manifests).stdout
    assert "2 of 3 shards" in program("verify", *parts[1:]).stdout
    done = program("verify", *parts[1:], *manifests, "--json", expect=1)
    logs = json.loads(done.stdout)["logs"]
    assert {log: logs[log]["lost"] for log in dataset.LOGS} == (
        manifest_of(parts[0])["counts"]["records"]), (
        "all records of a missing shard are lost")
    program("verify", *parts, *extent)
    # Patterns and directories name files.
    program("verify", f"{scratch}/part-*", *extent)


@pytest.mark.parametrize("extent", EXTENTS, ids=lambda extent: extent[0])
def test_all_that_is_generated_was_sent(program, scratch, extent):
    whole = program.generate(*extent)
    assert verdict(program, scratch, whole, *extent)["total"]["sent"] == (
        whole.count("\n"))


def refused(program, *arguments):
    return program("verify", *arguments, expect=2).stderr


def test_all_mistakes_are_told_at_once(program):
    text = refused(program, "--allow", "losst=0,lost=x", "--fields",
                   "opertionId", "--at", "event", "--max-record", "1",
                   "/no/such/file", "--examples", "many", "--seed", "x")
    for part in ('"losst" is not a count of the verdict; did you mean "lost"?',
                 '"x" is neither a whole number',
                 '"opertionId" is not a field of any log; did you mean '
                 '"OperationId"?', '"event" is not a JSON Pointer',
                 '"1" is not a size', "/no/such/file: there is no such file",
                 '"many" is not a whole number', "--seed"):
        assert part in text


@pytest.fixture
def manifest(program, scratch):
    program("generate", "--calls", 5, "--out", scratch / "five", "--quiet")
    return scratch / "five" / "manifest.json"


@pytest.mark.parametrize("key, value, part", [
    ("format", 99, "is another format"),
    ("extent", {"calls": 6}, "has been edited"),
    ("profile_text", "{\"flows\":3}", "has been edited"),
    ("seed", -1, "has been edited")])
def test_wrong_manifest_is_refused(program, scratch, manifest, key, value,
                                   part):
    write_json(scratch / "broken.json", {**read_json(manifest), key: value})
    assert part in refused(program, "--manifest", scratch / "broken.json",
                           manifest)


def test_a_file_stands_for_its_manifest(program, scratch):
    file = scratch / "all.jsonl.zst"
    program("generate", "--calls", "20", "--out", file, "--quiet")
    assert "PASSED" in program("verify", file, "--manifest", file).stdout
    assert "passed" in program("verify", "--files", file).stdout


def test_a_directory_is_verified_by_the_manifest_in_it(program, scratch):
    """Unless options name a job."""
    logs = scratch / "logs"
    job = ["--profile", "voice-bot", "--calls", 40]
    program("generate", *job, "--out", logs, "--quiet")
    assert program("verify", logs, "--manifest", logs).stdout == (
        program("verify", logs).stdout)
    assert "voice-bot" in program("verify", logs, "--logs", "usage").stdout
    program("verify", logs, *job)
    assert "quickstart" in program("verify", logs, "--profile", "quickstart",
                                   expect=1).stdout
    assert program("verify", logs).stdout == (
        program("verify", *sorted(logs.glob("*.jsonl"))).stdout)
    assert "voice-bot" in program("verify", logs / "Usage.jsonl",
                                  expect=1).stdout
    (logs / "Usage.jsonl").rename(scratch / "Usage.jsonl")
    assert "quickstart" in program("verify", scratch / "Usage.jsonl",
                                   expect=1).stdout
    manifest = read_json(logs / "manifest.json")
    write_json(logs / "manifest.json", {**manifest, "seed": 2})
    assert "has been edited" in program("verify", logs, expect=2).stderr


def test_manifests_are_checked_together(program, manifest):
    text = refused(program, "--manifest", manifest, "--manifest", manifest,
                   "--seed", "3", manifest)
    assert "is named twice" in text and "--seed" in text


@pytest.mark.parametrize("allow, expect", [
    ("lost=0", 1), ("lost=1", 0), ("lost=1%", 0), ("lost=0.001%", 1),
    ("lost=5,out_of_order=0", 0)])
def test_allowance_is_kept(program, scratch, allow, expect):
    job = ["--calls", "200"]
    text = "\n".join(dataset.lines(program.generate(*job))[1:])
    verdict(program, scratch, text, *job, "--allow", allow, expect=expect)


def test_order_is_looked_at(program, scratch):
    job = ["--calls", "200"]
    lines = dataset.lines(program.generate(*job))
    lines[3], lines[9] = lines[9], lines[3]
    text = "\n".join(lines)
    found = verdict(program, scratch, text, *job, expect=0)
    assert found["total"]["out_of_order"] > 0
    told = program("verify", scratch / "received", *job).stdout
    assert told.startswith("PASSED") and "out of order by at most" in told
    assert "\nout_of_order:" not in told
    verdict(program, scratch, text, *job, "--allow", "out_of_order=0",
            expect=1)


@pytest.mark.parametrize("number", range(3))
def test_example_of_the_page(program, scratch, number):
    """The commands and outputs in docs/verify.md are correct."""
    text = page("verify.md")
    examples = re.findall(
        r"\n```sh\n(.*?)```\n\n```\n(.*?)```",
        text[text.index("## Examples"):text.index("## Verdicts")], re.DOTALL)
    assert len(examples) == 3
    commands, told = examples[number]
    environment = program.environment()
    for tool in ("jq", "syslog-ng", "sqlite3"):
        if (re.search(rf"(^|\| *|\n *){tool} ", commands) and
                shutil.which(tool, path=environment["PATH"]) is None):
            pytest.skip(f"there is no {tool}")
    done = subprocess.run(["sh", "-c", commands], cwd=scratch, text=True,
                          env=environment, timeout=60,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert (done.returncode, done.stdout.rstrip()) == (1, told.rstrip()), (
        done.stderr)


@pytest.mark.parametrize("shape", dataset.SHAPES)
def test_records_that_share_an_id_are_told_apart(program, scratch, shape):
    """The records of a streaming session share an id."""
    job = ["--profile", "conference", "--calls", "80", "--logs",
           "streaming_usage", "--shape", shape]
    lines = dataset.lines(program.generate(*job))
    whole = verdict(program, scratch, "".join(f"{line}\n" for line in lines),
                    *job, expect=0)
    assert whole["total"]["received"] == len(lines) > 50
    # One record is lost, one duplicated, and one altered.
    lines[3] = lines[4]
    lines[7] = re.sub(r'(urationInMs":"?)', r"\g<1>9", lines[7])
    found = verdict(program, scratch, "".join(f"{line}\n" for line in lines),
                    *job, expect=1)["total"]
    assert (found["lost"], found["duplicated"], found["altered"],
            found["foreign"]) == (1, 1, 1, 0)
