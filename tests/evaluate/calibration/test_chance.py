"""What chance adds is taken out: the estimate is near the truth, and the interval holds it."""

import numpy as np
import pytest

from linocut.evaluate.calibration import (
    Event,
    binned_error,
    draws_for,
    measure_error,
    reliability_curve,
    smooth_calibration_error,
)


def sample(rng, n, off):
    """Draw probabilities, and outcomes less frequent by ``off`` in the middle."""
    p = rng.beta(5, 0.4, n)
    return p, (rng.random(n) < p - 4 * off * p * (1 - p)).astype(float)


@pytest.mark.parametrize("off", [0.0, 0.1])
def test_the_interval_holds_the_true_error_about_as_often_as_it_says(off):
    rng = np.random.default_rng(5)
    p = rng.beta(5, 0.4, 200_000)
    # Weighted outcomes of both kinds stand for the probabilities themselves.
    q = p - 4 * off * p * (1 - p)
    both, happened = np.concatenate([p, p]), np.repeat([1, 0], len(p))
    truth = smooth_calibration_error(both, happened, np.concatenate([q, 1 - q]))
    found = [measure_error(*sample(rng, 1000, off), draws_for(1000, seed)) for seed in range(20)]
    assert sum(each.low <= truth <= each.high for each in found) >= 17  # of 20
    measured, value = (np.mean([getattr(each, name) for each in found])
                       for name in ("measured", "value"))  # fmt: skip
    assert abs(value - truth) < abs(measured - truth) or abs(measured - truth) < 0.001


def test_perfect_probabilities_measure_more_than_zero_and_are_not_blamed():
    rng = np.random.default_rng(0)
    p, y = sample(rng, 5000, 0.0)
    found = measure_error(p, y, draws_for(5000))
    assert 0.005 < found.expected < found.limit
    assert found.low == 0
    assert not found.told_apart


def test_the_same_seed_gives_the_same_figures():
    p, y = sample(np.random.default_rng(0), 500, 0.05)
    assert measure_error(p, y, draws_for(500, 1)) == measure_error(p, y, draws_for(500, 1))
    assert measure_error(p, y, draws_for(500, 1)) != measure_error(p, y, draws_for(500, 2))


def test_a_binned_error_of_perfect_probabilities_is_noise_that_debiasing_takes_away():
    rng = np.random.default_rng(2)
    found = []
    for seed in range(20):
        p, y = sample(rng, 2000, 0.0)
        found.append(binned_error(Event(p, y), draws_for(2000, seed)))
    value, debiased, expected = (
        np.mean([getattr(each, name) for each in found])
        for name in ("value", "debiased", "expected")
    )
    assert value == pytest.approx(expected, rel=0.25)
    assert debiased < 0.6 * value


def test_the_binned_error_is_the_mean_distance_of_its_bins():
    p, y = sample(np.random.default_rng(4), 3000, 0.05)
    event = Event(p, y)
    curve = reliability_curve(event, strategy="uniform")
    distance = curve.counts @ np.abs(curve.shares - curve.confidences) / 3000
    assert binned_error(event, draws_for(3000)).value == pytest.approx(distance, rel=1e-9)
