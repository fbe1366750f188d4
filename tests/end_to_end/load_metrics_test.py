"""The metrics of `busyhour load` in both formats of Prometheus, and the dashboard
that shows them.
"""

import json
import re
import struct
import urllib.request

import pytest

from live_run import LiveRun
from program import ROOT, wait_for

DASHBOARD = ROOT / "dashboards" / "busyhour.json"
PROTOBUF = ("application/vnd.google.protobuf;"
            "proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,"
            "text/plain;version=0.0.4;q=0.5")
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')
# A line end, a quote and a backslash are escaped in a label.
HOSTILE_PATH = '/x"y\\z'


def scrape(port, accept="text/plain"):
    request = urllib.request.Request(f"http://127.0.0.1:{port}/metrics",
                                     headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.headers["Content-Type"], answer.read()


def unescaped(text):
    return re.sub(r"\\(.)", lambda found: {"n": "\n"}.get(found[1], found[1]),
                  text)


def read_text_format(text):
    """The samples: (name, labels): value. Checks each line, and that each name
    belongs to the TYPE before it."""
    samples, family, kinds = {}, "", {}
    for line in text.splitlines():
        if line.startswith("# "):
            _, what, family, rest = line.split(" ", 3)
            if what == "TYPE":
                kinds[family] = rest
            continue
        found = re.fullmatch(r'(\w+)\{((?:\w+="(?:[^"\\\n]|\\.)*",?)+)\} (\S+)',
                             line)
        assert found, line
        assert found[1] == family or kinds[family] == "histogram" and (
            found[1].removeprefix(family) in ("_bucket", "_sum", "_count"))
        labels = tuple(sorted((name, unescaped(value))
                              for name, value in LABEL.findall(found[2])))
        assert (found[1], labels) not in samples
        samples[found[1], labels] = float(found[3])
    return samples


def varint(data, at):
    """The number at `at`, and where it ends."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def fields(data):
    """The fields of a protobuf message: (number, value)."""
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        number, wire = divmod(tag, 8)
        if wire == 0:
            value, at = varint(data, at)
            yield number, value
        elif wire == 1:
            yield number, struct.unpack_from("<d", data, at)[0]
            at += 8
        else:
            assert wire == 2
            size, at = varint(data, at)
            yield number, data[at:at + size]
            at += size


def signed(value):
    return value >> 1 ^ -(value & 1)


def message(data):
    """The fields of a message, as lists by number."""
    found = {}
    for number, value in fields(data):
        found.setdefault(number, []).append(value)
    return found


def read_protobuf(data):
    """The same samples as in the text, and the native histogram."""
    samples, native = {}, None
    # The delimiters have the form of a field without its number.
    families, at = [], 0
    while at < len(data):
        size, at = varint(data, at)
        families.append(message(data[at:at + size]))
        at += size
    for family in families:
        name, kind = family[1][0].decode(), family[3][0]
        for each in family.get(4, []):
            metric = message(each)
            pairs = [message(pair) for pair in metric[1]]
            labels = [(pair[1][0].decode(), pair[2][0].decode())
                      for pair in pairs]
            key = tuple(sorted(labels))
            if kind != 4:
                value = message(metric[{0: 3, 1: 2}[kind]][0])[1][0]
                samples[name, key] = value
                continue
            native = message(metric[7][0])
            samples[name + "_count", key] = native[1][0]
            samples[name + "_sum", key] = native[2][0]
            for bucket in native[3]:
                found = message(bucket)
                bound = f"{found[2][0]:g}"
                samples[name + "_bucket",
                        tuple(sorted([*labels, ("le", bound)]))] = found[1][0]
            samples[name + "_bucket",
                    tuple(sorted([*labels, ("le", "+Inf")]))] = native[1][0]
    return samples, native


@pytest.fixture
def paused(program, scratch):
    """A paused run whose receiver has a hostile name, in which nothing changes
    any more."""
    run = LiveRun(program, scratch, f"file:{scratch}{HOSTILE_PATH}", "2000/s",
                  "--shard", "0/2")
    run.ask("pause")
    assert wait_for(lambda: run.state()["state"] == "paused")

    def is_quiet():
        samples = read_text_format(scrape(run.port)[1].decode())
        values = {(name, dict(labels).get("state")): value
                  for (name, labels), value in samples.items()
                  if dict(labels).get("quantile") in (None, "1")}
        return (values["busyhour_records_total", "sent"] ==
                values["busyhour_records_total", "acknowledged"] ==
                values["busyhour_ack_latency_seconds_count", None] and
                values["busyhour_lateness_seconds", None] == 0)

    assert wait_for(is_quiet)
    yield run
    run.load.run.kill()
    run.load.run.wait()


def test_both_formats_say_the_same(paused, scratch):
    kind, text = scrape(paused.port)
    assert kind == "text/plain; version=0.0.4; charset=utf-8"
    samples = read_text_format(text.decode())
    kind, data = scrape(paused.port, PROTOBUF)
    assert kind.startswith("application/vnd.google.protobuf")
    decoded, native = read_protobuf(data)
    assert decoded == pytest.approx(samples)
    for name, labels in samples:
        assert dict(labels).items() >= {
            "target": f"file:{scratch}{HOSTILE_PATH}", "profile": "quickstart",
            "shard": "0/2"}.items(), name
    state = paused.state()
    values = {(name, dict(labels).get("state")): value
              for (name, labels), value in samples.items()}
    assert values["busyhour_records_total", "sent"] == state["sent"]
    assert values["busyhour_paused", None] == 1
    # The buckets rise to the count, in the classic histogram.
    assert values["busyhour_ack_latency_seconds_count", None] > 0
    buckets = sorted((float(dict(labels)["le"]), value)
                     for (name, labels), value in samples.items()
                     if name.endswith("_bucket"))
    counts = [value for _, value in buckets]
    assert counts == sorted(counts)
    assert counts[-1] == values["busyhour_ack_latency_seconds_count", None]
    check_native(native, buckets)


def check_native(native, buckets):
    """The native buckets contain every value, within 9 % of the classic
    ones."""
    assert signed(native[5][0]) == 3
    lengths = []
    index, places = 0, []
    for span in map(message, native[12]):
        index += signed(span[1][0])
        lengths.append(span[2][0])
        for _ in range(span[2][0]):
            places.append(index)
            index += 1
    counts, last = [], 0
    for delta in native[13]:
        last += signed(delta)
        counts.append(last)
    assert len(counts) == len(places) == sum(lengths)
    assert min(counts) > 0
    assert sum(counts) + native[7][0] == native[1][0]
    below = {place: sum(counts[:i + 1]) for i, place in enumerate(places)}
    for bound, count in buckets[:-1]:
        least = max([below[place] for place in places
                     if 2 ** (place / 8) <= bound * 0.99], default=0)
        most = max([below[place] for place in places
                    if 2 ** ((place - 1) / 8) <= bound * 1.01], default=0)
        assert least <= count <= most


# The dashboard asks only for metrics and labels that exist.
def test_the_dashboard_shows_what_exists(paused):
    dashboard = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    text = scrape(paused.port)[1].decode()
    labels_of = {}
    for name, labels in read_text_format(text):
        labels_of.setdefault(name, set()).update(dict(labels))
    # Errors have no sample while there are none.
    labels_of["busyhour_errors_total"] = {"target", "profile", "shard", "error"}
    assert "# TYPE busyhour_errors_total counter" in text
    queries = [target["expr"] for panel in dashboard["panels"]
               for target in panel["targets"]]
    queries += [each["query"]["query"]
                for each in dashboard["templating"]["list"]
                if each["type"] == "query"]
    assert len(queries) > 15
    for query in queries:
        names = re.findall(r"\bbusyhour_\w+", query)
        assert names, query
        used = set(re.findall(r'(\w+)=~?"', query))
        for group in re.findall(r"by \((.*?)\)", query):
            used |= set(group.split(", "))
        used |= set(re.findall(r"label_values\(\w+, (\w+)\)", query))
        for name in names:
            assert name in labels_of, f"{name} does not exist"
            assert used <= labels_of[name], (query, labels_of[name])
    # Every metric that a run has is on it, apart from those of two kinds.
    shown = {name for query in queries
             for name in re.findall(r"\bbusyhour_\w+", query)}
    families = set(re.findall(r"# TYPE (\w+)", text))
    assert {name for name in families
            if not any(each.startswith(name) for each in shown)} == {
                "busyhour_acknowledged_records",
                "busyhour_lost_connection_records_total"}
