"""Tests extents: all calls attempted within a duration, a number of calls, or
as many calls as reach a size. All records of a call belong to it.
"""

import pytest

import dataset
import profiles
from files import read_json

PROFILES = ("quickstart", "reminder-campaign")


def manifest(program, scratch, *arguments):
    """Calls, records and bytes of a run, from its manifest."""
    program("generate", *arguments, "--out", f"{scratch}/one.jsonl", "--force",
            "--quiet")
    told = read_json(f"{scratch}/one.jsonl.manifest.json")
    counts = told["counts"]
    return (counts["calls"], sum(counts["records"].values()),
            told["files"][0]["bytes"])


def first_sent(text):
    """When the first request of each call was sent, in ms since 1970."""
    first = {}
    for record in map(dataset.plain, dataset.read(text, "jsonl")):
        if record["category"] == "CallAutomationOperational":
            call = record["servercallid"] or record["correlationid"]
            sent = record["time"] - record["durationms"]
            first[call] = min(sent, first.get(call, sent))
    return list(first.values())


@pytest.mark.parametrize("calls", [1, 2, 99, 1000])
@pytest.mark.parametrize("profile", PROFILES)
def test_calls_makes_so_many_calls(program, scratch, profile, calls):
    assert manifest(program, scratch, "--profile", profile, "--calls",
                    calls)[0] == calls


@pytest.mark.parametrize("wanted", [1, 1000, 123456])
@pytest.mark.parametrize("option, column", [("--records", 1), ("--bytes", 2)])
@pytest.mark.parametrize("profile", PROFILES)
def test_extent_ends_with_the_call_that_reaches_it(program, scratch, profile,
                                                   option, column, wanted):
    job = "--profile", profile
    made = manifest(program, scratch, *job, option, wanted)
    assert made[column] >= wanted
    if made[0] > 1:
        less = manifest(program, scratch, *job, "--calls", made[0] - 1)
        assert less[column] < wanted
    assert made == manifest(program, scratch, *job, "--calls", made[0])


@pytest.mark.parametrize("profile", PROFILES)
def test_longer_duration_holds_the_shorter_ones(program, profile):
    start = dataset.milliseconds("2026-03-02T08:00:00.0000000Z")
    before, calls_before = set(), 0
    for duration in ("200ms", "1500ms", "30s", "31s", "5m", "20m"):
        text = program.generate("--profile", profile, "--duration", duration)
        lines = set(dataset.lines(text))
        assert before <= lines, f"{duration}: {len(before - lines)} missing"
        sent = first_sent(text)
        assert len(sent) >= calls_before, duration
        # The first request follows shortly after the attempt.
        end = start + profiles.ms(duration)
        assert all(start <= time < end + 60_000 for time in sent), (
            f"calls begin within {duration}")
        before, calls_before = lines, len(sent)
    assert calls_before > 0


@pytest.mark.parametrize("profile", PROFILES)
def test_two_half_hours_have_the_calls_of_the_hour(program, profile):
    def calls(*extent):
        return len(first_sent(program.generate("--profile", profile,
                                               "--duration", *extent)))

    assert calls("1h") == calls("30m") + calls(
        "30m", "--start", "2026-03-02T08:30:00Z")


@pytest.mark.parametrize("profile", PROFILES)
def test_fewer_logs_change_nothing_in_those_that_are_left(program, profile):
    job = ["--profile", profile, "--calls", 500]
    whole = dataset.lines(program.generate(*job))
    for log, category in dataset.CATEGORIES.items():
        alone = dataset.lines(program.generate(*job, "--logs", log))
        wanted = [line for line in whole if f'"category":"{category}"' in line]
        assert alone or log == "streaming_usage"
        assert alone == wanted, log
    pair = dataset.lines(program.generate(*job, "--logs",
                                          "usage,media_summary"))
    assert pair == [line for line in whole
                    if '"category":"CallAutomationOperational"' not in line]


@pytest.mark.parametrize("command", [
    ["generate", "--out", "-"], ["describe", "--json"], ["truth", "--json"],
    ["events"], ["metrics"],
    ["load", "--to", "-", "--rate", "max", "--quiet"]])
def test_until_is_the_duration_from_the_start(program, command):
    """`--until` means the same as the equal `--duration` to every command."""
    def output(*extent):
        text = program(*command, *extent).stdout
        # Depends on the speed of the machine.
        return [line for line in text.splitlines()
                if "generate_seconds" not in line]

    same = output("--until", "2026-03-02T08:02:30Z")
    assert same == output("--duration", "150s")
    assert same != output("--duration", "3m")


def test_until_must_be_after_the_start(program, scratch):
    done = program("generate", "--start", "2026-03-02T00:00Z", "--until",
                   "2026-03-01", "--out", scratch / "out", expect=2)
    assert ("--until: 2026-03-01T00:00:00Z is not after the start, "
            "2026-03-02T00:00:00Z") in done.stderr
    done = program("generate", "--duration", "1h", "--until", "2026-03-03",
                   "--out", scratch / "out", expect=2)
    assert "--until: cannot be combined with --duration" in done.stderr
    assert not (scratch / "out").exists()
