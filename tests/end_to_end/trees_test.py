"""Storage trees of several jobs live side by side: each job has its manifest and
its blobs, and none changes those of another.
"""

import itertools
import json
import os
import random
import re
import shutil
import subprocess
import time

import pytest

from files import data_files, read_bytes, read_json, write_json
from program import wait_for

KEYED = re.compile(r"[0-9a-f]{16}\.manifest\.json")
# Jobs of three resources, in two hours.
LATE = ["--start", "2026-03-02T08:58:00Z", "--quiet"]
JOBS = {
    "office": ["--profile", "small-office", "--duration", "8m", *LATE],
    "menu": ["--profile", "quickstart", "--duration", "7m", *LATE],
    "other": ["--profile", "quickstart", "--duration", "7m", *LATE, "--seed", 9],
}
LAYOUTS = {
    "storage": ["--layout", "storage"],
    "gzip": ["--layout", "storage", "--compress", "gzip"],
    "data-export": ["--layout", "data-export", "--rotate", "1MB"],
}


def manifests(tree):
    """The names of the manifests in a tree."""
    return sorted(name for name in os.listdir(tree)
                  if name == "manifest.json" or KEYED.fullmatch(name))


def blobs(tree):
    """The content of the blobs in a tree, by name."""
    return {name: data for name, data in data_files(tree).items()
            if "/" in name}


def described(tree):
    """The contents of the manifests in a tree, whatever their names are."""
    return sorted(read_bytes(f"{tree}/{name}") for name in manifests(tree))


def names_in(tree, name):
    """The names of the files in a manifest."""
    return [entry["name"] for entry in read_json(f"{tree}/{name}")["files"]]


def verdict_of(program, tree, *arguments, expect=0):
    done = program("verify", tree, "--manifest", tree, "--json", *arguments,
                   expect=expect)
    return json.loads(done.stdout)["total"]


@pytest.fixture(params=LAYOUTS, name="layout_name")
def fixture_layout_name(request):
    return request.param


@pytest.fixture
def layout(layout_name):
    return LAYOUTS[layout_name]


@pytest.fixture(scope="module")
def all_alone(program, module_scratch):
    """A tree of each job alone, in each layout."""
    trees = {}
    for layout_name, layout in LAYOUTS.items():
        for name, job in JOBS.items():
            tree = module_scratch / f"{layout_name}-{name}"
            program("generate", *job, *layout, "--out", tree)
            trees.setdefault(layout_name, {})[name] = tree
    return trees


@pytest.fixture
def alone(all_alone, layout_name):
    return all_alone[layout_name]


def check_union(tree, alone, names):
    """The tree is that of each of these jobs, byte for byte."""
    expected = {}
    for name in names:
        own = blobs(alone[name])
        assert own and not expected.keys() & own.keys()
        expected.update(own)
    found = blobs(tree)
    assert list(found) == sorted(expected)
    assert not [name for name in found if found[name] != expected[name]]
    assert described(tree) == sorted(
        read_bytes(alone[name] / "manifest.json") for name in names)


@pytest.mark.parametrize("order", list(itertools.permutations(JOBS))[::2],
                         ids=" ".join)
def test_tree_of_several_jobs_is_the_union(program, scratch, layout, alone,
                                           order):
    for name in order:
        program("generate", *JOBS[name], *layout, "--out", scratch / "tree")
    tree = scratch / "tree"
    check_union(tree, alone, order)
    assert (read_bytes(tree / "manifest.json")
            == read_bytes(alone[order[0]] / "manifest.json")), (
        "the first job keeps the usual name")
    total = verdict_of(program, tree)
    assert total["sent"] == total["intact"] == sum(
        sum(entry["records"] for entry in read_json(tree / name)["files"])
        for name in manifests(tree))
    checked = json.loads(program("verify", "--files", tree, "--json").stdout)
    assert len(checked["data_sets"]) == 3 and checked["passed"]


def test_jobs_run_at_the_same_time(program, scratch, layout, alone):
    for trial in range(3):
        tree = scratch / f"tree{trial}"
        runs = [program.start("generate", *job, *layout, "--out", tree)
                for job in JOBS.values()]
        for run in runs:
            said = run.communicate(timeout=60)[1]
            assert run.returncode == 0, said
        check_union(tree, alone, JOBS)


def manifest_of_job(tree, alone):
    """The name of the manifest in `tree` of the job that is in `alone`."""
    content = read_bytes(alone / "manifest.json")
    name, = [each for each in manifests(tree)
             if read_bytes(tree / each) == content]
    return name


@pytest.mark.parametrize("name", ["office", "menu"])
def test_same_job_again(program, scratch, layout, alone, name):
    """It is refused, complete or replaced, as in a directory of its own."""
    tree = scratch / "tree"
    for each in ("office", "menu"):
        program("generate", *JOBS[each], *layout, "--out", tree)
    job = ["generate", *JOBS[name][:-1], *layout, "--out", tree]
    assert "already there; --force" in program(*job, expect=2).stderr
    assert "nothing to do" in program(*job, "--resume").stderr
    own = manifest_of_job(tree, alone[name])
    (tree / names_in(tree, own)[0]).write_text("changed", encoding="utf-8")
    assert "has changed" in program(*job, "--resume", expect=1).stderr
    program(*job, "--force")
    check_union(tree, alone, ("office", "menu"))


def test_same_blobs_are_refused_before_anything_is_written(program, scratch,
                                                           layout, alone):
    tree = scratch / "tree"
    shutil.copytree(alone["menu"], tree)
    longer = ["generate", *JOBS["menu"], *layout, "--out", tree]
    longer[longer.index("7m")] = "9m"
    for more in ([], ["--force"], ["--resume"]):
        refused = program(*longer, *more, expect=2).stderr
        named = re.match(r"--out: (\S+) and \d+ more are blobs of another job, "
                         rf"that of {tree}/manifest.json, profile "
                         r'"quickstart", seed 1, from 2026-03-02T08:58', refused)
        assert named and os.path.exists(named[1])
        assert "--set resource." in refused and "--cut-off" in refused
        check_union(tree, alone, ["menu"])
    key = "workspace" if "data-export" in layout else "name"
    program(*longer, "--set", f"resource.{key}=\"another-{key}\"")
    assert len(manifests(tree)) == 2


def test_job_of_another_time_has_the_same_resource(program, scratch, layout,
                                                   alone):
    """The blobs of two jobs are in the same folders, but of other hours."""
    tree = scratch / "tree"
    later = ["generate", *JOBS["menu"], *layout, "--out", tree]
    later[later.index("2026-03-02T08:58:00Z")] = "2026-03-02T13:58:00Z"
    program(*later)
    program("generate", *JOBS["menu"], *layout, "--out", tree)
    assert blobs(alone["menu"]).items() < blobs(tree).items()
    total = verdict_of(program, tree)
    assert total["intact"] == total["sent"] > 2 * 5000
    # A blob that is in neither manifest could be of both.
    name = next(iter(blobs(alone["menu"])))
    stray = tree / re.sub("/d=02/", "/d=03/", name)
    stray.parent.mkdir(parents=True)
    stray.touch()
    later[later.index("2026-03-02T13:58:00Z")] = "2026-03-02T18:58:00Z"
    assert f"{stray} is already there" in program(*later, expect=2).stderr
    checked = program("verify", "--files", tree, "--json", expect=1).stdout
    assert [trouble["file"] for each in json.loads(checked)["data_sets"]
            for trouble in each["troubles"]] == [str(stray)]


def test_jobs_of_other_logs_have_the_same_calls(program, scratch, layout):
    """Jobs that differ only in their logs are verified as the job of all."""
    job = ["generate", *JOBS["menu"], *layout, "--out"]
    tree = scratch / "tree"
    for logs in ["usage", "operational", "media_summary"]:
        program(*job, tree, "--logs", logs)
    assert len(manifests(tree)) == 3
    whole = scratch / "whole"
    program(*job, whole)
    assert blobs(tree).keys() == blobs(whole).keys()
    expected = verdict_of(program, whole)
    assert verdict_of(program, tree) == expected
    assert expected["intact"] == expected["sent"] > 5000
    name = next(name for name in blobs(tree) if "USAGE" in name.upper())
    (tree / name).unlink()
    assert 0 < verdict_of(program, tree, expect=1)["lost"] < expected["sent"]


def test_jobs_of_other_calls_are_not_one_job(program, scratch, layout):
    """Their logs differ, and the events by which their calls are selected."""
    tree = scratch / "tree"
    job = ["generate", "--calls", "5", "--quiet", *layout, "--out", tree]
    program(*job, "--where", "initial_silence", "--logs", "usage")
    program(*job, "--where", "tone", "--logs", "operational")
    assert "may have the same calls" in program(
        "verify", tree, "--manifest", tree, expect=2).stderr


def test_picked_and_selected_calls_beside_other_jobs(program, scratch, layout):
    tree = scratch / "tree"
    program("generate", *JOBS["office"], *layout, "--out", tree)
    for job in (["--profile", "voice-bot", "--pick", "Play(refused)=2"],
                ["--where", "Play(refused)", "--calls", 3, "--seed", 5]):
        program("generate", *job, *layout, "--out", tree, "--quiet")
    total = verdict_of(program, tree)
    assert total["sent"] == total["intact"] > 100
    program("report", tree)


def test_jobs_of_a_number_of_calls_follow_each_other(program, scratch, layout):
    tree = scratch / "tree"
    job = ["generate", "--profile", "quickstart", "--calls", "300", "--quiet",
           *layout, "--out", tree, "--start"]
    for start in ["2026-03-02T08:58:00Z", "2026-03-02T13:58:00Z"]:
        program(*job, start)
    total = verdict_of(program, tree)
    assert total["intact"] == total["sent"] > 2 * 1000


LONG = ["--profile", "contact-center", "--duration", "100000d", "--threads",
        "1", "--quiet"]


@pytest.fixture
def going_on(program, scratch):
    """A tree in which a run goes on, the second one."""
    tree = scratch / "tree"
    program("generate", *JOBS["menu"], "--layout", "storage", "--out", tree)
    run = program.start("generate", *LONG, "--layout", "storage", "--out", tree)
    try:
        assert wait_for(lambda: any(
            "resume" in read_json(tree / name) for name in manifests(tree)))
        yield tree, run
    finally:
        run.kill()
        run.communicate()


def test_jobs_are_added_while_one_goes_on(program, scratch, going_on):
    tree, run = going_on
    job = [*JOBS["other"], "--layout", "storage", "--out"]
    program("generate", *job, tree)
    program("generate", *job, scratch / "alone")
    assert blobs(scratch / "alone").items() < blobs(tree).items()
    assert run.poll() is None
    own, = [each for each in manifests(tree)
            if "resume" in read_json(tree / each)]
    # Not the same job, nor one of the same resource, whose blobs are not known.
    same = ["generate", *LONG, "--layout", "storage", "--out", tree]
    for more in ([], ["--resume"], ["--force"]):
        assert (f"{own}: another busyhour is writing" in
                program(*same, *more, expect=2).stderr)
    later = ["generate", "--profile", "contact-center", "--calls", "10",
             "--start", "2036-01-01T00:00:00Z", "--layout", "storage", "--out",
             tree, "--quiet"]
    refused = program(*later, expect=2).stderr
    assert (f"{own} has blobs of the same resource, and is not complete"
            in refused)
    run.kill()
    run.wait()
    refused = program(*later, "--resume", expect=2).stderr
    assert f"{own} belongs to another job: it has start" in refused
    assert "complete it with --resume" in refused


@pytest.mark.parametrize("first", ["manifest.json", None])
def test_killed_job_leaves_the_others_whole(program, scratch, first):
    """A run beside another job is killed at random moments and resumed. `first`
    is the manifest of the job that is killed; None for a keyed one."""
    chance = random.Random(f"5 {first}")
    killed = ["generate", "--profile", "contact-center", "--records", "400k",
              "--threads", "2", "--layout", "storage", "--quiet"]
    begin = time.monotonic()
    program(*killed, "--out", scratch / "killed")
    whole_s = time.monotonic() - begin
    other = ["generate", *JOBS["menu"], "--layout", "storage"]
    program(*other, "--out", scratch / "other")
    whole = {**blobs(scratch / "killed"), **blobs(scratch / "other")}
    tree = scratch / "tree"
    if first is None:
        program(*other, "--out", tree)
    for number in range(4):
        run = program.start(*killed, "--out", tree, "--resume",
                            stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.02, 0.8) * whole_s)
        run.kill()
        run.wait()
        if first is not None and number == 0:
            program(*other, "--out", tree)
        if len(manifests(tree)) < 2:
            continue
        menu = manifest_of_job(tree, scratch / "other")
        program("verify", "--files", tree / menu)
        names = names_in(tree, menu)
        assert all(read_bytes(tree / name) == whole[name] for name in names)
        program("verify", *(tree / name for name in names), "--manifest",
                tree / menu)
    program(*killed, "--out", tree, "--resume")
    assert blobs(tree) == whole
    assert described(tree) == sorted(
        [*described(scratch / "killed"), *described(scratch / "other")])


@pytest.fixture(scope="module")
def both(program, module_scratch):
    """A tree of two jobs."""
    tree = module_scratch / "both"
    for name in ("menu", "office"):
        program("generate", *JOBS[name], "--layout", "storage", "--out", tree)
    return tree


def test_summary_names_the_manifest(program, scratch):
    for name, count in (("menu", 0), ("office", 1)):
        said = program("generate", *JOBS[name][:-1], "--layout", "storage",
                       "--out", scratch / "tree").stderr
        assert len(KEYED.findall(said)) == count


def test_calls_of_each_job_are_explained(program, both):
    for name in manifests(both):
        record = json.loads(read_bytes(both / names_in(both, name)[0])
                            .splitlines()[0])
        told = json.loads(program("explain", json.dumps(record), "--manifest",
                                  both, "--json").stdout)
        assert record["correlationId"] in json.dumps(told)
    unknown = program("explain", "0" * 8 + "-0000" * 3 + "-" + "0" * 12,
                      "--manifest", both, expect=1).stderr
    assert "no id of profile quickstart" in unknown
    assert "or of profile small-office" in unknown


@pytest.mark.parametrize("command", [["truth"], ["score", "x.csv", "--labels",
                                                 "x.jsonl"]])
def test_command_for_one_job_wants_its_manifest(program, both, command,
                                                scratch):
    (scratch / "x.csv").write_text("time\n2026-03-02T09:00:00Z\n")
    (scratch / "x.jsonl").write_text("")
    refused = program(*command, "--manifest", both, expect=2, cwd=scratch)
    assert f"{both} has the manifests of 2 jobs; name one:" in refused.stderr
    for name in manifests(both):
        assert f"{both}/{name}  profile " in refused.stderr
    keyed, = [name for name in manifests(both) if name != "manifest.json"]
    if command == ["truth"]:
        program(*command, "--manifest", both / keyed)


def test_each_job_has_its_own_number_of_calls(program, both):
    calls = {}
    for name in manifests(both):
        manifest = read_json(both / name)
        calls[manifest["profile"]] = manifest["counts"]["calls"]
    done = program("verify", both)
    for profile, count in calls.items():
        assert re.search(rf"^{profile}, seed 1, from \S+: {count:,} calls$",
                         done.stdout, re.M)
    jobs = json.loads(program("verify", both, "--json").stdout)["jobs"]
    assert {job["profile"]: job["calls"] for job in jobs} == calls
    assert all(job["arrived"] == job["sent"] > 0 for job in jobs)


def test_a_copy_of_a_manifest_is_named(program, both, scratch):
    tree = scratch / "tree"
    shutil.copytree(both, tree)
    shutil.copy(tree / "manifest.json", tree / "0123456789abcdef.manifest.json")
    refused = program("verify", tree, expect=2).stderr
    assert (f"{tree}/0123456789abcdef.manifest.json: is a copy of "
            f"{tree}/manifest.json") in refused


def test_page_shows_both_jobs(program, both):
    page = program("report", both).stdout
    assert "quickstart" in page and "small-office" in page


def test_blob_of_one_job_is_missing(program, both, scratch):
    tree = scratch / "tree"
    shutil.copytree(both, tree)
    for name in manifests(tree):
        entry = read_json(tree / name)["files"][0]
        os.rename(tree / entry["name"], scratch / "kept")
        assert verdict_of(program, tree, expect=1)["lost"] == entry["records"]
        checked = json.loads(program("verify", "--files", tree, "--json",
                                     expect=1).stdout)
        found = [(each["manifest"], trouble["kind"])
                 for each in checked["data_sets"]
                 for trouble in each["troubles"]]
        assert found == [(f"{tree}/{name}", "missing")]
        os.rename(scratch / "kept", tree / entry["name"])


def test_edited_manifest_hides_no_blobs(program, both, scratch):
    tree = scratch / "tree"
    shutil.copytree(both, tree)
    for name in manifests(tree):
        manifest = read_json(both / name)
        manifest["files"] = []
        write_json(tree / name, manifest)
        for more in ([], ["--force"]):
            refused = program("generate", *JOBS["other"], "--layout", "storage",
                              "--out", tree, *more, expect=2).stderr
            assert f"{tree}/{name}: has been edited" in refused
        shutil.copy(both / name, tree / name)


@pytest.mark.parametrize("more", [[], ["--force"], ["--rotate", "1MB",
                                                    "--force"]])
def test_other_layout_does_not_replace_the_manifest(program, both, more):
    before = data_files(both)
    refused = program("generate", *JOBS["other"], "--out", both, *more,
                      expect=2).stderr
    assert f"{both}/manifest.json is of a storage tree" in refused
    assert data_files(both) == before


def test_tree_is_added_beside_files_of_each_log(program, scratch):
    program("generate", *JOBS["office"], "--out", scratch / "out")
    before = data_files(scratch / "out")
    program("generate", *JOBS["menu"], "--layout", "storage", "--out",
            scratch / "out", "--force")
    assert before.items() < data_files(scratch / "out").items()
    assert len(manifests(scratch / "out")) == 2
    verdict_of(program, scratch / "out")
    program("verify", "--files", scratch / "out")
