"""The records of a call agree with each other and with one possible history.

    laws_test.py PROGRAM PROFILE [CALLS [START]]

PROFILE is a shipped one or one of own_profiles.py. Reads written files back
and checks them with code of its own: see the *_laws.py beside this file.
"""

import json

import calls as grouping
import own_profiles
import harness
import identity_laws
import media_laws
import profiles
import request_laws
import usage_laws

OWN = {"everything": own_profiles.everything,
       "sparse": own_profiles.sparse}


def run(program, scratch, checks, name, count="4000", start=None):
    source = name
    if name in OWN:
        source = f"{scratch}/{name}.json"
        with open(source, "w", encoding="utf-8") as file:
            json.dump(OWN[name](), file)
    profile = profiles.load(program, source)
    program("generate", "--profile", source, "--calls", count, "--out",
            f"{scratch}/out", "--seed", 20, "--quiet",
            *(["--start", start] if start else []))
    records = grouping.read(f"{scratch}/out")
    calls = grouping.group(records, checks)
    checks.same(len(calls), int(count), "each call is in the operational log")

    seen = media_laws.check(calls, checks, profile)
    request_laws.check(calls, checks, profile)
    identity_laws.check(records, calls, checks, profile)
    usage_laws.check(calls, checks, profile)

    if name == "everything":
        for row, times in seen.items():
            late = row[3] == 8532 and row[1] == "Completed"
            checks(late or times > 0, "each row of the catalogue is met", row)
        asked = {(request["operationname"], request["resultsignature"])
                 for call in calls for request in call.requests}
        for operation, success in request_laws.SUCCESS.items():
            checks((operation, success) in asked, "each operation is met",
                   operation)
        for status in request_laws.REFUSALS:
            checks(any(status == other for _, other in asked),
                   "each refusal is met", status)
    print(f"{name}: {len(calls)} calls, " + ", ".join(
        f"{len(records[log])} {log}" for log in records))


harness.main(run)
