"""How likely a label is wrong, given what a model that has not seen it makes of the image.

The model's scores z stand for the true class, the label for what somebody wrote down:

    P(true class k, label g | image) = softmax(β z)_k N[k, g],

with one inverse temperature β, since scores of held-out images are too sure or not sure enough,
and a matrix N of how often class k is labelled g. Both are found from scores and labels alone, by
expectation–maximisation, as Dawid and Skene, "Maximum likelihood estimation of observer
error-rates using the EM algorithm" (1979), find the errors of observers; here one of them is a
model. A label is wrong with the probability that the true class is another, which is calibrated as
far as softmax(β z) is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, log_softmax, logsumexp

from linocut.core import LinocutError

Floats = NDArray[np.float64]
Labels = NDArray[np.integer[Any]]

# What the search begins with. A model that was fitted on wrong labels has learned some of them:
# that they are all right, and the model unsure, is a solution, too. The search begins far from it.
START, SHARP = 0.1, 3.0  # share of wrong labels, and β
STEPS = 60
NEAR = 1e-4  # a change of N that ends the search
# A few wrong labels are not enough to tell which class is taken for which, and the model's own
# mistakes are among them: to those counted so many are added for each image, spread over all
# classes, and as the rate of each class counts, for a part, that of all.
EVEN, OF_ALL = 0.005, 0.5
EVENED = 0.8  # of the wrong labels, by `evened`
LEAST_RATE = 0.001  # of wrong labels: hardly a set is known to have fewer, and few say little
LEAST = 1e-9  # of a probability
LOWEST = -200.0  # score below the row's largest
MOST_NUMBERS = 20_000_000  # scores that the search looks at


@dataclass(frozen=True, eq=False)
class Verdicts:
    """What is to be thought of n labels.

    Attributes
    ----------
    wrong : float64 array, shape (n,)
        Probability that the label is wrong.
    log_odds : float64 array, shape (n,)
        The same as log(wrong / (1 − wrong)), which still tells those apart whose probability is 1.
    proposed : int64 array, shape (n,)
        The most probable of the other classes.
    """

    wrong: Floats
    log_odds: Floats
    proposed: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.wrong)


@dataclass(frozen=True, eq=False)
class LabelNoise:
    """How labels come about.

    Attributes
    ----------
    beta : float
        Inverse temperature of the scores.
    matrix : float64 array, shape (K, K)
        Share of the images of each true class, a row, that have each label, a column.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> true = rng.integers(3, size=600)
    >>> scores = 4.0 * np.eye(3)[true] + rng.normal(size=(600, 3))
    >>> labels = np.where(np.arange(600) < 60, (true + 1) % 3, true)
    >>> wrong = LabelNoise.of(scores, labels).judge(scores, labels).wrong
    >>> bool(wrong[:60].mean() > 0.85), bool(wrong[60:].mean() < 0.03)
    (True, True)
    """

    beta: float
    matrix: Floats

    @classmethod
    def of(cls, scores: NDArray[Any], labels: Labels) -> LabelNoise:
        """Find both from held-out scores (n, K) and labels (n,)."""
        Z, g = _checked(scores, labels)
        n, K = Z.shape
        if n * K > MOST_NUMBERS:
            rows = np.linspace(0, n - 1, max(1, MOST_NUMBERS // K)).astype(np.intp)
            Z, g = Z[rows], g[rows]
        N = np.full((K, K), START / (K - 1))
        np.fill_diagonal(N, 1 - START)
        found = cls(SHARP, N)
        for _ in range(STEPS):
            R = found._true_classes(Z, g)
            before, found = found, cls(_sharpened(found.beta, Z, R), _counted(R, g))
            if np.abs(found.matrix - before.matrix).max() < NEAR:
                break
        return found

    @property
    def rate(self) -> float:
        """Share of wrong labels, the classes taken as equally frequent."""
        return float(1 - np.diag(self.matrix).mean())

    def evened(self) -> LabelNoise:
        """Return nearly the same rate for all classes and all pairs of them.

        For where most of what seem to be wrong labels are the model's own mistakes: the classes
        that it confuses are then no evidence of which ones people do.
        """
        K = len(self.matrix)
        N = np.where(np.eye(K) == 1, 0.0, self.matrix)
        shares = N / N.sum(axis=1, keepdims=True)
        N = self.rate * ((1 - EVENED) * shares + EVENED * (1 - np.eye(K)) / (K - 1))
        np.fill_diagonal(N, 1 - self.rate)
        return LabelNoise(self.beta, np.maximum(N, LEAST))

    def judge(self, scores: NDArray[Any], labels: Labels) -> Verdicts:
        """Judge labels.

        Parameters
        ----------
        scores : float array, shape (n, K)
            Of a model that has not seen these labels.
        labels : int array, shape (n,)
            Positions of classes.
        """
        Z, g = _checked(scores, labels)
        rows = np.arange(len(g))
        L = log_softmax(self.beta * Z, axis=1) + np.log(self.matrix.T[g])
        right = L[rows, g]
        L[rows, g] = -np.inf
        odds = logsumexp(L, axis=1) - right
        return Verdicts(expit(odds), odds, L.argmax(axis=1).astype(np.int64))

    def _true_classes(self, Z: Floats, g: Labels) -> Floats:
        """Return the probability of each true class, given image and label, shape (n, K)."""
        R = _softmax(self.beta * Z)
        R *= self.matrix.T[g]
        R /= R.sum(axis=1, keepdims=True)
        return R


def _checked(scores: NDArray[Any], labels: Labels) -> tuple[Floats, Labels]:
    Z = np.asarray(scores, np.float64)
    if Z.ndim != 2 or Z.shape[1] < 2 or np.shape(labels) != (len(Z),) or not len(Z):
        raise LinocutError(
            f"scores of shape {Z.shape} and labels of shape {np.shape(labels)} — they must be "
            "(n, K) and (n,), with an image and two classes at least"
        )
    g = np.asarray(labels)
    if g.min() < 0 or g.max() >= Z.shape[1]:
        wrong = g[(g < 0) | (g >= Z.shape[1])][0]
        raise LinocutError(f"label {wrong} — positions of classes, from 0 to {Z.shape[1] - 1}")
    # A class that the model does not have has a score of −∞.
    return np.maximum(Z - Z.max(axis=1, keepdims=True), LOWEST), g


def _softmax(Z: Floats) -> Floats:
    P = np.exp(Z)
    P /= P.sum(axis=1, keepdims=True)
    return np.asarray(np.maximum(P, LEAST))


def _counted(R: Floats, g: Labels) -> Floats:
    """Return the matrix N that suits the probabilities of the true classes best."""
    n, K = R.shape
    C = np.zeros((K, K))  # label by true class
    for label in np.unique(g):
        C[label] = R[g == label].sum(axis=0)
    C = C.T
    total = C.sum(axis=1)
    np.fill_diagonal(C, 0.0)
    wrong = C.sum(axis=1)
    overall = wrong.sum() / n
    even, of_all = EVEN * n / K, OF_ALL * n / K
    share = (C + even / (K - 1)) / (wrong + even)[:, None]
    rate = (wrong + of_all * overall) / (total + of_all)
    N = np.asarray(share * np.clip(rate, LEAST_RATE, 1.0)[:, None])
    np.fill_diagonal(N, 0.0)
    np.fill_diagonal(N, np.maximum(1 - N.sum(axis=1), LEAST))
    return np.asarray(np.maximum(N, LEAST))


def _sharpened(beta: float, Z: Floats, R: Floats) -> float:
    """Take a Newton step towards the β whose softmax(β Z) suits R best, at most by a factor of 2.

    The expected log-likelihood is concave in β: its slope is Σ (R − P) Z, its curvature minus the
    variance of Z under P.
    """
    P = _softmax(beta * Z)
    mean = np.einsum("nk,nk->n", P, Z)
    slope = float(np.einsum("nk,nk->", R, Z) - mean.sum())
    curvature = float(np.einsum("nk,nk,nk->", P, Z, Z) - mean @ mean)
    step = slope / curvature if curvature > 0 else 0.0
    return float(np.clip(beta + step, beta / 2, 2 * beta))
