"""Changes runs of `busyhour load` while they go on: by keys on a terminal and by
signals. What is sent does not change, and the report has each change.
"""

import contextlib
import fcntl
import os
import pty
import re
import signal
import subprocess
import termios

import pytest

from files import read_bytes, read_text
from loading import PATIENCE, Load, lines_of
from program import wait_for
from receivers import LineReceiver
from report_page import Page

RECORDS = 3000
RATE = 2000
OPTIONS = ("--rate", f"{RATE}/s", "--records", RECORDS)


class Terminal:
    """A terminal whose other end is a program's standard input and error."""

    def __init__(self):
        self.leader, self.follower = pty.openpty()
        os.set_blocking(self.leader, False)
        self.before = termios.tcgetattr(self.follower)
        self.shown = ""

    def attach(self):
        """In the program: makes this its controlling terminal."""
        os.setsid()
        fcntl.ioctl(self.follower, termios.TIOCSCTTY, 0)

    def press(self, keys):
        os.write(self.leader, keys.encode())

    def has_shown(self, words):
        with contextlib.suppress(BlockingIOError):
            self.shown += os.read(self.leader, 1 << 16).decode()
        return words in self.shown

    def is_as_before(self):
        return termios.tcgetattr(self.follower) == self.before

    def close(self):
        os.close(self.leader)
        os.close(self.follower)


@pytest.fixture
def terminal():
    with contextlib.closing(Terminal()) as made:
        yield made


def start_on(terminal, program, place, to, *options):
    """Starts a run on a terminal, and waits until it takes keys."""
    load = Load(program, place, "run", to, *options, profile=(),
                stdin=terminal.follower, stderr=terminal.follower,
                preexec_fn=terminal.attach)
    assert wait_for(lambda: terminal.has_shown("keys: +")), terminal.shown
    assert not terminal.is_as_before()
    return load


def end(terminal, load):
    """The report of a run that has nothing more to do. Reads what it writes,
    so that it does not wait for that."""
    assert wait_for(lambda: (terminal.has_shown("\0"),
                             load.run.poll() is not None)[1], 90)
    return load.finish()


def changes_of(report):
    """What changed, and by whom. Checks the times and rates."""
    rate, last = RATE, 0
    for change in report["changes"]:
        assert change["from"] == rate, report["changes"]
        rate = change["to"]
        assert 0 <= last <= change["t"] <= report["seconds"]
        last = change["t"]
        assert report["started"] <= change["time"] <= report["ended"]
        assert change["unit"] == "records/s"
    return [(change["what"], change["by"]) for change in report["changes"]]


def test_keys_change_the_pace_and_nothing_else(program, scratch, terminal):
    sent = scratch / "sent.jsonl"
    load = start_on(terminal, program, scratch, f"file:{sent}", *OPTIONS)
    for keys, shown in (("p", "paused"), ("x+p-", "left")):
        terminal.shown = ""
        terminal.press(keys)
        assert wait_for(lambda: terminal.has_shown(shown)), terminal.shown
    report = end(terminal, load)
    assert terminal.is_as_before()
    assert changes_of(report) == [(what, "key") for what in (
        "pause", "rate", "resume", "rate")]
    assert [change["to"] for change in report["changes"]] == [
        0, 0, 1.1 * RATE, RATE]
    assert read_bytes(sent) == program.generate("--records", RECORDS,
                                                binary=True)
    page = Page(program("report", load.report_path, "--out", "-").stdout)
    rows = page.tables["Changes during the run"][1:]
    assert [row[2] for row in rows] == ["pause", "rate", "resume", "rate"]
    rate = next(chart for chart in page.data if "Rate" in chart["label"])
    assert rate["bands"] == [[pytest.approx(report["changes"][i]["t"], rel=1e-3)
                              for i in (0, 2)]]


# However the program ends, the terminal is as before.
@pytest.mark.parametrize("how", [
    signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGABRT])
def test_the_terminal_is_restored(program, scratch, terminal, how):
    load = start_on(terminal, program, scratch, "null:", "--rate", "100/s")

    def is_ended():
        load.run.send_signal(how)
        return load.run.poll() is not None

    assert wait_for(is_ended)
    assert load.run.returncode != 0
    assert terminal.is_as_before()


def test_a_stop_lends_the_terminal(program, scratch, terminal):
    load = start_on(terminal, program, scratch, "null:", "--rate",
                    f"{RATE}/s")
    load.run.send_signal(signal.SIGTSTP)
    assert wait_for(terminal.is_as_before)
    load.run.send_signal(signal.SIGCONT)
    assert wait_for(lambda: not terminal.is_as_before())
    terminal.press("q")
    report = end(terminal, load)
    assert changes_of(report)[-1] == ("end", "key")
    assert terminal.is_as_before()


# Input that is not a terminal is not read.
def test_other_input_is_left_alone(program, scratch):
    load = Load(program, scratch, "run", "null:", *OPTIONS, profile=(),
                stdin=subprocess.PIPE)
    load.run.stdin.write("pq")
    load.run.stdin.flush()
    assert changes_of(load.finish()) == []


def test_signals_pause_and_end_a_run(program, scratch):
    received = scratch / "received"
    with LineReceiver(received) as receiver:
        load = Load(program, scratch, "run", receiver.uri, "--rate",
                    f"{RATE}/s", profile=())
        assert wait_for(lambda: lines_of(received) > 0)
        for _ in range(2):
            load.run.send_signal(signal.SIGUSR1)
            # Two that wait at the same time are one.
            assert wait_for(lambda: re.search(
                r"ShdPnd:\s+0+\n", read_text(f"/proc/{load.run.pid}/status")))
        so_far = lines_of(received)
        assert wait_for(lambda: lines_of(received) > so_far)
        load.run.send_signal(signal.SIGUSR2)
        report = load.finish(0)
    assert changes_of(report) == [
        (what, "signal") for what in ("pause", "resume", "end")]
    assert not report["interrupted"]
    assert "ended by signal" in report["verdict"]
    load.verify(received, report)


# Records that note when they are due have a plan that cannot be moved.
def test_records_with_the_time_of_sending_fix_the_plan(program, scratch,
                                                       terminal):
    load = start_on(terminal, program, scratch, f"file:{scratch}/sent",
                    "--with", "syslog=rfc5424", "--with", "time=sent",
                    *OPTIONS, *PATIENCE)
    terminal.press("p-+q")
    assert changes_of(end(terminal, load)) == [("end", "key")]
