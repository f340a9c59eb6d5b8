"""Rules on what other judgements measure: calibration, and labels that are likely to be wrong."""

from __future__ import annotations

from linocut.evaluate.checks.check import Finding, as_points, as_share, level_of, percent
from linocut.evaluate.checks.subject import Subject

# Smooth calibration error, at the lower end of its interval: by so much probabilities are off.
NOTED_ERROR, LARGE_ERROR = 0.02, 0.05
# Share of labels that are wrong, at the lower end: of hand-made sets one in 30 is on average.
# C. Northcutt, A. Athalye, J. Mueller, "Pervasive label errors in test sets", NeurIPS 2021.
NOTED_WRONG, MANY_WRONG = 0.01, 0.03


def calibration_error(subject: Subject) -> Finding | None:
    """Ask whether probabilities are as often right as they say."""
    found = subject.calibration
    if found is None:
        return None
    level = level_of(found.interval[0], note=NOTED_ERROR, warning=LARGE_ERROR)
    fine = level == "fine"
    return Finding(
        level,
        as_points(found.error, found.interval),
        "Probabilities say how often the model is right."
        if fine
        else f"Probabilities are off by {100 * found.error:.1f} points on average: thresholds and "
        "costs computed from them are, too.",
        "" if fine else "Fit a temperature on validation images and fold it into the weights.",
        value=found.error,
        interval=found.interval,
    )


def suspect_labels(subject: Subject) -> Finding | None:
    """Ask whether many labels are likely to be wrong."""
    found = subject.suspects
    if found is None:
        return None
    level = level_of(found.interval[0], note=NOTED_WRONG, warning=MANY_WRONG)
    fine = level == "fine"
    return Finding(
        level,
        as_share(found.share, found.interval),
        "Few labels are likely to be wrong."
        if fine
        else f"About {percent(found.share)} of the labels are likely to be wrong: an accuracy "
        f"above {percent(1 - found.share)} means nothing.",
        "" if fine else "Look through the suspects (linocut evaluate … --suspects FILE.csv).",
        value=found.share,
        interval=found.interval,
    )
