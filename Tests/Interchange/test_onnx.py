"""onnxruntime makes the same images as the program, within a level of 255."""

import subprocess

import numpy
import onnx
import onnxruntime
from PIL import Image

from program import ROOT, ProgramCase


def as_bytes(images):
    """From batch x channel x height x width in [-1, 1], as the program rounds."""
    if images.dtype == numpy.uint8:
        return images.astype(int)
    return numpy.clip(numpy.floor((images.transpose(0, 2, 3, 1) + 1) * 127.5 + 0.5), 0, 255).astype(int)


class ONNXTests(ProgramCase):
    def session(self, checkpoint, options=""):
        self.gan(f"export {checkpoint} --out network.onnx {options}")
        path = str(self.folder / "network.onnx")
        onnx.checker.check_model(path, full_check=True)
        return onnxruntime.InferenceSession(path)

    def expect_same_samples(self, checkpoint, session, options="", inputs={}):
        size = session.get_inputs()[0].shape[1]
        for count in (1, 3, 16):
            latents = numpy.random.RandomState(count).randn(count, size).astype("float32")
            numpy.save(self.folder / "z.npy", latents)
            self.gan(f"sample {checkpoint} --latents z.npy --out images.npy {options}")
            expected = numpy.load(self.folder / "images.npy").astype(int)
            rows = {name: numpy.repeat(row[None], count, 0) for name, row in inputs.items()}
            made = as_bytes(session.run(None, {"latent": latents, **rows})[0])
            self.assertEqual(made.shape, expected.shape)
            self.assertLessEqual(abs(made - expected).max(), 1)

    def expect_same_translation(self, checkpoint, session, path, options="", inputs=None):
        self.gan(f"translate {checkpoint} {path} --out image.png {options}")
        expected = numpy.asarray(Image.open(self.folder / "image.png")).astype(int)
        pixels = numpy.asarray(Image.open(self.folder / path).convert("RGB"))
        inputs = inputs or {"input": pixels.transpose(2, 0, 1)[None].astype("float32") * 2 / 255 - 1}
        made = as_bytes(session.run(None, inputs)[0])[0]
        self.assertEqual(made.shape, expected.reshape(made.shape).shape)
        self.assertLessEqual(abs(made - expected.reshape(made.shape)).max(), 1)

    def test_generators_make_the_same_images(self):
        for model, options in [
            ("stylegan", "--size 16"), ("stylegan", "--size 16 --grow"), ("stylegan2", "--size 16"),
            ("fastgan", "--width 4"), ("dcgan", "--width 4"), ("stylegan2", "--size 16x32"),
            ("fastgan", "--size 64x48 --width 4"), ("dcgan", "--size 32x48 --width 4"),
        ]:
            with self.subTest(model=model, options=options):
                self.train(f"faces --model {model} {options} --batch 4 --overwrite", "run")
                self.expect_same_samples("run", self.session("run"))

    def test_shipped_styles_with_truncation_as_bytes(self):
        styles = ROOT / "checkpoints/styles-64.safetensors"
        session = self.session(styles, "--truncation 0.5 --images uint8")
        self.assertEqual(session.get_outputs()[0].type, "tensor(uint8)")
        self.expect_same_samples(styles, session, "--truncation 0.5")
        metadata = session.get_modelmeta().custom_metadata_map
        self.assertEqual(metadata["image"], "batch x height x width x channel, from 0 to 255")

    def test_classes_are_an_input(self):
        self.train("classes --model dcgan --conditional --width 4 --batch 4", "conditional")
        session = self.session("conditional")
        names = session.get_modelmeta().custom_metadata_map["class"].split(": ")[1].split(", ")
        self.assertEqual(names, ["none", "round", "square"])
        for index, name in enumerate(names):
            self.expect_same_samples(
                "conditional", session, f"--class {name}", {"class": numpy.eye(3, dtype="float32")[index]})

    def test_translators_of_images_of_any_size(self):
        for model, path, options in [
            ("pix2pix", "night/A", "--fixed"), ("cyclegan", "night/A", ""),
        ]:
            with self.subTest(model=model):
                self.train(f"night --model {model} --width 4", model)
                session = self.session(model)
                self.assertEqual(session.get_inputs()[0].shape, ["batch", 3, "height", "width"])
                name = sorted((self.folder / path).iterdir())[0].name
                self.expect_same_translation(model, session, f"{path}/{name}", options)
                larger = numpy.zeros((2, 3, 128, 64), "float32")
                self.assertEqual(session.run(None, {"input": larger})[0].shape, (2, 3, 128, 64))

    def test_label_maps_and_styles(self):
        self.train("maps --model spade --width 4 --batch 2", "plain")
        session = self.session("plain")
        path = "maps/labels/00000.png"
        labels = numpy.asarray(Image.open(self.folder / path))
        one_hot = (labels[None] == numpy.arange(session.get_inputs()[0].shape[1])[:, None, None])
        self.expect_same_translation("plain", session, path, inputs={"input": one_hot[None].astype("float32")})
        self.train("maps --model spade --style-encoder --latent 8 --width 4 --batch 2", "styled")
        session = self.session("styled")
        maps = numpy.repeat(one_hot[None].astype("float32"), 2, 0)
        images = session.run(None, {"input": maps, "style": numpy.eye(2, 8, dtype="float32")})[0]
        self.assertGreater(abs(images[0] - images[1]).max(), 0)

    def test_outlines_and_styles(self):
        self.train("lines --model pix2pix --style-encoder --size 64 --width 4", "colored")
        session = self.session("colored")
        for side in [64, 128]:
            lines = numpy.ones((2, 1, side, 64), "float32")
            images = session.run(None, {"input": lines, "style": numpy.eye(2, 8, dtype="float32")})[0]
            self.assertEqual(images.shape, (2, 3, side, 64))
            self.assertGreater(abs(images[0] - images[1]).max(), 0)

    def test_enlarging_images_that_are_not_square(self):
        Image.open(self.folder / "faces/00003.png").resize((48, 36)).save(self.folder / "wide.png")
        for model, scale in [("srresnet", 4), ("srresnet", 2), ("rrdb", 4)]:
            with self.subTest(model=model, scale=scale):
                self.train(
                    f"faces --model {model} --scale {scale} --width 8 --blocks 1 --batch 2 --overwrite", "sharp")
                self.expect_same_translation("sharp", self.session("sharp"), "wide.png")

    def test_a_discriminator_that_compares_images_is_refused(self):
        self.train("faces --model stylegan2 --size 16 --batch 4", "compared")
        with self.assertRaises(subprocess.CalledProcessError) as refused:
            self.gan("export compared --network discriminator --out network.onnx")
        self.assertIn("scores several images of a batch together", refused.exception.stderr)

    def test_a_discriminator_scores_real_images(self):
        self.train("faces --model dcgan --width 4 --batch 4", "scored")
        session = self.session("scored", "--network discriminator")
        images = numpy.random.RandomState(0).rand(5, 3, 64, 64).astype("float32") * 2 - 1
        scores = session.run(None, {"image": images})[0]
        self.assertEqual(scores.shape, (5,))
        alone = [session.run(None, {"image": image[None]})[0][0] for image in images]
        numpy.testing.assert_allclose(scores, alone, rtol=1e-4)
