"""The answers of `busyhour truth --json`, counted in the records of files."""

import datetime
import math
import re

from queries_answers import nearest_rank

CLASS_OF = {1: "1xx", 2: "2xx", 3: "3xx", 4: "4xx", 5: "5xx"}


def grouped(records, keys, measures):
    """A row for each combination of values of `keys`, in order."""
    groups = {}
    for record in records:
        groups.setdefault(tuple(key(record) for key in keys.values()),
                          []).append(record)
    return [dict(zip(keys, key), **{name: measure(group)
                                    for name, measure in measures.items()})
            for key, group in sorted(groups.items())]


def field(name):
    return lambda record: record[name]


def distinct(key):
    return lambda records: len(set(map(key, records)))


def added(name, divisor=1):
    return lambda records: math.fsum(map(field(name), records)) / divisor


def percentile(percent):
    return lambda records: nearest_rank(
        [record["durationms"] for record in records], percent)


def clock(ms):
    time = datetime.datetime(1970, 1, 1) + datetime.timedelta(milliseconds=ms)
    return f"{time:%FT%TZ}"


def http_class(request):
    return CLASS_OF[request["resultsignature"] // 100]


class Expected:
    """The answers about the records of a directory; `call_of` is the call of
    each correlation id."""

    def __init__(self, records, call_of, bucket_ms):
        self.records = records
        self.bucket_ms = bucket_ms
        self.call = lambda record: call_of[record["correlationid"]]

    def time(self, record):
        return clock(record["time"] // self.bucket_ms * self.bucket_ms)

    def logs(self):
        return {log: {"records": len(of),
                      "calls": len(set(map(self.call, of))),
                      "correlation_ids": len({record["correlationid"]
                                              for record in of})}
                for log, of in self.records.items()}

    def operational(self):
        requests = self.records["operational"]
        operation = {"operation": field("operationname")}
        version = {**operation, "version": field("operationversion")}
        status = {"status": field("resultsignature")}
        klass = {"class": http_class}
        time = {"time": self.time}
        count = {"requests": len}
        return {
            "active_calls": grouped(requests, time, {
                "calls": distinct(self.call),
                "correlation_ids": distinct(field("correlationid"))}),
            "requests_by_class": grouped(requests, klass, count),
            "requests_by_result": grouped(
                requests, {**operation, "result": field("resulttype")}, count),
            "requests_by_status": grouped(requests, {**version, **status},
                                          count),
            "latency": grouped(requests, version, {**count, **{
                f"p{each}": percentile(each) for each in (50, 90, 95, 99)}}),
            "requests_by_time_and_operation": grouped(
                requests, {**time, **operation}, count),
            "requests_by_time_and_status": grouped(
                requests, {**time, **status}, count),
            "requests_by_address": grouped(
                requests, {**operation, "address": field("calleripaddress")},
                count),
            "streaming_requests": grouped(
                [each for each in requests if re.search(
                    "MediaStreaming|Transcription", each["operationname"])],
                {**operation, **klass}, count),
        }

    def media_summary(self):
        ends = self.records["media_summary"]
        plays, recognizes = ([end for end in ends
                              if end["operationname"] == operation]
                             for operation in ("Play", "Recognize"))
        result = {"result": field("resulttype")}
        codes = {"code": field("resultcode"), "subcode": field("resultsubcode")}
        found = {
            "plays_by_loop": grouped(
                plays, {"in_loop": field("playinloop"), **result},
                {"plays": len}),
            "plays_by_target": grouped(
                plays, {"to_participant": field("playtoparticipant"), **result},
                {"plays": len}),
            "recognizes": grouped(
                recognizes, {**result, **codes, "message":
                             field("resultmessage")}, {"recognizes": len}),
        }
        if "operational" in self.records:
            input_of = {request["operationid"]: request["suboperationname"]
                        for request in self.records["operational"]}

            def its_input(end):
                return input_of[end["operationid"]]

            found["recognizes_by_input"] = grouped(
                recognizes, {"input": its_input, **result},
                {"recognizes": len})
            found["media_results"] = grouped(
                ends, {"operation": field("operationname"),
                       "sub_operation": its_input, **result, **codes},
                {"records": len})
        return found

    def usage(self):
        legs = self.records["usage"]
        by_type = {"usage_type": field("usagetype")}
        count = {"records": len}
        counts = {**count, "minutes": added("quantity")}
        return {
            "usage_by_type": grouped(legs, by_type, counts),
            "usage_by_time": grouped(legs, {"time": self.time, **by_type},
                                     counts),
            "usage_by_channel": grouped(
                legs, {"channel": lambda leg: "PSTN" if leg[
                    "userida"].startswith("4:") else "VoIP",
                       "unit": field("unittype")},
                {**count, "quantity": added("quantity")}),
            "usage_by_number": grouped(
                [leg for leg in legs if leg["userida"].startswith("4:")],
                {"number": lambda leg: leg["userida"][2:]}, counts),
            "long_connections": grouped(
                [leg for leg in legs
                 if leg["endtime"] - leg["starttime"] > 3_600_000],
                by_type, count),
            "calls_in_progress": self.in_progress(legs),
        }

    def in_progress(self, legs):
        spans = {}
        for leg in legs:
            spans.setdefault(self.call(leg), []).append(
                (leg["starttime"], leg["endtime"]))
        counts = {}
        for parts in spans.values():
            start, end = (min(part[0] for part in parts),
                          max(part[1] for part in parts))
            first = -(-start // self.bucket_ms) * self.bucket_ms
            for ms in range(first, end, self.bucket_ms):
                counts[ms] = counts.get(ms, 0) + 1
        return [{"time": clock(ms), "calls": count}
                for ms, count in sorted(counts.items())]

    def streaming_usage(self):
        streamed = self.records["streaming_usage"]
        return {
            "streaming": grouped(
                streamed, {"modality": field("streamingmodality")},
                {"records": len,
                 "sessions": distinct(field("streamingsessionid")),
                 "connections": distinct(field("callconnectionid")),
                 "minutes": added("streamingdurationinms", 60_000)}),
            "streaming_calls": grouped(
                streamed, {"kind": lambda record: {
                    "Transcription": "Transcription"}.get(
                        record["streamingmodality"], "AudioStreaming")},
                {"calls": distinct(field("callconnectionid"))}),
        }


def same(found, expected):
    """Sums may differ in their last digits."""
    if isinstance(expected, float):
        return math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-12)
    if isinstance(expected, dict):
        return list(found) == list(expected) and all(
            same(found[name], expected[name]) for name in expected)
    if isinstance(expected, list):
        return len(found) == len(expected) and all(map(same, found, expected))
    return type(found) is type(expected) and found == expected
