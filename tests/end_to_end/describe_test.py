"""Tests that the predictions of `describe` are correct, and that the output of
the other commands can be used.
"""

import json
import pathlib

import pytest

import dataset
import profiles
from files import manifest_of, write_text

# A prediction is a mean; the generated data is one sample. From START every
# profile has at least some 3,000 calls an hour, whose number varies by 1.8 %,
# or a longer duration with as many calls.
# The number of records per call varies by about its mean, which adds as much
# again. 10 % is four standard errors.
TOLERANCE = 0.10
START = "2026-03-03T15:00:00Z"
EXTENTS = (("--duration", "1h"), ("--calls", "4000"), ("--records", "40000"),
           ("--bytes", "30MB"))
DURATIONS = {"small-office": "5d"}


def foretold(program, job):
    return json.loads(program("describe", *job, "--json").stdout)


@pytest.mark.parametrize("extent", EXTENTS, ids=lambda extent: extent[0])
def test_prediction_comes_true(program, scratch, shipped, extent):
    if extent[0] == "--duration" and shipped in DURATIONS:
        extent = ("--duration", DURATIONS[shipped])
    job = ["--profile", shipped, *extent, "--seed", 11, "--start", START]
    told = foretold(program, job)
    program("generate", *job, "--out", f"{scratch}/out", "--quiet")
    made = manifest_of(f"{scratch}/out")
    pairs = {"calls": (told["calls"], made["counts"]["calls"])}
    for log, entry in zip(dataset.LOGS, made["files"], strict=True):
        pairs[f"{log} records"] = (told["logs"][log]["records"],
                                   entry["records"])
        pairs[f"{log} bytes"] = (told["logs"][log]["bytes"], entry["bytes"])
    for what, (predicted, actual) in pairs.items():
        assert predicted == pytest.approx(actual, rel=TOLERANCE), what
    assert round(told["records"]) == round(sum(
        log["records"] for log in told["logs"].values()))
    # Little's law.
    erlangs = (told["mean_rate_cps"] * told["answered_share"]
               * told["mean_holding_s"])
    assert told["mean_erlangs"] == pytest.approx(erlangs, rel=0.01)


def test_figures_that_can_be_worked_out_by_hand(program):
    told = foretold(program, ["--profile", "quickstart", "--duration", "1h"])
    assert abs(told["bhca"] - 7200) < 72, "two calls a second"
    week = foretold(program, ["--profile", "contact-center", "--duration",
                              "7d"])
    # Ten attempts a second in the busy hour, times the day's factor.
    assert week["peak_rate_cps"] <= 10 * 2.2
    assert 5 <= week["bhca"] / 3600 <= 20


@pytest.mark.parametrize("word", [
    "erlangs", "BHCA", "holding time", "records in flight", "memory",
    "offered rate", "answered"])
def test_text_speaks_of(program, word):
    assert word in program("describe", "--profile", "contact-center").stdout


def test_expected_profiles_are_shipped(program):
    assert set(profiles.shipped(program)) >= {
        "quickstart", "contact-center", "small-office", "reminder-campaign",
        "voice-bot", "ivr-storm", "conference"}


def test_shown_profile_is_the_named_one(program, scratch, shipped):
    listed = program("profiles").stdout
    assert f"\n{shipped} " in f"\n{listed}"
    path = scratch / "shown.json"
    write_text(path, program("profiles", "show", shipped).stdout)
    valid = program("profiles", "validate", shipped, path)
    assert valid.stdout.count("\n") == 2, valid.stdout
    job = ["--calls", 30, "--seed", 5]
    assert (program.generate("--profile", shipped, *job)
            == program.generate("--profile", path, *job))


def test_answers_are_json_whatever_a_profile_is_called(program, scratch):
    path = f'{scratch}/a "quoted" \\ name\n.json'
    write_text(path, program("profiles", "show", "quickstart").stdout)
    told = foretold(program, ["--profile", path])
    assert told["profile"] == pathlib.Path(path).stem
    listed = json.loads(program("profiles", "--json").stdout)
    assert [each["name"] for each in listed] == profiles.shipped(program)
