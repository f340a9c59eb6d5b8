"""What a probe found: accuracy against C, the C that was chosen, the model."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from linocut.classifier import RowClassifier
from linocut.core import Result, plain
from linocut.evaluate.intervals import wilson_interval
from linocut.solve import Iteration, Outcome

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ProbeProgress:
    """How far a probe is.

    Attributes
    ----------
    done, fits : int
        Fits that are done, and all of them.
    C : float
        Of the present fit.
    iteration : Iteration
        Its last line.
    """

    done: int
    fits: int
    C: float
    iteration: Iteration


@dataclass(frozen=True, eq=False)
class Judged:
    """How m models do on rows that they were not fitted on.

    Attributes
    ----------
    n : int
        Rows.
    correct : int64 array, shape (m,)
        Rows correctly classified by each.
    log_loss : float64 array, shape (m,)
        Mean log loss of each, in nats.
    """

    n: int
    correct: NDArray[np.int64]
    log_loss: Floats

    @property
    def accuracy(self) -> Floats:
        """Share correctly classified, shape (m,)."""
        return np.asarray(self.correct / self.n)

    @property
    def intervals(self) -> Floats:
        """Wilson's 95 % intervals of the accuracies, shape (m, 2)."""
        return np.array([wilson_interval(int(k), self.n) for k in self.correct]).reshape(-1, 2)


@dataclass(frozen=True, eq=False, repr=False)
class Probe(Result):
    """A linear probe: m penalties judged, one chosen, its model.

    Attributes
    ----------
    Cs : float64 array, shape (m,)
        Inverse penalties, rising; those that were judged.
    chosen : float
        The C of the model: among those with the most held-out rows correctly classified, the one
        with the least log loss there. Test rows play no part in the choice.
    how : str
        How it was chosen, in a sentence.
    held_out : Judged or None
        By rows of the training part that the fits had not seen; of all folds together. None where
        there was nothing to choose and test rows to judge by.
    test : Judged or None
        By the test rows, where there are some: each C fitted on all training rows.
    gap : float64 array, shape (m,)
        Bound of the relative distance to the optimum, the largest of all fits with that C.
    passes, seconds : float64 arrays, shape (m,)
        Readings of the rows fitted on, and time, of all fits with that C.
    rows_fitted, features : int
        Training rows, and features of a row.
    classes : array, shape (K,)
        The labels, sorted.
    outcome : Outcome
        ``CONVERGED`` if every fit did; ``INTERRUPTED`` or ``STOPPED`` if it was cut short; else how
        the first fit ended that did not converge.
    left : float64 array
        Inverse penalties asked for that were not judged.
    model : RowClassifier
        Of the chosen C, fitted on all training rows.
    """

    Cs: Floats
    chosen: float
    how: str
    held_out: Judged | None = field(repr=False)
    test: Judged | None = field(repr=False)
    gap: Floats = field(repr=False)
    passes: Floats = field(repr=False)
    seconds: Floats = field(repr=False)
    rows_fitted: int
    features: int
    classes: NDArray[Any] = field(repr=False)
    outcome: Outcome
    left: Floats = field(repr=False)
    model: RowClassifier = field(repr=False)

    @property
    def at(self) -> int:
        """Position of the chosen C among all."""
        return int(np.flatnonzero(self.Cs == self.chosen)[0])

    @property
    def message(self) -> str:
        """Tell in one line how it ended and, if it ended badly, what to try."""
        if self.outcome in (Outcome.INTERRUPTED, Outcome.STOPPED):
            how = "interrupted" if self.outcome is Outcome.INTERRUPTED else "stopped"
            if not len(self.left):
                return f"the last fit was {how}; its best weights so far are kept"
            return (
                f"the probe was {how} at C={self.left[0]:g}; C is chosen from the "
                f"{len(self.Cs)} of {len(self.Cs) + len(self.left)} that were done"
            )
        return str(self.outcome.value)

    @property
    def sentence(self) -> str:
        """Say which C was chosen, how, and how well its model does."""
        judged = self.held_out if self.held_out is not None else self.test
        told = ""
        if judged is not None:
            low, high = judged.intervals[self.at]
            part = "held-out" if self.held_out is not None else "test"
            told = (
                f" {judged.accuracy[self.at]:.2%} of {judged.n:,} {part} rows correctly classified "
                f"(95 % interval {low:.2%} to {high:.2%})."
            )
        return f"C = {self.chosen:g}.{told} {self.how}"

    def rows(self) -> list[dict[str, Any]]:
        """Return one row for each C."""
        return [
            {
                "C": float(self.Cs[i]),
                **_row("", self.held_out, i),
                **_row("test_", self.test, i),
                "gap": float(self.gap[i]),
                "passes": float(self.passes[i]),
                "seconds": float(self.seconds[i]),
                "chosen": i == self.at,
            }
            for i in range(len(self.Cs))
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the probe as plain data, without the model's weights."""
        record: dict[str, Any] = plain(
            {
                "rows": self.rows_fitted,
                "features": self.features,
                "classes": self.classes,
                "held_out_rows": None if self.held_out is None else self.held_out.n,
                "test_rows": None if self.test is None else self.test.n,
                "chosen": self.chosen,
                "how": self.how,
                "outcome": self.outcome.name.lower(),
                "message": self.message,
                "left": self.left,
                "fits": self.rows(),
                "model": self.model.provenance_,
            }
        )
        return record

    def plot(self) -> Figure:
        """Draw log loss and accuracy against C, with 95 % intervals, and mark the chosen C."""
        from linocut.plot import plot_probe  # Matplotlib loads on use

        told = {
            name: (judged.log_loss, judged.accuracy, judged.intervals)
            for name, judged in (("test", self.test), ("held out", self.held_out))
            if judged is not None
        }
        return plot_probe(self.Cs, told, chosen=self.chosen)


def _row(prefix: str, judged: Judged | None, i: int) -> dict[str, float | None]:
    names = [f"{prefix}{name}" for name in ("accuracy", "low", "high", "log_loss")]
    if judged is None:
        return dict.fromkeys(names)
    low, high = judged.intervals[i]
    values = judged.accuracy[i], low, high, judged.log_loss[i]
    return {name: float(value) for name, value in zip(names, values, strict=True)}
