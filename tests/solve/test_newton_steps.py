"""Newton's steps over all rows find the same optima, and those that L-BFGS does not get to."""

from itertools import pairwise

import numpy as np
import pytest

from linocut.core.blocks import ArrayBlocks
from linocut.solve import Objective, Outcome, Sigmoids, Softmax, minimise
from linocut.solve.methods import newton_steps, preconditioned
from linocut.solve.methods.rough_start import look
from linocut.solve.methods.truncated_newton import TruncatedNewton
from support.problems import make_problem


@pytest.fixture(autouse=True)
def _large_problems_alone(monkeypatch):
    """Small problems have a method of their own."""
    monkeypatch.setattr(TruncatedNewton, "suits", staticmethod(lambda objective: False))


def from_the_start(monkeypatch):
    monkeypatch.setattr(preconditioned, "SLOW", 0)
    monkeypatch.setattr(preconditioned, "NEARLY", 0.0)
    monkeypatch.setattr(newton_steps, "STEEP", 0.0)


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("penalty", [1e-5, 1e-2, 10.0])
@pytest.mark.parametrize("loss", [Softmax(), Sigmoids()], ids=lambda loss: loss.name)
def test_they_find_the_optimum_of_l_bfgs(loss, penalty, intercept, monkeypatch):
    objective = make_problem(
        3, n=300, K=4, loss=loss, weights=True, intercept=intercept, penalty=penalty
    )
    expected = minimise(objective, tol=1e-10)
    from_the_start(monkeypatch)
    found = minimise(objective, tol=1e-10)
    assert found.record.outcome is expected.record.outcome is Outcome.CONVERGED
    assert found.point.value == pytest.approx(expected.point.value, rel=1e-9)
    np.testing.assert_allclose(found.point.W, expected.point.W, atol=1e-3)


def nearly_free(n=600, d=30):
    """Few rows of bytes with next to no penalty, two classes of three nearly separable."""
    rng = np.random.default_rng(0)
    y = rng.integers(3, size=n)
    X = (rng.random((n, d)) < 0.3) * rng.integers(0, 256, (n, d))
    X[np.arange(n), y] = 200 * (rng.random(n) < 0.97)
    return Objective(ArrayBlocks(X.astype(np.uint8), np.float32, y), Softmax(), 1e-9, 3)


def test_with_next_to_no_penalty_each_point_is_better_and_the_last_is_proven(monkeypatch):
    """Stages with a larger penalty lead through worse points, which nobody gets to see."""
    from_the_start(monkeypatch)
    fit = minimise(nearly_free(), tol=1e-5)
    assert fit.record.outcome is Outcome.CONVERGED
    values = [line.objective for line in fit.record.iterations]
    assert all(after <= before * (1 + 1e-6) for before, after in pairwise(values))


def test_ctrl_c_within_a_stage_keeps_the_better_point(monkeypatch):
    from_the_start(monkeypatch)
    objective = nearly_free()
    whole = minimise(objective, tol=1e-5)
    plain, left = ArrayBlocks.map, [30]

    def read(blocks, task, *each, merged=1):
        left[0] -= 1
        if left[0] == 0:
            raise KeyboardInterrupt
        return plain(blocks, task, *each, merged=merged)

    monkeypatch.setattr(ArrayBlocks, "map", read)
    fit = minimise(objective, tol=1e-5)
    assert fit.record.outcome is Outcome.INTERRUPTED
    assert fit.point.value <= whole.record.iterations[0].objective
    assert fit.point.value == fit.record.last.objective


def test_each_class_against_the_rest_goes_as_far_as_its_own_loss_falls():
    """A step that is right for all classes but one, and ten times too long for that."""
    objective = make_problem(5, n=400, K=4, loss=Sigmoids(), penalty=1e-3)
    at = look(objective, np.zeros((4, objective.blocks.shape[1] + 1)))
    best = minimise(objective, tol=1e-10).point
    step = np.column_stack([best.W, best.b])
    step[2] *= 10
    stage = newton_steps.Stage(objective, objective.penalty)
    lengths, there = stage.lengths(at, step, lambda theta: look(objective, theta))
    np.testing.assert_array_equal(there.theta, at.theta + lengths[:, None] * step)
    assert lengths[[0, 1, 3]] == pytest.approx(1)
    assert 0.02 < lengths[2] < 0.2
    slopes = [
        (look(objective, at.theta + t * step).gradient * step).sum(axis=1)
        for t in (np.zeros((4, 1)), lengths[:, None])
    ]
    assert (np.abs(slopes[1]) <= newton_steps.FLAT * np.abs(slopes[0])).all()
