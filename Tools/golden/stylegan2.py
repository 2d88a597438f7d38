"""A whole second style-based generator and its discriminator at 16x16, with a weight for each image and filters by
zeros and convolutions: parameters under the package's names, latents, labels and noise; styles, images and
scores; the gradients of the scores' projection in both networks; path lengths and R1, with the gradients of the
penalties on them; and the resampling by itself.

`generator.` and `discriminator.` come before parameters' names, `noise.0` is the first layer's and so on.
"""

import pathlib

import torch
from torch.nn import functional

from discriminator_layers import MinibatchDeviation
from golden import Source, channels_last, save

SIZE, CHANNELS, LATENT, BASE, MAXIMUM, DEPTH, CLASSES, COUNT = 16, 3, 6, 64, 5, 2, 3, 4
RESOLUTIONS = [4, 8, 16]
LAYERS = 2 * len(RESOLUTIONS)
ROOT = 2 ** 0.5


def width(resolution: int) -> int:
    return min(MAXIMUM, BASE // resolution)


def filtered(x, gain, up=1, down=1, padding=(0, 0)):
    """Zeros after every pixel, `padding` before and after, smoothing by 1, 3, 3, 1, every `down`-th pixel."""
    count, channels, height, wide = x.shape
    spread = x.new_zeros(count, channels, height * up, wide * up)
    spread[:, :, ::up, ::up] = x
    spread = functional.pad(spread, (*padding, *padding))
    taps = torch.tensor([1, 3, 3, 1], dtype=x.dtype) / 8
    kernel = (gain * torch.outer(taps, taps)).expand(channels, 1, 4, 4)
    return functional.conv2d(spread, kernel, stride=down, groups=channels)


def linear(x, p, name, multiplier=1.0):
    weight = p[name + ".weight"]
    return functional.linear(x, weight * (multiplier / weight.shape[1] ** 0.5), p[name + ".bias"] * multiplier)


def rectified(x):
    return functional.leaky_relu(x, 0.2) * ROOT


def used(p, name):
    weight = p[name + ".weight"]
    return weight / weight[0].numel() ** 0.5


def mapping(p, latents, labels):
    x = torch.cat([latents, labels @ p["mapping.embedding.weight"].T], dim=1)
    x = x / (x.square().mean(dim=1, keepdim=True) + 1e-8).sqrt()
    for layer in range(DEPTH):
        x = rectified(linear(x, p, f"mapping.main.{2 * layer + 1}", multiplier=0.01))
    return x


def layer_styles(styles):
    """Of each layer its own: all scaled differently."""
    return torch.stack([styles * (1 + layer / 8) for layer in range(LAYERS)])


def modulated(p, name, x, style, demodulates=True, doubles=False):
    weight, scales = used(p, name), 1 + linear(style, p, name + ".style")
    outputs = []
    for image, scale in zip(x, scales):
        own = weight * scale[None, :, None, None]
        if demodulates:
            own = own / (own.square().sum(dim=[1, 2, 3], keepdim=True) + 1e-8).sqrt()
        if doubles:
            doubled = functional.conv_transpose2d(image[None], own.transpose(0, 1), stride=2)
            outputs.append(filtered(doubled, 4, padding=(1, 1)))
        else:
            outputs.append(functional.conv2d(image[None], own, padding=own.shape[2] // 2))
    return torch.cat(outputs)


def synthesis(p, styles, noises):
    """`styles`: `[layers, n, s]`."""
    x, images = p["constant"].permute(0, 3, 1, 2).expand(COUNT, -1, -1, -1), None
    for layer in range(LAYERS - 1):
        name = f"layers.{layer}"
        x = modulated(p, name + ".convolution", x, styles[layer], doubles=layer % 2 == 1)
        x = x + noises[layer] * p[name + ".injection.weight"]
        x = rectified(x + p[name + ".injection.bias"][:, None, None])
        if layer % 2 == 0:
            name = f"to_pixels.{layer // 2}"
            drawn = modulated(p, name + ".convolution", x, styles[layer + 1], demodulates=False)
            drawn = drawn + p[name + ".bias"][:, None, None]
            images = drawn if images is None else filtered(images, 4, up=2, padding=(2, 1)) + drawn
    return images


def discriminate(p, x, labels):
    def convolved(x, name, bias=True, **window):
        return functional.conv2d(x, used(p, name), p[name + ".bias"] if bias else None, **window)

    x = rectified(convolved(x, "from_pixels.0"))
    for block in range(len(RESOLUTIONS) - 1):
        name = f"blocks.{block}"
        y = rectified(convolved(x, name + ".main.0", padding=1))
        y = rectified(convolved(filtered(y, 1, padding=(2, 2)), name + ".main.2", stride=2))
        x = convolved(filtered(x, 1, padding=(1, 1)), name + ".skip.1", bias=False, stride=2)
        x = (x + y) / ROOT
    x = MinibatchDeviation(COUNT)(x)
    x = rectified(convolved(x, "last.1", padding=1))
    x = rectified(linear(x.flatten(1), p, "last.4"))
    return (linear(x, p, "last.6") * labels).sum(dim=1)


def shapes() -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    generator = {"mapping.embedding.weight": [LATENT, CLASSES]}
    for layer in range(DEPTH):
        name = f"mapping.main.{2 * layer + 1}"
        generator[name + ".weight"] = [LATENT, LATENT * (2 if layer == 0 else 1)]
        generator[name + ".bias"] = [LATENT]
    generator["constant"] = [1, 4, 4, width(4)]
    inputs = width(4)
    for layer in range(LAYERS - 1):
        name, outputs = f"layers.{layer}", width(RESOLUTIONS[(layer + 1) // 2])
        generator[name + ".convolution.weight"] = [outputs, inputs, 3, 3]
        generator[name + ".convolution.style.weight"] = [inputs, LATENT]
        generator[name + ".convolution.style.bias"] = [inputs]
        generator[name + ".injection.weight"] = [1]
        generator[name + ".injection.bias"] = [outputs]
        inputs = outputs
    for place, resolution in enumerate(RESOLUTIONS):
        name, inputs = f"to_pixels.{place}", width(resolution)
        generator[name + ".convolution.weight"] = [CHANNELS, inputs, 1, 1]
        generator[name + ".convolution.style.weight"] = [inputs, LATENT]
        generator[name + ".convolution.style.bias"] = [inputs]
        generator[name + ".bias"] = [CHANNELS]

    discriminator = {"from_pixels.0.weight": [width(SIZE), CHANNELS, 1, 1], "from_pixels.0.bias": [width(SIZE)]}
    for block, resolution in enumerate(reversed(RESOLUTIONS[1:])):
        inputs, outputs = width(resolution), width(resolution // 2)
        for layer, count in [(0, inputs), (2, outputs)]:
            discriminator[f"blocks.{block}.main.{layer}.weight"] = [count, inputs, 3, 3]
            discriminator[f"blocks.{block}.main.{layer}.bias"] = [count]
        discriminator[f"blocks.{block}.skip.1.weight"] = [outputs, inputs, 1, 1]
    inputs = width(4)
    for layer, shape in [
        (1, [inputs, inputs + 1, 3, 3]), (4, [inputs, 16 * inputs]), (6, [CLASSES, inputs])
    ]:
        discriminator[f"last.{layer}.weight"] = shape
        discriminator[f"last.{layer}.bias"] = shape[:1]
    return generator, discriminator


def penalty_gradients(penalty, p, prefix) -> dict[str, torch.Tensor]:
    # The last biases shift images and scores, whatever else there is.
    gradients = torch.autograd.grad(penalty, list(p.values()), allow_unused=True)
    return {
        prefix + name: torch.zeros_like(parameter) if gradient is None else gradient
        for (name, parameter), gradient in zip(p.items(), gradients)}


def path_length(p, latents, labels, noises, source: Source) -> dict[str, torch.Tensor]:
    """Lengths `|J^T y|`, the root of the mean over the layers, the penalty `2 mean (length - 0.7)^2`, and its
    gradients in the generator, the mapping network's among them."""
    styles = layer_styles(mapping(p, latents, labels))
    images = synthesis(p, styles, noises)
    directions = source.normal(*images.shape) / SIZE
    slopes, = torch.autograd.grad((images * directions).sum(), styles, create_graph=True)
    lengths = (slopes.square().sum(dim=2).mean(dim=0) + 1e-12).sqrt()
    penalty = 2 * (lengths - 0.7).square().mean()
    tensors = {"path.directions": channels_last(directions), "path.lengths": lengths, "path.penalty": penalty}
    return tensors | penalty_gradients(penalty, p, "path.generator.")


def r1(p, images, labels) -> dict[str, torch.Tensor]:
    """The penalty `mean |d score / d image|^2` and its gradients in the discriminator."""
    images = images.detach().requires_grad_()
    slopes, = torch.autograd.grad(discriminate(p, images, labels).sum(), images, create_graph=True)
    penalty = slopes.square().sum(dim=[1, 2, 3]).mean()
    return {"r1.penalty": penalty} | penalty_gradients(penalty, p, "r1.discriminator.")


def make(out: pathlib.Path) -> None:
    source = Source("stylegan2")

    def drawn(shapes: dict[str, list[int]]) -> dict[str, torch.Tensor]:
        return {name: source.normal(*shape, deviation=0.5).requires_grad_() for name, shape in shapes.items()}

    generator, discriminator = map(drawn, shapes())
    latents = source.normal(COUNT, LATENT)
    labels = functional.one_hot(torch.tensor([2, 0, 1, 2]), CLASSES).double()
    noises = [
        source.normal(COUNT, 1, RESOLUTIONS[(k + 1) // 2], RESOLUTIONS[(k + 1) // 2]) for k in range(LAYERS - 1)]
    styles = mapping(generator, latents, labels)
    images = synthesis(generator, layer_styles(styles), noises)
    scores = discriminate(discriminator, images, labels)
    cotangent = source.normal(*scores.shape)
    scores.backward(cotangent)
    tensors = {
        "latents": latents, "labels": labels, "styles": styles, "images": channels_last(images),
        "scores": scores, "cotangent": cotangent,
    } | {f"noise.{k}": channels_last(noise) for k, noise in enumerate(noises)}
    tensors |= path_length(generator, latents, labels, noises, source)
    tensors |= r1(discriminator, images, labels)
    for prefix, parameters in [("generator", generator), ("discriminator", discriminator)]:
        for name, parameter in parameters.items():
            tensors[f"{prefix}.{name}"] = parameter
            tensors[f"gradient.{prefix}.{name}"] = parameter.grad
    odd = source.normal(2, 3, 5, 4)
    tensors |= {
        "filtered": channels_last(odd), "filtered.up": channels_last(filtered(odd, 4, up=2, padding=(2, 1))),
        "filtered.down": channels_last(filtered(odd[:, :, :4], 1, down=2, padding=(1, 1))),
    }
    save(out, "stylegan2", tensors, size=SIZE, base=BASE, maximum=MAXIMUM, depth=DEPTH)
