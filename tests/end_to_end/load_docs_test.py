"""The commands of the pages about `load`, as they stand there but for addresses
and lengths: what can be had on this machine is sent to, and of the rest nothing
but the receiver is wrong."""

import contextlib
import os
import re
import shlex
import subprocess

import harness
from http_receiver import Receiver
from load_kafka_test import Cluster
from receivers import DatagramReceiver, LineReceiver
from servers import free_port

PAGES = ("load.md", "load-http.md")
LIMIT_S = 120
# A run of a page, and of a test.
SHORTER = {"--for": "500ms", "--records": "5000", "--duration": "30s",
           "--speed": "1000"}


def commands(text):
    """The lines of its shell blocks that load."""
    for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL):
        for line in block.splitlines():
            if "busyhour load" in line:
                yield line


def shorten(words):
    for i, word in enumerate(words[:-1]):
        if word in SHORTER:
            words[i + 1] = SHORTER[word]
    if "--find-max" in words:
        words += ["--trial", "200ms"]
    return words


def run(program, scratch, checks, root, cluster_path=""):
    place = os.path.join(scratch, "page")
    os.mkdir(place)
    # For what is not on this machine.
    closed = f"127.0.0.1:{free_port()}"
    with contextlib.ExitStack() as stack:
        lines = stack.enter_context(LineReceiver(f"{place}/tcp"))
        at_path = stack.enter_context(
            LineReceiver(f"{place}/unix", f"{place}/collector.sock"))
        datagrams = DatagramReceiver(f"{place}/udp")
        stack.callback(datagrams.finish)
        web = stack.enter_context(Receiver())
        here = [(r"tcp://[^ /]+", lines.uri), (r"unix:[^ ]+", at_path.uri),
                (r"udp://[^ /]+", datagrams.uri),
                (r"http://127\.0\.0\.1:8080", f"http://127.0.0.1:{web.port}")]
        if cluster_path:
            cluster = stack.enter_context(Cluster(cluster_path))
            here.append((r"kafka://127\.0\.0\.1:9092",
                         f"kafka://{cluster.broker}"))
        elsewhere = [(r"kafka://[A-Z][^ /]+", f"kafka://{closed}"),
                     (r"tls://[^ /]+", f"tls://{closed}"),
                     (r"endpoint=http://[^ /]+", f"endpoint=http://{closed}")]
        environment = {**os.environ, "EH": "Endpoint=sb://x",
                       "AZURE_KEY": "a2V5"}
        number = 0
        for page in PAGES:
            with open(f"{root}/docs/{page}", encoding="utf-8") as file:
                text = file.read()
            for line in commands(text):
                command = line
                is_here = "null:" in line
                for pattern, uri in here:
                    command, found = re.subn(pattern, uri, command)
                    is_here = is_here or found > 0
                is_there = False
                for pattern, uri in elsewhere:
                    command, found = re.subn(pattern, uri, command)
                    is_there = is_there or found > 0
                if not is_here and not is_there:
                    continue  # a storage account, or a library that is missing
                words = shlex.split(command)
                words = shorten(words[words.index("busyhour"):])
                done = subprocess.run(
                    [program.path, *words[1:]], cwd=place, env=environment,
                    stdin=subprocess.DEVNULL, capture_output=True, text=True,
                    timeout=LIMIT_S, check=False)
                number += 1
                if "this program was built without" in done.stderr:
                    harness.skip(done.stderr.strip())
                elif is_there:
                    checks(done.returncode == 2 and
                           re.fullmatch(r"--to: cannot (connect|reach).*\n",
                                        done.stderr) is not None,
                           "nothing but the receiver is missing", line,
                           done.stderr)
                else:
                    checks(done.returncode == 0,
                           "a command of a page does what it says", line,
                           done.stderr)
        checks(number >= 8, "the pages have commands", None, number)
        checks(os.path.exists(f"{place}/sent.json"), "a manifest is written")


harness.main(run)
