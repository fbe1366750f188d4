"""Checks the ids of calls and of the events in them."""

import base64
import collections
import itertools
import re
import uuid

from calls import Call
from dataset import Record
from profiles import Profile

Records = dict[str, list[Record]]  # by log
Node = tuple[str, str]  # host and number

GUID = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
# A connection id begins with the prefix of its node. Forms of published ids of
# 2023 and 2024, and since 2025.
_PREFIX_2023 = re.compile(r"4[0-9]1f[0-9a-f]{2}00")
_PREFIX_2025 = re.compile(r"[01][0-9a-f]00[0-9a-f]{2}80")
_START_OF_2025 = 1_735_689_600_000
# A server call id is Base64 of this URL, as in published ids of 2022 to 2025.
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


def _check_uniqueness(records: Records) -> dict[str, str]:
    """Checks that ids of all kinds are unique."""
    owner = {}
    for log, field in (("operational", "operationid"), ("usage", "recordid"),
                       ("usage", "participantid")):
        for record in records[log]:
            text = record[field]
            assert GUID.fullmatch(text) is not None, (
                f"{field} is a version 4 GUID in small letters: {record}, "
                f"{text}")
            assert text not in owner, (
                f"{field} is unique among all ids: {record}, "
                f"{owner.get(text)}")
            owner[text] = field
    for log in records:
        for record in records[log]:
            assert GUID.fullmatch(record["correlationid"]) is not None, (
                "correlationid is a version 4 GUID in small letters: "
                f"{record}, {record['correlationid']}")
    return owner


def _check_correlation(call: Call) -> None:
    """The correlation id may change during a call, but never back."""
    ids = [request["correlationid"] for request in call.requests]
    runs = [text for text, _ in itertools.groupby(ids)]
    assert len(runs) == len(set(runs)), (
        f"a correlation id that was left does not come back: {ids}")
    for usage in call.usage:
        assert usage["correlationid"] in ids, (
            f"a usage record's correlation id is one of its call's: {usage}")


class _Nodes:
    """The nodes of the calls, and their properties derived from ids."""

    def __init__(self) -> None:
        self.tokens: set[uuid.UUID] = set()
        # node: time, start
        self.starts: dict[Node, list[tuple[int, int]]] = (
            collections.defaultdict(list))
        # node and whether its time has the new form: prefix
        self.prefixes: dict[tuple[Node, bool], str] = {}
        self.regions: set[str] = set()

    def add(self, url: re.Match, token: uuid.UUID, prefix: str | None,
            time: int, record: Record) -> None:
        assert token not in self.tokens, (
            f"each call has its own token: {record}, {token}")
        self.tokens.add(token)
        node = url["host"], url["node"]
        start = (int(url["ticks"]) - _UNIX_EPOCH_TICKS) // 10_000
        assert _HOUR <= time - start <= 9 * _DAY, (
            "a node was started between an hour and nine days before the "
            f"call: {record}, {(time - start) / _HOUR:.1f} h")
        self.starts[node].append((time, start))
        self.regions.add(url["region"])
        if prefix:
            new_form = time >= _START_OF_2025
            known = self.prefixes.setdefault((node, new_form), prefix)
            assert prefix == known, (
                f"the connections of a node have one prefix: {record}")

    def check(self) -> None:
        assert len(self.regions) == 1, (
            f"all nodes are in one region: {self.regions}")
        for node, starts in self.starts.items():
            starts.sort()
            for (_, one), (_, next_one) in itertools.pairwise(starts):
                assert next_one == one or next_one - one >= _DAY, (
                    "the calls of a node share its start, until it is "
                    f"started again days later: {node}, {one}, {next_one}")


def _check_server_call_id(call: Call, nodes: _Nodes,
                          is_aks: bool) -> set[str]:
    texts = {request["servercallid"] for request in call.requests}
    texts.discard("")
    if not texts:
        return set()
    first = call.requests[0]
    text = texts.pop()
    url = _SERVER_URL.fullmatch(
        base64.b64decode(text, validate=True).decode("ascii"))
    assert url is not None, (
        f"a server call id is Base64 of its URL: {first}, {text}")
    assert (url["aks"] is not None) == is_aks, (
        f"the host has the form that the profile asks for: {first}")
    octets = url["node"].split("-")
    assert len(octets) == (4 if is_aks else 1), (
        "a node is a private address on newer hosts, a number on older ones: "
        f"{first}")
    assert all(int(octet) < 256 for octet in octets), (
        f"a node's number, or address, is small: {first}, {octets}")
    token = uuid.UUID(bytes_le=base64.urlsafe_b64decode(url["token"] + "=="))
    assert GUID.fullmatch(str(token)) is not None, (
        f"the token is a version 4 GUID in .NET's byte order: {first}, "
        f"{token}")

    connections = {request["callconnectionid"] for request in call.requests}
    connections.discard("")
    assert len(connections) <= 1, (
        f"a call has one connection id: {first}, {connections}")
    prefix = None
    for connection in connections:
        assert GUID.fullmatch(connection) is not None, (
            f"callconnectionid is a version 4 GUID in small letters: {first}, "
            f"{connection}")
        prefix = connection[:8]
        form = (_PREFIX_2025 if first["sent"] >= _START_OF_2025
                else _PREFIX_2023)
        assert form.fullmatch(prefix) is not None, (
            f"a connection id begins with a prefix of its time: {first}, "
            f"{prefix}")
    nodes.add(url, token, prefix, first["sent"], first)
    return connections


def _check_resource(records: Records) -> None:
    resources = {record["resourceid"]
                 for log in records for record in records[log]}
    assert len(resources) == 1, "all records are of one resource"
    for text in resources:
        match = _RESOURCE.fullmatch(text)
        assert match is not None and text == text.upper(), (
            f"resourceId is a path in capital letters: {text}")
        assert match is not None and GUID.fullmatch(match[1].lower()), (
            f"the subscription is a GUID: {text}")


def check(records: Records, calls: list[Call], profile: Profile) -> None:
    owner = _check_uniqueness(records)
    is_aks = profile.get("assumptions", {}).get("aks_server_call_id", False)
    nodes = _Nodes()
    connections = set()
    correlations = set()
    for call in calls:
        _check_correlation(call)
        correlations |= {request["correlationid"] for request in call.requests}
        of_call = _check_server_call_id(call, nodes, is_aks)
        assert not of_call & connections, (
            f"a connection id belongs to one call: {call.requests[0]}, "
            f"{of_call}")
        connections |= of_call
        known = {request["servercallid"] for request in call.requests}
        assert len(known - {""}) <= 1, (
            f"a call has one server call id: {call.requests[0]}, {known}")
    nodes.check()
    assert not correlations & owner.keys(), (
        "correlation ids are no operation, record or participant ids: "
        f"{correlations & owner.keys()}")
    _check_resource(records)
