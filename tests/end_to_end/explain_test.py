"""The story of a call agrees with the records that the call left."""

import json

import dataset
import harness

LOG_OF = {"CallAutomationOperational": "operational",
          "CallAutomationMediaSummary": "media_summary", "Usage": "usage"}
IDS = {"operational": "operationId", "media_summary": "operationId",
       "usage": "recordId"}


def explained(program, text, *job, **more):
    return json.loads(program("explain", text, "--json", *job, **more).stdout)


def check_call(program, records, job, checks):
    """All records of one call against its story. `records`: (log, record)."""
    log, first = records[0]
    story = explained(program, first["properties"][IDS[log]], *job)
    told = {(entry["log"], entry["id"]): entry for entry in story["records"]}
    checks.same(len(told), len(records),
                "a story has each record of its call, and no other", first)
    for log, record in records:
        entry = told.get((log, record["properties"][IDS[log]]))
        if entry is None:
            checks(False, "a story has the records that were written", record)
            continue
        checks.same(entry["time"].replace("Z", "0000Z"), record["time"],
                    "a story's times are those of the records", record)
        checks(record["correlationId"] in story["facts"]["CorrelationId"],
               "a story has its call's correlation ids", record)
    failed = [record for log, record in records
              if log != "usage" and record["resultType"] == "Failed"]
    checks(sum("why" in event for event in story["events"]) >= len(failed),
           "a story says why things failed", first)
    for log, record in records:
        again = explained(program, json.dumps(record), *job)
        checks.same(again["call"], story["call"],
                    "a record leads to the same call as its id", record)
    return story


def run(program, scratch, checks):
    for profile, calls in (("quickstart", 12), ("conference", 6),
                           ("reminder-campaign", 12)):
        job = ["--profile", profile, "--seed", 9]
        written = {}
        for line in dataset.lines(
                program.generate(*job, "--calls", 60)):
            record = json.loads(line)
            log = LOG_OF[record["category"]]
            story = None
            for call, records in written.items():
                if record["correlationId"] in call:
                    story = call
            if story is None:
                facts = explained(program, record["correlationId"],
                                  *job)["facts"]
                story = tuple(facts["CorrelationId"])
                written[story] = []
            written[story].append((log, record))
        for records in list(written.values())[:calls]:
            check_call(program, records, job, checks)

    record = json.loads(dataset.lines(program.generate("--calls", 1))[0])
    properties = record["properties"]
    for name in ("callConnectionId", "serverCallId", "operationId"):
        text = program("explain", properties[name]).stdout
        checks(properties[name] in text and properties["operationId"] in text,
               "the text names the id and the call's records", record, text)
    again = program("explain", "-", "--json", stdin=None,
                    input=json.dumps(record)).stdout
    checks.same(json.loads(again)["facts"]["CallConnectionId"],
                properties["callConnectionId"], "- reads a record")
    for words, code, reason in (
            ((properties["operationId"], "--seed", 2), 1, "no id in it"),
            (("hello",), 1, "no id in it"),
            (("5fab0875-3211-4879-8051-c688d0854c4d",), 1, "no id in it"),
            ((), 2, "wants an id"),
            (("a", "b"), 2, "one word too many"),
            (("a", "--sed", "3"), 2, 'did you mean "--seed"')):
        refused = program("explain", *words, expect=code)
        checks(reason in refused.stderr, "what is not found is told", words,
               refused.stderr)


harness.main(run)
