"""A flat folder of image files: labels in a table by file name, or in the names themselves."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.core.threads import map_in_order
from linocut.data.dataset import ImagePart
from linocut.data.decode import decode, is_image_name
from linocut.data.folder import with_colour
from linocut.data.formats.labels import Labels, read_labels
from linocut.data.formats.protocol import ReadOptions
from linocut.data.formats.table import is_table_name
from linocut.data.names import printed
from linocut.data.raw import RawDataset, name_classes, natural_key

IMAGE_FOLDERS = ("images", "image", "imgs", "img", "png")
LISTED = 5  # files named in a message
MOST_SHARED = 0.5  # classes for each image above which labels are no classes


def recognises(path: Path) -> bool:
    """Tell whether image files lie in a folder itself, or in ``images/`` beside a table."""
    return path.is_dir() and _image_folder(path) is not None


def read(path: Path, options: ReadOptions) -> RawDataset:
    """Read the images, and the labels from a table beside them or from their names."""
    folder = _image_folder(path) or path
    files = _images_in(folder)
    table = options.labels or _table_of(path, folder)
    notes: list[str] = []
    if table is not None:
        files, labels = _labelled(files, read_labels(table), table, notes)
    else:
        labels = _labels_in_names(files, folder, notes)
    _check_classes(labels, table or folder)
    intake, told = with_colour(options.intake, options.colour, files)
    notes += told
    images = _decoded(files, replace(options, intake=intake), notes)
    kept = [k for k, image in enumerate(images) if image is not None]
    shown = [image for image in images if image is not None]
    sizes = Counter(image.shape[:2] for image in shown)
    if len(sizes) > 1:
        some = ", ".join(f"{h}×{w} ({count:,})" for (h, w), count in sizes.most_common(3))
        raise LinocutError(
            f"{folder}: images of {len(sizes)} sizes, height×width: {some} — choose one size for "
            "all, e.g. --size 28"
        )
    names, (positions,) = name_classes([labels[k] for k in kept])
    part = ImagePart(np.stack(shown), positions, [printed(files[k].name) for k in kept])
    return RawDataset(part, None, names, tuple(notes), sized=True)


def images(path: Path, options: ReadOptions) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """Refuse: image files are decoded one by one, by whoever wants them."""
    del options
    raise LinocutError(f"{path}: is a folder of image files, not one array of images")


def _image_folder(path: Path) -> Path | None:
    """Return the folder that holds the images, None if this is not a flat folder."""
    if _images_in(path):
        inner = [each for each in _folders(path) if _images_in(each)]
        return None if inner else path
    folders = [each for each in _folders(path) if _images_in(each)]
    wrapped = len(folders) == 1 and folders[0].name.casefold() in IMAGE_FOLDERS
    return folders[0] if wrapped and _table_of(path, path) is not None else None


def _folders(path: Path) -> list[Path]:
    return [each for each in path.iterdir() if each.is_dir() and each.name[0] != "."]


def _images_in(folder: Path) -> list[Path]:
    found = (
        each
        for each in folder.iterdir()
        if is_image_name(each.name) and each.name[0] != "." and each.is_file()
    )
    return sorted(found, key=lambda each: natural_key(each.name))


def _table_of(path: Path, folder: Path) -> Path | None:
    """Return the table of labels in the folder, or in the one above the images."""
    tables = sorted(
        each for place in {path, folder} for each in place.iterdir() if is_table_name(each)
    )
    named = [each for each in tables if re.search(r"label|class|train|annot", each.name.casefold())]
    if len(named or tables) > 1:
        told = ", ".join(printed(each.name) for each in named or tables)
        raise LinocutError(f"{path}: which table holds the labels ({told})? — say it with --labels")
    return next(iter(named or tables), None)


def _labelled(
    files: list[Path], labels: Labels, table: Path, notes: list[str]
) -> tuple[list[Path], list[str]]:
    """Find the label of each file by its name; images without one are left out, and said."""
    if not labels.keys:
        if len(labels.texts) != len(files):
            raise LinocutError(
                f"{table}: holds {len(labels.texts):,} labels without names of files, for "
                f"{len(files):,} images — one for each is wanted, or a column of their names"
            )
        return files, labels.texts
    by_name = {_bare(key): text for key, text in zip(labels.keys, labels.texts, strict=True)}
    if len(by_name) < len(labels.keys):
        twice = next(key for key, n in Counter(map(_bare, labels.keys)).items() if n > 1)
        raise LinocutError(f"{table}: names the file {twice!r} twice — one label a file is wanted")
    found = [(file, by_name.get(_bare(file.name)) or by_name.get(file.stem)) for file in files]
    kept = [(file, label) for file, label in found if label is not None]
    if not kept:
        raise LinocutError(
            f"{table}: names none of the {len(files):,} images (the first is "
            f"{printed(files[0].name)}; the table begins with {labels.keys[0][:60]!r})"
        )
    lost = [printed(file.name) for file, label in found if label is None]
    name = printed(table.name)
    if lost:
        notes.append(f"Left out: {_listed(lost, 'image')} without a label in {name}.")
    if len(by_name) > len(kept):
        notes.append(f"{name} names {len(by_name) - len(kept):,} files that are not there.")
    return [file for file, _ in kept], [label for _, label in kept]


def _bare(key: str) -> str:
    return key.replace("\\", "/").rsplit("/", 1)[-1]


def _labels_in_names(files: list[Path], folder: Path, notes: list[str]) -> list[str]:
    """Take labels from names such as ``7_00123.png``: the piece that comes again and again."""
    pieces = [re.split(r"[-_. ]+", file.stem) for file in files]
    ends = {"before": [piece[0] for piece in pieces], "after": [piece[-1] for piece in pieces]}
    if all(len(piece) > 1 for piece in pieces):
        likely = {
            side: labels
            for side, labels in ends.items()
            if 2 <= len(set(labels)) <= MOST_SHARED * len(labels)
        }
        if len(likely) == 1:
            ((side, labels),) = likely.items()
            notes.append(f"Labels were taken from the files' names, {side} the rest of the name.")
            return labels
        if len(likely) > 1:
            raise LinocutError(
                f"{folder}: the label may stand before or after the rest of a file's name "
                f"({printed(files[0].name)}) — give the labels in a file (--labels), or one "
                "sub-folder a class"
            )
    stems = [file.stem for file in files]
    if len(set(map(len, stems))) == 1 and len(stems[0]) > 1 and not all(map(str.isdigit, stems)):
        raise LinocutError(
            f"{folder}: each image seems to show a string of {len(stems[0])} symbols "
            f"({printed(files[0].name)}) — images of one symbol are wanted here, in one sub-folder "
            "a class"
        )
    raise LinocutError(
        f"{folder}: holds images, but no sub-folder for each class — put the images of each class "
        "into a folder with its name, name them 7_00123.png, or give the labels with --labels FILE"
    )


def _check_classes(labels: Sequence[str], where: Path) -> None:
    """Refuse labels that are strings, nearly each of which comes once."""
    counts = Counter(labels)
    if len(labels) >= 10 and len(counts) > MOST_SHARED * len(labels):
        label = labels[0]
        raise LinocutError(
            f"{where}: {len(counts):,} different labels for {len(labels):,} images (such as "
            f"{label[:30]!r}): strings of several symbols, not classes — images of one symbol are "
            "wanted here"
        )


def _decoded(
    files: list[Path], options: ReadOptions, notes: list[str]
) -> list[NDArray[np.uint8] | None]:
    def one(file: Path) -> NDArray[np.uint8] | str:
        try:
            return options.intake.sized(decode(file, colour=options.intake.colour))
        except LinocutError as error:
            return f"{printed(file.name)} ({error})"

    answers = list(map_in_order(one, files))
    bad = [answer for answer in answers if isinstance(answer, str)]
    if bad and (not options.skip_bad or len(bad) == len(files)):
        raise LinocutError(
            f"{_listed(bad, 'image')} cannot be read — repair them, or leave them out with "
            "--skip-bad"
        )
    if bad:
        notes.append(f"Left out: {_listed(bad, 'image')} that cannot be read.")
    return [None if isinstance(answer, str) else answer for answer in answers]


def _listed(names: list[str], noun: str) -> str:
    more = f" and {len(names) - LISTED:,} more" if len(names) > LISTED else ""
    noun = noun if len(names) == 1 else f"{noun}s"
    return f"{len(names):,} {noun} ({', '.join(names[:LISTED])}{more})"
