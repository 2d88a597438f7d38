"""The DCGAN of the PyTorch tutorial (https://pytorch.org/tutorials/beginner/dcgan_faces_tutorial.html) for
every power-of-two size from 16; the discriminator gives logits, without the tutorial's last sigmoid."""

import torch
from torch import nn
from torch.nn import functional


class Generator(nn.Module):
    def __init__(self, size: int, latent: int = 100, width: int = 64, channels: int = 3):
        super().__init__()
        filters = width * size // 8
        layers = [nn.ConvTranspose2d(latent, filters, 4, 1, 0, bias=False)]
        while filters >= width:
            layers += [nn.BatchNorm2d(filters), nn.ReLU(True)]
            outputs = filters // 2 if filters > width else channels
            layers.append(nn.ConvTranspose2d(filters, outputs, 4, 2, 1, bias=False))
            filters //= 2
        self.main = nn.Sequential(*layers, nn.Tanh())

    def forward(self, latents: torch.Tensor) -> torch.Tensor:
        return self.main(latents)


class Discriminator(nn.Module):
    def __init__(self, size: int, width: int = 64, channels: int = 3):
        super().__init__()
        layers = [nn.Conv2d(channels, width, 4, 2, 1, bias=False), nn.LeakyReLU(0.2, inplace=True)]
        filters = width
        while filters < width * size // 8:
            layers += [
                nn.Conv2d(filters, filters * 2, 4, 2, 1, bias=False), nn.BatchNorm2d(filters * 2),
                nn.LeakyReLU(0.2, inplace=True)]
            filters *= 2
        self.main = nn.Sequential(*layers, nn.Conv2d(filters, 1, 4, 1, 0, bias=False))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.main(images).view(-1)


def initialize(network: nn.Module) -> None:
    for layer in network.modules():
        if isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d)):
            nn.init.normal_(layer.weight, 0, 0.02)
        elif isinstance(layer, nn.BatchNorm2d):
            nn.init.normal_(layer.weight, 1, 0.02)
            nn.init.zeros_(layer.bias)


class Training:
    """The tutorial's loop, statement for statement."""

    def __init__(self, generator: nn.Module, discriminator: nn.Module):
        self.generator = generator
        self.discriminator = discriminator
        self.optimizer_d = torch.optim.Adam(discriminator.parameters(), lr=2e-4, betas=(0.5, 0.999))
        self.optimizer_g = torch.optim.Adam(generator.parameters(), lr=2e-4, betas=(0.5, 0.999))

    def step(self, reals: torch.Tensor, latents: torch.Tensor) -> dict[str, float]:
        criterion = functional.binary_cross_entropy_with_logits
        ones = torch.ones(len(reals), dtype=reals.dtype)
        zeros = torch.zeros(len(reals), dtype=reals.dtype)

        self.discriminator.zero_grad()
        output = self.discriminator(reals)
        loss_real = criterion(output, ones)
        loss_real.backward()
        score_real = output.sigmoid().mean().item()
        fakes = self.generator(latents)
        output = self.discriminator(fakes.detach())
        loss_fake = criterion(output, zeros)
        loss_fake.backward()
        score_fake_before = output.sigmoid().mean().item()
        self.optimizer_d.step()

        self.generator.zero_grad()
        output = self.discriminator(fakes)
        loss_g = criterion(output, ones)
        loss_g.backward()
        score_fake_after = output.sigmoid().mean().item()
        self.optimizer_g.step()
        return {
            "loss.discriminator": (loss_real + loss_fake).item(), "loss.generator": loss_g.item(),
            "score.real": score_real, "score.generated.before": score_fake_before,
            "score.generated.after": score_fake_after}
