"""Shards are disjoint, and together they are the whole, record for record."""

import collections
import json
import re

import dataset
import harness

EXTENTS = (("--duration", "7m"), ("--calls", "700"), ("--records", "7000"),
           ("--bytes", "5MB"))


def ids(lines):
    """The operation and record ids of all lines."""
    return {re.search('"(?:operationId|recordId)":"(.+?)"', line)[1]
            for line in lines}


def generate(program, job, shard):
    return dataset.lines(program.generate(*job, "--shard", shard))


def run(program, scratch, checks):
    for profile in ("quickstart", "conference", "ivr-storm"):
        for extent in EXTENTS:
            job = ["--profile", profile, *extent]
            whole = dataset.lines(program.generate(*job))
            expected = collections.Counter(whole)
            checks(len(expected) == len(whole) > 0,
                   "no two records are the same", (profile, extent))
            for count in (1, 2, 5):
                parts = [generate(program, job, f"{index}/{count}")
                         for index in range(count)]
                merged = collections.Counter(
                    line for part in parts for line in part)
                checks(merged == expected, "shards merge to the whole",
                       (profile, extent, count),
                       (len(merged - expected), len(expected - merged)))
                checks.same(sum(len(ids(part)) for part in parts),
                            len(set().union(*map(ids, parts))),
                            "shards have no record in common",
                            (profile, extent, count))
                checks(all(parts), "no shard is empty",
                       (profile, extent, count))
                # A shard keeps the order of the whole.
                place = {line: index for index, line in enumerate(whole)}
                for part in parts:
                    places = [place.get(line, -1) for line in part]
                    checks(places == sorted(places),
                           "a shard is in the order of the whole",
                           (profile, extent, count))
    program("generate", "--calls", 90, "--shard", "2/3", "--out",
            f"{scratch}/part", "--quiet")
    with open(f"{scratch}/part/manifest.json", encoding="utf-8") as file:
        manifest = json.load(file)
    checks.same(manifest["shard"], {"index": 2, "count": 3},
                "the manifest names the shard")


harness.main(run)
