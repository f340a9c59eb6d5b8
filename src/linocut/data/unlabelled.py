"""Images without labels: what a model is to classify."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.core.colour import Shape, is_colour
from linocut.data.decode import is_image_name
from linocut.data.formats import ReadOptions, format_of
from linocut.data.formats.parts import LABEL_WORDS
from linocut.data.names import printed
from linocut.data.raw import natural_key
from linocut.data.visible import is_hidden


@dataclass(frozen=True, eq=False)
class Unlabelled:
    """One image that is to be classified.

    Attributes
    ----------
    name : str
        Its file, or the file it stands in and its position there from 0: ``digits.npz[17]``.
    image : Path or uint8 array, shape (h, w) or (h, w, 3)
        The file, not decoded yet; or grey values or colours.
    """

    name: str
    image: Path | NDArray[np.uint8]


def unlabelled_images(path: Path, shape: Shape) -> Iterator[Unlabelled]:
    """Yield the images of a path: an image file, a folder, or a file of many images.

    Parameters
    ----------
    path : Path
        A folder stands for the image files in it and the folders below; where there are none, for
        the files of many images that lie in it.
    shape : (int, int) or (int, int, 3)
        That the model takes: of the images in the rows of a table. In colour where it has planes.

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
    found = format_of(path)
    if found is None:
        yield Unlabelled(printed(str(path)), path)  # perhaps an image; decoding tells
        return
    options = ReadOptions(shape=shape, colour=is_colour(shape))
    for name, images in found.images(path, options):
        yield from (
            Unlabelled(f"{printed(name)}[{row}]", image) for row, image in enumerate(images)
        )


def _tables(folder: Path) -> list[Path]:
    """Return the files of many images in a folder, in the order of their names."""
    files = (path for path in folder.iterdir() if path.is_file() and path.name[0] != ".")
    containers = (
        path
        for path in files
        if not LABEL_WORDS.search(path.name.casefold()) and format_of(path) is not None
    )
    return sorted(containers, key=lambda path: natural_key(path.name))


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
