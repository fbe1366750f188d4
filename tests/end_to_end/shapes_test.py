"""Tests that a record has the same values in every shape and frame."""

import json

import pytest

import dataset
import identity_laws
import own_profiles
from files import write_json

# Columns that only tables have; check_standard checks their values.
STANDARD = ("_resourceid", "_subscriptionid", "_billedsize", "_isbillable",
            "tenantid", "sourcesystem", "type", "_itemid",
            "_internal_workspaceresourceid", "_timereceived",
            "ingestiontime")
# Columns without ingestion costs: azure-monitor-docs, logs/cost-logs.md.
NOT_BILLED = ("_resourceid", "_subscriptionid", "_billedsize", "_isbillable",
              "type", "_timereceived", "ingestiontime")
TABLES = {"operational": "ACSCallAutomationIncomingOperations",
          "media_summary": "ACSCallAutomationMediaSummary",
          "usage": "ACSBillingUsage",
          "streaming_usage": "ACSCallAutomationStreamingUsage"}


def generate(program, scratch, profile, shape, frame):
    """The records of each log, as written."""
    out = f"{scratch}/{shape}-{frame}"
    program("generate", "--profile", profile, "--calls", 60, "--shape", shape,
            "--frame", frame, "--out", out, "--quiet", "--force")
    return {log: dataset.read_file(f"{out}/{dataset.file_name(log, frame)}",
                                   frame)
            for log in dataset.LOGS}


def check_standard(record, log, model):
    """Checks the columns that every table has."""
    flat = dataset.plain(record)
    assert flat["_resourceid"] == model["resourceid"].lower(), (
        f"_ResourceId is the resource in small letters: {record}")
    assert flat["_subscriptionid"] == flat["_resourceid"].split("/")[2], (
        f"_SubscriptionId is that of the resource: {record}")
    assert flat["type"] == TABLES[log], f"Type is the table: {record}"
    assert (flat["sourcesystem"], flat["_isbillable"]) == ("Azure", "true"), (
        f"SourceSystem and _IsBillable are Azure and true: {record}")
    billed = [value if isinstance(value, str) else json.dumps(value)
              for name, value in record.items()
              if dataset.meaning(name) not in NOT_BILLED]
    assert int(flat["_billedsize"]) == sum(map(len, billed)), (
        f"_BilledSize is the bytes of the columns that are billed: {record}")


def check_arrival(records):
    """Records are in the order in which they arrive."""
    before = 0
    for record in records:
        flat = dataset.plain(record)
        assert flat["_timereceived"] == flat["ingestiontime"], record
        assert before <= flat["_timereceived"] >= flat["time"], record
        before = flat["_timereceived"]


def check_export(record, log, model):
    """Checks the columns that a data export has besides those of the log."""
    assert list(record) == sorted(record), f"columns by name: {record}"
    resource = record["_ResourceId"].split("/")
    assert "/".join(resource) == model["resourceid"].lower(), record
    assert record["_Internal_WorkspaceResourceId"] == "/".join(
        [*resource[:5], "providers", "microsoft.operationalinsights",
         "workspaces", "contoso-logs"]), record
    assert (record["Type"], record["SourceSystem"]) == (
        TABLES[log], "Azure"), record
    assert identity_laws.GUID.fullmatch(record["_ItemId"]), record


@pytest.mark.parametrize("profile", ["quickstart", "everything"])
def test_record_says_the_same_in_all_shapes_and_frames(program, scratch,
                                                       profile):
    if profile == "everything":
        profile = scratch / "everything.json"
        write_json(profile, own_profiles.everything())
    # These two shapes together contain every value of any shape.
    one = generate(program, scratch, profile, "resource-log", "jsonl")
    other = generate(program, scratch, profile, "documented", "jsonl")
    models = {log: [{**dataset.plain(first), **dataset.plain(second)}
                    for first, second in zip(one[log], other[log], strict=True)]
              for log in dataset.LOGS}
    workspaces = set()
    items = {}
    for shape in dataset.SHAPES:
        for frame in dataset.FRAMES:
            if not dataset.goes_together(shape, frame):
                continue
            made = generate(program, scratch, profile, shape, frame)
            for log in dataset.LOGS:
                assert len(made[log]) == len(models[log]), (
                    f"all shapes and frames have the same records: {shape}, "
                    f"{frame}, {log}")
                if shape == "table-arrival":
                    check_arrival(made[log])
                for record, model in zip(made[log], models[log]):
                    flat = dataset.plain(record)
                    for name, value in flat.items():
                        if name not in STANDARD:
                            assert value == model.get(name), (
                                f"{shape} {frame}: each value is that of the "
                                f"other shapes: {name}, {record}")
                    if shape in ("table", "table-arrival"):
                        check_standard(record, log, model)
                    if shape == "data-export":
                        check_export(record, log, model)
                        item = (log, model["time"], json.dumps(model))
                        known = items.setdefault(flat["_itemid"], item)
                        assert known == item, (
                            f"an _ItemId is that of one record: {record}")
                    if "tenantid" in flat:
                        workspaces.add(flat["tenantid"])
    assert len(items) == sum(map(len, models.values())), (
        "each record has its own _ItemId")
    assert len(workspaces) == 1, f"TenantId is one workspace: {workspaces}"
