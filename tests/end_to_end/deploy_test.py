"""Runs what deploy/ ships: the scripts for Slurm and GNU parallel are run, and
the Jobs of Kubernetes checked against its schemas.
"""

import copy
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import time

import pytest

import slurm
from files import manifest_of, read_json, read_text
from program import ROOT

DEPLOY = ROOT / "deploy"
JOBS = sorted((DEPLOY / "kubernetes").glob("*.yaml"))


def path_with(program):
    return f"{os.path.dirname(os.path.abspath(program.path))}:{os.environ['PATH']}"


def check_whole(program, place, *job):
    """Whether the data set is that of the whole job."""
    program("generate", *job, "--out", place / "whole", "--quiet")
    merged, whole = (manifest_of(place / name) for name in ("set", "whole"))
    assert merged["counts"] == whole["counts"]
    program("verify", "--files", place / "set")


@pytest.fixture
def cluster(program, pytestconfig, scratch):
    tools = pathlib.Path(pytestconfig.getoption("--tools")).resolve()
    with slurm.running(tools, scratch) as started:
        started.environment["PATH"] = (
            f"{tools}/slurm-client/usr/bin:{path_with(program)}")
        yield started


def test_slurm_makes_a_data_set_and_a_load(program, cluster, scratch):
    job = ("--calls", 60)
    made = cluster.run("sbatch", "--parsable", "--array=0-3",
                       DEPLOY / "slurm/generate.sh", scratch / "set", *job)
    cluster.run("sbatch", f"--dependency=afterok:{made}", "--wrap",
                f"busyhour merge {scratch}/set --out {scratch}/set/manifest.json")
    # All of them run at once only if each has a processor.
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 30))
    sent = cluster.run("sbatch", "--parsable", "--array=1-2",
                       DEPLOY / "slurm/load.sh", scratch / "runs", at,
                       "--to", "null:", *job, "--rate", "500/s",
                       "--slo", "10m", "--max-clock-error", "none")
    cluster.run("sbatch", f"--dependency=afterok:{sent}", "--wrap",
                f"busyhour merge {scratch}/runs --out {scratch}/run.json "
                f"--manifest {scratch}/sent.json")
    cluster.wait()
    said = "".join(read_text(path) for path in scratch.glob("slurm-*.out"))
    assert (scratch / "set/manifest.json").exists(), said
    check_whole(program, scratch, *job)
    assert (scratch / "run.json").exists(), said
    assert read_json(scratch / "run.json")["started"][:19] == at[:19]
    assert read_json(scratch / "sent.json")["counts"]["records"] == (
        manifest_of(scratch / "set")["counts"]["records"])


@pytest.mark.skipif(not shutil.which("parallel"), reason="no GNU parallel")
def test_gnu_parallel_makes_a_data_set(program, scratch):
    job = ("--calls", 60)
    done = subprocess.run(
        [DEPLOY / "parallel.sh", "3", "set", *map(str, job)], cwd=scratch,
        text=True, capture_output=True,
        env={**os.environ, "PATH": path_with(program)})
    assert done.returncode == 0, done.stderr
    check_whole(program, scratch, *job)


def load_yaml(path):
    yaml = pytest.importorskip("yaml")
    return yaml.safe_load(read_text(path))


def places(value, at=()):
    """The paths of all members and items, with what they contain."""
    items = (value.items() if isinstance(value, dict) else
             enumerate(value) if isinstance(value, list) else ())
    for key, inner in items:
        yield (*at, key), inner
        yield from places(inner, (*at, key))


@pytest.mark.parametrize("path", JOBS, ids=lambda path: path.stem)
def test_the_jobs_have_the_schema_of_kubernetes(node, path):
    """Each member is known there: it does not accept another type for it."""
    ask = node("kubernetes", "kubernetes_check.js")
    job = load_yaml(path)
    assert ask(job) == ""
    for at, value in places(job):
        changed = inner = copy.deepcopy(job)
        for key in at[:-1]:
            inner = inner[key]
        inner[at[-1]] = {"x": 1} if not isinstance(value, dict) else 1
        # A quantity may be a number.
        if at[-1] not in ("cpu", "memory") or isinstance(value, dict):
            assert ask(changed), f"{at} is not known"


@pytest.mark.parametrize("path", JOBS, ids=lambda path: path.stem)
def test_the_jobs_run_commands_that_there_are(program, scratch, path):
    """Every option is one of the command."""
    job = load_yaml(path)
    container = job["spec"]["template"]["spec"]["containers"][0]
    command, *options = container["args"]
    known = program(command, "--help").stdout
    for option in options:
        name = option.split("=")[0]
        assert not name.startswith("--") or re.search(rf"{name}\b", known), name
    variables = {each["name"]: each.get("value") for each in container.get("env", [])}
    if "--shard=auto" in options:
        assert variables["BUSYHOUR_SHARDS"] == str(job["spec"]["completions"])
    for name in re.findall(r"\$\((\w+)\)", shlex.join(options)):
        assert name in {*variables, "JOB_COMPLETION_INDEX"}
