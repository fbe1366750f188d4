"""What the tests of `busyhour load` share: a run with its report and manifest,
and the laws that hold for every run."""

import json
import os
import signal
import subprocess
import time

FATES = ("acknowledged", "failed", "dropped", "not_sent")
PROFILE = ("--profile", "contact-center")
LIMIT_S = 90
# Above the least that a record takes, for how many there are in a buffer.
LEAST_RECORD_BYTES = 300


class Load:
    """`busyhour load`, started; its files are in `place` and begin with
    `name`."""

    def __init__(self, program, place, name, uri, *options, settings=(),
                 profile=PROFILE, **more):
        self.program = program
        self.name = name
        self.report_path = f"{place}/{name}.report"
        self.manifest = f"{place}/{name}.manifest"
        self.place = place
        more.setdefault("stdout", subprocess.DEVNULL)
        self.run = subprocess.Popen(
            [program.path, "load", "--to", uri, *profile,
             *map(str, options),
             *(word for each in settings for word in ("--with", each)),
             "--report", self.report_path, "--manifest", self.manifest],
            stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            **more)

    def interrupt(self):
        self.run.send_signal(signal.SIGINT)

    def peak_bytes(self):
        """The most memory that it has had so far."""
        with open(f"/proc/{self.run.pid}/status", encoding="ascii") as file:
            for line in file:
                if line.startswith("VmHWM"):
                    return int(line.split()[1]) * 1024
        return 0

    def finish(self, checks, expect=0):
        """Its report, when it has ended; with the laws of every report."""
        try:
            _, self.words = self.run.communicate(timeout=LIMIT_S)
        except subprocess.TimeoutExpired:
            self.run.kill()
            _, self.words = self.run.communicate()
            checks(False, "a run ends in time", self.name, self.words)
        checks.same(self.run.returncode, expect,
                    "a run ends with the status it should",
                    (self.name, self.words))
        with open(self.report_path, encoding="utf-8") as file:
            report = json.load(file)
        check_report(checks, report, self.name)
        return report

    def verify(self, checks, received, report, lost=0, altered=0,
               undecodable=0):
        """Compares what was received with the manifest. At most `lost` of the
        acknowledged records may be missing, and copies only as many as the
        report says are possible."""
        copies = report["duplicates_possible"]
        done = self.program(
            "verify", received, "--manifest", self.manifest, "--json",
            "--allow", f"lost={lost},duplicated={copies},altered={altered},"
            f"undecodable={undecodable},out_of_order=100%", expect=None)
        verdict = json.loads(done.stdout)
        # Where nothing was acknowledged, there is nothing to ask for.
        checks(done.returncode == 0 or
               report["acknowledged"] == 0 and "nothing_asked" in verdict,
               "verify finds what the report says",
               self.name, done.stdout[:1500] + done.stderr)
        found = verdict["total"]
        distinct = (found["received"] - found["duplicated"] -
                    found["foreign"])
        checks(distinct + lost >= report["acknowledged"],
               "every acknowledged record was received", self.name,
               (found, lost))
        # A failed record may have arrived; any other that was not
        # acknowledged has not.
        checks(distinct <= report["acknowledged"] + report["failed"],
               "no record was received that was never sent", self.name, found)
        if not (lost or report["failed"]):
            checks.same(distinct, report["acknowledged"],
                        "acknowledged = received, record by record", self.name)
        return found


def check_report(checks, report, where):
    checks.same(sum(report[fate] for fate in FATES), report["planned"],
                "acknowledged + failed + dropped + not sent = planned", where)
    series = report["series"]
    for name in ("planned", "bytes", "retries", *FATES):
        checks.same(sum(row[name] for row in series), report[name],
                    "the seconds of a report add up to its totals",
                    (where, name))
    checks.same([row["t"] for row in series], list(range(len(series))),
                "a report has every second", where)
    checks(len(series) - 1 <= report["seconds"] <= len(series),
           "a report has as many seconds as the run", where)
    for kind in ("lateness", "latency_from_intended", "latency_from_sent"):
        values = [report[kind][f"{share}_ms"]
                  for share in ("p50", "p90", "p99", "p99.9", "max")]
        checks(values == sorted(values), "quantiles rise", where, values)
    if report["acknowledged"] == report["planned"]:
        # None is acknowledged before it is sent. Of 8 bits, as counts are kept.
        late, answered = report["lateness"], report["latency_from_intended"]
        checks(all(late[share] <= answered[share] * 1.01 for share in
                   ("p50_ms", "p90_ms", "p99_ms", "p99.9_ms", "max_ms")),
               "what is acknowledged was at least as long due as it was late",
               where, (late, answered))
    checks.same(report["latency_from_sent"]["count"], report["acknowledged"],
                "every acknowledged record has a latency", where)


def wait_for(reached, limit_s=30):
    """Whether `reached()` came true in time."""
    end = time.monotonic() + limit_s
    while not reached():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def lines_of(path):
    if not os.path.exists(path):
        return 0
    with open(path, "rb") as file:
        return sum(piece.count(b"\n")
                   for piece in iter(lambda: file.read(1 << 20), b""))


def side_by_side(cases, checks):
    """Runs what takes long because of its waiting at the same time. Each is a
    function without arguments; one that throws counts as failed."""
    import threading
    import traceback
    threads = []

    def guarded(case):
        try:
            case()
        except BaseException:
            checks(False, "a test runs to its end", None,
                   traceback.format_exc())
    for case in cases:
        threads.append(threading.Thread(target=guarded, args=(case,)))
        threads[-1].start()
    for thread in threads:
        thread.join()
