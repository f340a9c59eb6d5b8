"""Images of a set side by side, as a notebook shows them."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from linocut.core.shown_images import ShownImage
from linocut.data.decode import resize

Bytes = NDArray[np.uint8]

PER_CLASS = 12
HEIGHTS = 28, 56  # pixels, between which images are shown


def sample_rows(rows: NDArray[np.intp], most: int = PER_CLASS) -> NDArray[np.intp]:
    """Return some rows of many, evenly spaced.

    Examples
    --------
    >>> sample_rows(np.arange(100), 3).tolist()
    [0, 49, 99]
    """
    places = np.linspace(0, len(rows) - 1, min(most, len(rows))).astype(np.intp)
    return np.asarray(rows[places])


def strip_of(images: Sequence[Bytes], alt: str) -> ShownImage:
    """Return images (h, w) or (h, w, 3) side by side: grey ones as dark ink on white paper.

    Examples
    --------
    >>> strip_of([np.zeros((8, 8), np.uint8)] * 2, "two blank images").png[1:4]
    b'PNG'
    """
    shown = [_at_a_glance(each) for each in images]
    height = max((each.shape[0] for each in shown), default=1)
    gap = max(2, height // 14)
    columns = []
    for each in shown:
        blank = np.zeros((height, gap, *each.shape[2:]), np.uint8)
        columns += [resize(each, (height, each.shape[1]), "nearest"), blank]
    sheet = np.concatenate(columns[:-1], axis=1) if columns else np.zeros((1, 1), np.uint8)
    file = io.BytesIO()
    Image.fromarray(sheet if sheet.ndim == 3 else 255 - sheet).save(file, "PNG", optimize=True)
    return ShownImage(file.getvalue(), alt, crisp=True)


def _at_a_glance(image: Bytes) -> Bytes:
    """Return an image in a height at which it can be made out: by whole factors if it grows."""
    least, most = HEIGHTS
    height, width = image.shape[:2]
    if height > most:
        return resize(image, (most, max(1, round(width * most / height))))
    times = max(1, least // height)
    return image.repeat(times, axis=0).repeat(times, axis=1)
