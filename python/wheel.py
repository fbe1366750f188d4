"""Writes the wheel: the package and the shared library.

    wheel.py LIBRARY DIRECTORY

The same content gives the same bytes. Needs Python alone.
"""

import base64
import hashlib
import pathlib
import platform
import re
import sys
import zipfile

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent
LIBRARY = "libbusyhour-c.so.0"


def version() -> str:
    project = (ROOT / "CMakeLists.txt").read_text(encoding="utf-8")
    return re.search(r"^  VERSION (\S+)", project, re.MULTILINE)[1]


def digest(content: bytes) -> str:
    code = base64.urlsafe_b64encode(hashlib.sha256(content).digest())
    return "sha256=" + code.rstrip(b"=").decode()


def system(library: bytes) -> str:
    """Where the library runs (PEP 600): on Linux with this version of glibc or
    a later one, if it needs no other libraries; else on the system of the
    build."""
    needs = set(re.findall(rb"\0(lib[\w+-]+)\.so\.\d+(?=\0)", library))
    if needs <= {b"libc", b"libm", b"libgcc_s", b"libbusyhour-c"}:
        versions = re.findall(rb"\0GLIBC_2\.(\d+)(?=[.\0])", library)
        return f"manylinux_2_{max(map(int, versions))}"
    return "linux"


def tag(library: bytes) -> str:
    return f"py3-none-{system(library)}_{platform.machine()}"


def files(library: bytes) -> "dict[str, bytes]":
    info = f"busyhour-{version()}.dist-info"
    content = {f"busyhour/{path.name}": path.read_bytes()
               for path in (HERE / "busyhour").iterdir() if path.is_file()}
    content[f"busyhour/{LIBRARY}"] = library
    content[f"{info}/METADATA"] = (
        "Metadata-Version: 2.1\n"
        "Name: busyhour\n"
        f"Version: {version()}\n"
        "Summary: Synthetic Azure Call Automation logs\n"
        "Requires-Python: >=3.10\n"
        "Description-Content-Type: text/markdown\n\n"
        + (ROOT / "docs" / "python.md").read_text(encoding="utf-8")).encode()
    content[f"{info}/WHEEL"] = (
        "Wheel-Version: 1.0\nGenerator: busyhour\nRoot-Is-Purelib: false\n"
        f"Tag: {tag(library)}\n").encode()
    content[f"{info}/entry_points.txt"] = (
        b"[pytest11]\nbusyhour = busyhour.pytest_plugin\n")
    content[f"{info}/LICENSE"] = (ROOT / "LICENSE").read_bytes()
    record = f"{info}/RECORD"
    content[record] = "".join(
        f"{name},{digest(data)},{len(data)}\n"
        for name, data in sorted(content.items())).encode() + (
            f"{record},,\n".encode())
    return content


def write(library: bytes, directory: pathlib.Path) -> pathlib.Path:
    path = directory / f"busyhour-{version()}-{tag(library)}.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        for name, content in sorted(files(library).items()):
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            wheel.writestr(entry, content)
    return path


if __name__ == "__main__":
    print(write(pathlib.Path(sys.argv[1]).read_bytes(),
                pathlib.Path(sys.argv[2])))
