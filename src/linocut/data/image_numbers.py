"""One image of a dataset: its label, and its pixels as numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError, Result
from linocut.data.dataset import ImageDataset


@dataclass(frozen=True, eq=False, repr=False)
class OneImage(Result):
    """One image of the training part.

    Attributes
    ----------
    dataset : str
        Where it is from.
    index : int
        Its position in the training part, from 0.
    label : str
        Name of its class.
    pixels : uint8 array, shape (h, w)
        Grey values, 0 (paper) to 255 (full ink).
    """

    dataset: str
    index: int
    label: str
    pixels: NDArray[np.uint8]

    @property
    def sentence(self) -> str:
        """Say what it is, and how much of it is ink."""
        height, width = self.pixels.shape
        inked = int(np.count_nonzero(self.pixels))
        return (
            f"Training image {self.index} of {self.dataset} is labelled “{self.label}”: {height} × "
            f"{width} pixels, {inked:,} of {self.pixels.size:,} with ink, grey values from "
            f"{self.pixels.min()} to {self.pixels.max()}."
        )

    def rows(self) -> list[dict[str, Any]]:
        """Return one row of numbers for each row of pixels."""
        return [
            {"row": row, **{str(column): int(value) for column, value in enumerate(values)}}
            for row, values in enumerate(self.pixels)
        ]


def one_image(dataset: ImageDataset, index: int) -> OneImage:
    """Take one image of the training part.

    Parameters
    ----------
    dataset : ImageDataset
        Where it is from.
    index : int
        Position in the training part, from 0.

    Raises
    ------
    LinocutError
        If there is no such image.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> image = one_image(load_dataset("digits"), 8)
    >>> image.label, image.pixels.shape
    ('9', (8, 8))
    """
    n = len(dataset.train)
    if not 0 <= index < n:
        raise LinocutError(f"index {index} — {dataset.name} has training images 0 to {n - 1}")
    label = dataset.class_names[int(dataset.train.labels[index])]
    return OneImage(dataset.name, index, label, np.asarray(dataset.train.images[index]))
