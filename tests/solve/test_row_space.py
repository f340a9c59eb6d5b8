"""Few rows of many columns are fitted in the space of the rows, to the same optimum."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from linocut.core.blocks import ArrayBlocks
from linocut.solve import DualBound, Objective, Outcome, Readings, Sigmoids, minimise
from linocut.solve.row_space import RowSpace

K, N, D = 20, 40, 1500


def few_rows(loss, penalty=1e-2, *, dtype=np.float64, intercept=True, weights=None):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(N, D)) + 2
    X[1] = X[0]  # the rows are no basis
    return Objective(ArrayBlocks(X, dtype, np.arange(N) % K, weights), loss, penalty, K, intercept)


def in_all_columns(objective, **options):
    """Fit without the row space, which sparse rows do not go through."""
    blocks = replace(objective.blocks, array=sparse.csr_matrix(objective.blocks.array))
    return minimise(replace(objective, blocks=blocks), **options)


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("penalty", [1e-4, 1.0])
def test_it_finds_the_same_weights(loss, penalty, intercept):
    objective = few_rows(loss, penalty, intercept=intercept, weights=np.linspace(0.5, 1.5, N))
    assert RowSpace.of(objective) is not None
    fit, expected = minimise(objective, tol=1e-9), in_all_columns(objective, tol=1e-6)
    assert fit.record.outcome is expected.record.outcome is Outcome.CONVERGED
    assert fit.point.value == pytest.approx(expected.point.value, rel=1e-6)
    farthest = np.sqrt(2 * 2e-6 * fit.point.value / penalty)  # the penalty alone curves so much
    assert np.linalg.norm(fit.point.W - expected.point.W) <= farthest


def test_the_certificate_is_that_of_the_whole_problem(loss):
    objective = few_rows(loss)
    fit = minimise(objective)
    here = objective.at(fit.point.W, fit.point.b)
    assert here.value == pytest.approx(fit.point.value, rel=1e-12)
    assert DualBound.of(objective).relative_gap(here) == pytest.approx(
        fit.record.last.gap, rel=0.1, abs=1e-9
    )


def test_the_basis_is_orthonormal_and_spans_the_rows(loss):
    objective = few_rows(loss)
    space = RowSpace.of(objective)
    Q = space.X.T @ space.basis
    assert Q.shape == (D, N - 1)
    assert pytest.approx(np.eye(N - 1), abs=1e-9) == Q.T @ Q
    assert space.inner.blocks.array @ Q.T == pytest.approx(space.X, abs=1e-9)
    W = np.random.default_rng(1).normal(size=(K, N)) @ space.X
    assert space.outward(space.inward(W)) == pytest.approx(W, abs=1e-8 * np.abs(W).max())


def test_it_starts_where_it_is_told_and_tells_each_iteration(loss):
    objective = few_rows(loss)
    optimum = minimise(objective, tol=1e-9).point
    lines = []
    fit = minimise(
        objective, start=(optimum.W, optimum.b), callback=lines.append, tol=1e-8, keep=[0]
    )
    assert len(fit.record.iterations) <= 2
    assert [line.objective for line in lines] == pytest.approx(
        [line.objective for line in fit.record.iterations]
    )
    assert pytest.approx(optimum.W, abs=1e-4 * np.abs(optimum.W).max()) == fit.snapshots[0].W


def test_a_callback_stops_it(loss):
    fit = minimise(few_rows(loss), callback=lambda line: True)
    assert fit.record.outcome is Outcome.STOPPED
    assert fit.point.W.shape == (K, D)


@pytest.mark.parametrize(
    "other",
    [
        few_rows(Sigmoids(), penalty=0.0),  # weights need not be sums of rows
        replace(few_rows(Sigmoids()), blocks=ArrayBlocks(np.ones((N, 60)), np.float64)),
    ],
    ids=["no penalty", "few columns"],
)
def test_other_problems_are_left_as_they_are(other):
    assert RowSpace.of(other) is None


@pytest.mark.parametrize("C", [1e-3, 1.0, 10.0])
def test_a_first_step_far_beyond_the_optimum_does_not_end_the_fit(C, loss):
    rng = np.random.default_rng(0)
    X = rng.integers(0, 256, (60, 1500)).astype(np.float32)
    rows = sparse.csr_matrix(X)  # in all columns
    for array in (X, rows):
        objective = Objective(
            ArrayBlocks(array, np.float32, np.arange(60) % 60), loss, 1 / (60 * C), 60
        )
        assert minimise(objective).record.outcome is Outcome.CONVERGED


def test_fits_that_differ_in_the_penalty_alone_share_it(loss):
    objective, shared = few_rows(loss), Readings()
    minimise(objective, readings=shared)
    made = shared.space
    weaker = replace(objective, penalty=0.1 * objective.penalty)
    fit, alone = minimise(weaker, tol=1e-8, readings=shared), minimise(weaker, tol=1e-8)
    assert shared.space.basis is made.basis
    assert fit.point.value == pytest.approx(alone.point.value, rel=1e-7)
    assert shared.space.passes == 0 < made.passes


def test_fits_without_a_penalty_do_not_share_it(loss):
    objective, shared = few_rows(loss), Readings()
    assert shared.row_space(objective) is not None
    assert shared.row_space(replace(objective, penalty=0.0)) is None
