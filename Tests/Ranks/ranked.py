"""Trainings of several processes under mpirun."""

import json
import os
import shlex
import struct
import subprocess
import sys
import time
from array import array
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Torture"))
from disturbed import GAN, MODELS, TIMES, DisturbedTraining  # noqa: E402, F401

DCGAN = "--model dcgan faces --size 16 --width 4 --latent 8 --batch 8"


def contents(run):
    """The tensors of a run's latest checkpoint by name, each with its kind and bytes."""
    data = (run / "checkpoints/latest.safetensors").read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8 : 8 + size])
    header.pop("__metadata__")
    return {
        name: (tensor["dtype"], data[slice(*(8 + size + offset for offset in tensor["data_offsets"]))])
        for name, tensor in header.items()
    }


def numbers(run):
    """The numbers of a run's latest checkpoint, by name."""
    return {name: array("f", data) for name, (kind, data) in contents(run).items() if kind == "F32"}


def rows(run):
    """The figures of a run, but for those of the clock."""
    lines = (run / "metrics.jsonl").read_text().splitlines()
    return [{name: value for name, value in json.loads(line).items() if name not in TIMES} for line in lines]


class RankedTraining(DisturbedTraining):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gan("data avatars --count 40 --size 16 --seed 1 --out others")
        for name in ("one", "other"):
            cls.gan(f"data avatars --count 20 --size 16 --out classes/{name}")

    def launch(self, ranks, *lines, launcher="mpirun.openmpi", folders=()):
        """Starts a training on some ranks; of several lines each has one rank, and may have a folder of its own."""
        environment = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
        one_machine = ["--oversubscribe"] if launcher == "mpirun.openmpi" else []
        command = [launcher, *one_machine]
        for number, line in enumerate(lines):
            command += ([":"] if number > 0 else []) + ["-n", str(ranks if len(lines) == 1 else 1)]
            command += ["--wdir", self.folder / folders[number]] if folders else []
            command += [GAN, "train", *shlex.split(line), "--quiet", "--no-cache"]
        return subprocess.Popen(command, cwd=self.folder, text=True, env=environment, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE)

    def train(self, ranks, line, run, **options):
        """The folder of a training on some ranks, which comes to its end."""
        process = self.launch(ranks, f"{line} --out {run}", **options)
        out, errors = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 0, errors)
        return self.folder / run

    def end(self, process, seconds=30):
        """What a training that fails says, which ends within some seconds."""
        out, errors = process.communicate(timeout=seconds)
        self.assertNotEqual(process.returncode, 0, out)
        return errors

    def wait_for_checkpoint(self, run):
        for _ in range(600):
            if list((self.folder / run).glob("checkpoints/step-*.safetensors")):
                return
            time.sleep(0.1)
        self.fail("no checkpoint came")

    def ranks_of(self, process):
        """The processes that a launcher started, by their ranks."""
        found = {}
        for place in Path("/proc").glob("[0-9]*"):
            try:
                line = (place / "cmdline").read_bytes().split(b"\0")
                variables = dict(v.split(b"=", 1) for v in (place / "environ").read_bytes().split(b"\0") if b"=" in v)
                parent = int((place / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except (OSError, ValueError):
                continue
            if parent == process.pid and line[0].decode() == GAN:
                found[int(variables[b"OMPI_COMM_WORLD_RANK"])] = int(place.name)
        return found
