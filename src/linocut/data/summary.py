"""What a dataset looks like in figures, before any model."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import Result
from linocut.core.colour import Shape, over_planes
from linocut.data.dataset import ImageDataset, ImagePart


@dataclass(frozen=True)
class Duplicates:
    """Images that are the same byte for byte.

    Attributes
    ----------
    within_train, within_test : int
        Images that repeat an earlier one of their part.
    across : int
        Test images that also stand in the training part.
    conflicting : int
        Different images that occur with more than one label.
    """

    within_train: int
    within_test: int
    across: int
    conflicting: int


@dataclass(frozen=True, eq=False, repr=False)
class DatasetSummary(Result):
    """Counts, sizes and oddities of a dataset.

    Attributes
    ----------
    train_counts, test_counts : tuple of int
        Images of each class.
    image_shape : (int, int) or (int, int, 3)
        Height and width, and planes in colour.
    pixel_range : (int, int)
        Smallest and largest grey value of the training part, or value of any plane.
    zero_pixels : int
        Pixels that are 0 in every training image, in all planes.
    ink : float
        Share of pixels of the training part that are not 0.
    """

    name: str
    source: str
    licence: str
    class_names: tuple[str, ...]
    image_shape: Shape
    split: str
    train_counts: tuple[int, ...]
    test_counts: tuple[int, ...]
    pixel_range: tuple[int, int]
    zero_pixels: int
    ink: float
    duplicates: Duplicates
    notes: tuple[str, ...]

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a class."""
        return [
            {"class": name, "train": train, "test": test}
            for name, train, test in zip(
                self.class_names, self.train_counts, self.test_counts, strict=True
            )
        ]


def summarise(dataset: ImageDataset) -> DatasetSummary:
    """Count and measure a dataset.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> summary = summarise(load_dataset("digits"))
    >>> summary.image_shape, summary.pixel_range, summary.duplicates.across
    ((8, 8), (0, 255), 0)
    """
    images = dataset.train.images
    used = np.zeros(dataset.image_shape, dtype=np.int64)
    for start in range(0, len(images), 10_000):
        used += np.count_nonzero(images[start : start + 10_000], axis=0)
    return DatasetSummary(
        name=dataset.name,
        source=dataset.source,
        licence=dataset.licence,
        class_names=dataset.class_names,
        image_shape=dataset.image_shape,
        split=dataset.split,
        train_counts=tuple(dataset.train.counts(dataset.n_classes).tolist()),
        test_counts=tuple(dataset.test.counts(dataset.n_classes).tolist()),
        pixel_range=(int(images.min()), int(images.max())),
        zero_pixels=int((over_planes(used, dataset.image_shape) == 0).sum()),
        ink=float(used.sum() / images.size),
        duplicates=find_duplicates(dataset),
        notes=dataset.notes,
    )


def find_duplicates(dataset: ImageDataset) -> Duplicates:
    """Find images that are the same byte for byte, by their SHA-1."""
    train, test = _digests(dataset.train), _digests(dataset.test)
    known, in_test = set(train), set(test)
    labels: dict[bytes, set[int]] = {}
    for digests, part in ((train, dataset.train), (test, dataset.test)):
        for digest, label in zip(digests, part.labels.tolist(), strict=True):
            labels.setdefault(digest, set()).add(label)
    return Duplicates(
        within_train=len(train) - len(known),
        within_test=len(test) - len(in_test),
        across=sum(digest in known for digest in test),
        conflicting=sum(len(each) > 1 for each in labels.values()),
    )


def _digests(part: ImagePart) -> list[bytes]:
    def digest(image: NDArray[np.uint8]) -> bytes:
        data = np.ascontiguousarray(image).data
        return hashlib.sha1(data, usedforsecurity=False).digest()

    return [digest(image) for image in part.images]
