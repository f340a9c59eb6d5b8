"""Scores made into better probabilities by few numbers: one temperature, or two numbers a class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq, minimize_scalar
from scipy.special import ndtri, softmax

from linocut.core import LinocutError
from linocut.core.links import Link
from linocut.models import BinaryRegression
from linocut.solve.temperature import fit_temperature

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]
Method = Literal["temperature", "confidence", "vector"]

METHODS: tuple[Method, ...] = ("temperature", "confidence", "vector")
CONFIDENCE = 0.95
STEP = 1e-3  # of the logarithm of a temperature, for differences that stand for derivatives
RANGE = 4.0  # of that logarithm
NEWTON_STEPS = 50
TOL = 1e-10  # squared length of a Newton step, in the unit of the objective
TINY = np.finfo(np.float64).tiny


@dataclass(frozen=True, eq=False)
class Scaling:
    """How scores are changed, class by class.

    Attributes
    ----------
    method : {"temperature", "confidence", "vector"}
        By what it was chosen.
    slopes, shifts : float64 arrays, shape (K,)
        Class k's score s becomes slopes[k] · s + shifts[k].
    interval : (float, float) or None
        95 % interval of the temperature, where there is one.
    """

    method: Method
    slopes: Floats
    shifts: Floats
    interval: tuple[float, float] | None

    @property
    def temperature(self) -> float | None:
        """What all scores are divided by; None where classes differ."""
        return None if self.method == "vector" else float(1 / self.slopes[0])

    def __call__(self, scores: NDArray[np.floating]) -> Floats:
        """Return the changed scores, shape (n, K)."""
        return np.asarray(scores, np.float64) * self.slopes + self.shifts


def fit_scaling(
    scores: NDArray[np.floating], labels: Labels, method: Method, *, link: Link = Link.SOFTMAX
) -> Scaling:
    """Fit a scaling of scores to labelled images on which the model was not fitted.

    Parameters
    ----------
    scores : float array, shape (n, K)
        Of the model, not divided by its temperature.
    labels : int64 array, shape (n,)
        True classes, 0 to K − 1.
    method : {"temperature", "confidence", "vector"}
        ``"temperature"`` has the least log loss; at that of ``"confidence"`` the mean probability
        of the predicted class is the share correctly classified; ``"vector"`` multiplies and
        shifts the score of each class so that the log loss is least.
    link : Link
        How scores become probabilities; those that are none are taken as softmax.

    Raises
    ------
    LinocutError
        If the method is not known.

    Notes
    -----
    Temperature and vector scaling: C. Guo et al., "On calibration of modern neural networks", ICML
    2017. Confidence: L. Clarté et al., "Expectation consistency for calibration of neural
    networks", UAI 2023. For one-vs-rest, vector scaling is J. Platt's (1999), each class against
    the rest. Slopes and shifts are held near those of the temperature by a penalty that weighs as
    much as one image. Intervals: from the estimating equation, whatever the truth (P. J. Huber,
    1967).

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> S = rng.normal(size=(5000, 3))
    >>> y = (2 * S + rng.gumbel(size=S.shape)).argmax(axis=1)
    >>> found = fit_scaling(S, y, "temperature")
    >>> low, high = found.interval
    >>> bool(low < 0.5 < high), round(found.temperature, 1)
    (True, 0.5)
    """
    S = np.asarray(scores, np.float64)
    if method not in METHODS:
        raise LinocutError(f"method {method!r} — one of {', '.join(METHODS)}")
    T = _best_temperature(S, labels, link)
    K = S.shape[1]
    if method == "vector":
        fit = _platt if link is Link.SIGMOIDS else _vector
        slopes, shifts = fit(S / T, labels)
        return Scaling(method, slopes / T, shifts, None)
    if method == "confidence":
        T = _consistent_temperature(S, labels, link, T)
    interval = _interval(S, labels, link, T, method)
    return Scaling(method, np.full(K, 1 / T), np.zeros(K), interval)


def _log_losses(S: Floats, labels: Labels, link: Link, T: float) -> Floats:
    P = link.probabilities(S, T)[np.arange(len(labels)), labels]
    return np.asarray(-np.log(np.maximum(P, TINY)))


def _overconfidence(S: Floats, labels: Labels, link: Link, T: float) -> Floats:
    P = link.probabilities(S, T)
    return np.asarray(P.max(axis=1) - (P.argmax(axis=1) == labels))


def _best_temperature(S: Floats, labels: Labels, link: Link) -> float:
    if link is not Link.SIGMOIDS:
        return fit_temperature(S, labels)
    found = minimize_scalar(
        lambda u: _log_losses(S, labels, link, np.exp(u)).mean(),
        bounds=(-RANGE, RANGE),
        method="bounded",
    )
    return float(np.exp(found.x))


def _consistent_temperature(S: Floats, labels: Labels, link: Link, near: float) -> float:
    """Find the temperature of no overconfidence on average, which falls as it rises."""

    def excess(u: float) -> float:
        return float(_overconfidence(S, labels, link, near * np.exp(u)).mean())

    if excess(-RANGE) <= 0:  # all are correctly classified: nothing is too sure
        return float(near * np.exp(-RANGE))
    if excess(RANGE) >= 0:  # fewer than by guessing
        return float(near * np.exp(RANGE))
    return float(near * np.exp(brentq(excess, -RANGE, RANGE, xtol=1e-6)))


def _interval(
    S: Floats, labels: Labels, link: Link, T: float, method: Method
) -> tuple[float, float] | None:
    """Bound the temperature; None where the images do not."""
    each = _log_losses if method == "temperature" else _overconfidence
    less, at, more = (each(S, labels, link, T * np.exp(h)) for h in (-STEP, 0.0, STEP))
    if method == "temperature":
        equation, slope = (more - less) / (2 * STEP), (more - 2 * at + less).mean() / STEP**2
    else:
        equation, slope = at, (more - less).mean() / (2 * STEP)
    if not abs(slope) > 1e-9:
        return None
    error = float(np.sqrt(np.square(equation).mean() / len(S)) / abs(slope))
    spread = np.exp(float(ndtri(0.5 + CONFIDENCE / 2)) * error)
    return T / spread, T * spread


def _platt(S: Floats, labels: Labels) -> tuple[Floats, Floats]:
    slopes, shifts = np.ones(S.shape[1]), np.zeros(S.shape[1])
    for k in np.unique(labels):
        if (labels == k).all():
            continue
        # At C = 1 the penalty weighs as much as one image.
        binary = BinaryRegression(C=1.0).fit(S[:, [k]], labels == k)
        slopes[k], shifts[k] = binary.coef_[1, 0], binary.intercept_[1]
    return slopes, shifts


def _vector(S: Floats, labels: Labels) -> tuple[Floats, Floats]:
    """Minimise the mean log loss of softmax(a S + c) by Newton's method, from a = 1 and c = 0.

    The objective is convex; the penalty makes its Hessian definite, so a step is always one down,
    and it is halved until it goes far enough.
    """
    n, K = S.shape
    Y = np.zeros((n, K))
    Y[np.arange(n), labels] = 1
    theta = np.concatenate([np.ones(K), np.zeros(K)])
    origin = theta.copy()

    def objective(theta: Floats) -> tuple[float, Floats]:
        P = softmax(S * theta[:K] + theta[K:], axis=1)
        loss = -np.log(np.maximum(P[np.arange(n), labels], TINY)).mean()
        return float(loss + np.square(theta - origin).sum() / (2 * n)), P

    value, P = objective(theta)
    for _ in range(NEWTON_STEPS):
        R = (P - Y) / n
        gradient = np.concatenate([(R * S).sum(axis=0), R.sum(axis=0)]) + (theta - origin) / n
        step = np.linalg.solve(_hessian(S, P), gradient)
        decrease = float(gradient @ step)
        if decrease < TOL:
            break
        length = 1.0
        while length > 1e-6:
            there = theta - length * step
            new, P_new = objective(there)
            if new <= value - 1e-4 * length * decrease:
                break
            length /= 2
        theta, value, P = there, new, P_new
    return theta[:K], theta[K:]


def _hessian(S: Floats, P: Floats) -> Floats:
    n, K = S.shape
    J = np.concatenate([P * S, P], axis=1)
    H = -(J.T @ J)
    own = np.stack([(P * S * S).sum(axis=0), (P * S).sum(axis=0), P.sum(axis=0)])
    k = np.arange(K)
    H[k, k] += own[0]
    H[k, K + k] += own[1]
    H[K + k, k] += own[1]
    H[K + k, K + k] += own[2]
    H[np.diag_indices(2 * K)] += 1
    return np.asarray(H / n)
