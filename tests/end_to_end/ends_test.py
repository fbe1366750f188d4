"""How runs end that cannot go on: in a sentence, with status 1 or 2, and never
by a signal that nobody sent."""

import json
import os
import resource

import harness

END = ["--start", "2499-12-31T23:59:58Z"]


def check_limits(program, scratch, checks):
    """Too few threads, too little memory."""
    if harness.is_sanitized(program):
        harness.skip("watched memory wants more than there is")
        return
    job = ["--calls", "200", "--profile", "contact-center"]
    record = program.generate("--calls", 1).splitlines()[0]
    commands = (
        ["generate", *job, "--out", "null:", "--threads", "8"],
        ["generate", *job, "--out", "null:", "--threads", "8", "--compress",
         "gzip"],
        ["load", "--to", "null:", *job, "--rate", "max", "--threads", "4"],
        ["bench", "--bytes", "1MB", "--rounds", "1"],
        ["verify", "/dev/null", *job],
        ["describe", *job],
        ["explain", record],
        ["schema", "usage"],
        ["profiles"],
    )

    def ends(command, what, limit):
        done = program(*command, expect=None, preexec_fn=limit)
        if done.returncode == 127:
            return  # the system could not load it
        # Nothing that is to be there has come to verify.
        failed = "memory" in done.stderr or "thread" in done.stderr
        checks(done.returncode == (1 if failed or command[0] == "verify"
                                   else 0),
               f"too {what} ends a command with status 1, and a sentence",
               command, (done.returncode, done.stderr))

    for megabytes in (24, 32, 40, 48, 64, 96, 200):
        def little():
            size = megabytes << 20
            resource.setrlimit(resource.RLIMIT_AS, (size, size))
        for command in commands:
            ends(command, "little memory", little)

    def few():
        os.setgid(65534)
        os.setuid(65534)
        resource.setrlimit(resource.RLIMIT_NPROC, (2, 2))
    if os.getuid() != 0:
        harness.skip("only root can become nobody, who has few threads")
        return
    for command in commands:
        try:
            ends(command, "few threads", few)
        except PermissionError:
            harness.skip("nobody may not run the program here")
            return


def check_file_size(program, scratch, checks):
    """A limit on the size of files is told, and the run can be gone on with."""
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))

    job = ["generate", "--calls", 4000, "--quiet"]
    out = f"{scratch}/big"
    done = program(*job, "--out", out, expect=1, preexec_fn=limit)
    checks("File too large" in done.stderr and ".part" in done.stderr,
           "a file that becomes too large is told", value=done.stderr)
    program(*job, "--out", out, "--resume")
    program("verify", "--files", out)
    report = f"{scratch}/report.json"
    manifest = f"{scratch}/sent.json"
    done = program("load", "--to", f"file:{scratch}/got.jsonl", "--calls",
                   4000, "--rate", "max", "--quiet", "--report", report,
                   "--manifest", manifest, expect=1, preexec_fn=limit)
    checks("File too large" in done.stderr, "by load, too", done.stderr)
    with open(report, encoding="utf-8") as file:
        told = json.load(file)
    with open(manifest, encoding="utf-8") as file:
        logs = json.load(file)["deliveries"]["logs"]
    checks(told["acknowledged"] == 0 and told["taken_back"] > 0 and
           told["failed"] + told["not_sent"] == told["planned"] > 0,
           "nothing is acknowledged that is in no file", value=told)
    checks(all(log["planned"] == sum(count for name in ("failed", "not_sent")
                                     for _, count in log[name])
               for log in logs.values()),
           "and the manifest says so", value=logs)


def check_unreached(program, scratch, checks):
    """An extent that time does not hold is no job that is done."""
    for words in (["--calls", "100"], ["--records", "1000"],
                  ["--bytes", "1MB"], ["--duration", "1m"]):
        for command in (
                ["generate", "--out", f"{scratch}/late{words[0]}", "--quiet"],
                ["load", "--to", "null:", "--rate", "max", "--quiet"],
                ["describe"], ["verify", "/dev/null"],
                ["bench", "--rounds", "1"]):
            done = program(*command, *words, *END, expect=None)
            checks(done.returncode in (1, 2) and "2499" in done.stderr,
                   "an extent that cannot be reached is told",
                   (command, words), (done.returncode, done.stderr))


def run(program, scratch, checks):
    check_file_size(program, scratch, checks)
    check_unreached(program, scratch, checks)
    check_limits(program, scratch, checks)


harness.main(run)
