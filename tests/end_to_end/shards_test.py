"""Tests that shards are disjoint, and together equal the whole, record by
record.
"""

import collections
import re

import pytest

import dataset
from files import manifest_of

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
