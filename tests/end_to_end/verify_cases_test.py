"""Inputs that people's pipelines have made, or that nobody should have: what
`verify` says of each is said here."""

import copy
import csv
import io
import json
import os
import random
import subprocess

import dataset
import harness
from verdicts import check_law, verdict

JOB = ["--calls", "3"]


def line(record):
    return json.dumps(record, separators=(",", ":"))


def told(found):
    """The counts that are not 0, but for those that every verdict has."""
    return {kind: count for kind, count in found["total"].items()
            if count and kind not in ("sent", "received", "out_of_order")}


def swap_calls(records, generator):
    """Gives each record another call's correlation id; how many differ."""
    ids = [record["correlationId"] for record in records]
    altered = 0
    for record in records:
        new = generator.choice(ids)
        altered += record["correlationId"] != new
        record["correlationId"] = new
    return altered


class Cases:
    def __init__(self, program, scratch, checks):
        self.program = program
        self.scratch = scratch
        self.checks = checks

    def __call__(self, name, text, expected, *job, received=None):
        """All that is not said to be counted is not."""
        text = text if isinstance(text, (str, bytes)) else "".join(
            each + "\n" for each in text)
        found = verdict(self.program, self.scratch, text, *job)
        check_law(self.checks, found, name)
        self.checks.same(told(found), expected, "the verdict is as it should "
                         "be", name)
        self.checks.same(found["passed"], not expected,
                         "what is whole passes, and only that", name)
        size = len(text if isinstance(text, bytes) else text.encode())
        self.checks.same(sum(found["bytes_of"].values()), size,
                         "every byte is counted", name)
        if "undecodable" not in expected:
            self.checks.same(found["bytes_of"]["undecodable"], 0,
                             "no byte is counted as broken in silence", name)
        if received is not None:
            self.checks.same(found["total"]["received"], received,
                             "all records are read", name)
        return found


def check_names(case, records):
    """Which fields count, and what is somebody else's."""
    count = len(records)

    def anonymised(record):
        record = copy.deepcopy(record)
        record["resourceId"] = "/X"
        for name in ("uri", "serverCallId"):
            if name in record["properties"]:
                record["properties"][name] = "x"
        return record

    hidden = [line(anonymised(record)) for record in records]
    case("anonymised", hidden, {}, *JOB, "--fields", "operationName")
    path = f"{case.scratch}/dropped.json"
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"resourceId": None, "uri": None, "serverCallId": None}, file)
    case("anonymised, and said so", hidden, {}, *JOB, "--map", path)
    for how in (str.upper, str.lower):
        case("names in other letters, strictly",
             [line({how(name): value for name, value in record.items()})
              for record in records], {"altered": count}, *JOB, "--strict")
    renamed = [line({("op_" if name == "operationName" else "") + name: value
                     for name, value in record.items()}) for record in records]
    case("a name changed, strictly", renamed, {"altered": count}, *JOB,
         "--strict")


def check_ids(case, records):
    """A record that got an id of another is the record that it was."""
    generator = random.Random(9)

    def own(record):
        properties = record["properties"]
        return properties, ("operationId" if "operationId" in properties
                            else "recordId")

    calls = {}
    for record in records:
        calls.setdefault(record["correlationId"], []).append(record)
    for _ in range(40):
        damaged = copy.deepcopy(records)
        record = generator.choice(damaged)
        holder, name = own(record)
        others = {other[0][other[1]] for other in
                  map(own, calls[record["correlationId"]])} - {holder[name], ""}
        if not others or not holder[name]:
            continue
        holder[name] = generator.choice(sorted(others))
        case("an id of a sibling", map(line, damaged), {"altered": 1}, *JOB)
    job = ["--calls", "2500", "--seed", "2"]
    many = dataset.read(case.program.generate(*job), "jsonl")
    altered = swap_calls(many, generator)
    case("ids of two calls in each record", map(line, many),
         {"altered": altered}, *job)


def check_wrappers(case, records):
    case("Docker's", [line({"log": line(record) + "\n", "stream": "stdout",
                            "time": "2026-03-02T08:00:00.1Z"})
                      for record in records], {}, *JOB)
    case("Splunk's text", [line({"time": 1700000000.1, "event": line(record)})
                           for record in records], {}, *JOB)
    case("pino's", [line({"level": 30, "time": 1700000000123,
                          "msg": line(record)}) for record in records], {},
         *JOB)


def check_added(case, records):
    """A record is no message because a field of it is called so."""
    for added in ({"records": []}, {"records": [{"a": 1}]}, {"records": "x"},
                  {"tables": []}, {"tables": [{"rows": []}]},
                  {"tables": [{"columns": [{"name": "a"}], "rows": [[1]]}]}):
        for first in (False, True):
            made = [{**added, **record} if first else {**record, **added}
                    for record in records]
            case(f"{added} added", map(line, made), {}, *JOB)
            case(f"{added} added in messages",
                 [line({"records": made[i:i + 5]})
                  for i in range(0, len(made), 5)], {}, *JOB)
    repeated = [line(record)[:-1] + ',"properties":null}' for record in records]
    case("properties twice", repeated, {"altered": len(records)}, *JOB)
    value = records[0]["durationMs"]
    many = (line(records[0])[:-1] + f',"durationMs":{value}' * 300 +
            ',"durationMs":777}')
    case("a name 300 times", [many, *map(line, records[1:])], {"altered": 1},
         *JOB)


def check_broken(case, records):
    """What is no JSON is told, and once for each message."""
    count = len(records)
    parts = [",".join(map(line, records[i:i + 5])) for i in range(0, count, 5)]
    for name, begin, end in (
            ("without end", '{"records":[', ""),
            ("without a brace", '{"records":[', "]"),
            ("with a comma too many", '{"records":[', ",]}"),
            ("with garbage behind", '{"records":[', ']garbage "x" }'),
            ("with garbage before", '{"a" 1,"records":[', "]}"),
            ("with half a word behind", '{"records":[', '],"a":tru}')):
        case(f"messages {name}", [begin + part + end for part in parts],
             {"undecodable": len(parts)}, *JOB, received=count)
    case("messages without commas",
         ['{"records":[' + " ".join(map(line, records[i:i + 5])) + "]}"
          for i in range(0, count, 5)], {"undecodable": len(parts)}, *JOB,
         received=count)
    case("an array without end", "[" + ",".join(map(line, records)),
         {"undecodable": 1}, *JOB, received=count)
    case("an array with two ends", "[" + ",".join(map(line, records)) + "]]",
         {"undecodable": 1}, *JOB, received=count)
    case("values between records",
         "[" + ',1,"x",null,'.join(map(line, records[:2])) + "," +
         ",".join(map(line, records[2:])) + "]", {"undecodable": 3}, *JOB,
         received=count)
    for bad in ('[tru,{"a" 1}]', "[1,]", "[01]", '["\\x"]', '{"a":[nul]}'):
        case(f"{bad} in records",
             [line(record)[:-1] + f',"x":{bad}}}' for record in records],
             {"lost": count, "undecodable": count}, *JOB, received=0)


def check_queries(case):
    """All tables of an answer, CSV however its lines end."""
    job = ["--calls", "3", "--logs", "usage", "--shape", "table"]
    records = dataset.read(case.program.generate(*job), "jsonl")
    half = len(records) // 2

    def table(rows):
        return {"name": "PrimaryResult",
                "columns": [{"name": name, "type": "string"}
                            for name in records[0]],
                "rows": [list(row.values()) for row in rows]}

    for name, tables in (
            ("two tables", [records[:half], records[half:]]),
            ("an empty table first", [[], records]),
            ("an empty table in the middle", [records[:half], [],
                                              records[half:]])):
        for indent in (None, 1):
            text = json.dumps({"tables": [table(rows) for rows in tables]},
                              indent=indent)
            case(name, text, {}, *job, received=len(records))
    job += ["--frame", "csv"]
    rows = list(csv.reader(io.StringIO(case.program.generate(*job))))
    for end in ("\n", "\r\n", "\r"):
        out = io.StringIO()
        csv.writer(out, lineterminator=end).writerows(rows)
        case(f"CSV with {end!r}", out.getvalue(), {}, *job,
             received=len(records))
        blank = out.getvalue().replace(end, " " + end)
        blank = blank.replace(" " + end, end, 1)
        case(f"CSV with blanks before {end!r}", blank,
             {"altered": len(records)}, *job, received=len(records))


def check_portal(case):
    """Times that no calendar has, and records that name no resource."""
    name = "TimeGenerated [UTC]"
    for shape in ("portal", "documented"):
        job = [*JOB, "--shape", shape]
        records = dataset.read(case.program.generate(*job), "jsonl")
        if shape == "portal":
            case("ticks", [line({**record, name: record[name][:-3] + "9999" +
                                 record[name][-3:]}) for record in records],
                 {"altered": len(records)}, *job)
            case("February 30", [line({
                **record, name: record[name].replace("3/2/2026", "2/30/2026")})
                for record in records], {"altered": len(records)}, *job)
        time = {"portal": name, "documented": "Timestamp"}[shape]
        late = {"portal": "3/2/2026, 11:00:00.000 PM",
                "documented": "2026-03-02T23:00:00.0000000Z"}[shape]
        usage = sum("Quantity" in record for record in records)
        for other in ("OperationVersion", "Quantity", "Category"):
            edited = [line({**record, time: late, other: "77"}
                           if "Quantity" in record else record)
                      for record in records]
            case(f"two edits, {other}, {shape}", edited, {"altered": usage},
                 *job)
    job = [*JOB, "--shape", "portal"]
    records = dataset.read(case.program.generate(*job), "jsonl")
    media = [record for record in records if "PlayInLoop" in record]
    edited = [line({**record, name: "3/2/2026, 11:00:00.000 PM",
                    "ResultCode": "999"} if record in media else record)
              for record in records]
    case("two edits of media", edited, {"altered": len(media)}, *job)


def check_places(case):
    """Names that are hostile, and directories that cannot be read."""
    program, checks, scratch = case.program, case.checks, case.scratch
    root = f"{scratch}/places"
    program("generate", *JOB, "--quiet", "--out", f"{root}/logs")
    done = program("verify", f"{root}/logs", *JOB, "--json")
    checks(json.loads(done.stdout)["passed"], "a directory passes")
    os.makedirs(f"{root}/else")
    for log in ("Usage",):
        os.rename(f"{root}/logs/{log}.jsonl", f"{root}/else/{log}.jsonl")
    os.symlink(f"{root}/else", f"{root}/logs/linked")
    os.symlink(f"{root}/logs", f"{root}/else/back")
    done = program("verify", f"{root}/logs", *JOB, "--json")
    checks(json.loads(done.stdout)["passed"],
           "links to directories are followed, and end", None, done.stdout)
    os.symlink(f"{root}/gone", f"{root}/logs/dangling")
    done = program("verify", f"{root}/logs", *JOB, "--json", expect=1)
    checks.same(told(json.loads(done.stdout)), {"undecodable": 1},
                "what cannot be read in a directory is told")
    os.remove(f"{root}/logs/dangling")

    os.mkfifo(f"{root}/pipe")
    for arguments in (["--manifest", f"{root}/pipe"], ["--map", f"{root}/pipe"],
                      ["--files", f"{root}/pipe"]):
        done = program("verify", "/dev/null", *arguments, expect=2, timeout=20)
        checks("is not a regular file" in done.stderr,
               "a pipe is no manifest and no map", arguments, done.stderr)

    # Nothing of others reaches a terminal as it is.
    nasty = b"\x1b[31m\x07\xff\xc2\x9b\xe0\x81\xa1.jsonl"
    path = os.fsencode(root) + b"/" + nasty
    with open(path, "wb") as file:
        file.write(b'{"time":"\x1b]0;x\x07"}\n{"operationId":"\\u001b[2J"}\n')
    hostile = f"{root}/hostile"
    program("generate", *JOB, "--quiet", "--out", hostile)
    os.rename(f"{hostile}/Usage.jsonl",
              os.fsencode(hostile) + b"/Usage-\x1b[2J\xff.jsonl")
    for words in (["verify", path, *JOB], ["verify", path, *JOB, "--json"],
                  ["verify", path + b"?", *JOB],
                  ["verify", "--files", hostile],
                  ["verify", "--files", hostile, "--json"],
                  ["verify", b"/dev/null", "--fields", b"\x1b[1m\x9b"],
                  ["verify", b"/dev/null", "--manifest", path],
                  ["explain", b"\x1b[31mno", *JOB],
                  ["generate", "--profile", b"\x1b[31m\xff.json"],
                  [b"\x1b[31m"]):
        done = subprocess.run([program.path, *words], capture_output=True,
                              stdin=subprocess.DEVNULL, timeout=60,
                              check=False)
        said = (done.stdout + done.stderr)
        checks(done.returncode in (1, 2), "hostile names are no crash", words,
               done)
        checks(said.isascii() and not any(
            byte < 0x20 and byte != 0x0a for byte in said) and 0x7f not in said,
               "no control characters are printed", words, said)
        if "--json" in words:
            checks(isinstance(json.loads(done.stdout), dict),
                   "what is for programs is JSON", words)


def run(program, scratch, checks):
    case = Cases(program, scratch, checks)
    records = dataset.read(program.generate(*JOB), "jsonl")
    check_names(case, records)
    check_ids(case, records)
    check_wrappers(case, records)
    check_added(case, records)
    check_broken(case, records)
    check_queries(case)
    check_portal(case)
    check_places(case)
    lines = [line(record) for record in dataset.read(
        program.generate("--calls", "200", "--logs", "usage"), "jsonl")]
    job = ["--calls", "200", "--logs", "usage"]
    for percent in (29, 57, 58):
        lost = len(lines) * percent // 100
        kept = lines[lost:]
        for more, passed in (([], True), (kept[:1], False)):
            found = verdict(program, scratch, "\n".join(kept[len(more):]), *job,
                            "--allow", f"lost={percent}%")
            checks.same(found["passed"], passed, "shares are exact", percent)


if __name__ == "__main__":
    harness.main(run)
