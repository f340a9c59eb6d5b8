"""How long a folder of small PNG files takes, beside a plain loop with Pillow.

    python benchmarks/folder.py [--dataset mnist] [--images 70000] [--rounds 3]

The images of a dataset (looked for in ``$LINOCUT_DATA``) are written into a temporary folder, one
file each, below one folder a class. Then a loop that opens each file and keeps its pixels, and
`linocut.data.load_dataset`, which also sorts, checks and splits them, take turns; the ratio is that
of the best times of both.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from linocut.data import load_dataset


def plain_loop(root: Path) -> int:
    """Read all files with nothing but Pillow."""
    images, labels = [], []
    for folder in sorted(root.iterdir()):
        for path in sorted(folder.iterdir()):
            with Image.open(path) as image:
                images.append(np.asarray(image.convert("L")))
            labels.append(folder.name)
    return len(np.stack(images))


def ours(root: Path) -> int:
    """Load the folder as a dataset."""
    return len(load_dataset(root).images)


def write_folder(root: Path, dataset: str, count: int) -> None:
    """Write images of a dataset, one PNG file each."""
    data = load_dataset(dataset)
    for name in data.class_names:
        (root / name).mkdir(parents=True)
    pairs = zip(data.images[:count], data.labels[:count], strict=True)
    for k, (image, label) in enumerate(pairs):
        Image.fromarray(image).save(root / data.class_names[label] / f"{k}.png")


def seconds(read: Callable[[Path], int], root: Path) -> float:
    """Return how long a reader takes."""
    start = time.perf_counter()
    read(root)
    return time.perf_counter() - start


def main() -> None:
    """Write, read and tell."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", default="mnist")
    parser.add_argument("--images", type=int, default=70_000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "images"
        write_folder(root, asked.dataset, asked.images)
        rounds = []
        for k in range(asked.rounds):
            rounds.append((seconds(plain_loop, root), seconds(ours, root)))
            print(f"round {k + 1}: plain loop {rounds[-1][0]:.2f} s, linocut {rounds[-1][1]:.2f} s")
        plain, own = (min(times) for times in zip(*rounds, strict=True))
        print(f"best: plain loop {plain:.2f} s, linocut {own:.2f} s: {own / plain:.2f} times")


if __name__ == "__main__":
    main()
