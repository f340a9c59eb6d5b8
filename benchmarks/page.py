"""How fast a report's page is in a browser: until it answers, when models are switched, at rest.

    linocut report mnist -o mnist.html
    python benchmarks/page.py mnist.html [--runs 5]

Told are medians of so many openings in Chromium: milliseconds until the page answers (its first
section drawn and a task of its own run through), milliseconds of script and layout from the click
on another model to the next frame that is drawn, the longest task of each, and the longest task
while the page is scrolled through from top to bottom, which draws all that is drawn when the reader
comes near. Then all test images that the file holds are scrolled through in their window, by a
tenth of a window, a third and a whole one a frame; told are the time from each frame to the next,
how many came more than half a frame late, and the milliseconds of processor time that the page's
main thread took for each, which tells more than the wall where other work runs beside. A
task is a piece of work during which the page answers nothing; Chromium tells those above 50 ms.
Told besides is how much there is to read when it opens: words and numbers, and words of two letters
and more alone. Needs Playwright and a Chromium (``linocut[dev]``).
"""

from __future__ import annotations

import argparse
import os
import shutil
import time
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Page, sync_playwright

from linocut.report.collecting import machine

WATCH = """
window.__tasks = [];
new PerformanceObserver(list => {
  for (const task of list.getEntries()) window.__tasks.push(task.duration);
}).observe({ type: 'longtask', buffered: true });
"""
# A frame has been drawn once a task that was asked for in it runs.
DRAWN = "new Promise(done => requestAnimationFrame(() => setTimeout(done)))"
SWITCH = f"""
async at => {{
  const radios = [...document.querySelectorAll('#ladder input[type=radio]')];
  const began = performance.now();
  radios[at % radios.length].click();
  await {DRAWN};
  return performance.now() - began;
}}
"""
READ = """
(() => {
  const all = document.body.innerText.split(/\\s+/).filter(Boolean);
  return [all.length, all.filter(each => /\\p{L}{2}/u.test(each)).length];
})()
"""
# Scroll the window of all images from top to bottom, so much a frame, and time the frames.
WALL = """
async windows => {
  const wall = document.querySelector('#images .wall');
  const frames = [];
  wall.scrollTop = 0;
  let before = await new Promise(requestAnimationFrame);
  for (let n = 0; n < 240 && wall.scrollTop + wall.clientHeight + 1 < wall.scrollHeight; n++) {
    wall.scrollTop += windows * wall.clientHeight;
    const now = await new Promise(requestAnimationFrame);
    frames.push(now - before);
    before = now;
  }
  return frames;
}
"""
STEPS = {
    "a tenth of a window": 0.1,
    "a third of a window": 1 / 3,
    "a window": 1.0,
}  # by which it is scrolled each frame
LATE = 25  # ms, for a frame that is due every 16.7
PATIENCE = 300  # ms, for a task to be told
WIDTH, HEIGHT = 1440, 900


def longest(page: Page) -> float:
    """Return the longest task since the last call, in ms; 0 where all were below 50 ms."""
    page.wait_for_timeout(PATIENCE)
    tasks: list[float] = page.evaluate("window.__tasks.splice(0)")
    return max(tasks, default=0.0)


def read(browser: Any, path: Path) -> list[int]:
    """Count what stands on the page before anything is opened: words and numbers, and words."""
    page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
    page.goto(path.resolve().as_uri())
    page.wait_for_selector("#data")
    page.wait_for_timeout(10 * PATIENCE)  # sections come one after another
    counts: list[int] = page.evaluate(READ)
    page.close()
    return counts


def opened(browser: Any, path: Path) -> dict[str, float]:
    """Open the page once and measure."""
    page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
    page.add_init_script(WATCH)
    began = time.perf_counter()
    page.goto(path.resolve().as_uri(), wait_until="commit")
    page.wait_for_selector("#ladder input[type=radio]")
    page.evaluate(DRAWN)
    found = {
        "answers after": 1000 * (time.perf_counter() - began),
        "its longest task": longest(page),
    }
    radios = page.locator("#ladder input[type=radio]").count()
    switches = [page.evaluate(SWITCH, at) for at in range(radios)]
    found |= {"switch": median(switches), "slowest switch": max(switches)}
    found["its longest task "] = longest(page)
    bottom = page.evaluate("document.documentElement.scrollHeight")
    for y in range(0, bottom, HEIGHT):
        page.evaluate("y => scrollTo(0, y)", y)
        page.wait_for_timeout(150)
    found["scrolled: longest task"] = longest(page)
    page.close()
    return found


def wall(browser: Any, path: Path) -> dict[str, tuple[list[float], float]]:
    """Scroll all images through: milliseconds from frame to frame, and of processor for each."""
    page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
    page.goto(path.resolve().as_uri() + "#section=images&show=all&images=all")
    page.wait_for_selector("#data", state="attached")
    page.locator("#images .wall [data-image]").first.scroll_into_view_if_needed()
    page.wait_for_timeout(10 * PATIENCE)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    found = {}
    for name, windows in STEPS.items():
        before = _busy(session)
        frames = page.evaluate(WALL, windows)
        found[name] = frames, 1000 * (_busy(session) - before) / len(frames)
    page.close()
    return found


def _busy(session: Any) -> float:
    """Return the seconds of processor time that the page's main thread has taken."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    return next(float(each["value"]) for each in metrics if each["name"] == "ThreadTime")


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("report", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        print(f"{machine()}; Chromium {browser.version}; load {os.getloadavg()[0]:.1f}")
        print(f"{given.report.name}, {given.report.stat().st_size / 1e6:.2f} MB")
        print(
            "{:,} words and numbers when it opens, {:,} of them words".format(
                *read(browser, given.report)
            )
        )
        runs = [opened(browser, given.report) for _ in range(given.runs)]
        frames = wall(browser, given.report)
        browser.close()
    print("| what | ms, median | of runs |\n|---|---|---|")
    for name in runs[0]:
        values = sorted(run[name] for run in runs)
        told = ", ".join(f"{value:.0f}" for value in values)
        print(f"| {name.strip()} | {median(values):.0f} | {told} |")
    print(
        "\n| all images, scrolled each frame by | frames | ms, median | 99 % | worst | late | CPU |"
    )
    print("|---|---|---|---|---|---|---|")
    for name, (times, busy) in frames.items():
        times.sort()
        late = times[int(0.99 * (len(times) - 1))]
        print(
            f"| {name} | {len(times)} | {median(times):.1f} | {late:.1f} | {times[-1]:.1f} "
            f"| {sum(time > LATE for time in times)} | {busy:.1f} |"
        )


if __name__ == "__main__":
    main()
