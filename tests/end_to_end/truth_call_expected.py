"""The answers of `busyhour truth --json` about the logs that are written on
request, counted in the records of files as in truth_expected.py."""

import collections
import math

from queries_answers import nearest_rank
from truth_expected import clock, distinct, field, grouped

PERCENTS = (50, 90, 95, 99)


def mean(name):
    return lambda records: math.fsum(
        record[name] for record in records) / len(records)


def ranks(name):
    return {f"p{percent}": lambda records, percent=percent: nearest_rank(
        [record[name] for record in records], percent)
        for percent in PERCENTS}


def steps(name, step):
    return lambda record: int(record[name] // step * step)


def newest(records, order):
    """The newest record of each endpoint."""
    found = {}
    for record in records:
        known = found.setdefault(record["endpointid"], record)
        if known[order] < record[order]:
            found[record["endpointid"]] = record
    return list(found.values())


class CallExpected:
    """`expected` is a `truth_expected.Expected`."""

    def __init__(self, expected):
        self.records = expected.records
        self.call = expected.call
        self.time = {"time": expected.time}
        self.calls = {"calls": distinct(expected.call)}
        self.bucket_ms = expected.bucket_ms

    def per_call(self, name, records):
        """The calls by number of these records."""
        numbers = collections.Counter(map(self.call, records))
        return [{name: number, "calls": calls} for number, calls in sorted(
            collections.Counter(numbers.values()).items())]

    def start(self, record):
        return clock(record["callstarttime"] // self.bucket_ms
                     * self.bucket_ms)

    def call_summary(self):
        summaries = self.records["call_summary"]
        people = newest([record for record in summaries
                         if record["endpointid"]], "time")
        count = {"participants": len}
        of_calls = list({self.call(record): record
                         for record in people}.values())
        return {
            "participants": grouped(people, {}, {**count, **self.calls}),
            "calls_by_participants": self.per_call("participants", people),
            "calls_by_type": grouped(people, {"call_type": field("calltype")},
                                     self.calls),
            "calls_by_duration": grouped(
                people, {"seconds": steps("callduration", 60)}, self.calls),
            "call_duration": grouped(of_calls, {}, {
                "calls": len, "mean": mean("callduration"),
                **ranks("callduration")}),
            "calls_by_start": grouped(people, {"time": self.start}, self.calls),
            "participants_by_software": grouped(people, {
                "sdk_version": lambda record: record["sdkversion"] or "",
                "os_version": lambda record: record["osversion"] or ""},
                count),
            "summaries_by_time": grouped(summaries, self.time,
                                         {"records": len}),
        }

    def call_summary_updates(self):
        people = newest([record for record in
                         self.records["call_summary_updates"]
                         if record["endpointid"]], "callupdatesversion")
        return {"newest_updates": grouped(people, {
            "version": field("callupdatesversion"),
            "dropped": lambda record: record["resultcategory"].startswith(
                "Unexpected")}, {"participants": len})}

    def call_diagnostics(self):
        records = self.records["call_diagnostics"]
        sent = [record for record in records
                if record["streamdirection"] == "Outbound"]
        count = {"streams": len}
        found = {
            "streams": grouped(sent, {}, {**count, **self.calls}),
            "calls_by_streams": self.per_call("streams", sent),
            "streams_by_transport": grouped(
                sent, {"media": field("mediatype"),
                       "transport": field("transporttype")}, count),
            "stream_quality": grouped(sent, {
                "poor_jitter": lambda record: record["jitteravg"] > 30,
                "poor_loss": lambda record: record["packetlossrateavg"] > 0.1,
                "poor_round_trip": lambda record: record[
                    "roundtriptimeavg"] > 500}, count),
            "streams_by_jitter": grouped(
                sent, {"jitter": steps("jitteravg", 10)}, count),
            "streams_by_round_trip": grouped(
                sent, {"round_trip": steps("roundtriptimeavg", 10)}, count),
            "streams_by_loss": grouped(
                sent, {"loss": lambda record: int(
                    100 * record["packetlossrateavg"]) / 100}, count),
            "streams_by_time": grouped(records, self.time, {"records": len}),
        }
        for name, of in (("jitter", "jitter"), ("round_trip", "roundtriptime"),
                         ("loss", "packetlossrate")):
            for most, end in (("", "avg"), ("most_", "max")):
                found[f"mean_{most}{name}"] = grouped(
                    sent, {}, {**count, "mean": mean(of + end)})
        return found

    def call_diagnostics_updates(self):
        return {}

    def recording_summary(self):
        records = self.records["recording_summary"]
        count = {"recordings": len}
        shape = {"format": field("formattype"),
                 "channels": field("channeltype")}
        length = "recordinglength"
        return {
            "recordings_by_length": grouped(
                records, {"seconds": steps(length, 60)}, count),
            "recording_length": grouped(records, {}, {
                **count, "mean": mean(length), **ranks(length)}),
            "recordings_by_format": grouped(
                records, {"content": field("contenttype"), **shape,
                          "end_reason": field("recordingendreason")}, count),
            "recordings_by_time": grouped(records, {**self.time, **shape}, {
                **count, "hours": lambda of: math.fsum(
                    record[length] for record in of) / 3600}),
            "calls_by_recordings": self.per_call("recordings", records),
        }

    def recording_operational(self):
        requests = self.records["recording_operational"]
        count = {"requests": len}
        operation = {"operation": field("operationname")}
        version = {**operation, "version": field("operationversion")}
        return {
            "recording_requests_by_result": grouped(
                requests, {**operation, "result": field("resulttype")}, count),
            "recording_requests_by_status": grouped(
                requests, {**version, "status": field("resultsignature")},
                count),
            "recording_latency": grouped(requests, version, {
                **count, **ranks("durationms")}),
            "recording_requests_by_address": grouped(
                requests, {**operation, "address": field("calleripaddress")},
                count),
        }
