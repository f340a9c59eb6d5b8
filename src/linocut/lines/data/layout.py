"""Where the images of a set of strings are, and where their texts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from linocut.core import LinocutError
from linocut.lines.data.found import Found
from linocut.lines.data.places import Place, find_places
from linocut.lines.data.texts_beside import texts_beside
from linocut.lines.data.texts_in_index import names_images, texts_in_index
from linocut.lines.data.texts_in_names import texts_in_names

WANTED = (
    "each image's text is wanted in labels.csv (filename,label), in its name (2b827.png), in a "
    ".txt beside it, or in a file of names and texts (--labels FILE)"
)


@dataclass(frozen=True)
class Layout:
    """A set of strings as it lies on the disk.

    Attributes
    ----------
    root : Path
        The folder.
    train : Found
        The training part, or the whole set.
    test : Found or None
        None where the set has no test part.
    notes : tuple of str
        Whole sentences on what was taken for what.
    """

    root: Path
    train: Found
    test: Found | None
    notes: tuple[str, ...] = ()


def find_layout(path: Path, labels: Path | None = None) -> Layout:
    """Find images with texts.

    Parameters
    ----------
    path : Path
        A folder, or a file in it that names its images with their texts.
    labels : Path, optional
        The file of the texts.

    Raises
    ------
    LinocutError
        If there are no images, or no texts for them.
    """
    if labels is not None and not labels.is_file():
        raise LinocutError(f"{labels}: no such file of labels")
    if path.is_file():
        if not names_images(path):
            raise LinocutError(f"{path}: names no images of strings — {WANTED}")
        root, labels = path.parent, labels or path
    elif path.is_dir():
        root = path
    else:
        raise LinocutError(f"{path}: no such file or folder")
    try:
        places = {place.part: place for place in find_places(root, labels)}
        if not places:
            raise LinocutError(f"{path}: holds no images of strings — {WANTED}")
        return _of_parts(root, places, asked=labels is not None)
    except PermissionError as error:
        raise LinocutError(f"{error.filename or path}: permission to read it is denied") from error


def _of_parts(root: Path, places: dict[str, Place], *, asked: bool) -> Layout:
    whole = places.get("")
    if whole is not None:
        return _of_indexes(root, whole, asked=asked)
    notes: tuple[str, ...] = ()
    test = places.get("test")
    if test is None and (test := places.get("validation")) is not None:
        notes = (f"{test.folder.name}/ is taken as the test part, since there is no test/.",)
    elif "validation" in places:
        notes = (f"The folder {places['validation'].folder.name}/ was ignored.",)
    train = _texts_of(places["train"], asked=asked)
    if train is None:
        raise LinocutError(f"{places['train'].folder}: its images have no texts — {WANTED}")
    found = None if test is None else _texts_of(test, asked=asked)
    if test is not None and found is None:
        notes = (*notes, f"The folder {test.folder.name}/ was ignored: its images have no texts.")
    return Layout(root, train, found, notes)


def _of_indexes(root: Path, whole: Place, *, asked: bool) -> Layout:
    """Take parts from two indexes that are named for them, if the folder itself has none."""
    parts = whole.by_index()
    if parts is not None and not asked:
        train, test = (texts_in_index(each, asked=False) for each in parts)
        if train is not None and test is not None and not _shared(train, test):
            # An image that one index lacks stands in the other.
            for part in (train, test):
                part.problems = [each for each in part.problems if "has no text" not in each.kind]
            return Layout(root, train, test)
    found = _texts_of(whole, asked=asked)
    if found is None:
        raise LinocutError(f"{whole.folder}: its images have no texts — {WANTED}")
    return Layout(root, found, None)


def _texts_of(place: Place, *, asked: bool) -> Found | None:
    found = texts_in_index(place, asked=asked) if place.indexes else None
    return found or texts_beside(place) or texts_in_names(place)


def _shared(train: Found, test: Found) -> bool:
    return bool({each.path for each in train.files} & {each.path for each in test.files})
