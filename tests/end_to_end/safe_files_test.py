"""Tests that the program overwrites no file that was not named, reports no
incomplete file as complete, and refuses file names that do not match the
format.
"""

import glob
import gzip
import json
import os
import subprocess

import pytest

from files import manifest_of, read_json, read_text, write_text
from program import wait_for

LONG = ["--profile", "contact-center", "--records", "2M", "--quiet",
        "--threads", "1"]


def write(path, text="precious\n"):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    write_text(path, text)


@pytest.mark.parametrize("force", [[], ["--force"]], ids=["", "force"])
@pytest.mark.parametrize("link", ["", ".part"])
@pytest.mark.parametrize("out, made", [
    ("d", "d/Usage.jsonl"), ("f.jsonl", "f.jsonl"), ("m", "m/manifest.json")])
def test_no_link_is_followed_or_replaced(program, scratch, out, made, link,
                                         force):
    victim, path = scratch / "victim", f"{scratch}/{made}{link}"
    write(victim)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    os.symlink(victim, path)
    done = program("generate", "--calls", 3, "--out", scratch / out, *force,
                   expect=2)
    assert read_text(victim) == "precious\n"
    assert os.path.islink(path) and path in done.stderr


@pytest.mark.parametrize("out, made", [
    ("d", "d/Usage.jsonl"), ("f.jsonl", "f.jsonl"), ("m", "m/manifest.json")])
def test_file_is_not_written_by_another_of_its_names(program, scratch, out,
                                                     made):
    victim, path = scratch / "victim", f"{scratch}/{made}.part"
    write(victim)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    os.link(victim, path)
    program("generate", "--calls", 3, "--out", scratch / out, expect=2)
    program("generate", "--calls", 3, "--out", scratch / out, "--force",
            "--quiet")
    assert read_text(victim) == "precious\n"


STANDARD_OUTPUT = "standard output is for other output; name a file"


@pytest.mark.parametrize("option, words", [
    ("labels", ["generate", "--calls", 5, "--fault", "drop=0.1", "--out",
                "null:"]),
    ("incident-labels", ["generate", "--profile", "speech-service-down",
                         "--duration", "5m", "--out", "null:"]),
    ("label-exports", ["generate", "--profile", "speech-service-down",
                       "--duration", "5m", "--out", "null:"]),
    ("manifest", ["load", "--to", "null:", "--calls", 5, "--rate", "max"]),
    ("hgrm", ["load", "--to", "null:", "--calls", 5, "--rate", "max"]),
    ("junit", ["load", "--to", "null:", "--calls", 5, "--rate", "max"]),
    ("junit", ["describe", "--calls", 5, "--threshold", "records>1"])])
def test_standard_output_is_no_file(program, scratch, option, words):
    refused = program(*words, f"--{option}", "-", expect=2, cwd=scratch)
    assert refused.stderr.count(f"--{option}: {STANDARD_OUTPUT}") == 1
    assert not list(scratch.iterdir())


def test_a_report_to_standard_output(program, scratch):
    job = ("load", "--calls", 5, "--rate", "max", "--report", "-")
    done = program(*job, "--to", "null:", cwd=scratch)
    assert json.loads(done.stdout)["passed"] is True
    refused = program(*job, "--to", "-", expect=2, cwd=scratch)
    assert "--report: standard output is also that of --to" in refused.stderr
    assert not list(scratch.iterdir())


SMALL = ["generate", "--calls", 5, "--fault", "drop=0.1"]
REFUSED = [
    [*SMALL, "--out", "null:", "--labels", "fifo", "--force"],
    [*SMALL, "--out", "null:", "--labels", "/dev/null", "--force"],
    [*SMALL, "--out", "null:", "--labels", "dir", "--force"],
    [*SMALL, "--out", "null:", "--labels", "there.jsonl"],
    [*SMALL, "--out", "null:", "--labels", "link.jsonl", "--force"],
    [*SMALL, "--out", "null:", "--labels", "no/such/x.jsonl"],
    [*SMALL, "--out", "null:", "--labels", "x.csv"],
    [*SMALL, "--out", "x.jsonl", "--labels", "./x.jsonl"],
    [*SMALL, "--out", "x.jsonl", "--labels", "{place}/x.jsonl.part"],
    [*SMALL, "--out", "x.jsonl", "--labels", "dir/../x.jsonl"],
    [*SMALL, "--out", "dir", "--labels", "dir/Usage.jsonl"],
    [*SMALL, "--out", "new", "--labels", "new"],
    [*SMALL, "--out", "new/er", "--labels", "new"],
    [*SMALL, "--out", "dir", "--rotate", "4KiB", "--labels",
     "dir/Usage.0007.jsonl"],
    [*SMALL, "--out", "dir", "--layout", "storage", "--labels",
     "dir/insights-logs-usage/x.jsonl"],
    [*SMALL, "--out", "link.jsonl", "--force"],
    ["load", "--to", "null:", "--calls", 5, "--report", "there.jsonl"],
    ["load", "--to", "null:", "--calls", 5, "--manifest", "there.jsonl"],
    ["load", "--to", "null:", "--calls", 5, "--manifest", "fifo",
     "--force"],
    ["load", "--to", "null:", "--calls", 5, "--report", "link.jsonl",
     "--force"],
    ["load", "--to", "null:", "--calls", 5, "--report", "dir", "--force"],
    ["load", "--to", "null:", "--calls", 5, "--report", "a", "--manifest",
     "a.part"],
    ["load", "--to", "file:x.jsonl", "--calls", 5, "--report", "./x.jsonl"],
    ["load", "--to", "file:link.jsonl", "--calls", 5, "--force"],
    ["load", "--to", "file:there.jsonl", "--calls", 5],
    ["load", "--to", "null:", "--calls", 5, "--profile", "profile.json",
     "--report", "profile.json", "--force"],
    ["load", "--to", "file:x.jsonl.gz", "--calls", 5],
    ["load", "--to", "file:x.csv", "--calls", 5],
    ["load", "--to", "file:x.parquet", "--calls", 5],
]


@pytest.fixture
def place(program, scratch):
    """A directory with a file of every kind."""
    place = scratch / "place"
    (place / "dir").mkdir(parents=True)
    os.mkfifo(place / "fifo")
    write(place / "there.jsonl")
    os.symlink("there.jsonl", place / "link.jsonl")
    write(place / "profile.json",
          program("profiles", "show", "quickstart").stdout)
    return place


@pytest.mark.parametrize("words", REFUSED,
                         ids=[" ".join(map(str, words)) for words in REFUSED])
def test_what_may_not_be_written_is_refused(program, place, words):
    before = sorted(os.listdir(place))
    done = program(*(str(word).format(place=place) for word in words),
                   expect=2, cwd=place)
    assert done.stderr
    assert sorted(os.listdir(place)) == before
    assert read_text(place / "there.jsonl") == "precious\n"
    assert (place / "fifo").is_fifo()


def test_standard_output_is_not_written_over(program, place):
    with open(place / "out", "w", encoding="utf-8") as file:
        program(*SMALL, "--out", "-", "--labels", place / "out", "--force",
                stdout=file, expect=2)


def test_force_replaces_what_is_named(program, place):
    program("load", "--to", "file:there.jsonl", "--calls", 5, "--rate", "max",
            "--report", "profile.json", "--manifest", "m.json", "--force",
            "--quiet", cwd=place)
    assert "planned" in read_json(place / "profile.json")
    assert "precious" not in read_text(place / "there.jsonl")


def test_force_names_what_is_left_of_the_replaced_data_set(program, scratch):
    job = ["generate", "--calls", 5, "--out", scratch]
    program(*job)
    done = program(*job, "--force")
    assert "warning" not in done.stderr
    done = program(*job, "--force", "--logs", "operational")
    assert ("warning: files of the replaced data set remain: "
            "CallAutomationMediaSummary.jsonl and 2 more") in done.stderr


def test_force_removes_no_blob_that_it_does_not_replace(program, scratch):
    job = ["generate", "--calls", 100, "--layout", "storage", "--out", scratch,
           "--quiet"]
    program(*job)
    mine = glob.glob(f"{scratch}/insights-*/resourceId=/SUB*/**/PT1H.json",
                     recursive=True)
    other = mine[0].replace("d=02", "d=01")
    write(other)
    program(*job, expect=2)
    program(*job, "--force")
    assert len(mine) == 3 and all(map(os.path.exists, [other, *mine]))


def whole(out):
    """The complete files of an unfinished data set."""
    try:
        files = manifest_of(out)["files"]
    except FileNotFoundError:
        return []
    return [each["name"] for each in files if "part" not in each]


def cut(path):
    os.truncate(path, 1000)


def change(path):
    with open(path, "r+b") as file:
        file.write(b"#")


@pytest.mark.parametrize("spoil", [cut, os.remove, change])
@pytest.mark.parametrize("layout", [["--rotate", "5MB"],
                                    ["--layout", "storage"]])
def test_finished_files_are_looked_at_before_going_on(program, scratch, layout,
                                                      spoil):
    out = scratch / "out"
    run = program.start("generate", *LONG, "--out", out, *layout,
                        stderr=subprocess.DEVNULL)
    assert wait_for(lambda: run.poll() is not None or len(whole(out)) >= 2)
    run.kill()
    run.wait()
    if manifest_of(out)["state"] != "interrupted":
        pytest.skip("the run was over before it was killed")
    victim = f"{out}/{whole(out)[0]}"
    spoil(victim)
    done = program("generate", *LONG, *layout, "--out", out, "--resume",
                   expect=1)
    assert victim in done.stderr and "--force" in done.stderr
    assert manifest_of(out)["state"] == "interrupted"


def test_finished_job_is_told_to_be_so(program, scratch):
    job = ["generate", "--calls", 50, "--out", scratch]
    program(*job, "--quiet")
    assert "nothing to do" in program(*job, "--resume").stderr
    program(*job, "--resume", "--seed", 2, expect=2)
    os.truncate(scratch / "Usage.jsonl", 100)
    program(*job, "--resume", expect=1)
    assert os.path.getsize(scratch / "Usage.jsonl") == 100, (
        "an incomplete file stays unchanged")


@pytest.mark.parametrize("out, part", [("locked", "locked/*.part"),
                                       ("locked.jsonl", "locked.jsonl.part")])
def test_one_run_writes_at_a_time(program, scratch, out, part):
    job = ["generate", "--profile", "contact-center", "--duration", "10000d",
           "--out", scratch / out]
    first = program.start(*job, "--threads", 1, "--quiet", stderr=None)
    assert wait_for(lambda: glob.glob(f"{scratch}/{part}"))
    for more in ("--resume", "--force"):
        done = program(*job, more, expect=2)
        assert "another busyhour is writing here" in done.stderr
    first.kill()
    first.wait()
    # The lock ends with its process.
    program("generate", "--calls", 10, "--out", scratch / out, "--force",
            "--quiet")


JOB = ["generate", "--calls", 20, "--quiet"]


@pytest.mark.parametrize("name, words, opened", [
    ("a.jsonl", [], open), ("a.ndjson", [], open),
    ("a.jsonl.gz", [], gzip.open), ("B.JSONL.GZ", [], gzip.open),
    ("b.jsonl.gz", ["--compress", "gzip"], gzip.open)])
def test_name_chooses_the_form(program, scratch, name, words, opened):
    program(*JOB, *words, "--out", scratch / name)
    with opened(scratch / name, "rt", encoding="utf-8") as file:
        assert file.read() == program.generate("--calls", 20)


def test_name_chooses_csv(program, scratch):
    usage = ["--logs", "usage"]
    program(*JOB, *usage, "--out", scratch / "a.csv")
    assert read_text(scratch / "a.csv") == program.generate(
        "--calls", 20, *usage, "--frame", "csv")


def test_name_chooses_an_array(program, scratch):
    program(*JOB, "--out", scratch / "a.json")
    assert len(read_json(scratch / "a.json")) == program.generate(
        "--calls", 20).count("\n")


@pytest.mark.parametrize("name, words", [
    ("x.parquet.zst", []), ("x.avro", []), ("x.json.bz2", []),
    ("x.gz.gz", []), ("x.jsonl.part", []), ("x.Avro", []),
    ("x.txt", []), ("x.log", []), ("x.csv", ["--frame", "jsonl"]),
    ("x.jsonl", ["--frame", "csv", "--logs", "usage"]),
    ("x.jsonl.gz", ["--compress", "none"]),
    ("x.jsonl.gz", ["--compress", "zstd"]),
    ("x.jsonl", ["--compress", "gzip"])])
def test_no_form_is_written_under_the_name_of_another(program, scratch, name,
                                                      words):
    done = program(*JOB, *words, "--out", scratch / name, expect=2)
    assert name in done.stderr
    assert not os.listdir(scratch)


@pytest.mark.parametrize("name", ["v1.2", "x.parquet/"])
def test_other_names_are_those_of_directories(program, scratch, name):
    program(*JOB, "--out", f"{scratch}/{name}")
    assert (scratch / name / "Usage.jsonl").exists()
