"""The program, and small runs of it, in a folder of their own."""

import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GAN = os.environ.get("GAN", str(ROOT / ".build/release/gan"))


class ProgramCase(unittest.TestCase):
    """Has data of all kinds in the folder that tests run in."""

    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp())
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.gan("data avatars --count 12 --size 64 --out faces")
        cls.gan("data avatars --count 12 --size 32 --classes glasses --out classes")
        cls.gan("data avatars --count 4 --size 64 --pairs night --out night")
        cls.gan("data avatars --count 4 --size 64 --pairs outlines --out lines")
        cls.gan("data avatars --count 4 --size 64 --labels --out maps")

    @classmethod
    def gan(cls, line):
        return subprocess.run(
            [GAN, *line.split()], check=True, capture_output=True, text=True, cwd=cls.folder).stdout

    @classmethod
    def train(cls, options, out):
        cls.gan(f"train {options} --steps 2 --held-out 0 --quiet --out {out}")
