"""From the body of a request to images as a model takes them."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError
from python_multipart.multipart import parse_options_header

from linocut.classifier.inputs import as_bytes, as_images
from linocut.core import LinocutError
from linocut.core.colour import size_in_words
from linocut.data import Intake
from linocut.data.decode import QUIET, image_formats
from linocut.serve.limits import Limits
from linocut.serve.refusals import Refusal

if TYPE_CHECKING:
    from linocut.lines import LineIntake

Images = NDArray[np.uint8]

RAW, JSON, FORM = "application/octet-stream", "application/json", "multipart/form-data"
TAKEN = f"image/png or another image, {RAW}, {JSON}, or {FORM}"
DEEPEST = 4  # lists in lists of images, one more for colour


def lines_of(
    kind: str, body: bytes | list[bytes], intake: LineIntake, limits: Limits
) -> list[Images]:
    """Return lines of glyphs as a reader of strings takes them: image files only.

    Raises
    ------
    Refusal
        415 for another content type, 413 for too many or too large images, 422 for what is none.
    """
    if isinstance(body, bytes) and not kind.startswith("image/"):
        raise Refusal(415, f"a body of type {kind or 'none'!r} — strings are read in image files")
    with QUIET:
        return list(_files([body] if isinstance(body, bytes) else body, intake, limits))


def check_end(form: bytes, content_type: str) -> None:
    """Refuse a form that breaks off, of which what is there would be read without its last file.

    Raises
    ------
    Refusal
        422 if it does not end as its type says.
    """
    boundary = parse_options_header(content_type)[1].get(b"boundary")
    if boundary and form.rfind(b"--" + boundary + b"--") < 0:
        raise Refusal(422, "a form that cannot be read: it breaks off before its last boundary")


def images_of(kind: str, body: bytes, intake: Intake, limits: Limits) -> Images:
    """Return the images in the body of a request, uint8, shape (n, *image shape).

    Parameters
    ----------
    kind : str
        The content type, in lower case and without parameters: an image file; prepared pixels, a
        byte each, of one image or several; or JSON, ``{"images": [...]}`` with such pixels as
        numbers.
    body : bytes
        All of it.
    intake : Intake
        Of the model.
    limits : Limits

    Raises
    ------
    Refusal
        415 for another content type, 413 for too many images, 422 for what is no image.
    """
    if kind == RAW:
        return _raw(body, intake, limits)
    if kind == JSON:
        return _listed(body, intake, limits)
    if kind.startswith("image/"):
        return files_of([body], intake, limits)
    raise Refusal(415, f"a body of type {kind or 'none'!r} — {TAKEN}")


def files_of(files: Sequence[bytes], intake: Intake, limits: Limits) -> Images:
    """Return image files as the model takes them; a bad one is named by its place, from 0."""
    with QUIET:
        return np.stack(list(_files(files, intake, limits)))


def _files(files: Sequence[bytes], intake: Intake | LineIntake, limits: Limits) -> Iterator[Images]:
    if not files:
        raise Refusal(422, "no image in the request — one at least")
    _check_count(len(files), limits)
    for place, file in enumerate(files):
        try:
            made = intake.read(_opened(file, limits))
        except Refusal:
            raise
        except LinocutError as error:
            which = f"image {place}: " if len(files) > 1 else ""
            raise Refusal(422, f"{which}{error}") from error
        yield made


def _opened(file: bytes, limits: Limits) -> Image.Image | bytes:
    """Open an image without unpacking it, and refuse one that would unpack to too much."""
    try:
        image = Image.open(io.BytesIO(file), formats=image_formats())
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return file  # the decoder says what is wrong with it
    except Image.DecompressionBombError as error:
        raise Refusal(413, "a decompression bomb — an image of few pixels") from error
    if image.width * image.height > limits.pixels:
        raise Refusal(
            413,
            f"an image of {image.width} × {image.height} pixels — at most {limits.pixels:,} "
            "altogether",
        )
    return image


def _raw(body: bytes, intake: Intake, limits: Limits) -> Images:
    shape = intake.image_shape
    assert shape is not None
    size = math.prod(shape)
    if not body or len(body) % size:
        told = size_in_words(shape)
        raise Refusal(422, f"{len(body):,} bytes of pixels — {size} for each image of {told}")
    _check_count(len(body) // size, limits)
    return np.frombuffer(body, np.uint8).reshape(-1, *shape)


def _listed(body: bytes, intake: Intake, limits: Limits) -> Images:
    try:
        text = body.decode()
        document = json.loads(text, parse_constant=_no_number)
    except RecursionError as error:
        raise Refusal(422, "JSON nested too deep — lists of images of rows of pixels") from error
    except (UnicodeDecodeError, ValueError) as error:
        raise Refusal(422, f"no JSON that can be read: {error}") from error
    if isinstance(document, dict) and document.keys() - {"images"}:
        other = min(document.keys() - {"images"})
        raise Refusal(422, f"JSON with {other[:100]!r} — images and nothing else")
    listed = document.get("images") if isinstance(document, dict) else None
    if not isinstance(listed, list) or not listed:
        raise Refusal(422, 'JSON without a list of images — {"images": [[[0, …], …], …]}')
    if _depth(listed) > DEEPEST:
        raise Refusal(422, "images nested too deep — lists of images of rows of pixels")
    _check_count(len(listed), limits)
    if "true" in text or "false" in text:  # numbers, for NumPy
        raise Refusal(422, "pixels that are no numbers — whole numbers from 0 to 255")
    try:
        return as_bytes(as_images(_numbers(listed), intake.image_shape))
    except LinocutError as error:
        raise Refusal(422, str(error)) from error


def _numbers(listed: list[Any]) -> NDArray[Any]:
    try:
        X = np.asarray(listed)
    except (ValueError, OverflowError) as error:
        raise Refusal(422, "images of unequal rows — each as many pixels as the others") from error
    if X.dtype.kind not in "uif":
        raise Refusal(422, "pixels that are no numbers — whole numbers from 0 to 255")
    return X


def _depth(listed: Any) -> int:
    depth = 0
    while isinstance(listed, list):
        depth, listed = depth + 1, listed[0] if listed else None
    return depth


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no pixel — whole numbers from 0 to 255")


def _check_count(count: int, limits: Limits) -> None:
    if count > limits.images:
        raise Refusal(413, f"{count:,} images in one request — at most {limits.images:,}")
