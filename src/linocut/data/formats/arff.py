"""ARFF, the format of Weka and OpenML: attributes with names and kinds, then rows."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.data.formats.arrays import Rows, dataset_of, lone_images
from linocut.data.formats.keyed import LABEL_KEYS
from linocut.data.formats.parts import one_each, part_files
from linocut.data.formats.protocol import ReadOptions
from linocut.data.gzipped import open_bounded
from linocut.data.load_options import TableOptions
from linocut.data.raw import RawDataset


def recognises(path: Path) -> bool:
    """Tell whether a name says ARFF, or a folder holds such files."""
    return bool(part_files(path, _is_named)) if path.is_dir() else _is_named(path)


def read(path: Path, options: ReadOptions) -> RawDataset:
    """Read one file, or one a part; the class is the one attribute that is no number."""
    files = one_each(part_files(path, _is_named), path)
    parts = {part: _rows(file, options.table) for part, file in files.items()}
    return dataset_of(parts, path.name, shape=options.row_shape, colour=options.colour)


def images(path: Path, options: ReadOptions) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """Yield the images of one file; its class is passed over."""
    rows = _rows(path, options.table, labelled=False)
    yield str(path), lone_images(rows.images, str(path), options.row_shape, colour=options.colour)


def _is_named(path: Path) -> bool:
    name = path.name.casefold().removesuffix(".gz").removesuffix(".bz2")
    return name.endswith(".arff") and name[0] != "."


def _rows(path: Path, options: TableOptions, *, labelled: bool = True) -> Rows:
    table, kinds = _loaded(path)
    names = list(kinds)
    skipped = set(options.skip_columns)
    label = options.label_column or _class_of(path, names, kinds, labelled=labelled)
    for name in (*skipped, *([label] if label else [])):
        if name not in kinds:
            raise LinocutError(
                f"{path}: has no attribute {name!r} — it has {', '.join(names[:4])}, …"
            )
    pixels = [name for name in names if name != label and name not in skipped]
    words = [name for name in pixels if kinds[name] != "numeric"]
    if words or not pixels:
        told = f"attribute {words[0]!r} is no number" if words else "there are none"
        raise LinocutError(f"{path}: {told} — pixels are wanted, one an attribute")
    values = np.column_stack([table[name] for name in pixels]).astype(np.float32)
    labels: Any = table[label] if label else ["none"] * len(values)
    return Rows(values, labels, str(path))


def _loaded(path: Path) -> tuple[Any, dict[str, str]]:
    from scipy.io import arff  # loads on use

    try:
        with io.TextIOWrapper(open_bounded(path), encoding="utf-8") as file:
            table, meta = arff.loadarff(file)
        return np.atleast_1d(table), dict(zip(meta.names(), meta.types(), strict=True))
    except LinocutError:
        raise
    except Exception as error:  # SciPy's reader raises whatever its parsing ends in
        told = " ".join(str(error).split())[:160] or type(error).__name__
        raise LinocutError(f"{path}: is not ARFF that can be read ({told})") from error


def _class_of(path: Path, names: list[str], kinds: dict[str, str], *, labelled: bool) -> str | None:
    words = [name for name in names if kinds[name] != "numeric"]
    if len(words) == 1:
        return words[0]
    named = [name for name in (words or names) if name.casefold() in (*LABEL_KEYS, "class")]
    if len(named) == 1:
        return named[0]
    if not labelled:
        return None
    told = " and ".join(map(repr, (named or words)[:3])) or "none"
    raise LinocutError(
        f"{path}: which attribute is the label ({told}?) — say it with --label-column"
    )
