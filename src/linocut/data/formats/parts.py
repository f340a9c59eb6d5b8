"""Which part of a set a name speaks of, and which parts are used for what."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from linocut.core import LinocutError
from linocut.core.part_names import part_of, without_part

Content = TypeVar("Content")

PART_FOLLOWS = r"(?=$|[^a-z]|train|test|val)"
# What tells files of images from files of labels, where each holds one array.
IMAGE_WORDS = re.compile(rf"images?|imgs?|data|features|(?<![a-z])x{PART_FOLLOWS}")
LABEL_WORDS = re.compile(rf"labels?|targets?|classes|(?<![a-z])y{PART_FOLLOWS}")


def part_files(path: Path, is_one: Callable[[Path], bool]) -> dict[str, list[Path]]:
    """Return the files of each part: those of a folder, or one file and its test part beside it.

    In a folder, files in ``train/``, ``test/`` and the like count as those parts.

    Parameters
    ----------
    path : Path
        A folder or a file.
    is_one : callable
        Tells whether a file is of the kind wanted.
    """
    if path.is_dir():
        found: dict[str, list[Path]] = {}
        for each in _visible(path):
            if each.is_file() and is_one(each):
                found.setdefault(part_of(each.name), []).append(each)
            elif each.is_dir() and part_of(each.name) and not without_part(each.name):
                inner = [file for file in _visible(each) if file.is_file() and is_one(file)]
                if inner:
                    found.setdefault(part_of(each.name), []).extend(inner)
        return found
    part = part_of(path.name)
    files = {part: [path]}
    if part == "train":
        for other in _visible(path.parent):
            if (
                part_of(other.name) not in {"", "train"}
                and without_part(other.name) == without_part(path.name)
                and is_one(other)
            ):
                files.setdefault(part_of(other.name), []).append(other)
    return files


def one_each(files: Mapping[str, list[Path]], where: Path) -> dict[str, Path]:
    """Return the one file of each part; several are several sets."""
    for several in files.values():
        if len(several) > 1:
            told = ", ".join(each.name for each in several[:5])
            raise LinocutError(
                f"{where}: holds several sets ({told}) — give the path of one of the files"
            )
    return {part: only[0] for part, only in files.items()}


def _visible(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))


def settled_parts(
    parts: Mapping[str, Content], notes: list[str], where: str
) -> tuple[Content, Content | None]:
    """Choose what is trained and what is tested on; what is left aside joins the notes.

    Parameters
    ----------
    parts : mapping of str to anything
        By the names of `part_of`; "" is a set without parts.
    notes : list of str
        Sentences for the user, added to.
    where : str
        File or folder, for messages.

    Examples
    --------
    >>> notes = []
    >>> settled_parts({"train": 1, "validation": 2}, notes, "set.npz")
    (1, 2)
    >>> notes
    ['set.npz has a validation part and no test part: the validation part is the test part.']
    """
    given = dict(parts)
    if "train" not in given and "" in given:
        given["train"] = given.pop("")
    elif "train" in given and "" in given:
        del given[""]
        notes.append(f"What {where} holds besides its training and test parts was left aside.")
    test, validation = given.get("test"), given.get("validation")
    if "train" not in given:
        if len(given) != 1:
            raise LinocutError(
                f"{where}: has no training part, only {' and '.join(sorted(given))} — name the "
                "files or arrays of one part train"
            )
        ((name, only),) = given.items()
        notes.append(f"{where} has a {name} part only: it was taken as the whole set.")
        return only, None
    if test is not None:
        if validation is not None:
            notes.append(
                f"The validation part of {where} was left aside: linocut holds rows of the "
                "training part out for validation."
            )
        return given["train"], test
    if validation is not None:
        notes.append(
            f"{where} has a validation part and no test part: the validation part is the test part."
        )
    return given["train"], validation
