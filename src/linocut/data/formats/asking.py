"""Ask the formats in turn which of them a path is."""

from __future__ import annotations

import pickletools
from dataclasses import replace
from pathlib import Path

import numpy as np

from linocut.core import LinocutError
from linocut.data.dataset import ImagePart
from linocut.data.decode import is_image_name
from linocut.data.formats import (
    arff,
    class_folders,
    flat_folder,
    hdf5,
    idx,
    matlab,
    npz,
    parquet,
    svmlight,
    table,
)
from linocut.data.formats.arrays import Rows, dataset_of
from linocut.data.formats.labels import read_labels
from linocut.data.formats.nested import innermost
from linocut.data.formats.protocol import Format, ReadOptions
from linocut.data.formats.unpacking import is_packed_folder, unpacked
from linocut.data.gzipped import first_bytes
from linocut.data.load_options import TableOptions
from linocut.data.raw import RawDataset

CONTAINERS: tuple[Format, ...] = (idx, npz, parquet, hdf5, matlab, arff, svmlight, table)
FORMATS: tuple[Format, ...] = (flat_folder, *CONTAINERS, class_folders)
KNOWN = "IDX, NPZ, NPY, CSV, Parquet, HDF5, MATLAB, ARFF or svmlight"
PICKLES = (".pkl", ".pickle", ".p", ".pt", ".pth")


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
        if path.is_dir():
            inner = innermost(path, _holds_container)
            found = format_of(inner)
            if found is class_folders:  # these find their way themselves, and name files from here
                inner = path
        elif (found := format_of(path)) is None and is_packed_folder(path):
            return _read_packed(path, options)
        else:
            inner = path
        if found is None:
            raise _unknown(path)
        _check_options(found, path, options)
        if options.labels is not None and found is not flat_folder:
            return _with_labels(found, inner, options.labels, options)
        read = found.read(inner, options)
    except PermissionError as error:
        raise LinocutError(f"{error.filename or path}: permission to read it is denied") from error
    if inner == path:
        return read
    return replace(read, notes=(f"{inner.relative_to(path)}/ in {path} was read.", *read.notes))


def _check_options(found: Format, path: Path, options: ReadOptions) -> None:
    """Refuse options that the format would pass over without a word."""
    asked, none = options.table, TableOptions()
    useless = {
        "--label-column": asked.label_column is not None and found not in {table, parquet, arff},
        "--skip-columns": asked.skip_columns != none.skip_columns and found not in {table, arff},
        "--header": asked.header is not None and found is not table,
    }
    for option, is_useless in useless.items():
        if is_useless:
            raise LinocutError(f"{path}: has no columns that {option} could mean — leave it out")


def _holds_container(folder: Path) -> bool:
    return any(each.recognises(folder) for each in (flat_folder, *CONTAINERS))


def _read_packed(path: Path, options: ReadOptions) -> RawDataset:
    with unpacked(path) as folder:
        try:
            read = read_path(folder, options)
        except LinocutError as error:
            raise LinocutError(str(error).replace(str(folder), str(path))) from error
        # The files are gone soon, and a memory map needs its file.
        parts = [_in_memory(part) for part in (read.train, read.test) if part is not None]
    notes = tuple(note.replace(str(folder), str(path)) for note in read.notes)
    return replace(read, train=parts[0], test=parts[1] if len(parts) == 2 else None, notes=notes)


def _in_memory(part: ImagePart) -> ImagePart:
    return replace(part, images=np.array(part.images))


def _with_labels(form: Format, path: Path, labels_path: Path, options: ReadOptions) -> RawDataset:
    """Read images from one file and their labels from another."""
    labels = read_labels(labels_path)
    arrays = list(form.images(path, options))
    if len(arrays) != 1:
        told = ", ".join(name for name, _ in arrays)
        raise LinocutError(
            f"{path}: holds {len(arrays)} arrays of images ({told}) — one is wanted with --labels"
        )
    ((where, images),) = arrays
    if len(labels.texts) != len(images):
        raise LinocutError(
            f"{labels_path}: holds {len(labels.texts):,} labels for the {len(images):,} images of "
            f"{path} — one for each is wanted, in the same order"
        )
    rows = Rows(images, labels.texts, where)
    return dataset_of({"": rows}, path.name, colour=options.colour)


def _unknown(path: Path) -> LinocutError:
    if is_image_name(path.name):
        return LinocutError(
            f"{path}: is one image — a folder with one sub-folder of images a class is wanted"
        )
    start = first_bytes(path, 300)
    if _is_pickle(path, start):
        return LinocutError(
            f"{path}: is a pickle, which is never read, since unpickling may run any program — "
            "save images and labels with numpy.savez"
        )
    if start[257:262] == b"ustar":
        return LinocutError(f"{path}: is a tar archive — unpack it, and give the folder")
    told = f"its first bytes are {start[:4]!r}" if start else "it is empty"
    return LinocutError(f"{path}: is not {KNOWN} — {told}")


def _is_pickle(path: Path, start: bytes) -> bool:
    if path.name.casefold().removesuffix(".gz").endswith(PICKLES):
        return True
    try:  # the first instruction is enough: PROTO, with a version that exists
        opcode, version, _ = next(pickletools.genops(start))
    except (ValueError, StopIteration, IndexError):
        return False
    return opcode.name == "PROTO" and isinstance(version, int) and version <= 5
