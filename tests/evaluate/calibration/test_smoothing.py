"""The smooth calibration error is the fixed point of its definition, whatever the grid."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose
from scipy.optimize import brentq

from linocut.core import LinocutError
from linocut.evaluate import smooth_calibration_error


def by_definition(p, y, cells=20_000):
    """Sum the reflected Gaussians themselves, and find the width that equals the error."""
    t = (np.arange(cells) + 0.5) / cells
    residuals = (y - p) / len(p)

    def error(width):
        total = np.zeros(cells)
        for shift in (-2, 0, 2):
            for centre in (shift + p, shift - p):
                z = (t[:, None] - centre) / width
                total += (np.exp(-z * z / 2) / (width * np.sqrt(2 * np.pi))) @ residuals
        return np.abs(total).mean()

    return brentq(lambda width: error(width) - width, 1e-4, 1, xtol=1e-9)


@pytest.mark.parametrize(("a", "b"), [(1, 1), (8, 0.4), (0.3, 4)])
def test_it_is_what_the_definition_says(a, b):
    rng = np.random.default_rng(3)
    p = rng.beta(a, b, 150)
    y = (rng.random(150) < p**1.3).astype(float)
    assert_allclose(smooth_calibration_error(p, y), by_definition(p, y), rtol=1e-3)


def test_a_constant_error_is_measured_as_it_is():
    rng = np.random.default_rng(0)
    p = rng.uniform(0.3, 0.7, 100_000)
    y = rng.random(len(p)) < p + 0.1
    assert smooth_calibration_error(p, y) == pytest.approx(0.1, abs=0.01)


def test_nothing_is_wrong_with_certainty_that_is_right():
    assert smooth_calibration_error([0, 1, 1], [0, 1, 1]) == 0
    assert smooth_calibration_error([1.0] * 50, [0] * 50) > 0.5


def test_weights_count_as_repetitions():
    rng = np.random.default_rng(1)
    p, y, times = rng.random(40), rng.integers(0, 2, 40), rng.integers(0, 4, 40)
    repeated = smooth_calibration_error(np.repeat(p, times), np.repeat(y, times))
    assert smooth_calibration_error(p, y, times) == pytest.approx(repeated, rel=1e-5)


unit = st.floats(0, 1)


@given(arrays(np.float64, 25, elements=unit), arrays(np.int64, 25, elements=st.integers(0, 1)))
@settings(max_examples=60, deadline=None)
def test_it_does_not_depend_on_which_outcome_is_called_one(p, y):
    error = smooth_calibration_error(p, y)
    assert 0 <= error <= 1
    assert smooth_calibration_error(1 - p, 1 - y) == pytest.approx(error, rel=1e-3, abs=1e-4)
    # A mean residual cannot be smoothed away.
    assert error >= abs((y - p).mean()) - 1e-6


@pytest.mark.parametrize(
    ("p", "y", "said"),
    [
        ([], [], "not empty"),
        ([0.5], [0, 1], r"confidences of shape \(1,\)"),
        ([1.5], [1], "a confidence of 1.5"),
        ([np.nan], [1], "a confidence of nan"),
        ([0.5], [0.5], "an outcome of 0.5"),
    ],
)
def test_what_is_no_probability_or_no_outcome_is_refused(p, y, said):
    with pytest.raises(LinocutError, match=said):
        smooth_calibration_error(p, y)


def test_weights_that_are_none_are_refused():
    for weights in ([0, 0], [-1, 2], [1]):
        with pytest.raises(LinocutError, match="sample_weight"):
            smooth_calibration_error([0.2, 0.4], [0, 1], weights)
