"""The one image decoder: a file of any kind that Pillow reads becomes bytes, grey or in colour.

Grey values keep the file's sense (0 is black).
"""

from __future__ import annotations

import io
import threading
import warnings
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from linocut.core import LinocutError
from linocut.core.colour import in_colour
from linocut.core.ink import border_pixels
from linocut.core.resampling import resampled
from linocut.data.scale import LARGEST_WHITE, scaled, white_of

Size = tuple[int, int]  # height, width in pixels
Source = str | Path | bytes | IO[bytes] | Image.Image | NDArray[Any]
Resampling = Literal["area", "nearest"]

# A photograph of 50 megapixels is honest; more is refused before anything is unpacked.
LARGEST = 50_000_000
# Of what Pillow opens: EPS is a program that Ghostscript runs, WMF is drawn by the system; the
# others are containers for which Pillow has a name but no decoder.
NO_IMAGES = frozenset({"EPS", "PDF", "WMF", "MPEG", "BUFR", "GRIB", "HDF5"})
# Whose further frames are further images: not thumbnails (MPO) or layers (PSD).
ANIMATED = frozenset({"GIF", "TIFF", "PNG", "WEBP", "AVIF", "FLI", "DCX"})
# Where Pillow keeps what may say which side of an image is up.
ORIENTED = ("exif", "Raw profile type exif", "XML:com.adobe.xmp", "xmp")


class Decoded(NamedTuple):
    """One image, and what its file said about it.

    Attributes
    ----------
    pixels : uint8 array, shape (h, w), or (h, w, 3) where colours were asked for
    top : float
        Its largest value, in the file's own unit.
    deep : bool
        Whether it has more than 8 bits a pixel, or fractions.
    frames : int
        Frames of an animation or pages of a document, of which the first is taken; 1 otherwise.
    """

    pixels: NDArray[np.uint8]
    top: float
    deep: bool = False
    frames: int = 1


@lru_cache(maxsize=1)
def image_formats() -> tuple[str, ...]:
    """Return Pillow's names of the kinds of image that are read, in the order they are tried."""
    Image.init()
    return tuple(name for name in Image.ID if name not in NO_IMAGES)


@lru_cache(maxsize=1)
def image_suffixes() -> frozenset[str]:
    """Return the endings of image files, in lower case with their dot.

    Examples
    --------
    >>> {".png", ".jpeg", ".tif", ".webp", ".pgm"} <= image_suffixes(), ".eps" in image_suffixes()
    (True, False)
    """
    formats = image_formats()
    endings = Image.registered_extensions().items()
    return frozenset(ending.casefold() for ending, name in endings if name in formats)


def is_image_name(name: str) -> bool:
    """Tell from a file's name whether it is an image.

    Examples
    --------
    >>> is_image_name("7/a.PNG"), is_image_name("notes.md"), is_image_name("png")
    (True, False, False)
    """
    _, dot, ending = name.rpartition(".")
    return f"{dot}{ending.casefold()}" in image_suffixes() if dot else False


def decode(source: Source, white: int | None = None, *, colour: bool = False) -> NDArray[np.uint8]:
    """Read one image as bytes.

    Parameters
    ----------
    source : path, bytes, binary stream, PIL image or array
        A file or what stands in it: EXIF rotation is applied; of an animation the first frame
        counts; what is transparent is laid on black paper if the ink is light, on white if it is
        dark. Or a uint8 array of shape (h, w), (h, w, 3) or (h, w, 4).
    white : int, optional
        The grey value that becomes 255; see `linocut.data.scale.white_of`.
    colour : bool
        Whether to keep its colours, as three planes; a grey image has three that are the same. If
        not, they become grey by their luminance.

    Returns
    -------
    uint8 array, shape (h, w) or (h, w, 3)

    Raises
    ------
    LinocutError
        If it cannot be read as an image, with the reason but without the path.

    Examples
    --------
    >>> decode(Image.new("RGB", (3, 2), "white")).tolist()
    [[255, 255, 255], [255, 255, 255]]
    >>> decode(np.array([[0, 8, 16]], np.uint8), white=16).tolist()
    [[0, 128, 255]]
    >>> decode(Image.new("RGB", (1, 1), "orange"), colour=True).tolist()
    [[[255, 165, 0]]]
    """
    pixels = decoded(source, white, colour=colour).pixels
    return pixels if pixels.flags.writeable else pixels.copy()


def decoded(source: Source, white: int | None = None, *, colour: bool = False) -> Decoded:
    """Read one image as `decode` does, and say what its file said about it.

    The array may be read-only.
    """
    try:
        with QUIET:
            if isinstance(source, Image.Image):
                return _of_image(source, white, colour)
            if isinstance(source, np.ndarray):
                return _of_array(source, white, colour)
            file = io.BytesIO(source) if isinstance(source, bytes) else source
            with Image.open(file, formats=image_formats()) as image:
                return _of_image(image, white, colour)
    except UnidentifiedImageError as error:
        raise LinocutError("not an image") from error
    except Image.DecompressionBombError as error:
        raise LinocutError("a decompression bomb: far more pixels than a small image") from error
    except LinocutError:
        raise
    except MemoryError as error:
        raise LinocutError("it asks for more memory than there is") from error
    except OSError as error:
        raise LinocutError(_line(error.strerror or error)) from error
    except Exception as error:
        # Forty decoders by as many authors meet damaged bytes with whatever error they run into:
        # struct.error, TypeError, KeyError, ZeroDivisionError, ...
        raise LinocutError(f"broken ({_line(error) or type(error).__name__})") from error


class _Quiet:
    """Keeps Pillow's warnings to itself while any thread decodes.

    `warnings.catch_warnings` alone puts back, on leaving, what it found on entering: with two
    threads at once that may be the other's.
    """

    def __init__(self) -> None:
        self.lock, self.inside = threading.Lock(), 0
        self.caught = warnings.catch_warnings()

    def __enter__(self) -> None:
        with self.lock:
            if self.inside == 0:
                self.caught = warnings.catch_warnings()
                self.caught.__enter__()
                warnings.filterwarnings("ignore", module=r"PIL\.")
                warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            self.inside += 1

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self.lock:
            self.inside -= 1
            if self.inside == 0:
                self.caught.__exit__(kind, error, trace)


QUIET = _Quiet()  # to be held while many files are decoded: switching warnings off takes time


def _line(told: object) -> str:
    """Return a message in one line of printable characters, not too long."""
    text = " ".join(str(told).split())
    return "".join(letter if letter.isprintable() else "�" for letter in text)[:200]


def _of_image(image: Image.Image, white: int | None, colour: bool) -> Decoded:
    if image.width * image.height > LARGEST:
        raise LinocutError(
            f"{image.width}×{image.height} pixels, more than {LARGEST // 10**6} million"
        )
    image.load()
    upright = _upright(image)
    if upright.mode in {"I", "F"} or upright.mode.startswith("I;16"):
        made = _of_deep(np.asarray(upright), white)
        if colour:
            made = made._replace(pixels=_alike(made.pixels))
    else:
        made = _of_bytes(_colours(upright) if colour else _grey(upright), white)
    return made._replace(frames=_frames(image)) if image.format in ANIMATED else made


def _of_bytes(pixels: NDArray[np.uint8], white: int | None) -> Decoded:
    top = int(pixels.max())
    full = white_of("u1", top, white)
    return Decoded(pixels if full == 255 else scaled(pixels, full), top)


def _of_deep(values: NDArray[np.generic], white: int | None) -> Decoded:
    low, top = float(values.min()), float(values.max())
    if not np.isfinite(low + top) or low < 0:
        raise LinocutError("grey values below zero or not finite")
    if top > LARGEST_WHITE:
        raise LinocutError(f"grey values up to {top:g}, beyond 32 bits")
    full = white_of(values.dtype.kind, top, white)
    return Decoded(scaled(values, full), top, deep=True)


def _of_array(values: NDArray[Any], white: int | None, colour: bool) -> Decoded:
    has_colour = values.ndim == 3 and values.shape[2] in {3, 4}
    if values.dtype != np.uint8 or not (values.ndim == 2 or has_colour) or values.size == 0:
        raise LinocutError(
            f"an array of shape {values.shape} and type {values.dtype} — one image as uint8, of "
            "shape (h, w), (h, w, 3) or (h, w, 4)"
        )
    if values.ndim == 2:
        return _of_bytes(_alike(values) if colour else values.copy(), white)
    image = Image.fromarray(np.ascontiguousarray(values))
    return _of_bytes(_colours(image) if colour else _grey(image), white)


def _frames(image: Image.Image) -> int:
    """Count the frames; what is damaged after the first one is no harm to it."""
    if not getattr(image, "is_animated", False):
        return 1
    try:
        return int(getattr(image, "n_frames", 1))
    except MemoryError:
        raise
    except Exception:  # as in `decoded`
        return 1


def _upright(image: Image.Image) -> Image.Image:
    """Apply the rotation that EXIF or XMP asks for, if they can be made out."""
    if image.format not in {"TIFF", "MPO"} and not any(key in image.info for key in ORIENTED):
        return image
    try:
        return ImageOps.exif_transpose(image)
    except MemoryError:
        raise
    except Exception:  # damaged metadata, in as many ways as damaged images
        return image


def checked_resampling(name: str) -> Resampling:
    """Return the name of a way to resize.

    Raises
    ------
    LinocutError
        If it is none.
    """
    known: tuple[Resampling, ...] = get_args(Resampling)
    for each in known:
        if each == name:
            return each
    raise LinocutError(f"resampling={name!r} — one of {', '.join(known)}")


def resize(
    pixels: NDArray[np.uint8], size: Size, resampling: Resampling = "area"
) -> NDArray[np.uint8]:
    """Resize one image, keeping its shape; the rest is filled with the colour of its border.

    Parameters
    ----------
    pixels : uint8 array, shape (h, w) or (h, w, 3)
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
    if pixels.shape[:2] == size:
        return pixels
    scale = min(height / pixels.shape[0], width / pixels.shape[1])
    inner = (
        max(1, min(height, round(pixels.shape[0] * scale))),
        max(1, min(width, round(pixels.shape[1] * scale))),
    )
    # Area averages shrink without ringing, which would leave ink on blank paper.
    method = Image.Resampling.BOX if scale < 1 else Image.Resampling.BILINEAR
    if resampling == "nearest":
        method = Image.Resampling.NEAREST
    small = resampled(pixels, *inner, method)
    canvas = np.empty((*size, *pixels.shape[2:]), np.uint8)
    canvas[:] = border_grey(pixels if pixels.ndim == 2 else np.moveaxis(pixels, -1, 0))
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
    return np.asarray(np.median(border_pixels(images), axis=-1)).astype(np.int64)


def _grey(image: Image.Image) -> NDArray[np.uint8]:
    if image.mode in {"LA", "RGBA", "PA", "La", "RGBa"} or "transparency" in image.info:
        return _laid_on_paper(image.convert("LA" if image.mode in {"L", "LA"} else "RGBA"))
    if image.mode == "LAB":
        return np.asarray(
            image.getchannel("L")
        )  # Pillow turns it into nothing else; L is lightness
    if image.mode in {"HSV", "CMYK", "YCbCr"}:
        image = image.convert("RGB")
    return np.asarray(image if image.mode == "L" else image.convert("L"))


def _colours(image: Image.Image) -> NDArray[np.uint8]:
    """Return red, green and blue, (h, w, 3)."""
    if image.mode in {"LA", "RGBA", "PA", "La", "RGBa"} or "transparency" in image.info:
        return _laid_on_paper(image.convert("RGBA"), "RGB")
    if image.mode == "LAB":
        return _alike(np.asarray(image.getchannel("L")))
    return np.asarray(image if image.mode == "RGB" else image.convert("RGB"))


def _alike(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a grey image (h, w) in three planes that are the same."""
    made: NDArray[np.uint8] = in_colour(grey[None])[0]
    return made


def _laid_on_paper(image: Image.Image, mode: str = "L") -> NDArray[np.uint8]:
    """Lay a transparent image on the paper, black or white, that its ink stands out from."""
    alpha = np.asarray(image.getchannel("A"))
    grey = np.asarray(image.convert("L"))
    pixels = grey if mode == "L" else np.asarray(image.convert(mode))
    if alpha.min() == 255:
        return pixels
    covered = int(alpha.sum(dtype=np.int64))
    light = int(np.einsum("ij,ij", grey, alpha, dtype=np.int64)) > 127 * covered
    ink = pixels if light else 255 - pixels
    cover = alpha if mode == "L" else alpha[..., None]
    ink = ((ink.astype(np.uint16) * cover + 127) // 255).astype(np.uint8)
    return np.asarray(ink if light else 255 - ink)
