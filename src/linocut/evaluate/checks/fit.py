"""Rules on the fit: whether it came near its optimum, and whether it learned images by heart."""

from __future__ import annotations

import math

from linocut.evaluate.checks.check import Finding, as_points, level_of
from linocut.evaluate.checks.subject import Subject
from linocut.evaluate.comparing import difference_interval
from linocut.evaluate.intervals import percent
from linocut.evaluate.metrics.train_beside_test import NOTED_GAP

# Relative distances of the objective to its optimum. On digits, MNIST and Fashion-MNIST no
# prediction differs from the optimum's below the first, and one in 200 may above the second.
NEAR, FAR = 1e-3, 1e-2

# Share by which training images are better, at the lower end of the interval, that is no longer
# usual: a model of 10 classes that learned from 50 images each has 20 points.
LARGE_GAP = 0.25


def convergence(subject: Subject) -> Finding | None:
    """Ask whether the fit came near its optimum."""
    gap = subject.gap
    if gap is None:
        return None
    level = level_of(gap, note=NEAR, warning=FAR)
    figure = f"gap {gap:.1e}" if math.isfinite(gap) else "no bound of the gap"
    if level == "fine":
        return Finding(level, figure, "The fit is at its optimum.", value=gap)
    far = f"{percent(gap)} above" if math.isfinite(gap) else "nobody knows how far above"
    return Finding(
        level,
        figure,
        f"The fit ended with its objective {far} the least that is possible: its weights, and what "
        "is said of them, would be others had it gone on.",
        "Let it run on (a larger max_iter), or scale the features.",
        value=gap,
    )


def overfitting(subject: Subject) -> Finding | None:
    """Ask whether the model does better on the images it was fitted on than on new ones."""
    if subject.train is None:
        return None
    train, test = subject.train.evaluation, subject.test.evaluation
    gap = train.accuracy - test.accuracy
    interval = difference_interval((train.correct, train.n), (test.correct, test.n))
    level = level_of(interval[0], note=NOTED_GAP, warning=LARGE_GAP)
    if level == "fine":
        sentence = "New images are classified about as well as those that were learned."
    else:
        sentence = (
            f"{percent(train.accuracy)} of the training images are correctly classified, but only "
            f"{percent(test.accuracy)} of the test images: part of what was learned holds for the "
            "training images alone, or the parts come from different sources."
        )
    advice = "Penalise more (a smaller C), get more training images, or see how the parts differ."
    return Finding(
        level,
        as_points(gap, interval),
        sentence,
        "" if level == "fine" else advice,
        value=gap,
        interval=interval,
    )
