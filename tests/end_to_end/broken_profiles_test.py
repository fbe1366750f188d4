"""Invalid profiles: the program prints a message with the place, exits with
status 2, writes nothing and does not crash.
"""

import json
import os
import random
import re

import pytest

from files import write_bytes, write_json

FLOW = {"start": "answer", "steps": {
    "answer": {"operation": "AnswerCall", "on": {"failed": "end"},
               "next": "bye"},
    "bye": {"operation": "HangUpCall"}}}
RIGHT = {"description": "x", "flows": {"one": FLOW}}


def with_steps(**steps):
    return {**RIGHT, "flows": {"one": {**FLOW, "steps": {
        **FLOW["steps"], **steps}}}}


def traffic(**keys):
    return {**RIGHT, "traffic": keys}


# The text of a profile, or its value, and what the message must contain.
BROKEN = [
    ("", ["is empty"]),
    ("{", ["1:2"]),
    ("[]", ["object"]),
    ('{"description": "x"}', ["flows"]),
    ('{"description": "x", "description": "y"}', ["description", "1:2"]),
    ("{\n\n  // comment\n  bare: 1}", ["4:3"]),
    ('{"description": "x", "flows": {}} trailing', ["1:35"]),
    ('{"description": "\xff"}'.encode("latin-1"), ["1:"]),
    ("\0", ["1:1"]),
    ("/* never ended", ["comment"]),
    ("[" * 10_000, ["deep"]),
    ('{"a":' * 10_000, ["deep"]),
    (traffic(rate="NaN"), ["/traffic/rate", "NaN"]),
    (traffic(rate="1e400/s"), ["/traffic/rate", "1e400/s"]),
    (traffic(rate="-1/s"), ["/traffic/rate"]),
    (traffic(rate=5), ["/traffic/rate"]),
    (traffic(rates="1/s"), ["rates", '"rate"']),
    (traffic(day=[0] * 24), ["/traffic/day", "zero"]),
    (traffic(day=[1] * 23), ["/traffic/day"]),
    (traffic(utc_offset="+25:00"), ["/traffic/utc_offset"]),
    (json.dumps(RIGHT).replace('"x"', "NaN"), ["NaN"]),
    (json.dumps({**RIGHT, "servers": 0}), ["/servers"]),
    (json.dumps({**RIGHT, "servers": 1}).replace("1}", "1e400}"),
     ["/servers", "1e400"]),
    ({**RIGHT, "servers": None}, ["/servers", "null"]),
    ({**RIGHT, "logs": []}, ["/logs"]),
    ({**RIGHT, "logs": ["usages"]}, ["/logs/0", '"usage"']),
    ({**RIGHT, "resource": {"name": "a b"}}, ["/resource/name"]),
    ({**RIGHT, "resource": {"region": "eastus9"}}, ["/resource/region"]),
    ({**RIGHT, "flows": {"one": {**FLOW, "weight": 0}}}, ["/flows", "zero"]),
    ({**RIGHT, "flows": {"one": {**FLOW, "start": "anser"}}},
     ["/flows/one/start", '"answer"']),
    (with_steps(bye={"operation": "HangUp"}),
     ["/flows/one/steps/bye/operation", '"HangUpCall"']),
    (with_steps(lost={"operation": "GetCall", "next": "bye"}),
     ["/flows/one/steps/lost", "reach"]),
    (with_steps(bye={"operation": "GetCall", "next": "bye"}),
     ["/flows/one/steps/bye", "end"]),
    (with_steps(bye={"wait": "5s", "operation": "GetCall"}),
     ["/flows/one/steps/bye"]),
    (with_steps(bye={"operation": "Play", "source": "Flie", "next": "end"}),
     ["/source", '"File"']),
    (with_steps(bye={"operation": "Play", "source": "File", "next": "end",
                     "caller_does": {"wrong_tone": 1}}),
     ["caller_does", "wrong_tone"]),
    (with_steps(bye={"wait": {"lognormal": {"median": "5s"}}, "next": "end"}),
     ["/wait", "sigma"]),
    (with_steps(bye={"wait": {"uniform": ["9s", "4s"]}, "next": "end"}),
     ["/wait"]),
    (with_steps(bye={"wait": "5 seconds", "next": "end"}), ["/wait"]),
    (with_steps(bye={"wait": "5s", "next": {"end": 0}}), ["next", "zero"]),
]
# file:line:column: message
PLACE = re.compile(r"[^\n]*(:\d+:\d+: .+|: is empty)")


@pytest.mark.parametrize("content, fragments", BROKEN)
@pytest.mark.parametrize("command", [
    ["generate", "--out", "made", "--profile"], ["profiles", "validate"],
    ["describe", "--profile"]], ids=lambda command: command[0])
def test_broken_profile_is_refused(program, scratch, command, content,
                                   fragments):
    if not isinstance(content, (str, bytes)):
        content = json.dumps(content)
    if isinstance(content, str):
        content = content.encode()
    path = scratch / "broken.json"
    write_bytes(path, content)
    done = program(*command, path, expect=None, cwd=scratch, timeout=30)
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert all(PLACE.fullmatch(line)
               for line in done.stderr.splitlines() if line.strip()), (
        f"a message has file, line and column: {done.stderr}")
    for fragment in fragments:
        assert fragment in done.stderr, "the message says where and what"
    assert os.listdir(scratch) == ["broken.json"], "nothing is written"


def test_right_profile_is_valid(program, scratch):
    """Checks that the profile from which the broken ones are derived is
    valid."""
    write_json(scratch / "right.json", RIGHT)
    program("profiles", "validate", scratch / "right.json")
    done = program("profiles", "validate", "-", input=json.dumps(RIGHT))
    assert done.stdout.startswith("standard input: valid: ")


def test_all_mistakes_are_told_at_once(program, scratch):
    value = {**RIGHT, "servers": 0, "trafic": {}, "participants":
             {"agents": -1}, "timing": {"reaction": "soon"}}
    path = scratch / "broken.json"
    path.write_text(json.dumps(value, indent=1), encoding="utf-8")
    said = program("profiles", "validate", path, expect=2).stderr
    for fragment in ("/servers", "trafic", "/participants/agents",
                     "/timing/reaction"):
        assert fragment in said
    assert len(said.splitlines()) == 4, f"each mistake is reported once: {said}"


def damaged(whole, chance):
    """A profile's text with a few bytes removed, replaced or repeated."""
    text = bytearray(whole)
    kind = chance.randrange(3)
    at = chance.randrange(len(text))
    if kind == 0:
        del text[at:]
    elif kind == 1:
        text[at] = chance.choice(b'{}[]",:0-9eE.\\/x\0\xff \n')
    else:
        end = at + chance.randrange(1, 40)
        text[at:end] = text[at:end] * chance.randrange(3)
    return text


def test_damaged_profile_is_taken_or_refused(program, scratch, shipped):
    """The program accepts or refuses a damaged profile; it does not crash."""
    chance = random.Random(f"8 {shipped}")
    whole = program("profiles", "show", shipped, binary=True).stdout
    path = scratch / "damaged.json"
    for _ in range(40):
        text = damaged(whole, chance)
        write_bytes(path, text)
        done = program("generate", "--out", "null:", "--calls", 3,
                       "--profile", path, expect=None, binary=True,
                       cwd=scratch, timeout=30)
        said = done.stderr.decode(errors="replace")
        assert done.returncode in (0, 2), f"{bytes(text)!r}: {said}"
        assert done.returncode == 0 or PLACE.search(said), (
            f"a message has file, line and column: {said}")
    assert os.listdir(scratch) == ["damaged.json"], "nothing is written"


def test_huge_profile_is_refused_for_its_size(program, scratch):
    with open(scratch / "huge.json", "wb") as file:
        file.truncate(100_000_000)
    said = program("profiles", "validate", scratch / "huge.json", expect=2,
                   timeout=10).stderr
    assert "MB" in said or "MiB" in said or "large" in said
