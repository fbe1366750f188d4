"""The scripts install packages by the names that each system gives them.

    /usr/bin/python3 -B -m pytest tests/install/setup_test.py

The systems are imitated: a file as their /etc/os-release, and scripts in place
of their package managers, which note how they are called.
"""

import os
import pathlib
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TABLE = ROOT / "scripts/packages/system.txt"

# What the scripts use of every system.
TOOLS = ["awk", "bash", "cat", "dirname", "grep", "ldconfig", "mkdir", "sed",
         "sort", "touch", "tr"]

DEBIAN = {
    "apt-get": """case " $* " in *" -s "*) can_install "$@" ;; esac""",
    "dpkg-query": """is_installed "${!#}" && echo installed""",
}
FEDORA = {
    "dnf": """case $* in *repoquery*) can_install "${!#}" && echo x ;; esac""",
    "rpm": """is_installed "${!#}" """,
}
ALPINE = {
    "apk": """case $* in
      info*) is_installed "${!#}" ;;
      *--simulate*) can_install "$@" ;;
    esac""",
}
SYSTEMS = {
    "debian12": ('ID=debian\nVERSION_ID="12"\n', DEBIAN),
    "debian13": ('ID=debian\nVERSION_ID="13"\n', DEBIAN),
    "ubuntu24": ('ID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\n', DEBIAN),
    "mint": ('ID=linuxmint\nID_LIKE="ubuntu debian"\n', DEBIAN),
    "fedora": ("ID=fedora\nVERSION_ID=43\n", FEDORA),
    "alpine": ("ID=alpine\nVERSION_ID=3.22.1\n", ALPINE),
    "arch": ("ID=arch\n", {}),
    "rocky": ('ID="rocky"\nID_LIKE="rhel centos fedora"\n', {}),
}
INSTALL = {
    "debian12": "apt-get install -y -qq --no-install-recommends ",
    "fedora": "dnf install -y -q --setopt=install_weak_deps=False ",
    "alpine": "apk add -q ",
}
INSTALL |= dict.fromkeys(("debian13", "ubuntu24", "mint"), INSTALL["debian12"])
# Some packages of the lists `run` and `test`.
NAMES = {
    "debian12": {"g++", "ninja-build", "libfmt-dev", "libboost-dev",
                 "libqpid-proton11-dev", "libgtest-dev", "python3-pytest"},
    "fedora": {"gcc-c++", "ninja-build", "fmt-devel", "boost-devel",
               "qpid-proton-c-devel", "gtest-devel", "python3-pytest"},
    "alpine": {"g++", "samurai", "fmt-dev", "boost-dev", "gtest-dev",
               "py3-pytest", "nlohmann-json"},
}
NAMES |= dict.fromkeys(("debian13", "ubuntu24", "mint"), NAMES["debian12"])


class System:
    """A system with a copy of the scripts."""

    def __init__(self, name: str, at: pathlib.Path, root: bool = True) -> None:
        release, managers = SYSTEMS[name]
        self.at = at
        (at / "os-release").write_text(release)
        shutil.copytree(ROOT / "scripts", at / "source/scripts")
        self.bin = at / "bin"
        self.bin.mkdir()
        for tool in TOOLS:
            path = shutil.which(tool) or shutil.which(tool, path="/sbin")
            (self.bin / tool).symlink_to(path)
        self.script("id", f"echo {0 if root else 1000}")
        self.script("sudo", "exit 1")
        for manager, body in managers.items():
            self.script(manager, f"""echo {manager} "$@" >>"{at}/log"
              is_installed() {{ grep -qxFe "$1" "{at}/installed"; }}
              can_install() {{ ! printf '%s\\n' "$@" | grep -qxFf "{at}/unknown"; }}
              {body}""")
        self.installed()
        self.unknown()

    def script(self, name: str, body: str) -> None:
        (self.bin / name).write_text(f"#!/usr/bin/env bash\n{body}\n")
        (self.bin / name).chmod(0o755)

    def installed(self, *packages: str) -> None:
        (self.at / "installed").write_text("\n".join(packages))

    def unknown(self, *packages: str) -> None:
        (self.at / "unknown").write_text("\n".join(packages))

    def install(self, *lists: str) -> subprocess.CompletedProcess[str]:
        """Runs install_packages; `calls` are then those of the package manager
        that change something."""
        (self.at / "log").write_text("")
        result = subprocess.run(
            [self.bin / "bash", "-euo", "pipefail", "-c",
             ". scripts/setup.sh; install_packages " + " ".join(lists)],
            cwd=self.at / "source", capture_output=True, text=True,
            env={"PATH": str(self.bin),
                 "BUSYHOUR_OS_RELEASE": str(self.at / "os-release")})
        queries = ("dpkg-query", "rpm", "apk info", "apk add -q --simulate",
                   "apt-get install -s", "dnf -q repoquery")
        self.calls = [line for line in
                      (self.at / "log").read_text().splitlines()
                      if not line.startswith(queries)]
        return result

    def added(self, name: str) -> list[str]:
        """The packages of the one call that installs some."""
        lines = [line for line in self.calls if line.startswith(INSTALL[name])]
        assert len(lines) == 1, self.calls
        return lines[0][len(INSTALL[name]):].split()


@pytest.fixture(params=["debian12", "fedora", "alpine"])
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.mark.parametrize("name", list(INSTALL))
def test_packages_are_installed_by_the_names_of_the_system(
        name: str, tmp_path: pathlib.Path) -> None:
    system = System(name, tmp_path)
    result = system.install("run", "test")
    assert result.returncode == 0, result.stderr
    added = system.added(name)
    assert NAMES[name] <= set(added)
    assert len(set(added)) == len(added)
    assert not any(set(package) & set("|-") == {"|"} or package == "-"
                   for package in added)
    assert "clang" not in added

    # Nothing is done when they are installed.
    system.installed(*added)
    assert system.install("run", "test").returncode == 0
    assert system.calls == []


def test_only_missing_packages_are_installed(name: str,
                                             tmp_path: pathlib.Path) -> None:
    system = System(name, tmp_path)
    system.install("run")
    first, *others = system.added(name)
    system.installed(*others)
    system.install("run")
    assert system.added(name) == [first]


def test_optional_packages_that_cannot_be_had_are_left_out(
        name: str, tmp_path: pathlib.Path) -> None:
    system = System(name, tmp_path)
    kafka = "librdkafka-devel" if name == "fedora" else "librdkafka-dev"
    system.unknown(kafka)
    assert system.install("run").returncode == 0
    added = system.added(name)
    assert kafka not in added
    # It is not tried again.
    system.installed(*added)
    assert system.install("run").returncode == 0
    assert system.calls == []


def test_of_alternatives_one_suffices(tmp_path: pathlib.Path) -> None:
    system = System("debian12", tmp_path)
    system.installed("libboost1.81-dev")
    system.install("run")
    assert "libboost-dev" not in system.added("debian12")
    system.unknown("libglib2.0-0", "libboost-dev")
    system.installed()
    system.install("run", "tools")
    added = system.added("debian12")
    assert "libglib2.0-0t64" in added and "libboost1.81-dev" in added


def test_without_root_needed_and_optional_packages_are_named(
        name: str, tmp_path: pathlib.Path) -> None:
    system = System(name, tmp_path, root=False)
    result = system.install("run")
    assert result.returncode == 1
    assert system.calls == []
    head, needed, optional, please = (
        "These packages are missing, and only root may install them.",
        "needed:", "optional:", "Please run: sudo ")
    lines = result.stderr.splitlines()
    assert lines[0] == head and lines[1] == needed
    at = lines.index(optional)
    rows = [row.split() for row in TABLE.read_text().splitlines()
            if row.startswith("run ")]
    column = {"fedora": 4, "alpine": 5}.get(name, 3)
    for kind, named in (("needed", lines[2:at]), ("optional", lines[at + 1:-1])):
        assert {line.strip() for line in named} == {
            row[column].split("|")[0] for row in rows
            if row[1] == kind and row[column] != "-"}
    assert lines[-1].startswith(please)
    assert lines[-1].split()[3:5] == INSTALL[name].split()[:2]

    # Optional packages alone stop nothing.
    system.installed(*(line.strip() for line in lines[2:at]))
    result = system.install("run")
    assert result.returncode == 0
    assert "optional:" in result.stderr and "needed:" not in result.stderr


@pytest.mark.parametrize("name", ["arch", "rocky"])
def test_other_systems_are_told_what_is_missing(
        name: str, tmp_path: pathlib.Path) -> None:
    system = System(name, tmp_path)
    system.script("c++", "exit 1")
    result = system.install("run")
    assert result.returncode == 1
    assert "not Debian, Ubuntu, Fedora or Alpine" in result.stderr
    needed, optional = result.stderr.split("optional:")
    assert "  cmake (Debian: cmake)\n" in needed
    assert "  ninja (Debian: ninja-build)\n" in needed
    assert "c++ (Debian" not in needed  # it is there
    assert "cmake" not in optional

    system.script("cmake", "")
    assert "cmake" not in system.install("run").stderr


def test_other_systems_with_everything_can_build(
        tmp_path: pathlib.Path) -> None:
    (tmp_path / "os-release").write_text("ID=arch\n")
    result = subprocess.run(
        ["bash", "-euo", "pipefail", "-c",
         ". scripts/setup.sh; install_packages run test"],
        cwd=ROOT, capture_output=True, text=True,
        env={**os.environ, "BUSYHOUR_OS_RELEASE": str(tmp_path / "os-release")})
    # The tests that run here need all of them.
    assert result.returncode == 0, result.stderr
    assert "needed:" not in result.stderr


def test_every_row_of_the_table_has_all_columns() -> None:
    rows = [row.split() for row in TABLE.read_text().splitlines()
            if row and not row.startswith("#")]
    assert all(len(row) == 6 for row in rows)
    assert {row[0] for row in rows} == {
        "run", "npm", "bench", "package", "test", "lint", "tools", "arm64"}
    assert {row[1] for row in rows} == {"needed", "optional"}
    # What is needed to build and test can be had everywhere.
    assert not [row for row in rows if row[1] == "needed" and "-" in row]
