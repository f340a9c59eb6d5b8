"""ROC and precision-recall curves of each class against the rest."""

import json

import matplotlib.pyplot as plt
import numpy as np
import pytest
import sklearn.metrics as theirs
from hypothesis import given, settings
from hypothesis import strategies as st

from linocut.core import LinocutError
from linocut.evaluate import PrecisionRecallCurves, Predictions, RocCurves
from linocut.evaluate.curves.ranking import Ranking
from support.drawn_predictions import drawn_predictions, predictions_of

tied = st.lists(st.tuples(st.booleans(), st.integers(0, 8)), min_size=2, max_size=60)


def binary(pairs):
    """Make predictions of two classes, with many equal probabilities."""
    p = np.array([step for _, step in pairs]) / 8
    return Predictions.from_arrays([int(mine) for mine, _ in pairs], np.stack([1 - p, p], axis=1))


@settings(deadline=None, max_examples=120)
@given(tied)
def test_areas_are_those_of_scikit_learn(pairs):
    predictions = binary(pairs)
    y, p = predictions.labels, predictions.probabilities[:, 1]
    roc = RocCurves.from_predictions(predictions)["1"]
    if 0 < y.sum() < len(y):
        assert roc.auc.value == pytest.approx(theirs.roc_auc_score(y, p), abs=1e-12)
        assert 0 <= roc.auc.low <= roc.auc.value <= roc.auc.high <= 1
    else:
        assert not roc.auc.defined
    precision = PrecisionRecallCurves.from_predictions(predictions)["1"].average_precision
    if y.any():
        expected = theirs.average_precision_score(y, p)
        assert precision.value == pytest.approx(expected, abs=1e-12)
        assert precision.low <= precision.value <= precision.high


def test_the_mean_area_is_that_of_scikit_learn():
    predictions = drawn_predictions(500, 5, sharp=1)
    P = predictions.probabilities.astype(np.float64)
    expected = theirs.roc_auc_score(
        predictions.labels, P / P.sum(axis=1, keepdims=True), multi_class="ovr"
    )
    assert RocCurves.from_predictions(predictions).macro.value == pytest.approx(expected, abs=1e-6)


@settings(deadline=None, max_examples=60)
@given(tied, st.floats(0, 1))
def test_a_threshold_makes_the_matrix_of_scikit_learn(pairs, threshold):
    predictions = binary(pairs)
    above = predictions.probabilities[:, 1] >= threshold
    expected = theirs.confusion_matrix(predictions.labels == 1, above, labels=[False, True])
    for curves in (RocCurves, PrecisionRecallCurves):
        found = curves.from_predictions(predictions).at("1", threshold)
        np.testing.assert_array_equal(found.matrix, expected)


def test_points_of_a_curve_are_what_their_thresholds_make():
    predictions = drawn_predictions(300, 3, sharp=1)
    roc, pr = (C.from_predictions(predictions) for C in (RocCurves, PrecisionRecallCurves))
    for x, y, threshold in zip(
        *(roc["c1"].false_positive_rate, roc["c1"].recall, roc["c1"].thresholds), strict=True
    ):
        if np.isfinite(threshold):
            at = roc.at("c1", threshold)
            assert (at.false_positive_rate.value, at.recall.value) == pytest.approx((x, y))
    for x, y, threshold in zip(
        *(pr["c1"].recall, pr["c1"].precision, pr["c1"].thresholds), strict=True
    ):
        at = pr.at("c1", threshold)
        assert (at.recall.value, at.precision.value) == pytest.approx((x, y))


def test_a_short_curve_is_that_of_scikit_learn():
    predictions = drawn_predictions(60, 3, sharp=1)
    curve = RocCurves.from_predictions(predictions)["c0"]
    x, y, _ = theirs.roc_curve(predictions.labels == 0, predictions.probabilities[:, 0])
    mine = list(zip(curve.false_positive_rate.tolist(), curve.recall.tolist(), strict=True))
    given = list(zip(x.tolist(), y.tolist(), strict=True))
    assert set(mine) <= set(given)
    # Theirs keeps the point of the first threshold, which lies on the way to the second.
    assert set(given) - set(mine) <= {given[1]}


def test_a_long_curve_keeps_its_shape_with_few_points():
    predictions = drawn_predictions(20_000, 3, sharp=0.5)
    for k, curve in enumerate(RocCurves.from_predictions(predictions).curves):
        assert len(curve.recall) <= 200
        x, y, _ = theirs.roc_curve(
            predictions.labels == k, predictions.probabilities[:, k], drop_intermediate=False
        )
        drawn = np.interp(x, curve.false_positive_rate, curve.recall)
        assert np.abs(drawn - y).max() < 0.01
        area = theirs.auc(curve.false_positive_rate, curve.recall)
        assert area == pytest.approx(curve.auc.value, abs=0.001)


def test_the_left_end_of_a_curve_keeps_its_shape_on_a_logarithmic_axis():
    predictions = drawn_predictions(20_000, 3, sharp=6)
    for k, curve in enumerate(RocCurves.from_predictions(predictions).curves):
        x, y, _ = theirs.roc_curve(
            predictions.labels == k, predictions.probabilities[:, k], drop_intermediate=False
        )
        rare = x < 0.01
        drawn = np.interp(x, curve.false_positive_rate, curve.recall)
        assert np.abs(drawn - y)[rare & (x > 0)].max() < 0.01


def test_delongs_variance_is_that_of_many_sets_of_images():
    """The interval is checked by what it promises: to hold the area of the source."""
    source = RocCurves.from_predictions(drawn_predictions(100_000, 3, seed=77, sharp=1))
    covered, macro = [], []
    for seed in range(300):
        found = RocCurves.from_predictions(drawn_predictions(150, 3, seed=seed, sharp=1))
        for mine, truth in zip(found.curves, source.curves, strict=True):
            covered.append(mine.auc.low <= truth.auc.value <= mine.auc.high)
        macro.append(found.macro.low <= source.macro.value <= found.macro.high)
    assert 0.92 <= np.mean(covered) <= 0.98
    assert 0.91 <= np.mean(macro) <= 0.985


def test_bounds_of_average_precision_hold_that_of_the_source():
    source = PrecisionRecallCurves.from_predictions(drawn_predictions(100_000, 3, seed=77, sharp=1))
    truth = [curve.average_precision.value for curve in source.curves]
    covered = [
        mine.average_precision.low <= of <= mine.average_precision.high
        for seed in range(200)
        for mine, of in zip(
            PrecisionRecallCurves.from_predictions(
                drawn_predictions(150, 3, seed=seed, sharp=1)
            ).curves,
            truth,
            strict=True,
        )
    ]
    assert np.mean(covered) >= 0.92


def test_a_perfect_ranking_has_an_interval_all_the_same():
    found = RocCurves.from_predictions(binary([(True, 8)] * 20 + [(False, 0)] * 30))["1"].auc
    assert found.value == found.high == 1
    assert 0.8 < found.low < 0.9


def test_classes_without_images_have_no_curve_and_are_named():
    predictions = predictions_of([(0, 0), (1, 1), (0, 1)], 3)
    for curves in (RocCurves, PrecisionRecallCurves):
        found = curves.from_predictions(predictions)
        assert len(found["2"].recall) == 0
        assert "No image is of class 2, so it has no curve" in found.sentence
        json.loads(found.to_json())
        assert len(found.plot().axes) == 2


def test_images_of_one_class_alone_have_no_roc_curve():
    found = RocCurves.from_predictions(predictions_of([(0, 0), (0, 1)], 2))
    assert found.sentence == (
        "All images are of one class: there is nothing to tell it from, and no curve."
    )
    assert not found.macro.defined
    assert json.loads(found.to_json())["macro"] == {"value": None, "low": None, "high": None}
    with pytest.raises(LinocutError, match="no curve"):
        found.plot()


@pytest.mark.parametrize("threshold", [-0.1, 1.5, np.nan])
def test_a_threshold_that_is_no_probability_is_refused(threshold):
    with pytest.raises(LinocutError, match="probability from 0 to 1"):
        RocCurves.from_predictions(drawn_predictions(30, 2)).at("c0", threshold)


def test_an_unknown_class_is_refused():
    with pytest.raises(LinocutError, match="'z' is no class of these"):
        RocCurves.from_predictions(drawn_predictions(30, 2))["z"]


@pytest.mark.parametrize("curves", [RocCurves, PrecisionRecallCurves])
def test_of_many_classes_few_are_drawn_and_that_is_said(curves):
    found = curves.from_predictions(drawn_predictions(2000, 40, sharp=3))
    axes = found.plot().axes[0]
    assert "the 10 of 40 classes" in axes.get_xlabel()
    assert {text.get_text() for text in axes.texts} >= {c.name for c in found.ranked[:10]}
    assert found.ranked[10].name not in {text.get_text() for text in axes.texts}


@pytest.mark.parametrize("curves", [RocCurves, PrecisionRecallCurves])
def test_chosen_classes_are_drawn_where_one_asks(curves):
    figure, axes = plt.subplots()
    found = curves.from_predictions(drawn_predictions(200, 4, sharp=1))
    assert found.plot(axes, labels=["c2"]) is figure
    assert "c2" in {text.get_text() for text in axes.texts}
    assert "c1" not in {text.get_text() for text in axes.texts}
    plt.close(figure)


def test_a_ranking_counts_each_image_once():
    predictions = drawn_predictions(100, 3)
    ranking = Ranking.of(predictions.probabilities[:, 0], predictions.labels == 0)
    assert ranking.positives.sum() == (predictions.labels == 0).sum()
    np.testing.assert_allclose(ranking.thresholds[ranking.group], predictions.probabilities[:, 0])
