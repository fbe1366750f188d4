"""Scores the detectors of detectors.py in two shipped worlds, and compares the
figures with the table of docs/score.md.
"""

import datetime
import json

import pytest

import detectors
from program import page

START = datetime.datetime(2026, 3, 2, 8, tzinfo=datetime.timezone.utc)
MINUTES = 120


def run(program, profile, directory, start, *options):
    program("generate", "--profile", profile, "--set", "traffic.rate=2/s",
            "--start", start.isoformat(), "--duration", f"{MINUTES}m",
            "--logs", "operational", "--out", directory, *options)
    return directory / "CallAutomationOperational.jsonl"


def row(world, name, told):
    nab = told["nab"]["scores"]["standard"]
    delay = told["delay_ms"]
    return " | ".join([
        world, name, f"{told['recall']:.0%}",
        "-" if told["precision"] is None else f"{told['precision']:.0%}",
        f"{delay['median'] // 60_000} min" if delay else "-",
        str(told["false_alarms"]["count"]), f"{nab:.1f}"])


@pytest.mark.parametrize("world", ["contact-center-outage",
                                   "speech-service-down"])
def test_the_table_is_true(program, scratch, world):
    labels, alerts = scratch / "labels.jsonl", scratch / "alerts.jsonl"
    before = START - datetime.timedelta(days=7)
    week_ago = detectors.minutes_of(
        run(program, world, scratch / "week", before, "--without", "all"),
        before, MINUTES)
    minutes = detectors.minutes_of(
        run(program, world, scratch / "logs", START, "--incident-labels",
            labels), START, MINUTES, week_ago)
    expected = [line.strip("| ") for line in page("score.md").splitlines()
                if line.startswith(f"| {world} |")]
    rows = []
    for name, detector in detectors.DETECTORS.items():
        alerts.write_text("".join(
            json.dumps(alert) + "\n"
            for alert in detectors.alerts_of(detector, minutes)),
            encoding="utf-8")
        rows.append(row(world, name, json.loads(program(
            "score", alerts, "--labels", labels, "--manifest",
            scratch / "logs", "--json").stdout)))
    assert rows == expected
