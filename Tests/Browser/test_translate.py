"""Drawing, and seeing what becomes of it."""

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from studio_case import StudioCase, gan, origin


class TranslateTest(StudioCase):
    @classmethod
    def prepare(cls, folder):
        """Networks that were trained for a moment: what they make is no matter, that it changes is."""
        small = ("--size", 32, "--width", 4, "--threads", 1, "--steps", 2)
        for name, data, options in [
            ("maps", ("--labels",), ("--model", "spade", "--style-encoder", "--latent", 8)),
            ("lines", ("--pairs", "outlines"), ("--model", "pix2pix", "--patch-layers", 1)),
            ("night", ("--pairs", "night"), ("--model", "cyclegan", "--blocks", 1, "--patch-layers", 1)),
        ]:
            gan("data", "avatars", "--count", 24, "--size", 32, *data, "--out", folder / name)
            gan("train", folder / name, *options, *small, "--out", folder / "runs" / name)
        gan("data", "avatars", "--count", 8, "--size", 64, "--out", folder / "large")
        gan("train", folder / "large", "--model", "srresnet", "--size", 32, "--blocks", 1, "--width", 8, "--batch", 2,
            "--threads", 1, "--steps", 2, "--out", folder / "runs" / "large")

    def translate(self, name):
        """Opens the page with a run's checkpoint, and waits for its first result."""
        self.open("translate")
        self.wait(lambda: self.text("time"))
        self.wait(lambda: name in [option.text for option in Select(self.element("checkpoint")).options])
        Select(self.element("checkpoint")).select_by_visible_text(name)
        self.wait(lambda: self.text("about") and self.text("time"))

    def stroke(self, dx, dy):
        ActionChains(self.browser).move_to_element(self.element("input")).click_and_hold().move_by_offset(
            dx, dy).release().perform()

    def is_shown(self, identifier):
        return self.element(identifier).is_displayed()

    def test_paints_hair_and_takes_it_back(self):
        self.translate("maps")
        labels = [label.text for label in self.elements("#palette label")]
        self.assertEqual(labels[:4], ["background", "clothing", "skin", "hair"])
        self.elements("#palette label")[3].click()
        before = self.pixels("input")
        self.stroke(60, 60)
        painted = self.wait_for_change("input", before)
        self.element("undo").click()
        self.wait(lambda: self.pixels("input") == before)
        self.element("redo").click()
        self.wait(lambda: self.pixels("input") == painted)

    def test_fills_and_paints_by_keys(self):
        self.translate("maps")
        before = self.pixels("input")
        board = self.element("input")
        board.click()
        board.send_keys("f", "5", Keys.ARROW_RIGHT, Keys.SPACE)
        self.wait_for_change("input", before)
        self.element("clear").click()
        self.wait(lambda: self.pixels("input") != before)

    def test_a_map_is_loaded_and_what_is_none_refused(self):
        self.translate("maps")
        other = self.folder / "maps" / "labels" / "00003.png"
        before = self.pixels("input")
        self.element("file").send_keys(str(other))
        self.wait_for_change("input", before)
        self.element("file").send_keys(str(self.folder / "maps" / "images" / "00003.png"))
        self.wait(lambda: self.text("notice"))
        self.expect_refused_request()

    def test_draws_outlines_under_the_discriminator(self):
        self.look(width=1440, height=1000, dark=True)
        self.translate("lines")
        before = self.pixels("output")
        self.stroke(50, -40)
        self.wait_for_change("output", before)
        self.assertFalse(self.is_shown("patches"))
        self.move("opacity", 50)
        self.wait(lambda: self.is_shown("patches"))
        self.element("save-result").click()
        told = origin(self.downloaded("result.png"))
        self.assertIn("pix2pix", told["Model"])
        self.assertIn("gan studio", told["Input"])

    def test_both_directions(self):
        self.translate("night")
        before = self.pixels("output")
        self.elements("[data-direction=b2a]")[0].click()
        made = self.wait_for_change("output", before)
        self.element("use-result").click()
        self.wait_for_change("output", made)
        photo = self.folder / "large" / "00001.png"
        given = self.pixels("input")
        self.element("file").send_keys(str(photo))
        self.wait_for_change("input", given)

    def test_enlarges_with_a_wipe(self):
        self.translate("large")
        self.wait(lambda: self.is_shown("before"))
        self.move("wipe", 80)
        edge = self.browser.execute_script("return document.getElementById('edge').style.left")
        self.assertEqual(edge, "80%")
        self.assertIn("x", self.text("time"))

    def test_narrow(self):
        self.look(width=400, height=1800)
        self.translate("maps")
        self.assertLessEqual(self.browser.execute_script("return document.documentElement.scrollWidth"), 400)
