"""The Python package as its users have it: the wheel of the build, unpacked."""

import importlib
import os
import pathlib
import subprocess
import sys
import types
import zipfile

import pytest
from program import ROOT, Program


def install(program: Program, directory: pathlib.Path) -> pathlib.Path:
    """Makes the wheel, and unpacks it into a directory for `sys.path`."""
    library = pathlib.Path(program.path).with_name("libbusyhour-c.so.0")
    if not library.exists():
        pytest.skip("the shared library is not built")
    if program.is_sanitized():
        pytest.skip("Python cannot load a library with a sanitizer")
    done = subprocess.run(
        [sys.executable, "-B", ROOT / "python" / "wheel.py", library,
         directory], check=True, stdout=subprocess.PIPE, text=True)
    wheel = pathlib.Path(done.stdout.strip())
    place = directory / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place)
    return place


def load(place: pathlib.Path) -> types.ModuleType:
    """The package, imported from there."""
    sys.path.insert(0, str(place))
    try:
        return importlib.import_module("busyhour")
    finally:
        sys.path.remove(str(place))


def run(place: pathlib.Path, *arguments: object,
        cwd: pathlib.Path) -> subprocess.CompletedProcess:
    """Runs Python where the package is installed, and nothing else is set."""
    return subprocess.run(
        [sys.executable, "-B", *map(str, arguments)], cwd=cwd, text=True,
        env={**os.environ, "PYTHONPATH": str(place)}, check=False,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, timeout=120)


