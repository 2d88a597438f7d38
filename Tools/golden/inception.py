"""Inception's features as pytorch-fid's class computes them, with weights that a formula gives in place of the trained
ones: `input` in [0, 1] and `output`, the 2048 means before the last layer. The weights are not in the file."""

import pathlib
import zlib

import numpy as np
import torch
from torch import nn

from golden import Source, channels_last, save


def numbers(name: str, count: int) -> np.ndarray:
    """In [-1, 1): a hash of a tensor's name and each number's place, which any language computes alike."""
    with np.errstate(over="ignore"):
        x = np.arange(count, dtype=np.uint32) * np.uint32(0x9E3779B9) + np.uint32(zlib.crc32(name.encode()))
        x ^= x >> np.uint32(16)
        x *= np.uint32(0x85EBCA6B)
        x ^= x >> np.uint32(13)
        x *= np.uint32(0xC2B2AE35)
        x ^= x >> np.uint32(16)
    return (x >> np.uint32(8)).astype(np.float64) / 2**23 - 1


def value(name: str, shape: torch.Size) -> torch.Tensor:
    """A weight, of such a size that activations keep theirs; all but convolutions belong to normalizations."""
    x = numbers(name, int(np.prod(shape)))
    if name.endswith("conv.weight"):
        x = x * (6 / np.prod(shape[1:])) ** 0.5
    elif name.endswith(("bn.weight", "running_var")):
        x = 1 + x / 2
    else:
        x = x / 4
    return torch.from_numpy(x.astype(np.float32)).reshape(shape)


def network() -> nn.Module:
    from pytorch_fid import inception

    inception.load_state_dict_from_url = lambda *_, **__: None
    load, nn.Module.load_state_dict = nn.Module.load_state_dict, lambda *_, **__: None
    net = inception.fid_inception_v3()
    nn.Module.load_state_dict = load
    state = net.state_dict()
    net.load_state_dict(
        {name: x if name.endswith("num_batches_tracked") else value(name, x.shape) for name, x in state.items()})
    inception.fid_inception_v3 = lambda: net
    return inception.InceptionV3([3], resize_input=True, normalize_input=True).double().eval()


def make(out: pathlib.Path) -> None:
    input = Source("inception").uniform(2, 3, 21, 34)
    # As if from 8-bit samples.
    input = ((input * 255).round() / 255).float().double()
    with torch.no_grad():
        output = network()(input)[0].reshape(2, 2048)
    save(out, "inception", {"input": channels_last(input).float(), "output": output.float()})
