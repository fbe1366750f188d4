"""Measures how fast `load --rate max` sends HTTP POST requests, and compares it
with a bare libcurl loop that sends the same bodies over the same number of
connections to the same nginx; see loops.py.

    http_bench.py BUILD_DIRECTORY [ROUNDS]
"""

import os
import sys
import tempfile

import loops

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "tests", "end_to_end"))
from servers import Process, free_port

CONNECTIONS = 4
SECONDS = 4
RECORDS = 8_000_000
BODY_BYTES = 1_000_000
BODIES = 32
NGINX = """
daemon off;
master_process off;
pid {place}/nginx.pid;
error_log {place}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {place}/body;
  proxy_temp_path {place}/proxy;
  fastcgi_temp_path {place}/fastcgi;
  uwsgi_temp_path {place}/uwsgi;
  scgi_temp_path {place}/scgi;
  client_max_body_size 64m;
  keepalive_requests 1000000000;
  server {{
    listen 127.0.0.1:{port};
    location / {{ return 204; }}
  }}
}}
"""


def bodies(text):
    """Bodies of whole lines, each as full as a batch of `load`."""
    begin = 0
    for _ in range(BODIES):
        end = text.rfind(b"\n", begin, begin + BODY_BYTES) + 1
        if end <= begin:
            break
        yield text[begin:end]
        begin = end


def main():
    build = sys.argv[1]
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    program = os.path.join(build, "busyhour")
    with tempfile.TemporaryDirectory(prefix="busyhour-") as place:
        paths = loops.write_bodies(place, bodies(loops.text_of(program)))
        port = free_port()
        config = os.path.join(place, "nginx.conf")
        with open(config, "w", encoding="utf-8") as file:
            file.write(NGINX.format(place=place, port=port))
        url = f"http://127.0.0.1:{port}/"

        def post_bare():
            return loops.output_of(
                os.path.join(build, "bench", "http_loop"), url,
                str(CONNECTIONS), str(SECONDS), *paths)[0] / 1e6

        def post():
            return loops.load(
                program, place, url, RECORDS, "--with",
                f"connections={CONNECTIONS}")["bytes_per_second"] / 1e6

        with Process(["/usr/sbin/nginx", "-e", f"{place}/error.log", "-p",
                      place, "-c", config], port, f"{place}/nginx.log"):
            loops.compare(program, rounds, post_bare, post, "MB/s")


main()
