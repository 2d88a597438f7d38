"""Ten training steps of a small DCGAN from fixed weights, images and latents.

Names: `initial.generator.main.0.weight` and so on for all tensors of both networks before training,
`final.…` after it; `reals` (a batch of bytes a step, value = byte / 127.5 - 1) and `latents` (a batch a
step); the losses and mean scores of each step; `generated`, the first images of the first step; `samples`,
what the trained generator draws in inference mode from the same latents (values about 1e-3: compare
relative to that).
"""

import copy
import pathlib

import torch

import dcgan
from golden import Source, channels_last, save

SIZE, LATENT, WIDTH, CHANNELS, BATCH, STEPS, SAMPLES = 16, 10, 8, 3, 8, 10, 2


def train(precision: torch.dtype, reals: torch.Tensor, latents: torch.Tensor) -> dict[str, torch.Tensor]:
    torch.manual_seed(1)
    generator = dcgan.Generator(SIZE, LATENT, WIDTH, CHANNELS)
    discriminator = dcgan.Discriminator(SIZE, WIDTH, CHANNELS)
    tensors = {}

    def keep(prefix: str, kept: torch.dtype) -> None:
        for name, network in [("generator", generator), ("discriminator", discriminator)]:
            for key, value in network.state_dict().items():
                # A clone, since training changes the tensor in place.
                value = value.to(kept) if value.is_floating_point() else value
                tensors[f"{prefix}.{name}.{key}"] = value.clone()

    dcgan.initialize(generator)
    dcgan.initialize(discriminator)
    keep("initial", torch.float32)
    generator.to(precision)
    discriminator.to(precision)
    training = dcgan.Training(generator, discriminator)
    with torch.no_grad():
        # Apart from the training, whose running statistics it must not touch.
        first = copy.deepcopy(generator)(latents[0].to(precision)[:, :, None, None])
    tensors["generated"] = channels_last(first[:SAMPLES])
    rows = []
    for step in range(STEPS):
        images = reals[step].permute(0, 3, 1, 2).to(precision) / 127.5 - 1
        rows.append(training.step(images, latents[step].to(precision)[:, :, None, None]))
    keep("final", precision)
    for name in rows[0]:
        tensors[name] = torch.tensor([row[name] for row in rows], dtype=torch.float64)
    generator.eval()
    samples = generator(latents[0, :SAMPLES].to(precision)[:, :, None, None])
    tensors["samples"] = channels_last(samples)
    return tensors


def make(out: pathlib.Path) -> None:
    source = Source("dcgan16")
    # Smooth ramps of random direction and color, with noise: images with something to learn in them.
    ramps = torch.linspace(-1, 1, SIZE).double()
    directions = source.normal(2, STEPS, BATCH, 1, 1, CHANNELS)
    images = directions[0] * ramps[:, None, None] + directions[1] * ramps[None, :, None]
    images = images + source.normal(*images.shape, deviation=0.1)
    reals = (images * 50 + 127.5).round().clamp(0, 255).to(torch.uint8)
    latents = source.normal(STEPS, BATCH, LATENT).float()

    tensors = train(torch.float64, reals, latents)
    single = train(torch.float32, reals, latents)
    # What rounding alone does to PyTorch itself in ten steps: what a test in float32 may be off by.
    deviations = {
        key: (single[key].double() - value.double()).abs().max().item()
        for key, value in tensors.items() if value.is_floating_point()}
    worst = {
        group: max(value for key, value in deviations.items() if key.startswith(group))
        for group in ["loss", "score", "final", "generated", "samples"]}
    print("dcgan16: PyTorch's float32 differs from its float64 by at most", worst)
    save(
        out, "dcgan16", {"reals": reals, "latents": latents} | tensors, size=SIZE, latent=LATENT,
        width=WIDTH, channels=CHANNELS, batch=BATCH, steps=STEPS, learning_rate=2e-4,
        betas=[0.5, 0.999], float32_deviations=worst)
