"""Checks that each file includes the standard headers whose names it uses,
directly or through the header it implements. Run as a program, adds the missing
includes.
"""

import os
import re
from collections.abc import Iterator

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# The names that need an include, by header.
NAMES = {
    "algorithm": "sort stable_sort clamp copy copy_n equal fill find find_if "
                 "all_of any_of none_of lower_bound upper_bound equal_range "
                 "max_element min_element nth_element remove_if replace "
                 "reverse transform unique count_if binary_search",
    "array": "array",
    "atomic": "atomic memory_order_relaxed memory_order_acquire "
              "memory_order_release",
    "bit": "bit_cast bit_ceil countl_zero countr_zero popcount",
    "charconv": "from_chars to_chars",
    "chrono": "chrono",
    "cmath": "llround lround log1p nearbyint ceil floor isfinite",
    "cstddef": "size_t ptrdiff_t",
    "cstdint": "uint8_t uint16_t uint32_t uint64_t int32_t int64_t uintptr_t",
    "cstring": "memcpy memcmp memmove memset strlen strerror",
    "deque": "deque",
    "exception": "exception_ptr current_exception rethrow_exception",
    "filesystem": "filesystem",
    "fstream": "ifstream ofstream",
    "functional": "function",
    "limits": "numeric_limits",
    "map": "map",
    "memory": "unique_ptr make_unique shared_ptr make_shared",
    "mutex": "mutex lock_guard unique_lock scoped_lock",
    "numeric": "accumulate iota",
    "optional": "optional nullopt",
    "set": "set",
    "span": "span",
    "sstream": "ostringstream istringstream stringstream",
    "stdexcept": "runtime_error length_error logic_error invalid_argument",
    "string": "string to_string stoll stoi",
    "string_view": "string_view",
    "thread": "thread this_thread",
    "tuple": "tuple tie make_tuple",
    "utility": "move exchange pair swap forward",
    "variant": "variant visit holds_alternative get_if",
    "vector": "vector",
}
HEADER_OF = {name: header for header, names in NAMES.items()
             for name in names.split()}
FOLDERS = ("src", "include", "bench", "tests")
_NAME = re.compile(r"\bstd::(\w+)")
_INCLUDE = re.compile(r'^#include [<"]([^">]+)[">]', re.M)
_COMMENT = re.compile(r"//.*")
_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')


def included(text: str) -> set[str]:
    return set(_INCLUDE.findall(text))


def own_header(path: str, root: str, text: str) -> str:
    """The text of the header that a file implements or tests, if any."""
    first = _INCLUDE.search(text)
    stem = os.path.splitext(path)[0]
    for folder in ("src", "include/busyhour", "include"):
        header = f"{root}/{folder}/{first[1]}" if first else ""
        if (os.path.isfile(header)
                and os.path.basename(header) == os.path.basename(stem) + ".h"):
            with open(header, encoding="utf-8") as file:
                return file.read()
    return ""


def missing(path: str, root: str) -> list[str]:
    with open(path, encoding="utf-8") as file:
        text = file.read()
    code = _STRING.sub('""', _COMMENT.sub("", text))
    there = included(text)
    if path.endswith(".cc"):
        there |= included(own_header(path, root, text))
    return sorted({HEADER_OF[name] for name in _NAME.findall(code)
                   if name in HEADER_OF} - there)


def add(path: str, headers: list[str]) -> None:
    """Inserts the includes among the other standard includes; if there are
    none, before the first include that is not the file's own header."""
    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n")
    systems = [i for i, line in enumerate(lines)
               if re.match(r"#include <[a-z_]+>$", line)]
    new = [f"#include <{header}>" for header in headers]
    if systems:
        block = sorted(set(new + [lines[i] for i in systems]))
        for i in reversed(systems):
            del lines[i]
        lines[systems[0]:systems[0]] = block
    else:
        includes = [i for i, line in enumerate(lines)
                    if line.startswith("#include ")]
        pragma = [i for i, line in enumerate(lines) if line == "#pragma once"]
        if path.endswith(".cc") and includes:
            at = includes[0] + 1
            lines[at:at] = ["", *new]
        elif includes:
            lines[includes[0]:includes[0]] = [*new, ""]
        else:
            lines[pragma[0] + 1:pragma[0] + 1] = ["", *new]
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines))


def faults(root: str) -> Iterator[tuple[str, list[str]]]:
    """Each file with missing includes, and the missing headers."""
    for folder in FOLDERS:
        for here, _, names in sorted(os.walk(os.path.join(root, folder))):
            for name in sorted(names):
                path = os.path.join(here, name)
                if name.endswith((".h", ".cc")) and missing(path, root):
                    yield path, missing(path, root)


def test_files_include_what_they_use() -> None:
    assert [f"{os.path.relpath(path, ROOT)}: {' '.join(headers)}"
            for path, headers in faults(ROOT)] == []


if __name__ == "__main__":
    for file, headers in faults(ROOT):
        add(file, headers)
        print(f"{os.path.relpath(file, ROOT)}: added {' '.join(headers)}")
