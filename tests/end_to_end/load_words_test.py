"""What is wrong with a `busyhour load` is said, all of it at once, with exit
status 2, before anything is sent or written."""

import os
import stat

import harness
from load_sinks_test import free_port
from receivers import LineReceiver

# (arguments after `load`), what is said of them
WRONG = [
    (["--to", "tpc://127.0.0.1:1"], ['"tpc" is no kind of receiver',
                                      'did you mean "tcp"']),
    (["--to", "gopher://127.0.0.1:1"], ["no kind of receiver",
                                         "tcp://HOST:PORT"]),
    (["--to", "127.0.0.1:5140"], ["--to"]),
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
    # What an address says beyond its kind is not ignored.
    (["--to", "file://nowhere.jsonl/x"], ["has a host", "file:PATH"]),
    (["--to", "unix://run/x"], ["has a host", "unix:PATH"]),
    (["--to", "tcp://127.0.0.1:1/x"], ["has a path", "tcp://HOST:PORT"]),
    (["--to", "udp://127.0.0.1:1?x=1"], ["has a query"]),
    (["--to", "null:x"], ["has a path"]),
    (["--to", "null:", "--with", "conections=2"],
     ["--with conections", "is not a setting of this sink"]),
    (["--to", "tcp://127.0.0.1:1", "--with", "conections=2"],
     ["--with conections", 'did you mean "connections"']),
    (["--to", "tcp://127.0.0.1:1", "--with", "connections=0"],
     ["--with connections", "from 1 to 256"]),
    (["--to", "tcp://127.0.0.1:1", "--with", "connections"],
     ["is not NAME=VALUE"]),
    (["--to", "tcp://127.0.0.1:1", "--with", "connections=1", "--with",
      "connections=2"], ["is given twice"]),
    (["--to", "tcp://127.0.0.1:1", "--with", "envelope=octet"],
     ["--with envelope", 'did you mean "octets"']),
    (["--to", "tcp://127.0.0.1:1", "--with", "syslog=rfc3164"],
     ["--with syslog", "rfc5424"]),
    (["--to", "tcp://127.0.0.1:1", "--with", "batch_bytes=65GiB"],
     ["--with batch_bytes", "is not a size"]),
    (["--to", "null:", "--rate", "0/s"], ["--rate", "out of range"]),
    (["--to", "null:", "--rate", "1e12/s"], ["--rate", "out of range"]),
    (["--to", "null:", "--rate", "-5/s"], ["--rate"]),
    (["--to", "null:", "--rate", "nan/s"], ["--rate"]),
    (["--to", "null:", "--rate", "fast"], ["--rate", "is not a rate"]),
    (["--to", "null:", "--rate", "1e12MB/s"], ["--rate"]),
    (["--to", "null:", "--speed", "0"], ["--speed"]),
    (["--to", "null:", "--speed", "1e9"], ["--speed"]),
    (["--to", "null:", "--speed", "2", "--rate", "5/s"], ["--rate", "--speed"]),
    (["--to", "null:", "--rate", "5/s", "--start", "now"], ["--start"]),
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
     [f"--find-max: does not go with --{other}"
      for other in ("speed", "records", "overload", "for")]),
    (["--to", "null:", "--rate", "5/s", "--trial", "5s"], ["--trial"]),
    (["--to", "null:", "--rate", "5/s", "--frame", "csv"], ["frame"]),
    (["--to", "null:", "--rate", "5/s", "--report", "/nowhere/at/all"],
     ["--report", "/nowhere/at/all"]),
    (["--to", "null:", "--profile", "contact-centre"],
     ["contact-center"]),
    # All at once.
    (["--to", "tpc://127.0.0.1:1", "--rate", "0/s", "--overload", "x",
      "--pattern", "saw:1"], ["--to", "--rate", "--overload", "--pattern"]),
]
KAFKA = [
    (["--to", "kafka://127.0.0.1:1"], ["names no topic"]),
    (["--to", "kafka://127.0.0.1/calls"], ["names no host and port"]),
    (["--to", "kafka://127.0.0.1:1/calls", "--with", "acks=2"],
     ["--with acks"]),
    (["--to", "kafka://127.0.0.1:1/calls", "--with", "acks=1", "--with",
      "idempotent=yes"], ["--with idempotent", "takes acks=all"]),
    (["--to", "kafka://127.0.0.1:1/calls", "--with",
      "password_env=BUSYHOUR_NO_SUCH"],
     ["--with password_env", 'no variable "BUSYHOUR_NO_SUCH"']),
    (["--to", "kafka://127.0.0.1:1/calls", "--with", "kafka.linger.mss=1",
      "--with", "kafka.linger.ms=many", "--with", "kafka.bootstrap.servers=x",
      "--with", "user=me", "--with", "ca=x"],
     ["--with kafka.linger.mss", 'did you mean "linger.ms"',
      "--with kafka.linger.ms:", '"many"', "--with kafka.bootstrap.servers",
      "--with user: goes with password_env", "--with ca: goes with tls=yes"]),
    (["--to", "kafka://127.0.0.1:1/a/b"], ["a topic's name"]),
    (["--to", "kafka://127.0.0.1:1/{cat}"], ["a topic's name"]),
    (["--to", "kafka://127.0.0.1:1/a?b=c"], ["has a query"]),
    (["--to", "kafka://127.0.0.1:1/calls", "--with", "connect_timeout=300ms"],
     ["cannot reach 127.0.0.1:1", "refused"]),
    (["--to", "kafka://[::1]:1/calls", "--with", "connect_timeout=300ms"],
     ["cannot reach [::1]:1"]),
]
SECRET = "pa55-of-nobody"


def check_wrong(program, scratch, checks, arguments, words):
    before = sorted(os.listdir(scratch))
    outputs = ["--manifest", f"{scratch}/manifest"]
    if "--report" not in arguments:
        outputs += ["--report", f"{scratch}/report"]
    if "--find-max" in arguments:
        outputs = []
    done = program("load", *arguments, *outputs, expect=None, cwd=scratch,
                   env={**os.environ, "BUSYHOUR_SECRET": SECRET})
    checks.same(done.returncode, 2, "what is wrong ends with status 2",
                (arguments, done.stderr))
    checks.same(done.stdout, "", "and nothing is sent", arguments)
    for word in words:
        checks(word in done.stderr, "it is said what is wrong",
               (arguments, word), done.stderr)
    checks.same(sorted(os.listdir(scratch)), before, "nothing is written",
                arguments)


def check_outputs(program, scratch, checks):
    """No file of a run takes the place of another one, or of what is no
    file."""
    pipe = f"{scratch}/pipe"
    os.mkfifo(pipe)
    for arguments, words in [
            (["--report", "both", "--manifest", "./both"],
             ["--manifest", "is the file of --report, too"]),
            (["--to", "file:x", "--report", f"{scratch}/x"],
             ["--report", "is the file of --to, too"]),
            (["--to", "file:x", "--manifest", "./x", "--report", "/no/where"],
             ["--manifest", "is the file of --to, too", "--report"]),
            (["--manifest", pipe], ["--manifest", "is not a file"]),
            (["--to", f"file:{pipe}", "--with", "overwrite=yes"],
             ["--to", "is not a file", "--to -"]),
            # Nothing is begun before all of it is known to be right.
            (["--to", "file:x", "--manifest", "/nowhere/to/be/found"],
             ["--manifest", "/nowhere/to/be/found"])]:
        to = [] if "--to" in arguments else ["--to", "null:"]
        done = program("load", "--rate", "max", "--calls", "1", *to,
                       *arguments, expect=2, cwd=scratch)
        for word in words:
            checks(word in done.stderr, "outputs that clash are refused",
                   (arguments, word), done.stderr)
        checks.same(os.listdir(scratch), ["pipe"], "nothing is written",
                    arguments)
        checks(stat.S_ISFIFO(os.stat(pipe).st_mode), "what is there stays",
               arguments)
    os.unlink(pipe)


def check_closed(program, scratch, checks):
    port = free_port()
    check_wrong(program, scratch, checks,
                ["--to", f"tcp://127.0.0.1:{port}"],
                [f"cannot connect to tcp://127.0.0.1:{port}: "
                 "connection refused"])


def check_nothing_sent(program, scratch, checks):
    """Neither to a receiver that is there."""
    with LineReceiver(os.devnull) as receiver:
        for more in (["--rate", "0/s"], ["--with", "linge=5ms"],
                     ["--metrics", "99999"], ["--report", "/nowhere/x"],
                     ["--manifest", "/nowhere/x"]):
            outputs = [] if more[0] in ("--report", "--manifest") else [
                "--manifest", f"{scratch}/manifest"]
            done = program("load", "--to", receiver.uri, *more, *outputs,
                           expect=2)
            checks(more[0] in done.stderr, "it is said what is wrong", more,
                   done.stderr)
    checks.same(receiver.bytes, 0, "a receiver gets nothing of a wrong run")
    checks.same(os.listdir(scratch), [], "nothing is written")


def check_secret(program, scratch, checks):
    done = program("load", "--to", "kafka://127.0.0.1:1/calls", "--with",
                   "password_env=BUSYHOUR_SECRET", "--with",
                   "connect_timeout=300ms", expect=2,
                   env={**os.environ, "BUSYHOUR_SECRET": SECRET})
    checks(SECRET not in done.stderr, "a secret is said nowhere", done.stderr)


def check_password(program, scratch, checks):
    """One that is where it must not be is not repeated."""
    for address in (f"tcp://me:{SECRET}@127.0.0.1:1", f"{SECRET}@127.0.0.1",
                    f"http://{SECRET}@127.0.0.1:1/x"):
        done = program("load", "--to", address, expect=2)
        checks(SECRET not in done.stderr and "@127.0.0.1" in done.stderr,
               "a password in an address is said nowhere", address,
               done.stderr)


def run(program, scratch, checks):
    for arguments, words in WRONG:
        check_wrong(program, scratch, checks, arguments, words)
    check_outputs(program, scratch, checks)
    check_password(program, scratch, checks)
    check_closed(program, scratch, checks)
    check_nothing_sent(program, scratch, checks)
    without = program("load", "--to", "kafka://127.0.0.1:1", expect=2)
    if "was built without" in without.stderr:
        harness.skip("the program has no Kafka sink")
        return
    for arguments, words in KAFKA:
        check_wrong(program, scratch, checks, arguments, words)
    check_secret(program, scratch, checks)


if __name__ == "__main__":
    harness.main(run)
