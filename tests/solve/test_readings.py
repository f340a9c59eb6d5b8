"""Fits that share readings: the same optima, in fewer passes."""

from dataclasses import replace

import numpy as np
import pytest

from linocut.core.blocks import ArrayBlocks
from linocut.models.warm_starts import Climber
from linocut.solve import Objective, Outcome, Readings, Softmax, minimise
from linocut.solve.compact import CompactBlocks
from linocut.solve.methods.truncated_newton import TruncatedNewton

CS = np.logspace(-4, 3, 15)


def objective_of(n=1500, d=40, K=6, spread=1.0):
    rng = np.random.default_rng(0)
    y = rng.integers(K, size=n)
    X = spread * rng.normal(size=(K, d))[y] + rng.normal(size=(n, d))
    return Objective(ArrayBlocks(X.astype(np.float32), np.float32, y), Softmax(), 1 / n, K)


def at(objective, C):
    return replace(objective, penalty=objective.penalty / C)


@pytest.mark.parametrize("spread", [0.3, 2.0], ids=["overlapping", "separable"])
def test_a_path_has_the_optima_of_single_fits_in_half_the_passes(spread):
    objective = objective_of(spread=spread)
    climber = Climber(objective, 1e-4, 1000)
    together = [climber.fit(C) for C in CS]
    alone = [minimise(at(objective, C), tol=1e-8) for C in CS]
    for one, other in zip(together, alone, strict=True):
        assert one.record.outcome is Outcome.CONVERGED
        best = other.point.value
        # Beyond the tolerance by no more than float32 tells values apart.
        assert best * (1 - 1e-8) - 1e-7 <= one.point.value <= best * (1 + 1e-4) + 1e-7
    cold = [minimise(at(objective, C), tol=1e-4) for C in CS]
    passes = [sum(fit.record.last.passes for fit in fits) for fits in (together, cold)]
    assert passes[0] < passes[1] / 2


def test_the_next_fit_reads_nothing_anew_but_for_its_steps():
    objective, shared = objective_of(), Readings()
    first = minimise(at(objective, 0.1), readings=shared)
    start = first.point.W, first.point.b
    again = minimise(at(objective, 0.1), start=start, readings=shared, tol=1e-4)
    assert again.record.outcome is Outcome.CONVERGED
    assert again.record.last.passes <= 2.5  # the point itself, and a proof


def test_a_preconditioner_serves_until_a_fit_takes_longer_than_the_average():
    shared = Readings()
    assert shared.usable is None
    shared.made("first")
    shared.spent += [12.0, 6.0, 7.0]
    assert shared.usable == "first"
    shared.spent.append(9.0)
    assert shared.usable is None
    shared.made("second")
    assert shared.usable == "second"


def test_rows_are_compacted_once():
    rng = np.random.default_rng(0)
    X = rng.integers(0, 256, (8000, 800)).astype(np.uint8)
    X[rng.random(X.shape) < 0.8] = 0
    y = rng.integers(3, size=len(X))
    objective = Objective(ArrayBlocks(X, np.float32, y), Softmax(), 1 / len(X), 3)
    shared = Readings()
    minimise(at(objective, 1e-7), tol=1e-2, readings=shared)
    kept = shared.blocks
    minimise(at(objective, 2e-7), tol=1e-2, readings=shared)
    assert shared.blocks is kept
    assert isinstance(kept, CompactBlocks | ArrayBlocks)


def test_a_loss_that_float32_cannot_tell_from_its_rounding_is_left_at_once(monkeypatch):
    """The line search used to try forty points that differed by rounding alone."""
    monkeypatch.setattr(TruncatedNewton, "suits", staticmethod(lambda objective: False))
    objective = objective_of(spread=2.0)
    climber = Climber(objective, 1e-4, 1000)
    fits = [climber.fit(C) for C in np.logspace(3, 5, 9)]
    assert fits[-1].point.value < 1e-4
    assert all(fit.record.outcome is Outcome.CONVERGED for fit in fits)
    assert np.mean([fit.record.last.passes for fit in fits[3:]]) < 25
