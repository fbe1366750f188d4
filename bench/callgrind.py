"""Counts instructions by stage, from the output file of valgrind's callgrind.

An instruction belongs to the stage of the innermost enclosing function that has
a stage. The instructions of a function without a stage (such as memcpy) are
divided among its callers, in proportion to the cost of their calls. So the
stages add up to the total.
"""

import collections
import re

# Patterns of the names of each stage's functions, in namespace
# busyhour::internal; the first match wins. The release build does not inline calls from one of our
# files into another, so each stage has functions that identify it.
STAGES = (
    ("simulate", r"Simulator::|Walk::|Arrivals::|CallSource::"),
    ("records", r"AppendRecords|AddRecords"),
    ("order", r"Calendar::"),
    ("sort", r"SecondSorter::"),
    ("ids", r"SetIds|SetUser|GuidCipher::"),
    ("call images", r"ImageCache::|CallImage|Cast::"),
    ("encode", r"Encoder::|Write(Plain|Avx2)"),
    ("portions", r"EncodePortion::|SimulatePortion::"),
    ("frame and sink", r"Framer::|\w*Sink::"),
    ("pipe", r"Pipe::|Runner::|Pool::"),
)
REST = "start and end"


class Profile:
    """Costs of functions and of the calls between them, by name."""

    def __init__(self):
        self.total = 0
        self.own = collections.Counter()
        self.calls = collections.defaultdict(collections.Counter)

    def inclusive(self, function):
        return self.own[function] + sum(self.calls[function].values())


def read(lines):
    """Reads a callgrind file with one kind of event."""
    profile = Profile()
    names = {}
    function = callee = None

    def name_of(text):
        # "(12) name"; only the first mention contains the name.
        number, _, name = text.partition(" ")
        if name:
            names[number] = name
        return names[number]

    for line in lines:
        line = line.rstrip("\n")
        key, equals, value = line.partition("=")
        if equals and key == "fn":
            function = name_of(value)
        elif equals and key == "cfn":
            callee = name_of(value)
        elif line.startswith(("summary:", "totals:")):
            profile.total = int(line.split()[1])
        elif line[:1] in "0123456789+-*" and line:
            cost = int(line.split()[1])
            if callee is None:
                profile.own[function] += cost
            else:
                if callee != function:
                    profile.calls[function][callee] += cost
                callee = None
    return profile


def stage_of(function):
    """The stage of a function, from its name without types and arguments."""
    name = function.replace("(anonymous namespace)::", "").partition("(")[0]
    found = re.search(r"(?:^|\s)busyhour::internal::(\S*)", name)
    if found is None:
        return None
    for stage, pattern in STAGES:
        if re.match(pattern, found[1]):
            return stage
    return None


def by_stage(profile):
    """{stage: instructions}, including `REST`. The sum is the profile's
    total."""
    stages = {function: stage_of(function)
              for function in set(profile.own) | set(profile.calls)}
    done = {}

    def unclaimed(function):
        """The cost of a function, without callees that have stages."""
        if function not in done:
            done[function] = profile.own[function]  # also ends recursion
            done[function] += sum(
                share(callee, cost)
                for callee, cost in profile.calls[function].items()
                if stages.get(callee) is None)
        return done[function]

    def share(callee, cost):
        whole = profile.inclusive(callee)
        return cost * min(1.0, unclaimed(callee) / whole) if whole else 0.0

    costs = {stage: 0.0 for stage, _ in STAGES}
    for function, stage in stages.items():
        if stage is not None:
            costs[stage] += unclaimed(function)
    costs[REST] = profile.total - sum(costs.values())
    return costs
