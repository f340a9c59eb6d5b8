import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score

from linocut.core import LinocutError
from linocut.evaluate import LabelNoise


def drawn(n: int, K: int, rate: float, seed: int, towards: int | None = None):
    """Return scores, labels and which of them are wrong, from the model of label noise itself."""
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=(n, K)) * 4
    P = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    true = np.array([rng.choice(K, p=p) for p in P])
    wrong = rng.random(n) < rate
    step = rng.integers(1, K, n) if towards is None else towards
    return scores, np.where(wrong, (true + step) % K, true), wrong


def test_probabilities_of_wrong_labels_are_calibrated():
    scores, labels, wrong = drawn(6000, 4, 0.1, seed=1)
    judged = LabelNoise.of(scores, labels).judge(scores, labels)
    assert abs(judged.wrong.sum() / wrong.sum() - 1) < 0.2
    sure = judged.wrong > 0.8
    assert abs(judged.wrong[sure].mean() - wrong[sure].mean()) < 0.05


def test_temperature_and_rate_are_found():
    scores, labels, _ = drawn(6000, 4, 0.1, seed=2)
    noise = LabelNoise.of(scores / 2.5, labels)
    assert noise.beta == pytest.approx(2.5, rel=0.15)
    assert noise.rate == pytest.approx(0.1, rel=0.25)


def test_classes_that_people_confuse_are_learned_and_help_to_rank():
    scores, labels, wrong = drawn(4000, 6, 0.1, seed=3, towards=1)
    noise = LabelNoise.of(scores, labels)
    off = noise.matrix - np.diag(np.diag(noise.matrix))
    np.testing.assert_array_equal(off.argmax(axis=1), (np.arange(6) + 1) % 6)
    ranked, evened = (
        average_precision_score(wrong, each.judge(scores, labels).log_odds)
        for each in (noise, noise.evened())
    )
    assert ranked > evened + 0.02


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 6), st.integers(1, 60), st.integers(0, 10**6))
def test_rows_of_the_matrix_are_distributions_whatever_the_labels(K, n, seed):
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=(n, K)) * rng.choice([0.01, 1, 1000])
    labels = rng.integers(0, K, n)
    noise = LabelNoise.of(scores, labels)
    for each in (noise, noise.evened()):
        np.testing.assert_allclose(each.matrix.sum(axis=1), 1, atol=1e-6)
        judged = each.judge(scores, labels)
        assert np.all((judged.wrong >= 0) & (judged.wrong <= 1)) and np.isfinite(judged.wrong).all()
        assert np.all(judged.proposed != labels)


def test_a_shift_of_all_scores_of_an_image_changes_nothing():
    scores, labels, _ = drawn(300, 3, 0.1, seed=4)
    noise = LabelNoise.of(scores, labels)
    shifted = noise.judge(scores + np.arange(300)[:, None], labels)
    np.testing.assert_allclose(shifted.log_odds, noise.judge(scores, labels).log_odds)


def test_a_class_that_the_model_does_not_have_is_allowed():
    scores, labels, _ = drawn(300, 3, 0.1, seed=5)
    scores[:, 2] = -np.inf
    judged = LabelNoise.of(scores, labels).judge(scores, labels)
    assert np.isfinite(judged.log_odds).all()


@pytest.mark.parametrize(
    ("scores", "labels", "message"),
    [
        (np.zeros((3, 1)), np.zeros(3, int), "two classes at least"),
        (np.zeros((3, 2)), np.zeros(2, int), "they must be"),
        (np.zeros((3, 2)), np.array([0, 1, 2]), "label 2 — positions of classes, from 0 to 1"),
    ],
)
def test_what_does_not_fit_is_refused(scores, labels, message):
    with pytest.raises(LinocutError, match=message):
        LabelNoise.of(scores, labels)
