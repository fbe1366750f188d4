"""Tests `busyhour score` with the labels of a generated world: it agrees with a
second implementation, and with what is known of some detectors.
"""

import csv
import datetime
import json
import random

import pytest

import scoring

START = "2026-03-02T08:00:00Z"
INCIDENTS = [
    {"name": "speech", "after": "10m", "length": "5m",
     "media": {"recognize": {"speech_timed_out": 0.6}}},
    {"name": "refusals", "every": "20m", "length": "2m",
     "requests": {"share": 0.5, "statuses": {"503": 1}}},
    {"name": "late", "after": "35m", "endless": True,
     "delivery": {"missing_share": 0.1}},
    {"name": "elsewhere", "after": "5m", "length": "5m",
     "regions": ["westeurope"], "latency_factor": 2}]


def ms(text):
    return round(datetime.datetime.fromisoformat(text).timestamp() * 1000)


def iso(at):
    return datetime.datetime.fromtimestamp(
        at / 1000, datetime.timezone.utc).isoformat(timespec="milliseconds")


@pytest.fixture(scope="module")
def world(program, module_scratch):
    """The directory of a run, and its labels."""
    program("generate", "--profile", "voice-bot", "--start", START,
            "--duration", "40m", "--logs", "operational", "--set",
            "traffic.rate=2/s", "--set", "incidents=" + json.dumps(INCIDENTS),
            "--out", module_scratch / "logs",
            "--incident-labels", module_scratch / "labels.jsonl")
    return module_scratch


def incidents_of(world):
    with open(world / "labels.jsonl", encoding="utf-8") as lines:
        return [each for each in map(json.loads, lines)
                if each["type"] == "incident"]


def windows_of(world):
    return scoring.windows_of(incidents_of(world), ms(START) + 40 * 60_000, ms)


def score(program, world, alerts, *options, **more):
    return json.loads(program(
        "score", "-", "--labels", world / "labels.jsonl", "--manifest",
        world / "logs", "--json", *options, input=alerts, **more).stdout)


def as_lines(alerts):
    return "".join(json.dumps(
        {"time": iso(alert["at"]), **{key: alert[key] for key in (
            "cause", "resource") if key in alert}}) + "\n"
        for alert in alerts)


def at_random(count, seed):
    draw = random.Random(seed)
    names = [each["name"] for each in INCIDENTS] + ["other"]
    return [{"at": ms(START) + draw.randrange(-60_000, 50 * 60_000),
             "cause": draw.choice(names)} for _ in range(count)]


def write_labels(path, minutes):
    """Labels of incidents from one minute to another, by name; no effect
    without a name. A fourth value is the resource."""
    with open(path, "w", encoding="utf-8") as file:
        for begin, end, name, *resource in minutes:
            begin, end = (iso(ms(START) + round(each * 60_000))
                          for each in (begin, end))
            effect = {"effect_from": begin, "effect_to": end} if name else {
                "no_effect": True}
            file.write(json.dumps(
                {"type": "incident", "incident": name or "none", "from": begin,
                 "to": begin, **effect,
                 **({"resource": resource[0]} if resource else {})}) + "\n")


def agrees(told, expected):
    assert told["recall"] == pytest.approx(expected["recall"])
    assert told["precision"] == pytest.approx(expected["precision"])
    assert told["alerts"]["in_windows"] == expected["hits"]
    assert told["false_alarms"]["count"] == expected["false"]
    assert told["false_alarms"]["a_week"] == pytest.approx(
        expected["false"] * 7 * 24 * 60 / 40)
    assert told["root_cause"]["named"] == expected["named"]
    assert told["nab"]["scores"] == pytest.approx(expected["nab"])
    delays = expected["delays"]
    if delays:
        assert told["delay_ms"]["max"] == delays[-1]
        assert told["delay_ms"]["median"] == delays[(len(delays) - 1) // 2]
    assert sum(each["count"] for each in told["delay_histogram"]) == len(delays)


@pytest.mark.parametrize("count", [1, 20, 300])
def test_agrees_with_the_second_implementation(program, world, count):
    alerts = at_random(count, count)
    start = ms(START)
    told = score(program, world, as_lines(alerts), "--grace", "30s")
    agrees(told, scoring.score(windows_of(world), alerts, start,
                               start + 40 * 60_000, 30_000))


@pytest.mark.parametrize("seed", range(12))
def test_agrees_for_random_incidents(program, scratch, seed):
    draw = random.Random(seed)
    names = [each["name"] for each in INCIDENTS]
    minutes = []
    for _ in range(draw.choice([1, 3, 8])):
        begin = draw.uniform(-5, 39)
        minutes.append((begin, begin + draw.uniform(0.1, 4),
                        draw.choice([*names, None])))
    minutes.append((20, 21, names[0]))
    path = scratch / "labels"
    write_labels(path, minutes)
    alerts = at_random(draw.choice([3, 15, 60]), seed)
    start, end = ms(START), ms(START) + 40 * 60_000
    told = json.loads(program(
        "score", "-", "--labels", path, "--json", "--start", iso(start),
        "--end", iso(end), "--grace", "10s", input=as_lines(alerts)).stdout)
    with open(path, encoding="utf-8") as lines:
        windows = scoring.windows_of(list(map(json.loads, lines)), end, ms)
    agrees(told, scoring.score(windows, alerts, start, end, 10_000))


@pytest.mark.parametrize("seed", range(12))
def test_agrees_for_several_resources(program, scratch, seed):
    draw = random.Random(seed)
    tenants = ["tenant-1", "tenant-2", "tenant-3", "tenant-4"]
    minutes = []
    for name in ["a", "b", "c"]:
        begin = draw.uniform(0, 39)
        minutes += [(begin, begin + draw.uniform(0.1, 4), name, tenant)
                    for tenant in draw.sample(tenants, draw.choice([1, 3]))]
    draw.shuffle(minutes)
    write_labels(scratch / "labels", minutes)
    alerts = [{**alert, "cause": draw.choice("abcd"),
               "resource": draw.choice(["", *tenants, "tenant-5"])}
              for alert in at_random(draw.choice([3, 15, 60]), seed)]
    # A resource's name in any letter case, or its whole id.
    as_written = [{**alert, "resource": draw.choice(
        [str, str.upper, lambda name: name and f"/subscriptions/x/{name}"])(
            alert["resource"])} for alert in alerts]
    start, end = ms(START), ms(START) + 40 * 60_000
    told = json.loads(program(
        "score", "-", "--labels", scratch / "labels", "--json", "--start",
        iso(start), "--end", iso(end), "--grace", "10s",
        input=as_lines(as_written)).stdout)
    with open(scratch / "labels", encoding="utf-8") as lines:
        windows = scoring.windows_of(list(map(json.loads, lines)), end, ms)
    assert len(windows) == 3
    agrees(told, scoring.score(windows, alerts, start, end, 10_000))


def test_the_perfect_detector(program, world):
    windows = windows_of(world)
    told = score(program, world, as_lines(
        {"at": each["from"], "cause": each["incident"]} for each in windows))
    assert told["recall"] == told["precision"] == told["f1"] == 1
    assert told["occurrences"] == {"counted": len(windows),
                                   "detected": len(windows),
                                   "without_effect": 1, "outside": 1}
    assert told["root_cause"]["named"] == len(windows)
    assert all(value == pytest.approx(100)
               for value in told["nab"]["scores"].values())


def test_no_alerts(program, world):
    told = score(program, world, "time\n")
    assert (told["recall"], told["precision"], told["f1"]) == (0, None, None)
    assert set(told["nab"]["scores"].values()) == {0}


def test_a_world_without_incidents(program, world, scratch):
    """There are only false alarms."""
    program("generate", "--profile", "quickstart", "--duration", "1h", "--out",
            scratch / "logs", "--incident-labels", scratch / "labels")
    assert (scratch / "labels").read_text() == ""
    alerts = as_lines([{"at": ms("2026-03-02T08:30:00Z")},
                       {"at": ms("2026-03-02T10:30:00Z")}])
    told = json.loads(program(
        "score", "-", "--labels", scratch / "labels", "--json", "--manifest",
        scratch / "logs", input=alerts).stdout)
    assert told["recall"] is None and told["precision"] == 0
    assert told["false_alarms"]["count"] == 1
    assert told["false_alarms"]["a_week"] == pytest.approx(7 * 24)
    assert told["alerts"]["outside"] == 1
    assert set(told["nab"]["scores"].values()) == {None}


def test_an_alert_at_an_incident_without_effect_is_false(program, scratch):
    write_labels(scratch / "labels", [(0, 10, "a"), (30, 30, None)])
    told = json.loads(program(
        "score", "-", "--labels", scratch / "labels", "--json",
        input=as_lines([{"at": ms(START) + 30 * 60_000}])).stdout)
    assert told["occurrences"]["without_effect"] == 1
    assert told["false_alarms"]["count"] == 1


def test_all_forms_of_alerts_are_the_same(program, world):
    alerts = at_random(50, 3)
    expected = score(program, world, as_lines(alerts))
    path = world / "alerts.csv"
    with open(path, "w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, delimiter=";")
        rows.writerow(["title", "from", "to", "cause"])
        for alert in reversed(alerts):
            rows.writerow(['a "title"\nin lines', iso(alert["at"]),
                           iso(alert["at"]), alert["cause"]])
    told = json.loads(program("score", path, "--labels",
                              world / "labels.jsonl", "--json", "--manifest",
                              world / "logs").stdout)
    assert told == expected


def test_the_extent(program, world):
    labels = incidents_of(world)
    told = json.loads(program("score", "-", "--labels", world / "labels.jsonl",
                              "--json", input="time\n").stdout)
    times = [ms(each[key]) for each in labels
             for key in ("from", "to", "effect_from", "effect_to")
             if each.get(key)]
    assert told["extent_from_labels"]
    assert (ms(told["start"]), ms(told["end"])) == (min(times), max(times))
    told = score(program, world, "time\n", "--start", "2026-03-02T08:30:00Z")
    # One begins with the end of the run.
    assert told["occurrences"]["outside"] == 1 + sum(
        each["to"] < ms("2026-03-02T08:30:00Z") for each in windows_of(world))
    assert told["end"] == "2026-03-02T08:40:00Z"


def test_the_text(program, world):
    text = program("score", "-", "--labels", world / "labels.jsonl",
                   "--manifest", world / "logs", "--nab-profile", "standard",
                   input=as_lines(at_random(20, 1))).stdout
    assert "occurrences have an alert" in text
    assert "(not counted: 1 without effect, 1 outside the extent)" in text
    assert "root cause" in text and "named" in text
    assert "NAB               standard " in text
    assert "reward_low" not in text


def test_a_year_of_alerts(program, world):
    """1e6 alerts, 1e3 occurrences: the time limit is that of a hang."""
    start = ms("2026-01-01T00:00:00Z")
    hour = 3_600_000
    labels = "".join(json.dumps(
        {"type": "incident", "incident": f"i{i % 10}",
         "from": iso(start + 8 * i * hour), "to": iso(start + (8 * i + 1) * hour),
         "effect_from": iso(start + 8 * i * hour),
         "effect_to": iso(start + (8 * i + 1) * hour)}) + "\n"
        for i in range(1000))
    (world / "year.jsonl").write_text(labels, encoding="utf-8")
    alerts = "time,cause\n" + "".join(
        f"{iso(start + 8_000 * hour * i // 1_000_000)},i{i % 10}\n"
        for i in range(1_000_000))
    told = json.loads(program("score", "-", "--labels", world / "year.jsonl",
                              "--json", "--grace", "0s", input=alerts,
                              timeout=60).stdout)
    assert told["recall"] == 1
    assert told["precision"] == pytest.approx(1 / 8, rel=1e-2)


@pytest.mark.parametrize("alerts, options, message", [
    ("time\nx\ny\n", (), 'standard input:3:1: time: "y" is not a time'),
    ("Time\n", (), 'did you mean "time"?'),
    ("[]", (), "expected JSON Lines, or CSV whose header"),
    ('{"time":1}\n', (), "standard input:1:9: /time  1 is not a time"),
    ('{"time"', (), "standard input:1:8: the line is not a JSON object"),
    ("\0\xff{", (), "expected JSON Lines"),
    ("time\n", ("--end", "2026-03-02T07:00:00Z"), "not after its start"),
    ("time\n", ("--grace", "2d"), "at most 1d"),
    ("time\n", ("--nab-profile", "standart"), 'did you mean "standard"'),
], ids=str)
def test_mistakes(program, world, alerts, options, message):
    ended = program("score", "-", "--labels", world / "labels.jsonl",
                    "--manifest", world / "logs", *options, input=alerts,
                    expect=2)
    assert message in ended.stderr


def test_a_manifest_without_an_extent_in_time(program, world, scratch):
    program("generate", "--profile", "voice-bot", "--start", START, "--calls",
            5, "--out", scratch / "logs")
    options = ("score", "-", "--labels", world / "labels.jsonl", "--manifest",
               scratch / "logs")
    ended = program(*options, input="time\n", expect=2)
    assert "--end is missing" in ended.stderr
    program(*options, "--end", "2026-03-02T09:00:00Z", input="time\n")


def test_mistakes_of_files(program, world):
    alerts = world / "alerts.jsonl"
    alerts.write_text("", encoding="utf-8")
    ended = program("score", expect=2)
    assert "ALERTS is missing" in ended.stderr
    assert "--labels" in ended.stderr
    ended = program("score", alerts, "--labels", alerts, expect=2)
    assert "nothing to score" in ended.stderr
    ended = program("score", world / "none", "--labels", world / "neither",
                    expect=2)
    assert ended.stderr.splitlines() == [
        f"--labels: {world / 'neither'}: there is no such file",
        f"{world / 'none'}: there is no such file"]
    ended = program("score", world / "none", "--labels",
                    world / "labels.jsonl", expect=2)
    assert f"{world / 'none'}: there is no such file" in ended.stderr
    ended = program("score", world, "--labels", world / "labels.jsonl",
                    expect=2)
    assert "directory" in ended.stderr
