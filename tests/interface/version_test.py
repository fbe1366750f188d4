"""Compares the public headers with interface.txt, and names what has changed:
what a release had must stay, or the version must say so.

    pytest version_test.py                     compares
    pytest version_test.py --update-interface  writes interface.txt: after each
                                               change until a version is
                                               released, and for a release
"""

import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
HEADERS = ROOT / "include/busyhour"
RELEASED = pathlib.Path(__file__).with_name("interface.txt")
ACCESS = re.compile(r"\b(public|private|protected):")


def without_bodies(text: str) -> str:
    """The text without the bodies of functions and lists of initializers."""
    out, at = "", 0
    for begin in re.finditer(r"(\)|const|noexcept)\s*(:\s[^;{}]*)?\{", text):
        if begin.start() < at:
            continue
        end, depth = begin.end(), 1
        while depth > 0:
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        out += text[at:begin.start()] + begin[1] + ";"
        at = end
    return out + text[at:]


def declarations(text: str) -> set[str]:
    """The public declarations of a header, each with its place."""
    text = re.sub(r"//.*", "", text)
    text = re.sub(r"^#.*", "", text, flags=re.M)
    text = text.replace("= {}", "= DEFAULT")
    text = without_bodies(text)
    found: set[str] = set()
    # The names of what encloses, and whether they are public.
    places: list[tuple[str, bool]] = []
    for part in re.findall(r"[^;{}]*[;{}]", text):
        part = " ".join(part.split())
        end = part[-1]
        for access in ACCESS.findall(part):
            if places:
                places[-1] = (places[-1][0], access == "public")
        part = ACCESS.sub("", part[:-1]).strip()
        if end == "}":
            name, is_public = places.pop()
            if name.startswith("enum") and is_public and part:
                found |= {f"{name} {value.strip()}"
                          for value in part.split(",") if value.strip()}
            continue
        is_public = all(public for _, public in places)
        inside = " ".join(name for name, _ in places
                          if not name.startswith("namespace"))
        if end == "{":
            kind = part.split()[0] if part else ""
            places.append((part, kind != "class"))
        if part and is_public and not part.startswith("namespace"):
            found.add(f"{inside}: {part}" if inside else part)
    return found


def interface() -> set[str]:
    return {f"{path.name}: {declaration}"
            for path in sorted(HEADERS.glob("*.h"))
            for declaration in declarations(path.read_text("utf-8"))
            if "kVersion" not in declaration}


def version() -> tuple[int, ...]:
    text = (HEADERS / "version.h").read_text("utf-8")
    found = re.search(r'kVersion = "(\d+)\.(\d+)\.(\d+)"', text)
    assert found is not None
    return tuple(map(int, found.groups()))


def is_unreleased() -> bool:
    """Whether the changelog calls the version unreleased."""
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    return f"## {'.'.join(map(str, version()))} (unreleased)" in text


def parse(text: str) -> tuple[tuple[int, ...], set[str]]:
    first, *rest = text.rstrip("\n").split("\n")
    return tuple(map(int, first.split("."))), set(rest)


def needed(old: tuple[int, ...], removed: set[str],
           added: set[str]) -> tuple[int, ...]:
    """The least version of an interface with these changes: before 1.0, a minor
    version may remove and a patch may add."""
    major, minor, patch = old
    if removed:
        return (0, minor + 1, 0) if major == 0 else (major + 1, 0, 0)
    if added and major > 0:
        return (major, minor + 1, 0)
    return (major, minor, patch + 1) if added else old


def complaint(old: tuple[int, ...], removed: set[str], added: set[str],
              now: tuple[int, ...]) -> str:
    """What is wrong with the version; empty if nothing is."""
    least = needed(old, removed, added)
    if now >= least:
        return ""
    lines = [f"the version is {'.'.join(map(str, now))}, but since "
             f"{'.'.join(map(str, old))} the interface has changed: it must be "
             f"{'.'.join(map(str, least))} at least"]
    lines += [f"  removed: {each}" for each in sorted(removed)]
    lines += [f"  added: {each}" for each in sorted(added)]
    return "\n".join(lines)


def test_the_version_says_what_has_changed(pytestconfig: pytest.Config) -> None:
    now = interface()
    if pytestconfig.getoption("--update-interface"):
        RELEASED.write_text("\n".join([".".join(map(str, version())),
                                       *sorted(now)]) + "\n", "utf-8")
        return
    old, released = parse(RELEASED.read_text("utf-8"))
    if old == version() and is_unreleased():
        assert now == released, ("the interface has changed; see what "
                                 "--update-interface writes")
        return
    wrong = complaint(old, released - now, now - released, version())
    assert not wrong, wrong


HEADER = """
namespace busyhour {
/// A comment; with a semicolon.
class Job {
 public:
  explicit Job(int options = 1) : options_(options) { Run(); }
  void Write(const Options& options = {});
  int seed() const noexcept { return options_; }
 private:
  int options_;
};
struct Options {
  int threads = 1;
};
enum class Log : int { kOne, kTwo };
std::string Text(const Job& job);
}
"""


def test_declarations_are_found() -> None:
    assert declarations(HEADER) == {
        "class Job", "class Job: explicit Job(int options = 1)",
        "class Job: int seed() const noexcept", "struct Options",
        "class Job: void Write(const Options& options = DEFAULT)",
        "struct Options: int threads = 1", "enum class Log : int",
        "enum class Log : int kOne", "enum class Log : int kTwo",
        "std::string Text(const Job& job)"}


@pytest.mark.parametrize("old, removed, added, now, is_wrong", [
    ((0, 1, 0), set(), set(), (0, 1, 0), False),
    ((0, 1, 0), set(), {"a"}, (0, 1, 0), True),
    ((0, 1, 0), set(), {"a"}, (0, 1, 1), False),
    ((0, 1, 0), {"a"}, {"b"}, (0, 1, 1), True),
    ((0, 1, 0), {"a"}, set(), (0, 2, 0), False),
    ((1, 0, 0), set(), {"a"}, (1, 0, 1), True),
    ((1, 0, 0), set(), {"a"}, (1, 1, 0), False),
    ((1, 2, 3), {"a"}, set(), (1, 3, 0), True),
    ((1, 2, 3), {"a"}, set(), (2, 0, 0), False),
])
def test_a_change_needs_a_version(old, removed, added, now, is_wrong) -> None:
    wrong = complaint(old, removed, added, now)
    assert bool(wrong) == is_wrong
    assert not is_wrong or all(name in wrong for name in removed | added)
