"""What a threshold trades: precision for recall, and misses for false alarms at their price."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr
from sklearn.metrics import average_precision_score, precision_recall_curve

from linocut.data import ImageDataset
from linocut.evaluate import CHANCE, wilson_interval
from linocut.evaluate.intervals import percent, wilson_bounds
from linocut.ladder.studies.findings import Findings
from linocut.ladder.studies.trial import Trial
from linocut.plot import Line, Lines, Mark, Points

Floats = NDArray[np.float64]

NAMED = 3  # classes whose curves are named
RECALL = 0.99
LEAST_RECALL = 0.5  # that is drawn
PRICES = (1, 5, 20)  # of a miss, in false alarms
LEAST_COST = 0.1  # per thousand images: where none at all is drawn
GRID = np.geomspace(1e-3, 0.999, 200)  # thresholds
WORST = ("accent", "wrong", "ink")


@dataclass(frozen=True, eq=False)
class OneClass:
    """One class against all others, by its probability.

    Attributes
    ----------
    name : str
        The class.
    prevalence : float
        Share of the images to fit on.
    true : bool array, shape (n,)
        Which validation images belong to it.
    p : float64 array, shape (n,)
        Its probability for each.
    missed : int
        Images of it that are classified as another class.
    """

    name: str
    prevalence: float
    true: NDArray[np.bool_]
    p: Floats
    missed: int

    @cached_property
    def curve(self) -> tuple[Floats, Floats, Floats]:
        """Recall, precision, and the threshold of each point, by falling recall."""
        precision, recall, thresholds = precision_recall_curve(self.true, self.p)
        # Below the threshold that finds all, there are but more false alarms.
        first = int(np.flatnonzero(recall[:-1] == 1)[-1])
        return recall[first:-1], precision[first:-1], thresholds[first:]

    @property
    def average_precision(self) -> float:
        """Area below the curve, in steps."""
        return float(average_precision_score(self.true, self.p))

    @property
    def support(self) -> int:
        """Validation images of it."""
        return int(self.true.sum())

    def at_recall(self, recall: float) -> tuple[float, float]:
        """Return the highest threshold that reaches a recall, and the precision there."""
        reached, precision, thresholds = self.curve
        last = int(np.flatnonzero(reached >= recall)[-1])
        return float(thresholds[last]), float(precision[last])

    def errors(self, threshold: float) -> tuple[int, int]:
        """Count misses and false alarms where a probability above the threshold says yes."""
        yes = self.p > threshold
        return int((self.true & ~yes).sum()), int((~self.true & yes).sum())


def study_thresholds(dataset: ImageDataset, *, seed: int = 42) -> Findings:
    """Ask of every class what its threshold trades, and what that costs.

    Softmax regression on pixels is fitted to four fifths of the training images; each class is then
    told from all others by its probability, on the fifth held out. With a miss r times as dear as a
    false alarm, true probabilities are best cut at 1/(1 + r), a threshold that nothing is chosen by
    (Elkan, "The foundations of cost-sensitive learning", 2001, section 1).

    Parameters
    ----------
    dataset : ImageDataset
        Only its training part is used.
    seed : int
        Of the validation rows.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> study = study_thresholds(load_dataset("digits"))
    >>> [row["class"] for row in study.rows()][:3]
    ['0', '1', '2']
    >>> all(0 <= row["misread"] < 0.3 for row in study.rows())
    True
    """
    trial = Trial.of(dataset, seed)
    classes = _classes(trial)
    hardest = max(classes, key=lambda each: each.missed / each.support)
    rows = tuple(_row(each) for each in classes)
    sentence = " ".join([_of_recall(classes), _of_prevalence(classes), _of_cost(hardest)])
    return Findings(
        "thresholds",
        dataset.name,
        "What a threshold trades",
        sentence,
        rows,
        (_curves(classes), _prevalence(classes), _costs(hardest)),
        f"Softmax regression on pixels, C = {trial.inverse_penalty:g}; counted on "
        f"{len(trial.validation):,} validation images, with 95 % intervals.",
        len(trial.validation),
    )


def _classes(trial: Trial) -> list[OneClass]:
    """Return the classes that have validation images, and others to tell them from."""
    P, y = trial.probabilities(trial.chosen.model), trial.held_labels
    predicted = P.argmax(axis=1)
    fitted = np.bincount(trial.labels, minlength=trial.dataset.n_classes) / len(trial.labels)
    return [
        OneClass(name, float(fitted[k]), y == k, P[:, k], int(((y == k) & (predicted != k)).sum()))
        for k, name in enumerate(trial.dataset.class_names)
        if 0 < (y == k).sum() < len(y)
    ]


def _row(each: OneClass) -> dict[str, Any]:
    threshold, precision = each.at_recall(RECALL)
    low, high = wilson_interval(each.missed, each.support)
    return {
        "class": each.name,
        "prevalence": each.prevalence,
        "images": each.support,
        "misread": each.missed / each.support,
        "low": low,
        "high": high,
        "average_precision": each.average_precision,
        "threshold_at_99_recall": threshold,
        "precision_at_99_recall": precision,
        **{f"cost_at_price_{price}": _cost(each, 1 / (1 + price), price) for price in PRICES},
    }


def _cost(each: OneClass, threshold: float, price: float) -> float:
    """Return misses at their price and false alarms, per thousand images."""
    missed, alarms = each.errors(threshold)
    return 1000 * (price * missed + alarms) / len(each.true)


def _of_recall(classes: list[OneClass]) -> str:
    at = {each.name: each.at_recall(RECALL) for each in classes}
    worst = min(at, key=lambda name: at[name][1])
    best = max(at, key=lambda name: at[name][1])
    return (
        f"To find {percent(RECALL, 0)} of its images, “{worst}” must be said from a probability of "
        f"{percent(at[worst][0])} on, and then {percent(at[worst][1])} of what is called so is so; "
        f"for “{best}” it is {percent(at[best][1])}."
    )


def _of_prevalence(classes: list[OneClass]) -> str:
    shares = [each.prevalence for each in classes]
    if len(classes) < 4 or np.ptp(shares) == 0:
        return "There are too few classes, or all are as frequent, to relate misses to frequency."
    found = spearmanr(shares, [each.missed / each.support for each in classes])
    rho, p = float(found.statistic), float(found.pvalue)
    what = "no relation can be told" if p >= CHANCE else "they are related"
    return (
        f"Between how frequent a class is and how often it is misread, {what} "
        f"(rank correlation {rho:+.2f}, p = {p:.2g}).".replace("-", "−")
    )


def _of_cost(hardest: OneClass) -> str:
    price = PRICES[-1]
    half, cut = _cost(hardest, 0.5, price), _cost(hardest, 1 / (1 + price), price)
    missed, alarms = hardest.errors(1 / (1 + price))
    before = hardest.errors(0.5)
    cheaper = "saves" if cut < half else "does not save:"
    change = (
        f"{percent(1 - cut / half, 0)} of the cost"
        if cut < half
        else f"{cut:.0f} against {half:.0f}"
    )
    return (
        f"Where a missed “{hardest.name}” is as dear as {price} false alarms, the threshold "
        f"1/{1 + price} instead of ½ {cheaper} {change}: {before[0]} misses and {before[1]} false "
        f"alarms become {missed} and {alarms}."
    )


def _curves(classes: list[OneClass]) -> Lines:
    ranked = sorted(classes, key=lambda each: each.at_recall(RECALL)[1])
    lines = [Line("", *each.curve[:2], colour="soft") for each in ranked[NAMED:]]
    for each, colour in zip(ranked[:NAMED], WORST, strict=False):
        recall, precision, _ = each.curve
        # A curve falls from left to right; its name stands where recall is complete.
        lines.append(Line(each.name, recall[::-1], precision[::-1], colour=colour))
    worst = ranked[0]
    threshold, reached = worst.at_recall(RECALL)
    mark = Mark(RECALL, reached, "", "accent")
    lowest = min(float(each.curve[1][each.curve[0] >= LEAST_RECALL].min()) for each in ranked)
    return Lines(
        f"“{worst.name}” is the hardest to find without false alarms: {percent(reached, 0)} "
        f"precision at {percent(RECALL, 0)} recall, from a probability of {percent(threshold)} on",
        "recall: share of the class's images that are found",
        "precision",
        tuple(lines),
        percent_x=True,
        percent_y=True,
        marks=(mark,),
        x_limits=(LEAST_RECALL, 1.005),
        y_limits=(max(0.0, lowest - 0.05), 1.02),
    )


def _prevalence(classes: list[OneClass]) -> Points:
    missed, support = [each.missed for each in classes], [each.support for each in classes]
    low, high = wilson_bounds(missed, support)
    shares = [m / n for m, n in zip(missed, support, strict=True)]
    worst = int(np.argmax(shares))
    many = len(classes) > 40
    return Points(
        f"Misread most often: “{classes[worst].name}”, {percent(shares[worst])} of its images",
        "share of the training images that are of the class",
        "misread",
        [each.prevalence for each in classes],
        shares,
        ["" if many and k != worst else each.name for k, each in enumerate(classes)],
        y_low=None if many else low,
        y_high=None if many else high,
        percent_x=True,
        percent_y=True,
        bold=(worst,),
    )


def _costs(hardest: OneClass) -> Lines:
    lines, marks = [], []
    for price, colour in zip(PRICES, ("ink", "wrong", "accent"), strict=True):
        cut = 1 / (1 + price)
        costs = [max(_cost(hardest, t, price), LEAST_COST) for t in GRID]
        lines.append(Line(f"a miss costs {price}", GRID, costs, colour=colour))
        marks.append(
            Mark(cut, max(_cost(hardest, cut, price), LEAST_COST), f"1/{1 + price}", colour)
        )
    return Lines(
        f"The dearer a missed “{hardest.name}”, the lower the threshold that costs least",
        "it is said from this probability on (logarithmic); dots: 1/(1 + price of a miss)",
        "cost per 1,000 images (logarithmic)",
        tuple(lines),
        log_x=True,
        log_y=True,
        marks=tuple(marks),
    )
