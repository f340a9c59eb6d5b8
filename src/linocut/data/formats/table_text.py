"""The lines and cells of a table: CSV, tabs, semicolons or blanks between them, gzipped or not."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.data.gzipped import open_bounded

LONGEST_LINE = 4_000_000  # characters; a line of a million pixels is no small image
MOST_COLUMNS = 1_000_000
SEPARATORS = (",", ";", "\t")
BLANKS = " "  # any number of blanks
BYTES = {str(value): value for value in range(256)}


def lines_of(path: Path) -> Iterator[str]:
    """Yield the lines of a file that are not empty, without their ends."""
    try:
        with io.TextIOWrapper(open_bounded(path), encoding="utf-8-sig") as file:
            while line := file.readline(LONGEST_LINE + 1):
                if len(line) > LONGEST_LINE:
                    raise LinocutError(
                        f"{path}: a line of more than {LONGEST_LINE:,} characters is no small image"
                    )
                if line.strip():
                    yield line.rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise LinocutError(f"{path}: is not text in UTF-8 (byte {error.start:,})") from error


def sample_of(path: Path, first: int, spread: int) -> list[str]:
    """Return the first lines of a file, and so many that lie evenly over all the others.

    Rows are often sorted by class, so that the first ones show a single label.
    """
    lines = lines_of(path)
    begin = list(islice(lines, first))
    kept: list[str] = []
    stride = 1
    for number, line in enumerate(lines):
        if number % stride == 0:
            kept.append(line)
            if len(kept) == 2 * spread:
                kept, stride = kept[::2], 2 * stride
    return begin + kept


def separator_of(line: str) -> str:
    """Return what stands between the cells of a line.

    Examples
    --------
    >>> separator_of("1;2;3"), separator_of("7  -1.0 0.5")
    (';', ' ')
    """
    found = max(SEPARATORS, key=line.count)
    return found if found in line or len(line.split()) < 2 else BLANKS


def cells_of(line: str, separator: str) -> list[str]:
    """Return the cells of a line, without quotes around them."""
    if separator == BLANKS:
        return line.split()
    if '"' not in line:
        return [cell.strip() for cell in line.split(separator)]
    try:
        (cells,) = csv.reader([line], delimiter=separator, skipinitialspace=True)
    except (csv.Error, ValueError):  # an odd quote, or a cell beyond the module's limit
        cells = line.split(separator)
    return [cell.strip().strip('"').strip() for cell in cells]


def is_number(text: str) -> bool:
    """Tell whether a cell is a number, infinite and undefined ones among them."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def numbers_of(cells: Sequence[str]) -> NDArray[np.uint8 | np.float32] | None:
    """Return cells as numbers, bytes if they are; None if one is no number."""
    try:  # several times as fast as to parse each
        return np.frombuffer(bytes(map(BYTES.__getitem__, cells)), np.uint8)
    except KeyError:
        pass
    try:
        with np.errstate(over="ignore"):
            return np.array(list(map(float, cells)), np.float64).astype(np.float32)
    except ValueError:
        return None


def chunks(lines: Iterator[str], size: int) -> Iterator[list[str]]:
    """Yield lines so many at once."""
    while chunk := list(islice(lines, size)):
        yield chunk
