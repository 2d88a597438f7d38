"""onnxruntime makes the same images as the program, within a level of 255."""

import json

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


def load_safetensors(path):
    content = path.read_bytes()
    start = 8 + int.from_bytes(content[:8], "little")
    tensors = {}
    for name, entry in json.loads(content[8:start]).items():
        if entry.get("dtype") == "F64":
            begin, end = entry["data_offsets"]
            numbers = numpy.frombuffer(content[start + begin:start + end], "<f8")
            tensors[name] = numbers.reshape(entry["shape"]).astype("float32")
    return tensors


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

    def test_discriminators_score_as_the_programs_they_come_from(self):
        folder = ROOT / "Tests/Fixtures/imports"
        golden = load_safetensors(folder / "outputs.safetensors")
        for model, file, name in [
            ("dcgan", "netD_legacy.pth", "dcgan.discriminator"),
            ("pix2pix", "patches_batch.pth", "patches.batch"),
            ("cyclegan", "patches_instance.pth", "patches.instance"),
            ("stylegan2", "stylegan2_ada.pkl", "stylegan2.discriminator"),
            ("stylegan2", "stylegan2_ada_classes.pkl", "stylegan2_classes.discriminator"),
        ]:
            with self.subTest(file=file):
                self.gan(f"import {folder / file} --model {model} --out {name}.safetensors")
                session = self.session(f"{name}.safetensors", "--network discriminator")
                images = golden[name + ".input"].transpose(0, 3, 1, 2)
                inputs = {"image": images[:, -3:]}
                if model == "pix2pix":
                    inputs["input"] = images[:, :3]
                if name + ".labels" in golden:
                    inputs["class"] = golden[name + ".labels"]
                expected = golden[name + ".output"]
                if expected.ndim == 4:
                    expected = expected.transpose(0, 3, 1, 2)
                scores = session.run(None, inputs)[0]
                numpy.testing.assert_allclose(scores, expected, rtol=1e-4, atol=1e-4)

    def test_images_are_compared_in_groups(self):
        self.train("faces --model stylegan2 --size 16 --batch 4", "compared")
        session = self.session("compared", "--network discriminator")
        images = numpy.random.RandomState(0).rand(12, 3, 16, 16).astype("float32") * 2 - 1
        # Image k of three groups is in group k mod 3.
        scores = session.run(None, {"image": images})[0]
        for group in range(3):
            alone = session.run(None, {"image": images[group::3]})[0]
            numpy.testing.assert_allclose(scores[group::3], alone, rtol=1e-4, atol=1e-5)
        # Five images have no groups; copies of one do not differ, as one does not.
        five = session.run(None, {"image": images[:5]})[0]
        copies = session.run(None, {"image": images[:1].repeat(4, 0)})[0]
        numpy.testing.assert_allclose(copies, five[:1].repeat(4), rtol=1e-4, atol=1e-5)
        self.assertGreater(abs(scores[:1] - five[:1]).max(), 1e-5)

    def test_images_are_scored_together(self):
        self.train("faces --model dcgan --preset pacgan --width 4 --batch 4", "packed")
        session = self.session("packed", "--network discriminator")
        images = numpy.random.RandomState(0).rand(6, 3, 64, 64).astype("float32") * 2 - 1
        scores = session.run(None, {"image": images})[0]
        self.assertEqual(scores.shape, (3,))
        alone = session.run(None, {"image": images[2:4]})[0]
        numpy.testing.assert_allclose(scores[1:2], alone, rtol=1e-4, atol=1e-5)

    def test_every_model_has_its_discriminator(self):
        for model, options, shapes in [
            ("stylegan", "faces --size 16 --grow --batch 4", [(2,)]),
            ("fastgan", "faces --width 4 --batch 4", [(2, 1, 5, 5), (2, 1, 5, 5)]),
            ("spade", "maps --width 4 --batch 2", [(2, 1, 11, 11), (2, 1, 7, 7)]),
            ("srgan", "faces --scale 4 --width 8 --blocks 1 --batch 2", [(2, 1, 4, 4)]),
        ]:
            with self.subTest(model=model):
                self.train(f"{options} --model {model}", "every-" + model)
                session = self.session("every-" + model, "--network discriminator")
                inputs = {
                    port.name: numpy.zeros([2] + [s if isinstance(s, int) else 64 for s in port.shape[1:]], "float32")
                    for port in session.get_inputs()
                }
                scores = session.run(None, inputs)
                self.assertEqual([score.shape for score in scores], shapes)
                for score in scores:
                    numpy.testing.assert_allclose(score[0], score[1], rtol=1e-4, atol=1e-5)

    def test_a_discriminator_scores_real_images(self):
        self.train("faces --model dcgan --width 4 --batch 4", "scored")
        session = self.session("scored", "--network discriminator")
        images = numpy.random.RandomState(0).rand(5, 3, 64, 64).astype("float32") * 2 - 1
        scores = session.run(None, {"image": images})[0]
        self.assertEqual(scores.shape, (5,))
        alone = [session.run(None, {"image": image[None]})[0][0] for image in images]
        numpy.testing.assert_allclose(scores, alone, rtol=1e-4)
