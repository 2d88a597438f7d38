"""Files of weights as other programs write them, for networks of the published layouts with random weights, and what
these networks make: `imports/…`, with the outputs in `imports/outputs.safetensors`.

Weights are float32; outputs are computed of them in float64, in evaluation mode. `NAME.input` is what a network gets,
`NAME.output` what it makes of it.
"""

import pathlib
import pickle
import sys
import types
from collections import OrderedDict

import numpy as np
import torch
from torch import nn
from torch.nn import functional

import dcgan
import translation
from esrgan import RRDBNet
from golden import Source, channels_last, save
from stylegan2 import filtered

ROOT = 2 ** 0.5


def drawn(network: nn.Module, name: str, deviation: float = 0.3) -> nn.Module:
    """With random weights and statistics that float32 holds exactly."""
    source = Source("imports." + name)
    for key, value in network.state_dict().items():
        if key.endswith("running_var"):
            value.copy_(source.uniform(*value.shape) + 0.5)
        elif value.is_floating_point():
            value.copy_(source.normal(*value.shape, deviation=deviation))
        else:
            value.fill_(7)
    return network.eval()


def write(out: pathlib.Path, name: str, value, legacy: bool = False) -> None:
    torch.save(value, out / name, _use_new_zipfile_serialization=not legacy)


def record(tensors: dict, name: str, network: nn.Module, input: torch.Tensor) -> None:
    with torch.no_grad():
        output = network.double()(input)
    network.float()
    tensors[name + ".input"], tensors[name + ".output"] = channels_last(input), channels_last(output)


def wrapped(state: dict) -> dict:
    """As PyTorch's parallel modules name tensors."""
    return OrderedDict(("module." + key, value) for key, value in state.items())


def make_dcgan(out: pathlib.Path, tensors: dict) -> None:
    source = Source("imports.dcgan")
    generator, discriminator = dcgan.Generator(64, 5, 1), dcgan.Discriminator(64, 1)
    record(tensors, "dcgan.generator", drawn(generator, "netG"), source.normal(2, 5, 1, 1))
    tensors["dcgan.generator.input"] = tensors["dcgan.generator.input"].flatten(1)
    record(tensors, "dcgan.discriminator", drawn(discriminator, "netD"), source.normal(2, 3, 64, 64))
    write(out, "netG.pth", generator.state_dict())
    write(out, "netD_legacy.pth", wrapped(discriminator.state_dict()), legacy=True)
    optimizer = torch.optim.Adam(generator.parameters())
    write(out, "dcgan.pt", {
        "epoch": 3, "netG": generator.state_dict(), "netD": discriminator.state_dict(),
        "optimizer": optimizer.state_dict(), "loss": 0.5})


def make_translation(out: pathlib.Path, tensors: dict) -> None:
    source = Source("imports.translation")

    def images(count: int, channels: int = 3) -> torch.Tensor:
        return source.normal(count, channels, 32, 32)

    unet = drawn(translation.UNet(5, 1), "unet", 0.5)
    record(tensors, "pix2pix.generator", unet, images(1))
    write(out, "unet.pth", unet.state_dict())
    for kind, channels in [("batch", 6), ("instance", 3)]:
        patches = drawn(translation.PatchGAN(channels, 1, 3, kind == "instance"), "patches." + kind)
        record(tensors, "patches." + kind, patches, images(1, channels))
        write(out, f"patches_{kind}.pth", patches.state_dict())
    for name in ["a", "b"]:
        network = drawn(translation.ResNet(1, 6), "resnet." + name)
        record(tensors, "resnet." + name, network, images(1))
        state = network.state_dict()
        if name == "a":
            write(out, "resnet_a.pth", state)
            continue
        # As with dropout in the blocks, and with the statistics that PyTorch 0.3 kept.
        old = OrderedDict()
        for key, value in state.items():
            old[key.replace("conv_block.5", "conv_block.6")] = value
        old["model.2.running_mean"], old["model.2.running_var"] = torch.zeros(1), torch.ones(1)
        write(out, "resnet_b_legacy.pth", old, legacy=True)


def renamed(state: dict, names: list[tuple[str, str]]) -> dict:
    result = OrderedDict()
    for key, value in state.items():
        for own, published in names:
            if key.startswith(own):
                key = published + key[len(own):].replace("rdb", "RDB")
                break
        result[key] = value
    return result


def numbered(state: dict, blocks: int) -> dict:
    result = renamed(state, [
        ("body.", "model.1.sub."), ("conv_body", f"model.1.sub.{blocks}"), ("conv_first", "model.0"),
        ("conv_up1", "model.3"), ("conv_up2", "model.6"), ("conv_hr", "model.8"), ("conv_last", "model.10")])
    return OrderedDict(
        (".".join(parts[:-1] + ["0", parts[-1]]) if "RDB" in key else key, value)
        for key, value in result.items() for parts in [key.split(".")])


def make_rrdb(out: pathlib.Path, tensors: dict) -> None:
    source = Source("imports.rrdb")
    for scale in [4, 2]:
        network = drawn(RRDBNet(4, 2 if scale == 4 else 1, scale), f"rrdb.{scale}", 0.2)
        record(tensors, f"rrdb.{scale}", network, source.normal(1, 3, 6, 4))
        state = network.state_dict()
        if scale == 2:
            write(out, "rrdb_x2plus.pth", {
                "params": {key: value + 1 for key, value in state.items()}, "params_ema": state})
            continue
        write(out, "rrdb_trunk.pth", renamed(state, [
            ("body.", "RRDB_trunk."), ("conv_body", "trunk_conv"), ("conv_up1", "upconv1"),
            ("conv_up2", "upconv2"), ("conv_hr", "HRconv")]))
        write(out, "rrdb_numbered_legacy.pth", numbered(state, 2), legacy=True)


# StyleGAN2-ADA, by the names and from the weights that its program publishes.

SIZE, COLORS, LATENT, BASE, MAXIMUM, DEPTH, CLASS_DEPTH = 16, 3, 6, 64, 8, 2, 3


def width(resolution: int) -> int:
    return min(BASE // resolution, MAXIMUM)


def fully(p: dict, name: str, x: torch.Tensor, rate: float = 1.0) -> torch.Tensor:
    weight = p[name + ".weight"]
    return functional.linear(x, weight * rate / weight.shape[1] ** 0.5, p[name + ".bias"] * rate)


def rectified(x: torch.Tensor) -> torch.Tensor:
    return ROOT * functional.leaky_relu(x, 0.2)


def modulated(p: dict, name: str, x: torch.Tensor, style: torch.Tensor, scale: float, demodulate: bool, up: bool):
    """With a weight for each image."""
    results = []
    for image, factors in zip(x, fully(p, name + ".affine", style) * scale):
        own = p[name + ".weight"] * factors[:, None, None]
        if demodulate:
            own = own / (own.square().sum(dim=(1, 2, 3), keepdim=True) + 1e-8).sqrt()
        if up:
            doubled = functional.conv_transpose2d(image[None], own.transpose(0, 1), stride=2)
            results.append(filtered(doubled, 4, padding=(1, 1)))
        else:
            results.append(functional.conv2d(image[None], own, padding=own.shape[-1] // 2))
    return torch.cat(results)


def normalized(x: torch.Tensor) -> torch.Tensor:
    return x / (x.square().mean(dim=1, keepdim=True) + 1e-8).sqrt()


def mapped(p: dict, x: torch.Tensor) -> torch.Tensor:
    layer = 0
    while f"mapping.fc{layer}.weight" in p:
        x = rectified(fully(p, f"mapping.fc{layer}", x, 0.01))
        layer += 1
    return x


def map_latents(p: dict, z: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
    classes = [] if labels is None else [normalized(fully(p, "mapping.embed", labels))]
    return mapped(p, torch.cat([normalized(z), *classes], dim=1))


def synthesize(p: dict, w: torch.Tensor) -> torch.Tensor:
    x, image, resolution = p["synthesis.b4.const"].expand(len(w), -1, -1, -1), None, 4
    while resolution <= SIZE:
        block = f"synthesis.b{resolution}"
        for layer in ["conv0", "conv1"]:
            name = f"{block}.{layer}"
            if name + ".weight" not in p:
                continue
            x = modulated(p, name, x, w, 1, True, layer == "conv0")
            x = rectified(x + p[name + ".noise_const"] * p[name + ".noise_strength"] + p[name + ".bias"][:, None, None])
        scale = 1 / x.shape[1] ** 0.5
        drawn = modulated(p, block + ".torgb", x, w, scale, False, False) + p[block + ".torgb.bias"][:, None, None]
        image = drawn if image is None else filtered(image, 4, up=2, padding=(2, 1)) + drawn
        resolution *= 2
    return image


def score(p: dict, x: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
    def convolved(name: str, x: torch.Tensor, **window) -> torch.Tensor:
        weight = p[name + ".weight"]
        return functional.conv2d(x, weight / weight[0].numel() ** 0.5, p.get(name + ".bias"), **window)

    x, resolution = rectified(convolved(f"b{SIZE}.fromrgb", x)), SIZE
    while resolution > 4:
        block = f"b{resolution}"
        y = rectified(convolved(block + ".conv0", x, padding=1))
        y = rectified(convolved(block + ".conv1", filtered(y, 1, padding=(2, 2)), stride=2))
        x = (convolved(block + ".skip", filtered(x, 1, down=2, padding=(1, 1))) + y) / ROOT
        resolution //= 2
    # All images are one group.
    deviation = (x.var(dim=0, unbiased=False) + 1e-8).sqrt().mean()
    x = torch.cat([x, deviation.expand(len(x), 1, 4, 4)], dim=1)
    x = rectified(convolved("b4.conv", x, padding=1))
    x = fully(p, "b4.out", rectified(fully(p, "b4.fc", x.flatten(1))))
    if labels is None:
        return x.flatten()
    return (x * mapped(p, normalized(fully(p, "mapping.embed", labels)))).sum(dim=1) / x.shape[1] ** 0.5


def ada_shapes(classes: int = 0) -> tuple[dict, dict]:
    generator, discriminator, inputs = {}, {}, width(4)
    if classes:
        generator |= {"mapping.embed.weight": [LATENT, classes], "mapping.embed.bias": [LATENT]}
    for layer in range(DEPTH):
        size = LATENT * (2 if classes and layer == 0 else 1)
        generator[f"mapping.fc{layer}.weight"], generator[f"mapping.fc{layer}.bias"] = [LATENT, size], [LATENT]
    generator["mapping.w_avg"], generator["synthesis.b4.const"] = [LATENT], [inputs, 4, 4]
    for resolution in [4, 8, 16]:
        block, outputs = f"synthesis.b{resolution}", width(resolution)
        layers = [("conv0", 3, outputs)] if resolution > 4 else []
        for layer, kernel, count in layers + [("conv1", 3, outputs), ("torgb", 1, COLORS)]:
            name = f"{block}.{layer}"
            generator[name + ".weight"], generator[name + ".bias"] = [count, inputs, kernel, kernel], [count]
            generator[name + ".affine.weight"], generator[name + ".affine.bias"] = [inputs, LATENT], [inputs]
            if kernel == 3:
                generator[name + ".noise_const"], generator[name + ".noise_strength"] = [resolution] * 2, []
                generator[name + ".resample_filter"] = [4, 4]
                inputs = outputs
    for resolution in [16, 8]:
        block, own, outputs = f"b{resolution}", width(resolution), width(resolution // 2)
        if resolution == SIZE:
            discriminator |= {f"{block}.fromrgb.weight": [own, COLORS, 1, 1], f"{block}.fromrgb.bias": [own]}
        discriminator |= {
            f"{block}.conv0.weight": [own, own, 3, 3], f"{block}.conv0.bias": [own],
            f"{block}.conv1.weight": [outputs, own, 3, 3], f"{block}.conv1.bias": [outputs],
            f"{block}.skip.weight": [outputs, own, 1, 1], f"{block}.skip.resample_filter": [4, 4]}
    own = width(4)
    discriminator |= {
        "b4.conv.weight": [own, own + 1, 3, 3], "b4.conv.bias": [own], "b4.fc.weight": [own, 16 * own],
        "b4.fc.bias": [own], "b4.out.weight": [own if classes else 1, own], "b4.out.bias": [own if classes else 1]}
    if classes:
        discriminator |= {"mapping.embed.weight": [own, classes], "mapping.embed.bias": [own]}
        for layer in range(CLASS_DEPTH):
            discriminator[f"mapping.fc{layer}.weight"], discriminator[f"mapping.fc{layer}.bias"] = [own, own], [own]
    return generator, discriminator


BUFFERS = ["w_avg", "noise_const", "resample_filter"]


def reconstruct(meta):
    raise NotImplementedError("the program that reads such files has this function")


class Settings(dict):
    """As the program pickles its settings."""


def disguise(thing, module: str, name: str):
    """Gives something the name that the program pickles its own under."""
    for name_of_module in [module.split(".")[0], module]:
        holder = sys.modules.setdefault(name_of_module, types.ModuleType(name_of_module))
    thing.__module__, thing.__qualname__, thing.__name__ = module, name, name
    setattr(holder, name, thing)


class Part:
    """A network's part, pickled as its state and the source code of its class."""

    def __init__(self):
        self.parameters, self.buffers, self.parts = OrderedDict(), OrderedDict(), OrderedDict()

    def add(self, path: list[str], value: torch.Tensor) -> None:
        if len(path) > 1:
            self.parts.setdefault(path[0], Part()).add(path[1:], value)
        elif path[0] in BUFFERS:
            self.buffers[path[0]] = value
        else:
            self.parameters[path[0]] = nn.Parameter(value)

    def __reduce__(self):
        state = {
            "training": False, "_parameters": self.parameters, "_buffers": self.buffers,
            "_non_persistent_buffers_set": set(), "_backward_hooks": OrderedDict(), "_modules": self.parts,
            "weight_gain": np.float64(0.5), "_init_args": (), "_init_kwargs": Settings(conv_clamp=256)}
        source = "raise RuntimeError('the source code in a file was run')"
        meta = {"type": "class", "version": 6, "module_src": source, "class_name": "Part", "state": state}
        return reconstruct, (meta,)


def part(parameters: dict) -> Part:
    whole = Part()
    for name, value in parameters.items():
        whole.add(name.split("."), value)
    return whole


def make_ada(out: pathlib.Path, tensors: dict, key: str = "stylegan2", classes: int = 0) -> None:
    source = Source("imports." + key)

    def deviation(name: str) -> float:
        if not classes or not name.endswith("weight"):
            return 0.5
        # The program uses a hundredth of mapping networks' weights; scores shall not be small.
        return 50 if name.startswith("mapping.fc") else 10 if name == "b4.out.weight" else 0.5

    networks = []
    for shapes in ada_shapes(classes):
        networks.append({
            name: source.normal(*shape, deviation=deviation(name)).float() + (1 if name.endswith("affine.bias") else 0)
            for name, shape in shapes.items()})
    generator, discriminator = [
        {name: value.double() for name, value in network.items()} for network in networks]
    latents, images = source.normal(3, LATENT), source.normal(4, COLORS, SIZE, SIZE)
    labels = torch.eye(classes, dtype=torch.float64)[[0, 2, 1, 2]] if classes else None
    styles = map_latents(generator, latents, None if labels is None else labels[:3])
    tensors |= {
        key + ".input": latents, key + ".output": channels_last(synthesize(generator, styles)),
        key + ".mean": generator["mapping.w_avg"][None],
        key + ".discriminator.input": channels_last(images),
        key + ".discriminator.output": score(discriminator, images, labels)}
    if classes:
        tensors |= {key + ".labels": labels[:3].clone(), key + ".discriminator.labels": labels}
    disguise(reconstruct, "torch_utils.persistence", "_reconstruct_persistent_obj")
    disguise(Settings, "dnnlib.util", "EasyDict")
    raw = part({name: value + 1 for name, value in networks[0].items()})
    whole = {
        "training_set_kwargs": Settings(resolution=SIZE), "G": raw, "D": part(networks[1]), "G_ema": part(networks[0]),
        "augment_pipe": None}
    with open(out / f"{key.replace('stylegan2', 'stylegan2_ada')}.pkl", "wb") as file:
        pickle.dump(whole, file, protocol=4)


def make_ada_of_classes(out: pathlib.Path, tensors: dict) -> None:
    make_ada(out, tensors, "stylegan2_classes", classes=3)


def make_types(out: pathlib.Path, tensors: dict) -> None:
    """Tensors of every type and of strides of every kind, and what they hold."""
    source = Source("imports.types")
    values, integers = source.normal(4, 3, 2, 5).float(), torch.arange(-4, 8).reshape(3, 4)
    whole = {
        "double": values.double(), "half": values.half(), "bfloat16": values.bfloat16(),
        "channels_last": values.contiguous(memory_format=torch.channels_last), "transposed": values.permute(3, 1, 0, 2),
        "sliced": values[1:3, :, :, ::2], "tied": values, "scalar": torch.tensor(2.5), "empty": torch.zeros(0, 3),
        "int64": integers, "int32": integers.int().T, "int16": integers.short(), "int8": integers.char(),
        "uint8": (integers + 4).byte(), "bool": integers > 0, "parameter": nn.Parameter(values[0])}
    write(out, "types.pt", whole)
    write(out, "types_legacy.pt", {"state_dict": whole}, legacy=True)
    for name, value in whole.items():
        tensors["types." + name] = value.double() if value.is_floating_point() else value.long()


def make(out: pathlib.Path) -> None:
    out = out / "imports"
    out.mkdir(exist_ok=True)
    tensors: dict[str, torch.Tensor] = {}
    for make_part in [make_dcgan, make_translation, make_rrdb, make_ada, make_ada_of_classes, make_types]:
        make_part(out, tensors)
    save(out, "outputs", tensors)
