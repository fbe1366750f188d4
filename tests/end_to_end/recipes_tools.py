"""Takes the place of the tools to which docs/recipes.md sends records: receives
the records, and gives them back as the documentation of the tool says. It does
not show that the tool itself accepts them.
"""

import json
import pathlib
import re
from collections.abc import Callable
from typing import NamedTuple, Self

import spellings
from dataset import Record
from files import write_text
from http_receiver import Answer, Receiver, Request, elastic_ids
from receivers import LineReceiver


def elastic_hits(records: list[Record]) -> str:
    return json.dumps({"timed_out": False, "hits": {"hits": [
        {"_index": "calls", "_source": record} for record in records]}})


class Tool(NamedTuple):
    frame: str
    export: Callable[[list[Record]], str]
    writes_file: bool = False  # otherwise it answers queries over HTTP


TOOLS = {
    "Vector": Tool("jsonl", spellings.lines, writes_file=True),
    "Fluent Bit": Tool("jsonl", lambda records: spellings.lines(
        [{"log": json.dumps(record)} for record in records]), writes_file=True),
    "OpenTelemetry Collector": Tool(
        "otlp", spellings.SPELLINGS["OTLP text"].write, writes_file=True),
    "Elasticsearch": Tool("elastic", elastic_hits),
    "Splunk": Tool("splunk", spellings.splunk_export),
    "Grafana Loki": Tool("loki", spellings.loki_answer),
}
PATHS = {"otlp": "/v1/logs", "elastic": "/calls/_bulk?refresh=true",
         "splunk": "/services/collector/event", "loki": "/loki/api/v1/push"}


def with_server(text: str, url: str) -> str:
    """A block of the page, with the address of a server of the test."""
    return re.sub(r"\b(tcp|https?)://[\w.]+:\d+", url, text)


def acknowledge(frame: str, body: bytes) -> Answer:
    if frame == "loki":
        return Answer(204)
    message = {} if frame == "otlp" else {"text": "Success", "code": 0}
    if frame == "elastic":
        message = {"errors": False, "items": [
            {"create": {"status": 201}} for _ in elastic_ids(body)]}
    return Answer(body=json.dumps(message).encode())


class StandIn:
    """A tool's stand-in, which writes its file into `directory`."""

    def __init__(self, tool: Tool, directory: pathlib.Path) -> None:
        self.tool = tool
        self.directory = directory
        self.is_web = tool.frame in PATHS
        self.server = (Receiver(self.answer) if self.is_web else
                       LineReceiver(directory / "lines"))
        self.url = self.server.url if self.is_web else self.server.uri

    def __enter__(self) -> Self:
        self.server.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self.server.__exit__(*error)

    def answer(self, request: Request) -> Answer:
        if request.path.startswith(PATHS[self.tool.frame]):
            return acknowledge(self.tool.frame, request.body)
        return Answer(body=self.tool.export(self.records()).encode(),
                      kept=False)

    def records(self) -> list[Record]:
        if self.is_web:
            texts = self.server.records(self.tool.frame)
        else:
            self.server.finish()
            texts = (self.directory / "lines").read_text().splitlines()
        return [json.loads(text) for text in texts]

    def write(self) -> None:
        """Writes the file of the tool, if it has one."""
        if self.tool.writes_file:
            write_text(self.directory / "received.jsonl",
                       self.tool.export(self.records()))
