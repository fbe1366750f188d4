"""Tests that rates follow the local time of named time zones, compared with
Python's own reader of the time zone database, and that a manifest notes the
rules that were used.
"""

import collections
import datetime
import json
import math
import os
import shutil
import zoneinfo

import pytest

import dataset
import own_profiles
from files import manifest_of, write_json, write_text
from program import page

ZONES = ["Europe/Oslo", "America/New_York", "Australia/Lord_Howe"]
UTC = datetime.timezone.utc

pytestmark = pytest.mark.skipif(
    not set(ZONES) <= zoneinfo.available_timezones(),
    reason="there is no time zone database")


def changes_in(year, name):
    """The instants of a year at which the offset changes, by minutes."""
    zone = zoneinfo.ZoneInfo(name)
    at = datetime.datetime(year, 1, 1, tzinfo=UTC)
    end = datetime.datetime(year + 1, 1, 1, tzinfo=UTC)
    last = at.astimezone(zone).utcoffset()
    while at < end:
        at += datetime.timedelta(minutes=30)
        offset = at.astimezone(zone).utcoffset()
        if offset != last:
            yield at
        last = offset


# 2026 is before the last change in some files; 2071 follows the footer's rule.
@pytest.mark.parametrize("year", [2026, 2071])
@pytest.mark.parametrize("name", ZONES)
def test_counts_follow_the_local_hour(program, scratch, name, year):
    """For both changes of the clocks in a year: in the 48 hours around it, the
    attempts of each local hour are those of its rate. Tolerance: 4 standard
    errors of a sum of squares."""
    zone = zoneinfo.ZoneInfo(name)
    levels = [1 + hour % 24 + hour // 24 for hour in range(168)]
    mean = sum(levels) / 168
    made = list(changes_in(year, name))
    assert len(made) == 2, made
    for change in made:
        begin = change - datetime.timedelta(hours=24)
        profile = own_profiles.tiny({"only": own_profiles.REJECTED})
        profile["traffic"] = {"rate": "15/min", "time_zone": name,
                              "hours_of_week": levels}
        write_json(scratch / "zone.json", profile)
        text = program.generate(
            "--profile", scratch / "zone.json", "--start",
            f"{begin:%Y-%m-%dT%H:%M:%SZ}", "--until",
            f"{change + datetime.timedelta(hours=24):%Y-%m-%dT%H:%M:%SZ}",
            "--logs", "operational")
        found, expected = collections.Counter(), collections.Counter()
        for record in map(json.loads, text.splitlines()):
            sent = dataset.milliseconds(record["time"]) - record["durationMs"]
            found[hour_of(sent / 1000, zone)] += 1
        for second in range(0, 48 * 3600, 60):
            hour = hour_of(begin.timestamp() + second, zone)
            level = levels[hour[0] * 24 + hour[1]]
            expected[hour] += 15 * level / mean
        assert found.keys() <= expected.keys()
        chi2 = sum((found[hour] - count) ** 2 / count
                   for hour, count in expected.items())
        assert chi2 < len(expected) + 4 * math.sqrt(2 * len(expected)), change


def hour_of(seconds, zone):
    """The day of the week and hour, and the date, of an instant."""
    local = datetime.datetime.fromtimestamp(seconds, zone)
    return local.weekday(), local.hour, local.date()


def data_set(program, scratch, zone, **environment):
    profile = own_profiles.tiny({"only": own_profiles.REJECTED})
    profile["traffic"] = {"rate": "1/s", "time_zone": zone}
    write_json(scratch / "zone.json", profile)
    program("generate", "--profile", scratch / "zone.json", "--calls", 50,
            "--out", scratch / "out", "--quiet",
            env={**os.environ, **environment})


def test_manifest_notes_the_rules_that_were_used(program, scratch):
    data_set(program, scratch, "Europe/Oslo")
    noted = manifest_of(scratch / "out")["time_zone"]
    assert noted["name"] == "Europe/Oslo"
    assert len(noted["rules"]) == 16
    verify = ("verify", "--manifest", scratch / "out",
              *sorted((scratch / "out").glob("*.jsonl")))
    program(*verify)
    # Another version of the database, in which Oslo is in New York.
    other = scratch / "zoneinfo" / "Europe"
    other.mkdir(parents=True)
    root = next(root for root in zoneinfo.TZPATH
                if os.path.exists(f"{root}/America/New_York"))
    shutil.copy(f"{root}/America/New_York", other / "Oslo")
    done = program(*verify, expect=2,
                   env={**os.environ, "TZDIR": str(other.parent)})
    assert "/time_zone" in done.stderr
    assert "install the version of tzdata" in done.stderr


def test_manifest_of_a_constant_offset_has_no_zone(program, scratch):
    program("generate", "--calls", 5, "--out", scratch / "out", "--quiet")
    assert "time_zone" not in manifest_of(scratch / "out")


def test_output_does_not_depend_on_what_is_read_later(program, scratch):
    """A zone with the rules of an offset has the output of the offset."""
    def text(**traffic):
        profile = own_profiles.tiny({"only": own_profiles.REJECTED})
        profile["traffic"] = {
            "rate": "1/s", "day": list(range(1, 25)),
            "day_factor": {"cv": 0.3}, "busyness": {"cv": 0.3}, **traffic}
        write_json(scratch / "zone.json", profile)
        return program.generate("--profile", scratch / "zone.json",
                                "--duration", "3h")

    assert text(time_zone="Asia/Kolkata") == text(utc_offset="+05:30")
    assert text(time_zone="Etc/UTC") == text()


@pytest.mark.parametrize("zone, words", [
    ("Oslo", 'did you mean "Europe/Oslo"?'),
    ("Europe/Olso", 'did you mean "Europe/Oslo"?'),
    ("../../etc/passwd", "is not a time zone in"),
])
def test_unknown_zone_is_refused(program, scratch, zone, words):
    profile = own_profiles.tiny({"only": own_profiles.REJECTED})
    profile["traffic"] = {"time_zone": zone}
    write_json(scratch / "zone.json", profile)
    done = program("profiles", "validate", scratch / "zone.json", expect=None)
    assert done.returncode != 0
    assert words in done.stdout + done.stderr


def test_no_database_is_an_error(program, scratch):
    done = program("describe", "--set", "traffic.time_zone=Europe/Oslo",
                   expect=2, env={**os.environ, "TZDIR": "/nowhere"})
    assert ("there is no time zone database in /nowhere; install tzdata, or "
            "set TZDIR") in done.stderr


def test_example_of_the_page(program, scratch):
    """The example of docs/profile.md is valid, and describe lists its events
    by local time."""
    example = page("profile.md").split("### Traffic over time")[1].split(
        "```json")[1].split("```")[0]
    rest = own_profiles.tiny({"only": own_profiles.REJECTED})
    del rest["traffic"]
    write_text(scratch / "oslo.json",
               f'{{"traffic": {example}, {json.dumps(rest)[1:]}')
    job = ("--profile", scratch / "oslo.json", "--start", "2026-12-23")
    text = program("describe", *job, "--until", "2026-12-27").stdout
    assert text.index("2026-12-24 Christmas Eve") < text.index(
        "2026-12-24T19:15:00Z spot") < text.index("2026-12-25 Christmas")
    told = json.loads(program("describe", *job, "--until", "2026-12-27",
                              "--json").stdout)
    assert told["holidays_and_bursts"] == [
        "2026-12-24 Christmas Eve", "2026-12-24T19:15:00Z spot",
        "2026-12-25 Christmas"]
    summer = program("describe", "--profile", scratch / "oslo.json", "--start",
                     "2026-07-02", "--until", "2026-07-03").stdout
    assert "2026-07-02T18:15:00Z spot" in summer
