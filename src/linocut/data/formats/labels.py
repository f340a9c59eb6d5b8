"""Labels in a file of their own: one a row, or beside the name of an image's file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from linocut.core import LinocutError
from linocut.core.idx_header import is_idx
from linocut.data.formats.idx_file import read_idx
from linocut.data.formats.npz import array_names, read_array
from linocut.data.formats.npz import recognises as is_npz
from linocut.data.formats.table_layout import LABEL_NAMES
from linocut.data.formats.table_text import cells_of, is_number, lines_of, separator_of
from linocut.data.gzipped import first_bytes

FILE_NAMES = ("filename", "file", "file_name", "image", "path", "name", "img", "image_name", "id")


@dataclass(frozen=True)
class Labels:
    """Labels as a file holds them.

    Attributes
    ----------
    texts : list of str
        One a row.
    keys : list of str
        What each row names: a file, or the row's number; empty where rows have no names.
    """

    texts: list[str]
    keys: list[str]


def read_labels(path: Path) -> Labels:
    """Read labels from a table, IDX, NPY, or an NPZ of one array.

    Raises
    ------
    LinocutError
        If it is none of these, or holds no column that is one of labels.
    """
    if not path.is_file():
        raise LinocutError(f"{path}: no such file of labels")
    if is_npz(path):
        names = array_names(path)
        if len(names) != 1:
            raise LinocutError(f"{path}: holds {len(names)} arrays — one array of labels is wanted")
        values = read_array(path, names[0])
    elif is_idx(first_bytes(path)):
        values = read_idx(path, 1)
    else:
        return _of_table(path)
    if values.ndim == 2 and 1 in values.shape:
        values = values.reshape(-1)
    if values.ndim != 1:
        raise LinocutError(f"{path}: has shape {values.shape} — one label for each image is wanted")
    return Labels([str(each) for each in values.tolist()], [])


def _of_table(path: Path) -> Labels:
    lines = list(lines_of(path))
    if not lines:
        raise LinocutError(f"{path}: is empty — a line for each image is wanted")
    separator = separator_of(lines[0])
    rows = [cells_of(line, separator) for line in lines]
    width = len(rows[0])
    for number, row in enumerate(rows, 1):
        if len(row) != width:
            raise LinocutError(
                f"{path}: line {number} has {len(row)} cells where the first line has {width}"
            )
    names = [cell.casefold() for cell in rows[0]]
    if any(name in (*LABEL_NAMES, *FILE_NAMES) for name in names):
        label = next((k for k, name in enumerate(names) if name in LABEL_NAMES), width - 1)
        key = next((k for k, name in enumerate(names) if name in FILE_NAMES and k != label), None)
        rows = rows[1:]
    elif width <= 2:
        label, key = width - 1, (0 if width == 2 else None)
        if not is_number(rows[0][label]) and all(is_number(row[label]) for row in rows[1:]):
            rows = rows[1:]
    else:
        raise LinocutError(
            f"{path}: none of its {width} columns is named {', '.join(LABEL_NAMES[:4])} — name "
            "the column of labels so"
        )
    if not rows or any(not row[label] for row in rows):
        raise LinocutError(f"{path}: a label is empty — one for each image is wanted")
    return Labels([row[label] for row in rows], [] if key is None else [row[key] for row in rows])
