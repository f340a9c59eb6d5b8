"""NPZ and NPY files of arrays: never unpickled, never larger than their headers say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.core.npy_header import MAGIC
from linocut.core.part_names import part_of, without_part
from linocut.data.formats.arrays import Rows, dataset_of, lone_images
from linocut.data.formats.keyed import class_names_key, find_images, find_sets, shown
from linocut.data.formats.npy_array import read_npy
from linocut.data.formats.parts import IMAGE_WORDS, LABEL_WORDS
from linocut.data.formats.protocol import ReadOptions
from linocut.data.formats.zips import is_zip, members, opened_member
from linocut.data.gzipped import first_bytes
from linocut.data.raw import RawDataset

ENDINGS = (".npz", ".npy")


def recognises(path: Path) -> bool:
    """Tell whether it is an NPZ or NPY file, or a folder that holds some."""
    if path.is_dir():
        return bool(_arrays_in(path))
    start = first_bytes(path, len(MAGIC))
    if start == MAGIC or path.suffix.casefold() == ".npz":
        return True
    return is_zip(start) and any(name.endswith(".npy") for name in _members(path))


def read(path: Path, options: ReadOptions) -> RawDataset:
    """Read the set that a folder or a file holds, or that a file of one array belongs to.

    Known layouts: ``images``/``labels`` (perhaps with ``class_names``); the same with ``train``,
    ``val`` or ``test`` before or behind (``x_train``, ``y_train``, …); separate files with one
    array each, as Kuzushiji-MNIST and Kannada-MNIST come.
    """
    if path.is_dir():
        files = _arrays_in(path)
        if len(files) == 1 and not _is_single(files[0]):
            return _read_one(files[0], options)
        return _read_separate(files, path, options)
    if _is_single(path):
        return _read_separate(_family(path, _arrays_in(path.parent)), path, options)
    return _read_one(path, options)


def images(path: Path, options: ReadOptions) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """Yield every array of images in a file."""
    for key in find_images(array_names(path), str(path)):
        where = f"{path}:{shown(key)}" if key else str(path)
        yield (
            where,
            lone_images(read_array(path, key), where, options.row_shape, colour=options.colour),
        )


def array_names(path: Path) -> list[str]:
    """Return the names of the arrays of a file, at least one; an NPY file's array is ""."""
    if first_bytes(path, len(MAGIC)) == MAGIC:
        return [""]
    names = [name.removesuffix(".npy") for name in members(path) if name.endswith(".npy")]
    if not names:
        raise LinocutError(f"{path}: holds no arrays")
    return names


def read_array(path: Path, key: str) -> NDArray[Any]:
    """Read one array of a file, the only one of an NPY file if the name is ""."""
    if not key:
        with path.open("rb") as file:
            return read_npy(file, path.stat().st_size, str(path))
    with opened_member(path, f"{key}.npy") as (member, length):
        return read_npy(member, length, f"{path}: {shown(key)}")


def _members(path: Path) -> list[str]:
    try:
        return members(path)
    except LinocutError:
        return []


def _arrays_in(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.iterdir()
        if path.suffix.casefold() in ENDINGS and path.name[0] != "." and path.is_file()
    )


def _is_single(path: Path) -> bool:
    return len(array_names(path)) == 1


def _read_one(path: Path, options: ReadOptions) -> RawDataset:
    keys = array_names(path)
    parts = {
        part: Rows(read_array(path, pixels), read_array(path, labels), f"{path}: {pixels}")
        for part, (pixels, labels) in find_sets(keys, str(path)).items()
    }
    named = class_names_key(keys)
    names = None if named is None else _texts(read_array(path, named))
    return dataset_of(
        parts, path.name, shape=options.row_shape, class_names=names, colour=options.colour
    )


def _texts(values: NDArray[Any]) -> list[str]:
    flat = values.reshape(-1).tolist()
    return [
        each.decode("utf-8", "replace") if isinstance(each, bytes) else str(each) for each in flat
    ]


def _kind(path: Path) -> str:
    """Return "labels" or "images", by the name of a file of one array."""
    stem = path.stem.casefold()
    return "labels" if LABEL_WORDS.search(stem) else "images"


def _family(path: Path, beside: list[Path]) -> list[Path]:
    """Return the files that differ from the given one only in what part and what kind they are."""

    def bare(other: Path) -> str:
        name = without_part(other.stem.casefold())
        return LABEL_WORDS.sub("", IMAGE_WORDS.sub("", name)).strip("_-. ")

    own = bare(path)
    return [other for other in beside if other.suffix == path.suffix and bare(other) == own]


def _read_separate(files: list[Path], asked: Path, options: ReadOptions) -> RawDataset:
    roles: dict[str, dict[str, Path]] = {}
    for path in files:
        kinds = roles.setdefault(part_of(path.stem), {})
        if kinds.setdefault(_kind(path), path) != path:
            told = ", ".join(each.name for each in files)
            raise LinocutError(f"{asked}: holds several sets ({told}) — give the path of one file")
    parts = {}
    for part, kinds in roles.items():
        missing = {"images", "labels"} - set(kinds)
        if missing:
            (given,) = kinds.values()
            raise LinocutError(
                f"{given}: its {missing.pop()} are missing beside it; if they stand in a file of "
                "another name, give the images and --labels FILE"
            )
        pixels, labels = kinds["images"], kinds["labels"]
        parts[part] = Rows(
            read_array(pixels, array_names(pixels)[0]),
            read_array(labels, array_names(labels)[0]),
            str(pixels),
        )
    return dataset_of(parts, str(asked), shape=options.row_shape, colour=options.colour)
