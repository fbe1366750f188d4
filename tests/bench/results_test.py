"""Tests the figures, tables and comparisons of the benchmarks' results."""

import copy
import json
import pathlib
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "bench"))

import bench  # noqa: E402
import callgrind  # noqa: E402
import instructions  # noqa: E402
import processes  # noqa: E402
import results  # noqa: E402

ABOUT = {
    "date": "2026-03-02", "commit": "abc1234", "changed": False,
    "machine": {"cpu": "A Processor (R) 7 @ 2.00GHz", "cores": 2,
                "caches": "L2 1024K, L3 32768K", "memory_gb": 25.0,
                "virtual": True, "system": "Debian", "kernel": "6.1",
                "load": 0.5},
    "compiler": "g++ 12.2.0", "build": "Release (-O3)", "rounds": 5,
}


def canned() -> dict:
    with open(HERE / "benchmark.json", encoding="utf-8") as file:
        return json.load(file)


def run_of(ns_samples: list[float], memcpy_gbs: float = 50.0,
           others_ns: float | None = None) -> dict:
    """Results with one row with these ns, one per round. With `others_ns`, also
    a row of a third-party library."""
    found = results.Results({**ABOUT, "rounds": len(ns_samples)})
    for ns in ns_samples:
        rows = {"BM_Memcpy/L2": {"gbs": memcpy_gbs},
                "BM_Encode/x": {"ns": ns, "gbs": 700 / ns}}
        if others_ns is not None:
            rows["BM_RapidJson/x"] = {"ns": others_ns, "gbs": 700 / others_ns}
        found.add("encode_bench", results.relate(rows, rows))
    return found.to_json()


# ---------------------------------------------------------------------- figures

@pytest.fixture
def rows():
    rows = results.read_benchmarks(canned())
    results.relate(rows, rows)
    return rows


def test_time_a_record_comes_from_its_counter(rows):
    assert rows["BM_Encode/usage/table"]["ns"] == pytest.approx(60)
    assert rows["BM_Simulate/voice-bot"]["ns"] == pytest.approx(50)
    assert rows["BM_Simulate/voice-bot"]["calls"] == pytest.approx(2e6)


def test_time_an_item_comes_from_the_rate_of_items(rows):
    assert rows["BM_Encrypt"]["ns"] == pytest.approx(10)


def test_time_without_items_is_that_of_one_turn(rows):
    assert rows["BM_RenderImage"]["ns"] == pytest.approx(80)


def test_ratios_are_those_to_memcpy_of_the_same_answer(rows):
    row = rows["BM_Encode/usage/table"]
    assert row["of_l2"] == pytest.approx(0.25)
    assert row["of_dram"] == pytest.approx(1.25)


def test_cost_is_the_bytes_that_memcpy_copies_meanwhile(rows):
    # 60 ns at 50 bytes per nanosecond.
    assert rows["BM_Encode/usage/table"]["cost"] == pytest.approx(3000)


def test_how_it_was_measured_is_no_part_of_the_name(rows):
    assert "BM_Pipe/quickstart/threads:2" in rows


def test_a_benchmark_that_found_wrong_bytes_ends_it():
    answer = canned()
    answer["benchmarks"][0].update(error_occurred=True,
                                   error_message="wrote a, not b")
    with pytest.raises(ValueError, match="usage/table: wrote a, not b"):
        results.read_benchmarks(answer)


# -------------------------------------------------------------------- summaries

def test_keeps_samples_and_tells_median_and_quartiles():
    row = run_of([50, 10, 30, 20, 40])["rows"][1]
    assert row["ns"] == {"median": 30, "quartiles": [20, 40],
                         "samples": [50, 10, 30, 20, 40]}


def test_table_shows_medians_and_ratios():
    text = results.plain(run_of([70, 70, 70]))
    assert "3 rounds" in text
    line = next(line for line in text.split("\n") if "Encode/x" in line)
    assert line.split() == ["Encode/x", "70.0", "0", "%", "10.0", "20", "%"]


def test_markdown_has_as_many_cells_in_each_line():
    lines = [line for line in results.markdown(run_of([70])).split("\n")
             if line.startswith("|")]
    assert len(lines) == 3
    assert len({line.count("|") for line in lines}) == 1


def test_results_survive_being_written(tmp_path):
    answer = run_of([1.5, 2.5, 3.5])
    path = tmp_path / "results" / "a.json"
    bench.write(answer, path)
    assert bench.read(path) == answer


def test_processor_becomes_part_of_a_file_name():
    assert bench.slug("Intel(R) Xeon(R) Gold 6130 CPU @ 2.10GHz") == (
        "intel-xeon-gold-6130-cpu")


def test_page_is_replaced_between_its_marks_only():
    text = "a\n<!-- x -->\nold\n<!-- end of x -->\nb\n"
    assert bench.put_between(text, "x", "new") == (
        "a\n<!-- x -->\n\nnew\n\n<!-- end of x -->\nb\n")
    with pytest.raises(ValueError):
        bench.put_between(text, "y", "new")


# ------------------------------------------------------------------ comparisons

def test_a_move_beyond_the_quartiles_is_a_change():
    text = results.compare(run_of([100, 101, 102, 103, 104]),
                           run_of([80, 81, 82, 83, 84]))
    assert "19.6% faster" in text
    assert "1 of 1 rows changed" in text


def test_overlapping_quartiles_are_noise():
    text = results.compare(run_of([80, 90, 100, 110, 120]),
                           run_of([90, 100, 110, 120, 130]))
    assert "0 of 1 rows changed" in text


def test_a_small_move_is_noise_however_sharp():
    text = results.compare(run_of([100.0] * 5), run_of([102.0] * 5))
    assert "0 of 1 rows changed" in text


def test_a_slower_clock_changes_nothing():
    # Everything takes a third longer, memcpy too.
    text = results.compare(run_of([90.0] * 5, memcpy_gbs=60.0),
                           run_of([120.0] * 5, memcpy_gbs=45.0))
    assert "0 of 1 rows changed" in text


def test_what_moves_no_more_than_other_peoples_code_is_noise():
    old = run_of([100.0] * 5, others_ns=1000.0)
    moved = run_of([120.0] * 5, others_ns=1250.0)
    assert "0 of 2 rows changed" in results.compare(old, moved)
    quiet = run_of([120.0] * 5, others_ns=1010.0)
    assert "1 of 2 rows changed" in results.compare(old, quiet)


def test_rows_of_one_run_only_are_named():
    old, new = run_of([100.0] * 5), run_of([100.0] * 5)
    extra = copy.deepcopy(new["rows"][1])
    extra["name"] = "BM_Encode/y"
    new["rows"].append(extra)
    assert "new: encode_bench/BM_Encode/y" in results.compare(old, new)


# -------------------------------------------------------------------- callgrind

@pytest.fixture
def stages():
    with open(HERE / "callgrind.out", encoding="utf-8") as file:
        return callgrind.by_stage(callgrind.read(file))


def test_stages_add_up_to_the_whole(stages):
    assert sum(stages.values()) == pytest.approx(1000)
    assert stages[callgrind.REST] == pytest.approx(100)


def test_a_function_without_a_stage_counts_for_its_callers(stages):
    assert stages["encode"] == pytest.approx(10 + 440 + 150)
    assert stages["order"] == pytest.approx(200 + 50)
    assert stages["pipe"] == pytest.approx(50)


def test_a_stage_is_not_found_in_the_types_of_arguments(stages):
    assert stages["call images"] == 0


# ----------------------------------------------------------------- instructions

def test_more_than_the_tolerance_fails():
    assert instructions.verdict("pipe", 1029, 1000, 0.03)[0]
    assert not instructions.verdict("pipe", 1031, 1000, 0.03)[0]


def test_a_figure_that_says_too_little_fails():
    assert instructions.verdict("pipe", 901, 1000, 0.03)[0]
    holds, line = instructions.verdict("pipe", 899, 1000, 0.03)
    assert not holds
    assert "update the figure" in line


def test_minor_versions_of_a_compiler_are_the_same():
    assert instructions.compiler_series("GNU 12.2.0") == "GNU 12"


# -------------------------------------------------------------------- processes

def test_cases_have_names_of_their_own():
    names = [case.name for case in processes.CASES]
    assert len(names) == len(set(names))


def test_a_case_is_a_command():
    case = processes.Case("x", "--out {new} --frame csv", records=7,
                          threads=2)
    words = processes.Processes("/bin/busyhour", "/s", "/tools").command(case)
    assert " ".join(words) == (
        "/bin/busyhour generate --profile contact-center --quiet --records 7 "
        "--threads 2 --out /s/new.jsonl --frame csv")


def test_a_case_that_needs_a_missing_program_is_left_out():
    whole = processes.Processes("/bin/busyhour", "/s", "/tools")
    assert whole.can_run(processes.Case("x", needs="sh"))
    assert not whole.can_run(processes.Case("x", needs="no-such-program"))
    assert not whole.can_run(processes.Case("x", needs="{tools}/none"))


def git(directory, *words):
    subprocess.run(["git", "-C", directory, "-c", "user.name=x", "-c",
                    "user.email=x@example.com", *words], check=True,
                   stdout=subprocess.DEVNULL)


def test_the_page_is_of_the_state_that_was_measured(tmp_path, monkeypatch):
    monkeypatch.setattr(bench, "ROOT", tmp_path)
    source = tmp_path / "src" / "a.cc"
    source.parent.mkdir()
    for name in ("include", "bench", "CMakeLists.txt", "CMakePresets.json"):
        (tmp_path / name).write_text("")
    source.write_text("1")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "1")
    answer = {"changed": False, "commit": bench.output_of(
        "git", "rev-parse", "--short", "HEAD")}
    bench.check_state(answer)
    (tmp_path / "page.md").write_text("a commit of the page alone")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "2")
    bench.check_state(answer)
    with pytest.raises(ValueError, match="with changes"):
        bench.check_state(answer | {"changed": True})
    source.write_text("2")
    with pytest.raises(ValueError, match="uncommitted"):
        bench.check_state(answer)
    git(tmp_path, "commit", "-qam", "3")
    with pytest.raises(ValueError, match="measure again"):
        bench.check_state(answer)


def measured(*words):
    return subprocess.run(
        [sys.executable, "-I", "-S",
         str(pathlib.Path(processes.__file__).with_name("measure.py")),
         *words], text=True, check=False, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE)


def test_a_pipe_is_measured_to_its_readers_end():
    done = measured("printf", "a", "--into", "sh", "-c", "sleep 0.2; cat")
    seconds, processor, peak = map(float, done.stdout.split())
    assert seconds >= 0.2
    assert processor < 0.2
    assert peak > 0


def test_a_command_that_fails_is_not_measured():
    assert "exit 1" in measured("false").stderr

