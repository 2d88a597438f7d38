"""Measures of generated images from features of two sets, as pytorch-fid, torch-fidelity, clean-fid and prdc compute
them: `real` and `fake` `[count, dimension]`, a value for each measure, and of fewer images than dimensions the FID."""

import pathlib

import numpy as np
import torch

from golden import Source, save

NEIGHBORS = (3, 5)


def frechet(real: np.ndarray, fake: np.ndarray) -> tuple[float, float]:
    """By pytorch-fid and by torch-fidelity."""
    from pytorch_fid.fid_score import calculate_frechet_distance
    from torch_fidelity.metric_fid import fid_features_to_statistics, fid_statistics_to_metric

    moments = [(x.mean(axis=0), np.cov(x, rowvar=False)) for x in (real, fake)]
    own = calculate_frechet_distance(*moments[0], *moments[1])
    statistics = [fid_features_to_statistics(torch.from_numpy(x)) for x in (real, fake)]
    other = fid_statistics_to_metric(*statistics, False)["frechet_inception_distance"]
    return own, other


def kernel(real: np.ndarray, fake: np.ndarray) -> tuple[float, float]:
    """By torch-fidelity and by clean-fid, of sets of one size, whole."""
    from cleanfid.fid import kernel_distance
    from torch_fidelity.metric_kid import kid_features_to_metric

    count = len(real)
    assert len(fake) == count
    own = kid_features_to_metric(
        torch.from_numpy(real), torch.from_numpy(fake), kid_subsets=1, kid_subset_size=count,
        verbose=False)["kernel_inception_distance_mean"]
    return own, kernel_distance(real, fake, num_subsets=1, max_subset_size=count)


def precision_recall(real: np.ndarray, fake: np.ndarray) -> tuple[float, float]:
    """By torch-fidelity, of three neighbors."""
    from torch_fidelity.metric_prc import prc_features_to_metric

    found = prc_features_to_metric(
        torch.from_numpy(fake), torch.from_numpy(real), prc_neighborhood=3, verbose=False)
    return found["precision"], found["recall"]


def make(out: pathlib.Path) -> None:
    from prdc import compute_prdc

    source = Source("quality")
    # Features of a rectifier, of which the generated ones lie a little aside and vary less.
    mixing = source.normal(16, 16, deviation=0.25)
    real = torch.relu(source.normal(60, 16) @ mixing + 0.4).float().double()
    fake = torch.relu(0.85 * source.normal(50, 16) @ mixing + 0.5).float().double()
    few = [torch.relu(source.normal(count, 32) + 0.3).float().double() for count in (20, 24)]
    reals, fakes = real.numpy(), fake.numpy()

    tensors = {"real": real.float(), "fake": fake.float(), "few.real": few[0].float(), "few.fake": few[1].float()}
    values = dict(zip(("fid.pytorch-fid", "fid.torch-fidelity"), frechet(reals, fakes)))
    values["few.fid.torch-fidelity"] = frechet(*[x.numpy() for x in few])[1]
    values |= zip(("kid.torch-fidelity", "kid.clean-fid"), kernel(reals[:50], fakes))
    values |= zip(("precision.torch-fidelity", "recall.torch-fidelity"), precision_recall(reals, fakes))
    for neighbors in NEIGHBORS:
        found = compute_prdc(reals, fakes, neighbors)
        values |= {f"{name}.prdc.{neighbors}": value for name, value in found.items()}
    for name, value in values.items():
        tensors[name] = torch.tensor([value], dtype=torch.float64)
    save(out, "quality", tensors, neighbors=NEIGHBORS)
