"""Thresholds of the classes, against brute force."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linocut.core import LinocutError
from linocut.core.decisions import NEVER, DecisionRule
from linocut.evaluate import (
    DecisionOutcome,
    Predictions,
    thresholds_for_f1,
    thresholds_for_precision,
)
from linocut.evaluate.decisions import mean_f1


@st.composite
def some_predictions(draw, K=3, most=12):
    """Few images, with probabilities in coarse steps: many are equal."""
    n = draw(st.integers(1, most))
    steps = st.lists(st.integers(1, 8), min_size=K, max_size=K)
    P = np.array(draw(st.lists(steps, min_size=n, max_size=n)), float)
    labels = draw(st.lists(st.integers(0, K - 1), min_size=n, max_size=n))
    return Predictions.from_arrays(labels, P / P.sum(axis=1, keepdims=True))


def outcome_at(predictions, thresholds):
    return DecisionOutcome.from_predictions(predictions, rule=DecisionRule(thresholds))


def candidates(p, least):
    """Every threshold that decides differently."""
    return [least, *(value for value in np.unique(p.astype(float)) if value > least), NEVER]


def precise(outcome, precision):
    return not (outcome.precision < precision - 1e-9).any()  # NaN: none is predicted


@settings(max_examples=60, deadline=None)
@given(some_predictions(), st.sampled_from([0.5, 0.7, 0.9, 1.0]))
def test_no_thresholds_from_a_half_up_accept_more_at_that_precision(predictions, precision):
    found = outcome_at(predictions, thresholds_for_precision(predictions, precision))
    assert precise(found, precision)
    tops = predictions.probabilities.argmax(axis=1)
    # Where two classes have exactly a half, the first is the one that counts.
    halves = [np.where(tops == k, predictions.probabilities[:, k], 0) for k in range(3)]
    for thresholds in product(*(candidates(p, 0.5) for p in halves)):
        other = outcome_at(predictions, thresholds)
        assert not precise(other, precision) or other.accepted <= found.accepted


@settings(max_examples=80, deadline=None)
@given(some_predictions())
def test_no_change_of_one_threshold_raises_the_mean_f1(predictions):
    thresholds = thresholds_for_f1(predictions)
    best = mean_f1(outcome_at(predictions, thresholds))
    assert best >= mean_f1(outcome_at(predictions, np.zeros(3))) - 1e-12
    for k in range(3):
        for other in candidates(predictions.probabilities[:, k], 0.0):
            changed = thresholds.copy()
            changed[k] = other
            assert mean_f1(outcome_at(predictions, changed)) <= best + 1e-9


def test_a_class_that_is_never_precise_is_never_predicted():
    predictions = Predictions.from_arrays([1, 1, 1], [[0.9, 0.1], [0.8, 0.2], [0.3, 0.7]])
    assert thresholds_for_precision(predictions, 0.9).tolist() == [NEVER, 0.5]


def test_thresholds_lie_between_images_so_that_rounding_changes_nothing():
    P = np.array([0.9, 0.8, 0.6])
    predictions = Predictions.from_arrays([0, 0, 1], np.column_stack([P, 1 - P]))
    assert thresholds_for_precision(predictions, 1.0)[0] == pytest.approx(0.7)


def test_many_classes_are_quick_and_rare_ones_do_no_harm():
    rng = np.random.default_rng(0)
    P = rng.dirichlet(np.full(200, 0.05), 2000)
    labels = (P.cumsum(axis=1) < rng.random((2000, 1))).sum(axis=1).clip(0, 199)
    predictions = Predictions.from_arrays(labels, P)
    before = mean_f1(DecisionOutcome.from_predictions(predictions))
    assert mean_f1(outcome_at(predictions, thresholds_for_f1(predictions))) > before
    found = outcome_at(predictions, thresholds_for_precision(predictions, 0.9))
    assert precise(found, 0.9)


@pytest.mark.parametrize("precision", [0, -1, 1.01, np.nan])
def test_what_is_no_precision_is_refused(precision):
    predictions = Predictions.from_arrays([0, 1], np.full((2, 2), 0.5))
    with pytest.raises(LinocutError, match="a share above 0 and up to 1"):
        thresholds_for_precision(predictions, precision)
