"""Slurm with one node on this machine, unpacked by scripts/test.sh, on ports
and in a directory of a test's own."""

import contextlib
import getpass
import os
import pathlib
import subprocess
from collections.abc import Iterator

import pytest

from files import write_bytes, write_text
from program import wait_for
from servers import Process, free_port

PACKAGES = ("slurmctld", "slurmd", "slurm-client", "slurm-wlm-basic-plugins",
            "munge", "libmunge2", "libhwloc15", "liblua5.1-0")
START_S = 120  # on a busy machine
CONFIG = """ClusterName=busyhour
SlurmctldHost=localhost(127.0.0.1)
SlurmUser={user}
SlurmdUser={user}
SlurmctldPort={control_port}
SlurmdPort={node_port}
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket={place}/munge.sock
PluginDir={plugins}
StateSaveLocation={place}/state
SlurmdSpoolDir={place}/spool
SlurmctldPidFile={place}/slurmctld.pid
SlurmdPidFile={place}/slurmd.pid
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=sched_min_interval=1
MpiDefault=none
SwitchType=switch/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SlurmdParameters=config_overrides
NodeName=localhost NodeAddr=127.0.0.1 CPUs=4
PartitionName=all Nodes=ALL Default=YES State=UP
"""


class Cluster:
    """Runs programs of Slurm with `run`."""

    def __init__(self, tools: pathlib.Path, place: pathlib.Path) -> None:
        for package in PACKAGES:
            if not (tools / package).is_dir():
                pytest.skip(f"there is no {package}")
        self.tools, self.place = tools, place
        libraries = [next((tools / package).glob("usr/lib/*-linux-gnu"), None)
                     for package in PACKAGES]
        plugins = libraries[3] / "slurm-wlm"
        self.control_port, self.node_port = free_port(), free_port()
        write_text(place / "slurm.conf", CONFIG.format(
            user=getpass.getuser(), place=place, plugins=plugins,
            control_port=self.control_port, node_port=self.node_port))
        write_bytes(place / "munge.key", os.urandom(1024))
        (place / "munge.key").chmod(0o400)
        (place / "state").mkdir()
        self.environment = {
            **os.environ, "SLURM_CONF": str(place / "slurm.conf"),
            "LD_LIBRARY_PATH": ":".join(
                str(each) for each in [*libraries, plugins] if each),
            "PATH": f"{tools}/slurm-client/usr/bin:{os.environ['PATH']}"}

    def start(self, started: contextlib.ExitStack) -> None:
        tools, place = self.tools, self.place
        munged = subprocess.Popen(
            [tools / "munge/usr/sbin/munged", "--foreground", "--force",
             f"--socket={place}/munge.sock", f"--key-file={place}/munge.key",
             f"--pid-file={place}/munged.pid", f"--log-file={place}/munged.log",
             f"--seed-file={place}/munge.seed"],
            env=self.environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        started.callback(munged.wait, 20)
        started.callback(munged.terminate)
        wait_for((place / "munge.sock").exists, START_S)
        started.enter_context(Process(
            [f"{tools}/slurmctld/usr/sbin/slurmctld-wlm", "-D"],
            self.control_port, place / "slurmctld.log", START_S,
            env=self.environment))
        sbin = f"{tools}/slurmd/usr/sbin"
        started.enter_context(Process(
            [f"{sbin}/slurmd-wlm", "-D", "-N", "localhost", "-d",
             f"{sbin}/slurmstepd-wlm"], self.node_port, place / "slurmd.log",
            START_S, env=self.environment))
        wait_for(lambda: "idle" in self.run("sinfo", "-h", "-o", "%t"), START_S)

    def run(self, program: str, *arguments: object, **more: str) -> str:
        done = subprocess.run(
            [program, *map(str, arguments)], text=True, capture_output=True,
            env={**self.environment, **more}, cwd=self.place)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()

    def wait(self, limit_s: float = START_S) -> None:
        """Waits until no job is left."""
        assert wait_for(lambda: not self.run("squeue", "-h"), limit_s)


@contextlib.contextmanager
def running(tools: pathlib.Path, place: pathlib.Path) -> Iterator[Cluster]:
    cluster = Cluster(tools, place)
    with contextlib.ExitStack() as started:
        cluster.start(started)
        yield cluster
