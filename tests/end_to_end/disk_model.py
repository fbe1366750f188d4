"""A model of a disk that loses what was not forced to it.

    disk = Disk(place)           # as it is in the directory `place`
    for call in calls_of(trace): # strace -f -xx -o trace ...
        disk.apply(call)
    disk.lose_power(random.Random(1), other_place)

The content of a file is on the disk after fdatasync or fsync of the file; a
name, after fsync of its directory. Of what came later, `lose_power` keeps a
part: names in any combination, a file's content by pages of 4 KiB, and its
length with zero bytes for pages that are lost.
"""

import os
import pathlib
import random
import re
from collections.abc import Iterator
from typing import NamedTuple, Union

PAGE = 4096


class Call(NamedTuple):
    name: str
    arguments: str
    result: int

    def texts(self) -> list[bytes]:
        """The string arguments."""
        return [bytes.fromhex(text.replace("\\x", ""))
                for text in re.findall(r'"((?:\\x[0-9a-f]{2})*)"',
                                       self.arguments)]

    def number(self) -> int:
        """The first argument."""
        return int(self.arguments.split(",")[0])


# The calls that the model knows, as an option of strace.
TRACED = ("trace=mkdir,openat,fcntl,close,read,write,writev,ftruncate,"
          "fdatasync,fsync,rename,unlink")


def calls_of(trace: pathlib.Path) -> Iterator[Call]:
    """The calls that did not fail."""
    with open(trace, encoding="ascii") as file:
        for line in file:
            match = re.fullmatch(r"\d+ +(\w+)\((.*)\) += (\d+)\n", line)
            if match:
                yield Call(match[1], match[2], int(match[3]))


class File:
    def __init__(self, content: bytes = b"") -> None:
        self.kept = content  # on the disk
        self.content = bytearray(content)

    def sync(self) -> None:
        self.kept = bytes(self.content)

    def after_loss(self, draw: random.Random) -> bytes:
        now, kept = bytes(self.content), self.kept
        how = draw.randrange(4)
        if now == kept or how == 0:
            return kept
        if how == 1:
            return now
        length = max(len(now), len(kept)) if how == 2 else draw.randint(
            min(len(now), len(kept)), max(len(now), len(kept)))
        return b"".join(
            draw.choice((now, kept))[at:at + PAGE].ljust(PAGE, b"\0")
            for at in range(0, length, PAGE))[:length]


Node = Union[File, "Directory"]
Names = dict[str, Node]


class Change(NamedTuple):
    """Of a directory: a name that it gets, and one that it loses."""
    node: Node | None
    gets: str
    loses: str

    def apply(self, names: Names) -> None:
        if self.loses and (self.node is None or
                           names.get(self.loses) is self.node):
            names.pop(self.loses, None)
        if self.gets:
            names[self.gets] = self.node


class Directory:
    def __init__(self) -> None:
        self.kept: Names = {}
        self.names: Names = {}
        self.changes: list[Change] = []  # since the last fsync

    def change(self, change: Change) -> None:
        change.apply(self.names)
        self.changes.append(change)

    def sync(self) -> None:
        self.kept = dict(self.names)
        self.changes.clear()

    def after_loss(self, draw: random.Random) -> Names:
        names = dict(self.kept)
        how = draw.randrange(4)
        first = draw.randint(0, len(self.changes))
        for at, change in enumerate(self.changes):
            if (how == 1 or how == 2 and at < first or
                    how == 3 and draw.random() < 0.5):
                change.apply(names)
        return names


class Disk:
    """Relative paths only: those of a run in the directory itself."""

    def __init__(self, place: pathlib.Path) -> None:
        self.root = self.read(place)
        self.open: dict[int, Node] = {}
        self.at: dict[int, int] = {}  # position in the open file

    def read(self, place: pathlib.Path) -> Directory:
        found = Directory()
        for path in place.iterdir():
            found.names[path.name] = (self.read(path) if path.is_dir()
                                      else File(path.read_bytes()))
        found.sync()
        return found

    def find(self, path: str) -> tuple[Directory, str] | None:
        """The directory of a path, and the last part. None if the path is not
        of this disk."""
        if path.startswith("/"):
            return None
        *above, name = os.path.normpath(path).split("/")
        at = self.root
        for each in above:
            below = at.names.get(each)
            if not isinstance(below, Directory):
                return None
            at = below
        return at, name

    def apply(self, call: Call) -> None:
        handler = getattr(self, "on_" + call.name, None)
        if handler:
            handler(call)

    def on_mkdir(self, call: Call) -> None:
        where = self.find(call.texts()[0].decode())
        if where:
            where[0].change(Change(Directory(), where[1], ""))

    def on_openat(self, call: Call) -> None:
        self.open.pop(call.result, None)
        where = self.find(call.texts()[0].decode())
        if where is None:
            return
        directory, name = where
        node = self.root if name == "." else directory.names.get(name)
        if node is None:
            node = File()
            directory.change(Change(node, name, ""))
        self.open[call.result] = node
        self.at[call.result] = 0

    def on_fcntl(self, call: Call) -> None:
        if "F_DUPFD" in call.arguments and call.number() in self.open:
            self.open[call.result] = self.open[call.number()]

    def on_close(self, call: Call) -> None:
        self.open.pop(call.number(), None)

    def on_read(self, call: Call) -> None:
        if call.number() in self.open:
            self.at[call.number()] += call.result

    def on_write(self, call: Call) -> None:
        node = self.open.get(call.number())
        if isinstance(node, File):
            at = self.at[call.number()]
            data = b"".join(call.texts())[:call.result]
            assert len(data) == call.result, "strace shows whole strings"
            node.content[at:at + len(data)] = data
            self.at[call.number()] = at + len(data)

    on_writev = on_write

    def on_ftruncate(self, call: Call) -> None:
        node = self.open.get(call.number())
        if isinstance(node, File):
            del node.content[int(call.arguments.split(",")[1]):]

    def on_fsync(self, call: Call) -> None:
        if call.number() in self.open:
            self.open[call.number()].sync()

    on_fdatasync = on_fsync

    def on_rename(self, call: Call) -> None:
        old, new = (self.find(text.decode()) for text in call.texts())
        if old and new:
            assert old[0] is new[0], "the directory is the same"
            old[0].change(Change(old[0].names[old[1]], new[1], old[1]))

    def on_unlink(self, call: Call) -> None:
        where = self.find(call.texts()[0].decode())
        if where:
            where[0].change(Change(None, "", where[1]))

    def lose_power(self, draw: random.Random, place: pathlib.Path) -> None:
        """Writes what is left into an empty directory."""
        write(self.root, draw, place)


def write(directory: Directory, draw: random.Random,
          place: pathlib.Path) -> None:
    for name, node in directory.after_loss(draw).items():
        if isinstance(node, Directory):
            (place / name).mkdir()
            write(node, draw, place / name)
        else:
            (place / name).write_bytes(node.after_loss(draw))
