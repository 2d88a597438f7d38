"""Files as the safetensors and NumPy packages write them, for the readers' tests."""

import pathlib

import numpy
import safetensors
import torch
from safetensors.torch import save_file


def make(out: pathlib.Path) -> None:
    floats = torch.tensor([0, 0.5, 1, -2])
    integers = torch.tensor([0, 1, 100])
    tensors = {"float32": torch.arange(6).reshape(2, 3) / 2}
    for name in ["float64", "float16", "bfloat16"]:
        tensors[name] = floats.to(getattr(torch, name))
    for name in ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]:
        tensors[name] = integers.to(getattr(torch, name))
    tensors["bool"] = torch.tensor([True, False])
    tensors["large"] = torch.tensor([300])
    tensors['a name with "quotes" and é'] = torch.tensor(1.0)
    tensors["empty"] = torch.zeros(0, 5)
    save_file(
        tensors, out / "python_safetensors.safetensors",
        {"written by": f"safetensors {safetensors.__version__}"})

    array = numpy.arange(6, dtype="<f4").reshape(2, 3) / 2
    for major in [1, 2, 3]:
        suffix = "" if major == 1 else f"_version{major}"
        with open(out / f"numpy_float32{suffix}.npy", "wb") as file:
            numpy.lib.format.write_array(file, array, version=(major, 0))
    numpy.save(out / "numpy_uint8.npy", numpy.arange(12, dtype="u1").reshape(1, 2, 2, 3))
    numpy.save(out / "numpy_int64.npy", numpy.array([3, -1, 4], dtype="<i8"))
