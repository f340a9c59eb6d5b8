"""MATLAB files up to version 7.2: arrays by name (SVHN), or a struct of parts (EMNIST).

SciPy's reader crashes on some damaged files, so it does its work in a process of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.core.colour import Shape
from linocut.data.formats.apart import Library, opened
from linocut.data.formats.arrays import Rows, dataset_of, lone_images, row_shape
from linocut.data.formats.keyed import find_images, find_sets, shown
from linocut.data.formats.parts import one_each, part_files
from linocut.data.formats.protocol import ReadOptions
from linocut.data.gzipped import first_bytes
from linocut.data.raw import RawDataset

TURNED = "Images stored column by column, as EMNIST's, were turned upright."


def recognises(path: Path) -> bool:
    """Tell whether a name says MATLAB, or a folder holds such files."""
    return bool(part_files(path, _is_named)) if path.is_dir() else _is_named(path)


def read(path: Path, options: ReadOptions) -> RawDataset:
    """Read one file, or one a part as SVHN comes (``train_32x32.mat``, ``test_32x32.mat``)."""
    files = one_each(part_files(path, _is_named), path)
    notes: list[str] = []
    parts: dict[str, Rows] = {}
    with opened("matlab") as library:
        for part, file in files.items():
            keys, structured = _opened(library, file)
            for inner, (images_key, labels_key) in find_sets(keys, str(file)).items():
                where = f"{file}: {shown(images_key)}"
                labels = library.array(labels_key).reshape(-1)
                pixels = _rows_first(library.array(images_key), len(labels), where)
                if structured and pixels.ndim == 2:
                    pixels = _upright(pixels, where, options.row_shape)
                    notes.append(TURNED)
                parts[inner or part] = Rows(pixels, labels, where)
    return dataset_of(parts, path.name, shape=options.row_shape, notes=notes, colour=options.colour)


def images(path: Path, options: ReadOptions) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """Yield every array of images in a file; four dimensions are taken as (h, w, c, n)."""
    with opened("matlab") as library:
        keys, structured = _opened(library, path)
        for key in find_images(keys, str(path)):
            where, pixels = f"{path}:{shown(key)}", library.array(key)
            pixels = np.moveaxis(pixels, -1, 0) if pixels.ndim > 2 else pixels
            if structured and pixels.ndim == 2:
                pixels = _upright(pixels, where, options.row_shape)
            yield where, lone_images(pixels, where, options.row_shape, colour=options.colour)


def _is_named(path: Path) -> bool:
    return path.suffix.casefold() == ".mat" and path.name[0] != "."


def _opened(library: Library, path: Path) -> tuple[list[str], bool]:
    """Open a file; return the names of its arrays, and whether they are those of a struct.

    Those are named ``dataset/train/images``.
    """
    if first_bytes(path, 10) == b"MATLAB 7.3":
        raise LinocutError(f"{path}: is MATLAB 7.3, which is HDF5 — save it with -v7")
    known = library.open(path)
    return known["keys"], bool(known.get("structured"))


def _rows_first(pixels: NDArray[Any], n: int, where: str) -> NDArray[Any]:
    """Bring the axis of the images, which is the last in MATLAB, to the front."""
    if pixels.ndim < 2:
        raise LinocutError(f"{where} has shape {pixels.shape} — images are wanted")
    if pixels.shape[0] == n and pixels.shape[-1] == n:
        raise LinocutError(
            f"{where} has shape {pixels.shape} for {n} labels: images may lie along the first axis "
            "or the last — bring a set of another number"
        )
    return np.moveaxis(pixels, -1, 0) if pixels.shape[-1] == n else pixels


def _upright(pixels: NDArray[Any], where: str, shape: Shape | None) -> NDArray[Any]:
    height, width, *planes = row_shape(pixels.shape[1], where, shape)
    if planes:
        return pixels.reshape(-1, *planes, width, height).transpose(0, 3, 2, 1)
    return pixels.reshape(-1, width, height).transpose(0, 2, 1)
