"""Which files of a folder are images of which class, and which part each belongs to."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from linocut.core import LinocutError
from linocut.core.part_names import PART_WORDS
from linocut.data.decode import is_image_name
from linocut.data.names import printed, writable
from linocut.data.raw import natural_key
from linocut.data.visible import DEEPEST, images_in, is_hidden, sub_folders, wrapped_in

NAMED = 3  # of the files left out


@dataclass(frozen=True)
class ImageFile:
    """An image file of a class.

    Attributes
    ----------
    path : str
        Where it is, as the system has it.
    label : str
        Its class: the name of the folder below the part, in one form of Unicode.
    name : str
        Its path below the dataset's folder, as printed.
    """

    path: str
    label: str
    name: str


@dataclass
class Layout:
    """What a folder holds.

    Attributes
    ----------
    train, test : list of ImageFile
        Of the parts; all files in ``train`` where there is one part.
    has_test : bool
        Whether the folder has a part that is the test.
    names : dict of str to str
        A class's name as first seen, by its label.
    notes : list of str
        Whole sentences on what was taken for what.
    hidden, other, loose, empty : list of str
        What was left out: files that are hidden or left by systems, files of no kind that is read,
        images in no class's folder, and folders without images.
    """

    root: Path
    train: list[ImageFile] = field(default_factory=list)
    test: list[ImageFile] = field(default_factory=list)
    has_test: bool = False
    names: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)

    @property
    def files(self) -> list[ImageFile]:
        """All image files, those of the training part first."""
        return [*self.train, *self.test]

    def below(self, path: str) -> str:
        """Return a path below the dataset's folder, as printed."""
        return printed(os.path.relpath(path, self.root).replace(os.sep, "/"))


def find_layout(root: Path) -> Layout:
    """Find the classes and parts of a folder.

    Raises
    ------
    LinocutError
        If there are no classes or images, or a folder may be a part as well as a class.
    """
    found = Layout(root)
    top = _entered(root, found)
    parts = _parts(top, found)
    if "train" not in parts:
        if len(parts) > 1:
            told = " and ".join(f"{folder.name}/" for folder in parts.values())
            raise LinocutError(f"{top}: holds {told} but no train/, which models are fitted on")
        whole = next(iter(parts.values()), top)
        found.train = _class_files(whole, found)
        if parts:
            found.notes.append(f"All images are in {whole.name}/; it stands for the whole set.")
        return _checked(found, top)
    found.train = _class_files(parts["train"], found)
    test, validation = parts.get("test"), parts.get("validation")
    if test is not None and validation is not None:
        found.notes.append(
            f"The folder {validation.name}/ was ignored: linocut validates on "
            f"{parts['train'].name}/."
        )
    elif validation is not None:
        test = validation
        found.notes.append(f"{test.name}/ is taken as the test part, since there is no test/.")
    if test is not None:
        found.test, found.has_test = _class_files(test, found), True
    return _checked(found, top)


def _entered(folder: Path, found: Layout) -> Path:
    """Go into folders that hold nothing but one folder of folders."""
    for _ in range(DEEPEST):
        if (inner := wrapped_in(folder)) is None:
            break
        folder = inner
        found.notes.append(f"The images are in {found.below(str(folder))}/.")
    return folder


def _parts(top: Path, found: Layout) -> dict[str, Path]:
    """Return the folders of ``top`` that are parts of a set, by part."""
    folders = sub_folders(top)
    parts: dict[str, Path] = {}
    for folder in folders:
        part = PART_WORDS.get(folder.name.casefold())
        if part is not None and part in parts:
            raise LinocutError(
                f"{top}: {parts[part].name}/ and {folder.name}/ — which is the {part} part? leave "
                "one of them there"
            )
        if part is not None:
            parts[part] = folder
    others = [f"{printed(folder.name)}/" for folder in folders if folder not in parts.values()]
    flat = {part: folder for part, folder in parts.items() if not sub_folders(folder)}
    if others and parts and (flat or "train" not in parts):
        doubtful = next(iter(flat.values()), next(iter(parts.values())))
        raise LinocutError(
            f"{top}: {doubtful.name}/ stands beside {', '.join(others[:NAMED])}: is it a class or "
            "a part of the set? — rename it, or put the classes below train/ and test/"
        )
    if others and parts:
        found.notes.append(f"Ignored, since it stands beside train/: {', '.join(others)}.")
    for part, folder in flat.items():
        if part != "train" and len(parts) > 1:
            found.notes.append(f"{folder.name}/ was ignored: it has no folder for each class.")
            del parts[part]
    return parts


def _class_files(part: Path, found: Layout) -> list[ImageFile]:
    files: list[ImageFile] = []
    for folder in sub_folders(part):
        label = unicodedata.normalize("NFC", writable(folder.name))
        shown = found.below(str(folder))
        of_class = [
            ImageFile(path, label, f"{shown}/{below}")
            for path, below in _images_below(str(folder), "", found)
        ]
        if of_class:
            found.names.setdefault(label, writable(folder.name))
        else:
            found.empty.append(f"{shown}/")
        files += of_class
    if files:
        found.loose += images_in(part)
    return files


def _images_below(folder: str, below: str, found: Layout) -> Iterator[tuple[str, str]]:
    """Yield the image files in a folder and those in it, each with its name as printed."""
    with os.scandir(folder) as entries:
        listed = sorted(entries, key=lambda entry: natural_key(entry.name))
    for entry in listed:
        if is_hidden(entry.name):
            found.hidden += _files_in(entry)
        elif entry.is_dir() and not entry.is_symlink():  # a link may lead back up
            yield from _images_below(entry.path, f"{below}{printed(entry.name)}/", found)
        elif is_image_name(entry.name) and entry.is_file():
            yield entry.path, below + printed(entry.name)
        else:
            found.other.append(entry.path)


def _files_in(entry: os.DirEntry[str]) -> list[str]:
    if not entry.is_dir() or entry.is_symlink():
        return [entry.path]
    return [f"{folder}/{name}" for folder, _, names in os.walk(entry.path) for name in names]


def _checked(found: Layout, top: Path) -> Layout:
    if not found.train:
        raise LinocutError(_nothing(found.root, top))
    kinds = (
        (found.hidden, "hidden or left by the system"),
        (found.other, "of no kind that is read as an image"),
        (found.loose, "in no class's folder"),
    )
    told = "; ".join(_told_of(files, what, found) for files, what in kinds if files)
    if told:
        found.notes.append(f"Left out: {told}.")
    if found.empty:
        named = ", ".join(found.empty)
        found.notes.append(f"No class, since no image that is read lies there: {named}.")
    return found


def _told_of(files: list[str], what: str, found: Layout) -> str:
    named = ", ".join(found.below(path) for path in files[:NAMED])
    more = ", …" if len(files) > NAMED else ""
    return f"{len(files):,} {'file' if len(files) == 1 else 'files'} {what} ({named}{more})"


def _nothing(root: Path, top: Path) -> str:
    flat = next((each for each in (top, *sub_folders(top)) if images_in(each)), None)
    if flat is not None:
        return (
            f"{flat}: holds images, but no sub-folder for each class — put the images of each "
            "class into a folder with its name"
        )
    return (
        f"{root}: holds no images — sub-folders are needed, one per class, with PNG, JPEG, TIFF or "
        "other image files; or IDX, CSV or NPZ files"
    )
