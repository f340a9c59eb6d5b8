"""Small text files that a person wrote: shares of classes, costs of decisions."""

from __future__ import annotations

import csv
from pathlib import Path

from linocut.core import LinocutError

LARGEST = 64 * 2**20  # bytes: a table of some thousand classes


def read_text(path: Path, kind: str = "CSV") -> str:
    """Return the text of a file.

    Parameters
    ----------
    path : Path
        UTF-8, of 64 MiB at most.
    kind : str
        What it should hold, for the message.

    Raises
    ------
    LinocutError
        If it cannot be read, or is no text or too long.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise LinocutError(f"{path}: more than {LARGEST >> 20} MiB — a small table is needed")
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeError) as error:
        why = error.strerror if isinstance(error, OSError) else f"it is no {kind} in UTF-8"
        raise LinocutError(f"{path} cannot be read: {why}") from error


def csv_rows(path: Path) -> list[list[str]]:
    """Return the lines of a CSV file that hold anything, cell by cell.

    Raises
    ------
    LinocutError
        As `read_text`, or if it is no CSV.
    """
    try:
        return [row for row in csv.reader(read_text(path).splitlines()) if row]
    except csv.Error as error:
        raise LinocutError(f"{path} cannot be read: it is no CSV ({error})") from error
