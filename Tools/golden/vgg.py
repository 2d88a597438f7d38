"""VGG19's features of narrow stages, as torchvision names them: `features.N.weight` and `.bias`, `input` in [-1, 1],
`output`, a random cotangent of it, and `gradient.input`."""

import pathlib

import torch
from torch import nn

from golden import Source, channels_last, save

WIDTHS, DEPTHS = [3, 2, 4, 3, 5], [2, 2, 4, 4, 4]


class Features(nn.Module):
    """Up to conv5_4, which is not rectified."""

    def __init__(self):
        super().__init__()
        layers, inputs = [], 3
        for depth, width in zip(DEPTHS, WIDTHS):
            for _ in range(depth):
                layers += [nn.Conv2d(inputs, width, 3, 1, 1), nn.ReLU()]
                inputs = width
            layers.append(nn.MaxPool2d(2))
        self.features = nn.Sequential(*layers[:-2])

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        mean = torch.tensor([0.485, 0.456, 0.406], dtype=torch.float64).reshape(1, 3, 1, 1)
        deviation = torch.tensor([0.229, 0.224, 0.225], dtype=torch.float64).reshape(1, 3, 1, 1)
        return self.features(((input + 1) / 2 - mean) / deviation)


def make(out: pathlib.Path) -> None:
    source, network = Source("vgg_features"), Features().double()
    tensors = {}
    for key, parameter in network.named_parameters():
        # So that what comes out of 16 layers is about as large as what goes in.
        deviation = (2 / parameter[0].numel()) ** 0.5 if parameter.dim() > 1 else 0.3
        parameter.data = source.normal(*parameter.shape, deviation=deviation)
        tensors[key] = parameter
    # Of such sides all poolings but the last leave out a row or a column.
    input = (source.uniform(2, 3, 37, 50).float() * 2 - 1).double().requires_grad_()
    output = network(input)
    cotangent = source.normal(*output.shape)
    output.backward(cotangent)
    tensors |= {
        "input": channels_last(input), "output": channels_last(output), "cotangent": channels_last(cotangent),
        "gradient.input": channels_last(input.grad)}
    save(out, "vgg_features", tensors, widths=WIDTHS)
