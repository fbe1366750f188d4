"""Five simple detectors of incidents, each one line: whether the last of the
steps so far is an alert. A step is a minute or longer. docs/score.md lists how
good the detectors are.
"""

import collections
import datetime
import json
import pathlib
from collections.abc import Callable
from statistics import mean, stdev

# The records of a step: requests, calls with a request, failed requests by
# status, and the number of failed requests in the same step a week ago.
Step = collections.namedtuple("Step", "end requests calls codes week_ago")
# The steps in which a detector learns: after the first calls.
LEARNT = slice(5, 35)


def failed(steps: list[Step]) -> list[float]:
    """The failed share of the requests."""
    return [m.codes.total() / max(m.requests, 1) for m in steps]


def per_call(steps: list[Step]) -> list[float]:
    return [m.requests / max(m.calls, 1) for m in steps]


def ewma(values: list[float], weight: float = 0.2) -> float:
    """The exponentially weighted moving average of the last 30 steps."""
    mean = values[-31]
    for value in values[-30:]:
        mean += weight * (value - mean)
    return mean


# More than 5 % of the requests fail.
def static_threshold(m: list[Step]) -> bool:
    return failed(m)[-1] > 0.05


# The failed share is three standard deviations above the mean.
def three_sigma(m: list[Step]) -> bool:
    return len(m) > 35 and failed(m)[-1] > mean(failed(m[LEARNT])) + 3 * stdev(failed(m[LEARNT]))


# In five steps, twice as many requests fail as a week ago.
def ratio_to_last_week(m: list[Step]) -> bool:
    return sum(x.codes.total() for x in m[-5:]) > 2 * sum(x.week_ago for x in m[-5:])


# The moving average of the requests per call is outside its control limits
# (three standard deviations of it).
def moving_average(m: list[Step]) -> bool:
    return len(m) > 35 and abs(ewma(per_call(m)) - mean(per_call(m[LEARNT]))) > 3 * stdev(per_call(m[LEARNT])) * (0.2 / 1.8) ** 0.5


# At least ten requests fail with a status of 5xx.
def count_of_5xx(m: list[Step]) -> bool:
    return sum(n for code, n in m[-1].codes.items() if code[0] == "5") >= 10


DETECTORS: dict[str, Callable[[list[Step]], bool]] = {
    "static threshold": static_threshold, "three sigma": three_sigma,
    "ratio to last week": ratio_to_last_week,
    "moving average": moving_average, "count of 5xx": count_of_5xx}


def time_of(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text[:19] + "+00:00")


def steps_of(path: pathlib.Path, start: datetime.datetime, count: int,
             minutes: int, week_ago: list[Step] | None = None) -> list[Step]:
    """The steps of an operational log, by the times of the requests."""
    requests: collections.Counter = collections.Counter()
    calls: list[set[str]] = [set() for _ in range(count)]
    codes: list[collections.Counter] = [
        collections.Counter() for _ in range(count)]
    length = datetime.timedelta(minutes=minutes)
    for line in open(path, encoding="utf-8"):
        record = json.loads(line)
        i = (time_of(record["time"]) - start) // length
        if not 0 <= i < count:
            continue
        requests[i] += 1
        calls[i].add(record["correlationId"])
        if record["resultType"] == "Failed":
            codes[i][record["resultSignature"]] += 1
    return [Step(start + (i + 1) * length, requests[i], len(calls[i]),
                 codes[i], week_ago[i].codes.total() if week_ago else 0)
            for i in range(count)]


def alerts_of(detector: Callable[[list[Step]], bool],
              steps: list[Step]) -> list[dict[str, str]]:
    """An alert begins at the end of the first of successive steps."""
    alerts: list[dict[str, str]] = []
    was_on = False
    for i, step in enumerate(steps):
        end = step.end.isoformat()
        # No detector looks at more than the first and the last steps.
        seen = steps[:i + 1] if i < 80 else steps[:40] + steps[i - 39:i + 1]
        is_on = detector(seen)
        if is_on and not was_on:
            alerts.append({"from": end, "to": end})
        elif was_on:
            alerts[-1]["to"] = end
        was_on = is_on
    return alerts
