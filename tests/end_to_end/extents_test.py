"""An extent names calls: those made within a time, so many, or as many as it
takes. All records of a call belong to it."""

import json

import dataset
import harness
import profiles

PROFILES = ("quickstart", "reminder-campaign")


def manifest(program, scratch, *arguments):
    """What a run's manifest says, with the bytes of its records."""
    program("generate", *arguments, "--out", f"{scratch}/one.jsonl", "--force",
            "--quiet")
    with open(f"{scratch}/one.jsonl.manifest.json", encoding="utf-8") as file:
        told = json.load(file)
    counts = told["counts"]
    return (counts["calls"], sum(counts["records"].values()),
            told["files"][0]["bytes"])


def first_sent(text):
    """When the first request of each call was sent, ms since 1970."""
    first = {}
    for record in map(dataset.plain, dataset.read(text, "jsonl")):
        if record["category"] == "CallAutomationOperational":
            call = record["servercallid"] or record["correlationid"]
            sent = record["time"] - record["durationms"]
            first[call] = min(sent, first.get(call, sent))
    return list(first.values())


def check_counts(program, scratch, profile, checks):
    for calls in (1, 2, 99, 1000):
        checks.same(manifest(program, scratch, "--profile", profile, "--calls",
                             calls)[0], calls,
                    "--calls N makes N calls", profile)
    for option, column in (("--records", 1), ("--bytes", 2)):
        for wanted in (1, 1000, 123456):
            job = "--profile", profile
            made = manifest(program, scratch, *job, option, wanted)
            checks(made[column] >= wanted, f"{option} N reaches N",
                   (profile, wanted), made)
            if made[0] > 1:
                less = manifest(program, scratch, *job, "--calls", made[0] - 1)
                checks(less[column] < wanted,
                       f"{option} N stops at the first call that reaches it",
                       (profile, wanted), (less, made))
            same = manifest(program, scratch, *job, "--calls", made[0])
            checks.same(made, same, f"{option} makes what --calls makes",
                        (profile, wanted))


def check_durations(program, profile, checks):
    start = dataset.milliseconds("2026-03-02T08:00:00.0000000Z")
    before, calls_before = set(), 0
    for duration in ("200ms", "1500ms", "30s", "31s", "5m", "20m"):
        text = program.generate("--profile", profile, "--duration", duration)
        lines = set(dataset.lines(text))
        checks(before <= lines, "a shorter duration is part of a longer one",
               (profile, duration), len(before - lines))
        sent = first_sent(text)
        checks(len(sent) >= calls_before,
               "a longer duration has no fewer calls", (profile, duration),
               len(sent))
        # The first request follows the attempt by a moment.
        end = start + profiles.ms(duration)
        checks(all(start <= time < end + 60_000 for time in sent),
               "calls begin within the duration", (profile, duration))
        before, calls_before = lines, len(sent)
    hour = len(first_sent(program.generate("--profile", profile, "--duration",
                                           "1h")))
    parts = len(first_sent(program.generate("--profile", profile, "--duration",
                                            "30m")))
    parts += len(first_sent(program.generate(
        "--profile", profile, "--duration", "30m", "--start",
        "2026-03-02T08:30:00Z")))
    checks.same(parts, hour, "two half hours have the calls of the hour",
                profile)


def check_logs(program, profile, checks):
    """Asking for fewer logs changes nothing in those that are left."""
    job = ["--profile", profile, "--calls", 500]
    whole = dataset.lines(program.generate(*job))
    for log, category in dataset.CATEGORIES.items():
        alone = dataset.lines(program.generate(*job, "--logs", log))
        wanted = [line for line in whole if f'"category":"{category}"' in line]
        checks(alone == wanted and alone,
               "a log alone has the records it has among others",
               (profile, log), (len(alone), len(wanted)))
    pair = dataset.lines(program.generate(*job, "--logs",
                                          "usage,media_summary"))
    wanted = [line for line in whole
              if '"category":"CallAutomationOperational"' not in line]
    checks(pair == wanted, "two logs are what is left without the third",
           profile)


def run(program, scratch, checks):
    for profile in PROFILES:
        check_counts(program, scratch, profile, checks)
        check_durations(program, profile, checks)
        check_logs(program, profile, checks)


harness.main(run)
