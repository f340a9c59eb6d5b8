"""A folder with one sub-folder of image files a class."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.data.decode import is_image_name
from linocut.data.folder import read_folder
from linocut.data.formats.protocol import ReadOptions
from linocut.data.raw import RawDataset


def recognises(path: Path) -> bool:
    """Tell whether it is a folder; what is wrong with it, reading says."""
    return path.is_dir()


def read(path: Path, options: ReadOptions) -> RawDataset:
    """Read the image files of all classes."""
    return read_folder(
        path,
        intake=options.intake,
        skip_bad=options.skip_bad,
        progress=options.progress,
        colour=options.colour,
    )


def images(path: Path, options: ReadOptions) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """Refuse: image files are decoded one by one, by whoever wants them."""
    del options
    raise LinocutError(f"{path}: is a folder of image files, not one array of images")


def has_image_folders(path: Path) -> bool:
    """Tell whether an image file lies in a folder below this one."""
    return any(
        is_image_name(file.name)
        for folder in path.iterdir()
        if folder.is_dir() and not folder.name.startswith(".")
        for file in folder.rglob("*")
    )
