"""What is read of an image at every shift."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError, Result
from linocut.core.forms import Floats
from linocut.explain.flips.linear import linear_in_pixels

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, eq=False, repr=False)
class ShiftMap(Result):
    """The class predicted for an image shifted by every number of rows and columns.

    Attributes
    ----------
    scores : float64 array, shape (K, 2r + 1, 2r + 1)
        Of each class; the entry [r + dy, r + dx] belongs to the image moved down by dy rows and
        right by dx columns, with blank pixels coming in.
    classes : tuple of class labels
        The K classes.
    label : class label
        The class predicted without a shift.
    """

    scores: Floats
    classes: tuple[Any, ...]
    label: Any

    @property
    def predicted(self) -> NDArray[np.intp]:
        """Position of the class predicted at each shift, shape (2r + 1, 2r + 1)."""
        return np.asarray(self.scores.argmax(axis=0))

    @property
    def share(self) -> float:
        """Share of all shifts at which the same class is predicted."""
        return float((self.predicted == self.classes.index(self.label)).mean())

    @property
    def sentence(self) -> str:
        """Say how many shifts keep the class."""
        r = self.scores.shape[1] // 2
        return (
            f"Shifted by up to {r} pixels in each direction, the image is still classified as "
            f"{self.label} in {self.share:.0%} of all {self.predicted.size} positions."
        )

    def to_dict(self) -> dict[str, Any]:
        """Return what is predicted at each shift, as plain data."""
        names = [[str(self.classes[k]) for k in row] for row in self.predicted]
        return {"label": str(self.label), "share": self.share, "predicted": names}

    def plot(self, title: str | None = None) -> Figure:
        """Draw the margin over the best rival at every shift; above it a title, or the sentence."""
        title = self.sentence if title is None else title
        from linocut.plot import plot_shift_map  # Matplotlib loads on use

        k = self.classes.index(self.label)
        others = np.delete(self.scores, k, axis=0).max(axis=0)
        names = [str(name) for name in self.classes]
        return plot_shift_map(
            self.scores[k] - others, self.predicted, names, label=str(self.label), title=title
        )


def shift_map(model: Any, image: Any, radius: int = 6) -> ShiftMap:
    """Return the scores of an image under every shift: one cross-correlation a class.

    Parameters
    ----------
    model, image
        As for `smallest_flip`; the image shape must be known.
    radius : int
        Rows and columns moved at most, from 0 to one less than the smaller side.
    """
    model, form, x = linear_in_pixels(model, image)
    if model.image_shape is None:
        raise LinocutError("the image shape is not known — give pull_back image_shape=(h, w)")
    h, w = model.image_shape[:2]
    if not 0 <= radius < min(h, w):
        raise LinocutError(f"radius={radius!r} — an integer from 0 to {min(h, w) - 1}")
    layers = x.reshape(h, w, -1)
    middle = slice(h - 1 - radius, h + radius), slice(w - 1 - radius, w + radius)
    from scipy.signal import correlate  # loads much

    scores = np.stack(
        [
            sum(
                correlate(template[..., k], layers[..., k], mode="full")[middle]
                for k in range(layers.shape[2])
            )
            + b
            for template, b in zip(form.W.reshape(-1, *layers.shape), form.b, strict=True)
        ]
    )
    label = model.classes[int(scores[:, radius, radius].argmax())]
    return ShiftMap(scores, tuple(model.classes), label)
