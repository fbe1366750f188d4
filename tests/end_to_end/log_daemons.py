"""Log daemons that nobody here wrote, each started with a configuration of a
test's own and ended by it."""

import contextlib
import os
import shutil
import subprocess

LIMIT_S = 60
# How each is told where its configuration is and to keep to `place`.
OPTIONS = {
    "rsyslogd": ["-n", "-f", "{place}/conf", "-i", "{place}/pid"],
    "syslog-ng": ["--foreground", "--no-caps", "--stderr",
                  "--cfgfile={place}/conf", "--persist-file={place}/persist",
                  "--control={place}/control", "--pidfile={place}/pid"],
}


def find(name):
    """A program of the system, or one that scripts/test.sh has unpacked."""
    here = os.path.dirname(os.path.abspath(__file__))
    own = f"{here}/../../build/tools/bin/{name}"
    return shutil.which(name) or (own if os.path.exists(own) else None)


@contextlib.contextmanager
def running(name, config, place):
    """The daemon `name` with its configuration, in the directory `place`; what
    it says goes to `place`/log. Ended at the end, with all written that it
    has taken."""
    with open(f"{place}/conf", "w", encoding="utf-8") as file:
        file.write(config)
    with open(f"{place}/log", "wb") as log:
        run = subprocess.Popen(
            [find(name), *(each.format(place=place)
                           for each in OPTIONS[name])],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        yield run
    finally:
        run.terminate()
        try:
            run.wait(timeout=LIMIT_S)
        except subprocess.TimeoutExpired:
            run.kill()
            run.wait()
