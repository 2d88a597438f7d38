"""Disks that fail or are full: a warning or one line of an error, and nothing that was saved is lost."""

import subprocess
import unittest

from disturbed import DisturbedTraining


class DiskTests(DisturbedTraining):
    def test_calls_that_fail(self):
        for call in ("pwrite64", "fsync", "rename", "link"):
            middle = self.calls(call) // 2
            for error in ("ENOSPC", "EIO"):
                with self.subTest(call=call, error=error):
                    training = self.begin_tampered("failing", call, f"error={error}:when={middle}..{middle + 2}")
                    _, errors = training.communicate(timeout=900)
                    # In place of a hard link there is a symbolic one.
                    if call != "link":
                        self.assertNotEqual(errors, "", "nothing failed, or nothing was told")
                    if training.returncode != 0:
                        self.assertEqual(errors.count("Error: "), 1, errors)
                        self.finish("dcgan", "failing")
                    self.expect_same_end("dcgan", "failing")

    def test_full_and_with_space_again(self):
        whole = self.whole("dcgan")
        # Not all that the training writes finds room.
        room = sum(file.stat().st_size for file in whole.rglob("*")) * 2 // 3
        disk = self.folder / "disk"
        disk.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={room}", "tmpfs", disk], capture_output=True).returncode:
            raise unittest.SkipTest("no tmpfs may be mounted here")
        self.addCleanup(subprocess.run, ["umount", "--lazy", disk], check=True)
        training = self.begin("dcgan", "disk/run")
        lines = []
        with training.stderr:
            for line in training.stderr:
                lines.append(line)
                if "trying again" in line:
                    subprocess.run(["mount", "-o", "remount,size=20m", disk], check=True)
        self.assertEqual(training.wait(), 0, lines)
        self.assertTrue(any("trying again" in line for line in lines), lines)
        self.expect_same_end("dcgan", "disk/run")
