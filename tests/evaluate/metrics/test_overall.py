"""The figures of a classifier as a whole."""

import numpy as np
import pytest
import sklearn.metrics as theirs
from hypothesis import given, settings
from hypothesis import strategies as st

from linocut.core import LinocutError
from linocut.evaluate import OverallMetrics
from support.drawn_predictions import drawn_predictions, predictions_of

answers = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=60)


@settings(deadline=None, max_examples=80)
@given(answers)
def test_figures_of_the_matrix_are_those_of_scikit_learn(pairs):
    found = OverallMetrics.from_predictions(predictions_of(pairs, 4), draws=10)
    true, predicted = np.array(pairs).T
    assert found.accuracy.value == pytest.approx(theirs.accuracy_score(true, predicted), abs=1e-12)
    recall = theirs.recall_score(true, predicted, average="macro", labels=np.unique(true))
    assert found.balanced_accuracy.value == pytest.approx(recall, abs=1e-12)
    if found.cohen_kappa.defined:
        kappa = theirs.cohen_kappa_score(true, predicted)
        assert found.cohen_kappa.value == pytest.approx(kappa, abs=1e-12)
    if found.matthews.defined:
        matthews = theirs.matthews_corrcoef(true, predicted)
        assert found.matthews.value == pytest.approx(matthews, abs=1e-12)


@settings(deadline=None, max_examples=80)
@given(answers)
def test_coefficients_are_not_defined_where_one_class_is_all_there_is(pairs):
    found = OverallMetrics.from_predictions(predictions_of(pairs, 4), draws=10)
    true, predicted = (set(column) for column in zip(*pairs, strict=True))
    assert found.matthews.defined == (len(true) > 1 and len(predicted) > 1)
    assert found.cohen_kappa.defined == (len(true | predicted) > 1)
    assert ("Matthews' coefficient is not defined" in found.sentence) != found.matthews.defined


@pytest.mark.parametrize("n_classes", [2, 5])
def test_figures_of_the_probabilities_are_those_of_scikit_learn(n_classes):
    predictions = drawn_predictions(400, n_classes)
    found = OverallMetrics.from_predictions(predictions)
    y, P = predictions.labels, predictions.probabilities.astype(np.float64)
    P = P / P.sum(axis=1, keepdims=True)
    labels = range(n_classes)
    # These are float32: it is their sums that differ from 1.
    assert found.log_loss.value == pytest.approx(theirs.log_loss(y, P, labels=labels), rel=1e-6)
    given = P if n_classes > 2 else P[:, 1]
    brier = theirs.brier_score_loss(y, given, scale_by_half=False)
    assert found.brier.value == pytest.approx(brier, rel=1e-6)


def test_top_k_accuracy_is_that_of_scikit_learn():
    predictions = drawn_predictions(500, 8, sharp=1)
    found = OverallMetrics.from_predictions(predictions, top=(1, 2, 3, 5))
    for k, share in found.top_k.items():
        expected = theirs.top_k_accuracy_score(
            predictions.labels, predictions.scores, k=k, labels=range(8)
        )
        assert share.value == pytest.approx(expected, abs=1e-12)


def test_among_as_many_as_there_are_classes_nothing_is_told():
    assert list(OverallMetrics.from_predictions(drawn_predictions(50, 3)).top_k) == [2]


def test_top_of_none_is_refused():
    with pytest.raises(LinocutError, match="at least 1"):
        OverallMetrics.from_predictions(drawn_predictions(50, 3), top=(0,))


def test_intervals_cover_the_truth_about_as_often_as_they_say():
    """Of many sets of images from one source, 95 % should hold the figure of the source."""
    source = OverallMetrics.from_predictions(drawn_predictions(200_000, 4, seed=99), draws=10)
    sets = [
        OverallMetrics.from_predictions(drawn_predictions(400, 4, seed=seed), draws=300)
        for seed in range(200)
    ]
    for name in ("balanced_accuracy", "cohen_kappa", "matthews", "log_loss", "brier"):
        truth = getattr(source, name).value
        covered = np.mean([getattr(s, name).low <= truth <= getattr(s, name).high for s in sets])
        assert 0.89 <= covered <= 0.99, name


def test_a_perfect_classifier_has_no_bounds_from_resampling_and_that_is_said():
    found = OverallMetrics.from_predictions(predictions_of([(0, 0), (1, 1)] * 10, 2))
    assert found.matthews.value == 1
    assert not found.matthews.bounded
    assert "resampling bounds nothing" in found.sentence


def test_rows_name_each_figure_with_its_meaning():
    rows = OverallMetrics.from_predictions(drawn_predictions(100, 8)).rows()
    assert [row["figure"] for row in rows] == [
        "accuracy", "balanced accuracy", "top-2 accuracy", "top-3 accuracy", "top-5 accuracy",
        "Cohen's kappa", "Matthews' coefficient", "log loss", "Brier score",
    ]  # fmt: skip
    assert all(row["low"] <= row["value"] <= row["high"] for row in rows)
