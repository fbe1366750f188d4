"""Checks docs/architecture.md and the other pages against the source tree."""

import glob
import pathlib
import re

from layering_test import ALLOWED

ROOT = pathlib.Path(__file__).resolve().parent.parent
MAP = ROOT / "docs" / "architecture.md"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md",
         *sorted(ROOT.glob("docs/**/*.md"))]
PATH = re.compile(r"`((?:src|tests|bench|docs|include|scripts|profiles)/"
                  r"[\w./<>*-]*)`")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def section(heading: str) -> str:
    text = MAP.read_text(encoding="utf-8")
    return text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]


def rows(heading: str) -> list[list[str]]:
    """The cells of a section's table, without its header."""
    lines = re.findall(r"^\| (.*) \|$", section(heading), re.MULTILINE)
    return [line.split(" | ") for line in lines[2:]]


def includes_of(cell: str, above: list[str]) -> list[str]:
    """The folders in a cell, such as `base` or `text/json.h`. Also expands "all
    above" and "all above except `load`"."""
    names = re.findall(r"`([\w/.]+)`", cell)
    if not cell.startswith("all above"):
        return names
    return [name for name in above if name not in names]


def anchor(heading: str) -> str:
    """The anchor of a heading, as GitHub generates it."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def test_every_folder_of_src_is_in_the_map():
    named = [row[0].strip("`") for row in rows("Folders")]
    there = {f"src/{path.name}/" for path in (ROOT / "src").iterdir()}
    assert set(named) == there
    assert len(named) == len(there), "a folder is named twice"


def test_the_map_says_what_may_be_included():
    above: list[str] = []
    for name, _, cell in rows("Folders"):
        folder = name.strip("`").split("/")[1]
        says = includes_of(cell, above)
        may = ALLOWED.get(folder, [])
        assert sorted(says) == sorted(may), \
            f"{folder}: the map says {says}, layering_test.py {may}"
        for other in may:
            assert other in above or other.endswith(".h"), \
                f"{folder} includes {other}, which is not above it"
        above.append(folder)


def test_each_change_names_files():
    changes = rows("What a change touches")
    assert len(changes) >= 12
    for change, *cells in changes:
        assert PATH.search(" ".join(cells)), f"{change}: names no file"


def test_paths_of_all_pages_exist():
    for page in PAGES:
        for path in PATH.findall(page.read_text(encoding="utf-8")):
            pattern = re.sub(r"<[^>]*>", "*", path)
            assert glob.glob(str(ROOT / pattern)), \
                f"{page.name}: there is no {path}"


def test_links_of_all_pages_lead_somewhere():
    for page in PAGES:
        for link in LINK.findall(page.read_text(encoding="utf-8")):
            if re.match(r"https?:", link):
                continue
            path, _, mark = link.partition("#")
            target = page.parent / path if path else page
            assert target.exists(), f"{page.name}: {link}"
            if not mark:
                continue
            text = target.read_text(encoding="utf-8")
            marks = {anchor(heading) for heading in
                     re.findall(r"^#+ (.*)$", text, re.MULTILINE)}
            marks.update(re.findall(r'<a id="([^"]+)">', text))
            assert mark in marks, f"{page.name}: {link}"
