#!/usr/bin/env python3
"""Times PyTorch's DCGAN: the tutorial's whole training step, or generating alone, on random images.

    venv/bin/python Benchmarks/pytorch_dcgan.py --size 64 --batch 64 --channels-last

prints one row of JSON: seconds a step (median), images a second, peak memory. The loop is the tutorial's,
its discriminator gradients in the generator's step included; see Tools/golden/make_goldens.py for how to
install PyTorch.
"""

import argparse
import pathlib
import sys

import torch

import timing

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Tools" / "golden"))
import dcgan


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=64, help="side of the images (default: 64)")
    timing.add_options(parser, batch=64, channels="at half size")
    parser.add_argument("--bfloat16", action="store_true", help="compute in bfloat16 where autocast does")
    parser.add_argument("--generate", action="store_true", help="only draw images, in inference mode")
    options = parser.parse_args()
    timing.begin(options)
    layout = timing.layout(options)

    generator = dcgan.Generator(options.size, width=options.width)
    dcgan.initialize(generator)
    generator = generator.to(memory_format=layout)
    reals = torch.rand(options.batch, 3, options.size, options.size) * 2 - 1
    reals = reals.to(memory_format=layout)
    if options.generate:
        generator.eval()
    else:
        discriminator = dcgan.Discriminator(options.size, width=options.width)
        dcgan.initialize(discriminator)
        training = dcgan.Training(generator, discriminator.to(memory_format=layout))

    def step() -> None:
        latents = torch.randn(options.batch, 100, 1, 1)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=options.bfloat16):
            if options.generate:
                with torch.no_grad():
                    generator(latents)
            else:
                training.step(reals, latents)

    timing.report(options, step, decimals=1, task="generate" if options.generate else "train")


if __name__ == "__main__":
    main()
