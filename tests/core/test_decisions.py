"""Decision rules: what they decide, and what is no rule."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from linocut.core import LinocutError
from linocut.core.decisions import NEVER, REJECTED, DecisionRule

K = 3
SHARES = arrays(float, (5, K), elements=st.floats(0.01, 1)).map(
    lambda P: P / P.sum(axis=1, keepdims=True)
)
THRESHOLDS = arrays(float, K, elements=st.floats(0, 1))
COSTS = arrays(float, (K, K + 1), elements=st.integers(-9, 9).map(float))


@given(SHARES, THRESHOLDS)
def test_the_most_probable_accepted_class_is_predicted(P, thresholds):
    for row, found in zip(P, DecisionRule(thresholds).decide(P), strict=True):
        accepted = [k for k in range(K) if row[k] >= thresholds[k]]
        assert found == (max(accepted, key=lambda k: row[k]) if accepted else REJECTED)


@given(SHARES, COSTS)
def test_no_decision_has_a_lower_expected_cost(P, costs):
    for row, found in zip(P, DecisionRule(costs=costs).decide(P), strict=True):
        expected = [sum(row[i] * costs[i, j] for i in range(K)) for j in range(K + 1)]
        assert expected[found] == pytest.approx(min(expected), abs=1e-12)


@given(SHARES, THRESHOLDS)
def test_a_rule_that_may_not_reject_does_not(P, thresholds):
    rule = DecisionRule(thresholds)
    assert rule.may_reject or (rule.decide(P) >= 0).all()


def test_equal_costs_of_mistakes_are_the_most_probable_class_and_chows_threshold():
    P = np.array([[0.5, 0.3, 0.2], [0.9, 0.05, 0.05]])
    wrong = 1 - np.eye(K)
    assert DecisionRule(costs=wrong).decide(P).tolist() == [0, 0]
    rejecting = np.column_stack([wrong, np.full(K, 0.2)])
    assert DecisionRule(costs=rejecting).decide(P).tolist() == [REJECTED, 0]


def test_a_class_may_never_be_predicted():
    assert DecisionRule([0.0, NEVER]).decide([[0.0, 1.0]]).tolist() == [0]
    assert "1 is never predicted" in DecisionRule([0.5, NEVER]).sentence


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "give one of them"),
        ({"thresholds": [0.5, 0.5], "costs": np.eye(2)}, "give one of them"),
        ({"thresholds": [0.5]}, r"thresholds of shape \(1,\)"),
        ({"thresholds": [0.5, -0.1]}, "a threshold of -0.1"),
        ({"thresholds": [0.5, np.nan]}, "a threshold of nan"),
        ({"thresholds": [0.5, 3]}, "a threshold of 3"),
        ({"costs": np.eye(2, 4)}, r"costs of shape \(2, 4\)"),
        ({"costs": [[0, np.inf], [1, 0]]}, "a cost of inf"),
        ({"thresholds": [0.5, 0.5], "rejected": " "}, "the name of rejected images is empty"),
    ],
)
def test_what_is_no_rule_is_refused(given, said):
    with pytest.raises(LinocutError, match=said):
        DecisionRule(**given)


def test_a_rule_is_for_the_classes_of_its_model():
    rule = DecisionRule([0.9, 0.9], rejected="cat")
    with pytest.raises(LinocutError, match="called 'cat', as a class is"):
        rule.check_names(["cat", "dog"], integers=False)
    with pytest.raises(LinocutError, match="for 2 classes — the model has 3"):
        rule.check_names(["a", "b", "c"], integers=False)
    with pytest.raises(LinocutError, match="the classes are whole numbers"):
        rule.check_names(["0", "1"], integers=True)
    with pytest.raises(LinocutError, match="called -1, as a class is"):
        DecisionRule([0.9, 0.9]).check_names(["-1", "1"], integers=True)
    with pytest.raises(LinocutError, match="2 classes"):
        rule.decide(np.ones((1, 3)))
