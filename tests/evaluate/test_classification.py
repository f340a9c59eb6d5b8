from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom
from sklearn.metrics import accuracy_score, confusion_matrix, log_loss
from sklearn.metrics import precision_recall_fscore_support as scores_of

from linocut.core import LinocutError
from linocut.evaluate import Confusion, evaluate, wilson_interval

NAMES = ("a", "b", "c", "d")
answers = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=80)


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611),
     (1, 29, 0.0061, 0.1718)],
)  # fmt: skip
def test_wilson_interval_agrees_with_the_literature(successes, trials, low, high):
    """Newcombe, Statistics in Medicine 17 (1998), table I, method 3."""
    found = wilson_interval(successes, trials)
    assert found == pytest.approx((low, high), abs=5e-5)


def test_wilson_interval_covers_the_truth_as_often_as_it_says():
    n = 100
    bounds = np.array([wilson_interval(k, n) for k in range(n + 1)])
    shares = np.linspace(0.02, 0.98, 481)
    covered = [
        binom.pmf(np.arange(n + 1), n, p)[(bounds[:, 0] <= p) & (p <= bounds[:, 1])].sum()
        for p in shares
    ]
    assert np.mean(covered) == pytest.approx(0.95, abs=0.006)
    assert min(covered) > 0.9


@settings(deadline=None)
@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_interval_holds_the_share_and_stays_within_bounds(case):
    successes, trials = case
    low, high = wilson_interval(successes, trials)
    assert 0 <= low <= successes / trials <= high <= 1
    mirrored = wilson_interval(trials - successes, trials)
    assert (1 - mirrored[1], 1 - mirrored[0]) == pytest.approx((low, high), abs=1e-12)


@pytest.mark.parametrize(("successes", "trials"), [(1, 0), (3, 2), (-1, 2)])
def test_wilson_interval_refuses_impossible_counts(successes, trials):
    with pytest.raises(LinocutError, match="trials"):
        wilson_interval(successes, trials)


@settings(deadline=None)
@given(answers)
def test_figures_agree_with_scikit_learn(pairs):
    true, read = np.array(pairs).T
    found = evaluate(true, read, NAMES)
    labels = range(4)
    np.testing.assert_array_equal(found.confusion, confusion_matrix(true, read, labels=labels))
    assert found.accuracy == pytest.approx(accuracy_score(true, read))
    expected = scores_of(true, read, labels=labels, zero_division=np.nan)
    by_class = [(c.precision, c.recall, c.f1, c.support) for c in found.classes]
    np.testing.assert_allclose(np.transpose(by_class), expected, rtol=0, atol=1e-12)
    for average in ("weighted", "macro"):
        expected = scores_of(true, read, labels=labels, average=average, zero_division=np.nan)
        mean = found.mean(weighted=average == "weighted")
        assert (mean.precision, mean.recall, mean.f1) == pytest.approx(expected[:3], abs=1e-12)


@settings(deadline=None)
@given(answers)
def test_rows_of_the_confusion_matrix_add_up_to_the_class_counts(pairs):
    true, read = np.array(pairs).T
    found = evaluate(true, read, NAMES)
    assert found.confusion.sum(axis=1).tolist() == np.bincount(true, minlength=4).tolist()
    assert found.confusion.sum(axis=0).tolist() == np.bincount(read, minlength=4).tolist()
    assert found.n == len(pairs)


def test_macro_mean_leaves_out_classes_without_images():
    found = evaluate([0, 0, 1, 1], [0, 0, 1, 0], NAMES)
    assert found.mean(weighted=False).recall == pytest.approx(0.75)


def test_log_loss_agrees_with_scikit_learn():
    rng = np.random.default_rng(0)
    P = rng.dirichlet(np.ones(4), 200)
    true = rng.integers(0, 4, 200)
    found = evaluate(true, P.argmax(axis=1), NAMES, P)
    assert found.log_loss == pytest.approx(log_loss(true, P, labels=range(4)))


def test_log_loss_of_an_impossible_truth_is_large_but_finite():
    found = evaluate([1], [0], ("a", "b"), np.array([[1.0, 0.0]], np.float32))
    assert found.log_loss is not None
    assert 700 < found.log_loss < 710


def test_top_confusion_is_the_most_frequent_error():
    found = evaluate([0, 0, 0, 1, 2, 2], [1, 1, 0, 0, 3, 2], NAMES)
    assert found.top_confusion == Confusion("a", "b", 2)


def test_there_is_no_top_confusion_without_errors():
    assert evaluate([0, 1], [0, 1], NAMES).top_confusion is None


def test_evaluation_serialises_and_tabulates():
    found = evaluate([0, 1, 1], [0, 1, 0], ("a", "b"))
    assert json.loads(found.to_json())["accuracy"] == pytest.approx(2 / 3)
    assert [row["name"] for row in found.rows()] == ["a", "b", "macro", "weighted"]
    assert list(found.to_frame()["support"]) == [1, 2, 3, 3]


def test_what_is_not_defined_is_no_zero():
    found = evaluate([0, 1, 1], [0, 0, 0], ("a", "b", "c"))
    assert np.isnan(found.classes[1].precision)
    assert found.mean(weighted=False).precision == pytest.approx(1 / 3)
    shown = json.loads(found.to_json())["classes"]
    assert [row["precision"] for row in shown] == [pytest.approx(1 / 3), None, None]
    assert [row["recall"] for row in shown] == [1, 0, None]


def test_evaluation_draws_itself():
    figure = evaluate([0, 1, 1], [0, 1, 0], ("a", "b")).plot()
    assert figure.axes[0].get_title(loc="left") == "Counts"


def test_probabilities_of_another_shape_are_refused():
    with pytest.raises(LinocutError, match=r"\(2, 3\)"):
        evaluate([0, 1], [0, 1], ("a", "b"), np.full((2, 3), 1 / 3))


@pytest.mark.parametrize(
    ("true", "read"), [([], []), ([0, 1], [0]), ([0, 7], [0, 1]), ([0, 1], [-1, 1])]
)
def test_labels_that_cannot_be_judged_are_refused(true, read):
    with pytest.raises(LinocutError):
        evaluate(true, read, NAMES)
