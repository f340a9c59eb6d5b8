"""Shared ink: for pixels that are inked or not, a dot product is a common area.

The dot product of two black-and-white images counts the pixels that are inked in both. With the
mean of a class it is the mean common area with that class's images; so "most shared ink" is the
simplest linear classifier there is, and its mistakes (a 0 shares much ink with everything round)
are why weights must be learned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError, Result
from linocut.core.arrays import flatten_images
from linocut.core.colour import refuse_colour
from linocut.core.forms import Floats
from linocut.models.inputs import check_parameter

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, eq=False, repr=False)
class Overlap(Result):
    """What one image shares with each class.

    Attributes
    ----------
    image : bool array, shape (h, w)
        Whether a pixel is inked.
    shared : float64 array, shape (K, h, w)
        Where the image is inked: the share of the class's images that are inked there, too.
    areas : float64 array, shape (K,)
        Its sum: pixels that the image shares with an image of the class, on average.
    classes : tuple of class labels
        The K classes.
    """

    image: NDArray[np.bool_]
    shared: Floats
    areas: Floats
    classes: tuple[Any, ...]

    @property
    def sentence(self) -> str:
        """Say with which class most ink is shared."""
        best = int(np.argmax(self.areas))
        return (
            f"Of {int(self.image.sum())} inked pixels the image shares {self.areas[best]:.0f} with "
            f"the average {self.classes[best]}, more than with any other class."
        )

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a class, most shared ink first."""
        order = np.argsort(-self.areas, kind="stable")
        return [{"class": self.classes[k], "shared": float(self.areas[k])} for k in order]

    def plot(self, title: str | None = None, only: Sequence[int] | None = None) -> Figure:
        """Draw what is shared with each class.

        Parameters
        ----------
        title : str, optional
            Above it; the sentence if not given.
        only : sequence of int, optional
            Positions of the classes to draw; by default all.
        """
        title = self.sentence if title is None else title
        from linocut.plot import plot_overlap  # Matplotlib loads on use

        names = [str(name) for name in self.classes]
        drawn = list(range(len(names)) if only is None else only)
        return plot_overlap(
            self.image,
            self.shared[drawn],
            self.areas[drawn],
            [names[k] for k in drawn],
            title=title,
            among=names,
        )


@dataclass(frozen=True, eq=False)
class SharedInk:
    """Class means of black-and-white images.

    Attributes
    ----------
    means : float64 array, shape (K, d)
        Share of the images of each class in which a pixel is inked.
    classes : array, shape (K,)
        The labels, sorted.
    threshold : float
        Pixels above this are inked.
    image_shape : (int, int)
        Height and width.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> digits = load_digits()
    >>> ink = SharedInk.fit(digits.images, digits.target, threshold=7.5)
    >>> overlap = ink.overlap(digits.images[0])
    >>> overlap.classes[overlap.areas.argmax()]
    np.int64(0)
    >>> bool(0.5 < ink.accuracy(digits.images, digits.target) < 0.9)
    True
    """

    means: Floats
    classes: NDArray[Any]
    threshold: float
    image_shape: tuple[int, int]

    @classmethod
    def fit(cls, images: Any, labels: Any, *, threshold: float = 127.5) -> SharedInk:
        """Average the black-and-white images of each class.

        Parameters
        ----------
        images : array, shape (n, h, w)
            Grey values.
        labels : array, shape (n,)
            Classes.
        threshold : float
            Pixels above this are inked; half of full ink is usual.
        """
        images = np.asarray(images)
        if images.ndim == 4:
            refuse_colour(images.shape[1:], "what images have in common by their ink")
        if images.ndim != 3:
            raise LinocutError(f"images of shape {images.shape} — an array of shape (n, h, w)")
        check_parameter("threshold", threshold, np.isfinite(threshold), "a finite grey value")
        classes, y = np.unique(labels, return_inverse=True)
        inked = flatten_images(images > threshold)
        means = np.stack([inked[y == k].mean(axis=0) for k in range(len(classes))])
        return cls(means, classes, float(threshold), images.shape[1:])

    def inked(self, images: Any) -> NDArray[np.bool_]:
        """Return whether each pixel is inked, shape (n, d)."""
        images = np.asarray(images)
        if images.shape[1:] != self.image_shape:
            raise LinocutError(
                f"images of shape {images.shape[1:]} — these class means are of images of shape "
                f"{self.image_shape}"
            )
        return np.asarray(flatten_images(images > self.threshold))

    def overlap(self, image: Any) -> Overlap:
        """Return what one image (h, w) shares with each class."""
        ink = self.inked(np.asarray(image)[None])[0]
        shared = self.means * ink
        return Overlap(
            ink.reshape(self.image_shape),
            shared.reshape(-1, *self.image_shape),
            shared.sum(axis=1),
            tuple(self.classes),
        )

    def common_area(self, one: Any, other: Any) -> int:
        """Return the number of pixels that are inked in both of two images."""
        both = self.inked(np.stack([np.asarray(one), np.asarray(other)]))
        return int(np.count_nonzero(both[0] & both[1]))

    def predict(self, images: Any) -> NDArray[Any]:
        """Return the class with which each image shares most ink, shape (n,)."""
        areas = self.inked(images).astype(np.float64) @ self.means.T
        return np.asarray(self.classes[areas.argmax(axis=1)])

    def accuracy(self, images: Any, labels: Any) -> float:
        """Return the share of images whose class is the one with most shared ink."""
        return float(np.mean(self.predict(images) == np.asarray(labels)))
