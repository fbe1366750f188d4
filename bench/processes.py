"""The benchmarks of whole processes, from start to end: the cases, and how they
are measured. Before that, checks that all cases write the same bytes.
"""

import dataclasses
import hashlib
import json
import os
import subprocess
import sys

PROFILE = "contact-center"
COUNT_LINES = ("wc", "-l")
CHECKED_RECORDS = 20_000
MILLION = 1_000_000


@dataclasses.dataclass(frozen=True)
class Case:
    """`busyhour generate` with `options`; or `command`, another program as a
    reference. {new} is a path where no file exists yet, {whole} a file with the
    first million records."""

    name: str
    options: str = ""
    records: int = MILLION
    threads: int = 1
    reader: tuple = ()  # the process at the other end of a pipe
    undo: tuple = ()  # converts the output back to JSON lines
    command: str = ""
    takes_long: bool = False  # left out by --quick
    only_long: bool = False  # only with --long


CASES = (
    Case("null:", "--out null:"),
    Case("null:, 2 threads", "--out null:", threads=2),
    Case("null:, 10 M records", "--out null:", records=10 * MILLION,
         takes_long=True),
    Case("null:, 100 M records", "--out null:", records=100 * MILLION,
         only_long=True),
    Case("/dev/null", "--out /dev/null"),
    Case("| wc -l", "--out -", reader=COUNT_LINES),
    Case("| wc -l, 2 threads", "--out -", threads=2, reader=COUNT_LINES),
    Case("| wc -l, spliced", "--out - --splice", reader=COUNT_LINES),
    Case("| wc -l, spliced, 2 threads", "--out - --splice", threads=2,
         reader=COUNT_LINES),
    Case("lz4", "--out /dev/null --compress lz4", undo=("lz4", "-dc")),
    Case("lz4, 2 threads", "--out /dev/null --compress lz4", threads=2,
         undo=("lz4", "-dc")),
    Case("zstd", "--out /dev/null --compress zstd", undo=("zstd", "-dcq")),
    Case("zstd, 2 threads", "--out /dev/null --compress zstd", threads=2,
         undo=("zstd", "-dcq")),
    Case("gzip", "--out /dev/null --compress gzip", undo=("gzip", "-dc"),
         takes_long=True),
    Case("gzip, 2 threads", "--out /dev/null --compress gzip", threads=2,
         undo=("gzip", "-dc"), takes_long=True),
    Case("yardstick: cat | wc -l", command="cat {whole}", reader=COUNT_LINES),
    # Neither this nor dd waits for the disk at the end.
    Case("file", "--out {new}"),
    Case("file, 2 threads", "--out {new}", threads=2),
    Case("yardstick: dd", command="dd if={whole} of={new} bs=256K status=none"),
)


class Processes:
    """Measures cases with the program at `program`. Files are written to
    `scratch`, which the caller removes."""

    def __init__(self, program, scratch):
        self.program = program
        self.new = os.path.join(scratch, "new.jsonl")
        self.whole = os.path.join(scratch, "whole.jsonl")
        self.bytes_a_record = None

    def command(self, case, records=None):
        if case.command:
            words = case.command
        else:
            words = (f"{self.program} generate --profile {PROFILE} --quiet "
                     f"--records {records or case.records} "
                     f"--threads {case.threads} {case.options}")
        return [word.format(new=self.new, whole=self.whole)
                for word in words.split()]

    def remove_new(self):
        for path in (self.new, self.new + ".manifest.json"):
            if os.path.exists(path):
                os.remove(path)

    def check(self, cases):
        """Raises ValueError when two cases write different bytes."""
        digests = {}
        for case in cases:
            if case.command or "null" in case.options:
                continue
            self.remove_new()
            done = subprocess.run(self.command(case, CHECKED_RECORDS),
                                  check=True, stdout=subprocess.PIPE)
            data = done.stdout
            if "{new}" in case.options:
                with open(self.new, "rb") as file:
                    data = file.read()
            if case.undo:
                data = subprocess.run(case.undo, input=data, check=True,
                                      stdout=subprocess.PIPE).stdout
            digests[case.name] = hashlib.sha256(data).hexdigest()
        self.remove_new()
        if len(set(digests.values())) > 1:
            raise ValueError(f"these write different bytes: {digests}")

    def prepare(self):
        """Writes the file {whole}, and sets the mean size of a record."""
        subprocess.run([self.program, "generate", "--profile", PROFILE,
                        "--quiet", "--records", str(MILLION), "--force",
                        "--out", self.whole], check=True)
        with open(self.whole + ".manifest.json", encoding="utf-8") as file:
            manifest = json.load(file)
        written = manifest["files"][0]
        self.bytes_a_record = written["bytes"] / written["records"]

    def measure(self, case):
        """The figures of one run."""
        self.remove_new()
        words = self.command(case)
        if case.reader:
            words += ["--into", *case.reader]
        tool = os.path.join(os.path.dirname(__file__), "measure.py")
        answer = subprocess.run([sys.executable, "-I", "-S", tool, *words],
                                check=True, text=True,
                                stdout=subprocess.PIPE).stdout
        self.remove_new()
        seconds, processor, peak = map(float, answer.split())
        figures = {"ns": seconds / case.records * 1e9,
                   "processor": processor / case.records * 1e9,
                   "gbs": self.bytes_a_record * case.records / seconds / 1e9}
        if not case.command:
            figures["peak"] = peak
        return figures
