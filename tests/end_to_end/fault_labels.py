"""Labels of faults, and a reader that finds the faults in lines of JSON by
itself. It knows nothing of the program but the form of labels and manifests."""

import collections
import json
import os

MOVES = ("drop", "duplicate", "delay", "reorder")
LINES = ("truncate", "corrupt", "invalid_utf8", "blank_line", "partial_line")
NAMES = ("extra_field", "missing_field", "renamed_field", "wrong_case")
ANY = ("wrong_type", "clock_skew", "oversize")
ALL = MOVES + LINES + NAMES + ANY
# What goes with each frame.
FRAMES = {"jsonl": ALL, "csv": MOVES + LINES + ANY,
          "array": MOVES + NAMES + ANY, "event-hub": MOVES + NAMES + ANY,
          "query": MOVES + ANY}
SHAPES = {"jsonl": ("resource-log", "table", "portal", "documented"),
          "csv": ("portal", "table"),
          "array": ("resource-log", "portal"),
          "event-hub": ("resource-log", "table"), "query": ("table",)}
CALLS = ("--profile", "contact-center", "--calls", 500)
LOG_OF = {"CallAutomationOperational.jsonl": "operational",
          "CallAutomationMediaSummary.jsonl": "media_summary",
          "Usage.jsonl": "usage"}
OWN_ID = ("operationid", "recordid")  # whatever the letters


def options(kinds, rate=0.02):
    words = []
    for kind in kinds:
        words += ["--fault",
                  f"{kind}={1 if kind == 'partial_line' else rate}"]
    return words


def files_of(directory):
    found = {}
    for root, _, names in os.walk(directory):
        for name in sorted(names):
            if name != "manifest.json":
                path = os.path.join(root, name)
                with open(path, "rb") as file:
                    found[os.path.relpath(path, directory)] = file.read()
    return found


def labels_of(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def manifest_of(directory):
    with open(os.path.join(directory, "manifest.json"),
              encoding="utf-8") as file:
        return json.load(file)


def count_of(labels):
    return dict(collections.Counter(label["fault"] for label in labels))


def check_counts(directory, labels, checks):
    counts = manifest_of(directory)["counts"]["faults"]
    checks.same({kind: count for kind, count in counts.items() if count},
                count_of(labels), "the manifest counts what the labels name")


def flat(record):
    values = {}
    for name, value in record.items():
        if name.lower() == "properties" and isinstance(value, dict):
            values.update(value)
        else:
            values[name] = value
    return values


def own_id(values):
    return next((value for name, value in values.items()
                 if name.lower() in OWN_ID), None)


def by_kind(labels, *kinds):
    return collections.Counter(label["id"] for label in labels
                               if label["fault"] in kinds)


def read_jsonl(program, scratch, checks, shape):
    """Every line of the faulty data set is told by what it is: each kind is
    found as often, and in the very records, as the labels say."""
    clean, faulty = (os.path.join(scratch, f"{name}-{shape}")
                     for name in ("clean", "faulty"))
    labels_path = faulty + ".labels"
    program("generate", *CALLS, "--shape", shape, "--out", clean)
    program("generate", *CALLS, "--shape", shape, "--out", faulty,
            "--labels", labels_path, *options(ALL))
    labels = labels_of(labels_path)
    check_counts(faulty, labels, checks)
    checks.same(set(count_of(labels)), set(ALL), "every kind happens")
    written = 0
    for name, data in files_of(clean).items():
        # A play and the request for it share an id.
        mine = [label for label in labels if label["log"] == LOG_OF[name]]
        text_of = {label["id"]: label for label in mine
                   if label["fault"] not in MOVES and
                   label["fault"] != "partial_line"}
        cut = by_kind(mine, "partial_line")
        sent = {line: flat(json.loads(line)) for line in data.splitlines()}
        damaged = files_of(faulty)[name]
        lines = damaged.split(b"\n")
        checks(lines.pop() != b"", "the last line does not end")
        blank = lines.count(b"")
        lines = [line for line in lines if line]
        lines.append(damaged.rsplit(b"\n", 1)[1])
        written += len(lines)
        whole = collections.Counter(line for line in lines if line in sent)
        other = [line for line in lines if line not in sent]
        here = {own_id(values): line for line, values in sent.items()
                if own_id(values)}
        dropped = by_kind(mine, "drop")
        copied = by_kind(mine, "duplicate")
        for uid, line in here.items():
            kind = text_of.get(uid, {}).get("fault")
            if kind in (None, "blank_line") and uid not in cut:
                expected = 0 if uid in dropped else 2 if uid in copied else 1
                checks.same(whole[line], expected,
                            "a line that no fault strikes comes as often as "
                            "the labels say", text_of.get(uid))
        checks.same(blank, sum((1 + (label["id"] in copied))
                               for label in mine
                               if label["fault"] == "blank_line"),
                    "blank lines are those of the labels")
        anonymous = sum(1 for label in mine if not label["id"])
        struck = [label for label in mine if label["fault"] not in MOVES and
                  label["fault"] not in ("blank_line", "partial_line")]
        seen = collections.Counter()
        for line in other:
            seen[kind_of(line, here, text_of, shape)] += 1
        # The cut line may be damaged besides.
        checks(abs(sum(seen.values()) - sum(
            1 + (label["id"] in copied)
            for label in struck)) <= 1 + anonymous,
            "every other line is a damaged record", seen)
        for kind in NAMES + ("wrong_type", "clock_skew", "oversize"):
            wanted = sum(1 + (label["id"] in copied) for label in struck
                         if label["fault"] == kind)
            checks(abs(seen[kind] - wanted) <= 1 + anonymous,
                   f"{kind}: found as often as the labels say",
                   (seen[kind], wanted))
    counts = manifest_of(faulty)["counts"]["records"]
    checks.same(sum(counts.values()), written,
                "the manifest counts what was written")
    clean_counts = manifest_of(clean)["counts"]["records"]
    faults = count_of(labels)
    checks.same(sum(counts.values()), sum(clean_counts.values()) -
                faults["drop"] + faults["duplicate"],
                "written is meant less dropped and repeated")


def kind_of(line, here, text_of, shape):
    """What has been done to a line that is not as it was, and whether it is
    what its label says."""
    try:
        values = flat(json.loads(line.decode("utf-8")))
    except ValueError:
        return "unreadable"
    uid = own_id(values)
    uid = uid if isinstance(uid, str) else None
    if uid not in here and uid:
        uid = uid[:36]  # made longer
    if uid not in here:
        # The own id itself was struck: another id of the record leads to it.
        return next((label["fault"] for label in candidates(values, text_of)),
                    "unknown")
    was = flat(json.loads(here[uid]))
    label = text_of.get(uid)
    if label is None:
        return "unlabelled"
    field = label.get("field")
    gone = set(was) - set(values)
    new = set(values) - set(was)
    changed = {name for name in set(was) & set(values)
               if was[name] != values[name]}
    kind = "unlabelled"
    if not gone and len(new) == 1 and not changed:
        kind = "extra_field" if new == {field} else kind
    elif len(gone) == 1 and not new and not changed:
        kind = "missing_field" if gone == {field} else kind
    elif len(gone) == 1 and len(new) == 1 and not changed:
        same = min(new).lower() == min(gone).lower()
        kind = "wrong_case" if same else "renamed_field"
        kind = kind if gone == {field} else "unlabelled"
    elif not gone and not new and changed == {field}:
        value = values[field]
        kind = ("oversize" if isinstance(value, str) and len(value) == 65536
                else "wrong_type" if value in (None, True, [], {})
                else kind)
    elif not gone and not new and changed and not field:
        kind = "clock_skew"
    return kind if kind == label["fault"] else (
        "unreadable" if label["fault"] == "corrupt" else "unlabelled")


def candidates(values, text_of):
    texts = [value for value in values.values() if isinstance(value, str)]
    for label in text_of.values():
        if label.get("field", "").lower() in OWN_ID and label["correlation_id"] in texts:
            yield label
