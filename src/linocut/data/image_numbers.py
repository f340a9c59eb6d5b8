"""One image of a dataset: its label, and its pixels as numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError, Result
from linocut.core.colour import PLANE_NAMES
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
    pixels : uint8 array, shape (h, w) or (h, w, 3)
        Grey values, 0 (paper) to 255 (full ink), or red, green and blue.
    """

    dataset: str
    index: int
    label: str
    pixels: NDArray[np.uint8]

    @property
    def sentence(self) -> str:
        """Say what it is, and how much of it is ink."""
        height, width, *planes = self.pixels.shape
        if planes:
            return (
                f"Training image {self.index} of {self.dataset} is labelled “{self.label}”: "
                f"{height} × {width} pixels in colour, red, green and blue from "
                f"{self.pixels.min()} to {self.pixels.max()}."
            )
        inked = int(np.count_nonzero(self.pixels))
        return (
            f"Training image {self.index} of {self.dataset} is labelled “{self.label}”: {height} × "
            f"{width} pixels, {inked:,} of {self.pixels.size:,} with ink, grey values from "
            f"{self.pixels.min()} to {self.pixels.max()}."
        )

    def rows(self) -> list[dict[str, Any]]:
        """Return one row of numbers for each row of pixels, of each plane in turn."""
        if self.pixels.ndim == 3:
            return [
                {"plane": plane, "row": row, **_by_column(values)}
                for k, plane in enumerate(PLANE_NAMES)
                for row, values in enumerate(self.pixels[..., k])
            ]
        return [{"row": row, **_by_column(values)} for row, values in enumerate(self.pixels)]


def _by_column(values: NDArray[np.uint8]) -> dict[str, int]:
    return {str(column): int(value) for column, value in enumerate(values)}


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
