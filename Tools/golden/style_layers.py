"""Layers of style-based generators: names as in layers.py, and `style`, `noise`, `gradient.style`."""

import pathlib

import torch
from torch import nn
from torch.nn import functional

from golden import Source, channels_last, save
from layers import record
from stylegan2 import filtered


class PixelNorm(nn.Module):
    """Karras et al. 2018, section 4.2."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return input / (input.square().mean(dim=1, keepdim=True) + 1e-8).sqrt()


class Equalized(nn.Module):
    """Karras et al. 2018, section 4.1; then nearest neighbors doubled before it or means of four after it."""

    def __init__(self, layer: nn.Module, gain: float, multiplier: float = 1, scaling: str = ""):
        super().__init__()
        self.layer, self.gain, self.multiplier, self.scaling = layer, gain, multiplier, scaling

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        weight = self.layer.weight * (self.gain * self.multiplier / self.layer.weight[0].numel() ** 0.5)
        bias = None if self.layer.bias is None else self.layer.bias * self.multiplier
        if isinstance(self.layer, nn.Linear):
            return functional.linear(input, weight, bias)
        if self.scaling == "up":
            input = functional.interpolate(input, scale_factor=2)
        if self.scaling != "down":
            return functional.conv2d(input, weight, bias, padding=self.layer.padding)
        output = functional.avg_pool2d(functional.conv2d(input, weight, padding=self.layer.padding), 2)
        return output + bias[:, None, None]


class Styled(nn.Module):
    """What a style's scales and shifts are computed by."""

    def __init__(self, style_size: int, outputs: int):
        super().__init__()
        self.style = nn.Linear(style_size, outputs)

    def numbers(self, style: torch.Tensor) -> torch.Tensor:
        weight = self.style.weight / self.style.in_features ** 0.5
        return functional.linear(style, weight, self.style.bias)[:, :, None, None]


class AdaptiveInstanceNorm(Styled):
    """Karras et al. 2019, section 2."""

    def __init__(self, channels: int, style_size: int):
        super().__init__(style_size, 2 * channels)

    def forward(self, input: torch.Tensor, style: torch.Tensor) -> torch.Tensor:
        scale, shift = self.numbers(style).chunk(2, dim=1)
        return functional.instance_norm(input, eps=1e-8) * (1 + scale) + shift


class ModulatedConv2d(Styled):
    """Karras et al. 2020, section 2.2, with a weight for each image."""

    def __init__(self, inputs: int, outputs: int, kernel: int, style_size: int, demodulates: bool, doubles: bool):
        super().__init__(style_size, inputs)
        self.weight = nn.Parameter(torch.zeros(outputs, inputs, kernel, kernel))
        self.demodulates, self.doubles = demodulates, doubles

    def forward(self, input: torch.Tensor, style: torch.Tensor) -> torch.Tensor:
        weight = self.weight / self.weight[0].numel() ** 0.5
        outputs = []
        for image, scale in zip(input, 1 + self.numbers(style)):
            own = weight * scale[None]
            if self.demodulates:
                own = own / (own.square().sum(dim=[1, 2, 3], keepdim=True) + 1e-8).sqrt()
            image = image[None]
            if self.doubles:
                doubled = functional.conv_transpose2d(image, own.transpose(0, 1), stride=2)
                outputs.append(filtered(doubled, 4, padding=(1, 1)))
            else:
                outputs.append(functional.conv2d(image, own, padding=weight.shape[2] // 2))
        return torch.cat(outputs)


def record_styled(out: pathlib.Path, name: str, layer: Styled, shape: list[int], style_size: int) -> None:
    source = Source(name)
    layer = layer.double()
    for parameter in layer.parameters():
        parameter.data = source.normal(*parameter.shape, deviation=0.5)
    input = source.normal(*shape).requires_grad_()
    style = source.normal(shape[0], style_size).requires_grad_()
    output = layer(input, style)
    cotangent = source.normal(*output.shape)
    output.backward(cotangent)
    tensors = {
        "input": channels_last(input), "style": style, "output": channels_last(output),
        "cotangent": channels_last(cotangent), "gradient.input": channels_last(input.grad),
        "gradient.style": style.grad,
    }
    for key, parameter in layer.named_parameters():
        tensors[key] = parameter
        tensors[f"gradient.{key}"] = parameter.grad
    save(out, name, tensors, layer=str(layer))


def make(out: pathlib.Path) -> None:
    record(out, "pixel_norm", PixelNorm(), [5, 7])
    record(out, "equalized_linear", Equalized(nn.Linear(6, 4), gain=1, multiplier=0.25), [3, 6])
    root = 2 ** 0.5
    record(out, "equalized_conv2d", Equalized(nn.Conv2d(3, 4, 3, padding=1), root), [2, 3, 4, 5])
    record(
        out, "upsampling_conv2d", Equalized(nn.Conv2d(3, 2, 3, padding=1, bias=False), root, scaling="up"),
        [2, 3, 3, 4])
    record(
        out, "downsampling_conv2d", Equalized(nn.Conv2d(2, 3, 3, padding=1), root, scaling="down"),
        [2, 2, 6, 4])
    record_styled(out, "adaptive_instance_norm", AdaptiveInstanceNorm(3, 5), [4, 3, 4, 5], 5)
    record_styled(out, "modulated_conv2d", ModulatedConv2d(3, 4, 3, 5, True, False), [3, 3, 4, 5], 5)
    record_styled(out, "modulated_conv2d_doubled", ModulatedConv2d(2, 3, 3, 4, True, True), [3, 2, 3, 4], 4)
    record_styled(out, "modulated_conv2d_plain", ModulatedConv2d(4, 3, 1, 5, False, False), [2, 4, 3, 4], 5)
