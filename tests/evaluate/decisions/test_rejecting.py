"""Risk against coverage, and thresholds with a guarantee."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from linocut.core import LinocutError
from linocut.core.decisions import DecisionRule
from linocut.evaluate import (
    DecisionOutcome,
    Predictions,
    RiskCoverage,
    threshold_for_risk,
    wilson_interval,
)


def two_classes(certain, wrong):
    """Images whose first class has such a probability and is, or is not, the true one."""
    return Predictions.from_arrays(
        np.asarray(wrong, int), np.column_stack([certain, 1 - np.asarray(certain)])
    )


IMAGES = st.lists(st.tuples(st.integers(51, 99), st.booleans()), min_size=1, max_size=40)


@settings(max_examples=60, deadline=None)
@given(IMAGES)
def test_every_point_is_counted_and_the_area_is_a_mean_over_orders_of_equals(images):
    certain, wrong = np.array([share / 100 for share, _ in images]), [bad for _, bad in images]
    curve = RiskCoverage.from_predictions(two_classes(certain, wrong))
    values = np.unique(certain)[::-1]
    for value, m, bad in zip(values, curve.accepted, curve.mistakes, strict=True):
        chosen = certain >= value
        assert (m, bad) == (chosen.sum(), np.asarray(wrong)[chosen].sum())
    expected, seen, mistakes = 0.0, 0, 0.0
    for value in values:
        group = np.asarray(wrong)[certain == value]
        for _ in group:
            seen, mistakes = seen + 1, mistakes + group.mean()
            expected += mistakes / seen
    assert curve.area == pytest.approx(expected / len(images))
    assert curve.excess >= -1e-12


def test_a_rule_decides_what_the_curve_says():
    rng = np.random.default_rng(0)
    P = rng.dirichlet(np.ones(4), 300)
    predictions = Predictions.from_arrays(rng.integers(0, 4, 300), P)
    curve = RiskCoverage.from_predictions(predictions)
    here = curve.at(0.7)
    rule = DecisionRule(np.full(4, curve.thresholds[here]))
    outcome = DecisionOutcome.from_predictions(predictions, rule=rule)
    assert outcome.accepted == curve.accepted[here] == 210
    assert 1 - outcome.accuracy == pytest.approx(curve.risk[here])


def test_the_interval_of_the_area_holds_it():
    rng = np.random.default_rng(1)
    certain = rng.uniform(0.5, 1, 500)
    curve = RiskCoverage.from_predictions(two_classes(certain, rng.random(500) > certain))
    low, high = curve.area_interval
    assert low < curve.area < high
    assert json.loads(curve.to_json())["points"][0]["coverage"] == 1


def test_the_guarantee_fails_no_more_often_than_it_may():
    """Wrong with probability 1 − p at largest probability p, uniform from ½: true risk is known."""
    rng = np.random.default_rng(0)
    failed = found = 0
    for _ in range(200):
        certain = rng.uniform(0.5, 1, 3000)
        got = threshold_for_risk(two_classes(certain, rng.random(3000) > certain), 0.1)
        if got.found:
            found += 1
            failed += (1 - max(got.threshold, 0.5)) / 2 > 0.1
    assert found > 190
    assert failed <= stats.binom.ppf(0.999, 200, 0.05)


def test_mistakes_are_bounded_where_it_was_proved():
    rng = np.random.default_rng(0)
    certain = rng.uniform(0.5, 1, 5000)
    got = threshold_for_risk(two_classes(certain, rng.random(5000) > certain), 0.1)
    assert 0.78 < got.threshold < 0.85  # the true risk is 0.1 at 0.8
    assert got.mistakes / got.accepted < got.bound <= 0.1
    assert "95 % confidence" in got.sentence


def test_few_images_prove_nothing():
    got = threshold_for_risk(two_classes([0.99] * 50, [False] * 50), 0.01)
    assert not got.found
    assert "too few" in got.sentence


@pytest.mark.parametrize("risk", [0, 1, np.nan])
def test_what_is_no_risk_is_refused(risk):
    with pytest.raises(LinocutError, match="a share above 0 and below 1"):
        threshold_for_risk(two_classes([0.9, 0.8], [0, 0]), risk)


def test_an_outcome_counts_coverage_accuracy_precision_and_cost():
    P = [[0.9, 0.1], [0.6, 0.4], [0.2, 0.8], [0.3, 0.7]]
    predictions = Predictions.from_arrays(list("cddc"), P, class_names="cd")
    costs = np.array([[0, 2, 0.5], [1, 0, 0.25]])
    outcome = DecisionOutcome.from_predictions(
        predictions, rule=DecisionRule([0.7, 0.5]), costs=costs
    )
    assert outcome.counts.tolist() == [[1, 1, 0], [0, 1, 1]]
    assert (outcome.accepted, outcome.correct, outcome.worst) == (3, 2, ("d", 0.5))
    assert outcome.accuracy_interval == wilson_interval(2, 3)
    assert outcome.cost == pytest.approx((0 + 2 + 0 + 0.25) / 4)
    low, high = outcome.cost_interval
    error = np.std([0, 2, 0, 0.25], ddof=1) / 2
    assert (low, high) == pytest.approx(stats.t.interval(0.95, 3, outcome.cost, error))
    assert "3 of 4 images accepted" in outcome.sentence


def test_rejecting_without_a_price_has_no_cost():
    predictions = Predictions.from_arrays([0, 1], [[0.6, 0.4], [0.1, 0.9]])
    outcome = DecisionOutcome.from_predictions(
        predictions, rule=DecisionRule([0.7, 0.7]), costs=1 - np.eye(2)
    )
    assert outcome.cost is None
    nothing = DecisionOutcome.from_predictions(predictions, rule=DecisionRule([2.0, 2.0]))
    assert (nothing.accuracy, nothing.worst) == (None, None)
    assert nothing.rows()[0]["precision"] is None
