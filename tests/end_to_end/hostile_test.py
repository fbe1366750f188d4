"""Inputs that are meant to fill memory or to hang: `verify` reads each to its
end within 300 MB of address space, and finds the records around it."""

import json
import resource
import subprocess

import dataset
import harness

MEMORY = 300 << 20
JOB = ["--profile", "quickstart", "--calls", "20"]
FIVE_G = "head -c 5G /dev/zero"
# What it is, how it is made, between the first and the other records.
INPUTS = {
    "a line of 5 GB": f"{FIVE_G} | tr '\\0' x; echo",
    "a string of 500 MB": "printf '{\"a\":\"'; head -c 500M /dev/zero | "
                          "tr '\\0' y; echo",
    "nesting 30 MB deep": "head -c 30M /dev/zero | tr '\\0' '['; echo",
    "objects 30 MB deep": "yes '{\"a\":' | head -c 30M; echo",
    "30 MB of quotes": "head -c 30M /dev/zero | tr '\\0' '\"'; echo",
    "5 million empty objects": "yes '{}' | head -c 15M",
}
BOMBS = {"zstd": "zstd -qc", "gzip": "gzip -1c", "lz4": "lz4 -qc"}


def read(program, command, *arguments, expect):
    def limited():
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

    maker = subprocess.Popen(["sh", "-c", command], stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL)
    done = program("verify", "-", *arguments, "--json", "--examples", 2,
                   stdin=maker.stdout, preexec_fn=limited, expect=expect,
                   timeout=300)
    maker.stdout.close()
    maker.wait()
    return json.loads(done.stdout)


def run(program, scratch, checks):
    if harness.is_sanitized(program):
        harness.skip("a sanitizer takes memory of its own")
        checks(True, "nothing")
        return
    lines = dataset.lines(program.generate(*JOB))
    for name, part in (("first", lines[:1]), ("rest", lines[1:])):
        with open(f"{scratch}/{name}", "w", encoding="utf-8") as file:
            file.writelines(line + "\n" for line in part)
    for name, made in INPUTS.items():
        found = read(program, f"cat {scratch}/first; {made}; "
                     f"cat {scratch}/rest", *JOB, expect=1)
        total = found["total"]
        checks.same((total["lost"], total["altered"], total["duplicated"]),
                    (0, 0, 0), "what is hostile hides no record", name)
        checks(0 < total["undecodable"] + total["foreign"], "and is counted",
               name)
        checks(len(found["examples"]) <= 4, "examples are bounded", name)
    for name, packing in BOMBS.items():
        found = read(program, f"head -c 300M /dev/zero | {packing}", *JOB,
                     "--max-inflated", "200MB", expect=1)
        checks.same(found["total"]["received"], 0, "a bomb is no record", name)
        checks("--max-inflated" in str(found["examples"]),
               "a bomb is given up, and it is said why", name)
    # As many foreign records as anybody wants, for nothing is kept of them.
    others = (f"{program.path} generate --records 1M --seed 77 --quiet "
              f"--logs usage --out - ; cat {scratch}/first {scratch}/rest")
    found = read(program, others, *JOB, expect=1)
    checks(found["total"]["foreign"] >= 1_000_000 and
           found["total"]["lost"] == found["total"]["altered"] == 0,
           "a million foreign records are foreign", None, found["total"])


if __name__ == "__main__":
    harness.main(run)
