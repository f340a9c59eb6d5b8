"""What is done to images before anything else: their geometry, and the scale of their pixels."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from linocut.core.blas import one_blas_thread
from linocut.data import ImageDataset
from linocut.features import (
    SCALINGS,
    Centre,
    Deskew,
    NormaliseMoments,
    PrincipalComponents,
    PrincipalPairs,
    Scaling,
    UnitPixels,
    stroke_statistics,
)
from linocut.ladder.recipe import Chosen
from linocut.ladder.studies.study import Bench, Study, Variant

Array = NDArray[Any]

# For pixels between 0 and 1, strongest penalty first; scaled with the pixels' size.
PENALTIES = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
COMPONENTS = 30
COUNTED = 1000  # images at most that a solver's iterations are counted on
MOST = 500  # iterations


def study_scalings(dataset: ImageDataset, *, seed: int = 42) -> Study:
    """Fit softmax regression to pixels scaled in each of the usual ways, and to what follows them.

    The steps that are usual after a scaler come one at a time: principal components, the same of
    standardised pixels, components brought to one variance, and all products of two. How many
    iterations scikit-learn's ``LogisticRegression`` takes is measured on some of the images, with
    the penalty that was chosen.

    Parameters
    ----------
    dataset : ImageDataset
        Only its training part is used.
    seed : int
        Of the validation rows.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> study = study_scalings(load_dataset("digits"))
    >>> [variant.name for variant in study.variants][:5]
    ['none', 'unit', 'min-max', 'standardise', 'binarise']
    >>> [variant.name for variant in study.variants][5:8]
    ['components', 'standardised-components', 'products']
    """
    bench = Bench(dataset, seed)
    shape = dataset.image_shape
    variants = []
    for kind, title in SCALINGS.items():
        X = Scaling(kind).fit_transform(bench.images)
        variants.append(_scaled(bench, kind, title, X[bench.examples].reshape(-1, *shape), X))
    variants += _steps_after(bench)
    return bench.study(
        "scaling",
        "What the scale of the pixels does",
        "softmax regression",
        variants,
        _of_iterations(variants),
    )


def _scaled(bench: Bench, name: str, title: str, shown: Array, X: Array) -> Variant:
    # A penalty means the same in any unit if C is divided by the square of the unit.
    size = float(np.square(X[:2000], dtype=np.float64).sum(axis=1).mean())
    penalties = tuple(C * 100 / max(size, 1e-9) for C in PENALTIES)
    variant = bench.judged(name, title, shown, X, penalties)
    assert variant.chosen is not None
    rows = bench.parts.fit[:: max(1, -(-len(bench.parts.fit) // COUNTED))]
    return replace(variant, iterations=_iterations(X[rows], bench.labels[rows], variant.chosen))


def _iterations(X: Array, labels: NDArray[np.int64], chosen: Chosen) -> int:
    with warnings.catch_warnings(), one_blas_thread():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = LogisticRegression(**chosen, max_iter=MOST).fit(X.astype(np.float64), labels)
    return int(model.n_iter_.max())


def _steps_after(bench: Bench) -> list[Variant]:
    """Judge principal components and their products, each with and without a scaler before it."""
    images, shape = bench.images, bench.dataset.image_shape
    k = min(COMPONENTS, shape[0] * shape[1], len(images) - 1)
    components = PrincipalComponents(k).fit(images)
    Z = components.transform(images)
    standardised = Scaling("standardise").fit_transform(images)
    of_standardised = PrincipalComponents(k, full=1.0).fit(standardised)
    Z_standardised = of_standardised.transform(standardised)
    shown, shown_standardised = (
        found.inverse_transform(coordinates[bench.examples]).reshape(-1, *shape)
        for found, coordinates in ((components, Z), (of_standardised, Z_standardised))
    )
    shown = np.clip(shown, 0, None)
    steps = (
        ("components", f"{k} components, of pixels", shown, Z),
        ("standardised-components", f"{k} components, of standardised pixels",
         shown_standardised, Z_standardised),
        ("products", f"{k} components and their products", shown,
         PrincipalPairs(k).fit_transform(images)),
        ("whitened-products", f"{k} components of one variance and their products", shown,
         PrincipalPairs(k, power=0.5).fit_transform(images)),
    )  # fmt: skip
    return [_scaled(bench, *step) for step in steps]


def _of_iterations(variants: list[Variant]) -> str:
    taken = {each.name: each.iterations or 0 for each in variants}

    def told(name: str) -> str:
        count = taken[name]
        return f"more than {count - 1}" if count >= MOST else str(count)

    return (
        f"scikit-learn's L-BFGS takes {told('none')} iterations on pixels as they are, "
        f"{told('unit')} on those divided by 255, {told('standardise')} on standardised ones and "
        f"{told('components')} on components (at most {COUNTED:,} images)."
    )


def study_geometry(dataset: ImageDataset, *, seed: int = 42) -> Study:
    """Fit softmax regression to images centred, deskewed, and brought to one size.

    Parameters and result are those of `study_scalings`.
    """
    bench = Bench(dataset, seed)
    variants = []
    for name, title, step in (
        ("as-is", "As they are", None),
        ("centre", "Centre of mass in the middle", Centre()),
        ("deskew", "Deskewed: sheared upright", Deskew()),
        ("place", "Upright and in the middle", NormaliseMoments(0.0)),
        ("half", "… and half-way to one height and width", NormaliseMoments(0.5)),
        ("whole", "… and all of one height and width", NormaliseMoments(1.0)),
    ):
        images = bench.images if step is None else step.fit_transform(bench.images)
        X = UnitPixels().fit_transform(images)
        variants.append(bench.judged(name, title, images[bench.examples], X, PENALTIES))
    return bench.study(
        "geometry",
        "What it does to bring images into one form",
        "softmax regression",
        variants,
        f"As they are, {stroke_statistics(bench.images).sentence}.",
    )
