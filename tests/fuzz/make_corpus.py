"""Makes seeds for the fuzzers from the program's own records.

    make_corpus.py PROGRAM DIRECTORY

Writes DIRECTORY/verify: every shape and frame, compressed, wrapped and damaged,
each after the bytes that set how it is read (see verify_fuzz.cc), and what
other tools make of them. Writes DIRECTORY/profile: the shipped profiles. Writes
DIRECTORY/inputs: other files and answers of receivers (see inputs_fuzz.cc).
"""

import gzip
import json
import os
import random
import subprocess
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)),
                             "..", "end_to_end"))
import spellings  # noqa: E402

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


def write_inputs(program, directory):
    """Seeds of each kind, and a damaged copy of each."""
    generator = random.Random(2)
    work = f"{directory}/../work"
    subprocess.run([program, "generate", *JOB[:4], "--quiet", "--force",
                    "--out", work], check=True)
    subprocess.run([program, "load", "--to", "null:", "--rate", "max",
                    "--records", "50", "--shard", "0/2", "--quiet", "--force",
                    "--report", f"{work}/report.json"], check=True)

    def content(name):
        with open(f"{work}/{name}", "rb") as file:
            return file.read()

    reply = bytes([2, 2])  # status 201, was sent
    seeds = [
        b"m" + content("manifest.json"),
        b"r" + content("report.json"),
        b'n{"azure.correlation_id": "correlationId", "/time": "time"}',
        b'n// names\n{"took_ms": "durationMs", "uri": null, "x": "uri"}',
        b"tlateness.p99<50ms after 10s\n# a comment\nfailed = 0\nrate>0.99\n",
        b"tack.p99.9<=1s\nrecords!=7\ndrain<2m\n",
        *(b"p" + words for words in (
            b"constant", b"ramp:0.1..2", b"steps:1,2,4", b"sine:0.5/10m",
            b"spike:10@5m+30s", b"0s 1\n90s 2.5\n2m 0\n")),
        b'b{"errors":true,"items":[{"create":{"status":429,"error":{"type":'
        b'"a","reason":"b"}}},{"index":{"status":201}}]}',
        *(b"h" + bytes([dialect]) + reply + body
          for dialect, body in enumerate((
              b"", b'{"errors":true,"items":[{"create":{"status":201}},'
              b'{"create":{"status":429}},{"create":{"status":400}}]}',
              b'{"text":"Server is busy","code":9}', b"too far behind",
              b'{"partialSuccess":{"rejectedLogRecords":"1",'
              b'"errorMessage":"late"}}'))),
        b"a" + (reply + b"0\n\n\n\n\n") * 12,
        b"a" + (bytes([10, 2]) + b"0\nBlobNotFound\n\n\n" + reply +
                b"3\n\n\n\n") * 12,
    ]
    for number, data in enumerate(seeds):
        for suffix, text in (("", data),
                             ("-damaged", data[:1] + damaged(data[1:] + b" ",
                                                             generator))):
            with open(f"{directory}/seed-{number:03d}{suffix}", "wb") as file:
                file.write(text)


def main(program, directory):
    generator = random.Random(1)
    for part in ("verify", "profile", "inputs"):
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

    of_shape = {shape: [json.loads(line) for line in generate(
        "--shape", shape, "--logs", "operational").splitlines()][:6]
                for shape in FRAMES}
    for spelling in spellings.SPELLINGS.values():
        text = spelling.write(of_shape[spelling.shape]).encode()
        seed(text)
        seed(damaged(text, generator), how=generator.randrange(256))
    write_inputs(program, f"{directory}/inputs")

    here = os.path.dirname(os.path.abspath(__file__))
    for name in sorted(os.listdir(f"{here}/../../profiles")):
        with open(f"{here}/../../profiles/{name}", "rb") as file:
            text = file.read()
        with open(f"{directory}/profile/{name}", "wb") as file:
            file.write(text)


if __name__ == "__main__":
    main(*sys.argv[1:])
