"""What the programs that time PyTorch have in common."""

import argparse
import json
import resource
import statistics
import time

import torch


def add_options(parser: argparse.ArgumentParser, batch: int, channels: str) -> None:
    parser.add_argument("--batch", type=int, default=batch, help=f"images a step (default: {batch})")
    parser.add_argument("--width", type=int, default=64, help=f"channels {channels} (default: 64)")
    parser.add_argument("--steps", type=int, default=10, help="timed steps, after two others (default: 10)")
    add_threads(parser)
    parser.add_argument("--channels-last", action="store_true", help="lay tensors out as [n, h, w, c]")


def add_threads(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--threads", type=int, default=0, help="default: PyTorch's own choice")


def begin(options: argparse.Namespace) -> None:
    if options.threads:
        torch.set_num_threads(options.threads)
    torch.manual_seed(1)


def layout(options: argparse.Namespace) -> torch.memory_format:
    return torch.channels_last if options.channels_last else torch.contiguous_format


def times(step, steps: int, warming: int) -> list[float]:
    """Seconds of each of `steps` steps, after some that are not counted."""
    seconds = []
    for index in range(steps + warming):
        start = time.perf_counter()
        step()
        if index >= warming:
            seconds.append(time.perf_counter() - start)
    return seconds


def report(options: argparse.Namespace, step, decimals: int, **facts: str) -> None:
    """Times steps on images and prints a row of JSON."""
    seconds = times(step, options.steps, warming=2)
    median = statistics.median(seconds)
    print(json.dumps({
        "program": f"PyTorch {torch.__version__}", **facts,
        "size": options.size, "batch": options.batch, "width": options.width,
        "layout": "channels last" if options.channels_last else "channels first",
        "threads": torch.get_num_threads(),
        "seconds": round(median, 5), "fastest": round(min(seconds), 5), "slowest": round(max(seconds), 5),
        "imagesPerSecond": round(options.batch / median, decimals),
        # Linux counts ru_maxrss in KiB.
        "peakMegabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6)}))
