"""Log daemons that nobody here wrote, each started with a configuration of a
test's own and ended by it."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator

import pytest

from files import write_text
from program import ROOT

LIMIT_S = 60
# How each is told where its configuration is and to keep to `place`.
OPTIONS = {
    "rsyslogd": ["-n", "-f", "{place}/conf", "-i", "{place}/pid"],
    "syslog-ng": ["--foreground", "--no-caps", "--stderr",
                  "--cfgfile={place}/conf", "--persist-file={place}/persist",
                  "--control={place}/control", "--pidfile={place}/pid"],
}


def find(name: str) -> str | None:
    """A program of the system, or one that scripts/test.sh has unpacked."""
    own = ROOT / "build" / "tools" / "bin" / name
    return shutil.which(name) or (str(own) if own.exists() else None)


@contextlib.contextmanager
def running(name: str, config: str,
            place: str | os.PathLike) -> Iterator[subprocess.Popen]:
    """The daemon `name` with its configuration, in the directory `place`; what
    it says goes to `place`/log. Ended at the end, with all written that it
    has taken."""
    write_text(f"{place}/conf", config)
    with open(f"{place}/log", "wb") as log:
        run = subprocess.Popen(
            [find(name), *(each.format(place=place)
                           for each in OPTIONS[name])],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        yield run
    finally:
        run.terminate()
        try:
            run.wait(timeout=LIMIT_S)
        except subprocess.TimeoutExpired:
            run.kill()
            run.wait()


def need(name: str) -> str:
    """The program's path; a test that needs it is skipped without."""
    path = find(name)
    if path is None:
        pytest.skip(f"there is no {name}")
    return path
