"""A profile that is wrong in any way: a message that says where, exit 2,
nothing written, no crash."""

import json
import os
import random
import re

import harness
import profiles

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


# Text of a profile, or its value, and what the message must hold.
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
# file:line:column: what
PLACE = re.compile(r"[^\n]*(:\d+:\d+: .+|: is empty)")


def check_broken(program, place, path, content, fragments, checks):
    if not isinstance(content, (str, bytes)):
        content = json.dumps(content)
    if isinstance(content, str):
        content = content.encode()
    with open(path, "wb") as file:
        file.write(content)
    shown = content[:200]
    for command in (["generate", "--out", "made", "--profile", path],
                    ["profiles", "validate", path],
                    ["describe", "--profile", path]):
        done = program(*command, expect=None, cwd=place, timeout=30)
        checks.same(done.returncode, 2, "a broken profile: exit 2",
                    (command[0], shown, done.stderr[:500]))
        checks.same(done.stdout, "", "a broken profile: nothing on standard "
                    "output", (command[0], shown))
        checks(all(PLACE.fullmatch(line)
                   for line in done.stderr.splitlines() if line.strip()),
               "a broken profile: file, line and column", shown,
               done.stderr[:500])
        for fragment in fragments:
            checks(fragment in done.stderr,
                   "a broken profile: the message says where and what",
                   (shown, fragment), done.stderr[:500])
    checks.same(os.listdir(place), [], "a broken profile: nothing is written",
                shown)


def check_all_at_once(program, path, checks):
    value = {**RIGHT, "servers": 0, "trafic": {}, "participants":
             {"agents": -1}, "timing": {"reaction": "soon"}}
    with open(path, "w", encoding="utf-8") as file:
        json.dump(value, file, indent=1)
    said = program("profiles", "validate", path, expect=2).stderr
    for fragment in ("/servers", "trafic", "/participants/agents",
                     "/timing/reaction"):
        checks(fragment in said, "all mistakes are told at once", fragment,
               said)
    checks(len(said.splitlines()) == 4, "each mistake is told once", value=said)


def check_damaged(program, place, path, checks):
    """Whatever a few bytes of damage do to a profile, the program says so or
    takes it; it does not crash."""
    chance = random.Random(8)
    for name in profiles.shipped(program):
        whole = program("profiles", "show", name, binary=True).stdout
        for _ in range(40):
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
            with open(path, "wb") as file:
                file.write(text)
            done = program("generate", "--out", "null:", "--calls", 3,
                           "--profile", path, expect=None, binary=True,
                           cwd=place, timeout=30)
            checks(done.returncode in (0, 2), "a damaged profile does not "
                   "crash the program", (name, kind, at),
                   (done.returncode, done.stderr[-300:]))
            if done.returncode == 2:
                checks(PLACE.search(done.stderr.decode(errors="replace")),
                       "a damaged profile: file, line and column",
                       (name, kind, at), done.stderr[-300:])
    checks.same(os.listdir(place), [], "a damaged profile: nothing is written")


def check_huge(program, path, checks):
    """A file of 100 MB is refused for its size, at once."""
    with open(path, "wb") as file:
        file.truncate(100_000_000)
    said = program("profiles", "validate", path, expect=2, timeout=10).stderr
    checks("MB" in said or "MiB" in said or "large" in said,
           "a huge profile is refused for its size", value=said[:300])


def run(program, scratch, checks):
    place, path = f"{scratch}/empty", f"{scratch}/broken.json"
    os.mkdir(place)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(RIGHT, file)
    program("profiles", "validate", path)  # what all others are made from
    for content, fragments in BROKEN:
        check_broken(program, place, path, content, fragments, checks)
    check_all_at_once(program, path, checks)
    check_damaged(program, place, path, checks)
    check_huge(program, path, checks)


harness.main(run)
