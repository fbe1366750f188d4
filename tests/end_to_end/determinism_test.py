"""What comes out depends on profile, seed, start, extent and shape alone: not
on threads, place, time zone, language or processor."""

import hashlib
import os
import re
import shutil
import subprocess

import harness
import profiles

CALLS = 1500
LOCALES = ("tr_TR.UTF-8", "de_DE.UTF-8")  # dotless i; comma for a point
# What glibc before 2.33 called the features it may be told to leave unused.
_TUNABLES = ("-FMA,-AVX2,-FMA4", "-FMA_Usable,-AVX2_Usable,-FMA4_Usable")


def fingerprint(program, *arguments, **more):
    data = program.generate(*arguments, binary=True, **more)
    return len(data), hashlib.sha256(data).hexdigest()


def active_features(loader, tunables):
    """The processor features that the C library thinks it may use."""
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


def locale_directory(scratch):
    """A directory that has LOCALES, made where the sources are there."""
    for name in LOCALES:
        language = name.partition(".")[0]
        if not (shutil.which("localedef")
                and os.path.exists(f"/usr/share/i18n/locales/{language}")):
            harness.skip(f"locale {name} cannot be made here; only its name is "
                         "set")
            return None
        subprocess.run(["localedef", "-i", language, "-f", "UTF-8",
                        f"{scratch}/{name}"], check=True, capture_output=True)
    return scratch


def surroundings(scratch):
    """Environments that must not matter, by name."""
    made = {"TZ=Asia/Kolkata": {"TZ": "Asia/Kolkata"},
            "TZ=:no/such/place": {"TZ": ":no/such/place"}}
    place = locale_directory(scratch)
    # The C library keeps the parts of LOCPATH to the end, which the address
    # sanitizer takes for a leak.
    kept = os.path.join(scratch, "kept")
    with open(kept, "w", encoding="ascii") as file:
        file.write("leak:__argz_add_sep\n")
    for name in LOCALES:
        made[f"LC_ALL={name}"] = {"LC_ALL": name, "LANG": name}
        if place:
            made[f"LC_ALL={name}"] |= {
                "LOCPATH": place, "LSAN_OPTIONS": f"suppressions={kept}"}
    tunables = without_fma()
    if tunables:
        made["no FMA in the C library"] = {"GLIBC_TUNABLES": tunables}
    else:
        harness.skip("this C library cannot be told to leave FMA unused")
    return {law: {**os.environ, **more} for law, more in made.items()}


def check_ids(program, checks):
    """Other seeds and other times are other worlds."""
    def ids(*arguments):
        text = program.generate("--calls", 2000, *arguments)
        found = re.findall(r'"(?:operationId|recordId|correlationId)":"(.+?)"',
                           text)
        return set(found), text

    first, text = ids("--seed", 1)
    for law, arguments in {
            "another seed has no id in common": ("--seed", 2),
            "a large seed has no id in common": ("--seed", 2**64 - 1),
            "a later start has no id in common":
                ("--start", "2026-03-02T11:00:00Z")}.items():
        other, other_text = ids(*arguments)
        checks(not first & other and other, law, value=len(first & other))
        same = re.search('"resourceId":"(.+?)"', text)[1] == re.search(
            '"resourceId":"(.+?)"', other_text)[1]
        checks.same(same, "--start" in arguments,
                    "the subscription follows from the seed", arguments)


def run(program, scratch, checks):
    around = surroundings(scratch)
    elsewhere = f"{scratch}/elsewhere"
    os.mkdir(elsewhere)
    for name in profiles.shipped(program):
        job = ["--profile", name, "--calls", CALLS, "--seed", 7]
        base = fingerprint(program, *job, "--threads", 1)
        for threads in (1, 2, 3, 8):
            checks.same(fingerprint(program, *job, "--threads", threads), base,
                        "any number of threads makes the same bytes",
                        (name, threads))
        for law, environment in around.items():
            checks.same(fingerprint(program, *job, env=environment), base,
                        f"{law}: the same bytes", name)
        checks.same(fingerprint(program, *job, cwd=elsewhere), base,
                    "another working directory: the same bytes", name)
    for frame in ("event-hub", "array", "csv", "query"):
        for log in ("operational", "usage"):
            job = ["--calls", 3000, "--frame", frame, "--logs", log]
            base = fingerprint(program, *job, "--threads", 1)
            for threads in (2, 3, 8):
                checks.same(fingerprint(program, *job, "--threads", threads),
                            base, "frames are cut the same by any number of "
                            "threads", (frame, threads))
    check_ids(program, checks)


harness.main(run)
