"""What readers of texts hand over: image files with their texts, and what is wrong with others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

LISTED = 3  # files named for each kind of problem


@dataclass(frozen=True)
class TextFile:
    """An image file and the text that stands in it.

    Attributes
    ----------
    path : Path
        The image.
    text : str
        In one form of Unicode, without blanks at its ends; may be empty.
    """

    path: Path
    text: str


@dataclass(frozen=True)
class Problem:
    """What is wrong with one file.

    Attributes
    ----------
    kind : str
        The same for all files of which the same is wrong, as the end of a sentence.
    file : str
        Its name.
    told : str
        The value in question; empty where the kind says it all.
    """

    kind: str
    file: str
    told: str = ""


@dataclass
class Found:
    """Texts of the images of one part.

    Attributes
    ----------
    files : list of TextFile
        In the natural order of their names.
    problems : list of Problem
        Images without text, texts without image, and the like.
    how : str
        Where the texts stand, as in "in labels.csv".
    """

    how: str
    files: list[TextFile] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def told_of(problems: Sequence[Problem]) -> str:
    """Say what is wrong with which files, one clause a kind.

    Examples
    --------
    >>> bad = [Problem("cannot be read", name) for name in ("a.png", "c.png")]
    >>> told_of([*bad, Problem("has no text in a.csv", "b.png")])
    '2 files: cannot be read (a.png, c.png); 1 file: has no text in a.csv (b.png)'
    """
    kinds = dict.fromkeys(problem.kind for problem in problems)
    clauses = []
    for kind in kinds:
        of_kind = [problem for problem in problems if problem.kind == kind]
        named = ", ".join(
            f"{each.file}: {each.told}" if each.told else each.file for each in of_kind[:LISTED]
        )
        more = ", …" if len(of_kind) > LISTED else ""
        noun = "file" if len(of_kind) == 1 else "files"
        clauses.append(f"{len(of_kind):,} {noun}: {kind} ({named}{more})")
    return "; ".join(clauses)
