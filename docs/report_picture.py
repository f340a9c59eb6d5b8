"""Take the README's picture of a report: its heading and its templates.

    linocut report mnist
    python docs/report_picture.py mnist-report.html docs/report-mnist.png

Needs Playwright and Debian's chromium.
"""

from __future__ import annotations

import io
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

WIDTH = 1200
# Each part runs from the top of one element to the top of another.
PARTS = (("#top", "#data"), ("#templates", "#templates h3.each"))
FLAT = ".bar, .skip { display: none !important } * { position: static !important }"


def main() -> None:
    report, target = (Path(argument) for argument in sys.argv[1:])
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": WIDTH, "height": 900}, color_scheme="light")
        page.goto(report.resolve().as_uri())
        page.locator("#mistakes [data-image]").first.wait_for()
        page.add_style_tag(content=FLAT)  # what sticks to the window would cross the pictures
        spans = [tuple(_top(page, edge) for edge in part) for part in PARTS]
        whole = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
        browser.close()
    picture = Image.new("RGB", (WIDTH, sum(bottom - top for top, bottom in spans)))
    at = 0
    for top, bottom in spans:
        picture.paste(whole.crop((0, top, WIDTH, bottom)), (0, at))
        at += bottom - top
    picture.save(target, optimize=True)


def _top(page: Page, selector: str) -> int:
    box = page.locator(selector).first.bounding_box()
    assert box is not None
    return round(box["y"])


if __name__ == "__main__":
    main()
