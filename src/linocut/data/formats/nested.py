"""Find the folder that holds the files, where it lies within others that hold nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from linocut.core import LinocutError
from linocut.core.part_names import part_of
from linocut.data.decode import is_image_name

DEEPEST = 8
SELDOM = frozenset({"__macosx", "__pycache__"})


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
        folders = _folders(path)
        raw = [f if holds_container(f) else f / "raw" for f in folders]
        sets = [f for f in raw if f.is_dir() and holds_container(f)]
        if len(sets) > 1 and not any(map(_has_images, folders)):
            told = ", ".join(f.relative_to(path).as_posix() for f in sets[:5])
            raise LinocutError(f"{path}: holds several sets ({told}) — give the path of one")
        if len(sets) == 1 and not any(_has_images(f) for f in folders):
            return sets[0]
        # One folder and nothing else is a wrapping, unless it is a class or a part.
        if len(folders) != 1 or _has_images(path) or part_of(folders[0].name):
            return path
        if _has_images(folders[0]) or not _folders(folders[0]):
            return path
        path = folders[0]
    return path


def _folders(path: Path) -> list[Path]:
    return sorted(
        each
        for each in path.iterdir()
        if each.is_dir() and each.name[0] != "." and each.name.casefold() not in SELDOM
    )


def _has_images(path: Path) -> bool:
    return any(is_image_name(file.name) for file in path.iterdir())
