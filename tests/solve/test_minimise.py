"""The loop finds the optimum, and says truly how near it is."""

import warnings

import numpy as np
import pytest
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from linocut.core.blocks import ArrayBlocks
from linocut.models import OneVsRestRegression, SoftmaxRegression
from linocut.solve import DualBound, Objective, Outcome, Softmax, minimise
from support.problems import make_problem, plain_value


def reference_optimum(objective):
    """The optimum by SciPy, from the plain definition."""
    K, d = objective.n_classes, objective.blocks.shape[1]

    def value(theta):
        W, b = theta[: K * d].reshape(K, d), theta[K * d :]
        point = objective.at(W, b)
        return point.value, np.concatenate([point.gradient_W.ravel(), point.gradient_b])

    found = minimize(
        value,
        np.zeros(K * d + K),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": 20_000, "maxfun": 40_000, "gtol": 1e-12, "ftol": 1e-16},
    )
    return found.fun


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("intercept", [True, False])
def test_the_certificate_bounds_the_true_distance(loss, seed, intercept):
    objective = make_problem(seed, loss=loss, weights=seed == 1, intercept=intercept)
    if not intercept:
        optimum = minimise(objective, tol=1e-13).point.value
    else:
        optimum = reference_optimum(objective)
    bound = DualBound.of(objective)
    for tol in (1e-1, 1e-3, 1e-6, 1e-9):
        fit = minimise(objective, tol=tol)
        assert fit.record.outcome is Outcome.CONVERGED
        assert fit.point.value <= optimum * (1 + tol)
        assert bound.at(fit.point) <= optimum * (1 + 1e-12)


def test_the_bound_holds_anywhere(loss):
    objective = make_problem(4, loss=loss)
    optimum = reference_optimum(objective)
    bound = DualBound.of(objective)
    rng = np.random.default_rng(5)
    for scale in (0, 0.01, 0.1, 1, 10):
        W, b = scale * rng.normal(size=(3, 5)), scale * rng.normal(size=3)
        assert bound.at(objective.at(W, b)) <= optimum + 1e-12


def _problems():
    """Ten random problems with the traps in them."""
    rng = np.random.default_rng(0)
    for name, n, d, K in [
        ("two classes", 200, 6, 2),
        ("three classes", 150, 8, 3),
        ("fewer rows than features", 30, 60, 3),
        ("two classes, fewer rows than features", 20, 50, 2),
        ("constant columns", 120, 6, 4),
        ("a class with one row", 80, 5, 3),
        ("columns of very different scale", 150, 6, 3),
        ("ten classes", 400, 12, 10),
        ("collinear columns", 100, 8, 3),
        ("far from zero", 100, 4, 3),
    ]:
        X, y = rng.normal(size=(n, d)), rng.integers(0, K, n)
        X += 0.8 * rng.normal(size=(K, d))[y]
        if name == "constant columns":
            X[:, :2] = [0.0, 7.0]
        if name == "a class with one row":
            y[y == 2] = 1
            y[0] = 2
        if name == "columns of very different scale":
            X *= 10.0 ** np.arange(-3, 3)
        if name == "collinear columns":
            X[:, 4:] = X[:, :4]
        if name == "far from zero":
            X += 1_000
        yield pytest.param(X, y, id=name)


PROBLEMS = list(_problems())


@pytest.mark.parametrize(("X", "y"), PROBLEMS)
def test_softmax_reaches_scikit_learns_optimum(X, y):
    C = 0.7
    ours = SoftmaxRegression(C=C, tol=1e-8, max_iter=20_000).fit(X, y)
    assert ours.converged_
    with warnings.catch_warnings():  # theirs may stop at the limit of its line search
        warnings.simplefilter("ignore")
        theirs = LogisticRegression(C=C, solver="newton-cg", tol=1e-10, max_iter=10_000).fit(X, y)
    binary = len(ours.classes_) == 2
    W = np.vstack([-theirs.coef_, theirs.coef_]) / 2 if binary else theirs.coef_
    b = np.r_[-theirs.intercept_, theirs.intercept_] / 2 if binary else theirs.intercept_
    blocks = ArrayBlocks(X, np.float64)
    penalty = (2 if binary else 1) / (C * len(y))
    K = len(ours.classes_)
    objective = Objective(blocks.labelled(np.searchsorted(ours.classes_, y)), Softmax(), penalty, K)
    reached = plain_value(objective, W, b)
    assert ours.objective_ == pytest.approx(reached, rel=1e-6)
    if binary:
        np.testing.assert_allclose(
            ours.decision_function(X), theirs.decision_function(X), rtol=1e-2, atol=1e-2
        )


def test_one_vs_rest_is_k_binary_regressions():
    X, y = PROBLEMS[0].values
    y = (y + (X[:, 0] > 0.5)).astype(int)
    ours = OneVsRestRegression(C=0.5, tol=1e-10).fit(X, y)
    for k in ours.classes_:
        theirs = LogisticRegression(C=0.5, solver="newton-cg", tol=1e-10, max_iter=1000)
        theirs.fit(X, y == k)
        np.testing.assert_allclose(ours.coef_[k], theirs.coef_[0], rtol=1e-3, atol=1e-4)


def test_the_optimum_has_weights_of_sum_zero_over_classes():
    X, y = PROBLEMS[1].values
    model = SoftmaxRegression(tol=1e-10).fit(X, y)
    np.testing.assert_allclose(model.coef_.sum(axis=0), 0, atol=1e-8)


def test_a_callback_stops_the_fit():
    fit = minimise(make_problem(6), tol=1e-12, callback=lambda line: line.passes >= 4)
    assert fit.record.outcome is Outcome.STOPPED
    assert all(line.passes < 4 for line in fit.record.iterations[:-1])
    assert fit.record.last.passes >= 4


def test_the_record_tells_each_iteration():
    record = minimise(make_problem(7), tol=1e-8).record
    passes = [line.passes for line in record.iterations]
    assert passes == sorted(passes)
    assert record.last.objective < record.iterations[0].objective
    assert record.to_dict()["outcome"] == "converged"
    assert len(record.to_frame()) == len(record.iterations)
