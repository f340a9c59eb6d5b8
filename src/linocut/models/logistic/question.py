"""scikit-learn's arguments, read as what they ask for: one optimum, and how near it to come.

What only chooses a method there (``dual``, ``n_jobs``, ``random_state``, ``verbose`` and, but for
``"liblinear"``, ``solver``) does not come here: the optimum is the same, and there is one method.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from numbers import Integral, Real
from typing import Any, Self

import numpy as np

from linocut.core import LinocutError
from linocut.models.binary import BinaryRegression
from linocut.models.inputs import check_parameter
from linocut.models.one_vs_rest import OneVsRestRegression
from linocut.models.regression import Regression
from linocut.models.softmax import SoftmaxRegression

NOT_SAID = "deprecated"  # what scikit-learn calls an old argument that was not given
LIBLINEAR = "liblinear"
SOLVERS = ("lbfgs", LIBLINEAR, "newton-cg", "newton-cholesky", "sag", "saga")
RATIOS = {"l1": 1.0, "l2": 0.0}
PENALTIES = (*RATIOS, "elasticnet", "none", None, NOT_SAID)
MULTI_CLASS = ("auto", "multinomial", "ovr", NOT_SAID, "warn")

SHARPER = 100  # their tolerance, of a gradient, is divided by it to be ours, of the objective
FINEST = 1e-12  # relative gap that float64 can still prove, as a rule
STEPS_EACH = 10  # of our iterations for one of theirs
ENOUGH = 1e-6  # a relative gap that nobody need be warned of


@dataclass(frozen=True)
class Question:
    """What is to be minimised, and how nearly.

    Attributes
    ----------
    C : float
        Inverse of the penalty; infinite for none.
    l1_ratio : float
        Share of the penalty that is ‖W‖₁.
    fit_intercept : bool
        Whether there is an intercept.
    scaling : float or None
        Value of the column whose weight, penalised like any other, makes the intercept; None for
        an intercept that is not penalised.
    one_vs_rest : bool
        With more than two classes, whether each is fitted against the rest.
    two_weights : bool
        With two classes, whether each has penalised weights of its own.
    tol : float
        Relative gap to be proved.
    max_iter : int
        Iterations at most.
    """

    C: float
    l1_ratio: float
    fit_intercept: bool
    scaling: float | None
    one_vs_rest: bool
    two_weights: bool
    tol: float
    max_iter: int

    @classmethod
    def of(cls, model: Any, C: Any, l1_ratio: Any) -> Self:
        """Read the arguments of an estimator; those that its CV chooses are given.

        Raises
        ------
        LinocutError
            If one is out of its range, or contradicts another.
        """
        check_parameter(
            "solver",
            model.solver,
            model.solver in SOLVERS,
            f"one of {', '.join(SOLVERS)}; only liblinear changes the optimum",
        )
        multi_class = model.multi_class
        known = ", ".join(MULTI_CLASS[:3])
        check_parameter("multi_class", multi_class, multi_class in MULTI_CLASS, f"one of {known}")
        liblinear = model.solver == LIBLINEAR
        if liblinear and multi_class == "multinomial":
            raise LinocutError(
                "multi_class='multinomial' with solver='liblinear', which fits each class against "
                "the rest — another solver, or multi_class='ovr'"
            )
        C, l1_ratio = read_penalty(model.penalty, C, l1_ratio)
        tol, max_iter, scaling = model.tol, model.max_iter, model.intercept_scaling
        check_parameter("tol", tol, _is_number(tol) and tol >= 0, "a number from zero up")
        whole = isinstance(max_iter, Integral) and int(max_iter) >= 0
        check_parameter("max_iter", max_iter, whole, "a whole number from zero up")
        if liblinear:
            above = _is_number(scaling) and 0 < scaling < np.inf
            check_parameter("intercept_scaling", scaling, above, "a finite number above zero")
        return cls(
            C=C,
            l1_ratio=l1_ratio,
            fit_intercept=bool(model.fit_intercept),
            scaling=float(scaling) if liblinear and model.fit_intercept else None,
            one_vs_rest=liblinear or multi_class == "ovr",
            two_weights=multi_class == "multinomial",
            tol=max(float(tol) / SHARPER, FINEST),
            max_iter=max(1, STEPS_EACH * int(max_iter)),
        )

    def regression(self, n_classes: int, *, one_weight: bool = True) -> Regression:
        """Return the regression of ours whose optimum it is; unless told otherwise, the fastest.

        Where the intercept is penalised it has none: that is then the weight of a column.
        """
        kind: type[Regression]
        one = self
        if n_classes > 2:
            kind = OneVsRestRegression if self.one_vs_rest else SoftmaxRegression
        else:
            one = self.with_one_weight()
            fast = one_weight and one.l1_ratio == 0
            kind = BinaryRegression if fast else SoftmaxRegression
        return kind(
            one.C,
            l1_ratio=one.l1_ratio,
            fit_intercept=self.fit_intercept and self.scaling is None,
            tol=self.tol,
            max_iter=self.max_iter,
        )

    def with_one_weight(self) -> Question:
        """Return the question about w that, of two classes with −w/2 and w/2, has their optimum.

        Two weights have half the ridge of their difference, and all of its lasso.
        """
        if not self.two_weights:
            return self
        C = 2 * self.C / (1 + self.l1_ratio)
        l1_ratio = 2 * self.l1_ratio / (1 + self.l1_ratio)
        return replace(self, C=C, l1_ratio=l1_ratio, two_weights=False)


def read_penalty(penalty: Any, C: Any, l1_ratio: Any) -> tuple[float, float]:
    """Return C and l1_ratio as they count: ``penalty``, where it is given, comes first.

    Raises
    ------
    LinocutError
        If one is out of its range, or if an elastic net has no ratio.

    Examples
    --------
    >>> read_penalty("l1", 0.5, 0.0), read_penalty(None, 0.5, None)
    ((0.5, 1.0), (inf, 0.0))
    """
    named = penalty is None or isinstance(penalty, str)
    wanted = "l1, l2, elasticnet or None"
    check_parameter("penalty", penalty, named and penalty in PENALTIES, wanted)
    if penalty is None or penalty == "none":
        return np.inf, 0.0
    check_parameter("C", C, _is_number(C) and C > 0, "a number above zero; infinity is no penalty")
    if penalty in RATIOS:
        return float(C), RATIOS[penalty]
    if penalty == NOT_SAID and l1_ratio is None:
        l1_ratio = 0.0
    share = _is_number(l1_ratio) and 0 <= l1_ratio <= 1
    check_parameter("l1_ratio", l1_ratio, share, "a number from 0 to 1")
    return float(C), float(l1_ratio) if np.isfinite(C) else 0.0


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)
