"""`verify` of CSV as spreadsheets and other programs write it."""

import csv
import gzip
import io
import random

import dataset
import harness
from verdicts import LOGS, PROFILE, check_law, verdict


def check_csv(program, scratch, checks):
    """CSV as other programs write it: a byte order mark, CR LF, no [UTC]."""
    for log in LOGS:
        for shape in ("portal", "table"):
            job = [*PROFILE, "--logs", log, "--frame", "csv", "--shape", shape]
            text = program.generate(*job).replace(" [UTC]", "")
            text = "\ufeff" + text.replace("\n", "\r\n")
            found = verdict(program, scratch, gzip.compress(text.encode()),
                            *job, expect=0)
            checks.same(found["total"]["received"], text.count("\n") - 1,
                        "CSV of other programs passes", (log, shape))
            resource = [*PROFILE, "--logs", log]  # as the job was first
            found = verdict(program, scratch, text, *resource, expect=0)
            checks(True, "another shape than the job's passes", (log, shape))
            check_tables(program, scratch, checks, job)


def check_tables(program, scratch, checks, job):
    """Columns in any order and changing it, what spreadsheets put between
    cells, and files with a byte order mark put together."""
    generator = random.Random(12)
    rows = dataset.read(program.generate(*job), "csv")
    for delimiter in (",", ";", "\t"):
        for quoting in (csv.QUOTE_ALL, csv.QUOTE_MINIMAL):
            out = io.StringIO()
            for part in range(4):
                columns = list(rows[0])
                generator.shuffle(columns)
                if generator.random() < 0.5:
                    out.write("\ufeff")
                writer = csv.DictWriter(out, columns, delimiter=delimiter,
                                        quoting=quoting)
                writer.writeheader()
                writer.writerows(rows[part::4])
            found = verdict(program, scratch, out.getvalue(), *job, expect=0)
            checks.same(found["total"]["received"], len(rows),
                        "tables of spreadsheets, put together, pass",
                        (job, delimiter))


def check_cells_of_lines(program, scratch, checks):
    """Cells of CSV with line ends in them, whole and cut off."""
    generator = random.Random(9)
    for shape in ("portal", "table"):
        job = [*PROFILE, "--logs", "operational", "--frame", "csv", "--shape",
               shape]
        records = dataset.read(program.generate(*job), "csv")
        out = io.StringIO()
        writer = csv.writer(out, lineterminator=generator.choice(
            ["\n", "\r\n"]))
        header = list(records[0])
        place = generator.randrange(len(header))
        header.insert(place, "note")
        writer.writerow(header)
        cut = 0
        for number, record in enumerate(records):
            note = generator.choice(["", "one", "one\ntwo", '"\n\n",\n"',
                                     "a, \"b\"\r\nc\n"])
            row = [record[name] if name != "note" else note
                   for name in header]
            if generator.random() < 0.05:
                # Within a quoted cell, to the end of the line.
                out.write(f'x,"cut off {number}\n')
                cut += 1
            else:
                writer.writerow(row)
        found = verdict(program, scratch, out.getvalue(), *job, expect=1)
        check_law(checks, found, shape)
        checks.same((found["total"]["lost"], found["total"]["undecodable"],
                     found["total"]["altered"], found["total"]["foreign"]),
                    (cut, cut, 0, 0),
                    "cells may hold lines, and cut ones take nothing along",
                    (shape, place))


def run(program, scratch, checks):
    check_csv(program, scratch, checks)
    check_cells_of_lines(program, scratch, checks)


if __name__ == "__main__":
    harness.main(run)
