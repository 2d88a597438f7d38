"""Ranks on machines that have a network and a disk of their own: namespaces of this one, joined by a bridge."""

import os
import shlex
import shutil
import subprocess
import time
import unittest
from pathlib import Path

from ranked import DCGAN, GAN, RankedTraining, contents

COUNT = 4
BRIDGE = "gan-machines"
NETWORK = "10.213.77"

# What Open MPI starts a machine's part with, in place of ssh.
AGENT = """#!/bin/sh
machine=${{1##*.}}
shift
exec ip netns exec gan-machine-$machine unshare --uts --mount sh -c \\
    "hostname machine-$machine; mount --bind {folder}/disk-$machine {folder}/disk; $*"
"""


def run(line, check=True):
    return subprocess.run(shlex.split(line), check=check, capture_output=True, text=True)


def name_of(pid):
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return None


def remove_machines():
    for machine in range(1, COUNT + 1):
        pids = run(f"ip netns pids gan-machine-{machine}", check=False).stdout.split()
        if pids:
            run("kill -9 " + " ".join(pids), check=False)
        # A namespace stays for as long as its connections do.
        run(f"ip link del gan-{machine}", check=False)
        run(f"ip netns del gan-machine-{machine}", check=False)
    run(f"ip link del {BRIDGE}", check=False)


def add_machines():
    run(f"ip link add {BRIDGE} type bridge")
    run(f"ip addr add {NETWORK}.254/24 dev {BRIDGE}")
    run(f"ip link set {BRIDGE} up")
    for machine in range(1, COUNT + 1):
        inside = f"ip netns exec gan-machine-{machine} ip"
        run(f"ip netns add gan-machine-{machine}")
        run(f"ip link add gan-{machine} type veth peer name eth0 netns gan-machine-{machine}")
        run(f"ip link set gan-{machine} master {BRIDGE} up")
        run(f"{inside} addr add {NETWORK}.{machine}/24 dev eth0")
        run(f"{inside} link set eth0 up")
        run(f"{inside} link set lo up")


class Machines(RankedTraining):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        try:
            remove_machines()
            cls.addClassCleanup(remove_machines)
            add_machines()
        except (OSError, subprocess.CalledProcessError) as error:
            raise unittest.SkipTest(f"no namespaces of networks can be made here: {error}")
        (cls.folder / "disk").mkdir()
        for machine in range(1, COUNT + 1):
            shutil.copytree(cls.folder / "faces", cls.folder / f"disk-{machine}/faces")
        agent = cls.folder / "agent"
        agent.write_text(AGENT.format(folder=cls.folder))
        agent.chmod(0o755)

    def launch_on_machines(self, machines, line):
        """Starts a training with a rank on each of some machines, which see their own disk as one folder."""
        options = {
            "plm_rsh_agent": self.folder / "agent",
            "oob_tcp_if_include": f"{NETWORK}.0/24",
            "btl_tcp_if_include": f"{NETWORK}.0/24",
        }
        hosts = ",".join(f"{NETWORK}.{machine}:1" for machine in range(1, machines + 1))
        command = ["mpirun.openmpi"]
        for name, value in options.items():
            command += ["--mca", name, value]
        command += ["--host", hosts, "--wdir", self.folder / "disk", "-n", str(machines), "-x", "GAN_RANK_PATIENCE"]
        command += [GAN, "train", *shlex.split(line), "--threads", "1", "--quiet", "--no-cache"]
        environment = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
        environment.setdefault("GAN_RANK_PATIENCE", "60")
        log = open(self.folder / "machines.log", "w+")
        self.addCleanup(log.close)
        return subprocess.Popen(command, cwd=self.folder, env=environment, stdout=log, stderr=log)

    def log(self):
        return (self.folder / "machines.log").read_text()

    def test_their_run_is_that_of_one_process(self):
        line = f"{DCGAN} --shards 8"
        whole = self.train(1, f"{line} --steps 12", "whole-of-machines")
        for machines, options in ((2, f"{line} --steps 6"), (4, "--resume --steps 12")):
            process = self.launch_on_machines(machines, f"{options} --out run")
            self.assertEqual(process.wait(timeout=120), 0, self.log())
        self.assertEqual(contents(whole), contents(self.folder / "disk-1/run"))
        self.assertEqual(sorted(os.listdir(self.folder / "disk-2")), ["faces"])

    def test_when_the_network_is_cut_all_end(self):
        os.environ["GAN_RANK_PATIENCE"] = "4"
        self.addCleanup(os.environ.pop, "GAN_RANK_PATIENCE")
        process = self.launch_on_machines(2, f"{DCGAN} --steps 1000000 --checkpoint-every 20 --out cut")
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.wait_for_checkpoint("disk-1/cut")
        run("ip link set gan-2 down")
        self.addCleanup(run, "ip link set gan-2 up")
        for _ in range(300):
            if not self.trainings():
                break
            time.sleep(0.1)
        self.assertEqual(self.trainings(), [])
        self.assertIn("has waited for the others for 4 seconds", self.log())
        # What is left of Open MPI on the machine that was cut off cannot be told to end.

    def trainings(self):
        """The trainings that run on the machines."""
        return [
            pid
            for machine in range(1, COUNT + 1)
            for pid in run(f"ip netns pids gan-machine-{machine}").stdout.split()
            if name_of(pid) == "gan"
        ]


if __name__ == "__main__":
    unittest.main()
