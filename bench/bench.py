"""Runs all benchmarks in rounds and prints the results. Called by
scripts/bench.sh, which builds first and explains the options.
"""

import argparse
import datetime
import json
import os
import pathlib
import platform
import re
import subprocess
import sys
import tempfile

import instructions
import processes
import results

ROOT = pathlib.Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "results"
PAGE = ROOT / "docs" / "performance.md"
# Every round runs each program once, in this order. The memcpy figures of
# roofline_bench are the reference of the processes, so it runs right before
# them.
PROGRAMS = ("guid_bench", "simulate_bench", "order_bench", "encode_bench",
            "arrow_bench", "pipe_bench", "roofline_bench")
# Benchmarks that --quick leaves out.
TAKES_LONG = r"calls:1000000"


# ------------------------------------------------------------------ the machine

def first_match(pattern, text, default="unknown"):
    found = re.search(pattern, text, re.MULTILINE)
    return found[1].strip() if found else default


def read_text(path):
    try:
        return pathlib.Path(path).read_text(encoding="utf-8")
    except OSError:
        return ""


def caches():
    """Cache sizes, such as "L2 1024K, L3 32768K"."""
    words = []
    for index in (2, 3):
        place = f"/sys/devices/system/cpu/cpu0/cache/index{index}"
        size = read_text(f"{place}/size").strip()
        if size:
            words.append(f"L{read_text(f'{place}/level').strip()} {size}")
    return ", ".join(words) or "caches unknown"


def machine():
    cpuinfo = read_text("/proc/cpuinfo")
    memory_kb = int(first_match(r"^MemTotal:\s*(\d+)",
                                read_text("/proc/meminfo"), "0"))
    return {
        "cpu": first_match(r"^model name\s*:(.*)$", cpuinfo),
        "cores": os.cpu_count(),
        "caches": caches(),
        "memory_gb": memory_kb * 1024 / 1e9,
        "virtual": " hypervisor" in cpuinfo,
        "system": first_match(r'^PRETTY_NAME="(.*)"',
                              read_text("/etc/os-release")),
        "kernel": platform.release(),
        "load": os.getloadavg()[0],
    }


def output_of(*command):
    done = subprocess.run(command, cwd=ROOT, text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return done.stdout.strip() if done.returncode == 0 else ""


def cached(build, name):
    """The value of a variable in the CMake cache of a build."""
    return first_match(rf"^{name}:\w+=(.*)$",
                       read_text(build / "CMakeCache.txt"), "")


def compiler_says(build, option):
    return output_of(cached(build, "CMAKE_CXX_COMPILER") or "c++", option)


def about(build, rounds):
    kind = cached(build, "CMAKE_BUILD_TYPE")
    flags = (cached(build, "CMAKE_CXX_FLAGS"),
             cached(build, f"CMAKE_CXX_FLAGS_{kind.upper()}"))
    return {
        "date": datetime.date.today().isoformat(),
        "commit": output_of("git", "rev-parse", "--short", "HEAD") or "unknown",
        "changed": bool(output_of("git", "status", "--porcelain", "-uno")),
        "machine": machine(),
        "compiler": compiler_says(build, "--version").partition("\n")[0],
        "build": f"{kind} ({' '.join(filter(None, flags))})",
        "rounds": rounds,
    }


# ------------------------------------------------------------------- the rounds

def names_in(program):
    listed = subprocess.run([program, "--benchmark_list_tests"], check=True,
                            text=True, stdout=subprocess.PIPE).stdout
    return listed.split()


def chosen(program, pattern, quick):
    """The benchmarks of a program to run: those that match `pattern`, and the
    memcpy benchmarks they are compared with. Empty if none matches."""
    names = [name for name in names_in(program)
             if not (quick and re.search(TAKES_LONG, name))]
    wanted = [name for name in names
              if re.search(pattern, f"{program.name}/{name}")]
    if not wanted:
        return []
    return wanted + [name for name in names
                     if name in results.MEMCPY.values() and name not in wanted]


def run_program(program, names, min_time):
    """{name: figures} of one run."""
    escaped = "|".join(re.sub(r"([.+*?()\[\]{}^$|])", r"\\\1", name)
                       for name in names)
    with tempfile.NamedTemporaryFile("r", suffix=".json") as answer:
        subprocess.run([program, f"--benchmark_filter=^({escaped})$",
                        f"--benchmark_min_time={min_time}",
                        f"--benchmark_out={answer.name}",
                        "--benchmark_out_format=json"], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return results.read_benchmarks(json.load(answer))


def run(options):
    found = results.Results(about(options.build, options.rounds))
    min_time = 0.02 if options.quick else 0.2
    programs = {}
    for name in PROGRAMS:
        program = options.build / "bench" / name
        names = chosen(program, options.filter, options.quick)
        if names:
            programs[program] = names
    cases = [case for case in processes.CASES
             if re.search(options.filter, f"process/{case.name}")
             and not (options.quick and case.takes_long)
             and (options.long or not case.only_long)]
    roofline = options.build / "bench" / "roofline_bench"
    if cases and roofline not in programs:
        programs[roofline] = list(results.MEMCPY.values())
    if not programs:
        sys.exit(f"no benchmark matches {options.filter}")
    with tempfile.TemporaryDirectory(prefix="bench-", dir=options.build) as at:
        whole = processes.Processes(str(options.build / "busyhour"), at,
                                    ROOT / "build/tools")
        for case in cases:
            if not whole.can_run(case):
                print(f"left out: {case.name}, for {case.needs} is missing",
                      file=sys.stderr)
        cases = [case for case in cases if whole.can_run(case)]
        if cases:
            whole.check(cases)
            whole.prepare()
        for number in range(options.rounds):
            print(f"round {number + 1} of {options.rounds}", end="",
                  file=sys.stderr)
            rows = {}
            for program, names in programs.items():
                print(f" {program.name.removesuffix('_bench')}", end="",
                      file=sys.stderr, flush=True)
                rows = run_program(program, names, min_time)
                found.add(program.name, results.relate(rows, rows))
            if cases:  # `rows` are those of roofline_bench
                print(" processes", end="", file=sys.stderr, flush=True)
                measured = {case.name: whole.measure(case) for case in cases}
                found.add("process", results.relate(measured, rows))
            print(file=sys.stderr)
    return found.to_json()


# ---------------------------------------------------------------------- results

def slug(cpu):
    return re.sub(r"[^a-z0-9]+", "-", re.sub(r"\((R|TM)\)|@.*", "", cpu).lower()
                  ).strip("-")


def free_path(answer):
    """The path for new results: a name that is not in use yet."""
    stem = f"{answer['date']}-{slug(answer['machine']['cpu'])}"
    path, number = RESULTS / f"{stem}.json", 2
    while path.exists():
        path, number = RESULTS / f"{stem}-{number}.json", number + 1
    return path


def write(answer, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(answer, indent=1)
    # The samples of a row on one line.
    text = re.sub(r"\[\s+([^][{}]*?)\s+\]",
                  lambda found: "[" + re.sub(r"\s+", " ", found[1]) + "]", text)
    path.write_text(text + "\n", encoding="utf-8")


def read(path):
    with open(path, encoding="utf-8") as file:
        return results.check_format(json.load(file), path)


def newest(but=None):
    """The most recent results."""
    paths = [path for path in RESULTS.glob("*.json")
             if but is None or path.resolve() != pathlib.Path(but).resolve()]
    if not paths:
        sys.exit(f"no {'other ' if but else ''}results in {RESULTS}")
    # Use the date in the name first: a checkout resets modification times.
    return max(paths, key=lambda path: (path.name[:10], path.stat().st_mtime))


def put_between(text, name, part):
    """Replaces the part of `text` between the marks of `name`."""
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    before, found, rest = text.partition(begin)
    _, found_end, after = rest.partition(end)
    if not found or not found_end:
        raise ValueError(f"{PAGE}: {begin} ... {end} is missing")
    return f"{before}{begin}\n\n{part}\n\n{end}{after}"


def check_state(answer):
    """Raises ValueError unless the results are those of the current commit, and
    neither it nor the results have uncommitted changes."""
    commit = output_of("git", "rev-parse", "--short", "HEAD")
    if answer["changed"]:
        raise ValueError(f"the results are of {answer['commit']} with changes; "
                         "measure a commit")
    if output_of("git", "status", "--porcelain", "-uno", "src", "include",
                 "bench", "CMakeLists.txt", "CMakePresets.json"):
        raise ValueError("the source has uncommitted changes")
    if output_of("git", "diff", "--name-only", answer["commit"], "HEAD", "--",
                 "src", "include", "CMakeLists.txt", "CMakePresets.json"):
        raise ValueError(f"the results are of {answer['commit']}, whose source "
                         f"is not that of {commit}; measure again")


def update_page(answer, build):
    check_state(answer)
    text = PAGE.read_text(encoding="utf-8")
    text = put_between(text, "results", results.markdown(answer))
    header, lines = instructions.stages_table(str(build / "busyhour"))
    text = put_between(text, "stages", results.markdown_table(header, lines))
    PAGE.write_text(text, encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}")


def main():
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--build", type=pathlib.Path, default=None)
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--filter", default="")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("--compare", nargs="+", metavar="RESULTS")
    parser.add_argument("--show", nargs="?", const="", metavar="RESULTS")
    parser.add_argument("--page", nargs="?", const="", metavar="RESULTS")
    parser.add_argument("--stages", action="store_true")
    parser.add_argument("--instructions", action="store_true")
    parser.add_argument("--markdown", action="store_true")
    options = parser.parse_args()
    if options.build is not None:
        options.build = options.build.resolve()
    options.rounds = options.rounds or (3 if options.quick else 5)
    show = results.markdown if options.markdown else results.plain

    if options.compare:
        old = options.compare[0]
        new = options.compare[1] if len(options.compare) > 1 else newest(old)
        print(results.compare(read(old), read(new)))
    elif options.show is not None:
        print(show(read(options.show or newest())))
    elif options.page is not None:
        update_page(read(options.page or newest()), options.build)
    elif options.stages:
        show = (results.markdown_table if options.markdown
                else results.plain_table)
        print(show(*instructions.stages_table(str(options.build / "busyhour"))))
    elif options.instructions:
        version = compiler_says(options.build, "-dumpfullversion")
        instructions.update(f"GNU {version}", str(options.build / "busyhour"),
                            str(options.build / "bench" / "encode_bench"))
    else:
        answer = run(options)
        print(show(answer))
        path = options.out or free_path(answer)
        write(answer, path)
        print(f"\nwrote {path}", file=sys.stderr)


if __name__ == "__main__":
    try:
        main()
    except (ValueError, OSError, RuntimeError,
            subprocess.CalledProcessError) as error:
        sys.exit(f"bench: {error}")
