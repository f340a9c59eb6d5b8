"""The datasets known by name; the facts stand in ``catalogue.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from linocut.core import LinocutError, Result


@dataclass(frozen=True)
class RemoteFile:
    """One file of a dataset.

    Attributes
    ----------
    name : str
        Below a mirror, or inside the archive.
    sha256 : str or None
        Of the decompressed content; None where it is not known for certain.
    """

    name: str
    sha256: str | None = None


@dataclass(frozen=True)
class Entry(Result):
    """What the catalogue knows of one dataset.

    Attributes
    ----------
    name, title, origin, licence, citation : str
        For people.
    class_names : tuple of str
        The classes, in the order of the labels.
    format : {"embedded", "idx", "svmlight"}
        How the files are read.
    files : dict of str to RemoteFile
        Keys ``train_images``, ``train_labels``, ``test_images``, ``test_labels`` for IDX;
        ``train``, ``test`` for svmlight.
    mirrors : tuple of str
        Addresses that the files lie below, tried in turn.
    archive : str or None
        The zip file that holds them all, if they come in one.
    first_label : int
        The label of the first class.
    transposed : bool
        Whether images are stored column by column.
    """

    name: str
    title: str
    origin: str
    licence: str
    citation: str
    class_names: tuple[str, ...]
    format: str
    files: dict[str, RemoteFile]
    mirrors: tuple[str, ...] = ()
    archive: str | None = None
    first_label: int = 0
    transposed: bool = False

    @property
    def verified(self) -> bool:
        """Whether every file has a known hash."""
        return all(file.sha256 for file in self.files.values())

    def to_dict(self) -> dict[str, Any]:
        """Return what there is to know, as plain data."""
        return {**super().to_dict(), "verified": self.verified}


@lru_cache(maxsize=1)
def catalogue() -> dict[str, Entry]:
    """Return all entries by name.

    Examples
    --------
    >>> catalogue()["mnist"].verified, catalogue()["usps"].verified
    (True, False)
    """
    text = (resources.files("linocut.data") / "catalogue.toml").read_text(encoding="utf-8")
    return {name: _entry(name, facts) for name, facts in tomllib.loads(text).items()}


def find_entry(name: str) -> Entry:
    """Return one entry.

    Raises
    ------
    LinocutError
        If the name is not in the catalogue; the message lists those that are.
    """
    if name not in catalogue():
        raise LinocutError(f"{name!r} is no known dataset; known: {', '.join(catalogue())}")
    return catalogue()[name]


def _entry(name: str, facts: dict[str, Any]) -> Entry:
    files = {key: RemoteFile(**file) for key, file in facts.pop("files", {}).items()}
    for key in ("class_names", "mirrors"):
        facts[key] = tuple(facts.get(key, ()))
    return Entry(name=name, files=files, **facts)


def local_name(file: RemoteFile) -> str:
    """Return a file's name without the folder it has in an archive."""
    return Path(file.name).name
