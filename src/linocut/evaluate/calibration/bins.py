"""Probabilities put into bins: how often each bin's event happened, and the binned error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from linocut.core import LinocutError
from linocut.evaluate.calibration.chance import CONFIDENCE, Draws
from linocut.evaluate.calibration.events import Event
from linocut.evaluate.intervals import wilson_bounds

Floats = NDArray[np.float64]
Strategy = Literal["adaptive", "uniform", "quantile"]

STRATEGIES: tuple[Strategy, ...] = ("adaptive", "uniform", "quantile")
BINS = 15
FEWEST = 30  # images in an adaptive bin, where there are enough


@dataclass(frozen=True, eq=False)
class ReliabilityCurve:
    """How often something happened, by the probability that was given to it.

    Attributes
    ----------
    edges : float64 array, shape (m + 1,)
        Of the bins, rising, from 0 to 1.
    counts : int64 array, shape (m,)
        Images in each; in none of them is there no image.
    confidences, shares : float64 arrays, shape (m,)
        Mean probability in each bin, and share of its images for which it happened.
    intervals : float64 array, shape (m, 2)
        95 % Wilson interval of the share.
    """

    edges: Floats
    counts: NDArray[np.int64]
    confidences: Floats
    shares: Floats
    intervals: Floats

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a bin."""
        columns = (self.edges[:-1], self.edges[1:], self.counts, self.confidences, self.shares)
        names = ("from", "to", "images", "mean_probability", "share")
        return [
            {
                **{name: x.item() for name, x in zip(names, row, strict=True)},
                "low": float(low),
                "high": float(high),
            }
            for *row, (low, high) in zip(*columns, self.intervals, strict=True)
        ]


def reliability_curve(
    event: Event, *, bins: int = BINS, strategy: Strategy = "adaptive"
) -> ReliabilityCurve:
    """Put the probabilities of an event into bins.

    Parameters
    ----------
    event : Event
        Probabilities and outcomes of n images.
    bins : int
        Of them at most.
    strategy : {"adaptive", "uniform", "quantile"}
        Bins of equal width, joined with the next until 30 images are in each (fewer on small
        sets); of equal width, those without images left out; or with about equally many images.

    Raises
    ------
    LinocutError
        If the strategy is not known or there is no bin.

    Examples
    --------
    >>> event = Event(np.array([0.1, 0.2, 0.8, 0.9]), np.array([0.0, 0.0, 1.0, 1.0]))
    >>> curve = reliability_curve(event, bins=2, strategy="uniform")
    >>> curve.shares, curve.counts
    (array([0., 1.]), array([2, 2]))
    """
    if strategy not in STRATEGIES:
        raise LinocutError(f"strategy {strategy!r} — one of {', '.join(STRATEGIES)}")
    if bins < 1:
        raise LinocutError(f"bins={bins} — one at least")
    p = event.confidences
    edges = _edges(p, bins, strategy)
    place = _place(p, edges)
    counts = np.bincount(place, minlength=len(edges) - 1)
    filled = counts > 0
    happened = np.bincount(place, event.outcomes, minlength=len(counts))[filled]
    means = np.bincount(place, p, minlength=len(counts))[filled] / counts[filled]
    counts = counts[filled]
    # An empty bin's room goes to the one before it.
    kept = np.append(edges[:-1][filled], edges[-1])
    kept[0] = edges[0]
    return ReliabilityCurve(
        kept, counts, means, happened / counts, np.column_stack(wilson_bounds(happened, counts))
    )


@dataclass(frozen=True)
class BinnedError:
    """The binned ("expected") calibration error, which is never without noise.

    Attributes
    ----------
    value : float
        Mean distance between share and mean probability of bins of equal width.
    debiased : float
        Less what the noise within each bin adds to it on average.
    expected, limit : float
        What perfectly calibrated probabilities would measure: on average, and at most in 95 of 100
        cases.
    bins : int
        How many.
    """

    value: float
    debiased: float
    expected: float
    limit: float
    bins: int


def binned_error(event: Event, draws: Draws, *, bins: int = BINS) -> BinnedError:
    """Measure the binned calibration error, and what chance makes of it.

    Parameters
    ----------
    event : Event
        Probabilities and outcomes of n images.
    draws : float32 array, shape (n, B)
        From `linocut.evaluate.calibration.draws_for`.
    bins : int
        Of equal width.

    Notes
    -----
    M. P. Naeini et al. (AAAI 2015). Debiased after A. Kumar, P. Liang and T. Ma, "Verified
    uncertainty calibration" (NeurIPS 2019): each bin's distance less the excess of the mean
    absolute value of a normal variable with that mean and the variance of the bin's share.
    """
    p, y, n = event.confidences, event.outcomes, len(event.outcomes)
    place = _place(p, np.linspace(0, 1, bins + 1))
    counts = np.bincount(place, minlength=bins)
    filled = counts > 0
    sums = np.bincount(place, y - p, minlength=bins)[filled]
    counts = counts[filled]
    share = np.bincount(place, y, minlength=bins)[filled] / counts
    distance = np.abs(sums) / counts
    error = np.sqrt(share * (1 - share) / np.maximum(counts - 1, 1))
    weights = counts / n
    debiased = float(weights @ (2 * distance - _folded_mean(distance, error)))
    order = np.argsort(place, kind="stable")
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    happened = (draws < p.astype(np.float32)[:, None])[order]
    drawn = np.add.reduceat(happened, starts, axis=0, dtype=np.float64)
    chance = np.abs(drawn - np.add.reduceat(p[order], starts)[:, None]).sum(axis=0) / n
    return BinnedError(
        float(weights @ distance), max(debiased, 0.0), float(chance.mean()),
        float(np.quantile(chance, CONFIDENCE)), bins,
    )  # fmt: skip


def _folded_mean(mean: Floats, error: Floats) -> Floats:
    """Return the mean absolute value of normal variables."""
    z = mean / np.where(error > 0, error, 1)
    folded = error * np.sqrt(2 / np.pi) * np.exp(-z * z / 2) + mean * (1 - 2 * ndtr(-z))
    return np.where(error > 0, folded, mean)


def _place(p: Floats, edges: Floats) -> NDArray[np.intp]:
    """Return the bin of each probability, as scikit-learn: its upper edge belongs to the next."""
    return np.asarray(np.searchsorted(edges[1:-1], p, side="right"))


def _edges(p: Floats, bins: int, strategy: Strategy) -> Floats:
    if strategy == "quantile":
        inner = np.unique(np.quantile(p, np.linspace(0, 1, bins + 1)[1:-1]))
        return np.concatenate([[0.0], inner[(inner > 0) & (inner < 1)], [1.0]])
    edges = np.linspace(0, 1, bins + 1)
    if strategy == "uniform":
        return edges
    fewest = int(np.clip(len(p) // (2 * bins), 1, FEWEST))
    counts = np.bincount(_place(p, edges), minlength=bins)
    kept, inside = [0.0], 0
    for edge, count in zip(edges[1:], counts, strict=True):
        inside += count
        if inside >= fewest:
            kept.append(float(edge))
            inside = 0
    if inside or kept[-1] < 1:  # too few at the end: they join the bin before
        kept = [*kept[:-1], 1.0] if len(kept) > 1 else [0.0, 1.0]
    return np.array(kept)
