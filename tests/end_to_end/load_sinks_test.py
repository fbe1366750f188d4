"""`busyhour load` to files, sockets and log daemons: what they wrote down is
what the report says they acknowledged, record by record."""

import functools
import os
import socket
import stat

import harness
import log_daemons
from loading import Load, lines_of, side_by_side, wait_for
from receivers import DatagramReceiver, LineReceiver

RATE = ("--rate", "4000/s", "--for", "2s")

# Of each daemon: how it reads a framing, with or without RFC 5424 around it,
# and writes just the record into {place}/received.
RSYSLOG = """
global(workDirectory="{place}" maxMessageSize="64k")
module(load="imtcp")
template(name="line" type="string" string="{template}\\n")
ruleset(name="calls") {{
  action(type="omfile" file="{place}/received" template="line")
}}
input(type="imtcp" address="127.0.0.1" port="{port}" ruleset="calls")
"""
SYSLOG_NG = """
@version: 3.38
source sent {{ {source}; }};
destination received {{ file("{place}/received" template("$MESSAGE\\n")); }};
log {{ source(sent); destination(received); flags(flow-control); }};
"""
AT = 'ip("127.0.0.1") port({port}) transport("tcp") log-msg-size(65536)'
DAEMON_CASES = {
    ("rsyslogd", "lines", "none"): (RSYSLOG, "%rawmsg%"),
    ("rsyslogd", "octets", "none"): (RSYSLOG, "%rawmsg%"),
    ("rsyslogd", "lines", "rfc5424"): (RSYSLOG, "%msg%"),
    ("rsyslogd", "octets", "rfc5424"): (RSYSLOG, "%msg%"),
    ("syslog-ng", "lines", "none"):
        (SYSLOG_NG, f"network({AT} flags(no-parse))"),
    ("syslog-ng", "octets", "none"):
        (SYSLOG_NG, f"syslog({AT} flags(no-parse))"),
    ("syslog-ng", "lines", "rfc5424"):
        (SYSLOG_NG, f"network({AT} flags(syslog-protocol))"),
    ("syslog-ng", "octets", "rfc5424"): (SYSLOG_NG, f"syslog({AT})"),
}


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def answers(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


def daemon(program, scratch, checks, case):
    name, envelope, syslog = case
    if log_daemons.find(name) is None:
        harness.skip(f"{name}: it is not there")
        return
    config, how = DAEMON_CASES[case]
    place = f"{scratch}/{'-'.join(case)}"
    os.mkdir(place)
    port = free_port()
    how = how.format(port=port)
    received = f"{place}/received"
    with log_daemons.running(name, config.format(
            place=place, port=port, template=how, source=how), place):
        checks(wait_for(lambda: answers(port)), "a daemon starts", case)
        load = Load(program, place, "load", f"tcp://127.0.0.1:{port}", *RATE,
                    settings=(f"envelope={envelope}", f"syslog={syslog}",
                              "connections=2"))
        report = load.finish(checks)
        wait_for(lambda: lines_of(received) >= report["acknowledged"])
    checks.same(report["acknowledged"], report["planned"],
                "a daemon takes all that is planned", case)
    found = load.verify(checks, received, report)
    checks.same(found["duplicated"], 0, "a daemon has nothing twice", case)
    checks(report["planned"] >= 7900, "the rate is that of the plan", case,
           report["planned"])


def lines(program, scratch, checks, kind):
    address = f"{scratch}/socket" if kind == "unix" else 0
    with LineReceiver(f"{scratch}/{kind}.received", address) as receiver:
        load = Load(program, scratch, kind, receiver.uri, *RATE)
        report = load.finish(checks)
    checks.same(receiver.lines, report["planned"],
                "a socket takes all that is planned", kind)
    load.verify(checks, receiver.path, report)


def datagrams(program, scratch, checks):
    receiver = DatagramReceiver(f"{scratch}/udp.received")
    load = Load(program, scratch, "udp", receiver.uri, "--rate", "1000/s",
                "--for", "2s")
    report = load.finish(checks)
    receiver.finish()
    checks(0 < receiver.lines <= report["acknowledged"],
           "no datagram arrives that was not sent", receiver.lines)
    found = load.verify(checks, receiver.path, report,
                        lost=report["acknowledged"] - receiver.lines)
    checks.same(found["duplicated"], 0, "no datagram arrives twice")
    checks.same(report["acknowledged"], report["planned"],
                "every datagram is sent")


def files(program, scratch, checks):
    path = f"{scratch}/own.jsonl"
    load = Load(program, scratch, "file", f"file:{path}", "--rate", "max",
                "--calls", "500")
    report = load.finish(checks)
    checks(not os.path.exists(path + ".part"), "a whole file has its name")
    load.verify(checks, path, report)
    with open(path, encoding="utf-8") as file:
        text = file.read()
    checks.same(text, program.generate("--profile", "contact-center",
                                       "--calls", "500"),
                "load sends the bytes that generate writes")
    out = f"{scratch}/out"
    with open(out, "wb") as file:
        load = Load(program, scratch, "output", "-", "--rate", "max",
                    "--calls", "500", stdout=file)
        report = load.finish(checks)
    load.verify(checks, out, report)
    done = program("load", "--to", f"file:{path}", "--rate", "max", "--calls",
                   "5", expect=2)
    checks("overwrite=yes" in done.stderr, "a file is not written over",
           done.stderr)
    load = Load(program, scratch, "again", f"file:{path}", "--rate", "max",
                "--calls", "5", settings=("overwrite=yes",))
    load.verify(checks, path, load.finish(checks))
    load = Load(program, scratch, "null", "null:", "--rate", "max", "--calls",
                "20000")
    report = load.finish(checks)
    checks.same(report["acknowledged"], report["planned"],
                "nothing takes everything")
    checks("as this machine made the records" in report["verdict"],
           "and it is said what the limit was", report["verdict"])
    load = Load(program, scratch, "soon", "null:", "--for", "100ms")
    checks.same(load.finish(checks)["verdict"], "nothing was due",
                "a run that had nothing to send says so")


def full_disk(program, scratch, checks):
    load = Load(program, scratch, "full", "-", "--rate", "max", "--calls",
                "500", stdout=open("/dev/full", "wb"))
    report = load.finish(checks, expect=1)
    checks.same(report["acknowledged"], 0, "what is not written is not "
                "acknowledged")
    checks("No space left" in report["verdict"], "a full disk is named",
           report["verdict"])
    checks.same(load.words.splitlines()[-1].count("cannot write"), 1,
                "once", load.words)


def run(program, scratch, checks):
    checks(stat.S_ISCHR(os.stat("/dev/full").st_mode), "/dev/full is there")
    given = program, scratch, checks
    side_by_side([*(functools.partial(daemon, *given, case)
                    for case in DAEMON_CASES),
                  functools.partial(lines, *given, "unix"),
                  functools.partial(lines, *given, "tcp"),
                  functools.partial(datagrams, *given),
                  functools.partial(files, *given),
                  functools.partial(full_disk, *given)], checks)


if __name__ == "__main__":
    harness.main(run)
