"""Reads profiles with independent code: comments, durations, distributions."""

import json
import math
import os
import re
from typing import Any

from program import Program

Profile = dict[str, Any]

_TOKENS = re.compile(r'"(?:[^"\\]|\\.)*"|//[^\n]*|/\*.*?\*/', re.DOTALL)
_UNITS = {"ms": 1, "s": 1000, "m": 60_000, "min": 60_000, "h": 3_600_000,
          "d": 86_400_000}


def without_comments(text: str) -> str:
    """Removes the comments from JSON; comment marks in strings are kept."""
    return _TOKENS.sub(
        lambda token: token[0] if token[0].startswith('"') else " ", text)


def shipped(program: Program) -> list[str]:
    """The names of the shipped profiles."""
    listed = json.loads(program("profiles", "list", "--json").stdout)
    return [profile["name"] for profile in listed]


def base(program: Program) -> list[str]:
    """The names of the shipped profiles that do not extend another one."""
    return [name for name in shipped(program)
            if "extends" not in load(program, name)]


def load(program: Program, name: str | os.PathLike) -> Profile:
    """A profile, shipped or a file, as plain values."""
    text = program("profiles", "show", name).stdout
    return json.loads(without_comments(text))


def ms(text: str) -> int:
    """A duration, such as `1h30m`, in milliseconds."""
    parts = re.findall(r"([\d.]+)([a-z]*)", text)
    return round(sum(float(number) * _UNITS[unit or "ms"]
                     for number, unit in parts))


def bounds(spread: str | dict[str, Any], least: float = 0,
           most: float = math.inf) -> tuple[float, float]:
    """The minimum and maximum of a distribution of durations; `least` and
    `most` where it has no limit of its own."""
    if isinstance(spread, str):
        return ms(spread), ms(spread)
    if "constant" in spread:
        least = most = ms(spread["constant"])
    elif "uniform" in spread:
        least, most = map(ms, spread["uniform"])
    elif "quantiles" in spread:
        points = [ms(point[1]) for point in spread["quantiles"]]
        least, most = points[0], points[-1]
    if "min" in spread:
        least = max(least, ms(spread["min"]))
    if "max" in spread:
        most = min(most, ms(spread["max"]))
    return least, most


def steps(profile: Profile) -> list[dict[str, Any]]:
    """All steps of all flows."""
    return [step for flow in profile["flows"].values()
            for step in flow["steps"].values()]
