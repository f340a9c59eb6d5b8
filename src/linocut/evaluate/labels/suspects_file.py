"""Suspects as a table that a person goes through: CSV, most suspect first."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

from linocut.core.files import write_whole
from linocut.data.corrections import COLUMNS
from linocut.evaluate.labels.suspects import Suspects


def write_suspects(suspects: Suspects, path: str | os.PathLike[str]) -> Path:
    """Write suspects as CSV in UTF-8: ``part,index,file,given,proposed,score``.

    Go through it, delete the rows whose given label is right, change ``proposed`` where another
    class is right, empty it where none is; ``apply_corrections`` and ``--corrections`` then take
    it back.

    Parameters
    ----------
    suspects : Suspects
        As `find_suspects` returns them.
    path : path-like
        Where it goes; an existing file is replaced. It appears whole or not at all.

    Returns
    -------
    Path
        The file written, links resolved.

    Raises
    ------
    LinocutError
        If it cannot be written.
    """
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    for row in suspects.rows():
        table.writerow([*(row[name] for name in COLUMNS[:-1]), f"{row['score']:.6f}"])
    return write_whole(path, text.getvalue().encode("utf-8", "backslashreplace"))
