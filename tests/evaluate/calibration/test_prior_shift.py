"""Shares of classes are found without labels, with intervals that hold them."""

import json

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.optimize import minimize

from linocut.classifier import ImageClassifier
from linocut.core import LinocutError
from linocut.data import load_dataset
from linocut.evaluate import estimate_priors
from linocut.evaluate.calibration import estimate_priors_of


def drawn(n, new, seed=0):
    """Draw rows of three normal classes; return their probabilities where all are alike."""
    rng = np.random.default_rng(seed)
    centres = np.array([[0, 0], [2, 0], [0, 2]])
    labels = rng.choice(3, n, p=new)
    X = centres[labels] + rng.normal(size=(n, 2))
    P = np.exp(-((X[:, None] - centres) ** 2).sum(axis=2) / 2)
    return P / P.sum(axis=1, keepdims=True), labels


def shifted(n, new, seed=0):
    return drawn(n, new, seed)[0]


NAMES = ("a", "b", "c")


def test_the_true_shares_lie_in_their_intervals_as_often_as_these_say():
    new = np.array([0.7, 0.2, 0.1])
    held = []
    for seed in range(100):
        found = estimate_priors_of(shifted(500, new, seed), NAMES)
        held.append((found.intervals[:, 0] <= new) & (new <= found.intervals[:, 1]))
    assert 0.9 <= np.mean(held) <= 0.99


def test_the_estimate_is_the_maximum_of_the_likelihood():
    P = shifted(300, [0.6, 0.3, 0.1])
    found = estimate_priors_of(P, NAMES, old=[0.5, 0.3, 0.2])
    ratios = P / [0.5, 0.3, 0.2]

    def loss(u):
        shares = np.exp(u) / np.exp(u).sum()
        return -np.log(ratios @ shares).sum()

    best = np.exp(minimize(loss, np.zeros(3)).x)
    assert_allclose(found.priors, best / best.sum(), atol=1e-4)
    assert found.priors.sum() == pytest.approx(1)


def test_two_classes_and_a_class_that_is_not_there():
    P = np.array([[0.99, 0.01]] * 50)
    found = estimate_priors_of(P, ("a", "b"))
    assert found.priors[1] < 1e-6
    assert found.intervals[1, 0] == 0
    assert json.loads(found.to_json())["n"] == 50


def test_where_nothing_changed_it_says_so():
    found = estimate_priors_of(shifted(400, [1 / 3] * 3), NAMES)
    assert "no class is more or less frequent" in found.sentence
    found.plot().canvas.draw()


def test_estimated_shares_make_probabilities_better():
    P, labels = drawn(1000, [0.8, 0.15, 0.05])
    shares = estimate_priors_of(P, NAMES).priors
    better = P * shares / (P @ shares)[:, None]
    rows = np.arange(1000)
    assert np.log(better[rows, labels]).mean() > np.log(P[rows, labels]).mean() + 0.1


def test_a_model_finds_the_shares_of_images_without_labels():
    digits = load_dataset("digits")
    model = ImageClassifier().fit(digits)
    part = digits.test
    rows = np.flatnonzero((part.labels < 2) | (np.arange(len(part)) % 10 == 0))
    found = estimate_priors(model, part.images[rows])
    shares = np.bincount(part.labels[rows], minlength=10) / len(rows)
    assert np.abs(found.priors - shares).max() < 0.02
    assert "makes" in found.sentence
    assert found.rows()[0]["class"] == "0"


def test_no_image_is_refused():
    with pytest.raises(LinocutError, match="no image to estimate shares from"):
        estimate_priors_of(np.empty((0, 2)), ("a", "b"))
    with pytest.raises(LinocutError, match="a share of 0 for class a"):
        estimate_priors_of([[0.5, 0.5]], ("a", "b"), old=[0, 1])
