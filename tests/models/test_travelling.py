"""Rows may lie anywhere: every fit sends small tasks to them, and has the same bits as here."""

from functools import partial

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.pipeline import make_pipeline

from linocut.core.blocks import ArrayBlocks, Blocks
from linocut.features import (
    Decorrelate,
    Equalise,
    LeadingPairs,
    PrincipalComponents,
    PrincipalPairs,
    RandomUnits,
    Scaling,
)
from linocut.models import (
    BinaryRegression,
    ClassMeans,
    GradientDescentClassifier,
    LeastSquaresClassifier,
    OneVsRestRegression,
    SoftmaxRegression,
    SoftmaxRegressionCV,
    regularisation_path,
)
from linocut.solve import compact
from support.travelling import TravellingBlocks

n, d, K = 9000, 40, 3  # three parts of 4,096 rows, the last one short
CONSTANT = 4000  # bytes of a task that are no weights

CLASSIFIERS = [
    SoftmaxRegression(C=0.1),
    SoftmaxRegression(C=0.1, tol=1e-9),
    SoftmaxRegression(C=0.01, l1_ratio=0.5, tol=1e-4),
    SoftmaxRegression(C=np.inf, tol=1e-6),
    OneVsRestRegression(C=0.1),
    OneVsRestRegression(C=0.01, l1_ratio=1.0, tol=1e-4),
    BinaryRegression(C=0.1),
    LeastSquaresClassifier(),
    ClassMeans("difference"),
    GradientDescentClassifier(0.01, batch_size=None, steps=20),
    SoftmaxRegressionCV([0.01, 0.1], cv=2),
]


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(0)
    y = rng.integers(0, K, n)
    X = rng.normal(size=(K, d))[y] * 0.5 + rng.normal(size=(n, d))
    return X, y, rng.uniform(0.5, 2, n)


@pytest.fixture(scope="module")
def pixels():
    rng = np.random.default_rng(1)
    X = (rng.random((9000, 600)) < 0.2) * rng.integers(0, 256, (9000, 600))
    y = rng.integers(0, K, 9000)
    X[np.arange(9000), y] = 255 * (rng.random(9000) < 0.9)
    return X.astype(np.uint8), y


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("model", CLASSIFIERS, ids=str)
def test_a_fit_is_the_same_wherever_the_rows_lie(model, weighted, rows):
    X, y, w = rows
    y = y % 2 if isinstance(model, BinaryRegression) else y
    weights = w if weighted else None
    elsewhere = TravellingBlocks.of(X, np.float64)
    here = clone(model).fit(X, y, sample_weight=weights)
    there = clone(model).fit(elsewhere, y, sample_weight=weights)
    np.testing.assert_array_equal(there.coef_, here.coef_)
    np.testing.assert_array_equal(there.intercept_, here.intercept_)
    assert there.objective_ == here.objective_
    np.testing.assert_array_equal(there.scores(elsewhere), here.scores(X))
    # A class's weights and intercept, and those of a step beside them.
    assert elsewhere.traffic.largest_task <= 2 * 8 * K * (d + 1) + CONSTANT


@pytest.mark.parametrize("loss", ["softmax", "one-vs-rest"])
def test_a_path_is_the_same(loss, rows):
    X, y, _ = rows
    fit = partial(regularisation_path, y=y, Cs=[0.001, 0.1], loss=loss, test=(X[:100], y[:100]))
    here, there = fit(X), fit(TravellingBlocks.of(X, np.float64))
    np.testing.assert_array_equal(there.coef, here.coef)
    np.testing.assert_array_equal(there.train_loss, here.train_loss)
    np.testing.assert_array_equal(there.test_loss, here.test_loss)


def test_bytes_are_searched_for_ink_where_they_lie(pixels, monkeypatch):
    monkeypatch.setattr(compact, "WORTH_IT", 1_000_000)
    X, y = pixels
    model = SoftmaxRegression(C=1e-4, tol=1e-4)
    here = clone(model).fit(X, y)
    there = clone(model).fit(TravellingBlocks.of(X, np.float32), y)
    np.testing.assert_array_equal(there.coef_, here.coef_)


@pytest.mark.parametrize(
    "step",
    [
        Scaling("standardise"),
        Scaling("min-max"),
        PrincipalComponents(5, full=1),
        PrincipalPairs(5, full=1, power=0.25),
        Decorrelate(0.9),
        RandomUnits(30),
        make_pipeline(Decorrelate(0.9), Equalise(), LeadingPairs(3)),
    ],
    ids=lambda step: type(step).__name__,
)
def test_features_are_found_and_made_where_the_rows_lie(step, rows):
    X, y, _ = rows
    X = X.astype(np.float32)
    model = make_pipeline(step, SoftmaxRegression(C=0.1, tol=1e-4))
    here = clone(model).fit(ArrayBlocks(X, np.float32), y)  # blocks in, blocks out, as there
    elsewhere = TravellingBlocks.of(X, np.float32)
    there = clone(model).fit(elsewhere, y)
    np.testing.assert_array_equal(there[-1].coef_, here[-1].coef_)
    np.testing.assert_allclose(clone(model).fit(X, y)[-1].coef_, here[-1].coef_, atol=1e-3)
    features = here[:-1].transform(X[:1]).shape[1]
    assert elsewhere.traffic.largest_task <= 8 * (features + K) * (d + 1) * 2 + CONSTANT


def test_features_that_would_not_fit_into_memory_are_made_when_they_are_read(rows, monkeypatch):
    from linocut.features import rows as rows_module

    X, y, _ = rows
    X = X.astype(np.float32)
    stored = RandomUnits(30).fit_transform(X)
    monkeypatch.setattr(rows_module, "available_memory", lambda: 1000)
    made = RandomUnits(30).fit_transform(X)
    assert isinstance(stored, np.ndarray)
    assert isinstance(made, Blocks)
    np.testing.assert_array_equal(np.asarray(made), stored)
    model = SoftmaxRegression(C=0.1, tol=1e-4)
    expected, found = clone(model).fit(stored, y), clone(model).fit(made, y)
    np.testing.assert_allclose(found.scores(made), expected.scores(stored), atol=1e-2)
