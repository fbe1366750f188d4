"""Checks that the output depends only on profile, seed, start, extent and
shape: not on threads, directory, time zone, language or processor.
"""

import functools
import hashlib
import os
import re
import shutil
import subprocess

import pytest

from files import write_text

CALLS = 1500
LOCALES = ("tr_TR.UTF-8", "de_DE.UTF-8")  # dotless i; decimal comma
# The names of the features to disable, in current glibc and before 2.33.
_TUNABLES = ("-FMA,-AVX2,-FMA4", "-FMA_Usable,-AVX2_Usable,-FMA4_Usable")


def fingerprint(program, *arguments, **more):
    data = program.generate(*arguments, binary=True, **more)
    return len(data), hashlib.sha256(data).hexdigest()


def active_features(loader, tunables):
    """The processor features that the C library uses."""
    environment = {**os.environ}
    if tunables:
        environment["GLIBC_TUNABLES"] = tunables
    told = subprocess.run([loader, "--list-diagnostics"], env=environment,
                          capture_output=True, text=True)
    return re.findall(r"x86\.cpu_features.*\.active.*", told.stdout)


def without_fma():
    """The setting that keeps the C library from using FMA, or None."""
    loader = "/lib64/ld-linux-x86-64.so.2"
    if os.path.exists(loader):
        usual = active_features(loader, None)
        for names in _TUNABLES:
            tunables = f"glibc.cpu.hwcaps={names}"
            if usual and active_features(loader, tunables) != usual:
                return tunables
    return None


def made_locale(name, scratch):
    """The environment of a locale; compiles the locale if its source is
    installed."""
    environment = {"LC_ALL": name, "LANG": name}
    language = name.partition(".")[0]
    if not (shutil.which("localedef")
            and os.path.exists(f"/usr/share/i18n/locales/{language}")):
        print(f"locale {name} cannot be made here; only its name is set")
        return environment
    subprocess.run(["localedef", "-i", language, "-f", "UTF-8",
                    f"{scratch}/{name}"], check=True, capture_output=True)
    # The C library keeps the parts of LOCPATH until exit, which the address
    # sanitizer reports as a leak.
    write_text(scratch / "kept", "leak:argz_add_sep\n")
    return {**environment, "LOCPATH": str(scratch),
            "LSAN_OPTIONS": f"suppressions={scratch}/kept"}


@pytest.fixture(scope="module")
def locales(module_scratch):
    """The environment of each locale."""
    return {name: made_locale(name, module_scratch) for name in LOCALES}


def surroundings(name, locales):
    """An environment that must not change the output."""
    if name.startswith("TZ="):
        return {"TZ": name.removeprefix("TZ=")}
    if name in LOCALES:
        return locales[name]
    tunables = without_fma()
    if not tunables:
        pytest.skip("this C library cannot be told to leave FMA unused")
    return {"GLIBC_TUNABLES": tunables}


def job_of(profile):
    return ["--profile", profile, "--calls", CALLS, "--seed", 7]


@pytest.fixture(scope="module")
def expected(program):
    """Returns a function: the fingerprint of a profile with one thread."""
    return functools.cache(lambda profile: fingerprint(
        program, *job_of(profile), "--threads", 1))


@pytest.mark.parametrize("threads", [1, 2, 3, 8])
def test_any_number_of_threads_makes_the_same_bytes(program, shipped, expected,
                                                    threads):
    assert (fingerprint(program, *job_of(shipped), "--threads", threads)
            == expected(shipped))


@pytest.mark.parametrize("around", [
    "TZ=Asia/Kolkata", "TZ=:no/such/place", *LOCALES,
    "no FMA in the C library"])
def test_surroundings_do_not_matter(program, shipped, expected, locales,
                                    around):
    environment = {**os.environ, **surroundings(around, locales)}
    assert (fingerprint(program, *job_of(shipped), env=environment)
            == expected(shipped))


def test_working_directory_does_not_matter(program, scratch, shipped,
                                           expected):
    assert (fingerprint(program, *job_of(shipped), cwd=scratch)
            == expected(shipped))


@pytest.mark.parametrize("log", ["operational", "usage"])
@pytest.mark.parametrize("frame", ["event-hub", "array", "csv", "query"])
def test_frames_are_cut_the_same_by_any_number_of_threads(program, frame, log):
    job = ["--calls", 3000, "--frame", frame, "--logs", log]
    base = fingerprint(program, *job, "--threads", 1)
    for threads in (2, 3, 8):
        assert fingerprint(program, *job, "--threads", threads) == base, threads


def ids(text):
    return set(re.findall(
        r'"(?:operationId|recordId|correlationId)":"(.+?)"', text))


def subscription(text):
    return re.search('"resourceId":"(.+?)"', text)[1]


@pytest.mark.parametrize("arguments", [
    ("--seed", 2), ("--seed", 2**64 - 1), ("--start", "2026-03-02T11:00:00Z")],
    ids=["another seed", "a large seed", "a later start"])
def test_another_world_has_no_id_in_common(program, arguments):
    first = program.generate("--calls", 2000, "--seed", 1)
    other = program.generate("--calls", 2000, *arguments)
    assert ids(first) and ids(other)
    assert not ids(first) & ids(other)
    # The subscription depends on the seed only.
    assert (subscription(first) == subscription(other)) == (
        "--start" in arguments)
