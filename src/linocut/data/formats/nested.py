"""Find the folder that holds the files, where it lies within others that hold nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from linocut.core import LinocutError
from linocut.data.visible import DEEPEST, images_in, sub_folders, wrapped_in


def innermost(path: Path, holds_container: Callable[[Path], bool]) -> Path:
    """Return the folder below a path that is meant by it, most often the path itself.

    Parameters
    ----------
    path : Path
        A folder.
    holds_container : callable
        Tells whether files of many images lie directly in a folder.

    Raises
    ------
    LinocutError
        If several folders below are sets of their own.
    """
    for _ in range(DEEPEST):
        if holds_container(path):
            return path
        folders = sub_folders(path)
        raw = [f if holds_container(f) else f / "raw" for f in folders]
        sets = [f for f in raw if f.is_dir() and holds_container(f)]
        if any(map(images_in, folders)):
            sets = []
        if len(sets) > 1:
            told = ", ".join(f.relative_to(path).as_posix() for f in sets[:5])
            raise LinocutError(f"{path}: holds several sets ({told}) — give the path of one")
        if len(sets) == 1:
            return sets[0]
        if (inner := wrapped_in(path)) is None:
            return path
        path = inner
    return path
