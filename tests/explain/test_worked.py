"""The worked figures: what should be the same is, and what should be flat is."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from linocut.core import LinocutError
from linocut.core.blocks import ArrayBlocks
from linocut.explain import selection_frequency, worked_example
from linocut.models import SoftmaxRegression
from linocut.solve import Objective, Sigmoids, Softmax
from linocut.solve.hessian import whole_hessian


@given(seed=st.integers(0, 200), n=st.integers(40, 200))
@settings(max_examples=10, deadline=None)
def test_what_the_textbook_calls_the_same_is_the_same(seed, n):
    found = worked_example(n, seed)
    assert found.softmax_difference < 1e-12
    assert found.two_class_difference < 1e-5
    assert found.shift_difference < 1e-12
    assert found.flat_directions == (4, 0)
    np.testing.assert_allclose(found.with_decay - found.without_decay, 1 / n, atol=1e-15)


def test_moving_the_threshold_counts_what_it_says():
    found = worked_example()
    at = 10
    said = expit(found.margins) >= found.thresholds[at]
    assert found.accuracies[at] == np.mean(said == (found.y == 1))
    assert found.hits[at] == np.mean(said[found.y == 1])
    assert np.all(np.diff(found.hits) <= 0)
    assert np.all(np.diff(found.false_alarms) <= 0)


def test_it_draws_and_tells_itself():
    found = worked_example()
    assert len(found.sentences) == 6
    assert len(found.plot().axes) == 6
    assert found.to_dict()["sentences"] == list(found.sentences)
    with pytest.raises(LinocutError, match="n=3"):
        worked_example(3)


def test_what_is_compared_is_drawn_as_it_was_computed():
    found = worked_example()
    binary, held, both, shifted = found.probabilities
    *_, same, shift, _ = found.plot().axes
    for line, p in zip(same.lines[1:], (held, both), strict=True):
        np.testing.assert_array_equal(line.get_xdata(), binary)
        np.testing.assert_array_equal(line.get_ydata(), p)
        assert not np.array_equal(p, binary)  # two computations, not one drawn against itself
    of_score, of_probability = (line.get_ydata() for line in shift.lines)
    np.testing.assert_allclose(of_score, found.X @ found.shift[:3] + found.shift[3])
    assert np.abs(of_score).max() > 1
    np.testing.assert_array_equal(of_probability, shifted - held)


@pytest.mark.parametrize("loss", [Softmax(), Sigmoids()])
@pytest.mark.parametrize("fit_intercept", [True, False])
def test_the_whole_hessian_is_that_of_hessian_products(loss, fit_intercept):
    rng = np.random.default_rng(0)
    X, y, w = rng.normal(size=(70, 4)), rng.integers(0, 3, 70), rng.uniform(0.5, 2, 70)
    blocks = ArrayBlocks(X, np.float64)
    objective = Objective(blocks.labelled(y, w), loss, 0.1, 3, fit_intercept)
    b = rng.normal(size=3) if fit_intercept else np.zeros(3)
    point = objective.at(rng.normal(size=(3, 4)), b)
    H = whole_hessian(objective, point)
    np.testing.assert_allclose(H, H.T)
    theta = rng.normal(size=(3, 5))
    if not fit_intercept:
        theta[:, -1] = 0
    expected = np.column_stack(objective.hessian_product(point, theta[:, :-1], theta[:, -1]))
    np.testing.assert_allclose((H @ theta.ravel()).reshape(3, 5), expected, atol=1e-12)


def test_a_hessian_too_large_is_refused():
    X = np.zeros((20, 3000))
    objective = Objective(ArrayBlocks(X, np.float64, np.arange(20) % 10), Softmax(), 1.0, 10)
    with pytest.raises(LinocutError, match="GB"):
        whole_hessian(objective, objective.at(np.zeros((10, 3000)), np.zeros(10)))


def test_selection_keeps_what_matters_and_drops_noise():
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, 600)
    X = rng.normal(size=(600, 6))
    X[:, 0] += 2 * y
    model = SoftmaxRegression(0.01, l1_ratio=1.0, tol=1e-3)
    found = selection_frequency(model, X, y, fits=8)
    kept = found.frequency.reshape(2, 6)
    assert kept[1, 0] == 1
    assert kept[:, 1:].mean() < 0.5
    assert found.sign.reshape(2, 6)[1, 0] == 1
    assert found.rows()[0]["ever"] >= found.rows()[0]["kept"]
    with pytest.raises(LinocutError, match="l1_ratio"):
        selection_frequency(SoftmaxRegression(), X, y)
