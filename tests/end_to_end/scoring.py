"""A second implementation of `busyhour score`, slow and simple: it compares
every alert with every window. Times are in milliseconds.
"""

import math
from typing import Any

NAB = {"standard": (1.0, 0.11, 1.0), "reward_low_FP_rate": (1.0, 0.22, 1.0),
       "reward_low_FN_rate": (1.0, 0.11, 2.0)}


def windows_of(incidents: list[dict], end: int, ms: Any) -> list[dict]:
    """The windows of the incidents of a labels file that have an effect and
    begin before the end. The lines of several resources are one window."""
    windows: dict[Any, dict] = {}
    for number, each in enumerate(incidents):
        if "no_effect" in each or ms(each["from"]) >= end:
            continue
        cause_end = min(ms(each["to"]), end) if each["to"] else end
        to = max(cause_end, ms(each.get("effect_to_p99", each["effect_to"])))
        key = ((each["incident"], each["from"], each["to"])
               if "resource" in each else number)
        window = windows.setdefault(key, {
            "incident": each["incident"], "from": ms(each["from"]), "to": to,
            "resources": set()})
        window["to"] = max(window["to"], to)
        if "resource" in each:
            window["resources"].add(each["resource"])
    return list(windows.values())


def score(windows: list[dict], alerts: list[dict], start: int, end: int,
          grace: int) -> dict:
    """`alerts` have `at` and maybe `cause` and `resource`."""
    windows = [each for each in windows
               if each["from"] < end and each["to"] >= start]
    def is_in(alert: dict, window: dict) -> bool:
        return (window["from"] <= alert["at"] <= window["to"] + grace and
                alert.get("resource", "") in {"", *window["resources"]})
    def in_window(alert: dict) -> bool:
        return any(is_in(alert, window) for window in windows)
    alerts = [alert for alert in alerts
              if start <= alert["at"] <= end or in_window(alert)]
    delays, named = [], 0
    for window in windows:
        own = [alert for alert in alerts if is_in(alert, window)]
        if own:
            delays.append(min(alert["at"] for alert in own) - window["from"])
            named += any(alert.get("cause") == window["incident"]
                         for alert in own)
    hits = sum(in_window(alert) for alert in alerts)
    return {"recall": len(delays) / len(windows) if windows else None,
            "precision": hits / len(alerts) if alerts else None,
            "delays": sorted(delays), "named": named, "hits": hits,
            "false": len(alerts) - hits,
            "nab": nab(windows, [alert["at"] for alert in alerts], start, end)}


def sigmoid(position: float) -> float:
    return -1.0 if position > 3 else 2 / (1 + math.exp(5 * position)) - 1


def nab(windows: list[dict], alerts: list[int], start: int,
        end: int) -> dict[str, float | None]:
    begin = start + int(0.15 * (end - start))
    ignored = [each for each in windows if each["from"] < begin]
    merged: list[list[int]] = []
    for each in sorted(windows, key=lambda window: window["from"]):
        if each["from"] < begin:
            continue
        if merged and each["from"] <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], each["to"])
        else:
            merged.append([each["from"], each["to"]])
    if not merged:
        return dict.fromkeys(NAB)
    best = [None] * len(merged)
    false = 0.0
    for at in alerts:
        inside = [i for i, (left, right) in enumerate(merged)
                  if left <= at <= right]
        if inside:
            left, right = merged[inside[0]]
            value = sigmoid(-(right - at) / (right - left)) / sigmoid(-1)
            best[inside[0]] = max(value, best[inside[0]] or 0.0)
        elif at >= begin and not any(each["from"] <= at <= each["to"]
                                     for each in ignored):
            before = [window for window in merged if window[1] < at]
            if before:
                left, right = before[-1]
                false += sigmoid((at - right) / (right - left))
            else:
                false -= 1
    scores = {}
    for name, (tp, fp, fn) in NAB.items():
        value = fp * false + sum(-fn if each is None else tp * each
                                 for each in best)
        null, perfect = -fn * len(merged), tp * len(merged)
        scores[name] = 100 * (value - null) / (perfect - null)
    return scores
