"""Measure what choosing the preparation of images brings the scattering rung.

    python benchmarks/preparation.py [--only fashion-mnist] [--rows 2000] [--seed 42]

For each set the rung is made twice: with the preparation chosen by the ladder, and with strokes
brought to one size whatever the images. Sets are the first rows of the training parts here, and
MNIST made harder: each image corrupted in one of fifteen ways at middle strength, and every second
image inverted, as arrays that no intake has looked at. ``--rows 16000`` is the size for which the
target on mixed polarity is stated. Nothing is chosen by test images, which each rung sees once.
Seconds are those of the processor, of the trial and of the whole rung.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from linocut.data import ImageDataset, ImagePart, load_dataset
from linocut.evaluate import CORRUPTIONS
from linocut.ladder import Recipe, Rung, recipes
from linocut.ladder.making import RungMaker
from linocut.ladder.recipe import PREPARE, Candidates
from linocut.report.collecting import machine

STRENGTH = 3
Change = Callable[[np.ndarray, int], np.ndarray]


def corrupted(images: np.ndarray, seed: int) -> np.ndarray:
    """Return each image corrupted in one way, drawn by lot."""
    kind = np.random.default_rng(seed).integers(len(CORRUPTIONS), size=len(images))
    made = images.copy()
    for k, corruption in enumerate(CORRUPTIONS):
        made[kind == k] = corruption.apply(images[kind == k], STRENGTH, random_state=seed)
    return made


def half_inverted(images: np.ndarray, seed: int) -> np.ndarray:
    """Return images of which every second is inverted."""
    made = images.copy()
    made[::2] = 255 - made[::2]
    return made


SETS: dict[str, tuple[str, Change | None]] = {
    "digits": ("digits", None),
    "mnist": ("mnist", None),
    "kannada-mnist": ("kannada-mnist", None),
    "fashion-mnist": ("fashion-mnist", None),
    "mnist, corrupted": ("mnist", corrupted),
    "mnist, half inverted": ("mnist", half_inverted),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=SETS, action="append", help="one of the sets")
    parser.add_argument("--rows", type=int, default=2000, help="training images")
    parser.add_argument("--seed", type=int, default=42, help="of all draws")
    arguments = parser.parse_args()
    print(machine() + "\n", flush=True)
    print("| set | images are taken | validation, % | test, % | trial, CPU s | rung, CPU s |")
    print("|---|---|---|---|---|---|", flush=True)
    for name in arguments.only or SETS:
        dataset = made(*SETS[name], arguments.rows, arguments.seed)
        (recipe,) = recipes(["scattering"])
        chosen, trial, whole = timed(dataset, recipe, arguments.seed)
        print(row(name, chosen, f"{trial:.1f}", f"{whole:.1f}"), flush=True)
        if chosen.preparation is not None and chosen.preparation.name != "normalised":
            before, _, whole = timed(dataset, always_normalised(recipe), arguments.seed)
            print(row("", before, "–", f"{whole:.1f}", "normalised, as before"), flush=True)


def made(name: str, change: Change | None, rows: int, seed: int) -> ImageDataset:
    dataset = load_dataset(name)
    train = dataset.train.take(np.arange(min(rows, len(dataset.train))))
    test = dataset.test
    if change is not None:
        train = ImagePart(change(train.images, seed), train.labels)
        test = ImagePart(change(test.images, seed + 1), test.labels)
    return replace(dataset, train=train, test=test)


def always_normalised(recipe: Recipe) -> Recipe:
    """Return the recipe without a choice of preparations."""

    def grid(part: ImagePart) -> dict:
        return {key: values for key, values in recipe.grid(part).items() if key != PREPARE}

    return replace(recipe, grid=grid)


def timed(dataset: ImageDataset, recipe: Recipe, seed: int) -> tuple[Rung, float, float]:
    """Make a rung, and return the processor's seconds of the trial and of everything."""
    maker, began = RungMaker(dataset, seed), time.process_time()
    maker.preparations.decide(recipe, Candidates.of(recipe, dataset.train))
    tried = time.process_time()
    rung = maker.make(recipe)
    return rung, tried - began, time.process_time() - began


def row(name: str, rung: Rung, trial: str, whole: str, how: str | None = None) -> str:
    taken = how or (rung.preparation.name if rung.preparation else "")
    accuracies = f"{100 * rung.validation_accuracy:.2f} | {100 * rung.test.accuracy:.2f}"
    return f"| {name} | {taken} | {accuracies} | {trial} | {whole} |"


if __name__ == "__main__":
    main()
