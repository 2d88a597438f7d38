#!/usr/bin/env python3
"""Times PyTorch's pix2pix or CycleGAN: the usual training step on one random pair of pictures.

    venv/bin/python Benchmarks/pytorch_translation.py --model pix2pix --size 128 --channels-last

prints one row of JSON: seconds a step (median), images a second, peak memory. Networks and losses are those of
the golden steps; as usual the discriminators' gradients are not computed in the generators' step. See
Tools/golden/make_goldens.py for how to install PyTorch.
"""

import argparse
import json
import pathlib
import resource
import statistics
import sys
import time

import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Tools" / "golden"))
import translation


def pix2pix(size: int, width: int) -> dict[str, torch.nn.Module]:
    return {
        "generator": translation.UNet(size.bit_length() - 1, width, dropout=0.5),
        "discriminator": translation.PatchGAN(2 * translation.CHANNELS, width, 3, False)}


def cyclegan(size: int, width: int) -> dict[str, torch.nn.Module]:
    return {
        "generator_a2b": translation.ResNet(width, 6 if size <= 128 else 9),
        "generator_b2a": translation.ResNet(width, 6 if size <= 128 else 9),
        "discriminator_b": translation.PatchGAN(translation.CHANNELS, width, 3, True),
        "discriminator_a": translation.PatchGAN(translation.CHANNELS, width, 3, True)}


MODELS = {"pix2pix": (translation.Pix2Pix, pix2pix), "cyclegan": (translation.CycleGAN, cyclegan)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", choices=MODELS, default="pix2pix")
    parser.add_argument("--size", type=int, default=128, help="side of the pictures (default: 128)")
    parser.add_argument("--batch", type=int, default=1, help="pictures a step (default: 1)")
    parser.add_argument("--width", type=int, default=64, help="channels at the edge (default: 64)")
    parser.add_argument("--steps", type=int, default=10, help="timed steps, after two others (default: 10)")
    parser.add_argument("--threads", type=int, default=0, help="default: PyTorch's own choice")
    parser.add_argument("--channels-last", action="store_true", help="lay tensors out as [n, h, w, c]")
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    layout = torch.channels_last if options.channels_last else torch.contiguous_format

    game, make = MODELS[options.model]
    networks = {name: network.to(memory_format=layout)
                for name, network in make(options.size, options.width).items()}
    training = game(networks)
    first, second = [
        (torch.rand(options.batch, translation.CHANNELS, options.size, options.size) * 2 - 1).to(
            memory_format=layout) for _ in range(2)]

    times = []
    for index in range(options.steps + 2):
        start = time.perf_counter()
        training.step(first, second)
        if index >= 2:
            times.append(time.perf_counter() - start)
    seconds = statistics.median(times)
    print(json.dumps({
        "program": f"PyTorch {torch.__version__}", "model": options.model,
        "size": options.size, "batch": options.batch, "width": options.width,
        "layout": "channels last" if options.channels_last else "channels first",
        "threads": torch.get_num_threads(),
        "seconds": round(seconds, 5), "fastest": round(min(times), 5), "slowest": round(max(times), 5),
        "imagesPerSecond": round(options.batch / seconds, 2),
        # Linux counts ru_maxrss in KiB.
        "peakMegabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6)}))


if __name__ == "__main__":
    main()
