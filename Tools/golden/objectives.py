"""Ten training steps of a small DCGAN for each objective and each regularizer, from the same weights,
images, latents and, through the package's own random stream, noise.

Names: `generator.…`, `plain.…` and `layer.…` (a discriminator with biases and no normalization, and one with
LayerNorm) for the weights before training; `reals` and `latents`, one batch for each step and round; for each
case `CASE.loss.discriminator` (without penalties), `CASE.loss.generator` and `CASE.penalty`, one a step, and
`CASE.norms`, the norm of each parameter after the last step, the generator's first.
"""

import copy
import pathlib

import torch
from torch import nn
from torch.nn import functional

import dcgan
import philox
from golden import Source, save

SIZE, LATENT, WIDTH, CHANNELS, BATCH, STEPS, ROUNDS = 16, 6, 4, 3, 4, 10, 2
RATE, BETAS = 1e-3, (0.5, 0.9)

CASES = {
    "minimax": {}, "non-saturating": {}, "least-squares": {}, "wasserstein": {}, "hinge": {},
    "relativistic": {}, "relativistic-average": {},
    "smoothed": {"objective": "non-saturating", "smoothing": 0.1},
    "clip": {"objective": "wasserstein", "clip": 0.05, "rms": True},
    "gradient-penalty": {"objective": "wasserstein", "penalties": {"gp": 10}, "rounds": 2, "network": "layer"},
    "r1": {"objective": "non-saturating", "penalties": {"r1": 3}},
    "r2": {"objective": "hinge", "penalties": {"r2": 3}},
    "lazy-r1": {"objective": "non-saturating", "penalties": {"r1": 3}, "interval": 4},
    "dragan": {"objective": "non-saturating", "penalties": {"dragan": 10}},
    "spectral": {"objective": "hinge", "network": "spectral"},
    "relativistic-r1-r2": {"objective": "relativistic", "penalties": {"r1": 2, "r2": 2}},
}


class Discriminator(nn.Module):
    def __init__(self, has_layer_norm: bool, is_spectral: bool):
        super().__init__()
        layers, inputs, filters = [], CHANNELS, WIDTH
        while filters <= WIDTH * SIZE // 8:
            layers.append(nn.Conv2d(inputs, filters, 4, 2, 1, bias=not has_layer_norm))
            if has_layer_norm and inputs != CHANNELS:
                layers.append(nn.GroupNorm(1, filters))
            layers.append(nn.LeakyReLU(0.2))
            inputs, filters = filters, filters * 2
        layers.append(nn.Conv2d(inputs, 1, 4, 1, 0, bias=not has_layer_norm))
        self.main = nn.Sequential(*layers)
        self.is_spectral = is_spectral
        self.vectors = {}

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        for index, layer in enumerate(self.main):
            if self.is_spectral and isinstance(layer, nn.Conv2d):
                weight = layer.weight / self.largest_singular_value(index, layer.weight)
                images = functional.conv2d(images, weight, layer.bias, layer.stride, layer.padding)
            else:
                images = layer(images)
        return images.view(-1)

    def largest_singular_value(self, index: int, weight: torch.Tensor) -> torch.Tensor:
        """Miyato et al. 2018, algorithm 1, one iteration a pass."""
        matrix = weight.flatten(1)
        with torch.no_grad():
            v = functional.normalize(matrix.T @ self.vectors[index], dim=0, eps=1e-12)
            u = functional.normalize(matrix @ v, dim=0, eps=1e-12)
            self.vectors[index] = u
        return u @ (matrix @ v)


def slopes(discriminator: nn.Module, points: torch.Tensor) -> torch.Tensor:
    """The squared norm of each score's gradient in its image."""
    points = points.detach().requires_grad_()
    gradient, = torch.autograd.grad(discriminator(points).sum(), points, create_graph=True)
    return gradient.flatten(1).square().sum(1)


class Training:
    def __init__(self, generator: nn.Module, discriminator: nn.Module, case: dict, objective: str):
        self.generator, self.discriminator, self.case, self.objective = generator, discriminator, case, objective
        self.interval = case.get("interval", 1)
        share = self.interval / (self.interval + 1) if self.interval > 1 else 1
        if case.get("rms"):
            self.optimizer_d = torch.optim.RMSprop(discriminator.parameters(), lr=RATE)
            self.optimizer_g = torch.optim.RMSprop(generator.parameters(), lr=RATE)
        else:
            self.optimizer_d = torch.optim.Adam(
                discriminator.parameters(), lr=RATE * share, betas=[beta**share for beta in BETAS])
            self.optimizer_g = torch.optim.Adam(generator.parameters(), lr=RATE, betas=BETAS)
        self.noise = philox.Stream(0, philox.NOISE)
        self.steps = 0

    def real_loss(self, scores: torch.Tensor) -> torch.Tensor:
        target = 1 - self.case.get("smoothing", 0)
        if self.objective in ("minimax", "non-saturating"):
            return functional.binary_cross_entropy_with_logits(scores, torch.full_like(scores, target))
        if self.objective == "least-squares":
            return 0.5 * (scores - 1).square().mean()
        return functional.relu(1 - scores).mean() if self.objective == "hinge" else -scores.mean()

    def fake_loss(self, scores: torch.Tensor) -> torch.Tensor:
        if self.objective in ("minimax", "non-saturating"):
            return functional.binary_cross_entropy_with_logits(scores, torch.zeros_like(scores))
        if self.objective == "least-squares":
            return 0.5 * scores.square().mean()
        return functional.relu(1 + scores).mean() if self.objective == "hinge" else scores.mean()

    def average_loss(self, winners: torch.Tensor, losers: torch.Tensor) -> torch.Tensor:
        """Jolicoeur-Martineau 2018, equations 15 to 18, as cross-entropies."""
        above, below = winners - losers.mean(), losers - winners.mean()
        return functional.binary_cross_entropy_with_logits(
            above, torch.ones_like(above)) + functional.binary_cross_entropy_with_logits(
            below, torch.zeros_like(below))

    def generator_loss(self, fakes: torch.Tensor, reals: torch.Tensor) -> torch.Tensor:
        scores = self.discriminator(fakes)
        if self.objective == "minimax":
            return -self.fake_loss(scores)
        if self.objective == "relativistic":
            return functional.softplus(self.discriminator(reals) - scores).mean()
        if self.objective == "relativistic-average":
            return self.average_loss(scores, self.discriminator(reals))
        if self.objective == "non-saturating":
            # The smoothing is of the discriminator's target alone.
            return functional.softplus(-scores).mean()
        return self.real_loss(scores) if self.objective != "hinge" else -scores.mean()

    def penalties(self, reals: torch.Tensor, fakes: torch.Tensor) -> torch.Tensor:
        total = torch.zeros((), dtype=reals.dtype)
        for name, weight in self.case.get("penalties", {}).items():
            if name == "gp":
                share = self.noise.uniform(BATCH, 1, 1, 1).to(reals.dtype)
                values = slopes(self.discriminator, share * reals + (1 - share) * fakes)
                total = total + weight * ((values + 1e-12).sqrt() - 1).square().mean()
            elif name == "dragan":
                noise = self.noise.uniform(BATCH, SIZE, SIZE, CHANNELS).permute(0, 3, 1, 2).to(reals.dtype)
                share = self.noise.uniform(BATCH, 1, 1, 1).to(reals.dtype)
                values = slopes(
                    self.discriminator, reals + share * 0.5 * reals.std(correction=0) * noise)
                total = total + weight * ((values + 1e-12).sqrt() - 1).square().mean()
            else:
                values = slopes(self.discriminator, reals if name == "r1" else fakes)
                total = total + weight / 2 * values.mean()
        return total

    def discriminator_step(self, reals: torch.Tensor, fakes: torch.Tensor) -> tuple[float, float]:
        is_due = "penalties" in self.case and self.steps % self.interval == 0
        self.optimizer_d.zero_grad()
        real, fake = self.discriminator(reals), self.discriminator(fakes)
        if self.objective == "relativistic":
            loss = functional.softplus(fake - real).mean()
        elif self.objective == "relativistic-average":
            loss = self.average_loss(real, fake)
        else:
            loss = self.real_loss(real) + self.fake_loss(fake)
        penalty = torch.zeros(())
        if is_due and self.interval == 1:
            penalty = self.penalties(reals, fakes)
        (loss + penalty).backward()
        self.optimizer_d.step()
        if is_due and self.interval > 1:
            self.optimizer_d.zero_grad()
            penalty = self.penalties(reals, fakes) * self.interval
            penalty.backward()
            for parameter in self.discriminator.parameters():
                # No gradient is one of zero: PyTorch's optimizers would pass such parameters over.
                if parameter.grad is None:
                    parameter.grad = torch.zeros_like(parameter)
            self.optimizer_d.step()
        if "clip" in self.case:
            with torch.no_grad():
                for parameter in self.discriminator.parameters():
                    parameter.clamp_(-self.case["clip"], self.case["clip"])
        return loss.item(), penalty.item()

    def step(self, reals: torch.Tensor, latents: torch.Tensor) -> dict[str, float]:
        """One batch of each for each round."""
        rows = []
        for images, z in zip(reals, latents):
            fakes = self.generator(z)
            rows.append(self.discriminator_step(images, fakes.detach()))
        self.optimizer_g.zero_grad()
        loss = self.generator_loss(fakes, images)
        loss.backward()
        self.optimizer_g.step()
        self.steps += 1
        means = torch.tensor(rows, dtype=torch.float64).mean(0)
        return {
            "loss.discriminator": means[0].item(), "loss.generator": loss.item(), "penalty": means[1].item()}


def train(
    precision: torch.dtype, networks: dict, vectors: dict, reals: torch.Tensor, latents: torch.Tensor,
    name: str
) -> dict[str, torch.Tensor]:
    case = CASES[name]
    network = case.get("network", "plain")
    generator = copy.deepcopy(networks["generator"]).to(precision)
    discriminator = copy.deepcopy(networks["layer" if network == "layer" else "plain"]).to(precision)
    discriminator.is_spectral = network == "spectral"
    discriminator.vectors = {index: vector.to(precision) for index, vector in vectors.items()}
    training = Training(generator, discriminator, case, case.get("objective", name))
    rounds = case.get("rounds", 1)
    rows = []
    for step in range(STEPS):
        images = reals[step, :rounds].permute(0, 1, 4, 2, 3).to(precision) / 127.5 - 1
        rows.append(training.step(images, latents[step, :rounds].to(precision)[..., None, None]))
    tensors = {
        f"{name}.{key}": torch.tensor([row[key] for row in rows], dtype=torch.float64) for key in rows[0]}
    norms = [parameter.norm().item() for part in (generator, discriminator) for parameter in part.parameters()]
    return tensors | {f"{name}.norms": torch.tensor(norms, dtype=torch.float64)}


def make(out: pathlib.Path) -> None:
    source = Source("objectives")
    networks = {
        "generator": dcgan.Generator(SIZE, LATENT, WIDTH, CHANNELS), "plain": Discriminator(False, False),
        "layer": Discriminator(True, False)}
    tensors, vectors = {}, {}
    for prefix, network in networks.items():
        for name, parameter in network.named_parameters():
            deviation, mean = (0.15, 0) if parameter.dim() == 4 else (0.1, 1 if "weight" in name else 0)
            parameter.data = source.normal(*parameter.shape, deviation=deviation, mean=mean).float()
            tensors[f"{prefix}.{name}"] = parameter.data.clone()
    for index, layer in enumerate(networks["plain"].main):
        if isinstance(layer, nn.Conv2d):
            vector = functional.normalize(source.normal(layer.weight.shape[0]), dim=0)
            vectors[index] = vector
            tensors[f"vector.{index}"] = vector
    reals = (source.uniform(STEPS, ROUNDS, BATCH, 1, 1, CHANNELS) * 200).to(torch.uint8)
    reals = reals + (source.uniform(STEPS, ROUNDS, BATCH, SIZE, SIZE, CHANNELS) * 55).to(torch.uint8)
    latents = source.normal(STEPS, ROUNDS, BATCH, LATENT).float()

    deviations = {}
    for name in CASES:
        truth = train(torch.float64, networks, vectors, reals, latents, name)
        single = train(torch.float32, networks, vectors, reals, latents, name)
        # What rounding alone does to PyTorch itself in ten steps.
        deviations[name] = max(
            ((single[key] - value).abs() / (1 + value.abs())).max().item() for key, value in truth.items())
        tensors |= truth
        print(f"objectives: {name}: float32 differs by {deviations[name]:.1e}")
    save(
        out, "objectives", {"reals": reals, "latents": latents} | tensors, size=SIZE, latent=LATENT,
        width=WIDTH, channels=CHANNELS, batch=BATCH, steps=STEPS, learning_rate=RATE, betas=BETAS,
        cases=CASES, float32_deviations=deviations)
