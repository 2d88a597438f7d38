#!/usr/bin/env python3
"""Times PyTorch's DCGAN: the tutorial's whole training step, or generating alone, on random pictures.

    venv/bin/python Benchmarks/pytorch_dcgan.py --size 64 --batch 64 --channels-last

prints one row of JSON: seconds a step (median), images a second, peak memory. The loop is the tutorial's,
its discriminator gradients in the generator's step included; see Tools/golden/make_goldens.py for how to
install PyTorch.
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
import dcgan


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=64, help="side of the pictures (default: 64)")
    parser.add_argument("--batch", type=int, default=64, help="pictures a step (default: 64)")
    parser.add_argument("--width", type=int, default=64, help="channels at half size (default: 64)")
    parser.add_argument("--steps", type=int, default=10, help="timed steps, after two others (default: 10)")
    parser.add_argument("--threads", type=int, default=0, help="default: PyTorch's own choice")
    parser.add_argument("--channels-last", action="store_true", help="lay tensors out as [n, h, w, c]")
    parser.add_argument("--bfloat16", action="store_true", help="compute in bfloat16 where autocast does")
    parser.add_argument("--generate", action="store_true", help="only draw pictures, in inference mode")
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    layout = torch.channels_last if options.channels_last else torch.contiguous_format

    generator = dcgan.Generator(options.size, width=options.width)
    dcgan.initialize(generator)
    generator = generator.to(memory_format=layout)
    reals = torch.rand(options.batch, 3, options.size, options.size) * 2 - 1
    reals = reals.to(memory_format=layout)
    if options.generate:
        generator.eval()
    else:
        discriminator = dcgan.Discriminator(options.size, width=options.width)
        dcgan.initialize(discriminator)
        training = dcgan.Training(generator, discriminator.to(memory_format=layout))

    def step() -> None:
        latents = torch.randn(options.batch, 100, 1, 1)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=options.bfloat16):
            if options.generate:
                with torch.no_grad():
                    generator(latents)
            else:
                training.step(reals, latents)

    times = []
    for index in range(options.steps + 2):
        start = time.perf_counter()
        step()
        if index >= 2:
            times.append(time.perf_counter() - start)
    seconds = statistics.median(times)
    print(json.dumps({
        "program": f"PyTorch {torch.__version__}",
        "task": "generate" if options.generate else "train",
        "size": options.size, "batch": options.batch, "width": options.width,
        "layout": "channels last" if options.channels_last else "channels first",
        "threads": torch.get_num_threads(),
        "seconds": round(seconds, 5), "fastest": round(min(times), 5), "slowest": round(max(times), 5),
        "imagesPerSecond": round(options.batch / seconds, 1),
        # Linux counts ru_maxrss in KiB.
        "peakMegabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6)}))


if __name__ == "__main__":
    main()
