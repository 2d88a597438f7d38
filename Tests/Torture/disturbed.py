"""Small trainings of every model that are disturbed, and what each comes to when it is left alone."""

import json
import os
import shlex
import shutil
import subprocess
import tempfile
import time
import unittest
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GAN = os.path.abspath(os.environ.get("GAN", ROOT / ".build/release/gan"))

SMALL_STYLES = "--size 16 --latent 8 --batch 4 --channel-base 128 --channel-max 16"
SMALL_ENLARGER = "--size 32 --width 4 --blocks 1 --batch 2"
# The options that make each model small, after its data.
MODELS = {
    "dcgan": "faces --size 16 --width 4 --latent 8 --batch 8",
    "fastgan": "large --size 64 --width 1 --batch 4",
    "stylegan": f"faces {SMALL_STYLES} --grow",
    "stylegan2": f"faces {SMALL_STYLES}",
    "pix2pix": "outlines --size 32 --width 4 --batch 2",
    "cyclegan": "night --size 32 --width 4 --blocks 1 --batch 1",
    "spade": "maps --size 32 --width 4 --style-encoder --latent 8 --batch 2",
    "srresnet": f"large {SMALL_ENLARGER}",
    "srgan": f"large {SMALL_ENLARGER}",
    "rrdb": f"large {SMALL_ENLARGER}",
    "esrgan": f"large {SMALL_ENLARGER}",
}
STEPS = 30
SCHEDULE = f"--steps {STEPS} --checkpoint-every 7 --sample-every 9"
# The clock's figures in a row of metrics.
TIMES = {"seconds", "imagesPerSecond"}


def minutes():
    """For how long trainings are killed at random."""
    return float(os.environ.get("MINUTES", 2))


class DisturbedTraining(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp(prefix="gan-torture-", dir="/var/tmp"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.gan("data avatars --count 40 --size 16 --out faces")
        cls.gan("data avatars --count 20 --size 64 --out large")
        cls.gan("data avatars --count 20 --size 32 --labels --out maps")
        for kind in ("outlines", "night"):
            cls.gan(f"data avatars --count 20 --size 32 --pairs {kind} --out {kind}")

    @classmethod
    def gan(cls, line):
        subprocess.run([GAN, *shlex.split(line)], cwd=cls.folder, check=True, capture_output=True, text=True)

    def whole(self, model):
        """The folder of a training that was left alone."""
        run = self.folder / f"whole-{model}"
        if not run.exists():
            done = self.begin(model, run.name).communicate()
            self.assertTrue((run / f"checkpoints/step-{STEPS:06}.safetensors").exists(), done)
        return run

    def begin(self, model, run, under=(), options=""):
        """Starts a training of a model into a run's folder; `under` is the program that runs it."""
        return self.start(f"train --model {model} {MODELS[model]} {SCHEDULE} {options} --threads 2 --quiet --out {run}",
                          under)

    def start(self, line, under=()):
        return subprocess.Popen([*under, GAN, *shlex.split(line)], cwd=self.folder, text=True,
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def strace(self, call, *options):
        return ["strace", "-f", "-qq", "-e", f"trace={call}", *options]

    def calls(self, call):
        """How often a training makes a call of the system, in the thread that makes it most often."""
        path = self.folder / "calls"
        self.remove("counted")
        _, errors = self.begin("dcgan", "counted", self.strace(call, "-o", path)).communicate()
        threads = Counter(line.split()[0] for line in path.read_text().splitlines())
        self.assertTrue(threads, f"no {call}, or it cannot be traced here: {errors}")
        return max(threads.values())

    def begin_tampered(self, run, call, injection):
        """A training into a new folder, in which a call of the system is tampered with as `strace -e inject` says."""
        self.remove(run)
        return self.begin("dcgan", run, self.strace(call, "-o", "/dev/null", "-e", f"inject={call}:{injection}"))

    def go_on(self, model, run, under=()):
        """Resumes a training, or begins it where nothing was saved yet."""
        if any((self.folder / run / "checkpoints").glob("*.safetensors")):
            return self.start(f"train --resume --quiet --out {run}", under)
        return self.begin(model, run, under, options="--overwrite")

    def finish(self, model, run):
        training = self.go_on(model, run)
        _, errors = training.communicate(timeout=600)
        self.assertEqual(training.returncode, 0, errors)

    def wait_for(self, path, training):
        """Waits until a file of a training that goes on has something in it."""
        while not (path.exists() and path.stat().st_size):
            self.assertIsNone(training.poll(), f"the training ended before it wrote {path}")
            time.sleep(0.02)

    def remove(self, run):
        shutil.rmtree(self.folder / run, ignore_errors=True)

    def expect_same(self, model, run):
        """A run's checkpoints and figures are to the bit those of a training that was left alone."""
        self.expect_same_end(model, run)
        whole, run = self.whole(model), self.folder / run
        best = "checkpoints/best.safetensors"
        self.assertEqual((whole / best).exists(), (run / best).exists())
        if (whole / best).exists():
            self.assertEqual(tensors(whole / best), tensors(run / best), f"{model}: best")
        self.assertEqual(rows(whole), rows(run), model)

    def expect_same_end(self, model, run):
        """A run's weights and optimizers are to the bit those of a training that was left alone."""
        whole, run = self.whole(model), self.folder / run
        latest = "checkpoints/latest.safetensors"
        self.assertEqual(tensors(whole / latest), tensors(run / latest), model)
        self.assertEqual(list(run.rglob("*.new")), [], "a temporary name is left")


def tensors(checkpoint):
    """What follows a checkpoint's header, which tells the time it took."""
    content = checkpoint.read_bytes()
    return content[8 + int.from_bytes(content[:8], "little"):]


def rows(run):
    lines = map(json.loads, (run / "metrics.jsonl").read_text().splitlines())
    return [{key: value for key, value in row.items() if key not in TIMES} for row in lines]
