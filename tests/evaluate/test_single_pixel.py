"""What one pixel alone can tell, against trying every pixel, threshold and pair of answers."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from linocut.data import load_dataset
from linocut.evaluate import best_single_pixel


def tried(images, labels, n_classes):
    """Return the largest share that any threshold on any pixel classifies correctly."""
    best = 0.0
    for column in images.reshape(len(images), -1).T:
        for threshold in range(256):
            above = column > threshold
            right = sum(
                np.bincount(labels[side], minlength=n_classes).max() for side in (above, ~above)
            )
            best = max(best, right / len(labels))
    return best


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 2**32 - 1), st.integers(1, 4), st.integers(1, 12))
def test_no_threshold_on_any_pixel_does_better(seed, n_classes, n):
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 256, (n, 2, 3)).astype(np.uint8)
    labels = rng.integers(0, n_classes, n)
    found = best_single_pixel(images, labels, n_classes)
    assert found.train_accuracy == tried(images, labels, n_classes)
    assert np.mean(found.predict(images) == labels) == found.train_accuracy
    assert found.accuracies.max() == found.train_accuracy
    assert found.accuracies[found.pixel] == found.train_accuracy


def test_on_digits_it_beats_guessing_but_not_by_far():
    digits = load_dataset("digits")
    found = best_single_pixel(digits.train.images, digits.train.labels, 10)
    guess = digits.train.counts(10).max() / len(digits.train)
    assert guess < found.train_accuracy < 0.3
    right = found.predict(digits.test.images) == digits.test.labels
    assert 0.1 < right.mean() < 0.3
