"""XOR, the smallest problem that no straight cut solves, as a picture.

    python examples/xor.py xor.png

Images of two pixels belong to one class if exactly one pixel is inked, and to the other if none or
both are. That no cut separates the four images is proved in exact arithmetic. The product of the
two pixels, as a third feature, makes it easy: a cut that is straight in three features is a curve
in the pixels.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures

from linocut.explain.separability import separability
from linocut.models import SoftmaxRegression
from linocut.plot.colours import INK, SOFT, diverging
from linocut.plot.contact_sheet import save_figure

IMAGES = np.array([[0, 0], [1, 1], [0, 1], [1, 0]], float)  # a row an image: its two pixels
LABELS = np.array([0, 0, 1, 1])
NAMES = ["same", "different"]
EDGE = np.linspace(-0.35, 1.35, 200)


def draw() -> Figure:
    """Draw the best straight cut, and the cut of a model that sees the product of the pixels."""
    straight = SoftmaxRegression(C=100).fit(IMAGES, LABELS)
    product = make_pipeline(
        PolynomialFeatures(interaction_only=True, include_bias=False), SoftmaxRegression(C=100)
    ).fit(IMAGES, LABELS)
    verdict = separability(IMAGES[:, None, :].astype(np.uint8), LABELS, NAMES).certificates[0]
    figure = Figure(figsize=(8.4, 4.6), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    _panel(left, straight, f"A straight cut: proved {verdict.verdict}")
    _panel(right, product, "With the product of the pixels")
    left.set_ylabel("ink of the second pixel", color=SOFT)
    figure.suptitle("XOR: is exactly one of two pixels inked?", x=0.01, ha="left", weight="bold")
    return figure


def _panel(axes: Axes, model: Any, title: str) -> None:
    x, y = np.meshgrid(EDGE, EDGE)
    points = np.column_stack([x.ravel(), y.ravel()])
    shares = model.predict_proba(points)[:, 1].reshape(x.shape)
    extent = (EDGE[0], EDGE[-1], EDGE[0], EDGE[-1])
    axes.imshow(
        shares - 0.5, cmap=diverging(), vmin=-1, vmax=1, extent=extent, origin="lower",
        interpolation="bilinear",
    )  # fmt: skip
    if np.ptp(shares) > 0.01:  # else the model finds nothing, and there is no cut to draw
        axes.contour(x, y, shares, levels=[0.5], colors=[INK], linewidths=1.4)
    right = int(np.sum(model.predict(IMAGES) == LABELS))
    for (across, up), label in zip(IMAGES, LABELS, strict=True):
        axes.plot(across, up, "o" if label else "s", color=INK, markersize=9)
        axes.annotate(
            NAMES[label], (across, up), xytext=(0, 11), textcoords="offset points", ha="center"
        )
    axes.set_title(f"{title}\n{right} of 4 correctly classified", loc="left", fontsize=11)
    axes.set_xlabel("ink of the first pixel", color=SOFT)
    axes.set_xticks([0, 1])
    axes.set_yticks([0, 1])
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)


if __name__ == "__main__":
    save_figure(draw(), Path(sys.argv[1] if len(sys.argv) > 1 else "xor.png"))
