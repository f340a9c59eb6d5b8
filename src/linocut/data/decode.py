"""The one image decoder: a file of any common kind becomes grey bytes.

PNG, JPEG, BMP, TIFF, WebP and GIF through Pillow; grey values keep the file's sense (0 is black).
"""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import IO, Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from linocut.core import LinocutError

Size = tuple[int, int]  # height, width in pixels
Source = str | Path | bytes | IO[bytes] | Image.Image | NDArray[Any]
Resampling = Literal["area", "nearest"]

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp", ".gif"})
# A photograph of 50 megapixels is honest; more is refused before anything is unpacked.
LARGEST = 50_000_000


def decode(source: Source) -> NDArray[np.uint8]:
    """Read one image as grey bytes.

    Parameters
    ----------
    source : path, bytes, binary stream, PIL image or array
        A file or what stands in it: transparency is laid on white paper, EXIF rotation applied,
        16-bit greys scaled to 8 bits; of an animation the first frame counts. Or a uint8 array of
        shape (h, w), (h, w, 3) or (h, w, 4).

    Returns
    -------
    uint8 array, shape (h, w)

    Raises
    ------
    LinocutError
        If it cannot be read as an image, with the reason but without the path.

    Examples
    --------
    >>> decode(Image.new("RGB", (3, 2), "white")).tolist()
    [[255, 255, 255], [255, 255, 255]]
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            if isinstance(source, Image.Image):
                return _checked_grey(source)
            if isinstance(source, np.ndarray):
                return _grey_of_array(source)
            file = io.BytesIO(source) if isinstance(source, bytes) else source
            with Image.open(file) as image:
                return _checked_grey(image)
    except UnidentifiedImageError as error:
        raise LinocutError("not an image") from error
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise LinocutError("a decompression bomb: far more pixels than a small image") from error
    except LinocutError:
        raise
    except OSError as error:
        raise LinocutError(str(error.strerror or error)) from error
    except (SyntaxError, ValueError, EOFError, MemoryError) as error:
        raise LinocutError(f"broken ({error})") from error


def _checked_grey(image: Image.Image) -> NDArray[np.uint8]:
    if image.width * image.height > LARGEST:
        raise LinocutError(
            f"{image.width}×{image.height} pixels, more than {LARGEST // 10**6} million"
        )
    return _grey(ImageOps.exif_transpose(image))


def _grey_of_array(values: NDArray[Any]) -> NDArray[np.uint8]:
    colour = values.ndim == 3 and values.shape[2] in {3, 4}
    if values.dtype != np.uint8 or not (values.ndim == 2 or colour) or values.size == 0:
        raise LinocutError(
            f"an array of shape {values.shape} and type {values.dtype} — one image as uint8, of "
            "shape (h, w), (h, w, 3) or (h, w, 4)"
        )
    return values.copy() if values.ndim == 2 else _grey(Image.fromarray(values))


def resize(
    grey: NDArray[np.uint8], size: Size, resampling: Resampling = "area"
) -> NDArray[np.uint8]:
    """Resize one image, keeping its shape; the rest is filled with the grey of its border.

    Parameters
    ----------
    grey : uint8 array, shape (h, w)
        The image.
    size : (int, int)
        Height and width wanted, pixels.
    resampling : {"area", "nearest"}
        Means over areas where it shrinks and linear interpolation where it grows; or the nearest
        pixel, which keeps pixel art as it is.

    Examples
    --------
    >>> resize(np.full((10, 5), 7, np.uint8), (4, 4)).tolist()[0]
    [7, 7, 7, 7]
    """
    height, width = size
    if grey.shape == size:
        return grey
    scale = min(height / grey.shape[0], width / grey.shape[1])
    inner = (
        max(1, min(height, round(grey.shape[0] * scale))),
        max(1, min(width, round(grey.shape[1] * scale))),
    )
    # Area averages shrink without ringing, which would leave ink on blank paper.
    method = Image.Resampling.BOX if scale < 1 else Image.Resampling.BILINEAR
    if resampling == "nearest":
        method = Image.Resampling.NEAREST
    small = np.asarray(Image.fromarray(grey).resize((inner[1], inner[0]), method))
    canvas = np.full(size, border_grey(grey), np.uint8)
    top, left = (height - inner[0]) // 2, (width - inner[1]) // 2
    canvas[top : top + inner[0], left : left + inner[1]] = small
    return canvas


def border_grey(images: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return the median grey of the border pixels of images (…, h, w), shape (…).

    Examples
    --------
    >>> border_grey(np.array([[[9, 9, 9], [9, 0, 9], [9, 9, 9]]], np.uint8))
    array([9])
    """
    edges = images[..., 0, :], images[..., -1, :], images[..., 1:-1, 0], images[..., 1:-1, -1]
    return np.asarray(np.median(np.concatenate(edges, axis=-1), axis=-1)).astype(np.int64)


def _grey(image: Image.Image) -> NDArray[np.uint8]:
    if image.mode in {"I", "F"} or image.mode.startswith("I;16"):
        return _deep_grey(np.asarray(image))
    if image.mode in {"LA", "RGBA", "PA", "La", "RGBa"} or "transparency" in image.info:
        ink = image.convert("RGBA")
        paper = Image.new("RGBA", ink.size, "white")
        image = Image.alpha_composite(paper, ink)
    return np.array(image.convert("L"))


def _deep_grey(values: NDArray[np.generic]) -> NDArray[np.uint8]:
    floats = values.astype(np.float64)
    if not np.isfinite(floats).all() or floats.min() < 0:
        raise LinocutError("grey values below zero or not finite")
    top = floats.max()
    full = 255.0 if 1 < top <= 255 and values.dtype.kind == "i" else 65535.0
    if values.dtype.kind == "f":
        full = 1.0 if top <= 1 else 255.0
    if top > full:
        raise LinocutError(f"grey values up to {top:g}, beyond {full:g}")
    return np.round(floats * (255 / full)).astype(np.uint8)
