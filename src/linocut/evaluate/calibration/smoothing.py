"""Smooth calibration error: residuals smoothed by a Gaussian that is as wide as the error."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from scipy.fft import dct, idct

from linocut.core import LinocutError

Floats = NDArray[np.float64]

# Of the grid on [0, 1], coarsest first. An error below 0.1 % is measured less sharply by the
# finest; one below 0.02 %, less than any sample can tell, is taken at the narrowest bandwidth.
CELLS = tuple(2**k for k in range(10, 14))
CELLS_A_WIDTH = 8  # grid cells in a bandwidth: errors by the grid are then below a thousandth
NARROWEST = 2  # grid cells in the narrowest bandwidth that is tried
TOL = 1e-5  # relative, of the fixed point
MOST_STEPS = 30
NEGLIGIBLE = 7.0  # standard deviations from which on a Gaussian is nothing


def smooth_calibration_error(
    confidences: ArrayLike, outcomes: ArrayLike, sample_weight: ArrayLike | None = None
) -> float:
    """Measure by how much probabilities of an event are off, without bins.

    Parameters
    ----------
    confidences : float array, shape (n,)
        Probability given to the event, in [0, 1].
    outcomes : array, shape (n,)
        Whether it happened: 0 or 1.
    sample_weight : float array, shape (n,), optional
        Weight of each row, not negative.

    Returns
    -------
    float
        In [0, 1]; 0 is perfect.

    Raises
    ------
    LinocutError
        If there are no rows, shapes do not agree, or a value is out of its range.

    Notes
    -----
    J. Błasiok and P. Nakkiran, "Smooth ECE: principled reliability diagrams via kernel smoothing",
    ICLR 2024: the integral of the absolute value of the residuals smoothed by a Gaussian that is
    reflected at 0 and 1, at the one bandwidth that equals this integral.

    The reflected Gaussian multiplies cosine series (the heat equation between two walls), so one
    smoothing is a cosine transform of the residuals on a grid, O(n + m log m) for m cells.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> p = rng.uniform(0.2, 0.8, 20_000)
    >>> y = rng.random(20_000) < p - 0.1
    >>> round(smooth_calibration_error(p, y), 2)
    0.1
    """
    p, y = _checked(confidences, outcomes)
    w = np.ones(len(p)) if sample_weight is None else np.asarray(sample_weight, np.float64)
    if w.shape != p.shape or not np.isfinite(w).all() or w.min() < 0 or w.sum() == 0:
        raise LinocutError(
            f"sample_weight of shape {w.shape} for {len(p)} rows — one weight each, none negative, "
            "not all zero"
        )
    return float(Smoother(p).errors(w * (y - p) / w.sum())[0])


@dataclass(eq=False)
class Smoother:
    """Smooths residuals that lie at n confidences.

    Parameters
    ----------
    confidences : float64 array, shape (n,)
        In [0, 1].
    """

    confidences: Floats
    _shares: dict[int, sparse.csr_array] = field(default_factory=dict, repr=False)

    def errors(self, residuals: NDArray[Any], start: float = 0.02) -> Floats:
        """Return the smooth calibration error of each of B sets of residuals, shape (B,).

        Parameters
        ----------
        residuals : float array, shape (n,) or (n, B)
            Outcome less confidence, each multiplied by its weight; weights sum to 1.
        start : float
            About what is to be expected; the result does not depend on it.
        """
        R = residuals[:, None] if residuals.ndim == 1 else residuals
        widths = np.full(R.shape[1], start)
        for cells in CELLS:
            if start * cells < NARROWEST and cells < CELLS[-1]:
                continue
            widths = self._grid(R, cells).fixed_points(widths)
            if np.median(widths) * cells >= CELLS_A_WIDTH:
                break
        return widths

    def deviation(self, outcomes: Floats, width: float) -> Floats:
        """Estimate by how much the event's probability exceeds each confidence, shape (n,).

        The mean residual around each confidence, weighted by the reflected Gaussian of this width:
        the kernel regression that the reliability diagram of the same source shows.
        """
        cells = next((m for m in CELLS if width * m >= CELLS_A_WIDTH), CELLS[-1])
        both = np.stack([outcomes - self.confidences, np.ones(len(outcomes))], axis=1)
        widths = np.full(2, max(width, NARROWEST / cells))
        residual, amount = self._grid(both, cells).smoothed(widths)
        centres = (np.arange(cells) + 0.5) / cells
        deviation = residual / np.maximum(amount, np.finfo(np.float64).tiny)
        return np.asarray(np.interp(self.confidences, centres, deviation))

    def _grid(self, R: NDArray[Any], cells: int) -> _Grid:
        if cells not in self._shares:
            self._shares[cells] = _shares(self.confidences, cells)
        masses = np.ascontiguousarray((self._shares[cells] @ R).T, np.float64)
        # Sharing a mass between two cells smooths it by a triangle one cell wide: taken out again.
        triangle = np.sinc(np.arange(cells) / (2 * cells)) ** 2
        return _Grid(dct(masses, axis=1) / triangle)


@dataclass(frozen=True, eq=False)
class _Grid:
    """Residuals as cosine series, shape (B, m): of the masses in m cells of [0, 1]."""

    series: Floats

    def smoothed(self, widths: Floats) -> Floats:
        """Return masses (B, m) smoothed by reflected Gaussians of these widths (B,)."""
        cells = self.series.shape[1]
        few = min(cells, int(NEGLIGIBLE / (np.pi * widths.min())) + 1)
        exponent = (np.pi * np.arange(few)) ** 2 / 2
        damped = self.series[:, :few] * np.exp(-np.outer(widths**2, exponent))
        return np.asarray(idct(damped, n=cells, axis=1))

    def fixed_points(self, start: Floats) -> Floats:
        """Return for each row the width that equals the error at that width.

        The error falls as the width grows, so log error − log width has a slope of −1 or steeper:
        its distance to the root is at most its value.
        """
        narrowest = np.log(NARROWEST / self.series.shape[1])
        u = np.log(np.maximum(start, np.exp(narrowest)))
        slope = np.full(len(u), 1.3)
        before_u = before_f = np.zeros(0)
        for _ in range(MOST_STEPS):
            errors = np.abs(self.smoothed(np.exp(u))).sum(axis=1)
            f = np.log(np.maximum(errors, np.finfo(np.float64).tiny)) - u
            at_end = (u <= narrowest) & (f < 0)
            if (at_end | (np.abs(f) < TOL)).all():
                break
            if len(before_u):
                moved = np.where(u == before_u, 1.0, u - before_u)
                slope = np.where(u == before_u, slope, np.clip(-(f - before_f) / moved, 1, 4))
            before_u, before_f = u, f
            u = np.maximum(u + f / slope, narrowest)
        return np.asarray(np.where(at_end, errors, np.exp(u)))


def _shares(at: Floats, cells: int) -> sparse.csr_array:
    """Return how each row is shared between the two cells next to it, shape (m, n).

    Half a cell from either end the second one is its own mirror image.
    """
    place = at * cells - 0.5
    left = np.floor(place)
    share = place - left
    n = len(at)
    where = np.concatenate([np.maximum(left, 0), np.minimum(left + 1, cells - 1)]).astype(np.intp)
    rows = np.tile(np.arange(n), 2)
    values = np.concatenate([1 - share, share])
    return sparse.csr_array((values, (where, rows)), shape=(cells, n))


def _checked(confidences: ArrayLike, outcomes: ArrayLike) -> tuple[Floats, Floats]:
    p, y = np.asarray(confidences, np.float64), np.asarray(outcomes, np.float64)
    if p.ndim != 1 or p.shape != y.shape or not len(p):
        raise LinocutError(
            f"confidences of shape {p.shape} and outcomes of shape {y.shape} — both must be (n,), "
            "not empty"
        )
    if not ((p >= 0) & (p <= 1)).all():
        worst = p[~((p >= 0) & (p <= 1))][0]
        raise LinocutError(f"a confidence of {worst:g} — a probability from 0 to 1")
    if not np.isin(y, (0, 1)).all():
        raise LinocutError(f"an outcome of {y[~np.isin(y, (0, 1))][0]:g} — 0 or 1")
    return p, y
