"""Completions in real shells and manual pages, compared with --help."""

import json
import os
import pty
import re
import select
import shutil
import subprocess
import time

import pytest

from command_line_test import COMMANDS

SHELLS = ["bash", "zsh", "fish"]


def options_in_help(program, command):
    text = program(command, "--help").stdout
    return re.findall(r"^ {2,6}(?:-\w, +)?(--[a-z][a-z0-9-]*)", text, re.M)


def candidates(program, *words):
    lines = program("--complete", *words).stdout.splitlines()
    return [line.split("\t")[0] for line in lines]


@pytest.mark.parametrize("command", [*COMMANDS, "completion"])
def test_options_are_those_of_the_help(program, command):
    expected = options_in_help(program, command)
    assert {"--help", "--version"} <= set(expected)
    assert candidates(program, command, "-") == expected
    page = program("help", "--man", command).stdout
    listed = re.findall(r"^\.TP\n(?:\\fB\\-\w\\fR, )?\\fB(\\-\\-[^ =\[]+?)\\fR",
                        page, re.M)
    assert [name.replace("\\", "") for name in listed] == expected


def test_candidates(program):
    commands = candidates(program, "")
    assert set(COMMANDS) < set(commands) and "help" in commands
    assert candidates(program, "gen") == ["generate"]
    assert candidates(program, "help", "gen") == ["generate"]
    assert candidates(program, "generate", "--fr") == ["--frame"]
    assert candidates(program, "help", "--m") == ["--man"]
    assert candidates(program, "help", "--man", "gen") == ["generate"]
    assert candidates(program, "help", "--man", "generate", "") == []
    assert candidates(program, "generate", "--frame", "cs") == ["csv"]
    assert candidates(program, "generate", "--frame=cs") == ["--frame=csv"]
    assert candidates(program, "generate", "-n", "5", "--logs",
                      "usage,media_su") == ["usage,media_summary"]
    assert candidates(program, "generate", "--logs", "us") == ["usage"]
    assert candidates(program, "generate", "--logs", "al") == ["all"]
    assert candidates(program, "generate", "--logs", "all,") == []
    listed = candidates(program, "generate", "--logs", "usage,")
    assert "usage,media_summary" in listed
    assert not {"usage,usage", "usage,all"} & set(listed)
    assert candidates(program, "generate", "--profile", "small") == [
        "small-office", ":files"]
    assert candidates(program, "generate", "--set", "traffic.we") == [
        "traffic.week="]
    assert candidates(program, "generate", "--calls", "") == []
    assert candidates(program, "generate", "--fault", "dr") == ["drop="]
    assert candidates(program, "generate", "--pick", "initial_s") == [
        "initial_silence="]
    assert candidates(program, "generate", "--pick", "direct") == ["direction"]
    assert candidates(program, "generate", "--pick", "direction=inb") == [
        "direction=inbound="]
    assert candidates(program, "generate", "--where",
                      "not (play and initial_s") == [
                          "not (play and initial_silence"]
    assert candidates(program, "find", "initial_s") == ["initial_silence"]
    assert candidates(program, "find", "Play(429) then initial_s") == [
        "Play(429) then initial_silence"]
    assert candidates(program, "find", "direction = ") == [
        "direction = inbound", "direction = outbound"]
    assert candidates(program, "find", "tone and (direction != o") == [
        "tone and (direction != outbound"]
    assert candidates(program, "find", "Play > 2 and direction=i") == [
        "Play > 2 and direction=inbound"]
    assert candidates(program, "find", "Play = ") == []
    assert candidates(program, "find", "tone", "more") == []
    assert candidates(program, "verify", "--nothing=") == []
    assert candidates(program, "verify", "--expect", "") == ["faults"]
    assert candidates(program, "verify", "--expect=f") == ["--expect=faults"]
    assert candidates(program, "verify", "--allow", "lost=1,du") == [
        "lost=1,duplicated="]
    assert candidates(program, "verify", "--threshold", "so") == []
    assert candidates(program, "verify", "--threshold", "los") == ["lost"]
    assert "lateness.p99" in candidates(program, "load", "--threshold", "la")
    assert candidates(program, "load", "--pattern", "s") == [
        "steps:1,2,4", "sine:0.5/10m", "spike:10@5m+30s", ":files"]
    assert candidates(program, "generate", "--out", "") == [":files"]
    assert "tcp://" in candidates(program, "load", "--to", "")
    assert candidates(program, "profiles", "s") == ["show"]
    assert "quickstart" in candidates(program, "profiles", "show", "--json", "")
    assert candidates(program, "schema", "usa") == ["usage"]
    assert candidates(program, "control", "pa") == ["pause"]
    assert candidates(program, "completion", "") == SHELLS
    assert candidates(program, "verify", "--manifest", "logs", "") == [":files"]
    assert candidates(program, "nothing", "") == []


def test_candidates_of_a_profile(program, scratch):
    assert candidates(program, "generate", "--without", "") == ["all"]
    incidents = candidates(program, "generate", "--profile=ivr-storm",
                           "--without", "")
    assert incidents == incident_names(program, "ivr-storm") + ["all"]
    assert candidates(program, "generate", "--profile", "ivr-storm", "--where",
                      "incident=") == [
                          f"incident={name}"
                          for name in [*incidents[:-1], "none"]]
    broken = scratch / "broken.json"
    broken.write_text("{")
    assert candidates(program, "generate", "--profile", broken, "--without",
                      "") == ["all"]


def incident_names(program, profile):
    shown = json.loads(program("profiles", "show", "--json", profile).stdout)
    return [incident["name"] for incident in shown["incidents"]]


def test_settings_of_a_receiver(program):
    def offered(*words):
        return candidates(program, "load", *words)

    of_all = offered("--with", "")
    assert {"frame=", "batch_bytes=", "linger="} <= set(of_all)
    http = offered("--to", "http://localhost:1/logs", "--with", "")
    assert set(of_all) < set(http) and {"token_env=", "header."} <= set(http)
    assert offered("--to=udp://localhost:1", "--with", "fr") == ["frame="]
    assert offered("--to", "http://localhost:1/", "--with", "frame=lo") == [
        "frame=loki"]
    assert "connections=" not in of_all
    assert offered("--to", "nothing", "--with", "") == []
    # Each name is a setting: it is refused for its value, or not at all.
    for name in http:
        setting = name + "x=?" if name.endswith(".") else name + "?"
        text = program("load", "--to", "http://localhost:1/logs", "--with",
                       setting, "--seed=x", expect=2).stderr
        assert "is not a setting" not in text, text


def shell_environment(program):
    path = os.path.dirname(os.path.abspath(program.path))
    return {"PATH": path + os.pathsep + os.environ["PATH"], "TERM": "dumb",
            "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"}


class Shell:
    """A shell on a terminal, to which a person types."""

    def __init__(self, shell, environment, directory):
        arguments = {"bash": ["bash", "--norc", "--noprofile", "-i"],
                     "zsh": ["zsh", "-f", "-i"]}[shell]
        self.terminal, inner = pty.openpty()
        self.process = subprocess.Popen(
            arguments, stdin=inner, stdout=inner, stderr=inner,
            env=environment, cwd=directory, start_new_session=True)
        os.close(inner)

    def type(self, text):
        os.write(self.terminal, text.encode())

    def wait_for(self, text, seconds=60):
        shown = ""
        end = time.monotonic() + seconds
        while text not in shown:
            left = end - time.monotonic()
            assert left > 0, shown
            if select.select([self.terminal], [], [], left)[0]:
                shown += os.read(self.terminal, 65536).decode(errors="replace")
                shown = shown.replace("\a", "")  # a bell between letters
        return shown

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.terminal)


PREPARE = {"bash": 'eval "$(busyhour completion bash)"; echo rea""dy\n',
           "zsh": "autoload -Uz compinit; compinit -u -D; "
                  "source <(busyhour completion zsh); echo rea''dy\n"}
TYPED = [
    ("busyhour descr", "busyhour describe "),
    ("busyhour schema med", "media_summary"),
    ("busyhour describe --profile small-o", "small-office"),
    ("busyhour generate --frame=cs", "--frame=csv"),
    ("busyhour generate --set traffic.we", "traffic.week="),
    ("busyhour load --to null: --with batch_b", "batch_bytes="),
    ("busyhour generate --out some-f", "some-file"),
]
# Quotes of the shell.
QUOTED = [
    ("busyhour find 'initial_s", "initial_silence"),
    ("busyhour find 'Play and initial_s", "Play and initial_silence"),
    ('busyhour find "direction = out', "direction = outbound"),
    ("busyhour generate --where 'Play(429) then initial_s",
     "Play(429) then initial_silence"),
]
# The incident of this profile has spaces in its name.
SPACED = [(f"busyhour generate --profile speech-service-down {typed}", expected)
          for typed, expected in [
              ("--without spee", "speech\\ service\\ down"),
              ("--without speech\\ serv", "speech\\ service\\ down"),
              ("--without=spee", "speech\\ service\\ down"),
              ("--without 'speech s", "speech service down'"),
          ]]


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_a_person_types_and_presses_tab(program, scratch, shell):
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell}")
    (scratch / "some-file").touch()
    session = Shell(shell, shell_environment(program), scratch)
    try:
        session.type(PREPARE[shell])
        session.wait_for("ready")
        for typed, expected in TYPED + QUOTED + SPACED:
            # Leave out what is typed, which the terminal may echo.
            session.type(typed + "\t")
            session.wait_for(expected)
            session.type("\x15echo do''ne\n")
            session.wait_for("done")
    finally:
        session.close()


def test_fish_offers_candidates(program, scratch):
    if shutil.which("fish") is None:
        pytest.skip("there is no fish")
    (scratch / "some-file").touch()
    for typed, expected in TYPED + QUOTED:
        done = subprocess.run(
            ["fish", "--no-config", "-c",
             "busyhour completion fish | source; complete -C $argv[1]", typed],
            env={**shell_environment(program), "HOME": str(scratch)},
            cwd=scratch, capture_output=True, text=True, timeout=60)
        words = [line.split("\t")[0] for line in done.stdout.splitlines()]
        last = expected if (typed, expected) in QUOTED else (
            expected.split()[-1])
        assert [last] == words, (typed, done.stderr)


@pytest.mark.parametrize("command", ["", *COMMANDS, "completion"])
def test_pages_tell_exit_statuses(program, command):
    page = program("help", "--man", *command.split()).stdout
    assert ".SH EXIT STATUS\n.TP\n\\fB0\\fR\n" in page
    assert ".TP\n\\fB130\\fR\ninterrupted\n" in page
    if command == "find":
        assert "\\fB1\\fR\nno call is selected" in page
        assert program("help", "find", "--man").stdout == page
    if command == "":
        assert "\\fBBUSYHOUR_SHARD\\fR" in page


@pytest.mark.parametrize("command", ["", *COMMANDS, "completion"])
def test_pages_are_correct_roff(program, scratch, command):
    if shutil.which("groff") is None:
        pytest.skip("there is no groff")
    page = program("help", "--man", *command.split()).stdout
    done = subprocess.run(["groff", "-man", "-Tutf8", "-ww"], input=page,
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and done.stderr == ""
    shown = re.sub("\x1b\\[[0-9;]*m", "", done.stdout)
    name = f"busyhour-{command}" if command else "busyhour"
    assert re.search(rf"^ +{name} .", shown, re.M)
    if shutil.which("mandoc"):
        file = scratch / "page.1"
        file.write_text(page)
        done = subprocess.run(["mandoc", "-T", "lint", "-W", "error", file],
                              capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout
