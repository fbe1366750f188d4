"""What `verify` says of damage is what was done: data sets of every shape and
frame are damaged here, with other code, and counted while that is done."""

import bz2
import gzip
import json
import os
import random
import re
import shutil
import subprocess

import dataset
import harness
from verdicts import KINDS, LOGS, PROFILE, check_law, verdict, write

# Shape, frame, and whether one stream may hold all logs.
LAYOUTS = [(shape, frame, True)
           for shape in ("resource-log", "table", "portal", "documented")
           for frame in ("jsonl", "array", "event-hub")] + [
               ("portal", "csv", False), ("table", "csv", False),
               ("table", "query", False)]
OWN = {"operationid", "recordid"}
TELLING = {"time", "durationms", "operationname", "quantity", "endtime",
           "resultcode"}


# ----------------------------------------------------------- damage

def leaves(record):
    """(holder, name) of every value of a record."""
    for name, value in record.items():
        if isinstance(value, dict):
            yield from ((value, member) for member in value)
        else:
            yield record, name


def edit(record, generator):
    """Another value somewhere, but not where its own id stands."""
    places = [(holder, name) for holder, name in leaves(record)
              if dataset.meaning(name) not in OWN]
    holder, name = generator.choice(places)
    old = holder[name]
    if isinstance(old, bool):
        holder[name] = not old
    elif isinstance(old, (int, float)):
        holder[name] = old + 1
    elif old in ("TRUE", "FALSE", "true", "false"):
        holder[name] = "FALSE" if old.upper() == "TRUE" else "TRUE"
    elif old and old[-1] == "Z" and old[4:5] == "-":
        holder[name] = old[:3] + str((int(old[3]) + 1) % 10) + old[4:]
    elif re.fullmatch(r"\d+(\.\d+)?", old):
        holder[name] = str(int(float(old)) + 1)
    else:
        holder[name] = old[:-1] + ("x" if old[-1:] != "x" else "y")


def damage_id(record, generator):
    """Its own id becomes another, or goes."""
    for holder, name in list(leaves(record)):
        if dataset.meaning(name) in OWN and holder[name]:
            if generator.random() < 0.5:
                del holder[name]
            else:
                text = list(holder[name])
                at = generator.choice([i for i, c in enumerate(text)
                                       if c != "-"])
                text[at] = "0" if text[at] != "0" else "1"
                holder[name] = "".join(text)
            return True
    return False


def copy(record):
    return json.loads(json.dumps(record))


# ----------------------------------------------------------- laws

def check_damage(program, scratch, checks):
    generator = random.Random(5)
    for shape, frame, together in LAYOUTS:
        for log in [None] if together else LOGS:
            job = [*PROFILE, "--shape", shape, "--frame", frame]
            if log:
                job += ["--logs", log]
            text = program.generate(*job)
            records = dataset.read(text, frame)
            header = list(records[0])
            where = (shape, frame, log)
            foreign = dataset.read(
                program.generate(*job, "--seed", 77), frame)

            whole = verdict(program, scratch, text, *job)
            check_law(checks, whole, where)
            checks(whole["passed"] and whole["total"]["received"] ==
                   len(records), "what is whole passes", where)
            again = verdict(program, scratch,
                            write(records, frame, header, generator), *job)
            checks.same(again["total"], whole["total"],
                        "another spelling of it passes", where)
            nothing = verdict(program, scratch, "", *job, expect=1)
            checks.same(nothing["total"]["lost"], len(records),
                        "of nothing everything is lost", where)

            kept, lost, copies, altered, strangers = [], 0, 0, 0, 0
            for record in records:
                chance = generator.random()
                if chance < 0.05:
                    lost += 1
                    continue
                if chance < 0.10:
                    extra = generator.randint(1, 3)
                    copies += extra
                    kept += [copy(record) for _ in range(extra)]
                elif chance < 0.15:
                    record = copy(record)
                    edit(record, generator)
                    altered += 1
                elif chance < 0.20 and frame not in ("csv", "query"):
                    record = copy(record)
                    altered += damage_id(record, generator)
                elif chance < 0.23:
                    strangers += 1
                    kept.append(copy(generator.choice(foreign)))
                kept.append(record)
            for shuffled in (False, True):
                if shuffled:
                    generator.shuffle(kept)
                found = verdict(program, scratch,
                                write(kept, frame, header, generator), *job,
                                expect=1)
                total = found["total"]
                check_law(checks, found, where)
                checks.same(
                    [total[kind] for kind in KINDS[:7]],
                    [len(records), len(kept), lost, copies, altered, strangers,
                     0], f"damage is counted exactly, "
                    f"{'in any order' if shuffled else 'in order'}", where)
                if not shuffled:
                    checks.same(total["out_of_order"], 0,
                                "what is in order is not out of order", where)


def check_lines(program, scratch, checks):
    """Cut lines and garbage are undecodable, each once, and hide nothing."""
    generator = random.Random(6)
    for shape in ("resource-log", "portal"):
        job = [*PROFILE, "--shape", shape]
        lines = dataset.lines(program.generate(*job))
        out, cut, garbage = [], 0, 0
        for line in lines:
            chance = generator.random()
            if chance < 0.05:
                out.append(line[:generator.randint(1, len(line) - 1)])
                cut += 1
                continue
            # What may go on from a cut is one with it.
            if chance < 0.08 and out and out[-1] in lines:
                out.append(generator.choice(
                    ["what?", "\x00\x01\x02", "<html>", "12", "\"text\"", "}",
                     "{\"a\":tru}", "{\"a\":1e}", "\ufffd", "null"]))
                garbage += 1
            out.append(line)
        found = verdict(program, scratch, "\n".join(out), *job, expect=1)
        check_law(checks, found, shape)
        checks.same((found["total"]["lost"], found["total"]["undecodable"],
                     found["total"]["altered"], found["total"]["foreign"]),
                    (cut, cut + garbage, 0, 0),
                    "cut lines are lost, garbage is undecodable", shape)
        for example in found["examples"]:
            if example["kind"] == "undecodable":
                checks(out[example["line"] - 1] not in lines,
                       "an example names the line", example)


def check_compression(program, scratch, checks):
    job = [*PROFILE]
    plain = program.generate(*job, binary=True)
    count = plain.count(b"\n")
    middle = plain.index(b"\n", len(plain) // 2) + 1
    packed = {"gzip": gzip.compress(plain),
              "two gzip members": gzip.compress(plain[:middle]) +
                                  gzip.compress(plain[middle:]),
              "lz4": subprocess.run(["lz4", "-c"], input=plain, check=True,
                                    stdout=subprocess.PIPE).stdout,
              "own lz4": program.generate(*job, "--compress", "lz4",
                                          binary=True)}
    for name, data in packed.items():
        found = verdict(program, scratch, data, *job, expect=0,
                        name="no-telling-name")
        checks.same(found["total"]["received"], count,
                    "compression is seen in the bytes", name)
        for cut in (10, len(data) // 2, len(data) - 3):
            found = verdict(program, scratch, data[:cut], *job, expect=1)
            check_law(checks, found, name)
            checks(1 <= found["total"]["undecodable"] <= 2,
                   "a cut stream is undecodable from there on", (name, cut),
                   found["total"])
    found = verdict(program, scratch, bz2.compress(plain), *job, expect=1)
    checks.same(found["total"]["received"], 0, "bzip2 is no record")
    mark = b"\xef\xbb\xbf"
    marked = mark + plain[:middle] + mark + plain[middle:]
    for more in ([], ["--expect", "faults"]):
        found = verdict(program, scratch, marked, *job, *more, expect=0)
        checks.same(found["total"]["received"], count,
                    "files with a byte order mark, put together, pass", more)
    found = verdict(program, scratch, plain.decode().encode("utf-16"), *job,
                    expect=1)
    checks.same((found["total"]["undecodable"], "UTF-16" in
                 str(found["examples"])), (1, True),
                "UTF-16 is not read, and it is said so")
    bomb = gzip.compress(b"\n" * 30_000_000)
    found = verdict(program, scratch, bomb, *job, "--max-inflated", "1MB",
                    expect=1)
    checks("--max-inflated" in str(found["examples"]),
           "a bomb is given up, and it is said why", None, found["examples"])


def check_wrappers(program, scratch, checks):
    job = [*PROFILE, "--shape", "table"]
    records = dataset.read(program.generate(*job), "jsonl")
    wrappers = {
        "object": (lambda r: {"@timestamp": "2026-01-01T00:00:00Z",
                              "event": r}, ["/event"]),
        "text": (lambda r: {"stream": "stdout", "message": json.dumps(r)},
                 ["/message"]),
        "deep": (lambda r: {"a": {"b": {"c": r}}, "n": 1}, ["/a/b/c"]),
    }
    for name, (wrap, pointers) in wrappers.items():
        text = "".join(json.dumps(wrap(record)) + "\n" for record in records)
        for arguments in ([], *(["--at", pointer] for pointer in pointers)):
            found = verdict(program, scratch, text, *job, *arguments, expect=0)
            checks.same(found["total"]["received"], len(records),
                        "wrapped records are found", (name, arguments))
        wrong = verdict(program, scratch, text, *job, "--at", "/nowhere",
                        expect=1)
        checks.same(wrong["total"]["undecodable"], len(records),
                    "where nothing stands nothing is found", name)


def check_spelling(program, scratch, checks):
    """Numbers as text and other precision are equal, unless --strict."""
    job = [*PROFILE, "--shape", "table", "--logs", "usage"]
    records = dataset.read(program.generate(*job), "jsonl")
    for record in records:
        record["Quantity"] = str(record["Quantity"])
        record["TimeGenerated"] = record["TimeGenerated"][:-5] + "Z"
    text = write(records, "jsonl")
    verdict(program, scratch, text, *job, expect=0)
    found = verdict(program, scratch, text, *job, "--strict", expect=1)
    checks.same(found["total"]["altered"], len(records),
                "strictly, spelling counts")
    checks.same(found["altered_fields"]["usage"],
                {"Quantity": len(records), "TimeGenerated": len(records)},
                "altered fields are named")
    verdict(program, scratch, text, *job, "--strict", "--fields",
            "RecordId,UserIdA", expect=0)
    for record in records:
        record["Quantity"] += "1"
    found = verdict(program, scratch, write(records, "jsonl"), *job, expect=1)
    checks.same(found["altered_fields"]["usage"], {"Quantity": len(records)},
                "another number is another number")


def check_shapes(program, scratch, checks):
    """All standard columns of a table dropped at once are missed."""
    standard = ("TenantId", "SourceSystem", "Type", "_ResourceId",
                "_SubscriptionId", "_BilledSize", "_IsBillable")
    for log in LOGS:
        job = [*PROFILE, "--logs", log, "--shape", "table"]
        records = dataset.read(program.generate(*job), "jsonl")
        for record in records:
            for name in standard:
                del record[name]
        found = verdict(program, scratch, write(records, "jsonl"), *job,
                        expect=1)
        checks.same(found["altered_fields"][log],
                    {name: len(records) for name in standard},
                    "dropped columns are missed", log)


def check_map(program, scratch, checks):
    """What a pipeline renames or drops on purpose."""
    job = [*PROFILE, "--logs", "operational"]
    records = dataset.read(program.generate(*job), "jsonl")
    for record in records:
        record["took_ms"] = record.pop("durationMs")
        record["op"] = record["properties"].pop("operationId")
        del record["properties"]["uri"]
    text = write(records, "jsonl")
    path = f"{scratch}/names.json"

    def names(table):
        with open(path, "w", encoding="utf-8") as file:
            json.dump(table, file)

    names({"took_ms": "durationMs", "op": "operationId", "uri": None})
    verdict(program, scratch, text, *job, "--map", path, expect=0)
    names({"took_ms": "durationMs", "op": "operationId"})
    found = verdict(program, scratch, text, *job, "--map", path, expect=1)
    checks.same(found["altered_fields"]["operational"], {"uri": len(records)},
                "what is renamed is the same, what is dropped is not")
    names({"took": "durationsMs", "urii": None, "x": 3})
    told = program("verify", *job, "--map", path, path, expect=2).stderr
    for part in ('/took  "durationsMs" is not a field of any log; did you mean '
                 '"DurationMs"?', '"urii" is not a field', '/x  3 is not the '
                 'name of a field, or null'):
        checks(part in told, "a wrong map is refused", part, told)


def check_others(program, scratch, checks):
    """Records of another world are foreign, never altered."""
    job = ["--duration", "2m", "--start", "2026-03-02T10:00:00Z"]
    for shape in ("resource-log", "table"):
        for profile in ("quickstart", "conference", "ivr-storm", "voice-bot"):
            text = program.generate("--profile", profile, *job, "--shape",
                                    shape)
            for other in ("contact-center", "reminder-campaign"):
                found = verdict(program, scratch, text, "--profile", other,
                                *job, expect=1)
                checks.same((found["total"]["altered"],
                             found["total"]["foreign"]),
                            (0, text.count("\n")),
                            "another profile's records are foreign",
                            (shape, profile, other))
    later = program.generate("--start", "2026-03-02T11:00:00Z", "--duration",
                             "2m")
    found = verdict(program, scratch, later, *job, expect=1)
    checks.same(found["total"]["foreign"], later.count("\n"),
                "records of another time are foreign")


def check_jobs(program, scratch, checks):
    """Every extent, and shards by their manifests."""
    for extent in (["--duration", "90500ms"], ["--records", "1000"],
                   ["--bytes", "1MB"], ["--calls", "77"]):
        parts = []
        for shard in range(3):
            out = f"{scratch}/{extent[0][2:]}-{shard}"
            program("generate", *extent, "--shard", f"{shard}/3", "--out", out,
                    "--quiet")
            parts.append(out)
            done = program("verify", out, "--manifest", out, "--json")
            checks(json.loads(done.stdout)["passed"], "a shard passes", extent)
        manifests = [word for part in parts for word in ("--manifest", part)]
        done = program("verify", *parts, *manifests, "--json")
        checks(json.loads(done.stdout)["passed"], "all shards pass", extent)
        done = program("verify", *parts[1:], *manifests, "--json", expect=1)
        found = json.loads(done.stdout)
        with open(f"{parts[0]}/manifest.json", encoding="utf-8") as file:
            counts = json.load(file)["counts"]["records"]
        checks.same({log: found["logs"][log]["lost"] for log in LOGS}, counts,
                    "a missing shard is lost, all of it", extent)
        one = program.generate(*extent)
        program("verify", *parts, *extent, "--json")
        checks.same(verdict(program, scratch, one, *extent)["total"]["sent"],
                    one.count("\n"), "all that is generated was sent", extent)
    done = program("verify", f"{scratch}/calls-*", *extent, "--json")
    checks(json.loads(done.stdout)["passed"], "patterns and directories name "
           "files")


def check_words(program, scratch, checks):
    def refused(*arguments):
        done = program("verify", *arguments, expect=2)
        return done.stderr

    text = refused("--allow", "losst=0,lost=x", "--fields", "opertionId",
                   "--at", "event", "--max-record", "1", "/no/such/file",
                   "--examples", "many", "--seed", "x")
    for part in ('"losst" is not a count of the verdict; did you mean "lost"?',
                 '"x" is neither a whole number',
                 '"opertionId" is not a field of any log; did you mean '
                 '"OperationId"?', '"event" is not a JSON Pointer',
                 '"1" is not a size', "/no/such/file: there is no such file",
                 '"many" is not a whole number', "--seed"):
        checks(part in text, "all mistakes are told at once", part, text)
    program("generate", "--calls", 5, "--out", f"{scratch}/five", "--quiet")
    path = f"{scratch}/five/manifest.json"
    with open(path, encoding="utf-8") as file:
        manifest = json.load(file)
    for key, value, part in (
            ("format", 99, "is another format"),
            ("extent", {"calls": 6}, "has been edited"),
            ("profile_text", "{\"flows\":3}", "has been edited"),
            ("seed", -1, "has been edited")):
        with open(f"{scratch}/broken.json", "w", encoding="utf-8") as file:
            json.dump({**manifest, key: value}, file)
        text = refused("--manifest", f"{scratch}/broken.json", path)
        checks(part in text, "a wrong manifest is refused", part, text)
    text = refused("--manifest", path, "--manifest", path, "--seed", "3", path)
    checks("is the same shard" in text and "--seed" in text,
           "manifests are checked together", None, text)


def check_allowances(program, scratch, checks):
    job = ["--calls", "200"]
    lines = dataset.lines(program.generate(*job))
    text = "\n".join(lines[1:])
    for allow, expect in (("lost=0", 1), ("lost=1", 0), ("lost=1%", 0),
                          ("lost=0.001%", 1), ("lost=5,out_of_order=0", 0)):
        verdict(program, scratch, text, *job, "--allow", allow, expect=expect)
        checks(True, "allowances are kept")
    lines[3], lines[9] = lines[9], lines[3]
    text = "\n".join(lines)
    found = verdict(program, scratch, text, *job, expect=0)
    checks(found["total"]["out_of_order"] > 0, "order is looked at")
    verdict(program, scratch, text, *job, "--allow", "out_of_order=0",
            expect=1)
    told = program("verify", f"{scratch}/received", *job).stdout
    checks("passed" in told and "out of order by at most" in told,
           "a person is told", None, told)


def check_documented(program, scratch, checks):
    """The examples of docs/verify.md, as they stand there."""
    here = os.path.dirname(os.path.abspath(__file__))
    with open(f"{here}/../../docs/verify.md", encoding="utf-8") as file:
        page = file.read()
    examples = re.findall(
        r"\n```sh\n(.*?)```\n\n```\n(.*?)```",
        page[page.index("## Examples"):page.index("## Verdicts")], re.DOTALL)
    checks.same(len(examples), 3, "the page has its examples")
    path = (f"{os.path.dirname(program.path)}:{os.environ['PATH']}:"
            f"{here}/../../build/tools/bin")
    for number, (commands, told) in enumerate(examples):
        missing = [tool for tool in ("jq", "syslog-ng", "sqlite3")
                   if re.search(rf"(^|\| *|\n *){tool} ", commands) and
                   shutil.which(tool, path=path) is None]
        if missing:
            harness.skip(f"example {number} of docs/verify.md: there is no "
                         f"{missing[0]}")
            continue
        place = f"{scratch}/documented-{number}"
        os.mkdir(place)
        done = subprocess.run(["sh", "-c", commands], cwd=place, text=True,
                              env={**os.environ, "PATH": path}, timeout=60,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        checks.same((done.returncode, done.stdout.rstrip()),
                    (1, told.rstrip()),
                    "the page's examples do what the page says", done.stderr)


def check_hostile(program, scratch, checks):
    job = ["--calls", "20"]
    lines = dataset.lines(program.generate(*job))
    nasty = {
        "a long line": b'{"a":"' + b"x" * 3_000_000 + b'"}',
        "a long line without quotes": b"x" * 3_000_000,
        "deep nesting": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        "deep arrays": b"[" * 100_000,
        "not UTF-8": b'{"time":"\xff\xfe","operationId":"\xc3"}',
        "a number out of range": b'{"durationMs":1e999999,"x":' +
                                 b"9" * 5000 + b"}",
        "one key again and again": b'{' + b'"time":"x",' * 20_000 +
                                   b'"time":"y"}',
        "zeros": b"\0" * 100_000,
    }
    for name, bad in nasty.items():
        text = b"\n".join([lines[0].encode(), bad,
                           *(line.encode() for line in lines[1:])])
        found = verdict(program, scratch, text, *job, expect=1)
        check_law(checks, found, name)
        total = found["total"]
        checks.same((total["lost"], total["altered"],
                     total["foreign"] + total["undecodable"] > 0),
                    (0, 0, True), "what is hostile hides nothing", name)
    lines = [line.replace('"durationMs":', '"durationMs":1e9999,"x":', 1)
             if i == 0 else line for i, line in enumerate(lines)]
    found = verdict(program, scratch, "\n".join(lines), *job, expect=1)
    checks.same((found["total"]["altered"], found["total"]["lost"]), (1, 0),
                "a number out of range is another number")


def run(program, scratch, checks):
    check_damage(program, scratch, checks)
    check_lines(program, scratch, checks)
    check_compression(program, scratch, checks)
    check_wrappers(program, scratch, checks)
    check_spelling(program, scratch, checks)
    check_shapes(program, scratch, checks)
    check_map(program, scratch, checks)
    check_others(program, scratch, checks)
    check_jobs(program, scratch, checks)
    check_words(program, scratch, checks)
    check_allowances(program, scratch, checks)
    check_documented(program, scratch, checks)
    check_hostile(program, scratch, checks)


if __name__ == "__main__":
    harness.main(run)
