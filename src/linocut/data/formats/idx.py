"""IDX files as a set: which file is what, and reading them together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.core.idx_header import is_idx
from linocut.core.part_names import part_of, without_part
from linocut.data.entries import catalogue
from linocut.data.formats.arrays import Rows, as_bytes, dataset_of
from linocut.data.formats.idx_file import read_idx
from linocut.data.formats.parts import IMAGE_WORDS, LABEL_WORDS
from linocut.data.formats.protocol import ReadOptions
from linocut.data.gzipped import first_bytes
from linocut.data.raw import RawDataset

TYPE_WORDS = re.compile(r"idx\d?|ubyte|byte|short|int|float|double|\.gz$")


def recognises(path: Path) -> bool:
    """Tell whether it is an IDX file, or a folder that holds IDX images."""
    if path.is_dir():
        return any(_is_idx_name(file) for file in path.iterdir() if file.is_file())
    return is_idx(first_bytes(path)) or _is_idx_name(path) or "idx1" in path.name


def read(path: Path, options: ReadOptions) -> RawDataset:
    """Read the set that a folder holds, or that a file of images belongs to."""
    del options  # the files say all there is to know
    return _read_pairs(_images_in(path) if path.is_dir() else _images_beside(path), path)


def images(path: Path, options: ReadOptions) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """Yield the images of one file."""
    del options
    yield str(path), as_bytes([_upright(path, read_idx(path, 3))], str(path), [])[0]


def _is_idx_name(path: Path) -> bool:
    return "idx3" in path.name.casefold() and not path.name.startswith(".")


def _images_in(folder: Path) -> dict[str, Path]:
    """Return the one file of images of each part in a folder."""
    files = sorted(path for path in folder.iterdir() if path.is_file() and _is_idx_name(path))
    files = [path for path in files if not _is_doubled(path)]
    parts: dict[str, Path] = {}
    for path in files:
        if parts.setdefault(part_of(path.name), path) != path:
            told = ", ".join(each.name for each in files)
            raise LinocutError(
                f"{folder}: holds several sets ({told}) — give the path of one of the image files"
            )
    return parts


def _images_beside(path: Path) -> dict[str, Path]:
    """Return a file of images and, if it is the training part, the test part that lies beside."""
    if first_bytes(path)[3:4] in {b"\x01", b"\x02"} or not _is_image_name(path):
        raise LinocutError(f"{path}: name the images of the set (…idx3…), not its labels")
    part = part_of(path.name)
    found = {part: path}
    if part == "train":
        own = without_part(path.name).removesuffix(".gz")
        for other in sorted(path.parent.iterdir()):
            same = without_part(other.name).removesuffix(".gz") == own
            if same and _is_idx_name(other) and other.is_file() and not _is_doubled(other):
                found.setdefault(part_of(other.name), other)
    return found


def _is_image_name(path: Path) -> bool:
    return _is_idx_name(path) or "idx1" not in path.name.casefold()


def _is_doubled(path: Path) -> bool:
    """Tell whether the same file lies beside it unpacked."""
    return path.suffix == ".gz" and path.with_suffix("").exists()


def _read_pairs(files: dict[str, Path], asked: Path) -> RawDataset:
    notes: list[str] = []
    parts = {}
    for part, path in files.items():
        labels_path = _labels_of(path)
        pixels, labels = read_idx(path, 3), read_idx(labels_path, 1, 2)
        if len(pixels) != len(labels):
            raise LinocutError(
                f"{path}: {len(pixels):,} images, but {labels_path.name} holds {len(labels):,} "
                "labels — the two files do not belong together"
            )
        if labels.ndim == 2 and labels.shape[1] > 1:
            notes.append(
                f"Of the {labels.shape[1]} columns of {labels_path.name} the first was taken as "
                "the label, as in QMNIST."
            )
            labels = labels[:, 0]
        if _is_emnist(path):
            notes.append("EMNIST's files hold images column by column; they were turned upright.")
        parts[part] = Rows(_upright(path, pixels), _lettered(path, labels), str(path))
    return dataset_of(parts, str(asked), notes=notes)


def _is_emnist(path: Path) -> bool:
    return path.name.casefold().startswith("emnist")


def _upright(path: Path, pixels: NDArray[Any]) -> NDArray[Any]:
    return np.ascontiguousarray(pixels.transpose(0, 2, 1)) if _is_emnist(path) else pixels


def _lettered(path: Path, labels: NDArray[Any]) -> NDArray[Any] | list[str]:
    """Return the letters that the numbers of EMNIST's letters stand for, as by its name."""
    letters = catalogue()["emnist-letters"]
    places = labels.astype(np.int64) - letters.first_label
    named = path.name.casefold().startswith(letters.name)
    if not named or not ((places >= 0) & (places < len(letters.class_names))).all():
        return labels
    return [letters.class_names[place] for place in places]


def _labels_of(path: Path) -> Path:
    """Find the file of labels beside one of images, whatever the type its name tells of."""
    wanted = _bare(IMAGE_WORDS.sub("", path.name.casefold(), count=1))
    found = [
        other
        for other in sorted(path.parent.iterdir())
        if other != path
        and LABEL_WORDS.search(other.name.casefold())
        and _bare(LABEL_WORDS.sub("", other.name.casefold(), count=1)) == wanted
        and not _is_doubled(other)
    ]
    if not found:
        renamed = path.name.replace("idx3", "idx1").replace("IDX3", "IDX1")
        for old, new in (("images", "labels"), ("imgs", "labels"), ("X_", "y_"), ("x_", "y_")):
            renamed = renamed.replace(old, new)
        raise LinocutError(f"{path}: its labels are missing — {renamed} is wanted beside it")
    if len(found) > 1:
        told = ", ".join(each.name for each in found)
        raise LinocutError(f"{path}: several files may hold its labels ({told}) — keep one of them")
    return found[0]


def _bare(name: str) -> str:
    """Return what is left of a file's name without the words that differ within a pair."""
    return re.sub(r"[-_.]+", "-", TYPE_WORDS.sub("", name.replace("_", "-"))).strip("-")
