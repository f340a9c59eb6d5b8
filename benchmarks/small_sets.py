"""How long the whole ladder takes on few images of any size, and which rung wins.

    python benchmarks/small_sets.py                          # 300 images of sides 8 to 128
    python benchmarks/small_sets.py --images 1000 --sides 28
    python benchmarks/small_sets.py --images 2000 --sides 64 --colour

Images are those of Fashion-MNIST, a quarter of them held out for testing, enlarged or shrunk to a
side; with `--colour` two colours are drawn for each image, one for what is light in it and one for
what is dark, a stand-in for photos. A process for each side, so that memory is that side's alone.
All rungs are climbed, the networks too where PyTorch is installed.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time

import numpy as np

from linocut.data import ImageDataset, ImagePart, load_dataset
from linocut.data.decode import resize
from linocut.ladder import climb
from linocut.report.collecting import machine

SIDES = (8, 16, 28, 40, 64, 128)


def images_of(part: ImagePart, n: int, side: int, *, colour: bool) -> ImagePart:
    """Return the first images at another size."""
    random = np.random.default_rng(0)
    made = np.stack([resize(image, (side, side)) for image in part.images[:n]])
    if colour:
        light, dark = random.uniform(0, 255, (2, n, 1, 1, 3))
        share = made[..., None] / 255
        made = np.rint(share * light + (1 - share) * dark).astype(np.uint8)
    return ImagePart(made, part.labels[:n])


def climb_one(n: int, side: int, *, colour: bool) -> None:
    """Climb and print one row."""
    fashion = load_dataset("fashion-mnist")
    parts = [
        images_of(part, count, side, colour=colour)
        for part, count in ((fashion.train, n), (fashion.test, n // 4))
    ]
    dataset = ImageDataset("fashion", fashion.class_names, *parts)
    began, cpu = time.perf_counter(), time.process_time()
    ladder = climb(dataset)
    seconds, spent = time.perf_counter() - began, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    best = max((rung for rung in ladder.rungs if rung.linear), key=lambda r: r.validation_accuracy)
    dearest = max(ladder.rungs, key=lambda rung: rung.total_seconds)
    print(
        f"| {n:,} | {side} × {side}{' × 3' if colour else ''} | {len(ladder.rungs)} | "
        f"{seconds:.0f} | {spent:.0f} | {peak:.1f} | {dearest.name} {dearest.total_seconds:.0f} | "
        f"{best.name} {best.test.accuracy:.1%} |",
        flush=True,
    )
    for skipped in ladder.skipped:
        print(f"  left out: {skipped.name}: {skipped.reason}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--images", type=int, default=300)
    parser.add_argument("--sides", type=int, nargs="+", default=SIDES)
    parser.add_argument("--colour", action="store_true")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        climb_one(given.images, given.sides[0], colour=given.colour)
        return
    print(machine() + "\n")
    print("| images | pixels | rungs | s | CPU s | GB | dearest rung, s | best linear rung, test |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    for side in given.sides:
        command = [sys.executable, __file__, "--one", "--images", str(given.images)]
        command += ["--sides", str(side), *(["--colour"] if given.colour else [])]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
