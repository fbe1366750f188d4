"""What `describe` foretells comes true, and what the other commands print can
be used."""

import json

import dataset
import harness
import profiles

# A prediction is a mean; what is made is one draw. From START every profile has
# some 3,000 calls an hour at least, which vary by 1.8 %; the records of a call
# vary by about as much as their mean, which adds as much again. 10 % is four
# standard errors.
TOLERANCE = 0.10
START = "2026-03-03T15:00:00Z"
EXTENTS = (("--duration", "1h"), ("--calls", "4000"), ("--records", "40000"),
           ("--bytes", "30MB"))


def foretold(program, job):
    return json.loads(program("describe", *job, "--json").stdout)


def check_predictions(program, scratch, name, checks):
    for extent in EXTENTS:
        job = ["--profile", name, *extent, "--seed", 11, "--start", START]
        told = foretold(program, job)
        program("generate", *job, "--out", f"{scratch}/out", "--force",
                "--quiet")
        with open(f"{scratch}/out/manifest.json", encoding="utf-8") as file:
            made = json.load(file)
        pairs = {"calls": (told["calls"], made["counts"]["calls"])}
        for log, entry in zip(dataset.LOGS, made["files"], strict=True):
            pairs[f"{log} records"] = (told["logs"][log]["records"],
                                       entry["records"])
            pairs[f"{log} bytes"] = (told["logs"][log]["bytes"],
                                     entry["bytes"])
        for what, (predicted, actual) in pairs.items():
            checks(abs(predicted - actual) <= TOLERANCE * actual,
                   f"describe foretells {what.split()[-1]} within 10 %",
                   (name, extent, what), (predicted, actual))
        checks.same(round(told["records"]),
                    round(sum(log["records"] for log in told["logs"].values())),
                    "describe adds up", name)
        # Little's law.
        erlangs = (told["mean_rate_cps"] * told["answered_share"]
                   * told["mean_holding_s"])
        checks(abs(told["mean_erlangs"] - erlangs) <= 0.01 * erlangs,
               "offered traffic is rate times holding time", name,
               (told["mean_erlangs"], erlangs))


def check_figures(program, checks):
    """Figures of the shipped profiles that can be worked out by hand."""
    told = foretold(program, ["--profile", "quickstart", "--duration", "1h"])
    checks(abs(told["bhca"] - 7200) < 72, "two calls a second are 7,200 BHCA",
           value=told["bhca"])
    week = foretold(program, ["--profile", "contact-center", "--duration",
                              "7d"])
    checks(week["peak_rate_cps"] <= 10 * 2.2 and 5 <= week["bhca"] / 3600 <= 20,
           "ten attempts a second in the busy hour, by the day's factor",
           value=(week["peak_rate_cps"], week["bhca"]))
    text = program("describe", "--profile", "contact-center").stdout
    for word in ("erlangs", "BHCA", "holding time", "records in flight",
                 "memory", "offered rate", "answered"):
        checks(word in text, "describe speaks of what it should", word, text)


def check_profiles(program, scratch, checks):
    names = profiles.shipped(program)
    for name in ("quickstart", "contact-center", "reminder-campaign",
                 "voice-bot", "ivr-storm", "conference"):
        checks(name in names, "the profiles that should be there are", name)
    listed = program("profiles").stdout
    for name in names:
        checks(f"\n{name} " in f"\n{listed}", "profiles are listed", name)
        shown = program("profiles", "show", name).stdout
        path = f"{scratch}/{name}.json"
        with open(path, "w", encoding="utf-8") as file:
            file.write(shown)
        valid = program("profiles", "validate", name, path)
        checks(valid.stdout.count("\n") == 2, "profiles that are shown are "
               "right", name, valid.stdout)
        job = ["--calls", 30, "--seed", 5]
        checks(program.generate("--profile", name, *job)
               == program.generate("--profile", path, *job),
               "a profile's file makes what its name makes", name)


def run(program, scratch, checks):
    for name in profiles.shipped(program):
        check_predictions(program, scratch, name, checks)
    check_figures(program, checks)
    check_profiles(program, scratch, checks)


harness.main(run)
