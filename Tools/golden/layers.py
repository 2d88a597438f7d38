"""For each layer: input, parameters, output, a random cotangent of the output, and every gradient.

Names: `input`, `output`, `cotangent`, `gradient.input`, and for each parameter `weight`, `gradient.weight`
and so on.
"""

import pathlib

import torch
from torch import nn
from torch.nn import functional

from golden import Source, channels_last, save


def record(
    out: pathlib.Path, name: str, layer: nn.Module, shape: list[int],
    extra: dict[str, torch.Tensor] = {}, **settings,
) -> None:
    """Runs a layer forward and backward on an input of `shape` ([n, c, h, w] where of rank 4); `extra` is
    stored too."""
    source = Source(name)
    layer = layer.double()
    for parameter in layer.parameters():
        parameter.data = source.normal(*parameter.shape, deviation=0.5)
    tensors = dict(extra)
    for key, buffer in layer.named_buffers():
        if key == "running_mean":
            buffer.copy_(source.normal(*buffer.shape))
        if key == "running_var":
            buffer.copy_(source.uniform(*buffer.shape) + 0.5)
        if key != "num_batches_tracked":
            tensors[key] = buffer.clone()

    input = source.normal(*shape).requires_grad_()
    output = layer(input)
    cotangent = source.normal(*output.shape)
    output.backward(cotangent)

    tensors["input"] = channels_last(input)
    tensors["output"] = channels_last(output)
    tensors["cotangent"] = channels_last(cotangent)
    tensors["gradient.input"] = channels_last(input.grad)
    for key, parameter in layer.named_parameters():
        key = key.split(".")[-1]
        tensors[key] = parameter
        tensors[f"gradient.{key}"] = parameter.grad
    if layer.training:
        for key, buffer in layer.named_buffers():
            if key != "num_batches_tracked":
                tensors[f"{key}.after"] = buffer
    save(out, name, tensors, layer=str(layer), **settings)


def make(out: pathlib.Path) -> None:
    record(out, "conv2d_k4s2p1", nn.Conv2d(3, 5, 4, 2, 1, bias=False), [2, 3, 8, 8])
    record(out, "conv2d_k3s1p1_bias", nn.Conv2d(4, 3, 3, 1, 1), [2, 4, 5, 7])
    record(out, "conv2d_k5s3p2", nn.Conv2d(2, 4, 5, 3, 2, bias=False), [2, 2, 11, 10])
    record(out, "conv2d_k3s2p0", nn.Conv2d(3, 2, 3, 2, 0, bias=False), [1, 3, 9, 6])
    record(
        out, "conv_transpose2d_k4s2p1", nn.ConvTranspose2d(5, 3, 4, 2, 1, bias=False), [2, 5, 4, 4])
    record(
        out, "conv_transpose2d_k4s1p0", nn.ConvTranspose2d(6, 4, 4, 1, 0, bias=False), [3, 6, 1, 1])
    record(
        out, "conv_transpose2d_k3s2p1_op1_bias",
        nn.ConvTranspose2d(3, 2, 3, 2, 1, output_padding=1), [2, 3, 4, 5])
    record(
        out, "conv_transpose2d_k5s3p1", nn.ConvTranspose2d(2, 3, 5, 3, 1, bias=False), [2, 2, 3, 4])

    momentum = {"momentum": 0.1, "epsilon": 1e-5}
    record(out, "batch_norm2d_training", nn.BatchNorm2d(5), [4, 5, 3, 7], **momentum)
    record(out, "batch_norm2d_inference", nn.BatchNorm2d(5).eval(), [4, 5, 3, 7], **momentum)

    record(out, "linear", nn.Linear(7, 4), [5, 7])
    record(out, "flatten_linear", nn.Sequential(nn.Flatten(), nn.Linear(3 * 4 * 5, 6)), [2, 3, 4, 5])

    record(out, "leaky_relu", nn.LeakyReLU(0.2), [2, 3, 4, 5])
    record(out, "relu", nn.ReLU(), [2, 3, 4, 5])
    record(out, "tanh", nn.Tanh(), [2, 3, 4, 5])
    record(out, "sigmoid", nn.Sigmoid(), [2, 3, 4, 5])
    record(out, "softplus", nn.Softplus(), [2, 3, 4, 5])

    make_losses(out)


def make_losses(out: pathlib.Path) -> None:
    """Mean cross-entropies on logits."""
    # Binary, for images that count as real (1) and as generated (0).
    logits = torch.cat([Source("bce_with_logits").normal(9, deviation=3), torch.tensor([-60.0, 0, 60])])
    tensors = {"logits": logits.clone()}
    logits.requires_grad_()
    for target, name in [(1.0, "real"), (0.0, "generated")]:
        loss = functional.binary_cross_entropy_with_logits(logits, torch.full_like(logits, target))
        tensors[f"loss.{name}"] = loss
        tensors[f"gradient.{name}"] = torch.autograd.grad(loss, logits)[0]
    save(out, "bce_with_logits", tensors, reduction="mean")

    # Mean cross-entropy of classes, one logit among the others far ahead, one far behind.
    logits = Source("cross_entropy").normal(6, 5, deviation=3)
    logits[4, 2], logits[5, 0] = 60, -60
    labels = torch.tensor([0, 4, 2, 2, 1, 0])
    tensors = {"logits": logits.clone(), "labels": labels}
    loss = functional.cross_entropy(logits.requires_grad_(), labels)
    tensors["loss"] = loss
    tensors["gradient"] = torch.autograd.grad(loss, logits)[0]
    save(out, "cross_entropy", tensors, reduction="mean")
