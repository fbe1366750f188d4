"""Runs in progress: `verify --until`, manifests of runs that were killed, the
time that records were under way, and `explain --manifest`."""

import datetime
import json
import os
import random
import signal
import subprocess

import dataset
import harness
from verify_test import check_law, verdict

JOB = ["--profile", "contact-center", "--calls", "400"]


def iso(ms):
    time = datetime.datetime.fromtimestamp(ms / 1000, datetime.timezone.utc)
    return time.strftime("%Y-%m-%dT%H:%M:%S.") + f"{ms % 1000:03d}Z"


def deliveries(program, lines, job):
    """When each record was delivered, as `explain` tells it."""
    logs = {value: key for key, value in dataset.CATEGORIES.items()}
    told, found = {}, []
    for line in lines:
        record = json.loads(line)
        own = (record["properties"].get("recordId") or
               record["properties"]["operationId"])
        log = logs[record["category"]]
        if (log, own) not in told:
            story = json.loads(program("explain", own, "--json", *job).stdout)
            for entry in story["records"]:
                told[(entry["log"], entry["id"])] = entry["delivered"]
        time = datetime.datetime.fromisoformat(
            told[(log, own)].replace("Z", "+00:00"))
        found.append(round(time.timestamp() * 1000))
    return found


def check_until(program, scratch, checks):
    job = ["--profile", "contact-center", "--calls", "40"]
    named = job[:2]
    lines = dataset.lines(program.generate(*job))
    times = deliveries(program, lines, named)
    checks(times == sorted(times), "records leave in order of delivery")
    generator = random.Random(3)
    for _ in range(12):
        at = generator.randrange(len(lines) + 1)
        until = times[at] if at < len(times) else times[-1] + 1
        due = sum(time < until for time in times)
        # A pipeline that has got a little further, and lost some.
        reached = min(len(lines), due + generator.choice([0, 0, 3, 500]))
        lost = set(generator.sample(range(due), min(due, 4)))
        text = "".join(line + "\n" for number, line in
                       enumerate(lines[:reached]) if number not in lost)
        found = verdict(program, scratch, text, *job, "--until", iso(until),
                        expect=1 if lost else 0)
        check_law(checks, found, until)
        checks.same((found["total"]["lost"], found["early"],
                     found["total"]["foreign"], found["total"]["sent"]),
                    (len(lost), reached - due, 0, reached),
                    "only what is due is missed", (at, until))
    told = program("verify", *job, "--until", "soon", scratch,
                   expect=2).stderr
    checks('--until: "soon" is not a time' in told, "a wrong time is refused",
           None, told)


def check_killed(program, scratch, checks):
    generator = random.Random(4)
    for name, options in (("several", []), ("rotated", ["--rotate", "5MB"]),
                          ("one", None)):
        out = f"{scratch}/{name}" + ("" if options is not None else ".jsonl")
        manifest = (f"{out}/manifest.json" if options is not None else
                    f"{out}.manifest.json")
        run = subprocess.Popen(
            [program.path, "generate", "--profile", "contact-center",
             "--records", "3M", *(options or []), "--out", out, "--quiet"],
            stderr=subprocess.DEVNULL)
        noted = {}
        while (not sum(each["records"] for each in noted.get("resume", []))
               and run.poll() is None):
            try:
                with open(manifest, encoding="utf-8") as file:
                    noted = json.load(file)
            except FileNotFoundError:
                continue
        run.send_signal(signal.SIGKILL)
        run.wait()
        with open(manifest, encoding="utf-8") as file:
            noted = json.load(file)
        lines = []
        for each in noted["files"]:
            path = (f"{out}/{each['name']}" if options is not None else out)
            # One that was not whole when it was noted may be by now.
            if os.path.exists(f"{path}.part"):
                path += ".part"
            with open(path, "rb") as file:
                lines += file.read(each["bytes"]).splitlines(keepends=True)
        lost = set(generator.sample(range(len(lines)),
                                    max(1, len(lines) // 1000)))
        kept = [line for i, line in enumerate(lines) if i not in lost]
        job = ["--manifest", manifest]
        found = verdict(program, scratch, b"".join(lines), *job, expect=0)
        checks.same((found["total"]["sent"], found["early"]), (len(lines), 0),
                    "of a killed run, what it noted has been sent", name)
        found = verdict(program, scratch, b"".join(kept), *job, expect=1)
        checks.same(found["total"]["lost"], len(lost),
                    "and what is missing of that is lost", name)
        noted["resume"][0]["records"] = 10**9
        with open(f"{scratch}/edited.json", "w", encoding="utf-8") as file:
            json.dump(noted, file)
        told = program("verify", "--manifest", f"{scratch}/edited.json",
                       "/dev/null", expect=2).stderr
        checks("has been edited" in told, "an edited manifest is refused",
               name, told)


def check_arrival(program, scratch, checks):
    job = ["--profile", "contact-center", "--calls", "40", "--shape",
           "resource-log"]
    lines = dataset.lines(program.generate(*job))
    times = deliveries(program, lines, job[:2])
    generator = random.Random(5)
    took = [generator.randrange(1, 100_000) for _ in lines]
    wraps = {
        "/@timestamp": lambda line, ms: json.dumps(
            {"@timestamp": iso(ms), "event": json.loads(line)}),
        "/meta/at": lambda line, ms: json.dumps(
            {"meta": {"at": ms}, "message": line}),
        "/took~1in": lambda line, ms: json.dumps(
            {**json.loads(line), "took/in": str(ms) + "000000"}),
    }
    for pointer, wrap in wraps.items():
        text = "\n".join(wrap(line, time + more)
                         for line, time, more in zip(lines, times, took))
        found = verdict(program, scratch, text, *job, "--arrival", pointer,
                        expect=0)
        latency = found["latency_ms"]
        ordered = sorted(took)
        checks.same((latency["count"], latency["unreadable"], latency["min"],
                     latency["max"]),
                    (len(took), 0, ordered[0], ordered[-1]),
                    "how long records were under way is known", pointer)
        for name, share in (("p50", .5), ("p90", .9), ("p99", .99),
                            ("p99_9", .999)):
            exact = ordered[max(0, -(-int(len(took) * share * 1000) // 1000) -
                                1)]
            checks(abs(latency[name] - exact) <= 0.01 * exact +
                   (ordered[min(len(took) - 1, int(len(took) * share) + 1)] -
                    exact), "and its quantiles", (pointer, name),
                   (latency[name], exact))
    shown = program("verify", "-", *job, "--arrival", "/nowhere", stdin=None,
                    input="\n".join(lines))
    checks(f"of {len(lines):,} the arrival could not be read" in shown.stdout,
           "what cannot be read is counted", None, shown.stdout)


def check_explain(program, scratch, checks):
    for shard in (0, 1):
        program("generate", "--calls", 100, "--seed", 5, "--profile",
                "conference", "--shard", f"{shard}/2", "--out",
                f"{scratch}/shard{shard}", "--quiet")
    with open(f"{scratch}/shard1/Usage.jsonl", encoding="utf-8") as file:
        own = json.loads(file.readline())["properties"]["recordId"]
    told = program("explain", own, "--manifest", f"{scratch}/shard1", "--json")
    checks.same(told.stdout, program("explain", own, "--profile", "conference",
                                     "--seed", 5, "--json").stdout,
                "a manifest says profile and seed")
    told = program("explain", own, "--manifest", f"{scratch}/shard0", expect=1)
    checks("it is of shard 1/2, and the job is shard 0/2" in told.stderr,
           "a call of another shard is told so", None, told.stderr)
    for text, part in ((
            program.generate("--calls", 200, "--seed", 5, "--profile",
                             "conference", "--logs", "usage").splitlines()[-1],
            "after the job's last call"), (
            program.generate("--calls", 10, "--seed", 5, "--profile",
                             "conference", "--start", "2026-03-02T07:00:00Z",
                             "--logs", "usage").splitlines()[0],
            "the job begins at 2026-03-02T08:00:00Z")):
        told = program("explain", text, "--manifest",
                       f"{scratch}/shard{shard}", expect=1).stderr
        checks(part in told or "of shard" in told,
               "a call outside of the extent is told so", None, told)
    told = program("explain", own, "--manifest", f"{scratch}/nothing",
                   "--seed", 1, expect=2).stderr
    checks("there is no such file" in told and
           "--seed: does not go with --manifest" in told,
           "all that is wrong is told", None, told)


def run(program, scratch, checks):
    check_until(program, scratch, checks)
    check_killed(program, scratch, checks)
    check_arrival(program, scratch, checks)
    check_explain(program, scratch, checks)


if __name__ == "__main__":
    harness.main(run)
