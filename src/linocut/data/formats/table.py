"""Tables with one image a row: a column of labels and one column a pixel (CSV and the like)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.core.colour import Shape
from linocut.core.part_names import part_of
from linocut.data.formats.arrays import Rows, are_stray, dataset_of, lone_images
from linocut.data.formats.class_folders import has_image_folders
from linocut.data.formats.protocol import ReadOptions
from linocut.data.formats.table_layout import Layout, layout_of
from linocut.data.formats.table_text import (
    BLANKS,
    cells_of,
    chunks,
    is_number,
    lines_of,
    numbers_of,
)
from linocut.data.raw import Progress, RawDataset

CHUNK = 1000  # rows parsed at once
ENDINGS = (".csv", ".tsv", ".txt", ".tra", ".tes", ".data")
LARGEST = 1 << 32  # pixels of a table

Parsed = tuple[NDArray[np.uint8 | np.float32], list[str]]  # pixels and labels


def is_table_name(path: Path) -> bool:
    """Tell whether a file's name says that it is a table."""
    name = path.name.casefold().removesuffix(".gz").removesuffix(".bz2")
    return name.endswith(ENDINGS) and not name.startswith(".")


def recognises(path: Path) -> bool:
    """Tell whether it is a table, or a folder that holds some and no folders of images."""
    if path.is_dir():
        return bool(_tables_in(path)) and not has_image_folders(path)
    return is_table_name(path)


def read(path: Path, options: ReadOptions) -> RawDataset:
    """Read a table, or those of a folder: one set, or one table a part.

    Raises
    ------
    LinocutError
        If there is no column of labels, the pixels make no image, or a cell is no grey value; the
        message names file, line and column.
    """
    notes: list[str] = []
    files = _parts_in(path) if path.is_dir() else {"": path}
    layouts = {part: _layout(file, part, options, notes) for part, file in files.items()}
    rows = {
        part: _read(files[part], layout, options.progress)
        for part, layout in layouts.items()
        if layout is not None
    }
    return dataset_of(
        rows,
        str(path),
        shape=next(iter(_shapes(layouts)), options.row_shape),
        notes=notes,
        colour=options.colour,
    )


def images(path: Path, options: ReadOptions) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """Yield the images of one table; a column of labels, if there is one, is passed over."""
    layout = layout_of(path, options.table, options.row_shape, labelled=False)
    yield (
        str(path),
        lone_images(
            _read(path, layout, None).images, str(path), layout.shape, colour=options.colour
        ),
    )


def _shapes(layouts: dict[str, Layout | None]) -> list[Shape]:
    return [layout.shape for layout in layouts.values() if layout is not None]


def _tables_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file() and is_table_name(path))


def _parts_in(folder: Path) -> dict[str, Path]:
    files = _tables_in(folder)
    if len(files) == 1:
        return {"": files[0]}
    parts: dict[str, Path] = {}
    loose = [path for path in files if not part_of(path.name)]
    named = [path for path in files if part_of(path.name)]
    for path in named:
        if parts.setdefault(part_of(path.name), path) != path:
            loose = files
    if "train" not in parts or (loose == files):
        told = ", ".join(path.name for path in files)
        raise LinocutError(
            f"{folder}: holds several tables ({told}) — give the path of one of them"
        )
    return parts


def _layout(path: Path, part: str, options: ReadOptions, notes: list[str]) -> Layout | None:
    """Return how a table is to be read, None if it is a test part without labels."""
    aside = part in {"test", "validation"}
    layout = layout_of(path, options.table, options.row_shape, labelled=not aside)
    if aside and layout.label is None:
        notes.append(f"{path.name} was left aside: it has no column of labels.")
        return None
    if layout.note:
        notes.append(layout.note)
    return layout


@dataclass(frozen=True)
class _Chunk:
    """Some lines and the number of the first, for messages."""

    lines: list[str]
    number: int


def _read(path: Path, layout: Layout, progress: Progress | None) -> Rows:
    lines = lines_of(path)
    number = 1
    if layout.has_header:
        next(lines)
        number = 2
    blocks: list[NDArray[np.uint8 | np.float32]] = []
    labels: list[str] = []
    for lines_read in chunks(lines, CHUNK):
        block, names = _parse(path, layout, _Chunk(lines_read, number))
        blocks.append(block)
        labels += names
        number += len(lines_read)
        if number * len(layout.pixels) > LARGEST:
            raise LinocutError(f"{path}: holds more than {LARGEST:,} pixels")
        if progress:
            progress(f"reading {path.name}", number, 0)
    if not blocks:
        raise LinocutError(f"{path}: holds a header but no images")
    pixels = np.concatenate(blocks)
    if pixels.dtype != np.uint8 and pixels.max() > 1:
        _check_mixture(pixels, path, layout)
    return Rows(pixels, labels, str(path))


def _check_mixture(pixels: NDArray[np.uint8 | np.float32], path: Path, layout: Layout) -> None:
    """Find the first of a few cells that are unlike the others, which are whole and up to 255."""
    odd = (pixels < 0) | (pixels != np.floor(pixels))
    if not odd.any() and are_stray(pixels):
        odd = pixels > 255
    if not odd.any():
        return
    row, k = divmod(int(odd.argmax()), len(layout.pixels))
    number = 1 + layout.has_header + row
    line = next(islice(lines_of(path), number - 1, None))
    column = layout.pixels[k]
    raise _wrong_pixel(path, number, column, cells_of(line, layout.separator)[column])


def _parse(path: Path, layout: Layout, chunk: _Chunk) -> Parsed:
    """Parse some lines at once; where that fails, go cell by cell."""
    values, labels = _parse_fast(layout, chunk.lines) or _parse_cells(path, layout, chunk)
    if "" in labels or not np.isfinite(values).all() or values.min() < -1:
        raise _find_fault(path, layout, chunk)
    if values.dtype == np.uint8:
        return values, labels
    whole = values.clip(0, 255).astype(np.uint8)
    return (whole if np.array_equal(whole, values) else values), labels


def _parse_fast(layout: Layout, lines: list[str]) -> Parsed | None:
    """Parse lines without quotes whose label, if any, stands at an end; None where it cannot."""
    separator, columns, label = layout.separator, layout.columns, layout.label
    if separator == BLANKS or label not in {None, 0, columns - 1} or any('"' in x for x in lines):
        return None
    if any(line.count(separator) != columns - 1 for line in lines):
        return None
    labels, texts = ["none"] * len(lines), lines
    if label == 0:
        cut = [line.partition(separator) for line in lines]
        labels, texts = [part[0] for part in cut], [part[2] for part in cut]
    elif label is not None:
        cut = [line.rpartition(separator) for line in lines]
        labels, texts = [part[2] for part in cut], [part[0] for part in cut]
    values = numbers_of(separator.join(texts).split(separator))
    left = [k for k in range(columns) if k != label]
    if values is None:
        return None
    values = values.reshape(len(lines), len(left))
    if len(left) != len(layout.pixels):
        values = values[:, [left.index(k) for k in layout.pixels]]
    return values, [text.strip() for text in labels]


def _parse_cells(path: Path, layout: Layout, chunk: _Chunk) -> Parsed:
    labels: list[str] = []
    pixels: list[str] = []
    for k, line in enumerate(chunk.lines):
        cells = cells_of(line, layout.separator)
        if len(cells) != layout.columns:
            raise LinocutError(
                f"{path}: line {chunk.number + k} has {len(cells):,} cells where the first line "
                f"has {layout.columns:,}"
            )
        labels.append("none" if layout.label is None else cells[layout.label])
        pixels += _picked(cells, layout)
    values = numbers_of(pixels)
    if values is None:
        raise _find_fault(path, layout, chunk)
    return values.reshape(len(chunk.lines), -1), labels


def _picked(cells: list[str], layout: Layout) -> list[str]:
    """Return the cells of the pixels; they mostly stand side by side."""
    first, last = layout.pixels[0], layout.pixels[-1]
    if last - first + 1 == len(layout.pixels):
        return cells[first : last + 1]
    return [cells[k] for k in layout.pixels]


def _find_fault(path: Path, layout: Layout, chunk: _Chunk) -> LinocutError:
    for k, line in enumerate(chunk.lines):
        cells = cells_of(line, layout.separator)
        if layout.label is not None and not cells[layout.label]:
            return LinocutError(
                f"{path}: line {chunk.number + k}, column {layout.label + 1}: the label is empty"
            )
        for column in layout.pixels:
            cell = cells[column]
            value = float(cell) if is_number(cell) else np.nan
            if not -1 <= value < np.inf:
                return _wrong_pixel(path, chunk.number + k, column, cell)
    return LinocutError(f"{path}: lines {chunk.number} and after cannot be read")


def _wrong_pixel(path: Path, line: int, column: int, cell: str) -> LinocutError:
    shown = cell if len(cell) <= 30 else cell[:29] + "…"
    return LinocutError(
        f"{path}: line {line}, column {column + 1}: pixel {shown!r} — whole numbers from 0 to 255 "
        "are wanted, or fractions from 0 to 1 throughout (then multiply by 255 what is larger)"
    )
