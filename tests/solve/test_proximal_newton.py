"""Small models with a lasso reach tight tolerances in few iterations."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linocut.core.blocks import ArrayBlocks
from linocut.solve import Objective, Outcome, minimise_sparse
from linocut.solve.methods.proximal_newton import model_minimum, newton_goal


@given(m=st.integers(1, 5), seed=st.integers(0, 10_000))
@settings(max_examples=100, deadline=None)
def test_the_model_is_minimised_exactly(m, seed):
    rng = np.random.default_rng(seed)
    A = rng.normal(size=(m + 2, m))
    H, slope, start = A.T @ A, 3 * rng.normal(size=m), rng.choice([-1.0, 0.0, 1.0], m)
    lasso = rng.choice([0.0, 1.0, 1.0], m)

    def value(x):
        return slope @ (x - start) + 0.5 * (x - start) @ H @ (x - start) + lasso @ np.abs(x)

    found = model_minimum(H, slope, start, lasso)
    best = value(start)
    for signs in product([-1, 0, 1], repeat=m):  # every pattern of signs has one candidate
        free = np.array([sign != 0 or held == 0 for sign, held in zip(signs, lasso, strict=True)])
        x = np.zeros(m)
        right = (H @ start - slope - lasso * signs)[free]
        x[free] = np.linalg.solve(H[np.ix_(free, free)], right)
        best = min(best, value(x))
    assert value(found) == pytest.approx(best, rel=1e-6, abs=1e-6)


def crowded(loss, l1=3e-6):
    """Classes that compete for nearly parallel columns, hardly held by the lasso."""
    rng = np.random.default_rng(3)
    X = rng.normal(size=(90, 4)) @ rng.normal(size=(4, 12)) + 0.05 * rng.normal(size=(90, 12))
    y = np.concatenate([np.arange(5), rng.integers(0, 5, 85)])
    return Objective(ArrayBlocks(X, np.float64, y), loss, 0.0, 5), l1


def test_a_tight_tolerance_takes_tens_of_iterations_not_hundreds(loss):
    objective, l1 = crowded(loss)
    fit = minimise_sparse(objective, l1=l1, tol=1e-10)
    assert fit.record.outcome is Outcome.CONVERGED
    assert len(fit.record.iterations) < 100


def test_from_near_the_optimum_one_step_leads_to_it(loss):
    objective, l1 = crowded(loss, 1e-3)
    optimum = minimise_sparse(objective, l1=l1, tol=1e-12).point
    alive = np.ones(optimum.W.shape, bool)
    near = objective.at(optimum.W * (1 + 1e-4), optimum.b)
    W, b = newton_goal(objective, l1, near, alive)
    found = objective.at(W, b)
    assert found.value + l1 * np.abs(W).sum() == pytest.approx(optimum.value, rel=1e-9)
    assert np.array_equal(W != 0, optimum.W != 0)


def test_an_optimum_that_cannot_be_proved_ends_the_fit(loss):
    """With a penalty that is lost in rounding there is no bound: no 1,000 iterations for it."""
    objective, _ = crowded(loss)
    fit = minimise_sparse(objective, l1=1e-40, tol=1e-8)
    assert fit.record.outcome is not Outcome.MAX_ITER
    assert len(fit.record.iterations) < 200
