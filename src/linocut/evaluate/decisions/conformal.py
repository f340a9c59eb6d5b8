"""Split-conformal prediction: sets of classes that hold the true one with a stated probability."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from linocut.core import LinocutError, Result
from linocut.core.randomness import RandomState, seed_of
from linocut.evaluate.intervals import percent
from linocut.evaluate.predictions import Predictions

Floats = NDArray[np.float64]
Method = Literal["lac", "aps"]


@dataclass(frozen=True, eq=False, repr=False)
class ConformalSets(Result):
    """A rule that makes a set of classes of each image's probabilities.

    Attributes
    ----------
    class_names : tuple of K str
        The classes.
    alpha : float
        Share of images whose set may miss the true class.
    method : {"lac", "aps"}
        What a class is left out for: a low probability of its own, or that more probable classes
        together have much of it.
    conditional : bool
        Whether each class has a limit of its own, by which the coverage holds class by class.
    limits : float64 array, shape (K,)
        A class is in the set if its score does not exceed its limit; infinite where there were too
        few images: then it is in every set. Scores of "aps" are less by 1, from −1 up.
    penalty, free : float, int
        With "aps": what is added to the score for each class beyond the first so many.
    randomised : bool
        With "aps": whether the last class counts with a random share, which makes the coverage
        exact, and sets may be empty; otherwise it is at least so much, and sets are larger.
    n : int
        Images that it was calibrated on.

    Notes
    -----
    Sadinle, Lei and Wasserman, "Least ambiguous set-valued classifiers with bounded error levels",
    JASA 114 (2019): the score 1 − p of the true class. Romano, Sesia and Candès, "Classification
    with valid and adaptive coverage" (2020): the probability of all classes up to the true one.
    Angelopoulos, Bates, Malik and Jordan, "Uncertainty sets for image classifiers using conformal
    prediction" (2021): its regularisation. The limit is the ⌈(n + 1)(1 − α)⌉-th smallest score.
    """

    class_names: tuple[str, ...]
    alpha: float
    method: Method
    conditional: bool
    limits: Floats
    penalty: float
    free: int
    randomised: bool
    n: int

    @classmethod
    def calibrate(
        cls,
        predictions: Predictions,
        *,
        alpha: float = 0.05,
        method: Method = "lac",
        conditional: bool = False,
        penalty: float = 0.0,
        free: int = 1,
        randomised: bool = False,
        random_state: RandomState = 42,
    ) -> ConformalSets:
        """Find the limits on images that the model was not fitted on.

        Parameters
        ----------
        predictions : Predictions
            Of n such images, drawn as those to come, and no test images.
        alpha, method, conditional, penalty, free, randomised
            As the attributes.
        random_state : int, Generator or None
            Of the random shares.

        Raises
        ------
        LinocutError
            If a value is not allowed.

        Examples
        --------
        >>> rng = np.random.default_rng(0)
        >>> P = rng.dirichlet(np.ones(3), 500)
        >>> labels = (P.cumsum(axis=1) < rng.random((500, 1))).sum(axis=1)
        >>> rule = ConformalSets.calibrate(Predictions.from_arrays(labels, P), alpha=0.1)
        >>> rule.sets([[0.95, 0.04, 0.01], [0.4, 0.35, 0.25]]).tolist()
        [[True, False, False], [True, True, True]]
        """
        if not 0 < alpha < 1:
            raise LinocutError(f"alpha={alpha!r} — a share above 0 and below 1")
        if method not in {"lac", "aps"}:
            raise LinocutError(f"method={method!r} — 'lac' or 'aps'")
        if not (np.isfinite(penalty) and penalty >= 0 and free >= 0):
            raise LinocutError(f"penalty={penalty!r}, free={free!r} — numbers from 0 up")
        if method == "lac" and (penalty or randomised):
            raise LinocutError("penalty and randomised go with method='aps'")
        K, labels = len(predictions.class_names), predictions.labels
        rule = cls(
            predictions.class_names, alpha, method, conditional, np.full(K, np.inf), penalty, free,
            randomised, len(labels),
        )  # fmt: skip
        scores = rule.scores(predictions.probabilities, random_state=random_state)
        true = scores[np.arange(len(labels)), labels]
        if conditional:
            rule.limits[:] = [_limit(true[labels == k], alpha) for k in range(K)]
        else:
            rule.limits[:] = _limit(true, alpha)
        return rule

    def scores(self, probabilities: ArrayLike, *, random_state: RandomState = 42) -> Floats:
        """Return how ill each class fits each image, shape (n, K)."""
        P = np.asarray(probabilities, np.float64)
        if P.ndim != 2 or P.shape[1] != len(self.class_names):
            raise LinocutError(
                f"probabilities of shape {P.shape} — (n, {len(self.class_names)}): the sets are of "
                f"{len(self.class_names)} classes"
            )
        if self.method == "lac":
            return 1 - P
        order = np.argsort(-P, axis=1, kind="stable")
        falling = np.take_along_axis(P, order, axis=1)
        # The probability of the classes up to this one, less 1: summed from those after it, since
        # sums next to 1 would be rounded until they are equal.
        after = np.cumsum(falling[:, :0:-1], axis=1)[:, ::-1]
        ranked = -np.column_stack([after, np.zeros(len(P))])
        if self.randomised:
            share = np.random.default_rng(seed_of(random_state)).random((len(P), 1))
            ranked -= (1 - share) * falling
        ranked += self.penalty * np.maximum(np.arange(1, P.shape[1] + 1) - self.free, 0)
        scores = np.empty_like(P)
        np.put_along_axis(scores, order, ranked, axis=1)
        return scores

    def sets(self, probabilities: ArrayLike, *, random_state: RandomState = 43) -> NDArray[Any]:
        """Return which classes are in the set of each image, bool, shape (n, K).

        Parameters
        ----------
        probabilities : float array, shape (n, K)
            Rows of sum 1.
        random_state : int, Generator or None
            Of the random shares, if it is randomised.
        """
        return np.asarray(self.scores(probabilities, random_state=random_state) <= self.limits)

    @property
    def unlimited(self) -> tuple[str, ...]:
        """Classes that are in every set, since there were too few images to leave them out."""
        return tuple(
            name for name, limit in zip(self.class_names, self.limits, strict=True)
            if np.isinf(limit)
        )  # fmt: skip

    @property
    def sentence(self) -> str:
        """Say what it promises."""
        each = "of each class" if self.conditional else "of all"
        said = (
            f"Sets of classes that hold the true one for {percent(1 - self.alpha)} {each} images, "
            f"calibrated on {self.n:,}."
        )
        few = len(self.unlimited)
        if few == len(self.class_names):
            return f"{said} These are too few: every set holds all classes."
        if few:
            kind = "class has" if few == 1 else "classes have"
            said += f" {few:,} {kind} too few images and belong to every set."
        return said

    def rows(self) -> list[dict[str, Any]]:
        """Return the limit of each class."""
        return [
            {"class": name, "limit": float(limit)}
            for name, limit in zip(self.class_names, self.limits, strict=True)
        ]


def _limit(scores: Floats, alpha: float) -> float:
    n = len(scores)
    rank = int(np.ceil((n + 1) * (1 - alpha) - 1e-9))
    return float(np.partition(scores, rank - 1)[rank - 1]) if rank <= n else np.inf
