"""Third-party programs transport the records: `verify` counts exactly the
losses, copies and edits made before, and none caused by the programs.
"""

import random
import socket
import subprocess

import pytest

import dataset
import log_daemons
from damage import damaged
from files import write_bytes, write_text
from log_daemons import LIMIT_S
from verdicts import LOGS, KINDS, verdict, write

PROFILE = ["--profile", "contact-center", "--calls", "400"]


def check_counts(program, scratch, out, job, wanted):
    """Checks that the damage made before a program is counted exactly, and that
    the program adds none."""
    is_whole = wanted[0] == wanted[1] and not any(wanted[2:])
    found = verdict(program, scratch, out, *job, expect=0 if is_whole else 1)
    assert [found["total"][kind] for kind in KINDS[:7]] == wanted


# name: (program, shape, frame sent, one log at a time, command)
SQLITE = ("sqlite3 -bail db '.mode csv' '.import sent t' && "
          "sqlite3 -bail {how} db 'SELECT * FROM t ORDER BY {order}'; "
          "status=$?; rm -f db; exit $status")
SHELL = {
    "sort": ("sort", "resource-log", "jsonl", False, "LC_ALL=C sort sent"),
    "sort of a table": ("sort", "table", "jsonl", False, "sort -r sent"),
    "gzip": ("gzip", "portal", "jsonl", False,
             "split -n l/3 sent part. && gzip -9 part.* && cat part.*.gz"),
    "gzip of messages": ("gzip", "resource-log", "event-hub", False,
                         "gzip -1 < sent | gzip -d | gzip"),
    "jq": ("jq", "resource-log", "jsonl", False, "jq . sent"),
    "jq with a wrapper": ("jq", "documented", "array", False,
                          "jq -c '.[] | {host: \"a\", event: .}' sent"),
    "jq to text": ("jq", "resource-log", "event-hub", False,
                   "jq -c '.records[] | {message: tojson}' sent"),
    "Miller": ("mlr", "table", "jsonl", False,
               "mlr --ijson --ojsonl cat sent"),
    "Miller to CSV": ("mlr", "table", "jsonl", True,
                      "mlr --ijson --ocsv unsparsify then "
                      "sort -f CorrelationId sent"),
    "Miller from CSV": ("mlr", "portal", "csv", True,
                        "mlr --icsv --ojson tac sent"),
    "Miller, CSV to CSV": ("mlr", "table", "csv", True,
                           "mlr --csv --quote-all cat sent"),
    "sqlite3 to CSV": ("sqlite3", "table", "csv", True,
                       SQLITE.format(how="-csv -header", order="rowid")),
    "sqlite3 to JSON": ("sqlite3", "portal", "csv", True,
                        SQLITE.format(how="-json", order="random()")),
}


@pytest.mark.parametrize("is_damaged", [False, True],
                         ids=["whole", "damaged"])
@pytest.mark.parametrize("name, log", [
    (name, log) for name, (_, _, _, alone, _) in SHELL.items()
    for log in (LOGS if alone else [None])])
def test_program(program, scratch, name, log, is_damaged):
    tool, shape, frame, _, command = SHELL[name]
    log_daemons.need(tool)
    generator = random.Random(f"11 {name} {log}")
    job = [*PROFILE, "--shape", shape, "--frame", frame]
    if log:
        job += ["--logs", log]
    text = program.generate(*job)
    records = dataset.read(text, frame)
    wanted = [len(records)] * 2 + [0] * 5
    if is_damaged:
        header = list(records[0])
        sent, wanted = damaged(records, generator)
        text = write(sent, frame, header, generator)
    place = scratch / "place"
    place.mkdir()
    write_text(place / "sent", text)
    out = subprocess.run(["sh", "-c", command], cwd=place, check=True,
                         stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                         timeout=LIMIT_S).stdout
    check_counts(program, scratch, out, job, wanted)


# --------------------------------------------------------------- log daemons

RSYSLOG = """
global(workDirectory="{place}" maxMessageSize="64k")
module(load="imfile" mode="inotify")
template(name="line" type="string" string="%msg%")
input(type="imfile" file="{place}/sent" tag="calls" reopenOnTruncate="off")
action(type="omfwd" target="127.0.0.1" port="{port}" protocol="tcp"
       template="line")
"""
SYSLOG_NG = """
@version: 3.38
source sent {{ file("{place}/sent" flags(no-parse) follow-freq(0.1)
                     log-fetch-limit(1000)); }};
destination received {{ network("127.0.0.1" port({port}) transport("tcp")
                                 template("$MESSAGE\\n")); }};
log {{ source(sent); destination(received); flags(flow-control); }};
"""
DAEMONS = {"rsyslogd": RSYSLOG, "syslog-ng": SYSLOG_NG}


def carried(name, config, place, data):
    """Sends a file through a daemon; returns what it sends to our socket."""
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(LIMIT_S)
    port = server.getsockname()[1]
    write_bytes(f"{place}/sent", data)
    out, lines = [], 0
    with server, log_daemons.running(
            name, config.format(place=place, port=port), place):
        try:
            connection, _ = server.accept()
            connection.settimeout(LIMIT_S)
            while lines < data.count(b"\n"):
                piece = connection.recv(1 << 20)
                if not piece:
                    break
                out.append(piece)
                lines += piece.count(b"\n")
            connection.close()
        except TimeoutError:
            said = (place / "log").read_text(encoding="utf-8",
                                             errors="replace")
            print(f"{name} has sent {lines} lines: {said[-2000:]}")
    return b"".join(out)


@pytest.mark.parametrize("is_damaged", [False, True],
                         ids=["whole", "damaged"])
@pytest.mark.parametrize("shape", ["resource-log", "portal"])
@pytest.mark.parametrize("name", DAEMONS)
def test_daemon(program, scratch, name, shape, is_damaged):
    log_daemons.need(name)
    job = [*PROFILE, "--shape", shape]
    records = dataset.read(program.generate(*job), "jsonl")
    sent, wanted = records, [len(records)] * 2 + [0] * 5
    if is_damaged:
        sent, wanted = damaged(records, random.Random(f"12 {name} {shape}"))
    place = scratch / "place"
    place.mkdir()
    out = carried(name, DAEMONS[name], place, write(sent, "jsonl").encode())
    check_counts(program, scratch, out, job, wanted)
