"""A run's own index.html, opened as a file."""

import shutil
import tempfile
from pathlib import Path

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from small_runs import draw_faces, train
from studio_case import BrowserCase


class RunPageTests(BrowserCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = Path(tempfile.mkdtemp(prefix="run-page-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        train(draw_faces(cls.folder), cls.folder / "run")

    def test_sheets_plots_and_keys(self):
        self.browser.get(f"file://{self.folder}/run/index.html")
        self.assertEqual(self.text("caption"), "Samples after step 40")
        self.assertIn("step-000040.png", self.element("sheet").get_attribute("src"))
        self.assertTrue(self.wait(lambda: self.element("sheet").get_property("naturalWidth")))
        self.assertGreaterEqual(len(self.elements("figure polyline")), 4)
        ActionChains(self.browser).send_keys(Keys.ARROW_LEFT).perform()
        self.assertEqual(self.text("caption"), "Samples after step 30")
        ActionChains(self.browser).send_keys(Keys.SPACE).perform()
        self.wait(lambda: self.text("caption") == "Samples after step 40")
        self.assertFalse(self.browser.execute_script("return 'goesOn' in document.body.dataset"))
        for width, dark in [(1440, True), (420, False)]:
            self.look(width, 1000, dark)
            self.keep_screenshot(f"{width}")
            self.assertLessEqual(
                self.browser.execute_script("return document.documentElement.scrollWidth"), width)
