"""Enlarging, shrinking and blurring: names as in layers.py."""

import pathlib

import torch
from torch import nn
from torch.nn import functional

from layers import record


class Blur(nn.Module):
    """Karras et al. 2019, section 2."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        taps = torch.tensor([0.25, 0.5, 0.25], dtype=torch.float64)
        channels = input.shape[1]
        kernel = torch.outer(taps, taps).expand(channels, 1, 3, 3)
        return functional.conv2d(input, kernel, padding=1, groups=channels)


def make(out: pathlib.Path) -> None:
    record(out, "upsample_nearest", nn.Upsample(scale_factor=2), [2, 3, 3, 5])
    record(
        out, "upsample_bilinear", nn.Upsample(scale_factor=2, mode="bilinear", align_corners=False),
        [2, 3, 4, 3])
    record(out, "average_pool", nn.AvgPool2d(2), [2, 3, 5, 6])
    record(out, "max_pool", nn.MaxPool2d(2), [2, 3, 5, 7])
    record(out, "blur", Blur(), [2, 3, 4, 5])
