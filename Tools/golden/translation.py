"""Training steps of small networks that translate images, by the papers, from the same weights and images.

Names: `NETWORK.…` for the weights before training; `inputs` and `targets`, one image each a step;
`loss.discriminator`, `loss.generator` (the adversarial's part) and the other parts of the generator's loss, one a
step; `norms.NETWORK`, the norm of each parameter after the last step, in the order of their names; `output`,
what becomes of the first input then, in training mode.
"""

import contextlib
import copy
import pathlib

import torch
from torch import nn
from torch.nn import functional

from golden import Source, channels_last, save

STEPS, CHANNELS = 5, 3


class UNetBlock(nn.Module):
    """A level of a U-Net around those below it (Isola et al. 2017, appendix 6.1.1)."""

    def __init__(
        self, outer: int, inner: int, below: nn.Module | None, inputs: int | None = None, dropout: float = 0
    ):
        super().__init__()
        self.is_outermost = inputs is not None
        down = nn.Conv2d(inputs or outer, inner, 4, 2, 1, bias=False)
        up = nn.ConvTranspose2d(
            inner * (2 if below else 1), outer, 4, 2, 1, bias=self.is_outermost)
        if self.is_outermost:
            layers = [down, below, nn.ReLU(), up, nn.Tanh()]
        elif below is None:
            layers = [nn.LeakyReLU(0.2), down, nn.ReLU(), up, nn.BatchNorm2d(outer)]
        else:
            layers = [
                nn.LeakyReLU(0.2), down, nn.BatchNorm2d(inner), below, nn.ReLU(), up, nn.BatchNorm2d(outer)]
        if dropout:
            layers.append(nn.Dropout(dropout))
        self.model = nn.Sequential(*layers)

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        output = self.model(input)
        return output if self.is_outermost else torch.cat([input, output], 1)


class UNet(nn.Module):
    """Dropout, if any, is at the three levels above the innermost where the channels stay the same."""

    def __init__(self, levels: int, width: int, dropout: float = 0):
        super().__init__()
        channels = [width * min(2**level, 8) for level in range(levels)]
        block = None
        for level in range(levels - 1, 0, -1):
            drops = level < levels - 1 and channels[level - 1] == channels[level]
            block = UNetBlock(
                channels[level - 1], channels[level], block, dropout=dropout if drops else 0)
        self.model = UNetBlock(CHANNELS, channels[0], block, inputs=CHANNELS)

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return self.model(input)


class PatchGAN(nn.Module):
    def __init__(self, inputs: int, width: int, strided: int, instance: bool):
        super().__init__()
        layers, channels = [], inputs
        for index in range(strided + 1):
            outputs = width * min(2**index, 8)
            layers.append(
                nn.Conv2d(channels, outputs, 4, 2 if index < strided else 1, 1, bias=index == 0 or instance))
            if index > 0:
                layers.append(nn.InstanceNorm2d(outputs) if instance else nn.BatchNorm2d(outputs))
            layers.append(nn.LeakyReLU(0.2))
            channels = outputs
        self.model = nn.Sequential(*layers, nn.Conv2d(channels, 1, 4, 1, 1))

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return self.model(input)


class ResidualBlock(nn.Module):
    def __init__(self, channels: int):
        super().__init__()
        self.conv_block = nn.Sequential(
            nn.ReflectionPad2d(1), nn.Conv2d(channels, channels, 3), nn.InstanceNorm2d(channels), nn.ReLU(),
            nn.ReflectionPad2d(1), nn.Conv2d(channels, channels, 3), nn.InstanceNorm2d(channels))

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return input + self.conv_block(input)


class ResNet(nn.Module):
    """Zhu et al. 2017, appendix 7.2."""

    def __init__(self, width: int, blocks: int):
        super().__init__()
        layers = [nn.ReflectionPad2d(3), nn.Conv2d(CHANNELS, width, 7), nn.InstanceNorm2d(width), nn.ReLU()]
        for channels in [width, 2 * width]:
            layers += [
                nn.Conv2d(channels, 2 * channels, 3, 2, 1), nn.InstanceNorm2d(2 * channels), nn.ReLU()]
        layers += [ResidualBlock(4 * width) for _ in range(blocks)]
        for channels in [4 * width, 2 * width]:
            layers += [
                nn.ConvTranspose2d(channels, channels // 2, 3, 2, 1, output_padding=1),
                nn.InstanceNorm2d(channels // 2), nn.ReLU()]
        self.model = nn.Sequential(
            *layers, nn.ReflectionPad2d(3), nn.Conv2d(width, CHANNELS, 7), nn.Tanh())

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return self.model(input)


class EnlargingBlock(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        self.conv_block = nn.Sequential(
            nn.Conv2d(width, width, 3, 1, 1), nn.PReLU(), nn.Conv2d(width, width, 3, 1, 1))

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return input + self.conv_block(input)


class SRResNet(nn.Module):
    """Ledig et al. 2017, figure 4, without normalization, added to the bilinearly doubled input."""

    def __init__(self, width: int, blocks: int):
        super().__init__()
        self.conv1 = nn.Sequential(nn.Conv2d(CHANNELS, width, 9, 1, 4), nn.PReLU())
        self.res_blocks = nn.Sequential(*[EnlargingBlock(width) for _ in range(blocks)])
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1)
        self.upsampling = nn.Sequential(
            nn.Conv2d(width, 4 * width, 3, 1, 1), nn.PixelShuffle(2), nn.PReLU())
        self.conv3 = nn.Sequential(nn.Conv2d(width, CHANNELS, 9, 1, 4))

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        shallow = self.conv1(input)
        deep = shallow + self.conv2(self.res_blocks(shallow))
        doubled = functional.interpolate(input, scale_factor=2, mode="bilinear", align_corners=False)
        return doubled + self.conv3(self.upsampling(deep))


class SRGANDiscriminator(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        layers, channels = [], CHANNELS
        for multiple in [1, 2, 4, 8]:
            for stride in [1, 2]:
                layers.append(nn.Conv2d(channels, multiple * width, 3, stride, 1))
                channels = multiple * width
                if len(layers) > 1:
                    layers.append(nn.BatchNorm2d(channels))
                layers.append(nn.LeakyReLU(0.2))
        self.model = nn.Sequential(*layers, nn.Conv2d(channels, 1, 3, 1, 1))

    def forward(self, input: torch.Tensor) -> tuple[torch.Tensor, list[torch.Tensor]]:
        features = []
        for index, layer in enumerate(self.model):
            input = layer(input)
            if index in [4, 10, 16, 22]:
                features.append(input)
        return input, features


def adam(*networks: nn.Module) -> torch.optim.Optimizer:
    return torch.optim.Adam(
        [parameter for network in networks for parameter in network.parameters()], lr=2e-4,
        betas=(0.5, 0.999))


def cross_entropy(scores: torch.Tensor, target: float) -> torch.Tensor:
    return functional.binary_cross_entropy_with_logits(scores, torch.full_like(scores, target))


def squares(scores: torch.Tensor, target: float) -> torch.Tensor:
    return (scores - target).square().mean()


@contextlib.contextmanager
def fixed(*networks: nn.Module):
    """Networks that gradients pass through, but are not computed of."""
    for network in networks:
        network.requires_grad_(False)
    yield
    for network in networks:
        network.requires_grad_(True)


def follow(optimizer: torch.optim.Optimizer, loss: torch.Tensor) -> None:
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


class Pix2Pix:
    distance = staticmethod(cross_entropy)

    def __init__(self, networks: dict[str, nn.Module]):
        self.generator, self.discriminator = networks["generator"], networks["discriminator"]
        self.for_generator, self.for_discriminator = adam(self.generator), adam(self.discriminator)

    def step(self, a: torch.Tensor, b: torch.Tensor) -> dict[str, float]:
        made = self.generator(a)
        fake = self.distance(self.discriminator(torch.cat([a, made.detach()], 1)), 0)
        real = self.distance(self.discriminator(torch.cat([a, b], 1)), 1)
        discriminator_loss = 0.5 * (fake + real)
        follow(self.for_discriminator, discriminator_loss)
        with fixed(self.discriminator):
            adversarial = self.distance(self.discriminator(torch.cat([a, made], 1)), 1)
            difference = (made - b).abs().mean()
            follow(self.for_generator, adversarial + 100 * difference)
        return {"discriminator": discriminator_loss, "generator": adversarial, "l1": difference}

    def output(self, a: torch.Tensor) -> torch.Tensor:
        return self.generator(a)


class LeastSquaresPix2Pix(Pix2Pix):
    """As `--gan_mode lsgan` of the published program."""

    distance = staticmethod(squares)


class CycleGAN:
    distance = staticmethod(squares)

    def __init__(self, networks: dict[str, nn.Module]):
        self.to_b, self.to_a = networks["generator_a2b"], networks["generator_b2a"]
        self.discriminator_b, self.discriminator_a = networks["discriminator_b"], networks["discriminator_a"]
        self.for_generators = adam(self.to_b, self.to_a)
        self.for_discriminators = adam(self.discriminator_b, self.discriminator_a)

    def step(self, a: torch.Tensor, b: torch.Tensor) -> dict[str, float]:
        fake_b, fake_a = self.to_b(a), self.to_a(b)
        cycle = (self.to_a(fake_b) - a).abs().mean() + (self.to_b(fake_a) - b).abs().mean()
        identity = (self.to_b(b) - b).abs().mean() + (self.to_a(a) - a).abs().mean()
        with fixed(self.discriminator_b, self.discriminator_a):
            adversarial = sum(
                self.distance(discriminator(fake), 1)
                for discriminator, fake in [(self.discriminator_b, fake_b), (self.discriminator_a, fake_a)])
            follow(self.for_generators, adversarial + 10 * cycle + 5 * identity)
        # The pool still has room: it gives back what it was given.
        discriminator_loss = sum(
            0.5 * (self.distance(discriminator(real), 1) + self.distance(discriminator(fake.detach()), 0))
            for discriminator, real, fake in [(self.discriminator_b, b, fake_b), (self.discriminator_a, a, fake_a)])
        follow(self.for_discriminators, discriminator_loss)
        return {"discriminator": discriminator_loss, "generator": adversarial, "cycle": cycle, "identity": identity}

    def output(self, a: torch.Tensor) -> torch.Tensor:
        return self.to_b(a)


class NonSaturatingCycleGAN(CycleGAN):
    """As `--gan_mode vanilla` of the published program."""

    distance = staticmethod(cross_entropy)


class SRGAN:
    def __init__(self, networks: dict[str, nn.Module]):
        self.generator, self.discriminator = networks["generator"], networks["discriminator"]
        self.for_generator, self.for_discriminator = [
            torch.optim.Adam(network.parameters(), lr=1e-4, betas=(0.9, 0.99))
            for network in [self.generator, self.discriminator]]

    def step(self, a: torch.Tensor, b: torch.Tensor) -> dict[str, float]:
        made = self.generator(a)
        fake, real = self.discriminator(made.detach())[0], self.discriminator(b)[0]
        discriminator_loss = cross_entropy(fake, 0) + cross_entropy(real, 1)
        follow(self.for_discriminator, discriminator_loss)
        scores, fake = self.discriminator(made)
        real = self.discriminator(b)[1]
        adversarial, difference = cross_entropy(scores, 1), (made - b).abs().mean()
        features = sum((one - other).abs().mean() for one, other in zip(fake, real)) / len(fake)
        follow(self.for_generator, 1e-3 * adversarial + difference + 1e-2 * features)
        return {
            "discriminator": discriminator_loss, "generator": adversarial, "l1": difference, "features": features}

    def output(self, a: torch.Tensor) -> torch.Tensor:
        return self.generator(a)


def train(
    kind: type, networks: dict[str, nn.Module], inputs: torch.Tensor, targets: torch.Tensor,
    precision: torch.dtype,
) -> dict[str, torch.Tensor]:
    networks = {name: copy.deepcopy(network).to(precision).train() for name, network in networks.items()}
    training = kind(networks)

    def image(images: torch.Tensor, step: int) -> torch.Tensor:
        return images[step : step + 1].permute(0, 3, 1, 2).to(precision) / 127.5 - 1

    # Label maps become channels, images are scaled.
    encode = getattr(training, "encode", image)
    rows = [training.step(encode(inputs, step), image(targets, step)) for step in range(STEPS)]
    tensors = {
        f"loss.{key}": torch.tensor([row[key].item() for row in rows], dtype=torch.float64) for key in rows[0]}
    for name, network in networks.items():
        tensors[f"norms.{name}"] = torch.stack(
            [parameter.detach().norm() for _, parameter in sorted(network.named_parameters())])
    tensors["output"] = channels_last(training.output(encode(inputs, 0)).detach())
    return tensors


def record(
    out: pathlib.Path, name: str, kind: type, networks: dict[str, nn.Module], size: int, scale: int = 1,
    labels: int = 0,
) -> None:
    source = Source(name)
    tensors = {}
    for prefix, network in networks.items():
        for key, parameter in network.named_parameters():
            deviation, mean = (0.15, 0) if parameter.dim() > 1 else (0.1, 1 if "weight" in key else 0)
            parameter.data = source.normal(*parameter.shape, deviation=deviation, mean=mean).float()
            tensors[f"{prefix}.{key}"] = parameter.data.clone()
        for key, buffer in network.named_buffers():
            # Of spectral norms.
            if key.endswith(("_u", "_v")):
                buffer.copy_(functional.normalize(source.normal(*buffer.shape), dim=0))
                tensors[f"{prefix}.{key}"] = buffer.clone()
    for key in ["inputs", "targets"]:
        side = size // scale if key == "inputs" else size
        images = source.uniform(STEPS, 1, 1, CHANNELS) * 155 + source.uniform(STEPS, side, side, CHANNELS) * 100
        tensors[key] = images.to(torch.uint8)
    if labels:
        # Squares of four pixels, so that halved maps are other maps.
        squares = (source.uniform(STEPS, size // 4, size // 4, 1) * labels).to(torch.uint8)
        tensors["inputs"] = squares.repeat_interleave(4, 1).repeat_interleave(4, 2)
        tensors["inputs"][:, ::3, ::5] = 0
    truth = train(kind, networks, tensors["inputs"], tensors["targets"], torch.float64)
    single = train(kind, networks, tensors["inputs"], tensors["targets"], torch.float32)
    # What rounding alone does to PyTorch itself in these steps.
    deviation = max(
        ((single[key] - value).abs() / (1 + value.abs())).max().item() for key, value in truth.items())
    print(f"{name}: float32 differs by {deviation:.1e}")
    save(out, name, tensors | truth, size=size, steps=STEPS, float32_deviation=deviation)


def make(out: pathlib.Path) -> None:
    for name, kind in [("pix2pix", Pix2Pix), ("pix2pix_least_squares", LeastSquaresPix2Pix)]:
        record(
            out, name, kind,
            {"generator": UNet(5, 2), "discriminator": PatchGAN(2 * CHANNELS, 2, 2, False)}, 32)
    for name, kind in [("cyclegan", CycleGAN), ("cyclegan_non_saturating", NonSaturatingCycleGAN)]:
        record(
            out, name, kind,
            {
                "generator_a2b": ResNet(2, 2), "generator_b2a": ResNet(2, 2),
                "discriminator_b": PatchGAN(CHANNELS, 2, 1, True),
                "discriminator_a": PatchGAN(CHANNELS, 2, 1, True),
            }, 16)
    record(
        out, "srgan", SRGAN, {"generator": SRResNet(3, 2), "discriminator": SRGANDiscriminator(3)}, 32, scale=2)
