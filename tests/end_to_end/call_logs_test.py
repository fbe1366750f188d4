"""The logs that are written on request: their fields, and that every command
knows them."""

import pytest
from jsonschema import Draft202012Validator

import call_log_laws as laws
import dataset
import own_profiles
from files import write_json

# The columns of the tables, in letters as in dataset.py: azure-monitor-docs,
# reference/tables/acscallsummary.md and its neighbours; the recording
# operations: the sample of azure-docs, recording-logs.md.
_SUMMARY = """
    TimeGenerated:t OperationName OperationVersion Category CorrelationId
    Identifier CallStartTime:t CallDuration:i CallType TeamsThreadId
    ParticipantId ParticipantTenantId ParticipantType PstnParticipantCallType
    ParticipantStartTime:t ParticipantDuration:i ParticipantEndReason
    ParticipantEndSubCode ResultCategory EndpointId EndpointType SdkVersion
    OsVersion DiagnosticOptions CallDebuggingInfo TPE:b"""
_DIAGNOSTICS = """
    TimeGenerated:t OperationName OperationVersion Category CorrelationId
    Identifier ParticipantId EndpointId EndpointType MediaType StreamId:i
    TransportType RoundTripTimeAvg:i RoundTripTimeMax:i JitterAvg:i JitterMax:i
    PacketLossRateAvg:r PacketLossRateMax:r JitterBufferSizeAvg:i
    JitterBufferSizeMax:i HealedDataRatioAvg:r HealedDataRatioMax:r
    VideoFrameRateAvg:r RecvResolutionHeight:i
    RecvFreezeDurationPerMinuteInMs:r PacketUtilization:i VideoBitRateAvg:i
    VideoBitRateMax:i StreamDirection CodecName TPE:b"""
_COLUMNS = {
    "call_summary": _SUMMARY,
    "call_summary_updates": _SUMMARY + " CallUpdatesVersion:i",
    "call_diagnostics": _DIAGNOSTICS,
    "call_diagnostics_updates": _DIAGNOSTICS + " CallUpdatesVersion:i",
    "recording_operational": """
        TimeGenerated:t Level CorrelationId OperationName OperationVersion URI
        ResultType ResultSignature:i DurationMs:i CallerIpAddress
        CallConnectionId ServerCallId SdkVersion SdkType""",
    "recording_summary": """
        TimeGenerated:t OperationName CorrelationId ResultType Level
        RecordingId RecordingEndReason RecordingStartTime:t RecordingLength:r
        ChunkCount:i ContentType ChannelType FormatType
        AudioChannelsCount:i""",
}
_STANDARD = (" TenantId SourceSystem Type _ResourceId _SubscriptionId "
             "_BilledSize:r _IsBillable")
_TYPES = {"s": "string", "t": "string", "i": "integer", "r": "number",
          "b": "boolean"}
JOB = ["--profile", "contact-center", "--calls", 150, "--seed", 3]


def test_only_a_request_writes_them(program, scratch):
    program("generate", *JOB, "--out", scratch / "usual", "--quiet")
    program("generate", *JOB, "--out", scratch / "all", "--logs", "all",
            "--quiet")
    usual = {path.name: path.read_bytes()
             for path in (scratch / "usual").glob("*.jsonl")}
    everything = {path.name: path.read_bytes()
                  for path in (scratch / "all").glob("*.jsonl")}
    assert len(usual) == len(dataset.LOGS)
    assert len(everything) == len(dataset.LOGS) + len(laws.LOGS)
    for name, data in usual.items():
        assert everything[name] == data, f"{name} is the same with all logs"


@pytest.mark.parametrize("log", laws.LOGS)
def test_tables_have_the_published_columns(program, log):
    schema = dataset.parse(program("schema", log, "--shape", "table").stdout)
    expected = {}
    for word in (_COLUMNS[log] + _STANDARD).split():
        name, _, letter = word.partition(":")
        expected[name] = _TYPES[letter or "s"]
    got = {}
    for name, rule in schema["properties"].items():
        kind = rule["type"]
        got[name] = kind[0] if isinstance(kind, list) else kind
    assert got == expected
    assert schema["properties"]["Type"]["enum"] == [laws.TABLES[log]]


@pytest.mark.parametrize("shape", dataset.SHAPES)
@pytest.mark.parametrize("log", laws.LOGS)
def test_records_match_their_schema(program, log, shape):
    schema = dataset.parse(program("schema", log, "--shape", shape).stdout)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    records = dataset.read(program.generate(
        "--profile", "contact-center", "--calls", 120, "--logs", log,
        "--shape", shape), "jsonl")
    assert records
    for record in records:
        error = next(validator.iter_errors(record), None)
        assert error is None, (record, error and error.message)
        if shape == "portal":
            assert all(isinstance(value, str) for value in record.values())


def test_settings_decide_the_special_cases(program, scratch):
    flow = own_profiles.answered({"talk": {"wait": "20s", "next": "bye"}})
    own = own_profiles.tiny({"talk": flow}, call_summary={
        "server_share": 0, "redacted_id_share": 0, "missing_id_share": 0,
        "missing_start_share": 0, "missing_duration_share": 0,
        "repeat_share": 0, "incomplete_share": 0, "later_update_share": 1,
        "most_updates": 2, "app_leg": True, "own_update_category": True,
        "ends": {"503": 0.9999}, "lag": "5m", "first_update": "1m",
        "later_update": "1h"})
    write_json(scratch / "own.json", own)
    program("generate", "--profile", scratch / "own.json", "--calls", 50,
            "--logs", "all", "--out", scratch / "out", "--quiet")
    records = laws.read(scratch / "out")
    assert len(records["call_summary"]) == 100
    assert len(records["call_summary_updates"]) == 200
    dropped = [record for record in records["call_summary"]
               if record["participantendreason"] != "0"]
    assert len(dropped) >= 98
    for record in dropped:
        assert record["participantendreason"] == "503"
        assert record["participantendsubcode"] == "560503"
        assert record["resultcategory"] == "UnexpectedServerError"
        assert record["endpointtype"] in ("PSTN", "BOT")
    for record in records["call_summary_updates"]:
        assert record["category"] == "CallSummaryUpdates"
    times = sorted({record["time"] - record["callstarttime"]
                    for record in records["call_summary_updates"]})
    assert times[-1] - times[0] >= 3_600_000


def test_verify_knows_them(program, scratch):
    program("generate", *JOB, "--logs", "all", "--out", scratch / "logs",
            "--quiet")
    result = program("verify", "--manifest", scratch / "logs", "--strict",
                     "--json", *sorted((scratch / "logs").glob("*.jsonl")))
    verdict = dataset.parse(result.stdout)
    assert verdict["passed"]
    assert verdict["logs"]["call_summary"]["sent"] > 0
    assert verdict["total"]["received"] == verdict["total"]["sent"]


@pytest.mark.parametrize("shape,frame", [
    ("table", "csv"), ("portal", "csv"), ("table", "query"),
    ("portal", "jsonl"), ("documented", "jsonl"), ("table", "jsonl")])
@pytest.mark.parametrize("log", laws.LOGS)
def test_verify_reads_each_shape(program, scratch, log, shape, frame):
    job = [*JOB, "--logs", log, "--shape", shape, "--frame", frame]
    program("generate", *job, "--out", scratch / "logs", "--quiet")
    program("verify", "--manifest", scratch / "logs", "--strict",
            *[path for path in (scratch / "logs").iterdir()
              if path.name != "manifest.json"])


def test_threads_do_not_change_them(program):
    job = ["--profile", "contact-center", "--calls", 1000, "--logs", "all"]
    one = program.generate(*job, "--threads", 1, binary=True)
    assert program.generate(*job, "--threads", 3, binary=True) == one
