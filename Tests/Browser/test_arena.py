"""The arena, as somebody watches and steers it."""

import re

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from studio_case import StudioCase

SMALL = "width=32&batchSize=64"


class ArenaTest(StudioCase):
    def arena(self, state=""):
        """Opens an arena in a state, ready to train."""
        self.open(f"arena#{state}")
        self.wait(lambda: self.figure("step") == "0")

    def figure(self, name, stage=0):
        """A figure below a stage; None before the first frame."""
        return self.browser.execute_script("""
            const [name, stage] = arguments;
            const rows = [...document.querySelectorAll(".stage")[stage]?.querySelectorAll(".figures div") ?? []];
            return rows.find((row) => row.firstChild.textContent === name)?.lastChild.textContent ?? null;
            """, name, stage)

    def step(self):
        """The step that is shown; -1 before the first frame."""
        return int(self.figure("step") or -1)

    def modes(self, stage=0):
        return self.elements(".modes")[stage].text

    def keys(self, keys):
        self.browser.find_element(By.TAG_NAME, "body").send_keys(keys)

    def choose(self, identifier, value):
        Select(self.element(identifier)).select_by_value(value)

    def plane(self):
        """What the first stage's canvas shows."""
        return self.browser.execute_script("return document.querySelector('.plane').toDataURL()")

    def test_trains_until_eight_of_eight_modes(self):
        self.arena()
        self.assertEqual(len(self.elements(".overlay circle.missed")), 8)
        self.keep_screenshot("begin")
        # A mode may be lost again in the steps before the training stops.
        for _ in range(20):
            self.element("train").click()
            self.wait(lambda: self.modes() == "8 of 8 modes", seconds=240)
            self.element("train").click()
            self.wait(lambda: self.text("train") == "Train")
            if self.modes() == "8 of 8 modes":
                break
        self.assertEqual(self.modes(), "8 of 8 modes")
        self.assertEqual(len(self.elements(".overlay circle.missed")), 0)
        self.wait(lambda: f"--steps {self.step()} " in self.text("commands"))

    def test_steps_of_one_network_and_keys(self):
        self.arena(SMALL)
        before = self.plane()
        self.element("step-discriminator").click()
        self.wait(lambda: self.plane() != before)
        self.assertEqual(self.step(), 0)
        self.keys("g")
        self.wait(lambda: self.step() == 1)
        self.keys("s")
        self.wait(lambda: self.step() == 2)
        self.keys(Keys.SPACE)
        self.wait(lambda: self.step() > 10)
        self.keys(Keys.SPACE)
        self.wait(lambda: self.text("train") == "Train")
        self.keys("r")
        self.wait(lambda: self.step() == 0)

    def test_slow_motion_names_each_phase(self):
        self.arena(f"{SMALL}&speed=10")
        self.keys("m")
        seen = []
        def looked():
            text = self.text("sentence")
            if text not in seen:
                seen.append(text)
            return len([line for line in seen if "Paused" not in line]) >= 5
        self.wait(looked)
        self.keys("m")
        self.assertTrue(any("takes a step" in line for line in seen))

    def test_settings_act_without_a_restart(self):
        self.arena(f"{SMALL}&speed=50")
        self.element("train").click()
        self.wait(lambda: self.step() > 5)
        self.choose("objective-a", "hinge")
        self.element("r1-a").click()
        self.move("discriminatorStrength", 300)
        self.wait(lambda: self.elements(".stage h2")[0].text == "hinge + r1 0.1")
        step = self.step()
        self.wait(lambda: self.step() > step)
        self.assertRegex(self.browser.current_url, r"objective=hinge.*regularizers=r1:0.1|regularizers=r1:0.1.*objective=hinge")
        address = self.browser.current_url.split("#")[1]
        self.arena(address)
        self.assertTrue(self.element("r1-a").is_selected())

    def test_two_losses_side_by_side(self):
        self.look(width=1440, height=1000, dark=True)
        self.arena(SMALL)
        self.element("compare").click()
        self.wait(lambda: len(self.elements(".stage")) == 2)
        self.choose("objective-b", "minimax")
        self.wait(lambda: self.elements(".stage h2")[1].text == "minimax")
        for _ in range(3):
            step = self.step()
            self.element("step-both").click()
            self.wait(lambda: self.step() == step + 1)
        self.assertEqual(self.figure("step", 0), self.figure("step", 1))
        self.assertNotEqual(self.figure("G loss", 0), self.figure("G loss", 1))

    def test_looks_back(self):
        self.arena(SMALL)
        for _ in range(4):
            step = self.step()
            self.keys("s")
            self.wait(lambda: self.step() == step + 1)
        self.wait(lambda: self.element("history").get_attribute("max") == "4")
        self.move("history", 1)
        self.wait(lambda: self.step() == 1)
        self.assertIn("Looking back", self.text("sentence"))
        self.element("now").click()
        self.wait(lambda: self.step() == 4)

    def test_drawn_points_and_a_file(self):
        self.arena(SMALL)
        self.choose("data", "points")
        self.wait(lambda: "200 points" in self.text("drawn"))
        field = self.wait(lambda: self.elements(".field-of-play"))[0]
        ActionChains(self.browser).move_to_element(field).click_and_hold().move_by_offset(80, 30).release().perform()
        self.wait(lambda: int(re.search(r"\d+", self.text("drawn"))[0]) > 200)
        self.assertIn("Drawn points are the arena's alone", self.text("commands"))
        file = self.folder / "line.csv"
        file.write_text("x\n1\n2\n2.5\n3\n")
        self.element("file").send_keys(str(file))
        self.wait(lambda: "line.csv" in self.text("drawn") and self.text("boundary-name") == "output of D")

    def test_takes_over_a_command(self):
        self.arena()
        self.element("pasted").send_keys("gan toy moons --preset wgan-gp --g-lr 0.001 --width 32")
        self.elements("#paste button")[0].click()
        self.wait(lambda: "wasserstein + gradient-penalty" in self.elements(".stage h2")[0].text)
        self.wait(lambda: "gan toy moons" in self.text("commands") and "--g-lr 0.001" in self.text("commands"))
        self.element("pasted").clear()
        self.element("pasted").send_keys("gan toy moons --nonsense 3")
        self.elements("#paste button")[0].click()
        self.wait(lambda: "no --nonsense" in self.text("notice"))

    def test_a_setting_that_cannot_be_is_refused(self):
        self.arena(SMALL)
        self.browser.execute_script("document.querySelector('details').open = true")
        field = self.element("width")
        field.clear()
        field.send_keys("9999", Keys.TAB)
        self.wait(lambda: "must lie between" in self.text("notice"))
        self.wait(lambda: self.element("width").get_attribute("value") == "32")

    def test_a_lost_connection_is_told(self):
        script = self.browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": """
            window.WebSocket = class extends WebSocket {
                constructor(...given) { super(...given); window.opened = this; }
            };"""})
        self.arena(SMALL)
        self.browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", script)
        self.element("step-both").click()
        self.wait(lambda: self.step() == 1)
        self.browser.execute_script("window.opened.close()")
        self.wait(lambda: "begins anew" in self.text("notice"))
        self.wait(lambda: self.step() == 0)
        self.element("step-both").click()
        self.wait(lambda: self.step() == 1)

    def test_essays(self):
        self.open("arena")
        self.wait(lambda: "24 times as much" in self.text("essay-losses"))
        self.move("essay-d", 50)
        self.wait(lambda: "1 times as much" in self.text("essay-losses"))
        self.move("essay-distance", 2.5)
        self.wait(lambda: "log 2), slope 0" in self.text("essay-distances"))
        self.move("essay-distance", 0.5)
        self.wait(lambda: "slope 0." not in self.text("essay-distances"))

    def test_narrow_and_on_the_line(self):
        self.look(width=400, height=1600)
        self.arena(f"data=gaussian&{SMALL}&show=map,boundary,reals,generated,pulls,manifold")
        self.assertLessEqual(self.browser.execute_script("return document.documentElement.scrollWidth"), 400)
        self.assertEqual(self.text("boundary-name"), "output of D")
