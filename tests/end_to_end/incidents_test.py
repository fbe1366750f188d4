"""Tests incidents: their times, scopes and strengths, measured from the written
logs; the difference to the same world without them equals the labels.
"""

import collections
import datetime
import json

import pytest

from files import data_files, manifest_of

START = "2026-03-02T08:00:00Z"
RUN = ("--profile", "voice-bot", "--start", START)
LONG = ("--duration", "40m")
# voice-bot without its own incident, at a constant rate.
QUIET = ("--set", "traffic.rate=2/s", "--set", "traffic.day=[" +
         ",".join(["1"] * 24) + "]")

SPEECH = {"name": "speech", "after": "10m", "length": "10m", "ramp_in": "2m",
          "media": {"recognize": {"speech_timed_out": 0.6}}, "latency_factor": 4}
DROPS = {"name": "drops", "random_every": "20m", "dropped_share": 0.5,
         "random_length": {"uniform": ["1m", "5m"]}}
SERVERS = {"name": "servers", "at": "2026-03-02T08:05:00Z", "endless": True,
           "servers": [1, 2], "call_share": 0.5, "silent_share": 0.3,
           "no_match_share": 0.3,
           "requests": {"share": 0.2, "statuses": {"503": 1}}}
CROWD = {"name": "crowd", "after": "20m", "length": "5m", "rate_factor": 3}
# With the crowd, more calls than usual: neither world alone has them all.
FEW = {"name": "few", "after": "22m", "length": "4m", "rate_factor": 0.2}
AWAY = {"name": "away", "after": "25m", "length": "5m",
        "unreachable_share": 1.0}
# The same seed gives the times of its effects and of its occurrences.
PIPELINE = {"name": "pipeline", "random_every": "20m",
            "random_length": {"uniform": ["3m", "8m"]},
            "delivery": {"missing_share": 0.3, "duplicated_share": 0.2}}
FAILOVER = {"name": "failover", "after": "30m", "length": "3m",
            "failover_to": "centralus", "call_share": 0.7, "cut_share": 0.5}
ALL = [SPEECH, DROPS, SERVERS, CROWD, FEW, AWAY, PIPELINE, FAILOVER]


def options(incidents, duration=()):
    return (*RUN, *(duration or LONG), *QUIET, "--set",
            "incidents=" + json.dumps(incidents))


def lines_of(directory):
    """The lines of all files, by file, and how often each occurs."""
    lines = collections.Counter()
    for name, data in data_files(directory).items():
        lines.update((name, line) for line in data.splitlines())
    return lines


def identity(name, line):
    """The id of a record, or its whole line if it has none."""
    properties = json.loads(line)["properties"]
    for key in ("operationId", "recordId", "RecordId"):
        if properties.get(key):
            return name, properties[key]
    return name, line


def differences(first, second):
    """How many records are only in the first, changed, only in the second."""
    def ids(lines):
        return collections.Counter(
            {key: count for key, count in collections.Counter(
                identity(name, line) for (name, line), n in lines.items()
                for _ in range(n)).items()})
    here, there = ids(first - second), ids(second - first)
    changed = here & there
    return {"caused": here - changed, "changed": changed,
            "suppressed": there - changed}


def labels_of(path):
    lines = [json.loads(line) for line in open(path, encoding="utf-8")]
    return ([line for line in lines if line["type"] == "record"],
            [line for line in lines if line["type"] == "incident"])


# Records without an id cannot be compared by id.
WITH_ID = ("--logs", "operational,media_summary,usage")


@pytest.fixture(scope="module")
def world(program, module_scratch):
    """The lines of a world with all incidents, and its labels."""
    out, labels = module_scratch / "world", module_scratch / "labels"
    program("generate", *options(ALL), *WITH_ID, "--out", out,
            "--incident-labels", labels)
    return lines_of(out), labels_of(labels)


@pytest.mark.parametrize("name", [incident["name"] for incident in ALL])
def test_labels_are_the_difference_to_the_twin(program, scratch, world, name):
    lines, (records, incidents) = world
    program("generate", *options(ALL), *WITH_ID, "--out", scratch, "--without",
            name)
    found = differences(lines, lines_of(scratch))
    told = collections.Counter(
        record["effect"] for record in records if record["incident"] == name)
    assert told.total() > 0
    # Without one of several incidents that each suffice, nothing changes.
    alone = collections.Counter(
        record["effect"] for record in records
        if record["incident"] == name and not record.get("jointly"))
    assert {effect: ids.total() for effect, ids in found.items()} == {
        effect: alone[effect] for effect in found}
    told_ids = {record["id"] for record in records
                if record["incident"] == name}
    for ids in found.values():
        assert {key for _, key in ids} <= told_ids
    if name == "pipeline":
        assert any(not each.get("no_effect") and each["incident"] == name
                   for each in incidents)
    counted = collections.Counter()
    for incident in incidents:
        if incident["incident"] == name:
            counted.update(incident.get("records", {}))
    assert counted == told


def test_the_labels_of_calls_without_interaction_add_up(program, scratch, world):
    """They are the difference to the world without all incidents."""
    lines, (records, _) = world
    program("generate", *options(ALL), *WITH_ID, "--out", scratch, "--without",
            "all")
    mixed = {record["correlation_id"] for record in records
             if record.get("interacts")}
    touched = {record["correlation_id"] for record in records}
    assert 0.1 < len(mixed) / len(touched) < 0.8
    # A call can have several correlation ids; its connection joins them.
    calls = {}
    for _, line in [*lines, *lines_of(scratch)]:
        record = json.loads(line)
        connection = record["properties"].get("callConnectionId")
        if connection:
            calls.setdefault(connection, set()).add(record["correlationId"])
    for ids in calls.values():
        if ids & mixed:
            mixed |= ids

    def others(lines):
        return collections.Counter(
            {key: n for key, n in lines.items()
             if json.loads(key[1])["correlationId"] not in mixed})
    found = differences(others(lines), others(lines_of(scratch)))
    told = {effect: set() for effect in found}
    for record in records:
        if record["correlation_id"] not in mixed:
            told[record.get("as", record["effect"])].add(record["id"])
    assert {effect: {key for _, key in ids}
            for effect, ids in found.items()} == told
    assert all(told.values())


def test_labels_are_the_difference_in_all_logs(program, scratch):
    """Also for records without an id, whose places change with those of
    others."""
    incidents = [{"name": "cut", "after": "10m", "length": "5m",
                  "failover_to": "westus3", "cut_share": 0.5,
                  "dropped_share": 0.2}]
    job = ("generate", "--profile", "conference", "--duration", "20m", "--set",
           "traffic.rate=0.2/s", "--logs", "all", "--set",
           "incidents=" + json.dumps(incidents))
    program(*job, "--out", scratch / "world", "--incident-labels",
            scratch / "labels")
    program(*job, "--without", "all", "--out", scratch / "twin")
    first, second = lines_of(scratch / "world"), lines_of(scratch / "twin")

    def by_log(lines):
        return collections.Counter(name for name, _ in lines.elements())
    manifest = manifest_of(scratch / "world")
    files = {log: file["name"]
             for log, file in zip(manifest["logs"], manifest["files"])}
    told = {"here": collections.Counter(), "there": collections.Counter()}
    for record in labels_of(scratch / "labels")[0]:
        if record["effect"] != "suppressed":
            told["here"][files[record["log"]]] += 1
        if record["effect"] != "caused":
            told["there"][files[record["log"]]] += 1
    assert told == {"here": by_log(first - second),
                    "there": by_log(second - first)}
    assert len(told["there"]) == 9


def test_records_belong_to_the_occurrence_during_their_call(program, scratch):
    """Also those with times before it, such as of records that it loses."""
    often = [{"name": "often", "every": "10m", "length": "1m",
              "delivery": {"missing_share": 0.5}},
             {"name": "drops", "every": "10m", "offset": "5m", "length": "1m",
              "dropped_share": 0.5}]
    program("generate", *options(often), "--out", "null:", "--incident-labels",
            scratch / "labels")
    _, incidents = labels_of(scratch / "labels")
    # Those of calls that end after the run are among them.
    assert sum(each["from"] < "2026-03-02T08:40" for each in incidents) == 8
    assert len(incidents) > 8
    # No record is delivered in the first minute.
    incidents = [each for each in incidents if "effect_from" in each]
    assert len(incidents) >= 7

    def minutes(each, key):
        at, begin = (datetime.datetime.fromisoformat(each[name][:19])
                     for name in (key, "from"))
        return (at - begin).total_seconds() / 60
    for each in incidents:
        # Records of usage are delivered some minutes after their time.
        assert -15 < minutes(each, "effect_from") < 2
        assert minutes(each, "effect_to_p99") <= minutes(each, "effect_to")
        # What is lost has a time before the end; calls that drop go on until
        # then.
        assert minutes(each, "effect_to") < (
            1 if each["incident"] == "often" else 11)
    assert any(minutes(each, "effect_from") < 0 for each in incidents)


def test_calls_that_no_incident_touches_are_the_same(program, scratch):
    world, twin, labels = scratch / "world", scratch / "twin", scratch / "labels"
    program("generate", *options([SERVERS]), "--out", world,
            "--incident-labels", labels)
    program("generate", *options([SERVERS]), "--out", twin, "--without", "all")
    records, _ = labels_of(labels)
    touched = {record["correlation_id"] for record in records}

    def others(lines):
        return {key: n for key, n in lines.items()
                if json.loads(key[1])["correlationId"] not in touched}
    same = others(lines_of(world))
    assert same == others(lines_of(twin))
    assert len(same) > 1000
    # In five minutes without it, and in six of eight servers, nothing changes.
    total = {json.loads(line)["correlationId"]
             for _, line in lines_of(twin)}
    assert 0.03 < len(touched) / len(total) < 0.15


def requests_of(directory):
    path = directory / "CallAutomationOperational.jsonl"
    for line in open(path, encoding="utf-8"):
        record = json.loads(line)
        at = datetime.datetime.fromisoformat(record["time"][:19])
        yield (at - datetime.datetime(2026, 3, 2, 8)).total_seconds(), record


def shares_by_minute(directory, is_hit):
    hits, all_of = collections.Counter(), collections.Counter()
    for seconds, record in requests_of(directory):
        # Later requests of a call depend on earlier ones.
        if record["operationName"] != "AnswerCall":
            continue
        minute = int(seconds // 60)
        all_of[minute] += 1
        hits[minute] += bool(is_hit(record))
    return {minute: hits[minute] / n for minute, n in all_of.items()}


@pytest.mark.parametrize("form, strengths", [
    ({}, [0, 0, 1, 1, 1, 1, 0]),
    ({"ramp_in": "2m", "ramp_out": "2m"}, [0, 0, 0.25, 0.75, 0.75, 0.25, 0]),
    ({"form": "sawtooth", "form_period": "2m"},
     [0, 0, 0.25, 0.75, 0.25, 0.75, 0]),
], ids=["steady", "ramps", "sawtooth"])
def test_strength_over_time(program, scratch, form, strengths):
    incident = {"name": "busy", "after": "2m", "length": "4m",
                "requests": {"share": 0.8, "statuses": {"503": 1}}, **form}
    program("generate", *options([incident], ("--duration", "8m")), "--set",
            "traffic.rate=100/s", "--logs", "operational", "--out", scratch)
    shares = shares_by_minute(
        scratch, lambda record: str(record["resultSignature"]) == "503")
    for minute, strength in enumerate(strengths):
        assert shares[minute] == pytest.approx(0.8 * strength, abs=0.02)


def test_a_scope_of_sdk_versions(program, scratch):
    incident = {"name": "bad version", "after": "0s", "endless": True,
                "sdk_versions": ["1.5.1"],
                "requests": {"share": 0.5, "statuses": {"400": 1}}}
    program("generate", *options([incident]), "--logs", "operational", "--out",
            scratch)
    refused, all_of = collections.Counter(), collections.Counter()
    for _, record in requests_of(scratch):
        version = record["properties"]["sdkVersion"]
        all_of[version] += 1
        refused[version] += str(record["resultSignature"]) == "400"
    assert refused["1.5.1"] / all_of["1.5.1"] == pytest.approx(0.5, abs=0.03)
    others = [version for version in all_of if version != "1.5.1"]
    assert others
    for version in others:
        assert refused[version] / all_of[version] < 0.01


def test_describe_lists_incidents(program):
    elsewhere = {"name": "elsewhere", "after": "1m", "length": "1m",
                 "regions": ["westeurope"], "latency_factor": 2}
    late = {"name": "too late", "after": "10h", "length": "1m",
            "latency_factor": 2}
    told = json.loads(program("describe", "--json",
                              *options([SPEECH, DROPS, elsewhere, late])).stdout)
    by_name = {each["name"]: each for each in told["incidents"]}
    assert by_name["speech"]["occurrences"] == 1
    assert by_name["speech"]["first"] == "2026-03-02T08:10:00Z"
    assert by_name["speech"]["kinds"] == ["media", "latency_factor"]
    assert "no_effect" not in by_name["speech"]
    assert by_name["drops"]["occurrences"] >= 1
    assert "region" in by_name["elsewhere"]["no_effect"]
    assert "during the run" in by_name["too late"]["no_effect"]


def test_an_incident_without_effect_is_told(program, scratch):
    elsewhere = {"name": "elsewhere", "after": "1m", "length": "1m",
                 "regions": ["westeurope"], "latency_factor": 2}
    program("generate", *options([elsewhere]), "--out", scratch / "out",
            "--incident-labels", scratch / "labels")
    records, incidents = labels_of(scratch / "labels")
    assert not records
    assert [each["no_effect"] for each in incidents] == [True]


def test_explain_names_the_incident(program, scratch):
    program("generate", *options([SERVERS]), "--out", scratch / "out")
    for _, record in requests_of(scratch / "out"):
        if str(record["resultSignature"]) == "503":
            story = program("explain", "--manifest", scratch / "out",
                            record["properties"]["operationId"]).stdout
            if 'incident "servers"' in story:
                return
    raise AssertionError("no refused request names the incident")


def test_verify_knows_the_incidents(program, scratch):
    program("generate", *options(ALL), "--out", scratch)
    told = json.loads(program("verify", "--json", "--manifest", scratch,
                              scratch, "--expect", "faults").stdout)
    assert told["passed"]


@pytest.mark.parametrize("incident, message", [
    ({"at": "2026-03-02T08:00:00Z", "every": "1d"}, "also says when it begins"),
    ({"every": "1d", "endless": True}, 'needs "at" or "after"'),
    ({"after": "1m", "length": "1m", "ramp_in": "2m"}, "longer than the length"),
    ({"random_every": "5m"}, "shorter than the longest length"),
    ({"after": "1m", "flows": ["asistant"]}, 'did you mean "assistant"'),
    ({"after": "1m", "sdk_versions": ["9.9"]}, "not the SDK version"),
    ({"after": "1m", "servers": [9]}, "numbers 1 to 8"),
    ({"random_every": "5h", "length": "1m"}, "random_length"),
    ({"after": "1m", "failover_to": "centralos"}, 'did you mean "centralus"'),
    ({"after": "1m", "failover_to": "swedencentral"}, "is the resource's own region"),
], ids=lambda each: "" if isinstance(each, dict) else each[:20])
def test_mistakes(program, incident, message):
    ended = program("describe", *options([{"name": "x", **incident}]),
                    expect=2)
    assert message in ended.stderr


def test_too_many_other_regions(program):
    regions = ("westus westus2 westus3 centralus eastus eastus2 uksouth ukwest "
               "japaneast japanwest francecentral northeurope westeurope "
               "koreacentral canadaeast").split()
    incidents = [{"name": each, "after": "1m", "failover_to": each}
                 for each in regions]
    program("describe", *options(incidents[:14]))
    ended = program("describe", *options(incidents), expect=2)
    assert 'names 15 regions; expected at most 14' in ended.stderr


def test_mistakes_in_without(program):
    ended = program("describe", *options(ALL), "--without", "speach", expect=2)
    assert 'did you mean "speech"' in ended.stderr
    ended = program("describe", *options([SPEECH, SPEECH]), expect=2)
    assert "is the name of two incidents" in ended.stderr


def test_labels_need_an_extent_in_time(program, scratch):
    ended = program("generate", "--profile", "voice-bot", "--calls", 10,
                    "--out", scratch / "out", "--incident-labels",
                    scratch / "labels", expect=2)
    assert "--duration" in ended.stderr
    assert not (scratch / "labels").exists()


def test_labels_in_the_directory_of_the_data_set(program, scratch):
    """`verify` would read them as records."""
    (scratch / "old").mkdir()
    for out in ("new", "old"):
        ended = program(
            "generate", *options([SPEECH], ("--duration", "15m")), "--out",
            scratch / out, "--incident-labels", scratch / out / "labels.jsonl",
            "--label-exports", scratch / out / "exports", expect=2)
        assert ended.stderr.count("belongs to the directory of --out") == 2
