"""Tests jobs with several resources: each resource has the records that it has
in a job of its own, and everything that reads a job knows all of its resources.
"""

import collections
import json
import re
import resource as limits
import signal
import subprocess

import pytest

import dataset
from files import (data_files, manifest_of, read_json, read_text, write_json,
                   write_text)
from program import wait_for

COUNT = 7
ENTRIES = [
    {"size": 0.5, "profile": {
        "resource": {"name": "bank", "group": "bank-rg",
                     "region": "norwayeast"},
        "traffic": {"time_zone": "Europe/Oslo"}}},
    {"size": 0.25, "profile": {
        "resource": {"name": "clinic"}, "participants": {"numbers": "uk"},
        "servers": 3, "clients": [
            {"sdk_type": "js", "sdk_version": "1.5.1",
             "api_version": "2025-06-15"}]}},
    {"count": COUNT, "size": 0.5, "zipf": 1.2, "profile": {
        "resource": {"name": "tenant", "region": "westeurope"}}},
]
NAMES = ["bank", "clinic", *(f"tenant-{n}" for n in range(1, COUNT + 1))]
INCIDENT = {"name": "one fails", "after": "2m", "length": "4m",
            "resources": ["clinic"],
            "requests": {"share": 1.0, "statuses": {"503": 1}},
            "delivery": {"duplicated_share": 0.5}}
PROFILE = {"extends": "quickstart", "description": "several",
           "traffic": {"rate": "4/s"}, "resources": ENTRIES}
JOB = ["--duration", "8m", "--seed", 3]
ID = re.compile(r'"(?:operationId|recordId|streamingSessionId|callConnectionId|'
                r'correlationId|serverCallId|participantId)":"([^"]+)"')


@pytest.fixture(scope="module")
def profile(module_scratch):
    path = module_scratch / "several.json"
    write_json(path, PROFILE)
    return path


def name_of(line):
    return json.loads(line)["resourceId"].rsplit("/", 1)[1].lower()


def by_resource(lines):
    found = collections.defaultdict(list)
    for line in lines:
        found[name_of(line)].append(line)
    return found


@pytest.fixture(scope="module")
def lines(program, profile):
    return dataset.lines(program.generate("--profile", profile, *JOB))


@pytest.mark.parametrize("number", [0, 1])
def test_a_resource_has_the_calls_that_it_has_alone(program, scratch, lines,
                                                    number):
    alone = {**PROFILE, **ENTRIES[number]["profile"]}
    alone["traffic"] = {**PROFILE["traffic"], **alone["traffic"],
                        "rate": f"{4 * ENTRIES[number]['size']}/s"}
    del alone["resources"]
    write_json(scratch / "alone.json", alone)
    expected = dataset.lines(program.generate(
        "--profile", scratch / "alone.json", *JOB))
    assert expected
    assert by_resource(lines)[NAMES[number]] == expected


def test_resources_share_no_id(lines):
    owner = {}
    found = by_resource(lines)
    assert sorted(found) == sorted(NAMES)
    for name, of_resource in found.items():
        for line in of_resource:
            for each in ID.findall(line):
                assert owner.setdefault(each, name) == name, each
    assert len(owner) > 10_000


def test_sizes_fall_as_said(program, profile):
    told = json.loads(program("describe", "--profile", profile, "--duration",
                              "7d", "--json").stdout)["resources"]
    assert [each["name"] for each in told] == NAMES
    calls = [each["calls"] for each in told]
    assert calls[0] == pytest.approx(0.5 * 4 * 604_800, rel=0.01)
    assert sum(calls[2:]) == pytest.approx(0.5 * 4 * 604_800, rel=0.01)
    for n in range(2, COUNT + 1):
        assert calls[1 + n] / calls[2] == pytest.approx(n ** -1.2, rel=0.01)
    assert told[0]["region"] == "norwayeast"
    assert told[0]["time_zone"] == "Europe/Oslo"
    table = program("describe", "--profile", profile).stdout
    assert "\nresources\n" in table and "  bank " in table


@pytest.mark.parametrize("extent", [
    ("--duration", "3m"), ("--calls", 500), ("--records", 5000),
    ("--bytes", "4MB")], ids=lambda extent: extent[0])
def test_threads_and_shards_make_the_same_records(program, profile, extent):
    job = ["--profile", profile, *extent]
    whole = program.generate(*job, "--threads", 1)
    assert len({name_of(line) for line in dataset.lines(whole)}) >= 5
    for threads in (2, 5):
        assert program.generate(*job, "--threads", threads) == whole
    parts = [dataset.lines(program.generate(*job, "--shard", f"{i}/3"))
             for i in range(3)]
    assert collections.Counter(line for part in parts for line in part) == (
        collections.Counter(dataset.lines(whole)))


def test_an_extent_counts_the_calls_of_all(program, profile, scratch):
    program("generate", "--profile", profile, "--calls", 321, "--out", scratch)
    assert manifest_of(scratch)["counts"]["calls"] == 321


@pytest.mark.parametrize("layout", ["storage", "data-export"])
@pytest.mark.parametrize("compress", ["none", "gzip"])
def test_each_resource_has_a_tree(program, profile, scratch, layout, compress):
    out = scratch / "out"
    program("generate", "--profile", profile, *JOB, "--layout", layout,
            "--compress", compress, "--out", out)
    files = data_files(out)
    owners = collections.defaultdict(list)
    for name in files:
        head = re.search(
            r"/(?:resourceId|WorkspaceResourceId)=(.*?)/y=", name)[1]
        owners[head].append(name)
    assert len(owners) == len(NAMES)
    verdict = json.loads(program("verify", out, "--manifest", out, "--json",
                                 expect=None).stdout)
    assert verdict["total"]["lost"] == verdict["total"]["foreign"] == 0
    assert verdict["total"]["received"] == verdict["total"]["sent"] > 5000
    if layout == "storage" and compress == "none":
        for head, names in owners.items():
            for name in names:
                for line in files[name].decode().splitlines():
                    assert json.loads(line)["resourceId"] == head


@pytest.mark.parametrize("options", [
    ("--layout", "storage"), ("--layout", "storage", "--compress", "gzip"),
    ("--layout", "data-export"), ("--compress", "zstd")],
    ids=lambda words: " ".join(words[1::2]))
def test_an_interrupted_run_is_resumed(program, profile, scratch, options):
    job = ["--profile", profile, "--duration", "20m", "--seed", 5, *options]
    program("generate", *job, "--out", scratch / "whole")
    whole = data_files(scratch / "whole")
    run = program.start("generate", *job, "--out", scratch / "part",
                        "--quiet", "--threads", 1)
    assert wait_for(lambda: (scratch / "part" / "manifest.json").exists())
    run.send_signal(signal.SIGINT)
    if run.wait(timeout=60) == 130 and "--layout" in options:
        assert "is interrupted: with layout" in program(
            "verify", "--manifest", scratch / "part", expect=2).stderr
    program("generate", *job, "--out", scratch / "part", "--resume")
    assert data_files(scratch / "part") == whole


def test_a_limit_of_open_files_is_told(program, profile, scratch):
    def few():
        limits.setrlimit(limits.RLIMIT_NOFILE, (60, 60))
    done = subprocess.run(
        [program.path, "generate", "--profile", profile, "--calls", "10",
         "--layout", "storage", "--out", scratch / "out"], preexec_fn=few,
        capture_output=True, text=True, timeout=60, check=False,
        env=program.environment())
    assert done.returncode == 1
    assert re.search(r"cannot write \d+ files at a time: at most 60 can be open",
                     done.stderr)


def test_what_is_missing_is_found(program, profile, scratch, lines):
    out = scratch / "out"
    program("generate", "--profile", profile, *JOB, "--out", out)
    kept = [line for index, line in enumerate(lines) if index % 50]
    kept += lines[1:4]
    kept[10] = kept[10].replace('"Succeeded"', '"Failed"').replace(
        '"Usage"', '"Use"', 1)
    write_text(scratch / "received", "\n".join(kept) + "\n")
    total = json.loads(program(
        "verify", scratch / "received", "--manifest", out, "--json",
        expect=1).stdout)["total"]
    assert total["lost"] == len(lines) - len(kept) + 3
    assert total["duplicated"] == 3
    assert total["altered"] >= 1
    assert total["foreign"] == 0
    # Records of a resource that is not in the job are foreign.
    other = dataset.lines(program.generate("--calls", 10))
    write_text(scratch / "other", "\n".join(other) + "\n")
    total = json.loads(program(
        "verify", scratch / "other", "--manifest", out, "--json",
        expect=1).stdout)["total"]
    assert total["foreign"] == len(other)


def test_expected_faults_are_known(program, profile, scratch):
    out = scratch / "out"
    program("generate", "--profile", profile, "--duration", "4m", "--fault",
            "drop=0.01", "--fault", "duplicate=0.01", "--fault",
            "corrupt=0.01", "--fault", "partial_line=1", "--out", out,
            "--labels", scratch / "labels")
    program("verify", out, "--manifest", out, "--expect", "faults")
    kinds = collections.Counter(
        json.loads(line)["fault"]
        for line in open(scratch / "labels", encoding="utf-8"))
    assert kinds == manifest_of(out)["counts"]["faults"]


def test_explain_names_the_resource(program, profile, scratch, lines):
    out = scratch / "out"
    program("generate", "--profile", profile, *JOB, "--out", out)
    for name, of_resource in by_resource(lines).items():
        for line, source in (
                (of_resource[0], ("--manifest", out)),
                (of_resource[-1], ("--profile", profile, "--seed", 3))):
            story = json.loads(program("explain", line, "--json",
                                       *source).stdout)
            assert story["facts"]["resource"].startswith(name + " in ")
            assert ID.findall(line)[0] in json.dumps(story)


def test_an_incident_is_limited_to_a_resource(program, scratch, lines):
    write_json(scratch / "some.json", {**PROFILE, "incidents": [INCIDENT]})
    job = ["--profile", scratch / "some.json", *JOB]
    found = by_resource(dataset.lines(program.generate(*job)))
    for name, of_resource in by_resource(lines).items():
        assert (found[name] == of_resource) == (name != "clinic")
    refused = [line for line in found["clinic"]
               if json.loads(line).get("resultSignature") == "503"]
    assert len(refused) > 20
    doubled = collections.Counter(found["clinic"])
    assert max(doubled.values()) == 2
    assert dataset.lines(program.generate(*job, "--without", "all")) == lines
    assert "in 1 of 9 resources" in program("describe", *job).stdout


def test_labels_are_the_difference_to_the_twin(program, scratch, lines):
    incident = {**INCIDENT, "delivery": {}, "resources": ["clinic", "bank"]}
    write_json(scratch / "some.json", {**PROFILE, "incidents": [incident]})
    job = ["--profile", scratch / "some.json", *JOB]
    program("generate", *job, "--out", scratch / "out", "--incident-labels",
            scratch / "labels")
    labels = [json.loads(line) for line in
              read_text(scratch / "labels").splitlines()]
    touched = by_resource(
        line for data in data_files(scratch / "out").values()
        for line in data.decode().splitlines())
    before = by_resource(lines)
    for name in NAMES:
        told = collections.Counter(
            (each["effect"], each["id"]) for each in labels
            if each["type"] == "record" and each["resource"] == name)
        here, there = (collections.Counter(
            json.loads(line)["properties"].get("operationId") or
            json.loads(line)["properties"].get("recordId", "")
            for line in (collections.Counter(first[name]) -
                         collections.Counter(second[name])).elements())
            for first, second in ((touched, before), (before, touched)))
        found = collections.Counter()
        for effect, ids in (("changed", here & there),
                            ("caused", here - there),
                            ("suppressed", there - here)):
            found.update({(effect, each): n for each, n in ids.items()})
        assert told == found
        assert bool(told) == (name in ("clinic", "bank"))
    ends = [each for each in labels if each["type"] == "incident"]
    assert {each["resource"] for each in ends if not each.get("no_effect")} == {
        "clinic", "bank"}
    assert len(ends) == len(NAMES)


def test_answers_are_about_one_resource(program, profile, scratch, lines):
    for command in ("truth", "metrics"):
        done = program(command, "--profile", profile, *JOB, expect=2)
        assert "--resource: is missing: the profile has 9 resources" in (
            done.stderr)
        done = program(command, "--profile", profile, *JOB, "--resource",
                       "klinic", expect=2)
        assert 'did you mean "clinic"?' in done.stderr
    counts = collections.Counter(
        json.loads(line)["category"] for line in by_resource(lines)["clinic"])
    truth = json.loads(program("truth", "--profile", profile, *JOB,
                               "--resource", "clinic", "--json").stdout)
    assert truth["logs"]["operational"]["records"] == (
        counts["CallAutomationOperational"])
    requests = [json.loads(line) for line in program(
        "metrics", "--profile", profile, *JOB, "--resource",
        "clinic").stdout.splitlines()]
    assert all("CLINIC" in json.dumps(each).upper() for each in requests)


def test_events_are_of_all(program, profile, lines):
    events = [json.loads(line) for line in program(
        "events", "--profile", profile, *JOB).stdout.splitlines()]
    times = [event["time"] for event in events]
    assert times == sorted(times)
    known = {each for line in lines for each in ID.findall(line)}
    assert {event["data"]["callConnectionId"] for event in events} & known
    ids = [event["id"] for event in events]
    assert len(set(ids)) == len(ids)


def test_what_is_sent_is_verified(program, profile, scratch):
    received = scratch / "received"
    program("load", "--to", f"file:{received}", "--profile", profile,
            "--calls", 300, "--rate", "max", "--manifest", scratch / "sent.json")
    program("verify", received, "--manifest", scratch / "sent.json")


PROBLEMS = [
    ([{"profile": {"incidents": []}}], "/resources/0/profile/incidents",
     "must be the same for all resources"),
    ([{"profile": {"traffic": {"start": "2026-01-01T00:00:00Z"}}}],
     "/resources/0/profile/traffic/start", "must be the same"),
    ([{"profile": {"serverz": 3}}], "/resources/0/profile/serverz", "servers"),
    ([{}, {}], "/resources/1", 'there is another resource "contoso-voice"'),
    ([{"profile": {"resource": {"name": "a"}}},
      {"profile": {"resource": {"name": "A"}}}], "/resources/1",
     "there is another resource"),
    ([{"count": 600, "profile": {"resource": {"name": "a"}}},
      {"count": 600, "profile": {"resource": {"name": "b"}}}], "/resources",
     "has 1,200 resources, but at most 1,000 are possible"),
    ([{"count": 20, "profile": {"resource": {"name": "a" * 62}}}],
     "/resources/0", "has more than 63 characters"),
    ([{"profile": 3}], "/resources/0/profile", "is not an object"),
]


@pytest.mark.parametrize("entries, pointer, message", PROBLEMS)
def test_problems_are_told(program, scratch, entries, pointer, message):
    write_json(scratch / "wrong.json", {**PROFILE, "resources": entries})
    done = program("profiles", "validate", scratch / "wrong.json", expect=2)
    assert pointer in done.stderr and message in done.stderr


def test_what_needs_one_resource_says_so(program, profile, scratch):
    done = program("generate", "--profile", profile, *JOB, "--out",
                   scratch / "out", "--label-exports", scratch / "labels",
                   expect=2)
    assert "requires a profile with one resource; this one has 9" in done.stderr
    done = program("generate", "--profile", profile, *JOB, "--out",
                   scratch / "out", "--layout", "storage", "--compress", "lz4",
                   expect=2)
    assert "cannot be combined with --layout storage and several" in done.stderr


def test_the_manifest_is_enough(program, profile, scratch):
    """It contains all resources, and notes the rules of all time zones."""
    out = scratch / "out"
    program("generate", "--profile", profile, *JOB, "--out", out)
    manifest = manifest_of(out)
    write_text(scratch / "again.json", manifest["profile_text"])
    again = program.generate("--profile", scratch / "again.json", *JOB)
    assert again == program.generate("--profile", profile, *JOB)
    assert manifest["time_zone"]["name"] == "Europe/Oslo"


def test_the_shipped_tenants(program, scratch):
    """300 resources: no id is shared, and all records are verified."""
    if program.is_sanitized():
        pytest.skip("takes a minute, and runs the same code as the others")
    out = scratch / "out"
    job = ["--profile", "multi-tenant", "--records", 100_000]
    program("generate", *job, "--layout", "storage", "--out", out)
    owner = {}
    for name, data in data_files(out).items():
        head = re.search("resourceId=(.*?)/y=", name)[1]
        for each in ID.findall(data.decode()):
            assert owner.setdefault(each, head) == head
    assert len(owner) > 80_000
    assert len(set(owner.values())) > 150
    program("verify", out, "--manifest", out)
    told = read_json(out / "manifest.json")
    assert sum(told["counts"]["records"].values()) >= 100_000


@pytest.fixture(scope="module")
def jobs(program, profile, module_scratch):
    """Data sets of different resources, of one resource at two times, and of
    two shards."""
    made = []
    for number, words in enumerate([
            ["--profile", profile, *JOB],
            ["--profile", profile, "--seed", 3, "--start",
             "2026-03-02T08:08:00Z", "--duration", "4m"],
            ["--profile", "contact-center", "--seed", 3, "--calls", 300,
             "--fault", "drop=0.02"],
            ["--calls", 200, "--shard", "0/2"],
            ["--calls", 200, "--shard", "1/2"]]):
        made.append(module_scratch / f"job{number}")
        program("generate", *words, "--out", made[-1])
    return made


def test_jobs_are_verified_together(program, scratch, jobs):
    manifests = [word for job in jobs for word in ("--manifest", job)]
    program("verify", *jobs, *manifests, "--expect", "faults")
    total = json.loads(program("verify", *jobs, *manifests, "--json",
                               expect=1).stdout)["total"]
    dropped = manifest_of(jobs[2])["counts"]["faults"]["drop"]
    assert total["lost"] == dropped > 0
    assert total["sent"] == total["received"] + dropped
    shown = program("verify", *jobs, *manifests, expect=1).stdout
    for each in ("several, seed 3, from 2026-03-02T08:00:00Z",
                 "several, seed 3, from 2026-03-02T08:08:00Z",
                 "contact-center, seed 3,", "quickstart, seed 1,"):
        assert shown.count(each) == 1
    # Without one of the jobs, its records are foreign.
    total = json.loads(program("verify", *jobs, *manifests[2:], "--json",
                               expect=1).stdout)["total"]
    assert total["foreign"] == sum(
        manifest_of(jobs[0])["counts"]["records"].values())


def test_jobs_with_the_same_calls_are_refused(program, profile, scratch, jobs):
    program("generate", "--profile", profile, "--seed", 3, "--start",
            "2026-03-02T08:05:00Z", "--duration", "1m", "--out", scratch)
    done = program("verify", scratch, "--manifest", scratch, "--manifest",
                   jobs[0], expect=2)
    assert "may have the same calls as" in done.stderr
    done = program("verify", scratch, "--manifest", jobs[3], "--manifest",
                   jobs[3], expect=2)
    assert "is named twice" in done.stderr
