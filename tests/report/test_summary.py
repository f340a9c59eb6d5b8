from __future__ import annotations

import numpy as np
import pytest

from linocut.report.summary import summarise


@pytest.fixture(scope="module")
def by_hand(digits):
    X = digits.train.images / 255.0
    return X, digits.train.labels, summarise(digits.train, 10)


def test_means_are_those_of_each_class(by_hand):
    X, y, summary = by_hand
    for k in range(10):
        np.testing.assert_allclose(summary.means[k], X[y == k].mean(axis=0), atol=1e-6)
    np.testing.assert_allclose(summary.mean, X.mean(axis=0), atol=1e-6)
    assert summary.counts.tolist() == np.bincount(y).tolist()


def test_spread_is_the_distance_to_the_class_mean(by_hand):
    X, y, summary = by_hand
    for k in range(10):
        expected = np.sqrt(np.square(X[y == k] - X[y == k].mean(axis=0)).mean())
        assert summary.spread[k] == pytest.approx(expected, rel=1e-4)


def test_use_counts_images_with_any_ink(by_hand):
    X, _, summary = by_hand
    np.testing.assert_allclose(summary.use, (X > 0).mean(axis=0), atol=1e-12)
    np.testing.assert_array_equal(summary.inked, (X > 0).any(axis=0))


def test_likeness_is_the_cosine(by_hand):
    _, _, summary = by_hand
    a, b = summary.means[3].ravel(), summary.means[5].ravel()
    expected = a @ b / np.linalg.norm(a) / np.linalg.norm(b)
    assert summary.likeness[3, 5] == pytest.approx(expected)
    np.testing.assert_allclose(np.diag(summary.likeness), 1)


def test_a_class_without_training_images_has_a_blank_mean(make_dataset):
    dataset = make_dataset([0, 1], ("a", "b", "c"), train_labels=[0, 1, 0, 1])
    summary = summarise(dataset.train, 3)
    assert summary.counts.tolist() == [2, 2, 0]
    assert not summary.means[2].any()
    assert np.isfinite(summary.likeness).all()
