"""Rare classes lose; what gives it back is judged on images of which every class has as many."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linocut.core import LinocutError
from linocut.data import ImageDataset, ImagePart, load_dataset
from linocut.ladder.studies import study_imbalance
from linocut.ladder.studies.imbalance import _Parts, recall_shifts


@pytest.fixture(scope="module")
def digits():
    return load_dataset("digits")


def test_half_of_the_classes_keep_a_tenth_and_the_judge_has_as_many_of_each(digits):
    parts = _Parts.of(digits, 3)
    labels = digits.train.labels
    fit, judged = (np.bincount(labels[rows], minlength=10) for rows in (parts.fit, parts.judged))
    rare = np.isin(np.arange(10), parts.rare)
    assert rare.sum() == 5
    assert fit[rare].max() <= 0.12 * fit[~rare].min()
    assert np.ptp(judged) == 0
    together = np.concatenate([parts.fit, parts.tuning, parts.judged])
    assert len(np.unique(together)) == len(together)
    balanced = np.bincount(labels[parts.balanced_tuning(labels)], minlength=10)
    assert balanced.min() > 0.6 * balanced.max()


def test_equal_priors_give_rare_classes_back_what_they_lost(digits):
    study = study_imbalance(digits)
    none, weights, priors, thresholds = study.variants
    assert none.rare.value < none.frequent.value
    for remedy in (weights, priors):
        assert remedy.rare.value > none.rare.value
    assert thresholds.accuracy >= none.accuracy
    assert len(study.rare_classes) == 5
    assert none.rare.percent(2) in study.sentence
    assert json.loads(study.to_json())["validation_rows"] == study.validation_rows
    assert study_imbalance(digits).variants[2].share == priors.share


@given(st.integers(0, 1000))
@settings(max_examples=30, deadline=None)
def test_shifts_never_lose_mean_recall_on_the_images_they_were_chosen_on(seed):
    rng = np.random.default_rng(seed)
    K = int(rng.integers(2, 6))
    labels = rng.integers(0, K, 60)
    scores = rng.normal(size=(60, K)) + 1.5 * np.eye(K)[labels] + 2 * rng.normal(size=K)

    def recall(shifts):
        hits = (scores + shifts).argmax(axis=1) == labels
        return np.mean([hits[labels == k].mean() for k in np.unique(labels)])

    assert recall(recall_shifts(scores, labels)) >= recall(np.zeros(K)) - 1e-12


def test_the_threshold_of_two_classes_is_the_best_of_all():
    rng = np.random.default_rng(0)
    labels = (rng.random(200) < 0.1).astype(int)
    margin = 2 * labels + rng.normal(size=200)
    scores = np.stack([np.zeros(200), margin - 2], axis=1)

    def recall(threshold):
        predicted = margin > threshold
        return (predicted[labels == 1].mean() + (~predicted[labels == 0]).mean()) / 2

    hits = (scores + recall_shifts(scores, labels)).argmax(axis=1) == labels
    found = np.mean([hits[labels == k].mean() for k in (0, 1)])
    assert found == pytest.approx(max(recall(t) for t in np.sort(margin)))


def test_a_set_without_two_classes_of_three_images_is_refused(digits):
    part = ImagePart(digits.train.images[:4], np.array([0, 0, 0, 1]))
    with pytest.raises(LinocutError, match="1 classes with three training images"):
        study_imbalance(ImageDataset("tiny", ("a", "b"), part, part))
