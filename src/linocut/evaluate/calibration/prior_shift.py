"""How frequent the classes are among images without labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import null_space
from scipy.special import ndtri

from linocut.classifier import ImageClassifier
from linocut.core import LinocutError, Result
from linocut.evaluate.calibration.priors import Priors, checked_priors

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Floats = NDArray[np.float64]

MOST_STEPS = 5000
TOL = 1e-9  # of a share, from one step to the next
CONFIDENCE = 0.95
DRAWN = 20


@dataclass(frozen=True, eq=False, repr=False)
class PriorEstimate(Result):
    """Estimated share of each class among images without labels.

    Attributes
    ----------
    class_names : tuple of K str
        The classes.
    priors : float64 array, shape (K,)
        The shares, sum 1.
    intervals : float64 array, shape (K, 2)
        95 % interval of each.
    old : float64 array, shape (K,)
        The shares that the probabilities take for granted.
    n : int
        Images.
    """

    class_names: tuple[str, ...]
    priors: Floats
    intervals: Floats
    old: Floats
    n: int

    @property
    def sentence(self) -> str:
        """Say which class differs most from what was taken for granted."""
        low, high = self.intervals.T
        outside = (self.old < low) | (self.old > high)
        if not outside.any():
            return (
                f"Estimated from {self.n:,} images without labels: no class is more or less "
                "frequent than in training by more than chance explains."
            )
        k = int(np.where(outside, np.abs(np.log(np.maximum(self.priors, 1e-9) / self.old)), 0)
                .argmax())  # fmt: skip
        return (
            f"Estimated from {self.n:,} images without labels: class {self.class_names[k]} makes "
            f"{100 * self.priors[k]:.1f} % of them (95 % interval {100 * low[k]:.1f} to "
            f"{100 * high[k]:.1f} %), {100 * self.old[k]:.1f} % in training."
        )

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a class."""
        columns = zip(self.class_names, self.priors, self.intervals, self.old, strict=True)
        return [
            {
                "class": name,
                "prior": float(share),
                "low": float(low),
                "high": float(high),
                "in_training": float(old),
            }
            for name, share, (low, high), old in columns
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return every figure as plain data."""
        return {"n": self.n, "classes": self.rows()}

    def plot(self, ax: Axes | None = None) -> Figure:
        """Draw the share of each class with its interval; of many the twenty most changed."""
        from linocut.plot import plot_measures  # Matplotlib loads on use

        changed = np.argsort(-np.abs(self.priors - self.old), kind="stable")
        shown = np.sort(changed[:DRAWN])
        values = [(self.priors[k], *self.intervals[k]) for k in shown]
        return plot_measures(
            [self.class_names[k] for k in shown],
            [("estimated share of the images, %", values)],
            ax=ax,
        )


def estimate_priors(
    model: ImageClassifier, images: Any, *, old: Priors | None = None
) -> PriorEstimate:
    """Estimate how frequent the classes are among images without labels.

    Parameters
    ----------
    model : ImageClassifier
        Fitted. Its probabilities should be calibrated, and images of one class look as those in
        training did; only how many there are of each may differ.
    images : array, path, bytes, PIL image, or a sequence of these
        As for ``predict``.
    old : mapping or array, optional
        Shares that its probabilities take for granted (see `training_priors`); all alike if not
        given.

    Raises
    ------
    LinocutError
        If there is no image, or ``old`` is not one positive share for each class.

    Notes
    -----
    The maximum-likelihood shares by expectation–maximisation: M. Saerens, P. Latinne and C.
    Decaestecker, Neural Computation 14 (2002), equation 2.9. The likelihood is concave, so there
    is one maximum. Intervals are from the observed information on the simplex and count the
    sampling of the images alone; they are cut at 0 and 1.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> digits = load_dataset("digits")
    >>> model = ImageClassifier().fit(digits)
    >>> ones = digits.test.images[digits.test.labels < 2]
    >>> found = estimate_priors(model, ones)
    >>> bool(found.priors[:2].sum() > 0.95)
    True
    """
    return estimate_priors_of(model.predict_proba(images), tuple(map(str, model.classes_)), old=old)


def estimate_priors_of(
    probabilities: NDArray[Any], class_names: tuple[str, ...], *, old: Priors | None = None
) -> PriorEstimate:
    """Estimate as `estimate_priors`, from probabilities (n, K) of the images."""
    P = np.asarray(probabilities, np.float64)
    n, K = P.shape
    if not n:
        raise LinocutError("no image to estimate shares from — one at least")
    was = np.full(K, 1 / K) if old is None else checked_priors(old, class_names)
    ratios = P / was
    shares = was.copy()
    for _ in range(MOST_STEPS):
        new = shares * (ratios / (ratios @ shares)[:, None]).mean(axis=0)
        moved, shares = float(np.abs(new - shares).max()), new
        if moved < TOL:
            break
    return PriorEstimate(class_names, shares, _intervals(ratios, shares), was, n)


def _intervals(ratios: Floats, shares: Floats) -> Floats:
    """Return bounds (K, 2) by the inverse of the information in directions of sum zero."""
    scores = ratios / (ratios @ shares)[:, None]
    information = scores.T @ scores
    along = null_space(np.ones((1, len(shares))))
    covariance = along @ np.linalg.pinv(along.T @ information @ along, hermitian=True) @ along.T
    spread = float(ndtri(0.5 + CONFIDENCE / 2)) * np.sqrt(np.maximum(np.diag(covariance), 0))
    return np.clip(np.stack([shares - spread, shares + spread], axis=1), 0, 1)
