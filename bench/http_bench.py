"""How fast `load --rate max` posts, beside libcurl with nothing around it: the
same bodies and connections, to the same nginx, in turn.

    http_bench.py BUILD_DIRECTORY [ROUNDS]
"""

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
    """Whole lines, each file as full as `load` fills a batch."""
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
        ratios = []
        with Process(["/usr/sbin/nginx", "-e", f"{place}/error.log", "-p",
                      place, "-c", config], port, f"{place}/nginx.log"):
            for _ in range(rounds):
                bare = float(subprocess.run(
                    [os.path.join(build, "bench", "http_loop"), url,
                     str(CONNECTIONS), str(SECONDS), *bodies], check=True,
                    stdout=subprocess.PIPE, timeout=60).stdout)
                subprocess.run(
                    [program, "load", "--to", url, "--rate", "max",
                     "--records", str(RECORDS), "--quiet", "--report", report,
                     "--with", f"connections={CONNECTIONS}"], check=True,
                    timeout=120)
                with open(report, encoding="utf-8") as file:
                    ours = json.load(file)["bytes_per_second"]
                ratios.append(ours / bare)
                print(f"bare {bare / 1e6:,.0f} MB/s, load {ours / 1e6:,.0f} "
                      f"MB/s: {ratios[-1]:.2f}", flush=True)
    print(f"median {statistics.median(ratios):.2f}")


main()
