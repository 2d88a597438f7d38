"""Every page at several sizes, light and dark: nothing beside the window, and what axe finds wrong for those who see
or hear little, or have no mouse."""

import json

from axe_selenium_python import Axe

from small_runs import draw_faces, train
from studio_case import ROOT, StudioCase

SIZES = [(420, 900), (1000, 900), (1440, 1000), (2000, 1200)]
READY = {"runs": "#plots canvas", "latents": "#wall .sample"}


class LookTests(StudioCase):
    @classmethod
    def prepare(cls, folder):
        train(draw_faces(folder), folder / "runs/first")

    def test_all_pages(self):
        self.open("")
        pages = [link.get_attribute("href").rsplit("/", 1)[1] for link in self.elements("nav a")]
        self.assertIn("runs", pages)
        for page in pages:
            for dark in [False, True]:
                for width, height in SIZES:
                    with self.subTest(page=page, dark=dark, width=width):
                        self.look(width, height, dark)
                        self.open(page)
                        self.wait(lambda: self.elements(READY.get(page, "main h1, main h2")))
                        self.keep_screenshot(f"{page}-{width}-{'dark' if dark else 'light'}")
                        wide = self.browser.execute_script("return document.documentElement.scrollWidth")
                        self.assertLessEqual(wide, width)
                with self.subTest(page=page, dark=dark, check="accessibility"):
                    self.assertEqual(self.violations(), [])

    def test_the_tools_of_latents(self):
        self.open("latents")
        self.wait(lambda: self.elements("#wall .sample"))
        self.element("photo").send_keys(str(ROOT / "datasets/avatars/00003.png"))
        self.wait(lambda: "left" in self.text("projection-text"), 120)
        for dark in [False, True]:
            for tab in ["mix", "attributes", "nearest", "walk"]:
                for width in [420, 1440]:
                    with self.subTest(tab=tab, dark=dark, width=width):
                        self.look(width, 1600, dark)
                        self.element(f"tab-{tab}").click()
                        self.browser.execute_script(
                            "for (const more of document.querySelectorAll('.stage details')) more.open = true")
                        self.wait(lambda: self.element(f"tool-{tab}").is_displayed())
                        self.wait(lambda: tab != "mix" or self.elements("#mix-cells .sample"))
                        self.keep_screenshot(f"latents-{tab}-{width}-{'dark' if dark else 'light'}")
                        self.assertLessEqual(
                            self.browser.execute_script("return document.documentElement.scrollWidth"), width)
                with self.subTest(tab=tab, dark=dark, check="accessibility"):
                    self.assertEqual(self.violations(), [])

    def violations(self):
        axe = Axe(self.browser)
        axe.inject()
        # Which is put into a script as it is.
        found = axe.run(options=json.dumps({
            "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa"]},
            # This axe is older than groups within a list of descriptions.
            "rules": {"dlitem": {"enabled": False}}}))["violations"]
        return [(one["id"], [node["target"] for node in one["nodes"]][:4]) for one in found]
