"""Arrays as files hold them become parts of a dataset: bytes on one scale, grey or in colour."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.core.colour import PLANES, Shape, in_colour, in_grey
from linocut.data.colours import decided_colour, evenly
from linocut.data.dataset import ImagePart
from linocut.data.formats.parts import settled_parts
from linocut.data.raw import RawDataset, name_classes

FEWEST_BYTE_LEVELS = 16  # where no pixel is larger, 255 is not what full ink is
# What full ink is where pixels are no bytes: 1, 4 bits or their sum over a 4×4 cell, and so on.
FULL = (255, 1023, 4095, 16383, 65535)
GLANCE = 1000  # images after which most sets show that they use all bytes


@dataclass(frozen=True, eq=False)
class Rows:
    """The images and labels of one part, as a file holds them.

    Attributes
    ----------
    images : array, shape (n, h, w), (n, h, w, c), (n, c, h, w) or (n, h·w·c)
        Grey or colour.
    labels : array or sequence of n numbers or names
        Shape (n,) or (n, 1).
    where : str
        File and array, for messages.
    """

    images: NDArray[Any]
    labels: NDArray[Any] | Sequence[str]
    where: str


def dataset_of(
    parts: Mapping[str, Rows],
    where: str,
    *,
    shape: Shape | None = None,
    class_names: Sequence[str] | None = None,
    notes: Sequence[str] = (),
    colour: bool | None = None,
) -> RawDataset:
    """Put the parts of a set together.

    Parameters
    ----------
    parts : mapping of str to Rows
        By the names of `part_of`.
    where : str
        File or folder, for messages.
    shape : (int, int) or (int, int, 3) or (3, int, int), optional
        Of images that are rows without a shape; a square if not given.
    class_names : sequence of str, optional
        What the labels 0, 1, … stand for.
    notes : sequence of str
        What is to be said already.
    colour : bool, optional
        Whether colours are kept; if not given, where grey would lose something.

    Raises
    ------
    LinocutError
        If arrays do not belong together or hold no grey values.
    """
    said = list(notes)
    train, test = settled_parts(_with_labels(parts, said), said, where)
    used = [part for part in (train, test) if part is not None]
    shaped = [shaped_images(part.images, part.where, shape, said) for part in used]
    images = _coloured(as_bytes(shaped, where, said), colour, said)
    texts = [
        _labels(part, len(array), class_names) for part, array in zip(used, images, strict=True)
    ]
    names, positions = name_classes(*texts)
    made = [ImagePart(array, y) for array, y in zip(images, positions, strict=True)]
    if class_names is not None:
        names, made = _named(names, made, class_names)
    return RawDataset(
        made[0], made[1] if len(made) == 2 else None, names, tuple(dict.fromkeys(said))
    )


def _with_labels(parts: Mapping[str, Rows], notes: list[str]) -> dict[str, Rows]:
    """Leave out the parts but the training part whose labels are hidden, as for a contest."""
    kept = {}
    for name, part in parts.items():
        if name not in {"", "train"} and _are_hidden(part.labels):
            notes.append(
                f"The labels of the {name} part are hidden (all are -1), so it was left aside: "
                f"{part.where}."
            )
        else:
            kept[name] = part
    return kept


def _are_hidden(labels: NDArray[Any] | Sequence[str]) -> bool:
    flat = np.asarray(labels).reshape(-1)
    return flat.size > 0 and str(flat[0]) in {"-1", "-1.0"} and bool((flat == flat[0]).all())


def _labels(
    part: Rows, n_images: int, class_names: Sequence[str] | None
) -> NDArray[Any] | Sequence[str]:
    labels = part.labels
    if isinstance(labels, np.ndarray):
        if labels.ndim == 2 and 1 in labels.shape:
            labels = labels.reshape(-1)
        elif labels.ndim == 2 and len(labels) == n_images and _is_one_hot(labels):
            labels = labels.argmax(axis=1)
        if labels.ndim != 1 or labels.dtype.kind not in "biufSUO":
            raise LinocutError(
                f"{part.where}: labels of shape {labels.shape} and type {labels.dtype} — one "
                "number or name for each image is wanted"
            )
    if len(labels) != n_images:
        raise LinocutError(
            f"{part.where}: {n_images:,} images but {len(labels):,} labels — one label for each "
            "image is wanted"
        )
    if class_names is None:
        return labels
    for label in labels:
        try:
            known = 0 <= int(label) < len(class_names) and float(label) == int(label)
        except (TypeError, ValueError, OverflowError):
            known = False
        if not known:
            raise LinocutError(
                f"{part.where}: label {str(label)[:40]!r} does not point into the "
                f"{len(class_names)} class names — labels from 0 to {len(class_names) - 1} are "
                "wanted"
            )
    return labels


def _is_one_hot(labels: NDArray[Any]) -> bool:
    if labels.dtype.kind not in "biuf" or labels.shape[1] < 2:
        return False
    return bool(np.isin(labels, (0, 1)).all() and (labels.sum(axis=1) == 1).all())


def _named(
    numbers: tuple[str, ...], parts: list[ImagePart], class_names: Sequence[str]
) -> tuple[tuple[str, ...], list[ImagePart]]:
    """Give labels their names; two labels of one name are one class."""
    given = [str(class_names[int(number)]) for number in numbers]
    if len(set(given)) == len(given):
        return tuple(given), parts
    names, (positions,) = name_classes(given)
    return names, [ImagePart(part.images, positions[part.labels], part.names) for part in parts]


def _coloured(
    arrays: list[NDArray[np.uint8]], colour: bool | None, notes: list[str]
) -> list[NDArray[np.uint8]]:
    """Return images (n, h, w, 3) where colours are to be kept, else (n, h, w); one way for all."""
    if all(array.ndim == 3 for array in arrays):
        return [in_colour(array) for array in arrays] if colour else arrays
    if colour is None:
        seen = [array[k] for array in arrays if array.ndim == 4 for k in evenly(len(array))]
        colour, told = decided_colour(seen)
        notes += told
    elif not colour:
        notes.append("Colour images were made grey by their luminance.")
    return [in_colour(array) if colour else in_grey(array) for array in arrays]


def shaped_images(
    values: NDArray[Any], where: str, shape: Shape | None, notes: list[str]
) -> NDArray[Any]:
    """Return images (n, h, w), or (n, h, w, 3) in colour, of whatever numbers there are.

    What says how transparent a pixel is, a fourth plane, is left out.
    """
    if values.dtype.kind not in "biuf":
        raise LinocutError(f"{where}: images of type {values.dtype} — numbers are wanted")
    if values.ndim == 4 and 1 in {values.shape[1], values.shape[-1]}:
        values = values[..., 0] if values.shape[-1] == 1 else values[:, 0]
    if values.ndim == 4 and values.shape[-1] not in {3, 4} and values.shape[1] in {3, 4}:
        values = np.moveaxis(values, 1, -1)
    if values.ndim == 4 and values.shape[-1] in {3, 4}:
        return values[..., :PLANES]
    if values.ndim == 2:
        found = row_shape(values.shape[1], where, shape)
        if len(found) == 3:
            return _of_colour_rows(values, found, notes)
        values = values.reshape(-1, *found)
    if values.ndim != 3:
        raise LinocutError(
            f"{where}: images of shape {values.shape} — (n, h, w), (n, h, w, c) or (n, pixels) "
            "are wanted"
        )
    return values


def _of_colour_rows(values: NDArray[Any], shape: Shape, notes: list[str]) -> NDArray[Any]:
    """Return rows (n, 3 · h · w) as images (n, h, w, 3).

    Rows of (3, h, w) hold one plane after the other. So do many that are called (h, w, 3), as the
    files of CIFAR-10: neighbours are then alike in this order and not in the other.
    """
    if shape[0] == PLANES and shape[2] != PLANES:
        return np.moveaxis(values.reshape(-1, *shape), 1, -1)
    some = values[evenly(len(values))].astype(np.float32)
    by_pixel = some.reshape(-1, *shape)
    by_plane = np.moveaxis(some.reshape(-1, PLANES, *shape[:2]), 1, -1)
    if _roughness(by_plane) >= _roughness(by_pixel):
        return values.reshape(-1, *shape)
    notes.append("Rows were taken as one plane after the other, red, green and blue.")
    return np.moveaxis(values.reshape(-1, PLANES, *shape[:2]), 1, -1)


def _roughness(images: NDArray[np.float32]) -> float:
    """Return the mean difference of neighbours in each plane, along rows and along columns."""
    return float(sum(np.abs(np.diff(images, axis=axis)).mean() for axis in (1, 2)))


def row_shape(pixels: int, where: str, shape: Shape | None) -> Shape:
    """Return the shape of images that are rows of so many pixels."""
    if shape is not None and pixels == math.prod(shape):
        return shape
    side = math.isqrt(pixels)
    if pixels > 0 and side * side == pixels:
        return side, side
    told = f", and {'×'.join(map(str, shape))} was asked for" if shape else ""
    colour = math.isqrt(pixels // 3)
    if pixels > 0 and 3 * colour * colour == pixels:
        told += f" (in colour they may be --shape {colour}x{colour}x3)"
    raise LinocutError(
        f"{where}: rows of {pixels:,} pixels are not square images{told} — give "
        "--shape HEIGHTxWIDTH"
    )


def as_bytes(
    arrays: Sequence[NDArray[Any]], where: str, notes: list[str]
) -> list[NDArray[np.uint8]]:
    """Bring the grey values of all parts to bytes on one scale, 255 for full ink or light.

    Bytes that use their range are returned as they are, a memory map as a memory map.

    Examples
    --------
    >>> notes = []
    >>> as_bytes([np.array([[[0.0, 0.5, 1.0]]])], "a.npz", notes)[0].tolist(), notes
    ([[[0, 128, 255]]], ['Pixels from 0 to 1 were brought to the range 0 to 255.'])
    """
    if all(array.dtype == np.uint8 for array in arrays) and any(map(_uses_bytes, arrays)):
        return list(arrays)
    low = min((float(array.min()) for array in arrays if array.size), default=0.0)
    high = max((float(array.max()) for array in arrays if array.size), default=0.0)
    whole = all(array.dtype.kind in "bui" or _is_whole(array) for array in arrays)
    if not (math.isfinite(low) and math.isfinite(high)):
        raise LinocutError(f"{where}: a pixel is not a finite number — finite ones are wanted")
    zero, full = 0.0, 1.0
    if low < 0:
        if low < -1 or high > 1:
            raise LinocutError(
                f"{where}: pixels from {low:g} to {high:g} — 0 to 255 are wanted (or 0 to 1, or "
                "-1 to 1)"
            )
        zero = -1.0
    elif whole or high > 1:
        if not whole:
            raise LinocutError(
                f"{where}: fractions among pixels from {low:g} to {high:g} — whole numbers from 0 "
                "to 255, or fractions from 0 to 1, are wanted"
            )
        if high > FULL[-1] or (high > 255 and all(map(are_stray, arrays))):
            raise LinocutError(f"{where}: pixels from {low:g} to {high:g} — 0 to 255 are wanted")
        full = float(next(level for level in FULL if high <= level))
    if whole and zero == 0 and high <= 255:  # few levels are stretched by the intake, like files
        return [array.astype(np.uint8, copy=False) for array in arrays]
    notes.append(f"Pixels from {zero:g} to {full:g} were brought to the range 0 to 255.")
    return [_scaled(array, zero, full) for array in arrays]


def are_stray(array: NDArray[Any]) -> bool:
    """Tell whether values above 255 are few: errors among bytes, not images of more bits."""
    return 10 * int(np.count_nonzero(array > 255)) < int(np.count_nonzero(array))


def lone_images(
    values: NDArray[Any], where: str, shape: Shape | None, *, colour: bool | None
) -> NDArray[np.uint8]:
    """Return one array as images of bytes, on a scale of its own: in colour or grey, if told."""
    made = as_bytes([shaped_images(values, where, shape, [])], where, [])[0]
    if colour is None:
        return made
    return in_colour(made) if colour else in_grey(made)


def _uses_bytes(array: NDArray[Any]) -> bool:
    return any(
        bool((array[start : start + GLANCE] > FEWEST_BYTE_LEVELS).any())
        for start in range(0, len(array), GLANCE)
    )


def _is_whole(array: NDArray[Any]) -> bool:
    with np.errstate(invalid="ignore"):  # some that are no numbers say so, and are no whole ones
        return all(
            bool((block == np.floor(block)).all())
            for block in (array[k : k + GLANCE] for k in range(0, len(array), GLANCE))
        )


def _scaled(array: NDArray[Any], zero: float, full: float) -> NDArray[np.uint8]:
    scaled = np.empty(array.shape, np.uint8)
    for start in range(0, len(array), GLANCE):
        block = array[start : start + GLANCE].astype(np.float32)
        block = (block - np.float32(zero)) * np.float32(255 / (full - zero))
        scaled[start : start + GLANCE] = np.floor(block + np.float32(0.5)).clip(0, 255)
    return scaled
