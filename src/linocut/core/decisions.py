"""From probabilities to what is said of an image: a class, or that none is certain enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from linocut.core.errors import LinocutError

Floats = NDArray[np.float64]

REJECTED = -1  # in the place of a class's position
NEVER = 2.0  # a threshold that no probability reaches
LARGEST_COST = 1e12
REJECTED_NAME, REJECTED_NUMBER = "rejected", "-1"  # what predict says where no name is chosen


@dataclass(frozen=True, eq=False)
class DecisionRule:
    """What a classifier decides, given the probabilities of K classes.

    With thresholds a class is accepted if its probability reaches its threshold; of the accepted
    classes the most probable is predicted, and without one the image is rejected. With costs the
    decision of least expected cost is taken (Chow, "On optimum recognition error and reject
    tradeoff", IEEE Transactions on Information Theory 16, 1970); the first of equal ones.

    Attributes
    ----------
    thresholds : float64 array, shape (K,), or None
        Least probability at which each class is accepted, from 0 to 2; above 1, never.
    costs : float64 array, shape (K, K) or (K, K + 1), or None
        ``costs[i, j]`` is the cost of predicting class j of an image of class i, in any unit; in
        the last of K + 1 columns, of rejecting it.
    rejected : str or None
        What to predict of a rejected image; ``"rejected"`` if None, or −1 where the classes are
        whole numbers.

    Raises
    ------
    LinocutError
        If neither or both are given, or one is no such array.

    Examples
    --------
    >>> P = [[0.6, 0.4], [0.9, 0.1], [0.2, 0.8]]
    >>> DecisionRule(thresholds=[0.7, 0.5]).decide(P)
    array([-1,  0,  1])
    >>> DecisionRule(costs=[[0, 1], [5, 0]]).decide(P)  # to miss the second is five times as bad
    array([1, 0, 1])
    """

    thresholds: Floats | None = None
    costs: Floats | None = None
    rejected: str | None = None

    def __post_init__(self) -> None:
        if (self.thresholds is None) == (self.costs is None):
            raise LinocutError("thresholds and costs — give one of them")
        if self.thresholds is not None:
            object.__setattr__(self, "thresholds", _checked_thresholds(self.thresholds))
        else:
            object.__setattr__(self, "costs", _checked_costs(self.costs))
        if self.rejected is not None and not self.rejected.strip():
            raise LinocutError("the name of rejected images is empty — a text, or none")

    @property
    def n_classes(self) -> int:
        """K."""
        array = self.costs if self.thresholds is None else self.thresholds
        assert array is not None
        return len(array)

    @property
    def may_reject(self) -> bool:
        """Whether there are probabilities for which no class is predicted."""
        if self.thresholds is None:
            assert self.costs is not None
            return bool(self.costs.shape[1] > self.n_classes)
        # All probabilities may lie below their thresholds only if these sum to more than 1.
        return bool((self.thresholds > 0).all() and self.thresholds.sum() > 1)

    @property
    def sentence(self) -> str:
        """Say in words what it does."""
        if self.costs is not None:
            either = "a class or rejection" if self.may_reject else "the class"
            return f"{either} of least expected cost"
        assert self.thresholds is not None
        if (self.thresholds > 1).all():
            return "no class: every image is rejected"
        low, high = float(self.thresholds.min()), float(min(self.thresholds.max(), 1))
        never = int((self.thresholds > 1).sum())
        bounds = f"{low:.3g}" if low >= high else f"{min(low, 1):.3g} to {high:.3g}"
        some = "is" if never == 1 else "are"
        return (
            f"the most probable class that reaches its threshold ({bounds})"
            + (", else rejected" if self.may_reject else "")
            + (f"; {never:,} {some} never predicted" if never else "")
        )

    def decide(self, probabilities: ArrayLike) -> NDArray[np.intp]:
        """Return the position of the class predicted for each image, −1 where it is rejected.

        Parameters
        ----------
        probabilities : float array, shape (n, K)
            Rows of sum 1.

        Raises
        ------
        LinocutError
            If they are of another number of classes.
        """
        P = np.asarray(probabilities, np.float64)
        if P.ndim != 2 or P.shape[1] != self.n_classes:
            raise LinocutError(
                f"probabilities of shape {P.shape} — (n, {self.n_classes}): the rule is for "
                f"{self.n_classes} classes"
            )
        if self.costs is not None:
            best = (P @ self.costs).argmin(axis=1)
            return np.where(best < self.n_classes, best, REJECTED)
        assert self.thresholds is not None
        accepted = np.where(self.thresholds <= P, P, -1.0)
        return np.where(accepted.max(axis=1) >= 0, accepted.argmax(axis=1), REJECTED)

    def check_names(self, names: Sequence[str], *, integers: bool) -> None:
        """Refuse a rule that does not go with the classes of a model.

        Parameters
        ----------
        names : sequence of K str
            Names of the classes.
        integers : bool
            Whether they are whole numbers, and what is predicted is, too.

        Raises
        ------
        LinocutError
            If there are more or fewer classes, or what is said of rejected images is the name of a
            class, or no whole number among such.
        """
        if len(names) != self.n_classes:
            raise LinocutError(
                f"a decision rule for {self.n_classes} classes — the model has {len(names)}"
            )
        said = self.said_of_rejected(integers=integers)
        if str(said) in names and (self.may_reject or self.rejected is not None):
            raise LinocutError(
                f"rejected images would be called {said!r}, as a class is — give another name"
            )

    def said_of_rejected(self, *, integers: bool) -> str | int:
        """Return what to predict of a rejected image: a whole number where all classes are."""
        if not integers:
            return REJECTED_NAME if self.rejected is None else self.rejected
        try:
            return int(REJECTED_NUMBER if self.rejected is None else self.rejected)
        except ValueError:
            raise LinocutError(
                f"rejected images cannot be called {self.rejected!r} — the classes are whole "
                "numbers, so it must be one"
            ) from None


def _checked_thresholds(given: Any) -> Floats:
    thresholds = np.array(given, np.float64)
    if thresholds.ndim != 1 or len(thresholds) < 2:
        raise LinocutError(f"thresholds of shape {thresholds.shape} — (K,), one for each class")
    wrong = ~((thresholds >= 0) & (thresholds <= NEVER))  # NaN is wrong, too
    if wrong.any():
        raise LinocutError(
            f"a threshold of {thresholds[wrong][0]:g} — a probability, or up to {NEVER:g} where a "
            "class is never to be predicted"
        )
    return thresholds


def _checked_costs(given: Any) -> Floats:
    costs = np.array(given, np.float64)
    if costs.ndim != 2 or len(costs) < 2 or costs.shape[1] - len(costs) not in {0, 1}:
        raise LinocutError(
            f"costs of shape {costs.shape} — (K, K), or (K, K + 1) with those of rejecting"
        )
    wrong = ~(np.abs(costs) <= LARGEST_COST)
    if wrong.any():
        raise LinocutError(
            f"a cost of {costs[wrong][0]:g} — numbers from −{LARGEST_COST:g} to {LARGEST_COST:g}"
        )
    return costs
