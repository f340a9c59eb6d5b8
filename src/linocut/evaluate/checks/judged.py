"""Rules on what other judgements measure: calibration, and labels that are likely to be wrong."""

from __future__ import annotations

from linocut.evaluate.checks.check import Finding, as_points, as_share, level_of
from linocut.evaluate.checks.subject import Subject
from linocut.evaluate.intervals import percent, wilson_interval

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
    level = level_of(found.low, note=NOTED_ERROR, warning=LARGE_ERROR)
    interval = found.low, found.high
    if level == "fine":
        sentence, advice = "Probabilities say how often the model is right.", ""
    else:
        sentence = (
            f"Probabilities are off by {100 * found.value:.1f} points on average, and with them "
            "every threshold and cost that is computed from them."
        )
        advice = "Fit a temperature on validation images and fold it into the weights."
    shown = as_points(found.value, interval)
    return Finding(level, shown, sentence, advice, value=found.value, interval=interval)


def suspect_labels(subject: Subject) -> Finding | None:
    """Ask whether many labels are likely to be wrong."""
    found = subject.suspects
    if found is None:
        return None
    n = sum(found.examined.values())
    wrong = sum(found.expected.values())
    share, interval = wrong / n, wilson_interval(min(n, round(wrong)), n)
    level = level_of(interval[0], note=NOTED_WRONG, warning=MANY_WRONG)
    if level == "fine":
        sentence, advice = "Few labels are likely to be wrong.", ""
    else:
        sentence = (
            f"About {wrong:,.0f} of {n:,} labels are likely to be wrong: an accuracy above "
            f"{percent(1 - share)} means nothing."
        )
        advice = "Look through the most suspect images and correct their labels."
    shown = as_share(share, interval)
    return Finding(level, shown, sentence, advice, value=share, interval=interval)
