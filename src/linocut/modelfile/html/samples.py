"""Images to begin from, which travel in a page beside its model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.core.colour import Shape


@dataclass(frozen=True, eq=False)
class Samples:
    """Some images as a model takes them, and what they are.

    Attributes
    ----------
    images : uint8 array, shape (n, h, w) or (n, h, w, 3)
        Prepared by the model's intake.
    labels : tuple of n str
        Names of their classes.
    """

    images: NDArray[np.uint8]
    labels: tuple[str, ...]

    def check(self, shape: Shape) -> None:
        """Make sure that a model whose images have some shape takes them.

        Raises
        ------
        LinocutError
            If it does not.
        """
        if self.images.dtype != np.uint8 or self.images.shape[1:] != shape:
            raise LinocutError(
                f"samples are {self.images.dtype} of shape {self.images.shape[1:]} — uint8 of "
                f"shape {shape}"
            )
        if len(self.labels) != len(self.images):
            raise LinocutError(
                f"{len(self.labels)} labels of {len(self.images)} samples — one for each"
            )

    @classmethod
    def of(
        cls,
        images: NDArray[np.uint8],
        labels: NDArray[np.int64],
        class_names: Sequence[str],
        count: int,
    ) -> Samples:
        """Take some of many: the first of each class, then the second of each, and so on.

        Parameters
        ----------
        images : uint8 array, shape (n, h, w) or (n, h, w, 3)
        labels : int64 array, shape (n,)
            Position of each image's class among the names.
        class_names : sequence of str
        count : int
            How many to take at most.

        Examples
        --------
        >>> images = np.zeros((5, 2, 2), np.uint8)
        >>> Samples.of(images, np.array([1, 1, 0, 1, 0]), ["a", "b"], 3).labels
        ('a', 'a', 'b')
        """
        place_in_class = np.empty(len(labels), np.int64)
        for label in np.unique(labels):
            of_class = np.flatnonzero(labels == label)
            place_in_class[of_class] = np.arange(len(of_class))
        taken = np.lexsort((labels, place_in_class))[:count]
        taken = taken[np.argsort(labels[taken], kind="stable")]  # shown class by class
        return cls(images[taken], tuple(class_names[label] for label in labels[taken]))
