"""What there is to see in a folder, and which folder is meant where one lies within another."""

from __future__ import annotations

import os
from pathlib import Path

from linocut.core.part_names import PART_WORDS
from linocut.data.decode import is_image_name
from linocut.data.raw import natural_key

# What systems and tools leave in folders, besides names that begin with a dot.
LITTER = frozenset(
    {"__macosx", "__pycache__", "thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", "@eadir",
     "$recycle.bin", "system volume information", "lost+found"}
)  # fmt: skip

DEEPEST = 8  # wrappings within wrappings; a link may lead back up


def is_hidden(name: str) -> bool:
    """Tell whether a file or folder is hidden, or was left there by a system.

    Examples
    --------
    >>> [is_hidden(name) for name in (".ipynb_checkpoints", "__MACOSX", "Thumbs.db", "_a")]
    [True, True, True, False]
    """
    return name.startswith(".") or name.casefold() in LITTER


def sub_folders(folder: Path) -> list[Path]:
    """Return the folders in a folder, in the natural order of their names."""
    with os.scandir(folder) as entries:
        names = [entry.name for entry in entries if not is_hidden(entry.name) and entry.is_dir()]
    return [folder / name for name in sorted(names, key=natural_key)]


def images_in(folder: Path) -> list[str]:
    """Return the images that lie in the folder itself."""
    with os.scandir(folder) as entries:
        return [
            entry.path
            for entry in entries
            if is_image_name(entry.name) and not is_hidden(entry.name) and entry.is_file()
        ]


def wrapped_in(folder: Path) -> Path | None:
    """Return the one folder of folders that a folder holds, where it is nothing but a wrapping.

    A class or a part of a set may be alone in a folder as well: the folder of a class holds images,
    that of a part has a name that says so.
    """
    inner = sub_folders(folder)
    if (
        len(inner) != 1
        or inner[0].name.casefold() in PART_WORDS
        or not sub_folders(inner[0])
        or images_in(folder)
        or images_in(inner[0])
    ):
        return None
    return inner[0]
