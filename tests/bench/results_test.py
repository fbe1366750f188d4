"""What is made of benchmarks' answers: figures, tables, comparisons."""

import copy
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

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


def canned():
    with open(HERE / "benchmark.json", encoding="utf-8") as file:
        return json.load(file)


def run_of(ns_samples, memcpy_gbs=50.0, others_ns=None):
    """Results with one row, whose ns are given round by round; with
    `others_ns` also one of a library's."""
    found = results.Results({**ABOUT, "rounds": len(ns_samples)})
    for ns in ns_samples:
        rows = {"BM_Memcpy/L2": {"gbs": memcpy_gbs},
                "BM_Encode/x": {"ns": ns, "gbs": 700 / ns}}
        if others_ns is not None:
            rows["BM_RapidJson/x"] = {"ns": others_ns, "gbs": 700 / others_ns}
        found.add("encode_bench", results.relate(rows, rows))
    return found.to_json()


class FiguresTest(unittest.TestCase):
    def setUp(self):
        self.rows = results.read_benchmarks(canned())
        results.relate(self.rows, self.rows)

    def test_time_a_record_comes_from_its_counter(self):
        self.assertAlmostEqual(self.rows["BM_Encode/usage/table"]["ns"], 60)
        self.assertAlmostEqual(self.rows["BM_Simulate/voice-bot"]["ns"], 50)
        self.assertAlmostEqual(self.rows["BM_Simulate/voice-bot"]["calls"], 2e6)

    def test_time_an_item_comes_from_the_rate_of_items(self):
        self.assertAlmostEqual(self.rows["BM_Encrypt"]["ns"], 10)

    def test_time_without_items_is_that_of_one_turn(self):
        self.assertAlmostEqual(self.rows["BM_RenderImage"]["ns"], 80)

    def test_ratios_are_those_to_memcpy_of_the_same_answer(self):
        row = self.rows["BM_Encode/usage/table"]
        self.assertAlmostEqual(row["of_l2"], 0.25)
        self.assertAlmostEqual(row["of_dram"], 1.25)

    def test_cost_is_the_bytes_that_memcpy_copies_meanwhile(self):
        # 60 ns at 50 bytes a nanosecond.
        self.assertAlmostEqual(self.rows["BM_Encode/usage/table"]["cost"], 3000)

    def test_how_it_was_measured_is_no_part_of_the_name(self):
        self.assertIn("BM_Pipe/quickstart/threads:2", self.rows)

    def test_a_benchmark_that_found_wrong_bytes_ends_it(self):
        answer = canned()
        answer["benchmarks"][0].update(error_occurred=True,
                                       error_message="wrote a, not b")
        with self.assertRaisesRegex(ValueError, "usage/table: wrote a, not b"):
            results.read_benchmarks(answer)


class SummaryTest(unittest.TestCase):
    def test_keeps_samples_and_tells_median_and_quartiles(self):
        row = run_of([50, 10, 30, 20, 40])["rows"][1]
        self.assertEqual(row["ns"], {"median": 30, "quartiles": [20, 40],
                                     "samples": [50, 10, 30, 20, 40]})

    def test_table_shows_medians_and_ratios(self):
        text = results.plain(run_of([70, 70, 70]))
        self.assertIn("3 rounds", text)
        line = next(line for line in text.split("\n") if "Encode/x" in line)
        self.assertEqual(line.split(), ["Encode/x", "70.0", "0", "%", "10.0",
                                        "20", "%"])

    def test_markdown_has_as_many_cells_in_each_line(self):
        lines = [line for line in results.markdown(run_of([70])).split("\n")
                 if line.startswith("|")]
        self.assertEqual(len(lines), 3)
        self.assertEqual(len({line.count("|") for line in lines}), 1)

    def test_results_survive_being_written(self):
        answer = run_of([1.5, 2.5, 3.5])
        with tempfile.TemporaryDirectory() as place:
            path = pathlib.Path(place) / "results" / "a.json"
            bench.write(answer, path)
            self.assertEqual(bench.read(path), answer)

    def test_processor_becomes_part_of_a_file_name(self):
        self.assertEqual(bench.slug("Intel(R) Xeon(R) Gold 6130 CPU @ 2.10GHz"),
                         "intel-xeon-gold-6130-cpu")

    def test_page_is_replaced_between_its_marks_only(self):
        text = "a\n<!-- x -->\nold\n<!-- end of x -->\nb\n"
        self.assertEqual(bench.put_between(text, "x", "new"),
                         "a\n<!-- x -->\n\nnew\n\n<!-- end of x -->\nb\n")
        with self.assertRaises(ValueError):
            bench.put_between(text, "y", "new")


class CompareTest(unittest.TestCase):
    def test_a_move_beyond_the_quartiles_is_a_change(self):
        text = results.compare(run_of([100, 101, 102, 103, 104]),
                               run_of([80, 81, 82, 83, 84]))
        self.assertIn("19.6% faster", text)
        self.assertIn("1 of 1 rows changed", text)

    def test_overlapping_quartiles_are_noise(self):
        text = results.compare(run_of([80, 90, 100, 110, 120]),
                               run_of([90, 100, 110, 120, 130]))
        self.assertIn("0 of 1 rows changed", text)

    def test_a_small_move_is_noise_however_sharp(self):
        text = results.compare(run_of([100.0] * 5), run_of([102.0] * 5))
        self.assertIn("0 of 1 rows changed", text)

    def test_a_slower_clock_changes_nothing(self):
        # Everything takes a third longer, memcpy too.
        text = results.compare(run_of([90.0] * 5, memcpy_gbs=60.0),
                               run_of([120.0] * 5, memcpy_gbs=45.0))
        self.assertIn("0 of 1 rows changed", text)

    def test_what_moves_no_more_than_other_peoples_code_is_noise(self):
        old = run_of([100.0] * 5, others_ns=1000.0)
        moved = run_of([120.0] * 5, others_ns=1250.0)
        self.assertIn("0 of 2 rows changed", results.compare(old, moved))
        quiet = run_of([120.0] * 5, others_ns=1010.0)
        self.assertIn("1 of 2 rows changed", results.compare(old, quiet))

    def test_rows_of_one_run_only_are_named(self):
        old, new = run_of([100.0] * 5), run_of([100.0] * 5)
        extra = copy.deepcopy(new["rows"][1])
        extra["name"] = "BM_Encode/y"
        new["rows"].append(extra)
        self.assertIn("new: encode_bench/BM_Encode/y",
                      results.compare(old, new))


class CallgrindTest(unittest.TestCase):
    def setUp(self):
        with open(HERE / "callgrind.out", encoding="utf-8") as file:
            self.stages = callgrind.by_stage(callgrind.read(file))

    def test_stages_add_up_to_the_whole(self):
        self.assertAlmostEqual(sum(self.stages.values()), 1000)
        self.assertAlmostEqual(self.stages[callgrind.REST], 100)

    def test_a_function_without_a_stage_counts_for_its_callers(self):
        self.assertAlmostEqual(self.stages["encode"], 10 + 440 + 150)
        self.assertAlmostEqual(self.stages["order"], 200 + 50)
        self.assertAlmostEqual(self.stages["pipe"], 50)

    def test_a_stage_is_not_found_in_the_types_of_arguments(self):
        self.assertEqual(self.stages["call images"], 0)


class InstructionsTest(unittest.TestCase):
    def test_more_than_the_tolerance_fails(self):
        self.assertTrue(instructions.verdict("pipe", 1029, 1000, 0.03)[0])
        self.assertFalse(instructions.verdict("pipe", 1031, 1000, 0.03)[0])

    def test_a_figure_that_says_too_little_fails(self):
        self.assertTrue(instructions.verdict("pipe", 901, 1000, 0.03)[0])
        holds, line = instructions.verdict("pipe", 899, 1000, 0.03)
        self.assertFalse(holds)
        self.assertIn("update the figure", line)

    def test_minor_versions_of_a_compiler_are_the_same(self):
        self.assertEqual(instructions.compiler_series("GNU 12.2.0"), "GNU 12")


class ProcessesTest(unittest.TestCase):
    def test_cases_have_names_of_their_own(self):
        names = [case.name for case in processes.CASES]
        self.assertEqual(len(names), len(set(names)))

    def test_a_case_is_a_command(self):
        case = processes.Case("x", "--out {new} --frame csv", records=7,
                              threads=2)
        words = processes.Processes("/bin/busyhour", "/s").command(case)
        self.assertEqual(" ".join(words),
                         "/bin/busyhour generate --profile contact-center "
                         "--quiet --records 7 --threads 2 --out /s/new.jsonl "
                         "--frame csv")

    def measured(self, *words):
        return subprocess.run(
            [sys.executable, "-I", "-S",
             str(pathlib.Path(processes.__file__).with_name("measure.py")),
             *words], text=True, check=False, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE)

    def test_a_pipe_is_measured_to_its_readers_end(self):
        done = self.measured("printf", "a", "--into", "sh", "-c",
                             "sleep 0.2; cat")
        seconds, processor, peak = map(float, done.stdout.split())
        self.assertGreaterEqual(seconds, 0.2)
        self.assertLess(processor, 0.2)
        self.assertGreater(peak, 0)

    def test_a_command_that_fails_is_not_measured(self):
        self.assertIn("exit 1", self.measured("false").stderr)


if __name__ == "__main__":
    unittest.main()
