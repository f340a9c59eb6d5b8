"""How far one set of images lies from another: how well a classifier tells them apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedKFold

from linocut.core import LinocutError, Result
from linocut.core.arrays import flatten_images
from linocut.evaluate.intervals import share_of, wilson_interval
from linocut.models import BinaryRegression

FOLDS = 5
MOST = 3000  # images of each set
C = 0.03  # of pixels between 0 and 1: strong enough that the template can be looked at
FULL = np.float32(255)

Images = NDArray[np.uint8]


@dataclass(frozen=True, eq=False, repr=False)
class ToldApart(Result):
    """How well logistic regression of the pixels tells two sets of images apart.

    Attributes
    ----------
    n : int
        Images of both sets together, as many of each.
    correct : int
        Images that are ascribed to the right set by a model that has not seen them (five folds).
    template : float64 array, shape (h, w)
        Weights of a fully inked pixel, log-odds: above zero where ink speaks for the second set.
    means : float64 array, shape (2, h, w)
        Mean image of each set, from 0 to 255.
    """

    n: int
    correct: int
    template: NDArray[np.float64]
    means: NDArray[np.float64]

    @property
    def accuracy(self) -> float:
        """Balanced accuracy: share ascribed to the right set, a half where they are alike."""
        return self.correct / self.n

    @property
    def interval(self) -> tuple[float, float]:
        """95 % Wilson interval of it."""
        return wilson_interval(self.correct, self.n)

    @property
    def sentence(self) -> str:
        """Say how well the sets can be told apart."""
        accuracy = share_of(self.correct, self.n)
        alike = " — no better than chance" if accuracy.low <= 0.5 else ""
        return (
            f"A linear classifier tells the two sets apart in {accuracy.percent_in_words()} of "
            f"{self.n:,} images, where chance is 50 %{alike}."
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the figures and the template as plain data."""
        return {
            "n": self.n,
            "accuracy": self.accuracy,
            "interval": list(self.interval),
            "template": self.template.tolist(),
        }


def tell_apart(
    first: tuple[Images, NDArray[np.int64]],
    second: tuple[Images, NDArray[np.int64]],
    *,
    random_state: int = 42,
) -> ToldApart:
    """Fit logistic regression of the pixels to tell two sets of labelled images apart.

    Both sets give as many images of each class, so that it is not the classes that tell.

    Parameters
    ----------
    first, second : (uint8 array (n, h, w), int array (n,))
        Images and classes.
    random_state : int
        Of the images that are taken, and of the folds.

    Raises
    ------
    LinocutError
        If the sets have fewer than five images of the same classes.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> part = load_dataset("digits").train
    >>> moved = np.roll(part.images, 1, axis=2), part.labels
    >>> bool(tell_apart((part.images, part.labels), moved).accuracy > 0.9)
    True
    """
    random = np.random.default_rng(random_state)
    rows = _alike(first[1], second[1], random)
    if len(rows[0]) < FOLDS:
        raise LinocutError(
            f"{len(rows[0])} images of shared classes in either set — {FOLDS} at least"
        )
    both = np.concatenate(
        [images[some] for (images, _), some in zip((first, second), rows, strict=True)]
    )
    X = flatten_images(both) / FULL
    y = np.repeat([0, 1], len(rows[0]))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=random_state)
    correct = sum(
        int((BinaryRegression(C).fit(X[fit], y[fit]).predict(X[held]) == y[held]).sum())
        for fit, held in folds.split(X, y)
    )
    shape = both.shape[1:]
    template = BinaryRegression(C).fit(X, y).coef_[1].reshape(shape)
    means = np.stack([both[y == k].mean(axis=0) for k in (0, 1)])
    return ToldApart(len(y), correct, np.asarray(template, np.float64), means)


def _alike(
    first: NDArray[np.int64], second: NDArray[np.int64], random: np.random.Generator
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Draw rows of both so that each class is there as often in either."""
    K = int(max(first.max(initial=-1), second.max(initial=-1))) + 1
    counts = np.minimum(*(np.bincount(each, minlength=K) for each in (first, second)))
    share = min(1.0, MOST / max(counts.sum(), 1))
    wanted = np.minimum(counts, np.ceil(share * counts).astype(np.intp))
    drawn = (
        np.concatenate(
            [np.empty(0, np.intp)]
            + [random.permutation(np.flatnonzero(each == k))[: wanted[k]] for k in range(K)]
        )
        for each in (first, second)
    )
    a, b = drawn
    return a, b
