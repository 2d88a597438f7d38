"""The layers, networks and training steps of images from label maps (Park et al. 2019), names as in layers.py
and translation.py; the noise of styles is the package's own."""

import pathlib

import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils import spectral_norm

import philox
from golden import Source, channels_last, save
from translation import CHANNELS, follow, record, squares

LABELS, STYLE = 3, 5


class SpatiallyAdaptiveNorm(nn.Module):
    def __init__(self, channels: int, labels: int, hidden: int):
        super().__init__()
        self.param_free_norm = nn.BatchNorm2d(channels, affine=False)
        self.mlp_shared = nn.Sequential(nn.Conv2d(labels, hidden, 3, padding=1), nn.ReLU())
        self.mlp_gamma = nn.Conv2d(hidden, channels, 3, padding=1)
        self.mlp_beta = nn.Conv2d(hidden, channels, 3, padding=1)

    def forward(self, input: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        labels = functional.interpolate(labels, size=input.shape[2:], mode="nearest")
        hidden = self.mlp_shared(labels)
        return self.param_free_norm(input) * (1 + self.mlp_gamma(hidden)) + self.mlp_beta(hidden)


class Block(nn.Module):
    def __init__(self, inputs: int, outputs: int, labels: int, hidden: int):
        super().__init__()
        middle = min(inputs, outputs)
        self.conv_0 = spectral_norm(nn.Conv2d(inputs, middle, 3, padding=1))
        self.conv_1 = spectral_norm(nn.Conv2d(middle, outputs, 3, padding=1))
        self.norm_0 = SpatiallyAdaptiveNorm(inputs, labels, hidden)
        self.norm_1 = SpatiallyAdaptiveNorm(middle, labels, hidden)
        self.is_changing = inputs != outputs
        if self.is_changing:
            self.conv_s = spectral_norm(nn.Conv2d(inputs, outputs, 1, bias=False))
            self.norm_s = SpatiallyAdaptiveNorm(inputs, labels, hidden)

    def forward(self, input: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        x = self.conv_0(functional.leaky_relu(self.norm_0(input, labels), 0.2))
        x = self.conv_1(functional.leaky_relu(self.norm_1(x, labels), 0.2))
        return x + (self.conv_s(self.norm_s(input, labels)) if self.is_changing else input)


class Generator(nn.Module):
    """For images of 32 pixels: from 8x8, doubled twice."""

    def __init__(self, width: int, style: int | None):
        super().__init__()
        block = [2 * width, 2 * width, LABELS, 2 * width]
        self.fc = nn.Linear(style, 2 * width * 64) if style else nn.Conv2d(LABELS, 2 * width, 3, padding=1)
        self.head_0, self.G_middle_0, self.G_middle_1 = Block(*block), Block(*block), Block(*block)
        self.up_0 = Block(2 * width, width, LABELS, 2 * width)
        self.conv_img = nn.Conv2d(width, CHANNELS, 3, padding=1)

    def forward(self, labels: torch.Tensor, style: torch.Tensor | None) -> torch.Tensor:
        if style is None:
            x = self.fc(functional.interpolate(labels, size=(8, 8), mode="nearest"))
        else:
            x = self.fc(style).view(len(style), -1, 8, 8)
        x = self.head_0(x, labels)
        x = self.G_middle_0(functional.interpolate(x, scale_factor=2), labels)
        x = self.G_middle_1(x, labels)
        x = self.up_0(functional.interpolate(x, scale_factor=2), labels)
        return torch.tanh(self.conv_img(functional.leaky_relu(x, 0.2)))


class PatchGAN(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        self.model = nn.Sequential(
            nn.Conv2d(LABELS + CHANNELS, width, 4, 2, 2), nn.LeakyReLU(0.2),
            spectral_norm(nn.Conv2d(width, 2 * width, 4, 2, 2, bias=False)), nn.InstanceNorm2d(2 * width),
            nn.LeakyReLU(0.2),
            spectral_norm(nn.Conv2d(2 * width, 4 * width, 4, 1, 2, bias=False)), nn.InstanceNorm2d(4 * width),
            nn.LeakyReLU(0.2), nn.Conv2d(4 * width, 1, 4, 1, 2))

    def forward(self, input: torch.Tensor) -> list[torch.Tensor]:
        """The features, and last the scores."""
        seen = []
        for index, layer in enumerate(self.model):
            input = layer(input)
            if index in [1, 4, 7, 8]:
                seen.append(input)
        return seen


class MultiscaleDiscriminator(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        self.discriminator_0, self.discriminator_1 = PatchGAN(width), PatchGAN(width)

    def forward(self, input: torch.Tensor) -> list[list[torch.Tensor]]:
        halved = functional.avg_pool2d(input, 3, 2, 1, count_include_pad=False)
        return [self.discriminator_0(input), self.discriminator_1(halved)]


class Encoder(nn.Module):
    """For images of 32 pixels: halved three times."""

    def __init__(self, width: int, style: int):
        super().__init__()
        channels, layers = [CHANNELS, width, 2 * width, 4 * width], []
        for inputs, outputs in zip(channels, channels[1:]):
            layers += [
                spectral_norm(nn.Conv2d(inputs, outputs, 3, 2, 1, bias=False)), nn.InstanceNorm2d(outputs),
                nn.LeakyReLU(0.2)]
        self.main = nn.Sequential(*layers, nn.Flatten())
        self.fc_mu, self.fc_var = nn.Linear(64 * width, style), nn.Linear(64 * width, style)

    def forward(self, input: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        features = self.main(input)
        return self.fc_mu(features), self.fc_var(features)


class SPADE:
    def __init__(self, networks: dict[str, nn.Module]):
        self.generator, self.discriminator = networks["generator"], networks["discriminator"]
        self.encoder = networks.get("encoder")
        learning = [self.generator] + ([self.encoder] if self.encoder else [])
        self.precision = next(self.generator.parameters()).dtype
        self.for_generator, self.for_discriminator = [
            torch.optim.Adam(
                [parameter for network in networks for parameter in network.parameters()], lr=rate,
                betas=(0.0, 0.9))
            for networks, rate in [(learning, 1e-4), ([self.discriminator], 4e-4)]]
        self.noise = philox.Stream(0, philox.DROPOUT)

    def encode(self, maps: torch.Tensor, step: int) -> torch.Tensor:
        return functional.one_hot(maps[step : step + 1, :, :, 0].long(), LABELS).permute(0, 3, 1, 2).to(
            self.precision)

    def step(self, labels: torch.Tensor, target: torch.Tensor) -> dict[str, float]:
        style, divergence = self.style(target)
        made = self.generator(labels, style)
        fake = self.discriminator(torch.cat([labels, made], 1))
        real = self.discriminator(torch.cat([labels, target], 1))
        adversarial = sum(self.generator_loss(seen[-1]) for seen in fake) / 2
        features = sum(
            (one - other.detach()).abs().mean()
            for seen, others in zip(fake, real) for one, other in zip(seen[:-1], others[:-1])) / 2
        follow(self.for_generator, adversarial + 10 * features + 0.05 * divergence)

        # As the published program does: the generator has learned, and makes others.
        with torch.no_grad():
            style = self.style(target)[0]
            made = self.generator(labels, style)
        fake = self.discriminator(torch.cat([labels, made], 1))
        real = self.discriminator(torch.cat([labels, target], 1))
        discriminator_loss = sum(
            self.discriminator_loss(other[-1], seen[-1]) for seen, other in zip(fake, real)) / 2
        follow(self.for_discriminator, discriminator_loss)
        losses = {"discriminator": discriminator_loss, "generator": adversarial, "features": features}
        return losses | ({"divergence": divergence} if self.encoder else {})

    def style(self, target: torch.Tensor) -> tuple[torch.Tensor | None, torch.Tensor]:
        """A style of the target, and how far such styles are from those of a standard normal distribution."""
        if not self.encoder:
            return None, torch.zeros([], dtype=self.precision)
        mean, log_variance = self.encoder(target)
        style = mean + (log_variance / 2).exp() * self.noise.normal(1, STYLE).to(self.precision)
        return style, -0.5 * (1 + log_variance - mean.square() - log_variance.exp()).sum()

    def generator_loss(self, fake: torch.Tensor) -> torch.Tensor:
        return -fake.mean()

    def discriminator_loss(self, real: torch.Tensor, fake: torch.Tensor) -> torch.Tensor:
        return functional.relu(1 - real).mean() + functional.relu(1 + fake).mean()

    def output(self, labels: torch.Tensor) -> torch.Tensor:
        """As a trained network is used; of a style drawn from the beginning of a stream."""
        style = philox.Stream(0, philox.DROPOUT).normal(1, STYLE).to(self.precision) if self.encoder else None
        return self.generator.eval()(labels, style)


class LeastSquaresSPADE(SPADE):
    """As `--gan_mode ls` of the published program."""

    def generator_loss(self, fake: torch.Tensor) -> torch.Tensor:
        return squares(fake, 1)

    def discriminator_loss(self, real: torch.Tensor, fake: torch.Tensor) -> torch.Tensor:
        return squares(real, 1) + squares(fake, 0)


def record_norm(out: pathlib.Path) -> None:
    name = "spatially_adaptive_norm2d"
    source, layer = Source(name), SpatiallyAdaptiveNorm(4, 3, 5).double()
    for parameter in layer.parameters():
        parameter.data = source.normal(*parameter.shape, deviation=0.5)
    input, labels = source.normal(3, 4, 4, 6), source.normal(3, 3, 4, 6)
    input.requires_grad_()
    labels.requires_grad_()
    output = layer(input, labels)
    cotangent = source.normal(*output.shape)
    output.backward(cotangent)
    tensors = {
        "input": input, "labels": labels, "output": output, "cotangent": cotangent,
        "gradient.input": input.grad, "gradient.labels": labels.grad, "inference": layer.eval()(input, labels)}
    tensors = {key: channels_last(value) for key, value in tensors.items()}
    for key, parameter in layer.named_parameters():
        tensors[key] = parameter
        tensors[f"gradient.{key}"] = parameter.grad
    save(out, name, tensors, layer=str(layer))


def make(out: pathlib.Path) -> None:
    record_norm(out)
    record(
        out, "spade", SPADE, {"generator": Generator(2, None), "discriminator": MultiscaleDiscriminator(2)}, 32,
        labels=LABELS)
    record(
        out, "spade_least_squares", LeastSquaresSPADE,
        {"generator": Generator(2, None), "discriminator": MultiscaleDiscriminator(2)}, 32, labels=LABELS)
    record(
        out, "spade_styles", SPADE,
        {
            "generator": Generator(2, STYLE), "encoder": Encoder(2, STYLE),
            "discriminator": MultiscaleDiscriminator(2),
        }, 32, labels=LABELS)
