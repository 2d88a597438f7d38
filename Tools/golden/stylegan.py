"""A whole style-based generator and its discriminator at 16x16: parameters under the package's names, latents,
labels and noise; styles, images and scores; the gradients of the scores' projection in both networks; and path
lengths, with the gradients of the penalty on them.

`generator.` and `discriminator.` come before parameters' names, `noise.0` is the first layer's and so on.
"""

import pathlib

import torch
from torch.nn import functional

from discriminator_layers import MinibatchDeviation
from golden import Source, channels_last, save

SIZE, CHANNELS, LATENT, BASE, MAXIMUM, DEPTH, CLASSES, COUNT = 16, 3, 6, 64, 8, 2, 3, 4
RESOLUTIONS = [4, 8, 16]
ROOT = 2 ** 0.5


def width(resolution: int) -> int:
    return min(MAXIMUM, BASE // resolution)


def linear(x, p, name, gain=ROOT, multiplier=1.0):
    weight = p[name + ".weight"]
    return functional.linear(
        x, weight * (gain * multiplier / weight.shape[1] ** 0.5), p[name + ".bias"] * multiplier)


def convolution(x, weight, bias=None, gain=ROOT):
    return functional.conv2d(
        x, weight * (gain / weight[0].numel() ** 0.5), bias, padding=weight.shape[2] // 2)


def rectified(x):
    return functional.leaky_relu(x, 0.2)


def blurred(x):
    taps = torch.tensor([0.25, 0.5, 0.25], dtype=torch.float64)
    kernel = torch.outer(taps, taps).expand(x.shape[1], 1, 3, 3)
    return functional.conv2d(x, kernel, padding=1, groups=x.shape[1])


def mapping(p, latents, labels):
    x = torch.cat([latents, labels @ p["mapping.embedding.weight"].T], dim=1)
    x = x / (x.square().mean(dim=1, keepdim=True) + 1e-8).sqrt()
    for layer in range(DEPTH):
        x = rectified(linear(x, p, f"mapping.main.{2 * layer + 1}", multiplier=0.01))
    return x


def synthesis(p, styles, noises):
    """`styles` are the same for all layers, `[n, s]`, or a layer's own, `[layers, n, s]`."""
    x = p["constant"].permute(0, 3, 1, 2).expand(COUNT, -1, -1, -1)
    for layer, noise in enumerate(noises):
        name = f"layers.{layer}"
        if layer > 0:
            if layer % 2 == 0:
                x = functional.interpolate(x, scale_factor=2)
            x = convolution(x, p[name + ".convolution.weight"])
            if layer % 2 == 0:
                x = blurred(x)
        strength, bias = p[name + ".injection.weight"], p[name + ".injection.bias"]
        x = rectified(x + noise * strength[:, None, None] + bias[:, None, None])
        own = styles[layer] if styles.dim() == 3 else styles
        numbers = linear(own, p, name + ".normalization.style", gain=1)[:, :, None, None]
        scale, shift = numbers.chunk(2, dim=1)
        x = functional.instance_norm(x, eps=1e-8) * (1 + scale) + shift
    return convolution(x, p["to_pixels.0.weight"], p["to_pixels.0.bias"], gain=1)


def discriminate(p, x, labels):
    x = rectified(convolution(x, p["from_pixels.0.0.weight"], p["from_pixels.0.0.bias"]))
    for block in range(len(RESOLUTIONS) - 1):
        name = f"blocks.{block}"
        x = rectified(convolution(x, p[name + ".0.weight"], p[name + ".0.bias"]))
        x = functional.avg_pool2d(convolution(blurred(x), p[name + ".3.weight"]), 2)
        x = rectified(x + p[name + ".3.bias"][:, None, None])
    x = MinibatchDeviation(4)(x)
    x = rectified(convolution(x, p["last.1.weight"], p["last.1.bias"])).flatten(1)
    scores = linear(rectified(linear(x, p, "last.4")), p, "last.6", gain=1)
    return (scores * labels).sum(dim=1)


def shapes() -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    generator = {"mapping.embedding.weight": [LATENT, CLASSES]}
    for layer in range(DEPTH):
        name = f"mapping.main.{2 * layer + 1}"
        generator[name + ".weight"] = [LATENT, LATENT * (2 if layer == 0 else 1)]
        generator[name + ".bias"] = [LATENT]
    generator["constant"] = [1, 4, 4, width(4)]
    inputs = width(4)
    for layer in range(2 * len(RESOLUTIONS)):
        name, outputs = f"layers.{layer}", width(RESOLUTIONS[layer // 2])
        if layer > 0:
            generator[name + ".convolution.weight"] = [outputs, inputs, 3, 3]
        generator[name + ".injection.weight"] = [outputs]
        generator[name + ".injection.bias"] = [outputs]
        generator[name + ".normalization.style.weight"] = [2 * outputs, LATENT]
        generator[name + ".normalization.style.bias"] = [2 * outputs]
        inputs = outputs
    generator["to_pixels.0.weight"] = [CHANNELS, inputs, 1, 1]
    generator["to_pixels.0.bias"] = [CHANNELS]

    discriminator = {"from_pixels.0.0.weight": [width(SIZE), CHANNELS, 1, 1], "from_pixels.0.0.bias": [width(SIZE)]}
    for block, resolution in enumerate(reversed(RESOLUTIONS[1:])):
        inputs, outputs = width(resolution), width(resolution // 2)
        for layer, count in [(0, inputs), (3, outputs)]:
            discriminator[f"blocks.{block}.{layer}.weight"] = [count, inputs, 3, 3]
            discriminator[f"blocks.{block}.{layer}.bias"] = [count]
    inputs = width(4)
    for layer, shape in [
        (1, [inputs, inputs + 1, 3, 3]), (4, [inputs, 16 * inputs]), (6, [CLASSES, inputs])
    ]:
        discriminator[f"last.{layer}.weight"] = shape
        discriminator[f"last.{layer}.bias"] = shape[:1]
    return generator, discriminator


def path_length(p, latents, labels, noises, source: Source) -> dict[str, torch.Tensor]:
    """Lengths `|J^T y|`, the root of the mean over the layers, the penalty `2 mean (length - 0.7)^2`, and its
    gradients in the generator, the mapping network's among them."""
    styles = mapping(p, latents, labels).expand(len(noises), -1, -1)
    images = synthesis(p, styles, noises)
    directions = source.normal(*images.shape) / SIZE
    slopes, = torch.autograd.grad((images * directions).sum(), styles, create_graph=True)
    lengths = slopes.square().sum(dim=2).mean(dim=0).sqrt()
    penalty = 2 * (lengths - 0.7).square().mean()
    # The last bias shifts images, whatever their styles are.
    gradients = torch.autograd.grad(penalty, list(p.values()), allow_unused=True)
    tensors = {"path.directions": channels_last(directions), "path.lengths": lengths, "path.penalty": penalty}
    for (name, parameter), gradient in zip(p.items(), gradients):
        tensors["path.generator." + name] = torch.zeros_like(parameter) if gradient is None else gradient
    return tensors


def make(out: pathlib.Path) -> None:
    source = Source("stylegan")

    def drawn(shapes: dict[str, list[int]]) -> dict[str, torch.Tensor]:
        return {name: source.normal(*shape, deviation=0.5).requires_grad_() for name, shape in shapes.items()}

    generator, discriminator = map(drawn, shapes())
    latents = source.normal(COUNT, LATENT)
    labels = functional.one_hot(torch.tensor([2, 0, 1, 2]), CLASSES).double()
    noises = [source.normal(COUNT, 1, RESOLUTIONS[k // 2], RESOLUTIONS[k // 2]) for k in range(6)]
    styles = mapping(generator, latents, labels)
    images = synthesis(generator, styles, noises)
    scores = discriminate(discriminator, images, labels)
    cotangent = source.normal(*scores.shape)
    scores.backward(cotangent)
    tensors = {
        "latents": latents, "labels": labels, "styles": styles, "images": channels_last(images),
        "scores": scores, "cotangent": cotangent,
    } | {f"noise.{k}": channels_last(noise) for k, noise in enumerate(noises)}
    tensors |= path_length(generator, latents, labels, noises, source)
    for prefix, parameters in [("generator", generator), ("discriminator", discriminator)]:
        for name, parameter in parameters.items():
            tensors[f"{prefix}.{name}"] = parameter
            tensors[f"gradient.{prefix}.{name}"] = parameter.grad
    save(out, "stylegan", tensors, size=SIZE, base=BASE, maximum=MAXIMUM, depth=DEPTH)
