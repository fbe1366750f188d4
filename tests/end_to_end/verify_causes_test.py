"""Tests that `verify` names the cause: independent code damages a data set as
pipelines do, and the verdict must say in which way.
"""

import json
import re

import pytest

import dataset
import own_profiles
from files import write_json
from verdicts import verdict, write

JOB = ["--profile", "quickstart", "--calls", "120"]
TIME = re.compile(r"^\d{4}-\d\d-\d\dT(\d\d):")


@pytest.fixture(scope="module")
def lines(program):
    return dataset.lines(program.generate(*JOB))


@pytest.fixture
def records(lines):
    return list(map(json.loads, lines))


def leaves(record):
    """(holder, name) of every value."""
    return [(holder, name) for holder in (record, record["properties"])
            for name, value in holder.items() if not isinstance(value, dict)]


def abouts(found):
    return [hint["about"] for hint in found["hints"]]


# ------------------------------------------------------------------- changes

def shift(value):
    if not isinstance(value, str) or not TIME.match(value):
        return value
    return value[:11] + f"{int(value[11:13]) + 2:02}" + value[13:]


def quickly(value):
    return value / 1000 if isinstance(value, int) else value


CHANGES = {
    "cut": (("correlationId",), lambda value: value[:20], 20),
    "upper_case": (("operationName",), str.upper, None),
    "blanks": (("correlationId",), lambda value: value + " ", None),
    "enclosed": (("correlationId",), lambda value: f"<{value}>", 2),
    "cut_in_front": (("correlationId",), lambda value: value[9:], 9),
    "replaced": (("correlationId",), lambda value: "hidden", None),
    "null": (("correlationId",), lambda value: None, None),
    "emptied": (("correlationId",), lambda value: "", None),
    "shifted": (("time",), shift, 2 * 3600 * 1000),
    "time_cut": (("time",), lambda value: value[:13] + ":00:00Z",
                 3600 * 1000),
    "not_a_time": (("time",), lambda value: "yesterday", None),
    "divided": (("durationMs",), quickly, 1000),
    "not_a_number": (("durationMs",), lambda value: "fast", None),
}


@pytest.mark.parametrize("change", CHANGES)
def test_way_in_which_a_value_was_altered_is_named(program, scratch, records,
                                                   change):
    """The same change of a field counts once, with how many."""
    fields, edit, amount = CHANGES[change]
    count = 0
    for record in records:
        if record["category"] != "CallAutomationOperational":
            continue
        for holder, name in leaves(record):
            if name not in fields:
                continue
            edited = edit(holder[name])
            count += edited != holder[name]
            holder[name] = edited
    found = verdict(program, scratch, write(records, "jsonl"), *JOB, expect=1)
    main = found["causes"][0]
    assert (main["log"], main["field"], main["change"], main.get("by")) == (
        "operational", fields[0], change, amount)
    assert main["count"] >= 0.95 * count > 0
    assert main["example"]["sent"] != main["example"].get("received")
    text = program("verify", scratch / "received", *JOB, expect=1).stdout
    assert f"operational  {fields[0]}: " in text


def test_different_amounts_are_one_cause(program, scratch, records):
    """The amounts that stand out are shown apart, all others together."""
    for number, record in enumerate(records):
        length = 30 if number % 2 else number % 28 + 1
        record["correlationId"] = record["correlationId"][:length]
    found = verdict(program, scratch, write(records, "jsonl"), *JOB, expect=1)
    usual = [cause for cause in found["causes"]
             if cause["log"] == "operational" and cause["change"] == "cut"]
    assert [cause.get("by") for cause in usual] in ([30, None], [None, 30])
    text = program("verify", scratch / "received", *JOB, expect=1).stdout
    assert "cut to 30 bytes" in text and "cut to various lengths" in text


@pytest.mark.parametrize("place, path", [
    ({}, "took_ms"), ({"azure": {}}, "azure.took_ms"),
    ({"azure.net": {}}, "/azure.net/took_ms")])
def test_renamed_field_is_found(program, scratch, records, place, path):
    for record in records:
        if "durationMs" in record:
            duration = {"took_ms": record.pop("durationMs")}
            record.update({name: duration for name in place} or duration)
    found = verdict(program, scratch, write(records, "jsonl"), *JOB, expect=1)
    assert {cause["renamed_to"] for cause in found["causes"]} == {path}
    assert set(abouts(found)) == {"renamed_field"}
    hint = found["hints"][0]["text"]
    names = scratch / "names.json"
    names.write_text(re.search(r"\{.*\}", hint).group())
    verdict(program, scratch, write(records, "jsonl"), *JOB, "--map", names,
            expect=0)


def test_name_with_the_value_in_a_few_records_is_no_new_name(program, scratch,
                                                             records):
    for number, record in enumerate(records):
        value = record.pop("durationMs", None)
        if value is not None:
            record["status"] = value if number < 3 else 200.5
    found = verdict(program, scratch, write(records, "jsonl"), *JOB, expect=1)
    assert not any("renamed_to" in cause for cause in found["causes"])
    assert set(abouts(found)) == {"missing_field"}


# --------------------------------------------------------------------- hints

def all_times(record):
    for holder, name in leaves(record):
        holder[name] = shift(holder[name])
    return record


def edited(change):
    """Edits each record on its own."""
    return lambda lines: [
        json.dumps(change(json.loads(line))) for line in lines]


def without_logs(*names):
    return lambda lines: [line for line in lines
                          if json.loads(line)["category"] not in names]


def operational(keep):
    """Keeps the operational records whose number `keep` accepts."""
    def damage(lines):
        kept, number = [], 0
        for line in lines:
            if '"CallAutomationOperational"' in line:
                number += 1
                if not keep(number):
                    continue
            kept.append(line)
        return kept

    return damage


HINTS = {
    "a zone": (edited(all_times), ["time_zone"], "+2 h"),
    "a field dropped": (
        edited(lambda record: {name: value for name, value in record.items()
                               if name != "correlationId"}),
        ["missing_field"] * 3, "correlationId"),
    "properties as text that is cut": (
        edited(lambda record: {**record, "properties":
                               json.dumps(record["properties"])[:100]}),
        ["object_as_text"] * 3, "not complete JSON"),
    "a column's width": (
        edited(lambda record: {**record, "correlationId":
                               record["correlationId"][:16]}),
        ["cut_values"], "16 bytes"),
    "no usage": (without_logs("Usage"), ["missing_log"], "usage"),
    "a window": (operational(lambda number: not 200 < number < 300),
                 ["lost_window"], "99"),
    "the end": (operational(lambda number: number < 400), ["lost_at_end"],
                "--until"),
    "the start": (operational(lambda number: number > 100),
                  ["lost_at_start"], "started late"),
    "a filter": (
        lambda lines: [line for line in lines
                       if '"operationName":"Play"' not in line],
        ["lost_values"] * 2, '"Play"'),
    "twice": (lambda lines: lines + lines, ["copies"], "twice"),
    "three times": (lambda lines: 3 * lines, ["copies"], "3 times"),
    "short lines": (lambda lines: [line[:870] for line in lines],
                    ["cut_lines"], "870 bytes"),
    "torn lines": (
        lambda lines: [line if number % 50 else line[:300 + number % 31]
                       for number, line in enumerate(lines)],
        ["damaged_lines"], "undecodable"),
    "nothing": (lambda lines: [], ["no_input"], "path"),
    "no records": (lambda lines: ["a b c"] * 5, ["not_readable"],
                   "received:1: neither JSON nor CSV"),
    "other fields": (lambda lines: ['{"a":1}'] * 5, ["other_fields"],
                     "--map"),
}


@pytest.mark.parametrize("case", HINTS)
def test_hint_names_the_cause(program, scratch, lines, case):
    damage, expected, part = HINTS[case]
    text = "".join(f"{line}\n" for line in damage(lines))
    found = verdict(program, scratch, text, *JOB, expect=1)
    assert abouts(found) == expected
    assert part in found["hints"][0]["text"]
    said = program("verify", scratch / "received", *JOB, expect=1).stdout
    assert said.startswith(found["headline"] + "\n")
    for hint in found["hints"]:
        assert f"hint: {hint['text']}\n" in said


OTHERS = {
    "seed": ([*JOB, "--seed", "2"], "other_seed_or_resource"),
    "resource": (["--profile", "contact-center", *JOB[2:]],
                 "other_seed_or_resource"),
    "start": ([*JOB, "--start", "2026-03-02T10:00:00Z"], "other_calls"),
}


@pytest.mark.parametrize("option", OTHERS)
def test_another_run_is_named(program, scratch, lines, option):
    """The hint says what was read and what was expected."""
    arguments, about = OTHERS[option]
    found = verdict(program, scratch, "\n".join(lines), *arguments, expect=1)
    assert abouts(found) == [about]
    hint = found["hints"][0]["text"]
    first = json.loads(lines[0])
    assert first["resourceId"].rpartition("/")[2] in hint
    assert "received:1" in hint and "Expected: " in hint
    assert "seed 2" in hint or option != "seed"


def test_changed_profile_is_named(program, scratch, lines):
    """The profile was changed after the run."""
    profile = scratch / "changed.json"
    write_json(profile, {"extends": "quickstart", "description": "Faster.",
                         "traffic": {"rate": "3/s"}})
    found = verdict(program, scratch, "\n".join(lines), "--profile", profile,
                    *JOB[2:], expect=1)
    assert abouts(found)[0] == "other_calls"
    assert "changed profile" in found["hints"][0]["text"]


def test_replaced_values_are_named(program, scratch, records):
    """Hashes instead of ids and names."""
    for record in records:
        record["correlationId"] = record["correlationId"][::-1]
        record["operationName"] = record["operationName"][::-1]
    found = verdict(program, scratch, write(records, "jsonl"), *JOB, expect=1)
    assert abouts(found)[0] == "other_values"


def test_longer_run_is_named(program, scratch, lines):
    found = verdict(program, scratch, "\n".join(lines), *JOB[:2], "--calls",
                    100, expect=1)
    assert abouts(found) == ["other_calls"]
    assert found["total"]["lost"] == 0 < found["total"]["foreign"]
    assert found["headline"].endswith(
        f"foreign besides the {found['total']['sent']:,} records")


def test_mixed_runs_are_named(program, scratch, lines):
    others = dataset.lines(program.generate(*JOB, "--seed", 9))[:50]
    found = verdict(program, scratch, "\n".join(lines + others), *JOB,
                    expect=1)
    assert abouts(found) == ["mixed_runs"]


def test_missing_shard_and_resource_are_named(program, scratch):
    for shard in range(2):
        program("generate", *JOB, "--shard", f"{shard}/2", "--out",
                scratch / f"part-{shard}", "--quiet")
    manifests = [word for shard in range(2)
                 for word in ("--manifest", scratch / f"part-{shard}")]
    done = program("verify", scratch / "part-0", *manifests, "--json",
                   expect=1)
    hints = json.loads(done.stdout)["hints"]
    assert "No record of shard 1/2 arrived" in str(hints)
    job = ["--profile", "multi-tenant", "--calls", 400]
    lines = dataset.lines(program.generate(*job))
    names = sorted({json.loads(line)["resourceId"] for line in lines})
    text = "\n".join(line for line in lines if names[0] not in line)
    found = verdict(program, scratch, text, *job, expect=1)
    assert abouts(found)[0] == "missing_resource"
    assert names[0].rpartition("/")[2].lower() in (
        found["hints"][0]["text"].lower())


def test_damaged_stream_is_named_first(program, scratch):
    logs = scratch / "logs"
    program("generate", *JOB, "--compress", "gzip", "--out", logs, "--quiet")
    file = logs / "Usage.jsonl.gz"
    whole = file.read_bytes()
    # What inflates differs with the bit; each damage is named.
    for place in range(len(whole) // 3, len(whole) - 8, len(whole) // 9):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) +
                         whole[place + 1:])
        found = json.loads(program("verify", logs, "--json", expect=1).stdout)
        hint = found["hints"][0]
        assert hint["about"] == "unreadable_input"
        assert re.match(rf"{re.escape(str(file))}:\d+: the gzip stream is "
                        "damaged.", hint["text"])
        assert not {"cut_lines", "damaged_lines"} & set(abouts(found))
        cause = next(each for each in found["causes"]
                     if each["kind"] == "undecodable")
        assert cause["why"] == "the gzip stream is damaged"
        text = program("verify", logs, "--examples", 1, expect=1).stdout
        assert "the gzip stream is damaged\n             e.g. " in text


def test_unreadable_input_is_named(program, scratch):
    logs = scratch / "logs"
    program("generate", *JOB, "--out", logs, "--quiet")
    (logs / "a.jsonl").symlink_to("nothing")
    (logs / "b.jsonl").symlink_to("nothing")
    hints = json.loads(program("verify", logs, "--json",
                               expect=1).stdout)["hints"]
    assert hints == [{"about": "unreadable_input", "text":
                      f"{logs}/a.jsonl: is a broken link. None of its records "
                      "was read. The same is true of 1 more."}]


def test_missing_file_of_one_of_several_jobs_is_named(program, scratch):
    """The other job begins later: the losses are no late start of both."""
    tree = scratch / "tree"
    for job in (["voice-bot"],
                ["contact-center", "--start", "2026-03-02T08:30:00Z"]):
        program("generate", "--profile", *job, "--duration", "90m", "--layout",
                "storage", "--out", tree, "--quiet")
    job = json.loads((tree / "manifest.json").read_text(encoding="utf-8"))
    blob, = (entry["name"] for entry in job["files"]
             if "operational" in entry["name"] and "h=08" in entry["name"])
    (tree / blob).unlink()
    found = json.loads(program("verify", tree, "--json", expect=1).stdout)
    assert abouts(found) == ["missing_blob"]
    assert ("No record of operational of resource contoso-assistant in the "
            "hour from 2026-03-02T08:00:00Z arrived"
            ) in found["hints"][0]["text"]


@pytest.mark.parametrize("count", [1, 2, 6])
def test_missing_blobs_of_one_of_many_resources_are_named(program, scratch,
                                                          count):
    tree = scratch / "tree"
    program("generate", "--profile", "multi-tenant", "--duration", "130m",
            "--layout", "storage", "--out", tree, "--quiet", "--set",
            "traffic.rate=0.5/s")
    entries = json.loads((tree / "manifest.json").read_text(
        encoding="utf-8"))["files"]
    large = [entry for entry in entries if entry["records"] > 8][5:5 + count]
    logs = {"CallAutomationOperational": "operational",
            "CallAutomationMediaSummary": "media_summary",
            "Usage": "usage"}
    names = []
    for entry in large:
        (tree / entry["name"]).unlink()
        parts = re.search(r"/([^/]+)/y=(\d+)/m=(\d+)/d=(\d+)/h=(\d+)/",
                          entry["name"]).groups()
        names.append(f"{logs[entry['category']]} of resource "
                     f"{parts[0].lower()} in the hour from "
                     "{}-{}-{}T{}:00:00Z".format(*parts[1:]))
    found = json.loads(program("verify", tree, "--json", expect=1).stdout)
    assert found["total"]["lost"] == sum(each["records"] for each in large)
    if count > 5:
        assert "missing_blob" not in abouts(found), "it may be something else"
        return
    assert abouts(found) == ["missing_blob"]
    text = found["hints"][0]["text"]
    assert all(name in text for name in names), (text, names)
    assert "verify --files" in text


def test_times_without_a_zone_lead_to_the_option(program, scratch, records):
    for record in records:
        record["time"] = shift(record["time"])
    with_zone = verdict(program, scratch, write(records, "jsonl"), *JOB,
                        expect=1)
    assert "--zone" not in str(with_zone["hints"])
    for record in records:
        record["time"] = record["time"].rstrip("Z")
    text = write(records, "jsonl")
    found = verdict(program, scratch, text, *JOB, expect=1)
    assert abouts(found) == ["time_zone"]
    assert "--zone names theirs" in found["hints"][0]["text"]
    verdict(program, scratch, text, *JOB, "--zone", "+02:00", expect=0)


def test_faults_of_the_job_are_named(program, scratch):
    job = [*JOB, "--fault", "drop=0.05"]
    text = program.generate(*job)
    found = verdict(program, scratch, text, *job, expect=1)
    assert "faults" in abouts(found)
    verdict(program, scratch, text, *job, "--expect", "faults", expect=0)


def test_what_passes_has_no_hint(program, scratch, lines):
    found = verdict(program, scratch, "\n".join(lines), *JOB, expect=0)
    assert found["hints"] == found["causes"] == []
    assert found["headline"] == (
        f"PASSED: all {len(lines):,} records arrived, none altered")


# ----------------------------------------------------------- runs and series

def test_runs_and_minutes_of_losses_are_exact(program, scratch, lines):
    """The lost records of a window are one run for each log, and the minutes
    in which they were delivered have them."""
    lost = lines[500:600]
    found = verdict(program, scratch,
                    "\n".join(lines[:500] + lines[600:]), *JOB, expect=1)
    runs = found["runs"]["lost"]
    by_log = {}
    for line in lost:
        by_log.setdefault(json.loads(line)["category"], []).append(line)
    assert sorted(run["records"] for run in runs["longest"]) == sorted(
        map(len, by_log.values()))
    series = found["series"]
    assert series["period_s"] == 60
    assert sum(series["sent"]) == len(lines)
    # Records are in order of delivery, so that their minutes are in a row.
    minutes = [at for at, count in enumerate(series["lost"]) if count]
    assert minutes == list(range(minutes[0], minutes[-1] + 1))


def test_lost_minutes_of_own_times_are_told(program, scratch):
    """Delays spread the records of some minutes over the others."""
    job = ["--duration", "1h", "--logs", "operational", "--set",
           'delivery.operational={"exponential":{"mean":"20m"},"max":"55m"}']
    kept = [line for line in program.generate(*job).splitlines()
            if not "T08:10" <= json.loads(line)["time"][10:16] < "T08:13"]
    found = verdict(program, scratch, "\n".join(kept), *job, expect=1)
    text, = (hint["text"] for hint in found["hints"]
             if hint["about"] == "lost_times")
    assert ("own times from 2026-03-02T08:10:00Z to 2026-03-02T08:13:00Z, "
            "rounded to 1 min.") in text


def test_minutes_of_a_long_job_are_joined(program, scratch):
    write_json(scratch / "sparse.json", own_profiles.sparse())
    job = ["--profile", scratch / "sparse.json", "--calls", 200]
    text = program.generate(*job)
    found = verdict(program, scratch, text, *job)
    series = found["series"]
    assert series["period_s"] > 60 and len(series["sent"]) <= 1500
    assert sum(series["sent"]) == text.count("\n") > 0


def test_copies_in_a_row_are_a_run(program, scratch, lines):
    text = "\n".join(lines[:500] + lines[100:150] + lines[500:])
    found = verdict(program, scratch, text, *JOB, expect=1)
    run, = found["runs"]["duplicated"]["longest"]
    assert (run["records"], run["first_line"], run["last_line"]) == (
        50, 501, 550)


# ---------------------------------------------------------------- some logs

def test_other_logs_are_not_judged(program, scratch, lines):
    """With --logs, the other logs of a manifest are neither lost nor
    altered."""
    program("generate", *JOB, "--out", scratch / "logs", "--quiet")
    usage = [line for line in lines if '"Usage"' in line]
    others = [line for line in lines if '"Usage"' not in line]
    job = ["--manifest", scratch / "logs", "--logs", "usage"]
    found = verdict(program, scratch, "\n".join(usage), *job, expect=0)
    assert found["total"]["sent"] == len(usage)
    damaged = [line.replace('"time":"2', '"time":"1') for line in others[5:]]
    found = verdict(program, scratch, "\n".join(usage[1:] + damaged), *job,
                    expect=1)
    assert (found["total"]["lost"], found["total"]["altered"],
            found["total"]["received"], found["not_judged"]) == (
        1, 0, len(usage) - 1, len(damaged))
    told = program("verify", scratch / "received", "--manifest",
                   scratch / "logs", "--logs", "usge", expect=2).stderr
    assert "usage" in told
