"""Measures what viewers of a live page cost: lateness with and without them, in
turns within one run, and the processor time of the server's thread.

    /usr/bin/python3 -B bench/live_viewers.py build/release/busyhour
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import tempfile
import time

PORT = 18765
TICKS = os.sysconf("SC_CLK_TCK")


def thread_seconds(pid: int) -> dict[str, tuple[int, float]]:
    """The nice value and the processor time of each thread."""
    found = {}
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        fields = (task / "stat").read_text().rpartition(")")[2].split()
        found[task.name] = (int(fields[16]),
                            (int(fields[11]) + int(fields[12])) / TICKS)
    return found


def server_seconds(pid: int) -> float:
    """That of the server: the only thread with a lower priority."""
    threads = thread_seconds(pid).values()
    least = min(nice for nice, _ in threads)
    return sum(seconds for nice, seconds in threads if nice > least)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("--rate", default="20000/s")
    parser.add_argument("--viewers", type=int, default=10)
    parser.add_argument("--turns", type=int, default=6)
    parser.add_argument("--seconds", type=int, default=10)
    options = parser.parse_args()
    length = 2 * options.turns * options.seconds + 5
    with tempfile.TemporaryDirectory() as place:
        report = pathlib.Path(place) / "run.json"
        run = subprocess.Popen(
            [options.program, "load", "--to", "null:", "--rate", options.rate,
             "--for", f"{length}s", "--live", str(PORT), "--slo", "1h",
             "--quiet", "--report", str(report)])
        time.sleep(2)
        spans: dict[bool, list[tuple[float, float]]] = {False: [], True: []}
        used = dict.fromkeys(spans, 0.0)
        for turn in range(2 * options.turns):
            watched = turn % 2 == 1
            viewers = [
                subprocess.Popen(["curl", "-sN", "-o", "/dev/null",
                                  f"http://127.0.0.1:{PORT}/events"])
                for _ in range(options.viewers if watched else 0)]
            status = json.loads(subprocess.check_output(
                ["curl", "-s", f"http://127.0.0.1:{PORT}/status"]))
            before = server_seconds(run.pid)
            time.sleep(options.seconds - 0.5)
            used[watched] += server_seconds(run.pid) - before
            # The first second has the start of the viewers.
            spans[watched].append((status["t"] + 1.5,
                                   status["t"] + options.seconds - 1))
            for viewer in viewers:
                viewer.terminate()
                viewer.wait()
        run.wait()
        series = json.loads(report.read_text())["series"]
    for watched, parts in spans.items():
        late = [row["lateness_p99_ms"] for row in series
                if any(begin <= row["t"] < end - 1 for begin, end in parts)]
        share = used[watched] / options.turns / (options.seconds - 0.5)
        print(f"{options.viewers if watched else 0:2} viewers: lateness p99 of "
              f"{len(late)} seconds: median {statistics.median(late):.3f} ms, "
              f"quartiles {statistics.quantiles(late, n=4)[0]:.3f} to "
              f"{statistics.quantiles(late, n=4)[2]:.3f} ms; server "
              f"{100 * share:.2f} % of a core")


if __name__ == "__main__":
    main()
