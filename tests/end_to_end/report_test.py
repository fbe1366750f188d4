"""Tests `busyhour report`: the figures of a page are those of its inputs, its
policy allows nothing but its own style and scripts, and nothing in an input can
break out of its place; and the facts that `load` writes for it.
"""

import datetime
import json
import math
import re
import shlex

import pytest

from files import read_json, read_text, write_json, write_text
from http_receiver import Answer, Receiver
from loading import FATES, PROFILE, Loads
from program import page as docs_page
from report_page import Page, number

# However busy this machine is, the run keeps up.
RUN = ("--rate", "2000/s", "--for", "2s", "--slo", "60s")
HOSTILE = "x</script><script>alert(1)</script><img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def run(program, module_scratch):
    """A run that misses a threshold: its report, and the paths of its files."""
    loads = Loads(program, module_scratch)
    loads("null:", *RUN, "--hgrm", module_scratch / "run", "--threshold",
          "failed=0", "--threshold", "ack.p99<1us", records=20_000, expect=1)
    return module_scratch / "run1.report"


def page_of(program, *inputs, expect=0):
    done = program("report", *inputs, expect=expect)
    return Page(done.stdout) if expect == 0 else done.stderr


def is_same(shown, value):
    """To the four digits that are shown."""
    return math.isclose(shown, value, rel_tol=6e-4, abs_tol=1e-9)


def test_the_figures_of_a_run_are_those_of_its_report(program, run):
    report = read_json(run)
    page = page_of(program, run)
    page.check_policy()
    assert page.size < 120_000
    assert len(set(page.ids)) == len(page.ids)
    assert page.parts["h1"] == ["Failed"]
    assert f"1 of {len(report['thresholds'])} thresholds missed" in page.text
    assert page.tables["Thresholds"][1:] == [
        [each["name"], "passed" if each["passed"] else "missed", each["found"]]
        for each in report["thresholds"]]
    for chart, unit, columns in (
            ("Rate", "records/s", {"planned": "planned", "sent": "sent",
                                   "acknowledged": "acknowledged"}),
            ("Lateness", "ms", {"p50": "lateness_p50_ms",
                                "p99": "lateness_p99_ms",
                                "max": "lateness_max_ms"}),
            ("Acknowledgement", "ms", {"p50": "latency_p50_ms",
                                       "p99": "latency_p99_ms",
                                       "max": "latency_max_ms"})):
        for column, member in columns.items():
            shown = page.column(chart, f"{column}, {unit}")
            values = [second[member] for second in report["series"]]
            assert len(shown) == len(values)
            assert all(map(is_same, shown, values)), (chart, column)
    times = page.row("Times", "lateness")
    assert number(times[1]) == report["lateness"]["count"]
    assert all(is_same(number(cell), report["lateness"][f"{share}_ms"])
               for cell, share in zip(
                   times[2:], ("mean", "p50", "p90", "p99", "p99.9", "max")))
    assert page.row("Records by log", "total")[1:] == [
        f"{report[name]:,}" for name in ("planned", *FATES)]


def test_charts_have_the_figures_of_their_tables(program, run):
    page = page_of(program, run)
    if not page.data:
        assert "This page has no charts" in page.text
        pytest.skip("this build has no charts")
    captions = list(page.tables)
    for chart in page.data:
        title = chart["label"].removeprefix("Chart: ").split(".")[0]
        header, *rows = page.tables[title]
        assert title in captions and len(header) == len(chart["data"])
        for at, values in enumerate(chart["data"][1:], start=1):
            shown = [number(row[at]) for row in rows]
            assert all(map(is_same, shown, values)), (title, header[at])


def test_a_report_has_the_facts_of_its_run(program, scratch):
    loads = Loads(program, scratch)
    before = datetime.datetime.now(datetime.timezone.utc)
    report = loads("null:", *RUN, records=20_000)
    after = datetime.datetime.now(datetime.timezone.utc)
    started, ended = (datetime.datetime.fromisoformat(
        report[name].replace("Z", "+00:00")) for name in ("started", "ended"))
    slack = datetime.timedelta(milliseconds=2)
    assert before - slack <= started <= ended <= after + slack
    assert abs((ended - started).total_seconds() - report["seconds"]) < 0.002
    assert report["command"].startswith("busyhour load --to null: ")
    assert report["passed"] and report["host"]
    assert report["clock_error_ms"] is None or report["clock_error_ms"] > 0
    logs = report["logs"].values()
    for name in ("planned", *FATES):
        assert sum(log[name] for log in logs) == report[name]
    for times in ("lateness", "latency_from_intended", "latency_from_sent"):
        buckets = report[times]["buckets"]
        assert sum(buckets["records"]) == report[times]["count"]
        assert buckets["ms"] == sorted(buckets["ms"])
        assert buckets["ms"][-1] == report[times]["max_ms"]


def test_a_command_has_no_secrets(program, scratch):
    """Neither values of environment variables that settings name, nor those of
    headers."""
    loads = Loads(program, scratch)
    with Receiver() as receiver:
        report = loads(
            receiver.url + "/in?code=sesame-open", records=100,
            settings=["password_env=P", "user_env=U",
                      "header.X-Key=k3yk3yk3y"],
            environment={"P": "sesame-open", "U": "ann"})
    command = report["command"]
    assert "sesame" not in command and "k3y" not in command
    assert "password_env=P" in command and command.count("***") == 2


@pytest.mark.parametrize("name,member", [
    ("lateness", "lateness"), ("ack", "latency_from_intended"),
    ("ack_after_sent", "latency_from_sent")])
def test_hgrm_has_the_distribution(run, name, member):
    """A row for each percentile of HdrHistogram, computed here from the
    report's histogram."""
    times = read_json(run)[member]
    text = read_text(run.parent / f"run.{name}.hgrm")
    rows = [line.split() for line in text.splitlines()
            if re.match(r" *[0-9]", line)]
    counts = times["buckets"]["records"]
    total = sum(counts)
    expected = []
    level, seen = 0.0, 0
    for ms, count in zip(times["buckets"]["ms"], counts):
        seen += count
        while 100 * seen / total >= level:
            expected.append((ms, level / 100, seen))
            if seen == total:
                break
            halvings = math.floor(math.log2(100 / (100 - level))) + 1
            level += 100 / (5 * 2 ** halvings)
    expected.append((times["max_ms"], 1.0, total))
    assert [(float(row[0]), float(row[1]), int(row[2])) for row in rows] == [
        (pytest.approx(ms, abs=6e-6), pytest.approx(share, abs=1e-12), count)
        for ms, share, count in expected]
    assert f"Total count    = {total:12d}]" in text


def test_figures_of_a_data_set_are_true(program, scratch):
    job = ("--profile", "contact-center", "--duration", "20m")
    program("generate", *job, "--out", scratch / "logs", "--quiet")
    truth = json.loads(program("truth", *job, "--json").stdout)
    page = page_of(program, scratch / "logs")
    page.check_policy()
    assert page.parts["h1"] == ["Complete"]
    calls = sum(page.column("Call attempts", "calls, calls/h")) / 360
    assert calls == pytest.approx(truth["calls"]), "spans of 10 s"
    shown = {}
    for status, _, requests in page.tables["Statuses by operation"][1:]:
        shown[status] = shown.get(status, 0) + number(requests)
    true = {}
    for row in truth["requests_by_status"]:
        status = str(row["status"])
        true[status] = true.get(status, 0) + row["requests"]
    assert shown == true
    shown = {tuple(row[:4]): number(row[-1])
             for row in page.tables["Results of plays and recognizes"][1:]}
    true = {}
    for row in truth["media_results"]:
        key = (row["operation"], row["result"], str(row["code"]),
               str(row["subcode"]))
        true[key] = true.get(key, 0) + row["records"]
    assert shown == true


@pytest.mark.parametrize("extent", [
    ("--pick", "initial_silence=4", "--pick", "redial > 0=3"),
    ("--where", "initial_silence", "--calls", "9"),
    ("--where", "initial_silence", "--records", "90"),
    ("--where", "initial_silence", "--duration", "20m"),
], ids=lambda words: words[-2].removeprefix("--"))
def test_figures_of_selected_calls_are_theirs(program, scratch, extent):
    program("generate", "--profile", "contact-center-outage", *extent, "--out",
            scratch / "logs", "--quiet")
    page = page_of(program, scratch / "logs")
    calls = read_json(scratch / "logs" / "manifest.json")["counts"]["calls"]
    assert f"records of {calls} calls" in page.text
    times = [datetime.datetime.fromisoformat(row[0].replace("Z", "+00:00"))
             for row in page.tables["Call attempts"][1:]]
    hours = (times[1] - times[0]) / datetime.timedelta(hours=1)
    shown = sum(page.column("Call attempts", "calls, calls/h")) * hours
    assert shown == pytest.approx(calls, rel=1e-3)
    requests = read_text(
        scratch / "logs" / "CallAutomationOperational.jsonl").splitlines()
    assert len(requests) == sum(
        number(row[2]) for row in page.tables["Statuses by operation"][1:])


def test_many_calls_are_sampled(program, scratch):
    """Without the run of a data set of this size: the manifest of a load run
    has the extent of its job."""
    manifest = scratch / "sent.json"
    program("load", "--to", "null:", "--profile", "quickstart", "--set",
            "traffic.rate=1000/s", "--duration", "20m", "--rate", "1000/s",
            "--for", "100ms", "--quiet", "--manifest", manifest)
    page = page_of(program, manifest)
    assert "one in 3 calls" in page.text
    calls = sum(page.column("Call attempts", "calls, calls/h")) / 360
    assert calls == pytest.approx(1_200_000, rel=0.01)


def test_a_long_job_is_small(program, scratch):
    program("generate", "--profile", "contact-center-outage", "--duration",
            "40d", "--set", "traffic.rate=1/h", "--out", scratch / "logs",
            "--quiet")
    page = page_of(program, scratch / "logs")
    assert page.size < 500_000
    assert len(page.tables["Call attempts"]) <= 410


def test_incidents_are_bands(program, scratch):
    program("generate", "--profile", "speech-service-down", "--duration",
            "45m", "--set", "traffic.rate=1/s", "--out", scratch / "logs", "--quiet")
    page = page_of(program, scratch / "logs")
    (_, *incidents) = page.tables["Incidents"]
    assert incidents
    for chart in page.data:
        if chart["x"] == "time":
            assert len(chart["bands"]) == len(incidents)


def test_a_verification(program, scratch):
    program("generate", "--records", "2000", "--out", scratch / "logs",
            "--quiet")
    path = scratch / "logs" / "CallAutomationOperational.jsonl"
    lines = read_text(path).splitlines(keepends=True)
    write_text(scratch / "received.jsonl", "".join(lines[:100] + lines[120:]))
    verdict = program("verify", scratch / "received.jsonl", "--manifest",
                      scratch / "logs", "--json", expect=1).stdout
    write_text(scratch / "verdict.json", verdict)
    total = json.loads(verdict)["total"]
    page = page_of(program, scratch / "verdict.json", scratch / "logs")
    page.check_policy()
    assert page.parts["h1"] == ["Failed"]
    assert page.parts["h2"] == ["Verification", "Data set"]
    shown = [number(cell) for cell in page.row("Records by log", "total")[1:]]
    assert shown[:3] == [total["sent"], total["received"], total["lost"]]
    assert f"{total['lost']:,} (" in page.text


def test_two_runs(program, run, scratch):
    report = read_json(run)
    report["target"] = "tcp://elsewhere:1"
    write_json(scratch / "old.json", report)
    page = page_of(program, run, "--against", scratch / "old.json")
    header = page.tables["Rate"][0]
    assert header[-1] == "acknowledged before, records/s"
    assert page.tables["Changes"][1][-1] == "too short to tell"
    assert any("receiver (tcp://elsewhere:1 before, null: now)" in text
               for text in page.parts["p"])
    trouble = page_of(program, run, run, "--against", scratch / "old.json",
                      expect=2)
    assert "--against: requires the report of one load run" in trouble


@pytest.fixture(scope="module")
def search(program, module_scratch):
    """A search that its receiver ends by a refusal, after sustained trials."""
    path = module_scratch / "search.json"
    with Receiver(lambda request: Answer(
            200 if request.number < 30 else 400, body=b"<too> old")) as receiver:
        program("load", "--to", receiver.url, "--find-max", "--rate", "100/s",
                "--trial", "500ms", "--slo", "30s", "--with", "linger=100ms",
                *PROFILE, "--report", path, expect=1)
    return path


def test_the_trials_of_a_search(program, search):
    found = read_json(search)
    page = page_of(program, search)
    page.check_policy()
    assert page.parts["h1"] == ["Refused"]
    assert page.parts["h2"] == ["Search for the highest rate"]
    rows = page.tables["Trials"][1:]
    assert len(rows) == len(found["trials"]) >= 3
    for row, trial in zip(rows, found["trials"]):
        assert row[1] == trial["started"]
        assert is_same(number(row[3]), trial["rate"])
        assert is_same(number(row[4]), trial["achieved_rate"])
        assert is_same(number(row[5]), trial["lateness_p99_ms"])
        assert row[6] == ("sustained" if trial["held"] else "not sustained")
        assert row[7] == trial["verdict"]
    assert rows[-1][6] == "not sustained"
    offered = page.column("Rates of the trials", "offered, records/s")
    assert all(map(is_same, offered, [each["rate"] for each in found["trials"]]))
    facts = "".join(page.parts["dd"])
    assert "The receiver refused records, whatever the rate" in facts
    assert "<too> old" in facts and "busyhour load --to http" in page.text


def test_a_broken_search_is_named(program, search, scratch):
    found = read_json(search)
    del found["trials"][1]["rate"]
    found["trials"][0]["started"] = "now"
    write_json(scratch / "broken.json", found)
    trouble = page_of(program, scratch / "broken.json", expect=2)
    assert "/trials/1/rate  is missing" in trouble
    assert "/trials/0/started  is not a time" in trouble


def changes(page):
    return {row[0]: row[1:] for row in page.tables["Changes"][1:]}


def test_two_data_sets(program, scratch):
    """Of the same time: a tenth more calls is more than noise, and a second
    with the same job is the same."""
    def make(name, rate, *more):
        program("generate", "--profile", "contact-center", "--duration", "2h",
                "--set", f"traffic.rate={rate}", "--out", scratch / name,
                "--quiet", *more)
        return scratch / name

    old, same = make("old", "1/s"), make("same", "1/s")
    more, later = make("more", "1.3/s"), make("later", "1/s", "--start",
                                              "2026-03-03T09:00:00Z")
    shown = changes(page_of(program, same, "--against", old))
    assert all(row[0] == row[1] and row[2] == "0 %" for row in shown.values())
    assert shown["call attempts"][3] == "within noise"
    page = page_of(program, more, "--against", old)
    page.check_policy()
    shown = changes(page)
    assert shown["call attempts"][3] == "higher"
    for name, directory in (("Before", old), ("Now", more)):
        counts = read_json(directory / "manifest.json")["counts"]
        at = ("Before", "Now").index(name)
        assert number(shown["call attempts"][at]) == counts["calls"]
    before = page.column("Call attempts", "calls before, calls/h")
    assert before == page_of(program, old).column("Call attempts",
                                                  "calls, calls/h")
    shown = changes(page_of(program, later, "--against", old))
    assert shown["call attempts"][3] == "not judged"


def test_two_verifications(program, scratch):
    """One in which a tenth of the records of each minute is lost is worse than
    one with a hundredth."""
    program("generate", "--duration", "1h", "--logs", "operational", "--out",
            scratch / "logs", "--quiet")
    lines = read_text(scratch / "logs" / "CallAutomationOperational.jsonl"
                      ).splitlines(keepends=True)

    def verified(name, each):
        kept = [line for i, line in enumerate(lines) if i % each]
        write_text(scratch / "received.jsonl", "".join(kept))
        done = program("verify", scratch / "received.jsonl", "--manifest",
                       scratch / "logs", "--json", expect=1)
        write_text(scratch / name, done.stdout)
        return scratch / name, json.loads(done.stdout)["total"]

    (old, few), (new, many) = verified("old.json", 100), verified("new.json", 10)
    page = page_of(program, new, "--against", old)
    page.check_policy()
    lost = changes(page)["lost, % of the records sent"]
    for cell, total in zip(lost, (few, many)):
        assert is_same(number(cell), 100 * total["lost"] / total["sent"])
    assert lost[3] == "worse"
    assert changes(page)["altered, % of the records sent"][3] == "within noise"
    assert changes(page)["foreign, % of the records sent"][3] == "not judged"
    assert changes(page_of(program, old, "--against", new))[
        "lost, % of the records sent"][3] == "better"


def test_a_directory_to_compare_with(program, run, search, scratch):
    """Each kind is compared with its own; more than one of a kind, or another
    kind, is refused."""
    old = scratch / "old"
    old.mkdir()
    write_text(old / "run.json", read_text(run))
    write_text(old / "search.json", read_text(search))
    page = page_of(program, run, search, "--against", old)
    assert "Changes" in page.tables and "Changes*" in page.tables
    assert page.tables["Changes*"][1][0] == "highest rate, records/s"
    trouble = page_of(program, run, "--against", old, expect=2)
    assert "--against: requires the report of one search as INPUT" in trouble
    write_text(old / "again.json", read_text(run))
    trouble = page_of(program, run, search, "--against", old, expect=2)
    assert "--against: has more than the report of one load run" in trouble


def test_hostile_names_cannot_break_out(program, run, scratch):
    report = read_json(run)
    report.update(profile=HOSTILE, target=HOSTILE, command=HOSTILE,
                  verdict=HOSTILE, host="\u202e\x1b[31m")
    report["thresholds"][-1]["name"] = "ack.p99<1s after 1s"
    report["errors"] = [{"error": HOSTILE, "batches": 1, "records": 1,
                         "answer": HOSTILE}]
    write_json(scratch / "hostile.json", report)
    page = page_of(program, scratch / "hostile.json")
    page.check_policy()
    assert "img" not in page.parts
    assert HOSTILE in page.row("Errors", HOSTILE)
    assert "\x1b" not in "".join(page.parts["dd"])


def test_a_profile_with_a_hostile_name(program, scratch):
    name = HOSTILE.replace("/", "_")
    write_text(scratch / f"{name}.json",
               '{"extends": "quickstart", "description": "x"}')
    program("generate", "--profile", scratch / f"{name}.json", "--records",
            "100", "--out", scratch / "logs", "--quiet")
    page = page_of(program, scratch / "logs")
    page.check_policy()
    assert "img" not in page.parts and name in page.text


@pytest.mark.parametrize("change,words", [
    (lambda report: report.pop("seconds"), "/seconds  is missing"),
    (lambda report: report["series"][0].update(sent="many"),
     '/series/0/sent  "many" is not a whole number'),
    (lambda report: report.update(series={}), "/series  is not an array"),
    (lambda report: report.update(started="today"),
     "/started  is not a time"),
    (lambda report: report.pop("planned"),
     "is neither a manifest, nor a report of load, nor a result of verify "
     "--json")])
def test_problems_are_named(program, run, scratch, change, words):
    report = read_json(run)
    change(report)
    write_json(scratch / "broken.json", report)
    trouble = page_of(program, scratch / "broken.json", expect=2)
    assert f"{scratch / 'broken.json'}: {words}" in trouble


def test_commands_of_the_page(program, run, scratch):
    """Those of docs/report.md, shorter."""
    for name in ("new.json", "old.json"):
        write_text(scratch / name, read_text(run))
    commands = [line for block in re.findall(r"```sh\n(.*?)```",
                                             docs_page("report.md"), re.DOTALL)
                for line in block.splitlines()]
    assert len(commands) == 3
    for command in commands:
        words = shlex.split(command.replace("--for 10s", "--for 1s"))[1:]
        if words[0] == "load":
            words += ["--slo", "60s"]
        program(*words, "--force", cwd=scratch)
        if words[0] == "report":
            Page(read_text(scratch / "page.html")).check_policy()


def test_other_files(program, scratch):
    write_text(scratch / "x.json", "{")
    assert "x.json: is not JSON" in page_of(program, scratch / "x.json",
                                            expect=2)
    assert "has no manifest" in page_of(program, scratch, expect=2)
    assert "there is no such file" in page_of(program, scratch / "y",
                                              expect=2)
    assert "INPUT is missing" in page_of(program, expect=2)
