"""A receiver of AMQP 1.0 (amqp_hub.js, made with rhea) that behaves as a test
wants it."""

import json
import os
import pathlib
import subprocess
from typing import Any, Self

from program import ROOT

LIMIT_S = 60
# The policy whose tokens a hub demands.
POLICY = ["send", "Zm9ydHkgdHdvIGJ5dGVzIG9mIGtleQ=="]


class Hub:
    """Appends the events that it accepts to `path`, a line each. `options` are
    those of amqp_hub.js."""

    def __init__(self, modules: pathlib.Path, path: pathlib.Path,
                 **options: Any) -> None:
        self.path = path
        path.touch()
        self.run = subprocess.Popen(
            ["node", ROOT / "tests" / "end_to_end" / "amqp_hub.js", path,
             json.dumps({name: str(value) if isinstance(value, pathlib.Path)
                         else value for name, value in options.items()})],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "NODE_PATH": str(modules)})
        self.port = int(self.run.stdout.readline())
        scheme = "amqps" if "cert" in options else "amqp"
        self.host = f"127.0.0.1:{self.port}"
        self.uri = f"{scheme}://{self.host}/hub"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.run.stdin.close()
        try:
            self.run.wait(timeout=LIMIT_S)
        finally:
            self.run.kill()
            self.run.stdout.close()

    def counts(self) -> dict[str, Any]:
        """What it has counted so far; all of it is written by then."""
        self.run.stdin.write("\n")
        self.run.stdin.flush()
        return json.loads(self.run.stdout.readline())


def connection_string(host: str, key: str = POLICY[1], more: str = "") -> str:
    return (f"Endpoint=sb://{host}/;SharedAccessKeyName={POLICY[0]};"
            f"SharedAccessKey={key}{more}")
