"""Texts in a file of their own: a table with names of columns, or rows of name and text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from linocut.core import LinocutError
from linocut.data.decode import is_image_name
from linocut.data.formats.labels import FILE_NAMES
from linocut.data.formats.table_layout import LABEL_NAMES
from linocut.data.formats.table_text import BLANKS, cells_of, lines_of
from linocut.lines.data.found import Found, Problem, TextFile
from linocut.lines.data.places import Place, is_index_name, name_below
from linocut.lines.data.symbols import normalised_text

TEXT_NAMES = (
    "text", "texts", "string", "words", "word", "transcription", "transcript", "solution",
    "captcha", "code", "value", "ground_truth", "gt", "plate", "number", *LABEL_NAMES,
)  # fmt: skip
LOOKED_AT, LONGEST = 20, 1000  # lines of a file that may be an index, and letters of each
SEPARATORS = ("\t", ",", ";", BLANKS)
LEAST_KNOWN = 0.5  # share of the rows, or of the images, from which a file is the index
# IAM's words.txt and lines.txt: name, whether it was segmented well, grey, place, ..., text.
IAM_STATES, IAM_CELLS = ("ok", "err"), 8


@dataclass(frozen=True)
class Row:
    """One row of an index: a file's name as it stands there, and the text; None if it has none."""

    key: str
    text: str | None
    line: int


def texts_in_index(place: Place, *, asked: bool) -> Found | None:
    """Find the texts of images in the file that names most of them.

    Parameters
    ----------
    place : Place
        Images, and the files that may be their index.
    asked : bool
        Whether the index was named by the user, so that it must be one.

    Returns
    -------
    Found or None
        None where no file names half of the images, or consists to a half of names of images.

    Raises
    ------
    LinocutError
        If two files do so equally, or the one asked for does not.
    """
    resolve = _resolver(place)
    best: list[tuple[int, Path, list[Row]]] = []
    for path in place.indexes:
        try:
            rows = read_rows(path, lambda key: resolve(key) is not None)
        except LinocutError:
            if asked:
                raise
            continue
        known = sum(resolve(row.key) is not None for row in rows)
        if known and (known >= LEAST_KNOWN * min(len(rows), len(place.images)) or asked):
            best.append((known, path, rows))
    if not best:
        if asked:
            first = name_below(place.images[0], place.folder)
            raise LinocutError(
                f"{place.indexes[0]}: names none of the {len(place.images):,} images — rows of a "
                f"file's name and its text are wanted, the first image is {first}"
            )
        return None
    of_part = [each for each in best if place.part and place.part in each[1].name.casefold()]
    best = of_part or best
    most = max(known for known, *_ in best)
    winners = [each for each in best if each[0] == most]
    if len(winners) > 1:
        told = ", ".join(path.name for _, path, _ in winners)
        raise LinocutError(
            f"{place.folder}: which file holds the texts ({told})? — say it with --labels"
        )
    ((_, path, rows),) = winners
    return _matched(place, path, rows, resolve)


def names_images(path: Path) -> bool:
    """Tell from its first lines whether a file of text is an index of images."""
    if not is_index_name(path.name):
        return False
    try:
        lines = list(islice(lines_of(path), LOOKED_AT))
    except (LinocutError, OSError):
        return False
    named = [any(map(is_image_name, re.split(r'[\t,;"]| +', line[:LONGEST]))) for line in lines]
    return sum(named) >= LEAST_KNOWN * len(lines) > 0


def _matched(
    place: Place, path: Path, rows: Sequence[Row], resolve: Callable[[str], Path | None]
) -> Found:
    found = Found(f"in {path.name}")
    seen: dict[Path, str] = {}
    bad: set[Path] = set()
    for row in rows:
        file = resolve(row.key)
        if file is None:
            found.problems.append(
                Problem(
                    f"stands in {path.name}, but there is no such image", row.key, row.text or ""
                )
            )
        elif row.text is None:
            bad.add(file)
            found.problems.append(
                Problem(f"its line in {path.name} is not one name and one text", row.key,
                        f"line {row.line}")
            )  # fmt: skip
        elif file in seen and seen[file] != row.text:
            bad.add(file)
            found.problems.append(
                Problem(f"has two texts in {path.name}", row.key, f"{seen[file]} and {row.text}")
            )
        else:
            seen[file] = row.text
    for image in place.images:
        if image in bad:
            continue
        if image in seen:
            found.files.append(TextFile(image, seen[image]))
        else:
            name = name_below(image, place.folder)
            found.problems.append(Problem(f"has no text in {path.name}", name))
    return found


def read_rows(path: Path, knows: Callable[[str], bool]) -> list[Row]:
    """Read the rows of an index.

    Parameters
    ----------
    path : Path
        A table whose first line names its columns; or rows of a name and a text, either way
        round, with tabs, commas, semicolons or blanks between them, in which lines that begin with
        ``#`` are remarks.
    knows : callable
        Tells whether a cell names an image.
    """
    lines = [(n, line) for n, line in enumerate(lines_of(path), 1) if not line.startswith("#")]
    if not lines:
        return []
    columns = _named_columns(lines[0][1])
    if columns is not None and not any(map(knows, cells_of(lines[0][1], columns[0]))):
        return list(_of_columns(lines[1:], *columns))
    return _of_pairs(lines, knows)


def _named_columns(line: str) -> tuple[str, int, int, int] | None:
    """Return separator, column of names, column of texts and number of columns, from a header."""
    for separator in SEPARATORS:
        names = [cell.casefold() for cell in cells_of(line, separator)]
        text = next((names.index(name) for name in TEXT_NAMES if name in names), None)
        key = next(
            (names.index(n) for n in FILE_NAMES if n in names and names.index(n) != text), None
        )
        if key is not None and text is None and len(names) == 2:
            text = 1 - key
        if key is not None and text is not None:
            return separator, key, text, len(names)
    return None


def _of_columns(
    lines: Sequence[tuple[int, str]], separator: str, key: int, text: int, width: int
) -> Iterator[Row]:
    for number, line in lines:
        cells = cells_of(line, separator)
        if separator == BLANKS and len(cells) > width == text + 1:
            cells = [*cells[:text], " ".join(cells[text:])]
        whole = len(cells) == width
        name = cells[key] if key < len(cells) else ""
        yield Row(name, normalised_text(cells[text]) if whole else None, number)


def _of_pairs(lines: Sequence[tuple[int, str]], knows: Callable[[str], bool]) -> list[Row]:
    """Read rows without names of columns, by whichever separator finds most images."""
    best: tuple[int, list[Row]] = (0, [])
    for separator in SEPARATORS:
        pairs = [(number, _pair(line, separator)) for number, line in lines]
        for key, text in ((0, 1), (1, 0)):  # the name first, or the text
            rows = [Row(pair[key] or "", pair[text], number) for number, pair in pairs]
            known = sum(knows(row.key) for row in rows)
            if known > best[0]:
                best = known, rows
    return best[1]


def _pair(line: str, separator: str) -> tuple[str, str | None]:
    """Cut a line into two; None where there are more, and a text cannot hold the separator."""
    if separator == BLANKS:
        cells = line.split()
        if len(cells) > IAM_CELLS and cells[1] in IAM_STATES:
            return cells[0], normalised_text(cells[-1].replace("|", " "))
        first, _, rest = line.strip().partition(" ")
        return first, normalised_text(rest)
    cells = cells_of(line, separator)
    if len(cells) == 1:
        return cells[0], ""
    return cells[0], normalised_text(cells[1]) if len(cells) == 2 else None


def _resolver(place: Place) -> Callable[[str], Path | None]:
    """Return what finds an image by its path, its name or its name without the ending."""
    by_path = {image.relative_to(place.folder).as_posix(): image for image in place.images}
    by_name = _unique([(image.name, image) for image in place.images])
    by_stem = _unique([(image.stem, image) for image in place.images])

    def resolve(key: str) -> Path | None:
        path = key.strip().replace("\\", "/").removeprefix("./")
        name = path.rsplit("/", 1)[-1]
        return by_path.get(path) or by_name.get(name) or by_stem.get(name)

    return resolve


def _unique(pairs: Sequence[tuple[str, Path]]) -> dict[str, Path]:
    counts = Counter(name for name, _ in pairs)
    return {name: path for name, path in pairs if counts[name] == 1}
