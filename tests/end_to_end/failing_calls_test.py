"""Tests runs in which one system call fails, or during which the process is
killed, for every call that concerns the output.

A run either succeeds with the same files, or ends with status 1 and a message;
whatever has a final name is whole, and `--resume` completes the rest with the
same bytes. strace injects the failures.
"""

import pathlib
import re
import shutil
import subprocess

import pytest

import files
from tracing import environment, needs_tracing

pytestmark = [needs_tracing, pytest.mark.usefixtures("own_calls")]

JOB = ["--calls", "12", "--logs", "operational,usage", "--threads", "1",
       "--quiet"]
LAYOUTS = {
    "flat": [],
    "rotated": ["--rotate", "16KiB"],
    "compressed": ["--compress", "zstd"],
    "storage": ["--layout", "storage"],
}
# The calls that concern the output, with the errors that they can have. EINTR
# where a signal can interrupt them.
ERRORS = {
    "mkdir": ["ENOSPC"],
    "openat": ["EMFILE", "ENOSPC"],
    "flock": ["ENOLCK"],
    "fcntl": ["EMFILE"],
    "fallocate": ["ENOSPC", "EINTR"],
    "write": ["ENOSPC", "EIO", "EINTR"],
    "writev": ["ENOSPC", "EIO", "EINTR"],
    "lseek": ["EIO"],
    "ftruncate": ["EIO"],
    "fdatasync": ["EIO", "ENOSPC"],
    "fsync": ["EIO"],
    "rename": ["ENOSPC", "EIO"],
    "unlink": ["EIO"],
    "close": ["EIO", "ENOSPC"],
}


def sync_of(program) -> str:
    """The call that forces the content of a file to the disk."""
    return "fsync" if program.is_portable else "fdatasync"


class Runs:
    """Runs of one job into `out`, with or without a failure."""

    def __init__(self, program, scratch: pathlib.Path, layout: str) -> None:
        self.command = [program.path, "generate", *JOB, *LAYOUTS[layout],
                        "--out", "out"]
        self.scratch = scratch
        self.strace("-o", "trace", "-f", "-qq", expect=0)
        self.whole = self.content()
        self.calls = self.calls_of_the_output()

    def strace(self, *words: str, more: tuple[str, ...] = (),
               expect: int | None = None) -> subprocess.CompletedProcess:
        command = ["strace", *words, *self.command, *more]
        done = subprocess.run(command, cwd=self.scratch, env=environment(),
                              capture_output=True, text=True, timeout=300)
        assert expect is None or done.returncode == expect, (
            words, done.stderr)
        return done

    def content(self) -> dict[str, bytes]:
        return files.data_files(self.scratch / "out")

    def calls_of_the_output(self) -> list[tuple[str, int]]:
        """(name, number among those of the same name) of each call from the
        creation of the directory on."""
        count: dict[str, int] = {}
        found = []
        for line in (self.scratch / "trace").read_text().splitlines():
            match = re.match(r"\d+ +(\w+)\(", line)
            if not match:
                continue
            name = match[1]
            count[name] = count.get(name, 0) + 1
            if name == "mkdir" or found:
                found.append((name, count[name]))
        return found

    def remove(self) -> None:
        shutil.rmtree(self.scratch / "out", ignore_errors=True)

    def resume(self) -> None:
        done = subprocess.run([*self.command, "--resume"], cwd=self.scratch,
                              capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        assert self.content() == self.whole


def third(program, layout: str, calls: list[tuple[str, int]]) -> list[
        tuple[str, int]]:
    """Every third call, others for each layout."""
    return program.some(calls[list(LAYOUTS).index(layout) % 3::3])


@pytest.mark.parametrize("layout", LAYOUTS)
def test_call_fails(program, scratch, layout):
    runs = Runs(program, scratch, layout)
    tried = 0
    for name, number in third(program, layout, runs.calls):
        for error in ERRORS.get(name, []):
            runs.remove()
            done = runs.strace("-f", "-qq", "-o", "/dev/null",
                               f"--inject={name}:error={error}:when={number}")
            case = f"{name} {number} {error}: {done.stderr}"
            tried += 1
            if done.returncode == 0:
                assert runs.content() == runs.whole, case
                continue
            # Without its directory, nothing is written.
            assert done.returncode in ((1, 2) if name == "mkdir" else (1,)), case
            assert re.fullmatch(r"(busyhour|--out): (.|\n)+\n",
                                done.stderr) or (
                done.stderr.startswith("error")), case
            files.check_final_names(scratch / "out", runs.whole)
            runs.resume()
    assert tried > 5


@pytest.mark.parametrize("layout", LAYOUTS)
def test_process_is_killed(program, scratch, layout):
    runs = Runs(program, scratch, layout)
    for name, number in third(program, layout, runs.calls):
        if name not in ERRORS:
            continue
        runs.remove()
        done = runs.strace("-f", "-qq", "-o", "/dev/null",
                           f"--inject={name}:signal=KILL:when={number}")
        assert done.returncode in (-9, 137), (name, number, done.stderr)
        files.check_final_names(scratch / "out", runs.whole)
        runs.resume()


@pytest.mark.parametrize("options", [[], ["--no-sync"]])
def test_names_come_after_the_content_is_on_the_disk(program, scratch,
                                                     options):
    """Each rename follows a sync of the renamed file, and is followed by one of
    its directory before the manifest gets its name."""
    runs = Runs(program, scratch, "flat")
    runs.remove()
    runs.strace("-f", "-qq", "-y", "-o", "trace",
                "-e", "trace=rename,fdatasync,fsync", more=tuple(options),
                expect=0)
    steps = [re.sub(r"^\d+ +", "", line) for line in
             (scratch / "trace").read_text().splitlines()]
    renames = [at for at, step in enumerate(steps)
               if step.startswith("rename(")]
    assert len(renames) >= 4  # two files, and the manifest twice

    def next_manifest(at):
        return next((i for i in renames if i > at and "manifest" in steps[i]),
                    len(steps))

    if options:
        assert len(renames) == len(steps)
        return
    for at in renames:
        part = re.search(r'"([^"]*)"', steps[at])[1]
        assert any(step.startswith(f"{sync_of(program)}(") and f"{part}>" in step
                   for step in steps[:at]), part
        assert any(step.startswith("fsync(") and "/out>" in step
                   for step in steps[at + 1:next_manifest(at)]), steps[at:]


def inject(program, scratch, failure, *words):
    return subprocess.run(
        ["strace", "-f", "-qq", "-o", "/dev/null", f"--inject={failure}",
         "-P", "received", program.path, *words], cwd=scratch,
        env=environment(), capture_output=True, text=True, timeout=300)


@pytest.mark.parametrize("error, status", [("EIO", 1), ("EINTR", 0)])
# The first one looks whether it is a Parquet file.
@pytest.mark.parametrize("number", [2, 3])
def test_reading_fails(program, scratch, number, error, status):
    (scratch / "received").write_text(program.generate(*JOB[:4]))
    done = inject(program, scratch, f"read:error={error}:when={number}",
                  "verify", "received", *JOB[:4])
    assert done.returncode == status, done.stdout
    if status:
        assert "cannot be read further: Input/output error" in done.stdout


@pytest.mark.parametrize("call, status", [
    ("writev:error=ENOSPC", 1), ("writev:error=EINTR", 0),
    ("sync:error=EIO", 1), ("rename:error=EIO", 1),
    ("openat:error=ENOSPC", 2), ("ftruncate:error=EIO", 0)])
def test_loading_a_file_fails(program, scratch, call, status):
    call = call.replace("sync:", f"{sync_of(program)}:")
    done = subprocess.run(
        ["strace", "-f", "-qq", "-o", "/dev/null",
         f"--inject={call}:when=1", "-P", scratch / "received.part",
         program.path, "load", "--to", f"file:{scratch}/received", *JOB[:4], "--rate", "max", "--quiet"],
        cwd=scratch, env=environment(), capture_output=True, text=True,
        timeout=300)
    assert done.returncode == status, (done.returncode, done.stderr)
    assert (scratch / "received").exists() == (status == 0)
    if status:
        assert "received.part" in done.stderr
    else:
        program("verify", scratch / "received", *JOB[:4])
