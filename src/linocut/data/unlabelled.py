"""Images without labels: what a model is to read."""

from __future__ import annotations

from pathlib import Path

from linocut.core import LinocutError
from linocut.data.decode import SUFFIXES
from linocut.data.found import natural_key


def image_files(folder: Path) -> list[Path]:
    """Return the image files of a folder and the folders in it, in the order of their names.

    Hidden files and folders are passed over.

    Raises
    ------
    LinocutError
        If there are none.
    """
    found = [
        path
        for path in folder.rglob("*")
        if path.suffix.casefold() in SUFFIXES
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
        and path.is_file()
    ]
    if not found:
        kinds = ", ".join(sorted(suffix[1:] for suffix in SUFFIXES))
        raise LinocutError(f"{folder}: holds no images — files of the kinds {kinds} are wanted")
    return sorted(found, key=lambda path: natural_key(path.relative_to(folder).as_posix()))
