"""The elastic net is its definition, and its proximal operator is the minimiser."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from linocut.solve import ElasticNet

weights = st.floats(-20, 20).map(lambda w: 0.0 if abs(w) < 1e-9 else w)
strengths = st.floats(0, 10)


@given(weights, strengths, strengths, st.floats(0.01, 5))
def test_the_prox_is_the_minimiser(w, l1, l2, step):
    penalty = ElasticNet(l1, l2)

    def value(v):
        return (v - w) ** 2 / (2 * step) + penalty.value(np.array([v]))

    found = penalty.prox(np.array([w]), step)[0]
    best = minimize_scalar(value, bounds=(-21, 21), method="bounded", options={"xatol": 1e-10})
    assert value(found) <= best.fun + 1e-12
    assert all(value(found) <= value(v) + 1e-12 for v in np.linspace(-21, 21, 85))


@given(weights, strengths, st.floats(0.01, 5))
def test_the_prox_gives_exact_zeros(w, l2, step):
    assert ElasticNet(abs(w) / step * (1 + 1e-12), l2).prox(np.array([w]), step)[0] == 0


@given(weights, strengths, st.floats(0.01, 10))
def test_the_conjugate_is_the_largest_difference(a, l1, l2):
    penalty = ElasticNet(l1, l2)
    conjugate = penalty.conjugate(np.array([a]))
    at = np.sign(a) * max(abs(a) - l1, 0) / l2
    for v in np.append(np.linspace(-30, 30, 61), at):
        assert a * v - penalty.value(np.array([v])) <= conjugate + 1e-9 * (1 + conjugate)
    assert a * at - penalty.value(np.array([at])) == pytest.approx(conjugate, abs=1e-9)


def test_without_a_ridge_the_conjugate_is_a_wall():
    lasso = ElasticNet(1.0, 0.0)
    assert lasso.conjugate(np.array([1.0, -1.0, 0.3])) == 0
    assert lasso.conjugate(np.array([1.1, 0.0])) == np.inf


def test_the_smallest_subgradient_is_zero_at_the_minimum():
    rng = np.random.default_rng(0)
    penalty, target = ElasticNet(0.7, 0.4), rng.normal(size=50)
    best = penalty.prox(target, 1.0)
    np.testing.assert_allclose(penalty.steepest(best - target, best), 0, atol=1e-12)
    assert 0 < np.count_nonzero(best) < 50


@given(weights, st.floats(0.1, 10))
def test_a_scaled_penalty_is_the_same_function(w, scale):
    penalty = ElasticNet(0.5, 0.3)
    scaled = penalty.scaled(np.array([scale]))
    assert scaled.value(np.array([w * scale])) == pytest.approx(penalty.value(np.array([w])))
