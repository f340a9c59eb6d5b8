"""A sheet of sample images, one row a class."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.core.files import write_whole
from linocut.plot.fonts import class_labels

PER_CLASS = 16
MOST_CLASSES = 60


def contact_sheet(
    images: NDArray[np.uint8],
    labels: NDArray[np.int64],
    class_names: tuple[str, ...],
    *,
    title: str = "",
    per_class: int = PER_CLASS,
) -> Figure:
    """Draw evenly spaced sample images of each class.

    Parameters
    ----------
    images : uint8 array, shape (n, h, w) or (n, h, w, 3)
        0 is drawn as paper, 255 as ink; colours in their own.
    labels : int64 array, shape (n,)
        Class of each image.
    class_names : tuple of str
        Name of each class; at most 60 are drawn.
    title : str
        Over the sheet.
    per_class : int
        Images a row.

    Returns
    -------
    matplotlib Figure

    Examples
    --------
    >>> figure = contact_sheet(np.zeros((4, 8, 8), np.uint8), np.array([0, 1, 0, 1]), ("a", "b"))
    >>> len(figure.axes)
    1
    """
    height, width, *planes = images.shape[1:]
    gap = max(1, height // 10)
    shown = class_names[:MOST_CLASSES]
    sheet = np.full(
        (len(shown) * (height + gap) - gap, per_class * (width + gap) - gap, *planes),
        np.nan,
        np.float32,
    )
    for k in range(len(shown)):
        rows = np.flatnonzero(labels == k)
        chosen = rows[np.linspace(0, len(rows) - 1, min(per_class, len(rows))).astype(int)]
        for j, row in enumerate(chosen):
            top, left = k * (height + gap), j * (width + gap)
            sheet[top : top + height, left : left + width] = images[row]
    if planes:
        sheet = np.where(np.isnan(sheet), 1, sheet / np.float32(255))
    scale = 8.0 / sheet.shape[1]
    figure = Figure(figsize=(9.2, max(1.5, sheet.shape[0] * scale + 0.8)), layout="constrained")
    axes = figure.add_subplot()
    axes.imshow(sheet, cmap="gray_r", vmin=0, vmax=255, interpolation="nearest")
    names = class_labels(shown)
    middles = [k * (height + gap) + height / 2 for k in range(len(shown))]
    axes.set_yticks(middles, names.texts, family=names.families)
    axes.set_xticks([])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    more = len(class_names) - len(shown)
    axes.set_title(title + (f" (and {more} more classes)" if more else ""), loc="left")
    if names.note:
        figure.supxlabel(names.note, fontsize="small", x=0.01, ha="left")
    return figure


def save_figure(figure: Figure, path: Path, *, dpi: int = 150) -> Path:
    """Write a figure as an image file of the kind that the path's ending names.

    Raises
    ------
    LinocutError
        If the ending names no kind of image file, or the file cannot be written there.
    """
    kind = path.suffix[1:].casefold() or "png"
    kinds = figure.canvas.get_supported_filetypes()
    if kind not in kinds:
        raise LinocutError(
            f"{path}: .{kind} is not a kind of image file — known: {', '.join(kinds)}"
        )
    return write_whole(path, as_file(figure, kind, dpi=dpi))


def as_file(figure: Figure, kind: str = "png", *, dpi: int = 150) -> bytes:
    """Return a figure as an image file of some kind that Matplotlib writes."""
    file = io.BytesIO()
    figure.savefig(file, format=kind, dpi=dpi)
    return file.getvalue()
