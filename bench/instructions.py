"""Counts instructions per record with valgrind's callgrind. The count does not
depend on the load of the machine.

    instructions.py check COMPILER PROGRAM ENCODE_BENCH
        compares with instructions.json; exit 77 if it cannot
    instructions.py update COMPILER PROGRAM ENCODE_BENCH
        writes instructions.json
    instructions.py stages PROGRAM [--markdown]
        prints the instructions by stage of the pipe
    instructions.py serial PROGRAM [--markdown]
        prints which stages only the owner of the threads runs

COMPILER is, for example, "GNU 12.2.0". The program is counted at two sizes, so
that start and end cancel out. The encoder is counted separately, with the
instructions of this processor and with those that every processor has.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile

import callgrind
import results

EXPECTED = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                        "instructions.json")
PROFILE = "contact-center"
SIZES = (50_000, 150_000)
ENCODED = "operational/resource-log"
ENCODED_RECORDS = 4096  # in one iteration of encode_bench
SKIPPED = 77
TOLERANCE = 0.03  # `update` writes it to instructions.json
# A decrease by more than this means that the expected figure is out of date.
STALE = 0.10
SERIAL_THREADS = 4
# Below this share of the owner's instructions, workers do not run the stage:
# they only wait in it.
LEAST_SHARE = 0.05


def count(command, *options):
    """The callgrind profile of a command."""
    with tempfile.TemporaryDirectory() as scratch:
        path = os.path.join(scratch, "callgrind.out")
        done = subprocess.run(
            ["valgrind", "--tool=callgrind", f"--callgrind-out-file={path}",
             *options, *command],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}\n{done.stdout[-2000:]}")
        with open(path, encoding="utf-8") as file:
            return callgrind.read(file)


def command_for(program, records, threads):
    return [program, "generate", "--profile", PROFILE, "--quiet", "--threads",
            str(threads), "--records", str(records), "--out", "/dev/null"]


def count_program(program, records):
    return count(command_for(program, records, 1))


def stages_by_thread(program, records, threads):
    """[{stage: instructions}] of the threads, that of the owner first."""
    with tempfile.TemporaryDirectory() as scratch:
        path = os.path.join(scratch, "out")
        subprocess.run(
            ["valgrind", "--tool=callgrind", f"--callgrind-out-file={path}",
             "--separate-threads=yes", "--fair-sched=yes",
             *command_for(program, records, threads)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        stages = []
        for thread in range(1, threads + 1):
            with open(f"{path}-{thread:02}", encoding="utf-8") as file:
                stages.append(callgrind.by_stage(callgrind.read(file)))
        return stages


def serial_table(program):
    """The header and the lines of the table of serial stages. What a worker
    never runs, only one thread at a time can run."""
    small, large = (stages_by_thread(program, size, SERIAL_THREADS)
                    for size in SIZES)
    records = SIZES[1] - SIZES[0]

    def a_record(stage, threads):
        return sum(large[i][stage] - small[i][stage] for i in threads) / records

    workers = range(1, SERIAL_THREADS)
    whole = sum(a_record(stage, range(SERIAL_THREADS)) for stage in large[0])
    lines = []
    serial = 0.0
    for stage in large[0]:
        owner, others = a_record(stage, [0]), a_record(stage, workers)
        is_serial = others < LEAST_SHARE * owner
        serial += owner if is_serial else 0.0
        lines.append([stage, f"{owner:,.1f}", f"{others:,.1f}",
                      results.percent(owner / whole) if is_serial else ""])
    lines.append(["all", "", "", results.percent(serial / whole)])
    return ["stage", "owner", "other threads", "serial share"], lines


def stages_a_record(program):
    """{stage: instructions per record}, of the additional records of the larger
    run, so that start and end cancel out."""
    small, large = (callgrind.by_stage(count_program(program, size))
                    for size in SIZES)
    return {stage: (large[stage] - small[stage]) / (SIZES[1] - SIZES[0])
            for stage in large}


def encoder_a_record(encode_bench, benchmark):
    profile = count([encode_bench, "--benchmark_min_time=1e-9",
                     f"--benchmark_filter=^{benchmark}/{ENCODED}$"],
                    "--toggle-collect=*::Desk::EncodeAll*")
    return profile.total / ENCODED_RECORDS


def has_avx2():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        return " avx2 " in file.read()


def measure(program, encode_bench):
    small, large = (count_program(program, size).total for size in SIZES)
    return {
        "pipe": (large - small) / (SIZES[1] - SIZES[0]),
        "encoder": encoder_a_record(encode_bench, "BM_Encode"),
        "encoder, plain": encoder_a_record(encode_bench, "BM_EncodePlain"),
    }


def compiler_series(compiler):
    """GNU 12 for GNU 12.2.0: minor versions generate almost the same code."""
    return compiler.partition(".")[0]


def verdict(name, got, expected, tolerance):
    """(whether the figure is as expected, a line to print)."""
    moved = got / expected - 1
    line = f"{name:<16}{got:8.1f} a record, {expected:8.1f} expected: " \
           f"{moved:+.1%}"
    if moved > tolerance:
        return False, f"FAILED  {line}"
    if moved < -STALE:
        return False, f"FAILED  {line}; fewer: update the figure, see " \
                      "docs/performance.md"
    return True, f"        {line}"


def cannot(compiler):
    """Why this machine cannot compare the figures; None if it can."""
    if shutil.which("valgrind") is None:
        return "valgrind is not installed"
    if not has_avx2():
        return "the figures are of a processor with AVX2"
    if compiler is not None:
        with open(EXPECTED, encoding="utf-8") as file:
            known = json.load(file)["compiler"]
        if compiler_series(compiler) != known:
            return f"the figures are of {known}, this is {compiler}"
    return None


def check(compiler, program, encode_bench):
    reason = cannot(compiler)
    if reason is not None:
        print(f"SKIPPED {reason}")
        return SKIPPED
    with open(EXPECTED, encoding="utf-8") as file:
        known = json.load(file)
    got = measure(program, encode_bench)
    held = True
    for name, figure in known["instructions"].items():
        holds, line = verdict(name, got[name], figure, known["tolerance"])
        held = held and holds
        print(line)
    return 0 if held else 1


def update(compiler, program, encode_bench):
    reason = cannot(None)
    if reason is not None:
        sys.exit(reason)
    got = {name: round(figure, 1)
           for name, figure in measure(program, encode_bench).items()}
    with open(EXPECTED, "w", encoding="utf-8") as file:
        json.dump({"compiler": compiler_series(compiler),
                   "tolerance": TOLERANCE, "instructions": got}, file, indent=2)
        file.write("\n")
    for name, figure in got.items():
        print(f"{name:<16}{figure:8.1f} a record")
    return 0


def stages_table(program):
    """The header and the lines of the table of stages."""
    stages = stages_a_record(program)
    whole = sum(stages.values())
    lines = [[stage, f"{figure:,.1f}", results.percent(figure / whole)]
             for stage, figure in stages.items()]
    lines.append(["all", f"{whole:,.1f}", "100 %"])
    return ["stage", "instructions per record", "share"], lines


def main(words):
    if words[0] == "check":
        return check(*words[1:])
    if words[0] == "update":
        return update(*words[1:])
    table = serial_table if words[0] == "serial" else stages_table
    header, lines = table(words[1])
    show = (results.markdown_table if "--markdown" in words
            else results.plain_table)
    print(show(header, lines))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
