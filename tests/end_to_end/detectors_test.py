"""Scores the detectors of detectors.py in every shipped world, and compares the
figures with the table of docs/score.md. `--update-tables` writes the table.
"""

import datetime
import json

import pytest

import detectors
from program import ROOT, page

# The start, the length, the step and the rate of each run, as the page has them.
WORLDS = {
    cells[0].strip("`"): cells[1:5]
    for cells in ([cell.strip() for cell in line.strip("|").split("|")]
                  for line in page("score.md").splitlines()
                  if line.startswith("| `")) if len(cells) == 6}
MINUTES = {"m": 1, "h": 60, "d": 1440}


def minutes_in(duration):
    return int(duration[:-1]) * MINUTES[duration[-1]]


def run(program, world, directory, start, *options):
    _, length, _, rate = WORLDS[world]
    program("generate", "--profile", world, "--set", f"traffic.rate={rate}",
            "--start", start.isoformat(), "--duration", length,
            "--logs", "operational", "--out", directory, *options)
    return directory / "CallAutomationOperational.jsonl"


def row(world, name, told):
    def share(value):
        return "-" if value is None else f"{value:.0%}"
    nab = told["nab"]["scores"]["standard"]
    delay = told["delay_ms"]
    return " | ".join([
        world, name, share(told["recall"]), share(told["precision"]),
        f"{delay['median'] // 60_000} min" if delay else "-",
        str(told["false_alarms"]["count"]),
        "-" if nab is None else f"{nab:.1f}"])


def rows_of(program, scratch, world):
    start, length, step, _ = WORLDS[world]
    start = datetime.datetime.fromisoformat(start)
    step = minutes_in(step)
    count = minutes_in(length) // step
    before = start - datetime.timedelta(days=7)
    labels, alerts = scratch / "labels.jsonl", scratch / "alerts.jsonl"
    week_ago = detectors.steps_of(
        run(program, world, scratch / "week", before, "--without", "all"),
        before, count, step)
    steps = detectors.steps_of(
        run(program, world, scratch / "logs", start, "--incident-labels",
            labels), start, count, step, week_ago)
    rows = []
    for name, detector in detectors.DETECTORS.items():
        alerts.write_text("".join(
            json.dumps(alert) + "\n"
            for alert in detectors.alerts_of(detector, steps)),
            encoding="utf-8")
        rows.append(row(world, name, json.loads(program(
            "score", alerts, "--labels", labels, "--manifest",
            scratch / "logs", "--json").stdout)))
    return rows


def update(world, rows):
    """Writes the rows of a world in place of its old ones, or at the end."""
    path = ROOT / "docs" / "score.md"
    lines = path.read_text(encoding="utf-8").split("\n")
    old = [i for i, line in enumerate(lines) if line.startswith(f"| {world} |")]
    at = old[0] if old else 1 + max(
        i for i, line in enumerate(lines) if line.startswith(
            ("| world | detector", "| --- | --- | ---: |",
             *(f"| {each} |" for each in WORLDS))))
    for i in reversed(old):
        del lines[i]
    lines[at:at] = [f"| {each} |" for each in rows]
    path.write_text("\n".join(lines), encoding="utf-8")


@pytest.mark.parametrize("world", WORLDS)
def test_the_table_is_true(program, scratch, pytestconfig, world):
    rows = rows_of(program, scratch, world)
    if pytestconfig.getoption("--update-tables"):
        update(world, rows)
    assert rows == [line.strip("| ") for line in page("score.md").splitlines()
                    if line.startswith(f"| {world} |")]


def test_every_world_has_rows():
    worlds = {line.removeprefix("## ") for line in page("worlds.md").splitlines()
              if line.startswith("## ")}
    assert worlds == set(WORLDS)
