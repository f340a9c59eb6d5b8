"""What a fit leaves behind: one line an iteration, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import Result

Floats = NDArray[np.float64]


class Outcome(Enum):
    """How a fit ended; the value tells the user what happened and what to try."""

    CONVERGED = "the certificate holds: the objective is within tol of its optimum"
    MAX_ITER = "max_iter was reached before the tolerance — raise max_iter or tol"
    PRECISION = (
        "the arithmetic allows no further progress — raise tol, or lower C: with so little "
        "penalty the optimum is nearly flat"
    )
    SEPARABLE = (
        "no optimum exists: some weights separate the classes, and longer ones always fit better "
        "— give a finite C"
    )
    STOPPED = "a callback stopped the fit"
    INTERRUPTED = (
        "the fit was interrupted; the best weights so far are kept, zero if there were none yet"
    )
    LOST = "what computed on the rows was lost; the weights of the last iteration are kept"
    STEPS = "all steps were taken"
    DIVERGED = "the loss grew instead of falling — lower the learning rate"


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The weights after a step, to replay a fit.

    Attributes
    ----------
    step : int
        Steps taken so far; 0 is the start.
    W : float64 array, shape (K, d)
        Weights.
    b : float64 array, shape (K,)
        Intercept.
    """

    step: int
    W: Floats
    b: Floats


@dataclass(frozen=True)
class Iteration:
    """One line of the record.

    Attributes
    ----------
    passes : float
        Readings of all training rows so far: what was computed of some of them, and Gram matrices,
        count as the part of a pass that their arithmetic equals.
    seconds : float
        Since the start of the fit.
    objective : float
        Mean loss plus penalty.
    gradient_norm : float
        Largest absolute entry of the gradient.
    gap : float
        Bound of the relative distance to the optimum; infinite where none is known.
    step : float
        Length of the step taken, as a multiple of the proposed one; 0 at the start.
    """

    passes: float
    seconds: float
    objective: float
    gradient_norm: float
    gap: float
    step: float


@dataclass(frozen=True)
class FitRecord(Result):
    """All iterations of a fit and its outcome."""

    outcome: Outcome
    iterations: tuple[Iteration, ...] = field(repr=False)

    @property
    def last(self) -> Iteration:
        """The state at the end."""
        return self.iterations[-1]

    def to_dict(self) -> dict[str, Any]:
        """Return the record as plain data."""
        return {"outcome": self.outcome.name.lower(), "iterations": self.rows()}

    def rows(self) -> list[dict[str, Any]]:
        """Return one row an iteration."""
        return [vars(iteration) for iteration in self.iterations]
