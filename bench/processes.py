"""The benchmarks of whole processes, from start to end: the cases, and how they
are measured. Before that, checks that all cases write the same bytes.
"""

import dataclasses
import hashlib
import json
import os
import shutil
import subprocess
import sys

PROFILE = "contact-center"
COUNT_LINES = ("wc", "-l")
CHECKED_RECORDS = 20_000
MILLION = 1_000_000


@dataclasses.dataclass(frozen=True)
class Case:
    """`busyhour generate` with `options`; or `command`, another program as a
    reference. {new} and {columns} are paths where no file exists yet, for lines
    and for Parquet; {whole} is a file with the first million records, {tables}
    one with those of the operational log in the shape table; {bench} is the
    directory of this file, {tools} that of the packages of npm."""

    name: str
    options: str = ""
    records: int = MILLION
    threads: int = 1
    reader: tuple = ()  # the process at the other end of a pipe
    undo: tuple = ()  # converts the output back to JSON lines
    command: str = ""
    needs: str = ""  # a program or a path; without it, the case is left out
    is_text: bool = True  # writes the same lines as the others
    takes_long: bool = False  # left out by --quick
    only_long: bool = False  # only with --long


CASES = (
    Case("null:", "--out null:"),
    Case("null:, 2 threads", "--out null:", threads=2),
    Case("null:, 10 M records", "--out null:", records=10 * MILLION,
         takes_long=True),
    Case("null:, 10 M records, 2 threads", "--out null:",
         records=10 * MILLION, threads=2, takes_long=True),
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
    # The same bytes, compressed by other programs.
    Case("yardstick: lz4 -1", command="lz4 -1 -qc {whole}"),
    Case("yardstick: zstd -1", command="zstd -1 -qc --single-thread {whole}"),
    Case("yardstick: pigz -1 -p1", command="pigz -1 -p1 -c {whole}",
         needs="pigz", takes_long=True),
    # Neither this nor dd waits for the disk at the end.
    Case("file, not synced", "--out {new} --no-sync"),
    Case("file, not synced, 2 threads", "--out {new} --no-sync", threads=2),
    Case("yardstick: dd", command="dd if={whole} of={new} bs=256K status=none"),
    Case("file", "--out {new}"),
    Case("yardstick: dd conv=fdatasync",
         command="dd if={whole} of={new} bs=256K conv=fdatasync status=none"),
    # Columns of the operational log.
    Case("parquet", "--out {columns} --logs operational --no-sync",
         is_text=False),
    Case("yardstick: DuckDB, COPY to Parquet",
         command="node {bench}/duckdb_copy.js {tools}/duckdb/node_modules "
                 "{tables} {columns}", needs="{tools}/duckdb/node_modules"),
    # Another generator of test data.
    Case("yardstick: faker", records=50_000,
         command="node {bench}/faker_peer.js {tools}/faker/node_modules 50000",
         needs="{tools}/faker/node_modules", takes_long=True),
)


class Processes:
    """Measures cases with the program at `program`. Files are written to
    `scratch`, which the caller removes."""

    def __init__(self, program, scratch, tools):
        self.program = program
        self.places = {
            "new": os.path.join(scratch, "new.jsonl"),
            "columns": os.path.join(scratch, "new.parquet"),
            "whole": os.path.join(scratch, "whole.jsonl"),
            "tables": os.path.join(scratch, "tables.jsonl"),
            "bench": os.path.dirname(os.path.abspath(__file__)),
            "tools": str(tools)}
        self.new = self.places["new"]
        self.bytes_a_record = None

    def can_run(self, case):
        """Whether the machine has what a case needs."""
        needs = case.needs.format(**self.places)
        return not needs or os.path.exists(needs) or shutil.which(needs)

    def command(self, case, records=None):
        if case.command:
            words = case.command
        else:
            words = (f"{self.program} generate --profile {PROFILE} --quiet "
                     f"--records {records or case.records} "
                     f"--threads {case.threads} {case.options}")
        return [word.format(**self.places) for word in words.split()]

    def remove_new(self):
        for new in (self.new, self.places["columns"]):
            for path in (new, new + ".manifest.json"):
                if os.path.exists(path):
                    os.remove(path)

    def check(self, cases):
        """Raises ValueError when two cases write different bytes."""
        digests = {}
        for case in cases:
            if case.command or "null" in case.options or not case.is_text:
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
        """Writes the files {whole} and {tables}, and sets the mean size of a
        record."""
        generate = [self.program, "generate", "--profile", PROFILE, "--quiet",
                    "--records", str(MILLION), "--force", "--out"]
        whole = self.places["whole"]
        subprocess.run([*generate, whole], check=True)
        subprocess.run([*generate, self.places["tables"], "--logs",
                        "operational", "--shape", "table"], check=True)
        with open(whole + ".manifest.json", encoding="utf-8") as file:
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
                   "processor": processor / case.records * 1e9}
        if case.is_text and not case.needs.endswith("node_modules"):
            figures["gbs"] = (self.bytes_a_record * case.records / seconds
                              / 1e9)
        if not case.command:
            figures["peak"] = peak
        return figures
