"""From binary to softmax, seen: small worked figures with real numbers.

A simulation of three features, of which one matters, one hinders and one is noise, is fitted in
every way that the textbook calls the same, and the numbers say whether it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, softmax

from linocut.core import Result
from linocut.core.blocks import ArrayBlocks
from linocut.core.forms import Floats
from linocut.models import BinaryRegression, SoftmaxRegression
from linocut.models.inputs import check_parameter
from linocut.solve import Objective, Softmax
from linocut.solve.hessian import whole_hessian

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TRUE = (1.8, -1.1, 0.0)  # weights that the simulation is drawn from
INTERCEPT = 0.4
C = 1.0
FLAT = 1e-10  # of the largest eigenvalue: below, the Hessian is flat there


@dataclass(frozen=True, eq=False, repr=False)
class WorkedExample(Result):
    """One simulation, fitted in every way that is the same.

    Attributes
    ----------
    X : float64 array, shape (n, 3)
        Features.
    y : int64 array, shape (n,)
        1 with the probability that the true weights give.
    true, fitted : float64 array, shape (4,)
        Weights and intercept of the simulation, and of the fit.
    margins : float64 array, shape (n,)
        Fitted log-odds of each point.
    thresholds, accuracies : float64 arrays, shape (T,)
        Probabilities from which on a point is classified as 1, and the share correctly classified.
    hits, false_alarms : float64 arrays, shape (T,)
        Share of the ones, and of the zeros, that are classified as 1.
    probabilities : float64 array, shape (4, n)
        Of a one, for each point: by the binary model, by softmax whose first class is held at
        zero, by softmax with weights for both classes, and by the second after the shift.
    softmax_difference : float
        Largest difference in probability between the binary model and the softmax model whose
        first class is held at zero.
    two_class_difference : float
        The same, to softmax with weights for both classes and half the penalty each.
    shift : float64 array, shape (4,)
        Vector that is added to the weights and the intercept of both classes.
    shift_difference : float
        Largest difference in probability after that.
    without_decay, with_decay : float64 arrays, shape (8,)
        Eigenvalues of the softmax Hessian without and with weight decay (of the intercepts, too),
        descending.
    """

    X: Floats
    y: NDArray[np.int64]
    true: Floats
    fitted: Floats
    margins: Floats
    thresholds: Floats
    accuracies: Floats
    hits: Floats
    false_alarms: Floats
    probabilities: Floats
    softmax_difference: float
    two_class_difference: float
    shift: Floats
    shift_difference: float
    without_decay: Floats
    with_decay: Floats

    @property
    def flat_directions(self) -> tuple[int, int]:
        """Number of directions in which the loss is flat, without and with weight decay."""
        without, decayed = (
            int((values <= FLAT * values.max()).sum())
            for values in (self.without_decay, self.with_decay)
        )
        return without, decayed

    @property
    def score_changes(self) -> Floats:
        """What the shift adds to both scores of each point, shape (n,)."""
        return np.asarray(self.X @ self.shift[:3] + self.shift[3])

    @property
    def sentences(self) -> tuple[str, ...]:
        """Say what each of the six figures shows."""
        best = int(np.argmax(self.accuracies))
        at_half = float(self.accuracies[np.abs(self.thresholds - 0.5).argmin()])
        flat, left = self.flat_directions
        odds = np.exp(self.fitted[0])
        return (
            f"One more unit of the first feature multiplies the odds by {odds:.2f}, wherever one "
            "starts; the probability changes most in the middle of the curve.",
            f"{len(self.y)} points, drawn with weights {_vector(self.true)}, fitted as "
            f"{_vector(self.fitted)} (three weights and the intercept).",
            f"Moving the threshold trades hits for false alarms: {at_half:.0%} are correctly "
            f"classified at one half, at best {self.accuracies[best]:.0%} at "
            f"{self.thresholds[best]:.2f}.",
            "Softmax with one class held at zero is the binary model: no probability differs by "
            f"more than {self.softmax_difference:.0e}. With weights for both classes and half the "
            f"penalty it is the same again, to {self.two_class_difference:.0e}.",
            f"Adding {_vector(self.shift)} to the weights of both classes changes scores by up to "
            f"{np.abs(self.score_changes).max():.1f}, and no probability by more than "
            f"{self.shift_difference:.0e}.",
            f"So the loss alone is flat in {flat} directions and has no single optimum; weight "
            f"decay leaves {left}: its Hessian is invertible and the optimum unique.",
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the numbers as plain data."""
        return {**super().to_dict(), "sentences": list(self.sentences)}

    def plot(self) -> Figure:
        """Draw the six figures."""
        from linocut.plot import plot_worked_example  # Matplotlib loads on use

        return plot_worked_example(
            self.margins,
            self.y,
            float(self.fitted[0]),
            (self.thresholds, self.accuracies, self.hits, self.false_alarms),
            (self.without_decay, self.with_decay),
            self.probabilities,
            self.score_changes,
            self.sentences,
        )


def worked_example(n: int = 100, random_state: int = 0) -> WorkedExample:
    """Simulate, fit, and compare what should be the same.

    Parameters
    ----------
    n : int
        Points, from 20 up.
    random_state : int
        Of the simulation.

    Examples
    --------
    >>> example = worked_example()
    >>> example.flat_directions
    (4, 0)
    >>> example.softmax_difference < 1e-6, example.shift_difference < 1e-12
    (True, True)
    """
    check_parameter("n", n, n >= 20, "an integer from 20 up")
    rng = np.random.default_rng(random_state)
    X = rng.normal(size=(n, 3))
    y = (rng.random(n) < expit(X @ TRUE + INTERCEPT)).astype(np.int64)
    binary = BinaryRegression(C, tol=1e-13).fit(X, y)
    both = SoftmaxRegression(C, tol=1e-13).fit(X, y)
    w, b = binary.coef_[1], binary.intercept_[1]
    margins = X @ w + b
    held = np.column_stack([np.zeros(n), margins])  # scores with the first class held at zero
    P = softmax(held, axis=1)[:, 1]
    shift = np.array([3.0, -1.0, 0.5, 2.0])
    shifted = held + (X @ shift[:3] + shift[3])[:, None]
    probabilities = np.stack(
        [expit(margins), P, both.predict_proba(X)[:, 1], softmax(shifted, axis=1)[:, 1]]
    )
    differences = np.abs(probabilities - probabilities[[0, 0, 0, 1]]).max(axis=1)
    thresholds = np.linspace(0.02, 0.98, 49)
    said = expit(margins) >= thresholds[:, None]
    curvatures = _spectrum(X, y, both)
    return WorkedExample(
        X,
        y,
        np.array([*TRUE, INTERCEPT]),
        np.array([*w, b]),
        margins,
        thresholds,
        (said == (y == 1)).mean(axis=1),
        said[:, y == 1].mean(axis=1),
        said[:, y == 0].mean(axis=1),
        probabilities,
        float(differences[1]),
        float(differences[2]),
        shift,
        float(differences[3]),
        curvatures,
        curvatures + 1 / (C * n),
    )


def _spectrum(X: Floats, y: NDArray[np.int64], model: SoftmaxRegression) -> Floats:
    objective = Objective(ArrayBlocks(X, np.dtype(np.float64), y), Softmax(), 0.0, 2)
    H = whole_hessian(objective, objective.at(model.coef_, model.intercept_))
    return np.asarray(np.linalg.eigvalsh(H)[::-1])


def _vector(values: Floats) -> str:
    return "(" + ", ".join(f"{value:.2f}" for value in values).replace("-", "−") + ")"
