"""The Python package: what it returns is what the program writes."""

import collections
import concurrent.futures
import contextlib
import copy
import ctypes
import datetime
import doctest
import gc
import hashlib
import json
import os
import pathlib
import pickle
import re
import shutil
import signal
import subprocess
import threading
import types
from collections.abc import Callable, Iterator

import duckdb_library
import pytest
import python_package
from program import ROOT, Program

OPTIONS = [
    ({}, []),
    ({"profile": "contact-center", "seed": 7, "calls": 50, "logs": "all"},
     ["--profile", "contact-center", "--seed", 7, "--calls", 50, "--logs",
      "all"]),
    ({"calls": 30, "logs": ["usage", "operational"], "shape": "table",
      "frame": "array"},
     ["--calls", 30, "--logs", "usage,operational", "--shape", "table",
      "--frame", "array"]),
    ({"set": {"traffic.rate": "2/s"}, "warm_up": "2m", "compress": "gzip",
      "duration": datetime.timedelta(minutes=3), "fault": {"drop": "10%"},
      "start": datetime.datetime(2026, 4, 1, 9,
                                 tzinfo=datetime.timezone.utc)},
     ["--set", "traffic.rate=2/s", "--warm-up", "2m", "--compress", "gzip",
      "--duration", "3m", "--fault", "drop=10%", "--start",
      "2026-04-01T09:00:00Z"]),
    ({"profile": "contact-center-outage", "without": ["all"], "calls": 20,
      "where": "duration > 1m"},
     ["--profile", "contact-center-outage", "--without", "all", "--calls", 20,
      "--where", "duration > 1m"]),
    ({"profile": "voice-bot", "pick": {"initial_silence": 2}},
     ["--profile", "voice-bot", "--pick", "initial_silence=2"]),
]
PANDAS_LOGS = ["operational", "media_summary", "usage", "streaming_usage",
               "call_summary", "call_diagnostics", "recording_summary"]


@pytest.fixture(scope="module")
def place(program: Program, module_scratch: pathlib.Path) -> pathlib.Path:
    return python_package.install(program, module_scratch)


@pytest.fixture(scope="module")
def busyhour(place: pathlib.Path) -> types.ModuleType:
    return python_package.load(place)


@contextlib.contextmanager
def inside(directory: pathlib.Path) -> Iterator[None]:
    before = pathlib.Path.cwd()
    os.chdir(directory)
    try:
        yield
    finally:
        os.chdir(before)


@pytest.mark.parametrize("options,arguments", OPTIONS)
def test_text_is_what_the_program_writes(
        busyhour: types.ModuleType, program: Program, options: dict,
        arguments: list) -> None:
    written = program.generate(*arguments, binary=True)
    assert busyhour.text(**options) == written
    assert busyhour.text(**options, threads=1) == written


def test_a_profile_may_be_a_dict(busyhour: types.ModuleType,
                                 program: Program) -> None:
    text = busyhour.text({"extends": "voice-bot", "description": "Mine."},
                         calls=20, set={"traffic.rate": "1/s"})
    assert text == program.generate(
        "--profile", "voice-bot", "--calls", 20, "--set", "traffic.rate=1/s",
        binary=True)


def test_write_makes_the_programs_files(
        busyhour: types.ModuleType, program: Program,
        scratch: pathlib.Path) -> None:
    program("generate", "--calls", 50, "--out", scratch / "theirs", "--quiet")
    told: list[float] = []
    totals = busyhour.Job(calls=50).write(scratch / "ours",
                                          progress=told.append)
    theirs = {path.name: path.read_bytes()
              for path in (scratch / "theirs").glob("*.jsonl")}
    assert theirs == {path.name: path.read_bytes()
                      for path in (scratch / "ours").glob("*.jsonl")}
    lines = sum(content.count(b"\n") for content in theirs.values())
    assert totals["records"] == lines
    assert totals["bytes"] == sum(map(len, theirs.values()))
    assert not totals["stopped"]
    assert busyhour.verify(scratch / "ours",
                           manifest=scratch / "ours")["passed"]
    with pytest.raises(busyhour.InputError,
                       match="path: .*ours.* there; force replaces it"):
        busyhour.write(scratch / "ours", calls=50)
    assert busyhour.write(scratch / "ours", calls=5, force=True)["calls"] == 5
    assert busyhour.verify(scratch / "ours", calls=5)["passed"]


@pytest.mark.parametrize("name", ["x.csv", "x.ndjson", "x.json.gz",
                                  "x.jsonl.zst", "x.parquet"])
def test_the_ending_of_a_file_selects_its_form(
        busyhour: types.ModuleType, program: Program, scratch: pathlib.Path,
        name: str) -> None:
    (scratch / "theirs").mkdir()
    (scratch / "ours").mkdir()
    program("generate", "--calls", 20, "--logs", "usage", "--out",
            scratch / "theirs" / name, "--quiet")
    busyhour.write(scratch / "ours" / name, calls=20, logs="usage")
    files = {path.name: path.read_bytes()
             for path in (scratch / "theirs").iterdir()}
    assert files == {path.name: path.read_bytes()
                     for path in (scratch / "ours").iterdir()}


def test_a_file_with_another_ending_is_refused(
        busyhour: types.ModuleType, scratch: pathlib.Path) -> None:
    for name, options, message in [
            ("x.txt", {}, ".txt is not the ending"),
            ("x.csv", {"frame": "jsonl"}, "the ending must be .jsonl"),
            ("x.csv", {"compress": "gzip"}, "the ending must be .gz")]:
        with pytest.raises(busyhour.InputError, match=message):
            busyhour.write(scratch / name, calls=1, **options)
    with pytest.raises(busyhour.InputError, match="is an address"):
        busyhour.write("http://127.0.0.1:1/x", calls=1)
    assert not list(scratch.iterdir())


def test_calls_have_the_records_of_the_output(
        busyhour: types.ModuleType, program: Program) -> None:
    calls = list(busyhour.calls("contact-center", calls=40, logs="all"))
    lines = program.generate("--profile", "contact-center", "--calls", 40,
                             "--logs", "all").splitlines()
    assert sorted(lines) == sorted(record.text for call in calls
                                   for record in call.records)
    for call in calls:
        requests = [record for record in call.records
                    if record.log == "operational"]
        assert [request.operation for request in call.requests] == [
            record["operationName"] for record in requests]
        # The record's time is that of the answer.
        assert all(call.attempted <= request.sent <= call.ended
                   for request in call.requests)
        ids = {record.fields["correlationId"] for record in call.records}
        assert call.correlation_id in ids
        assert (call.answered is None) == (call.participants == [])
    shaped = next(busyhour.calls(calls=1, record_shape="table"))
    assert "TimeGenerated" in shaped.records[0].fields


def test_explain_prints_what_the_program_prints(
        busyhour: types.ModuleType, program: Program) -> None:
    record = program.generate("--calls", 3).splitlines()[-1]
    told = program("explain", "--json", "-", input=record).stdout
    assert busyhour.explain(record) == json.loads(told)
    assert busyhour.explain(record.encode()) == json.loads(told)
    assert busyhour.explain("nothing") is None


def test_labels_are_those_of_the_program(
        busyhour: types.ModuleType, program: Program,
        scratch: pathlib.Path) -> None:
    program("generate", "--profile", "speech-service-down", "--duration", "30m",
            "--out", scratch / "data", "--quiet", "--incident-labels",
            scratch / "labels.jsonl")
    lines = (scratch / "labels.jsonl").read_text().splitlines()
    assert busyhour.labels("speech-service-down", duration="30m") == [
        json.loads(line) for line in lines]
    with pytest.raises(busyhour.InputError, match="requires an extent in time"):
        busyhour.labels("speech-service-down", calls=10)


@pytest.mark.parametrize("change", ["none", "lost", "twice", "altered"])
def test_verify_says_what_the_program_says(
        busyhour: types.ModuleType, program: Program, change: str) -> None:
    lines = program.generate("--calls", 50, binary=True).splitlines()
    received = {
        "none": lines,
        "lost": lines[10:],
        "twice": lines + lines[:5],
        "altered": [lines[0].replace(b'"2026', b'"2027'), *lines[1:]],
    }[change]
    verdict = busyhour.verify(b"\n".join(received), calls=50)
    told = json.loads(program(
        "verify", "--calls", 50, "--json", "-", expect=None, binary=True,
        input=b"\n".join(received)).stdout)
    assert verdict["passed"] == told["passed"] == (change == "none")
    assert verdict["total"] == told["total"]
    each = busyhour.Job(calls=50).verify(line.decode() for line in received)
    assert each["total"] == verdict["total"]


@pytest.mark.parametrize("log", PANDAS_LOGS)
def test_a_frame_is_verified_as_its_message_says(
        busyhour: types.ModuleType, log: str) -> None:
    pytest.importorskip("pandas")
    job = busyhour.Job("conference", calls=100, logs=log, shape="table")
    frame = job.table(log).to_pandas()
    verdict = job.verify(frame.to_csv(index=False))
    assert verdict["passed"], verdict["headline"]
    assert verdict["total"]["sent"] == len(frame)
    with pytest.raises(busyhour.InputError, match="received.to_csv.index=Fals"):
        job.verify(frame)
    if log != "streaming_usage":  # of which to_json changes numbers
        text = frame.to_json(orient="records", date_format="iso")
        assert job.verify(text, treat="empty-as-missing")["passed"]


def test_verify_takes_the_programs_options(busyhour: types.ModuleType) -> None:
    lines = busyhour.text(calls=20, logs="usage", shape="table").splitlines()
    rows = [json.loads(line) for line in lines]
    for row in rows:
        row["TimeGenerated"] = (
            datetime.datetime.fromisoformat(row["TimeGenerated"][:19])
            + datetime.timedelta(hours=2)).strftime("%d/%m/%Y %H:%M")
    given = {"calls": 20, "logs": "usage", "zone": "+02:00",
             "fields": "TimeGenerated"}
    assert not busyhour.verify(rows, **given)["passed"]
    for treated in [{"as_": "excel"}, {"treat": "minutes"}]:
        assert busyhour.verify(rows, **given, **treated)["passed"], treated
    assert not busyhour.verify(rows, **given, as_="excel",
                               date_order="month-first")["passed"]
    wrapped = [{"mine": {"it": json.loads(line)}} for line in lines]
    assert busyhour.Job(calls=20, logs="usage").verify(
        wrapped, at="/mine/it")["passed"]
    with pytest.raises(busyhour.InputError) as told:
        busyhour.verify(rows, calls=20, as_="exel", treat="empty", at="x",
                        zone="Europe/Olso", date_order="day", arrival="y")
    assert {problem["source"] for problem in told.value.problems} == {
        "--as", "--treat", "--at", "--zone", "--date-order", "--arrival"}
    with pytest.raises(busyhour.InputError, match="strict: cannot be combined"):
        busyhour.verify(rows, calls=20, strict=True, as_="excel")


def test_verify_reads_paths(busyhour: types.ModuleType,
                            scratch: pathlib.Path) -> None:
    busyhour.write(scratch / "set", calls=50)
    files = sorted((scratch / "set").glob("*.jsonl"))
    assert busyhour.verify(files, calls=50)["passed"]
    lost = busyhour.verify(files[1:], manifest=scratch / "set")
    assert lost["total"]["lost"] > 0
    assert busyhour.verify(files[1:], calls=50, allow="lost=100%")["passed"]
    with pytest.raises(busyhour.InputError, match="nothere"):
        busyhour.verify(scratch / "nothere", calls=50)
    with pytest.raises(busyhour.InputError,
                       match="manifest: its job has no other options: calls"):
        busyhour.verify(files, manifest=scratch / "set", calls=50)


def test_verify_reads_directories_as_the_program_does(
        busyhour: types.ModuleType, program: Program,
        scratch: pathlib.Path) -> None:
    received = scratch / "received"
    (received / "below").mkdir(parents=True)
    busyhour.write(received / "below/all.jsonl", calls=50)
    for name in ("late.jsonl.part", ".hidden.jsonl", "key.manifest.json"):
        (received / name).write_text('{"foreign": true}\n')
    program("verify", received, "--calls", 50)
    assert busyhour.verify(received, calls=50)["passed"]
    (received / "broken.jsonl").symlink_to("nowhere")
    told = json.loads(program("verify", received, "--calls", 50, "--json",
                              expect=1).stdout)
    assert (busyhour.verify(received, calls=50)["total"] == told["total"])
    (scratch / "empty").mkdir()
    with pytest.raises(busyhour.InputError, match="no file in this directory"):
        busyhour.verify(scratch / "empty", calls=50)


def test_an_extent_out_of_reach_is_bad_input(
        busyhour: types.ModuleType) -> None:
    job = busyhour.Job(start="2499-12-31T23:59:00Z", calls=100_000)
    with pytest.raises(busyhour.InputError) as of_text:
        job.text()
    with pytest.raises(busyhour.InputError) as of_table:
        job.table().to_pandas()
    assert str(of_table.value) == str(of_text.value)
    assert of_table.value.problems == of_text.value.problems


@pytest.mark.parametrize("options,problems", [
    ({"shap": "table"}, {"options": 'did you mean "shape"?'}),
    ({"profle": "x"}, {"options": 'did you mean "profile"?'}),
    ({"profile": "contact-centre"}, {"": 'did you mean "contact-center"?'}),
    ({"shape": "tabel", "calls": "many"},
     {"--shape": 'did you mean "table"?', "--calls": "many"}),
    ({"set": {"traffic.rat": "5/s"}}, {"--set": "rat"}),
    ({"without": "nothing"}, {"--without": "nothing"}),
    ({"pick": {"initial_silence": 0}}, {"--pick": "initial_silence"}),
    ({"calls": -1}, {"--calls": "-1"}),
    ({"calls": 1.5}, {"--calls": "1.5"}),
    ({"calls": True}, {"--calls": "true"}),
    ({"duration": "1h", "calls": 5}, {"--calls": "--duration"}),
    ({"profile": {"traffic": {"rate": "x"}}}, {"profile": "rate"}),
    ({"seed": 2**64}, {"--seed": "18446744073709551616"}),
])
def test_all_problems_are_told(busyhour: types.ModuleType, options: dict,
                               problems: dict) -> None:
    with pytest.raises(busyhour.InputError) as error:
        busyhour.Job(**options)
    assert isinstance(error.value, ValueError)
    for source, message in problems.items():
        assert any(problem["source"] == source or not source
                   for problem in error.value.problems), error.value.problems
        assert message in str(error.value)


def test_other_wrong_arguments(busyhour: types.ModuleType,
                               scratch: pathlib.Path) -> None:
    job = busyhour.Job(calls=1)
    with pytest.raises(busyhour.InputError, match='did you mean "usage"'):
        job.table("usge")
    with pytest.raises(busyhour.InputError,
                       match="call_summary is not among the job's logs .opera"):
        job.table("call_summary")
    with pytest.raises(busyhour.InputError, match="threads"):
        job.table("usage", threads=1000)
    with pytest.raises(busyhour.InputError, match="threads"):
        job.text(threads=-1)
    with pytest.raises(busyhour.InputError, match="nothere"):
        busyhour.Job.of_manifest(scratch / "nothere")
    with pytest.raises(busyhour.InputError, match="portal"):
        busyhour.table(shape="portal")
    with pytest.raises(busyhour.InputError, match="an extent in time"):
        busyhour.table(labels=True, calls=5)
    with pytest.raises(busyhour.InputError, match="tabel"):
        next(job.calls("tabel"))
    with pytest.raises(busyhour.InputError, match="lots"):
        job.verify("", allow="lots")


NOT_TAKEN = [
    (lambda of: of.table("voice-bot", ["operational"], calls=-3, labels="yes",
                         threads="2"),
     ["log: ['operational'] is not the name of a log",
      "labels: 'yes' is not True or False", "threads: '2' is not a whole",
      '--calls: "-3"']),
    (lambda of: of.Job(object(), calls={1}, shape="tabel"),
     ["profile: <object obj", "calls: {1} is not text", '"tabel"']),
    (lambda of: of.Job({"traffic": {"rate": {"2/s"}}}),
     ["profile: /traffic/rate  {'2/s'} is not text, a number, a list"]),
    (lambda of: of.Job(set={"a/b": [b"x"]}), ["set: /a~1b/0  b'x' is not"]),
    (lambda of: of.Job(calls=float("nan")), ['--calls: "nan"']),
    (lambda of: of.verify(5, calls="x"),
     ["received: 5 is not text, bytes, a dict", '--calls: "x"']),
    (lambda of: of.Job(calls=1).verify(5, allow={1}),
     ["received: 5 is not", "allow: {1} is not"]),
    (lambda of: of.verify("", "voice-bt", alow="lost=1", allow="lots", strict=1,
                          threads=-3),
     ['"alow" is not known; did you mean "allow"?', "voice-bt", '"lots',
      "--strict: 1 is not true or false", "threads: -1"]),
    (lambda of: of.verify("", manfest="x"), ['did you mean "manifest"?']),
    (lambda of: of.verify("", "voice-bot", manifest="nothere", shap=1),
     ['did you mean "shape"?', "no other options: profile", "nothere"]),
    (lambda of: of.verify(["", [5]], calls=1), ["received[1][0]: 5 is not"]),
    (lambda of: of.verify({"a": {1}}, calls=1),
     ["received: the dict is not a record: Object of type set"]),
    (lambda of: of.explain(5, shape="tabel"), ["of: 5 is not", '"tabel"']),
    (lambda of: of.write(5, calls="x"), ["path: 5 is not a path", '"x"']),
    (lambda of: of.text(threads=True), ["threads: True is not"]),
    (lambda of: of.Job(calls=1).text(threads=2**32 + 1), ["threads: "]),
    (lambda of: of.Job(calls=1).write("x", progress=5), ["progress: 5 is not"]),
    (lambda of: of.write("x", force="yes"), ["force: 'yes' is not True or"]),
    (lambda of: of.calls(record_shape=1), ["record_shape: 1 is not the name"]),
    (lambda of: of.Job.of_manifest(None), ["path: None is not a path"]),
]


@pytest.mark.parametrize("options,messages", [
    ({"rate": 5}, ['did you mean set={"traffic.rate": "50/s"}?']),
    ({"n": 5}, ["did you mean calls=1000?"]),
    ({"end": "x"}, ['did you mean until="2026-03-03T00:00:00Z"?']),
    ({"warmup": "1h"}, ['did you mean "warm_up"?']),
    ({"xyzzy": 1}, ["warm_up, cut_off, ", "batch_bytes, "]),
])
def test_the_names_in_messages_are_those_of_python(
        busyhour: types.ModuleType, options: dict,
        messages: list[str]) -> None:
    with pytest.raises(busyhour.InputError) as told:
        busyhour.Job(**options)
    assert all(message in str(told.value) for message in messages), told.value
    assert [problem["message"] in str(told.value)
            for problem in told.value.problems] == [True]


def test_a_date_is_a_start(busyhour: types.ModuleType) -> None:
    job = busyhour.Job(start=datetime.date(2026, 4, 1), calls=1)
    assert job.start == datetime.datetime(2026, 4, 1,
                                          tzinfo=datetime.timezone.utc)


def test_explain_takes_a_manifest(busyhour: types.ModuleType,
                                  scratch: pathlib.Path) -> None:
    busyhour.write(scratch / "set", "voice-bot", seed=9, calls=5)
    call = next(busyhour.calls("voice-bot", seed=9, calls=5))
    story = busyhour.explain(call.correlation_id, manifest=scratch / "set")
    assert story == busyhour.explain(call.correlation_id, "voice-bot", seed=9,
                                     calls=5)
    with pytest.raises(busyhour.InputError, match="other options: calls"):
        busyhour.explain("x", manifest=scratch / "set", calls=5)


def test_an_unknown_field_is_told_with_the_nearest(
        busyhour: types.ModuleType) -> None:
    record = next(busyhour.calls()).records[0]
    with pytest.raises(busyhour.UnknownField) as told:
        record["OperationName"]
    assert isinstance(told.value, KeyError)
    assert 'did you mean ["operationName"]' in str(told.value)
    assert "shape, resource-log" in str(told.value)
    with pytest.raises(KeyError, match=r'\["properties"\]\["'):
        record["callConnectionId"]
    assert "operationName" in record and "OperationName" not in record
    assert dict(record) == record.fields and list(record) == [*record.fields]
    table = next(busyhour.calls(record_shape="table")).records[0]
    assert table["OperationName"] == record["operationName"]
    with pytest.raises(KeyError, match="it has .*OperationName"):
        table["zzzzzzzzz"]


def test_a_verdict_shows_itself(busyhour: types.ModuleType) -> None:
    job = busyhour.Job(calls=20)
    lost = job.text().splitlines()[3:]
    verdict = job.verify(lost)
    assert not verdict.passed and "lost: never received" in str(verdict)
    assert repr(verdict) == f"<busyhour.Verdict {verdict['headline']}>"
    assert "text" not in verdict
    again = pickle.loads(pickle.dumps(verdict))
    assert again == verdict and str(again) == str(verdict)
    with pytest.raises(AssertionError, match="lost: never received"):
        job.assert_arrived(lost)
    assert job.assert_arrived(lost, allow="lost=3").passed


def test_a_failing_test_shows_what_is_wrong_and_no_frames_of_the_package(
        place: pathlib.Path, scratch: pathlib.Path) -> None:
    (scratch / "mine_test.py").write_text("""
import busyhour

def test_arrived():
    job = busyhour.Job(calls=20)
    job.assert_arrived(job.text().splitlines()[3:])

def test_passed():
    job = busyhour.Job(calls=20)
    assert job.verify(job.text().splitlines()[3:]).passed

def test_input():
    busyhour.Job(shape="tabel").text()

def test_field():
    next(busyhour.calls()).records[0]["OperationName"]
""")
    done = python_package.run(place, "-m", "pytest", "-q", "-p",
                              "no:cacheprovider", "mine_test.py", cwd=scratch)
    assert "4 failed" in done.stdout, done.stdout
    assert "lost: never received" in done.stdout
    assert "where False = <busyhour.Verdict FAILED" in done.stdout
    assert 'did you mean "table"?' in done.stdout
    assert 'did you mean ["operationName"]' in done.stdout
    shown = re.findall(r"^(\S+\.py):\d+: ", done.stdout, re.MULTILINE)
    assert shown == ["mine_test.py"] * 4, done.stdout


def test_without_pandas_frames_say_what_they_need(
        place: pathlib.Path, scratch: pathlib.Path) -> None:
    code = ("import sys; sys.modules['numpy'] = sys.modules['pandas'] = None\n"
            "import busyhour; busyhour.table(calls=1).to_pandas()")
    done = python_package.run(place, "-c", code, cwd=scratch)
    assert "frames need pandas" in done.stdout.splitlines()[-1], done.stdout


@pytest.mark.parametrize("act,messages", NOT_TAKEN)
def test_what_an_argument_does_not_take_is_told(
        busyhour: types.ModuleType, act: Callable[[types.ModuleType], object],
        messages: list[str]) -> None:
    with pytest.raises(busyhour.InputError) as told:
        act(busyhour)
    text = str(told.value)
    assert all(message in text for message in messages), text
    assert len(told.value.problems) == len(text.splitlines()) == len(messages)


def test_a_dict_has_numbers_of_any_kind(busyhour: types.ModuleType) -> None:
    numpy = pytest.importorskip("numpy")
    profile = {"extends": "quickstart", "description": "Mine.",
               "servers": numpy.int64(3), "participants": {"caller_zipf": 0}}
    set_ = {"servers": 3, "participants.caller_zipf": numpy.float32(0)}
    assert busyhour.text(profile, calls=numpy.int32(5)) == busyhour.text(
        set=set_, calls=5)


def test_an_exception_ends_a_run(busyhour: types.ModuleType,
                                 scratch: pathlib.Path) -> None:
    def stop(done: float) -> None:
        raise KeyboardInterrupt

    job = busyhour.Job("contact-center", duration="7d")
    with pytest.raises(KeyboardInterrupt):
        job.write(scratch / "stopped", progress=stop)


def interrupted(seconds: float, act: Callable[[], object]
                ) -> tuple[bool, object]:
    """What `act` returns, with a signal after that time that raises
    `KeyboardInterrupt`, as Ctrl-C does. If it is raised, it comes out: that is
    the first value."""
    raised: list[float] = []
    is_over = False

    # It stays the handler: another thread may have got the signal, and Python
    # calls the handler some time after that.
    def interrupt(*_: object) -> None:
        if is_over:
            return
        raised.append(seconds)
        raise KeyboardInterrupt

    signal.signal(signal.SIGALRM, interrupt)
    came_out = False
    result = None
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        result = act()
        is_over = True  # so that nothing comes out of what follows
    except KeyboardInterrupt:
        came_out = True
    finally:
        is_over = True  # also after another exception
        signal.setitimer(signal.ITIMER_REAL, 0)
    assert came_out == bool(raised), seconds
    return came_out, result


@pytest.mark.parametrize("threads", [1, 2])
def test_an_interrupt_never_shortens_a_text(
        busyhour: types.ModuleType, threads: int) -> None:
    job = busyhour.Job("contact-center", duration="30m")
    whole = hashlib.sha256(job.text()).digest()
    interrupts = 0
    for step in range(18):
        is_interrupted, text = interrupted(
            0.0005 * 1.4 ** step, lambda: job.text(threads=threads))
        interrupts += is_interrupted
        assert text is None or hashlib.sha256(text).digest() == whole
        assert text is not None or is_interrupted
    assert interrupts > 0


def test_an_interrupted_start_leaves_no_run(
        busyhour: types.ModuleType, scratch: pathlib.Path,
        monkeypatch: pytest.MonkeyPatch) -> None:
    late: list[threading.Thread] = []

    class Interrupted(threading.Thread):
        """Its thread begins after `start` was interrupted."""

        def start(self) -> None:
            late.append(self)
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(threading, "Thread", Interrupted)
        with pytest.raises(KeyboardInterrupt):
            busyhour.Job(calls=1).write(scratch / "set")
    for thread in late:
        threading.Thread.start(thread)
        thread.join()
    assert late and not (scratch / "set").exists()


@pytest.mark.parametrize("has_progress", [False, True])
def test_an_interrupt_ends_writing(
        busyhour: types.ModuleType, scratch: pathlib.Path,
        has_progress: bool) -> None:
    job = busyhour.Job("contact-center", duration="24h")
    progress = (lambda _: None) if has_progress else None
    for seconds in (0.001, 0.02, 0.12, 0.25):
        is_interrupted, _ = interrupted(seconds, lambda: job.write(
            scratch / "set", force=True, progress=progress))
        assert is_interrupted, seconds
    manifest = json.loads((scratch / "set" / "manifest.json").read_text())
    assert manifest["state"] == "interrupted"


def test_progress_is_told_in_the_callers_thread(
        busyhour: types.ModuleType, scratch: pathlib.Path) -> None:
    told: list[tuple[float, int]] = []
    busyhour.Job("contact-center", duration="2h").write(
        scratch / "set",
        progress=lambda done: told.append((done, threading.get_ident())))
    assert {thread for _, thread in told} <= {threading.get_ident()}
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def values_of(log: str, frame: "object") -> list[dict]:
    """The rows of a frame, as JSON has them."""
    rows = json.loads(frame.to_json(orient="records", date_format="iso",
                                    date_unit="ms"))
    return [{name: value for name, value in row.items() if value is not None}
            for row in rows]


def as_frame_has(value: object) -> object:
    """A value of a line in the way that `values_of` writes it; none is ""."""
    if value is None:
        return ""
    if isinstance(value, str) and re.fullmatch(
            r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z", value):
        assert value.endswith("0000Z")
        return value[:-5] + "Z"
    return value


@pytest.mark.parametrize("log", PANDAS_LOGS)
def test_a_frame_has_the_values_of_the_lines(
        busyhour: types.ModuleType, program: Program, log: str) -> None:
    pytest.importorskip("pandas")
    lines = program.generate("--profile", "conference", "--calls", 200,
                             "--logs", log, "--shape", "table").splitlines()
    frame = busyhour.table("conference", log, calls=200).to_pandas()
    assert len(lines) == len(frame)
    assert list(frame.columns) == busyhour.table("conference", log).columns
    for line, row in zip(lines, values_of(log, frame)):
        expected = {name: as_frame_has(value)
                    for name, value in json.loads(line).items()}
        for name, value in expected.items():
            got = row.get(name, "")
            assert str(got).lower() == str(value).lower() or (
                float(got) == pytest.approx(float(value))), (name, got, value)


@pytest.mark.parametrize("profile,log", [
    ("speech-service-down", "media_summary"),
    ("contact-center-outage", "operational"),
    ("retry-storm", "operational"),
])
def test_labels_of_a_table_are_those_of_the_program(
        busyhour: types.ModuleType, profile: str, log: str) -> None:
    pytest.importorskip("pandas")
    frame = busyhour.table(profile, log, labels=True,
                           duration="70m").to_pandas()
    assert len(frame) == len(busyhour.table(profile, log,
                                            duration="70m").to_pandas())
    expected: dict[tuple, list[tuple]] = {}
    for row in busyhour.labels(profile, duration="70m", logs=log):
        if row["type"] == "record" and "suppressed" not in (
                row["effect"], row.get("as")):
            expected.setdefault(
                (row["correlation_id"], row["id"], row["time"]), []).append(
                    (row["incident"], row["effect"]))
    touched = frame[frame["Incident"].notna()]
    assert collections.Counter(
        (one.CorrelationId, one.OperationId or "", one.Incident,
         one.IncidentEffect) for one in touched.itertuples()
    ) == collections.Counter(
        (correlation, of, ", ".join(incident for incident, _ in labels),
         ", ".join(effect for _, effect in labels))
        for (correlation, of, _), labels in expected.items())
    assert 0 < len(touched) < len(frame)


@pytest.mark.parametrize("n", [0, 1, 5, 10**6])
def test_the_head_of_a_table_is_its_first_records(
        busyhour: types.ModuleType, n: int) -> None:
    pandas = pytest.importorskip("pandas")
    table = busyhour.table("conference", "usage", calls=50)
    pandas.testing.assert_frame_equal(table.head(n), table.to_pandas().head(n))


def test_the_head_of_a_long_table_is_soon_there(
        busyhour: types.ModuleType) -> None:
    """Within the test's time, of more records than memory has."""
    pytest.importorskip("pandas")
    table = busyhour.table("contact-center", "usage", duration="10000d")
    assert len(table.head()) == 5
    assert repr(table) == ("<busyhour.Table of usage, 21 columns, from "
                           "contact-center, seed 1>")
    with pytest.raises(busyhour.InputError, match="n: 'x' is not a whole"):
        table.head("x")


def test_nested_and_empty_frames(busyhour: types.ModuleType) -> None:
    pytest.importorskip("pandas")
    nested = busyhour.table(shape="resource-log", calls=5).to_pandas()
    assert any(name.startswith("properties.") for name in nested.columns)
    empty = busyhour.table(log="streaming_usage", calls=5).to_pandas()
    assert len(empty) == 0
    assert str(empty["TimeGenerated"].dtype) == "datetime64[ns, UTC]"


def stream_of(capsule: object) -> int:
    """The address of the stream in a capsule."""
    pointer_of = ctypes.pythonapi.PyCapsule_GetPointer
    pointer_of.restype = ctypes.c_void_p
    pointer_of.argtypes = [ctypes.py_object, ctypes.c_char_p]
    return int(pointer_of(capsule, b"arrow_array_stream"))


@pytest.mark.parametrize("log", ["operational", "usage"])
def test_duckdb_reads_a_table(
        busyhour: types.ModuleType, program: Program, log: str,
        scratch: pathlib.Path,
        npm_tool: Callable[[str], pathlib.Path]) -> None:
    library = (npm_tool("duckdb") / "node_modules" / "@duckdb" /
               "node-bindings-linux-x64" / "libduckdb.so")
    if not library.exists():
        pytest.skip("there is no DuckDB for this processor")
    lines = [json.loads(line) for line in program.generate(
        "--profile", "contact-center", "--calls", 3000, "--logs", log,
        "--shape", "table").splitlines()]
    table = busyhour.table("contact-center", log, calls=3000)
    database = duckdb_library.DuckDb(library, scratch)
    try:
        capsule = table.__arrow_c_stream__()
        database.load("logs", stream_of(capsule))
        for field in ("OperationName", "CorrelationId", "TimeGenerated"):
            spelled = field if field != "TimeGenerated" else (
                "strftime(TimeGenerated AT TIME ZONE 'UTC', "
                "'%Y-%m-%dT%H:%M:%S.%g0000Z')")
            found = database.query(
                f"SELECT {spelled} AS value, count(*) FROM logs GROUP BY value "
                "ORDER BY value")
            counts = collections.Counter(line[field] for line in lines)
            assert {value: int(count) for value, count in found} == counts
    finally:
        database.close()


def resident_bytes() -> int:
    pages = int(pathlib.Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def test_what_is_dropped_is_freed(busyhour: types.ModuleType) -> None:
    table = busyhour.table("contact-center", duration="1h", threads=2)

    def drop() -> None:
        for _ in range(20):
            table.__arrow_c_stream__()
            next(busyhour.calls(calls=100))
            busyhour.Job(calls=5).verify("nothing")
        gc.collect()

    drop()
    threads, memory = len(os.listdir("/proc/self/task")), resident_bytes()
    for _ in range(5):
        drop()
    assert len(os.listdir("/proc/self/task")) <= threads
    # A stream takes more than 1 MB.
    assert resident_bytes() < memory + 30e6


def test_a_capsule_is_released_once(busyhour: types.ModuleType) -> None:
    table = busyhour.table(calls=5)
    capsule = table.__arrow_c_stream__()
    stream = busyhour._arrow.Stream.from_address(stream_of(capsule))
    schema = busyhour._arrow.schema_of(stream)
    schema.release(ctypes.byref(schema))
    assert sum(batch.length for batch in
               busyhour._arrow.batches_of(stream)) > 5
    # A reader moves it: it releases its copy, and marks this one.
    moved = busyhour._arrow.Stream.from_buffer_copy(stream)
    stream.release = type(stream.release)()
    moved.release(ctypes.byref(moved))
    del stream, capsule
    gc.collect()

    # The capsule is released while an exception is on its way.
    with pytest.raises(ZeroDivisionError):
        [table.__arrow_c_stream__(), 1 / 0]


def test_a_job_can_be_pickled(busyhour: types.ModuleType,
                              scratch: pathlib.Path) -> None:
    job = busyhour.Job("voice-bot", calls=20, shape="table",
                       set={"traffic.rate": "5/s"})
    busyhour.write(scratch / "set", seed=7, calls=10)
    with inside(scratch):
        of_manifest = busyhour.Job.of_manifest("set")
    for each in job, of_manifest:
        for same in (pickle.loads(pickle.dumps(each)), copy.copy(each),
                     copy.deepcopy(each)):
            assert same == each and hash(same) == hash(each)
            assert (same.logs, same.seed) == (each.logs, each.seed)
            assert same.text() == each.text()


def test_jobs_are_equal_by_their_options(busyhour: types.ModuleType) -> None:
    job = busyhour.Job(calls=5, shape="table")
    assert job == busyhour.Job(shape="table", calls=5, where=None)
    assert len({job, busyhour.Job("quickstart", shape="table", calls=5)}) == 1
    assert job != busyhour.Job(calls=6, shape="table")
    assert job != busyhour.Job("voice-bot", calls=5, shape="table")
    assert job != "job"


def test_processes_take_a_job(place: pathlib.Path,
                              scratch: pathlib.Path) -> None:
    (scratch / "pool.py").write_text(
        "import multiprocessing, busyhour\n"
        "def size(job):\n"
        "    return len(job.text())\n"
        "if __name__ == '__main__':\n"
        "    job = busyhour.Job(calls=20)\n"
        "    with multiprocessing.get_context('spawn').Pool(1) as pool:\n"
        "        assert pool.map(size, [job, job]) == [size(job)] * 2\n")
    done = python_package.run(place, "pool.py", cwd=scratch)
    assert done.returncode == 0, done.stdout


def test_threads_share_a_job(busyhour: types.ModuleType) -> None:
    job = busyhour.Job(calls=200, shape="table")
    expected = job.text()
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        texts = [pool.submit(job.text) for _ in range(4)]
        calls = [pool.submit(lambda: sum(
            len(call.records) for call in job.calls())) for _ in range(4)]
        assert all(text.result() == expected for text in texts)
        assert {count.result() for count in calls} == {
            expected.count(b"\n")}


def test_three_lines_in_a_new_place(place: pathlib.Path,
                                    scratch: pathlib.Path) -> None:
    pytest.importorskip("pandas")
    done = python_package.run(
        place, "-c", "import busyhour\n"
        "table = busyhour.table('contact-center', duration='10m')\n"
        "print(table.to_pandas()['ResultType'].value_counts().idxmax())",
        cwd=scratch)
    assert done.stdout == "Succeeded\n"


def test_all_mistakes_of_options_are_told_at_once(
        busyhour: types.ModuleType) -> None:
    with pytest.raises(busyhour.InputError) as told:
        busyhour.Job("voice-bt", sed=3, calls=-1, shape="tabel",
                     where=["Play"])
    message = str(told.value)
    for part in ["voice-bt", '"seed"', "--calls", '"table"']:
        assert part in message, message
    assert "where" not in message, message


def test_what_is_no_text_is_no_record(busyhour: types.ModuleType) -> None:
    """A path as a text and a frame are mistakes; records may be dicts."""
    lines = busyhour.text(calls=10).splitlines()
    rows = [json.loads(line) for line in lines]
    assert busyhour.verify(rows, calls=10)["passed"]
    with pytest.raises(busyhour.InputError, match="pathlib.Path"):
        busyhour.verify("received.jsonl", calls=10)
    with pytest.raises(busyhour.InputError, match="to_csv"):
        busyhour.verify(busyhour.table(calls=10), calls=10)


def test_the_wheel_is_complete(place: pathlib.Path, program: Program,
                               module_scratch: pathlib.Path,
                               scratch: pathlib.Path) -> None:
    wheel = next(module_scratch.glob("*.whl"))
    again = subprocess.run(
        ["/usr/bin/python3", "-B", ROOT / "python" / "wheel.py",
         pathlib.Path(program.path).with_name("libbusyhour-c.so.0"), scratch],
        check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    assert pathlib.Path(again).read_bytes() == wheel.read_bytes()
    done = python_package.run(pathlib.Path("/nothere"), "-m", "pip", "--version",
                              cwd=scratch)
    if done.returncode != 0:
        pytest.skip("there is no pip")
    done = python_package.run(
        pathlib.Path("/nothere"), "-m", "pip", "install", "--no-index",
        "--quiet", "--root-user-action=ignore", "--no-compile", "--target",
        scratch / "target", wheel, cwd=scratch)
    assert done.returncode == 0, done.stdout
    done = python_package.run(scratch / "target", "-c", "import busyhour\n"
                              "print(busyhour.__version__)", cwd=scratch)
    assert done.stdout == program("--version").stdout.split()[1] + "\n"


def test_docstrings_are_true(busyhour: types.ModuleType,
                             scratch: pathlib.Path) -> None:
    pytest.importorskip("pandas")
    finder = doctest.DocTestFinder()
    runner = doctest.DocTestRunner()
    count = 0
    modules = [busyhour, busyhour._call, busyhour._job, busyhour._library,
               busyhour._table]
    told: list[str] = []
    with inside(scratch):
        for module in modules:
            for test in finder.find(module, globs={"busyhour": busyhour}):
                count += len(test.examples)
                runner.run(test, out=told.append)
    assert runner.failures == 0, "".join(told)
    assert count > 20


def test_the_fixtures_of_pytest(place: pathlib.Path,
                                scratch: pathlib.Path) -> None:
    page = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    block = next(block for block in blocks(page) if "def test_" in block)
    (scratch / "mine_test.py").write_text(
        f"def my_pipeline(text):\n    return text\n\n{block}")
    done = python_package.run(place, "-m", "pytest", "-q", "-p",
                              "no:cacheprovider", "mine_test.py", cwd=scratch)
    assert "2 passed" in done.stdout, done.stdout


def blocks(page: str) -> list[str]:
    return re.findall(r"```python\n(.*?)```", page, re.DOTALL)


def test_the_page_is_true(place: pathlib.Path, scratch: pathlib.Path) -> None:
    pytest.importorskip("pandas")
    page = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    code = "\n".join(block for block in blocks(page)
                     if "def test_" not in block)
    done = python_package.run(place, "-c", code, cwd=scratch)
    assert done.returncode == 0, done.stdout
    said = re.findall(r"print\(.*\)  # (.*)", code)
    assert said and all(line in done.stdout.splitlines() for line in said), (
        done.stdout)


def test_the_c_interface_is_for_c(place: pathlib.Path,
                                  scratch: pathlib.Path) -> None:
    """The example of the header, as a C program."""
    compiler = shutil.which("cc")
    if not compiler:
        pytest.skip("there is no C compiler")
    header = (ROOT / "include" / "busyhour" / "c.h").read_text(encoding="utf-8")
    example = "\n".join(
        line for line in re.findall(r"^//   (.*)$", header, re.MULTILINE)
        if not line.lstrip().startswith(('{"', '"')))
    (scratch / "example.c").write_text(
        "#include <busyhour/c.h>\n#include <stdio.h>\n"
        f"int main(void) {{\n{example}\nreturn 0;\n}}\n")
    library = place / "busyhour" / "libbusyhour-c.so.0"
    subprocess.run(
        [compiler, "-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror",
         "-I", ROOT / "include", "example.c", library, "-o", "example"],
        cwd=scratch, check=True)
    told = subprocess.run(
        [scratch / "example"], cwd=scratch, check=True, text=True,
        stdout=subprocess.PIPE,
        env={**os.environ, "LD_LIBRARY_PATH": str(library.parent)}).stdout
    assert json.loads(told)["records"] == 3
    symbols = subprocess.run(["nm", "-D", "--defined-only", library],
                             check=True, stdout=subprocess.PIPE,
                             text=True).stdout
    names = {line.split()[-1] for line in symbols.splitlines()}
    assert names == set(re.findall(r"\b(busyhour_\w+)\(", header)) - {
        "busyhour_take", "busyhour_progress"}
