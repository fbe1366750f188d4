"""Programs that nobody here wrote carry the records: `verify` counts exactly what
was lost, repeated and edited before they did, and nothing of theirs."""

import json
import os
import random
import shutil
import socket
import subprocess

import dataset
import harness
import log_daemons
from log_daemons import LIMIT_S, find
from verify_test import KINDS, check_law, copy, edit, verdict, write

PROFILE = ["--profile", "contact-center", "--calls", "400"]


def damaged(records, generator):
    """What is sent into a pipeline, and how much was done to it."""
    kept, lost, copies, altered = [], 0, 0, 0
    for record in records:
        chance = generator.random()
        if chance < 0.04:
            lost += 1
            continue
        if chance < 0.08:
            extra = generator.randint(1, 3)
            copies += extra
            kept += [copy(record) for _ in range(extra)]
        elif chance < 0.12:
            record = copy(record)
            edit(record, generator)
            altered += 1
        kept.append(record)
    return kept, [len(records), len(kept), lost, copies, altered, 0, 0]


def through(command, data, cwd):
    return subprocess.run(["sh", "-c", command], input=data.encode(), cwd=cwd,
                          check=True, stdout=subprocess.PIPE,
                          timeout=LIMIT_S).stdout


# name: (shape, frame sent, one log at a time, what it runs)
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


def check_shell(program, scratch, checks):
    generator = random.Random(11)
    for name, (tool, shape, frame, alone, command) in SHELL.items():
        if find(tool) is None:
            harness.skip(f"{name}: there is no {tool}")
            continue
        for log in dataset.LOGS if alone else [None]:
            job = [*PROFILE, "--shape", shape, "--frame", frame]
            if log:
                job += ["--logs", log]
            text = program.generate(*job)
            records = dataset.read(text, frame)
            header = list(records[0])
            where = (name, log)
            for do_damage in (False, True):
                sent, wanted = ((records, [len(records)] * 2 + [0] * 5)
                                if not do_damage else
                                damaged(records, generator))
                place = f"{scratch}/place"
                os.mkdir(place)
                with open(f"{place}/sent", "w", encoding="utf-8",
                          newline="") as file:
                    file.write(write(sent, frame, header, generator)
                               if do_damage else text)
                out = through(command, "", place)
                shutil.rmtree(place)
                found = verdict(program, scratch, out, *job,
                                expect=1 if do_damage else 0)
                check_law(checks, found, where)
                checks.same([found["total"][kind] for kind in KINDS[:7]],
                            wanted, "damage before a program is counted "
                            "exactly, and nothing of the program's", where)


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
    """What a daemon makes of a file and sends to a socket of ours."""
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(LIMIT_S)
    port = server.getsockname()[1]
    with open(f"{place}/sent", "wb") as file:
        file.write(data)
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
            with open(f"{place}/log", encoding="utf-8",
                      errors="replace") as file:
                print(f"{name} has sent {lines} lines: {file.read()[-2000:]}")
    return b"".join(out)


def check_daemons(program, scratch, checks):
    generator = random.Random(12)
    for name, config in DAEMONS.items():
        if find(name) is None:
            harness.skip(f"{name}: it is not there")
            continue
        for shape in ("resource-log", "portal"):
            job = [*PROFILE, "--shape", shape]
            records = dataset.read(program.generate(*job), "jsonl")
            for do_damage in (False, True):
                sent, wanted = ((records, [len(records)] * 2 + [0] * 5)
                                if not do_damage else
                                damaged(records, generator))
                place = f"{scratch}/d"
                os.mkdir(place)
                out = carried(name, config, place,
                              "".join(json.dumps(record) + "\n"
                                      for record in sent).encode())
                shutil.rmtree(place)
                found = verdict(program, scratch, out, *job,
                                expect=1 if do_damage else 0)
                check_law(checks, found, (name, shape))
                checks.same([found["total"][kind] for kind in KINDS[:7]],
                            wanted, "damage before a log daemon is counted "
                            "exactly, and nothing of the daemon's",
                            (name, shape))


def run(program, scratch, checks):
    check_shell(program, scratch, checks)
    check_daemons(program, scratch, checks)


if __name__ == "__main__":
    harness.main(run)
