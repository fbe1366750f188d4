"""Reads and writes whole files."""

import json
import os
from typing import Any


def read_text(path: str | os.PathLike) -> str:
    with open(path, encoding="utf-8", newline="") as file:
        return file.read()


def write_text(path: str | os.PathLike, text: str) -> None:
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(text)


def read_bytes(path: str | os.PathLike) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def write_bytes(path: str | os.PathLike, data: bytes) -> None:
    with open(path, "wb") as file:
        file.write(data)


def read_json(path: str | os.PathLike) -> Any:
    return json.loads(read_text(path))


def write_json(path: str | os.PathLike, value: object) -> None:
    write_text(path, json.dumps(value))


def manifest_of(directory: str | os.PathLike) -> Any:
    return read_json(f"{directory}/manifest.json")


def data_files(directory: str | os.PathLike) -> dict[str, bytes]:
    """The files of a data set by name, sorted, without the manifest."""
    found = {}
    for folder, _, names in os.walk(directory):
        for name in names:
            path = os.path.join(folder, name)
            found[os.path.relpath(path, directory)] = read_bytes(path)
    found.pop("manifest.json", None)
    return dict(sorted(found.items()))


def check_final_names(out: str | os.PathLike,
                      whole: dict[str, bytes]) -> None:
    """Files of an unfinished data set are whole if they have a final name.
    `whole` are the files of the finished one."""
    if not os.path.isdir(out):
        return
    found = data_files(out)
    for name, content in found.items():
        assert name.endswith(".part") or content == whole[name], name
    manifest = f"{out}/manifest.json"
    if os.path.exists(manifest) and read_json(manifest)["state"] == "complete":
        assert found.keys() == whole.keys()


def check_same_files(out: str | os.PathLike,
                     expected: str | os.PathLike) -> None:
    """Fails without showing the contents, which can be too large for it."""
    made, wanted = data_files(out), data_files(expected)
    assert list(made) == list(wanted)
    assert not [name for name in made if made[name] != wanted[name]]
