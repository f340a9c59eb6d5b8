"""What a reader returns, before it is split and checked as a whole."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.data.dataset import ImagePart

FLOAT = re.compile(r"[-+]?\d{1,15}(\.\d{0,30}(e[-+]?\d{1,2})?|e[-+]?\d{1,2})", re.IGNORECASE)

# Told what is being done, how much of it is done, and how much there is.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, eq=False)
class RawDataset:
    """Images and labels as they were read from files.

    Attributes
    ----------
    train : ImagePart
        The training part, or the whole set.
    test : ImagePart or None
        None where the set has no test part.
    class_names : tuple of str
        One name a label.
    notes : tuple of str
        Full sentences on what was done while reading.
    sized : bool
        Whether the images were brought to the size wanted as they were read.
    white : int or None
        The grey value that became 255 as they were read; None where none was asked for, and bytes
        are as they stand in the file.
    """

    train: ImagePart
    test: ImagePart | None
    class_names: tuple[str, ...]
    notes: tuple[str, ...] = ()
    sized: bool = False
    white: int | None = None


def natural_key(name: str) -> tuple[Any, ...]:
    """Sort as people do: 2 before 10.

    Examples
    --------
    >>> sorted(["10", "9", "a2", "a10"], key=natural_key)
    ['9', '10', 'a2', 'a10']
    """
    # Digits by eighteen: int() refuses to read thousands of them.
    parts = re.split(r"(\d{1,18})", name.casefold())
    keys = ((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part)
    return (*keys, (2, 0, name))


def name_classes(
    *labels: NDArray[Any] | Sequence[str] | None,
) -> tuple[tuple[str, ...], list[NDArray[np.int64]]]:
    """Name the classes of all parts together, and turn labels into positions in those names.

    Whole numbers keep their order; everything else is sorted as people do.

    Examples
    --------
    >>> names, (train, test) = name_classes(["b", "a", "b"], ["a"])
    >>> names, train.tolist(), test.tolist()
    (('a', 'b'), [1, 0, 1], [0])
    """
    texts = [[_label_text(label) for label in part] for part in labels if part is not None]
    names = sorted({text for part in texts for text in part}, key=natural_key)
    position = {name: k for k, name in enumerate(names)}
    return tuple(names), [
        np.array([position[text] for text in part], dtype=np.int64) for part in texts
    ]


def _label_text(label: Any) -> str:
    if isinstance(label, bytes):
        label = label.decode("utf-8", "replace")
    if isinstance(label, (float, np.floating)):
        if not np.isfinite(label):
            raise LinocutError(f"label {label} — labels must be numbers or names")
        return str(int(label)) if float(label).is_integer() else str(label)
    # One name may be written in several forms of Unicode.
    text = unicodedata.normalize("NFC", str(label).strip())
    # A file may write one number in two ways: 3, 3.0 and 3.000e+00 are one class.
    return text if FLOAT.fullmatch(text) is None else _label_text(float(text))
