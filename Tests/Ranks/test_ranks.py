"""Trainings of several processes under mpirun, beside trainings of one."""

import math
import os
import re
import signal
import time
import unittest
from pathlib import Path

from ranked import DCGAN, MODELS, RankedTraining, contents, numbers, rows

# Whatever a step computes of a batch as a whole: statistics, groups, means, draws.
STEPS = {f"{model}": f"--model {model} {options}" for model, options in MODELS.items()} | {
    "conditional": f"{DCGAN} --conditional".replace("faces", "classes"),
    "wgan-gp": f"{DCGAN} --preset wgan-gp",
    "r1": f"{DCGAN} --regularizer r1 --normalization none",
    "dragan": f"{DCGAN} --preset dragan",
    "relativistic average": f"{DCGAN} --objective relativistic-average --augment adaptive",
    "minibatch deviation": f"{DCGAN} --minibatch-deviation",
    "pack": f"{DCGAN} --preset pacgan",
    # A pool of images that were generated before.
    "cyclegan": "--model cyclegan night --size 32 --width 4 --blocks 1 --batch 4",
}


class Ranks(RankedTraining):
    def assert_same_gradients(self, one, other, message):
        """Moments of the first step are its gradients; those that are 0 but for rounding weigh nothing."""
        for kind in ("first_moment", "square_average"):
            for network in ("generator", "discriminator"):
                names = [name for name in one if f"optimizer.{network}.{kind}" in name]
                pairs = [pair for name in names for pair in zip(one[name], other[name])]
                size = math.sqrt(sum(a * a for a, _ in pairs))
                difference = math.sqrt(sum((a - b) ** 2 for a, b in pairs))
                self.assertLessEqual(difference, 2e-5 * size, f"{message}: {network}")

    def test_gradients_are_those_of_one_process(self):
        for name, line in STEPS.items():
            with self.subTest(name):
                line = re.sub("--batch [12]\\b", "--batch 4", line) + " --steps 1 --threads 1"
                whole = self.train(1, line, f"one-{name}".replace(" ", "-"))
                parts = self.train(2, line, f"two-{name}".replace(" ", "-"))
                one, other = numbers(whole), numbers(parts)
                self.assertEqual(one.keys(), other.keys())
                self.assertTrue(any("moment" in name or "square" in name for name in one))
                self.assert_same_gradients(one, other, name)
                for a, b in zip(rows(whole), rows(parts), strict=True):
                    for figure in ("discriminatorLoss", "generatorLoss", "penalty", "realScore", "fakeScore"):
                        self.assertAlmostEqual(a[figure], b[figure], delta=1e-5 * (1 + abs(a[figure])))

    def test_bits_of_shards_are_the_same_on_one_rank_and_on_two(self):
        for name, line in STEPS.items():
            with self.subTest(name):
                line = re.sub("--batch [12]\\b", "--batch 4", line) + " --shards 2 --steps 3"
                whole = self.train(1, f"{line} --threads 2", f"shards-one-{name}".replace(" ", "-"))
                parts = self.train(2, f"{line} --threads 1", f"shards-two-{name}".replace(" ", "-"))
                self.assertEqual(contents(whole), contents(parts))
                self.assertEqual(rows(whole), rows(parts))

    def test_bits_of_eight_shards_are_the_same_on_any_number_of_ranks(self):
        line = f"{DCGAN} --augment adaptive --shards 8"
        # More cores than shards: one at a time, on all of them.
        one = self.train(1, f"{line} --steps 12 --threads 16", "of-1")
        for ranks, launcher in ((2, "mpirun.openmpi"), (4, "mpirun.mpich"), (8, "mpirun.openmpi")):
            # Gone on with on another number of ranks, and again on this one.
            self.train(ranks, f"{line} --steps 5", f"of-{ranks}", launcher=launcher)
            self.train(8 // ranks, "--resume --steps 9", f"of-{ranks}")
            other = self.train(ranks, "--resume --steps 12", f"of-{ranks}", launcher=launcher)
            self.assertEqual(contents(one), contents(other), f"{ranks} ranks")
            self.assertEqual(rows(one)[-1], rows(other)[-1])

    def test_bits_are_the_same_in_every_run_and_with_both_libraries(self):
        line = f"{DCGAN} --steps 12"
        first = self.train(2, f"{line} --threads 1", "bits-1")
        for name, options in {"bits-2": {}, "bits-3": {"launcher": "mpirun.mpich"}}.items():
            again = self.train(2, f"{line} --threads 2", name, **options)
            self.assertEqual(contents(first), contents(again), name)
            self.assertEqual(rows(first), rows(again), name)

    def test_a_run_goes_on_to_the_bit(self):
        line = f"{DCGAN} --augment adaptive"
        whole = self.train(2, f"{line} --steps 20", "whole")
        self.train(2, f"{line} --steps 10", "halves")
        halves = self.train(2, "--resume --steps 20", "halves")
        self.assertEqual(contents(whole), contents(halves))

    def test_ranks_on_other_machines_need_not_see_the_runs_folder(self):
        whole = self.train(2, f"{DCGAN} --steps 20", "seen")
        for name in ("here", "there"):
            (self.folder / name).mkdir()
            os.symlink("../faces", self.folder / name / "faces")
        first, rest = f"{DCGAN} --steps 10 --out run", "--resume --steps 20 --out run"
        for line in (first, rest):
            process = self.launch(2, line, line, folders=("here", "there"))
            out, errors = process.communicate(timeout=120)
            self.assertEqual(process.returncode, 0, errors)
        self.assertEqual(contents(whole), contents(self.folder / "here/run"))
        self.assertFalse((self.folder / "there/run").exists())

    def test_when_a_rank_is_killed_all_end_and_the_run_goes_on_with_another_number(self):
        process = self.launch(2, f"{DCGAN} --steps 1000000 --checkpoint-every 20 --out killed")
        self.wait_for_checkpoint("killed")
        os.kill(self.ranks_of(process)[1], signal.SIGKILL)
        self.assertIn("rank 1", self.end(process, seconds=20))
        latest = max((self.folder / "killed/checkpoints").glob("step-*"))
        steps = int(latest.stem.split("-")[1]) + 30
        self.train(1, f"--resume --steps {steps}", "killed")

    def test_when_a_rank_hangs_all_end(self):
        os.environ["GAN_RANK_PATIENCE"] = "3"
        self.addCleanup(os.environ.pop, "GAN_RANK_PATIENCE")
        process = self.launch(2, f"{DCGAN} --steps 1000000 --checkpoint-every 20 --out hanging")
        self.wait_for_checkpoint("hanging")
        stopped = self.ranks_of(process)[1]
        os.kill(stopped, signal.SIGSTOP)
        self.addCleanup(lambda: Path(f"/proc/{stopped}").exists() and os.kill(stopped, signal.SIGKILL))
        self.assertIn("rank 0 has waited for the others for 3 seconds", self.end(process, seconds=40))

    def test_a_rank_that_is_asked_to_end_ends_all_with_a_checkpoint(self):
        for rank in (0, 1):
            with self.subTest(rank):
                process = self.launch(2, f"{DCGAN} --steps 1000000 --checkpoint-every 100000 --out asked-{rank}")
                while not (self.folder / f"asked-{rank}/metrics.jsonl").exists():
                    self.assertIsNone(process.poll())
                    time.sleep(0.1)
                time.sleep(1)
                os.kill(self.ranks_of(process)[rank], signal.SIGTERM)
                process.communicate(timeout=60)
                self.wait_for_checkpoint(f"asked-{rank}")

    def test_ranks_that_would_train_otherwise_are_told_of(self):
        line = f"{DCGAN} --steps 3 --out other"
        told = {
            "rank 1 has other images than rank 0": line.replace("faces", "others"),
            "rank 1 has another program or other settings than rank 0": f"{line} --lr 0.01",
            "no such file or folder": line.replace("faces", "nowhere"),
        }
        for message, second in told.items():
            self.assertIn(message, self.end(self.launch(2, line, second)))
        self.assertIn("--batch is 7", self.end(self.launch(2, line.replace("--batch 8", "--batch 7"))))
        self.assertIn("a power of two", self.end(self.launch(3, line)))
        self.assertFalse((self.folder / "other").exists())


if __name__ == "__main__":
    unittest.main()
