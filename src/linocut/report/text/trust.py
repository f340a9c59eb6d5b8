"""What was measured of a model's trustworthiness, as the page says it: the answer first."""

from __future__ import annotations

import re

from linocut.evaluate import RiskCoverage, wilson_interval
from linocut.evaluate.calibration import CalibrationError
from linocut.evaluate.labels import Suspects
from linocut.report.text.language import (
    NARROW,
    count,
    digits_for,
    listed,
    paragraphs,
    percent,
    range_of,
)

KEPT = 0.9  # share of the images that the sentence on abstaining is about


def told(sentence: str) -> str:
    r"""Set the first sentence of a judgement apart from what follows, which is for those who ask.

    Examples
    --------
    >>> told("Moved by 2 pixels, 71.3% are right. Unmoved, 92.1%.").replace(NARROW, " ")
    'Moved by 2 pixels, 71.3 % are right.\n\nUnmoved, 92.1 %.'
    """
    first, _, rest = spaced(sentence).partition(". ")
    return paragraphs(f"{first}." if rest else first, rest)


def spaced(sentence: str) -> str:
    """Set per cent signs as the page does.

    Examples
    --------
    >>> spaced("71.3% and 5 %").replace(NARROW, "~")
    '71.3~% and 5~%'
    """
    return re.sub(r"(?<=\d) ?%", f"{NARROW}%", sentence)


def abstaining(found: RiskCoverage) -> str:
    """Say what is won where the least certain tenth of the images is left unanswered."""
    at = found.at(KEPT)
    mistakes, accepted = int(found.mistakes[at]), int(found.accepted[at])
    digits = digits_for(found.n)
    bounds = range_of(*wilson_interval(mistakes, accepted), digits)
    first = f"Of all test images, it is wrong on {percent(float(found.risk[-1]), digits)}."
    if accepted == found.n:
        return paragraphs(first, spaced(found.sentence))
    left = percent(1 - accepted / found.n, 0)
    first += (
        f" With the least certain {left} unanswered, it is wrong on "
        f"{percent(mistakes / accepted, digits)} of the others (95{NARROW}% interval {bounds})."
    )
    return paragraphs(first, spaced(found.sentence))


def reliability(found: CalibrationError) -> str:
    """Say by how much the probabilities are off, and which way."""
    top = found.top
    if top.told_apart:
        way = "too sure" if found.overconfidence > 0 else "not sure enough"
        first = f"Probabilities are off by {top.told()}: the model is {way}."
    else:
        first = (
            "No difference from exact probabilities can be told: they are off by at most "
            f"{100 * top.high:.1f} %."
        )
    return paragraphs(spaced(first), spaced(found.sentence))


def suspects(found: Suspects) -> str:
    """Say how many labels are likely to be wrong in each part."""
    adjectives = {"train": "training", "test": "test"}
    parts = listed(
        f"{count(found.likely(part))} of {count(n)} {adjectives[part]} labels"
        for part, n in found.examined.items()
    )
    return paragraphs(f"{parts} are more likely wrong than right.", spaced(found.sentence))
