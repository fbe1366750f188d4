"""`--set` changes values of a profile, `--profile -` reads one from standard
input, and `profiles show --json` prints one as plain JSON."""

import json

from files import manifest_of
from program import Program

JOB = ["--calls", 20, "--quiet"]


def test_set_is_a_profile_with_this_value(program, scratch):
    changes = ["--set", "traffic.rate=5/s", "--set", "servers=1",
               "--set", 'timing.setup={"constant": "2s"}']
    program("generate", *JOB, *changes, "--out", scratch / "set")
    text = program("profiles", "show", "--json", "quickstart").stdout
    profile = json.loads(text)
    profile["traffic"]["rate"] = "5/s"
    profile["servers"] = 1
    profile.setdefault("timing", {})["setup"] = {"constant": "2s"}
    program("generate", *JOB, "--profile", "-", "--out", scratch / "read",
            input=json.dumps(profile))
    for path in (scratch / "set").glob("*.jsonl"):
        assert path.read_bytes() == (scratch / "read" / path.name).read_bytes()
    assert len({path.name for path in scratch.glob("set/*.jsonl")}) == 4
    assert json.loads(manifest_of(scratch / "set")["profile_text"]) == (
        profile), "the manifest has the changed profile"
    assert manifest_of(scratch / "read")["profile"] == "stdin"
    for place in ("set", "read"):
        program("verify", scratch / place, "--manifest", scratch / place)


def test_shown_profiles_are_equal(program, shipped):
    text = program("profiles", "show", "--json", shipped).stdout
    json.loads(text)
    job = ["--calls", 20, "--seed", 4, "--out", "-"]
    assert program("generate", "--profile", "-", *job, input=text).stdout == (
        program("generate", "--profile", shipped, *job).stdout)


def test_mistakes_are_told_at_once(program: Program, scratch):
    done = program("generate", "--set", "traffic.rat=5/s", "--set",
                   "servers=few", "--out", scratch / "out", expect=2)
    assert "--set: /traffic/rat " in done.stderr
    assert 'did you mean "rate"?' in done.stderr
    assert "--set: /servers " in done.stderr
    assert not (scratch / "out").exists()
    done = program("generate", "--set", "rate", "--set", "traffic.rate.x=1",
                   "--calls", "none", expect=2)
    assert "must be KEY=VALUE" in done.stderr
    assert '"traffic.rate" is a value' in done.stderr
    assert "--calls" in done.stderr


def test_input_must_be_a_profile(program):
    assert "standard input: is empty" in program(
        "generate", "--profile", "-", input="", expect=2).stderr
    assert "standard input:1:" in program(
        "generate", "--profile", "-", input="[", expect=2).stderr


def test_a_manifest_has_its_own_profile(program, scratch):
    program("generate", *JOB, "--out", scratch / "out")
    done = program("verify", scratch / "out", "--manifest", scratch / "out",
                   "--set", "servers=1", expect=2)
    assert "--set" in done.stderr
