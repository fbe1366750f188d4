"""`busyhour load` to RabbitMQ over AMQP 1.0: its queue has what the report
says, also after the broker was killed. Read back by rhea."""

import os
import signal

import pytest

from loading import Load
from rabbitmq import Broker

EACH = ("frame=record",)
QUEUE = "/amq/queue/calls"
# Where the run sends, and where its messages are: an existing queue, and one
# that the broker makes.
PLACES = [(QUEUE, QUEUE), ("made", "/amq/queue/made")]


@pytest.fixture(scope="module")
def modules(npm_tool):
    return npm_tool("rhea") / "node_modules"


@pytest.fixture(scope="module")
def broker(modules, module_scratch):
    place = module_scratch / "broker"
    place.mkdir()
    with Broker(place) as broker:
        broker.ask(modules, "/queue/calls", "make")
        yield broker


@pytest.mark.parametrize("settings", [
    (), EACH, (*EACH, "user_env=U", "password_env=P"),
    ("batch_bytes=5000", "idle_timeout=30s")], ids=" ".join)
@pytest.mark.parametrize("address, queue", PLACES)
def test_queue_has_what_is_acknowledged(program, scratch, modules, broker,
                                        address, queue, settings):
    load = Load(program, scratch, "load", broker.uri(address), "--rate", "max",
                "--records", "3000", settings=settings,
                env={**os.environ, "U": "guest", "P": "guest"})
    report = load.finish()
    got = broker.ask(modules, queue, scratch / "out")
    assert report["acknowledged"] == report["planned"]
    assert got == (report["acknowledged"] if "frame=record" in settings else
                   report["batches"])
    assert load.verify(scratch / "out", report)["duplicated"] == 0


def test_wrong_password_is_refused(load, broker):
    load.refused(broker.uri(QUEUE), "user_env=U", "password_env=P",
                 words=["amqp:unauthorized-access"],
                 environment={"U": "guest", "P": "wr0ngpass"})
    assert "wr0ngpass" not in load.said


def test_broker_that_is_killed_has_all_that_it_accepted(
        program, scratch, modules, broker):
    load = Load(program, scratch, "load", broker.uri(QUEUE), "--rate",
                "1000/s", "--for", "6s", settings=EACH)
    broker.ask(modules, QUEUE, "wait")
    broker.stop(signal.SIGKILL)
    broker.start()
    # A broker may take longer to start than ten attempts.
    load.run.wait(120)
    report = load.finish(expect=load.run.returncode)
    assert report["lost_connections"] >= 1
    assert report["not_sent"] == report["dropped"] == 0
    assert report["failed"] < report["planned"] / 2
    assert report["acknowledged"] > report["planned"] / 2
    broker.ask(modules, QUEUE, scratch / "out")
    load.verify(scratch / "out", report)
