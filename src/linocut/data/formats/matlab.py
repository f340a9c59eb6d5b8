"""MATLAB files up to version 7.2: arrays by name (SVHN), or a struct of parts (EMNIST)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import io

from linocut.core import LinocutError
from linocut.data.decode import Size
from linocut.data.formats.arrays import Rows, dataset_of, lone_images, row_shape
from linocut.data.formats.keyed import find_images, find_sets
from linocut.data.formats.parts import one_each, part_files
from linocut.data.formats.protocol import ReadOptions
from linocut.data.formats.zips import LARGEST_RATIO
from linocut.data.gzipped import first_bytes
from linocut.data.raw import RawDataset

BYTES = {"double": 8, "single": 4, "int64": 8, "uint64": 8, "int32": 4, "uint32": 4, "char": 4}
LEAST_BYTES = 1 << 20  # what any file may unpack to


def recognises(path: Path) -> bool:
    """Tell whether a name says MATLAB, or a folder holds such files."""
    return bool(part_files(path, _is_named)) if path.is_dir() else _is_named(path)


def read(path: Path, options: ReadOptions) -> RawDataset:
    """Read one file, or one a part as SVHN comes (``train_32x32.mat``, ``test_32x32.mat``)."""
    files = one_each(part_files(path, _is_named), path)
    notes: list[str] = []
    parts: dict[str, Rows] = {}
    for part, file in files.items():
        arrays, structured = _loaded(file)
        for inner, (images_key, labels_key) in find_sets(arrays, str(file)).items():
            labels = arrays[labels_key].reshape(-1)
            pixels = _rows_first(arrays[images_key], len(labels), f"{file}: {images_key}")
            if structured and pixels.ndim == 2:
                pixels = _upright(pixels, f"{file}: {images_key}", options.row_shape)
                notes.append("Images stored column by column, as EMNIST's, were turned upright.")
            parts[inner or part] = Rows(pixels, labels, f"{file}: {images_key}")
    return dataset_of(parts, path.name, shape=options.row_shape, notes=notes)


def images(path: Path, options: ReadOptions) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """Yield every array of images in a file; four dimensions are taken as (h, w, c, n)."""
    arrays, structured = _loaded(path)
    for key in find_images(arrays, str(path)):
        where, pixels = f"{path}:{key}", arrays[key]
        pixels = np.moveaxis(pixels, -1, 0) if pixels.ndim > 2 else pixels
        if structured and pixels.ndim == 2:
            pixels = _upright(pixels, where, options.row_shape)
        yield where, lone_images(pixels, where, options.row_shape)


def _is_named(path: Path) -> bool:
    return path.suffix.casefold() == ".mat" and path.name[0] != "."


def _loaded(path: Path) -> tuple[dict[str, NDArray[Any]], bool]:
    """Return all arrays by name, those of a struct as ``dataset/train/images``."""
    if first_bytes(path, 10) == b"MATLAB 7.3":
        raise LinocutError(f"{path}: is MATLAB 7.3, which is HDF5 — save it with -v7")
    try:
        _check_size(path)
        loaded = io.loadmat(path, simplify_cells=True)
    except LinocutError:
        raise
    except Exception as error:  # SciPy's reader raises whatever a damaged file leads it to
        told = " ".join(str(error).split())[:160] or type(error).__name__
        raise LinocutError(f"{path}: is not MATLAB that can be read ({told})") from error
    content = {key: value for key, value in loaded.items() if not key.startswith("__")}
    return dict(_flat(content, "")), any(isinstance(value, dict) for value in content.values())


def _check_size(path: Path) -> None:
    promised = sum(
        math.prod(map(int, shape)) * BYTES.get(kind, 1) for _, shape, kind in io.whosmat(path)
    )
    if promised > max(LEAST_BYTES, LARGEST_RATIO * path.stat().st_size):
        raise LinocutError(f"{path}: promises {promised:,} bytes, more than the file can hold")


def _flat(content: dict[str, Any], above: str) -> Iterator[tuple[str, NDArray[Any]]]:
    for key, value in content.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{above}{key}/")
        elif isinstance(value, np.ndarray) and value.dtype.kind in "biufSU":
            yield f"{above}{key}", value


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


def _upright(pixels: NDArray[Any], where: str, shape: Size | None) -> NDArray[Any]:
    height, width = row_shape(pixels.shape[1], where, shape)
    return pixels.reshape(-1, width, height).transpose(0, 2, 1)
