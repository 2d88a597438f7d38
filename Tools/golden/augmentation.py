"""What augmentation does to images: motions by PyTorch's sampling grids, colors by the published formulas.

Names: `input`, `output`, `cotangent`, `gradient.input`; `motions` holds for each image an angle (clockwise as
seen), factors along x and y, and a shift along x and y in pixels, applied in this order; `colors` a brightness
added, and factors of saturation and contrast.
"""

import pathlib
from collections.abc import Callable

import torch
from torch.nn import functional

from golden import Source, channels_last, save


def record(
    out: pathlib.Path, name: str, shape: list[int], settings: dict[str, torch.Tensor],
    function: Callable[[torch.Tensor], torch.Tensor],
) -> None:
    source = Source(name)
    input = source.normal(*shape).requires_grad_()
    output = function(input)
    cotangent = source.normal(*output.shape)
    output.backward(cotangent)
    save(
        out, name,
        {
            "input": channels_last(input), "output": channels_last(output),
            "cotangent": channels_last(cotangent), "gradient.input": channels_last(input.grad),
        } | settings)


def moved(images: torch.Tensor, motions: torch.Tensor, padding: str) -> torch.Tensor:
    height, width = images.shape[2:]
    grids = []
    for angle, scale_x, scale_y, shift_x, shift_y in motions:
        sine, cosine = torch.sin(angle), torch.cos(angle)
        turned = torch.stack([torch.stack([cosine, -sine]), torch.stack([sine, cosine])])
        back = torch.linalg.inv(torch.diag(torch.stack([scale_x, scale_y])) @ turned)
        y, x = torch.meshgrid(
            torch.arange(height) - (height - 1) / 2, torch.arange(width) - (width - 1) / 2, indexing="ij")
        places = torch.stack([x - shift_x, y - shift_y], dim=-1).double() @ back.T
        grids.append(places / torch.tensor([(width - 1) / 2, (height - 1) / 2]).double())
    return functional.grid_sample(
        images, torch.stack(grids), mode="bilinear", padding_mode=padding, align_corners=True)


def recolored(images: torch.Tensor, colors: torch.Tensor) -> torch.Tensor:
    """Zhao et al. 2020: about each pixel's mean of channels, then about the image's mean."""
    brightness, saturation, contrast = (colors[:, k].reshape(-1, 1, 1, 1) for k in range(3))
    result = images + brightness
    gray = result.mean(dim=1, keepdim=True)
    result = gray + saturation * (result - gray)
    middle = result.mean(dim=[1, 2, 3], keepdim=True)
    return middle + contrast * (result - middle)


def make(out: pathlib.Path) -> None:
    motions = torch.tensor([
        [0.5, 1.25, 0.75, 1.5, -2.25], [-2, 0.5, 0.75, 0, 0], [0, 1, 1, 2, -1], [3, 2, 1.5, -8.5, 4.75]
    ]).double()
    for name, padding in [("resampled_zeros", "zeros"), ("resampled_mirrored", "reflection")]:
        record(out, name, [4, 3, 6, 7], {"motions": motions}, lambda x: moved(x, motions, padding))
    colors = torch.tensor([[0.25, 0.5, 1.25], [-0.5, 2, 0.5], [0.125, 0, 1.5]]).double()
    record(out, "recolored", [3, 3, 5, 4], {"colors": colors}, lambda x: recolored(x, colors))
