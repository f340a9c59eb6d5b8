"""Conformal prediction: whether sets hold the true class as often as promised.

    python benchmarks/conformal.py [--dataset mnist] [--alpha 0.05] [--seeds 20] [--rows 5000]

Softmax regression, fitted to the training part less the images held out. Each seed draws the rows
that calibrate; coverage and mean size are counted on the whole test part, and beside it on the
held-out images that were not drawn, which are of the same source. A range is that of the seeds.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from linocut.classifier import ImageClassifier
from linocut.data import load_dataset
from linocut.evaluate import ConformalCoverage, ConformalSets, Predictions, validation_predictions
from linocut.evaluate.decisions import known_predictions

KINDS = {
    "LAC": {},
    "LAC, by class": {"conditional": True},
    "APS": {"method": "aps"},
    "APS, randomised": {"method": "aps", "randomised": True},
    "APS, randomised, by class": {"method": "aps", "randomised": True, "conditional": True},
    "regularised APS (0.1 from the 2nd)": {"method": "aps", "penalty": 0.1, "free": 1},
}


def taken(predictions: Predictions, rows: np.ndarray) -> Predictions:
    return Predictions(
        predictions.class_names,
        predictions.labels[rows],
        predictions.scores[rows],
        predictions.probabilities[rows],
    )


def told(values: list[float], factor: float, digits: int) -> str:
    mean, low, high = (factor * f(values) for f in (np.mean, np.min, np.max))
    return f"{mean:.{digits}f} ({low:.{digits}f}–{high:.{digits}f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", default="mnist")
    parser.add_argument("--alpha", type=float, default=0.05)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--rows", type=int, default=5000)
    options = parser.parse_args()
    dataset = load_dataset(options.dataset)
    model = ImageClassifier().fit(dataset)
    held = validation_predictions(model, dataset)
    test = known_predictions(model, dataset.class_names, dataset.test)
    rows = min(options.rows, len(held.labels) // 2)
    print(
        f"{dataset.name}: promised {100 * (1 - options.alpha):g} %; {rows:,} of "
        f"{len(held.labels):,} held-out rows calibrate, {options.seeds} seeds\n"
    )
    print(
        "| sets | coverage, test, % | classes a set | lowest class, % | coverage, held out, % | s |"
    )
    print("|---|---|---|---|---|---|")
    for name, kind in KINDS.items():
        coverage, size, lowest, same = [], [], [], []
        began = time.perf_counter()
        for seed in range(options.seeds):
            rng = np.random.default_rng(seed)
            order = rng.permutation(len(held.labels))
            known, others = taken(held, order[:rows]), taken(held, order[rows:])
            rule = ConformalSets.calibrate(known, alpha=options.alpha, random_state=rng, **kind)
            found, beside = (
                ConformalCoverage.from_predictions(each, rule=rule, random_state=rng)
                for each in (test, others)
            )
            coverage.append(found.coverage)
            size.append(found.mean_size)
            lowest.append(min(row["coverage"] for row in found.rows() if row["images"]))
            same.append(beside.coverage)
        seconds = (time.perf_counter() - began) / options.seeds
        print(
            f"| {name} | {told(coverage, 100, 2)} | {told(size, 1, 2)} | {told(lowest, 100, 1)} | "
            f"{told(same, 100, 2)} | {seconds:.2f} |"
        )


if __name__ == "__main__":
    main()
