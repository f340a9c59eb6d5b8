"""Accuracy when all images are moved: by every number of rows and columns within a quarter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError, Result
from linocut.core.forms import LinearForm
from linocut.evaluate.intervals import Estimate, percent, wilson_interval
from linocut.evaluate.moving import moved
from linocut.evaluate.robustness.images import fair_order, labelled, positions, predicted
from linocut.evaluate.robustness.in_time import FIRST, doubling
from linocut.evaluate.robustness.shares import mean_share
from linocut.explain import pull_back

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST = 15  # shifts along an axis
FEWER = 7  # where each has to be made
AFFORDED = 1e10  # multiplications that are made in any case, in about half a second
AT_ONCE = 300  # templates that are multiplied together
TOLD = 0.4  # of the farthest shift: a tenth of the side, which is what the sentence is about


@dataclass(frozen=True, eq=False, repr=False)
class ShiftAccuracy(Result):
    """How many of n images are correctly classified after a shift, for every shift.

    Attributes
    ----------
    down, right : int arrays, shapes (a,) and (b,)
        Shifts in pixels, rising; below zero up and left. Blank pixels come in.
    correct : bool array, shape (a, b, n)
        Which images are correctly classified.
    of : int
        Images that there were, of which n were taken.
    exact : bool
        Whether scores are products of moved templates with the images, rather than of moved images.
    """

    down: NDArray[np.intp]
    right: NDArray[np.intp]
    correct: NDArray[np.bool_]
    of: int
    exact: bool

    @property
    def n(self) -> int:
        """Number of images."""
        return int(self.correct.shape[2])

    @property
    def accuracy(self) -> NDArray[np.float64]:
        """Share correctly classified at each shift, shape (a, b)."""
        return np.asarray(self.correct.mean(axis=2))

    @property
    def step(self) -> int:
        """Pixels between neighbouring shifts."""
        return int(self.right[1] - self.right[0]) if len(self.right) > 1 else 1

    @property
    def distances(self) -> tuple[int, ...]:
        """Distances in pixels that `at` knows of, from 0."""
        return tuple(range(0, int(min(self.down[-1], self.right[-1])) + 1, self.step))

    def at(self, distance: int) -> Estimate:
        """Return the accuracy after a shift by a distance in any direction, with its interval.

        Parameters
        ----------
        distance : int
            In pixels; all shifts count that are no further than half a step from it.

        Raises
        ------
        LinocutError
            If there is no such shift.
        """
        far = np.hypot(self.down[:, None], self.right)
        there = np.abs(far - distance) <= self.step / 2
        if not there.any():
            raise LinocutError(
                f"distance={distance!r} — shifts go from 0 to {self.right[-1]} pixels"
            )
        return mean_share(self.correct[there])

    @property
    def sentence(self) -> str:
        """Say what is left after a small shift."""
        farthest = self.distances[-1]
        told = min(self.distances[1:], key=lambda far: abs(far - TOLD * farthest), default=0)
        many = f"{told} pixel" + ("" if told == 1 else "s")
        return (
            f"Of {self.n:,} images moved by {many} in any direction, "
            f"{self.at(told).percent_in_words()} are correctly classified; of the same images as "
            f"they are, {percent(self.at(0).value)}."
        )

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a shift: how far down and right, accuracy and its interval."""
        rows = []
        for i, dy in enumerate(self.down.tolist()):
            for j, dx in enumerate(self.right.tolist()):
                count = int(self.correct[i, j].sum())
                low, high = wilson_interval(count, self.n)
                rows.append(
                    {"down": dy, "right": dx, "n": self.n, "accuracy": count / self.n, "low": low,
                     "high": high}
                )  # fmt: skip
        return rows

    def table_rows(self) -> list[dict[str, Any]]:
        """Return one row a distance: accuracy over all directions, and its interval."""
        return [
            {"distance, pixels": far, "accuracy": each.value, "low": each.low, "high": each.high}
            for far in self.distances
            for each in (self.at(far),)
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the accuracies as plain data: the map, and by distance."""
        return {
            "n": self.n,
            "of": self.of,
            "exact": self.exact,
            "down": self.down.tolist(),
            "right": self.right.tolist(),
            "accuracy": self.accuracy.tolist(),
            "distances": [{"distance": far, **vars(self.at(far))} for far in self.distances],
        }

    def plot(self, ax: Any = None) -> Figure:
        """Draw the map."""
        from linocut.plot import plot_shift_accuracy  # Matplotlib loads on use

        return plot_shift_accuracy(self.down, self.right, self.accuracy, title=self.sentence, ax=ax)


def accuracy_under_shifts(
    model: Any,
    X: Any,
    y: Any = None,
    *,
    radius: int | None = None,
    seconds: float | None = 10.0,
    random_state: int = 42,
) -> ShiftAccuracy:
    """Return the accuracy of a model on images moved by every number of rows and columns.

    For a model that is linear in the pixels, the score of a moved image is that of the image under
    the template moved back: all shifts take one product of matrices, a cross-correlation.

    Parameters
    ----------
    model : ImageClassifier or classifier of images
        Fitted.
    X : ImageDataset, or uint8 array, shape (n, h, w)
        A dataset, of which the test part is taken, or images.
    y : array, shape (n,)
        Their classes; none for a dataset.
    radius : int, optional
        Pixels moved at most along either axis; a quarter of the shorter side if not given. At most
        15 shifts along an axis are taken, 7 where each has to be made.
    seconds : float or None
        Once as many have passed, no more images are taken. None takes all.
    random_state : int
        Of the order in which images are taken.

    Raises
    ------
    LinocutError
        If there are no images, they are of another size, or of a class that the model does not
        know, or the radius is not within the image.

    Examples
    --------
    >>> from linocut.classifier import ImageClassifier
    >>> from linocut.data import load_dataset
    >>> digits = load_dataset("digits")
    >>> moved = accuracy_under_shifts(ImageClassifier().fit(digits), digits)
    >>> moved.accuracy.shape, moved.exact, bool(moved.at(2).value < moved.at(0).value)
    ((5, 5), True, True)
    """
    images, names = labelled(X, y)
    labels = positions(model, images, names)
    side = min(images.shape[1:3])
    r = max(1, round(side / 4)) if radius is None else radius
    if not 0 <= r < side:
        raise LinocutError(f"radius={radius!r} — an integer from 0 to {side - 1}")
    form = _linear_form(model)
    offsets = _offsets(r, MOST if form else FEWER)
    order = fair_order(labels, np.random.default_rng(random_state))
    parts = []
    first = FIRST if form is None else max(FIRST, int(AFFORDED / (form.W.size * len(offsets) ** 2)))
    for some in doubling(len(order), seconds, first):
        rows = order[some]
        scored = (
            _by_templates(form, images[rows], offsets)
            if form
            else _by_moving(model, images[rows], offsets)
        )
        parts.append(np.stack(list(scored)) == labels[rows])
    correct = np.concatenate(parts, axis=1).reshape(len(offsets), len(offsets), -1)
    return ShiftAccuracy(offsets, offsets, correct, len(images), form is not None)


def _offsets(radius: int, most: int) -> NDArray[np.intp]:
    """Return at most so many shifts along an axis, evenly spaced about zero."""
    step = max(1, -(-2 * radius // (most - 1)))
    far = radius // step
    return step * np.arange(-far, far + 1)


def _linear_form(model: Any) -> LinearForm | None:
    """Return the model as a linear form of the pixels, None if it is none."""
    try:
        found = pull_back(model)
    except LinocutError:
        return None
    form = found.form
    return form if isinstance(form, LinearForm) and not found.image_steps else None


def _by_templates(
    form: LinearForm, images: NDArray[np.uint8], offsets: NDArray[np.intp]
) -> Iterator[NDArray[np.int64]]:
    """Yield what is predicted at each shift: templates move back by what images would move."""
    X = images.reshape(len(images), -1).astype(np.float32)
    templates = form.W.reshape(-1, *images.shape[1:]).astype(np.float32)
    b = form.b.astype(np.float32)
    shifts = [(-down, -right) for down in offsets.tolist() for right in offsets.tolist()]
    K, at_once = len(templates), max(1, AT_ONCE // len(templates))
    for start in range(0, len(shifts), at_once):
        back = [moved(templates, *shift) for shift in shifts[start : start + at_once]]
        scores = X @ np.concatenate(back).reshape(len(back) * K, -1).T
        yield from (scores.reshape(len(X), -1, K) + b).argmax(axis=2).T


def _by_moving(
    model: Any, images: NDArray[np.uint8], offsets: NDArray[np.intp]
) -> Iterator[NDArray[np.int64]]:
    for down in offsets.tolist():
        for right in offsets.tolist():
            yield predicted(model, moved(images, down, right))
