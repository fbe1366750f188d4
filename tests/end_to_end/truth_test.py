"""`busyhour truth`: every answer is what is counted here in the files that
`generate` writes with the same options."""

import os
import re
import subprocess

import pytest

import call_log_laws
import calls as grouping
import dataset
import own_profiles
from files import manifest_of, write_json
from program import page, wait_for
from truth_call_expected import CallExpected
from truth_expected import Expected, same

CONTACT = ["--profile", "contact-center"]
CONFERENCE = ["--profile", "conference"]
ALL = ["--logs", "all", "--shape", "table"]
JOBS = {
    "default": [],
    "duration": [*CONTACT, "--duration", "2m", "--seed", 2],
    "calls": [*CONFERENCE, "--calls", 200],
    "records": [*CONFERENCE, "--records", 1500, "--seed", 3],
    "bytes": ["--profile", "voice-bot", "--bytes", "500kB"],
    "bytes of another shape": [*CONTACT, "--bytes", "500kB", "--shape",
                               "portal", "--frame", "csv"],
    "start": ["--profile", "ivr-storm", "--calls", 500, "--start",
              "2026-03-02T09:04:30Z"],
    "shard": [*CONFERENCE, "--calls", 300, "--shard", "1/3"],
    "shard of records": [*CONTACT, "--records", 3000, "--shard", "0/2"],
    "own profile": ["--profile", "own.json", "--calls", 200, "--seed", 9],
    "no calls": ["--profile", "reminder-campaign", "--duration", "1s",
                 "--start", "2026-03-01T02:00:00Z"],
    "operational": [*CONFERENCE, "--calls", 100, "--logs", "operational"],
    "media": [*CONFERENCE, "--records", 300, "--logs", "media_summary"],
    "requests and media": [*CONTACT, "--records", 500, "--logs",
                           "operational,media_summary"],
    "usage": [*CONFERENCE, "--records", 500, "--logs", "usage"],
    "usage by duration": ["--profile", "reminder-campaign", "--duration", "5m",
                          "--logs", "usage"],
    "streaming": [*CONFERENCE, "--calls", 200, "--logs", "streaming_usage"],
    "all logs": [*CONFERENCE, "--calls", 200, *ALL],
    "all logs, shard": [*CONTACT, "--calls", 300, "--shard", "1/2", *ALL],
    "all logs, records": [*CONFERENCE, "--records", 4000, *ALL],
    "all logs, duration": ["--profile", "quickstart", "--duration", "5m", *ALL],
    "all logs, own profile": ["--profile", "own.json", "--calls", 150, *ALL],
    "summaries": ["--profile", "voice-bot", "--calls", 200, "--shape", "table",
                  "--logs", "call_summary,recording_summary"],
    "usage and streaming": ["--profile", "voice-bot", "--calls", 200, "--logs",
                            "usage,streaming_usage"],
}


# ----------------------------------------------------------------- the files


def truth(program, *options, **more):
    return dataset.parse(program("truth", *options, "--json", **more).stdout)


def without(options, *names):
    """The options without those names and their values."""
    return [word for before, word in zip([None, *options], options)
            if word not in names and before not in names]


def records_of(program, place, options):
    """What `generate` writes, by log, and the number of its calls."""
    program("generate", *options, "--out", "logs", "--quiet", cwd=place)
    records = {}
    frame = options[options.index("--frame") + 1] if (
        "--frame" in options) else "jsonl"
    for log in dataset.LOGS:
        path = place / "logs" / dataset.file_name(log, frame)
        if path.exists():
            records[log] = [dataset.plain(record)
                            for record in dataset.read_file(path, frame)]
            for record in records[log]:
                read_texts(record)
    for log, category in call_log_laws.CATEGORIES.items():
        path = place / "logs" / f"{category}.jsonl"
        if path.exists():
            records[log] = [call_log_laws.plain(record)
                            for record in dataset.read_file(path)]
    return records, manifest_of(place / "logs")["counts"]["calls"]


def read_texts(record):
    """In shape portal, numbers are texts, too."""
    for name in ("resultsignature", "durationms", "resultcode"):
        if name in record:
            record[name] = int(record[name])


def call_of_ids(program, place, options, calls):
    """The call of each correlation id of a job, from a larger job with all
    logs."""
    options = without(options, "--duration", "--calls", "--records", "--bytes",
                      "--logs", "--shard", "--shape", "--frame")
    program("generate", *options, "--calls", 4 * calls + 200, "--logs",
            ",".join(dataset.LOGS), "--out", "all", "--quiet", cwd=place)
    return {request["correlationid"]: number for number, call in enumerate(
        grouping.group(grouping.read(place / "all")))
            for request in call.requests}


def all_expected(expected):
    """All answers about the records, by member."""
    found = {"logs": expected.logs()}
    of_calls = CallExpected(expected)
    for log in expected.records:
        of = expected if log in dataset.LOGS else of_calls
        found.update(getattr(of, log)())
    return found


@pytest.mark.parametrize("job", JOBS)
def test_truth_is_that_of_the_files(program, scratch, job):
    options = JOBS[job]
    write_json(scratch / "own.json", own_profiles.everything())
    records, calls = records_of(program, scratch, options)
    call_of = call_of_ids(program, scratch, options, calls)
    for bucket, bucket_ms in (("1m", 60_000), ("10s", 10_000),
                              ("1d", 86_400_000)):
        found = truth(program, *options, "--bucket", bucket, cwd=scratch)
        expected = all_expected(Expected(records, call_of, bucket_ms))
        expected["calls"] = calls
        assert {"profile", "start", "seed", "bucket_ms"} == (
            found.keys() - expected.keys())
        for member, answer in expected.items():
            assert same(found[member], answer), (job, bucket, member)
        assert found["bucket_ms"] == bucket_ms
        assert list(found["logs"]) == list(records)


def test_every_answer_has_rows_in_some_job(program):
    empty = None
    for job in ([*CONFERENCE, "--calls", 1500, "--seed", 6, *ALL],
                [*CONTACT, "--calls", 500, *ALL]):
        found = {name for name, value in truth(program, *job).items()
                 if value == []}
        empty = found if empty is None else empty & found
    assert empty == set()


def test_seeds_and_starts_differ(program):
    one, two, later = (truth(program, *CONTACT, *options)
                       for options in ([], ["--seed", 2],
                                       ["--start", "2026-03-03T08:00:00Z"]))
    assert one["seed"] == 1 and two["seed"] == 2
    assert later["start"] == "2026-03-03T08:00:00Z"
    for other in (two, later):
        assert one["usage_by_type"] != other["usage_by_type"]


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_threads_do_not_matter(program, options):
    outputs = {program("truth", *CONFERENCE, "--records", "20k", "--threads",
                       threads, *options).stdout for threads in (1, 2, 5)}
    assert len(outputs) == 1


def test_shards_add_up(program):
    whole = truth(program, *CONTACT, "--calls", 300)
    parts = [truth(program, *CONTACT, "--calls", 300, "--shard", f"{k}/3")
             for k in range(3)]
    assert all(part["calls"] > 0 for part in parts)
    assert whole["calls"] == sum(part["calls"] for part in parts)
    for log, totals in whole["logs"].items():
        for name, count in totals.items():
            assert count == sum(part["logs"][log][name] for part in parts)


# ------------------------------------------------------------------ manifests


def test_a_manifest_is_the_job(program, scratch):
    options = [*CONFERENCE, "--records", 2000, "--seed", 5, "--logs",
               "operational,usage"]
    program("generate", *options, "--frame", "event-hub", "--compress", "gzip",
            "--out", "logs", "--quiet", cwd=scratch)
    assert truth(program, *options) == truth(program, "--manifest", "logs",
                                             cwd=scratch)
    assert "usage_by_type" in truth(
        program, "--manifest", "logs/manifest.json", cwd=scratch)


def test_faults_do_not_count(program, scratch):
    options = [*CONFERENCE, "--calls", 100]
    program("generate", *options, "--fault", "drop=50%", "--out", "logs",
            "--quiet", cwd=scratch)
    assert manifest_of(scratch / "logs")["counts"]["records"]["usage"] < (
        0.7 * truth(program, *options)["logs"]["usage"]["records"])
    assert truth(program, *options) == truth(program, "--manifest", "logs",
                                             cwd=scratch)
    text = program("truth", "--manifest", "logs", cwd=scratch).stdout
    said = "The answers are for the records before the faults of the job."
    assert said in text
    assert said not in program("truth", *options).stdout


def test_an_incomplete_data_set_is_refused(program, scratch):
    run = program.start("generate", *CONTACT, "--records", "100M", "--out",
                        scratch / "logs", "--quiet", stderr=subprocess.DEVNULL)
    try:
        assert wait_for((scratch / "logs" / "manifest.json").exists)
    finally:
        run.kill()
        run.wait()
    done = program("truth", "--manifest", "logs", cwd=scratch, expect=2)
    assert done.stdout == ""
    assert "--manifest: the data set of logs is not complete" in done.stderr


# -------------------------------------------------------------------- as text


def test_text_has_the_numbers_of_the_json(program):
    options = [*CONFERENCE, "--calls", 300]
    text = program("truth", *options).stdout
    found = truth(program, *options)
    assert text.startswith(
        "conference: 300 calls from 2026-03-02T08:00:00Z, seed 1\n")
    tables = {part.split("\n")[0]: part.split("\n")[1:]
              for part in text.strip().split("\n\n")[1:]}
    titles = {"usage by type": "usage_by_type", "recognizes by result":
              "recognizes", "milliseconds from request to answer": "latency",
              "calls in progress: calls connected at that time":
              "calls_in_progress"}
    for title, member in titles.items():
        head, *rows = tables[title]
        assert head.split() == " ".join(found[member][0]).replace(
            "_", " ").split()
        assert [row.split() for row in rows] == [
            " ".join(f"{value:.3f}" if isinstance(value, float) else str(value)
                     for value in row.values()).split()
            for row in found[member]]
    assert [line.split() for line in tables["logs"][1:]] == [
        [log, *map(str, totals.values())]
        for log, totals in found["logs"].items()]
    assert all(line == line.rstrip() for line in text.split("\n"))


def test_the_page_shows_the_text(program):
    example, = re.findall(r"^```\n(conference: .*?)\.\.\.\n```$",
                          page("queries.md"), re.MULTILINE | re.DOTALL)
    assert program("truth", *CONFERENCE, "--calls", 500).stdout.startswith(
        example)


# --------------------------------------------------------------------- errors


@pytest.mark.parametrize("options, words", [
    (["--bucket", "7m"], ["--bucket", '"7m"', "divides a day", "10s"]),
    (["--bucket", "500ms"], ["--bucket", "whole number of seconds"]),
    (["--bucket", "2d"], ["--bucket", "divides a day"]),
    (["--bucket", "x"], ["--bucket", '"x"']),
    (["--calls", "0"], ["--calls", "from 1 to"]),
    (["--calls", "5", "--records", "5"], ["--records", "--calls"]),
    (["--threads", "0"], ["--threads"]),
    (["--logs", "usages"], ['"usages"', 'did you mean "usage"?']),
    (["--profile", "nope"], ["nope"]),
    (["--frame", "query", "--shape", "portal"], ["query"]),
    (["--manifest", "nowhere"], ["nowhere"]),
    (["--manifest", "nowhere", "--seed", "2"],
     ["--seed", "cannot be combined with --manifest"]),
    (["--jsn"], ["--jsn", 'did you mean "--json"?']),
    (["--fault", "drop=1%"], ["--fault", "is not an option"]),
    (["--batch-bytes", "5KiB"], ["--batch-bytes", "is not an option"]),
    (["--calls", "x", "--bucket", "y"], ["--calls", "--bucket"]),
    (["extra"], ["extra", "unexpected argument"]),
    (["--start", "2499-12-31T23:59:58Z", "--calls", "1M"], ["2499"]),
])
def test_bad_options_are_refused(program, scratch, options, words):
    done = program("truth", *options, cwd=scratch, expect=2)
    assert done.stdout == ""
    for word in words:
        assert word in done.stderr


def test_memory_does_not_grow_with_calls(program, unwatched_memory):
    """With few groups: one bucket, and no telephone numbers."""
    def peak_kb(records):
        run = program.start("truth", *CONFERENCE, "--logs", "operational",
                            "--bucket", "1d", "--records", records, "--threads",
                            1, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(run.pid, 0)
        run.returncode = status
        run.stderr.close()
        assert status == 0
        return usage.ru_maxrss

    assert peak_kb("300k") < 1.2 * peak_kb("30k")
