"""Whole steps of a narrow FastGAN at 64x64, as Liu et al. 2021 and the authors' program have them: `initial.generator.`
and `initial.discriminator.` tensors under the program's names, `reals` (bytes) and `latents`.

`images`, `scores` (both branches, one after the other) and `reconstruction` are of these weights without a power
iteration, `gradients.` the norm and the sum of each parameter's gradient, in the order of their names; losses and
`norms.` are of three steps and after them. Noise, quarters and margins come from the package's random streams.
"""

import copy
import pathlib

import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils import spectral_norm

import philox
from golden import Source, channels_last, save

SIZE, LATENT, WIDTH, CHANNELS, BATCH, STEPS = 64, 6, 2, 3, 2, 3


def convolution(inputs: int, outputs: int, kernel: int, stride: int = 1, padding: int = 0) -> nn.Module:
    return spectral_norm(nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=False))


class GatedLinearUnit(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        value, gate = x.chunk(2, dim=1)
        return value * gate.sigmoid()


class PixelNoise(nn.Module):
    def __init__(self, random: philox.Stream):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1))
        self.random = random

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        count, _, height, width = x.shape
        return x + self.weight * self.random.normal(count, 1, height, width).to(x)


class Gate(nn.Module):
    def __init__(self, coarse: int, fine: int):
        super().__init__()
        self.main = nn.Sequential(
            nn.AdaptiveAvgPool2d(4), convolution(coarse, fine, 4), nn.SiLU(), convolution(fine, fine, 1), nn.Sigmoid())

    def forward(self, coarse: torch.Tensor, fine: torch.Tensor) -> torch.Tensor:
        return fine * self.main(coarse)


def doubling(inputs: int, outputs: int, random: philox.Stream | None = None) -> nn.Sequential:
    def layers(inputs: int) -> list[nn.Module]:
        noise = [] if random is None else [PixelNoise(random)]
        return [
            convolution(inputs, 2 * outputs, 3, 1, 1), *noise, nn.BatchNorm2d(2 * outputs), GatedLinearUnit()]

    return nn.Sequential(nn.Upsample(scale_factor=2), *layers(inputs), *([] if random is None else layers(outputs)))


def generator_channels(side: int, width: int) -> int:
    multiples = {4: 16, 8: 8, 16: 4, 32: 2, 64: 2, 128: 1, 256: 0.5, 512: 0.25}
    return max(1, int(multiples[side] * width))


class Generator(nn.Module):
    def __init__(self, size: int, latent: int, width: int, random: philox.Stream):
        super().__init__()

        def channels(side: int) -> int:
            return generator_channels(side, width)

        self.sides = [side for side in [8, 16, 32, 64, 128, 256, 512] if side <= size]
        self.init = nn.Module()
        self.init.init = nn.Sequential(
            spectral_norm(nn.ConvTranspose2d(latent, 2 * channels(4), 4, bias=False)),
            nn.BatchNorm2d(2 * channels(4)), GatedLinearUnit())
        for side in self.sides:
            noise = random if side in [8, 32, 128, 512] else None
            setattr(self, f"feat_{side}", doubling(channels(side // 2), channels(side), noise))
            if side >= 64:
                setattr(self, f"se_{side}", Gate(channels(side // 16), channels(side)))
        self.to_big = convolution(channels(size), CHANNELS, 3, 1, 1)

    def forward(self, latents: torch.Tensor) -> torch.Tensor:
        x = self.init.init(latents[:, :, None, None])
        maps = {4: x}
        for side in self.sides:
            x = getattr(self, f"feat_{side}")(x)
            if side >= 64:
                x = getattr(self, f"se_{side}")(maps[side // 16], x)
            maps[side] = x
        return self.to_big(x).tanh()


def normalized(layer: nn.Module, channels: int) -> list[nn.Module]:
    return [layer, nn.BatchNorm2d(channels), nn.LeakyReLU(0.2)]


class TwoWayHalving(nn.Module):
    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.main = nn.Sequential(
            *normalized(convolution(inputs, outputs, 4, 2, 1), outputs),
            *normalized(convolution(outputs, outputs, 3, 1, 1), outputs))
        self.direct = nn.Sequential(nn.AvgPool2d(2), *normalized(convolution(inputs, outputs, 1), outputs))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return (self.main(x) + self.direct(x)) / 2


class PlainHalving(nn.Module):
    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.main = nn.Sequential(*normalized(convolution(inputs, outputs, 4, 2, 1), outputs))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.main(x)


class Decoder(nn.Module):
    def __init__(self, inputs: int, width: int, small: int):
        super().__init__()
        layers: list[nn.Module] = [nn.AdaptiveAvgPool2d(8)]
        for side in [16, 32, 64, 128]:
            if side <= small:
                layers.append(doubling(inputs, generator_channels(side, width // 2)))
                inputs = generator_channels(side, width // 2)
        self.main = nn.Sequential(*layers, convolution(inputs, CHANNELS, 3, 1, 1), nn.Tanh())

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.main(x)


def quarter(x: torch.Tensor, number: int) -> torch.Tensor:
    height, width = x.shape[2] // 2, x.shape[3] // 2
    row, column = number // 2 * height, number % 2 * width
    return x[:, :, row : row + height, column : column + width]


class Discriminator(nn.Module):
    def __init__(self, size: int, width: int):
        super().__init__()

        def channels(side: int) -> int:
            return max(1, int(width * 64 / side))

        def small_channels(side: int) -> int:
            return max(1, int(width * 32 / side))

        start, self.small = min(size, 256), min(128, size // 2)
        stem = convolution(CHANNELS, channels(start), 3, 1, 1)
        if size > start:
            stem = convolution(CHANNELS, channels(start), 4, 2, 1)
        self.down_from_big = nn.Sequential(stem, nn.LeakyReLU(0.2))
        self.sides = [side for side in [128, 64, 32, 16, 8] if side < start]
        self.gates = {}
        for side in self.sides:
            setattr(self, f"down_{512 // side}", TwoWayHalving(channels(2 * side), channels(side)))
            if 8 * side <= start:
                self.gates[side] = f"se_{64 // side}_{512 // side}"
                setattr(self, self.gates[side], Gate(channels(8 * side), channels(side)))
        self.rf_big = nn.Sequential(
            *normalized(convolution(channels(8), 2 * channels(8), 1), 2 * channels(8)),
            convolution(2 * channels(8), 1, 4))
        small = [side for side in [64, 32, 16, 8] if side < self.small]
        self.down_from_small = nn.Sequential(
            convolution(CHANNELS, small_channels(small[0]), 4, 2, 1), nn.LeakyReLU(0.2),
            *[PlainHalving(small_channels(2 * side), small_channels(side)) for side in small[1:]])
        self.rf_small = convolution(small_channels(8), 1, 4)
        self.decoder_big = Decoder(channels(8), width, self.small)
        self.decoder_part = Decoder(channels(16), width, self.small)
        self.decoder_small = Decoder(small_channels(8), width, self.small)

    def maps(self, images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        x = self.down_from_big(images)
        maps = {x.shape[2]: x}
        for side in self.sides:
            x = getattr(self, f"down_{512 // side}")(x)
            if side in self.gates:
                x = getattr(self, self.gates[side])(maps[8 * side], x)
            maps[side] = x
        return maps[8], maps[16], self.down_from_small(functional.interpolate(images, size=self.small))

    def scores(self, big: torch.Tensor, small: torch.Tensor) -> torch.Tensor:
        return torch.cat([self.rf_big(big).flatten(), self.rf_small(small).flatten()])

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        big, _, small = self.maps(images)
        return self.scores(big, small)

    def supervised(self, images: torch.Tensor, number: int) -> tuple[torch.Tensor, torch.Tensor]:
        big, parts, small = self.maps(images)
        pairs = [
            (self.decoder_big(big), images), (self.decoder_part(quarter(parts, number)), quarter(images, number)),
            (self.decoder_small(small), images)]
        loss = sum(
            functional.mse_loss(made, functional.interpolate(image, size=self.small)) for made, image in pairs)
        return self.scores(big, small), loss


class Training:
    """The authors' loop, with the mean squared error for the perceptual distance, and without augmentation."""

    def __init__(self, precision: torch.dtype):
        self.dropout, self.noise = philox.Stream(0, philox.DROPOUT), philox.Stream(0, philox.NOISE)
        self.precision = precision
        self.generator = Generator(SIZE, LATENT, WIDTH, self.dropout)
        self.discriminator = Discriminator(SIZE, WIDTH)

    def begin(self) -> None:
        self.networks = {"generator": self.generator, "discriminator": self.discriminator}
        self.optimizers = [
            torch.optim.Adam(network.parameters(), lr=2e-4, betas=(0.5, 0.999)) for network in self.networks.values()]

    def margins(self, scores: torch.Tensor) -> torch.Tensor:
        """1 minus so much as the scores are moved toward the margin of 1."""
        return 1 - 0.2 * self.noise.uniform(len(scores)).to(scores)

    def quarter(self) -> int:
        return int(self.dropout.words(1)[0]) >> 62

    def step(self, reals: torch.Tensor, latents: torch.Tensor) -> dict[str, float]:
        for_generator, for_discriminator = self.optimizers
        for_discriminator.zero_grad()
        scores, reconstruction = self.discriminator.supervised(reals, self.quarter())
        real = functional.relu(self.margins(scores) - scores).mean()
        (real + reconstruction).backward()
        fakes = self.generator(latents)
        scores = self.discriminator(fakes.detach())
        fake = functional.relu(self.margins(scores) + scores).mean()
        fake.backward()
        for_discriminator.step()
        for_generator.zero_grad()
        loss = -self.discriminator(fakes).mean()
        loss.backward()
        for_generator.step()
        return {
            "discriminator": (real + fake).item(), "generator": loss.item(), "reconstruction": reconstruction.item()}


def gradients(network: nn.Module) -> torch.Tensor:
    pairs = sorted(network.named_parameters())
    return torch.stack([torch.stack([value.grad.norm(), value.grad.sum()]) for _, value in pairs]).detach()


def still(network: nn.Module) -> nn.Module:
    """A copy that normalizes by its batch and takes no power iterations."""
    network = copy.deepcopy(network).train()
    for layer in network.modules():
        if isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d)):
            layer.eval()
    return network


def settle(network: nn.Module) -> None:
    """Takes power iterations, so that no norm is so small that rounding decides."""
    for layer in network.modules():
        for hook in layer._forward_pre_hooks.values():
            for _ in range(50):
                hook.compute_weight(layer, do_power_iteration=True)


def run(precision: torch.dtype, tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    training = Training(precision)
    for name, network in [("generator", training.generator), ("discriminator", training.discriminator)]:
        prefix = f"initial.{name}."
        network.load_state_dict(
            {key[len(prefix) :]: value for key, value in tensors.items() if key.startswith(prefix)}, strict=False)
        network.to(precision)
    training.begin()
    reals = tensors["reals"].permute(0, 1, 4, 2, 3).to(precision) / 127.5 - 1
    latents = tensors["latents"].to(precision)

    generator, discriminator = still(training.generator), still(training.discriminator)
    images = generator(latents[0])
    scores, reconstruction = discriminator.supervised(images, training.quarter())
    (scores * tensors["cotangent"].to(precision)).sum().add(reconstruction).backward()
    result = {
        "images": channels_last(images)[:, 28:32], "scores": scores, "reconstruction": reconstruction,
        "gradients.generator": gradients(generator), "gradients.discriminator": gradients(discriminator)}
    # The generator above has a copy of the stream.
    training.dropout.position = 0
    rows = [training.step(reals[step], latents[step]) for step in range(STEPS)]
    for key in rows[0]:
        result[f"loss.{key}"] = torch.tensor([row[key] for row in rows], dtype=torch.float64)
    for name, network in training.networks.items():
        result[f"norms.{name}"] = torch.stack(
            [value.detach().norm() for _, value in sorted(network.named_parameters())])
    return result


def make(out: pathlib.Path) -> None:
    source = Source("fastgan")
    tensors: dict[str, torch.Tensor] = {}
    networks = {
        "generator": Generator(SIZE, LATENT, WIDTH, philox.Stream(0, philox.DROPOUT)),
        "discriminator": Discriminator(SIZE, WIDTH)}
    for name, network in networks.items():
        for key, parameter in network.named_parameters():
            mean = 1 if parameter.dim() == 1 and "bias" not in key else 0
            parameter.data = source.normal(*parameter.shape, deviation=0.3, mean=mean).float()
        settle(network)
        for key, value in network.state_dict().items():
            if not key.endswith(("running_mean", "running_var", "num_batches_tracked")):
                tensors[f"initial.{name}.{key}"] = value.clone()
    ramps = torch.linspace(-1, 1, SIZE).double()
    directions = source.normal(2, STEPS, BATCH, 1, 1, CHANNELS)
    reals = directions[0] * ramps[:, None, None] + directions[1] * ramps[None, :, None]
    tensors["reals"] = (reals * 50 + 127.5).round().clamp(0, 255).to(torch.uint8)
    tensors["latents"] = source.normal(STEPS, BATCH, LATENT).float()
    tensors["cotangent"] = source.normal(2 * 25 * BATCH).float()
    truth, single = run(torch.float64, tensors), run(torch.float32, tensors)
    # What rounding alone does to PyTorch itself in these steps.
    deviation = {
        group: max(
            ((single[key].double() - value.double()).abs() / (1 + value.double().abs())).max().item()
            for key, value in truth.items() if key.startswith(group))
        for group in ["images", "scores", "reconstruction", "gradients", "loss", "norms"]}
    print("fastgan: PyTorch's float32 differs from its float64 by at most", deviation)
    save(
        out, "fastgan", tensors | truth, size=SIZE, latent=LATENT, width=WIDTH, batch=BATCH, steps=STEPS,
        float32_deviations=deviation)
