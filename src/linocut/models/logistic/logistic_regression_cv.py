"""scikit-learn's ``LogisticRegressionCV``: the penalty is chosen by cross-validation."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from numbers import Integral
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import _safe_indexing
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, column_or_1d

from linocut.core import LinocutError
from linocut.core.arrays import as_array, flatten_images
from linocut.core.steps import ModelKind
from linocut.models.inputs import TrainingRows, check_parameter, training_rows
from linocut.models.linear import Floats
from linocut.models.logistic.answer import Answer, against_the_rest, answered, joined, prepared
from linocut.models.logistic.folds import Fold, Grid, Judge, accuracies, fitted_grid, folds_of
from linocut.models.logistic.logistic_regression import ClassWeight, LogisticRegression
from linocut.models.logistic.question import NOT_SAID, RATIOS, Question
from linocut.models.regression import Regression
from linocut.solve import Outcome

DECADES = -4, 4  # of C, from the first to the last of a grid made here
NOT_SAID_EITHER = "warn"  # what scikit-learn 1.8 calls an argument whose default will change


class LogisticRegressionCV(LogisticRegression):
    """Logistic regression with a penalty chosen by cross-validation, as scikit-learn's.

    A drop-in for ``sklearn.linear_model.LogisticRegressionCV`` of all versions from 1.0 on. In
    each fold a path of fits climbs from the strongest penalty to the weakest, each fit from the
    one before, and each to its optimum.

    Parameters
    ----------
    Cs : int or sequence of float
        Inverse penalties, finite and above zero; an integer asks for so many from 10⁻⁴ to 10⁴, in
        equal ratios.
    l1_ratios : sequence of float, optional
        Shares of the penalty that are ‖W‖₁ to choose from, from 0 to 1. If not given, the one that
        ``penalty`` says, or 0.
    fit_intercept : bool
        Whether to fit an intercept; otherwise it is zero.
    cv : int, scikit-learn splitter, iterable of (train, test) index arrays, or None
        An integer is a number of folds, None is 5: ``StratifiedKFold`` without shuffling.
    dual, n_jobs, random_state, verbose
        Taken and ignored.
    penalty : {"l2", "l1", "elasticnet"}
        ``"elasticnet"`` needs ``l1_ratios``, the others come before them. ``"deprecated"``, the
        default, leaves it to these.
    scoring : str, callable or None
        What to choose by, a scikit-learn scorer; None is accuracy. Sample weights count.
    solver, intercept_scaling, class_weight, tol, max_iter
        As of `LogisticRegression`; ``"balanced"`` by the share of a class of all rows.
    refit : bool
        Whether to fit what was chosen on all rows. Otherwise ``coef_`` is the mean of the weights
        that each fold likes best.
    multi_class : {"auto", "ovr", "multinomial"}
        As of `LogisticRegression`. With ``"ovr"`` a penalty is chosen for each class.
    use_legacy_attributes : bool
        Whether the attributes have the shapes that they had before scikit-learn 1.8; below, first
        those, then the new ones. There m is the number of C, r that of ``l1_ratios``, f that of
        folds, and k is 1 for two classes, else K. Where ``l1_ratios`` are not given, there is no
        last axis of that length in the old ones.

    Attributes
    ----------
    C_, l1_ratio_ : float64 arrays, shape (k,), or float
        What was chosen, the same for each class unless each was fitted against the rest.
    Cs_ : float64 array, shape (m,)
        All C in the order in which they were given.
    l1_ratios_ : array, shape (r,)
        All shares of ‖W‖₁; None in it where none are given.
    scores_ : dict from labels to arrays of shape (f, m, r), or array, shape (f, r, m)
        Scores of the rows held out.
    coefs_paths_ : dict from labels to arrays of shape (f, m, r, d + 1), or (f, r, m, k, d + 1)
        Weights and, last, intercepts, if there are any.
    n_iter_ : int32 array, shape (1, f, m, r) or (K, f, m, r), or (f, r, m)
        Iterations of the fits in the folds.
    coef_, intercept_, classes_, image_shape_
        As of `LogisticRegression`.
    objective_, gap_, residual_, converged_
        As of `LogisticRegression`, of the fit on all rows; NaN, and False, without one.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> X, y = load_digits(return_X_y=True)
    >>> model = LogisticRegressionCV(Cs=[1e-4, 1e-2, 1.0], cv=3, scoring="neg_log_loss").fit(X, y)
    >>> model.C_[0], model.scores_[0].shape, bool(model.gap_ <= 1e-6)
    (np.float64(0.01), (3, 3), True)
    """

    C_: Any
    l1_ratio_: Any
    scores_: Any
    coefs_paths_: Any

    def __init__(
        self,
        *,
        Cs: int | Sequence[float] | Floats = 10,
        l1_ratios: Sequence[float] | Floats | str | None = None,
        fit_intercept: bool = True,
        cv: Any = None,
        dual: bool = False,
        penalty: str = "deprecated",
        scoring: Any = None,
        solver: str = "lbfgs",
        tol: float = 1e-4,
        max_iter: int = 100,
        class_weight: ClassWeight = None,
        n_jobs: int | None = None,
        verbose: int = 0,
        refit: bool = True,
        intercept_scaling: float = 1.0,
        multi_class: str = "auto",
        random_state: Any = None,
        use_legacy_attributes: bool | str = True,
    ) -> None:
        self.Cs = Cs
        self.l1_ratios = l1_ratios
        self.fit_intercept = fit_intercept
        self.cv = cv
        self.dual = dual
        self.penalty = penalty
        self.scoring = scoring
        self.solver = solver
        self.tol = tol
        self.max_iter = max_iter
        self.class_weight = class_weight
        self.n_jobs = n_jobs
        self.verbose = verbose
        self.refit = refit
        self.intercept_scaling = intercept_scaling
        self.multi_class = multi_class
        self.random_state = random_state
        self.use_legacy_attributes = use_legacy_attributes

    @property
    def model_kind(self) -> ModelKind:
        """As of `LogisticRegression`, but not fitted step by step."""
        return replace(super().model_kind, name="linocut-logistic-regression-cv", iterative=False)

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Judge each penalty in each fold, choose one, and fit it on all rows.

        Parameters
        ----------
        X : array, shape (n, d) or (n, h, w), data frame or sparse (n, d)
            Rows or images. The folds are index arrays into them.
        y : array, shape (n,)
            Labels.
        sample_weight : array, shape (n,), optional
            Weight of each row, in fitting and in judging; not negative.

        Raises
        ------
        LinocutError
            If an argument is out of its range, or a fold trains without a class.

        Warns
        -----
        ConvergenceWarning
            If fits ended at points that are not proved to be near their optimum.
        """
        ratios = self._ratios()
        Cs = inverse_penalties(self.Cs)
        question = Question.of(self, 1.0, 0.0)
        rows = training_rows(self, X, y, sample_weight)
        K = len(rows.classes)
        apart = question.one_vs_rest and K > 2
        if apart and not self._legacy():
            raise LinocutError(
                "use_legacy_attributes=False has one C, and one class against the rest a C for "
                "each class — use_legacy_attributes=True, or another multi_class or solver"
            )
        labels = column_or_1d(y)
        weights = None
        if sample_weight is not None:
            weights = _check_sample_weight(sample_weight, X, dtype=np.float64)
        X = X if hasattr(X, "iloc") else _indexable(X)
        folds = folds_of(self.cv, X, labels, rows)
        grids, choices, answers = [], [], []
        for k in range(K if apart else 1):
            one = against_the_rest(rows, k, rows.weights) if apart else rows
            of_one = labels == rows.classes[k] if apart else labels
            judge = self._judge(one, X, of_one, weights)
            grid = fitted_grid(question, one, (Cs, ratios), folds, judge)
            choice, mean = _chosen(grid, Cs, ratios, refit=self.refit)
            answers.append(_final(question, one, choice, mean, refit=self.refit))
            grids.append(grid)
            choices.append(choice)
        self._take(joined(answers), rows, question)
        self._keep_grids(grids, choices, Cs, ratios)
        self._warn_of_folds(grids, question)
        return self

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return the score by which the penalty was chosen, accuracy by default."""
        own = {} if sample_weight is None else {"sample_weight": sample_weight}
        return float(self._scorer()(self, X, y, **own))

    def as_regression(self) -> Regression:
        """Return the regression of ours that has these weights, as their optimum.

        Raises
        ------
        LinocutError
            If there is none: without a fit on all rows, with a penalised intercept, or where the
            penalty differs from class to class.
        """
        check_is_fitted(self)
        if not self.refit:
            raise LinocutError(
                f"refit=False: the weights of this {type(self).__name__} are a mean over folds, "
                "the optimum of nothing — refit=True"
            )
        if len(np.unique(self.C_)) > 1 or len(np.unique(self.l1_ratio_)) > 1:
            raise LinocutError(
                f"C_={np.array2string(self.C_, precision=3)} — a {type(self).__name__} with a "
                "penalty for each class is no one regression"
            )
        return super().as_regression()

    def _question(self) -> Question:
        return Question.of(self, float(np.ravel(self.C_)[0]), float(np.ravel(self.l1_ratio_)[0]))

    def _has_weights_apart(self) -> bool:
        return False  # each row has one weight here, also in scikit-learn's

    def _legacy(self) -> bool:
        return bool(self.use_legacy_attributes)  # "warn" stands for True

    def _ratios_are_given(self) -> bool:
        """Tell whether ``l1_ratios`` count."""
        if self.penalty in RATIOS:
            return False
        unsaid = self.l1_ratios is None or isinstance(self.l1_ratios, str)
        return not unsaid or self.penalty == "elasticnet"

    def _ratios(self) -> Floats:
        known = (*RATIOS, "elasticnet", NOT_SAID)
        said = isinstance(self.penalty, str) and self.penalty in known
        check_parameter(
            "penalty", self.penalty, said, "l1, l2 or elasticnet; without, an infinite C"
        )
        if not self._ratios_are_given():
            return np.array([1.0 if self.penalty == "l1" else 0.0])
        return _numbers("l1_ratios", self.l1_ratios, 1.0, "numbers from 0 to 1", zero=True)

    def _judge(
        self, rows: TrainingRows, X: Any, labels: NDArray[Any], weights: Floats | None
    ) -> Judge:
        """Return what scores the answers to one problem by the rows held out."""
        scorer = None if self._by_accuracy() else self._scorer()

        def judged(fold: Fold, path: Sequence[Answer]) -> Floats:
            w = None if weights is None else weights[fold.given]
            if scorer is None:
                return accuracies(rows, fold, path, w)
            own = {} if w is None else {"sample_weight": w}
            held_out = _safe_indexing(X, fold.given), labels[fold.given]
            return np.array([
                scorer(self._with(answer, rows), *held_out, **own) for answer in path
            ])  # fmt: skip

        return judged

    def _with(self, answer: Answer, rows: TrainingRows) -> LogisticRegression:
        """Return a model with the weights of an answer."""
        model = LogisticRegression(solver=self.solver, multi_class=self.multi_class)
        model._keep(rows, answer.W, answer.b)
        for name in ("n_features_in_", "feature_names_in_"):
            if hasattr(self, name):
                setattr(model, name, getattr(self, name))
        return model

    def _by_accuracy(self) -> bool:
        named = isinstance(self.scoring, str) and self.scoring in {"accuracy", NOT_SAID_EITHER}
        return self.scoring is None or named

    def _scorer(self) -> Any:
        from sklearn.metrics import get_scorer  # loads much

        return get_scorer("accuracy" if self._by_accuracy() else self.scoring)

    def _keep_grids(
        self, grids: list[Grid], choices: list[Choice], Cs: Floats, ratios: Floats
    ) -> None:
        """Keep what was fitted in the folds in the shapes that scikit-learn gives it."""
        K, given = len(self.classes_), self._ratios_are_given()
        k = 1 if K == 2 else K
        self.Cs_ = Cs
        self.l1_ratios_ = ratios if given else np.array([None])
        several = len(grids) > 1
        self.C_ = np.array([choices[i if several else 0].C for i in range(k)])
        self.l1_ratio_ = np.array([choices[i if several else 0].l1_ratio for i in range(k)])
        weights = np.concatenate([grid.weights for grid in grids], axis=3)  # (f, m, r, k, d + 1)
        if not self.fit_intercept:
            weights = weights[..., :-1]
        if not self._legacy():
            self.C_, self.l1_ratio_ = float(self.C_[0]), float(self.l1_ratio_[0])
            self.coefs_paths_ = np.swapaxes(weights, 1, 2)
            self.scores_ = np.swapaxes(grids[0].scores, 1, 2)
            self.n_iter_ = np.swapaxes(grids[0].iterations, 1, 2)
            return
        axes: Any = slice(None) if given else 0
        labels = self.classes_[-k:]
        of_class = [grids[i if several else 0].scores[:, :, axes] for i in range(k)]
        self.scores_ = dict(zip(labels, of_class, strict=True))
        paths = [weights[:, :, axes, i] for i in range(k)]
        self.coefs_paths_ = dict(zip(labels, paths, strict=True))
        self.n_iter_ = np.array([grid.iterations[:, :, axes] for grid in grids])

    def _warn_of_folds(self, grids: list[Grid], question: Question) -> None:
        far = sum(grid.count_far(question.tol) for grid in grids)
        if far:
            warnings.warn(
                f"{type(self).__name__}: {far} fits in the folds ended before their certificates "
                "held — raise max_iter or tol, or leave out the largest C",
                ConvergenceWarning,
                stacklevel=3,
            )


@dataclass(frozen=True)
class Choice:
    """The penalty of one problem: the best over all folds, or the mean of each fold's best."""

    C: float
    l1_ratio: float


def _chosen(grid: Grid, Cs: Floats, ratios: Floats, *, refit: bool) -> tuple[Choice, Floats]:
    """Return the choice, and the mean over folds of the weights and intercepts that belong to it.

    The weights have the shape (k, d + 1).
    """
    W = grid.weights
    if refit:
        i, j = grid.best()
        return Choice(float(Cs[i]), float(ratios[j])), W[:, i, j].mean(axis=0)
    of_folds = [replace(grid, scores=scores[None]).best() for scores in grid.scores]
    C = np.mean([Cs[i] for i, _ in of_folds])
    l1_ratio = np.mean([ratios[j] for _, j in of_folds])
    liked = [W[fold, i, j] for fold, (i, j) in enumerate(of_folds)]
    return Choice(float(C), float(l1_ratio)), np.mean(liked, axis=0)


def _final(
    question: Question, rows: TrainingRows, choice: Choice, mean: Floats, *, refit: bool
) -> Answer:
    """Return the fit of a choice on all rows, from the mean of the folds; or that mean alone."""
    W, b = mean[:, :-1], mean[:, -1]
    if refit:
        chosen = replace(question, C=choice.C, l1_ratio=choice.l1_ratio)
        return answered(chosen, prepared(chosen, rows), (W, b))
    none = np.zeros(1, np.int32)
    return Answer(W, b, np.nan, np.nan, np.nan, none, Outcome.CONVERGED)


def inverse_penalties(Cs: Any) -> Floats:
    """Return the inverse penalties that are asked for, in the order in which they are."""
    wanted = "numbers above zero, or how many to take"
    if isinstance(Cs, Integral) and not isinstance(Cs, bool):
        check_parameter("Cs", Cs, int(Cs) >= 1, wanted)
        return np.logspace(*DECADES, int(Cs))
    return _numbers("Cs", Cs, np.inf, wanted, zero=False)


def _numbers(name: str, given: Any, most: float, wanted: str, *, zero: bool) -> Floats:
    try:
        numbers = np.asarray(given, np.float64)
    except (TypeError, ValueError):
        raise LinocutError(f"{name}={given!r} — {wanted}") from None
    above = numbers >= 0 if zero else numbers > 0
    right = numbers.ndim == 1 and numbers.size > 0 and np.all(above & (numbers <= most))
    check_parameter(name, given, bool(right), wanted)
    return numbers


def _indexable(X: Any) -> Any:
    """Return rows that can be picked by their positions."""
    return X.tocsr() if sparse.issparse(X) else flatten_images(as_array(X, "LogisticRegressionCV"))
