"""How each figure of a class is computed from the confusion matrix, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from linocut.core import Result, plain
from linocut.evaluate.intervals import share_of
from linocut.evaluate.judging import Judgement
from linocut.evaluate.metrics.wording import plural, position_of
from linocut.evaluate.predictions import Predictions

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class MetricStep(Result):
    """One figure, from the formula to the number.

    Attributes
    ----------
    name : str
        Of the figure.
    question : str
        What it answers, in one sentence.
    formula : str
        With letters: "TP / (TP + FP)".
    numbers : str
        With the counts put in: "935 / (935 + 87)".
    part, whole : int
        What is divided by what.
    """

    name: str
    question: str
    formula: str
    numbers: str
    part: int
    whole: int

    @property
    def value(self) -> float:
        """The result, a share; NaN where the whole is zero."""
        return self.part / self.whole if self.whole else np.nan

    @property
    def line(self) -> str:
        """The whole calculation on one line.

        Examples
        --------
        >>> MetricStep("precision", "", "TP / (TP + FP)", "9 / (9 + 3)", 9, 12).line
        'precision = TP / (TP + FP) = 9 / (9 + 3) = 75.00 %'
        >>> MetricStep("precision", "", "TP / (TP + FP)", "0 / (0 + 0)", 0, 0).line
        'precision = TP / (TP + FP) = 0 / (0 + 0): not defined, nothing can be divided by 0'
        """
        told = f"{self.name} = {self.formula} = {self.numbers}"
        if not self.whole:
            return f"{told}: not defined, nothing can be divided by 0"
        return f"{told} = {100 * self.value:.2f} %"

    def rows(self) -> list[dict[str, Any]]:
        """Return one row: figure, question, formula, numbers, result."""
        return [
            {"figure": self.name, "formula": self.formula, "numbers": self.numbers,
             "value": plain(self.value),
             "question": self.question}
        ]  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class WorkedMetrics(Judgement):
    """How the figures of one class come from the confusion matrix.

    The class is set against all others: its row holds its images, its column the images classified
    as it, and the two part the matrix into four regions.

    Attributes
    ----------
    class_names : tuple of K str
        The classes.
    label : str
        The class in question.
    confusion : int64 array, shape (K, K)
        Counts; row = true class, column = predicted class.

    Examples
    --------
    >>> shares = [[0.9, 0.1], [0.2, 0.8], [0.4, 0.6], [0.1, 0.9]]
    >>> predictions = Predictions.from_arrays([0, 0, 0, 1], shares)
    >>> found = WorkedMetrics.from_predictions(predictions, label="0")
    >>> for line in found.lines[4:6]:
    ...     print(line)
    precision = TP / (TP + FP) = 1 / (1 + 0) = 100.00 %
    recall = TP / (TP + FN) = 1 / (1 + 2) = 33.33 %
    """

    class_names: tuple[str, ...]
    label: str
    confusion: NDArray[np.int64]

    @classmethod
    def from_predictions(cls, predictions: Predictions, *, label: str | None = None) -> Self:
        """Work out the figures of one class.

        Parameters
        ----------
        predictions : Predictions
            Of n labelled images.
        label : str, optional
            Name of the class; the one with the lowest F1 if not given.

        Raises
        ------
        LinocutError
            If it is none of the classes.
        """
        names, confusion = predictions.class_names, predictions.evaluation.confusion
        if label is None:
            label = names[int(np.nanargmin(predictions.evaluation.counts.f1))]
        return cls(names, names[position_of(label, names)], confusion)

    @property
    def position(self) -> int:
        """Position of the class among the names."""
        return self.class_names.index(self.label)

    @property
    def true_positives(self) -> int:
        """Images of the class classified as it."""
        return int(self.confusion[self.position, self.position])

    @property
    def false_negatives(self) -> int:
        """Images of the class classified as another."""
        return int(self.confusion[self.position].sum()) - self.true_positives

    @property
    def false_positives(self) -> int:
        """Images of other classes classified as it."""
        return int(self.confusion[:, self.position].sum()) - self.true_positives

    @property
    def true_negatives(self) -> int:
        """Images of other classes classified as others, rightly or not."""
        known = self.true_positives + self.false_negatives + self.false_positives
        return int(self.confusion.sum()) - known

    @property
    def cells(self) -> tuple[str, ...]:
        """Where the four counts are found in the matrix, one sentence each."""
        name = self.label
        return (
            f"TP (true positives) = {self.true_positives:,}: images of {name} classified as "
            f"{name}, the cell where its row and its column meet.",
            f"FN (false negatives) = {self.false_negatives:,}: images of {name} classified as "
            f"another class, the rest of its row{self._largest(self.confusion[self.position])}.",
            f"FP (false positives) = {self.false_positives:,}: images of other classes classified "
            f"as {name}, the rest of its column{self._largest(self.confusion[:, self.position])}.",
            f"TN (true negatives) = {self.true_negatives:,}: all the rest, images of other classes "
            "that are not classified as it.",
        )

    @property
    def steps(self) -> tuple[MetricStep, ...]:
        """The figures of the class, then the accuracy, which belongs to all classes."""
        TP, FN, FP, TN = (
            self.true_positives, self.false_negatives, self.false_positives, self.true_negatives,
        )  # fmt: skip
        name, n = self.label, int(self.confusion.sum())
        right = int(np.trace(self.confusion))
        return (
            MetricStep(
                "precision", f"Of the images classified as {name}, how many are?",
                "TP / (TP + FP)", f"{TP:,} / ({TP:,} + {FP:,})", TP, TP + FP,
            ),
            MetricStep(
                "recall", f"Of the images of {name}, how many are found?",
                "TP / (TP + FN)", f"{TP:,} / ({TP:,} + {FN:,})", TP, TP + FN,
            ),
            MetricStep(
                "specificity", "Of the images of other classes, how many are left alone?",
                "TN / (TN + FP)", f"{TN:,} / ({TN:,} + {FP:,})", TN, TN + FP,
            ),
            MetricStep(
                "F1", "The harmonic mean of precision and recall: low if either of them is.",
                "2 TP / (2 TP + FP + FN)", f"2 · {TP:,} / (2 · {TP:,} + {FP:,} + {FN:,})",
                2 * TP, 2 * TP + FP + FN,
            ),
            MetricStep(
                "one against the rest",
                f"How many are told apart as {name} or not? Most are not {name} anyway.",
                "(TP + TN) / all", f"({TP:,} + {TN:,}) / {n:,}", TP + TN, n,
            ),
            MetricStep(
                "accuracy", "Of all images, how many are correctly classified?",
                "sum of the diagonal / all", f"{right:,} / {n:,}", right, n,
            ),
        )  # fmt: skip

    @property
    def lines(self) -> tuple[str, ...]:
        """The four counts, then one line of arithmetic a figure."""
        return (*self.cells, *(step.line for step in self.steps))

    @property
    def sentence(self) -> str:
        """Say the four counts and what they make of the class."""
        precision, recall = (share_of(step.part, step.whole).percent() for step in self.steps[:2])
        counted = ", ".join(
            plural(count, name)
            for count, name in (
                (self.true_positives, "true positive"),
                (self.false_negatives, "false negative"),
                (self.false_positives, "false positive"),
            )
        )
        return (
            f"{self.label}: {counted} and {plural(self.true_negatives, 'true negative')} make a "
            f"precision of {precision} and a recall of {recall}."
        )

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a figure."""
        return [row for step in self.steps for row in step.rows()]

    def to_dict(self) -> dict[str, Any]:
        """Return the counts, the figures and the lines as plain data."""
        return {
            "class": self.label,
            "true_positives": self.true_positives,
            "false_negatives": self.false_negatives,
            "false_positives": self.false_positives,
            "true_negatives": self.true_negatives,
            "figures": self.rows(),
            "lines": list(self.lines),
        }

    def plot(self, ax: Axes | None = None) -> Figure:
        """Draw the matrix with its four regions marked, and the arithmetic beside it.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw the matrix alone.
        """
        from linocut.plot import plot_worked_metrics  # Matplotlib loads on use

        calculations = [(step.name, step.formula, step.numbers, step.value)
                        for step in self.steps]  # fmt: skip
        return plot_worked_metrics(
            self.confusion, self.class_names, self.position, calculations, ax=ax
        )

    def _largest(self, counts: NDArray[np.int64]) -> str:
        """Name the cell that adds most, beside the one where row and column meet."""
        others = np.delete(counts, self.position)
        if not others.any():
            return ""
        names = np.delete(np.asarray(self.class_names, object), self.position)
        return f", most of them {names[others.argmax()]} ({others.max():,})"
