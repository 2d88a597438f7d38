"""A studio in a folder of its own, and a browser that looks at it."""

import json
import os
import shutil
import struct
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

ROOT = Path(__file__).resolve().parents[2]
GAN = os.environ.get("GAN", str(ROOT / ".build/release/gan"))
SCREENSHOTS = ROOT / ".build/browser/screenshots"


def origin(image):
    """What a PNG file tells of where it comes from."""
    told = subprocess.run([GAN, "inspect", "--json", image], check=True, capture_output=True)
    return json.loads(told.stdout)


def size_of(image):
    """Width and height of a PNG file."""
    return struct.unpack(">II", image.read_bytes()[16:24])


def gan(*arguments):
    """Runs a command to its end."""
    subprocess.run([GAN, *map(str, arguments)], check=True, capture_output=True)


def make_browser():
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for argument in ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options, webdriver.ChromeService(shutil.which("chromedriver")))


class BrowserCase(unittest.TestCase):
    """Looks, waits and keeps screenshots; a test fails if the console has an error."""

    @classmethod
    def setUpClass(cls):
        cls.browser = make_browser()
        cls.addClassCleanup(cls.browser.quit)

    def setUp(self):
        self.look(width=1440, height=1000)

    def tearDown(self):
        self.keep_screenshot("end")
        errors = [entry for entry in self.browser.get_log("browser") if entry["level"] == "SEVERE"]
        self.assertEqual(errors, [])

    def expect_refused_request(self):
        """Takes a refused request out of the console, which has an entry for it in any case."""
        entries = [entry for entry in self.browser.get_log("browser") if entry["level"] == "SEVERE"]
        self.assertTrue(all(entry["source"] == "network" for entry in entries), entries)
        self.assertEqual(len(entries), 1)

    def look(self, width, height, dark=False):
        """Sets the window's size, and what the system prefers."""
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})

    def keep_screenshot(self, name):
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.browser.save_screenshot(str(SCREENSHOTS / f"{self.id().split('.', 1)[1]}-{name}.png"))

    def element(self, identifier):
        return self.browser.find_element(By.ID, identifier)

    def elements(self, selector):
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def text(self, identifier):
        return self.element(identifier).text

    def wait(self, condition, seconds=30):
        """Waits until a function gives something true, and gives that back."""
        return WebDriverWait(self.browser, seconds).until(lambda _: condition())

    def move(self, identifier, value):
        """Moves a slider as a hand does."""
        self.browser.execute_script(
            "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('input', {bubbles: true}))",
            self.element(identifier), value)

    def pixels(self, identifier):
        """What a canvas shows."""
        return self.browser.execute_script("return arguments[0].toDataURL()", self.element(identifier))

    def wait_for_change(self, identifier, before):
        """Waits until a canvas shows something else."""
        return self.wait(lambda: (now := self.pixels(identifier)) != before and now)


class StudioCase(BrowserCase):
    """A studio over a folder of runs that `prepare` fills."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = Path(tempfile.mkdtemp(prefix="studio-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.prepare(cls.folder)
        cls.studio = subprocess.Popen(
            [GAN, "studio", str(cls.folder / "runs"), "--port", "0"], stdout=subprocess.PIPE, text=True, cwd=ROOT)
        cls.addClassCleanup(cls.end_studio)
        cls.address = cls.studio.stdout.readline().strip()
        cls.downloads = cls.folder / "downloads"
        cls.downloads.mkdir()
        cls.browser.execute_cdp_cmd("Browser.setDownloadBehavior", {
            "behavior": "allow", "downloadPath": str(cls.downloads)})
        cls.origin = cls.address.split("/?")[0]
        cls.browser.get(cls.address)

    @classmethod
    def prepare(cls, folder):
        """Makes what the studio is to show."""

    @classmethod
    def end_studio(cls):
        cls.studio.terminate()
        status = cls.studio.wait(10)
        cls.studio.stdout.close()
        assert status == 0, f"the studio ended with {status}"

    def downloaded(self, name):
        file = self.downloads / name
        wait_until(lambda: file.exists() and file.stat().st_size > 0)
        return file

    def open(self, page):
        self.browser.get("about:blank")
        self.browser.get(f"{self.origin}/{page}")


def wait_until(condition, seconds=60):
    """Waits for something outside of the browser."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.2)
