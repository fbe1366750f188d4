"""Writes the examples of the public headers, and of pages about them, as tests.

    header_examples.py OUTPUT HEADER|PAGE ...

An example is a block of a comment, indented by three spaces, or a block of C++
in a page. What it prints must be what its comments say: those at the ends of
lines that print, or on the line below.
"""

import pathlib
import re
import sys

CODE = re.compile(r"^\s*///?(?:   (?P<code>.*))?$")
COMMENT = re.compile(r"^(?P<code>.*?)(?:^|\s)//\s(?P<says>.*)$")
HEAD = """// Made by tests/interface/header_examples.py; do not edit.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <iostream>
#include <sstream>
#include <string>

#include "busyhour/busyhour.h"
#include "busyhour/testing.h"

namespace {

// What is printed while it exists, in an empty directory.
class Printed {
 public:
  explicit Printed(const std::string& name)
      : before_(std::cout.rdbuf(text_.rdbuf())),
        home_(std::filesystem::current_path()),
        directory_(std::filesystem::path(::testing::TempDir()) /
                   ("busyhour-" + name)) {
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directory(directory_);
    std::filesystem::current_path(directory_);
  }
  ~Printed() {
    std::cout.rdbuf(before_);
    std::filesystem::current_path(home_);
    std::filesystem::remove_all(directory_);
  }
  // Without a space at the end, which a comment cannot show.
  std::string text() const {
    std::string text = text_.str();
    if (text.ends_with(' ')) text.pop_back();
    return text;
  }

 private:
  std::ostringstream text_;
  std::streambuf* before_;
  std::filesystem::path home_;
  std::filesystem::path directory_;
};

"""


def blocks_of_page(text: str) -> list[tuple[int, list[str]]]:
    """The examples of a page in Markdown."""
    found = []
    for match in re.finditer(r"^```cpp\n(.*?)^```", text, re.M | re.S):
        number = text.count("\n", 0, match.start()) + 2
        found.append((number, match[1].split("\n")))
    return found


def blocks(text: str) -> list[tuple[int, list[str]]]:
    """The examples, each with the number of its first line."""
    found: list[tuple[int, list[str]]] = []
    last = 0
    for number, line in enumerate(text.split("\n"), 1):
        match = CODE.match(line)
        if match is None or not match["code"]:
            continue
        if number != last + 1:
            found.append((number, []))
        found[-1][1].append(match["code"])
        last = number
    return found


def test_of(header: str, number: int, lines: list[str]) -> str:
    # A complete test is an example of its own.
    if any(line.startswith("TEST(") for line in lines):
        of_header = header.endswith(".h")
        return "" if of_header else "\n".join(lines)
    code = []
    says = ""
    prints = any("std::cout" in line for line in lines)
    for line in lines:
        match = COMMENT.match(line)
        if match is not None:
            says += match["says"] if prints else ""
            line = match["code"]
        code.append(line)
    name = re.sub(r"\W", "_", header)
    body = "\n".join("  " + line for line in code if line.strip())
    return (f"// {header}:{number}\nTEST(HeaderExamples, {name}_{number}) {{\n"
            f"  const Printed printed(\"{name}_{number}\");\n  {{\n{body}\n  }}\n"
            f"  EXPECT_EQ(printed.text(), R\"says({says.strip()})says\");\n}}\n")


def main() -> None:
    output, headers = sys.argv[1], sys.argv[2:]
    tests = []
    for header in headers:
        text = pathlib.Path(header).read_text("utf-8")
        find = blocks_of_page if header.endswith(".md") else blocks
        tests += [test_of(pathlib.Path(header).name, number, lines)
                  for number, lines in find(text)]
    pathlib.Path(output).write_text(
        HEAD + "\n".join(filter(None, tests)) + "\n}  // namespace\n", "utf-8")


if __name__ == "__main__":
    main()
