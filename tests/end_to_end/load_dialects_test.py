"""What `busyhour load` sends, compared with what libraries of others read and
send: OpenTelemetry's definitions, Microsoft's client of the Logs Ingestion API,
and a client of Kafka that is not librdkafka."""

import gzip
import json
import os
import ssl
import subprocess
import urllib.parse

import pytest

from http_receiver import Answer, Receiver
from kafka_broker import Cluster
from program import ROOT
from servers import make_certificate

TOKEN = "t0ken"
RULE = "dcr-0123456789abcdef0123456789abcdef"


def test_opentelemetry_knows_all_of_a_request(load, node):
    read = node("otlp", "otlp_read.js")
    with Receiver() as receiver:
        load(receiver.url, settings=["frame=otlp", "batch_bytes=100KB"],
             records=2000)
    requests = list(map(json.loads, receiver.bodies()))
    assert len(requests) > 5
    for request in requests:
        assert read(request) == request


def test_logs_ingestion_gets_what_its_client_sends(load, scratch, npm_tool):
    modules = npm_tool("ingestion") / "node_modules"
    certificate = make_certificate(scratch, "good")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.cert, certificate.key)
    path = (f"/dataCollectionRules/{RULE}/streams/Custom-{{category}}"
            "?api-version=2023-01-01")
    with Receiver(lambda _: Answer(204), context) as receiver:
        load(receiver.url + path, settings=[
            "frame=array", "token_env=T", "compress=gzip",
            f"ca={certificate.ca}"], records=300, environment={"T": TOKEN})
        ours = list(receiver.requests)
        uploads = [[receiver.url, RULE, stream_of(request),
                    json.loads(gzip.decompress(request.body))]
                   for request in ours]
        subprocess.run(
            ["node", ROOT / "tests" / "end_to_end" / "ingestion_upload.js",
             TOKEN], input="\n".join(map(json.dumps, uploads)), text=True,
            check=True, timeout=120, stdout=subprocess.DEVNULL,
            env={**os.environ, "NODE_PATH": str(modules),
                 "NODE_EXTRA_CA_CERTS": str(certificate.ca)})
        theirs = receiver.requests[len(ours):]
    assert len({request.path for request in ours}) > 2
    assert sorted(map(said, ours)) == sorted(map(said, theirs))


def stream_of(request):
    return request.path.partition("?")[0].rsplit("/", 1)[1]


def said(request):
    """What the service reads of a request."""
    return (request.method, urllib.parse.unquote(request.path),
            request.headers["Authorization"],
            request.headers["Content-Type"].partition(";")[0],
            request.headers["Content-Encoding"],
            json.dumps(json.loads(gzip.decompress(request.body))))


@pytest.mark.parametrize("settings", [
    (), ("compress=gzip",)], ids=" ".join)
def test_other_client_of_kafka_reads_the_same(load, scratch, kafka_cluster,
                                              settings):
    client = pytest.importorskip("kafka")
    with Cluster(kafka_cluster) as cluster:
        cluster.tell("topic calls")
        report = load(cluster.uri("calls"), settings=settings, records=1000)
        consumer = client.KafkaConsumer(
            "calls", bootstrap_servers=cluster.broker,
            auto_offset_reset="earliest", consumer_timeout_ms=10_000,
            api_version=(0, 10, 2))
        messages = [next(consumer) for _ in range(report["acknowledged"])]
        theirs = sorted((each.partition, each.offset, each.key.decode(),
                         each.value.decode()) for each in messages)
        consumer.close()
        ours = cluster.read("calls")
    assert [(partition, key, value) for partition, _, key, value in theirs
            ] == sorted_by_partition(ours)


def sorted_by_partition(messages):
    return sorted(messages, key=lambda message: message.partition)
