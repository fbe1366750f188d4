"""Tests the labels of streams of Loki: they are those of the records, also of a
request that was split, and the records are what `verify` expects."""

import json

from files import write_text
from http_receiver import Answer, Receiver, unpack

LABELS = ("label.env=load \"test\" é", "label.log={log}",
          "label.operation={operationName}", "label.result={ResultType}",
          "label.service_name=calls")
NAMES = {"CallAutomationOperational": "operational", "Usage": "usage",
         "CallAutomationMediaSummary": "media_summary"}


def labels_of(record):
    """The labels that a record has in `LABELS`."""
    labels = {"service_name": "calls", "category": record["category"],
              "env": "load \"test\" é", "log": NAMES[record["category"]],
              "operation": record["operationName"],
              "result": record.get("resultType")}
    return {name: value for name, value in labels.items() if value}


def check_streams(program, scratch, load, receiver):
    """Returns the labels of all streams."""
    received, seen = [], []
    for body in receiver.bodies():
        for stream in json.loads(body)["streams"]:
            assert stream["values"]
            seen.append(stream["stream"])
            for _, text in stream["values"]:
                assert stream["stream"] == labels_of(json.loads(text))
                received.append(text + "\n")
    write_text(scratch / "received.jsonl", "".join(received))
    done = program("verify", scratch / "received.jsonl", "--manifest",
                   load.manifest, "--json", "--allow", "out_of_order=100%")
    assert json.loads(done.stdout)["total"]["received"] == len(received)
    return seen


def test_labels(program, scratch, load):
    with Receiver(lambda _: Answer(204)) as receiver:
        report = load(receiver.url, settings=["frame=loki", *LABELS],
                      records=2000)
    assert report["acknowledged"] == report["planned"] >= 2000
    seen = check_streams(program, scratch, load, receiver)
    assert len({labels.get("operation") for labels in seen}) > 5
    assert {labels.get("result") for labels in seen} >= {"Succeeded", None}


def test_labels_of_a_request_that_is_split(program, scratch, load):
    """Also if it is compressed."""
    def answer(request):
        size = len(unpack(request.body, request.headers["Content-Encoding"]))
        return (Answer(204) if size < 150_000 else
                Answer(413, body=b"too large", kept=False))

    with Receiver(answer) as receiver:
        report = load(receiver.url, records=2000, settings=[
            "frame=loki", "compress=gzip", *LABELS])
    assert report["body_limit"]["split_batches"] > 0
    assert report["acknowledged"] == report["planned"] >= 2000
    check_streams(program, scratch, load, receiver)


def test_refused_labels(load):
    load.refused(
        "http://127.0.0.1:1/loki/api/v1/push", "frame=loki", "label.a-b=x",
        "label.__name__=x", "label.a=", "label.b={operatonName}",
        "label.c={correlationId}", words=[
            '--with label.a-b: "a-b" is not the name of a label',
            '--with label.__name__: "__name__" is not the name of a label',
            "--with label.a: needs a value",
            '--with label.b: "{operatonName}" is no field of any log; did you '
            'mean "operationName"?',
            '--with label.c: "{correlationId}" has a value of its own'])
    load.refused("http://127.0.0.1:1/x", "label.env=test", words=[
        "--with label.env: requires frame=loki: frame jsonl has no labels"])
