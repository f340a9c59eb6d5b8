"""Which training images made a template: its growing sum, and the largest coefficients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from linocut.core import LinocutError
from linocut.plot.axes import tidy
from linocut.plot.colours import ACCENT, INK, RULE, SOFT
from linocut.plot.fonts import class_labels
from linocut.plot.panels import LETTERS, draw_ink, draw_signed, largest, signed

WIDTH = 7.2  # inches
BINS = 40


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
    _distributions(parts[1], a, inner, label)
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


def _distributions(
    part: Any, a: NDArray[np.float64], inside: NDArray[np.bool_], label: str
) -> None:
    """Draw how many images have which coefficient: those of other classes, those of the class."""
    panels = part.subplots(1, 2, sharey=True)
    sides = ((False, INK, "other classes"), (True, ACCENT, label))
    for axes, (of_class, colour, name) in zip(panels, sides, strict=True):
        values = a[inside == of_class]
        counts, edges = np.histogram(values, BINS)
        axes.stairs(counts, edges, color=colour, fill=True, alpha=0.8)
        axes.set_title(
            f"{len(values):,} images of {name}", loc="left", fontsize=LETTERS, color=colour
        )
        axes.set_yscale("log")  # most coefficients are next to nothing, and the others few
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        axes.yaxis.set_minor_formatter(lambda value, _: "")
        axes.locator_params(axis="x", nbins=4)
        tidy(axes)
        axes.grid(axis="y", color=RULE, linewidth=0.6)
        axes.tick_params(labelsize=LETTERS - 1)
        axes.set_xlabel("coefficient", fontsize=LETTERS, color=SOFT)
    panels[0].set_ylim(bottom=0.7)
    panels[0].set_ylabel("images", fontsize=LETTERS, color=SOFT)
    _above(part, "How many training images have which coefficient")
