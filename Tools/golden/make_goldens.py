#!/usr/bin/env python3
"""Writes the reference values that the tests compare with, computed by PyTorch.

    python3 -m venv venv && venv/bin/pip install torch numpy safetensors --extra-index-url https://download.pytorch.org/whl/cpu
    venv/bin/pip install "scipy<1.18" scikit-learn torchvision pytorch-fid==0.3.0 torch-fidelity==0.4.0 clean-fid==0.1.35 prdc==0.2
    venv/bin/python Tools/golden/make_goldens.py --out Tests/Fixtures

Inputs are numbers that float32 holds exactly; all else is computed in float64, so that the values serve as
the truth for either precision. Activations are stored channels last ([n, h, w, c]), parameters as PyTorch
lays them out. Each file's metadata tells the version of PyTorch and the settings, as JSON under `about`.
"""

import argparse
import pathlib

import archives
import augmentation
import dcgan_training
import discriminator_layers
import inception
import esrgan
import fastgan
import imports
import interchange
import layers
import objectives
import optimizers
import quality
import translation
import translation_layers
import translation_styles
import sampling
import spade
import style_layers
import stylegan
import stylegan2
import vgg


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=pathlib.Path, required=True, help="the folder to write to")
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    parts = [
        interchange, layers, discriminator_layers, sampling, style_layers, stylegan, stylegan2,
        augmentation, optimizers, dcgan_training, fastgan, objectives, translation_layers, translation, spade,
        translation_styles, esrgan, vgg, quality, inception, imports, archives]
    for part in parts:
        part.make(out)


if __name__ == "__main__":
    main()
