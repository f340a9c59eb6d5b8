"""What must be true of the objective and its optimum whatever the data: found by Hypothesis."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from linocut.core.blocks import ArrayBlocks
from linocut.core.gram import gram_matrix
from linocut.solve import Objective, OneScore, Sigmoids, Softmax, minimise
from support.problems import make_problem

LOSSES = st.sampled_from([Softmax(), Sigmoids()])
SEEDS = st.integers(0, 2**16)


def any_problem(seed, loss, weights, intercept=True):
    rng = np.random.default_rng(seed)
    n, d, K = rng.integers(12, 60), rng.integers(1, 7), rng.integers(2, 6)
    return make_problem(
        seed, n=n, d=d, K=K, loss=loss, weights=weights, intercept=intercept, penalty=0.02
    )


def any_point(objective, seed, scale=1.0):
    rng = np.random.default_rng(seed + 1)
    K, d = objective.n_classes, objective.blocks.shape[1]
    return scale * rng.normal(size=(K, d)), scale * rng.normal(size=K)


@given(seed=SEEDS, loss=LOSSES, weights=st.booleans(), intercept=st.booleans())
@settings(max_examples=60, deadline=None)
def test_hessian_product_is_the_change_of_the_gradient(seed, loss, weights, intercept):
    objective = any_problem(seed, loss, weights, intercept)
    W, b = any_point(objective, seed)
    dW, db = any_point(objective, seed + 1)
    h = 1e-6
    db *= intercept
    H, g = objective.hessian_product(objective.at(W, b), dW, db)
    ahead, behind = objective.at(W + h * dW, b + h * db), objective.at(W - h * dW, b - h * db)
    size = np.abs(H).max() + 1e-3
    change = (ahead.gradient_W - behind.gradient_W) / (2 * h)
    np.testing.assert_allclose(H, change, rtol=1e-5, atol=1e-7 * size)
    change = (ahead.gradient_b - behind.gradient_b) / (2 * h)
    np.testing.assert_allclose(g, change, rtol=1e-5, atol=1e-7 * size)


@given(seed=SEEDS, loss=LOSSES, weights=st.booleans())
@settings(max_examples=30, deadline=None)
def test_float32_agrees_with_float64(seed, loss, weights):
    objective = any_problem(seed, loss, weights)
    rough = replace(objective, blocks=objective.blocks.astype(np.float32))
    W, b = any_point(objective, seed)
    dW, db = any_point(objective, seed + 1)
    exact, near = objective.at(W, b), rough.at(W, b)
    assert near.value == pytest.approx(exact.value, rel=1e-5)
    np.testing.assert_allclose(near.gradient_W, exact.gradient_W, rtol=1e-3, atol=1e-4)
    H, _ = objective.hessian_product(exact, dW, db)
    np.testing.assert_allclose(
        rough.hessian_product(near, dW, db)[0], H, rtol=1e-3, atol=1e-4 * np.abs(H).max()
    )


@given(seed=SEEDS, weights=st.booleans())
@settings(max_examples=30, deadline=None)
def test_a_shift_of_all_class_weights_changes_no_softmax(seed, weights):
    objective = any_problem(seed, Softmax(), weights)
    W, b = any_point(objective, seed)
    shift_W, shift_b = any_point(objective, seed + 1)
    point, shifted = objective.at(W, b), objective.at(W + shift_W[0], b + shift_b[0])
    assert shifted.loss == pytest.approx(point.loss, rel=1e-10)
    H, g = objective.hessian_product(
        point, np.tile(shift_W[0], (len(W), 1)), np.full(len(b), shift_b[0])
    )
    np.testing.assert_allclose(H, objective.penalty * np.tile(shift_W[0], (len(W), 1)), atol=1e-12)
    np.testing.assert_allclose(g, 0, atol=1e-12)


@given(seed=SEEDS, loss=LOSSES, weights=st.booleans())
@settings(max_examples=25, deadline=None)
def test_the_optimum_follows_permutations(seed, loss, weights):
    objective = any_problem(seed, loss, weights)
    rng = np.random.default_rng(seed)
    n, d = objective.blocks.shape
    K = objective.n_classes
    rows, columns, classes = rng.permutation(n), rng.permutation(d), rng.permutation(K)
    new_name = np.argsort(classes)
    permuted = replace(
        objective,
        blocks=ArrayBlocks(
            objective.blocks.array[rows][:, columns],
            np.float64,
            new_name[objective.blocks.y[rows]],
            None if objective.blocks.weights is None else objective.blocks.weights[rows],
        ),
    )
    fit, other = minimise(objective, tol=1e-11), minimise(permuted, tol=1e-11)
    assert other.point.value == pytest.approx(fit.point.value, rel=1e-9)
    np.testing.assert_allclose(other.point.W, fit.point.W[classes][:, columns], atol=1e-3)


@given(seed=SEEDS, loss=LOSSES)
@settings(max_examples=25, deadline=None)
def test_a_weight_of_two_is_the_row_twice(seed, loss):
    objective = any_problem(seed, loss, weights=False)
    n = len(objective.blocks.y)
    twice = np.random.default_rng(seed).random(n) < 0.3
    weighted = replace(objective, blocks=objective.blocks.labelled(objective.blocks.y, 1.0 + twice))
    rows = np.concatenate([np.arange(n), np.flatnonzero(twice)])
    doubled = replace(objective, blocks=objective.blocks.take(rows))
    W, b = any_point(objective, seed)
    one, two = weighted.at(W, b), doubled.at(W, b)
    assert one.value == pytest.approx(two.value, rel=1e-12)
    np.testing.assert_allclose(one.gradient_W, two.gradient_W, atol=1e-12)
    one, two = minimise(weighted, tol=1e-10).point, minimise(doubled, tol=1e-10).point
    assert one.value == pytest.approx(two.value, rel=1e-9)


@given(seed=SEEDS, loss=LOSSES)
@settings(max_examples=15, deadline=None)
def test_all_holders_of_the_same_numbers_have_the_same_optimum(seed, loss, tmp_path_factory):
    rng = np.random.default_rng(seed)
    pixels = (rng.integers(0, 9, (80, 10)) * (rng.random((80, 10)) < 0.4)).astype(np.uint8)
    y = rng.integers(0, 3, 80)
    path = tmp_path_factory.mktemp("rows") / "pixels.npy"
    np.save(path, pixels)
    holders = [
        pixels,
        np.load(path, mmap_mode="r"),
        pixels.astype(np.float32),
        pixels.astype(np.float64),
        sparse.csr_matrix(pixels.astype(np.float64)),
    ]
    values = [
        minimise(
            Objective(ArrayBlocks(array, np.float64, y=y), loss, 0.05, 3), tol=1e-9
        ).point.value
        for array in holders
    ]
    np.testing.assert_allclose(values, values[0], rtol=2e-9)


@given(seed=SEEDS, weights=st.booleans(), intercept=st.booleans())
@settings(max_examples=25, deadline=None)
def test_one_score_is_a_softmax_whose_first_class_is_fixed_at_zero(seed, weights, intercept):
    rng = np.random.default_rng(seed)
    n, d = 40, 4
    X, y = rng.normal(size=(n, d)), rng.integers(0, 2, n)
    y[:2] = 0, 1
    w = rng.uniform(0.5, 2, n) if weights else None
    blocks = ArrayBlocks(X, np.float64)
    one = Objective(blocks.labelled(y, w), OneScore(), 0.1, 1, intercept)
    W, b = rng.normal(size=(1, d)), rng.normal(size=1)
    both = Objective(blocks.labelled(y, w), Softmax(), 0.1, 2, intercept)
    point = one.at(W, b)
    fixed = both.at(np.vstack([0 * W, W]), np.append(0.0, b))
    assert point.value == pytest.approx(fixed.value, rel=1e-12)
    np.testing.assert_allclose(point.gradient_W[0], fixed.gradient_W[1], atol=1e-12)
    # The softmax splits one difference over two rows, so the same penalty on it is twice theirs.
    best = minimise(one, tol=1e-11).point
    other = minimise(replace(both, penalty=0.2), tol=1e-11).point
    np.testing.assert_allclose(best.W[0], other.W[1] - other.W[0], atol=1e-4)
    assert best.value == pytest.approx(other.value, rel=1e-9)


@given(seed=SEEDS, weighted=st.booleans(), centred=st.booleans())
@settings(max_examples=25, deadline=None)
def test_gram_matrix_is_its_definition(seed, weighted, centred):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(50, 6))
    w = rng.uniform(0, 2, 50) if weighted else None
    centre = X.mean(axis=0) if centred else None
    D = X - X.mean(axis=0) if centred else X
    expected = D.T @ (D if w is None else D * w[:, None])
    for array in (X, sparse.csr_matrix(X)):
        found = gram_matrix(ArrayBlocks(array, np.float64, weights=w), centre)
        np.testing.assert_allclose(found, expected, atol=1e-10)
