#!/usr/bin/env python3
"""Checks that an exported generator loads into PyTorch's DCGAN example and makes the same images.

    gan export RUN/checkpoints/latest.safetensors --out netG.safetensors
    python -c "import numpy; numpy.save('z.npy', numpy.random.randn(16, 100).astype('float32'))"
    gan sample netG.safetensors --latents z.npy --out x.npy
    venv/bin/python Tools/golden/check_export.py netG.safetensors z.npy x.npy

For a generator of 64x64 in color with latent 100 and width 64. Needs torch, numpy and safetensors.
"""

import sys

import numpy
import torch
from safetensors.torch import load_file

import dcgan


def main() -> None:
    weights, latents, images = sys.argv[1:4]
    generator = dcgan.Generator(64)
    generator.load_state_dict(load_file(weights), strict=True)
    generator.eval()
    with torch.no_grad():
        theirs = generator(torch.from_numpy(numpy.load(latents))[:, :, None, None])
    theirs = theirs.permute(0, 2, 3, 1).numpy()
    ours = numpy.load(images)
    bytes_ = numpy.clip(numpy.floor((theirs + 1) * 127.5 + 0.5), 0, 255)
    difference = numpy.abs(bytes_ - ours)
    print(f"loaded with strict=True; samples differ by at most {difference.max():.0f} of 255,"
          f" in {(difference > 0).mean():.2e} of all places")


if __name__ == "__main__":
    main()
