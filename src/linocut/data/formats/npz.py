"""NPZ files of arrays: never unpickled, never larger than their headers say."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy_format
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.data.dataset import ImagePart
from linocut.data.decode import Size
from linocut.data.formats.protocol import ReadOptions
from linocut.data.gzipped import first_bytes
from linocut.data.raw import RawDataset, name_classes

IMAGE_KEYS = ("images", "x", "imgs", "data", "arr_0")
LABEL_KEYS = ("labels", "y", "label", "target", "arr_0")
LARGEST_RATIO = 1040  # deflate shrinks at most this far


@dataclass(frozen=True)
class _Arrays:
    """Where the four arrays of a set lie: file and key."""

    images: tuple[Path, str]
    labels: tuple[Path, str]


def recognises(path: Path) -> bool:
    """Tell whether it is an NPZ file, or a folder that holds some."""
    if path.is_dir():
        return any(file.suffix == ".npz" for file in path.iterdir() if file.is_file())
    return first_bytes(path) == b"PK\x03\x04"


def read(path: Path, options: ReadOptions) -> RawDataset:
    """Read the set that a folder or a file holds."""
    return read_npz_folder(path) if path.is_dir() else read_npz_file(path)


def images(path: Path, shape: Size) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """Yield every array of images in a file."""
    for key in _image_arrays(path):
        yield f"{path}:{key}", npz_images(path, key, [])


def read_npz_folder(folder: Path) -> RawDataset:
    """Read the one set that the NPZ files of a folder hold."""
    files = sorted(p for p in folder.glob("*.npz") if not p.name.startswith("."))
    if len(files) == 1:
        return read_npz_file(files[0])
    return _read_separate(files, folder)


def read_npz_file(path: Path) -> RawDataset:
    """Read one NPZ file, or the separate files that it is one of.

    Known layouts: ``images``/``labels`` (perhaps with ``class_names``); the same with a prefix
    ``train_``/``test_`` or a suffix ``_train``/``_test`` (``x_train``, ``y_train``, …); separate
    files with one array each, as Kuzushiji-MNIST and Kannada-MNIST come.
    """
    keys = npz_keys(path)
    if len(keys) == 1:
        beside = sorted(p for p in path.parent.glob("*.npz") if not p.name.startswith("."))
        return _read_separate(_family(path, beside), path)
    lowered = {key.casefold(): key for key in keys}
    train = _find(path, lowered, "train")
    test = _find(path, lowered, "test")
    whole = _find(path, lowered, "")
    if train is None:
        train, test = whole, None
    if train is None:
        raise LinocutError(
            f"{path}: holds {', '.join(sorted(keys))} — images and labels are needed, or "
            "x_train, y_train, x_test, y_test"
        )
    names = None
    if "class_names" in lowered:
        names = tuple(str(name) for name in _array(path, lowered["class_names"]))
    return _read(train, test, names)


def npz_keys(path: Path) -> list[str]:
    """Return the names of the arrays of an NPZ file, at least one."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.namelist()
    except (zipfile.BadZipFile, OSError) as error:
        raise LinocutError(f"{path}: is not an NPZ file ({error})") from error
    keys = [member.removesuffix(".npy") for member in members if member.endswith(".npy")]
    if not keys:
        raise LinocutError(f"{path}: holds no arrays")
    return keys


def _find(path: Path, keys: Mapping[str, str], part: str) -> _Arrays | None:
    def pick(stems: Iterable[str]) -> str | None:
        for stem in stems:
            forms = (f"{part}_{stem}", f"{stem}_{part}", f"{stem}{part}") if part else (stem,)
            for form in forms:
                if form in keys:
                    return keys[form]
        return None

    images, labels = pick(IMAGE_KEYS[:-1]), pick(LABEL_KEYS[:-1])
    if images is None or labels is None:
        return None
    return _Arrays((path, images), (path, labels))


def _family(path: Path, beside: list[Path]) -> list[Path]:
    """Return the files that differ from the given one only in what part they are."""

    def bare(name: str) -> str:
        for mark in ("train", "test", "images", "imgs", "labels"):
            name = name.replace(mark, "")
        return name.lstrip("xy_-")

    own = bare(path.name.casefold())
    return [other for other in beside if bare(other.name.casefold()) == own]


def _read_separate(files: list[Path], asked: Path) -> RawDataset:
    roles: dict[tuple[str, str], Path] = {}
    for path in files:
        name = path.name.casefold()
        part = "test" if "test" in name else "train"
        kind = "labels" if "label" in name or name.startswith("y") else "images"
        if (part, kind) in roles:
            told = ", ".join(p.name for p in files)
            raise LinocutError(f"{asked}: holds several sets ({told}) — give the path of one file")
        roles[part, kind] = path
    parts = []
    for part in ("train", "test"):
        images, labels = roles.get((part, "images")), roles.get((part, "labels"))
        if images is None and labels is None:
            continue
        if images is None or labels is None:
            given = images or labels
            missing = "labels" if labels is None else "images"
            raise LinocutError(f"{given}: its {missing} are missing beside it")
        parts.append(_Arrays((images, npz_keys(images)[0]), (labels, npz_keys(labels)[0])))
    if not parts:
        raise LinocutError(f"{asked}: holds no NPZ files of images and labels")
    return _read(parts[0], parts[1] if len(parts) == 2 else None, None)


def _read(train: _Arrays, test: _Arrays | None, names: tuple[str, ...] | None) -> RawDataset:
    notes: list[str] = []
    read = []
    for part in (train, test):
        if part is None:
            continue
        images = npz_images(*part.images, notes)
        labels = _array(*part.labels)
        labels = labels.reshape(-1) if labels.ndim == 2 and 1 in labels.shape else labels
        if labels.ndim != 1 or len(labels) != len(images):
            raise LinocutError(
                f"{part.labels[0]}: {part.labels[1]} has shape {labels.shape} for "
                f"{len(images):,} images — one label for each image is wanted"
            )
        read.append((images, labels))
    label_names, positions = name_classes(*(labels for _, labels in read))
    if names is not None:
        numbers = [int(name) for name in label_names if name.lstrip("-").isdecimal()]
        if len(numbers) != len(label_names) or not all(0 <= k < len(names) for k in numbers):
            raise LinocutError(
                f"{train.labels[0]}: labels {', '.join(label_names[:5])}… do not point into the "
                f"{len(names)} class_names — labels from 0 to {len(names) - 1} are wanted"
            )
        label_names = tuple(names[k] for k in numbers)
    parts = [ImagePart(images, y) for (images, _), y in zip(read, positions, strict=True)]
    return RawDataset(parts[0], parts[1] if len(parts) == 2 else None, label_names, tuple(notes))


def _array(path: Path, key: str) -> NDArray[Any]:
    """Read one array after checking that its header promises what the zip holds, and no more."""
    try:
        with zipfile.ZipFile(path) as archive:
            info = archive.getinfo(f"{key}.npy")
            with archive.open(info) as member:
                version = npy_format.read_magic(member)
                read_header = (
                    npy_format.read_array_header_1_0
                    if version == (1, 0)
                    else npy_format.read_array_header_2_0
                )
                shape, _, dtype = read_header(member)
                promised = int(np.prod([int(n) for n in shape], dtype=object)) * dtype.itemsize
                start = member.tell()
            if dtype.hasobject:
                raise LinocutError(
                    f"{path}: {key} holds Python objects, which are never unpickled — save it as "
                    "an array of numbers or strings"
                )
            if promised + start != info.file_size:
                raise LinocutError(
                    f"{path}: the header of {key} promises {promised:,} bytes, the file holds "
                    f"{info.file_size - start:,}"
                )
            if info.file_size > LARGEST_RATIO * max(info.compress_size, 1):
                raise LinocutError(f"{path}: {key} is a decompression bomb")
            with archive.open(info) as member:
                return np.asarray(npy_format.read_array(member, allow_pickle=False))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise LinocutError(f"{path}: {key} cannot be read ({error})") from error
    except ValueError as error:
        if isinstance(error, LinocutError):
            raise
        raise LinocutError(f"{path}: {key} is not a NumPy array ({error})") from error


def npz_images(path: Path, key: str, notes: list[str]) -> NDArray[np.uint8]:
    """Return one array as images (n, h, w) of bytes; what was done to them joins the notes."""
    images = _array(path, key)
    if images.ndim == 4 and images.shape[-1] in {3, 4}:
        grey = images[..., :3].astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)
        images = np.round(grey).astype(images.dtype) if images.dtype.kind in "ui" else grey
        notes.append("Colour images were made grey by their luminance.")
    if images.ndim == 4 and 1 in {images.shape[1], images.shape[-1]}:
        images = images[..., 0] if images.shape[-1] == 1 else images[:, 0]
    if images.ndim == 2 and np.sqrt(images.shape[1]).is_integer():
        side = int(np.sqrt(images.shape[1]))
        images = images.reshape(-1, side, side)
    if images.ndim != 3:
        raise LinocutError(
            f"{path}: {key} has shape {images.shape} — images of shape (n, h, w) are wanted"
        )
    if images.dtype == np.uint8 or images.size == 0:
        return images.astype(np.uint8, copy=False)
    if images.dtype == np.bool_:
        return images.astype(np.uint8) * np.uint8(255)
    if images.dtype.kind not in "iuf" or not np.isfinite(images).all():
        raise LinocutError(f"{path}: {key} ({images.dtype}) — finite numbers are wanted")
    low, high = float(images.min()), float(images.max())
    if low < 0 or high > 255:
        raise LinocutError(
            f"{path}: {key} has pixels from {low:g} to {high:g} — 0 to 255 are wanted"
        )
    if images.dtype.kind == "f" and high <= 1:
        notes.append(f"Pixels of {key} from 0 to 1 were multiplied by 255 and rounded.")
        return np.round(images * 255).astype(np.uint8)
    whole = images.astype(np.uint8)
    if not np.array_equal(whole, images):
        raise LinocutError(
            f"{path}: {key} has fractions of pixels — whole numbers 0 to 255, or 0 to 1"
        )
    return whole


def _image_arrays(path: Path) -> list[str]:
    keys = npz_keys(path)
    if len(keys) == 1:
        return keys
    stems = IMAGE_KEYS[:-1]
    named = [key for key in keys if any(stem in key.casefold().split("_") for stem in stems)]
    if not named:
        raise LinocutError(
            f"{path}: holds {', '.join(sorted(keys))} — an array of images is needed, named "
            f"{', '.join(stems)} or with _train or _test after it"
        )
    return named
