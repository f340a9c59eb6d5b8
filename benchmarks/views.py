"""Climb the rungs that look at images in several ways at once, and judge them elsewhere, too.

    python benchmarks/views.py fashion-mnist
    python benchmarks/views.py kannada-mnist --other PATH/dig-mnist
    python benchmarks/views.py mnist --train 10000 --validation-only

Prints for each rung what it chose, validation and test accuracy with the 95 % interval, accuracy on
the other set, seconds, CPU seconds, and the most memory so far. Each rung sees test images once;
with ``--validation-only`` their accuracy is not printed, for trials.
"""

from __future__ import annotations

import argparse
import resource
import time
from dataclasses import replace

import numpy as np

from linocut.data import ImageDataset, ImagePart, load_dataset
from linocut.evaluate import judge_elsewhere
from linocut.ladder import Rung, climb
from linocut.ladder.recipe import short_names
from linocut.report.collecting import machine

RUNGS = ["scattering", "scattering-copies", "scattering-pairs", "views", "views-pairs"]


def main() -> None:
    options = parsed()
    dataset = load_dataset(options.dataset, seed=options.seed)
    if options.split:
        dataset = replace(dataset, split=options.split)
    if options.train:
        dataset = replace(dataset, train=some(dataset.train, options.train, options.split))
    other = load_dataset(options.other) if options.other else None
    print(machine() + f"\n{dataset.name}: {len(dataset.train):,} training images\n", flush=True)
    print(
        "| rung | chosen | validation, % | test, % | 95 % interval | elsewhere, % | s | CPU s | "
        "GB | numbers |\n|---|---|---|---|---|---|---|---|---|---|"
    )
    used = [time.process_time()]

    def told(rung: Rung) -> None:
        used.append(time.process_time())
        cells = [rung.name, chosen(rung), f"{100 * rung.validation_accuracy:.2f}"]
        if options.validation_only:
            cells += ["", "", ""]
        else:
            low, high = rung.test.interval
            cells += [
                f"{100 * rung.test.accuracy:.2f}",
                f"{100 * low:.2f} – {100 * high:.2f}",
                elsewhere(rung, dataset, other) if other else "",
            ]
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        cells += [f"{rung.total_seconds:.0f}", f"{used[-1] - used[-2]:.0f}", f"{peak:.1f}"]
        print(f"| {' | '.join([*cells, f'{rung.parameters:,}'])} |", flush=True)

    climb(dataset, rungs=options.rungs, seed=options.seed, on_rung=told)


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("dataset", help="name or path")
    parser.add_argument("--other", help="name or path of a second set, judged by the same models")
    parser.add_argument("--rungs", nargs="+", default=RUNGS, metavar="RUNG")
    parser.add_argument("--split", choices=("given", "ordered"), help="how validation is cut off")
    parser.add_argument("--train", type=int, metavar="N", help="fit on N training images only")
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--validation-only", action="store_true", help="do not show the test part")
    return parser.parse_args()


def some(part: ImagePart, n: int, split: str | None) -> ImagePart:
    """Return the first n images where writers come one by one, else n drawn at random."""
    rows = np.arange(n)
    if split != "ordered":
        rows = np.sort(np.random.default_rng(0).choice(len(part), n, replace=False))
    return ImagePart(np.asarray(part.images)[rows], part.labels[rows])


def chosen(rung: Rung) -> str:
    """Name what was chosen."""
    return ", ".join(
        f"{name}={value if isinstance(value, str) else f'{value:g}'}"
        for name, value in short_names(rung.chosen).items()
    )


def elsewhere(rung: Rung, dataset: ImageDataset, other: ImageDataset) -> str:
    found = judge_elsewhere(rung.model, dataset, other).there.evaluation
    low, high = found.interval
    return f"{100 * found.accuracy:.2f} ({100 * low:.2f} – {100 * high:.2f})"


if __name__ == "__main__":
    main()
