"""Which image files of a folder belong to which part of a set."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from linocut.core.part_names import PART_WORDS, part_of
from linocut.data.decode import is_image_name
from linocut.data.names import printed
from linocut.data.raw import natural_key
from linocut.data.visible import DEEPEST, images_in, is_hidden, sub_folders

INDEX_ENDINGS = (".csv", ".tsv", ".txt", ".lst")
LARGEST_INDEX = 100_000_000  # bytes


@dataclass(frozen=True)
class Place:
    """The images of one part.

    Attributes
    ----------
    part : str
        "train", "test", "validation", or "" for a whole set.
    folder : Path
        Below which all of them lie.
    images : tuple of Path
        In the natural order of their names.
    indexes : tuple of Path
        Files that may hold their texts.
    flat : bool
        Whether they all lie in one folder.
    """

    part: str
    folder: Path
    images: tuple[Path, ...]
    indexes: tuple[Path, ...]
    flat: bool

    def by_index(self) -> tuple[Place, Place] | None:
        """Return the training and the test part, where two indexes are named for them."""
        named: dict[str, list[Path]] = {}
        for index in self.indexes:
            named.setdefault(part_of(index.name), []).append(index)
        test = "test" if "test" in named else "validation"
        if "train" not in named or test not in named:
            return None
        train, held = (
            replace(self, part=part, indexes=tuple(named[part])) for part in ("train", test)
        )
        return train, held


def find_places(root: Path, index: Path | None = None) -> list[Place]:
    """Find the images of each part; empty where there is nothing that may be strings.

    Parameters
    ----------
    root : Path
        A folder.
    index : Path, optional
        The file of the texts, where it is known.
    """
    top = _entered(root)
    parts: dict[str, Path] = {}
    for folder in sub_folders(top):
        part = PART_WORDS.get(folder.name.casefold())
        if part is not None:
            parts.setdefault(part, folder)
    above = [index] if index else _index_files(top)
    if "train" in parts and not images_in(top):
        return [
            place
            for part, folder in parts.items()
            if (place := _place(part, folder, index, above)) is not None
        ]
    whole = _place("", top, index, [])
    return [] if whole is None else [whole]


def _entered(folder: Path) -> Path:
    """Go into folders that hold one folder and nothing else of interest."""
    for _ in range(DEEPEST):
        inner = sub_folders(folder)
        if len(inner) != 1 or images_in(folder) or _index_files(folder):
            break
        if inner[0].name.casefold() in PART_WORDS and sub_folders(inner[0]):
            break
        folder = inner[0]
    return folder


def _place(part: str, folder: Path, index: Path | None, above: Sequence[Path]) -> Place | None:
    """Take the images of a folder; those of folders in it only where an index can name them."""
    folder = _entered(folder)
    here = images_in(folder)
    indexes = [index] if index else [*_index_files(folder), *above]
    if indexes:
        below = _images_below(folder)
        stems = {Path(path).stem for path in below}
        # A text file that has the name of an image is of that image.
        indexes = [
            each for each in indexes if each.name.split(".")[0] not in stems or each == index
        ]
    if not indexes:
        below = here
    if not below:
        return None
    images = sorted(
        map(Path, below), key=lambda path: natural_key(path.relative_to(folder).as_posix())
    )
    flat = len({image.parent for image in images}) == 1
    return Place(part, folder, tuple(images), tuple(indexes), flat)


def _index_files(folder: Path) -> list[Path]:
    with os.scandir(folder) as entries:
        return sorted(
            Path(entry.path)
            for entry in entries
            if is_index_name(entry.name)
            and not is_hidden(entry.name)
            and entry.is_file()
            and entry.stat().st_size <= LARGEST_INDEX
        )


def is_index_name(name: str) -> bool:
    """Tell from a file's name whether it may be an index.

    Examples
    --------
    >>> is_index_name("labels.csv"), is_index_name("train.npz")
    (True, False)
    """
    return name.casefold().removesuffix(".gz").endswith(INDEX_ENDINGS)


def _images_below(folder: Path) -> list[str]:
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not is_hidden(name)]
        found += [
            os.path.join(place, name)  # noqa: PTH118 — a Path each would take longer than the walk
            for name in names
            if is_image_name(name) and not is_hidden(name)
        ]
    return found


def name_below(path: Path, folder: Path) -> str:
    """Return a file's path below a folder, as printed."""
    return printed(path.relative_to(folder).as_posix())
