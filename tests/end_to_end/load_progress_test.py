"""What `busyhour load` shows of a run under way: one line on a terminal, never
wider than it, and plain lines elsewhere."""

import fcntl
import functools
import os
import pty
import re
import signal
import struct
import subprocess
import termios

import harness
from loading import LIMIT_S, PROFILE, side_by_side
from receivers import LineReceiver, stalls


def on_terminal(program, columns, *arguments, act=None):
    """What it writes to a terminal of so many columns; `act` is called with
    the run and what has come so far."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ,
                struct.pack("HHHH", 24, columns, 0, 0))
    run = subprocess.Popen(
        [program.path, "load", *PROFILE, *map(str, arguments)],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=follower)
    os.close(follower)
    shown = ""
    while True:
        try:
            piece = os.read(leader, 1 << 16)
        except OSError:  # nobody has the terminal any more
            break
        if not piece:
            break
        shown += piece.decode()
        if act is not None:
            act(run, shown)
    os.close(leader)
    run.wait(LIMIT_S)
    return shown


def lines_of(shown):
    return [line for line in shown.split("\r\033[K") if line]


def fits(program, checks, columns):
    shown = on_terminal(program, columns, "--to", "null:", "--rate", "5000/s",
                        "--records", 10_000)
    *lines, table = lines_of(shown)
    checks(len(lines) > 5, "a line stands while a run lasts", columns, shown)
    checks(max(map(len, lines)) < columns,
           "it is never wider than the terminal", columns, lines)
    checks(all("\n" not in line for line in lines),
           "it is written over and over", columns, lines)
    checks("planned               10,0" in table.replace("\r", ""),
           "and leaves nothing behind", columns, table)
    checks(re.match(r"\d+ s  ", lines[0]), "the time is never left out",
           columns, lines[0])
    if columns >= 100:
        for part in (r"\backed \d\.\d\d k/s", r"\d+ kB/s|\d\.\d+ MB/s",
                     r"late p50 \d+\.\d p99 \d+\.\d ms", r"\b\d s left",
                     r"queued \d", r"errors 0"):
            checks(any(re.search(part, line) for line in lines),
                   "it says how the run goes", (columns, part), lines)
    if columns >= 160:
        checks(all(re.search(r"planned \S+.*  sent \S+.*  in flight \d.*"
                             r"retries 0", line) for line in lines),
               "on a wide one all of it", columns, lines)


def behind(program, scratch, checks):
    """While nothing is sent, nothing is said to be in time."""
    with LineReceiver(f"{scratch}/behind.received", f"{scratch}/behind",
                      behave=stalls(1, 5)) as receiver:
        told = []

        def interrupt(run, shown):
            if not told and re.search(r"behind [2-9] s", shown):
                told.append(len(shown))
                run.send_signal(signal.SIGINT)
        shown = on_terminal(program, 200, "--to", receiver.uri, "--rate",
                            "20000/s", "--for", "1h", act=interrupt)
    checks(told, "how far it is behind is shown", None, shown[-500:])
    checks("59 min" in shown and "left" in shown, "and the time left",
           None, shown[-500:])
    checks("ending (Ctrl-C again: at once)" in shown,
           "an end that waits says what ends it", None, shown[-500:])


def elsewhere(program, checks):
    """Plain and whole lines, every ten seconds."""
    done = program("load", "--to", "null:", "--rate", "100/s", "--for", "11s")
    first = done.stderr.splitlines()[0]
    checks(re.fullmatch(r"1\d s  planned 1\.\d+ k  sent 1\.\d+ k  acked \d+/s  "
                        r"\S+ kB/s  in flight \d+  queued \d+  "
                        # Of this second, which may have just begun.
                        r"(late p50 \S+ p99 \S+ ms  )?retries 0  errors 0  "
                        r"(0 s left|plan is over)", first),
           "without a terminal, lines are plain and whole", None, first)
    checks("\r" not in done.stderr and "\033" not in done.stderr,
           "and nothing is written over", None, done.stderr)


def run(program, scratch, checks):
    for columns in (20, 40, 80, 100, 200):
        fits(program, checks, columns)
    side_by_side([functools.partial(behind, program, scratch, checks),
                  functools.partial(elsewhere, program, checks)], checks)


if __name__ == "__main__":
    harness.main(run)
