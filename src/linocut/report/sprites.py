"""Many small images as tiles on a few PNG sheets, in grey or in colour."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from linocut.core.threads import available_cores
from linocut.report.document import Sprite

SHEET_PIXELS = 4_000_000  # browsers on phones refuse canvases much larger than this
# 9 takes ten times as long as 6 and saves 3 % on handwriting.
COMPRESSION = 6


def sprite(images: NDArray[np.uint8]) -> Sprite:
    """Lay images out as tiles, row by row, on as few sheets as their size allows.

    Parameters
    ----------
    images : uint8 array, shape (n, h, w) or (n, h, w, 3)
        Grey values, 0 (paper) to 255 (full ink), or colours; kept exactly.

    Returns
    -------
    Sprite
        Sheets of at most about four million pixels as data URIs; none where n is 0.

    Examples
    --------
    >>> made = sprite(np.zeros((5, 8, 8), dtype=np.uint8))
    >>> made.count, made.columns, len(made.sheets)
    (5, 3, 1)
    """
    n, height, width = images.shape[:3]
    columns, per_sheet = _layout(n, height, width)
    parts = [images[start : start + per_sheet] for start in range(0, n, per_sheet)]
    with ThreadPoolExecutor(available_cores()) as pool:
        sheets = tuple(pool.map(lambda part: _data_uri(_sheet(part, columns)), parts))
    return Sprite(n, height, width, columns, per_sheet, sheets)


def tiles(made: Sprite) -> Iterator[NDArray[np.uint8]]:
    """Yield the images of a sprite again, each of shape (h, w) or (h, w, 3).

    Examples
    --------
    >>> images = np.arange(2 * 8 * 8, dtype=np.uint8).reshape(2, 8, 8)
    >>> all((a == b).all() for a, b in zip(tiles(sprite(images)), images, strict=True))
    True
    """
    left = made.count
    for uri in made.sheets:
        data = base64.b64decode(uri.partition(",")[2])
        pixels = np.asarray(Image.open(io.BytesIO(data)))
        for at in range(min(left, made.per_sheet)):
            top, start = at // made.columns * made.height, at % made.columns * made.width
            yield pixels[top : top + made.height, start : start + made.width]
        left -= made.per_sheet


def size_of(made: Sprite) -> int:
    """Return the number of characters that the sheets take in the page."""
    return sum(map(len, made.sheets))


def _layout(n: int, height: int, width: int) -> tuple[int, int]:
    fits = max(1, SHEET_PIXELS // (height * width))
    per_sheet = min(fits, max(n, 1))
    columns = int(np.ceil(np.sqrt(per_sheet * height / width)))
    columns = min(max(columns, 1), per_sheet)
    if n > fits:  # full sheets without an empty place
        per_sheet = max(1, fits // columns) * columns
    return columns, per_sheet


def _sheet(images: NDArray[np.uint8], columns: int) -> NDArray[np.uint8]:
    n, height, width, *planes = images.shape
    rows = -(-n // columns)
    places = np.zeros((rows * columns, height, width, *planes), dtype=np.uint8)
    places[:n] = images
    lines = places.reshape(rows, columns, height, width, *planes).swapaxes(1, 2)
    return lines.reshape(rows * height, columns * width, *planes)


def _data_uri(sheet: NDArray[np.uint8]) -> str:
    file = io.BytesIO()
    Image.fromarray(sheet).save(file, "PNG", compress_level=COMPRESSION)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
