"""Labelled images with a train and a test part: bytes, never floats."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError, Shown
from linocut.core.colour import Shape, is_colour
from linocut.core.tables import MOST_HTML
from linocut.data.intake import Intake, with_shape
from linocut.data.load_options import LoadOptions
from linocut.data.names import listed
from linocut.data.samples import sample_rows, strip_of


@dataclass(frozen=True, eq=False)
class ImagePart:
    """One part (train or test) of a dataset.

    Attributes
    ----------
    images : uint8 array, shape (n, h, w) or (n, h, w, 3)
        Grey values, 0 (paper) to 255 (full ink); or colours: red, green and blue. May be a view or
        a memory map.
    labels : int64 array, shape (n,)
        Position of each image's class in the dataset's ``class_names``.
    names : sequence of n strings, or None
        Where each image comes from (a file below the dataset's folder), if it has a name.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    names: Sequence[str] | None = None

    def __post_init__(self) -> None:
        grey, colour = self.images.ndim == 3, self.images.ndim == 4 and self.images.shape[3] == 3
        if not (grey or colour) or self.images.dtype != np.uint8:
            raise LinocutError(
                f"images of shape {self.images.shape} and type {self.images.dtype} — "
                "a dataset holds uint8 images of shape (n, h, w), or in colour (n, h, w, 3)"
            )
        if self.labels.shape != (len(self.images),):
            raise LinocutError(
                f"{len(self.images)} images but labels of shape {self.labels.shape} — "
                "there must be one label for each image"
            )

    def __len__(self) -> int:
        return len(self.images)

    def take(self, rows: NDArray[np.intp]) -> ImagePart:
        """Return some of the images, with their labels and names."""
        names = None if self.names is None else [self.names[row] for row in rows]
        return ImagePart(self.images[rows], self.labels[rows], names)

    def counts(self, n_classes: int) -> NDArray[np.int64]:
        """Return the number of images of each class, shape (n_classes,)."""
        return np.bincount(self.labels, minlength=n_classes).astype(np.int64)


@dataclass(frozen=True, eq=False, repr=False)
class ImageDataset(Shown):
    """Labelled small images in two parts.

    Attributes
    ----------
    name : str
        What to call it: the catalogue's name, or the last part of the path.
    class_names : tuple of str
        One name a class, in the order of the labels; any script.
    train, test : ImagePart
        What may be learned from, and what is looked at once, at the end.
    source : str
        Where it came from, in words for a person.
    loaded_from : str
        The name or path with which it is loaded again; empty where it was not loaded.
    loaded_with : LoadOptions
        How it was loaded.
    split : {"given", "stratified", "ordered"}
        How the parts came about: as published, drawn at random within each class, or the last
        rows of each class kept for the test.
    notes : tuple of str
        Whole sentences on what loading did or could not check (inverted, resized, skipped, …).
    licence, citation : str
        Terms of use and whom to cite; empty where unknown.
    intake : Intake
        How each image was prepared, and any further one is to be.
    original_names : tuple of str or None
        What the classes were called before a person gave them other names.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> digits = load_dataset("digits")
    >>> digits.train.images.dtype, digits.image_shape, digits.n_classes
    (dtype('uint8'), (8, 8), 10)
    """

    name: str
    class_names: tuple[str, ...]
    train: ImagePart
    test: ImagePart
    source: str = ""
    split: str = "given"
    notes: tuple[str, ...] = field(default=())
    licence: str = ""
    citation: str = ""
    loaded_from: str = ""
    loaded_with: LoadOptions = field(default_factory=LoadOptions)
    intake: Intake = field(default_factory=Intake)
    original_names: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if self.train.images.shape[1:] != self.test.images.shape[1:]:
            raise LinocutError(
                f"{self.name}: training images are {self.train.images.shape[1:]} pixels and test "
                f"images {self.test.images.shape[1:]} — both parts need the same size"
            )
        if self.intake.shape is None:
            object.__setattr__(self, "intake", with_shape(self.intake, self.image_shape))
        elif self.intake.image_shape != self.image_shape:
            raise LinocutError(
                f"{self.name}: images of {self.image_shape} pixels, but an intake of "
                f"{self.intake.image_shape} — the intake is what made the images"
            )

    def __repr__(self) -> str:
        names = listed(self.class_names)
        return f"ImageDataset {self.name!r}: {self._size}\n{self.n_classes:,} classes: {names}"

    @property
    def sentence(self) -> str:
        """Say in words how large it is."""
        return f"{self.name}: {self._size}."

    @property
    def _size(self) -> str:
        height, width = self.image_shape[:2]
        colour = " in colour" if self.in_colour else ""
        return (
            f"{len(self.train):,} training and {len(self.test):,} test images of "
            f"{height} × {width} pixels{colour}"
        )

    def table_rows(self) -> list[dict[str, Any]]:
        """Return a row a class: its counts and, for the first 30, some training images."""
        counts = [part.counts(self.n_classes).tolist() for part in (self.train, self.test)]
        rows: list[dict[str, Any]] = [
            {"class": name, "training": train, "test": test}
            for name, train, test in zip(self.class_names, *counts, strict=True)
        ]
        for label, row in enumerate(rows[:MOST_HTML]):
            chosen = sample_rows(np.flatnonzero(self.train.labels == label))
            images = self.train.images[chosen]
            row["images"] = strip_of(list(images), f"{len(chosen)} images of {row['class']}")
        return rows

    @property
    def images(self) -> NDArray[np.uint8]:
        """All images, train then test: a new array, since the parts lie apart."""
        return np.concatenate([self.train.images, self.test.images])

    @property
    def labels(self) -> NDArray[np.int64]:
        """All labels, train then test, shape (n,)."""
        return np.concatenate([self.train.labels, self.test.labels])

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the training part, hexadecimal (see `fingerprint`)."""
        return fingerprint(self.train.images, self.train.labels, self.class_names)

    @property
    def n_classes(self) -> int:
        """Number of classes."""
        return len(self.class_names)

    @property
    def image_shape(self) -> Shape:
        """Height and width in pixels; in colour, the number of planes, 3, after them."""
        return tuple(map(int, self.train.images.shape[1:]))

    @property
    def in_colour(self) -> bool:
        """Whether the images have colours."""
        return is_colour(self.image_shape)


def fingerprint(
    images: NDArray[np.uint8], labels: NDArray[np.int64], class_names: tuple[str, ...]
) -> str:
    """Return the SHA-256 of labelled images, hexadecimal: shape, pixels, labels and class names.

    Examples
    --------
    >>> images = np.zeros((2, 3, 3), np.uint8)
    >>> fingerprint(images, np.array([0, 1]), ("a", "b"))[:12]
    '449f6a6072d4'
    """
    digest = hashlib.sha256(repr((images.shape, class_names)).encode())
    digest.update(np.ascontiguousarray(images).data)
    digest.update(np.ascontiguousarray(labels, "<i8").data)
    return digest.hexdigest()
