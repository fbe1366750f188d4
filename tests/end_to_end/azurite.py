"""A storage account for tests: Azurite, with Microsoft's own client of Python."""

import base64
import http.client
import os
import pathlib

from azure.storage.blob import BlobServiceClient

from http_receiver import Answer, Request
from servers import Process, free_port

ACCOUNT = "busyhourtest"
KEY = base64.b64encode(bytes(range(64))).decode()


class Azurite:
    """The storage account. It can be stopped and started, and keeps its
    content."""

    def __init__(self, directory: pathlib.Path, place: pathlib.Path) -> None:
        """`directory` is that of the npm package."""
        self.directory, self.place = directory, place
        self.port = free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}/{ACCOUNT}"
        self.service = BlobServiceClient(self.endpoint, credential=KEY)

    def start(self) -> None:
        self.server = Process(
            ["node", f"{self.directory}/node_modules/azurite/dist/src/blob/"
             "main.js", "--blobHost", "127.0.0.1", "--blobPort",
             str(self.port), "--location", str(self.place), "--silent",
             "--disableTelemetry"],
            self.port, self.place / "azurite.log", cwd=self.place,
            env={**os.environ, "AZURITE_ACCOUNTS": f"{ACCOUNT}:{KEY}"})

    def read(self) -> dict[tuple[str, str], str]:
        """Text of each blob, by container and name."""
        found = {}
        for container in self.service.list_containers():
            client = self.service.get_container_client(container.name)
            for blob in client.list_blobs():
                found[container.name, blob.name] = (
                    client.download_blob(blob.name).readall().decode())
        return found

    def clear(self) -> None:
        for container in self.service.list_containers():
            self.service.delete_container(container.name)

    def answer(self, request: Request) -> Answer:
        """Azurite's answer to a request to another port."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port,
                                                timeout=60)
        headers = {name: value for name, value in request.headers.items()
                   if name.lower() not in ("host", "connection")}
        connection.request(request.method, request.path, request.body, headers)
        got = connection.getresponse()
        body = got.read()
        kept = {name: value for name, value in got.getheaders()
                if name.lower() not in ("connection", "keep-alive", "date",
                                        "server", "transfer-encoding")
                and (name.lower() != "content-length"
                     or request.method == "HEAD")}
        connection.close()
        return Answer(got.status, kept, body)
