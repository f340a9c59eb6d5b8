"""How fast a stroke is on the screen with all that a model says of it, in a browser.

    linocut fit mnist --rung softmax -o softmax.linocut
    linocut fit mnist --rung scattering -o scattering.linocut
    python benchmarks/explorer.py softmax.linocut scattering.linocut [--moves 400]

Each model is exported to a page (`linocut export MODEL --html`), on which a digit is drawn over and
over by real movements of the mouse. Told are the median and the 99th percentile, in milliseconds,
from the moment a movement reaches the page to the end of the frame in which the drawing, the
prepared images, all probabilities and the evidence are drawn: what the page computes and paints.
A frame begins up to 16.7 ms after the mouse has moved; that wait is told apart, as the time from
the mouse's own time stamp. Told besides are the sizes of model and page. Needs Playwright and a
Chromium (``linocut[dev]``).
"""

from __future__ import annotations

import argparse
import math
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page, sync_playwright

from linocut.classifier import ImageClassifier
from linocut.modelfile import export_html
from linocut.report.collecting import machine

# Movements come right before a frame; a message sent in the frame arrives once it is painted.
WATCH = """
window.__moves = [];
const painted = new MessageChannel();
const waiting = [];
painted.port1.onmessage = () => {
  const now = performance.now();
  for (const { reached, moved } of waiting.splice(0))
    window.__moves.push([now - reached, now - moved]);
};
addEventListener('pointermove', event => {
  if (!event.buttons) return;
  const first = waiting.length === 0;
  waiting.push({ reached: performance.now(), moved: event.timeStamp });
  if (first) requestAnimationFrame(() => painted.port2.postMessage(null));
}, { capture: true });
"""
UNCOUNTED = 20  # movements: code that has not run yet is slow


def drawn(page: Page, moves: int) -> NDArray[np.float64]:
    """Draw an eight over and over, so many movements of the mouse; return what each took, in ms."""
    box = page.locator("[data-canvas]").bounding_box()
    assert box is not None
    left, top, side = box["x"], box["y"], box["width"]
    turns = np.linspace(0, 2 * math.pi, 60)
    xs = left + side * (0.5 + 0.2 * np.sin(2 * turns))
    ys = top + side * (0.5 - 0.35 * np.cos(turns))
    while page.evaluate("window.__moves.length") < moves + UNCOUNTED:
        page.mouse.move(xs[0], ys[0])
        page.mouse.down()
        for x, y in zip(xs[1:], ys[1:], strict=True):
            page.mouse.move(x, y)
        page.mouse.up()
        page.get_by_role("button", name="Clear").click()
    return np.array(page.evaluate("window.__moves")[UNCOUNTED:])


def measured(browser: Any, model: Path, moves: int) -> list[str]:
    """Return a row of the table."""
    with tempfile.TemporaryDirectory() as folder:
        path = export_html(ImageClassifier.load(model).contents, Path(folder) / "page.html")
        size = path.stat().st_size
        page = browser.new_page(viewport={"width": 1440, "height": 1000})
        page.add_init_script(WATCH)
        page.goto(path.as_uri())
        page.locator("[data-canvas]").wait_for()
        times = drawn(page, moves)
        page.close()
    sizes = [f"{each / 1e3:.0f}" for each in (model.stat().st_size, size)]
    told = [f"{value:.1f}" for value in np.percentile(times, [50, 99], axis=0).T.ravel()]
    return [model.stem, *sizes, *told, str(len(times))]


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("models", type=Path, nargs="+")
    parser.add_argument("--moves", type=int, default=400)
    given = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        print(f"{machine()}; Chromium {browser.version}; load {os.getloadavg()[0]:.1f}")
        print(
            "| model | file, kB | page, kB | ms, median | ms, p99 | from the mouse, median | p99 "
            "| movements |\n|---|---|---|---|---|---|---|---|"
        )
        for model in given.models:
            print(f"| {' | '.join(measured(browser, model, given.moves))} |", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
