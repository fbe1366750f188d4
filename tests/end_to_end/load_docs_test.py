"""Runs the commands of the pages about `load`, unchanged except for addresses
and lengths. Receivers that can run on this machine are used; for the others,
the only error must be that the receiver is unreachable.
"""

import contextlib
import os
import re
import shlex

import pytest

from http_receiver import Receiver
from kafka_broker import Cluster
from loading import patience
from program import page
from receivers import DatagramReceiver, LineReceiver
from servers import free_port

PAGES = ("load.md", "load-http.md", "live.md")
LIMIT_S = 120
# Lengths that replace those of the page.
SHORTER = {"--for": "500ms", "--records": "5000", "--duration": "30s",
           "--speed": "1000"}
# Receivers that are not on this machine, and their replacements.
ELSEWHERE = [(r"kafka://[A-Z][^ /]+", "kafka://{closed}"),
             (r"(amqps?)://[^ /]+", r"\1://{closed}"),
             (r"tls://[^ /]+", "tls://{closed}"),
             (r"endpoint=http://[^ /]+", "endpoint=http://{closed}")]


def commands():
    """The lines of the pages' shell blocks that run `busyhour load`."""
    return [line for name in PAGES
            for block in re.findall(r"```sh\n(.*?)```", page(name), re.DOTALL)
            for line in block.splitlines() if "busyhour load" in line]


def shorten(words):
    for i, word in enumerate(words[:-1]):
        if word in SHORTER:
            words[i + 1] = SHORTER[word]
    if "--find-max" in words:
        words += ["--trial", "200ms"]
    if "--live" in words:
        words[words.index("--live")] = f"--live={free_port()}"
    if "--metrics" in words:
        words[words.index("--metrics") + 1] = str(free_port())
    return words + list(patience(words))


def replace(command, receivers):
    """The command with replaced receivers, and whether it had any of them."""
    found = 0
    for pattern, uri in receivers:
        command, times = re.subn(pattern, uri, command)
        found += times
    return command, found > 0


@pytest.fixture(scope="module")
def here(module_scratch, kafka_cluster_path):
    """Receivers on this machine: the pattern of their address on the pages, and
    their actual address."""
    place = module_scratch
    with contextlib.ExitStack() as stack:
        lines = stack.enter_context(LineReceiver(place / "tcp"))
        at_path = stack.enter_context(
            LineReceiver(place / "unix", f"{place}/collector.sock"))
        datagrams = DatagramReceiver(place / "udp")
        stack.callback(datagrams.finish)
        web = stack.enter_context(Receiver())
        receivers = [(r"tcp://[^ /]+", lines.uri),
                     (r"unix:[^ ]+", at_path.uri),
                     (r"udp://[^ /]+", datagrams.uri),
                     (r"http://127\.0\.0\.1:8080",
                      f"http://127.0.0.1:{web.port}")]
        if kafka_cluster_path:
            cluster = stack.enter_context(Cluster(kafka_cluster_path))
            receivers.append((r"kafka://127\.0\.0\.1:9092",
                              f"kafka://{cluster.broker}"))
        yield receivers


def test_pages_have_commands():
    assert len(commands()) >= 8


@pytest.mark.parametrize("line", commands())
def test_command_of_a_page(program, module_scratch, here, line):
    closed = f"127.0.0.1:{free_port()}"
    command, is_here = replace(line, here)
    command, is_elsewhere = replace(command, [
        (pattern, uri.format(closed=closed)) for pattern, uri in ELSEWHERE])
    if not (is_here or is_elsewhere or "null:" in line):
        pytest.skip("a storage account, or a library that is missing")
    words = shlex.split(command)
    words = shorten(words[words.index("busyhour") + 1:])
    done = program(*words, expect=None, cwd=module_scratch, timeout=LIMIT_S,
                   env={**os.environ, "EH": "Endpoint=sb://x/;"
                        "SharedAccessKeyName=send;SharedAccessKey=a2V5",
                        "U": "ann", "P": "pa55", "AZURE_KEY": "a2V5"})
    if "this program was built without" in done.stderr:
        pytest.skip(done.stderr.strip())
    if is_elsewhere:
        assert done.returncode == 2
        assert re.fullmatch(r"--to: cannot (connect|reach).*\n", done.stderr), (
            f"only the receiver is wrong: {done.stderr}")
    elif done.returncode == 1:
        # A shorter run may miss its threshold, or the first record.
        assert ("--threshold" in words or
                "no record was due" in done.stderr), done.stderr
    else:
        assert done.returncode == 0, done.stderr
    if "sent.json" in words:
        assert (module_scratch / "sent.json").exists()
