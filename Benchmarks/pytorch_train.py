#!/usr/bin/env python3
"""Trains PyTorch's DCGAN example on a folder of images for so many minutes of the processor, augmented differentiably.

    venv/bin/python Benchmarks/pytorch_train.py FOLDER --size 64 --minutes 5 --threads 1 --out samples.npy
    gan evaluate quality samples.npy FOLDER

The loop, the batch of 64 and the rates are the example's; both networks' images go through the augmentation, as
Zhao et al. 2020 ("Differentiable augmentation for data-efficient GAN training") have it. Reading the images and
drawing the samples (uint8, count x height x width x channels) does not count. Needs torch, numpy and Pillow; see
Tools/golden/make_goldens.py for how to install PyTorch.
"""

import argparse
import pathlib
import sys
import time

import numpy
import torch
from PIL import Image, ImageOps

import timing

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Tools" / "golden"))
import dcgan


class Augmentation(torch.nn.Module):
    """Color, translation and cutout of each image, in this order."""

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        count, _, size, _ = images.shape

        def uniform(low: float, high: float) -> torch.Tensor:
            return torch.rand(count, 1, 1, 1) * (high - low) + low

        def integers(low: int, high: int) -> torch.Tensor:
            return torch.randint(low, high, (count, 1))

        images = images + uniform(-0.5, 0.5)
        gray = images.mean(1, keepdim=True)
        images = (images - gray) * uniform(0, 2) + gray
        mean = images.mean((1, 2, 3), keepdim=True)
        images = (images - mean) * uniform(0.5, 1.5) + mean

        shift = round(size / 8)
        padded = torch.nn.functional.pad(images, [shift] * 4)
        rows = (torch.arange(size) + integers(0, 2 * shift + 1))[:, None, :, None]
        columns = (torch.arange(size) + integers(0, 2 * shift + 1))[:, None, None, :]
        images = padded[torch.arange(count)[:, None, None, None], torch.arange(images.shape[1])[:, None, None],
                        rows, columns]

        hole = size // 2

        def within() -> torch.Tensor:
            start = integers(0, size + 1) - hole // 2
            return (torch.arange(size) >= start) & (torch.arange(size) < start + hole)

        return images * ~(within()[:, None, :, None] & within()[:, None, None, :])


def read(folder: str, size: int) -> torch.Tensor:
    """All images of a folder, their middle squares shrunk to one size, from -1 to 1."""
    paths = sorted(
        path for path in pathlib.Path(folder).rglob("*") if path.suffix.lower() in (".png", ".jpg", ".jpeg"))
    images = [
        numpy.asarray(ImageOps.fit(Image.open(path).convert("RGB"), (size, size), Image.Resampling.LANCZOS))
        for path in paths]
    return torch.from_numpy(numpy.stack(images)).permute(0, 3, 1, 2).float() / 127.5 - 1


def samples(generator: torch.nn.Module, count: int) -> numpy.ndarray:
    """Drawn with the statistics of their own batches, as the example draws them."""
    with torch.no_grad():
        images = torch.cat([generator(torch.randn(50, 100, 1, 1)) for _ in range(-(-count // 50))])[:count]
    return ((images + 1) * 127.5).round().clamp(0, 255).byte().permute(0, 2, 3, 1).numpy()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("--size", type=int, default=64, help="side of the images (default: 64)")
    parser.add_argument("--minutes", type=float, default=5, help="of training on the processor (default: 5)")
    parser.add_argument("--batch", type=int, default=64, help="images a step (default: 64)")
    parser.add_argument("--count", type=int, default=2000, help="samples (default: 2000)")
    parser.add_argument("--out", required=True, help="the .npy file of the samples")
    timing.add_threads(parser)
    options = parser.parse_args()
    timing.begin(options)

    reals = read(options.folder, options.size).to(memory_format=torch.channels_last)
    generator, discriminator = dcgan.Generator(options.size), dcgan.Discriminator(options.size)
    for network in (generator, discriminator):
        dcgan.initialize(network)
        network.to(memory_format=torch.channels_last)
    training = dcgan.Training(generator, torch.nn.Sequential(Augmentation(), discriminator))
    batch = min(options.batch, len(reals))
    steps, end = 0, time.process_time() + 60 * options.minutes
    while time.process_time() < end:
        for chosen in torch.randperm(len(reals)).split(batch):
            if len(chosen) < batch or time.process_time() >= end:
                continue
            training.step(reals[chosen], torch.randn(batch, 100, 1, 1))
            steps += 1
    numpy.save(options.out, samples(generator, options.count))
    print(f"{steps} steps, {steps * batch} images")


if __name__ == "__main__":
    main()
