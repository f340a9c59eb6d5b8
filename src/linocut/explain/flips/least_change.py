"""The least change of an image that flips the decision, in closed form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from linocut.core import LinocutError, Result
from linocut.core.forms import Floats
from linocut.explain.flips.linear import linear_in_pixels

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NORMS = ("L2", "Linf")


@dataclass(frozen=True, eq=False, repr=False)
class SmallestFlip(Result):
    """The least change of an image after which another class is read.

    Attributes
    ----------
    image, change, flipped : float64 array, shape (h, w)
        The image, what is added to it, and what results: on the border between both classes.
    label, versus : class label
        What is read before and beyond the border.
    norm : {"L2", "Linf"}
        How the change is measured: by the root of its sum of squares, or its largest pixel.
    distance : float
        That measure, in the unit of the pixels.
    margin : float
        Of the class over its rival before the change.
    within : (float, float) or None
        Values that the pixels keep to.
    classes : tuple of class labels
        All classes of the model.
    """

    image: Floats
    change: Floats
    flipped: Floats
    label: Any
    versus: Any
    norm: str
    distance: float
    margin: float
    within: tuple[float, float] | None
    classes: tuple[Any, ...] = ()

    @property
    def sentence(self) -> str:
        """Say how little is needed."""
        full = float(self.image.max(initial=0)) or 1.0
        largest = float(np.abs(self.change).max(initial=0)) / full
        if self.norm == "L2":
            size = float(np.linalg.norm(self.image)) or 1.0
            how = f"{self.distance / size:.1%} of the image's length, {largest:.1%} of full ink"
        else:
            how = f"{self.distance / full:.1%} of full ink"
        what = "when no pixel changes by more than" if self.norm == "Linf" else "after a change of"
        return f"{self.label} becomes {self.versus} {what} {how}."

    def plot(self, title: str | None = None) -> Figure:
        """Draw the image, the change and the result; above it a title, by default the sentence."""
        title = self.sentence if title is None else title
        from linocut.plot import plot_flip  # Matplotlib loads on use

        return plot_flip(
            self.image,
            self.change,
            self.flipped,
            label=str(self.label),
            versus=str(self.versus),
            title=title,
            among=tuple(map(str, self.classes)),
        )


def smallest_flip(
    model: Any,
    image: Any,
    *,
    versus: Any = None,
    norm: Literal["L2", "Linf"] = "L2",
    within: tuple[float, float] | None = None,
) -> SmallestFlip:
    """Return the least change that makes a rival's score equal that of the class that is read.

    Parameters
    ----------
    model : PulledBack, ImageClassifier, Pipeline or classifier
        Fitted, and linear in the pixels.
    image : array, shape (h, w) or (d,)
        In the unit of the training images. For an `ImageClassifier` also a path, bytes or a PIL
        image.
    versus : class label, optional
        The rival; if not given, the one for which the least change is needed.
    norm : {"L2", "Linf"}
        What is to be least: the root of the sum of squares, or the largest pixel's change.
    within : (float, float), optional
        Least and largest value of a pixel afterwards, such as (0, 255).

    Returns
    -------
    SmallestFlip
        Exact: any smaller change leaves the decision as it is.

    Raises
    ------
    LinocutError
        If the model is not linear in the pixels, or no image within the bounds is read otherwise.

    Examples
    --------
    >>> from linocut.core.forms import LinearForm
    >>> from linocut.explain import PulledBack
    >>> form = LinearForm(np.array([[3.0, 4.0], [0.0, 0.0]]), np.zeros(2))
    >>> model = PulledBack(form, np.arange(2))
    >>> flip = smallest_flip(model, [1.0, 0.5])
    >>> flip.distance, flip.change
    (1.0, array([[-0.6, -0.8]]))
    """
    if norm not in NORMS:
        raise LinocutError(f"norm={norm!r} — one of {', '.join(NORMS)}")
    model, form, x = linear_in_pixels(model, image)
    if within is not None:
        low, high = within
        if not low < high or x.min() < low or x.max() > high:
            raise LinocutError(
                f"within={within!r} — the least and the largest value of a pixel; the image has "
                f"{x.min():g} to {x.max():g}"
            )
    scores = form.scores(x[None])[0]
    a = int(scores.argmax())
    rivals = [k for k in range(len(scores)) if k != a]
    if versus is not None:
        rivals = [model.position(versus)]
        if rivals == [a]:
            raise LinocutError(
                f"versus={versus!r} — the image is classified as that; name another class"
            )
    best: tuple[float, int, Floats] | None = None
    for b in rivals:
        w, margin = form.W[a] - form.W[b], float(scores[a] - scores[b])
        change = _least_change(w, margin, x, norm, within)
        if change is None:
            continue
        size = float(np.linalg.norm(change) if norm == "L2" else np.abs(change).max(initial=0))
        if best is None or size < best[0]:
            best = size, b, change
    if best is None:
        raise LinocutError(
            f"no image with pixels within {within!r} near this one is classified differently"
        )
    size, b, change = best
    shape = model.image_shape or (1, len(x))
    return SmallestFlip(
        x.reshape(shape),
        change.reshape(shape),
        (x + change).reshape(shape),
        model.classes[a],
        model.classes[b],
        norm,
        size,
        float(scores[a] - scores[b]),
        within,
        tuple(model.classes),
    )


def _least_change(
    w: Floats, margin: float, x: Floats, norm: str, within: tuple[float, float] | None
) -> Floats | None:
    """Return the least change δ with w·δ = −margin, or None if the bounds allow none.

    Within bounds it is δ(t) = clip(−t v), v = w for L2 and sign(w) for L∞; −w·δ(t) grows with t and
    is linear between the t at which another pixel reaches its bound.
    """
    v = w if norm == "L2" else np.sign(w)
    slope = float(w @ v)
    if slope == 0:
        return None
    if within is None:
        return np.asarray(-margin / slope * v)
    used = np.flatnonzero(v)
    room = np.where(v > 0, x - within[0], within[1] - x)[used]
    ends = room / np.abs(v[used])  # t at which each pixel has reached its bound
    order = np.argsort(ends, kind="stable")
    gains = (w * v)[used][order]
    left = slope - np.concatenate([[0.0], np.cumsum(gains)])  # what still moves, in each interval
    starts = np.concatenate([[0.0], ends[order]])
    reached = np.concatenate([[0.0], np.cumsum(left[:-1] * np.diff(starts))])
    if reached[-1] < margin:
        return None
    at = int(np.searchsorted(reached, margin, side="left"))
    t = starts[at]
    if at > 0:
        t = starts[at - 1] + (margin - reached[at - 1]) / max(left[at - 1], np.finfo(float).tiny)
    return np.asarray(np.clip(x - t * v, *within) - x)
