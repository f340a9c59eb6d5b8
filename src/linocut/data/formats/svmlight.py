"""svmlight and libsvm: a label a line, and the pixels that are not zero; plain, gz or bz2."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.core.colour import Shape
from linocut.data.formats.arrays import Rows, dataset_of, lone_images
from linocut.data.formats.parts import one_each, part_files
from linocut.data.formats.protocol import ReadOptions
from linocut.data.gzipped import first_bytes, open_bounded
from linocut.data.raw import RawDataset

ENDINGS = (".libsvm", ".svmlight", ".svm")
LINE = re.compile(rb"\s*[-+]?\d[\d.eE+-]*(\s+(qid:\d+\s+)?\d{1,9}:[-+]?[\d.][\d.eE+-]*){2,}")
MOST_PIXELS = 1 << 20
LARGEST = 1 << 31  # pixels of a set


def recognises(path: Path) -> bool:
    """Tell whether it is such a file, by its name or first line; or a folder that holds some."""
    if path.is_dir():
        return any(_is_named(each) for each in path.iterdir() if each.is_file())
    return _is_named(path) or LINE.match(first_bytes(path, 4096)) is not None


def read(path: Path, options: ReadOptions) -> RawDataset:
    """Read a file and, as LIBSVM's come, the test part that ends in ``.t`` beside it."""
    if path.is_dir():
        files = one_each(part_files(path, _is_named), path)
    else:
        files = {"": path}
        if (other := _test_beside(path)) is not None:
            files = {"train": path, "test": other}
    notes: list[str] = []
    rows = _loaded(list(files.values()), options.row_shape, notes)
    parts = {
        part: Rows(pixels, labels, str(file))
        for (part, file), (pixels, labels) in zip(files.items(), rows, strict=True)
    }
    return dataset_of(parts, path.name, shape=options.row_shape, notes=notes, colour=options.colour)


def images(path: Path, options: ReadOptions) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """Yield the images of one file."""
    ((pixels, _),) = _loaded([path], options.row_shape, [])
    yield str(path), lone_images(pixels, str(path), options.row_shape, colour=options.colour)


def _is_named(path: Path) -> bool:
    name = path.name.casefold().removesuffix(".gz").removesuffix(".bz2")
    return name.endswith((*ENDINGS, *(f"{ending}.t" for ending in ENDINGS))) and name[0] != "."


def _test_beside(path: Path) -> Path | None:
    bare = re.sub(r"\.(gz|bz2)$", "", path.name)
    if bare.endswith(".t"):
        return None
    for ending in ("", ".gz", ".bz2"):
        other = path.with_name(f"{bare}.t{ending}")
        if other.is_file():
            return other
    return None


def _loaded(
    files: list[Path], shape: Shape | None, notes: list[str]
) -> list[tuple[NDArray[np.float32], NDArray[np.float64]]]:
    where = " and ".join(str(file) for file in files)
    from sklearn.datasets import load_svmlight_files  # loads much

    try:
        with ExitStack() as stack:
            streams = [stack.enter_context(open_bounded(file)) for file in files]
            loaded = load_svmlight_files(streams, dtype=np.float32)
    except LinocutError:
        raise
    except (ValueError, OverflowError, IndexError, MemoryError) as error:
        told = " ".join(str(error).split())[:160]
        raise LinocutError(f"{where}: is not svmlight that can be read ({told})") from error
    pairs = [(loaded[k], loaded[k + 1]) for k in range(0, len(loaded), 2)]
    found = pairs[0][0].shape[1]
    width = _width(found, shape)
    rows = sum(len(labels) for _, labels in pairs)
    if width > MOST_PIXELS or rows * width > LARGEST:
        raise LinocutError(
            f"{where}: {rows:,} rows of {found:,} pixels — linocut is for small images"
        )
    if width > found:
        side = math.isqrt(width)
        size = shape if shape and width == math.prod(shape) else (side, side)
        notes.append(
            f"The last pixel that is not zero is number {found}; images were taken as "
            f"{size[0]}×{size[1]}."
        )
    return [(_dense(pixels, width), labels) for pixels, labels in pairs]


def _width(found: int, shape: Shape | None) -> int:
    """Return how many pixels a row has, since the last ones may be zero throughout."""
    if shape is not None and math.prod(shape) >= found:
        return math.prod(shape)
    return math.ceil(math.sqrt(found)) ** 2


def _dense(pixels: NDArray[np.float32], width: int) -> NDArray[np.float32]:
    dense = np.zeros((pixels.shape[0], width), np.float32)
    dense[:, : pixels.shape[1]] = pixels.toarray()  # type: ignore[attr-defined]  # a CSR matrix
    return dense
