"""Which training images made a template: its growing sum, and the largest coefficients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from linocut.core import LinocutError
from linocut.plot.axes import tidy
from linocut.plot.colours import ACCENT, INK, RULE, SOFT
from linocut.plot.fonts import class_labels
from linocut.plot.panels import LETTERS, draw_ink, draw_signed, heading, largest, signed

WIDTH = 7.2  # inches
BINS = 60


def plot_training_images(
    sums: ArrayLike,
    counts: Sequence[int],
    cosine: Sequence[float] | NDArray[np.float64],
    coefficients: ArrayLike,
    inside: ArrayLike,
    images: Sequence[NDArray[Any]],
    of_images: Sequence[NDArray[np.float64]],
    *,
    label: str,
    among: Sequence[str] | None = None,
) -> Figure:
    """Draw how the template of one class is made of training images.

    Parameters
    ----------
    sums : float array, shape (T, h, w)
        The template after the most important images, and after all.
    counts : sequence of T int
        How many images.
    cosine : sequence of T float
        Cosine of the angle to the template. Each image has its own limit for full colour.
    coefficients : float array, shape (n,)
        Of every training image in this template.
    inside : bool array, shape (n,)
        Whether an image is of the class.
    images : two arrays, shape (m, h, w) each
        Those with the largest coefficients, of the class and of all others.
    of_images : two arrays, shape (m,) each
        Their coefficients.
    label : str
        The class.
    among : sequence of str, optional
        All classes of the set: a name that no font can write gives way to its position there. By
        default the classes drawn.

    Returns
    -------
    matplotlib Figure
    """
    partial, a = np.asarray(sums, np.float64), np.asarray(coefficients, np.float64)
    inner = np.asarray(inside, bool)
    labels = class_labels([label], among)
    (label,) = labels.texts
    if len(partial) != len(counts) or a.shape != inner.shape:
        raise LinocutError(
            f"{len(partial)} sums for {len(counts)} counts, {a.shape} coefficients for "
            f"{inner.shape} images — one for each"
        )
    figure = Figure(figsize=(WIDTH, 7.0), layout="constrained")
    parts: Any = figure.subfigures(4, 1, height_ratios=(1.35, 1.9, 1.2, 1.2))
    top = parts[0].subplots(1, len(counts), squeeze=False)[0]
    for axes, image, count, alike in zip(top, partial, counts, cosine, strict=True):
        below = f"{count:,} image{'s' if count > 1 else ''}\ncosine {signed(alike)}"
        draw_signed(axes, image, largest(image), below)
    _above(parts[0], f"The template of {label}, image by image, most important first")
    _distribution(parts[1].subplots(), a, inner, label)
    titles = f"Of {label}: most to add", "Of other classes: most to take away"
    for part, some, values, title in zip(parts[2:], images, of_images, titles, strict=True):
        row = part.subplots(1, max(len(some), 1), squeeze=False)[0]
        for axes, image, value in zip(row, some, values, strict=False):
            draw_ink(axes, image, signed(float(value), 3))
        if not len(some):
            row[0].set_axis_off()
        _above(part, title)
    for part in parts[:-1]:
        replace(labels, note="").finish(part)
    labels.finish(parts[-1])
    return figure


def _above(part: Any, title: str) -> None:
    part.suptitle(title, x=0.01, ha="left", fontsize=LETTERS + 1, fontweight="bold", color=INK)


def _distribution(
    axes: Axes, a: NDArray[np.float64], inside: NDArray[np.bool_], label: str
) -> None:
    """Draw how many images have which coefficient, inside and outside the class."""
    sizes = np.abs(a[a != 0])
    if not sizes.size:
        axes.set_axis_off()
        return
    low = max(sizes.max() * 1e-6, sizes.min() * 0.5)
    edges = np.geomspace(low, sizes.max() * 1.01, BINS)
    for of_class, colour, name in ((True, ACCENT, f"of {label}"), (False, INK, "of other classes")):
        counts, _ = np.histogram(np.abs(a[inside == of_class]), edges)
        axes.stairs(counts, edges, color=colour, linewidth=1.8)
        if counts.any():
            at = int(counts.argmax())
            axes.annotate(
                name, (np.sqrt(edges[at] * edges[at + 1]), counts[at]), xytext=(0, 4),
                textcoords="offset points", ha="center", color=colour, fontsize=LETTERS,
                fontweight="bold",
            )  # fmt: skip
    axes.set_xscale("log")
    axes.margins(y=0.2)
    axes.set_ylim(bottom=0)
    tidy(axes)
    axes.grid(axis="y", color=RULE, linewidth=0.6)
    axes.tick_params(labelsize=LETTERS - 1)
    axes.set_xlabel("size of an image's coefficient", fontsize=LETTERS, color=SOFT)
    heading(axes, "How large the coefficients are", "images")
