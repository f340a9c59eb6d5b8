"""Both methods for smooth objectives find one optimum; what the one for small problems does."""

import numpy as np
import pytest
from scipy import sparse

from linocut.core.blocks import ArrayBlocks
from linocut.solve import Objective, OneScore, Outcome, Sigmoids, Softmax
from linocut.solve.loop import Loop
from linocut.solve.methods import PreconditionedLBFGS, TruncatedNewton
from linocut.solve.methods import truncated_newton as module


def problem(loss, n=60, d=7, *, penalty=1e-2, dtype=np.float64, weighted=False, intercept=True):
    rng = np.random.default_rng(n + d)
    K = 2 if isinstance(loss, OneScore) else 4
    y = np.arange(n) % K
    X = (rng.normal(size=(K, d))[y] + rng.normal(size=(n, d)) + 2).astype(dtype)
    w = rng.uniform(0.1, 3, n) if weighted else None
    scores = 1 if isinstance(loss, OneScore) else K
    return Objective(ArrayBlocks(X, dtype, y, w), loss, penalty, scores, intercept)


def solved(objective, method=TruncatedNewton, *, start=None, tol=1e-9):
    chosen = method(objective, start, tol, np.random.default_rng(0))
    return Loop(chosen, 1000, tol).run()


@pytest.mark.parametrize("loss", [Softmax(), Sigmoids(), OneScore()], ids=lambda loss: loss.name)
@pytest.mark.parametrize("shape", [(60, 7), (20, 60)], ids=["tall", "wide"])
@pytest.mark.parametrize(
    "how",
    [
        {},
        {"weighted": True},
        {"intercept": False},
        {"dtype": np.float32},
        {"penalty": 1e-4},
        {"penalty": 10.0, "weighted": True},
    ],
    ids=str,
)
def test_it_finds_the_optimum_of_the_other_method(loss, shape, how):
    objective = problem(loss, *shape, **how)
    found = solved(objective)
    other = solved(objective, PreconditionedLBFGS)
    assert found.outcome is Outcome.CONVERGED
    ours, theirs = found.point.point, other.point.point
    assert ours.value == pytest.approx(theirs.value, rel=1e-8)
    np.testing.assert_allclose(ours.W, theirs.W, atol=1e-3 * np.abs(theirs.W).max())
    # What it says of its point is what the definition says.
    exact = (objective.in_float64() or objective).at(ours.W, ours.b)
    assert ours.value == pytest.approx(exact.value, rel=1e-13)
    np.testing.assert_allclose(ours.gradient_W, exact.gradient_W, atol=1e-13)
    np.testing.assert_allclose(ours.gradient_b, exact.gradient_b, atol=1e-13)
    assert found.lines[-1].gradient_norm == pytest.approx(
        max(np.abs(exact.gradient_W).max(), np.abs(exact.gradient_b).max()), abs=1e-13
    )


@pytest.mark.parametrize("loss", [Softmax(), Sigmoids(), OneScore()], ids=lambda loss: loss.name)
@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("largest", [0, 10_000], ids=["of samples", "of the whole Hessian"])
def test_a_better_preconditioner_is_made_where_the_diagonal_will_not_do(
    loss, intercept, largest, monkeypatch
):
    monkeypatch.setattr(module, "LARGEST_FACTOR", largest)
    monkeypatch.setattr(module, "PATIENT", 2)
    monkeypatch.setattr(module, "MOST_PRODUCTS", 50)
    objective = problem(loss, 80, 12, penalty=1e-5, intercept=intercept)
    # Columns that are nearly one another's multiples: no diagonal knows of that.
    X = objective.blocks.array
    X[:, 1:6] = X[:, :1] + 1e-2 * X[:, 1:6]
    method = TruncatedNewton(objective, None, 1e-9, np.random.default_rng(0))
    method.patient = 2
    found = Loop(method, 200, 1e-9).run()
    assert method.better is not None
    assert found.outcome is Outcome.CONVERGED
    other = solved(objective, PreconditionedLBFGS)
    assert found.point.point.value == pytest.approx(other.point.point.value, rel=1e-8)


def test_sparse_rows_are_rows():
    plain = problem(Softmax())
    X = np.where(plain.blocks.array > 2, plain.blocks.array, 0)
    dense = Objective(ArrayBlocks(X, np.float64, plain.blocks.y), Softmax(), 1e-2, 4)
    rows = ArrayBlocks(sparse.csr_array(X), np.float64)
    other = Objective(rows.labelled(plain.blocks.y), Softmax(), 1e-2, 4)
    np.testing.assert_allclose(solved(other).point.point.W, solved(dense).point.point.W)


def test_a_start_at_the_optimum_is_the_end():
    objective = problem(Softmax())
    at = solved(objective, tol=1e-12).point.point
    again = solved(objective, start=(at.W + 5.0, at.b - 3.0), tol=1e-9)
    assert len(again.lines) == 1  # what all classes share is taken off at once
    np.testing.assert_allclose(again.point.point.W, at.W, atol=1e-6)


def test_weights_tell_classes_apart_even_with_next_to_no_c():
    objective = problem(Softmax(), penalty=1e6)
    found = solved(objective, tol=1e-4)
    W, b = found.point.point.W, found.point.point.b
    assert W.any()
    scores = objective.blocks.array @ W.T
    far = solved(problem(Softmax(), penalty=1e6), tol=1e-12).point.point
    assert np.corrcoef(W.ravel(), far.W.ravel())[0, 1] > 0.95
    assert np.abs(b).max() < 1e-3  # the classes are of one size
    assert (scores.argmax(axis=1) == objective.blocks.y).mean() > 0.5


def test_what_float64_cannot_prove_ends_without_a_search():
    found = solved(problem(Softmax(), penalty=1e-9), tol=1e-16)
    assert found.outcome is Outcome.PRECISION
    assert found.lines[-1].gap < 1e-7
    assert len(found.lines) < 60


def test_it_is_for_small_problems_with_a_penalty():
    assert TruncatedNewton.suits(problem(Softmax()))
    assert TruncatedNewton.suits(problem(Softmax(), 128, 768))
    assert not TruncatedNewton.suits(problem(Softmax(), penalty=0.0))
    assert not TruncatedNewton.suits(problem(Softmax(), 2000, 700, penalty=1e-4))
    assert TruncatedNewton.suits(problem(Softmax(), 2000, 700, penalty=1.0))
    assert not TruncatedNewton.suits(problem(Softmax(), 12_000, 2))
