"""Scalings reach the optimum of what they minimise, and are told with their uncertainty."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax
from sklearn.calibration import CalibratedClassifierCV
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression

from linocut.core import LinocutError
from linocut.core.links import Link
from linocut.evaluate.calibration import IsotonicCalibration, fit_scaling


def sample(n=3000, K=4, scale=1.0, seed=0):
    """Draw scores, and labels by their softmax at temperature 1/scale."""
    rng = np.random.default_rng(seed)
    S = 2 * rng.normal(size=(n, K))
    return S, (scale * S + rng.gumbel(size=S.shape)).argmax(axis=1)


@pytest.mark.parametrize("scale", [0.4, 1.0, 2.5])
def test_the_temperature_that_made_the_labels_lies_in_the_interval(scale):
    found = fit_scaling(*sample(scale=scale), "temperature")
    low, high = found.interval
    assert low < 1 / scale < high
    assert low < found.temperature < high


@given(st.floats(0.01, 100))
@settings(max_examples=20, deadline=None)
def test_the_unit_of_the_scores_does_not_matter(unit):
    S, y = sample(400)
    for method in ("temperature", "confidence"):
        one, other = (fit_scaling(S * u, y, method) for u in (1, unit))
        assert other.temperature == pytest.approx(one.temperature * unit, rel=1e-3)


def test_the_interval_is_as_wide_as_the_spread_of_the_temperature():
    found = [fit_scaling(*sample(500, seed=seed), "temperature") for seed in range(60)]
    spread = np.std([np.log(each.temperature) for each in found])
    widths = [np.diff(np.log(each.interval))[0] / (2 * 1.96) for each in found]
    assert np.mean(widths) == pytest.approx(spread, rel=0.3)


def test_at_the_temperature_of_confidence_the_model_is_as_sure_as_accurate():
    S, y = sample(scale=0.5)
    found = fit_scaling(S, y, "confidence")
    P = softmax(found(S), axis=1)
    assert P.max(axis=1).mean() == pytest.approx((P.argmax(axis=1) == y).mean(), abs=1e-4)
    low, high = found.interval
    assert low < 2 < high


def test_the_confidence_of_a_model_that_is_always_right_is_bounded():
    S = 5 * np.eye(3)[[0, 1, 2, 0]]
    found = fit_scaling(S, np.array([0, 1, 2, 0]), "confidence")
    assert 0 < found.temperature < 1


def test_vector_scaling_is_the_optimum_that_a_general_method_finds():
    S, y = sample(400, scale=0.7)
    y[S[:, 0] > 1.5] = 1  # so that classes differ
    n, K = S.shape
    found = fit_scaling(S, y, "vector")
    T = fit_scaling(S, y, "temperature").temperature

    def objective(theta):
        a, c = theta[:K], theta[K:]
        loss = -log_softmax(S / T * a + c, axis=1)[np.arange(n), y].mean()
        return loss + (((a - 1) ** 2).sum() + (c**2).sum()) / (2 * n)

    best = minimize(objective, np.concatenate([np.ones(K), np.zeros(K)]), method="BFGS",
                    options={"gtol": 1e-7})  # fmt: skip
    assert_allclose(found.slopes * T, best.x[:K], atol=1e-3)
    assert_allclose(found.shifts, best.x[K:], atol=1e-3)
    assert found.temperature is None
    assert found.interval is None


def test_a_class_without_a_held_out_image_keeps_finite_numbers():
    S, y = sample(200)
    y[y == 2] = 1
    for link in (Link.SOFTMAX, Link.SIGMOIDS):
        found = fit_scaling(S, y, "vector", link=link)
        assert np.isfinite([found.slopes, found.shifts]).all()


def test_platts_scaling_of_one_vs_rest_is_that_of_logistic_regression():
    S, y = sample(600, K=3)
    T = fit_scaling(S, y, "temperature", link=Link.SIGMOIDS).temperature
    found = fit_scaling(S, y, "vector", link=Link.SIGMOIDS)
    for k in range(3):
        theirs = LogisticRegression(C=1.0, tol=1e-9).fit(S[:, [k]] / T, y == k)
        assert found.slopes[k] * T == pytest.approx(theirs.coef_[0, 0], abs=1e-2)
        assert found.shifts[k] == pytest.approx(theirs.intercept_[0], abs=1e-2)


def test_the_temperature_of_one_vs_rest_is_a_minimum():
    S, y = sample(500)
    found = fit_scaling(S, y, "temperature", link=Link.SIGMOIDS)

    def loss(T):
        return -np.log(Link.SIGMOIDS.probabilities(S, T)[np.arange(len(y)), y]).mean()

    assert loss(found.temperature) <= min(loss(found.temperature * f) for f in (0.95, 1.05))


def test_an_unknown_method_is_refused():
    with pytest.raises(LinocutError, match="method 'matrix' — one of temperature, confidence"):
        fit_scaling(*sample(20), "matrix")


def test_isotonic_regression_of_two_classes_is_scikit_learns():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 2))
    y = (X[:, 0] + rng.normal(size=300) > 0).astype(int)
    model = LogisticRegression().fit(X, y)
    theirs = CalibratedClassifierCV(FrozenEstimator(model), method="isotonic").fit(X, y)
    P = model.predict_proba(X)
    made = IsotonicCalibration.fit(P, y)
    assert_allclose(made(P), theirs.predict_proba(X), atol=1e-6)


def test_isotonic_probabilities_sum_to_one_even_where_every_class_gets_none():
    P = np.array([[0.5, 0.3, 0.2], [0.2, 0.5, 0.3], [0.3, 0.2, 0.5]] * 5)
    made = IsotonicCalibration.fit(P, np.array([0, 1, 2] * 5))
    found = made([[0.34, 0.33, 0.33], [0.0, 0.0, 0.0]])
    assert_allclose(found.sum(axis=1), 1)
    assert_allclose(found[1], 1 / 3)
