"""CSV files with one image a row: a column of labels and one column a pixel (the Kaggle format)."""

from __future__ import annotations

import gzip
import io
import math
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.data.dataset import ImagePart
from linocut.data.decode import Size
from linocut.data.formats.class_folders import has_image_folders
from linocut.data.formats.protocol import ReadOptions
from linocut.data.gzipped import open_unzipped
from linocut.data.raw import Progress, RawDataset, name_classes

LABEL_NAMES = ("label", "labels", "class", "target", "y", "digit", "character")
LONGEST_LINE = 4_000_000  # characters; a line of a million pixels is no small image
CHUNK = 1000  # rows parsed at once
ENDINGS = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".txt")


@dataclass(frozen=True)
class _Layout:
    """Where things stand in a line."""

    separator: str
    columns: int
    label: int | None  # None: no column of labels (Kaggle's test.csv)
    has_header: bool
    shape: Size


def is_table_name(path: Path) -> bool:
    """Tell whether a file's name says CSV."""
    return path.name.casefold().endswith(ENDINGS) and not path.name.startswith(".")


def recognises(path: Path) -> bool:
    """Tell whether it is a table, or a folder that holds some and no folders of images."""
    if path.is_dir():
        tables = any(is_table_name(file) for file in path.iterdir() if file.is_file())
        return tables and not has_image_folders(path)
    return is_table_name(path)


def read(path: Path, options: ReadOptions) -> RawDataset:
    """Read the tables of a folder, or one."""
    if path.is_dir():
        return read_table_folder(path, size=options.row_shape, progress=options.progress)
    return read_tables(path, None, size=options.row_shape, progress=options.progress)


def images(path: Path, shape: Size) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """Yield the images of one table; a column of labels, if there is one, is passed over."""
    yield str(path), _read(path, shape, None, labelled=False)[0]


def read_table_folder(folder: Path, *, size: Size | None, progress: Progress | None) -> RawDataset:
    """Read the CSV files of a folder: one set, or a train and a test file."""
    files = sorted(path for path in folder.iterdir() if path.is_file() and is_table_name(path))
    tests = [path for path in files if "test" in path.name.casefold()]
    trains = [path for path in files if "train" in path.name.casefold()]
    if len(trains) == 1 and len(tests) == 1:
        return read_tables(trains[0], tests[0], size=size, progress=progress)
    if len(files) == 1:
        return read_tables(files[0], None, size=size, progress=progress)
    if len(trains) == 1:
        return read_tables(trains[0], None, size=size, progress=progress)
    told = ", ".join(path.name for path in files)
    raise LinocutError(f"{folder}: holds several tables ({told}) — give the path of one of them")


def read_tables(
    train: Path, test: Path | None, *, size: Size | None, progress: Progress | None
) -> RawDataset:
    """Read one table, or a train and a test table.

    Raises
    ------
    LinocutError
        If there is no column of labels, the pixels make no image, or a cell is not a whole
        number from 0 to 255; the message names file, line and column.
    """
    notes = []
    if test is not None and _layout(test, size).label is None:
        notes.append(f"{test.name} was ignored: it has no column of labels.")
        test = None
    read = [_read(path, size, progress) for path in (train, test) if path is not None]
    names, positions = name_classes(*(labels for _, labels in read))
    parts = [ImagePart(images, y) for (images, _), y in zip(read, positions, strict=True)]
    return RawDataset(parts[0], parts[1] if len(parts) == 2 else None, names, tuple(notes))


def _open(path: Path) -> IO[str]:
    return io.TextIOWrapper(open_unzipped(path), encoding="utf-8-sig", newline=None)


def _lines(path: Path) -> Iterator[str]:
    try:
        with _open(path) as file:
            while line := file.readline(LONGEST_LINE + 1):
                if len(line) > LONGEST_LINE:
                    raise LinocutError(
                        f"{path}: a line of more than {LONGEST_LINE:,} characters is no small image"
                    )
                if line.strip():
                    yield line.rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise LinocutError(f"{path}: is not text in UTF-8 (byte {error.start:,})") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise LinocutError(f"{path}: the gzip stream is broken ({error})") from error


def _cells(line: str, separator: str) -> list[str]:
    return [cell.strip().strip('"').strip() for cell in line.split(separator)]


def _layout(path: Path, size: Size | None, *, labelled: bool = True) -> _Layout:
    head = list(islice(_lines(path), 2))
    if not head:
        raise LinocutError(f"{path}: is empty — a line for each image is wanted")
    separator = max((",", ";", "\t"), key=head[0].count)
    first = _cells(head[0], separator)
    has_header = sum(not _is_number(cell) for cell in first) > 1
    label: int | None = 0
    if has_header:
        folded = [cell.casefold() for cell in first]
        known = [folded.index(name) for name in LABEL_NAMES if name in folded]
        label = known[0] if known else None
        if label is None and labelled and "test" not in path.name.casefold():
            raise LinocutError(
                f"{path}: none of the {len(first):,} columns is named {', '.join(LABEL_NAMES[:4])} "
                f"— give the label column one of these names (the first is {first[0]!r})"
            )
    elif not labelled and size is not None and len(first) == size[0] * size[1]:
        label = None
    pixels = len(first) - (label is not None)
    side = math.isqrt(pixels)
    if size is not None and pixels == size[0] * size[1]:
        shape = size
    elif side * side == pixels and pixels > 0:
        shape = (side, side)
    elif pixels == 0:
        raise LinocutError(f"{path}: has no pixel columns — a label column and pixels are wanted")
    else:
        raise LinocutError(
            f"{path}: {pixels:,} pixel columns are not a square image — give --size HEIGHTxWIDTH"
        )
    return _Layout(separator, len(first), label, has_header, shape)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _read(
    path: Path, size: Size | None, progress: Progress | None, *, labelled: bool = True
) -> tuple[NDArray[np.uint8], list[str]]:
    layout = _layout(path, size, labelled=labelled)
    lines = _lines(path)
    number = 1
    if layout.has_header:
        next(lines)
        number = 2
    blocks, labels = [], []
    while chunk := list(islice(lines, CHUNK)):
        block, names = _parse(path, layout, chunk, number)
        blocks.append(block)
        labels += names
        number += len(chunk)
        if progress:
            progress(f"reading {path.name}", number, 0)
    if not blocks:
        raise LinocutError(f"{path}: holds a header but no images")
    return np.concatenate(blocks).reshape(-1, *layout.shape), labels


def _parse(
    path: Path, layout: _Layout, lines: list[str], number: int
) -> tuple[NDArray[np.uint8], list[str]]:
    """Parse some lines at once; where that fails, find the cell that is wrong."""
    labels, pixel_texts = [], []
    for k, line in enumerate(lines):
        before, _, after = line.partition(layout.separator)
        if layout.label is None:
            before, after = "none", line
        elif layout.label != 0:
            cells = line.split(layout.separator)
            if len(cells) != layout.columns:
                raise _ragged(path, number + k, len(cells), layout)
            before = cells.pop(layout.label)
            after = layout.separator.join(cells)
        labels.append(before.strip().strip('"').strip())
        pixel_texts.append(after)
    height, width = layout.shape
    text = ",".join(pixel_texts)
    if layout.separator != ",":
        text = text.replace(layout.separator, ",")
    try:
        values = np.array(text.split(","), dtype=np.float32)
    except ValueError:
        values = np.empty(0, np.float32)
    right = len(values) == len(lines) * height * width
    if right and "" not in labels and np.all((values >= 0) & (values <= 255)):
        whole = values.astype(np.uint8)
        if np.array_equal(whole, values):
            return whole, labels
    raise _find_fault(path, layout, lines, number)


def _find_fault(path: Path, layout: _Layout, lines: list[str], number: int) -> LinocutError:
    for k, line in enumerate(lines):
        cells = _cells(line, layout.separator)
        if len(cells) != layout.columns:
            return _ragged(path, number + k, len(cells), layout)
        for column, cell in enumerate(cells):
            where = f"{path}: line {number + k}, column {column + 1}"
            if column == layout.label:
                if not cell:
                    return LinocutError(f"{where}: the label is empty")
                continue
            value = float(cell) if _is_number(cell) else math.nan
            if not (0 <= value <= 255 and value.is_integer()):
                hint = "; multiply by 255 first" if 0 < value < 1 else ""
                return LinocutError(
                    f"{where}: pixel {cell!r} — whole numbers from 0 to 255 are wanted{hint}"
                )
    return LinocutError(f"{path}: lines {number} to {number + len(lines) - 1} cannot be read")


def _ragged(path: Path, number: int, cells: int, layout: _Layout) -> LinocutError:
    return LinocutError(
        f"{path}: line {number} has {cells:,} cells where the first line has {layout.columns:,}"
    )
