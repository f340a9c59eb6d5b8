"""scikit-learn's ``LogisticRegression``, at its optimum and with a certificate."""

from __future__ import annotations

import warnings
from functools import partial
from typing import Any, Literal, Self

import numpy as np
from scipy import sparse
from scipy.special import log_expit, log_softmax
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.validation import check_is_fitted

from linocut.core import LinocutError
from linocut.core.colour import Shape
from linocut.core.links import Link
from linocut.core.steps import ModelKind
from linocut.models.inputs import TrainingRows, class_weights, training_rows
from linocut.models.linear import Floats, LinearClassifier, dense_weights, score_weights
from linocut.models.logistic.answer import Answer, answered, answered_apart, prepared
from linocut.models.logistic.question import ENOUGH, LIBLINEAR, Question
from linocut.models.regression import Regression

ClassWeight = dict[Any, float] | Literal["balanced"] | None


class LogisticRegression(LinearClassifier):
    """Logistic regression with the arguments, attributes and optimum of scikit-learn's.

    A drop-in for ``sklearn.linear_model.LogisticRegression`` of all versions from 1.0 on:
    arguments that have gone since are taken, those that have come as well. Whatever ``solver``
    says, the optimum of the same problem is found, as `SoftmaxRegression` finds it, and ``gap_``
    tells how near it is.

    Parameters
    ----------
    penalty : {"l2", "l1", "elasticnet", None, "none"}
        If given, it comes before ``l1_ratio`` and, None or ``"none"``, before ``C``.
        ``"deprecated"``, the default, leaves it to these two.
    C : float
        Inverse of the penalty, above zero; infinity is no penalty.
    l1_ratio : float or None
        Share of the penalty that is ‖W‖₁/(C n), from 0 to 1; the rest is ‖W‖²/(2 C n). None is 0.
    dual : bool
        Taken and ignored: the optimum is the same.
    tol : float
        A hundredth of it is the largest relative distance of the objective to its optimum, as
        proved: 1e-6 for the default of 1e-4. Below 1e-10 it is read as that, since float64 proves
        little more.
    fit_intercept : bool
        Whether to fit an intercept; otherwise it is zero.
    intercept_scaling : float
        For ``solver="liblinear"``: the column whose penalised weight, times this number, is the
        intercept.
    class_weight : dict, "balanced" or None
        Weight of each class. With one class against the rest, ``"balanced"`` weighs that class
        against the rest; liblinear leaves the rest at 1.
    random_state : int or None
        Taken and ignored: nothing is drawn at random that changes the answer.
    solver : {"lbfgs", "liblinear", "newton-cg", "newton-cholesky", "sag", "saga"}
        Taken and ignored, with any penalty, but for ``"liblinear"``: that penalises the intercept
        and fits each of more than two classes against the rest.
    max_iter : int
        A tenth of the iterations that are done at most, since those here are others.
    multi_class : {"auto", "ovr", "multinomial"}
        ``"ovr"`` fits each of more than two classes against the rest. ``"multinomial"`` penalises
        two vectors of weights where there are two classes; ``coef_`` is their difference.
    verbose : int
        Taken and ignored.
    warm_start : bool
        Whether ``fit`` begins at the present weights.
    n_jobs : int or None
        Taken and ignored: all cores are used where there is work for them.

    Attributes
    ----------
    coef_ : float64 array, shape (1, d) for two classes, else (K, d)
        Weights; of two classes, those of the second over the first.
    intercept_ : float64 array, shape (1,) or (K,)
        Intercepts.
    classes_ : array, shape (K,)
        The labels, sorted. A class whose rows have no weight is left out.
    n_iter_ : int32 array, shape (1,), or (K,) with one class against the rest
        Iterations taken.
    objective_ : float
        The mean objective reached: scikit-learn's divided by C n.
    gap_ : float
        Bound of its relative distance to the optimum.
    residual_ : float
        ‖W − C (Y − P)ᵀX‖/‖W‖, zero at the optimum. NaN where the weights are no weighted sum of
        the training rows, as without an L2 penalty.
    converged_ : bool
        Whether ``gap_`` is within what ``tol`` asks for.
    image_shape_ : (int, int) or None
        Height and width, if it was fitted on images of shape (n, h, w).

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> X, y = load_digits(return_X_y=True)
    >>> model = LogisticRegression(random_state=0, C=0.316, max_iter=1000).fit(X, y)
    >>> model.coef_.shape, model.converged_, bool(model.gap_ <= 1e-6)
    ((10, 64), True, True)
    """

    image_shape: Shape | None = None  # as it comes

    def __init__(
        self,
        penalty: str | None = "deprecated",
        *,
        C: float = 1.0,
        l1_ratio: float | None = 0.0,
        dual: bool = False,
        tol: float = 1e-4,
        fit_intercept: bool = True,
        intercept_scaling: float = 1,
        class_weight: ClassWeight = None,
        random_state: Any = None,
        solver: str = "lbfgs",
        max_iter: int = 100,
        multi_class: str = "auto",
        verbose: int = 0,
        warm_start: bool = False,
        n_jobs: int | None = None,
    ) -> None:
        self.penalty = penalty
        self.C = C
        self.l1_ratio = l1_ratio
        self.dual = dual
        self.tol = tol
        self.fit_intercept = fit_intercept
        self.intercept_scaling = intercept_scaling
        self.class_weight = class_weight
        self.random_state = random_state
        self.solver = solver
        self.max_iter = max_iter
        self.multi_class = multi_class
        self.verbose = verbose
        self.warm_start = warm_start
        self.n_jobs = n_jobs

    @property
    def model_kind(self) -> ModelKind:
        """Of sigmoids where each of several classes was fitted against the rest."""
        several = len(getattr(self, "classes_", ())) > 2
        apart = several and (self.multi_class == "ovr" or self.solver == LIBLINEAR)
        link = Link.SIGMOIDS if apart else Link.SOFTMAX
        return ModelKind("linocut-logistic-regression", link, iterative=True)

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Minimise the objective until it is provably as near its optimum as ``tol`` asks for.

        Parameters
        ----------
        X : array, shape (n, d) or (n, h, w), data frame or sparse (n, d)
            Rows or images. Bytes and float32 are computed in float32 (sums in float64), and in
            float64 where that is needed for the tolerance; all else in float64.
        y : array, shape (n,)
            Labels.
        sample_weight : array, shape (n,), optional
            Weight of each row, not negative.

        Raises
        ------
        LinocutError
            If an argument is out of its range, or contradicts another.

        Warns
        -----
        ConvergenceWarning
            If the fit ended at a point that is neither proved to be within the tolerance nor
            within a relative 1e-6 of the optimum; the message says what to do.
        """
        question = self._question()
        apart = question.one_vs_rest and self._has_weights_apart()
        rows = training_rows(self, X, y, sample_weight, by_class=not apart)
        if apart and len(rows.classes) > 2:
            each = partial(self._weights_against_the_rest, rows)
            answer = answered_apart(question, prepared(question, rows), each)
            self._take(answer, rows, question)
            return self
        if apart:
            rows = training_rows(self, X, y, sample_weight)
        answer = answered(question, prepared(question, rows), self._start())
        self._take(answer, rows, question)
        return self

    def scores(self, X: Any) -> Floats:
        """Return the K scores of each row, shape (n, K); of two classes, ∓ half their margin.

        Parameters
        ----------
        X : array, shape (n, d) or (n, h, w), data frame or sparse (n, d)
            Rows or images.
        """
        scores = self._scored(X)
        return scores if scores.shape[1] > 1 else scores * np.array([-0.5, 0.5])

    def decision_function(self, X: Any) -> Floats:
        """Return the scores, shape (n, K); for two classes that of the second, (n,)."""
        scores = self._scored(X)
        return scores if scores.shape[1] > 1 else scores[:, 0]

    def predict_proba(self, X: Any) -> Floats:
        """Return the probability of each class for each row, shape (n, K)."""
        return self.model_kind.link.probabilities(self.scores(X))

    def predict_log_proba(self, X: Any) -> Floats:
        """Return the logarithms of the probabilities, shape (n, K)."""
        scores = self._scored(X)
        if scores.shape[1] == 1:
            return np.asarray(log_expit(scores * [-1, 1]))
        if self.model_kind.link is Link.SOFTMAX:
            return np.asarray(log_softmax(scores, axis=1))
        return np.asarray(np.log(self.model_kind.link.probabilities(scores)))

    def sparsify(self) -> Self:
        """Keep ``coef_`` as a CSR matrix: smaller where more than half of it is zero."""
        check_is_fitted(self)
        self.coef_ = sparse.csr_matrix(self.coef_)
        return self

    def densify(self) -> Self:
        """Keep ``coef_`` as an array, as it is after `fit`."""
        check_is_fitted(self)
        self.coef_ = dense_weights(self)
        return self

    def as_regression(self) -> Regression:
        """Return the regression of ours that has these weights, as their optimum.

        Raises
        ------
        LinocutError
            If there is none: with a penalised intercept, or where the weight of a row differs from
            class to class.

        Examples
        --------
        >>> from sklearn.datasets import load_digits
        >>> X, y = load_digits(return_X_y=True)
        >>> LogisticRegression(C=0.01).fit(X, y).as_regression()
        SoftmaxRegression(C=0.01)
        """
        check_is_fitted(self)
        question = self._question()
        K = len(self.classes_)
        if question.scaling is not None:
            raise LinocutError(
                f"solver='liblinear' penalises the intercept of this {type(self).__name__}, as no "
                "other model does — take another solver, or fit_intercept=False"
            )
        if K > 2 and question.one_vs_rest and self._has_weights_apart():
            raise LinocutError(
                f"class_weight={self.class_weight!r} weighs the rows of this "
                f"{type(self).__name__} anew for each class against the rest, as no other model "
                "does — take multi_class='multinomial', or give sample weights"
            )
        same = question.regression(K, one_weight=False)
        same.set_params(class_weight=self.class_weight)
        same.coef_, same.intercept_ = score_weights(self)
        same.classes_, same.image_shape_ = self.classes_, self.image_shape_
        same.n_features_in_ = self.n_features_in_
        if hasattr(self, "feature_names_in_"):
            same.feature_names_in_ = self.feature_names_in_
        same.objective_, same.gap_, same.residual_ = self.objective_, self.gap_, self.residual_
        same.n_iter_, same.converged_ = int(self.n_iter_.max()), self.converged_
        return same

    def _weights_against_the_rest(self, rows: TrainingRows, k: int) -> Floats:
        """Return the weights of the rows, shape (n,), for a class against the rest."""
        weights = np.ones(len(rows.y)) if rows.weights is None else rows.weights
        if self.solver == LIBLINEAR:
            own = class_weights(self.class_weight, rows.classes, rows.y, weights)
            return np.asarray(np.where(rows.y == k, own[k], 1.0) * weights)
        two = (rows.y == k).astype(np.int64)
        return np.asarray(class_weights("balanced", np.arange(2), two, weights)[two] * weights)

    def _take(self, answer: Answer, rows: TrainingRows, question: Question) -> None:
        self._keep(rows, answer.W, answer.b)
        self.objective_, self.gap_ = answer.objective, answer.gap
        self.residual_, self.n_iter_ = answer.residual, answer.iterations
        self.converged_ = bool(answer.gap <= question.tol)
        if answer.gap > max(question.tol, ENOUGH):
            reached = f"{answer.gap:.1e}" if np.isfinite(answer.gap) else "unbounded"
            warnings.warn(
                f"{type(self).__name__}: {answer.outcome.value} (gap {reached} after "
                f"{answer.iterations.max()} iterations, {question.tol:g} for tol={self.tol:g})",
                ConvergenceWarning,
                stacklevel=3,
            )

    def _question(self) -> Question:
        return Question.of(self, self.C, self.l1_ratio)

    def _has_weights_apart(self) -> bool:
        """Tell whether, one against the rest, a row's weight differs from class to class."""
        if self.solver == LIBLINEAR:
            return self.class_weight is not None
        return isinstance(self.class_weight, str)

    def _start(self) -> tuple[Floats, Floats] | None:
        if not self.warm_start or not hasattr(self, "coef_"):
            return None
        return dense_weights(self), self.intercept_
