"""A threshold at which, with a stated confidence, no more than a share of mistakes is made."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from scipy.stats import beta, binom

from linocut.core import LinocutError, Result
from linocut.core.decisions import NEVER
from linocut.core.randomness import seed_of
from linocut.evaluate.intervals import percent
from linocut.evaluate.predictions import Predictions

# Candidates, fixed before any image is seen: equal steps of the logit, from 0.999994 down to 0.001,
# and none at all.
CANDIDATES = np.append(expit(np.linspace(12, -7, 381)), 0.0)
SCOUTS = 4  # one image of so many tells where to begin


Floats = NDArray[np.float64]
Counts = NDArray[np.intp]


@dataclass(frozen=True, repr=False)
class RiskThreshold(Result):
    """The lowest threshold of the largest probability that a risk could be proved for.

    Attributes
    ----------
    risk, confidence : float
        With this confidence, at most this share of the accepted images are mistakes.
    threshold : float
        An image is accepted if its largest probability reaches it; 2 where nothing could be proved.
    accepted, mistakes, n : int
        Images accepted at it, mistakes among them, and all images, of those it was proved on.

    Notes
    -----
    Angelopoulos, Bates, Candès, Jordan and Lei, "Learn then test" (2021): a quarter of the images,
    drawn by lot, tells at which of the candidates a proof is likeliest; from there down each is
    tested on the others, by the exact binomial tail, until one fails (a fixed sequence). Nothing
    is assumed of the model. What is proved is proved of images drawn as these are, for the model
    that scored them.
    """

    risk: float
    confidence: float
    threshold: float
    accepted: int
    mistakes: int
    n: int

    @property
    def found(self) -> bool:
        """Whether any image can be accepted."""
        return self.threshold <= 1

    @property
    def bound(self) -> float:
        """Upper Clopper–Pearson bound of the risk at the threshold, as if that had been given."""
        if self.mistakes == self.accepted:
            return 1.0
        args = self.mistakes + 1, self.accepted - self.mistakes
        return float(beta.ppf(self.confidence, *args))

    @property
    def sentence(self) -> str:
        """Say what is proved, and at which coverage."""
        if not self.found:
            return (
                f"No threshold keeps the share of mistakes to {percent(self.risk, 2)} with "
                f"{percent(self.confidence, 0)} confidence: {self.n:,} images are too few, or the "
                "model makes too many mistakes where it is most certain. Every image would be "
                "rejected."
            )
        return (
            f"With {percent(self.confidence, 0)} confidence at most {percent(self.risk, 2)} of the "
            "accepted images are mistakes, if their largest probability reaches "
            f"{self.threshold:.4g}: {percent(self.accepted / self.n, 2)} of {self.n:,} images do, "
            f"{self.mistakes:,} of them mistakes."
        )


def threshold_for_risk(
    predictions: Predictions, risk: float, *, confidence: float = 0.95, random_state: int = 42
) -> RiskThreshold:
    """Find the lowest threshold at which the risk is at most so much, with a guarantee.

    Parameters
    ----------
    predictions : Predictions
        Of images that the model was not fitted on, and no test images.
    risk : float
        Largest share of mistakes among accepted images, between 0 and 1.
    confidence : float
        Probability, over the draw of the images, that the guarantee holds.
    random_state : int
        Of the lot.

    Raises
    ------
    LinocutError
        If one of them is not between 0 and 1.

    Examples
    --------
    >>> P = np.linspace(0.5, 1, 2000)
    >>> shares = np.column_stack([P, 1 - P])
    >>> labels = (np.arange(2000) < 100).astype(int)  # mistakes where it is least certain
    >>> found = threshold_for_risk(Predictions.from_arrays(labels, shares), 0.01)
    >>> found.mistakes, found.accepted, found.bound <= 0.01
    (0, 1426, True)
    """
    for name, share in (("risk", risk), ("confidence", confidence)):
        if not 0 < share < 1:
            raise LinocutError(f"{name} {share!r} — a share above 0 and below 1")
    P = predictions.probabilities
    certain = P.max(axis=1).astype(np.float64)
    wrong = P.argmax(axis=1) != predictions.labels
    order = np.random.default_rng(seed_of(random_state)).permutation(len(certain))
    scouts, others = np.split(order, [len(order) // SCOUTS])
    first = _likeliest(*_counted(certain[scouts], wrong[scouts]), risk)
    accepted, mistakes = _counted(certain[others], wrong[others])
    passes = (accepted > 0) & (binom.cdf(mistakes, accepted, risk) <= 1 - confidence)
    if not passes[first]:
        return RiskThreshold(risk, confidence, NEVER, 0, 0, len(others))
    failing = np.flatnonzero(~passes[first:])
    last = first + int(failing[0]) - 1 if len(failing) else len(passes) - 1
    at, m = float(CANDIDATES[last]), int(accepted[last])
    return RiskThreshold(risk, confidence, at, m, int(mistakes[last]), len(others))


def _counted(certain: Floats, wrong: NDArray[np.bool_]) -> tuple[Counts, Counts]:
    """Return how many images each candidate accepts, and the mistakes among them."""
    both = (np.sort(certain), np.sort(certain[wrong]))
    accepted, mistakes = (len(each) - np.searchsorted(each, CANDIDATES) for each in both)
    return accepted, mistakes


def _likeliest(accepted: Counts, mistakes: Counts, risk: float) -> int:
    """Return the candidate at which a test on the other images is likeliest to pass."""
    expected = (SCOUTS - 1) * (mistakes + 0.5) * accepted / np.maximum(accepted + 1, 1)
    chances = binom.cdf(np.floor(expected), (SCOUTS - 1) * accepted, risk)
    return int(np.where(accepted > 0, chances, 1.0).argmin())
