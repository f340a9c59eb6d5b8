"""What a descent leaves behind: how far it was after so many steps, and weights to replay."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import Result
from linocut.solve.record import Outcome

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Progress:
    """One line of the record: the state after a step.

    Attributes
    ----------
    step : int
        Steps taken so far; 0 is the start.
    passes : float
        Rows read by those steps, divided by the number of training rows.
    seconds : float
        Time spent on those steps; that of evaluating them is left out.
    objective : float
        What is minimised: the mean loss, rows weighted, + ½λ‖W‖².
    loss, accuracy : float
        Mean loss in nats and share of rows classified correctly, each training row counting once.
    test_loss, test_accuracy : float or None
        The same for the rows watched; None if there are none.
    """

    step: int
    passes: float
    seconds: float
    objective: float
    loss: float
    accuracy: float
    test_loss: float | None = None
    test_accuracy: float | None = None

    @property
    def gap(self) -> float:
        """Infinite: a descent knows nothing of its distance to the optimum."""
        return math.inf


@dataclass(frozen=True)
class DescentRecord(Result):
    """How a descent went.

    Attributes
    ----------
    outcome : Outcome
        ``STEPS``, ``STOPPED``, ``INTERRUPTED`` or ``DIVERGED``.
    progress : tuple of Progress
        From the start to the weights returned.
    learning_rate : float
        η.
    batch_size : int or None
        Rows a step; None stands for all of them.
    steps : int
        Steps asked for.
    stable_rate : float or None
        What `largest_stable_rate` gives, if the descent diverged; else None.
    """

    outcome: Outcome
    progress: tuple[Progress, ...] = field(repr=False)
    learning_rate: float
    batch_size: int | None
    steps: int
    stable_rate: float | None = None

    @property
    def last(self) -> Progress:
        """The state at the end."""
        return self.progress[-1]

    @property
    def message(self) -> str:
        """Tell in one line how it ended and, if it ended badly, what to try."""
        if self.outcome is Outcome.INTERRUPTED:
            return (
                f"the descent was interrupted after step {self.last.step} of {self.steps}; the "
                "weights of that step are kept"
            )
        if self.outcome is Outcome.DIVERGED and self.stable_rate is not None:
            return (
                f"{self.outcome.value}: {self.learning_rate:g} is too high for these rows, below "
                f"{_rounded_down(self.stable_rate):g} gradient descent is sure to descend"
            )
        return str(self.outcome.value)

    def to_dict(self) -> dict[str, Any]:
        """Return the record as plain data; a loss that is not finite becomes None."""
        found = super().to_dict()
        return found | {"outcome": self.outcome.name.lower(), "message": self.message}

    def rows(self) -> list[dict[str, Any]]:
        """Return one row for each state evaluated."""
        return [dict(vars(state)) for state in self.progress]


def _rounded_down(rate: float) -> float:
    """Cut a rate to two digits, never up: "below" must stay true."""
    if not 0 < rate < math.inf:
        return rate
    unit = 10.0 ** (math.floor(math.log10(rate)) - 1)
    return math.floor(rate / unit) * unit
