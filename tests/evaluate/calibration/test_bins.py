"""Bins are scikit-learn's where they are the same, and never empty."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from sklearn.calibration import calibration_curve

from linocut.core import LinocutError
from linocut.evaluate import wilson_interval
from linocut.evaluate.calibration import Event, reliability_curve


def event(n, seed=0):
    rng = np.random.default_rng(seed)
    p = rng.beta(3, 0.5, n)
    return Event(p, (rng.random(n) < p).astype(float))


@pytest.mark.parametrize("strategy", ["uniform", "quantile"])
def test_shares_and_means_are_those_of_scikit_learn(strategy):
    made = event(2000)
    shares, means = calibration_curve(made.outcomes, made.confidences, n_bins=12, strategy=strategy)
    curve = reliability_curve(made, bins=12, strategy=strategy)
    assert_allclose(curve.shares, shares, atol=1e-12)
    assert_allclose(curve.confidences, means, atol=1e-12)


def test_adaptive_bins_hold_enough_images():
    curve = reliability_curve(event(10_000), bins=15)
    assert curve.counts.min() >= 30
    assert len(curve.counts) > 5


def test_quantile_bins_hold_about_as_many_each():
    curve = reliability_curve(event(3000), bins=10, strategy="quantile")
    assert np.ptp(curve.counts) <= 1


@given(
    st.integers(1, 400), st.integers(1, 30), st.sampled_from(["adaptive", "uniform", "quantile"])
)
def test_every_image_is_in_one_bin_and_no_bin_is_empty(n, bins, strategy):
    made = event(n, seed=n)
    curve = reliability_curve(made, bins=bins, strategy=strategy)
    assert curve.counts.sum() == n
    assert curve.counts.min() > 0
    assert len(curve.edges) == len(curve.counts) + 1
    assert curve.edges[0] == 0
    assert curve.edges[-1] == 1
    assert (np.diff(curve.edges) > 0).all()
    assert curve.counts @ curve.confidences == pytest.approx(made.confidences.sum())
    assert (curve.edges[:-1] <= curve.confidences + 1e-12).all()


def test_intervals_are_wilsons():
    curve = reliability_curve(event(500))
    hits = np.rint(curve.shares * curve.counts).astype(int)
    expected = [wilson_interval(h, n) for h, n in zip(hits, curve.counts, strict=True)]
    assert_allclose(curve.intervals, expected)


def test_an_unknown_strategy_is_refused():
    with pytest.raises(LinocutError, match="strategy 'equal' — one of adaptive, uniform, quantile"):
        reliability_curve(event(10), strategy="equal")
    with pytest.raises(LinocutError, match="bins=0"):
        reliability_curve(event(10), bins=0)
