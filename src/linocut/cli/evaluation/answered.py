"""What ``linocut evaluate`` found: the results of all sections as text, JSON and files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linocut.core import LinocutError, Result
from linocut.core.files import check_target, write_whole
from linocut.core.tables import csv_table

if TYPE_CHECKING:
    from linocut.cli.evaluation.sections import Section

DOCUMENT = "evaluation.json"


@dataclass(frozen=True)
class Answered:
    """The results of one section.

    Attributes
    ----------
    section : Section
    results : dict of str to Result
        By their names within the section.
    seconds : float
        That they took.
    """

    section: Section
    results: dict[str, Result]
    seconds: float


@dataclass(frozen=True, repr=False)
class Answers(Result):
    """The results of all sections.

    Attributes
    ----------
    model, dataset : str
        What was judged, on whose test part.
    sections : tuple of Answered
    """

    model: str
    dataset: str
    sections: tuple[Answered, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data, each result below its section and its own name."""
        return {
            "model": self.model,
            "dataset": self.dataset,
            "seconds": {each.section.name: each.seconds for each in self.sections},
            **{
                each.section.name: {name: found.to_dict() for name, found in each.results.items()}
                for each in self.sections
            },
        }

    def write(self, folder: Path) -> list[Path]:
        """Write the figures, the tables and the document into a folder, which is made if need be.

        All are made before the first is written, and each appears whole or not at all.
        """
        files = dict(self._files())
        folder.mkdir(exist_ok=True)
        return [write_whole(folder / name, content) for name, content in files.items()]

    def _files(self) -> Iterator[tuple[str, bytes]]:
        for each in self.sections:
            for name, found in each.results.items():
                stem = f"{each.section.name}-{name}"
                yield f"{stem}.csv", csv_table(found.rows()).encode()
                image = _drawn(found)
                if image is not None:
                    yield f"{stem}.png", image
        yield DOCUMENT, (self.to_json() + "\n").encode()


def check_folder(folder: Path) -> None:
    """Make sure that files can be written into a folder, which need not be there yet.

    Raises
    ------
    LinocutError
        If they cannot.
    """
    if folder.exists() and not folder.is_dir():
        raise LinocutError(f"{folder} is a file — name a folder for figures and tables")
    check_target(folder / DOCUMENT if folder.is_dir() else folder)


def _drawn(found: Result) -> bytes | None:
    """Return the figure of a result as PNG; None of one that has none, or none for so many."""
    from linocut.plot.contact_sheet import as_file

    draw = getattr(found, "plot", None)
    if draw is None:
        return None
    try:
        return as_file(draw())
    except LinocutError:  # such as a matrix of a thousand classes
        return None
