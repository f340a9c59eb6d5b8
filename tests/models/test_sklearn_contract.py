"""The models keep scikit-learn's whole contract."""

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from linocut.models import (
    BinaryRegression,
    ClassMeans,
    GradientDescentClassifier,
    LeastSquaresClassifier,
    LogisticRegression,
    LogisticRegressionCV,
    OneVsRestRegression,
    SoftmaxRegression,
    SoftmaxRegressionCV,
)

NO_PRIOR = "the mean of one class does not depend on the weight of the classes"
NO_INTERCEPT = "without an intercept no weight moves the boundary of data around zero"


def _expected_failures(estimator):
    expected = {}
    if isinstance(estimator, ClassMeans) and estimator.similarity == "nearest":
        expected["check_class_weight_classifiers"] = NO_PRIOR
    if getattr(estimator, "fit_intercept", True) is False:
        expected["check_class_weight_classifiers"] = NO_INTERCEPT
    return expected


# The checks have rows of any scale, and this one estimator asks its user for a rate to match.
@pytest.mark.filterwarnings(
    "ignore:GradientDescentClassifier. the loss grew:sklearn.exceptions.ConvergenceWarning"
)
@parametrize_with_checks(
    [
        BinaryRegression(),
        ClassMeans(),
        ClassMeans("dot"),
        ClassMeans("offset"),
        ClassMeans("difference"),
        GradientDescentClassifier(),
        GradientDescentClassifier(batch_size=None, loss="one-vs-rest", C=1.0),
        LeastSquaresClassifier(),
        LeastSquaresClassifier(alpha=0.0, fit_intercept=False),
        LogisticRegression(),
        LogisticRegression(l1_ratio=0.5, fit_intercept=False, tol=1e-9),
        LogisticRegression(solver="liblinear", class_weight="balanced"),
        LogisticRegression("l1", multi_class="ovr"),
        LogisticRegressionCV(Cs=3, cv=2, tol=1e-10),
        OneVsRestRegression(),
        SoftmaxRegression(),
        SoftmaxRegression(fit_intercept=False),
        SoftmaxRegression(l1_ratio=1.0),
        OneVsRestRegression(l1_ratio=0.5),
        SoftmaxRegressionCV([0.001, 0.01], cv=2, tol=1e-8),
    ],
    expected_failed_checks=_expected_failures,
)
def test_scikit_learn_contract(estimator, check):
    check(estimator)
