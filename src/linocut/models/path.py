"""A regularisation path: one fit for each penalty, each starting where the one before ended."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning

from linocut.core import Result, plain
from linocut.core.blocks import Blocks
from linocut.core.colour import Shape
from linocut.models.descent import MODELS
from linocut.models.inputs import check_parameter, training_rows, watched_rows
from linocut.models.linear import Floats
from linocut.models.warm_starts import (
    CUT_SHORT,
    Callback,
    Model,
    climb,
    inverse_penalties,
    row_losses,
)
from linocut.solve import Fit, Outcome

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, eq=False, repr=False)
class RegularisationPath(Result):
    """The optima for m penalties, from the strongest to the weakest.

    Attributes
    ----------
    Cs : float64 array, shape (m,)
        Inverse penalties, rising; those of the fits that were done.
    coef : float64 array, shape (m, K, d)
        Weights for each.
    intercept : float64 array, shape (m, K)
        Intercepts for each.
    objective : float64 array, shape (m,)
        Mean loss plus penalty, rows weighted: what each fit minimised.
    gap : float64 array, shape (m,)
        Bound of its relative distance to the optimum.
    passes, seconds : float64 arrays, shape (m,)
        Readings of all training rows, and time, that each fit took.
    train_loss, train_accuracy : float64 arrays, shape (m,)
        Mean log loss in nats, without penalty, and accuracy; each training row counts once,
        whatever its weight.
    test_loss, test_accuracy : float64 arrays, shape (m,), or None
        The same for the test rows, if any were given.
    classes : array, shape (K,)
        The labels, sorted.
    image_shape : (int, int) or None
        Height and width of the images, where known.
    loss : str
        ``"softmax"`` or ``"one-vs-rest"``.
    outcome : Outcome
        ``CONVERGED`` if every fit did; ``INTERRUPTED`` or ``STOPPED`` if the path was cut short;
        else how the first fit ended that did not converge.
    left : float64 array
        Inverse penalties asked for of which no fit was done.
    l1_ratio : float
        Share of the penalty that is ‖W‖₁; the rest is ‖W‖².
    """

    Cs: Floats
    coef: Floats = field(repr=False)
    intercept: Floats = field(repr=False)
    objective: Floats = field(repr=False)
    gap: Floats = field(repr=False)
    passes: Floats = field(repr=False)
    seconds: Floats = field(repr=False)
    train_loss: Floats
    train_accuracy: Floats
    test_loss: Floats | None
    test_accuracy: Floats | None
    classes: NDArray[Any] = field(repr=False)
    image_shape: Shape | None
    loss: str
    outcome: Outcome
    left: Floats
    l1_ratio: float = 0.0

    @property
    def nonzero(self) -> Floats:
        """Share of the weights that are not zero in each fit, shape (m,)."""
        return np.asarray((self.coef != 0).mean(axis=(1, 2)))

    @property
    def message(self) -> str:
        """Tell in one line how the path ended and, if it ended badly, what to try."""
        if self.outcome in CUT_SHORT:
            all_of_them = len(self.Cs) + len(self.left)
            how = "was interrupted" if self.outcome is Outcome.INTERRUPTED else "was stopped"
            return (
                f"the path {how} at C={self.left[0]:g}; {len(self.Cs)} of {all_of_them} fits were "
                "done and are kept"
            )
        return str(self.outcome.value)

    @property
    def sentence(self) -> str:
        """Say what path it is, and how it ended."""
        ends = f"from C = {self.Cs[0]:g} to {self.Cs[-1]:g}" if len(self.Cs) else "none was done"
        return f"{len(self.Cs)} fits of {self.loss} regression, {ends}: {self.message}."

    def rows(self) -> list[dict[str, Any]]:
        """Return one row for each C, without the weights."""
        columns = {
            "C": self.Cs,
            "nonzero": self.nonzero,
            "objective": self.objective,
            "gap": self.gap,
            "passes": self.passes,
            "seconds": self.seconds,
            "train_loss": self.train_loss,
            "train_accuracy": self.train_accuracy,
            "test_loss": self.test_loss,
            "test_accuracy": self.test_accuracy,
        }
        return [
            {name: None if column is None else float(column[i]) for name, column in columns.items()}
            for i in range(len(self.Cs))
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the path as plain data, without the weights."""
        record: dict[str, Any] = plain(
            {
                "loss": self.loss,
                "l1_ratio": self.l1_ratio,
                "classes": self.classes,
                "image_shape": self.image_shape,
                "outcome": self.outcome.name.lower(),
                "message": self.message,
                "left": self.left,
                "fits": self.rows(),
            }
        )
        return record

    def plot(self) -> Figure:
        """Draw log loss and accuracy on train and test against C."""
        from linocut.plot import plot_penalty_path  # Matplotlib loads on use

        return plot_penalty_path(
            self.Cs,
            self.train_loss,
            self.train_accuracy,
            test_losses=self.test_loss,
            test_accuracies=self.test_accuracy,
        )


def regularisation_path(
    X: Any,
    y: Any = None,
    Cs: int | Sequence[float] | Floats = 13,
    *,
    loss: Literal["softmax", "one-vs-rest"] = "softmax",
    l1_ratio: float = 0.0,
    sample_weight: Any = None,
    test: tuple[Any, Any] | None = None,
    tol: float = 1e-4,
    fit_intercept: bool = True,
    class_weight: dict[Any, float] | Literal["balanced"] | None = None,
    image_shape: Shape | None = None,
    max_iter: int = 1000,
    engine: str = "threads",
    callback: Callback | None = None,
) -> RegularisationPath:
    """Fit a regression for each of several penalties, from the strongest to the weakest.

    Each fit starts at the optimum of the one before, which is near its own. Ctrl-C keeps the fits
    that were done.

    Parameters
    ----------
    X : uint8 or float array, shape (n, d) or (n, h, w), sparse (n, d), or RowSource
        Rows or images; as they are, not scaled.
    y : array, shape (n,), optional
        Labels; those of a `RowSource` if not given.
    Cs : int or sequence of float
        Inverse penalties as in `SoftmaxRegression`, finite and above zero, in any order. An
        integer asks for so many from 10⁻³/v to 10³/v, in equal ratios, where v, the mean squared
        distance of a row to the mean row, rounded to a power of ten, makes them fit the scale of
        the pixels: 13 are half-decades.
    loss : {"softmax", "one-vs-rest"}
        Classes against each other, or each against the rest.
    l1_ratio : float
        Share of each penalty that is ‖W‖₁/(C n), from 0 (ridge) to 1 (lasso), as in
        `SoftmaxRegression`; the rest is ‖W‖²/(2 C n).
    sample_weight : array, shape (n,), optional
        Weight of each row in the fits, not negative.
    test : (X, y), optional
        Rows to judge each fit by, never trained on, and their labels.
    tol : float
        Largest relative distance of each objective to its optimum, as bounded by the dual.
    fit_intercept : bool
        Whether to fit b; otherwise it is zero.
    class_weight : dict, "balanced" or None
        Weight of each class in the fits.
    image_shape : (int, int) or (int, int, 3), optional
        Height and width, if fitted on flat rows.
    max_iter : int
        Iterations at most, in each fit.
    engine : str
        What computes: ``"threads"``, ``"dask"`` for the active Dask client, or the address of its
        scheduler, ``"tcp://HOST:PORT"``.
    callback : callable, optional
        Called with each `Iteration` of each fit; a true answer ends the path as Ctrl-C does.

    Returns
    -------
    RegularisationPath
        With weights, losses and accuracies for each C, and ``outcome`` telling how it ended.

    Raises
    ------
    LinocutError
        If a parameter is out of its range, or ``test`` does not fit the training rows.

    Warns
    -----
    ConvergenceWarning
        If the path was cut short, or a fit ended before its certificate held.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> digits = load_dataset("digits")
    >>> path = regularisation_path(
    ...     digits.train.images,
    ...     digits.train.labels,
    ...     [1e-8, 1e-6, 1e-4, 1e-2],
    ...     test=(digits.test.images, digits.test.labels),
    ... )
    >>> path.outcome.name, path.coef.shape
    ('CONVERGED', (4, 10, 64))
    >>> bool(np.all(np.diff(path.train_loss) < 0))  # a weaker penalty always fits closer
    True
    """
    check_parameter("loss", loss, loss in MODELS, f"one of {', '.join(MODELS)}")
    model = MODELS[loss](
        l1_ratio=l1_ratio,
        fit_intercept=fit_intercept,
        tol=tol,
        max_iter=max_iter,
        class_weight=class_weight,
        image_shape=image_shape,
        engine=engine,
    )
    model._check_parameters()
    rows = training_rows(model, X, y, sample_weight)
    test_rows = None if test is None else watched_rows(model, rows, *test)
    grid = inverse_penalties(Cs, rows)
    climbing = climb(
        model._objective(rows), grid, l1_ratio=l1_ratio, tol=tol, max_iter=max_iter,
        callback=callback,
    )  # fmt: skip
    fits, outcome = _fits(climbing)
    # In float64, as a model's own predictions are.
    train = _judged(model, rows.blocks.astype(np.float64), fits)
    tested = None if test_rows is None else _judged(model, test_rows, fits)
    path = RegularisationPath(
        Cs=grid[: len(fits)],
        coef=_stacked([fit.point.W for fit in fits], (len(rows.classes), rows.blocks.shape[1])),
        intercept=_stacked([fit.point.b for fit in fits], (len(rows.classes),)),
        objective=np.array([fit.point.value for fit in fits]),
        gap=np.array([fit.record.last.gap for fit in fits]),
        passes=np.array([fit.record.last.passes for fit in fits]),
        seconds=np.array([fit.record.last.seconds for fit in fits]),
        train_loss=train[0],
        train_accuracy=train[1],
        test_loss=None if tested is None else tested[0],
        test_accuracy=None if tested is None else tested[1],
        classes=rows.classes,
        image_shape=rows.image_shape,
        loss=loss,
        outcome=outcome,
        left=grid[len(fits) :],
        l1_ratio=float(l1_ratio),
    )
    if outcome is not Outcome.CONVERGED:
        warnings.warn(f"regularisation_path: {path.message}", ConvergenceWarning, stacklevel=2)
    return path


def _fits(climbing: Iterator[Fit]) -> tuple[list[Fit], Outcome]:
    done: list[Fit] = []
    try:
        for fit in climbing:
            if fit.record.outcome in CUT_SHORT:
                return done, fit.record.outcome
            done.append(fit)
    except KeyboardInterrupt:
        return done, Outcome.INTERRUPTED
    outcomes = [fit.record.outcome for fit in done]
    return done, next((o for o in outcomes if o is not Outcome.CONVERGED), Outcome.CONVERGED)


def _judged(model: Model, blocks: Blocks, fits: list[Fit]) -> tuple[Floats, Floats]:
    judged = [row_losses(model, blocks, fit) for fit in fits]
    return (
        np.array([float(losses.mean()) for losses, _ in judged]),
        np.array([float(right.mean()) for _, right in judged]),
    )


def _stacked(arrays: list[Floats], shape: tuple[int, ...]) -> Floats:
    return np.array(arrays) if arrays else np.empty((0, *shape))
