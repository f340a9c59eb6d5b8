"""Save, load and use every linear rung of the ladder: size, seconds, images a second, same bits.

    python benchmarks/finished_models.py [--datasets mnist digits] [--rungs softmax scattering …]

Climbs the ladder on each dataset, keeps each rung in a file, loads it in this process and in a new
one, and compares the scores of all test images, bit by bit. Throughput is that of ``predict`` on
10,000 test images as a uint8 array, median of nine; one image is the median of 200; loading is the
median of nine ``load_model`` calls after import, parity check included. Run with
``OPENBLAS_CORETYPE`` and ``OPENBLAS_L2_SIZE`` unset.
"""

from __future__ import annotations

import argparse
import hashlib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_info

from linocut.classifier import load_model
from linocut.data import load_dataset
from linocut.ladder import RECIPES, Rung, climb
from linocut.report.collecting import machine

IMAGES = 10_000
FRESH = """
import hashlib, sys
from linocut.classifier import load_model
from linocut.data import load_dataset
images = load_dataset(sys.argv[2]).test.images
print(hashlib.sha256(load_model(sys.argv[1]).scores(images).tobytes()).hexdigest())
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--datasets", nargs="+", default=["mnist"])
    parser.add_argument("--rungs", nargs="+", default=[r.name for r in RECIPES if r.linear])
    arguments = parser.parse_args()
    kernels = {f"{each['internal_api']} {each.get('architecture')}" for each in threadpool_info()}
    print(f"{machine()}; {', '.join(sorted(kernels))}\n", flush=True)
    for name in arguments.datasets:
        dataset = load_dataset(name)
        images = dataset.test.images
        many = np.ascontiguousarray(images[np.arange(IMAGES) % len(images)])
        print(f"{name}, {len(images):,} test images:\n")
        print("| rung | test accuracy, % | fit, s | file, kB | load, ms | images/s | one image, ms "
              "| same bits |\n|---|---|---|---|---|---|---|---|", flush=True)  # fmt: skip
        with tempfile.TemporaryDirectory() as folder:
            show = partial(print_row, name=name, images=images, many=many, folder=Path(folder))
            climb(dataset, rungs=arguments.rungs, on_rung=show)
        print(flush=True)


def print_row(rung: Rung, *, name: str, images: Any, many: Any, folder: Path) -> None:
    path = rung.model.save(folder / f"{rung.name}.linocut")
    loads = [seconds(load_model, path) for _ in range(9)]
    model = load_model(path)
    expected = rung.model.scores(images)
    here = np.array_equal(model.scores(images), expected)
    fresh = subprocess.run(
        [sys.executable, "-c", FRESH, str(path), name], capture_output=True, text=True, check=True
    ).stdout.strip()
    same = here and fresh == hashlib.sha256(expected.tobytes()).hexdigest()
    model.predict(many)
    through = [seconds(model.predict, many) for _ in range(9)]
    one = [seconds(model.predict, images[row : row + 1]) for row in range(200)]
    print(
        f"| {rung.name} | {100 * rung.test.accuracy:.2f} | {rung.total_seconds:.1f} | "
        f"{path.stat().st_size / 1e3:,.1f} | {1000 * statistics.median(loads):.1f} | "
        f"{len(many) / statistics.median(through):,.0f} | {1000 * statistics.median(one):.2f} | "
        f"{'yes' if same else 'NO'} |",
        flush=True,
    )


def seconds(function: Callable[..., Any], *arguments: Any) -> float:
    began = time.perf_counter()
    function(*arguments)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
