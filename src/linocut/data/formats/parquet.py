"""Parquet as on dataset hubs: a column of encoded images and a column of labels."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.data.decode import decode
from linocut.data.formats.arrays import Rows, dataset_of
from linocut.data.formats.keyed import IMAGE_KEYS, LABEL_KEYS
from linocut.data.formats.parts import part_files
from linocut.data.formats.protocol import ReadOptions
from linocut.data.raw import RawDataset

AT_ONCE = 256  # rows that are unpacked together
MOST_ROWS = 20_000_000


@dataclass(frozen=True)
class _Columns:
    """Which column holds what."""

    image: str
    label: str | None
    class_names: tuple[str, ...] | None


def recognises(path: Path) -> bool:
    """Tell whether it is a Parquet file, or a folder of its shards."""
    return bool(part_files(path, _is_parquet)) if path.is_dir() else _is_parquet(path)


def read(path: Path, options: ReadOptions) -> RawDataset:
    """Read one file, or the shards ``train-…`` and ``test-…`` of a folder."""
    bad: list[str] = []
    parts = {}
    colour = options.colour is not False  # where nothing is said, all of them together decide
    names: tuple[str, ...] | None = None
    for part, files in part_files(path, _is_parquet).items():
        images: list[NDArray[np.uint8]] = []
        labels: list[str] = []
        for file in files:
            table = _opened(file)
            columns = _columns(table, file, options.table.label_column)
            if columns.label is None:
                raise LinocutError(f"{file}: has no column of labels, only {columns.image!r}")
            names = names or columns.class_names
            for image, label, where in _rows(table, columns, file):
                try:
                    images.append(options.intake.sized(_pixels(image, colour=colour)))
                except LinocutError as error:
                    if not options.skip_bad:
                        raise LinocutError(
                            f"{where}: {error} — leave such images out with --skip-bad"
                        ) from error
                    bad.append(f"{where} ({error})")
                    continue
                labels.append(_text(label, where))
                if options.progress and len(images) % 1000 == 0:
                    options.progress("reading images", len(images), 0)
        parts[part] = Rows(_stacked(images, path), labels, str(path))
    notes = (
        [f"Left out: {len(bad):,} images that cannot be read: {'; '.join(bad[:5])}."] if bad else []
    )
    made = dataset_of(parts, path.name, class_names=names, notes=notes, colour=options.colour)
    return RawDataset(made.train, made.test, made.class_names, made.notes, sized=True)


def images(path: Path, options: ReadOptions) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """Yield the images of one file together; they must be of one size."""
    table = _opened(path)
    columns = _columns(table, path, None)
    read_ones = []
    for image, _, where in _rows(table, _Columns(columns.image, None, None), path):
        try:
            read_ones.append(_pixels(image, colour=options.colour is not False))
        except LinocutError as error:
            raise LinocutError(f"{where}: {error}") from error
    yield str(path), _stacked(read_ones, path)


def _is_parquet(path: Path) -> bool:
    return path.suffix.casefold() in {".parquet", ".pq"}


def _opened(path: Path) -> Any:
    try:
        from pyarrow import parquet
    except ImportError as error:
        raise LinocutError(
            f"{path}: Parquet is read by pyarrow — install it: pip install 'linocut[parquet]'"
        ) from error
    try:
        table = parquet.ParquetFile(path)
    except Exception as error:  # pyarrow has many kinds of its own
        raise LinocutError(f"{path}: is not Parquet that can be read ({_told(error)})") from error
    if not 0 <= table.metadata.num_rows <= MOST_ROWS:
        raise LinocutError(f"{path}: promises {table.metadata.num_rows:,} rows")
    return table


def _columns(table: Any, path: Path, asked: str | None) -> _Columns:
    fields = {field.name: str(field.type) for field in table.schema_arrow}
    image = _image_column(fields, path)
    described = _class_labels(table.schema_arrow.metadata or {})
    if asked is not None:
        if asked not in fields:
            raise LinocutError(f"{path}: --label-column {asked!r} — one of {', '.join(fields)}")
        return _Columns(image, asked, described.get(asked))
    likely = [name for name in described if name in fields] or [
        name for name in fields if name.casefold() in LABEL_KEYS
    ]
    if not likely:
        likely = [n for n, kind in fields.items() if n != image and kind in {"int64", "string"}]
    if len(likely) > 1:
        raise LinocutError(
            f"{path}: columns {' and '.join(map(repr, likely))} may both hold the label — say "
            "which with --label-column"
        )
    label = likely[0] if likely else None
    return _Columns(image, label, described.get(label or ""))


def _image_column(fields: dict[str, str], path: Path) -> str:
    likely = [n for n, kind in fields.items() if "bytes: binary" in kind or kind == "binary"]
    likely = likely or [n for n, kind in fields.items() if "list<" in kind]
    named = [name for name in likely if name.casefold() in (*IMAGE_KEYS, "img", "png")]
    if len(named or likely) != 1:
        told = ", ".join(f"{name} ({kind[:30]})" for name, kind in list(fields.items())[:6])
        raise LinocutError(
            f"{path}: holds the columns {told} — one column of images (encoded bytes, or lists of "
            "pixels) is wanted"
        )
    return (named or likely)[0]


def _class_labels(metadata: dict[bytes, bytes]) -> dict[str, tuple[str, ...] | None]:
    """Return the columns that the schema describes as labels, with the names of their classes."""
    try:
        features = json.loads(metadata.get(b"huggingface", b"{}"))["info"]["features"]
        return {
            str(name): tuple(map(str, feature["names"])) if "names" in feature else None
            for name, feature in features.items()
            if isinstance(feature, dict) and feature.get("_type") == "ClassLabel"
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}  # metadata are a courtesy


def _rows(table: Any, columns: _Columns, path: Path) -> Iterator[tuple[Any, Any, str]]:
    wanted = [columns.image] + ([columns.label] if columns.label else [])
    row = 0
    try:
        for batch in table.iter_batches(AT_ONCE, columns=wanted, use_threads=False):
            pixels = batch.column(columns.image).to_pylist()
            labels = batch.column(columns.label).to_pylist() if columns.label else [0] * len(pixels)
            for image, label in zip(pixels, labels, strict=True):
                yield image, label, f"{path}: row {row}"
                row += 1
    except LinocutError:
        raise
    except Exception as error:  # as above
        raise LinocutError(
            f"{path}: row {row} and after cannot be read ({_told(error)})"
        ) from error


def _pixels(cell: Any, *, colour: bool) -> NDArray[np.uint8]:
    if isinstance(cell, dict):
        if cell.get("bytes") is None:
            raise LinocutError(
                f"holds the path of an image ({str(cell.get('path'))[:60]!r}), not the image"
            )
        cell = cell["bytes"]
    if isinstance(cell, bytes):
        return decode(cell, colour=colour)
    try:
        array = np.array(cell, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise LinocutError("is neither an encoded image nor rows of pixels") from error
    if array.ndim not in {2, 3} or not ((array >= 0) & (array <= 255) & (array % 1 == 0)).all():
        raise LinocutError("is no list of rows of pixels, whole numbers from 0 to 255")
    return decode(array.astype(np.uint8), colour=colour)


def _text(label: Any, where: str) -> str:
    if label is None or isinstance(label, (list, dict)):
        raise LinocutError(f"{where}: label {str(label)[:40]} — a number or a name is wanted")
    return str(label)


def _stacked(images: list[NDArray[np.uint8]], path: Path) -> NDArray[np.uint8]:
    if not images:
        return np.empty((0, 1, 1), np.uint8)
    sizes = sorted({image.shape[:2] for image in images})
    if len(sizes) > 1:
        told = ", ".join(f"{h}×{w}" for h, w in sizes[:3])
        raise LinocutError(
            f"{path}: images of {len(sizes)} sizes, height×width: {told} — choose one size for "
            "all, e.g. --size 28"
        )
    return np.stack(images)


def _told(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
