"""Tests `busyhour find` and `generate --where` against a scan of the logs.

The expected calls come from the records alone: each expression has a function
of a call's records beside it.
"""

import json
import re
import subprocess

import pytest

import dataset
import own_profiles
from files import read_json, write_json

JOB = ("--profile", "contact-center", "--seed", "7", "--duration", "4m")


def of(records, log):
    return [record["properties"] for record in records
            if record["category"] == dataset.CATEGORIES[log]]


def requests(records, name, status=None):
    """The times of a call's requests, from the operational log."""
    return [record["time"] for record in records
            if record["category"] == dataset.CATEGORIES["operational"]
            and record["operationName"] == name
            and (status is None or record["resultSignature"] == status)]


def subcodes(records):
    return [int(media["resultSubcode"])
            for media in of(records, "media_summary")]


def used_ms(records):
    """From the first start to the last end in the usage log."""
    used = of(records, "usage")
    if not used:
        return 0
    return (max(dataset.milliseconds(each["endTime"]) for each in used) -
            min(dataset.milliseconds(each["startTime"]) for each in used))


EXPRESSIONS = {
    "initial_silence": lambda call: 8510 in subcodes(call),
    "initial_silence >= 2": lambda call: subcodes(call).count(8510) >= 2,
    "media(8531)": lambda call: 8531 in subcodes(call),
    "Recognize > 2": lambda call: len(requests(call, "Recognize")) > 2,
    "RejectCall or RedirectCall and not AnswerCall": lambda call: (
        requests(call, "RejectCall") or requests(call, "RedirectCall")),
    "Recognize then Play": lambda call: (
        requests(call, "Play") and requests(call, "Recognize") and
        min(requests(call, "Recognize")) < max(requests(call, "Play"))),
    "request(5xx)": lambda call: any(
        str(record.get("resultSignature", "")).startswith("5")
        for record in call
        if record["category"] == dataset.CATEGORIES["operational"]),
    "duration > 3m": lambda call: used_ms(call) > 180_000,
    "AddParticipant or redial > 0 and Play > 100":
        lambda call: requests(call, "AddParticipant"),
}


@pytest.fixture(scope="module")
def calls(program):
    """The records of each call, by its first correlation id, and all lines."""
    listed = [json.loads(line) for line in program(
        "find", "request", *JOB, "--json").stdout.splitlines()]
    call_of = {own: call["correlation_ids"][0] for call in listed
               for own in call["correlation_ids"]}
    lines = dataset.lines(program.generate(*JOB))
    calls = {call["correlation_ids"][0]: [] for call in listed}
    for line in lines:
        record = json.loads(line)
        calls[call_of[record["correlationId"]]].append(record)
    return calls, lines, call_of


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_find_lists_the_calls_of_a_scan(program, calls, expression):
    of_call, lines, call_of = calls
    expected = {call for call, records in of_call.items()
                if EXPRESSIONS[expression](records)}
    assert 0 < len(expected) < len(of_call)
    found = [json.loads(line) for line in program(
        "find", expression, *JOB, "--json").stdout.splitlines()]
    assert {call["correlation_ids"][0] for call in found} == expected
    written = dataset.lines(program.generate(*JOB, "--where", expression))
    assert written == [
        line for line in lines
        if call_of[json.loads(line)["correlationId"]] in expected], (
        "just the records of these calls, in the same order")


@pytest.mark.parametrize("more", [(), ("--threads", "1"), ("--shape", "table")])
def test_a_number_of_calls_is_exact(program, scratch, more):
    """`--calls` counts the selected calls; the data set is verified, explained
    and continued like any other."""
    out = scratch / "logs"
    program("generate", "--profile", "contact-center", "--where",
            "initial_silence >= 2", "--calls", "5", "--out", out, *more)
    manifest = read_json(out / "manifest.json")
    assert manifest["where"] == "initial_silence >= 2"
    logs = sorted(out.glob("*.jsonl"))
    done = program("verify", "--manifest", out, *logs)
    assert done.stdout.startswith("PASSED") and ": 5 calls" in done.stdout
    found = [json.loads(line) for line in program(
        "find", "initial_silence >= 2", "--profile", "contact-center",
        "--calls", "6", "--json").stdout.splitlines()]
    assert len(found) == 6
    program("explain", "--manifest", out, found[0]["correlation_ids"][0])
    other = program("explain", "--manifest", out,
                    found[5]["correlation_ids"][0], expect=1)
    assert "not in the data set" in other.stderr


def test_picked_calls_are_exact(program, scratch):
    """Each expression selects its number of the calls, no more and no fewer."""
    picks = {"initial_silence": 3, "Recognize(refused)": 1,
             "duration > 5m": 2, "end = completed": 8}
    job = ("--profile", "contact-center", *(word for each, count in
           picks.items() for word in ("--pick", f"{each}={count}")))
    program("generate", *job, "--out", scratch / "logs")
    manifest = read_json(scratch / "logs" / "manifest.json")
    assert manifest["pick"] == [f"{each}={count}"
                                for each, count in picks.items()]
    lines = [line for log in sorted((scratch / "logs").glob("*.jsonl"))
             for line in log.read_text().splitlines()]
    ids = {json.loads(line)["correlationId"] for line in lines}
    for expression, count in picks.items():
        found = [json.loads(line)["correlation_ids"] for line in program(
            "find", expression, "--profile", "contact-center", "--duration",
            "30m", "--json").stdout.splitlines()]
        assert sum(not ids.isdisjoint(own) for own in found) == count
    done = program("verify", "--manifest", scratch / "logs",
                   *(scratch / "logs").glob("*.jsonl"))
    assert done.stdout.startswith("PASSED")
    again = scratch / "again"
    program("generate", *job, "--out", again, "--threads", "1")
    assert (again / "Usage.jsonl").read_text() == (
        scratch / "logs" / "Usage.jsonl").read_text()


OTHERS = {
    "ordinary": ("--profile", "voice-bot", "--duration", "2m"),
    "picked": ("--seed", "3", "--pick", "Play(refused)=3"),
    "of several resources": ("--profile", "multi-tenant", "--pick", "Play=40"),
    "selected": ("--profile", "contact-center", "--where",
                 "initial_silence >= 3", "--calls", "4"),
}


@pytest.mark.parametrize("order", [1, -1])
def test_picked_calls_are_verified_with_other_jobs(program, scratch, order):
    """Wherever their resources are among those of all jobs."""
    data_sets = []
    for name, job in OTHERS.items():
        data_sets.append(scratch / name)
        program("generate", *job, "--out", data_sets[-1], "--quiet")
    data_sets = data_sets[::order]
    words = [word for each in data_sets for word in ("--manifest", each)]
    program("verify", *data_sets, *words)
    usage = scratch / "picked" / "Usage.jsonl"
    usage.write_text("\n".join(usage.read_text().splitlines()[1:]))
    done = program("verify", *data_sets, *words, "--json", expect=1)
    assert json.loads(done.stdout)["total"]["lost"] == 1


PICKED = ("--profile", "contact-center", "--pick", "initial_silence=3",
          "--pick", "Play(refused)=1")


def test_each_command_picks_the_same_calls(program, scratch):
    """What `load` sends is what `generate` writes; `verify` and `truth` know
    these calls without a manifest."""
    out = scratch / "out.jsonl"
    program("generate", *PICKED, "--out", out, "--quiet")
    lines = dataset.lines(out.read_text())
    sent = scratch / "sent.json"
    received = scratch / "received.jsonl"
    program("load", *PICKED, "--to", f"file:{received}", "--rate", "max",
            "--manifest", sent, "--quiet")
    assert sorted(dataset.lines(received.read_text())) == sorted(lines)
    assert read_json(sent)["picked"] == (
        read_json(f"{out}.manifest.json")["picked"])
    program("verify", out, *PICKED)
    program("verify", received, "--manifest", sent)
    out.write_text("\n".join(lines[1:]) + "\n")
    done = program("verify", out, *PICKED, "--json", expect=1)
    assert json.loads(done.stdout)["total"]["lost"] == 1
    truth = json.loads(program("truth", *PICKED, "--json").stdout)
    assert truth["calls"] == 4
    assert sum(log["records"] for log in truth["logs"].values()) == len(lines)


@pytest.mark.parametrize("command", [
    ("load", "--to", "null:"), ("verify", "-"), ("truth",)])
def test_what_cannot_be_picked_is_said(program, command):
    # Most calls have these requests, so that the search ends soon.
    picks = ("--pick", "Recognize=3", "--pick", "Recognize > 1=9")
    done = program(*command, "--profile", "voice-bot", *picks, input="",
                   expect=1)
    assert re.search(r'found only [0-3] of "Recognize > 1=9" among .* others '
                     r'were left out, .* "Recognize=3" had all', done.stderr)


def test_find_max_picks_no_calls(program):
    assert "cannot be combined with --pick" in program(
        "load", "--to", "null:", "--find-max", "--pick", "Play=2",
        expect=2).stderr


def listed(program, *job):
    """The time and the correlation ids of each call."""
    return [(call["attempted"], *call["correlation_ids"]) for call in
            map(json.loads, dataset.lines(
                program("find", *job, "--json").stdout))]


DATA_SETS = {
    "duration": JOB,
    "calls": (*JOB[:4], "--calls", "150"),
    "records": (*JOB[:4], "--records", "3000"),
    "shard": (*JOB, "--shard", "1/3"),
    "where": (*JOB, "--where", "duration > 1m"),
    "pick": (*JOB[:4], "--pick", "initial_silence=9", "--pick", "Play(refused)=2"),
    "window": (*JOB, "--warm-up", "10m", "--cut-off"),
}


@pytest.mark.parametrize("name", DATA_SETS)
def test_find_in_a_data_set(program, scratch, name):
    """All calls of the data set that the expression selects, and no others."""
    logs = scratch / "logs"
    program("generate", *DATA_SETS[name], "--logs", "operational", "--out", logs,
            "--quiet")
    ids = {json.loads(line)["correlationId"] for path in logs.glob("*.jsonl")
           for line in dataset.lines(path.read_text())}
    everywhere = listed(program, "initial_silence", *JOB[:4], "--start",
                        "2026-03-02T07:00:00Z", "--duration", "3h")
    in_logs = listed(program, "initial_silence", "--manifest", logs, "--until",
                     "2026-03-03T00:00:00Z")
    assert len(in_logs) > 1
    assert set(in_logs) == {call for call in everywhere
                            if not ids.isdisjoint(call)}
    assert listed(program, "initial_silence", "--manifest", logs, "--calls",
                  "2") == in_logs[:2]
    middle = sorted(in_logs)[len(in_logs) // 2][0]
    assert set(listed(program, "initial_silence", "--manifest", logs, "--until",
                      middle)) == {call for call in in_logs if call[0] < middle}
    assert "no call is selected among" in program(
        "find", "Play(429) and Recognize(429) and HangUpCall(429)",
        "--manifest", logs, expect=1).stderr


def test_calls_without_a_match_are_those_of_the_data_set(program, scratch):
    """Not all that are simulated to know them."""
    logs = scratch / "logs"
    program("generate", "--calls", "20", "--where", "duration > 1m", "--out",
            logs, "--quiet")
    assert "no call is selected among 20 of the data set" in program(
        "find", "not duration > 1m", "--manifest", logs, expect=1).stderr


def test_find_refuses_options_beside_a_data_set(program, scratch):
    logs = scratch / "logs"
    program("generate", "--calls", "5", "--out", logs, "--quiet")
    said = program("find", "Play", "--manifest", logs, "--seed", "2", "--start",
                   "2026-03-02", expect=2).stderr
    assert said.count("cannot be combined with --manifest") == 2
    assert 'did you mean "Play"?' in program(
        "find", "Plai", "--manifest", logs, expect=2).stderr


def test_picks_that_exclude_each_other_end_soon(program):
    """The first three calls that the wide expression selects fill it."""
    done = program("generate", "--profile", "voice-bot", "--pick",
                   "initial_silence=3", "--pick", "initial_silence = 2=2",
                   "--out", "-", expect=None)
    assert done.returncode != 0
    assert re.search(r'found only . of "initial_silence = 2=2" among .* others '
                     r'were left out, .* "initial_silence=3" had all',
                     done.stderr)


@pytest.mark.parametrize("words", [
    (["--pick", "Play=2", "--pick", "Play = 3"], "has the expression of"),
    (["--pick", "Play=2", "--warm-up", "1h"], "combined with --warm-up"),
])
def test_contradictions_of_picks(program, words):
    assert words[1] in program("generate", *words[0], expect=2).stderr


@pytest.mark.parametrize("pick, words", [
    ("initial_silence", "must end with = and a number"),
    ("initial_silence=0", "must end with = and a number"),
    ("Play>=3", '"Play>=3" ends in the last =, behind which is the number of '
     'calls: did you mean "Play>=3=N"'),
    ("Play==3", 'did you mean "Play==3=N"'),
    ("inital_silence=3", 'did you mean "initial_silence"')])
def test_mistakes_of_picks(program, pick, words):
    assert words in program("generate", "--pick", pick, expect=2).stderr


def test_mistakes_in_several_picks_name_the_pick(program):
    said = program("generate", "--pick", "Play=1", "--pick", "Pley=2",
                   expect=2).stderr
    assert said.startswith('--pick "Pley=2":1:1: "Pley" is no event'), said


def test_shards_have_the_same_calls(program, scratch):
    job = ("--profile", "contact-center", "--where", "media(8531)", "--calls",
           "20")
    whole = sorted(dataset.lines(program.generate(*job)))
    parts = [line for shard in range(3) for line in dataset.lines(
        program.generate(*job, "--shard", f"{shard}/3"))]
    assert sorted(parts) == whole


def test_mistakes_are_told(program):
    done = program("find", "caler = pstn and flow = mian", "--profile",
                   "contact-center", expect=2)
    assert 'EXPRESSION:1:1: "caler" is no event' in done.stderr
    assert 'did you mean "caller"' in done.stderr
    assert 'EXPRESSION:1:25: "mian" is no flow' in done.stderr
    assert program("find", "end == completed", "--calls", "2").stdout == (
        program("find", "end = completed", "--calls", "2").stdout)
    assert "EXPRESSION is missing" in program("find", "", expect=2).stderr
    done = program("find", expect=2)
    assert "busyhour find: EXPRESSION is missing" in done.stderr
    done = program("generate", "--where", "transfer_declined",
                   "--profile", "small-office", expect=2)
    assert "no call of the profile can have" in done.stderr
    done = program("find", "transfer_declined", "--set", "flows=1", expect=2)
    assert "--set: /flows" in done.stderr and "EXPRESSION" not in done.stderr
    done = program("find", "request(5xx) > 5", "--duration", "10m", expect=1)
    assert "no call is selected among" in done.stderr


def test_each_call_is_shown_when_it_is_found(program):
    """In a pipe, too: the search for the next one may take long."""
    with subprocess.Popen(
            [program.path, "find", "initial_silence", "--calls", "20M"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True) as search:
        shown = [search.stdout.readline() for _ in range(3)]
        assert search.poll() is None
        search.kill()
    assert shown[0].startswith("attempted") and shown[2].endswith("\n")


def test_help_is_about_selected_calls(program):
    text = program("find", "--help").stdout
    assert re.search(r"List this many selected calls\s+\(default: 10\)", text)
    assert "(default: 10m)" not in text


@pytest.mark.parametrize("command", [
    ("find", "Play and not Play"), ("generate", "--where", "Play < 0"),
    ("generate", "--pick", "requests = 0 and Play=3"),
    ("find", "flow = menu and CreateCall"), ("find", "redial > 3"),
    ("find", "HangUpCall then Play"), ("find", "end = voicemail", "--set",
     'flows.reminder.steps.call.callee_does={"answers": 1, "busy": 1}')])
def test_what_no_call_can_have_is_not_searched(program, scratch, command):
    done = program(*command, cwd=scratch, expect=2)
    assert "no call of the profile can have" in done.stderr


def test_stories_of_the_calls(program):
    stories = program("find", "initial_silence", "--profile",
                      "contact-center", "--calls", "2", "--explain").stdout
    assert stories.count("records in order of delivery") == 2
    assert stories.count("initial_silence") >= 2
    lines = program("find", "initial_silence", "--profile", "contact-center",
                    "--calls", "2", "--explain", "--json").stdout.splitlines()
    assert len(lines) == 2
    assert all("events" in json.loads(line) for line in lines)


def test_words_are_those_of_the_profile(program, scratch, calls):
    def words(profile):
        return json.loads(program("find", "--words", "--json", "--profile",
                                  profile).stdout)

    write_json(scratch / "everything.json", own_profiles.everything())
    here = words("contact-center")
    most = words(scratch / "everything.json")
    records = [record for call in calls[0].values() for record in call]
    assert set(here["events"]["requests"]) >= {
        record["operationName"] for record in records
        if record["category"] == dataset.CATEGORIES["operational"]}
    assert here["properties"]["incident"] == [
        "recording trouble", "none"]
    # The ends and callers of no call are refused, and not listed.
    inbound = words("small-office")["properties"]
    for name in ("end", "caller"):
        assert 0 < len(inbound[name]) < len(most["properties"][name])
        for word in set(most["properties"][name]) - set(inbound[name]):
            assert "no call of the profile" in program(
                "find", f"{name} = {word}", "--profile", "small-office",
                expect=2).stderr
    for group, names in most["events"].items():
        never = sorted(set(names) - set(here["events"][group]))
        assert len(never) > 2
        for name in never[:3]:
            said = program("find", name, *JOB, expect=2).stderr
            assert "no call of the profile" in said, said
    text = program("find", "--words", "--profile", "contact-center").stdout
    assert all(len(line) <= 80 for line in text.splitlines())
    for names in here["events"].values():
        assert set(names) <= set(re.split(r"[\s,]+", text))
    assert "has none" in program("find", "--words", "request",
                                 expect=2).stderr


def test_that_no_call_of_a_time_is_selected_is_told(program, scratch):
    job = ("--where", "request(429) then request(503) then request(500)",
           "--duration", "1m", "--out")
    done = program("generate", *job, scratch / "none")
    assert "warning: no call is selected" in done.stderr
    assert not program("generate", *job, scratch / "quiet", "-q").stderr
    assert "warning" not in program(
        "generate", "--where", "Play", *job[2:], scratch / "some").stderr
    verdict = program("verify", scratch / "none", expect=1).stdout
    assert "--where selects no call" in verdict and "hint" not in verdict


def test_nothing_is_written_if_no_call_is_found(program, scratch):
    # Times end with that year.
    job = ("--profile", "small-office", "--start", "2499-12-25T00:00:00Z")
    out = scratch / "none"
    assert re.search(r"no call is selected among \d,\d+\n", program(
        "generate", *job, "--where", "request(5xx) > 9", "--calls", "2", "--out",
        out, expect=1).stderr)
    assert not out.exists()
