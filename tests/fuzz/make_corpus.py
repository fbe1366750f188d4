"""Makes seeds for the fuzzers from the program's own records.

    make_corpus.py PROGRAM DIRECTORY

Writes DIRECTORY/verify: every shape and frame, compressed, wrapped and damaged,
each after the bytes that set how it is read (see verify_fuzz.cc). Writes
DIRECTORY/profile: the shipped profiles.
"""

import gzip
import json
import os
import random
import subprocess
import sys

JOB = ["--profile", "quickstart", "--calls", "6", "--quiet", "--out", "-"]
FRAMES = {"resource-log": ("jsonl", "array", "event-hub"),
          "table": ("jsonl", "array", "event-hub", "csv", "query"),
          "portal": ("jsonl", "array", "event-hub", "csv"),
          "documented": ("jsonl", "array", "event-hub")}
KINDS = ("drop", "duplicate", "delay", "reorder", "truncate", "corrupt",
         "invalid_utf8", "extra_field", "missing_field", "wrong_type",
         "renamed_field", "wrong_case", "clock_skew", "oversize", "blank_line",
         "partial_line")
LOGS = ("operational", "media_summary", "usage")
LARGE, RECIPE = 8, 16  # bits of the third byte
MOST_BYTES = 6000  # of a seed; the fuzzer tries short ones more often
# Bits of the first byte.
STRICT, AT, ARRIVAL, FIELDS, MAP, UNTIL, STREAMS, SMALL = (
    1 << bit for bit in range(8))


def shortened(data, frame):
    """A few records of `data`, complete if each record is a line."""
    if len(data) <= MOST_BYTES or frame not in ("jsonl", "csv"):
        return data[:4 * MOST_BYTES]
    return data[:data.index(b"\n", MOST_BYTES) + 1]


def damaged(data, generator):
    data = bytearray(data)
    for _ in range(generator.randint(1, 6)):
        at = generator.randrange(len(data))
        kind = generator.randrange(4)
        if kind == 0:
            data[at] = generator.randrange(256)
        elif kind == 1:
            del data[at:at + generator.randrange(1, 200)]
        elif kind == 2:
            data[at:at] = data[at:at + generator.randrange(1, 200)]
        else:
            data[at:at] = generator.choice(
                [b"{", b"}", b'"', b"\n", b"[", b"\0", b'{"a":' * 50, b"\\"])
        if not data:
            return b"\n"
    return bytes(data)


def main(program, directory):
    generator = random.Random(1)
    for part in ("verify", "profile"):
        os.makedirs(f"{directory}/{part}", exist_ok=True)
    number = 0

    def seed(data, how=0, step=255, more=0):
        nonlocal number
        number += 1
        with open(f"{directory}/verify/seed-{number:03d}", "wb") as file:
            file.write(bytes([how, step, more]) + data)

    def generate(*arguments):
        return subprocess.run([program, "generate", *JOB, *arguments],
                              check=True, stdout=subprocess.PIPE).stdout

    faults = [word for kind in KINDS for word in ("--fault", f"{kind}=0.05")]
    for log in LOGS:
        data = shortened(generate("--logs", log, *faults), "jsonl")
        seed(data, more=4)
        seed(data, how=STRICT, step=6, more=6)
        seed(damaged(data, generator), more=4)

    for shape, frames in FRAMES.items():
        for frame in frames:
            for log in LOGS:
                data = shortened(generate("--shape", shape, "--frame", frame,
                                          "--logs", log), frame)
                seed(data)
                seed(data, how=STRICT | UNTIL, step=6, more=2)
                for _ in range(2):
                    seed(damaged(data, generator),
                         how=generator.randrange(256),
                         step=generator.randrange(256),
                         more=generator.randrange(4))
    data = shortened(generate(), "jsonl")
    for packing in ("gzip", "zstd", "lz4"):
        packed = generate("--compress", packing, "--logs", "usage")
        seed(packed)
        seed(packed[:len(packed) // 2], step=2, more=1)
    seed(gzip.compress(b"\n" * 200_000), more=1)
    records = [json.loads(line) for line in data.splitlines()]
    lines = "".join(json.dumps({"at": 1772438400 + i, "event": record}) + "\n"
                    for i, record in enumerate(records))
    seed(lines.encode(), how=AT | ARRIVAL)
    lines = "".join(json.dumps({"at": "2026-03-02T09:00:00Z",
                                "message": json.dumps(record)}) + "\n"
                    for record in records)
    seed(lines.encode(), how=ARRIVAL | FIELDS)
    lines = ""
    for record in records:
        record["took"] = str(record.pop("durationMs", 0))
        lines += json.dumps(record) + "\n"
    seed(lines.encode(), how=MAP | STREAMS)
    seed(data * 2, how=STREAMS)
    seed(data, how=SMALL, step=0)
    many = subprocess.run(
        [program, "generate", *JOB[:2], "--calls", "2500", *JOB[4:]],
        check=True, stdout=subprocess.PIPE).stdout.splitlines(keepends=True)
    seed(b"".join(generator.sample(many, 12)), more=LARGE)
    for _ in range(12):
        # Records with ids of other calls.
        seed(generator.randbytes(6 * 40), how=generator.randrange(256),
             more=LARGE | RECIPE)
        seed(generator.randbytes(6 * 20), more=RECIPE)
    for nasty in (b'{"a":' * 3000, b"[" * 3000, b'{"time":"' + b"x" * 5000,
                  b'{"operationId":"\xff\xfe","time":1e999999}\n' * 20,
                  b'"\n"\n"' * 500, b'{"records":[' * 300,
                  b'{"tables":[{"columns":[{"name":"Type"}],"rows":[[[['):
        seed(nasty, how=generator.randrange(256))

    here = os.path.dirname(os.path.abspath(__file__))
    for name in sorted(os.listdir(f"{here}/../../profiles")):
        with open(f"{here}/../../profiles/{name}", "rb") as file:
            text = file.read()
        with open(f"{directory}/profile/{name}", "wb") as file:
            file.write(text)


if __name__ == "__main__":
    main(*sys.argv[1:])
