"""ESRGAN and its first stage, RRDB, as Wang et al. 2018 and BasicSR have them: names as in translation.py."""

import pathlib

import torch
from torch import nn
from torch.nn import functional

import translation
from translation import CHANNELS, fixed, follow


def convolution(inputs: int, outputs: int) -> nn.Module:
    return nn.Conv2d(inputs, outputs, 3, 1, 1)


def rectified(x: torch.Tensor) -> torch.Tensor:
    return functional.leaky_relu(x, 0.2)


class DenseBlock(nn.Module):
    def __init__(self, width: int, growth: int):
        super().__init__()
        for number in range(1, 6):
            layer = convolution(width + (number - 1) * growth, width if number == 5 else growth)
            setattr(self, f"conv{number}", layer)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        known = [x]
        for number in range(1, 5):
            known.append(rectified(getattr(self, f"conv{number}")(torch.cat(known, 1))))
        return x + 0.2 * self.conv5(torch.cat(known, 1))


class ResidualInResidual(nn.Module):
    def __init__(self, width: int, growth: int):
        super().__init__()
        self.rdb1, self.rdb2, self.rdb3 = [DenseBlock(width, growth) for _ in range(3)]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + 0.2 * self.rdb3(self.rdb2(self.rdb1(x)))


class RRDBNet(nn.Module):
    """Of pixels in [-1, 1]; the published network's are in [0, 1]."""

    def __init__(self, width: int, blocks: int, scale: int):
        super().__init__()
        self.scale = scale
        self.conv_first = convolution(4 * CHANNELS if scale == 2 else CHANNELS, width)
        self.body = nn.Sequential(*[ResidualInResidual(width, width // 2) for _ in range(blocks)])
        self.conv_body, self.conv_up1, self.conv_up2, self.conv_hr = [convolution(width, width) for _ in range(4)]
        self.conv_last = convolution(width, CHANNELS)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = (x + 1) / 2
        x = self.conv_first(functional.pixel_unshuffle(x, 2) if self.scale == 2 else x)
        x = x + self.conv_body(self.body(x))
        for layer in [self.conv_up1, self.conv_up2]:
            x = rectified(layer(functional.interpolate(x, scale_factor=2)))
        return 2 * self.conv_last(rectified(self.conv_hr(x))) - 1


class VGGStyleDiscriminator(nn.Module):
    """Of pixels in [-1, 1]; the published network's are in [0, 1]."""

    def __init__(self, size: int, width: int):
        super().__init__()
        inputs = CHANNELS
        for number, multiple in enumerate([1, 2, 4, 8, 8]):
            outputs = multiple * width
            setattr(self, f"conv{number}_0", nn.Conv2d(inputs, outputs, 3, 1, 1, bias=number == 0))
            if number > 0:
                setattr(self, f"bn{number}_0", nn.BatchNorm2d(outputs))
            setattr(self, f"conv{number}_1", nn.Conv2d(outputs, outputs, 4, 2, 1, bias=False))
            setattr(self, f"bn{number}_1", nn.BatchNorm2d(outputs))
            inputs = outputs
        self.linear1, self.linear2 = nn.Linear(inputs * (size // 32) ** 2, 100), nn.Linear(100, 1)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, list[torch.Tensor]]:
        features, x = [], (x + 1) / 2
        for number in range(5):
            x = getattr(self, f"conv{number}_0")(x)
            x = rectified(getattr(self, f"bn{number}_0")(x) if number > 0 else x)
            x = rectified(getattr(self, f"bn{number}_1")(getattr(self, f"conv{number}_1")(x)))
            features.append(x)
        return self.linear2(rectified(self.linear1(x.flatten(1)))).flatten(), features


def relativistic_average(winners: torch.Tensor, losers: torch.Tensor) -> torch.Tensor:
    """Both halves of the cross-entropy, each beside the mean of the other kind."""
    return 0.5 * (
        functional.softplus(losers.mean() - winners).mean() + functional.softplus(losers - winners.mean()).mean())


class RRDB:
    def __init__(self, networks: dict[str, nn.Module]):
        self.generator = networks["generator"]
        self.optimizer = torch.optim.Adam(self.generator.parameters(), lr=2e-4, betas=(0.9, 0.99))

    def step(self, a: torch.Tensor, b: torch.Tensor) -> dict[str, torch.Tensor]:
        difference = (self.generator(a) - b).abs().mean()
        follow(self.optimizer, difference)
        return {"discriminator": torch.zeros(()), "generator": torch.zeros(()), "l1": difference}

    def output(self, a: torch.Tensor) -> torch.Tensor:
        return self.generator(a)


class ESRGAN:
    def __init__(self, networks: dict[str, nn.Module]):
        self.generator, self.discriminator = networks["generator"], networks["discriminator"]
        self.for_generator, self.for_discriminator = [
            torch.optim.Adam(network.parameters(), lr=1e-4, betas=(0.9, 0.99))
            for network in [self.generator, self.discriminator]]

    def step(self, a: torch.Tensor, b: torch.Tensor) -> dict[str, torch.Tensor]:
        made = self.generator(a)
        with fixed(self.discriminator):
            scores, fake = self.discriminator(made)
            truth, real = self.discriminator(b)
            adversarial, difference = relativistic_average(scores, truth), (made - b).abs().mean()
            features = sum((one - other).abs().mean() for one, other in zip(fake, real)) / len(fake)
            # Half of the difference: of pixels in [0, 1].
            follow(self.for_generator, 1e-3 * adversarial + 0.5 * difference + 1e-2 * features)
        loss = relativistic_average(self.discriminator(b)[0], self.discriminator(made.detach())[0])
        follow(self.for_discriminator, loss)
        return {"discriminator": loss, "generator": adversarial, "l1": difference, "features": features}

    def output(self, a: torch.Tensor) -> torch.Tensor:
        return self.generator(a)


def make(out: pathlib.Path) -> None:
    translation.record(out, "rrdb", RRDB, {"generator": RRDBNet(4, 2, 4)}, 32, scale=4)
    translation.record(
        out, "esrgan", ESRGAN,
        {"generator": RRDBNet(2, 1, 2), "discriminator": VGGStyleDiscriminator(64, 2)}, 64, scale=2)
