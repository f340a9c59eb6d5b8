"""HDF5: arrays by name, perhaps in a group for each part."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.data.formats.arrays import Rows, dataset_of, lone_images
from linocut.data.formats.keyed import class_names_key, find_images, find_sets
from linocut.data.formats.npy_array import LARGEST
from linocut.data.formats.parts import one_each, part_files
from linocut.data.formats.protocol import ReadOptions
from linocut.data.formats.zips import LARGEST_RATIO
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
    for part, file in files.items():
        with _Opened(file) as opened:
            for inner, (images_key, labels_key) in find_sets(opened.keys, str(file)).items():
                pixels, labels = opened.array(images_key), opened.array(labels_key)
                parts[inner or part] = Rows(pixels, labels, f"{file}: {images_key}")
            if (key := class_names_key(opened.keys)) is not None:
                names = [str(name) for name in opened.array(key).reshape(-1)]
    return dataset_of(parts, path.name, shape=options.row_shape, class_names=names)


def images(path: Path, options: ReadOptions) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """Yield every array of images in a file."""
    with _Opened(path) as opened:
        for key in find_images(opened.keys, str(path)):
            where = f"{path}:{key}"
            yield where, lone_images(opened.array(key), where, options.row_shape)


def _is_named(path: Path) -> bool:
    return path.suffix.casefold() in ENDINGS and path.name[0] != "."


class _Opened:
    """An open file: the names of its arrays, and reading one of them."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            import h5py
        except ImportError as error:
            raise LinocutError(
                f"{path}: HDF5 is read by h5py — install it: pip install 'linocut[hdf5]'"
            ) from error
        try:
            self._file = h5py.File(path, "r")
            self.keys: list[str] = []
            self._file.visititems(self._note)
        except Exception as error:  # the library raises whatever a damaged file leads it to
            raise self._unreadable(error) from error

    def __enter__(self) -> _Opened:
        return self

    def __exit__(self, *exception: object) -> None:
        self._file.close()

    def _note(self, name: str, item: Any) -> None:
        if hasattr(item, "dtype"):  # not a group
            self.keys.append(name)

    def array(self, key: str) -> NDArray[Any]:
        """Read one array; the file must hold as much as it promises."""
        try:
            found = self._file[key]
            self._check(found, f"{self._path}: {key}")
            if found.dtype.kind == "O":
                return np.array(found.asstr(errors="replace")[...], dtype=str)
            return np.asarray(found[...])
        except LinocutError:
            raise
        except Exception as error:  # as above
            raise self._unreadable(error) from error

    def _check(self, found: Any, where: str) -> None:
        if found.external or found.is_virtual:
            raise LinocutError(f"{where} lies in other files, which are not read")
        stored = min(found.id.get_storage_size(), self._path.stat().st_size)
        if found.nbytes > min(LARGEST, LARGEST_RATIO * stored):
            raise LinocutError(
                f"{where} promises {found.nbytes:,} bytes, more than {stored:,} stored can hold"
            )

    def _unreadable(self, error: Exception) -> LinocutError:
        told = " ".join(str(error).split())[:160] or type(error).__name__
        return LinocutError(f"{self._path}: is not HDF5 that can be read ({told})")
