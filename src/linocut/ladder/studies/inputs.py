"""What is done to images before anything else: their geometry, and the scale of their pixels."""

from __future__ import annotations

import numpy as np

from linocut.data import ImageDataset
from linocut.features import (
    SCALINGS,
    Centre,
    Deskew,
    NormaliseMoments,
    Scaling,
    UnitPixels,
    stroke_statistics,
)
from linocut.ladder.studies.study import Bench, Study

# For pixels between 0 and 1, strongest penalty first; scaled with the pixels' size.
PENALTIES = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)


def study_scalings(dataset: ImageDataset, *, seed: int = 42) -> Study:
    """Fit softmax regression to pixels scaled in each of the usual ways.

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
    >>> [variant.name for variant in study.variants]
    ['none', 'unit', 'min-max', 'standardise', 'binarise']
    """
    bench = Bench(dataset, seed)
    shape = dataset.image_shape
    variants = []
    for kind, title in SCALINGS.items():
        X = Scaling(kind).fit_transform(bench.images)
        # A penalty means the same in any unit if C is divided by the square of the unit.
        size = float(np.square(X[:2000], dtype=np.float64).sum(axis=1).mean())
        penalties = tuple(C * 100 / max(size, 1e-9) for C in PENALTIES)
        shown = X[bench.examples].reshape(-1, *shape)
        variants.append(bench.judged(kind, title, shown, X, penalties))
    return bench.study(
        "scaling", "What the scale of the pixels does", "softmax regression", variants
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
