"""What the golden scripts share: exact random inputs, layouts, files."""

import json
import pathlib
import zlib

import torch
from safetensors.torch import save_file


class Source:
    """Normally distributed float64 tensors whose values float32 holds exactly, the same for a name."""

    def __init__(self, name: str):
        self.generator = torch.Generator().manual_seed(zlib.crc32(name.encode()))

    def normal(self, *shape: int, mean: float = 0, deviation: float = 1) -> torch.Tensor:
        values = torch.randn(shape, generator=self.generator, dtype=torch.float32)
        return (values * deviation + mean).double()

    def uniform(self, *shape: int) -> torch.Tensor:
        return torch.rand(*shape, generator=self.generator, dtype=torch.float32).double()


def channels_last(activation: torch.Tensor) -> torch.Tensor:
    """From PyTorch's [n, c, h, w] to [n, h, w, c]; other ranks stay as they are."""
    return activation.permute(0, 2, 3, 1) if activation.dim() == 4 else activation


def save(out: pathlib.Path, name: str, tensors: dict[str, torch.Tensor], **settings) -> None:
    tensors = {key: value.detach().contiguous() for key, value in tensors.items()}
    # One entry only: the package writes several in random order, and reruns should give the same bytes.
    about = json.dumps({"torch": torch.__version__} | settings)
    path = out / f"{name}.safetensors"
    save_file(tensors, path, {"about": about})
    path.chmod(0o644)
