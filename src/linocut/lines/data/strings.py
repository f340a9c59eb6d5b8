"""Images of one line of glyphs with their texts, in a train and a test part."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError, Shown
from linocut.data import LoadOptions
from linocut.data.samples import sample_rows, strip_of
from linocut.lines.data.intake import LineIntake
from linocut.lines.data.symbols import symbols_of
from linocut.lines.data.synthesis import Synthesis


@dataclass(frozen=True, eq=False)
class Strings:
    """One part (train or test) of a dataset of strings.

    Attributes
    ----------
    images : tuple of n uint8 arrays, shape (h, w_i)
        Grey values, 0 (paper) to 255 (full ink); all of one height, each of its own width.
    texts : tuple of n str
        What stands in each image, in one form of Unicode (NFC); never empty.
    names : tuple of n str
        Where each image comes from: a file below the dataset's folder.

    Raises
    ------
    LinocutError
        If these do not fit together.

    Examples
    --------
    >>> part = Strings((np.zeros((20, 50), np.uint8), np.zeros((20, 70), np.uint8)), ("7", "42"))
    >>> len(part), part.height, part.take(np.array([1])).texts
    (2, 20, ('42',))
    """

    images: tuple[NDArray[np.uint8], ...]
    texts: tuple[str, ...]
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.texts) != len(self.images):
            raise LinocutError(
                f"{len(self.images):,} images and {len(self.texts):,} texts — one text an image"
            )
        if not self.names:
            object.__setattr__(self, "names", tuple(f"{k}" for k in range(len(self.images))))
        elif len(self.names) != len(self.images):
            raise LinocutError(
                f"{len(self.images):,} images and {len(self.names):,} names — one name an image"
            )
        for name, image, text in zip(self.names, self.images, self.texts, strict=True):
            if image.ndim != 2 or image.dtype != np.uint8 or image.size == 0:
                raise LinocutError(
                    f"{name}: an image of shape {image.shape} and type {image.dtype} — uint8 of "
                    "shape (h, w) is wanted"
                )
            if image.shape[0] != self.images[0].shape[0]:
                raise LinocutError(
                    f"{name}: {image.shape[0]} pixels high, {self.names[0]} "
                    f"{self.images[0].shape[0]} — all lines need one height"
                )
            if not text:
                raise LinocutError(f"{name}: its text is empty — at least one symbol is wanted")

    def __len__(self) -> int:
        return len(self.images)

    @property
    def height(self) -> int:
        """Of all images, pixels; 0 where there are none."""
        return self.images[0].shape[0] if self.images else 0

    @property
    def symbols(self) -> tuple[tuple[str, ...], ...]:
        """The symbols of each text (see `symbols_of`)."""
        return tuple(map(symbols_of, self.texts))

    def take(self, rows: Sequence[int] | NDArray[np.intp]) -> Strings:
        """Return some of the images, with their texts and names."""
        kept = [int(row) for row in rows]
        return Strings(
            tuple(self.images[row] for row in kept),
            tuple(self.texts[row] for row in kept),
            tuple(self.names[row] for row in kept),
        )


@dataclass(frozen=True, eq=False, repr=False)
class StringDataset(Shown):
    """Images of one line of glyphs with their texts, in two parts.

    Attributes
    ----------
    name : str
        What to call it: the last part of the path, or the dataset that its glyphs are from.
    symbols : tuple of str
        All symbols of all texts, sorted; any script.
    train, test : Strings
        What may be learned from, and what is looked at once, at the end.
    source, split, notes, loaded_from, loaded_with
        As in `linocut.data.ImageDataset`.
    intake : LineIntake
        How each image was prepared, and any further one is to be.
    made : Synthesis or None
        How the strings were made from the images of ``loaded_from``; None where they are real.
    """

    name: str
    symbols: tuple[str, ...]
    train: Strings
    test: Strings
    source: str = ""
    split: str = "given"
    notes: tuple[str, ...] = field(default=())
    loaded_from: str = ""
    loaded_with: LoadOptions = field(default_factory=LoadOptions)
    intake: LineIntake = field(default_factory=LineIntake)
    made: Synthesis | None = None

    def __post_init__(self) -> None:
        if len(self.test) and len(self.train) and self.train.height != self.test.height:
            raise LinocutError(
                f"{self.name}: training images are {self.train.height} pixels high and test images "
                f"{self.test.height} — both parts need the same height"
            )

    def __repr__(self) -> str:
        told = " ".join(self.symbols[:40]) + (" …" if len(self.symbols) > 40 else "")
        return f"StringDataset {self.name!r}: {self._size}\n{len(self.symbols):,} symbols: {told}"

    @property
    def sentence(self) -> str:
        """Say in words how large it is."""
        return f"{self.name}: {self._size}, of {len(self.symbols):,} symbols."

    @property
    def _size(self) -> str:
        return (
            f"{len(self.train):,} training and {len(self.test):,} test images, "
            f"{self.train.height} pixels high"
        )

    def table_rows(self) -> list[dict[str, Any]]:
        """Return some training images with their texts."""
        some = self.train.take(sample_rows(np.arange(len(self.train))))
        return [
            {"text": text, "image": strip_of([image], f"an image of {text}")}
            for image, text in zip(some.images, some.texts, strict=True)
        ]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the training part, hexadecimal: sizes, pixels and texts."""
        digest = hashlib.sha256()
        for image, text in zip(self.train.images, self.train.texts, strict=True):
            digest.update(repr((image.shape, text)).encode())
            digest.update(np.ascontiguousarray(image).data)
        return digest.hexdigest()
