"""Tests the progress display of `busyhour load`: one line on a terminal, never
wider than the terminal, and plain lines elsewhere.
"""

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import termios

import pytest

from loading import LIMIT_S, PATIENCE, PROFILE
from receivers import LineReceiver, stalls


def on_terminal(program, columns, *arguments, act=None):
    """The output on a terminal with this many columns. `act` is called with the
    run and the output so far."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ,
                struct.pack("HHHH", 24, columns, 0, 0))
    run = program.start("load", *PROFILE, *arguments,
                        stdout=subprocess.DEVNULL, stderr=follower)
    os.close(follower)
    shown = ""
    while True:
        try:
            piece = os.read(leader, 1 << 16)
        except OSError:  # no process has the terminal open any more
            break
        if not piece:
            break
        shown += piece.decode()
        if act is not None:
            act(run, shown)
    os.close(leader)
    run.wait(LIMIT_S)
    return shown


def states_of(shown):
    return [line for line in shown.split("\r\033[K") if line]


@pytest.mark.parametrize("columns", [20, 40, 80, 100, 200])
def test_line_is_never_wider_than_the_terminal(program, columns):
    shown = on_terminal(program, columns, "--to", "null:", "--rate", "5000/s",
                        "--records", 10_000)
    *lines, table = states_of(shown)
    assert len(lines) > 5, f"the line is updated during a run: {shown}"
    assert max(map(len, lines)) < columns
    assert all("\n" not in line for line in lines), (
        f"the line is overwritten: {lines}")
    assert "planned               10,0" in table.replace("\r", ""), (
        f"the line is removed at the end: {table}")
    assert re.match(r"\d+ s  ", lines[0]), "the time is always shown"
    if columns >= 100:
        for part in (r"\backed \d\.\d\d k/s", r"\d+ kB/s|\d\.\d+ MB/s",
                     r"late p50 \d+\.\d p99 \d+\.\d ms", r"\b\d s left",
                     r"queued \d", r"errors 0"):
            assert any(re.search(part, line) for line in lines), part
    if columns >= 160:
        assert all(re.search(r"planned \S+.*  sent \S+.*  in flight \d.*"
                             r"retries 0", line) for line in lines)


def behind(program, scratch):
    """While nothing is sent, the line shows how far the run is behind."""
    with LineReceiver(scratch / "received", f"{scratch}/socket",
                      behave=stalls(1, 5)) as receiver:
        told = []

        def interrupt(run, shown):
            if not told and re.search(r"behind [2-9] s", shown):
                told.append(len(shown))
                run.send_signal(signal.SIGINT)

        shown = on_terminal(program, 200, "--to", receiver.uri, "--rate",
                            "20000/s", "--for", "1h", act=interrupt)
    assert told, f"the backlog is shown: {shown[-500:]}"
    assert "59 min" in shown and "left" in shown, "the remaining time is shown"
    assert "ending (Ctrl-C again: immediately)" in shown, (
        "the line says how to end at once")


def elsewhere(program, _):
    """Not on a terminal: plain, complete lines, every ten seconds."""
    done = program("load", "--to", "null:", "--rate", "100/s", "--for", "11s",
                   *PATIENCE)
    first = done.stderr.splitlines()[0]
    assert re.fullmatch(
        r"1\d s  planned 1\.\d+ k  sent 1\.\d+ k  acked \d+/s  "
        r"\S+ kB/s  in flight \d+  queued \d+  "
        # Of the current second, which may have just begun.
        r"(late p50 \S+ p99 \S+ ms  )?retries 0  errors 0  "
        r"(0 s left|plan has ended)", first), first
    assert "\r" not in done.stderr and "\033" not in done.stderr, (
        "nothing is overwritten")


CASES = {"behind": behind, "elsewhere": elsewhere}


@pytest.mark.parametrize("case", CASES)
def test_progress(side_by_side, case):
    side_by_side(CASES, case)
