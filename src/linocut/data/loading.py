"""The one door for images: a name or a path in, an `ImageDataset` out."""

from __future__ import annotations

import difflib
import gzip
import os
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np

from linocut.core import LinocutError
from linocut.data.dataset import ImageDataset, ImagePart
from linocut.data.decode import SUFFIXES, resize
from linocut.data.entries import catalogue
from linocut.data.folder import read_folder
from linocut.data.found import Form, Found, Progress, Size
from linocut.data.gzipped import open_unzipped
from linocut.data.idx_folder import is_idx_name, read_idx_file, read_idx_folder
from linocut.data.named import load_named
from linocut.data.npz import read_npz_file, read_npz_folder
from linocut.data.split import check_split, split_rows
from linocut.data.table import is_table_name, read_table_folder, read_tables

LARGEST_IMAGE = 128 * 128  # pixels; a Gram matrix of more takes gigabytes


def load_dataset(
    source: str | Path = "digits",
    *,
    size: Size | None = None,
    test_size: float = 0.2,
    seed: int = 42,
    split: str | None = None,
    skip_bad: bool = False,
    form: Form | None = None,
    progress: Progress | None = None,
) -> ImageDataset:
    """Load labelled images.

    Parameters
    ----------
    source : str or Path
        A name of the catalogue, or a path: a folder with one sub-folder a class (perhaps below
        ``train/`` and ``test/``), IDX files, CSV or NPZ.
    size : (int, int), optional
        Height and width in pixels to resize to.
    test_size : float
        Share of each class kept for the test, where the set has no test part.
    seed : int
        Seed of that split.
    split : {"stratified", "ordered"}, optional
        How that split is made; see `split_rows`.
    skip_bad : bool
        Leave out image files that cannot be read, instead of stopping.
    form : callable, optional
        Brings one picture, a uint8 array of shape (h, w) as it is in its file, into the form that
        all images are to have, such as `linocut.features.SizeNormalise.one`; not with ``size``.
    progress : callable, optional
        Called with what is being done (str), how much is done and how much there is (int, 0 if
        not known).

    Returns
    -------
    ImageDataset

    Raises
    ------
    LinocutError
        If there is no such set, or something is wrong with it; the message names the file.

    Examples
    --------
    >>> digits = load_dataset("digits")
    >>> len(digits.train), len(digits.test)
    (1438, 359)
    """
    if split is not None:
        check_split(split)
    if form is not None and size is not None:
        raise LinocutError("a form sets the size itself — leave the size out")
    entry = catalogue().get(str(source)) if isinstance(source, str) else None
    if entry is not None:
        found, name = load_named(entry, progress), entry.name
    else:
        path = _find_path(source)
        name = path.resolve().name.split(".")[0] or str(path)
        found = _read_path(path, size=size, skip_bad=skip_bad, form=form, progress=progress)
    if form is not None and not found.formed:
        found = _each(found, form, "bringing images into form", progress)
    if size is not None:
        found = _resized(found, size, progress)
    _check_images(found, name)
    dataset = _cut(found, name, test_size=test_size, seed=seed, split=split)
    _check_classes(dataset)
    if entry is None:
        return replace(dataset, source=str(source))
    return replace(dataset, source=entry.origin, licence=entry.licence, citation=entry.citation)


def _find_path(source: str | Path) -> Path:
    path = Path(source).expanduser()
    if path.exists():
        return path
    root = os.environ.get("LINOCUT_DATA")
    if root and str(source) and (Path(root) / source).exists():
        return Path(root) / source
    known = list(catalogue())
    close = difflib.get_close_matches(str(source), known, n=1)
    hint = f"did you mean {close[0]}? " if close else ""
    raise LinocutError(
        f"{str(source)!r} is no known dataset and no such path exists — {hint}known: "
        f"{', '.join(known)}"
    )


def _read_path(
    path: Path,
    *,
    size: Size | None,
    skip_bad: bool,
    form: Form | None,
    progress: Progress | None,
) -> Found:
    try:
        if path.is_dir():
            files = [file for file in path.iterdir() if file.is_file()]
            if any(is_idx_name(file) for file in files):
                return read_idx_folder(path)
            if any(file.suffix == ".npz" for file in files):
                return read_npz_folder(path)
            if any(is_table_name(file) for file in files) and not _has_image_folders(path):
                return read_table_folder(path, size=size, progress=progress)
            return read_folder(path, size=size, skip_bad=skip_bad, progress=progress, form=form)
        return _read_file(path, size=size, progress=progress)
    except PermissionError as error:
        raise LinocutError(f"{error.filename or path}: may not be read") from error


def _has_image_folders(path: Path) -> bool:
    return any(
        file.suffix.casefold() in SUFFIXES
        for folder in path.iterdir()
        if folder.is_dir() and not folder.name.startswith(".")
        for file in folder.rglob("*")
    )


def _read_file(path: Path, *, size: Size | None, progress: Progress | None) -> Found:
    if path.suffix.casefold() in SUFFIXES:
        raise LinocutError(
            f"{path}: is one image — a folder with one sub-folder of images a class is wanted"
        )
    start = _first_bytes(path)
    if start[:4] == b"PK\x03\x04":
        return read_npz_file(path)
    if start[:3] == b"\x00\x00\x08" or is_idx_name(path) or "idx1" in path.name:
        return read_idx_file(path)
    if is_table_name(path):
        return read_tables(path, None, size=size, progress=progress)
    told = f"its first bytes are {start[:4]!r}" if start else "it is empty"
    raise LinocutError(f"{path}: is neither IDX, NPZ nor CSV — {told}")


def _first_bytes(path: Path) -> bytes:
    try:
        with open_unzipped(path) as stream:
            return stream.read(4)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        with path.open("rb") as file:
            return file.read(4)


def _each(found: Found, form: Form, doing: str, progress: Progress | None) -> Found:
    def part(images: ImagePart) -> ImagePart:
        made = []
        for k, image in enumerate(images.images):
            made.append(form(np.ascontiguousarray(image)))
            if progress and k % 1000 == 0:
                progress(doing, k, len(images))
        return replace(images, images=np.stack(made)) if made else images

    test = part(found.test) if found.test else None
    return replace(found, train=part(found.train), test=test)


def _resized(found: Found, size: Size, progress: Progress | None) -> Found:
    if found.train.images.shape[1:] == size:
        return found
    height, width = found.train.images.shape[1:]
    note = f"Images of {height}×{width} pixels were resized to {size[0]}×{size[1]}."
    small = _each(found, lambda image: resize(image, size), "resizing images", progress)
    return replace(small, notes=(*found.notes, note))


def _check_images(found: Found, name: str) -> None:
    if len(found.train) == 0:
        raise LinocutError(f"{name}: holds no images")
    height, width = found.train.images.shape[1:]
    if height * width == 0:
        raise LinocutError(f"{name}: its images are {height}×{width} pixels")
    if height * width > LARGEST_IMAGE:
        raise LinocutError(
            f"{name}: images of {height}×{width} pixels — linocut is for small images; give "
            "--size 28, or up to 128"
        )


def _cut(
    found: Found, name: str, *, test_size: float, seed: int, split: str | None
) -> ImageDataset:
    if found.test is not None:
        if split is not None:
            raise LinocutError(
                f"{name}: has a test part of its own, which is kept — leave out --split {split}"
            )
        return ImageDataset(
            name, found.class_names, found.train, found.test, split="given", notes=found.notes
        )
    whole = found.train
    counts = whole.counts(len(found.class_names))
    for label, count in zip(found.class_names, counts, strict=True):
        if count == 1:
            raise LinocutError(
                f"{name}: class {label!r} has a single image — at least two are needed, one to "
                "learn from and one to test on"
            )
    kind = split or "stratified"
    train, test = split_rows(whole.labels, test_size=test_size, seed=seed, split=kind)
    kept = {
        "stratified": f"{test_size:.0%} of each class, drawn with seed {seed}, are the test part.",
        "ordered": f"The last {test_size:.0%} of the rows of each class are the test part.",
    }
    return ImageDataset(
        name,
        found.class_names,
        whole.take(train),
        whole.take(test),
        split=kind,
        notes=(*found.notes, kept[kind]),
    )


def _check_classes(dataset: ImageDataset) -> None:
    if dataset.n_classes < 2:
        raise LinocutError(
            f"{dataset.name}: holds one class ({', '.join(dataset.class_names)}) — at least two "
            "are needed"
        )
    if len(dataset.test) == 0:
        raise LinocutError(f"{dataset.name}: its test part holds no images")
    counts = dataset.train.counts(dataset.n_classes)
    for label, count in zip(dataset.class_names, counts, strict=True):
        if count == 0:
            raise LinocutError(
                f"{dataset.name}: class {label!r} has no image in the training part — it cannot "
                "be learned"
            )
