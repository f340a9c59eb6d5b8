"""The objective is its definition, and its gradient is the gradient."""

import numpy as np
import pytest
from scipy import sparse

from linocut.core.blocks import ArrayBlocks
from linocut.solve import Objective, Softmax
from support.problems import make_problem, plain_value


@pytest.mark.parametrize("weights", [False, True])
def test_value_is_the_definition(loss, weights):
    objective = make_problem(1, loss=loss, weights=weights)
    rng = np.random.default_rng(2)
    W, b = rng.normal(size=(3, 5)), rng.normal(size=3)
    assert objective.at(W, b).value == pytest.approx(plain_value(objective, W, b), rel=1e-13)


@pytest.mark.parametrize("weights", [False, True])
def test_gradient_is_that_of_finite_differences(loss, weights):
    objective = make_problem(3, loss=loss, weights=weights)
    rng = np.random.default_rng(4)
    W, b = rng.normal(size=(3, 5)), rng.normal(size=3)
    dW, db = rng.normal(size=W.shape), rng.normal(size=b.shape)
    point, h = objective.at(W, b), 1e-6
    slope = np.vdot(point.gradient_W, dW) + point.gradient_b @ db
    ahead = plain_value(objective, W + h * dW, b + h * db)
    behind = plain_value(objective, W - h * dW, b - h * db)
    assert slope == pytest.approx((ahead - behind) / (2 * h), rel=1e-7)


def test_intercept_hessian_is_the_change_of_the_gradient(loss):
    objective = make_problem(5, loss=loss, weights=True)
    rng = np.random.default_rng(6)
    W, b, db = rng.normal(size=(3, 5)), rng.normal(size=3), rng.normal(size=3)
    H, h = objective.intercept_hessian(objective.at(W, b)), 1e-6
    change = objective.at(W, b + h * db).gradient_b - objective.at(W, b - h * db).gradient_b
    np.testing.assert_allclose(H @ db, change / (2 * h), rtol=1e-6, atol=1e-9)


def test_a_shift_of_all_class_weights_changes_no_softmax_loss():
    objective = make_problem(7)
    rng = np.random.default_rng(8)
    W, b = rng.normal(size=(3, 5)), rng.normal(size=3)
    shifted = objective.at(W + rng.normal(size=5), b + 0.7)
    assert shifted.loss == pytest.approx(objective.at(W, b).loss, rel=1e-12)


def test_large_scores_overflow_nothing(loss):
    objective = make_problem(9, loss=loss)
    with np.errstate(over="raise", invalid="raise"):
        point = objective.at(np.full((3, 5), [[300.0], [-300.0], [0.0]]), np.zeros(3))
    assert np.isfinite(point.value)


@pytest.mark.parametrize("kind", ["dense float32", "memory map", "sparse"])
def test_bytes_give_the_same_as_other_holders(kind, loss, tmp_path):
    rng = np.random.default_rng(10)
    pixels = (rng.integers(0, 256, (700, 30)) * (rng.random((700, 30)) < 0.3)).astype(np.uint8)
    y = rng.integers(0, 4, 700)
    np.save(tmp_path / "pixels.npy", pixels)
    other = {
        "dense float32": pixels.astype(np.float32),
        "memory map": np.load(tmp_path / "pixels.npy", mmap_mode="r"),
        "sparse": sparse.csr_matrix(pixels.astype(np.float32)),
    }[kind]
    W, b = rng.normal(size=(4, 30)) / 255, rng.normal(size=4)
    ours, theirs = (
        Objective(ArrayBlocks(array, np.float32, y=y), loss, 0.1, 4).at(W, b)
        for array in (pixels, other)
    )
    assert ours.value == pytest.approx(theirs.value, rel=1e-6)
    np.testing.assert_allclose(ours.gradient_W, theirs.gradient_W, rtol=1e-4, atol=1e-4)


def test_the_number_of_threads_changes_no_bit():
    rng = np.random.default_rng(11)
    pixels = rng.integers(0, 256, (9_000, 400), dtype=np.uint8)
    y = rng.integers(0, 5, len(pixels))
    W, b = rng.normal(size=(5, 400)) / 255, np.zeros(5)
    points = [
        Objective(ArrayBlocks(pixels, np.float32, n_threads=k, y=y), Softmax(), 0.1, 5).at(W, b)
        for k in (1, 2, 5)
    ]
    for point in points[1:]:
        assert point.value == points[0].value
        np.testing.assert_array_equal(point.gradient_W, points[0].gradient_W)
