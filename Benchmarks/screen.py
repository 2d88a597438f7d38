#!/usr/bin/env python3
"""Trains models and recipes on folders of images for the same time, and keeps a row of measures of each.

    Benchmarks/screen.py NAME=FOLDER:SIZE ... --minutes 5 --out rows.jsonl --runs runs [--only SETTING ...]
    Benchmarks/screen.py --table rows.jsonl

Each training has one thread, so that as many as there are cores can run beside each other (--jobs). Minutes are those
of the processor: a training takes as many steps as it makes in them by a short trial, whatever else the machine does
meanwhile. A row holds the command and what `gan evaluate quality` measures. Rows that are there already are not made
again. --table prints them as Markdown, the best of each folder and size first. With --python, the Python of an
environment with PyTorch (see pytorch_train.py), PyTorch's DCGAN example is trained beside them.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import shlex
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
GAN = HERE.parent / ".build" / "release" / "gan"
PYTORCH = "PyTorch's DCGAN, batch 64"
# Steps of the two trainings that tell how long a step takes.
TRIALS = (8, 40)

# A discriminator without BatchNorm, which sees how much the images of a batch differ.
MODERN = "--normalization none --minibatch-deviation"
SETTINGS = {
    "dcgan, batch 64": "--model dcgan --batch 64",
    "dcgan, batch 16": "--model dcgan --batch 16",
    "dcgan, batch 32, width 32": "--model dcgan --batch 32 --width 32",
    "dcgan, spectral norm, batch 16": f"--model dcgan --batch 16 --regularizer spectral {MODERN}",
    "dcgan, lazy R1, batch 16": f"--model dcgan --batch 16 --regularizer r1=1 --regularization-interval 16 {MODERN} --lr 0.0002",
    "stylegan2": "--model stylegan2",
    "stylegan2, plain": "--model stylegan2 --path-length 0 --style-mixing 0",
    "stylegan2, plain, wide": "--model stylegan2 --path-length 0 --style-mixing 0 --channel-base 2048 --channel-max 128",
    "stylegan2, plain, differentiable": "--model stylegan2 --path-length 0 --style-mixing 0 --augment differentiable",
    "fastgan": "--model fastgan",
    "fastgan, width 32": "--model fastgan --width 32",
}


def train(command: str, out: pathlib.Path) -> float:
    """Trains by a command of this program: the seconds that the processor took."""
    words = [GAN, *shlex.split(command), "--threads", "1", "--out", out, "--overwrite", "--quiet"]
    process = subprocess.Popen([str(word) for word in words])
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise RuntimeError(f"gan {command} ended with {os.waitstatus_to_exitcode(status)}")
    return usage.ru_utime + usage.ru_stime


def steps_in(minutes: float, command: str, out: pathlib.Path) -> int:
    """So many as fit in minutes of the processor. What two short trainings share (start, sheets, measures) is not
    counted."""
    short, long = (train(f"{command} --steps {steps}", out) for steps in TRIALS)
    return max(1, round(60 * minutes * (TRIALS[1] - TRIALS[0]) / (long - short)))


def train_pytorch(python: str, command: str, out: pathlib.Path) -> tuple[pathlib.Path, int, int]:
    """The same by PyTorch's example."""
    samples = out.with_suffix(".npy")
    words = [python, HERE / "pytorch_train.py", *shlex.split(command), "--threads", "1", "--out", samples]
    printed = subprocess.run(
        [str(word) for word in words], check=True, capture_output=True, text=True, cwd=HERE).stdout
    return samples, *(int(word) for word in printed.split() if word.isdigit())


def run(name: str, folder: str, size: int, setting: str, options: argparse.Namespace) -> dict:
    label = f"{name}-{size}-{setting}-{options.minutes:g}".replace(", ", "-").replace(" ", "-")
    out = pathlib.Path(options.runs).resolve() / label
    out.parent.mkdir(parents=True, exist_ok=True)
    folder = str(pathlib.Path(folder).resolve())
    place = f"{shlex.quote(folder)} --size {size}"
    if setting == PYTORCH:
        command = f"{place} --minutes {options.minutes:g}"
        images, steps, shown = train_pytorch(options.python, command, out)
        command = f"pytorch_train.py {command}"
    else:
        command = f"train {place} {SETTINGS[setting]}"
        command += f" --steps {steps_in(options.minutes, command, out)}"
        train(command, out)
        last = json.loads((out / "metrics.jsonl").read_text().splitlines()[-1])
        images, steps, shown = out / "checkpoints" / "latest.safetensors", last["step"], last["images"]
        command = f"gan {command}"
    evaluate = [str(word) for word in (GAN, "evaluate", "quality", images, folder, "--threads", "1", "--json")]
    printed = subprocess.run(evaluate, check=True, capture_output=True, text=True).stdout
    return {
        "data": name, "size": size, "setting": setting, "minutes": options.minutes, "command": command,
        "steps": steps, "images": shown, "quality": json.loads(printed)}


def key(row: dict) -> tuple:
    return row["data"], row["size"], row["setting"], row["minutes"]


def table(rows: list[dict]) -> None:
    print("| Data | Size | Minutes | Setting | Steps | Images | KID x 1000 | FID | Recall | Coverage |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for row in sorted(rows, key=lambda row: (row["data"], row["size"], row["minutes"], row["quality"]["kid"])):
        quality = row["quality"]
        print(
            f"| {row['data']} | {row['size']} | {row['minutes']:g} | {row['setting']} | {row['steps']:,} "
            f"| {row['images']:,} | {1000 * quality['kid']:.1f} ± {1000 * quality['kid_error']:.1f} "
            f"| {quality['fid']:.2f} | {quality['recall']:.2f} | {quality['coverage']:.2f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="*", metavar="NAME=FOLDER:SIZE")
    parser.add_argument("--minutes", type=float, default=5, help="of each training (default: 5)")
    parser.add_argument("--jobs", type=int, default=1, help="trainings beside each other (default: 1)")
    parser.add_argument("--only", nargs="*", default=list(SETTINGS), choices=SETTINGS, help="settings to train")
    parser.add_argument("--runs", default="runs/screen", help="the folder of the runs")
    parser.add_argument("--out", default="rows.jsonl", help="the file that rows are added to")
    parser.add_argument("--python", help="a Python that has PyTorch, to train its DCGAN example, too")
    parser.add_argument("--table", metavar="FILE", help="print a file's rows, and nothing else")
    options = parser.parse_args()
    path = pathlib.Path(options.table or options.out)
    rows = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    if options.table:
        return table(rows)
    known = {key(row) for row in rows}
    tasks, settings = [], options.only + ([PYTORCH] if options.python else [])
    for word in options.folders:
        name, place = word.split("=", 1)
        folder, size = place.rsplit(":", 1)
        tasks += [
            (name, folder, int(size), setting) for setting in settings
            if (name, int(size), setting, options.minutes) not in known]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool, path.open("a") as file:
        for done in concurrent.futures.as_completed([pool.submit(run, *task, options) for task in tasks]):
            if done.exception():
                print(f"failed: {done.exception()}", flush=True)
                continue
            row = done.result()
            print(json.dumps(row), file=file, flush=True)
            print(f"{row['data']} {row['size']}: {row['setting']}: KID {1000 * row['quality']['kid']:.1f}", flush=True)


if __name__ == "__main__":
    main()
