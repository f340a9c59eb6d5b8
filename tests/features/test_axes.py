"""Directions of most variance are the same from columns and from products of rows."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from linocut.core import LinocutError
from linocut.core.blocks import ArrayBlocks
from linocut.features import Decorrelate, PrincipalComponents, axes
from linocut.features.axes import principal_axes


def rows(n: int, d: int) -> ArrayBlocks:
    rng = np.random.default_rng(n)
    X = rng.normal(size=(n, d)) * rng.exponential(size=d) + rng.normal(size=d)
    X[:, 1] = 3.0  # a column that does not vary
    return ArrayBlocks(X, np.float64)


def _dense(blocks: ArrayBlocks) -> np.ndarray:
    return blocks.dense(np.arange(len(blocks)))


@pytest.mark.parametrize("standardised", [False, True])
@pytest.mark.parametrize("k", [None, 7])
def test_rows_and_columns_lead_to_the_same_axes(k: int | None, standardised: bool) -> None:
    blocks = rows(30, 80)
    from_rows = axes._of_rows(blocks, k, standardised)
    from_columns = axes._of_columns(blocks, k, standardised)
    kept = 7 if k else 29  # the mean row takes a direction
    assert_allclose(from_rows.variances[:kept], from_columns.variances[:kept], rtol=1e-10)
    assert_allclose(from_rows.components[:kept], from_columns.components[:kept], atol=1e-7)
    assert_allclose(from_rows.inverse, from_columns.inverse, rtol=1e-10)
    assert from_rows.total == pytest.approx(from_columns.total)


def test_directions_beyond_those_of_the_rows_are_orthonormal() -> None:
    found = principal_axes(rows(10, 40), 10)
    assert_allclose(found.components @ found.components.T, np.eye(10), atol=1e-12)
    assert found.variances[-1] == 0


def test_rows_drawn_at_random_stand_for_many(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(4000, 12)) @ rng.normal(size=(12, 600)) + rng.normal(size=(4000, 600))
    blocks = ArrayBlocks(X, np.float64)
    whole = principal_axes(blocks, 5)
    monkeypatch.setattr(axes, "MOST", 500)
    drawn = principal_axes(blocks, 5)
    Z = X @ drawn.components.T
    assert Z.var(axis=0).sum() > 0.95 * whole.variances.sum()


def test_more_axes_than_rows_or_columns_are_refused() -> None:
    with pytest.raises(LinocutError, match="n_components=11 — an integer from 1 to 10"):
        principal_axes(rows(10, 40), 11)


def test_wide_features_are_decorrelated_as_their_covariance_says() -> None:
    X = _dense(rows(40, 200))
    Z = Decorrelate(0.99).fit_transform(X)
    covariance = np.cov(Z.T)
    assert_allclose(covariance, np.diag(np.diag(covariance)), atol=1e-8)


def test_components_of_few_large_images_are_scikit_learns() -> None:
    from sklearn.decomposition import PCA

    X = _dense(rows(50, 300))
    ours, theirs = PrincipalComponents(6, full=1).fit(X), PCA(6).fit(X)
    assert_allclose(ours.explained_variance_, theirs.explained_variance_, rtol=1e-8)
    assert_allclose(np.abs(ours.components_ @ theirs.components_.T), np.eye(6), atol=1e-6)


@pytest.mark.parametrize("shape", [(60, 300), (300, 60)])
def test_directions_that_hold_a_share_are_the_first_of_all(shape: tuple[int, int]) -> None:
    blocks = rows(*shape)
    every, some = principal_axes(blocks), principal_axes(blocks, holding=0.9)
    k = len(some.variances)
    assert some.variances.sum() >= 0.9 * some.total > some.variances[:-1].sum()
    assert some.total == pytest.approx(every.total)
    assert_allclose(some.components, every.components[:k], atol=1e-10)


def test_wide_rows_of_single_precision_have_the_axes_of_double() -> None:
    X = _dense(rows(80, 9000)).astype(np.float32)  # more columns than are multiplied at once
    single = principal_axes(ArrayBlocks(X, np.dtype(np.float32)), standardised=True, holding=0.99)
    double = principal_axes(
        ArrayBlocks(X.astype(np.float64), np.dtype(np.float64)), standardised=True, holding=0.99
    )
    assert_allclose(single.variances, double.variances, rtol=1e-4)
    assert_allclose(np.abs(single.components @ double.components.T), np.eye(len(single.variances)),
                    atol=0.01)  # fmt: skip
