#!/usr/bin/env python3
"""Times PyTorch's pix2pix or CycleGAN: the usual training step on one random pair of images.

    venv/bin/python Benchmarks/pytorch_translation.py --model pix2pix --size 128 --channels-last

prints one row of JSON: seconds a step (median), images a second, peak memory. Networks and losses are those of
the golden steps; as usual the discriminators' gradients are not computed in the generators' step. See
Tools/golden/make_goldens.py for how to install PyTorch.
"""

import argparse
import pathlib
import sys

import torch

import timing

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Tools" / "golden"))
import translation


def pix2pix(size: int, width: int) -> dict[str, torch.nn.Module]:
    return {
        "generator": translation.UNet(size.bit_length() - 1, width, dropout=0.5),
        "discriminator": translation.PatchGAN(2 * translation.CHANNELS, width, 3, False)}


def cyclegan(size: int, width: int) -> dict[str, torch.nn.Module]:
    return {
        "generator_a2b": translation.ResNet(width, 6 if size <= 128 else 9),
        "generator_b2a": translation.ResNet(width, 6 if size <= 128 else 9),
        "discriminator_b": translation.PatchGAN(translation.CHANNELS, width, 3, True),
        "discriminator_a": translation.PatchGAN(translation.CHANNELS, width, 3, True)}


MODELS = {"pix2pix": (translation.Pix2Pix, pix2pix), "cyclegan": (translation.CycleGAN, cyclegan)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", choices=MODELS, default="pix2pix")
    parser.add_argument("--size", type=int, default=128, help="side of the images (default: 128)")
    timing.add_options(parser, batch=1, channels="at the edge")
    options = parser.parse_args()
    timing.begin(options)
    layout = timing.layout(options)

    adversarial, make = MODELS[options.model]
    networks = {name: network.to(memory_format=layout)
                for name, network in make(options.size, options.width).items()}
    training = adversarial(networks)
    first, second = [
        (torch.rand(options.batch, translation.CHANNELS, options.size, options.size) * 2 - 1).to(
            memory_format=layout) for _ in range(2)]

    timing.report(options, lambda: training.step(first, second), decimals=2, model=options.model)


if __name__ == "__main__":
    main()
