"""How long explanations take: evidence, training images, influence, proofs of separability.

    python benchmarks/explain.py [--dataset mnist] [--separability FILE] [--no-separability]

On the training part the softmax and least-squares models are fitted first; all times are medians
of runs in one process. Where SHAP is installed (``pip install shap``), its ``LinearExplainer``
accounts for the same images. The certificates of separability are made, kept in FILE and verified;
if FILE is there, it is only verified. Datasets are looked for in ``$LINOCUT_DATA``.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.pipeline import make_pipeline

from linocut.data import ImageDataset, load_dataset
from linocut.explain import (
    Influence,
    Reference,
    evidence_maps,
    explain,
    pull_back,
    training_coefficients,
)
from linocut.explain.separability import Separability, separability
from linocut.features import PrincipalPairs, UnitPixels
from linocut.models import LeastSquaresClassifier, SoftmaxRegression
from linocut.report.collecting import machine


def median(function: Callable[[], Any], runs: int = 5) -> tuple[float, Any]:
    seconds, found = [], None
    for _ in range(runs):
        began = time.perf_counter()
        found = function()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds), found


def row(what: str, seconds: float, note: str = "") -> None:
    shown = f"{1000 * seconds:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"
    print(f"| {what} | {shown} | {note} |", flush=True)


def evidence(dataset: ImageDataset, model: Any) -> None:
    images = dataset.test.images
    pulled = pull_back(model)
    seconds, (pixels, offsets) = median(lambda: evidence_maps(pulled, images))
    scores = np.sort(pulled.scores(images), axis=1)
    margins = scores[:, -1] - scores[:, -2]
    error = np.abs(pixels.sum(axis=1) + offsets - margins).max() / np.abs(margins).max()
    row(f"evidence of {len(images):,} test images", seconds, f"adds up to {error:.0e}, relative")
    seconds, _ = median(lambda: explain(pulled, images[0]))
    row("one image, with everything about it", seconds)
    if find_spec("shap") is None:
        return
    import shap

    last, X = model[-1], model[:-1].transform(dataset.train.images)
    background = shap.maskers.Independent(X, max_samples=len(X))
    new = model[:-1].transform(images)
    explainer = shap.LinearExplainer((last.coef_, last.intercept_), background)
    seconds, theirs = median(lambda: explainer(new), 3)
    order = np.argsort(model.decision_function(images), axis=1)
    a, b, at = order[:, -1], order[:, -2], np.arange(len(images))
    mean = Reference.mean(dataset.train.images)
    seconds_mean, (ours, _) = median(lambda: evidence_maps(pulled, images, reference=mean))
    difference = np.abs(ours - (theirs.values[at, :, a] - theirs.values[at, :, b])).max()
    row("the same against the mean image", seconds_mean)
    row(
        f"SHAP {shap.__version__} LinearExplainer, all classes", seconds,
        f"largest difference {difference:.0e}",
    )  # fmt: skip


def quadratic(dataset: ImageDataset) -> None:
    few = slice(0, 10_000)
    pairs = make_pipeline(PrincipalPairs(30), LeastSquaresClassifier())
    model = pairs.fit(dataset.train.images[few], dataset.train.labels[few])
    pulled = pull_back(model)
    seconds, (pixels, offsets) = median(lambda: evidence_maps(pulled, dataset.test.images), 3)
    scores = np.sort(pulled.scores(dataset.test.images), axis=1)
    margins = scores[:, -1] - scores[:, -2]
    error = np.abs(pixels.sum(axis=1) + offsets - margins).max() / np.abs(margins).max()
    row("evidence, PCA + degree 2, all test images", seconds, f"adds up to {error:.0e}, relative")


def training_images(dataset: ImageDataset, model: Any) -> None:
    images, labels = dataset.train.images, dataset.train.labels
    began = time.perf_counter()
    found = training_coefficients(model, images, labels)
    row(
        "coefficients of all training images", time.perf_counter() - began,
        f"templates rebuilt to {found.residual:.0e}",
    )  # fmt: skip
    image = dataset.test.images[0]
    label, versus = (dataset.test.labels[k] for k in (0, 1))
    seconds, _ = median(lambda: found.pulls(image, label, versus))
    row("who pulled one test image most", seconds)


def influence(dataset: ImageDataset, model: Any) -> None:
    images, labels = dataset.train.images, dataset.train.labels
    began = time.perf_counter()
    found = Influence(model, images, labels)
    whole = time.perf_counter() - began
    row("influence: the Hessian and its factor", whole)
    began = time.perf_counter()
    flips = found.flips(dataset.test.images)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    sure = [flip for flip in flips.flips if np.isfinite(flip.refitted)]
    error = [abs(f.estimated - f.refitted) / abs(f.margin - f.refitted) for f in sure]
    row("influence: flips of test images", seconds, flips.sentence)
    note = f"peak memory of the process {peak:.2f} GB"
    if error:
        note += (
            f"; the step differs from the refits by {np.median(error):.1%} of the effect, median"
        )
    row("influence, both", whole + seconds, note)


def proofs(dataset: ImageDataset, file: Path) -> None:
    images, labels = dataset.train.images, dataset.train.labels
    if not file.exists():
        began = time.perf_counter()
        found = separability(
            images, labels, dataset.class_names,
            on_problem=lambda c, n: print(f"  {c.first} {c.second} {c.verdict} {c.seconds:.1f} s"),
        )  # fmt: skip
        row("certificates of separability, all", time.perf_counter() - began, found.sentence)
        pairs = sum(each.seconds for each in found.certificates if each.second >= 0)
        row("of these the pairs", pairs)
        found.save(file)
    kept = Separability.load(file)
    seconds, _ = median(lambda: kept.verified(images, labels, dataset.class_names), 3)
    size = file.stat().st_size / 1e6
    row(
        f"verification of {len(kept.certificates)} certificates", seconds,
        f"the file has {size:.1f} MB; {kept.sentence}",
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", default="mnist")
    parser.add_argument("--separability", type=Path, default=Path("separability.npz"))
    parser.add_argument("--no-separability", action="store_true")
    arguments = parser.parse_args()
    dataset = load_dataset(arguments.dataset)
    model = make_pipeline(UnitPixels(), SoftmaxRegression(tol=1e-6))
    model.fit(dataset.train.images, dataset.train.labels)
    print(f"{machine()}; {dataset.name}, softmax, C = 1\n\n| what | median | note |\n|---|---|---|")
    influence(dataset, model)  # first: what others use would hide its memory
    evidence(dataset, model)
    quadratic(dataset)
    training_images(dataset, model)
    if not arguments.no_separability:
        proofs(dataset, arguments.separability)


if __name__ == "__main__":
    main()
