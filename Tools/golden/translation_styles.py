"""Training steps of a U-Net with a style encoder (cVAE-GAN, Zhu et al. 2017), names as in translation.py; the noise
of styles is the package's own."""

import pathlib

import torch
from torch import nn

import philox
from spade import Encoder
from translation import CHANNELS, PatchGAN, UNet, UNetBlock, adam, fixed, follow, record, squares

STYLE = 4


class StyledBlock(nn.Module):
    """A level of a U-Net whose way down begins with the style as further channels."""

    def __init__(self, block: UNetBlock):
        super().__init__()
        layers = list(block.model)
        self.is_outermost = block.is_outermost
        for index, layer in enumerate(layers):
            if isinstance(layer, nn.Conv2d):
                layers[index] = nn.Conv2d(layer.in_channels + STYLE, layer.out_channels, 4, 2, 1, bias=False)
            if isinstance(layer, UNetBlock):
                layers[index] = StyledBlock(layer)
        self.model = nn.Sequential(*layers)

    def forward(self, input: torch.Tensor, style: torch.Tensor) -> torch.Tensor:
        planes = style[:, :, None, None].expand(-1, -1, *input.shape[2:])
        output = torch.cat([input, planes], 1)
        for layer in self.model:
            output = layer(output, style) if isinstance(layer, StyledBlock) else layer(output)
        return output if self.is_outermost else torch.cat([input, output], 1)


class StyledUNet(nn.Module):
    def __init__(self, levels: int, width: int):
        super().__init__()
        self.model = StyledBlock(UNet(levels, width).model)

    def forward(self, input: torch.Tensor, style: torch.Tensor) -> torch.Tensor:
        return self.model(input, style)


class StyledPix2Pix:
    def __init__(self, networks: dict[str, nn.Module]):
        self.generator, self.discriminator = networks["generator"], networks["discriminator"]
        self.encoder = networks["encoder"]
        self.for_generator = adam(self.generator, self.encoder)
        self.for_discriminator = adam(self.discriminator)
        self.precision = next(self.generator.parameters()).dtype
        self.noise = philox.Stream(0, philox.DROPOUT)

    def step(self, a: torch.Tensor, b: torch.Tensor) -> dict[str, float]:
        mean, log_variance = self.encoder(b)
        style = mean + (log_variance / 2).exp() * self.noise.normal(1, STYLE).to(self.precision)
        made = self.generator(a, style)
        discriminator_loss = 0.5 * (
            squares(self.discriminator(torch.cat([a, made.detach()], 1)), 0)
            + squares(self.discriminator(torch.cat([a, b], 1)), 1))
        follow(self.for_discriminator, discriminator_loss)
        with fixed(self.discriminator):
            adversarial = squares(self.discriminator(torch.cat([a, made], 1)), 1)
            difference = (made - b).abs().mean()
            divergence = -0.5 * (1 + log_variance - mean.square() - log_variance.exp()).sum()
            follow(self.for_generator, adversarial + 10 * difference + 0.01 * divergence)
        return {
            "discriminator": discriminator_loss, "generator": adversarial, "l1": difference,
            "divergence": divergence}

    def output(self, a: torch.Tensor) -> torch.Tensor:
        """Of a style drawn from the beginning of a stream."""
        return self.generator(a, philox.Stream(0, philox.DROPOUT).normal(1, STYLE).to(self.precision))


def make(out: pathlib.Path) -> None:
    record(
        out, "pix2pix_styles", StyledPix2Pix,
        {
            "generator": StyledUNet(5, 2), "encoder": Encoder(2, STYLE),
            "discriminator": PatchGAN(2 * CHANNELS, 2, 2, False),
        }, 32)
