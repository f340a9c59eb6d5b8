"""The rule on leaking pixels: a pixel of the border that alone tells one class from the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linocut.core.colour import in_grey
from linocut.data import ImageDataset, ImagePart
from linocut.evaluate.checks.check import Finding, as_share
from linocut.evaluate.checks.subject import Subject
from linocut.evaluate.comparing import difference_interval
from linocut.evaluate.single_pixel import LEVELS

# Youden's J of a pixel, the share of a class above a threshold less that of all others: 0 tells
# nothing, 1 everything. At the border of clothes and tight digits, which what is drawn touches, it
# goes up to 0.85; above 0.9 it does so for two kinds of clothes alone, and there the inside tells
# as much.
LEAK = 0.9
# By which the pixel is better than one a quarter of the side further inside. What is drawn reaches
# in from the border; a mark, a frame or a scanner's edge does not.
ALONE = 0.4
# Of the border that tells the class: no drawing touches so much of it, another paper does.
EVERYWHERE = 0.5
# What must be left of J on the test images, at the lower end of the interval.
CONFIRMED = 0.75
LEAST_SIDE = 5  # pixels


@dataclass(frozen=True)
class Split:
    """A threshold on one pixel that tells one class from all others."""

    pixel: tuple[int, int]
    label: int
    threshold: int  # more than this, or not
    above: bool  # whether the class is above


def leaking_pixels(subject: Subject) -> Finding | None:
    """Ask whether a pixel of the border tells a class that nothing drawn there explains."""
    dataset = subject.dataset
    if dataset is None or min(dataset.image_shape[:2]) < LEAST_SIDE:
        return None
    split, best = _suspected(dataset.train, dataset)
    if split is None:
        return Finding(
            "fine",
            f"J of {best:.2f} at most",
            "No pixel of the border alone tells a class that what is drawn there does not explain.",
            value=best,
        )
    value, interval = _on_test(split, dataset.test)
    # The mean of both kinds of images correctly told, which is 50 % by chance.
    shown = as_share((1 + value) / 2, ((1 + interval[0]) / 2, (1 + interval[1]) / 2))
    row, column = split.pixel
    which = "more" if split.above else "no more"
    name = dataset.class_names[split.label]
    confirmed = interval[0] >= CONFIRMED
    return Finding(
        "warning" if confirmed else "fine",
        f"{shown} by one pixel",
        f"Whether the pixel in row {row}, column {column} has {which} than {split.threshold} of "
        f"255 tells {name} from all other classes, though it lies on the border"
        + (": a mark, a frame or the paper may give the class away." if confirmed else
           "; on the test images this is not confirmed."),
        "Crop the images, or photograph and scan all classes alike." if confirmed else "",
        value=value,
        interval=interval,
    )  # fmt: skip


def _suspected(part: ImagePart, dataset: ImageDataset) -> tuple[Split | None, float]:
    """Return the border pixel and the class that it gives away most, and the largest J there."""
    height, width = dataset.image_shape[:2]
    images = in_grey(part.images)  # a pixel that gives a class away does so by its luminance
    ring = np.ones((height, width), bool)
    ring[1:-1, 1:-1] = False
    rows, columns = np.nonzero(ring)
    depth = max(2, min(height, width) // 4)
    inside = np.clip(rows, depth, height - 1 - depth), np.clip(columns, depth, width - 1 - depth)
    counts = part.counts(dataset.n_classes)
    border, thresholds, above = _youden(images[:, rows, columns], part.labels, counts)
    within, _, _ = _youden(images[:, inside[0], inside[1]], part.labels, counts)
    tells = border >= LEAK
    leaks = tells & ((border - within >= ALONE) | (tells.mean(axis=0) >= EVERYWHERE))
    if not leaks.any():
        return None, float(border.max(initial=0))
    # A class of few images reaches a large J by chance.
    order = np.where(leaks, border - 1 / np.sqrt(np.maximum(counts, 1)), -np.inf)
    p, k = np.unravel_index(int(order.argmax()), order.shape)
    pixel = int(rows[p]), int(columns[p])
    return Split(pixel, int(k), int(thresholds[p, k]), bool(above[p, k])), float(border.max())


def _youden(
    values: NDArray[np.uint8], labels: NDArray[np.int64], counts: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.intp], NDArray[np.bool_]]:
    """Return for each of p pixels and K classes the largest J, where, and if the class is above.

    W. J. Youden, "Index for rating diagnostic tests", Cancer 3 (1950).
    """
    n, K = len(values), len(counts)
    found = np.empty((values.shape[1], K))
    thresholds = np.empty(found.shape, np.intp)
    above = np.empty(found.shape, bool)
    offsets = labels.astype(np.intp) * LEVELS
    own, others = np.maximum(counts, 1)[:, None], np.maximum(n - counts, 1)[:, None]
    for p, column in enumerate(np.ascontiguousarray(values.T)):
        up_to = np.bincount(offsets + column, minlength=K * LEVELS).reshape(K, LEVELS).cumsum(1)
        difference = (up_to.sum(axis=0) - up_to) / others - up_to / own
        at = np.abs(difference).argmax(axis=1)
        signed = difference[np.arange(K), at]
        found[p], thresholds[p], above[p] = np.abs(signed), at, signed > 0
    return found, thresholds, above


def _on_test(split: Split, part: ImagePart) -> tuple[float, tuple[float, float]]:
    """Return the J of a split on other images, with its interval."""
    row, column = split.pixel
    values = in_grey(part.images[:, row : row + 1, column : column + 1])[:, 0, 0]
    said = (values > split.threshold) == split.above
    mine = part.labels == split.label
    own, others = ((int(said[side].sum()), int(side.sum())) for side in (mine, ~mine))
    if not own[1] or not others[1]:
        return 0.0, (-1.0, 1.0)
    return own[0] / own[1] - others[0] / others[1], difference_interval(own, others)
