"""How fast model files are run on one image by the page's arithmetic, in Node and in Chromium.

    linocut train mnist --rung scattering -o scattering.linocut
    python benchmarks/browser_models.py scattering.linocut … [--data mnist] [--runs 100]

Told are milliseconds: to read the file once, and then to compute the scores of an image and after
that the evidence of all its pixels for one class rather than the average. That is what a stroke
costs on the explorer's page, but for drawing it. The first figure is the least of all runs, what
it takes on a machine that does nothing else; the second is their median. Images are test images of
a dataset, or the blobs that a file is checked by. Told besides is how far the scores of the latter
are from Python's, as a share of how far these spread. Needs Node and the packages in ``web/``, and
for Chromium Playwright and a Chromium (``linocut[dev]``).
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from linocut.classifier import ImageClassifier
from linocut.data import load_dataset
from linocut.modelfile.parity import parity_images
from linocut.report.collecting import machine

WEB = Path(__file__).parents[1] / "web"
IMAGES = 20
MEASURE = """
({ readModel, parityError }, { file, images, runs }) => {
  const bytes = Uint8Array.from(atob(file), (letter) => letter.charCodeAt(0)).buffer;
  const times = { read: [], scores: [], evidence: [] };
  const timed = (what, work) => {
    const began = performance.now();
    const made = work();
    times[what].push(performance.now() - began);
    return made;
  };
  const model = timed('read', () => readModel(bytes));
  const exact = model.account.kind !== 'none';
  for (let i = 0; i < runs; i++) {
    const run = timed('scores', () => model.run(Uint8Array.from(images[i % images.length])));
    if (exact) timed('evidence', () => run.evidence(i % model.names.length, null));
  }
  return { ...times, off: parityError(model) };
}
"""
IN_NODE = """
import { readFileSync } from 'node:fs';
import * as engine from './engine.mjs';
const measure = MEASURE;
console.log(JSON.stringify(measure(engine, JSON.parse(readFileSync(0)))));
"""
IN_CHROMIUM = """
async ([code, asked]) => {
  const module = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
  return (MEASURE)(await import(module), JSON.parse(asked));
}
"""


def bundled(folder: Path) -> Path:
    """Bundle the arithmetic into one file."""
    source, made = folder / "engine.ts", folder / "engine.mjs"
    engine = (WEB / "src" / "engine").as_posix()
    source.write_text(
        "".join(f"export * from '{engine}/{each}.ts';\n" for each in ("model", "parity"))
    )
    bundler = WEB / "node_modules" / ".bin" / "rolldown"
    options = ["--file", str(made), "--format", "esm", "--minify", "--log-level", "silent"]
    subprocess.run([bundler, source, *options], check=True, stdout=subprocess.DEVNULL)
    return made


def asked_of(path: Path, data: str | None, runs: int) -> str:
    """Return as JSON what is measured of one file."""
    shape = ImageClassifier.load(path).contents.image_shape
    images = load_dataset(data).test.images[:IMAGES] if data else parity_images(shape)[1:]
    return json.dumps(
        {
            "file": base64.b64encode(path.read_bytes()).decode(),
            "images": images.reshape(len(images), -1).tolist(),
            "runs": runs,
        }
    )


def in_node(code: Path, asked: str) -> dict[str, Any]:
    """Measure in Node."""
    script = code.with_name("measure.mjs")
    script.write_text(IN_NODE.replace("MEASURE", MEASURE.strip()))
    done = subprocess.run(["node", script], input=asked, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def in_chromium(browser: Any, code: Path, asked: str) -> dict[str, Any]:
    """Measure in a page of its own."""
    page = browser.new_page()
    script = IN_CHROMIUM.replace("MEASURE", MEASURE.strip())
    found: dict[str, Any] = page.evaluate(script, [code.read_text(), asked])
    page.close()
    return found


def row(where: str, path: Path, found: dict[str, Any]) -> str:
    """Return one line of the table; the first runs, before code is compiled, are left out."""

    def told(times: list[float]) -> str:
        warm = times[len(times) // 4 :]
        return "{:.1f}, {:.1f}".format(*np.percentile(warm, [0, 50])) if warm else "none"

    return (
        f"| {path.stem} | {where} | {found['read'][0]:.0f} | {told(found['scores'])} | "
        f"{told(found['evidence'])} | {found['off']:.0e} |"
    )


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("models", type=Path, nargs="+")
    parser.add_argument("--data", help="dataset whose test images are taken")
    parser.add_argument("--runs", type=int, default=100)
    given = parser.parse_args()
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        code = bundled(Path(folder))
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        print(f"{machine()}; Chromium {browser.version}; load {os.getloadavg()[0]:.1f}")
        print(f"the arithmetic: {code.stat().st_size / 1e3:.0f} kB of script")
        print(
            "| model | in | read, ms | scores, ms | evidence, ms | off |\n|---|---|---|---|---|---|"
        )
        for path in given.models:
            asked = asked_of(path, given.data, given.runs)
            print(row("Node", path, in_node(code, asked)), flush=True)
            print(row("Chromium", path, in_chromium(browser, code, asked)), flush=True)
        browser.close()


if __name__ == "__main__":
    main()
