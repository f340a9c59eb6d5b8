"""Retrace how the top of the ladder was found: what each step takes off the mistakes.

    python benchmarks/top_rung.py

Everything is counted on two validation parts of MNIST's 60,000 training images, in runs of rows, as
the ladder makes them (seeds 1 and 2); a model is fitted on the other 48,000. No test image is read.
For each step the penalty with the lowest log loss is taken, as the ladder does. Also prints how
much the slants of neighbouring rows have in common, which is why the parts are cut in runs. Takes
about twelve minutes on two cores.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from linocut.data import load_dataset
from linocut.features import (
    Decorrelate,
    Deskew,
    Equalise,
    LeadingPairs,
    NormaliseMoments,
    PrincipalPairs,
    Scattering,
    UnitPixels,
)
from linocut.ladder.choose import ValidationSplit, best_of
from linocut.ladder.pipelines import slight_distortion
from linocut.models import SoftmaxRegression
from linocut.report.collecting import machine

SEEDS = (1, 2)
LAGS = (1, 2, 3, 10, 100, 1000)
PENALTIES = tuple({"C": C} for C in (0.01, 0.03, 0.1, 0.3, 1.0, 3.0))
PAIR_PENALTIES = tuple({"C": C} for C in (0.003, 0.01, 0.03, 0.1, 0.3))


def main() -> None:
    print(machine() + "\n", flush=True)
    part = load_dataset("mnist").train
    images, labels = part.images, part.labels
    splits = [ValidationSplit.of(part, split="given", seed=seed) for seed in SEEDS]
    print_neighbours(images, labels)

    print("| features | mistakes | of both | log loss, mean | C | s |\n|---|---|---|---|---|---|")

    def count(title: str, X: Any, penalties: tuple[dict[str, float], ...] = PENALTIES) -> None:
        began, copies = time.perf_counter(), len(X) // len(labels) - 1
        y = np.tile(labels, copies + 1)
        found = [
            best_of(
                SoftmaxRegression(),
                penalties,
                X,
                y,
                split.fit_with_copies(len(labels), copies),
                split.validation,
            )
            for split in splits
        ]
        each = [
            round((1 - judged.accuracy) * len(split.validation))
            for judged, split in zip(found, splits, strict=True)
        ]
        loss = np.mean([judged.log_loss for judged in found])
        chosen = ", ".join(f"{judged.chosen['C']:g}" for judged in found)
        print(
            f"| {title} | {sum(each)} | {' + '.join(map(str, each))} | {loss:.4f} | {chosen} | "
            f"{time.perf_counter() - began:.0f} |",
            flush=True,
        )

    upright, sized = Deskew().fit_transform(images), NormaliseMoments(0.8).fit_transform(images)
    for title, made in (("pixels", images), ("deskewed", upright), ("and sized", sized)):
        count(f"{title}, softmax", UnitPixels().fit_transform(made))
    for title, made in (("deskewed", upright), ("and sized", sized)):
        pairs = PrincipalPairs(50, power=0.25, stored=False).fit_transform(made)
        count(f"{title}, pairs of 50 components", pairs, PAIR_PENALTIES)

    plain = Scattering().fit_transform(upright)
    axes = Decorrelate(0.998).fit_transform(plain)
    for power in (0.0, 0.25, 0.375, 0.5):
        count(
            f"deskewed, scattering, power {power:g}, {axes.shape[1]} axes",
            Equalise(power).fit_transform(axes),
        )
    np.sqrt(np.maximum(plain, 0, out=plain), out=plain)
    for variance in (0.99, 0.998, 0.9995):
        axes = Decorrelate(variance).fit_transform(plain)
        count(f"square roots, power 0.375, {axes.shape[1]} axes", Equalise().fit_transform(axes))
    del plain, axes, upright, sized

    copies = slight_distortion(part).copies(images, random_state=SEEDS[0])
    step = NormaliseMoments(0.4).fit(images)
    both = [Scattering(root=True).fit_transform(step.transform(each)) for each in (images, copies)]
    axes = Decorrelate(0.9995).fit_transform(both[0])
    rows = Equalise().fit_transform(axes)
    count(f"sized by 40 %, square roots, {axes.shape[1]} axes", rows)
    strokes = Equalise(0.3).fit_transform(axes)
    axes = Decorrelate(0.9995).fit_transform(np.concatenate(both))
    del both
    rows = Equalise(0.3).fit_transform(axes)
    count(f"and a distorted copy of each, power 0.3, {axes.shape[1]} axes", rows)
    pairs = LeadingPairs(60, size=0.5)
    count("and the products of 60 axes", pairs.fit_transform(rows))
    del rows

    count("no copies, power 0.3, products of 60 axes", pairs.fit_transform(strokes))
    axes = Decorrelate(0.9995).fit_transform(Scattering(root=True).fit_transform(images))
    seen = Equalise(0.3).fit_transform(axes)
    rows = Equalise(0.0).fit_transform(np.concatenate([strokes, seen], axis=1))
    del strokes, seen
    count(f"images as seen beside it, {axes.shape[1]} axes more, no products", rows)
    count("and the products", pairs.fit_transform(rows))


def print_neighbours(images: np.ndarray, labels: np.ndarray) -> None:
    """Print the correlation of the slants, within classes, of rows so far apart."""
    slants = Deskew().fit(images).slants(images).astype(np.float64)
    for k in np.unique(labels):
        mine = labels == k
        slants[mine] = (slants[mine] - slants[mine].mean()) / slants[mine].std()
    told = ", ".join(f"{lag}: {(slants[:-lag] * slants[lag:]).mean():+.2f}" for lag in LAGS)
    print(f"Correlation of the slants of rows so far apart: {told}\n", flush=True)


if __name__ == "__main__":
    main()
