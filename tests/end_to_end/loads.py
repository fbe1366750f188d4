"""Runs `load` for the tests of its sinks, and checks what holds for every run.
"""

import collections
import json
import os

RECORDS = 4000


class Load:
    """Runs `load`, and checks what holds for every run."""

    def __init__(self, program, scratch, checks):
        self.program = program
        self.scratch = scratch
        self.checks = checks
        self.number = 0
        self.said = ""

    def __call__(self, to, *arguments, settings=(), records=RECORDS, expect=0,
                 environment=None):
        self.number += 1
        report = os.path.join(self.scratch, f"report{self.number}.json")
        self.manifest = os.path.join(self.scratch, f"sent{self.number}.json")
        with_words = [word for setting in settings
                      for word in ("--with", setting)]
        done = self.program(
            "load", "--to", to, "--records", records,
            *([] if "--rate" in arguments else ["--rate", "max"]), "--report", report, "--manifest", self.manifest, *with_words,
            *arguments, expect=expect, timeout=100,
            env={**os.environ, **(environment or {})})
        self.said = done.stdout + done.stderr
        if expect == 2:
            self.checks(not os.path.exists(report)
                        or os.path.getsize(report) == 0,
                        "exit 2 leaves no report")
            return None
        with open(report, encoding="utf-8") as file:
            text = file.read()
        self.said += text
        got = json.loads(text)
        self.checks.same(got["acknowledged"] + got["failed"] + got["dropped"]
                         + got["not_sent"], got["planned"],
                         "acknowledged + failed + dropped + not sent = planned")
        for kind in ("planned", "acknowledged", "failed", "dropped",
                     "not_sent"):
            self.checks.same(sum(second[kind] for second in got["series"]),
                             got[kind], "the seconds add up to the whole")
        return got

    def refused(self, to, *settings, words, environment=None, **more):
        """Is refused before anything is sent, with these words."""
        self(to, settings=settings, expect=2, environment=environment, **more)
        for word in words:
            self.checks(word in self.said, "a refusal says what is wrong",
                        value=(word, self.said))


def errors(report):
    return {error["error"]: error for error in report["errors"]}


def check_arrived(checks, program, receiver, envelope, report, records=RECORDS):
    """All of them, and those that came more often are accounted for."""
    sent = program.generate("--records", records).splitlines()
    got = collections.Counter(receiver.records(envelope))
    checks.same(report["planned"], len(sent), "the plan is what is asked for")
    checks.same(report["acknowledged"], len(sent), "all are acknowledged")
    checks(set(got) == set(sent), "what arrives is what was to be sent",
           value=(len(got), len(sent)))
    again = got.total() - len(got)
    checks(again <= report["duplicates_possible"],
           "what arrives twice is reported as possible",
           value=(again, report["duplicates_possible"]))
    return again
