"""Measures how fast `load --rate max` sends HTTP POST requests, and compares it
with a bare libcurl loop that sends the same bodies over the same number of
connections to the same nginx, in alternation.

The loop sends prepared bodies, but `load` also simulates the records. With
fewer than three processors the two compete, so the loop is also measured while
one thread simulates and sends nothing.

    http_bench.py BUILD_DIRECTORY [ROUNDS]
"""

import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile

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


def write_bodies(program, place):
    """Writes bodies of whole lines, each file as full as a batch of `load`."""
    text = subprocess.run(
        [program, "generate", "--records", "60000", "--out", "-", "--quiet"],
        check=True, stdout=subprocess.PIPE).stdout
    paths, begin = [], 0
    while len(paths) < BODIES:
        end = text.rfind(b"\n", begin, begin + BODY_BYTES) + 1
        if end <= begin:
            break
        paths.append(os.path.join(place, f"body{len(paths)}"))
        with open(paths[-1], "wb") as file:
            file.write(text[begin:end])
        begin = end
    return paths


@contextlib.contextmanager
def simulating(program):
    """Runs one thread that generates records and discards them."""
    process = subprocess.Popen(
        [program, "generate", "--records", "1000M", "--threads", "1", "--out",
         "null:", "--quiet"])
    try:
        yield
    finally:
        process.kill()
        process.wait()


def main():
    build = sys.argv[1]
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    program = os.path.join(build, "busyhour")
    with tempfile.TemporaryDirectory(prefix="busyhour-") as place:
        bodies = write_bodies(program, place)
        port = free_port()
        config = os.path.join(place, "nginx.conf")
        with open(config, "w", encoding="utf-8") as file:
            file.write(NGINX.format(place=place, port=port))
        url = f"http://127.0.0.1:{port}/"
        report = os.path.join(place, "report.json")
        rates = {"bare": [], "bare beside a simulation": [], "load": []}

        def post_bare():
            return float(subprocess.run(
                [os.path.join(build, "bench", "http_loop"), url,
                 str(CONNECTIONS), str(SECONDS), *bodies], check=True,
                stdout=subprocess.PIPE, timeout=60).stdout)

        def post():
            subprocess.run(
                [program, "load", "--to", url, "--rate", "max", "--records",
                 str(RECORDS), "--quiet", "--report", report, "--with",
                 f"connections={CONNECTIONS}"], check=True, timeout=120)
            with open(report, encoding="utf-8") as file:
                return json.load(file)["bytes_per_second"]

        with Process(["/usr/sbin/nginx", "-e", f"{place}/error.log", "-p",
                      place, "-c", config], port, f"{place}/nginx.log"):
            for _ in range(rounds):
                rates["bare"].append(post_bare())
                with simulating(program):
                    rates["bare beside a simulation"].append(post_bare())
                rates["load"].append(post())
                print(", ".join(f"{name} {rate[-1] / 1e6:,.0f}"
                                for name, rate in rates.items()), "MB/s",
                      flush=True)
        for name in ("bare", "bare beside a simulation"):
            ratios = [ours / bare
                      for ours, bare in zip(rates["load"], rates[name])]
            print(f"load / {name}: median {statistics.median(ratios):.2f} "
                  f"({min(ratios):.2f} to {max(ratios):.2f})")


main()
