"""`busyhour load` to receivers that stall, hang up, are killed or are slow, and
runs that are interrupted: every planned record has one fate, and `verify`
agrees."""

import array
import fcntl
import functools
import json
import os
import random
import socket
import subprocess
import sys
import termios
import time

import harness
from loading import LEAST_RECORD_BYTES, Load, side_by_side, wait_for
from receivers import LineReceiver, closes, leaves, resets, slow, stalls

MIB = 1 << 20
# The queue, what is made ahead, the window and the program, with room for
# texts that have been longer.
MOST_MEMORY = 256 * MIB
HERE = os.path.dirname(os.path.abspath(__file__))


def stall(program, scratch, checks):
    """A receiver that stalls is seen from the intended times."""
    with LineReceiver(f"{scratch}/stall.received", f"{scratch}/stall",
                      behave=stalls(4000, 3)) as receiver:
        load = Load(program, scratch, "stall", receiver.uri, "--rate",
                    "4000/s", "--for", "8s")
        report = load.finish(checks)
    checks.same(report["acknowledged"], report["planned"],
                "a stall loses nothing")
    late = report["lateness"]["p99.9_ms"]
    # The machine may make it worse; the receiver's buffer makes it shorter by
    # less than a tenth of a second.
    checks(2700 < late < 6000, "a stall is seen from the intended times", late)
    checks(report["latency_from_sent"]["p50_ms"] <
           report["latency_from_intended"]["p99_ms"],
           "times from the sending hide it")
    checks("fell behind at t = " in report["verdict"] and
           "caught up" in report["verdict"], "and said so",
           report["verdict"])
    checks(max(row["backlog_ms"] for row in report["series"]) > 1000,
           "the seconds of the stall show what waits")
    # Made up for: afterwards all is sent when it is due.
    checks(report["series"][-2]["lateness_p50_ms"] < 500 and
           report["seconds"] < 12, "the rate recovers", report["series"][-3:])
    load.verify(checks, receiver.path, report)


def hang_up(program, scratch, checks, seed):
    """A receiver that closes connections after what it has read: what had
    not been confirmed comes twice at most, and nothing is lost."""
    generator = random.Random(seed)
    name = f"hang_up_{seed}"
    with LineReceiver(f"{scratch}/{name}.received",
                      behave=closes(generator, 400_000)) as receiver:
        load = Load(program, scratch, name, receiver.uri, "--rate", "8000/s",
                    "--for", "3s", settings=(f"connections={seed}",))
        report = load.finish(checks)
    checks.same(report["acknowledged"], report["planned"],
                "a receiver that hangs up gets all in the end")
    checks(receiver.connections > 5, "connections were lost",
           receiver.connections)
    # Some while nothing was under way.
    checks({error["error"] for error in report["errors"]} <=
           {"connection lost"}, "lost connections are named", report["errors"])
    load.verify(checks, receiver.path, report)


def reset(program, scratch, checks):
    """A receiver that breaks connections loses what it had not read, which
    its system had confirmed; that is sent again."""
    most = 5
    with LineReceiver(f"{scratch}/reset.received", small_buffer=True,
                      behave=resets(random.Random(4), 900_000, most)
                      ) as receiver:
        load = Load(program, scratch, "reset", receiver.uri, "--rate",
                    "4000/s", "--for", "3s")
        report = load.finish(checks)
    checks.same(report["acknowledged"], report["planned"],
                "a receiver that breaks connections gets all in the end")
    checks(receiver.connections > 1, "connections were broken")
    load.verify(checks, receiver.path, report)


def killed(program, scratch, checks, kind):
    """A receiver that is killed and comes back loses at most what it had read
    and not written."""
    path = f"{scratch}/killed_{kind}.received"
    socket_path = f"{scratch}/killed.socket"
    if kind == "tcp":
        with LineReceiver(os.devnull) as free:
            port = free.uri.rpartition(":")[2]
        address, uri = port, f"tcp://127.0.0.1:{port}"
    else:
        address, uri = socket_path, f"unix:{socket_path}"

    def start():
        run = subprocess.Popen(
            [sys.executable, "-B", f"{HERE}/receivers.py", kind, address,
             path], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        run.stdout.readline()
        return run

    receiver = start()
    kills = 3
    load = Load(program, scratch, f"killed_{kind}", uri, "--rate", "4000/s",
                "--for", "5s")
    for _ in range(kills):
        size = os.path.getsize(path)
        wait_for(lambda: os.path.getsize(path) > size + 500_000 or
                 load.run.poll() is not None)
        receiver.kill()
        receiver.wait()
        receiver.stdout.close()
        time.sleep(0.3)  # it is away
        receiver = start()
    report = load.finish(checks)
    # All bytes have been confirmed, and are read before the end of the file.
    take_turn(kind, address)
    receiver.kill()
    receiver.wait()
    receiver.stdout.close()
    checks.same(report["acknowledged"], report["planned"],
                "a receiver that comes back gets all in the end", kind)
    checks(report["retries"] >= kills, "and some of it again", kind,
           report["retries"])
    load.verify(checks, path, report,
                lost=kills * ((1 << 14) // LEAST_RECORD_BYTES + 1),
                undecodable=1)


def take_turn(kind, address):
    """Waits until a receiver that takes one connection at a time has read all
    that came before."""
    with socket.socket(socket.AF_UNIX if kind == "unix" else
                       socket.AF_INET) as turn:
        turn.settimeout(30)
        turn.connect(address if kind == "unix" else
                     ("127.0.0.1", int(address)))
        turn.shutdown(socket.SHUT_WR)
        turn.recv(1)


def overload(program, scratch, checks, word):
    """A receiver that is too slow, with a queue that is soon full."""
    name = f"overload_{word}"
    with LineReceiver(f"{scratch}/{name}.received", f"{scratch}/{name}",
                      behave=slow(2000)) as receiver:
        load = Load(program, scratch, name, receiver.uri, "--rate", "6000/s",
                    "--for", "60s" if word == "fail" else "3s",
                    "--overload", word, "--max-queue", "2MiB")
        report = load.finish(checks, expect=0 if word == "wait" else 1)
    checks(report["queue_full_at"] is not None, "the queue has been full",
           word)
    if word == "wait":
        checks.same(report["acknowledged"], report["planned"],
                    "who waits loses nothing")
        checks(report["lateness"]["p99_ms"] > 2000,
               "lateness counts from the original times", report["lateness"])
    elif word == "drop":
        checks(report["dropped"] > 0, "what is dropped is counted")
        checks.same(report["failed"] + report["not_sent"], 0,
                    "and nothing else is lost")
        checks(17_900 <= report["planned"] <= 18_000, "the plan goes on",
               report["planned"])
    else:
        checks("--overload is fail" in load.words, "the end has a reason",
               load.words)
        checks(report["not_sent"] > 0 and report["seconds"] < 30,
               "a run that fails ends at once", report["seconds"])
    found = load.verify(checks, receiver.path, report)
    checks.same(found["duplicated"], 0, "slowness repeats nothing", word)


def interrupt_once(program, scratch, checks):
    with LineReceiver(f"{scratch}/once.received", f"{scratch}/once",
                      behave=slow(3000)) as receiver:
        load = Load(program, scratch, "once", receiver.uri, "--rate",
                    "4000/s", "--for", "1h")
        wait_for(lambda: receiver.lines > 3000)
        load.interrupt()
        report = load.finish(checks, expect=130)
    checks.same(report["acknowledged"], report["planned"],
                "Ctrl-C drains what was due")
    checks("interrupted" in report["verdict"], "and is said", report["verdict"])
    found = load.verify(checks, receiver.path, report)
    checks.same(found["lost"] + found["duplicated"], 0,
                "the manifest is that of what was sent")


def interrupt_twice(program, scratch, checks):
    """At once, although a receiver does not read; with all that it must not
    take for granted in the manifest. Until then memory has been bounded."""
    with LineReceiver(f"{scratch}/twice.received", f"{scratch}/twice",
                      behave=stalls(1, 18)) as receiver:
        load = Load(program, scratch, "twice", receiver.uri, "--rate",
                    "100000/s", "--for", "1h")
        wait_for(lambda: hasattr(receiver, "stalled"))
        time.sleep(15)
        peak = load.peak_bytes()
        began = time.monotonic()
        load.interrupt()
        wait_for(lambda: False, 0.3)
        checks(load.run.poll() is None, "one Ctrl-C waits for the receiver")
        load.interrupt()
        report = load.finish(checks, expect=130)
        took = time.monotonic() - began
        checks(took < 4, "the second ends a run at once", took)
    print(f"{peak / MIB:.0f} MiB at 100,000 records/s to a receiver that stalls")
    if not harness.is_sanitized(program):
        checks(report["planned"] > 400_000,
               "what was due and not even queued was planned",
               report["planned"])
        checks(peak < MOST_MEMORY, "memory is bounded while a receiver stalls",
               peak)
    checks(report["not_sent"] > 0 and report["failed"] > 0,
           "what was not sent and what nobody answered for are told apart",
           {fate: report[fate] for fate in ("failed", "not_sent")})
    # What was under way has failed, and came all the same, but for a last
    # batch that was cut.
    load.verify(checks, receiver.path, report)


def load_killed(program, scratch, checks):
    """The manifest of a run that was killed does not say what became of
    records, but whose they are."""
    with LineReceiver(f"{scratch}/load_killed.received") as receiver:
        load = Load(program, scratch, "load_killed", receiver.uri, "--rate",
                    "30000/s", "--for", "1h", profile=("--profile",
                                                       "quickstart"))
        # Hours of that profile.
        wait_for(lambda: receiver.lines > 90_000)
        load.run.kill()
        load.run.communicate()
    done = program("verify", receiver.path, "--manifest", load.manifest,
                   "--json", "--allow", "undecodable=1", expect=None)
    found = json.loads(done.stdout)["total"]
    checks(found["foreign"] == 0 and found["received"] > 80_000,
           "what a killed run sent is known as its own", None, found)
    checks(done.returncode == 1, "and is no proof that all has come")


def output_unread(program, scratch, checks):
    """A reader of standard output who does not read holds up neither the plan
    nor the end."""
    reader, writer = os.pipe()
    load = Load(program, scratch, "unread", "-", "--rate", "20000/s", "--for",
                "1h", "--max-queue", "2MiB", stdout=writer)
    os.close(writer)
    unread = array.array("i", [0])
    wait_for(lambda: fcntl.ioctl(reader, termios.FIONREAD, unread) == 0 and
             unread[0] > 0)
    # It has been full for a while.
    time.sleep(1.5)
    load.interrupt()
    wait_for(lambda: False, 0.3)
    checks(load.run.poll() is None, "one Ctrl-C waits for the reader")
    load.interrupt()
    report = load.finish(checks, expect=130)
    checks(report["queue_full_at"] is not None, "the plan went on", report)
    os.set_blocking(reader, False)
    with open(reader, "rb") as pipe:
        got = pipe.read() or b""
    checks(got.count(b"\n") >= report["acknowledged"] > 0,
           "what is acknowledged is in the pipe",
           (got.count(b"\n"), report["acknowledged"]))


def gives_up(program, scratch, checks):
    """A receiver that goes away for good."""
    receiver = LineReceiver(f"{scratch}/gone.received", behave=leaves,
                            small_buffer=True)
    load = Load(program, scratch, "gone", receiver.uri, "--rate", "2000/s",
                "--for", "1h", "--give-up", "2s")
    wait_for(lambda: receiver.lines > 100)
    receiver.stop()
    report = load.finish(checks, expect=1)
    checks("giving up" in report["verdict"], "a run without receiver ends",
           report["verdict"])
    checks(any(error["error"] == "connection refused"
               for error in report["errors"]), "and says why",
           report["errors"])
    checks(report["not_sent"] + report["failed"] > 0, "with all accounted for")
    receiver.finish()
    load.verify(checks, receiver.path, report)


def run(program, scratch, checks):
    given = program, scratch, checks
    cases = [(stall,), (hang_up, 1), (hang_up, 3), (reset,), (killed, "tcp"),
             (killed, "unix"), (overload, "wait"), (overload, "drop"),
             (overload, "fail"), (interrupt_once,), (output_unread,),
             (load_killed,), (gives_up,)]
    side_by_side([functools.partial(case, *given, *rest)
                  for case, *rest in cases], checks)
    # By itself: it takes all that a core has.
    interrupt_twice(*given)


if __name__ == "__main__":
    harness.main(run)
