"""Load a dataset of the catalogue: from $LINOCUT_DATA, from the cache, or by download."""

from __future__ import annotations

import hashlib
import os
import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError, LinocutWarning
from linocut.core.caching import cache_folder
from linocut.data.dataset import ImagePart
from linocut.data.entries import Entry, RemoteFile, local_name
from linocut.data.formats.idx_file import read_idx
from linocut.data.raw import Progress, RawDataset

PARTS = ("train", "test")
# Names under which users keep IDX files, whatever the origin calls them.
USUAL = {
    "train_images": "train-images-idx3-ubyte",
    "train_labels": "train-labels-idx1-ubyte",
    "test_images": "t10k-images-idx3-ubyte",
    "test_labels": "t10k-labels-idx1-ubyte",
}


def load_named(entry: Entry, progress: Progress | None = None) -> RawDataset:
    """Load a dataset of the catalogue.

    Raises
    ------
    LinocutError
        If files are broken, or cannot be had.

    Warns
    -----
    LinocutWarning
        If no hash is known for a file, or a file of one's own differs from the published one.
    """
    if entry.format == "embedded":
        return _digits(entry)
    files = _local_files(entry) or _downloaded_files(entry, progress)
    if entry.format == "svmlight":
        return _svmlight(entry, files)
    return _idx(entry, files)


def where(entry: Entry) -> str:
    """Tell where an entry's files are now: "embedded", a folder, or "not here"."""
    if entry.format == "embedded":
        return "embedded"
    for folder, files in ((_own_folder(entry), _local_files(entry)), (_cached(entry), None)):
        if files or (
            folder and all((folder / local_name(f)).exists() for f in entry.files.values())
        ):
            return str(folder)
    return "not here"


def fetch_named(entry: Entry, progress: Progress | None = None) -> Path | None:
    """Download an entry into the cache, if it is nowhere yet; return its folder."""
    if entry.format == "embedded":
        return None
    if _local_files(entry):
        return _own_folder(entry)
    from linocut.data.download import fetch  # what speaks HTTP loads on use

    fetch(entry, _cached(entry), progress)
    return _cached(entry)


def _own_folder(entry: Entry) -> Path | None:
    root = os.environ.get("LINOCUT_DATA")
    return Path(root) / entry.name if root else None


def _cached(entry: Entry) -> Path:
    return cache_folder() / entry.name


def _local_files(entry: Entry) -> dict[str, Path] | None:
    """Return the files below $LINOCUT_DATA/NAME, None if the folder is not there."""
    folder = _own_folder(entry)
    if folder is None or not folder.is_dir():
        return None
    paths: dict[str, Path] = {}
    for key, file in entry.files.items():
        names = [local_name(file)]
        if key in USUAL:
            names += [USUAL[key] + ".gz", USUAL[key], USUAL[key].replace("-idx", ".idx")]
        names += [name.removesuffix(".gz") for name in names]
        there = [folder / name for name in names if (folder / name).exists()]
        if not there:
            raise LinocutError(
                f"{folder}: {names[0]} is missing there — add it, or remove the folder so that "
                "linocut downloads the set"
            )
        paths[key] = there[0]
    return paths


def _downloaded_files(entry: Entry, progress: Progress | None) -> dict[str, Path]:
    from linocut.data.download import fetch  # what speaks HTTP loads on use

    fetch(entry, _cached(entry), progress)
    return {key: _cached(entry) / local_name(file) for key, file in entry.files.items()}


def _idx(entry: Entry, files: dict[str, Path]) -> RawDataset:
    unknown = [local_name(file) for file in entry.files.values() if not file.sha256]
    if unknown:
        _warn_unknown(entry, unknown)
    parts = []
    for part in PARTS:
        images = read_idx(files[f"{part}_images"], 3)
        labels = read_idx(files[f"{part}_labels"], 1)
        _check_hash(entry.files[f"{part}_images"], files[f"{part}_images"], images)
        _check_hash(entry.files[f"{part}_labels"], files[f"{part}_labels"], labels)
        if len(images) != len(labels):
            raise LinocutError(
                f"{files[f'{part}_images']}: {len(images):,} images but {len(labels):,} labels"
            )
        if entry.transposed:
            images = np.ascontiguousarray(images.transpose(0, 2, 1))
        parts.append(ImagePart(images, _positions(entry, labels)))
    return RawDataset(parts[0], parts[1], entry.class_names)


def _svmlight(entry: Entry, files: dict[str, Path]) -> RawDataset:
    _warn_unknown(entry, [path.name for path in files.values()])
    from sklearn.datasets import load_svmlight_file  # loads much

    parts = []
    for part in PARTS:
        try:
            rows, labels = load_svmlight_file(str(files[part]), n_features=256)
        except (OSError, EOFError, ValueError) as error:
            raise LinocutError(f"{files[part]}: cannot be read ({error})") from error
        # Grey values run from −1 (paper) to 1 (full ink).
        images = np.round((rows.toarray() + 1) * 127.5).clip(0, 255).astype(np.uint8)
        parts.append(ImagePart(images.reshape(-1, 16, 16), _positions(entry, labels)))
    return RawDataset(parts[0], parts[1], entry.class_names)


def _digits(entry: Entry) -> RawDataset:
    from sklearn.datasets import load_digits  # loads much

    pixels, labels = load_digits(return_X_y=True)
    # 0 to 16 dots of a 4×4 cell; 16 is full ink.
    images = np.round(pixels * (255 / 16)).astype(np.uint8).reshape(-1, 8, 8)
    return RawDataset(ImagePart(images, labels.astype(np.int64)), None, entry.class_names)


def _positions(entry: Entry, labels: NDArray[np.generic]) -> NDArray[np.int64]:
    positions = labels.astype(np.int64) - entry.first_label
    if len(positions) and (positions.min() < 0 or positions.max() >= len(entry.class_names)):
        raise LinocutError(
            f"{entry.name}: a label outside {entry.first_label} to "
            f"{entry.first_label + len(entry.class_names) - 1} — these are other files"
        )
    return positions


def _check_hash(file: RemoteFile, path: Path, array: NDArray[np.uint8]) -> None:
    if not file.sha256:
        return
    digest = hashlib.sha256(bytes([0, 0, 8, array.ndim]))
    digest.update(np.array(array.shape, dtype=">u4").tobytes())
    digest.update(np.ascontiguousarray(array).data)
    if digest.hexdigest() != file.sha256:
        warnings.warn(
            f"{path}: its content is not the published one (SHA-256 {digest.hexdigest()[:12]}… "
            f"where {file.sha256[:12]}… is known)",
            LinocutWarning,
            stacklevel=2,
        )


def _warn_unknown(entry: Entry, names: list[str]) -> None:
    warnings.warn(
        f"{entry.name}: no hash is known for {', '.join(names)}, so the content is unchecked",
        LinocutWarning,
        stacklevel=2,
    )
