"""RabbitMQ with its AMQP 1.0 plugin, unpacked by scripts/test.sh, on ports and
in a directory of a test's own, and a reader of its queues."""

import os
import pathlib
import signal
import subprocess
from typing import Self

import log_daemons
from files import write_text
from program import ROOT
from servers import Process, free_port

START_S = 120  # on a busy machine


class Broker:
    """Nothing of it is left at the end, neither a process nor a file."""

    def __init__(self, place: pathlib.Path) -> None:
        server = pathlib.Path(log_daemons.need("rabbitmq-server"))
        self.command = [str(server)]
        self.epmd_path = next((server.parents[1] / "erlang-base").glob(
            "usr/lib/erlang/erts-*/bin/epmd"))
        self.place = place
        self.port, epmd_port = free_port(), free_port()
        write_text(place / "rabbitmq.conf",
                   f"listeners.tcp.1 = 127.0.0.1:{self.port}\n")
        write_text(place / "enabled_plugins", "[rabbitmq_amqp1_0].\n")
        self.environment = {
            **{name: value for name, value in os.environ.items()
               if not name.startswith(("RABBITMQ_", "ERL_"))},
            "HOME": str(place), "ERL_EPMD_PORT": str(epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": "busyhour@localhost",
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_CONFIG_FILE": str(place / "rabbitmq"),
            "RABBITMQ_CONF_ENV_FILE": str(place / "none"),
            "RABBITMQ_MNESIA_BASE": str(place / "mnesia"),
            "RABBITMQ_LOG_BASE": str(place / "log"),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(place / "enabled_plugins"),
            # The program replaces the shell, so that it gets the signals.
            "RABBITMQ_ALLOW_INPUT": "1",
            "RABBITMQ_SERVER_START_ARGS": "-noinput",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS":
                "-kernel inet_dist_use_interface {127,0,0,1}",
        }
        # Otherwise the broker starts one that stays.
        self.epmd = Process([str(self.epmd_path), "-port", str(epmd_port)],
                            epmd_port, place / "epmd.log",
                            env=self.environment)
        self.server = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop(signal.SIGTERM)
        self.epmd.stop()

    def uri(self, address: str) -> str:
        return f"amqp://127.0.0.1:{self.port}/{address}"

    def start(self) -> None:
        try:
            self.server = Process(
                self.command, self.port, self.place / "broker.log",
                limit_s=START_S, env=self.environment,
                start_new_session=True)
        except RuntimeError:
            self.epmd.stop()
            raise

    def stop(self, how: signal.Signals) -> None:
        """Ends it, and what it has started."""
        if self.server is None:
            return
        group = self.server.process.pid
        os.kill(group, how)
        self.server.stop()
        try:
            os.killpg(group, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.server = None

    def ask(self, modules: pathlib.Path, address: str,
            what: str | pathlib.Path) -> int:
        """As amqp_read.js says: makes a queue, waits for a message in it, or
        reads all of them into a file and gives their number."""
        done = subprocess.run(
            ["node", ROOT / "tests" / "end_to_end" / "amqp_read.js",
             str(self.port), address, what],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
            check=True, timeout=60,
            env={**os.environ, "NODE_PATH": str(modules)})
        return int(done.stdout)
