"""The figures of each class, and their means."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom
from sklearn.metrics import precision_recall_fscore_support as scores_of

from linocut.evaluate import ClassMetrics
from linocut.evaluate.counting import ClassCounts
from linocut.evaluate.intervals import wilson_bounds
from linocut.evaluate.metrics.resampling import resampled
from support.drawn_predictions import drawn_predictions, predictions_of

FIGURES = ("precision", "recall", "f1")
answers = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=60)


@settings(deadline=None, max_examples=60)
@given(answers)
def test_figures_are_those_of_scikit_learn(pairs):
    found = ClassMetrics.from_predictions(predictions_of(pairs, 4), draws=20)
    true, predicted = np.array(pairs).T
    for average in (None, "macro", "weighted", "micro"):
        expected = scores_of(
            true, predicted, labels=range(4), average=average, zero_division=np.nan
        )
        for at, name in enumerate(FIGURES):
            mine = (
                [getattr(each, name).value for each in found.classes]
                if average is None
                else getattr(getattr(found, average), name).value
            )
            np.testing.assert_allclose(mine, expected[at], rtol=0, atol=1e-12)


@settings(deadline=None, max_examples=60)
@given(answers)
def test_specificity_is_the_recall_of_all_other_classes_together(pairs):
    found = ClassMetrics.from_predictions(predictions_of(pairs, 4), draws=20)
    true, predicted = np.array(pairs).T
    for k, each in enumerate(found.classes):
        rest = scores_of(true != k, predicted != k, labels=[True], zero_division=np.nan)
        assert each.specificity.value == pytest.approx(rest[1][0], abs=1e-12, nan_ok=True)


@settings(deadline=None, max_examples=60)
@given(answers)
def test_each_interval_holds_its_figure(pairs):
    found = ClassMetrics.from_predictions(predictions_of(pairs, 4), draws=50)
    for part in (*found.classes, found.macro, found.micro, found.weighted):
        for name in FIGURES:
            figure = getattr(part, name)
            if figure.bounded:
                assert 0 <= figure.low <= figure.value <= figure.high <= 1


def test_what_is_not_defined_is_said_and_null():
    found = ClassMetrics.from_predictions(predictions_of([(0, 0), (1, 0), (0, 0)], 4))
    assert found.remarks[0] == (
        "No image was classified as 1, 2 or 3, so their precision is not defined."
    )
    assert "No image is of class 2 or 3, so their recall is not defined." in found.remarks
    assert "leaves 3 of 4 classes out of precision, 2 of 4 classes out of recall" in found.sentence
    assert found.rows()[1]["precision"] is None
    assert json.loads(found.to_json())["classes"][1]["precision"]["value"] is None
    assert found.table_rows()[3]["precision"] == "–"


def test_bounds_of_f1_cover_the_truth_as_often_as_they_say():
    """Of u images that are of a class or classified as it, hits are binomial."""
    u = 120
    low, high = wilson_bounds(np.arange(u + 1), np.full(u + 1, u))
    f1 = np.linspace(0.3, 0.99, 139)
    covered = [
        binom.pmf(np.arange(u + 1), u, f / (2 - f))[
            (2 * low / (1 + low) <= f) & (f <= 2 * high / (1 + high))
        ].sum()
        for f in f1
    ]
    assert np.mean(covered) == pytest.approx(0.95, abs=0.007)


def test_bounds_of_f1_are_those_of_the_bootstrap_where_there_are_many_images():
    predictions = drawn_predictions(6000, 4)
    found = ClassMetrics.from_predictions(predictions)
    drawn = resampled(predictions.evaluation.confusion, 4000, 1).f1
    for k, each in enumerate(found.classes):
        expected = np.quantile(drawn[:, k], [0.025, 0.975])
        np.testing.assert_allclose((each.f1.low, each.f1.high), expected, atol=0.0025)


def test_drawn_matrices_vary_as_images_drawn_with_replacement_do():
    predictions = drawn_predictions(300, 3)
    confusion = predictions.evaluation.confusion
    rng = np.random.default_rng(0)
    rows = rng.integers(0, 300, (3000, 300))
    hit = (predictions.labels == predictions.predicted)[rows]
    drawn = resampled(confusion, 3000, 1)
    assert drawn.accuracy.std() == pytest.approx(hit.mean(axis=1).std(), rel=0.06)
    assert (drawn.support.sum(axis=1) == 300).all()
    assert (drawn.hits <= np.minimum(drawn.support, drawn.predicted)).all()


def test_the_same_seed_gives_the_same_bounds():
    predictions = drawn_predictions(200, 3)
    first, second, other = (
        ClassMetrics.from_predictions(predictions, random_state=seed).macro for seed in (1, 1, 2)
    )
    assert first == second
    assert first != other


def test_bounds_of_a_mean_over_rare_classes_hold_the_mean():
    """The middle of the draws lies below: resampling empties classes of few images."""
    predictions = drawn_predictions(600, 100, sharp=3)
    counts = ClassCounts.of(predictions.evaluation.confusion)
    macro = ClassMetrics.from_predictions(predictions).macro.f1
    assert np.nanmean(counts.f1) == pytest.approx(macro.value)
    assert macro.low < macro.value < macro.high


def test_without_mistakes_resampling_bounds_nothing():
    found = ClassMetrics.from_predictions(predictions_of([(0, 0), (1, 1)] * 10, 2))
    assert not found.macro.f1.bounded
    assert found.classes[0].f1.low < 0.9
    assert found.micro.f1.low == pytest.approx(0.8389, abs=1e-4)


def test_rows_are_classes_then_means():
    frame = ClassMetrics.from_predictions(drawn_predictions(100, 3)).to_frame()
    assert list(frame["class"]) == ["c0", "c1", "c2", "macro", "micro", "weighted"]
    assert {"f1_low", "specificity_high", "support", "predicted"} <= set(frame.columns)


def test_the_class_with_the_lowest_f1_is_drawn_on_top():
    found = ClassMetrics.from_predictions(drawn_predictions(300, 4, sharp=1))
    axes = found.plot().axes
    assert axes[0].get_yticklabels()[0].get_text() == found.weakest.name
    assert [each.get_title(loc="left") for each in axes] == ["Precision, %", "Recall, %", "F1, %"]


def test_of_many_classes_few_are_drawn_and_that_is_said():
    figure = ClassMetrics.from_predictions(drawn_predictions(2000, 100)).plot()
    assert len(figure.axes[0].get_yticklabels()) == 30
    assert "The 30 of 100 classes with the lowest F1" in figure.get_supxlabel()
