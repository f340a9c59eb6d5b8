"""The models keep scikit-learn's whole contract."""

from sklearn.utils.estimator_checks import parametrize_with_checks

from linocut.models import (
    BinaryRegression,
    ClassMeans,
    GradientDescentClassifier,
    LeastSquaresClassifier,
    OneVsRestRegression,
    SoftmaxRegression,
    SoftmaxRegressionCV,
)

NO_PRIOR = "the mean of one class does not depend on the weight of the classes"
NO_INTERCEPT = "without an intercept no weight moves the boundary of data around zero"
TO_TOLERANCE = (
    "weights and repeated rows agree to tol, 1e-6 of the objective, where the check wants 1e-7 of "
    "every probability; that they agree is tested beside the solver"
)


def _expected_failures(estimator):
    expected = {}
    if isinstance(estimator, ClassMeans) and estimator.similarity == "nearest":
        expected["check_class_weight_classifiers"] = NO_PRIOR
    if getattr(estimator, "fit_intercept", True) is False:
        expected["check_class_weight_classifiers"] = NO_INTERCEPT
    if (
        isinstance(estimator, SoftmaxRegression)
        and estimator.fit_intercept
        and estimator.tol == 1e-6
    ):
        expected["check_sample_weight_equivalence_on_dense_data"] = TO_TOLERANCE
        expected["check_sample_weight_equivalence_on_sparse_data"] = TO_TOLERANCE
    return expected


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
        OneVsRestRegression(),
        SoftmaxRegression(),
        SoftmaxRegression(fit_intercept=False),
        SoftmaxRegression(l1_ratio=1.0, tol=1e-11),
        OneVsRestRegression(l1_ratio=0.5, tol=1e-11),
        SoftmaxRegressionCV(3, cv=2, tol=1e-11),
    ],
    expected_failed_checks=_expected_failures,
)
def test_scikit_learn_contract(estimator, check):
    check(estimator)
