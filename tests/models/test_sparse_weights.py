"""An L1 penalty on the regressions: scikit-learn's optimum, and templates with true zeros."""

import numpy as np
import pytest
from scipy import sparse
from sklearn.datasets import load_digits
from sklearn.preprocessing import StandardScaler

from linocut.core import LinocutError
from linocut.core.blocks import ArrayBlocks
from linocut.models import OneVsRestRegression, SoftmaxRegression
from linocut.solve import Objective, Sigmoids, Softmax, largest_l1
from support.sparse import plain_sparse_value, saga

MODELS = [SoftmaxRegression, OneVsRestRegression]


@pytest.fixture(scope="module")
def digits():
    X, y = load_digits(return_X_y=True)
    return X.reshape(-1, 8, 8).astype(np.uint8), y


def small(K, seed=0):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(150, 10)), rng.integers(0, K, 150)
    X[:, :4] += rng.normal(size=(K, 4))[y]
    return StandardScaler().fit_transform(X), y, rng.uniform(0.2, 2, 150)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("l1_ratio", [1.0, 0.5])
@pytest.mark.parametrize("K", [2, 3])
@pytest.mark.parametrize("kind", ["float64", "float32", "sparse"])
def test_softmax_reaches_scikit_learns_optimum(K, l1_ratio, intercept, weighted, kind):
    X, y, w = small(K)
    w, C = (w if weighted else None), 0.1
    rows = {
        "float64": X,
        "float32": X.astype(np.float32),
        "sparse": sparse.csr_matrix(X),
    }[kind]
    model = SoftmaxRegression(C, l1_ratio=l1_ratio, fit_intercept=intercept, tol=1e-8)
    model.fit(rows, y, w)
    assert model.converged_
    W, b = saga(X, y, w, C=C, l1_ratio=l1_ratio, fit_intercept=intercept)
    strength = 1 / (C * (len(y) if w is None else w.sum()))
    penalty = (1 - l1_ratio) * strength * (2 if K == 2 else 1)
    objective = Objective(
        ArrayBlocks(X, np.float64, y=y, weights=w), Softmax(), penalty, K, intercept
    )
    theirs = plain_sparse_value(objective, l1_ratio * strength, W, b)
    assert model.objective_ == pytest.approx(theirs, rel=1e-6)
    assert 0 < np.count_nonzero(model.coef_) < model.coef_.size
    if kind == "float64":
        np.testing.assert_array_equal(model.coef_ != 0, np.abs(W) > 1e-7)
        np.testing.assert_allclose(model.coef_, W, atol=1e-3)


@pytest.mark.parametrize("l1_ratio", [1.0, 0.5])
@pytest.mark.parametrize("K", [2, 3])
def test_one_vs_rest_is_k_binary_regressions(K, l1_ratio):
    X, y, w = small(K, seed=1)
    model = OneVsRestRegression(0.2, l1_ratio=l1_ratio, tol=1e-9).fit(X, y, w)
    strength = 1 / (0.2 * w.sum())
    W, b = zip(*(saga(X, y == k, w, C=0.2, l1_ratio=l1_ratio) for k in range(K)), strict=True)
    # Of a binary fit both rows are given, −w/2 and w/2.
    W, b = np.array([2 * rows[1] for rows in W]), np.array([2 * pair[1] for pair in b])
    objective = Objective(
        ArrayBlocks(X, np.float64, y=y, weights=w), Sigmoids(), (1 - l1_ratio) * strength, K
    )
    theirs = plain_sparse_value(objective, l1_ratio * strength, W, b)
    assert model.objective_ == pytest.approx(theirs, rel=1e-6)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("l1_ratio", [1.0, 0.5])
def test_pixels_that_are_always_empty_have_no_weight(model, l1_ratio, digits):
    images, y = digits
    empty = ~images.any(axis=0)
    assert empty.sum() == 3
    fitted = model(0.01, l1_ratio=l1_ratio, tol=1e-4).fit(images, y)
    assert fitted.converged_
    assert not np.any(fitted.templates_[:, empty])
    assert (fitted.coef_ == 0).mean() > 0.3


@pytest.mark.parametrize("model", MODELS)
def test_bytes_and_unit_pixels_are_one_problem(model, digits):
    images, y = digits
    ours = model(1e-3, l1_ratio=1.0, tol=1e-7).fit(images, y)
    unit = model(16e-3, l1_ratio=1.0, tol=1e-7).fit(images / 16, y)
    assert ours.objective_ == pytest.approx(unit.objective_, rel=2e-7)


@pytest.mark.parametrize("l1_ratio", [1.0, 0.5])
@pytest.mark.parametrize("model", MODELS)
def test_the_first_weight_appears_at_the_c_that_is_told(model, l1_ratio):
    X, y, _ = small(3, seed=2)
    loss = model()._loss()
    largest = largest_l1(Objective(ArrayBlocks(X, np.float64, y=y), loss, 0.0, 3))
    C = l1_ratio / (len(y) * largest)
    assert not np.any(model(C * (1 - 1e-9), l1_ratio=l1_ratio).fit(X, y).coef_)
    assert np.any(model(C * 1.01, l1_ratio=l1_ratio).fit(X, y).coef_)


def test_a_warm_start_is_used():
    X, y, _ = small(3)
    model = SoftmaxRegression(0.1, l1_ratio=1.0, tol=1e-8, warm_start=True).fit(X, y)
    iterations = model.n_iter_
    assert model.fit(X, y).n_iter_ < iterations


@pytest.mark.parametrize("l1_ratio", [-0.1, 1.1, float("nan")])
def test_a_wrong_l1_ratio_is_named(l1_ratio):
    X, y, _ = small(2)
    with pytest.raises(LinocutError, match="l1_ratio="):
        SoftmaxRegression(l1_ratio=l1_ratio).fit(X, y)
