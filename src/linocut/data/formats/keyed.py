"""Named arrays in a file (NPZ, HDF5, MATLAB): which are images, which labels, of which part."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from linocut.core import LinocutError
from linocut.core.part_names import part_of, without_part

IMAGE_KEYS = ("images", "image", "x", "imgs", "data", "features", "pixels")
LABEL_KEYS = ("labels", "label", "y", "target", "targets", "classes", "character", "digit")
NAME_KEYS = ("class_names", "classnames", "label_names", "names")


def find_sets(keys: Iterable[str], where: str) -> dict[str, tuple[str, str]]:
    """Find the array of images and the array of labels of each part.

    Parameters
    ----------
    keys : iterable of str
        Names of arrays; a part may stand before, behind or in a group above it: ``x_train``,
        ``test_images``, ``train/images``.
    where : str
        The file, for messages.

    Raises
    ------
    LinocutError
        If no part has both, or a name is there twice.

    Examples
    --------
    >>> find_sets(["x_train", "y_train", "x_val", "y_val"], "a.npz")
    {'train': ('x_train', 'y_train'), 'validation': ('x_val', 'y_val')}
    """
    keys = list(keys)
    images, labels = _by_part(keys, IMAGE_KEYS), _by_part(keys, LABEL_KEYS)
    found = {part: (key, labels[part]) for part, key in images.items() if part in labels}
    if "train" in found or "test" in found:
        found.pop("", None)
    if not found:
        raise LinocutError(
            f"{where}: holds {_listed(keys)} — images and labels are needed, or x_train, y_train, "
            "x_test, y_test"
        )
    return dict(sorted(found.items(), key=lambda item: item[0] != "train"))


def find_images(keys: Iterable[str], where: str) -> list[str]:
    """Return the names of all arrays of images, whether or not they have labels.

    Raises
    ------
    LinocutError
        If none is named so.
    """
    keys = list(keys)
    if len(keys) == 1:
        return keys
    named = list(_by_part(keys, IMAGE_KEYS).values())
    if not named:
        raise LinocutError(
            f"{where}: holds {_listed(keys)} — an array of images is needed, named "
            f"{', '.join(IMAGE_KEYS[:4])} or with _train or _test after it"
        )
    return named


def class_names_key(keys: Iterable[str]) -> str | None:
    """Return the name of the array of class names, if there is one."""
    return next((key for key in keys if key.casefold() in NAME_KEYS), None)


def shown(key: str) -> str:
    """Return a name as it can stand in a line, other characters than printable ones replaced.

    Examples
    --------
    >>> shown("x_train"), shown("a" + chr(10) + "b")
    ('x_train', 'a�b')
    """
    return "".join(letter if letter.isprintable() else "�" for letter in key)


def _by_part(keys: list[str], stems: tuple[str, ...]) -> Mapping[str, str]:
    """Return one array a part: the one whose name comes first among the stems."""
    found: dict[str, tuple[int, str]] = {}
    for key in keys:
        stem = _stem(key)
        if stem not in stems:
            continue
        part, rank = part_of(key), stems.index(stem)
        if part not in found or rank < found[part][0]:
            found[part] = (rank, key)
    return {part: key for part, (_, key) in found.items()}


def _stem(key: str) -> str:
    return re.sub(r".*[/:.]", "", without_part(key)).strip("_- ") or without_part(key)


def _listed(keys: list[str]) -> str:
    some = ", ".join(shown(key[:40]) for key in sorted(keys)[:8])
    return f"{some} and {len(keys) - 8} more" if len(keys) > 8 else some or "no arrays"
