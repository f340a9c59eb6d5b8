"""The rule on small classes: whether one has too few images to be learned, or to be judged."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.evaluate.checks.check import Finding, as_share
from linocut.evaluate.checks.subject import Subject
from linocut.evaluate.class_places import some_of
from linocut.evaluate.comparing import difference_interval
from linocut.evaluate.intervals import percent, wilson_interval

FEW = 0.2  # of the training images that a class would have if all had the same number
MATTERS = 0.05  # by which its images are less often correctly classified than the others
LISTED = 5


def small_classes(subject: Subject) -> Finding | None:
    """Ask whether a class has too few images."""
    if subject.train is None:
        return None
    K = len(subject.test.class_names)
    counts, support, correct = (
        np.bincount(labels, minlength=K)
        for labels in (
            subject.train.labels,
            subject.test.labels,
            subject.test.labels[subject.correct],
        )
    )
    small = np.flatnonzero((counts < FEW * counts.sum() / K) & (counts + support > 0))
    hurt = [k for k in small.tolist() if _suffers(k, support, correct)]
    if hurt:
        return _badly_learned(subject, counts, min(hurt, key=lambda k: counts[k]), len(small))
    if len(small):
        return _few_images(subject, counts, min(small.tolist(), key=lambda k: counts[k]))
    untested = np.flatnonzero((support == 0) & (counts > 0))
    if len(untested):
        return _not_judged(subject, untested)
    return Finding(
        "fine",
        f"at least {counts[counts > 0].min():,} training images each",
        "No class is much smaller than the others.",
    )


def _suffers(k: int, support: NDArray[np.int64], correct: NDArray[np.int64]) -> bool:
    """Tell whether images of a class are less often correctly classified than all others."""
    rest = int(correct.sum() - correct[k]), int(support.sum() - support[k])
    if not support[k] or not rest[1]:
        return False
    return difference_interval(rest, (int(correct[k]), int(support[k])))[0] > MATTERS


def _badly_learned(subject: Subject, counts: NDArray[Any], k: int, small: int) -> Finding:
    mine = subject.test.labels == k
    right, n = int(subject.correct[mine].sum()), int(mine.sum())
    interval = wilson_interval(right, n)
    others = f", as few as {small - 1} more" if small > 1 else ""
    return Finding(
        "warning",
        f"recall of {as_share(right / n, interval)}",
        f"{subject.test.class_names[k]} has {counts[k]:,} of {counts.sum():,} training images"
        f"{others}, and its test images are less often correctly classified than the others.",
        "Get more images of it, or weigh the classes alike (class_weight='balanced').",
        value=right / n,
        interval=interval,
    )


def _few_images(subject: Subject, counts: NDArray[Any], k: int) -> Finding:
    share = counts[k] / counts.sum()
    return Finding(
        "note",
        f"{percent(share, 2)} of the training images",
        f"{subject.test.class_names[k]} has {counts[k]:,} of {counts.sum():,} training images, "
        "less than a fifth of an even share; the test images do not show that it suffers.",
        "Look at its own recall: it hardly counts in the accuracy.",
        value=float(share),
    )


def _not_judged(subject: Subject, untested: NDArray[np.intp]) -> Finding:
    names = some_of([subject.test.class_names[k] for k in untested], LISTED)
    many = f"{len(untested):,} {'class' if len(untested) == 1 else 'classes'}"
    return Finding(
        "note",
        f"{many} without a test image",
        f"The test part holds no image of {names}: how well such images are classified is not "
        "known.",
        "Keep a test image of every class.",
        value=float(len(untested)),
    )
