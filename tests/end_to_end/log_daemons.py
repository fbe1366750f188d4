"""Third-party log daemons. A test starts one with its own configuration, and
ends it.
"""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator

import pytest

from files import write_text
from program import ROOT

LIMIT_S = 60
# Arguments that set the configuration and keep all files in `place`.
OPTIONS = {
    "rsyslogd": ["-n", "-f", "{place}/conf", "-i", "{place}/pid"],
    "syslog-ng": ["--foreground", "--no-caps", "--stderr",
                  "--cfgfile={place}/conf", "--persist-file={place}/persist",
                  "--control={place}/control", "--pidfile={place}/pid"],
}


def find(name: str) -> str | None:
    """The path of a program of the system, or of one that scripts/test.sh --all has
    unpacked."""
    own = ROOT / "build" / "tools" / "bin" / name
    return shutil.which(name) or (str(own) if own.exists() else None)


@contextlib.contextmanager
def running(name: str, config: str,
            place: str | os.PathLike) -> Iterator[subprocess.Popen]:
    """Runs the daemon `name` with a configuration in the directory `place`. Its
    output goes to `place`/log. At the end it is terminated, and has then
    written all that it has accepted."""
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
    """Returns the program's path, or skips the test if it is not available."""
    path = find(name)
    if path is None:
        pytest.skip(f"there is no {name}")
    return path
