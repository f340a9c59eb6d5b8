"""How sure: the least change that flips a decision, the chance of a flip, and every shift.

All are closed forms of the margin w·x + c between the class that is read and each rival, so they
hold for models that are linear in the pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.signal import correlate
from scipy.special import ndtr

from linocut.core import LinocutError, Result
from linocut.core.forms import Floats, LinearForm
from linocut.explain.pulling_back import PulledBack, pull_back

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NORMS = ("L2", "Linf")


@dataclass(frozen=True, eq=False)
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
        )


@dataclass(frozen=True, eq=False)
class NoiseFlips(Result):
    """How likely independent noise of every pixel makes each rival overtake.

    Attributes
    ----------
    label : class label
        What is read without noise.
    rivals : tuple of class labels
        All other classes.
    sigma : float
        Standard deviation of the (Gaussian) noise of a pixel, in the unit of the pixels.
    probabilities : float64 array, shape (K − 1,)
        That the rival's score is above the class's: exact.
    bounds : (float, float)
        Between which the probability lies that any rival overtakes: the largest of them, and their
        sum.
    """

    label: Any
    rivals: tuple[Any, ...]
    sigma: float
    probabilities: Floats
    bounds: tuple[float, float]

    @property
    def sentence(self) -> str:
        """Say how likely a flip is."""
        worst = int(np.argmax(self.probabilities))
        low, high = self.bounds
        return (
            f"Under noise of standard deviation {self.sigma:g} a pixel {self.label} is read "
            f"otherwise with a probability between {low:.2g} and {high:.2g}, most likely as "
            f"{self.rivals[worst]}."
        )

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a rival, likeliest first."""
        order = np.argsort(-self.probabilities, kind="stable")
        return [
            {"rival": self.rivals[k], "probability": float(self.probabilities[k])} for k in order
        ]


@dataclass(frozen=True, eq=False)
class ShiftMap(Result):
    """What is read of an image that is moved by every number of rows and columns.

    Attributes
    ----------
    scores : float64 array, shape (K, 2r + 1, 2r + 1)
        Of each class; the entry [r + dy, r + dx] belongs to the image moved down by dy rows and
        right by dx columns, with blank pixels coming in.
    classes : tuple of class labels
        The K classes.
    label : class label
        What is read without a shift.
    """

    scores: Floats
    classes: tuple[Any, ...]
    label: Any

    @property
    def read(self) -> NDArray[np.intp]:
        """Position of the class that is read at each shift, shape (2r + 1, 2r + 1)."""
        return np.asarray(self.scores.argmax(axis=0))

    @property
    def share(self) -> float:
        """Share of all shifts at which the same class is read."""
        return float((self.read == self.classes.index(self.label)).mean())

    @property
    def sentence(self) -> str:
        """Say how far the image may move."""
        r = self.scores.shape[1] // 2
        return (
            f"Moved by up to {r} pixels either way, the image is still read as {self.label} in "
            f"{self.share:.0%} of all {self.read.size} places."
        )

    def to_dict(self) -> dict[str, Any]:
        """Return what is read at each shift, as plain data."""
        names = [[str(self.classes[k]) for k in row] for row in self.read]
        return {"label": str(self.label), "share": self.share, "read": names}

    def plot(self, title: str | None = None) -> Figure:
        """Draw the margin over the best rival at every shift; above it a title, or the sentence."""
        title = self.sentence if title is None else title
        from linocut.plot import plot_shift_map  # Matplotlib loads on use

        k = self.classes.index(self.label)
        others = np.delete(self.scores, k, axis=0).max(axis=0)
        names = [str(name) for name in self.classes]
        return plot_shift_map(
            self.scores[k] - others, self.read, names, label=str(self.label), title=title
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
    model : PulledBack, or a fitted classifier or Pipeline
        Linear in the pixels.
    image : array, shape (h, w) or (d,)
        In the unit of the training images.
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
    >>> form = LinearForm(np.array([[3.0, 4.0], [0.0, 0.0]]), np.zeros(2))
    >>> model = PulledBack(form, np.arange(2))
    >>> found = smallest_flip(model, [1.0, 0.5])
    >>> found.distance, found.change
    (1.0, array([[-0.6, -0.8]]))
    """
    if norm not in NORMS:
        raise LinocutError(f"norm={norm!r} — one of {', '.join(NORMS)}")
    pulled, form, x = _linear(model, image)
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
        rivals = [pulled.position(versus)]
        if rivals == [a]:
            raise LinocutError(f"{versus!r} is what is read — name another class as the rival")
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
            f"no image with pixels within {within!r} near this one is read as another class"
        )
    size, b, change = best
    shape = pulled.image_shape or (1, len(x))
    return SmallestFlip(
        x.reshape(shape),
        change.reshape(shape),
        (x + change).reshape(shape),
        pulled.classes[a],
        pulled.classes[b],
        norm,
        size,
        float(scores[a] - scores[b]),
        within,
    )


def noise_flips(model: Any, image: Any, sigma: float) -> NoiseFlips:
    """Return how likely Gaussian noise of every pixel makes each rival overtake.

    The margin w·x over a rival then has the standard deviation sigma ‖w‖, so the probability is
    Φ(−margin / (sigma ‖w‖)).

    Parameters
    ----------
    model, image
        As for `smallest_flip`.
    sigma : float
        Standard deviation of a pixel's noise, in the unit of the pixels; above zero.
    """
    if not sigma > 0:
        raise LinocutError(f"sigma={sigma!r} — a standard deviation above zero")
    pulled, form, x = _linear(model, image)
    scores = form.scores(x[None])[0]
    a = int(scores.argmax())
    rivals = np.array([k for k in range(len(scores)) if k != a])
    spread = sigma * np.linalg.norm(form.W[a] - form.W[rivals], axis=1)
    margins = scores[a] - scores[rivals]
    with np.errstate(divide="ignore", invalid="ignore"):
        P = np.where(spread > 0, ndtr(-margins / spread), (margins <= 0) * 0.5)
    return NoiseFlips(
        pulled.classes[a],
        tuple(pulled.classes[rivals]),
        float(sigma),
        P,
        (float(P.max()), float(min(1.0, P.sum()))),
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
    pulled, form, x = _linear(model, image)
    if pulled.image_shape is None:
        raise LinocutError("the image shape is not known — give pull_back image_shape=(h, w)")
    h, w = pulled.image_shape
    if not 0 <= radius < min(h, w):
        raise LinocutError(f"radius={radius!r} — an integer from 0 to {min(h, w) - 1}")
    picture = x.reshape(h, w)
    middle = slice(h - 1 - radius, h + radius), slice(w - 1 - radius, w + radius)
    scores = np.stack(
        [
            correlate(template.reshape(h, w), picture, mode="full")[middle] + b
            for template, b in zip(form.W, form.b, strict=True)
        ]
    )
    label = pulled.classes[int(scores[:, radius, radius].argmax())]
    return ShiftMap(scores, tuple(pulled.classes), label)


def _linear(model: Any, image: Any) -> tuple[PulledBack, LinearForm, Floats]:
    pulled = model if isinstance(model, PulledBack) else pull_back(model)
    if not isinstance(pulled.form, LinearForm):
        raise LinocutError(
            "a model of products of pixels has no closed form for this — take one that is linear "
            "in the pixels"
        )
    return pulled, pulled.form, pulled.images(np.asarray(image)[None])[0].astype(np.float64)


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
