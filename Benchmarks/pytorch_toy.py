#!/usr/bin/env python3
"""Times PyTorch's training of small networks on points: both networks 2-128-128-out, as `gan bench toy` has.

    venv/bin/python Benchmarks/pytorch_toy.py --threads 1

prints one row of JSON: generator steps a second, by the median step, of the non-saturating loss with one
critic step and of WGAN-GP (Gulrajani et al. 2017, algorithm 1) with five. The loop is the usual one; see
Tools/golden/make_goldens.py for how to install PyTorch.
"""

import argparse
import json
import statistics

import torch
from torch import nn
from torch.nn import functional

import timing


def network(hidden: type[nn.Module], outputs: int) -> nn.Module:
    return nn.Sequential(nn.Linear(2, 128), hidden(), nn.Linear(128, 128), hidden(), nn.Linear(128, outputs))


class Training:
    def __init__(self, batch: int):
        self.generator = network(nn.ReLU, 2)
        self.discriminator = network(lambda: nn.LeakyReLU(0.2), 1)
        self.optimizer_g = torch.optim.Adam(self.generator.parameters(), lr=1e-4, betas=(0.5, 0.9))
        self.optimizer_d = torch.optim.Adam(self.discriminator.parameters(), lr=1e-4, betas=(0.5, 0.9))
        self.reals = torch.randn(batch, 2)

    def latents(self) -> torch.Tensor:
        return torch.randn(len(self.reals), 2)

    def non_saturating_step(self) -> None:
        softplus = functional.softplus
        fakes = self.generator(self.latents())
        self.optimizer_d.zero_grad()
        loss = (softplus(-self.discriminator(self.reals)).mean()
                + softplus(self.discriminator(fakes.detach())).mean())
        loss.backward()
        self.optimizer_d.step()
        self.optimizer_g.zero_grad()
        loss = softplus(-self.discriminator(fakes)).mean()
        loss.backward()
        self.optimizer_g.step()

    def wgan_gp_step(self) -> None:
        for _ in range(5):
            with torch.no_grad():
                fakes = self.generator(self.latents())
            self.optimizer_d.zero_grad()
            share = torch.rand(len(fakes), 1)
            points = (share * self.reals + (1 - share) * fakes).requires_grad_()
            slopes, = torch.autograd.grad(self.discriminator(points).sum(), points, create_graph=True)
            loss = (self.discriminator(fakes).mean() - self.discriminator(self.reals).mean()
                    + 10 * (slopes.norm(dim=1) - 1).square().mean())
            loss.backward()
            self.optimizer_d.step()
        self.optimizer_g.zero_grad()
        loss = -self.discriminator(self.generator(self.latents())).mean()
        loss.backward()
        self.optimizer_g.step()


def steps_per_second(step, steps: int) -> float:
    return round(1 / statistics.median(timing.times(step, steps, warming=10)), 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--batch", type=int, default=256, help="points a step (default: 256)")
    parser.add_argument("--steps", type=int, default=200, help="timed steps, after ten others (default: 200)")
    timing.add_threads(parser)
    options = parser.parse_args()
    timing.begin(options)
    training = Training(options.batch)
    print(json.dumps({
        "program": f"PyTorch {torch.__version__}", "batch": options.batch,
        "threads": torch.get_num_threads(),
        "nonSaturating": steps_per_second(training.non_saturating_step, options.steps),
        "wganGP": steps_per_second(training.wgan_gp_step, options.steps)}))


if __name__ == "__main__":
    main()
