"""The code blocks of docs/recipes.md."""

import re
from typing import NamedTuple

from program import page


class Block(NamedTuple):
    language: str  # empty for output
    text: str


def blocks(text: str) -> list[Block]:
    return [Block(*found) for found in
            re.findall(r"^```(\w*)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)]


def recipes(part: str) -> dict[str, list[Block]]:
    """The recipes below a heading of the page, and their blocks."""
    text = re.split(r"^## ", page("recipes.md"), flags=re.MULTILINE)
    section, = [each for each in text if each.startswith(part + "\n")]
    _, *found = re.split(r"^### ", section, flags=re.MULTILINE)
    return {each.split("\n", 1)[0]: blocks(each) for each in found}


def first() -> list[Block]:
    """The blocks before all recipes: the true answer."""
    return blocks(page("recipes.md").split("\n## ", 1)[0])
