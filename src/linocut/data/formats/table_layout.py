"""Decide from names and values which column of a table is what, and say so."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path

from linocut.core import LinocutError
from linocut.core.colour import Shape
from linocut.data.formats.arrays import row_shape
from linocut.data.formats.table_text import (
    MOST_COLUMNS,
    cells_of,
    is_number,
    lines_of,
    sample_of,
    separator_of,
)
from linocut.data.load_options import TableOptions

LABEL_NAMES = (
    "label", "labels", "class", "target", "y", "digit", "character", "emotion", "category",
)  # fmt: skip
ROW_NAMES = (
    "id", "index", "imageid", "image_id", "idx", "row", "rowid", "row_id", "unnamed: 0",
)  # fmt: skip
FIRST = 21  # lines that are looked at from the beginning
SAMPLE = 400  # and of those that follow, evenly
MOST_COMMON = 0.9  # share of one value above which a column is rather the paper than classes
MOST_CELLS = 4_000_000  # characters of lines that are looked at
MANGLED = re.compile(r"-?\d+\.\d+")  # how pandas renames columns that have one name


@dataclass(frozen=True)
class Layout:
    """Where things stand in a line.

    Attributes
    ----------
    separator : str
        Between cells.
    columns : int
        Cells of each line.
    label : int or None
        Position of the label; None where there is none.
    pixels : tuple of int
        Positions of the pixels.
    has_header : bool
        Whether the first line holds names.
    shape : (int, int)
        Height and width of the images.
    note : str
        What was decided, where the names did not settle it.
    """

    separator: str
    columns: int
    label: int | None
    pixels: tuple[int, ...]
    has_header: bool
    shape: Shape
    note: str = ""


@dataclass(frozen=True)
class _Sample:
    """The first line of a table, and some of those below."""

    path: Path
    separator: str
    first: list[str]
    body: list[list[str]]

    def column(self, k: int) -> list[str]:
        return [row[k] for row in self.body if len(row) > k]

    def is_numeric(self, k: int) -> bool:
        return all(map(is_number, self.column(k)))


def layout_of(
    path: Path, options: TableOptions, shape: Shape | None, *, labelled: bool = True
) -> Layout:
    """Decide how a table is to be read.

    Parameters
    ----------
    path : Path
        The table.
    options : TableOptions
        What the user says of it, which is not questioned.
    shape : (int, int) or None
        Height and width that its images may have.
    labelled : bool
        Whether a column of labels must be there.

    Raises
    ------
    LinocutError
        If nothing tells the labels from the pixels, or two readings are possible.
    """
    sample, has_header = _sampled(path, options.header)
    names = sample.first if has_header else []
    width = len(sample.first)
    skipped = {
        _position(name, names, width, path, "--skip-columns") for name in options.skip_columns
    }
    told: list[str] = []
    label: int | None
    if options.label_column is not None:
        label = _position(options.label_column, names, width, path, "--label-column")
        if label in skipped:
            raise LinocutError(
                f"{path}: column {options.label_column!r} cannot be both --label-column and one of "
                "--skip-columns"
            )
        skipped |= _row_numbers(sample, names, skipped | {label})
        return _finished(sample, has_header, label, skipped, shape, told)
    rows = _row_numbers(sample, names, skipped)
    chooser = _LabelChoice(sample, names, skipped | rows, shape)
    label = chooser.choose(labelled=labelled)
    skipped |= rows
    if rows:
        told.append(f"column {_named(min(rows), names)} counts the rows and was left aside")
    if chooser.decided and label is not None:
        told.append(f"the label is column {_named(label, names)}, {chooser.decided}")
    return _finished(sample, has_header, label, skipped, shape, told)


def _finished(
    sample: _Sample,
    has_header: bool,
    label: int | None,
    skipped: set[int],
    shape: Shape | None,
    told: list[str],
) -> Layout:
    width = len(sample.first)
    pixels = tuple(k for k in range(width) if k != label and k not in skipped)
    if not pixels:
        raise LinocutError(
            f"{sample.path}: has no pixel columns — a label column and pixels are wanted"
        )
    if has_header and not any(map(str.isalpha, "".join(sample.first))):
        told.insert(0, "its first line, of numbers, was taken as names")
    note = f"{sample.path.name}: {'; '.join(told)}." if told else ""
    size = row_shape(len(pixels), str(sample.path), shape)
    return Layout(sample.separator, width, label, pixels, has_header, size, note)


def _named(k: int, names: list[str]) -> str:
    return f"{k + 1} ({names[k]!r})" if names and names[k] else str(k + 1)


def _position(name: str, names: list[str], width: int, path: Path, option: str) -> int:
    if name in names:
        return names.index(name)
    folded = [each.casefold() for each in names]
    if folded.count(name.casefold()) == 1:
        return folded.index(name.casefold())
    if re.fullmatch(r"\d{1,9}", name) and 1 <= int(name) <= width:
        return int(name) - 1
    if name == "-1":
        return width - 1
    known = f", a name of the header ({', '.join(names[:3])}, …)" if names else ""
    raise LinocutError(
        f"{path}: {option} {name!r} — a number from 1 to {width:,}, -1 for the last{known}"
    )


def _sampled(path: Path, header: bool | None) -> tuple[_Sample, bool]:
    first = next(lines_of(path), "")
    spread = max(MOST_CELLS // (1 + len(first)), 20)
    lines = sample_of(path, FIRST, min(spread, SAMPLE))
    if not lines:
        raise LinocutError(f"{path}: is empty — a line for each image is wanted")
    separator = separator_of(lines[0])
    rows = [cells_of(line, separator) for line in lines]
    if len(rows[0]) > MOST_COLUMNS:
        raise LinocutError(f"{path}: has {len(rows[0]):,} columns — a small image has fewer pixels")
    sample = _Sample(path, separator, rows[0], rows[1:])
    has_header = _has_header(sample) if header is None else header
    if has_header and not sample.body:
        raise LinocutError(f"{path}: holds a header but no images")
    return (sample if has_header else _Sample(path, separator, rows[0], rows)), has_header


def _has_header(sample: _Sample) -> bool:
    """Tell whether the first line holds names, by how it differs from those below."""
    first = sample.first
    words = [k for k, cell in enumerate(first) if not is_number(cell)]
    if _counts_up([cell for k, cell in enumerate(first) if k not in words], least=4):
        return True  # label, 0, 1, 2, …, or all numbers, as pandas names columns
    if len(words) > 1 or (words and first[words[0]].casefold() in (*LABEL_NAMES, *ROW_NAMES)):
        # Two words in a row of numbers are names, but for a word beside a label that is one.
        numeric = [k for k in words if sample.is_numeric(k)]
        return bool(numeric) or len(words) > 2 or not sample.body or len(words) == 1
    if words:
        return bool(sample.body) and sample.is_numeric(words[0])
    spoilt = [k for k, cell in enumerate(first) if MANGLED.fullmatch(cell)]
    if len(spoilt) * 2 > len(first) and len(set(first)) == len(first) and sample.body:
        # Pandas took an image for names, and made them differ: 0, 0.1, 0.2, …
        return all(re.fullmatch(r"-?\d+", cell) for row in sample.body[:20] for cell in row)
    return False


def _counts_up(cells: list[str], *, least: int) -> bool:
    if len(cells) < least or not all(re.fullmatch(r"\d{1,9}(\.0)?", cell) for cell in cells):
        return False
    numbers = [int(float(cell)) for cell in cells]
    return numbers[0] in {0, 1} and all(b - a == 1 for a, b in pairwise(numbers))


def _row_numbers(sample: _Sample, names: list[str], taken: set[int]) -> set[int]:
    """Return the columns that number or name the rows."""
    found = set()
    for k, name in enumerate(names):
        if k in taken or name.casefold() not in (*ROW_NAMES, ""):
            continue
        column = sample.column(k)
        if len(set(column)) == len(column):
            found.add(k)
    if not names and 0 not in taken and len(sample.body) >= 20:
        column = sample.column(0)
        rising = sample.is_numeric(0) and all(float(a) < float(b) for a, b in pairwise(column))
        if rising and _counts_up(column[:20], least=20):
            found.add(0)
    return found


class _LabelChoice:
    """Which column holds the labels: by name, by kind, by values."""

    def __init__(
        self, sample: _Sample, names: list[str], skipped: set[int], shape: Shape | None
    ) -> None:
        self._sample, self._names = sample, names
        self._columns = [k for k in range(len(sample.first)) if k not in skipped]
        self._shape = shape
        self.decided = ""  # in words, if names did not settle it

    def choose(self, *, labelled: bool) -> int | None:
        """Return the column of labels, None where there is none."""
        named = [
            k for k in self._columns if self._names and self._names[k].casefold() in LABEL_NAMES
        ]
        if len(named) > 1:
            told = " and ".join(repr(self._names[k]) for k in named[:3])
            raise LinocutError(
                f"{self._sample.path}: columns {told} may both hold the label — say which with "
                "--label-column, and leave the others out with --skip-columns"
            )
        if named:
            return named[0]
        if not self._columns:
            return None
        words = [k for k in self._columns if not self._sample.is_numeric(k)]
        if len(words) == 1 and self._is_word_column(words[0]):
            self.decided = "the only one of words"
            return words[0]
        if self._names and self._are_named:
            return self._odd_name(labelled=labelled)
        if not self._fits(len(self._columns) - 1) and self._fits(len(self._columns)):
            self._check_unlabelled(labelled=labelled)
            return None
        if not labelled and self._shape and len(self._columns) == math.prod(self._shape):
            return None
        return self._by_values()

    def _is_word_column(self, k: int) -> bool:
        return all(cell and not is_number(cell) for cell in self._sample.column(k))

    @cached_property
    def _are_named(self) -> bool:
        return any(map(str.isalpha, "".join(self._names)))

    def _odd_name(self, *, labelled: bool) -> int | None:
        """Choose the one name that is not, like the others, a word with a number."""
        stems = [re.sub(r"\d+", "#", self._names[k].casefold()) for k in self._columns]
        (common, count), *_ = Counter(stems).most_common(1)
        odd = [k for k, stem in zip(self._columns, stems, strict=True) if stem != common]
        if count > 1 and len(odd) == 1:
            self.decided = "the only one whose name is not like the others"
            return odd[0]
        if not labelled or (count > 1 and not odd):
            self._check_unlabelled(labelled=labelled)
            return None
        raise LinocutError(
            f"{self._sample.path}: none of the {len(self._names):,} columns is named "
            f"{', '.join(LABEL_NAMES[:4])} — name the label column with --label-column (the first "
            f"is {self._names[0]!r})"
        )

    def _check_unlabelled(self, *, labelled: bool) -> None:
        if labelled:
            raise LinocutError(
                f"{self._sample.path}: has no column of labels: its {len(self._columns):,} columns "
                "are the pixels of an image — give the labels in a file of their own (--labels), "
                "or name their column (--label-column)"
            )

    def _fits(self, pixels: int) -> bool:
        if self._shape is not None and pixels == math.prod(self._shape):
            return True
        return pixels > 0 and math.isqrt(pixels) ** 2 == pixels

    def _by_values(self) -> int:
        """Choose between the first column and the last by what stands in them."""
        first, last = self._columns[0], self._columns[-1]
        marks = {k: self._likeness(k) for k in (first, last)}
        both = all(self._may_be_classes(k) for k in marks)
        if both or marks[first] == marks[last]:
            raise LinocutError(
                f"{self._sample.path}: the label may be the first column or the last "
                f"(--label-column {first + 1} or --label-column {last + 1}) — say which"
            )
        chosen = max(marks, key=lambda k: marks[k])
        where = "the first" if chosen == first else "the last"
        self.decided = f"{where}, whose values look like classes"
        return chosen

    def _may_be_classes(self, k: int) -> bool:
        """Tell whether a column holds 0, 1, … or 1, 2, …, and no value nearly throughout."""
        counts = Counter(self._sample.column(k))
        share = counts.most_common(1)[0][1] / counts.total() if counts else 1.0
        return share <= MOST_COMMON and self._likeness(k) >= 3 and self._is_dense(k)

    def _is_dense(self, k: int) -> bool:
        numbers = sorted(set(map(float, self._sample.column(k))))
        return numbers[0] in {0, 1} and numbers[-1] - numbers[0] == len(numbers) - 1

    def _likeness(self, k: int) -> int:
        """Rate how much a column looks like labels rather than a pixel at the border: 0 to 4."""
        column = self._sample.column(k)
        if not column or not self._sample.is_numeric(k):
            return 0
        counts = Counter(map(float, column))
        if len(counts) < 2 and len(column) > 1:
            return 0  # the same throughout: a pixel of the paper
        whole = all(value.is_integer() for value in counts)
        if not whole or (len(column) >= 20 and len(counts) > len(column) / 2):
            return 1
        even = counts.most_common(1)[0][1] <= max(0.6, 1.8 / len(counts)) * len(column)
        return 2 + self._is_dense(k) + even
