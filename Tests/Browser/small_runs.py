"""Runs that are trained in seconds."""

from studio_case import gan


def draw_faces(folder):
    gan("data", "avatars", "--count", 64, "--size", 16, "--out", folder / "faces")
    return folder / "faces"


def train(data, run, *options):
    gan("train", data, "--out", run, "--model", "dcgan", "--size", 16, "--width", 4, "--batch", 8, "--threads", 1,
        "--sample-every", 10, *(options or ("--steps", 40)))
