"""Layers of networks that translate images: names as in layers.py."""

import pathlib

from torch import nn

from layers import record


def make(out: pathlib.Path) -> None:
    record(out, "instance_norm2d", nn.InstanceNorm2d(5), [3, 5, 3, 4])
    record(out, "instance_norm2d_affine", nn.InstanceNorm2d(3, affine=True), [2, 3, 4, 3])
    record(out, "reflection_pad2d", nn.ReflectionPad2d(3), [2, 2, 4, 5])
    record(out, "pixel_shuffle", nn.PixelShuffle(2), [2, 12, 2, 3])
    record(out, "prelu", nn.PReLU(), [2, 3, 4, 5])
    record(out, "prelu_channels", nn.PReLU(3), [2, 3, 4, 5])
