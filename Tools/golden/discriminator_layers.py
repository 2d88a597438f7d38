"""Layers of discriminators and conditional networks: names as in layers.py.

Spectral norms are recorded over several passes, `output.0` and so on: training passes, after each of which
the weight steps against its gradient by STEP, then one in evaluation mode.
"""

import pathlib

import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils import spectral_norm

from golden import Source, channels_last, save
from layers import record

TRAINING_PASSES = 3
STEP = 0.1


class ConditionalBatchNorm2d(nn.BatchNorm2d):
    """Scale and shift of each image's class, `labels`."""

    def __init__(self, classes: int, channels: int, labels: torch.Tensor):
        super().__init__(channels, affine=False)
        self.weight = nn.Parameter(torch.ones(classes, channels))
        self.bias = nn.Parameter(torch.zeros(classes, channels))
        self.labels = labels

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        normalized = functional.batch_norm(
            input, self.running_mean, self.running_var, training=self.training, momentum=self.momentum,
            eps=self.eps)
        scale, shift = (table[self.labels][:, :, None, None] for table in [self.weight, self.bias])
        return normalized * scale + shift


class MinibatchDeviation(nn.Module):
    """Karras et al. 2018, section 3, in groups of `size`."""

    def __init__(self, size: int):
        super().__init__()
        self.size = size

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        groups = input.reshape(self.size, -1, *input.shape[1:])
        deviations = (groups.var(dim=0, unbiased=False) + 1e-8).sqrt()
        means = deviations.flatten(1).mean(dim=1).repeat(self.size)
        if input.dim() == 4:
            means = means[:, None, None].expand(-1, *input.shape[2:])
        return torch.cat([input, means[:, None]], dim=1)


def record_spectral(out: pathlib.Path, name: str, layer: nn.Module, shape: list[int]) -> None:
    source = Source(name)
    for parameter in layer.parameters():
        parameter.data = source.normal(*parameter.shape, deviation=0.5)
    layer = spectral_norm(layer)
    tensors = {}
    for key in ["weight_u", "weight_v"]:
        buffer = getattr(layer, key)
        setattr(layer, key, functional.normalize(source.normal(*buffer.shape), dim=0))
        tensors[key] = getattr(layer, key).clone()
    for key, parameter in layer.named_parameters():
        tensors[key] = parameter.detach().clone()
    for number in range(TRAINING_PASSES + 1):
        layer.train(number < TRAINING_PASSES)
        input = source.normal(*shape).requires_grad_()
        output = layer(input)
        cotangent = source.normal(*output.shape)
        layer.zero_grad()
        output.backward(cotangent)
        for key, activation in [
            ("input", input), ("output", output), ("cotangent", cotangent), ("gradient.input", input.grad),
        ]:
            tensors[f"{key}.{number}"] = channels_last(activation)
        for key, parameter in layer.named_parameters():
            tensors[f"gradient.{key}.{number}"] = parameter.grad.clone()
        for key in ["weight_u", "weight_v"]:
            tensors[f"{key}.{number}"] = getattr(layer, key).clone()
        layer.weight_orig.data -= STEP * layer.weight_orig.grad
    save(out, name, tensors, layer=str(layer), step=STEP)


def make(out: pathlib.Path) -> None:
    record(out, "layer_norm", nn.GroupNorm(1, 5), [3, 5, 4, 6], epsilon=1e-5)
    record(out, "layer_norm_features", nn.LayerNorm(7), [4, 7], epsilon=1e-5)

    labels = torch.tensor([2, 0, 0, 1, 2])
    one_hot = {"labels": functional.one_hot(labels, 4).double()}
    for mode in ["training", "inference"]:
        layer = ConditionalBatchNorm2d(4, 3, labels).train(mode == "training")
        record(
            out, f"conditional_batch_norm2d_{mode}", layer, [5, 3, 4, 3], one_hot, momentum=0.1, epsilon=1e-5)

    record(out, "minibatch_deviation", MinibatchDeviation(4), [8, 3, 4, 2], epsilon=1e-8)
    record(out, "minibatch_deviation_of_3", MinibatchDeviation(3), [6, 5], epsilon=1e-8)

    record_spectral(out, "spectral_conv2d", nn.Conv2d(2, 4, 3, padding=1), [2, 2, 4, 5])
    record_spectral(
        out, "spectral_conv_transpose2d", nn.ConvTranspose2d(3, 2, 4, 2, 1, bias=False), [2, 3, 2, 3])
    record_spectral(out, "spectral_linear", nn.Linear(5, 3), [4, 5])
