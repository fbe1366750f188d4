"""Tests that records leave in the order of their delivery, in every file and in
the stream of all logs, and that files and stream have the same content.
"""

import dataset
import profiles
from files import read_text, write_json

# Default minimum and maximum delay of a record, in ms: Azure's page on
# ingestion time, 30 s to 20 min.
DELAY = (30_000, 1_200_000)
LOG_OF = {category: log for log, category in dataset.CATEGORIES.items()}


def check_bounds(records, delays):
    """Checks the order as far as it is known: the files do not contain the
    delivery times, but no record may follow one that was certainly delivered
    later."""
    latest = float("-inf")  # the highest minimum delivery time so far
    for record in records:
        time = dataset.milliseconds(record["time"])
        least, most = delays[LOG_OF[record["category"]]]
        assert time + most >= latest, (
            f"{record} comes {latest - time - most} ms too late")


def test_records_leave_in_order_of_delivery(program, scratch, shipped):
    """Checks the stream of all logs; every file must have the same order."""
    given = profiles.load(program, shipped).get("delivery", {})
    delays = {log: profiles.bounds(given[log], *DELAY) if log in given
              else DELAY for log in dataset.LOGS}
    job = ["generate", "--profile", shipped, "--calls", 300, "--quiet"]
    program(*job, "--out", scratch / "out")
    all_lines = dataset.lines(program(*job, "--out", "-").stdout)
    records = [dataset.parse(line) for line in all_lines]
    assert records
    check_bounds(records, delays)
    for log in dataset.LOGS:
        of_file = dataset.lines(read_text(
            scratch / "out" / dataset.file_name(log, "jsonl")))
        of_stream = [line for line, record in zip(all_lines, records)
                     if LOG_OF[record["category"]] == log]
        assert of_file == of_stream, log


def test_constant_delays_make_the_order_exact(program, scratch):
    """With constant delays the delivery time is known: record time plus delay.
    Ties occur between records of the same call and of different calls."""
    delays = {"operational": 45_000, "media_summary": 20_000, "usage": 0}
    profile = profiles.load(program, "quickstart")
    profile["traffic"]["rate"] = "200/s"
    profile["delivery"] = {log: f"{ms}ms" for log, ms in delays.items()}
    path = f"{scratch}/constant.json"
    write_json(path, profile)
    text = program.generate("--profile", path, "--calls", 3000)
    before, ties = 0, 0
    sequence = {}  # by call and delivery time: the last log
    for record in dataset.read(text, "jsonl"):
        log = LOG_OF[record["category"]]
        delivered = dataset.milliseconds(record["time"]) + delays[log]
        assert delivered >= before, (
            f"with constant delays the stream is in exact order: {record}, "
            f"{delivered - before}")
        ties += delivered == before
        # Within a call, requests come first and usage last.
        call = record["correlationId"], delivered
        rank = dataset.LOGS.index(log)
        assert sequence.get(call, 0) <= rank, (
            f"ties within a call are in the order of logs: {record}")
        sequence[call] = rank
        before = delivered
    assert ties > 100, f"there are enough ties: {ties}"
