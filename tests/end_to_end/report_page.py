"""Reads a page of `busyhour report` with Python's own HTML parser."""

import base64
import hashlib
import html.parser
import json
import re
from typing import Any


class Page(html.parser.HTMLParser):
    """The text of each element that the tests need.

    `tables` has the header and the rows of each table, by its caption; of
    several tables with one caption, the next ones have `*` after it. `parts` has
    the text of elements by name, such as `h1`.
    """

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.size = len(text.encode())
        self.tables: dict[str, list[list[str]]] = {}
        self.parts: dict[str, list[str]] = {}
        self.ids: list[str] = []
        self.policy = ""
        self.text = ""
        self.data: list[Any] = []
        self._open: list[str] = []
        self._caption = ""
        self._is_data = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list) -> None:
        attributes = dict(attrs)
        assert not any(name.startswith("on") for name in attributes)
        assert "src" not in attributes and "style" not in attributes
        assert attributes.get("href", "#").startswith("#")
        if "id" in attributes:
            self.ids.append(attributes["id"])
        if attributes.get("http-equiv") == "Content-Security-Policy":
            self.policy = attributes["content"]
        self._is_data = attributes.get("type") == "application/json"
        if tag == "tr":
            self.tables[self._caption].append([])
        if tag in ("th", "td"):
            self.tables[self._caption][-1].append("")
        self._open.append(tag)
        self.parts.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "caption":
            self._caption = self.parts[tag][-1]
            while self._caption in self.tables:
                self._caption += "*"
            self.tables[self._caption] = []
        self._open.append("after")
        self.parts.setdefault("after", []).append("")

    def handle_data(self, data: str) -> None:
        if not self._open:
            return
        tag = self._open[-1]
        if tag in ("th", "td"):
            self.tables[self._caption][-1][-1] += data.strip()
        if tag == "script" and self._is_data and data.strip():
            self.data = json.loads(data)
        self.parts[tag][-1] += data
        self.text += data

    def column(self, caption: str, name: str) -> list[float]:
        """The numbers in a column of a table."""
        header, *rows = self.tables[caption]
        at = header.index(name)
        return [number(row[at]) for row in rows]

    def row(self, caption: str, name: str) -> list[str]:
        """The cells of the row with that heading."""
        return next(row for row in self.tables[caption] if row[0] == name)

    def check_policy(self) -> None:
        """The policy allows exactly the style and the scripts of the page."""
        sources = dict(
            each.strip().split(" ", 1) for each in self.policy.split(";"))
        assert sources.pop("default-src") == "'none'"
        assert sources.pop("base-uri") == sources.pop("form-action") == "'none'"
        hashes = {"style-src": self.parts["style"],
                  "script-src": [text for text in self.parts.get("script", [])
                                 if not text.startswith("[")]}
        for name, texts in hashes.items():
            expected = [
                "'sha256-" + base64.b64encode(
                    hashlib.sha256(text.encode()).digest()).decode() + "'"
                for text in texts]
            assert sources.pop(name, "").split() == expected, name
        assert not sources


def number(text: str) -> float:
    """`1,234` and `0.05 %`; NaN for a dash."""
    if text == "–":
        return float("nan")
    return float(re.sub(r"[ ,%]", "", text))
