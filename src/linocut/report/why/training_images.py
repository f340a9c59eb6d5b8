"""Which training images made the templates of the explained model, class by class."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linocut.core.forms import Floats
from linocut.explain import TrainingCoefficients
from linocut.report import text
from linocut.report.document import Sprite, Stack, TemplateOrigins
from linocut.report.evidence import FULL_INK, ExplainedRung
from linocut.report.packing import Packed, pack
from linocut.report.shown import pack_labels
from linocut.report.sprites import size_of, sprite
from linocut.report.stacks import rounded

BUDGET = 200_000  # characters of the page for these images
SUMS_BUDGET = 200_000  # and for the running sums
FIRST_BUDGET = 60_000  # and for the first of them, image by image
FIGURE_BUDGET = 350_000  # and for the images, their histograms and the running sums together
EVERY_BUDGET = 60_000  # and for the coefficients of the images in all templates
MOST = 8  # images of each side
LEAST = 3
BINS = 40
WORK = 200_000_000  # coefficients times classes whose running sums are worth the wait


def training_images(explained: ExplainedRung) -> TemplateOrigins | None:
    """Keep the images with the largest coefficients, and what the others add up to."""
    dataset = explained.dataset
    train = dataset.train
    made = explained.coefficients
    recalls = {score.name: score.recall for score in explained.rung.test.classes if score.support}
    rows = sorted(
        range(len(explained.positions)), key=lambda k: recalls.get(explained.name(k), np.inf)
    )
    picked = _pick(explained, made, rows)
    rows = picked.classes
    A, inside = made.coefficients[:, rows], made.inside[:, rows]
    limits = np.abs(A).max(axis=0)
    histogram = pack(_histogram(A, inside, limits))
    left = FIGURE_BUDGET - size_of(picked.sprite) - len(histogram.data)
    counts, sums, cosines = _running_sums(explained, made, rows, min(SUMS_BUDGET, left))
    first = None if sums is None else _first_sums(explained, made, rows, picked.places.shape[2])
    return TemplateOrigins(
        rung=explained.rung.name,
        title=explained.rung.title,
        classes=tuple(int(explained.positions[k]) for k in rows),
        sprite=picked.sprite,
        rows=pack(picked.rows.astype(np.int32)),
        labels=pack_labels(train.labels[picked.rows], dataset.n_classes),
        largest=pack(picked.places),
        coefficients=pack(picked.coefficients),
        every=_every(made, picked),
        limits=pack(limits.astype(np.float32)),
        histogram=histogram,
        counts=pack(np.array(counts, np.int32)),
        sums=sums,
        cosines=pack(cosines),
        first=first,
        text=text.training_images(explained.rung.title, made),
        told=tuple(
            text.coefficients_of(explained.name(k), A[:, at], inside[:, at])
            for at, k in enumerate(rows)
        ),
    )


@dataclass(frozen=True, eq=False)
class _Picked:
    """The images kept, as many of each side of as many classes as fit in the budget."""

    classes: list[int]
    sprite: Sprite
    rows: NDArray[np.intp]
    places: NDArray[np.int32]  # (C, 2, m)
    coefficients: NDArray[np.float32]  # (C, 2, m)


def _pick(explained: ExplainedRung, made: TrainingCoefficients, rows: list[int]) -> _Picked:
    images = explained.dataset.train.images
    each, classes = MOST, rows
    while True:
        largest = np.full((len(classes), 2, each), -1, np.intp)
        for at, k in enumerate(classes):
            for side, inside in enumerate((True, False)):
                found = made.largest(explained.name(k), each, inside=inside)
                largest[at, side, : len(found)] = found
        kept = np.unique(largest[largest >= 0])
        tiles = sprite(images[kept])
        excess = size_of(tiles) / BUDGET
        if excess <= 1 or len(classes) == 1:
            break
        if each > LEAST:
            each = max(LEAST, int(0.95 * each / excess))
        else:
            classes = classes[: max(1, int(0.95 * len(classes) / excess))]
    held = largest >= 0
    places = np.where(held, np.searchsorted(kept, largest), -1).astype(np.int32)
    of_class = np.array(classes)[:, None, None]
    coefficients = np.where(held, made.coefficients[largest, of_class], 0).astype(np.float32)
    return _Picked(classes, tiles, kept, places, coefficients)


def _every(made: TrainingCoefficients, picked: _Picked) -> Packed | None:
    """Return the coefficient of each image kept in each template; None where they do not fit.

    Nor are they kept where features are not the ink: the page multiplies images as they are.
    """
    images = made.training.images[picked.rows]
    features = made.training.features_of(images)
    ink = np.reshape(images, (len(images), -1)) / FULL_INK
    if features.shape != ink.shape or not np.allclose(features, ink, atol=1e-6):
        return None
    packed = pack(made.coefficients[picked.rows].astype(np.float32))
    return packed if len(packed.data) <= EVERY_BUDGET else None


def _histogram(
    A: Floats, inside: NDArray[np.bool_], limits: Floats
) -> NDArray[np.uint16] | NDArray[np.int32]:
    """Count images in equal bins of their coefficients, (C, 2, bins): of the class, of others."""
    counts = np.zeros((A.shape[1], 2, BINS), np.int32)
    for k, limit in enumerate(limits):
        for side, among in enumerate((inside[:, k], ~inside[:, k])):
            counts[k, side], _ = np.histogram(A[among, k], BINS, (-(limit or 1), limit or 1))
    few = counts.max(initial=0) <= np.iinfo(np.uint16).max
    return counts.astype(np.uint16) if few else counts


def _running_sums(
    explained: ExplainedRung, made: TrainingCoefficients, rows: list[int], budget: int
) -> tuple[tuple[int, ...], Stack | None, NDArray[np.float32]]:
    """Return numbers of images, the sums after so many in either order, and their cosines.

    Sums of more characters than the budget are left out.
    """
    if len(made.coefficients) * len(rows) > WORK:
        return (), None, np.zeros((len(rows), 2, 0), np.float32)
    runs = [
        [made.running_sum(explained.name(k), order=order) for order in ("size", "data")]
        for k in rows
    ]
    sums = np.array([[run.sums for run in pair] for pair in runs])
    stack = _each_rounded(sums.reshape(-1, *explained.dataset.image_shape))
    cosines = np.array([[run.cosine for run in pair] for pair in runs], np.float32)
    fits = len(stack.data) <= budget
    return runs[0][0].counts, stack if fits else None, cosines


def _first_sums(
    explained: ExplainedRung, made: TrainingCoefficients, rows: list[int], most: int
) -> Stack | None:
    """Return the sums after each of the first images by size: as many as there are tiles of."""
    counts = tuple(range(1, most + 1))
    runs = [made.running_sum(explained.name(k), counts) for k in rows]
    if any(run.counts[: len(counts)] != counts for run in runs):
        return None
    sums = np.concatenate([run.sums[:most] for run in runs])
    stack = _each_rounded(sums.reshape(-1, *explained.dataset.image_shape))
    return stack if len(stack.data) <= FIRST_BUDGET else None


def _each_rounded(planes: Floats) -> Stack:
    """Round each plane to 127ths of its largest number."""
    return rounded(planes, np.abs(planes).max(axis=tuple(range(1, planes.ndim))), "int8")
