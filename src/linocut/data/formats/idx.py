"""A folder with IDX files: which file is what, and reading them as a set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.data.dataset import ImagePart
from linocut.data.decode import Size
from linocut.data.formats.idx_file import read_idx
from linocut.data.formats.protocol import ReadOptions
from linocut.data.gzipped import first_bytes
from linocut.data.raw import RawDataset, name_classes

TEST_MARKS = ("t10k", "test")


@dataclass(frozen=True)
class IdxPair:
    """The files of one part."""

    images: Path
    labels: Path


def is_idx_name(path: Path) -> bool:
    """Tell whether a file's name says IDX images."""
    name = path.name.casefold()
    return "idx3" in name and not name.startswith(".")


def recognises(path: Path) -> bool:
    """Tell whether it is a file of IDX images, or a folder that holds one."""
    if path.is_dir():
        return any(is_idx_name(file) for file in path.iterdir() if file.is_file())
    return first_bytes(path)[:3] == b"\x00\x00\x08" or is_idx_name(path) or "idx1" in path.name


def read(path: Path, options: ReadOptions) -> RawDataset:
    """Read the set that a folder holds, or that a file of images belongs to."""
    return read_idx_folder(path) if path.is_dir() else read_idx_file(path)


def images(path: Path, shape: Size) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """Yield the images of one file."""
    yield str(path), read_idx(path, 3)


def read_idx_folder(folder: Path) -> RawDataset:
    """Read the one set of IDX files in a folder: a train pair and perhaps a test pair."""
    images = sorted(path for path in folder.iterdir() if path.is_file() and is_idx_name(path))
    images = [path for path in images if not _is_doubled(path)]
    tests = [path for path in images if _is_test(path)]
    trains = [path for path in images if not _is_test(path)]
    if len(trains) > 1 or len(tests) > 1:
        told = ", ".join(path.name for path in images)
        raise LinocutError(
            f"{folder}: holds several sets ({told}) — give the path of one of the image files"
        )
    if not trains:
        trains, tests = tests, []
    return read_idx_pairs(_pair(trains[0]), _pair(tests[0]) if tests else None)


def read_idx_file(path: Path) -> RawDataset:
    """Read the set that an IDX image file belongs to."""
    if not is_idx_name(path):
        raise LinocutError(f"{path}: name the images of the set (…idx3…), not its labels")
    other = None
    if not _is_test(path):
        for mark in TEST_MARKS:
            candidate = path.with_name(path.name.replace("train", mark))
            if candidate != path and candidate.exists():
                other = _pair(candidate)
    return read_idx_pairs(_pair(path), other)


def read_idx_pairs(train: IdxPair, test: IdxPair | None) -> RawDataset:
    """Read one or two pairs; classes are named by their labels."""
    pairs = [_read_pair(pair) for pair in (train, test) if pair is not None]
    names, positions = name_classes(*(labels for _, labels in pairs))
    parts = [ImagePart(images, y) for (images, _), y in zip(pairs, positions, strict=True)]
    return RawDataset(parts[0], parts[1] if len(parts) == 2 else None, names)


def _read_pair(pair: IdxPair) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    images, labels = read_idx(pair.images, 3), read_idx(pair.labels, 1)
    if len(images) != len(labels):
        raise LinocutError(
            f"{pair.images}: {len(images):,} images, but {pair.labels.name} holds "
            f"{len(labels):,} labels — the two files do not belong together"
        )
    return images, labels


def _is_test(path: Path) -> bool:
    return any(mark in path.name.casefold() for mark in TEST_MARKS)


def _is_doubled(path: Path) -> bool:
    """Tell whether the same file lies beside it unpacked."""
    return path.suffix == ".gz" and path.with_suffix("").exists()


def _pair(images: Path) -> IdxPair:
    renamed = images.name.replace("idx3", "idx1").replace("IDX3", "IDX1")
    for old, new in (("images", "labels"), ("imgs", "labels"), ("X_", "y_"), ("x_", "y_")):
        renamed = renamed.replace(old, new)
    bare = renamed.removesuffix(".gz")
    for name in (renamed, bare, bare + ".gz"):
        if images.with_name(name).exists():
            return IdxPair(images, images.with_name(name))
    raise LinocutError(f"{images}: its labels are missing — {renamed} is wanted beside it")
