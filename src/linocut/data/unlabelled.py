"""Images without labels: what a model is to classify."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.core.colour import Shape, is_colour
from linocut.core.threads import map_in_order
from linocut.data.decode import is_image_name
from linocut.data.formats import ReadOptions, format_of
from linocut.data.formats.parts import LABEL_WORDS
from linocut.data.names import printed
from linocut.data.raw import natural_key
from linocut.data.visible import is_hidden

T = TypeVar("T")


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


@dataclass(frozen=True, eq=False)
class Ready(Generic[T]):
    """An image as a model takes it, or why it cannot be read.

    Attributes
    ----------
    name : str
        As of `Unlabelled`; of a path that cannot be read, the path.
    made : object or None
        What was made of the image; None if it cannot be read.
    error : str
        Why it cannot be read, in one line without its name; empty if it can.
    """

    name: str
    made: T | None
    error: str = ""


def ready_images(
    paths: Iterable[Path],
    shape: Shape,
    prepare: Callable[[Path | NDArray[np.uint8]], T],
    *,
    at_once: int,
) -> Iterator[list[Ready[T]]]:
    """Yield the images of files and folders in turn, where one that is none stops no other.

    Parameters
    ----------
    paths : iterable of Path
        See `unlabelled_images`.
    shape : (int, int) or (int, int, 3)
        See `unlabelled_images`.
    prepare : callable
        Makes of one image what the model takes, on several threads; a `LinocutError` says why it
        cannot be read.
    at_once : int
        Images that are held and yielded together.
    """

    def ready(each: Unlabelled | Ready[T]) -> Ready[T]:
        if isinstance(each, Ready):
            return each
        try:
            return Ready(each.name, prepare(each.image))
        except LinocutError as error:
            return Ready(each.name, None, _without(str(error), each.name))

    def found() -> Iterator[Unlabelled | Ready[T]]:
        for path in paths:
            try:
                yield from unlabelled_images(path, shape)
            except (LinocutError, OSError) as error:
                yield Ready(str(path), None, _without(str(error), str(path)))

    waiting = found()
    while some := list(islice(waiting, at_once)):
        yield list(map_in_order(ready, some))


def _without(message: str, name: str) -> str:
    """Return a message without the name that it begins with: the line begins with it anyway."""
    return message.removeprefix(f"{name}: ").removeprefix(f"{name} — ")


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
