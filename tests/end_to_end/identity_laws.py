"""What must hold of the ids of calls and of what happens in them."""

import base64
import collections
import itertools
import re
import uuid

GUID = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
# A connection id begins with a prefix of its node. Forms seen in published ids
# of 2023 and 2024, and from 2025 on.
_PREFIX_2023 = re.compile(r"4[0-9]1f[0-9a-f]{2}00")
_PREFIX_2025 = re.compile(r"[01][0-9a-f]00[0-9a-f]{2}80")
_START_OF_2025 = 1_735_689_600_000
# What a server call id is Base64 of, as in published ids of 2022 to 2025.
_SERVER_URL = re.compile(
    r"https://api\.flightproxy\.skype\.com/api/v2/cp/"
    r"(?P<host>conv-(?P<region>[a-z]{4}\d?)-\d\d(?P<aks>-prod-aks)?)"
    r"\.conv\.skype\.com/conv/(?P<token>[\w-]{22})"
    r"\?i=(?P<node>\d+|10(-\d+){3})&e=(?P<ticks>\d{18})")
_UNIX_EPOCH_TICKS = 621_355_968_000_000_000
_HOUR, _DAY = 3_600_000, 86_400_000
_RESOURCE = re.compile(
    r"/SUBSCRIPTIONS/([0-9A-F-]{36})/RESOURCEGROUPS/[^/]+/PROVIDERS/"
    r"MICROSOFT\.COMMUNICATION/COMMUNICATIONSERVICES/[^/]+")


def _check_uniqueness(records, checks):
    """Ids of whatever kind are never the same."""
    owner = {}
    for log, field in (("operational", "operationid"), ("usage", "recordid"),
                       ("usage", "participantid")):
        for record in records[log]:
            text = record[field]
            checks(GUID.fullmatch(text) is not None,
                   f"{field} is a version 4 GUID in small letters", record,
                   text)
            checks(text not in owner, f"{field} is unique among all ids",
                   record, owner.get(text))
            owner[text] = field
    for log in records:
        for record in records[log]:
            checks(GUID.fullmatch(record["correlationid"]) is not None,
                   "correlationid is a version 4 GUID in small letters", record,
                   record["correlationid"])
    return owner


def _check_correlation(call, checks):
    """It changes now and then, and never back."""
    ids = [request["correlationid"] for request in call.requests]
    runs = [text for text, _ in itertools.groupby(ids)]
    checks.same(len(runs), len(set(runs)),
                "a correlation id that was left does not come back", ids)
    for usage in call.usage:
        checks(usage["correlationid"] in ids,
               "a usage record's correlation id is one of its call's", usage)


class _Nodes:
    """The nodes that carry the calls, as their ids tell of them."""

    def __init__(self):
        self.tokens = set()
        self.starts = collections.defaultdict(list)  # node: time, start
        self.prefixes = {}
        self.regions = set()

    def add(self, url, token, prefix, time, checks, record):
        checks(token not in self.tokens, "each call has its own token", record,
               token)
        self.tokens.add(token)
        node = url["host"], url["node"]
        start = (int(url["ticks"]) - _UNIX_EPOCH_TICKS) // 10_000
        checks(_HOUR <= time - start <= 9 * _DAY,
               "a node was started between an hour and nine days before the "
               "call", record, f"{(time - start) / _HOUR:.1f} h")
        self.starts[node].append((time, start))
        self.regions.add(url["region"])
        if prefix:
            new_form = time >= _START_OF_2025
            known = self.prefixes.setdefault((node, new_form), prefix)
            checks.same(prefix, known,
                        "the connections of a node have one prefix", record)

    def check(self, checks):
        checks.same(len(self.regions), 1, "all nodes are in one region",
                    self.regions)
        for node, starts in self.starts.items():
            starts.sort()
            for (_, one), (_, next_one) in itertools.pairwise(starts):
                checks(next_one == one or next_one - one >= _DAY,
                       "the calls of a node share its start, until it is "
                       "started again days later", node, (one, next_one))


def _check_server_call_id(call, nodes, is_aks, checks):
    texts = {request["servercallid"] for request in call.requests}
    texts.discard("")
    if not texts:
        return
    first = call.requests[0]
    text = texts.pop()
    url = _SERVER_URL.fullmatch(
        base64.b64decode(text, validate=True).decode("ascii"))
    checks(url is not None, "a server call id is Base64 of its URL", first,
           text)
    if url is None:
        return
    checks.same(url["aks"] is not None, is_aks,
                "the host has the form that the profile asks for", first)
    octets = url["node"].split("-")
    checks.same(len(octets), 4 if is_aks else 1,
                "a node is a private address on newer hosts, a number on older "
                "ones", first)
    checks(all(int(octet) < 256 for octet in octets),
           "a node's number, or address, is small", first, octets)
    token = uuid.UUID(bytes_le=base64.urlsafe_b64decode(url["token"] + "=="))
    checks(GUID.fullmatch(str(token)) is not None,
           "the token is a version 4 GUID in .NET's byte order", first, token)

    connections = {request["callconnectionid"] for request in call.requests}
    connections.discard("")
    checks(len(connections) <= 1, "a call has one connection id", first,
           connections)
    prefix = None
    for connection in connections:
        checks(GUID.fullmatch(connection) is not None,
               "callconnectionid is a version 4 GUID in small letters", first,
               connection)
        prefix = connection[:8]
        form = (_PREFIX_2025 if first["sent"] >= _START_OF_2025
                else _PREFIX_2023)
        checks(form.fullmatch(prefix) is not None,
               "a connection id begins with a prefix of its time", first,
               prefix)
    nodes.add(url, token, prefix, first["sent"], checks, first)
    return connections


def _check_resource(records, checks):
    resources = {record["resourceid"]
                 for log in records for record in records[log]}
    checks.same(len(resources), 1, "all records are of one resource")
    for text in resources:
        match = _RESOURCE.fullmatch(text)
        checks(match is not None and text == text.upper(),
               "resourceId is a path in capital letters", text)
        checks(match is not None and GUID.fullmatch(match[1].lower()),
               "the subscription is a GUID", text)


def check(records, calls, checks, profile):
    owner = _check_uniqueness(records, checks)
    is_aks = profile.get("assumptions", {}).get("aks_server_call_id", False)
    nodes = _Nodes()
    connections = set()
    correlations = set()
    for call in calls:
        _check_correlation(call, checks)
        correlations |= {request["correlationid"] for request in call.requests}
        of_call = _check_server_call_id(call, nodes, is_aks, checks) or set()
        checks(not of_call & connections, "a connection id belongs to one call",
               call.requests[0], of_call)
        connections |= of_call
        known = {request["servercallid"] for request in call.requests}
        checks(len(known - {""}) <= 1, "a call has one server call id",
               call.requests[0], known)
    nodes.check(checks)
    checks(not correlations & owner.keys(),
           "correlation ids are no operation, record or participant ids",
           correlations & owner.keys())
    _check_resource(records, checks)
