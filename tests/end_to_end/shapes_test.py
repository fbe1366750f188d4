"""A record says the same in every shape and frame."""

import json

import dataset
import own_profiles
import harness

# Columns that only tables have, with what they hold.
STANDARD = ("_resourceid", "_subscriptionid", "_billedsize", "_isbillable",
            "tenantid", "sourcesystem", "type")
# Those whose ingestion is not billed: azure-monitor-docs, logs/cost-logs.md.
NOT_BILLED = ("_resourceid", "_subscriptionid", "_billedsize", "_isbillable",
              "type")
TABLES = {"operational": "ACSCallAutomationIncomingOperations",
          "media_summary": "ACSCallAutomationMediaSummary",
          "usage": "ACSBillingUsage"}


def generate(program, scratch, profile, shape, frame):
    """The records of each log, as written."""
    out = f"{scratch}/{shape}-{frame}"
    program("generate", "--profile", profile, "--calls", 60, "--shape", shape,
            "--frame", frame, "--out", out, "--quiet", "--force")
    return {log: dataset.read_file(f"{out}/{dataset.file_name(log, frame)}",
                                   frame)
            for log in dataset.LOGS}


def check_standard(record, log, model, checks):
    """The columns that every table has."""
    flat = dataset.plain(record)
    checks.same(flat["_resourceid"], model["resourceid"].lower(),
                "_ResourceId is the resource in small letters", record)
    checks.same(flat["_subscriptionid"], flat["_resourceid"].split("/")[2],
                "_SubscriptionId is that of the resource", record)
    checks.same(flat["type"], TABLES[log], "Type is the table", record)
    checks.same((flat["sourcesystem"], flat["_isbillable"]), ("Azure", "true"),
                "SourceSystem and _IsBillable are Azure and true", record)
    billed = [value if isinstance(value, str) else json.dumps(value)
              for name, value in record.items()
              if dataset.meaning(name) not in NOT_BILLED]
    checks.same(int(flat["_billedsize"]), sum(map(len, billed)),
                "_BilledSize is the bytes of the columns that are billed",
                record)


def check_profile(program, scratch, checks, profile):
    # Everything that any shape tells of a record stands in one of these two.
    one = generate(program, scratch, profile, "resource-log", "jsonl")
    other = generate(program, scratch, profile, "documented", "jsonl")
    models = {log: [{**dataset.plain(first), **dataset.plain(second)}
                    for first, second in zip(one[log], other[log], strict=True)]
              for log in dataset.LOGS}
    workspaces = set()
    for shape in dataset.SHAPES:
        for frame in dataset.FRAMES:
            if not dataset.goes_together(shape, frame):
                continue
            made = generate(program, scratch, profile, shape, frame)
            for log in dataset.LOGS:
                checks.same(len(made[log]), len(models[log]),
                            "all shapes and frames hold the same records",
                            (shape, frame, log))
                for record, model in zip(made[log], models[log]):
                    flat = dataset.plain(record)
                    for name, value in flat.items():
                        if name not in STANDARD:
                            checks.same(value, model.get(name),
                                        f"{shape} {frame}: each value is that "
                                        "of the other shapes",
                                        (name, record))
                    if shape == "table":
                        check_standard(record, log, model, checks)
                        workspaces.add(flat["tenantid"])
    checks.same(len(workspaces), 1, "TenantId is one workspace", workspaces)


def run(program, scratch, checks):
    own = f"{scratch}/everything.json"
    with open(own, "w", encoding="utf-8") as file:
        json.dump(own_profiles.everything(), file)
    for profile in ("quickstart", own):
        check_profile(program, scratch, checks, profile)


harness.main(run)
