"""Includes go down the layers only, and third-party headers stay where they are
wanted.

    layering_test.py [ROOT]
"""

import os
import re
import sys

# What the files of a module may include: modules, or single headers.
ALLOWED = {
    "base": [],
    "catalog": ["base"],
    "profile": ["base", "catalog"],
    "conditions": ["base", "catalog", "profile"],
    "scenario": ["base", "catalog", "profile", "conditions"],
    "logs": ["base", "catalog", "profile", "scenario"],
    "encode": ["base", "catalog", "logs"],
    "deliver": ["base"],
    "faults": ["base", "catalog", "profile", "conditions", "scenario", "logs",
               "encode", "run/job.h"],
    # Calls to records, in order, to bytes.
    "engine": ["base", "catalog", "profile", "conditions", "scenario", "logs",
               "encode", "deliver", "faults", "run/job.h"],
    "run": ["base", "catalog", "profile", "conditions", "scenario", "logs", "encode",
            "deliver", "faults", "engine"],
    # How fast parsers read what was written, and whether they get it right.
    "measure": ["base", "catalog", "profile", "conditions", "scenario", "logs", "encode",
                "deliver", "faults", "engine", "run"],
    # What became of the records, and of the calls behind them.
    "verify": ["base", "catalog", "profile", "conditions", "scenario", "logs", "encode",
               "deliver", "faults", "engine", "run"],
    # Records to a receiver, when they are due.
    "load": ["base", "catalog", "profile", "conditions", "scenario", "logs", "encode",
             "deliver", "faults", "engine", "run"],
    "cli": ["base", "catalog", "profile", "conditions", "scenario", "logs", "encode",
            "deliver", "faults", "engine", "run", "load", "measure", "verify"],
    # Of busyhour a parser sees one header, so that one can be written without
    # knowing more.
    "parsers": ["measure/parser.h"],
}
# Where a library's headers, or the system's own, may be included.
LIBRARIES = {
    "boost/": ["src/base/distribution.cc", "src/base/poisson.cc"],
    "nlohmann/": ["src/profile/json.cc", "src/run/manifest", "src/run/labels.cc",
                  "src/deliver/bulk_answer.cc", "src/deliver/http_reply.cc",
                  "src/load/report.cc", "src/measure/",
                  "src/cli/describe.cc", "src/cli/profiles.cc",
                  "src/verify/story.cc"],
    "simdjson.h": ["src/verify/field_reader.cc"],
    "lz4frame.h": ["src/verify/input.cc"],
    "glob.h": ["src/verify/input.cc"],
    "xxhash.h": ["src/base/fingerprint.cc"],
    "zlib.h": ["src/deliver/gzip.cc", "src/verify/input.cc"],
    "zstd.h": ["src/deliver/zstd.cc", "src/verify/input.cc"],
    "immintrin.h": ["src/encode/put.h"],
    "cxxopts.hpp": ["src/cli/"],
    "fmt/": ["src/cli/"],
    "curl/": ["src/deliver/curl.h"],
    "fcntl.h": ["src/deliver/", "src/run/dataset.cc",
                "src/base/whole_file.cc", "src/cli/load_outputs.cc",
                "src/measure/",
                "src/verify/input.cc"],
    "librdkafka/": ["src/deliver/kafka_sink.cc"],
    "prometheus/": ["src/load/metrics.cc"],
    "limits.h": ["src/deliver/"],
    "malloc.h": ["src/cli/load.cc"],
    "linux/": ["src/deliver/"],
    "malloc.h": ["src/cli/load.cc"],
    "netdb.h": ["src/deliver/"],
    "netinet/": ["src/deliver/"],
    "openssl/": ["src/deliver/storage_key.cc",
                 "src/deliver/client_certificate.cc", "src/deliver/curl.cc"],
    "poll.h": ["src/deliver/", "src/measure/"],
    "signal.h": ["src/cli/", "src/measure/"],
    "sys/": ["src/deliver/", "src/cli/", "src/measure/",
             "src/base/whole_file.cc", "src/verify/input.cc"],
    "time.h": ["src/measure/"],
    "unistd.h": ["src/deliver/", "src/load/target.cc",
                 "src/run/dataset.cc", "src/base/whole_file.cc", "src/cli/",
                 "src/measure/", "src/verify/input.cc"],
}
# Their results differ between libraries, places or moments.
UNWANTED = {"random": "draw with base/stream.h",
            "locale": "output depends on no locale",
            "ctime": "time comes in from outside",
            "iostream": "use base/status.h or cstdio"}
CLOCK = re.compile(r"\b(steady|system|high_resolution)_clock\b")
# A signature carries the time at which it is made, and the end of a socket's
# closing is a time.
MAY_READ_CLOCK = ("src/engine/", "src/run/", "src/load/load_run.cc",
                  "src/deliver/blob_sink.cc",
                  "src/deliver/wait.cc", "src/measure/",
                  "src/cli/")
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.MULTILINE)

failures = []


def check(holds, message):
    if not holds:
        failures.append(message)


def sources(root, *folders):
    """Paths of all headers and sources, from the root."""
    for folder in folders:
        for place, _, names in os.walk(os.path.join(root, folder)):
            for name in sorted(names):
                if name.endswith((".h", ".cc")):
                    yield os.path.relpath(os.path.join(place, name), root)


def place_of(header, root=""):
    """Where a header of ours is, from the root."""
    folder = "bench" if header.startswith("parsers/") else "src"
    return os.path.join(root, folder, header)


def check_own(path, header, root):
    """An include in quotes: of a module below, or a public header."""
    if header.startswith("busyhour/"):
        check(os.path.exists(os.path.join(root, "include", header)),
              f"{path}: there is no include/{header}")
        return
    check(os.path.exists(place_of(header, root)),
          f"{path}: there is no {place_of(header)}")
    if path.startswith("include/"):
        check(False, f"{path}: a public header includes {header}")
        return
    module, other = path.split("/")[1], header.split("/")[0]
    allowed = ALLOWED.get(module)
    check(allowed is not None, f"{path}: module {module} is not in the table")
    check(allowed is None or other == module or other in allowed
          or header in allowed,
          f"{path}: {module} may not include {header}")


def check_foreign(path, header):
    """An include in angle brackets: the standard library, or a library that
    this file may use."""
    if path.startswith("bench/parsers/"):
        return  # a parser's library is its own affair
    if header in UNWANTED:
        check(False, f"{path}: <{header}>: {UNWANTED[header]}")
    for library, places in LIBRARIES.items():
        if header == library or (library.endswith("/")
                                 and header.startswith(library)):
            check(path.startswith(tuple(places)),
                  f"{path}: <{header}> belongs in {', '.join(places)} only")
            return
    check(re.fullmatch(r"[a-z0-9_]+", header),
          f"{path}: <{header}> is neither standard nor in the table")


def check_cycles(includes):
    """No header includes itself by way of others."""
    done, under_way = set(), []

    def visit(path):
        if path in under_way:
            cycle = " -> ".join([*under_way[under_way.index(path):], path])
            check(False, f"includes go in a circle: {cycle}")
        elif path not in done:
            under_way.append(path)
            for other in includes.get(path, []):
                visit(other)
            under_way.pop()
            done.add(path)

    for path in includes:
        visit(path)


def check_build(root, paths):
    """Each source is named in CMakeLists.txt, once, and each named one is
    there."""
    with open(os.path.join(root, "CMakeLists.txt"), encoding="utf-8") as file:
        named = re.findall(r"^\s*(src/\S+\.cc)\b", file.read(), re.MULTILINE)
    for path in paths:
        if path.endswith(".cc") and path.startswith("src/"):
            check(named.count(path) == 1,
                  f"{path}: named {named.count(path)} times in CMakeLists.txt")
    for path in named:
        check(path in paths, f"CMakeLists.txt: there is no {path}")


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(here)
    paths = list(sources(root, "src", "include", "bench/parsers"))
    includes, number = {}, 0
    for path in paths:
        with open(os.path.join(root, path), encoding="utf-8") as file:
            text = file.read()
        if path.endswith(".h"):
            check("#pragma once" in text, f"{path}: has no #pragma once")
        check(path.startswith(MAY_READ_CLOCK) or not CLOCK.search(text),
              f"{path}: only {' and '.join(MAY_READ_CLOCK)} read the clock")
        for mark, header in INCLUDE.findall(text):
            number += 1
            if mark == '"':
                check_own(path, header, root)
                includes.setdefault(path, []).append(place_of(header))
            else:
                check_foreign(path, header)
    check_cycles(includes)
    check_build(root, paths)
    check(number > 100, f"only {number} includes were found")
    for failure in failures:
        print(f"FAILED  {failure}")
    print(f"{len(paths)} files, {number} includes, {len(failures)} failures")
    sys.exit(1 if failures else 0)


main()
