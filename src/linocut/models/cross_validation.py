"""Softmax regression whose penalty is chosen by cross-validation."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Container, Sequence
from dataclasses import replace
from numbers import Integral
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.validation import check_is_fitted

from linocut.core import LinocutError
from linocut.core.arrays import flatten_images
from linocut.core.colour import Shape
from linocut.core.links import Link
from linocut.core.steps import ModelKind
from linocut.models.inputs import TrainingRows, check_parameter, training_rows
from linocut.models.linear import Floats
from linocut.models.regression import minimised
from linocut.models.softmax import SoftmaxRegression
from linocut.models.warm_starts import CUT_SHORT, climb, inverse_penalties, row_losses
from linocut.solve import Fit, Iteration, Objective, Outcome, Readings
from linocut.solve.rows import RowSource

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Rows = NDArray[np.intp]
Folds = list[tuple[Rows, Rows]]  # the rows to train on and those held out

RULES = ("one-standard-error", "best")


class SoftmaxRegressionCV(SoftmaxRegression):
    """Softmax regression with the penalty chosen by cross-validation, then fitted on all rows.

    In each fold a path of fits climbs from the strongest penalty to the weakest, each fit from
    the one before; what it is judged by is the log loss of the rows held out. All C are fitted in
    all folds, also where the loss has long begun to rise.

    Parameters
    ----------
    Cs : int or sequence of float
        Inverse penalties, finite and above zero, in any order. An integer asks for so many from
        10⁻³/v to 10³/v, in equal ratios; v, the mean squared distance of a row to the mean row,
        rounded to a power of ten, makes them fit the scale of the pixels. 13 are half-decades.
    cv : int, scikit-learn splitter or iterable of (train, test) index arrays
        An integer is a number of folds, from 2 up: ``StratifiedKFold`` without shuffling, so the
        same rows always make the same folds. Rows without weight are left out before.
    l1_ratio : float
        Share of each penalty that is ‖W‖₁, from 0 (ridge) to 1 (lasso), as in `SoftmaxRegression`.
    rule : {"one-standard-error", "best"}
        ``"best"`` takes the C with the least mean log loss; ``"one-standard-error"`` the
        smallest C, which is the simplest model, whose mean is within one standard error of that.
    fit_intercept : bool
        Whether to fit b; otherwise it is zero.
    tol : float
        Largest relative distance of the last objective to its optimum, as bounded by the dual.
    fold_tol : float
        The same for the fits in the folds.
    max_iter : int
        Iterations at most, in each fit.
    class_weight : dict, "balanced" or None
        Weight of each class; ``"balanced"`` by its share of all rows.
    image_shape : (int, int) or (int, int, 3), optional
        Height and width, if fitted on flat rows.

    Attributes
    ----------
    C_ : float
        The C chosen, of which ``coef_`` is the optimum.
    best_C_ : float
        The C with the least mean log loss.
    Cs_ : float64 array, shape (m,)
        All C, rising.
    log_loss_ : float64 array, shape (folds, m)
        Mean log loss of the rows held out, in nats, weighted as the training rows are. NaN where
        the folds were cut short.
    accuracy_ : float64 array, shape (folds, m)
        Share of them classified correctly, weighted alike.
    objective_, gap_, residual_, gradient_norm_, n_iter_, converged_, record_, snapshots_
        As of `SoftmaxRegression`, of the fit on all rows.

    Notes
    -----
    The one-standard-error rule: Breiman, Friedman, Olshen and Stone, "Classification and
    Regression Trees" (1984), section 3.4.3. The standard error is the standard deviation over
    folds divided by the square root of their number; folds share training rows, so it is
    somewhat too small.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> digits = load_dataset("digits")
    >>> model = SoftmaxRegressionCV([1e-6, 1e-5, 1e-4, 1e-3])
    >>> model = model.fit(digits.train.images, digits.train.labels)
    >>> model.log_loss_.shape, model.C_ <= model.best_C_
    ((5, 4), True)
    """

    model_kind = ModelKind("softmax-cv", Link.SOFTMAX)

    C_: float
    best_C_: float
    Cs_: Floats
    log_loss_: Floats
    accuracy_: Floats

    def __init__(
        self,
        Cs: int | Sequence[float] | Floats = 13,
        *,
        cv: Any = 5,
        l1_ratio: float = 0.0,
        rule: Literal["one-standard-error", "best"] = "one-standard-error",
        fit_intercept: bool = True,
        tol: float = 1e-6,
        fold_tol: float = 1e-3,
        max_iter: int = 1000,
        class_weight: dict[Any, float] | Literal["balanced"] | None = None,
        image_shape: Shape | None = None,
    ) -> None:
        self.Cs = Cs
        self.cv = cv
        self.l1_ratio = l1_ratio
        self.rule = rule
        self.fit_intercept = fit_intercept
        self.tol = tol
        self.fold_tol = fold_tol
        self.max_iter = max_iter
        self.class_weight = class_weight
        self.image_shape = image_shape

    def fit(
        self,
        X: Any,
        y: Any = None,
        sample_weight: Any = None,
        *,
        callback: Callable[[Iteration], bool | None] | None = None,
        keep: Container[int] = (),
        readings: Readings | None = None,
    ) -> Self:
        """Judge each C in each fold, choose one, and fit it on all rows.

        Ctrl-C in the folds leaves the choice to the C that all folds have fitted; before there is
        one it is not caught. Ctrl-C in the last fit keeps the best weights so far.

        Parameters
        ----------
        X : uint8 or float array, shape (n, d) or (n, h, w), sparse (n, d), or RowSource
            Rows or images. The folds are index arrays into them, not copies.
        y : array, shape (n,), optional
            Labels; those of a `RowSource` if not given.
        sample_weight : array, shape (n,), optional
            Weight of each row, in fitting and in judging; not negative.
        callback : callable, optional
            Called with each `Iteration` of every fit; a true answer does what Ctrl-C does.
        keep : container of int
            Iterations of the last fit whose weights to keep in ``snapshots_``.
        readings : Readings, optional
            What the last fit shares with others of the same rows whose C alone differs.

        Raises
        ------
        LinocutError
            If a parameter is out of its range, or a class has too few rows for the folds.

        Warns
        -----
        ConvergenceWarning
            If the folds were cut short, or a fit ended before its certificate held.
        """
        self._check_parameters()
        if y is None and isinstance(X, RowSource) and X.labels is not None:
            y = X.labels[:]  # which a splitter may want to see
        rows = training_rows(self, X, y, sample_weight)
        Cs = inverse_penalties(self.Cs, rows)
        folds = self._folds(rows, X, y)
        one = SoftmaxRegression(1.0, l1_ratio=self.l1_ratio, fit_intercept=self.fit_intercept)
        objective = one._objective(rows)
        climbed = _Climb(objective, self.l1_ratio, rows.weights, Cs, folds)
        climbed.go(self.fold_tol, self.max_iter, callback)
        best, chosen = choose(climbed.log_loss, self.rule)
        last = replace(objective, penalty=objective.penalty / Cs[chosen])
        fit = minimised(
            last,
            self.l1_ratio / (Cs[chosen] * rows.total),
            start=climbed.starts[chosen],
            tol=self.tol,
            max_iter=self.max_iter,
            callback=callback,
            keep=keep,
            readings=readings,
        )
        self._keep_fit(rows, last, fit)
        self.Cs_, self.C_, self.best_C_ = Cs, float(Cs[chosen]), float(Cs[best])
        self.log_loss_, self.accuracy_ = climbed.log_loss, climbed.accuracy
        self._warn(climbed, fit)
        return self

    def plot_path(self) -> Figure:
        """Draw log loss and accuracy of the rows held out against C, and what was chosen."""
        from linocut.plot import plot_cross_validation  # Matplotlib loads on use

        check_is_fitted(self)
        return plot_cross_validation(self.Cs_, self.log_loss_, self.accuracy_, chosen=self.C_)

    def _check_parameters(self) -> None:
        for name in ("tol", "fold_tol"):
            value = getattr(self, name)
            check_parameter(name, value, value > 0, "a number above zero")
        check_parameter("max_iter", self.max_iter, self.max_iter >= 1, "an integer from 1 up")
        share = 0 <= self.l1_ratio <= 1
        check_parameter("l1_ratio", self.l1_ratio, share, "a number from 0 to 1")
        check_parameter("rule", self.rule, self.rule in RULES, f"one of {', '.join(RULES)}")
        if isinstance(self.cv, Integral):
            check_parameter("cv", self.cv, int(self.cv) >= 2, "folds, from 2 up, or a splitter")

    def _folds(self, rows: TrainingRows, X: Any, y: Any) -> Folds:
        if isinstance(self.cv, Integral):
            counts = np.bincount(rows.y)
            if counts.min() < self.cv:
                label, count = rows.classes[counts.argmin()], counts.min()
                raise LinocutError(
                    f"class {label} has {count} row{'' if count == 1 else 's'}, fewer than "
                    f"cv={self.cv} folds — lower cv, or give more rows of that class"
                )
            from sklearn.model_selection import StratifiedKFold  # loads much

            splitter = StratifiedKFold(int(self.cv))
            return list(splitter.split(np.empty((len(rows.y), 0)), rows.y))
        # A splitter may know the rows as they were given, before those without weight left.
        kept = rows.positions(np.shape(y)[0])
        shown = np.empty((len(y), 0)) if isinstance(X, RowSource) else flatten_images(X)
        from sklearn.model_selection import check_cv

        given = check_cv(self.cv, y, classifier=True).split(shown, y)
        folds = [tuple(at[at >= 0] for at in (kept[train], kept[test])) for train, test in given]
        for number, (train, test) in enumerate(folds, 1):
            check_fold(number, train, test, rows)
        if len(folds) < (2 if self.rule == "one-standard-error" else 1):
            raise LinocutError(
                f"cv gives {len(folds)} fold{'' if len(folds) == 1 else 's'}, which has no "
                "standard error — give more, or with one rule='best'"
            )
        return [(train, test) for train, test in folds]

    def _warn(self, climbed: _Climb, fit: Fit) -> None:
        said = []
        if climbed.fitted < len(self.Cs_):
            said.append(
                f"the folds were cut short at C={self.Cs_[climbed.fitted]:g}; C_ is chosen from "
                f"{climbed.fitted} of {len(self.Cs_)}"
            )
        if climbed.not_converged:
            said.append(
                f"{climbed.not_converged} fits in the folds ended before fold_tol="
                f"{self.fold_tol:g} — raise max_iter or fold_tol, or leave out the largest C"
            )
        if not self.converged_:
            reached = f"{self.gap_:.1e}" if np.isfinite(self.gap_) else "unbounded"
            said.append(
                f"{fit.record.outcome.value} (gap {reached} after {self.n_iter_} iterations, "
                f"tol {self.tol:g})"
            )
        if said:
            message = f"{type(self).__name__}: {'; '.join(said)}"
            warnings.warn(message, ConvergenceWarning, stacklevel=3)


def choose(log_loss: Floats, rule: str) -> tuple[int, int]:
    """Return which C has the least mean log loss, and which one the rule takes.

    Parameters
    ----------
    log_loss : float64 array, shape (folds, m)
        By rising C; columns with a NaN are left out.
    rule : {"one-standard-error", "best"}
        As of `SoftmaxRegressionCV`.

    Examples
    --------
    >>> choose(np.array([[0.5, 0.31, 0.29], [0.5, 0.33, 0.33]]), "one-standard-error")
    (2, 1)
    """
    means = np.where(np.isnan(log_loss).any(axis=0), np.inf, log_loss.mean(axis=0))
    best = int(means.argmin())
    if rule == "best":
        return best, best
    error = log_loss[:, best].std(ddof=1) / np.sqrt(len(log_loss))
    return best, int(np.argmax(means <= means[best] + error))


def check_fold(number: int, train: Rows, test: Rows, rows: TrainingRows) -> None:
    """Refuse a fold, the ``number``-th, that trains without a class or holds out no row."""
    counts = np.bincount(rows.y[train], minlength=len(rows.classes))
    if counts.min() == 0:
        label = rows.classes[counts.argmin()]
        raise LinocutError(
            f"class {label} has 0 rows in the training part of fold {number} — every fold "
            "must train on every class; a StratifiedKFold sees to that"
        )
    if len(test) == 0:
        raise LinocutError(f"fold {number} holds out 0 rows — at least one is needed")


class _Climb:
    """The paths of all folds, climbed side by side: after each C all folds can be compared."""

    def __init__(
        self,
        objective: Objective,
        l1_ratio: float,
        weights: Floats | None,
        Cs: Floats,
        folds: Folds,
    ) -> None:
        self.objective, self.l1_ratio = objective, l1_ratio
        self.weights, self.Cs, self.folds = weights, Cs, folds
        self.fitted = 0  # C that all folds are done with
        self.not_converged = 0
        self.log_loss = np.full((len(folds), len(Cs)), np.nan)
        self.accuracy = np.full((len(folds), len(Cs)), np.nan)
        self.starts: list[tuple[Floats, Floats]] = []  # mean weights over folds, for each C

    def go(
        self, tol: float, max_iter: int, callback: Callable[[Iteration], bool | None] | None
    ) -> None:
        paths = [
            climb(
                self.objective.take(train),
                self.Cs,
                l1_ratio=self.l1_ratio,
                tol=tol,
                max_iter=max_iter,
                callback=callback,
            )
            for train, _ in self.folds
        ]
        try:
            for column in range(len(self.Cs)):
                fits = []
                for fold, path in enumerate(paths):
                    fits.append(next(path))
                    if fits[-1].record.outcome in CUT_SHORT:
                        self.cut_short(fits[-1].record.outcome)
                        return
                    self.judge(fold, column, fits[-1])
                self.finish(fits)
        except KeyboardInterrupt:
            self.cut_short(Outcome.INTERRUPTED)

    def judge(self, fold: int, column: int, fit: Fit) -> None:
        held_out = self.folds[fold][1]
        blocks = self.objective.blocks.take(held_out).astype(np.float64)
        losses, right = row_losses(SoftmaxRegression(), blocks, fit)
        w = None if self.weights is None else self.weights[held_out]
        self.log_loss[fold, column] = np.average(losses, weights=w)
        self.accuracy[fold, column] = np.average(right, weights=w)

    def finish(self, fits: list[Fit]) -> None:
        W = np.mean([fit.point.W for fit in fits], axis=0)
        b = np.mean([fit.point.b for fit in fits], axis=0)
        self.starts.append((W, b))
        self.not_converged += sum(fit.record.outcome is not Outcome.CONVERGED for fit in fits)
        self.fitted += 1

    def cut_short(self, outcome: Outcome) -> None:
        """Leave what not all folds have; where nothing is left, there is nothing to choose."""
        if self.fitted == 0:
            if outcome is Outcome.INTERRUPTED:
                raise KeyboardInterrupt
            raise LinocutError(
                f"the callback stopped the folds at C={self.Cs[0]:g}, the first — let at least one "
                "C be fitted in all folds"
            )
        self.log_loss[:, self.fitted :] = np.nan
        self.accuracy[:, self.fitted :] = np.nan
