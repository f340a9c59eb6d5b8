"""Hold what rungs are estimated to take against what they take.

    python benchmarks/estimates.py [--datasets digits mnist …] [--rows 300 1000] [--rungs softmax …]

Estimates are made before a climb, from a few images and the shapes of matrices (see
`linocut.ladder.Estimates`); nothing is corrected on the way. Rungs of less than a quarter of a
second are left out of the count: nothing depends on them. ``--processor`` counts seconds of the
processor on both sides, for a machine that has other things to do. Datasets other than digits are
looked for in ``$LINOCUT_DATA``.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace

import numpy as np

from linocut.data import ImageDataset, load_dataset
from linocut.ladder import Estimates, Rung, climb, recipes
from linocut.ladder.pace import Pace
from linocut.report.collecting import machine

WORTH_COUNTING = 0.25  # seconds
FACTOR = 2.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--datasets", nargs="+", default=["digits", "mnist"])
    parser.add_argument("--rows", nargs="+", type=int, default=[300, 1000])
    parser.add_argument("--rungs", nargs="+")
    parser.add_argument("--processor", action="store_true")
    arguments = parser.parse_args()
    print(f"{machine()}\n\n| dataset | rows | rung | estimated, s | taken, s | ratio |")
    print("|---|---|---|---|---|---|", flush=True)
    ratios = [
        ratio
        for name in arguments.datasets
        for rows in arguments.rows
        for ratio in _compare(name, rows, arguments.rungs, arguments.processor)
    ]
    within = sum(1 / FACTOR <= ratio <= FACTOR for ratio in ratios)
    print(f"\n{within} of {len(ratios)} within a factor of {FACTOR:g}")
    return 0 if within == len(ratios) else 1


def _compare(name: str, rows: int, names: list[str] | None, processor: bool) -> list[float]:
    dataset = _some(load_dataset(name), rows)
    clock = time.process_time if processor else time.perf_counter
    began = clock()
    estimates = Estimates(dataset, Pace.measured(clock, 1 if processor else None), clock)
    wanted = recipes(names)
    estimated = {recipe.name: estimates.seconds(recipe) for recipe in wanted}
    measuring = clock() - began
    ratios = list[float]()
    taken, before = dict[str, float](), clock()

    def reached(rung: Rung) -> None:
        nonlocal before
        now = clock()
        taken[rung.name], before = now - before, now

    # One after the other, so that no rung is spared what another has done.
    for recipe in wanted:
        before = clock()
        climb(dataset, rungs=[recipe.name], on_rung=reached)
        ratio = estimated[recipe.name] / taken[recipe.name]
        print(
            f"| {name} | {len(dataset.train):,} | {recipe.name} | {estimated[recipe.name]:.2f} | "
            f"{taken[recipe.name]:.2f} | {ratio:.2f} |",
            flush=True,
        )
        if taken[recipe.name] >= WORTH_COUNTING:
            ratios.append(ratio)
    share = measuring / sum(taken.values())
    print(f"| {name} | {len(dataset.train):,} | (measuring) | {measuring:.2f} | | {share:.1%} |")
    return ratios


def _some(dataset: ImageDataset, rows: int) -> ImageDataset:
    """Return some of the training images, and a fifth as many of the test images, at random."""
    rng = np.random.default_rng(0)
    train, test = (
        part.take(np.sort(rng.permutation(len(part))[:most]))
        for part, most in ((dataset.train, rows), (dataset.test, max(100, rows // 5)))
    )
    return replace(dataset, train=train, test=test)


if __name__ == "__main__":
    raise SystemExit(main())
