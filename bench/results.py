"""The results of a run of all benchmarks: samples by row, their medians and
quartiles; printed as a table, as Markdown, or compared with another run.

A row has one sample per round of each of its figures:

    ns         nanoseconds per item: a record, an id, a copied record
    gbs        GB/s, 10^9 bytes
    of_l2      gbs, relative to memcpy in the L2 cache in the same round and
               the same program
    of_dram    gbs, relative to memcpy in memory
    cost       time per item, in bytes that memcpy copies in the L2 cache in
               that time; so it does not depend on the clock speed. Without
               items: the time relative to memcpy.
    processor  ns per item, sum of all processors and processes
    calls      calls per second
    peak       peak memory, bytes
"""

import re
import statistics

FORMAT = 1
MEMCPY = {"of_l2": "BM_Memcpy/L2", "of_dram": "BM_Memcpy/DRAM"}
# A row has changed if its quartile ranges of `cost` do not overlap, and its
# median has changed by more than NOISE and by more than nine in ten rows of
# third-party code. Changes of third-party code are due to the machine.
NOISE = 0.03
NOT_OURS = (r"(FmtText|FmtValue|RapidJson|BoostJson|Nlohmann|CopyRecords|"
            r"MemcpyByThreads)\b|^yardstick")


def quartiles(samples):
    if len(samples) == 1:
        return [samples[0]] * 3
    return statistics.quantiles(samples, n=4, method="inclusive")


def figures_of_benchmark(benchmark):
    """The figures of one entry of Google Benchmark's JSON."""
    figures = {}
    if "s/record" in benchmark:
        figures["ns"] = benchmark["s/record"] * 1e9
    elif "items_per_second" in benchmark:
        figures["ns"] = 1e9 / benchmark["items_per_second"]
    if "bytes_per_second" in benchmark:
        figures["gbs"] = benchmark["bytes_per_second"] / 1e9
    if "records/call" in benchmark:
        figures["calls"] = benchmark["items_per_second"]
    if not figures:
        unit = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}[benchmark["time_unit"]]
        figures["ns"] = benchmark["cpu_time"] * unit
    return figures


def short_name(name):
    """A benchmark's name without the parts that say how it is measured."""
    return re.sub(r"/(real_time|manual_time|iterations:\d+)", "", name)


def read_benchmarks(answer):
    """{name: figures} of the JSON output of a benchmark program.

    Raises ValueError when a benchmark reports that its output is wrong."""
    rows = {}
    for benchmark in answer["benchmarks"]:
        name = short_name(benchmark["name"])
        if benchmark.get("error_occurred"):
            raise ValueError(f"{name}: {benchmark['error_message']}")
        rows[name] = figures_of_benchmark(benchmark)
    return rows


def relate(rows, yardsticks):
    """Adds the figures relative to memcpy to one round's rows. `yardsticks` is
    also {name: figures}, and contains the rows of `MEMCPY`."""
    for name, figures in rows.items():
        for ratio, memcpy in MEMCPY.items():
            if memcpy in yardsticks and "gbs" in figures and name != memcpy:
                figures[ratio] = figures["gbs"] / yardsticks[memcpy]["gbs"]
        l2 = yardsticks.get(MEMCPY["of_l2"])
        if l2 is None or name in MEMCPY.values():
            continue
        if "ns" in figures:
            figures["cost"] = figures["ns"] * l2["gbs"]
        else:
            figures["cost"] = l2["gbs"] / figures["gbs"]
    return rows


class Results:
    """Samples of all rows, round by round."""

    def __init__(self, about):
        self.about = about
        self.rows = {}  # (program, name): {figure: [sample of each round]}

    def add(self, program, rows):
        """Adds one round's rows of one program, after `relate`."""
        for name, figures in rows.items():
            row = self.rows.setdefault((program, name), {})
            for figure, value in figures.items():
                row.setdefault(figure, []).append(value)

    def to_json(self):
        rows = []
        for (program, name), samples in self.rows.items():
            summary = {}
            for figure, values in samples.items():
                low, median, high = quartiles(values)
                summary[figure] = {"median": median, "quartiles": [low, high],
                                   "samples": values}
            rows.append({"program": program, "name": name, **summary})
        return {"format": FORMAT, **self.about, "rows": rows}


def check_format(results, path):
    if not isinstance(results, dict) or results.get("format") != FORMAT:
        raise ValueError(f"{path}: no results of this script")
    return results


# ----------------------------------------------------------------------- tables

def spread(figure):
    """The distance between the quartiles, as a share of the median."""
    low, high = figure["quartiles"]
    return (high - low) / figure["median"] if figure["median"] else 0.0


def number(value):
    """A number with three significant digits."""
    for limit, digits in ((10, 2), (100, 1)):
        if abs(value) < limit:
            return f"{value:.{digits}f}"
    return f"{value:,.0f}"


def median_of(row, figure, scale=1.0):
    return number(row[figure]["median"] * scale) if figure in row else ""


def percent(share):
    return f"{100 * share:.{1 if 0 < share < 0.1 else 0}f} %"


COLUMNS = ("", "ns", "spread", "GB/s", "of memcpy in L2", "in DRAM",
           "processor ns", "M calls/s", "peak MB")
PROGRAMS = {
    "roofline_bench": "Limits of this machine",
    "guid_bench": "Ids, ns per id",
    "simulate_bench": "Simulation and list of records, ns per record",
    "order_bench": "Ordering, ns per record",
    "encode_bench": "Encoding, ns per record",
    "arrow_bench": "Columns for Apache Arrow with simulation and order, ns per record",
    "pipe_bench": "The complete pipe without output, in one process, ns per record",
    "process": "Whole processes, ns per record",
}


def cells(row):
    main = next(figure for figure in ("cost", "ns", "gbs") if figure in row)
    return (row["name"].removeprefix("BM_"), median_of(row, "ns"),
            percent(spread(row[main])), median_of(row, "gbs"),
            percent(row["of_l2"]["median"]) if "of_l2" in row else "",
            percent(row["of_dram"]["median"]) if "of_dram" in row else "",
            median_of(row, "processor"), median_of(row, "calls", 1e-6),
            median_of(row, "peak", 1e-6))


def tables(results):
    """[(title, header, lines)], without empty columns."""
    found = []
    for program in PROGRAMS:
        rows = [row for row in results["rows"]
                if row["program"] == program
                and (program == "roofline_bench"
                     or row["name"] not in MEMCPY.values())]
        if not rows:
            continue
        lines = [cells(row) for row in rows]
        used = [i for i in range(len(COLUMNS))
                if i == 0 or any(line[i] for line in lines)]
        found.append((PROGRAMS[program], [COLUMNS[i] for i in used],
                      [[line[i] for i in used] for line in lines]))
    return found


def about_text(results):
    machine = results["machine"]
    return (f"{results['date']}, commit {results['commit']}"
            f"{' with changes' if results['changed'] else ''}; "
            f"{machine['cpu']}, {machine['cores']} cores, "
            f"{machine['caches']}, {machine['memory_gb']:.0f} GB, "
            f"{machine['system']}, Linux {machine['kernel']}"
            f"{', virtual' if machine['virtual'] else ''}; "
            f"{results['compiler']}, {results['build']}; "
            f"{results['rounds']} rounds, medians; spread: "
            f"interquartile range, relative to memcpy in the same round. "
            f"Load average at the start: {machine['load']:.1f}.")


def plain_table(header, lines):
    widths = [max(len(line[i]) for line in [header, *lines])
              for i in range(len(header))]
    out = []
    for line in [header, *lines]:
        first = line[0].ljust(widths[0])
        rest = [text.rjust(width) for text, width in
                zip(line[1:], widths[1:])]
        out.append("  ".join([first, *rest]).rstrip())
    return "\n".join(out)


def markdown_table(header, lines):
    out = ["| " + " | ".join(header) + " |",
           "| --- |" + " ---: |" * (len(header) - 1)]
    out += ["| " + " | ".join(line) + " |" for line in lines]
    return "\n".join(out)


def plain(results):
    parts = [about_text(results)]
    parts += [f"{title}\n{plain_table(header, lines)}"
              for title, header, lines in tables(results)]
    return "\n\n".join(parts)


def markdown(results):
    parts = [about_text(results)]
    parts += [f"### {title}\n\n{markdown_table(header, lines)}"
              for title, header, lines in tables(results)]
    return "\n\n".join(parts)


# ------------------------------------------------------------------- comparison

def moved(old, new):
    """The relative change of a row's cost."""
    return new["cost"]["median"] / old["cost"]["median"] - 1


def apart(old, new):
    before, after = old["cost"]["quartiles"], new["cost"]["quartiles"]
    return after[0] > before[1] or after[1] < before[0]


def noise_of(pairs):
    """How much the machine alone changes rows; `pairs` are [(row before, row
    after)]."""
    moves = sorted(abs(moved(old, new)) for old, new in pairs
                   if re.search(NOT_OURS, old["name"].removeprefix("BM_")))
    return max(NOISE, moves[len(moves) * 9 // 10]) if moves else NOISE


def compare(old, new):
    """The changes beyond noise, as text."""
    def by_name(results):
        return {(row["program"], row["name"]): row for row in results["rows"]
                if "cost" in row}
    before, after = by_name(old), by_name(new)
    both = [key for key in before if key in after]
    noise = noise_of([(before[key], after[key]) for key in both])
    changed = [(moved(before[key], after[key]), key) for key in both
               if apart(before[key], after[key])
               and abs(moved(before[key], after[key])) > noise]
    lines = []
    for share, key in sorted(changed):
        word = "slower" if share > 0 else "faster"
        lines.append([f"{key[0]}/{key[1].removeprefix('BM_')}",
                      f"{abs(share):.1%} {word}",
                      median_of(before[key], "ns"), median_of(after[key], "ns"),
                      percent(spread(before[key]["cost"])),
                      percent(spread(after[key]["cost"]))])
    out = [f"{old['commit']} ({old['date']}, {old['rounds']} rounds) -> "
           f"{new['commit']} ({new['date']}, {new['rounds']} rounds), times "
           "relative to memcpy in the same round"]
    if old["machine"]["cpu"] != new["machine"]["cpu"]:
        out.append(f"Different machines: {old['machine']['cpu']}, "
                   f"{new['machine']['cpu']}.")
    if noise > 2 * NOISE:
        out.append("Other code changed as well: measure again when the machine "
                   "is idle.")
    if min(old["rounds"], new["rounds"]) < 4:
        out.append("Few rounds: the quartiles are not reliable.")
    if lines:
        out.append(plain_table(["", "change", "ns before", "ns after",
                                "spread before", "spread after"], lines))
    out.append(f"{len(lines)} of {len(both)} rows changed beyond noise, which "
               f"is {percent(noise)} here.")
    for words, keys in (("gone", before.keys() - after.keys()),
                        ("new", after.keys() - before.keys())):
        if keys:
            out.append(f"{words}: " + ", ".join(
                sorted(f"{program}/{name}" for program, name in keys)))
    return "\n\n".join(out)
