"""The page of latents, as somebody plays with it."""

import base64
import hashlib
import json
import os
import re
import subprocess

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from small_runs import draw_faces, train
from studio_case import GAN, ROOT, StudioCase, gan, origin, size_of

STYLES = ROOT / "checkpoints/styles-64.safetensors"


class LatentsCase(StudioCase):
    def setUp(self):
        super().setUp()
        self.open_page()

    def open_page(self):
        self.open("latents")
        self.wait(lambda: len(self.elements("#wall .sample")) == 64)
        self.wait(lambda: self.element("checkpoint").is_displayed() and self.text("command"))
        self.wait(lambda: self.browser.execute_script(
            "return document.querySelector('#wall canvas').getContext('2d').getImageData(9, 9, 1, 1).data[3]"))
        self.first = self.wait_for_change("result", self.blank())

    def blank(self):
        return self.browser.execute_script(
            "const c = document.createElement('canvas'); c.width = c.height = 64; return c.toDataURL()")

    def sample(self, seed):
        return self.elements("#wall .sample")[seed]

    def give(self, identifier, *files):
        """Chooses files."""
        self.element(identifier).send_keys("\n".join(str(file) for file in files))

    def slide(self):
        """Moves the walk's slider to and fro, 60 times."""
        self.browser.execute_async_script("""
            const done = arguments[0];
            const slider = document.getElementById("walk-share");
            let step = 0;
            const timer = setInterval(() => {
                slider.value = step / 60;
                slider.dispatchEvent(new Event("input"));
                step += 1;
                if (step > 60) { clearInterval(timer); done(); }
            }, 60);""")

    def texts(self, selector):
        """Read at once: what is shown anew while one reads is gone."""
        return self.browser.execute_script(
            "return [...document.querySelectorAll(arguments[0])].map((one) => one.innerText)", selector)

    def undo(self):
        ActionChains(self.browser).key_down(Keys.CONTROL).send_keys("z").key_up(Keys.CONTROL).perform()


class LatentsTests(LatentsCase):
    def test_walking_between_two_samples(self):
        self.move("walk-share", 0)
        start = self.wait_for_change("result", self.first)
        self.move("walk-share", 1)
        end = self.wait_for_change("result", start)
        wall = self.browser.execute_script("return document.querySelectorAll('#wall canvas')[1].toDataURL()")
        self.assertEqual(end, wall)
        self.sample(5).click()
        self.sample(7).click()
        self.assertNotEqual(self.wait_for_change("result", end), end)
        self.assertIn("--seeds 5,7", self.text("command"))

    def test_three_faces_are_summed(self):
        self.element("tab-sum").click()
        before = self.wait_for_change("result", self.first)
        self.element("sum-plus").click()
        self.sample(9).click()
        after = self.wait_for_change("result", before)
        self.assertIn('"0 + 1 + 9 - 2"', self.text("command"))
        self.elements("#sum-plus .sample")[0].click()
        self.assertNotEqual(self.wait_for_change("result", after), before)
        self.assertIn('"1 + 9 - 2"', self.text("command"))

    def test_styles_are_mixed_by_a_crossover(self):
        self.element("tab-mix").click()
        middle = self.wait_for_change("result", self.first)
        self.move("mix-crossover", 0)
        right = self.wait_for_change("result", middle)
        wall = self.browser.execute_script("return document.querySelectorAll('#wall canvas')[1].toDataURL()")
        self.assertEqual(right, wall)

    def test_a_pad_moves_by_keys(self):
        self.element("tab-pad").click()
        middle = self.wait_for_change("result", self.first)
        self.element("pad").send_keys(Keys.ARROW_UP)
        self.wait_for_change("result", middle)
        self.assertRegex(self.element("pad").get_attribute("aria-valuetext"), r"\d+ %, \d+ %, \d+ %")

    def test_tabs_move_by_keys(self):
        self.element("tab-walk").click()
        for keys, tool in [(Keys.ARROW_RIGHT, "pad"), (Keys.ARROW_RIGHT, "sum"), (Keys.END, "nearest"),
                           (Keys.ARROW_RIGHT, "walk"), (Keys.ARROW_LEFT, "nearest"), (Keys.HOME, "walk")]:
            ActionChains(self.browser).send_keys(keys).perform()
            self.assertEqual(self.browser.switch_to.active_element.get_attribute("id"), f"tab-{tool}")
            self.assertTrue(self.element(f"tool-{tool}").is_displayed())
        # One stop for the Tab key: the tab that is shown.
        stops = self.browser.execute_script(
            "return [...document.querySelectorAll('[role=tab]')].filter((tab) => tab.tabIndex === 0).length")
        self.assertEqual(stops, 1)

    def test_an_attribute_is_made_of_examples(self):
        self.element("tab-attributes").click()
        self.elements("#attribute-new summary")[0].click()
        for tray, seeds in [("with", [9, 14, 17]), ("without", [0, 1, 2])]:
            self.element(f"attribute-{tray}").click()
            for seed in seeds:
                self.sample(seed).click()
        self.element("attribute-name").send_keys("glasses")
        before = self.pixels("result")
        self.element("attribute-add").click()
        moved = self.wait_for_change("result", before)
        slider = self.elements(".attribute input")[0]
        self.assertEqual(slider.get_attribute("aria-label"), "glasses")
        self.browser.execute_script(
            "arguments[0].value = -2; arguments[0].dispatchEvent(new Event('input'))", slider)
        self.wait_for_change("result", moved)

    def test_everything_is_undone(self):
        self.move("truncation", 0.3)
        after = self.wait_for_change("result", self.first)
        self.element("tab-pad").click()
        self.wait_for_change("result", after)
        ActionChains(self.browser).key_down(Keys.CONTROL).send_keys("z").send_keys("z").key_up(Keys.CONTROL).perform()
        self.wait(lambda: self.pixels("result") == self.first)
        self.element("redo").click()
        self.wait(lambda: self.pixels("result") == after)

    def test_what_is_kept_becomes_a_sample(self):
        self.element("keep").click()
        kept = self.wait(lambda: self.elements("#kept .sample"))
        self.assertEqual(len(kept), 1)
        kept[0].click()
        self.move("walk-share", 0)
        self.wait(lambda: self.pixels("result") == self.first)

    def test_a_dropped_photo_becomes_a_sample(self):
        photo = self.folder / "a photo.png"
        gan("sample", STYLES, "--seeds", 4711, "--out", photo)
        # As a file manager drops it.
        self.browser.execute_script("""
            const bytes = Uint8Array.from(atob(arguments[0]), (letter) => letter.charCodeAt(0));
            const transfer = new DataTransfer();
            transfer.items.add(new File([bytes], "a photo.png", { type: "image/png" }));
            for (const type of ["dragover", "drop"]) {
                document.getElementById("wall").dispatchEvent(
                    new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }));
            }""", base64.b64encode(photo.read_bytes()).decode())
        self.wait(lambda: "left" in self.text("projection-text"), 120)
        self.assertIn("gan project", self.text("projection-command"))
        self.keep_screenshot("on the way")
        kept = self.wait(lambda: self.elements("#kept .sample"), 400)
        self.assertEqual(kept[0].get_attribute("aria-label"), "a photo.png")
        difference = float(re.search(r"differ by ([0-9.]+)", self.text("projection-text"))[1])
        self.assertLess(difference, 15)
        # All tools take it.
        kept[0].click()
        self.move("walk-share", 0)
        self.wait_for_change("result", self.first)
        self.element("save-npy").click()
        gan("sample", STYLES, "--latents", self.downloaded("point.npy"), "--out", self.folder / "again.png")
        self.element("projection-end").click()
        self.undo()
        self.undo()
        self.undo()
        self.wait(lambda: not self.elements("#kept .sample"))
        self.element("redo").click()
        self.wait(lambda: self.elements("#kept .sample"))

    def test_a_projection_is_canceled(self):
        self.give("photo", ROOT / "datasets/avatars/00003.png")
        self.wait(lambda: "left" in self.text("projection-text"), 120)
        self.element("projection-end").click()
        self.wait(lambda: not self.element("projection").is_displayed())
        self.assertEqual(self.elements("#kept .sample"), [])

    def test_what_is_no_photo_is_refused_in_words(self):
        file = self.folder / "notes.png"
        file.write_text("no image")
        self.give("photo", file)
        self.wait(lambda: self.text("notice"))
        self.assertIn("the file", self.text("notice"))
        self.assertFalse(self.element("projection").is_displayed())
        self.expect_refused_request()

    def test_a_vector_that_was_saved_is_a_sample(self):
        photo = self.folder / "photo.png"
        gan("sample", STYLES, "--seeds", 5, "--out", photo)
        gan("project", STYLES, photo, "--out", self.folder / "pair.png", "--steps", 2, "--starts", 1,
            "--save", self.folder / "found.npy")
        self.give("photo", self.folder / "found.npy")
        kept = self.wait(lambda: self.elements("#kept .sample"))
        self.assertEqual(kept[0].get_attribute("title"), "found.npy")
        # A generator that it does not belong to has it no more.
        self.browser.execute_script("""
            const choice = document.getElementById("checkpoint");
            choice.value = [...choice.options].find((one) => one.text.startsWith("avatars-64")).value;
            choice.dispatchEvent(new Event("change"));""")
        self.wait(lambda: not self.elements("#kept .sample"))
        self.undo()
        self.wait_for_change("result", self.first)
        self.assertEqual(self.elements("#kept .sample"), [])

    def test_the_walk_is_saved_as_an_animation(self):
        self.element("walk-frames").send_keys(Keys.CONTROL, "a", Keys.NULL, "3", Keys.TAB)
        self.wait(lambda: "--frames 3 --loop" in self.text("command"))
        self.element("walk-save").click()
        saved = self.downloaded("walk.gif")
        command = self.text("command").split()
        self.assertEqual(command[:2], ["gan", "interpolate"])
        command[-1] = self.folder / "terminal.gif"
        gan(*command[1:])
        # Images that were made together may differ in their last bit.
        self.assertEqual(saved.read_bytes()[:13], (self.folder / "terminal.gif").read_bytes()[:13])
        self.assertAlmostEqual(saved.stat().st_size, (self.folder / "terminal.gif").stat().st_size, delta=400)
        self.assertIn(b"Command: gan interpolate", saved.read_bytes())

    def test_a_saved_image_tells_where_it_comes_from(self):
        self.element("save-png").click()
        told = origin(self.downloaded("image.png"))
        self.assertIn(hashlib.sha256(STYLES.read_bytes()).hexdigest(), told["Checkpoint"])
        # It lies on a walk, which no command stops at.
        self.assertNotIn("Command", told)
        self.element("tab-nearest").click()
        self.sample(5).click()
        self.wait(lambda: "5" in self.text("command"))
        (self.downloads / "image.png").unlink()
        self.element("save-png").click()
        told = origin(self.downloaded("image.png"))
        self.assertEqual(told["Input"], "seed 5")
        words = told["Command"].split()
        self.assertEqual(words[:2], ["gan", "sample"])
        words[words.index("image.png")] = self.folder / "again.png"
        gan(*words[1:])
        self.assertEqual(size_of(self.folder / "again.png"), size_of(self.downloads / "image.png"))

    def test_a_direction_is_saved_and_survives_a_reload(self):
        self.element("tab-attributes").click()
        self.elements("#attribute-new summary")[0].click()
        for tray, seed in [("with", 9), ("without", 0)]:
            self.element(f"attribute-{tray}").click()
            self.sample(seed).click()
        self.element("attribute-name").send_keys("glasses")
        self.element("attribute-add").click()
        save = self.wait(lambda: self.elements(".attribute [aria-label='Save glasses']"))[0]
        save.click()
        self.wait(lambda: not save.is_displayed())
        self.elements(".attribute [aria-label='glasses as .npy']")[0].click()
        file = self.downloaded("glasses.npy")
        self.assertIn("+ 2*glasses.npy", self.text("command"))
        gan("arithmetic", STYLES, f"0 + 2*{file}", "--out", self.folder / "moved.png")

        self.open_page()
        self.element("tab-attributes").click()
        before = self.wait_for_change("result", self.first)
        slider = self.wait(lambda: self.elements(".attribute input"))[0]
        self.assertEqual(slider.get_attribute("aria-label"), "glasses")
        slider.send_keys(Keys.HOME)
        self.wait_for_change("result", before)
        self.elements(".attribute [aria-label='Remove glasses']")[0].click()
        self.wait(lambda: not self.elements(".attribute"))
        self.undo()
        self.wait(lambda: self.elements(".attribute"))
        self.elements(".attribute [aria-label='Remove glasses']")[0].click()
        self.give("attribute-file", file)
        loaded = self.wait(lambda: self.elements(".attribute input"))
        self.assertEqual(loaded[0].get_attribute("aria-label"), "glasses")
        self.elements(".attribute [aria-label='Remove glasses']")[0].click()
        self.open_page()
        self.assertEqual(self.elements(".attribute"), [])

    def test_styles_are_mixed_by_table_and_by_layer(self):
        self.element("tab-mix").click()
        before = self.wait_for_change("result", self.first)
        layers = self.elements("#mix-layers button")
        self.assertEqual(layers[4].get_attribute("aria-pressed"), "true")
        layers[0].click()
        after = self.wait_for_change("result", before)
        self.assertIn("layers 0, 4 to", self.text("mix-note"))
        self.undo()
        self.wait(lambda: self.pixels("result") == before)
        self.elements("#mix-scales button")[0].click()
        self.assertNotEqual(self.wait_for_change("result", before), after)
        self.assertIn("--layers 0-3", self.text("command"))
        self.elements("#mix-table summary")[0].click()
        cells = self.wait(lambda: self.elements("#mix-cells td .sample"))
        self.assertEqual(len(cells), 12)
        self.assertIn("--rows 0,1,2 --columns 3,4,5,6", self.text("command"))
        cells[6].click()
        self.wait(lambda: self.browser.execute_script(
            "return document.querySelectorAll('#mix-cells td .sample canvas')[6].toDataURL()") == self.pixels("result"))
        self.element("mix-columns").send_keys(Keys.ENTER)
        self.sample(9).click()
        self.wait(lambda: len(self.elements("#mix-cells td .sample")) == 15)
        self.element("mix-save").click()
        told = origin(self.downloaded("table.png"))
        self.assertEqual(told["Command"], self.text("command"))
        self.assertIn("seed 0, seed 1, seed 2 in rows", told["Input"])
        words = told["Command"].split()
        words[words.index("mixed.png")] = self.folder / "mixed.png"
        gan(*words[1:])
        self.assertEqual(size_of(self.downloads / "table.png"), size_of(self.folder / "mixed.png"))

    def test_a_cutoff_of_truncation(self):
        self.move("truncation", 0.2)
        before = self.wait_for_change("result", self.first)
        self.move("cutoff", 2)
        self.wait_for_change("result", before)
        self.assertRegex(self.text("cutoff-value"), r"2 of \d+")
        self.undo()
        self.wait(lambda: self.pixels("result") == before)

    def test_a_checkpoint_of_no_run_tells_that_its_training_images_are_not_known(self):
        self.element("tab-nearest").click()
        self.wait(lambda: "is of no run here" in self.text("nearest-note"))

    def test_speed_from_slider_to_image(self):
        self.slide()
        report = self.wait(lambda: self.text("speed"))
        self.assertRegex(report, r"^\d+ ms from slider to image")
        print(json.dumps({"slider to image": report}))

    def test_speed_while_a_photo_is_projected(self):
        self.give("photo", ROOT / "datasets/avatars/00003.png")
        self.wait(lambda: "left" in self.text("projection-text"), 120)
        self.slide()
        report = self.wait(lambda: self.text("speed"))
        print(json.dumps({"slider to image while a photo is projected": report}))
        self.element("projection-end").click()


class NearestTests(LatentsCase):
    """A small run, whose training images are known."""

    @classmethod
    def prepare(cls, folder):
        cls.data = draw_faces(folder)
        train(cls.data, folder / "runs/first")

    def open_page(self):
        super().open_page()
        self.browser.execute_script("""
            const choice = document.getElementById("checkpoint");
            choice.value = [...choice.options].find((one) => one.text.startsWith("first")).value;
            choice.dispatchEvent(new Event("change"));""")
        self.first = self.wait_for_change("result", self.first)

    def test_nearest_training_images(self):
        self.element("tab-nearest").click()
        names = self.wait(lambda: self.texts("#nearest-list figure"))
        distances = [float(name.split()[0]) for name in names]
        self.assertEqual(len(distances), 6)
        self.assertEqual(distances, sorted(distances))
        self.assertIn("The nearest training image differs by", self.text("nearest-note"))
        self.sample(7).send_keys(Keys.ENTER)
        self.wait(lambda: self.texts("#nearest-list figure") != names)
        self.assertIn("--seeds 7", self.text("command"))
        words = self.text("command").split()
        words[-1] = self.folder / "neighbors.png"
        told = subprocess.run([GAN, *words[1:]], check=True, capture_output=True, text=True).stdout
        nearest = self.texts("#nearest-list figure")[0].replace(", mirrored", "").split()
        self.assertIn(f"seed 7: {nearest[1]} {nearest[0]}", told)
        self.undo()
        self.wait(lambda: self.texts("#nearest-list figure") == names)
        # Without the data there is a line.
        self.data.rename(self.folder / "elsewhere")
        try:
            self.sample(8).click()
            self.wait(lambda: "not any more where the run read them" in self.text("nearest-note"))
        finally:
            (self.folder / "elsewhere").rename(self.data)

    def test_a_photo_is_projected_with_the_features_of_the_run(self):
        self.give("photo", self.data / sorted(os.listdir(self.data))[0])
        self.wait(lambda: self.elements("#kept .sample"), 240)
