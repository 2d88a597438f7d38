"""The page of latents, as somebody plays with it."""

import json

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from studio_case import StudioCase


class LatentsTests(StudioCase):
    def setUp(self):
        super().setUp()
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

    def test_speed_from_slider_to_image(self):
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
        report = self.wait(lambda: self.text("speed"))
        self.assertRegex(report, r"^\d+ ms from slider to image")
        print(json.dumps({"slider to image": report}))
