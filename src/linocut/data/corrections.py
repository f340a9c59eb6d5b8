"""Corrected labels, taken back from a table that a person went through."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from linocut.core import LinocutError
from linocut.data.dataset import ImageDataset, ImagePart
from linocut.data.names import printed

COLUMNS = ("part", "index", "file", "given", "proposed", "score")
NEEDED = ("part", "index", "given", "proposed")
LONGEST_INDEX = 18  # digits; int() refuses thousands of them


@dataclass(frozen=True)
class Correction:
    """One row of the table.

    Attributes
    ----------
    where : str
        File and row, for messages.
    part, index, file, given, proposed : str, int, str, str, str
        As in the table; an empty ``proposed`` leaves the image out.
    """

    where: str
    part: str
    index: int
    file: str
    given: str
    proposed: str


def apply_corrections(dataset: ImageDataset, path: str | os.PathLike[str]) -> ImageDataset:
    """Return the dataset with the labels that a table of suspects proposes.

    The table is the one that `linocut.evaluate.write_suspects` writes: each row's ``proposed``
    becomes the label of its image; where it is empty, the image is left out. Rows that were deleted
    leave their images as they are. The columns may stand in any order; ``file`` and ``score`` may
    be missing.

    Parameters
    ----------
    dataset : ImageDataset
        As it was when the suspects were found.
    path : path-like
        CSV in UTF-8, with commas, semicolons or tabs.

    Returns
    -------
    ImageDataset
        With a note that tells what was done, and the path in ``loaded_with``.

    Raises
    ------
    LinocutError
        If the file cannot be read, or something in a row does not fit the dataset; the message
        names row and value.
    """
    path = Path(path).expanduser()
    known = {name: k for k, name in enumerate(dataset.class_names)}
    parts = {"train": dataset.train, "test": dataset.test}
    labels = {name: part.labels.copy() for name, part in parts.items()}
    kept = {name: np.ones(len(part), bool) for name, part in parts.items()}
    first = dict[tuple[str, int], str]()
    changed = 0
    for each in _rows(path):
        _check(each, dataset, parts, known)
        place = each.part, each.index
        if place in first:
            raise LinocutError(
                f"{each.where}: {each.part} image {each.index} stands in {first[place]} already — "
                "one row for each image"
            )
        first[place] = each.where.rsplit(", ", 1)[-1]
        if each.proposed:
            labels[each.part][each.index] = known[each.proposed]
            changed += each.proposed != each.given
        else:
            kept[each.part][each.index] = False
    made = {
        name: replace(part, labels=labels[name]) if kept[name].all()
        else replace(part, labels=labels[name]).take(np.flatnonzero(kept[name]))
        for name, part in parts.items()
    }  # fmt: skip
    _check_left(dataset, made["train"], made["test"], path)
    left_out = sum(int((~each).sum()) for each in kept.values())
    note = (
        f"By {printed(path.name)}, {changed:,} label{' was' if changed == 1 else 's were'} "
        f"corrected and {left_out:,} image{' was' if left_out == 1 else 's were'} left out."
    )
    return replace(
        dataset,
        train=made["train"],
        test=made["test"],
        notes=(*dataset.notes, note),
        loaded_with=replace(dataset.loaded_with, corrections=printed(str(path.resolve()))),
    )


def _rows(path: Path) -> Iterator[Correction]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
        raise LinocutError(
            f"corrections {printed(str(path))} cannot be read: {why} — name a CSV file of suspects"
        ) from error
    name = printed(path.name)
    header = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=header.count)
    table = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        columns = [column.strip().casefold() for column in next(table, [])]
        for needed in NEEDED:
            if needed not in columns:
                raise LinocutError(
                    f"{name}: has no column {needed!r} — its first line is "
                    f"{','.join(COLUMNS)}, as linocut evaluate --suspects writes it"
                )
        for number, cells in enumerate(table, 2):
            if any(cell.strip() for cell in cells):
                yield _correction(f"{name}, row {number}", columns, cells)
    except csv.Error as error:
        raise LinocutError(f"{name}: cannot be read as CSV: {error}") from error


def _correction(where: str, columns: list[str], cells: list[str]) -> Correction:
    if len(cells) != len(columns):
        raise LinocutError(
            f"{where}: {len(cells)} cells — the first line has {len(columns)} columns"
        )
    row = dict(zip(columns, cells, strict=True))
    index = row["index"].strip()
    if not (index.isascii() and index.isdigit()) or len(index) > LONGEST_INDEX:
        shown = index if len(index) <= LONGEST_INDEX else f"{index[:LONGEST_INDEX]}…"
        raise LinocutError(f"{where}: index {shown!r} — a position in the part, from 0")
    return Correction(
        where,
        row["part"].strip(),
        int(index),
        row.get("file", ""),
        row["given"].strip(),
        row["proposed"].strip(),
    )


def _check(
    each: Correction, dataset: ImageDataset, parts: dict[str, ImagePart], known: dict[str, int]
) -> None:
    if each.part not in parts:
        raise LinocutError(f"{each.where}: part {each.part!r} — train or test")
    part = parts[each.part]
    if each.index >= len(part):
        raise LinocutError(
            f"{each.where}: index {each.index} — the {each.part} part of {dataset.name} has images "
            f"0 to {len(part) - 1}"
        )
    for column, name in (("given", each.given), ("proposed", each.proposed)):
        if name not in known and (name or column == "given"):
            shown = ", ".join(dataset.class_names[:12]) + (", …" if len(known) > 12 else "")
            raise LinocutError(f"{each.where}: {column} {name!r} is no class — they are {shown}")
    present = dataset.class_names[int(part.labels[each.index])]
    if each.given != present:
        raise LinocutError(
            f"{each.where}: given {each.given!r}, but {each.part} image {each.index} is labelled "
            f"{present!r} — the table belongs to another dataset, or to another split of it"
        )
    file = "" if part.names is None else printed(str(part.names[each.index]))
    if each.file and file and each.file != file:
        raise LinocutError(
            f"{each.where}: file {each.file!r}, but {each.part} image {each.index} is {file!r} — "
            "the table belongs to another dataset, or to another split of it"
        )


def _check_left(dataset: ImageDataset, train: ImagePart, test: ImagePart, path: Path) -> None:
    counts = train.counts(dataset.n_classes)
    if not counts.all():
        name = dataset.class_names[int(np.flatnonzero(counts == 0)[0])]
        raise LinocutError(
            f"{printed(path.name)}: leaves no training image of class {name!r} — keep one at least"
        )
    if not len(test):
        raise LinocutError(f"{printed(path.name)}: leaves no test image — keep one at least")
