"""Fit softmax to 8.1 million images, bytes in one file that is mapped: seconds, proof, memory.

    python benchmarks/millions.py [--copies 14] [--folder DIR] [--tol 1e-4]

The file holds MNIST's 60,000 training images and so many distorted copies of each (elastic
displacements of one pixel, turns of up to 8 degrees), each of them at the nine shifts by up to one
pixel: 6.4 GB with 14 copies. It is written into a temporary folder, or kept in ``--folder`` and
used again. The fit, with C = 1 for pixels from 0 to 1, runs in a process of its own. Told are its
seconds, the passes, the passes after which it was within the tolerance of its last point, the
proven distance from the optimum, and the most memory that it held beside the mapped file, which is
``RssAnon`` of /proc, looked at every 20 ms; what Python and its libraries take is in it. MNIST is
looked for in ``$LINOCUT_DATA``.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np

from linocut.data import load_dataset
from linocut.features.augment import Augmentation
from linocut.models import SoftmaxRegression
from linocut.report.collecting import machine

FULL_INK = 255
DISTORTED = Augmentation(rotation=8, elastic=1)
SHIFTS = [(down, across) for down in (0, 1, -1) for across in (0, 1, -1)]


def make(folder: Path, copies: int) -> tuple[Path, Path]:
    """Write images and labels, unless they are there."""
    train = load_dataset("mnist").train
    n, y = len(train.images), train.labels.astype(np.int64)
    rows, labels = folder / f"x-{copies}.npy", folder / f"y-{copies}.npy"
    if labels.exists():
        return rows, labels
    shape = (copies + 1) * len(SHIFTS) * n, train.images[0].size
    X: Any = np.lib.format.open_memmap(rows, "w+", np.uint8, shape)
    for k in range(copies + 1):
        images = train.images
        if k:
            images = DISTORTED.copies(images, random_state=k)
        for j, shift in enumerate(SHIFTS):
            at = (k * len(SHIFTS) + j) * n
            X[at : at + n] = shifted(images, *shift).reshape(n, -1)
        print(f"\rcopy {k} of {copies}", end="", file=sys.stderr)
    print(file=sys.stderr)
    X.flush()
    np.save(labels, np.tile(y, (copies + 1) * len(SHIFTS)))
    return rows, labels


def shifted(images: np.ndarray, down: int, across: int) -> np.ndarray:
    """Return images (n, h, w) moved by whole pixels, with paper where nothing was."""
    h, w = images.shape[1:]
    wide = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    return wide[:, 1 - down : 1 - down + h, 1 - across : 1 - across + w]


def fit(rows: Path, labels: Path, tol: float) -> None:
    """Fit, and print what there is to tell as JSON."""
    X, y = np.load(rows, mmap_mode="r"), np.load(labels)
    most, before, ended = [0], anonymous(), threading.Event()

    def watch() -> None:
        while not ended.wait(0.02):
            most[0] = max(most[0], anonymous())

    watcher = threading.Thread(target=watch)
    watcher.start()
    began = time.perf_counter()
    model = SoftmaxRegression(1 / FULL_INK**2, tol=tol).fit(X, y)
    seconds = time.perf_counter() - began
    ended.set()
    watcher.join()
    lines, record = model.record_.iterations, model.record_.last
    near = min(line.objective for line in lines) * (1 + tol)
    told = {
        "rows": len(X),
        "seconds": seconds,
        "passes": record.passes,
        "near": next(line.passes for line in lines if line.objective <= near),
        "gap": record.gap,
        "converged": bool(model.converged_),
        "most": most[0],
        "before": before,
        "score": model.score(X[:: max(1, len(X) // 60_000)], y[:: max(1, len(X) // 60_000)]),
    }
    print(json.dumps(told))


def anonymous() -> int:
    """Return the bytes that this process holds beside mapped files."""
    status = Path("/proc/self/status").read_text()
    return 1024 * int(status.split("RssAnon:")[1].split()[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    add = parser.add_argument
    add("--copies", type=int, default=14, help="of each image, beside itself (14)")
    add("--folder", type=Path, help="keep the file there")
    add("--tol", type=float, default=1e-4)
    add("--fit", nargs=2, type=Path, help=argparse.SUPPRESS)  # what the process of its own does
    given = parser.parse_args()
    if given.fit:
        fit(*given.fit, given.tol)
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        rows, labels = make(folder, given.copies)
        command = [sys.executable, __file__, "--tol", str(given.tol), "--fit", rows, labels]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    told = json.loads(done.stdout)
    print(machine())
    print("| rows | s | passes | near after | proven | beside the file, MB (before) | correct, % |")
    print("|---|---|---|---|---|---|---|")
    print(
        f"| {told['rows']:,} | {told['seconds']:.1f} | {told['passes']:.1f} | {told['near']:.1f} | "
        f"{told['gap']:.1e} | {told['most'] / 1e6:.0f} ({told['before'] / 1e6:.0f}) | "
        f"{100 * told['score']:.2f} |"
    )


if __name__ == "__main__":
    main()
