"""Tests thresholds on the results of `describe`, `verify` and `score`, and the page of
all figures.
"""

import json
import re
import xml.etree.ElementTree as ElementTree

import pytest

from files import write_text
from program import page



def label(name, hour):
    begin, end = (f"2026-03-02T{hour}:{minute}:00Z" for minute in ("00", "30"))
    return {"type": "incident", "incident": name, "from": begin, "to": end,
            "effect_from": begin, "effect_to": end}


LABELS = [label("a", "09"), label("b", "12")]
ALERTS = "time\n2026-03-02T09:10:00Z\n2026-03-02T15:00:00Z\n"


def thresholds(*texts):
    return [word for text in texts for word in ("--threshold", text)]


@pytest.fixture
def score(program, scratch):
    """Scores one alert that hits, one that does not, and one missed incident,
    in a day."""
    write_text(scratch / "labels", "".join(json.dumps(each) + "\n"
                                           for each in LABELS))
    write_text(scratch / "alerts.csv", ALERTS)

    def run(*arguments, **more):
        return program("score", scratch / "alerts.csv", "--labels",
                       scratch / "labels", "--start", "2026-03-02T08:00:00Z",
                       "--end", "2026-03-03T08:00:00Z", *arguments, **more)
    return run


def test_score(score, scratch):
    met = ["recall=0.5", "precision>=50%", "f1<0.51", "detected=1",
           "detected=50%", "false_alarms=1", "false_alarms_a_week=7",
           "delay.median=10m", "delay.max<=10m", "nab.standard<100",
           "occurrences=2", "alerts>0", "false_alarm_time=0ms"]
    found = json.loads(score("--json", *thresholds(*met)).stdout)["thresholds"]
    assert [(each["name"], each["passed"]) for each in found] == [
        (each, True) for each in met]
    junit = scratch / "junit.xml"
    said = score(*thresholds("recall>0.9", "named=0", "delay.p90<5m"),
                 "--junit", junit, expect=1).stdout
    assert "  FAILED  recall>0.9: 50.0 %, 40.0 % too little\n" in said
    assert "  FAILED  named=0: nothing was measured\n" in said, (
        "no alert has a cause")
    assert "  FAILED  delay.p90<5m: 10 min, 5 min too much\n" in said
    suites = ElementTree.parse(junit).getroot()
    assert (suites.get("name"), suites.get("failures")) == ("busyhour score", "3")


def test_describe(program):
    job = ("describe", "--profile", "contact-center", "--calls", 10_000)
    told = json.loads(program(*job, "--json").stdout)
    met = [f"calls={told['calls']:.0f}", "answered>0.5", "holding.mean<1h",
           f"bytes<{int(told['bytes'] + 1)}", f"memory>{int(told['memory_bytes'] / 2)}",
           "rate.peak>0.1/s", "agents.unserved<50%", "incidents=0", "redials=0"]
    found = json.loads(program(*job, "--json", *thresholds(*met)).stdout)
    assert [(each["name"], each["passed"]) for each in found["thresholds"]] == [
        (each, True) for each in met]
    said = program(*job, *thresholds("calls<1k", "generate<1h"), expect=1).stdout
    assert re.search("FAILED +calls<1k: 10,000, 9,000 too much\n", said)
    assert re.search("passed +generate<1h: ", said)
    none = program("describe", "--profile", "voice-bot", "--calls", 10,
                   *thresholds("agents.needed<1"), expect=1).stdout
    assert "agents.needed<1: nothing was measured" in none


def test_verify(program, scratch):
    """One record is lost, one altered and one duplicated."""
    lines = program.generate("--records", 200).splitlines(keepends=True)
    lines[7] = lines[7].replace('"callConnectionId":"', '"callConnectionId":"x', 1)
    lines[7] = lines[7].replace('"usageType":"', '"usageType":"x', 1)
    count = len(lines)
    received = "".join([*lines[1:], lines[5]])
    job = ("verify", "-", "--records", 200)

    def verify(*arguments, expect):
        return program(*job, *arguments, input=received, expect=expect)

    met = ["lost<=0.5%", "duplicated<2", "altered<=1", f"received={count}",
           "intact>98%", f"sent={count}"]
    found = json.loads(verify("--json", *thresholds(*met), expect=0).stdout)
    assert found["passed"]
    assert [(each["name"], each["passed"]) for each in found["thresholds"]] == [
        (each, True) for each in ("foreign=0", "undecodable=0", *met)]
    # What has no threshold keeps its limit, and --allow has its own.
    junit = scratch / "junit.xml"
    said = verify(*thresholds("lost<1%"), "--allow", "altered=1", "--junit",
                  junit, expect=1).stdout
    assert said.startswith("FAILED: 1 duplicated")
    assert "  passed  lost<1%: 0.49 % (1)\n" in said
    cases = {case.get("name"): len(case.findall("failure"))
             for case in ElementTree.parse(junit).getroot().iter("testcase")}
    assert cases == {"duplicated=0": 1, "altered<=1": 0, "foreign=0": 0,
                     "undecodable=0": 0, "lost<1%": 0, "sent>0": 0}
    said = verify(*thresholds(*met, "latency.p99<1s"), expect=1).stdout
    assert said.startswith("FAILED: latency.p99<1s: nothing was measured\n")
    nothing = verify("--until", "1970-01-01T00:00:01Z", *thresholds("lost=0"),
                     expect=1).stdout
    assert "FAILED  lost=0: nothing was measured" in nothing


@pytest.mark.parametrize("command", [("load", "--to", "null:"), ("describe",),
                                     ("verify", "-", "--records", "1"),
                                     ("score", "x", "--labels", "x")])
def test_the_page_has_all_figures(program, command):
    words = program(*command, "--threshold", "xyz=0", expect=2).stderr
    figures = re.search("figures are (.*)", words)[1].split(", ")
    section = page("thresholds.md").split(f"\n## {command[0]}\n")[1]
    rows = [row.split("|")[1] for row in section.split("\n## ")[0].splitlines()
            if row.startswith("| `")]
    assert sorted(re.findall("`(.*?)`", "".join(rows))) == sorted(figures)


def test_a_figure_without_seconds_has_no_window(program):
    said = program("describe", "--threshold", "calls>0 after 10s", "--threshold",
                   "rate.peak<0.99", expect=2).stderr
    assert 'leave out "after"' in said
    assert '"rate.peak<0.99" compares with "0.99", which is not a rate' in said
