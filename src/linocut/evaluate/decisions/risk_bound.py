"""A threshold at which, with a stated confidence, no more than a share of mistakes is made."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from scipy.stats import beta, binom

from linocut.core import LinocutError, Result
from linocut.core.decisions import NEVER
from linocut.evaluate.predictions import Predictions

# Candidates are fixed before any label is seen, in equal steps of the logit, from 0.999994 down to
# 0.001, and none at all. The test goes down from each start as long as it may.
CANDIDATES = np.append(expit(np.linspace(12, -7, 191)), 0.0)
STARTS = (30, 55, 80, 105, 130)  # logits of 9, 6.5, 4, 1.5 and −1


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
        Images accepted at it, mistakes among them, and all images, of those it was chosen on.

    Notes
    -----
    Angelopoulos, Bates, Candès, Jordan and Lei, "Learn then test" (2021): fixed-sequence tests
    from five starts, by the exact binomial tail, each at a fifth of 1 − confidence. What is proved
    is proved of images drawn as those that it was chosen on, for the model that was judged on them.
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
                f"No threshold keeps the share of mistakes to {self.risk:.2%} with "
                f"{self.confidence:.0%} confidence: {self.n:,} images are too few, or the model "
                "makes too many mistakes where it is most certain. Every image would be rejected."
            )
        return (
            f"With {self.confidence:.0%} confidence at most {self.risk:.2%} of the accepted images "
            f"are mistakes, if their largest probability reaches {self.threshold:.4g}: "
            f"{self.accepted / self.n:.2%} of {self.n:,} images do, {self.mistakes:,} of them "
            "mistakes."
        )


def threshold_for_risk(
    predictions: Predictions, risk: float, *, confidence: float = 0.95
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
    (9, 1909, True)
    """
    for name, share in (("risk", risk), ("confidence", confidence)):
        if not 0 < share < 1:
            raise LinocutError(f"{name} {share!r} — a share above 0 and below 1")
    P = predictions.probabilities
    certain = np.sort(P.max(axis=1).astype(np.float64))
    wrong = np.sort(P.max(axis=1)[P.argmax(axis=1) != predictions.labels].astype(np.float64))
    accepted = len(certain) - np.searchsorted(certain, CANDIDATES)
    mistakes = len(wrong) - np.searchsorted(wrong, CANDIDATES)
    last = _last_passed(accepted, mistakes, risk, (1 - confidence) / len(STARTS))
    if last is None:
        return RiskThreshold(risk, confidence, NEVER, 0, 0, len(certain))
    at = float(CANDIDATES[last])
    return RiskThreshold(
        risk, confidence, at, int(accepted[last]), int(mistakes[last]), len(certain)
    )


def _last_passed(
    accepted: NDArray[np.intp], mistakes: NDArray[np.intp], risk: float, level: float
) -> int | None:
    """Return the last candidate that a sequence of tests from one of the starts arrives at."""
    passes = (accepted > 0) & (binom.cdf(mistakes, accepted, risk) <= level)
    reached = None
    for start in STARTS:
        here = start
        while here < len(passes) and passes[here]:
            reached = here if reached is None else max(reached, here)
            here += 1
    return reached
