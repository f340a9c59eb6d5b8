"""A folder of image files with one sub-folder a class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.core.blocks import available_cores
from linocut.data.dataset import ImagePart
from linocut.data.decode import SUFFIXES, decode
from linocut.data.intake import Intake
from linocut.data.raw import Progress, RawDataset, natural_key

PARTS = {"train": "train", "training": "train", "test": "test", "testing": "test"}
ASIDE = frozenset({"val", "valid", "validation"})
LISTED = 5  # bad files named in a message
CHUNK = 256


@dataclass(frozen=True)
class _File:
    path: Path
    label: str
    name: str  # below the dataset's folder


def read_folder(
    root: Path,
    *,
    intake: Intake,
    skip_bad: bool,
    progress: Progress | None,
) -> RawDataset:
    """Read a folder with one sub-folder a class, perhaps below ``train/`` and ``test/``.

    Parameters
    ----------
    root : Path
        The folder. Hidden files and files that are no images are left aside.
    intake : Intake
        Brings each image to the size wanted; a shape is needed where images differ in size.
    skip_bad : bool
        Whether to go on without images that cannot be read.
    progress : callable or None
        Told of the reading.

    Raises
    ------
    LinocutError
        If there are no classes or images, images cannot be read, or their sizes differ.
    """
    notes: list[str] = []
    folders = _sub_folders(root)
    parts = {PARTS[f.name.casefold()]: f for f in folders if f.name.casefold() in PARTS}
    if set(parts) == {"train", "test"}:
        aside = [f.name for f in folders if f.name.casefold() in ASIDE]
        if aside:
            notes.append(f"The folder {aside[0]}/ was ignored: linocut validates on train/.")
        files = [_files(parts["train"], root), _files(parts["test"], root)]
    elif parts:
        only = next(iter(parts.values()))
        inner = _sub_folders(only)
        files = [_files(only if inner and len(folders) == 1 else root, root)]
    else:
        files = [_files(root, root)]
    labels = sorted({file.label for part in files for file in part}, key=natural_key)
    everything = [file for part in files for file in part]
    images, bad = _decode_all(everything, intake, progress)
    if bad:
        if not skip_bad or len(bad) == len(everything):
            raise LinocutError(_tell_bad(bad, len(everything)))
        notes.append(f"Left out: {_tell_bad(bad, len(everything), advice=False)}.")
    stack = _stack(images, everything, root)
    kept = [file for file, image in zip(everything, images, strict=True) if image is not None]
    position = {label: k for k, label in enumerate(labels)}
    y = np.array([position[file.label] for file in kept], dtype=np.int64)
    names = [file.name for file in kept]
    first = {id(file) for file in files[0]}
    cut = sum(id(file) in first for file in kept)
    train = ImagePart(stack[:cut], y[:cut], names[:cut])
    test = ImagePart(stack[cut:], y[cut:], names[cut:]) if len(files) == 2 else None
    return RawDataset(train, test, tuple(labels), tuple(notes), sized=True, files=True)


def _sub_folders(folder: Path) -> list[Path]:
    folders = (path for path in folder.iterdir() if path.is_dir() and path.name[0] not in "._")
    return sorted(folders, key=lambda path: natural_key(path.name))


def _is_image(path: Path) -> bool:
    return path.suffix.casefold() in SUFFIXES and not path.name.startswith(".")


def _files(folder: Path, root: Path) -> list[_File]:
    classes = _sub_folders(folder)
    files = [
        _File(path, sub.name, path.relative_to(root).as_posix())
        for sub in classes
        for path in sorted(
            filter(_is_image, sub.rglob("*")), key=lambda path: natural_key(path.as_posix())
        )
    ]
    if files:
        return files
    if any(_is_image(path) for path in folder.iterdir()):
        raise LinocutError(
            f"{folder}: holds images, but no sub-folder for each class — put the images of each "
            "class into a folder with its name"
        )
    kinds = ", ".join(sorted(suffix[1:] for suffix in SUFFIXES))
    raise LinocutError(
        f"{folder}: holds no images — sub-folders are needed, one per class, with files of the "
        f"kinds {kinds}; or IDX, CSV or NPZ files"
    )


def _decode_all(
    files: Sequence[_File], intake: Intake, progress: Progress | None
) -> tuple[list[NDArray[np.uint8] | None], list[tuple[_File, str]]]:
    images: list[NDArray[np.uint8] | None] = []
    bad: list[tuple[_File, str]] = []

    def one(file: _File) -> NDArray[np.uint8] | str:
        try:
            return intake.sized(decode(file.path))
        except LinocutError as error:
            return str(error)

    with ThreadPoolExecutor(available_cores()) as pool:
        for start in range(0, len(files), CHUNK):
            chunk = files[start : start + CHUNK]
            for file, answer in zip(chunk, pool.map(one, chunk), strict=True):
                if isinstance(answer, str):
                    bad.append((file, answer))
                    images.append(None)
                else:
                    images.append(answer)
            if progress:
                progress("reading images", len(images), len(files))
    return images, bad


def _tell_bad(bad: list[tuple[_File, str]], total: int, *, advice: bool = True) -> str:
    listed = "; ".join(f"{file.name} ({reason})" for file, reason in bad[:LISTED])
    more = f"; and {len(bad) - LISTED:,} more" if len(bad) > LISTED else ""
    told = f"{len(bad):,} of {total:,} images cannot be read: {listed}{more}"
    return told + " — repair them, or leave them out with --skip-bad" if advice else told


def _stack(
    images: list[NDArray[np.uint8] | None], files: Sequence[_File], root: Path
) -> NDArray[np.uint8]:
    read = [image for image in images if image is not None]
    shapes = Counter(image.shape for image in read)
    if len(shapes) > 1:
        common = shapes.most_common(3)
        told = ", ".join(f"{h}×{w} ({count:,})" for (h, w), count in common)
        odd = next(
            file.name
            for file, image in zip(files, images, strict=True)
            if image is not None and image.shape != common[0][0]
        )
        more = f" and {len(shapes) - 3} more" if len(shapes) > 3 else ""
        raise LinocutError(
            f"{root}: images of {len(shapes)} sizes, height×width: {told}{more}; the first odd "
            f"one is {odd} — choose one size for all, e.g. --size 28"
        )
    return np.stack(read)
