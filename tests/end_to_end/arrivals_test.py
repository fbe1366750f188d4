"""Checks that call attempts are a Poisson process with the rate that the
profile sets: its mean, its shape over the week, its random factors.

All seeds are fixed. Tolerances are 4 standard errors, derived in the comments:
with another seed, a correct program would fail 1 check in 16,000.
"""

import collections
import math
import re
import statistics

import pytest

import dataset
import own_profiles
import profiles
from files import write_json

ERRORS = 4
_SENT = re.compile(r'"time":"(.{28})".*?"durationMs":(\d+)')
START = "2026-03-02T00:00:00Z"  # a Monday
START_MS = dataset.milliseconds("2026-03-02T00:00:00.0000000Z")
_DAY, _HOUR = 86_400_000, 3_600_000


class Arrivals:
    """Generates attempts and returns their times, in ms after START. Every call
    of these profiles is one request, sent at the time of the attempt."""

    def __init__(self, program, scratch):
        self.program, self.path = program, f"{scratch}/arrivals.json"

    def __call__(self, duration, traffic, **keys):
        profile = own_profiles.tiny({"only": own_profiles.REJECTED}, **keys)
        profile["traffic"] = traffic
        write_json(self.path, profile)
        text = self.program.generate(
            "--profile", self.path, "--duration", duration, "--start", START,
            "--seed", 2, "--logs", "operational")
        return [dataset.milliseconds(time) - int(took) - START_MS
                for time, took in _SENT.findall(text)]


def counts(times, width, number):
    """The number of attempts in each of `number` periods of `width` ms."""
    found = collections.Counter(time // width for time in times)
    return [found[index] for index in range(number)]


def near(expected, error):
    """Equals values close to `expected`; `error` is the standard error of the
    measured value."""
    return pytest.approx(expected, rel=0, abs=ERRORS * error)


@pytest.fixture
def arrivals(program, scratch):
    return Arrivals(program, scratch)


def test_plain_arrivals_are_a_poisson_process(arrivals):
    """Constant rate: the counts per second have mean 5 and variance 5."""
    seconds, rate = 4000, 5
    times = arrivals(f"{seconds}s", {"rate": f"{rate}/s"})
    found = counts(times, 1000, seconds)
    assert sum(found) == len(times), "attempts are within the duration"
    mean = statistics.fmean(found)
    assert mean == near(rate, math.sqrt(rate / seconds)), "the mean rate"
    # The ratio of variance to mean has a variance of 2 / (n - 1).
    assert statistics.variance(found) / mean == near(
        1, math.sqrt(2 / (seconds - 1))), (
        "variance equals the mean")
    none = found.count(0) / seconds
    p = math.exp(-rate)
    assert none == near(p, math.sqrt(p * (1 - p) / seconds)), (
        "the share of empty seconds")
    assert statistics.correlation(found[:-1], found[1:]) == near(
        0, 1 / math.sqrt(seconds)), (
        "seconds are independent")
    # Within a second, attempts are uniform: 20 parts, 19 degrees of freedom.
    expected = len(times) / 20
    chi2 = sum((part - expected) ** 2 / expected for part in counts(
        [time % 1000 for time in times], 50, 20))
    assert chi2 == near(19, math.sqrt(2 * 19)), (
        "attempts are even within a second")


def test_busyness_is_shared_by_a_period(arrivals):
    """`busyness` is a random factor with mean 1 and variance cv^2, constant
    within a period: counts of periods with mean m have a ratio of variance to
    mean of 1 + m cv^2."""
    periods, mean, cv = 2000, 20, 0.5
    times = arrivals(f"{periods * 10}s", {
        "rate": f"{mean // 10}/s", "busyness": {"cv": cv, "period": "10s"}})
    found = counts(times, 10_000, periods)
    ratio = 1 + mean * cv ** 2
    assert statistics.fmean(found) == near(
        mean, math.sqrt(ratio * mean / periods)), (
        "busyness: the mean rate stays")
    # A gamma mixture of Poisson distributions is a negative binomial: its
    # excess kurtosis is 6 / r + 1 / variance with r = 1 / cv^2, and the
    # relative standard error of a variance is sqrt((2 + excess) / n).
    excess = 6 * cv ** 2 + 1 / (ratio * mean)
    assert statistics.variance(found) / statistics.fmean(found) == near(
        ratio, ratio * math.sqrt((2 + excess) / periods)), (
        "busyness: variance over mean")
    assert statistics.correlation(found[:-1], found[1:]) == near(
        0, 1 / math.sqrt(periods)), (
        "busyness: periods are independent")


@pytest.mark.parametrize("name", ["contact-center", "small-office",
                                  "reminder-campaign"])
def test_week_has_the_profiles_shape(program, arrivals, name):
    """Compares attempts by hour of the local week with the profile's table."""
    traffic = profiles.load(program, name)["traffic"]
    traffic = {key: value for key, value in traffic.items()
               if key not in ("day_factor", "busyness", "capacity",
                              "campaigns")}
    traffic["rate"] = "200/h"
    busy_hour = traffic.get("rate_is") == "busy_hour"
    if "hours_of_week" in traffic:
        table = [rate for day in traffic["hours_of_week"] for rate in day]
    else:
        table = [hour * day for day in traffic["week"]
                 for hour in traffic["day"]]
    reference = max(table) if busy_hour else statistics.fmean(table)
    offset = int(traffic["utc_offset"][:3])
    # START is Monday 00:00 UTC, `offset` hours into the local week.
    expected = [200 * table[(hour + offset) % 168] / reference
                for hour in range(168)]
    found = counts(arrivals("7d", traffic), _HOUR, 168)
    total = sum(expected)
    assert sum(found) == near(total, math.sqrt(total)), (
        "the week: all attempts")
    kept = [(got, mean) for got, mean in zip(found, expected) if mean >= 5]
    chi2 = sum((got - mean) ** 2 / mean for got, mean in kept)
    assert chi2 == near(len(kept), math.sqrt(2 * len(kept))), (
        "the week: each hour's share")
    assert (all(got == 0 for got, mean in zip(found, expected)
                if mean == 0)), (
        f"the week: no attempts where the rate is 0: {name}")


def test_days_share_a_factor(arrivals):
    """A factor that is constant within a day, with mean 1, cv 0.18 and an
    autocorrelation of 0.52, as in the bank's call centre of Brown et al.
    2005."""
    days, mean, cv, rho = 400, 150, 0.18, 0.52
    times = arrivals(f"{days}d", {
        "rate": f"{mean}/d",
        "day_factor": {"cv": cv, "autocorrelation": rho}})
    found = counts(times, _DAY, days)
    # The effective number of days is smaller, because consecutive days are
    # correlated.
    for_mean = days * (1 - rho) / (1 + rho)
    for_variance = days * (1 - rho ** 2) / (1 + rho ** 2)
    assert statistics.fmean(found) == near(
        mean, mean * cv / math.sqrt(for_mean)), (
        "days: the mean rate stays")
    # The variance in excess of that of the Poisson process.
    mean = statistics.fmean(found)
    own = statistics.variance(found) - mean
    assert own > 0, f"days vary more than by chance: {own}"
    # The relative standard error of the total variance, relative to the excess.
    error = (own + mean) * math.sqrt(2 / for_variance) / own / 2 * cv
    assert math.sqrt(own) / mean == near(cv, error), (
        "days: coefficient of variation")
    covariance = statistics.covariance(found[:-1], found[1:])
    assert covariance / own == near(rho, 1.5 / math.sqrt(days)), (
        "days: autocorrelation")


def test_incident_has_its_factor_times_the_rate(arrivals):
    """An incident with twice the rate, a quarter of the time."""
    times = arrivals("4h", {"rate": "1/s"}, incidents=[{
        "name": "burst", "every": "1h", "offset": "15m", "length": "15m",
        "rate_factor": 2}])
    inside = sum(900_000 <= time % _HOUR < 1_800_000 for time in times)
    assert inside == near(7200, math.sqrt(7200)), (
        "a burst has its factor times the rate")
    assert len(times) - inside == near(10800, math.sqrt(10800)), (
        "outside a burst the rate stays")
