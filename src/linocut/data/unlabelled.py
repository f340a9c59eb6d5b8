"""Images without labels: what a model is to classify."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.data.decode import Size, is_image_name
from linocut.data.gzipped import first_bytes
from linocut.data.idx import read_idx
from linocut.data.idx_folder import is_idx_name
from linocut.data.layout import is_hidden
from linocut.data.names import printed
from linocut.data.npz import IMAGE_KEYS, npz_images, npz_keys
from linocut.data.raw import natural_key
from linocut.data.table import is_table_name, read_unlabelled_table


@dataclass(frozen=True, eq=False)
class Unlabelled:
    """One image that is to be classified.

    Attributes
    ----------
    name : str
        Its file, or the file it stands in and its position there from 0: ``digits.npz[17]``.
    image : Path or uint8 array, shape (h, w)
        The file, not decoded yet; or grey values.
    """

    name: str
    image: Path | NDArray[np.uint8]


def unlabelled_images(path: Path, shape: Size) -> Iterator[Unlabelled]:
    """Yield the images of a path: an image file, a folder, IDX, CSV or NPZ.

    Parameters
    ----------
    path : Path
        A folder stands for the image files in it and the folders below; where there are none, for
        the files of many images that lie in it.
    shape : (int, int)
        Height and width that the model takes: the size of the images in the rows of a table.

    Raises
    ------
    LinocutError
        If there is no such path, or it is none of these.
    """
    if not path.exists():
        raise LinocutError(f"{path} — no such file or folder")
    if path.is_dir():
        tables = [] if has_images(path) else _tables(path)
        if tables:
            for table in tables:
                yield from unlabelled_images(table, shape)
        else:
            yield from (Unlabelled(printed(str(file)), file) for file in image_files(path))
        return
    if is_image_name(path.name):
        yield Unlabelled(printed(str(path)), path)
        return
    start = first_bytes(path)
    if start == b"PK\x03\x04":
        for key in _image_arrays(path):
            yield from _rows(f"{path}:{key}", npz_images(path, key, []))
    elif start[:4] == b"\x00\x00\x08\x03" or is_idx_name(path):
        yield from _rows(str(path), read_idx(path, 3))
    elif is_table_name(path):
        yield from _rows(str(path), read_unlabelled_table(path, shape))
    else:
        yield Unlabelled(printed(str(path)), path)  # perhaps an image all the same; decoding tells


def _tables(folder: Path) -> list[Path]:
    """Return the files of many images in a folder, in the order of their names."""
    files = (path for path in folder.iterdir() if path.is_file() and path.name[0] != ".")
    kinds = (
        path
        for path in files
        if is_idx_name(path) or is_table_name(path) or path.suffix.casefold() == ".npz"
    )
    return sorted(kinds, key=lambda path: natural_key(path.name))


def _rows(name: str, images: NDArray[np.uint8]) -> Iterator[Unlabelled]:
    return (Unlabelled(f"{name}[{row}]", image) for row, image in enumerate(images))


def _image_arrays(path: Path) -> list[str]:
    keys = npz_keys(path)
    if len(keys) == 1:
        return keys
    stems = IMAGE_KEYS[:-1]
    named = [key for key in keys if any(stem in key.casefold().split("_") for stem in stems)]
    if not named:
        raise LinocutError(
            f"{path}: holds {', '.join(sorted(keys))} — an array of images is needed, named "
            f"{', '.join(stems)} or with _train or _test after it"
        )
    return named


def image_files(folder: Path) -> list[Path]:
    """Return the image files of a folder and the folders in it, in the order of their names.

    Hidden files and folders are passed over, and those that systems leave behind.

    Raises
    ------
    LinocutError
        If there are none.
    """
    found = list(_image_paths(folder))
    if not found:
        raise LinocutError(f"{folder}: holds no images — PNG, JPEG, TIFF or others are wanted")
    return sorted(found, key=lambda path: natural_key(path.relative_to(folder).as_posix()))


def has_images(folder: Path) -> bool:
    """Tell whether a folder, or one below it, holds an image file that is not hidden."""
    return next(_image_paths(folder), None) is not None


def _image_paths(folder: Path) -> Iterator[Path]:
    return (
        path
        for path in folder.rglob("*")
        if is_image_name(path.name)
        and not any(is_hidden(part) for part in path.relative_to(folder).parts)
        and path.is_file()
    )
