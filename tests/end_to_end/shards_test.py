"""Tests that shards are disjoint, and together equal the whole, record by
record.
"""

import collections
import os
import random
import re
import shlex
import shutil
import subprocess
import time

import pytest

import dataset
from files import manifest_of, read_json, write_text
from program import page, wait_for

EXTENTS = (("--duration", "3m"), ("--calls", "700"), ("--records", "7000"),
           ("--bytes", "5MB"))


def ids(lines):
    """The ids of all lines."""
    return {re.search('"(?:operationId|recordId|streamingSessionId)":"(.+?)"', line)[1]
            for line in lines}


def generate(program, job, shard):
    return dataset.lines(program.generate(*job, "--shard", shard))


@pytest.mark.parametrize("extent", EXTENTS, ids=lambda extent: extent[0])
@pytest.mark.parametrize("profile, count", [
    ("quickstart", 1), ("quickstart", 5), ("conference", 2), ("ivr-storm", 3)])
def test_shards_are_the_whole(program, profile, extent, count):
    job = ["--profile", profile, *extent]
    whole = dataset.lines(program.generate(*job))
    expected = collections.Counter(whole)
    assert len(expected) == len(whole) > 0, "no two records are the same"
    parts = [generate(program, job, f"{index}/{count}")
             for index in range(count)]
    merged = collections.Counter(line for part in parts for line in part)
    assert not merged - expected and not expected - merged, (
        f"{(merged - expected).total()} records too many, "
        f"{(expected - merged).total()} too few")
    assert sum(len(ids(part)) for part in parts) == (
        len(set().union(*map(ids, parts)))), "shards have no id in common"
    assert all(parts), "no shard is empty"
    place = {line: index for index, line in enumerate(whole)}
    for part in parts:
        places = [place[line] for line in part]
        assert places == sorted(places), "a shard is in the whole's order"


def test_manifest_names_the_shard(program, scratch):
    program("generate", "--calls", 90, "--shard", "2/3", "--out",
            f"{scratch}/part", "--quiet")
    assert manifest_of(f"{scratch}/part")["shard"] == {"index": 2, "count": 3}


STARTERS = [
    {"BUSYHOUR_SHARD": "2/3"},
    {"SLURM_ARRAY_TASK_ID": "5", "SLURM_ARRAY_TASK_MIN": "1",
     "SLURM_ARRAY_TASK_MAX": "5", "SLURM_ARRAY_TASK_STEP": "2",
     "SLURM_ARRAY_TASK_COUNT": "3"},
    {"JOB_COMPLETION_INDEX": "2", "BUSYHOUR_SHARDS": "3"},
    {"PARALLEL_SEQ": "3", "BUSYHOUR_SHARDS": "3"}]


@pytest.mark.parametrize("variables", STARTERS, ids=lambda each: next(iter(each)))
def test_the_starter_names_the_shard(program, variables):
    job = ("--calls", 30, "--shard")
    done = program("generate", *job, "auto", env={**os.environ, **variables})
    assert done.stdout == program("generate", *job, "2/3").stdout


def test_without_a_starter_there_is_no_shard(program):
    said = program("generate", "--calls", 30, "--shard", "auto", expect=2).stderr
    assert said.startswith("--shard: ") and "BUSYHOUR_SHARD=K/N" in said


def test_two_runs_in_one_place_of_which_one_is_killed(program, scratch):
    """The second is refused, or goes on; the files are right in the end."""
    job = ("generate", "--calls", 20_000, "--shard", "0/2", "--quiet")
    program(*job, "--out", scratch / "alone")
    expected = {path.name: path.read_bytes()
                for path in (scratch / "alone").glob("*.jsonl")}
    for trial in range(5):
        out = scratch / f"{trial}"
        first = program.start(*job, "--out", out, "--resume")
        second = program.start(*job, "--out", out, "--resume")
        size = random.Random(trial).randrange(1_000_000)
        wait_for(lambda: first.poll() is not None or sum(
            path.stat().st_size for path in out.glob("*")) > size)
        first.kill()
        first.wait()
        assert second.wait() in (0, 2)
        program(*job, "--out", out, "--resume")
        assert {path.name: path.read_bytes()
                for path in out.glob("*.jsonl*")} == expected


# The kernel's clock as the variable MAXERROR says: its largest error in
# microseconds.
ADJTIMEX = """
#include <stdlib.h>
#include <sys/timex.h>
int adjtimex(struct timex *clock) {
  const char *error = getenv("MAXERROR");
  clock->status = error ? 0 : STA_UNSYNC;
  clock->maxerror = error ? atol(error) : 16000000;
  return error ? TIME_OK : TIME_ERROR;
}
"""


@pytest.mark.skipif(not shutil.which("cc"), reason="no C compiler")
def test_shards_begin_only_if_their_clocks_agree(program, scratch, of_linux):
    if program.is_sanitized():
        pytest.skip("a sanitizer must be loaded first")
    write_text(scratch / "clock.c", ADJTIMEX)
    subprocess.run(["cc", "-shared", "-fPIC", "-o", scratch / "clock.so",
                    scratch / "clock.c"], check=True)

    def load(*options, expect, shard="0/2", **clock):
        report = scratch / "run.json"
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 4))
        done = program(
            "load", "--to", "null:", "--calls", 5, "--rate", "max",
            "--shard", shard, "--start-at", at, "--report", report, "--force",
            "--quiet", *options, expect=expect,
            env={**os.environ, "LD_PRELOAD": str(scratch / "clock.so"), **clock})
        return done.stderr if expect else read_json(report)["clock_error_ms"]

    refused = load(MAXERROR="10001", expect=2)
    assert "may be wrong by 10 ms, more than 10 ms" in refused
    assert load(MAXERROR="9999", expect=0) == 9.999
    said = load("--max-clock-error", "3ms", MAXERROR="4000", expect=2)
    assert said.startswith("--max-clock-error: ") and "4 ms" in said
    assert "is not synchronized" in load(expect=2)
    assert load("--max-clock-error", "none", expect=0) is None
    # A run that is no shard begins with no other.
    assert load(shard="0/1", expect=0) is None
    assert "is not synchronized" in load("--max-clock-error", "1s",
                                         shard="0/1", expect=2)
    said = program("load", "--to", "null:", "--max-clock-error", "1s",
                   expect=2).stderr
    assert "--max-clock-error: requires --start-at" in said


def test_a_shard_that_cannot_know_its_clock_begins_on_request(
        program, scratch, is_portable):
    if not is_portable:
        pytest.skip("Linux tells the error of the clock")
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 4))
    job = ["load", "--to", "null:", "--calls", 5, "--rate", "max", "--shard",
           "0/2", "--start-at", at, "--quiet"]
    said = program(*job, expect=2).stderr
    assert said == ("--max-clock-error: the error of this machine's clock is "
                    "not known: only Linux tells it; begin with "
                    "--max-clock-error none\n")
    program(*job, "--max-clock-error", "none")


@pytest.mark.skipif(not shutil.which("parallel"), reason="no GNU parallel")
def test_the_page_makes_a_data_set_with_gnu_parallel(program, scratch):
    blocks = re.findall("```sh\n(.*?)```", page("many-machines.md"), re.DOTALL)
    making, = (block for block in blocks if "\nparallel" in block)
    reading, = (block for block in blocks if "busyhour verify" in block)
    path = f"{os.path.dirname(program.path)}:{os.environ['PATH']}"
    for script in (making.replace("1d", "10m"), reading):
        done = subprocess.run(["bash", "-ec", script], cwd=scratch, text=True,
                              capture_output=True, env={**os.environ, "PATH": path})
        assert done.returncode == 0, shlex.join(done.args) + done.stderr
    parts = [manifest_of(scratch / "set" / f"{k}")["shard"]["index"]
             for k in range(1, 9)]
    assert parts == list(range(8))
