"""Records written as other programs write them, and what `verify` says of
them."""

import csv
import io
import json

KINDS = ("sent", "received", "lost", "duplicated", "altered", "foreign",
         "undecodable", "out_of_order")
PROFILE = ["--profile", "contact-center", "--calls", "300"]
LOGS = ("operational", "media_summary", "usage")


def write(records, frame, header=None, generator=None):
    """The records as one text in a frame, as another program might write it."""
    if frame == "jsonl":
        return "".join(json.dumps(record) + "\n" for record in records)
    if frame == "array":
        return json.dumps(records, indent=generator.choice([None, 0, 2]))
    if frame == "event-hub":
        text = ""
        for begin in range(0, len(records), 50):
            text += json.dumps({"records": records[begin:begin + 50]},
                               separators=(",", ":")) + "\n"
        return text
    if frame == "csv":
        out = io.StringIO()
        writer = csv.writer(out, quoting=generator.choice(
            [csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
        writer.writerow(header)
        for record in records:
            writer.writerow([record.get(name, "") for name in header])
        return out.getvalue()
    return json.dumps({"tables": [{
        "name": "PrimaryResult",
        "columns": [{"name": name, "type": "string"} for name in header],
        "rows": [[record.get(name) for name in header]
                 for record in records]}]})


def verdict(program, scratch, text, *arguments, expect=None, name="received"):
    path = f"{scratch}/{name}"
    with open(path, "wb") as file:
        file.write(text if isinstance(text, bytes) else text.encode())
    done = program("verify", path, "--json", *arguments, expect=expect)
    return json.loads(done.stdout)


def check_law(checks, found, where):
    for name, counts in [("total", found["total"]), *found["logs"].items()]:
        checks.same(list(counts), list(KINDS), "counts have their names", where)
        checks(all(isinstance(count, int) for count in counts.values()),
               "counts are whole numbers", where)
        checks.same(counts["lost"] + counts["received"] - counts["duplicated"] -
                    counts["foreign"], counts["sent"],
                    "lost + distinct records of ours = sent", (where, name))
