"""A killed training goes on to the bit, whenever it was killed."""

import random
import signal
import subprocess
import time

from disturbed import MODELS, DisturbedTraining, minutes


class KillTests(DisturbedTraining):
    def test_at_random(self):
        draw = random.Random(1)
        kills = {}
        for model in MODELS:
            self.whole(model)
            kills[model] = 0
            end = time.monotonic() + 60 * minutes() / len(MODELS)
            with self.subTest(model):
                while kills[model] == 0 or time.monotonic() < end:
                    kills[model] += self.kill_until_done(model, draw)
                    self.expect_same(model, "killed")
        print(f"kills: {kills}", flush=True)
        self.assertGreater(min(kills.values()), 0)

    def kill_until_done(self, model, draw):
        """Returns how often it was killed."""
        self.remove("killed")
        for kills in range(20):
            training = self.go_on(model, "killed")
            try:
                _, errors = training.communicate(timeout=draw.uniform(0.05, 1.5))
                self.assertEqual(training.returncode, 0, errors)
                return kills
            except subprocess.TimeoutExpired:
                training.kill()
                training.communicate()
        self.finish(model, "killed")
        return 20

    def test_within_calls_of_the_system(self):
        for call in ("openat", "mkdir", "pwrite64", "fsync", "rename", "link", "unlink"):
            count = self.calls(call)
            for place in sorted({1, count // 3, 2 * count // 3, count - count // 10}):
                with self.subTest(call=call, place=place):
                    training = self.begin_tampered("killed", call, f"signal=KILL:when={place}")
                    _, errors = training.communicate(timeout=600)
                    self.assertEqual(training.returncode, -signal.SIGKILL, errors)
                    self.finish("dcgan", "killed")
                    self.expect_same("dcgan", "killed")
