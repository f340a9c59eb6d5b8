"""Ask the formats in turn which of them a path is."""

from __future__ import annotations

from pathlib import Path

from linocut.core import LinocutError
from linocut.data.decode import SUFFIXES
from linocut.data.formats import class_folders, idx, npz, table
from linocut.data.formats.arrays import Rows, dataset_of
from linocut.data.formats.labels import read_labels
from linocut.data.formats.protocol import Format, ReadOptions
from linocut.data.gzipped import first_bytes
from linocut.data.raw import RawDataset

FORMATS: tuple[Format, ...] = (idx, npz, table, class_folders)


def format_of(path: Path) -> Format | None:
    """Return the first format that recognises a path, None if none does."""
    return next((each for each in FORMATS if each.recognises(path)), None)


def read_path(path: Path, options: ReadOptions) -> RawDataset:
    """Read images and labels.

    Raises
    ------
    LinocutError
        If no format recognises the path, or the one that does cannot read it.
    """
    try:
        found = format_of(path)
        if found is None:
            raise _unknown(path)
        if options.labels is not None:
            return _with_labels(found, path, options.labels, options)
        return found.read(path, options)
    except PermissionError as error:
        raise LinocutError(f"{error.filename or path}: permission to read it is denied") from error


def _with_labels(form: Format, path: Path, labels_path: Path, options: ReadOptions) -> RawDataset:
    """Read images from one file and their labels from another."""
    shape = options.row_shape or (0, 0)
    arrays = list(form.images(path, shape))
    if len(arrays) != 1:
        told = ", ".join(name for name, _ in arrays)
        raise LinocutError(
            f"{path}: holds {len(arrays)} arrays of images ({told}) — one is wanted with --labels"
        )
    labels = read_labels(labels_path)
    ((where, images),) = arrays
    if len(labels.texts) != len(images):
        raise LinocutError(
            f"{labels_path}: holds {len(labels.texts):,} labels for the {len(images):,} images of "
            f"{path} — one for each is wanted, in the same order"
        )
    return dataset_of({"": Rows(images, labels.texts, where)}, path.name)


def _unknown(path: Path) -> LinocutError:
    if path.suffix.casefold() in SUFFIXES:
        return LinocutError(
            f"{path}: is one image — a folder with one sub-folder of images a class is wanted"
        )
    start = first_bytes(path)
    told = f"its first bytes are {start[:4]!r}" if start else "it is empty"
    return LinocutError(f"{path}: is neither IDX, NPZ nor CSV — {told}")
