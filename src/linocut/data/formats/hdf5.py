"""HDF5: arrays by name, perhaps in a group for each part.

Its library hangs or crashes on some damaged files, so it does its work in a process of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from linocut.data.formats.apart import opened
from linocut.data.formats.arrays import Rows, dataset_of, lone_images
from linocut.data.formats.keyed import class_names_key, find_images, find_sets, shown
from linocut.data.formats.parts import one_each, part_files
from linocut.data.formats.protocol import ReadOptions
from linocut.data.gzipped import first_bytes
from linocut.data.raw import RawDataset

MAGIC = b"\x89HDF\r\n\x1a\n"
ENDINGS = (".h5", ".hdf5", ".hdf", ".he5")


def recognises(path: Path) -> bool:
    """Tell whether it begins as HDF5 does, or a folder holds such files."""
    if path.is_dir():
        return bool(part_files(path, _is_named))
    return _is_named(path) or first_bytes(path, len(MAGIC)) == MAGIC


def read(path: Path, options: ReadOptions) -> RawDataset:
    """Read one file, or one a part."""
    files = one_each(part_files(path, _is_named), path) if path.is_dir() else {"": path}
    parts: dict[str, Rows] = {}
    names: list[str] | None = None
    with opened("hdf5") as library:
        for part, file in files.items():
            keys = library.open(file)["keys"]
            for inner, (images_key, labels_key) in find_sets(keys, str(file)).items():
                pixels, labels = library.array(images_key), library.array(labels_key)
                parts[inner or part] = Rows(pixels, labels, f"{file}: {shown(images_key)}")
            if (key := class_names_key(keys)) is not None:
                names = [str(name) for name in library.array(key).reshape(-1)]
    return dataset_of(
        parts, path.name, shape=options.row_shape, class_names=names, colour=options.colour
    )


def images(path: Path, options: ReadOptions) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """Yield every array of images in a file."""
    with opened("hdf5") as library:
        for key in find_images(library.open(path)["keys"], str(path)):
            where = f"{path}:{shown(key)}"
            yield (
                where,
                lone_images(library.array(key), where, options.row_shape, colour=options.colour),
            )


def _is_named(path: Path) -> bool:
    return path.suffix.casefold() in ENDINGS and path.name[0] != "."
