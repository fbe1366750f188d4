"""Records leave in the order of their delivery, in every file and in the stream
of all logs; and the files hold what the stream holds."""

import json
import os

import dataset
import harness
import profiles

# Shortest and longest delay of a record, in ms, where a profile says nothing:
# Azure's page on ingestion time, 30 s to 20 min.
DELAY = (30_000, 1_200_000)
LOG_OF = {category: log for log, category in dataset.CATEGORIES.items()}


def check_bounds(records, delays, law, checks):
    """The files do not tell when a record was delivered, but none may come
    after another that was certainly delivered later."""
    latest = float("-inf")  # when the records so far were delivered at least
    for record in records:
        time = dataset.milliseconds(record["time"])
        least, most = delays[LOG_OF[record["category"]]]
        checks(time + most >= latest, law, record, latest - time - most)
        latest = max(latest, time + least)


def check_shipped(program, scratch, checks, name):
    given = profiles.load(program, name).get("delivery", {})
    delays = {log: profiles.bounds(given[log], *DELAY) if log in given
              else DELAY for log in dataset.LOGS}
    job = ["generate", "--profile", name, "--calls", 300, "--quiet"]
    program(*job, "--out", f"{scratch}/{name}")
    stream = program(*job, "--out", "-").stdout
    all_lines = dataset.lines(stream)
    records = [dataset.parse(line) for line in all_lines]
    check_bounds(records, delays, "the stream is in order of delivery", checks)
    for log in dataset.LOGS:
        path = os.path.join(scratch, name, dataset.file_name(log, "jsonl"))
        with open(path, encoding="utf-8", newline="") as file:
            of_file = dataset.lines(file.read())
        of_stream = [line for line, record in zip(all_lines, records)
                     if LOG_OF[record["category"]] == log]
        checks(of_file == of_stream,
               "a log's file holds what the stream holds of it, in its order",
               (name, log))


def check_exactly(program, scratch, checks):
    """With constant delays the time of delivery can be told: record time plus
    delay. All ties are between records of different calls or of one."""
    delays = {"operational": 45_000, "media_summary": 20_000, "usage": 0}
    profile = profiles.load(program, "quickstart")
    profile["traffic"]["rate"] = "200/s"
    profile["delivery"] = {log: f"{ms}ms" for log, ms in delays.items()}
    path = f"{scratch}/constant.json"
    with open(path, "w", encoding="utf-8") as file:
        json.dump(profile, file)
    text = program.generate("--profile", path, "--calls", 3000)
    before, ties = 0, 0
    sequence = {}  # by delivery time: which of a call's records came last
    for record in dataset.read(text, "jsonl"):
        log = LOG_OF[record["category"]]
        delivered = dataset.milliseconds(record["time"]) + delays[log]
        checks(delivered >= before, "with constant delays the stream is in "
               "exact order", record, delivered - before)
        ties += delivered == before
        # Of one call's records, requests come first and usage last.
        call = record["correlationId"], delivered
        rank = dataset.LOGS.index(log)
        checks(sequence.get(call, 0) <= rank,
               "of one call, ties go to the log that comes first", record)
        sequence[call] = rank
        before = delivered
    checks(ties > 100, "there are ties to look at", value=ties)


def run(program, scratch, checks):
    for name in profiles.shipped(program):
        check_shipped(program, scratch, checks, name)
    check_exactly(program, scratch, checks)


harness.main(run)
