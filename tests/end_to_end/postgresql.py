"""PostgreSQL, installed or unpacked: databases for tests."""

import contextlib
import glob
import os
import pathlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from typing import Any

import pytest

from program import ROOT, wait_for

USER = "nobody"


def starts(path: str) -> bool:
    return os.path.exists(path) and subprocess.run(
        [path, "--version"], check=False, capture_output=True).returncode == 0


def need() -> str:
    """The directory of PostgreSQL's programs. Skips the test if there is
    none."""
    below = "usr/lib/postgresql/*/bin"
    for place in [*glob.glob(f"/{below}"),
                  *glob.glob(f"{ROOT}/build/tools/*/{below}")]:
        if all(starts(f"{place}/{name}") for name in ("initdb", "postgres")):
            return place
    pytest.skip("there is no postgresql that starts")


def user() -> dict[str, Any]:
    """Arguments of `subprocess` for its programs, which refuse to run as
    root."""
    if os.geteuid() != 0:
        return {}
    return {"user": USER, "group": "nogroup", "extra_groups": []}


def initialize(programs: str, directory: pathlib.Path) -> None:
    """Makes an empty cluster of databases in a new directory."""
    directory.mkdir()
    if user():
        shutil.chown(directory, USER, "nogroup")
    subprocess.run([f"{programs}/initdb", "-D", directory, "-E", "UTF8", "-U",
                    USER, "--locale", "C", "--no-sync"], check=True, timeout=120,
                   stdout=subprocess.DEVNULL, cwd=directory.parent, **user())


@contextlib.contextmanager
def server() -> Iterator[dict[str, str]]:
    """A server with an empty database, without a port. Yields the variables of
    the environment with which clients find it."""
    programs = need()
    # The path of a socket is short.
    with tempfile.TemporaryDirectory(prefix="busyhour-") as name:
        place = pathlib.Path(name)
        place.chmod(0o755)
        initialize(programs, place / "data")
        process = subprocess.Popen(
            [f"{programs}/postgres", "-D", place / "data", "-k",
             place / "data", "-c", "listen_addresses=", "-c", "fsync=off"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=place,
            **user())
        found = {"PGHOST": f"{place}/data", "PGUSER": USER,
                 "PGDATABASE": "postgres", "PSQLRC": os.devnull}
        try:
            # The last line of this file is the state of the server.
            state = place / "data" / "postmaster.pid"
            assert wait_for(lambda: process.poll() is not None or (
                state.exists() and state.read_text().split()[-1:] == ["ready"]))
            yield found
        finally:
            process.terminate()
            process.wait(timeout=60)
