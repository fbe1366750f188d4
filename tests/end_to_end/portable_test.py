"""The functions of the system that the programs call: with BUSYHOUR_PORTABLE,
none that only Linux has.
"""

import pathlib
import re
import subprocess
import sys

import pytest

from program import ROOT

sys.path.append(f"{ROOT}/tests")
from of_linux import FUNCTION  # noqa: E402


def called(program: pathlib.Path) -> set[str]:
    """The functions that a program takes from libraries. The C library has
    some under other names, for other sizes or with checks."""
    lines = subprocess.run(
        ["nm", "-D", "--undefined-only", program], check=True,
        capture_output=True, text=True).stdout.splitlines()
    names = {line.split()[-1].split("@")[0] for line in lines}
    return {re.sub(r"^__(\w+)_chk$", r"\1", name).removesuffix("64")
            for name in names}


def test_calls_of_linux(program, is_portable):
    if program.is_sanitized():
        pytest.skip("a sanitizer has functions of the system itself")
    place = pathlib.Path(program.path).parent
    calls = called(place / "busyhour") | called(place / "busyhour-load")
    assert {"read", "poll", "socket"} <= calls
    of_linux = {name for name in calls if FUNCTION.fullmatch(name)}
    if is_portable:
        assert not of_linux
    else:
        assert {"ppoll", "epoll_create1", "fallocate"} <= of_linux
