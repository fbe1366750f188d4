"""Tests `busyhour load` to files, sockets and log daemons: what they stored
matches the acknowledged records of the report, record by record.
"""

import functools

import pytest

import log_daemons
from files import read_text, write_text
from loading import Load, lines_of
from program import wait_for
from receivers import DatagramReceiver, LineReceiver
from servers import answers, free_port

RATE = ("--rate", "4000/s", "--for", "2s")

# Configuration of each daemon: reads a framing, with or without RFC 5424, and
# writes only the record to {place}/received.
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
    ("rsyslogd", "jsonl", "none"): (RSYSLOG, "%rawmsg%"),
    ("rsyslogd", "octets", "none"): (RSYSLOG, "%rawmsg%"),
    ("rsyslogd", "jsonl", "rfc5424"): (RSYSLOG, "%msg%"),
    ("rsyslogd", "octets", "rfc5424"): (RSYSLOG, "%msg%"),
    ("syslog-ng", "jsonl", "none"):
        (SYSLOG_NG, f"network({AT} flags(no-parse))"),
    ("syslog-ng", "octets", "none"):
        (SYSLOG_NG, f"syslog({AT} flags(no-parse))"),
    ("syslog-ng", "jsonl", "rfc5424"):
        (SYSLOG_NG, f"network({AT} flags(syslog-protocol))"),
    ("syslog-ng", "octets", "rfc5424"): (SYSLOG_NG, f"syslog({AT})"),
}


def daemon(program, scratch, name, frame, syslog):
    log_daemons.need(name)
    config, how = DAEMON_CASES[name, frame, syslog]
    port = free_port()
    how = how.format(port=port)
    received = scratch / "received"
    with log_daemons.running(name, config.format(
            place=scratch, port=port, template=how, source=how), scratch):
        assert wait_for(lambda: answers(port)), "a daemon starts"
        load = Load(program, scratch, "load", f"tcp://127.0.0.1:{port}", *RATE,
                    settings=(f"frame={frame}", f"syslog={syslog}",
                              "connections=2"))
        report = load.finish()
        wait_for(lambda: lines_of(received) >= report["acknowledged"])
    assert report["acknowledged"] == report["planned"]
    assert report["planned"] >= 7900, "the plan follows the rate"
    assert load.verify(received, report)["duplicated"] == 0


def lines(program, scratch, address):
    with LineReceiver(scratch / "received", address and
                      f"{scratch}/{address}") as receiver:
        load = Load(program, scratch, "load", receiver.uri, *RATE)
        report = load.finish()
    assert receiver.lines == report["planned"]
    load.verify(receiver.path, report)


def datagrams(program, scratch):
    receiver = DatagramReceiver(scratch / "received")
    load = Load(program, scratch, "load", receiver.uri, "--rate", "1000/s",
                "--for", "2s")
    report = load.finish()
    receiver.finish()
    assert 0 < receiver.lines <= report["acknowledged"], (
        "no datagram arrives that was not sent")
    found = load.verify(receiver.path, report,
                        lost=report["acknowledged"] - receiver.lines)
    assert found["duplicated"] == 0
    assert report["acknowledged"] == report["planned"]


CASES = {
    **{" ".join(case): functools.partial(daemon, name=case[0],
                                         frame=case[1], syslog=case[2])
       for case in DAEMON_CASES},
    "unix": functools.partial(lines, address="socket"),
    "tcp": functools.partial(lines, address=0),
    "udp": datagrams,
}


@pytest.mark.parametrize("case", CASES)
def test_receiver_has_what_is_acknowledged(side_by_side, case):
    side_by_side(CASES, case)


CALLS = ("--rate", "max", "--calls", "500")


def test_file_has_the_bytes_that_generate_writes(program, scratch):
    path = scratch / "own.jsonl"
    load = Load(program, scratch, "load", f"file:{path}", *CALLS)
    report = load.finish()
    assert not (scratch / "own.jsonl.part").exists()
    load.verify(path, report)
    assert read_text(path) == program.generate(
        "--profile", "contact-center", "--calls", "500")


def test_standard_output_is_a_receiver(program, scratch):
    with open(scratch / "out", "wb") as file:
        load = Load(program, scratch, "load", "-", *CALLS, stdout=file)
        report = load.finish()
    load.verify(scratch / "out", report)


def test_file_is_not_written_over(program, scratch):
    path = scratch / "own.jsonl"
    write_text(path, "precious\n")
    job = ("--rate", "max", "--calls", "5")
    done = program("load", "--to", f"file:{path}", *job, expect=2)
    assert "overwrite=yes" in done.stderr
    load = Load(program, scratch, "again", f"file:{path}", *job,
                settings=("overwrite=yes",))
    load.verify(path, load.finish())


def test_null_takes_everything(program, scratch):
    load = Load(program, scratch, "load", "null:", "--rate", "max", "--calls",
                "20000")
    report = load.finish()
    assert report["acknowledged"] == report["planned"]
    assert "as this machine made the records" in report["verdict"], (
        "the verdict names the limit")


def test_full_disk_is_named_once(program, scratch):
    with open("/dev/full", "wb") as full:
        load = Load(program, scratch, "load", "-", *CALLS, stdout=full)
        report = load.finish(expect=1)
    assert report["acknowledged"] == 0
    assert "No space left" in report["verdict"]
    assert load.words.splitlines()[-1].count("cannot write") == 1
