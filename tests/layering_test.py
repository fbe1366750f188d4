"""Checks that includes only go down the layers, and that third-party headers
are included only where the table allows it.
"""

import functools
import pathlib
import re
from collections.abc import Iterator

import pytest
from of_linux import OF_LINUX

ROOT = pathlib.Path(__file__).resolve().parents[1]

# The modules or headers that the files of each module may include.
ALLOWED = {
    "base": [],
    "text": ["base"],
    "catalog": ["base"],
    "profile": ["base", "text", "catalog"],
    "conditions": ["base", "catalog", "profile"],
    "scenario": ["base", "catalog", "profile", "conditions"],
    # Expressions that select calls.
    "filter": ["base", "text", "catalog", "profile", "conditions", "scenario"],
    "logs": ["base", "text", "catalog", "profile", "scenario"],
    "encode": ["base", "catalog", "logs"],
    "framing": ["base", "catalog", "logs", "encode"],
    # Records as typed columns, and columns as Parquet files.
    "columns": ["base", "logs", "encode"],
    "deliver": ["base", "text"],
    "parquet": ["logs", "encode", "columns", "deliver/compressor.h"],
    # Columns as Arrow's structures in memory.
    "arrow": ["logs", "encode", "columns"],
    # The definition of a job: its options, and their form in manifests.
    "job": ["base", "text", "catalog", "profile", "filter", "logs", "encode", "framing"],
    "faults": ["base", "catalog", "profile", "conditions", "scenario", "logs",
               "encode", "framing", "job"],
    # Converts calls to records, orders them and encodes them.
    "engine": ["base", "catalog", "profile", "conditions", "scenario", "filter", "logs",
               "encode", "framing", "columns", "deliver", "parquet", "faults", "job"],
    # The files of a job, and their manifest.
    "dataset": ["base", "text", "catalog", "profile", "conditions", "scenario", "filter", "logs",
                "encode", "framing", "deliver", "job", "faults", "engine", "columns", "parquet"],
    # Measures how fast parsers read the output, and checks their results.
    "measure": ["base", "text", "catalog", "profile", "conditions", "scenario", "filter", "logs", "encode",
                "framing", "deliver", "job", "faults", "engine", "dataset", "columns", "parquet"],
    # Answers questions about the records of a job.
    "truth": ["base", "catalog", "profile", "conditions", "scenario", "logs", "encode", "framing",
              "deliver", "job", "faults", "engine"],
    # Requirements on the result of a command.
    "check": ["base", "text"],
    # Reads records from logs in any spelling, from any source.
    "read": ["base", "text", "catalog", "logs"],
    # Compares received records with sent ones, and explains calls.
    "verify": ["base", "text", "catalog", "profile", "conditions", "scenario", "filter", "logs", "encode",
               "framing", "deliver", "job", "faults", "engine", "dataset", "check", "read", "columns", "parquet"],
    # The public headers, in terms of the engine.
    "interface": ["base", "catalog", "profile", "conditions", "scenario", "filter", "logs", "encode",
                  "framing", "deliver", "job", "faults", "engine", "dataset", "check", "read", "verify", "columns",
                  "parquet", "arrow", "twins"],
    # Compares alerts with the incidents of a run.
    "score": ["base", "text", "check", "read"],
    # The events of the calls that their application receives.
    "events": ["base", "text", "catalog", "profile", "conditions", "scenario", "logs", "encode",
               "framing", "job", "engine/call_source.h"],
    # Sends records to a receiver when they are due.
    "load": ["base", "check", "text", "catalog", "profile", "conditions", "scenario", "filter", "logs", "encode",
             "framing", "deliver", "job", "faults", "engine", "dataset", "events", "columns", "parquet"],
    # Pages that show data sets, load runs and verifications.
    "report": ["base", "check", "text", "catalog", "profile", "conditions", "scenario", "filter", "logs", "encode",
               "framing", "deliver", "job", "faults", "engine", "dataset", "events", "load", "columns", "parquet"],
    # The page, the control and the metrics of a run, over HTTP.
    "live": ["base", "check", "text", "catalog", "profile", "conditions", "scenario", "filter", "logs", "encode",
             "framing", "deliver", "job", "faults", "engine", "dataset", "events", "load", "report", "columns", "parquet"],
    # The platform metrics of the calls.
    "metrics": ["base", "text", "catalog", "profile", "conditions", "scenario", "logs", "encode",
                "framing", "job", "engine/call_source.h", "events"],
    # Compares the world of a job with the same world without its incidents.
    "twins": ["base", "catalog", "profile", "conditions", "scenario", "logs", "encode", "framing",
              "deliver", "job", "faults", "engine"],
    "cli": ["base", "check", "text", "catalog", "profile", "conditions", "scenario", "filter", "logs", "encode",
            "framing", "deliver", "job", "faults", "engine", "dataset", "load", "measure", "read",
            "verify", "score", "truth", "events", "metrics", "twins", "report", "live", "columns", "parquet"],
    # A parser may include only one header of busyhour, so that writing one
    # requires no other knowledge.
    "parsers": ["measure/parser.h"],
}
# The files that may include a header of a library or of the system.
LIBRARIES = {
    "boost/": ["src/base/distribution.cc", "src/base/poisson.cc", "src/interface/receiver.cc",
               "src/live/address.cc",
               "src/live/page_client.cc", "src/live/page_server.cc"],
    "nlohmann/": ["src/text/json_text.cc", "src/profile/changes.cc",
                  "src/job/", "src/dataset/", "src/interface/c_json.",
                  "src/interface/c_options.cc",
                  "src/deliver/bulk_answer.cc", "src/deliver/http_reply.cc",
                  "src/load/report_json.cc", "src/load/report_merge.",
                  "src/load/report_reader.", "src/check/", "src/measure/",
                  "src/events/", "src/metrics/", "src/report/",
                  "src/live/live_page.cc",
                  "src/twins/json_labels.cc", "src/twins/nab_export.cc",
                  "src/cli/control.cc", "src/cli/describe.cc",
                  "src/cli/filter_words.cc", "src/cli/find.cc",
                  "src/cli/profiles.cc",
                  "src/cli/merge.cc", "src/cli/score.cc", "src/cli/truth.cc",
                  "src/verify/files.cc", "src/verify/story_json.cc",
                  "src/verify/verdict_json.cc"],
    "gmock/": ["include/busyhour/testing.h"],
    "stddef.h": ["include/busyhour/c.h"],
    "simdjson.h": ["src/read/record_parser.cc"],
    "lz4.h": ["src/deliver/lz4.cc"],
    "lz4frame.h": ["src/read/inflater.cc"],
    "snappy-c.h": ["src/deliver/snappy.cc"],
    "glob.h": ["src/read/input_files.cc"],
    "xxhash.h": ["src/base/fingerprint.cc"],
    "libdeflate.h": ["src/deliver/gzip.cc"],
    "zlib.h": ["src/deliver/gzip.cc", "src/read/inflater.cc"],
    "zstd.h": ["src/deliver/zstd.cc", "src/read/inflater.cc"],
    "arm_neon.h": ["src/encode/put.h"],
    "emmintrin.h": ["src/base/copy_past_cache.h"],
    "immintrin.h": ["src/encode/put.h"],
    "cxxopts.hpp": ["src/cli/"],
    "fmt/": ["src/cli/", "src/verify/story_text.cc",
             "src/verify/verdict_text.cc"],
    "curl/": ["src/deliver/curl.h"],
    "fcntl.h": ["src/base/system", "src/deliver/", "src/dataset/dataset.cc",
                "src/base/whole_file.cc", "src/cli/text_output.cc",
                "src/measure/",
                "src/read/input_files.cc"],
    "librdkafka/": ["src/deliver/kafka_sink.cc"],
    "proton/": ["src/deliver/amqp_cbs.cc", "src/deliver/amqp_link.cc",
                "src/deliver/amqp_outcome.cc"],
    "limits.h": ["src/deliver/"],
    "linux/": ["src/base/system_linux.cc"],
    "malloc.h": ["src/base/system_linux.cc"],
    "netdb.h": ["src/deliver/"],
    "netinet/": ["src/base/system_linux.cc", "src/deliver/"],
    "nss.h": ["src/deliver/socket_address.cc"],
    "openssl/": ["src/deliver/storage_key.cc",
                 "src/deliver/sas_token.cc",
                 "src/deliver/client_certificate.cc", "src/deliver/curl.cc"],
    "poll.h": ["src/base/system.h", "src/deliver/", "src/measure/",
               "src/cli/load_keys.cc", "src/cli/program.cc"],
    "signal.h": ["src/base/signals_held.", "src/base/system_linux.cc",
                 "src/cli/", "src/measure/"],
    "sys/": ["src/base/system", "src/deliver/", "src/cli/", "src/measure/",
             "src/base/whole_file.cc", "src/read/input_files.cc"],
    "termios.h": ["src/cli/load_keys.cc"],
    "time.h": ["src/measure/", "src/base/system_portable.cc"],
    "unistd.h": ["src/base/system", "src/deliver/", "src/load/targets.cc",
                 "src/dataset/dataset.cc", "src/base/whole_file.cc", "src/cli/",
                 "src/measure/", "src/read/input_files.cc"],
}
# The results of these headers depend on the library, the locale or the time.
UNWANTED = {"random": "draw with base/stream.h",
            "locale": "output depends on no locale",
            "ctime": "time comes in from outside",
            "iostream": "use base/status.h or cstdio"}
CLOCK = re.compile(r"\b(steady|system|high_resolution)_clock\b")
# A signature contains the time at which it is made, and waiting for a socket to
# close has a deadline.
MAY_READ_CLOCK = ("src/engine/", "src/load/load_run.cc",
                  "src/deliver/blob_sink.cc", "src/deliver/sas_token.cc",
                  "src/deliver/wait.cc", "src/measure/",
                  "src/base/system_portable.cc",
                  "src/cli/")
# The file that may use what only Linux has.
LINUX_FILE = "src/base/system_linux.cc"
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.MULTILINE)


# Paths of all headers and sources, from the root, in order.
SOURCES = {str(path.relative_to(ROOT)): None
           for folder in ("src", "include", "bench/parsers")
           for path in sorted((ROOT / folder).rglob("*.*"))
           if path.suffix in (".h", ".cc")}


@functools.cache
def text_of(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def includes(path: str, mark: str) -> list[str]:
    """The headers that a file includes in quotes, or in angle brackets."""
    return [header for found, header in INCLUDE.findall(text_of(path))
            if found == mark]


def place_of(header: str) -> str:
    """The path of one of our headers, from the root."""
    if header.startswith("busyhour/"):
        return f"include/{header}"
    folder = "bench" if header.startswith("parsers/") else "src"
    return f"{folder}/{header}"


def own_includes_go_down() -> Iterator[str]:
    """Checks that files include only modules below, or public headers."""
    for path in SOURCES:
        for header in includes(path, '"'):
            if place_of(header) not in SOURCES:
                yield f"{path}: there is no {place_of(header)}"
            if header.startswith("busyhour/"):
                continue
            if path.startswith("include/"):
                yield f"{path}: a public header includes {header}"
                continue
            module, other = path.split("/")[1], header.split("/")[0]
            if module not in ALLOWED:
                yield f"{path}: module {module} is not in the table"
            elif not (other == module or other in ALLOWED[module]
                      or header in ALLOWED[module]):
                yield f"{path}: {module} may not include {header}"


def places_for(header: str) -> list[str] | None:
    """The places where a library's header is allowed; None for a standard
    header."""
    return next((places for library, places in LIBRARIES.items()
                 if header == library
                 or library.endswith("/") and header.startswith(library)),
                None)


def foreign_headers_stay_where_they_are_wanted() -> Iterator[str]:
    """Checks that files include only standard headers and allowed libraries."""
    for path in SOURCES:
        if path.startswith("bench/parsers/"):
            continue  # a parser may use any library
        for header in includes(path, "<"):
            if header in UNWANTED:
                yield f"{path}: <{header}>: {UNWANTED[header]}"
            places = places_for(header)
            if places is None:
                if not re.fullmatch(r"[a-z0-9_]+", header):
                    yield (f"{path}: <{header}> is neither standard nor in "
                           "the table")
            elif not path.startswith(tuple(places)):
                yield (f"{path}: <{header}> belongs in {', '.join(places)} "
                       "only")


def headers_are_read_once() -> Iterator[str]:
    for path in SOURCES:
        if path.endswith(".h") and "#pragma once" not in text_of(path):
            yield f"{path}: has no #pragma once"


def clock_is_read_where_it_may_be() -> Iterator[str]:
    for path in SOURCES:
        if not path.startswith(MAY_READ_CLOCK) and CLOCK.search(text_of(path)):
            yield f"{path}: only {' and '.join(MAY_READ_CLOCK)} read the clock"


def linux_names_in(text: str) -> list[str]:
    """What only Linux has, in a file's text: not in comments, and not what the
    file asks for by #ifdef."""
    code = re.sub(r"(?m)(?:^|\s)//.*$", "", text)
    asked = set(re.findall(r"(?m)^#\s*ifdef\s+(\w+)", code))
    return sorted({match.group() for match in OF_LINUX.finditer(code)} - asked)


def calls_of_linux_are_in_one_file() -> Iterator[str]:
    """Checks the program and its C++ tests. Fuzzers run on Linux only, as do
    benchmarks."""
    tests = [str(path.relative_to(ROOT))
             for folder in sorted((ROOT / "tests").iterdir())
             if folder.is_dir() and folder.name != "fuzz"
             for path in sorted(folder.rglob("*.*"))
             if path.suffix in (".h", ".cc")]
    for path in [*SOURCES, *tests]:
        names = linux_names_in(text_of(path))
        if path != LINUX_FILE and names:
            yield (f"{path}: only Linux has {', '.join(names)}; it belongs in "
                   f"{LINUX_FILE}")


def no_header_includes_itself() -> Iterator[str]:
    """Checks for cycles of includes."""
    done: set[str] = set()
    under_way: list[str] = []

    def visit(path: str) -> Iterator[str]:
        if path in under_way:
            yield " -> ".join([*under_way[under_way.index(path):], path])
        elif path not in done and path in SOURCES:
            under_way.append(path)
            for header in includes(path, '"'):
                yield from visit(place_of(header))
            under_way.pop()
            done.add(path)

    for path in SOURCES:
        yield from visit(path)


def types_have_names_of_their_own() -> Iterator[str]:
    """Two types of one name would share their functions (the one definition
    rule), which no compiler sees."""
    seen: dict[tuple[str, str], str] = {}
    for path in SOURCES:
        if not path.startswith("src/"):
            continue
        text = re.sub(r"^namespace \{$.*?^\}  // namespace$", "", text_of(path),
                      flags=re.MULTILINE | re.DOTALL)
        space = re.search(r"^namespace ([\w:]+) \{", text, re.MULTILINE)
        for name in re.findall(r"^(?:class|struct|enum class) (?:alignas\(\w+\) )?"
                               r"(\w+)(?: final)?(?: : [^;{]*)?\s*\{", text,
                               re.MULTILINE):
            first = seen.setdefault((space[1] if space else "", name), path)
            if first != path:
                yield f"{path}: {name} is also in {first}"


def sources_are_named_once_in_the_build() -> Iterator[str]:
    named = re.findall(r"^\s*(src/\S+\.cc)\b", text_of("CMakeLists.txt"),
                       re.MULTILINE)
    for path in SOURCES:
        if re.fullmatch(r"src/.*\.cc", path) and named.count(path) != 1:
            yield f"{path}: named {named.count(path)} times in CMakeLists.txt"
    for path in named:
        if path not in SOURCES:
            yield f"CMakeLists.txt: there is no {path}"


@pytest.mark.parametrize("rule", [
    own_includes_go_down, foreign_headers_stay_where_they_are_wanted,
    headers_are_read_once, calls_of_linux_are_in_one_file, clock_is_read_where_it_may_be,
    no_header_includes_itself, types_have_names_of_their_own, sources_are_named_once_in_the_build],
    ids=lambda rule: rule.__name__)
def test_rule(rule):
    problems = list(rule())
    assert not problems, "\n".join(problems)


def test_calls_of_linux_are_found():
    assert len(linux_names_in(text_of(LINUX_FILE))) > 20


def test_there_are_includes():
    assert sum(len(INCLUDE.findall(text_of(path))) for path in SOURCES) > 100
