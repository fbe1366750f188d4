"""Tests `verify` with CSV as spreadsheets and other programs write it."""

import csv
import gzip
import io
import random

import pytest

import dataset
from verdicts import LOGS, PROFILE, verdict


LAYOUTS = [(log, shape) for log in LOGS for shape in ("portal", "table")]


def job_of(log, shape):
    return [*PROFILE, "--logs", log, "--frame", "csv", "--shape", shape]


@pytest.mark.parametrize("log, shape", LAYOUTS)
def test_csv_of_other_programs_passes(program, scratch, log, shape):
    """A byte order mark, CR LF, no [UTC]."""
    job = job_of(log, shape)
    text = program.generate(*job).replace(" [UTC]", "")
    text = "\ufeff" + text.replace("\n", "\r\n")
    found = verdict(program, scratch, gzip.compress(text.encode()), *job,
                    expect=0)
    assert found["total"]["received"] == text.count("\n") - 1
    # A shape other than the job's also passes.
    verdict(program, scratch, text, *PROFILE, "--logs", log, expect=0)


@pytest.mark.parametrize("quoting", [csv.QUOTE_ALL, csv.QUOTE_MINIMAL])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("log, shape", LAYOUTS)
def test_tables_of_spreadsheets_put_together_pass(program, scratch, log, shape,
                                                  delimiter, quoting):
    """Columns in changing order, the delimiters of spreadsheets, and
    concatenated files with byte order marks."""
    generator = random.Random(f"12 {log} {shape} {delimiter} {quoting}")
    job = job_of(log, shape)
    rows = dataset.read(program.generate(*job), "csv")
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
    assert found["total"]["received"] == len(rows)


@pytest.mark.parametrize("shape", ["portal", "table"])
def test_cells_may_hold_lines(program, scratch, shape):
    """Cells of CSV that contain line ends, complete and cut off."""
    generator = random.Random(f"9 {shape}")
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
            # The line is cut within a quoted cell.
            out.write(f'x,"cut off {number}\n')
            cut += 1
        else:
            writer.writerow(row)
    found = verdict(program, scratch, out.getvalue(), *job, expect=1)
    assert (
        found["total"]["lost"], found["total"]["undecodable"],
        found["total"]["altered"], found["total"]["foreign"]) == (
        cut, cut, 0, 0), (
        f"cells may contain lines, and cut cells hide nothing: {shape}, "
        f"{place}")
