"""Inputs designed to exhaust memory or to hang: `verify` reads each to its end
within 300 MB of address space, and finds the records around it.
"""

import json
import resource
import subprocess

import pytest

import dataset
from files import write_text
from verdicts import verdict

MEMORY = 300 << 20
JOB = ["--profile", "quickstart", "--calls", "20"]
ONE_G = "head -c 1G /dev/zero"
# Name, and the command that writes it, between the first and the other records.
INPUTS = {
    "a line of 1 GB": f"{ONE_G} | tr '\\0' x; echo",
    "a string of 400 MB": "printf '{\"a\":\"'; head -c 400M /dev/zero | "
                          "tr '\\0' y; echo",
    "nesting 30 MB deep": "head -c 30M /dev/zero | tr '\\0' '['; echo",
    "objects 30 MB deep": "yes '{\"a\":' | head -c 30M; echo",
    "30 MB of quotes": "head -c 30M /dev/zero | tr '\\0' '\"'; echo",
    "2 million empty objects": "yes '{}' | head -c 6M",
}
BOMBS = {"zstd": "zstd -qc", "gzip": "gzip -1c", "lz4": "lz4 -qc"}


def read(program, command, *arguments, expect):
    def limited():
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

    maker = subprocess.Popen(["sh", "-c", command], stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL)
    done = program("verify", "-", *arguments, "--json", "--examples", 2,
                   stdin=maker.stdout, preexec_fn=limited, expect=expect,
                   timeout=300)
    maker.stdout.close()
    maker.wait()
    return json.loads(done.stdout)


@pytest.fixture
def ends(program, unwatched_memory, scratch):
    """Paths of the first record and of the other records."""
    lines = dataset.lines(program.generate(*JOB))
    for name, part in (("first", lines[:1]), ("rest", lines[1:])):
        write_text(scratch / name, "".join(line + "\n" for line in part))
    return scratch / "first", scratch / "rest"


@pytest.mark.parametrize("name", INPUTS)
def test_hostile_input_hides_no_record(program, ends, name):
    first, rest = ends
    found = read(program, f"cat {first}; {INPUTS[name]}; cat {rest}", *JOB,
                 expect=1)
    total = found["total"]
    assert (total["lost"], total["altered"], total["duplicated"]) == (0, 0, 0)
    assert total["undecodable"] + total["foreign"] > 0, "it is counted"
    assert len(found["examples"]) <= 4, "examples are bounded"


@pytest.mark.parametrize("packing", BOMBS.values(), ids=BOMBS)
def test_bomb_is_given_up(program, unwatched_memory, packing):
    found = read(program, f"head -c 300M /dev/zero | {packing}", *JOB,
                 "--max-inflated", "200MB", expect=1)
    assert found["total"]["received"] == 0
    assert "--max-inflated" in str(found["examples"]), "it is said why"


def test_many_foreign_records_are_foreign(program, ends):
    """`verify` accepts any number of foreign records: it stores none."""
    first, rest = ends
    found = read(program, f"{program.path} generate --records 300k --seed 77 "
                 f"--quiet --logs usage --out - ; cat {first} {rest}", *JOB,
                 expect=1)
    assert found["total"]["foreign"] >= 300_000
    assert found["total"]["lost"] == found["total"]["altered"] == 0


NASTY = {
    "a long line": b'{"a":"' + b"x" * 3_000_000 + b'"}',
    "a long line without quotes": b"x" * 3_000_000,
    "deep nesting": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "deep arrays": b"[" * 100_000,
    "not UTF-8": b'{"time":"\xff\xfe","operationId":"\xc3"}',
    "a number out of range": b'{"durationMs":1e999999,"x":' + b"9" * 5000
                             + b"}",
    "one key again and again": b'{' + b'"time":"x",' * 20_000
                               + b'"time":"y"}',
    "zeros": b"\0" * 100_000,
}


@pytest.mark.parametrize("bad", NASTY.values(), ids=NASTY)
def test_nasty_line_hides_nothing(program, scratch, bad):
    first, *rest = dataset.lines(program.generate(*JOB))
    text = b"\n".join([first.encode(), bad, *map(str.encode, rest)])
    total = verdict(program, scratch, text, *JOB, expect=1)["total"]
    assert (total["lost"], total["altered"]) == (0, 0)
    assert total["foreign"] + total["undecodable"] > 0


def test_number_out_of_range_is_another_number(program, scratch):
    text = program.generate(*JOB).replace(
        '"durationMs":', '"durationMs":1e9999,"x":', 1)
    total = verdict(program, scratch, text, *JOB, expect=1)["total"]
    assert (total["altered"], total["lost"]) == (1, 0)
