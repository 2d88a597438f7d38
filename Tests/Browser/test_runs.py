"""The page of runs, as somebody uses it who trains."""

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from small_runs import draw_faces, train
from studio_case import StudioCase


class RunsTests(StudioCase):
    @classmethod
    def prepare(cls, folder):
        cls.data = draw_faces(folder)
        train(cls.data, folder / "runs/first")
        train(cls.data, folder / "runs/others/second", "--steps", 20, "--seed", 1)

    def open_run(self, name):
        self.open("runs")
        button = self.wait(lambda: next((one for one in self.elements("#list button") if name in one.text), None))
        button.click()
        self.wait(lambda: self.text("name") == name)

    def press(self, *keys):
        ActionChains(self.browser).send_keys(*keys).perform()

    def test_every_sheet_is_on_the_slider(self):
        self.open_run("first")
        self.wait(lambda: self.text("sheet-note") == "sheet 4 of 4")
        self.assertEqual(self.text("sheet-title"), "Samples after step 40")
        last = self.pixels("sheet")
        self.press(Keys.ARROW_LEFT, Keys.ARROW_LEFT)
        self.wait(lambda: self.text("sheet-title") == "Samples after step 20")
        self.assertNotEqual(self.pixels("sheet"), last)
        self.press(Keys.SPACE)
        self.wait(lambda: self.text("sheet-note") == "sheet 4 of 4")
        self.assertEqual(self.pixels("sheet"), last)

    def test_figures_and_settings_are_shown(self):
        self.open_run("first")
        figures = self.wait(lambda: self.text("figures"))
        for name in ["Step", "Images per second", "D(x)", "D(G(z))"]:
            self.assertIn(name, figures)
        labels = [plot.get_attribute("aria-label") for plot in self.elements("#plots canvas")]
        self.assertTrue(any("discriminator" in label and "generator" in label for label in labels), labels)
        self.assertIn("gan train --resume --out", self.text("command"))

    def test_a_seed_is_followed_over_time(self):
        self.open_run("first")
        self.wait(lambda: self.text("sheet-note") == "sheet 4 of 4")
        ActionChains(self.browser).move_to_element_with_offset(self.element("sheet"), -30, -30).click().perform()
        self.wait(lambda: len(self.elements("#seed-strip button")) == 4)
        self.assertIn("of the sheet, over time", self.text("seed-title"))
        before = self.pixels("seed-large")
        self.elements("#seed-strip button")[0].click()
        self.wait(lambda: self.text("sheet-title") == "Samples after step 10")
        self.wait_for_change("seed-large", before)

    def test_two_runs_are_compared(self):
        self.open_run("first")
        self.wait(lambda: self.text("sheet-note") == "sheet 4 of 4")
        alone = self.pixels("sheet")
        Select(self.element("with")).select_by_visible_text("others/second")
        half = self.wait_for_change("sheet", alone)
        rows = self.wait(lambda: self.text("difference-rows"))
        self.assertIn("seed 0 1", rows)
        self.move("wipe", 100)
        self.assertNotEqual(self.wait_for_change("sheet", half), half)

    def test_a_training_is_started_stopped_and_resumed(self):
        self.open_run("first")
        self.element("new").click()
        self.wait(lambda: self.element("form-data").is_displayed())
        data = self.element("form-data")
        data.clear()
        data.send_keys(str(self.data) + "-that-is-not-there")
        self.wait(lambda: "there is no" in self.text("form-preview"))
        self.assertFalse(self.element("form-start").is_enabled())
        data.clear()
        data.send_keys(str(self.data))
        name = self.element("form-name")
        name.clear()
        name.send_keys("third")
        self.element("form-options").send_keys("--model" " dcgan")
        self.wait(lambda: "is not for this field" in self.text("form-preview"))
        self.element("form-options").clear()
        self.element("form-options").send_keys("--batch 4 --threads 1 --sample-every 20")
        Select(self.element("form-model")).select_by_value("dcgan")
        Select(self.element("form-size")).select_by_value("16")
        self.wait(lambda: self.element("form-start").is_enabled())
        self.assertIn("dcgan: generator", self.text("form-preview"))
        self.assertIn("--model dcgan --size 16 --minutes 10", self.text("form-command"))
        self.element("form-start").click()
        self.wait(lambda: self.text("name") == "third" and self.text("state") == "running", 60)
        self.wait(lambda: "Time left" in self.text("figures"))
        self.keep_screenshot("running")
        self.element("stop").click()
        self.wait(lambda: self.text("state") == "stopped")
        stopped = self.text("figures")
        self.wait(lambda: self.element("resume").is_displayed())
        self.element("resume").click()
        self.element("resume-start").click()
        self.wait(lambda: self.text("state") == "running" and self.text("figures") != stopped)
        self.element("stop").click()
        self.wait(lambda: self.text("state") == "stopped")
