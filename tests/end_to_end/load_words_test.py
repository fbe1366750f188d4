"""Tests the error messages of `busyhour load`: all errors are reported at once,
with exit status 2, before anything is sent or written.
"""

import os

import pytest

from receivers import LineReceiver
from servers import free_port

# (arguments after `load`), parts of the message
WRONG = [
    (["--to", "tpc://127.0.0.1:1"], ['"tpc" is an unknown receiver scheme',
                                      'did you mean "tcp"']),
    (["--to", "gopher://127.0.0.1:1"], ["an unknown receiver scheme",
                                         "tcp://HOST:PORT"]),
    (["--to", "127.0.0.1:5140"],
     ["--to", 'did you mean "tcp://127.0.0.1:5140"?']),
    (["--to", "null:", "--rate", "100"], ['did you mean "100/s"?']),
    (["--to", "null:", "--for", "PT1H"], ['did you mean "1h"?']),
    (["--to", "null:", "--retry", "3"], ["load sends again what was not"]),
    (["--to", "null:", "--iterations", "3"], ['"--records 3"']),
    (["--to", "null:", "--stages", "x"], ['"--pattern steps:1,2,4"']),
    (["--to", "null:", "--ramp", "3"], ['"--pattern ramp:0.1..2"']),
    (["--to", "null:", "-X", "PUT"], ['"--with method=PUT"']),
    (["--to", ""], ["--to"]),
    ([], ["--to", "is missing"]),
    (["--to", "tcp://127.0.0.1"], ["names no host and port"]),
    (["--to", "tcp://127.0.0.1:0"], ["is not a receiver's address"]),
    (["--to", "tcp://127.0.0.1:65536"],
     ["is not a receiver's address", "from 1 to 65,535"]),
    (["--to", "tcp://user:secret@127.0.0.1:1"], ["no user name"]),
    (["--to", "udp://127.0.0.1"], ["names no host and port"]),
    (["--to", "unix:"], ["--to", "1 to 107 characters"]),
    (["--to", "unix:/nowhere/to/be/found"], ["cannot connect"]),
    (["--to", "unix:/" + "x" * 200], ["1 to 107 characters"]),
    (["--to", "file:"], ["names no file"]),
    (["--to", "file:/nowhere/to/be/found"], ["--to", "/nowhere/to/be/found"]),
    (["--to", "file:.", "--with", "overwrite=yes"], [". is not a file"]),
    # No part of an address is ignored.
    (["--to", "file://nowhere.jsonl/x"], ["has a host", "file:PATH"]),
    (["--to", "unix://run/x"], ["has a host", "unix:PATH"]),
    (["--to", "tcp://127.0.0.1:1/x"], ["has a path", "tcp://HOST:PORT"]),
    (["--to", "udp://127.0.0.1:1?x=1"], ["has a query"]),
    (["--to", "null:x"], ["has a path"]),
    (["--to", "null:", "--with", "conections=2"],
     ["--with conections", "is not a setting of this receiver"]),
    (["--to", "tcp://127.0.0.1:1", "--with", "conections=2"],
     ["--with conections", 'did you mean "connections"']),
    (["--to", "tcp://127.0.0.1:1", "--with", "connections=0"],
     ["--with connections", "from 1 to 256"]),
    (["--to", "tcp://127.0.0.1:1", "--with", "connections"],
     ["is not NAME=VALUE"]),
    (["--to", "tcp://127.0.0.1:1", "--with", "connections=1", "--with",
      "connections=2"], ["is given twice"]),
    (["--to", "tcp://127.0.0.1:1", "--with", "frame=octet"],
     ["--with frame", 'did you mean "octets"']),
    (["--to", "tcp://127.0.0.1:1", "--with", "syslog=rfc3164"],
     ["--with syslog", "rfc5424"]),
    (["--to", "tcp://127.0.0.1:1", "--with", "time=sent"],
     ["--with time", "frame jsonl has none", "syslog=rfc5424",
      "elastic, splunk, loki or otlp"]),
    (["--to", "tcp://127.0.0.1:1", "--with", "batch_bytes=65GiB"],
     ["--with batch_bytes", "is not a size"]),
    (["--to", "null:", "--rate", "0/s"], ["--rate", "out of range"]),
    (["--to", "null:", "--rate", "1e12/s"], ["--rate", "out of range"]),
    (["--to", "null:", "--rate", "-5/s"], ["--rate"]),
    (["--to", "null:", "--rate", "nan/s"], ["--rate"]),
    (["--to", "null:", "--rate", "500rps"], ['did you mean "500/s"?']),
    (["--to", "null:", "--rate", "unlimited"], ['did you mean "max"?']),
    (["--to", "null:", "--rate", "fast"], ["--rate", "is not a rate"]),
    (["--to", "null:", "--rate", "1e12MB/s"], ["--rate"]),
    (["--to", "null:", "--speed", "0"], ["--speed"]),
    (["--to", "null:", "--speed", "1e9"], ["--speed"]),
    (["--to", "null:", "--speed", "2", "--rate", "5/s"], ["--rate", "--speed"]),
    (["--to", "null:", "--rate", "5/s", "--start", "now"],
     ["--start", "--with time=sent"]),
    (["--to", "null:", "--rate", "5/s", "--for", "0s"], ["--for"]),
    (["--to", "null:", "--rate", "5/s", "--for", "ever"], ["--for"]),
    (["--to", "null:", "--rate", "5/s", "--pattern", "ramp:1..2"],
     ["--pattern", "--for"]),
    (["--to", "null:", "--rate", "5/s", "--pattern", "saw:1"],
     ["--pattern", "neither a pattern nor a file"]),
    (["--to", "null:", "--rate", "5/s", "--overload", "dropp"],
     ["--overload", "drop"]),
    (["--to", "null:", "--rate", "5/s", "--max-queue", "1"], ["--max-queue"]),
    (["--to", "null:", "--rate", "5/s", "--max-in-flight", "0"],
     ["--max-in-flight"]),
    (["--to", "null:", "--rate", "5/s", "--metrics", "70000"], ["--metrics"]),
    (["--to", "null:", "--find-max", "--rate", "max"], ["--find-max"]),
    (["--to", "null:", "--find-max", "--speed", "2", "--records", "9",
      "--overload", "drop", "--for", "3s"],
     [f"--find-max: cannot be combined with --{other}"
      for other in ("speed", "records", "overload", "for")]),
    (["--to", "null:", "--rate", "5/s", "--trial", "5s"], ["--trial"]),
    (["--to", "null:", "--rate", "5/s", "--frame", "csv"], ["frame"]),
    (["--to", "null:", "--with", "frame=csv"], ["--with frame", "jsonl"]),
    (["--to", "http://127.0.0.1:1/x", "--with", "frame=csv", "--shape",
      "resource-log"], ["--shape", "frame csv requires shape portal, table"]),
    (["--to", "http://127.0.0.1:1/x", "--with", "frame=array", "--fault",
      "truncate=1%"], ["--fault", "would make a whole message unreadable"]),
    (["--to", "null:", "--rate", "5/s", "--report", "/nowhere/at/all"],
     ["--report", "/nowhere/at/all"]),
    (["--to", "null:", "--profile", "contact-centre"],
     ["contact-center"]),
    # Several errors at once.
    (["--to", "tpc://127.0.0.1:1", "--rate", "0/s", "--overload", "x",
      "--pattern", "saw:1"], ["--to", "--rate", "--overload", "--pattern"]),
]
KAFKA = [
    (["--to", "kafka://127.0.0.1:1"], ["names no topic"]),
    (["--to", "kafka://127.0.0.1/calls"], ["names no host and port"]),
    (["--to", "kafka://127.0.0.1:1/calls", "--with", "acks=2"],
     ["--with acks"]),
    (["--to", "kafka://127.0.0.1:1/calls", "--with", "acks=1", "--with",
      "idempotent=yes"], ["--with idempotent", "requires acks=all"]),
    (["--to", "kafka://127.0.0.1:1/calls", "--with",
      "password_env=BUSYHOUR_NO_SUCH"],
     ["--with password_env", 'no environment variable "BUSYHOUR_NO_SUCH"']),
    (["--to", "kafka://127.0.0.1:1/calls", "--with", "kafka.linger.mss=1",
      "--with", "kafka.linger.ms=many", "--with", "kafka.bootstrap.servers=x",
      "--with", "user=me", "--with", "ca=x"],
     ["--with kafka.linger.mss", 'did you mean "linger.ms"',
      "--with kafka.linger.ms:", '"many"', "--with kafka.bootstrap.servers",
      "--with user: requires password_env", "--with ca: requires tls=yes"]),
    (["--to", "kafka://127.0.0.1:1/a/b"], ["a topic name"]),
    (["--to", "kafka://127.0.0.1:1/{cat}"], ["a topic name"]),
    (["--to", f"kafka://127.0.0.1:1/{'t' * 250}"], ["a topic name"]),
    (["--to", f"kafka://127.0.0.1:1/{'t' * 230}-{{category}}"],
     ["has a topic of 2", "for the category CallAutomation",
      "Kafka's limit is 249"]),
    (["--to", "kafka://127.0.0.1:1/a?b=c"], ["has a query"]),
    (["--to", "kafka://127.0.0.1:1/calls", "--with", "connect_timeout=300ms"],
     ["cannot reach 127.0.0.1:1", "refused"]),
    (["--to", "kafka://[::1]:1/calls", "--with", "connect_timeout=300ms"],
     ["cannot reach [::1]:1"]),
]
SECRET = "pa55-of-nobody"


def check_wrong(program, scratch, arguments, words):
    outputs = ["--manifest", scratch / "manifest"]
    if "--report" not in arguments:
        outputs += ["--report", scratch / "report"]
    if "--find-max" in arguments:
        outputs = []
    done = program("load", *arguments, *outputs, expect=2, cwd=scratch,
                   env={**os.environ, "BUSYHOUR_SECRET": SECRET})
    assert done.stdout == "", "nothing is sent"
    for word in words:
        assert word in done.stderr, "the message says what is wrong"
    assert os.listdir(scratch) == [], "nothing is written"


def ids_of(cases):
    return [" ".join(arguments)[:60] for arguments, _ in cases]


@pytest.mark.parametrize("arguments, words", WRONG, ids=ids_of(WRONG))
def test_what_is_wrong_is_said(program, scratch, arguments, words):
    check_wrong(program, scratch, arguments, words)


@pytest.fixture
def kafka(program):
    without = program("load", "--to", "kafka://127.0.0.1:1", expect=2)
    if "was built without" in without.stderr:
        pytest.skip("the program has no Kafka sink")


@pytest.mark.parametrize("arguments, words", KAFKA, ids=ids_of(KAFKA))
def test_what_is_wrong_of_kafka_is_said(program, kafka, scratch, arguments,
                                        words):
    check_wrong(program, scratch, arguments, words)


def test_secret_is_said_nowhere(program, kafka):
    done = program("load", "--to", "kafka://127.0.0.1:1/calls", "--with",
                   "password_env=BUSYHOUR_SECRET", "--with",
                   "connect_timeout=300ms", expect=2,
                   env={**os.environ, "BUSYHOUR_SECRET": SECRET})
    assert SECRET not in done.stderr


@pytest.mark.parametrize("arguments, words", [
    (["--report", "both", "--manifest", "./both"],
     ["--manifest", "is also the file of --report"]),
    (["--to", "file:x", "--report", "{scratch}/x"],
     ["--report", "is also the file of --to"]),
    (["--to", "file:x", "--manifest", "./x", "--report", "/no/where"],
     ["--manifest", "is also the file of --to", "--report"]),
    (["--manifest", "{scratch}/pipe"], ["--manifest", "is not a file"]),
    (["--to", "file:{scratch}/pipe", "--with", "overwrite=yes"],
     ["--to", "is not a file", "--to -"]),
    # No file is written before all arguments are checked.
    (["--to", "file:x", "--manifest", "/nowhere/to/be/found"],
     ["--manifest", "/nowhere/to/be/found"])])
def test_file_of_a_run_takes_the_place_of_nothing(program, scratch, arguments,
                                                  words):
    os.mkfifo(scratch / "pipe")
    to = [] if "--to" in arguments else ["--to", "null:"]
    done = program("load", "--rate", "max", "--calls", "1", *to,
                   *(word.format(scratch=scratch) for word in arguments),
                   expect=2, cwd=scratch)
    for word in words:
        assert word in done.stderr
    assert os.listdir(scratch) == ["pipe"], "nothing is written"
    assert (scratch / "pipe").is_fifo(), "existing files stay"


def test_closed_port_is_told(program, scratch):
    port = free_port()
    check_wrong(program, scratch, ["--to", f"tcp://127.0.0.1:{port}"],
                [f"cannot connect to tcp://127.0.0.1:{port}: "
                 "connection refused"])


@pytest.mark.parametrize("arguments", [
    ["--rate", "0/s"], ["--with", "linge=5ms"], ["--metrics", "99999"],
    ["--report", "/nowhere/x"], ["--manifest", "/nowhere/x"]],
    ids=lambda arguments: arguments[0])
def test_receiver_gets_nothing_of_a_wrong_run(program, scratch, arguments):
    """A running receiver gets no data from an invalid run."""
    with LineReceiver(os.devnull) as receiver:
        outputs = [] if arguments[0] in ("--report", "--manifest") else [
            "--manifest", scratch / "manifest"]
        done = program("load", "--to", receiver.uri, *arguments, *outputs,
                       expect=2)
    assert arguments[0] in done.stderr
    assert receiver.bytes == 0
    assert os.listdir(scratch) == []


@pytest.mark.parametrize("address", [
    f"tcp://me:{SECRET}@127.0.0.1:1", f"{SECRET}@127.0.0.1",
    f"http://{SECRET}@127.0.0.1:1/x"])
def test_password_in_an_address_is_not_repeated(program, address):
    done = program("load", "--to", address, expect=2)
    assert SECRET not in done.stderr and "@127.0.0.1" in done.stderr
