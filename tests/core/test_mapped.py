"""Rows that are made when they are read are the rows that could have been stored."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

from linocut.core import LinocutError
from linocut.core.blocks import ArrayBlocks
from linocut.core.mapped import MappedBlocks
from linocut.features import PrincipalPairs
from linocut.models import LeastSquaresClassifier, OneVsRestRegression, SoftmaxRegression

X, y = load_digits(return_X_y=True)


@pytest.fixture(scope="module")
def pairs():
    stored = PrincipalPairs(12, full=16).fit(X)
    made = PrincipalPairs(12, full=16, stored=False).fit(X)
    return stored.transform(X), made.transform(X)


def test_they_hold_the_same_numbers(pairs):
    stored, made = pairs
    assert isinstance(made, MappedBlocks)
    assert made.shape == stored.shape
    np.testing.assert_array_equal(np.asarray(made), stored)
    rows, columns = np.array([5, 3, 3]), np.array([0, 80])
    np.testing.assert_array_equal(made.dense(rows, columns), stored[rows][:, columns])
    np.testing.assert_array_equal(np.asarray(made.take(rows)), stored[rows])
    assert np.asarray(made.astype(np.float32)).dtype == np.float32


@pytest.mark.parametrize(
    "model",
    [SoftmaxRegression(C=0.1), OneVsRestRegression(C=0.1), LeastSquaresClassifier()],
    ids=lambda model: type(model).__name__,
)
def test_a_model_fitted_on_them_is_the_same(pairs, model):
    stored, made = pairs
    expected = model.fit(stored, y).scores(stored)
    found = model.fit(made, y).scores(made)
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-3)
    assert model.n_features_in_ == stored.shape[1]


def test_weights_of_zero_leave_rows_out(pairs):
    stored, made = pairs
    weights = (np.arange(len(y)) % 3 > 0).astype(float)
    expected = LeastSquaresClassifier().fit(stored, y, weights).coef_
    found = LeastSquaresClassifier().fit(made, y, weights).coef_
    np.testing.assert_allclose(found, expected, atol=1e-9)


def test_wrong_lengths_are_named(pairs):
    _, made = pairs
    with pytest.raises(ValueError, match="inconsistent"):
        SoftmaxRegression().fit(made, y[:-1])
    model = SoftmaxRegression(C=0.1, tol=1e-2).fit(made, y)
    narrow = MappedBlocks(ArrayBlocks(X, np.float64), lambda X: X, 64)
    with pytest.raises(LinocutError, match="rows of 64 features"):
        model.scores(narrow)
