"""A run's folder that is moved, removed, or wanted by two."""

import shutil

from disturbed import DisturbedTraining


class FolderTests(DisturbedTraining):
    def test_moved_and_another_in_its_place(self):
        first = self.begin("dcgan", "moving")
        self.wait_for(self.folder / "moving/checkpoints/latest.safetensors", first)
        (self.folder / "moving").rename(self.folder / "moved")
        second = self.begin("dcgan", "moving")
        for training in (first, second):
            _, errors = training.communicate()
            self.assertEqual(training.returncode, 0, errors)
        self.expect_same("dcgan", "moved")
        self.expect_same("dcgan", "moving")

    def test_removed(self):
        training = self.start("train --model dcgan faces --size 16 --width 4 --latent 8 --batch 8 "
                              "--minutes 5 --quiet --out removed")
        self.wait_for(self.folder / "removed/metrics.jsonl", training)
        shutil.rmtree(self.folder / "removed")
        _, errors = training.communicate(timeout=240)
        self.assertEqual(training.returncode, 1)
        self.assertEqual(errors.count("Error: removed was removed"), 1, errors)
        self.assertFalse((self.folder / "removed").exists())

    def test_two_writers(self):
        first = self.begin("dcgan", "twice")
        self.wait_for(self.folder / "twice/checkpoints/latest.safetensors", first)
        second = self.begin("dcgan", "twice", options="--overwrite")
        _, errors = second.communicate()
        # Where the first had ended already, the second may take its place.
        if second.returncode:
            self.assertEqual(errors.count("Error: "), 1, errors)
            self.assertIn("in use", errors)
        first.communicate()
        self.assertEqual(first.returncode, 0)
        self.expect_same("dcgan", "twice")
