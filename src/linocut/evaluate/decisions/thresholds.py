"""Thresholds of the classes that reach an aim on validation images, exact by sorting."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.core.decisions import NEVER
from linocut.evaluate.predictions import Predictions

Floats = NDArray[np.float64]
Positions = NDArray[np.intp]

LEAST = 0.5  # from there up no image has two classes that are accepted
MOST_ROUNDS = 50
GAIN = 1e-12  # a smaller one is rounding


def thresholds_for_precision(predictions: Predictions, precision: float) -> Floats:
    """Accept as many images as possible, at no less than a given precision of each class.

    Parameters
    ----------
    predictions : Predictions
        Of images that the model was not fitted on, and no test images.
    precision : float
        Least share of the images predicted as a class that are of it, above 0 and up to 1.

    Returns
    -------
    float64 array, shape (K,)
        From ½ up; 2 for a class that reaches the precision with no threshold, and is never
        predicted.

    Raises
    ------
    LinocutError
        If the precision is no share.

    Notes
    -----
    Among all thresholds from ½ up these are optimal on the given images. An image has at most one
    class of a probability above ½, so each class is decided on by itself: sorted by probability,
    the longest beginning that is precise enough. An image whose largest probability is below ½ is
    rejected. A precision counted on the same images that chose the thresholds is optimistic.

    Examples
    --------
    >>> P = np.array([0.9, 0.8, 0.7, 0.6])
    >>> predictions = Predictions.from_arrays([0, 0, 1, 0], np.column_stack([P, 1 - P]))
    >>> thresholds_for_precision(predictions, 0.9)
    array([0.75, 2.  ])
    """
    if not 0 < precision <= 1:
        raise LinocutError(f"a precision of {precision!r} — a share above 0 and up to 1")
    P = predictions.probabilities.astype(np.float64)
    top = P.argmax(axis=1)
    largest = P[np.arange(len(P)), top]
    thresholds = np.full(P.shape[1], NEVER)
    order = np.argsort(-largest, kind="stable")
    order = order[largest[order] >= LEAST]
    for k in np.unique(top[order]):
        rows = order[top[order] == k]
        values = largest[rows]
        hits = np.cumsum(predictions.labels[rows] == k)
        enough = hits >= precision * np.arange(1, len(rows) + 1) - 1e-9
        good = np.flatnonzero(enough & _ends(values))
        if len(good):
            thresholds[k] = _between(values, int(good[-1]) + 1, below=LEAST)
    return thresholds


def thresholds_for_f1(predictions: Predictions) -> Floats:
    """Raise the mean F1 of the classes as far as changing one threshold after the other does.

    Parameters
    ----------
    predictions : Predictions
        Of images that the model was not fitted on, and no test images.

    Returns
    -------
    float64 array, shape (K,)
        0 for a class that is accepted always; where none is, some images are rejected, if their
        mistakes cost more precision than their hits add to recall.

    Notes
    -----
    Each step finds the best threshold of one class, the others fixed, exactly, among all that
    decide differently; steps go on until none helps. It is an optimum in each coordinate, as good
    or better than no thresholds, and not always the best of all combinations. Classes without an
    image count as 0.

    Examples
    --------
    >>> P = np.array([0.9, 0.8, 0.7, 0.6, 0.1])
    >>> predictions = Predictions.from_arrays([0, 0, 1, 1, 1], np.column_stack([P, 1 - P]))
    >>> thresholds_for_f1(predictions)
    array([0.75, 0.  ])
    """
    P = predictions.probabilities.astype(np.float64)
    labels = predictions.labels
    K = P.shape[1]
    thresholds, best_two = np.zeros(K), _BestTwo.of(P)
    support = np.bincount(labels, minlength=K)
    current = -np.inf
    for _ in range(MOST_ROUNDS):
        before = current
        for k in range(K):
            threshold, value = _best_threshold(P[:, k], k, best_two, labels, support)
            if value > current + GAIN:
                current = value
                thresholds[k] = threshold
                best_two.changed(P, thresholds, k)
        if current <= before + GAIN:
            break
    return thresholds


@dataclass(eq=False)
class _BestTwo:
    """The two largest accepted probabilities of each image, −1 and −1 where there are none."""

    values: Floats  # (n, 2)
    classes: Positions  # (n, 2)

    @classmethod
    def of(cls, accepted: Floats) -> _BestTwo:
        order = np.argsort(-accepted, axis=1, kind="stable")[:, :2]
        values = np.take_along_axis(accepted, order, axis=1)
        return cls(values, np.where(values < 0, -1, order))

    def without(self, k: int) -> tuple[Floats, Positions]:
        """Return the largest of the classes other than k, and which it is."""
        second = (self.classes[:, 0] == k).astype(np.intp)
        rows = np.arange(len(second))
        return self.values[rows, second], self.classes[rows, second]

    def changed(self, P: Floats, thresholds: Floats, k: int) -> None:
        """Take up a new threshold of class k; rows that it does not touch stay as they are."""
        now = np.where(P[:, k] >= thresholds[k], P[:, k], -1.0)
        held = (self.classes == k).any(axis=1)
        touched = np.flatnonzero(held | (now >= self.values[:, 1]))
        again = _BestTwo.of(np.where(P[touched] >= thresholds, P[touched], -1.0))
        self.values[touched], self.classes[touched] = again.values, again.classes


def _best_threshold(
    p: Floats, k: int, best_two: _BestTwo, labels: NDArray[np.int64], support: NDArray[np.int64]
) -> tuple[float, float]:
    """Return the threshold of class k at which the mean F1 is largest, and that F1."""
    K = len(support)
    rival, rivals = best_two.without(k)
    hit = rivals == labels
    decided = np.bincount(rivals[rivals >= 0], minlength=K)
    hits = np.bincount(rivals[hit], minlength=K)
    base = _f1(hits, decided, support).sum()

    # The images that go to class k as its threshold falls, one after the other.
    wins = (p > rival) | ((p == rival) & ((rivals < 0) | (k < rivals)))
    rows = np.flatnonzero(wins)
    rows = rows[np.argsort(-p[rows], kind="stable")]
    values, left = p[rows], rivals[rows]
    lost = np.zeros(len(rows))
    by_rival = np.argsort(left, kind="stable")
    by_rival = by_rival[left[by_rival] >= 0]
    j = left[by_rival]
    first = np.searchsorted(j, j)  # where the images of the same rival begin
    gone = np.arange(len(j)) - first
    hits_gone = np.cumsum(hit[rows[by_rival]])
    right_before = hits_gone - hit[rows[by_rival]]
    start = right_before[first] if len(j) else right_before
    lost[by_rival] = _f1(hits[j] - hits_gone + start, decided[j] - gone - 1, support[j]) - _f1(
        hits[j] - right_before + start, decided[j] - gone, support[j]
    )
    own = _f1(np.cumsum(labels[rows] == k), np.arange(1, len(rows) + 1), support[k])
    totals = np.concatenate([[base], base + np.cumsum(lost) + own]) / K
    possible = np.concatenate([[True], _ends(values)])
    totals[~possible] = -np.inf
    taken = len(totals) - 1 - int(totals[::-1].argmax())  # of equal ones the lowest threshold
    return _between(values, taken, below=0.0), float(totals[taken])


def _f1(hits: NDArray[np.int64], decided: NDArray[np.int64], support: NDArray[np.int64]) -> Floats:
    return np.asarray(2 * hits / np.maximum(decided + support, 1))


def _ends(values: Floats) -> NDArray[np.bool_]:
    """Tell behind which of some falling values a threshold fits: not between equal ones."""
    return np.append(values[:-1] > values[1:], True) if len(values) else np.empty(0, bool)


def _between(values: Floats, taken: int, *, below: float) -> float:
    """Return a threshold that so many of some falling values reach: halfway to the next."""
    if taken == len(values):
        return below
    return float((values[taken - 1] + values[taken]) / 2) if taken else NEVER
