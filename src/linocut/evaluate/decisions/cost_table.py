"""What each decision costs, read from a CSV file."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.evaluate.class_places import some_of
from linocut.evaluate.text_files import csv_rows

REJECT = "reject"


def read_costs(path: str | os.PathLike[str], class_names: Sequence[str]) -> NDArray[np.float64]:
    r"""Read a cost matrix.

    The first row names the predicted classes, the first column the true ones, both in any order; a
    column ``reject`` holds what it costs to predict none. Its first cell may hold anything.

    Parameters
    ----------
    path : path-like
        A CSV file, UTF-8.
    class_names : sequence of K str
        The classes of the model.

    Returns
    -------
    float64 array, shape (K, K) or (K, K + 1)
        In the order of the names, rejection last.

    Raises
    ------
    LinocutError
        If the file cannot be read, a class is missing, unknown or named twice, or a cell is no
        number; the message names the file.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "costs.csv"
    ...     _ = file.write_text("true,dog,cat,reject\ncat,5,0,1\ndog,0,1,1\n")
    ...     read_costs(file, ["cat", "dog"])
    array([[0., 5., 1.],
           [1., 0., 1.]])
    """
    rows = _rows_of(Path(path))
    header, *body = rows
    predicted = [name.strip() for name in header[1:]]
    true = [row[0].strip() for row in body]
    names = list(map(str, class_names))
    extra = [REJECT] if REJECT in predicted and REJECT not in names else []
    _check_names(path, "column", predicted, [*names, *extra])
    _check_names(path, "row", true, names)
    columns = [*names, *extra]
    costs = np.empty((len(names), len(columns)))
    for name, row in zip(true, body, strict=True):
        if len(row) != len(header):
            raise LinocutError(
                f"{path}: the row of {name!r} has {len(row)} cells — {len(header)}, as the first"
            )
        for other, cell in zip(predicted, row[1:], strict=True):
            at = names.index(name), columns.index(other)
            costs[at] = _number(path, name, other, cell)
    return costs


def _rows_of(path: Path) -> list[list[str]]:
    rows = [row for row in csv_rows(path) if any(cell.strip() for cell in row)]
    if len(rows) < 3:
        raise LinocutError(
            f"{path}: {len(rows)} rows — one with the names of the classes, and one for each class"
        )
    return rows


def _check_names(
    path: str | os.PathLike[str], what: str, given: list[str], wanted: list[str]
) -> None:
    known, seen = set(wanted), set[str]()
    for name in given:
        if name not in known:
            raise LinocutError(
                f"{path}: {what} {name!r} is no class of the model — {some_of(wanted)}"
            )
        if name in seen:
            raise LinocutError(f"{path}: {what} {name!r} comes twice")
        seen.add(name)
    missing = [name for name in wanted if name not in seen]
    if missing:
        raise LinocutError(f"{path}: there is no {what} for class {missing[0]!r}")


def _number(path: str | os.PathLike[str], true: str, predicted: str, cell: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = float("nan")
    if not np.isfinite(value):
        raise LinocutError(
            f"{path}: {cell.strip()!r} in the row of {true!r} and the column of {predicted!r} — a "
            "number, with a point"
        )
    return value
