"""Partial whitening: other coordinates for the penalty, the same family of models."""

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.pipeline import make_pipeline

from linocut.core import LinocutError
from linocut.explain import pull_back
from linocut.features import Decorrelate, Equalise
from linocut.models import SoftmaxRegression


def test_axes_do_not_vary_together_and_keep_the_variance_asked_for():
    X, _ = load_digits(return_X_y=True)
    decorrelate = Decorrelate(variance=0.95).fit(X)
    Z = decorrelate.transform(X)
    covariance = np.cov(Z.T)
    np.testing.assert_allclose(covariance, np.diag(decorrelate.variances_), atol=1e-8)
    varying = np.count_nonzero(X.std(axis=0))
    share = decorrelate.variances_.sum() / varying
    assert 0.95 <= share < 0.96
    assert decorrelate.variances_[:-1].sum() / varying < 0.95


def test_all_axes_keep_all_distances_of_standardised_features():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(50, 6)) * [1, 2, 3, 4, 5, 6] + 7
    Z = Decorrelate(variance=1.0).fit_transform(X)
    S = (X - X.mean(axis=0)) / X.std(axis=0, ddof=1)
    np.testing.assert_allclose(
        np.linalg.norm(Z[1:] - Z[:-1], axis=1), np.linalg.norm(S[1:] - S[:-1], axis=1)
    )


@pytest.mark.parametrize("power", [0.0, 0.25, 0.5])
def test_variances_become_their_power(power):
    rng = np.random.default_rng(1)
    X = rng.normal(size=(400, 5)) * [1.0, 3.0, 0.5, 10.0, 2.0]
    made = Equalise(power).fit_transform(X)
    before, after = X.var(axis=0), made.var(axis=0)
    assert np.allclose(after / after[0], (before / before[0]) ** (1 - 2 * power))
    assert after.sum() == pytest.approx(100)


def test_features_that_never_vary_do_no_harm():
    X = np.column_stack([np.arange(10.0), np.full(10, 3.0), np.arange(10.0) ** 2])
    made = make_pipeline(Decorrelate(1.0), Equalise(0.375)).fit_transform(X)
    assert made.shape == (10, 2)
    assert np.isfinite(made).all()


def test_a_model_after_them_is_linear_in_the_features_before_them():
    X, y = load_digits(return_X_y=True)
    pipeline = make_pipeline(Decorrelate(0.99), Equalise(0.3), SoftmaxRegression(tol=1e-3))
    pipeline.fit(X, y)
    np.testing.assert_allclose(
        pull_back(pipeline).scores(X), pipeline[-1].scores(pipeline[:-1].transform(X)), atol=1e-7
    )


@pytest.mark.parametrize(
    ("step", "named"),
    [
        (Decorrelate(variance=0), "variance=0"),
        (Decorrelate(variance=1.5), "variance=1.5"),
        (Equalise(power=0.7), "power=0.7"),
    ],
)
def test_wrong_parameters_are_named(step, named):
    with pytest.raises(LinocutError, match=named):
        step.fit(np.eye(3))
