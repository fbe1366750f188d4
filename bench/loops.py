"""Compares `busyhour load --rate max` with a bare loop of a client library that
sends prepared bodies to the same receiver, in alternation.

`load` also simulates the records. With fewer than three processors the two
compete, so the loop is also measured while one thread simulates and sends
nothing.
"""

import contextlib
import json
import os
import statistics
import subprocess


def text_of(program, *options):
    """The text of 60,000 records, one per line."""
    return subprocess.run(
        [program, "generate", "--records", "60000", "--out", "-", "--quiet",
         *options], check=True, stdout=subprocess.PIPE).stdout


def write_bodies(place, bodies):
    """Writes each body into a file; returns the paths."""
    paths = []
    for number, body in enumerate(bodies):
        paths.append(os.path.join(place, f"body{number}"))
        with open(paths[-1], "wb") as file:
            file.write(body)
    return paths


@contextlib.contextmanager
def simulating(program):
    """Runs one thread that generates records and discards them."""
    process = subprocess.Popen(
        [program, "generate", "--records", "1000M", "--threads", "1", "--out",
         "null:", "--quiet"])
    try:
        yield
    finally:
        process.kill()
        process.wait()


def output_of(*command):
    """The numbers that a loop prints."""
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE,
                          timeout=60)
    return [float(word) for word in done.stdout.split()]


def load(program, place, url, records, *options):
    """The report of a run of `load`."""
    report = os.path.join(place, "report.json")
    subprocess.run(
        [program, "load", "--to", url, "--rate", "max", "--records",
         str(records), "--quiet", "--report", report, "--force", *options],
        check=True, timeout=120)
    with open(report, encoding="utf-8") as file:
        return json.load(file)


def compare(program, rounds, bare, ours, unit):
    """Prints the rates that `bare()` and `ours()` return, in each round, and
    their ratios."""
    rates = {"bare": [], "bare beside a simulation": [], "load": []}
    for _ in range(rounds):
        rates["bare"].append(bare())
        with simulating(program):
            rates["bare beside a simulation"].append(bare())
        rates["load"].append(ours())
        print(", ".join(f"{name} {rate[-1]:,.0f}"
                        for name, rate in rates.items()), unit, flush=True)
    for name, rate in rates.items():
        print(f"{name}: median {statistics.median(rate):,.0f} {unit}")
    for name in ("bare", "bare beside a simulation"):
        ratios = [ours / bare for ours, bare in zip(rates["load"], rates[name])]
        print(f"load / {name}: median {statistics.median(ratios):.2f} "
              f"({min(ratios):.2f} to {max(ratios):.2f})")
