"""The rule on test images that also stand in the training part."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from linocut.evaluate.checks.check import Finding
from linocut.evaluate.checks.subject import Subject
from linocut.evaluate.intervals import percent

FEWEST = 2  # repeated images from which they are more than an accident


def repeated_images(subject: Subject) -> Finding | None:
    """Ask whether test images also stand in the training part, byte for byte unless told more.

    They matter where they could move the accuracy out of its interval.
    """
    if subject.duplicates is not None:
        repeated = np.zeros(subject.duplicates.n_test, bool)
        repeated[list(subject.duplicates.test_images_in_train)] = True
    elif subject.dataset is not None:
        repeated = _repeated(subject.dataset.train.images, subject.dataset.test.images)
    else:
        return None
    n, found = len(repeated), int(repeated.sum())
    share = found / n
    figure = f"{found:,} of {n:,} test images"
    if found < FEWEST:
        return Finding("fine", figure, "The test images were not learned from.", value=share)
    low, high = subject.test.evaluation.interval
    matters = share > (high - low) / 2
    rest = subject.correct[~repeated]
    others = f", and of the others {percent(rest.mean())}" if len(rest) else ""
    return Finding(
        "warning" if matters else "note",
        f"{figure} ({percent(share, 2)})",
        "These also stand in the training part, where they can be learned by heart: of all test "
        f"images {percent(subject.correct.mean())} are correctly classified{others}.",
        "Leave them out of one of the parts.",
        value=share,
    )


def _repeated(train: NDArray[np.uint8], test: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Tell which test images also stand among the training images, byte for byte."""
    wanted = {image.tobytes() for image in test}
    found = {data for image in train if (data := image.tobytes()) in wanted}
    return np.array([image.tobytes() in found for image in test], bool)
