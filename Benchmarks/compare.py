#!/usr/bin/env python3
"""Times gan beside PyTorch, in turn on the same machine, and prints their ratio.

    venv/bin/python Benchmarks/compare.py [--rounds 3] [--avx2] [--json rows.json]
    venv/bin/python Benchmarks/compare.py --growth

Each round runs gan, then PyTorch in its two layouts, for every row; toys run on one thread and on all, of which
the better counts on either side. A ratio is that of the medians over the rounds, beside PyTorch's better way.
With --growth, gan alone: time and memory against batch and size. Build gan first (make build, or make
build-avx2 for --avx2, which holds both to AVX2); see Tools/golden/make_goldens.py for how to install PyTorch.
"""

import argparse
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
BUILD = HERE.parent / ".build"
GAN = BUILD / "release" / "gan"
# What holds PyTorch's own loops, oneDNN and MKL to AVX2.
AVX2 = {"ATEN_CPU_CAPABILITY": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2", "MKL_ENABLE_INSTRUCTIONS": "AVX2"}

# Size and batch of the training steps.
STEPS = [(32, 64), (64, 64), (128, 16)]
FIRST_IMAGE = """
import sys; sys.path.insert(0, {tools!r})
import torch, dcgan
with torch.no_grad(): dcgan.Generator(64, width=32).eval()(torch.randn(1, 100, 1, 1))
"""


def result(*command):
    command = [str(word) for word in command]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def ours(size, batch, steps):
    return result(GAN, "bench", "--size", size, "--batch", batch, "--steps", steps, "--json")


def theirs(size, batch, steps, *options):
    return result(
        sys.executable, HERE / "pytorch_dcgan.py", "--size", size, "--batch", batch, "--steps", steps, *options)


def ours_translating(steps):
    return result(GAN, "bench", "--model", "pix2pix", "--size", 128, "--steps", steps, "--json")


def theirs_translating(steps, *options):
    return result(
        sys.executable, HERE / "pytorch_translation.py", "--model", "pix2pix", "--size", 128, "--steps", steps,
        *options)


def toys(*command):
    """Steps a second by adversarial, each at the better number of threads."""
    runs = [result(*command, *threads) for threads in ([], ["--threads", 1])]
    return {adversarial: max(run[adversarial] for run in runs) for adversarial in ("nonSaturating", "wganGP")}


def seconds(command):
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def measure(rounds, steps):
    """Lists of figures, one a round, by row and program."""
    rows = {}

    def note(row, program, value):
        rows.setdefault(row, {}).setdefault(program, []).append(value)

    for number in range(rounds):
        for size, batch in STEPS:
            print(f"round {number + 1} of {rounds}: {size}x{size}", file=sys.stderr)
            row = f"step {size}x{size}, batch {batch} (img/s)"
            result = ours(size, batch, steps)
            note(row, "gan", result["imagesPerSecond"])
            note(f"generate {size}x{size} (img/s)", "gan", result["generatedImagesPerSecond"])
            note(f"peak memory {size}x{size}, batch {batch} (MB)", "gan", result["peakMegabytes"])
            for layout, options in (("first", []), ("last", ["--channels-last"])):
                result = theirs(size, batch, steps, *options)
                note(row, layout, result["imagesPerSecond"])
                note(f"peak memory {size}x{size}, batch {batch} (MB)", layout, result["peakMegabytes"])
                result = theirs(size, batch, steps, "--generate", *options)
                note(f"generate {size}x{size} (img/s)", layout, result["imagesPerSecond"])
            if size == 64:
                result = theirs(size, batch, steps, "--bfloat16", "--channels-last")
                note(row, "bfloat16", result["imagesPerSecond"])
        print(f"round {number + 1} of {rounds}: pix2pix", file=sys.stderr)
        for program, result in (("gan", ours_translating(steps)), ("first", theirs_translating(steps)),
                                ("last", theirs_translating(steps, "--channels-last"))):
            note("pix2pix step 128x128, batch 1 (img/s)", program, result["imagesPerSecond"])
            note("peak memory pix2pix 128x128, batch 1 (MB)", program, result["peakMegabytes"])
        print(f"round {number + 1} of {rounds}: toys", file=sys.stderr)
        for program, command in (("gan", [GAN, "bench", "toy", "--steps", 1000, "--json"]),
                                 ("first", [sys.executable, HERE / "pytorch_toy.py", "--steps", 500])):
            speeds = toys(*command)
            note("points, non-saturating (steps/s)", program, speeds["nonSaturating"])
            note("points, WGAN-GP, 5 critic steps (steps/s)", program, speeds["wganGP"])
        with tempfile.TemporaryDirectory() as folder:
            checkpoint = HERE.parent / "checkpoints" / "avatars-64.safetensors"
            sample = [GAN, "sample", checkpoint, "--seeds", "0", "--out", f"{folder}/face.png"]
            note("first image, start included (s)", "gan", seconds(sample))
        script = FIRST_IMAGE.format(tools=str(HERE.parent / "Tools" / "golden"))
        note("first image, start included (s)", "first", seconds([sys.executable, "-c", script]))
    return {row: {name: statistics.median(values) for name, values in programs.items()}
            for row, programs in rows.items()}


def table(rows):
    lines = ["| | gan | PyTorch, channels first | channels last | ratio | bfloat16 |", "|---|---|---|---|---|---|"]
    for row, figures in rows.items():
        lower_is_better = not row.endswith("/s)")
        layouts = [figures[name] for name in ("first", "last") if name in figures]
        ratio = min(layouts) / figures["gan"] if lower_is_better else figures["gan"] / max(layouts)
        cells = [f"{figures[name]:.3g}" if name in figures and figures[name] < 10 else
                 f"{figures[name]:.0f}" if name in figures else "" for name in ("gan", "first", "last")]
        bfloat16 = f"{figures['bfloat16']:.0f}" if "bfloat16" in figures else ""
        lines.append(f"| {row} | {' | '.join(cells)} | {ratio:.2f} | {bfloat16} |")
    return "\n".join(lines)


def growth(steps):
    """gan's cost of an image and memory, as batch and size grow."""
    lines = ["| size | batch | ms an image | peak memory (MB) |", "|---|---|---|---|"]
    for size, batch in [(64, 8), (64, 16), (64, 32), (64, 64), (64, 128), (64, 256), (32, 16), (128, 16)]:
        result = ours(size, batch, steps)
        lines.append(f"| {size}x{size} | {batch} | {1000 / result['imagesPerSecond']:.2f} | "
                     f"{result['peakMegabytes']:.0f} |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="default: 3")
    parser.add_argument("--steps", type=int, default=8, help="timed steps in each run (default: 8)")
    parser.add_argument("--json", help="also write the figures to this file")
    parser.add_argument("--growth", action="store_true", help="gan alone, against batch and size")
    parser.add_argument("--avx2", action="store_true", help="hold both to AVX2")
    options = parser.parse_args()
    if options.avx2:
        global GAN
        GAN = BUILD / "avx2" / "release" / "gan"
        os.environ.update(AVX2)
    if options.growth:
        print(growth(options.steps))
        return
    rows = measure(options.rounds, options.steps)
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, "
          f"ATEN_CPU_CAPABILITY={os.environ.get('ATEN_CPU_CAPABILITY', 'unset')}\n")
    print(table(rows))
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
