"""One image with its pixels as numbers."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from linocut.core import LinocutError
from linocut.core.colour import PLANES
from linocut.plot.colours import RULE, SOFT
from linocut.plot.fonts import class_labels

SIDE = 7.6  # inches of the longer side
FULL = 255.0
LARGEST = 64  # pixels of a side up to which numbers are legible


def plot_pixels(image: ArrayLike, *, label: str, title: str) -> Figure:
    """Draw an image, the value of each pixel written into it.

    Beyond 64 pixels a side, and of colours, the numbers would be too small, and are left out.

    Parameters
    ----------
    image : uint8 array, shape (h, w) or (h, w, 3)
        Grey values; zero is drawn as paper, 255 as ink. Or red, green and blue.
    label : str
        Its class.
    title : str
        Above it, before the label.

    Raises
    ------
    LinocutError
        If it is no image.

    Examples
    --------
    >>> figure = plot_pixels([[0, 255]], label="a", title="image 0")
    >>> [text.get_text() for text in figure.axes[0].texts]
    ['0', '255']
    """
    pixels = np.asarray(image)
    colour = pixels.ndim == 3 and pixels.shape[2] == PLANES
    if not (pixels.ndim == 2 or colour) or pixels.size == 0:
        raise LinocutError(f"an image of shape {pixels.shape} — an array (h, w) or (h, w, 3)")
    height, width = pixels.shape[:2]
    scale = SIDE / max(height, width)
    figure = Figure(figsize=(max(3.0, width * scale), height * scale + 0.5), layout="constrained")
    axes = figure.add_subplot()
    axes.imshow(pixels, cmap="gray_r", vmin=0, vmax=FULL, interpolation="nearest")
    if max(height, width) <= LARGEST and not colour:
        letters = min(11.0, 0.34 * 72 * scale)
        for row, column in np.ndindex(height, width):
            value = int(pixels[row, column])
            colour = "white" if value > FULL / 2 else SOFT
            axes.text(
                column, row, str(value), ha="center", va="center", fontsize=letters, color=colour
            )
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_color(RULE)
    labels = class_labels([label])
    axes.set_title(f"{title}: labelled “{labels.texts[0]}”", loc="left", family=labels.families)
    if labels.note:
        figure.supxlabel(labels.note, fontsize="small", x=0.01, ha="left", color=SOFT)
    return figure
