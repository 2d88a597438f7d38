"""Five steps of each optimizer on one parameter with given gradients.

Names: `initial`, `gradients` (a row a step), and for each optimizer its parameter after each step.
"""

import pathlib

import torch

from golden import Source, save

SETTINGS = {
    "adam": (torch.optim.Adam, {"lr": 2e-4, "betas": (0.5, 0.999), "eps": 1e-8}),
    "rmsprop": (torch.optim.RMSprop, {"lr": 5e-5, "alpha": 0.99, "eps": 1e-8}),
    "sgd": (torch.optim.SGD, {"lr": 0.1, "momentum": 0.9}),
}


def make(out: pathlib.Path) -> None:
    source = Source("optimizers")
    initial = source.normal(8)
    # Each element's gradients have a magnitude of their own, and one element has none.
    gradients = source.normal(5, 8) * 10.0 ** torch.arange(-6, 2).double()
    gradients[:, 4] = 0
    gradients = gradients.float().double()
    tensors = {"initial": initial, "gradients": gradients}
    for name, (optimizer_type, settings) in SETTINGS.items():
        parameter = initial.clone().requires_grad_()
        optimizer = optimizer_type([parameter], **settings)
        steps = []
        for gradient in gradients:
            parameter.grad = gradient.clone()
            optimizer.step()
            steps.append(parameter.detach().clone())
        tensors[name] = torch.stack(steps)
    save(out, "optimizers", tensors, **{name: settings for name, (_, settings) in SETTINGS.items()})
