"""What is taken for what: the confusion matrix in four forms, and the pairs of classes in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from linocut.core import Result, plain
from linocut.evaluate.counting import divided
from linocut.evaluate.intervals import Estimate, Floats, share_of
from linocut.evaluate.judging import Judgement
from linocut.evaluate.metrics.wording import plural
from linocut.evaluate.predictions import Predictions

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Show = Literal["counts", "rows", "columns", "errors"]


@dataclass(frozen=True)
class Mistakes(Result):
    """The images of one class that are classified as another.

    Attributes
    ----------
    true, predicted : str
        The two classes.
    share : Estimate
        Of the images of the true class; NaN where it has none.
    images : tuple of int
        Their positions in the part, the largest probability of the wrong class first.
    """

    true: str
    predicted: str
    share: Estimate
    images: tuple[int, ...]

    @property
    def count(self) -> int:
        """Number of such images."""
        return len(self.images)


@dataclass(frozen=True)
class ConfusedPair(Result):
    """Two classes that are taken for one another.

    Attributes
    ----------
    mistakes, reverse : Mistakes
        The more frequent direction, and the other, which may be empty.
    """

    mistakes: Mistakes
    reverse: Mistakes

    @property
    def count(self) -> int:
        """Number of mistakes in both directions."""
        return self.mistakes.count + self.reverse.count

    @property
    def sentence(self) -> str:
        """Say how many images are mistaken in each direction."""
        there, back = self.mistakes, self.reverse
        return (
            f"{plural(there.count, 'image')} of {there.true} classified as {there.predicted}, "
            f"{there.share.percent()} of its images; {back.count:,} the other way, "
            f"{back.share.percent()}."
        )

    def rows(self) -> list[dict[str, Any]]:
        """Return one row: both classes, and the mistakes in each direction."""
        there, back = self.mistakes, self.reverse
        return [
            {
                "true": there.true,
                "predicted": there.predicted,
                "both": self.count,
                "count": there.count,
                **there.share.columns("share"),
                "reverse": back.count,
                **back.share.columns("reverse_share"),
            }
        ]


@dataclass(frozen=True, eq=False, repr=False)
class ConfusionMatrix(Judgement):
    """A confusion matrix as counts, as shares of its rows or columns, or its errors only.

    Attributes
    ----------
    class_names : tuple of K str
        The classes.
    counts : int64 array, shape (K, K)
        Row = true class, column = predicted class.
    pairs : tuple of ConfusedPair
        All pairs of classes with a mistake between them, the most mistakes first.

    Examples
    --------
    >>> shares = [[0.9, 0.1], [0.2, 0.8], [0.4, 0.6], [0.1, 0.9]]
    >>> found = ConfusionMatrix.from_predictions(Predictions.from_arrays([0, 0, 0, 1], shares))
    >>> found.counts.tolist(), found.errors.tolist()
    ([[1, 2], [0, 1]], [[0, 2], [0, 0]])
    >>> found.row_shares.round(2).tolist(), found.pairs[0].mistakes.images
    ([[0.33, 0.67], [0.0, 1.0]], (1, 2))
    """

    class_names: tuple[str, ...]
    counts: NDArray[np.int64]
    pairs: tuple[ConfusedPair, ...]

    @classmethod
    def from_predictions(cls, predictions: Predictions) -> Self:
        """Count what is classified as what.

        Parameters
        ----------
        predictions : Predictions
            Of n labelled images.
        """
        confusion = predictions.evaluation.confusion
        return cls(predictions.class_names, confusion, _pairs(predictions, confusion))

    @property
    def row_shares(self) -> Floats:
        """Shares of the images of each class, (K, K): recall on the diagonal; NaN without any."""
        return divided(self.counts, self.counts.sum(axis=1, keepdims=True))

    @property
    def column_shares(self) -> Floats:
        """Shares of the images classified as each, (K, K): precision on the diagonal, or NaN."""
        return divided(self.counts, self.counts.sum(axis=0, keepdims=True))

    @property
    def errors(self) -> NDArray[np.int64]:
        """Counts of mistakes, (K, K): zero on the diagonal."""
        return np.asarray(self.counts - np.diag(np.diag(self.counts)))

    @property
    def sentence(self) -> str:
        """Say how many mistakes there are, and between which classes most of them."""
        n, wrong = int(self.counts.sum()), int(self.errors.sum())
        if not wrong:
            return f"None of {plural(n, 'image')} is misclassified."
        top = self.pairs[0]
        return (
            f"{wrong:,} of {plural(n, 'image')} misclassified, {top.count:,} of them between "
            f"{top.mistakes.true} and {top.mistakes.predicted}: {top.sentence}"
        )

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a pair of classes, the most mistakes first."""
        return [row for pair in self.pairs for row in pair.rows()]

    def table_rows(self) -> list[dict[str, Any]]:
        """Return the same with each share and its interval in one cell."""
        return [
            {
                "true": pair.mistakes.true,
                "classified as": pair.mistakes.predicted,
                "images": pair.mistakes.count,
                "of the class": pair.mistakes.share.percent(),
                "the other way": pair.reverse.count,
                "of that class": pair.reverse.share.percent(),
            }
            for pair in self.pairs
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return classes, counts and pairs as plain data."""
        return {
            "class_names": list(self.class_names),
            "counts": self.counts.tolist(),
            "pairs": plain(self.pairs),
        }

    def plot(self, ax: Axes | None = None, *, show: Show = "counts") -> Figure:
        """Draw the matrix.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw it; a figure of its own if not given.
        show : "counts", "rows", "columns" or "errors"
            Counts, shares of each row or of each column, or the counts of mistakes alone.
        """
        from linocut.plot import plot_confusion_matrix  # Matplotlib loads on use

        return plot_confusion_matrix(self.counts, self.class_names, show=show, ax=ax)


def _pairs(predictions: Predictions, counts: NDArray[np.int64]) -> tuple[ConfusedPair, ...]:
    names, support = predictions.class_names, counts.sum(axis=1)
    images = _images_by_cell(predictions)

    def mistakes(a: int, b: int) -> Mistakes:
        share = share_of(int(counts[a, b]), int(support[a]))
        return Mistakes(names[a], names[b], share, images.get((a, b), ()))

    found = []
    for a, b in {(min(cell), max(cell)) for cell in images}:
        first, second = (a, b) if counts[a, b] >= counts[b, a] else (b, a)
        found.append((-(counts[a, b] + counts[b, a]), a, b, first, second))
    return tuple(
        ConfusedPair(mistakes(first, second), mistakes(second, first))
        for *_, first, second in sorted(found)
    )


def _images_by_cell(predictions: Predictions) -> dict[tuple[int, int], tuple[int, ...]]:
    """Return the images of each cell beside the diagonal, the surest mistake first."""
    y, predicted = predictions.labels, predictions.predicted
    wrong = np.flatnonzero(y != predicted)
    if not len(wrong):
        return {}
    sure = predictions.probabilities[wrong, predicted[wrong]]
    order = np.lexsort((wrong, -sure, predicted[wrong], y[wrong]))
    wrong = wrong[order]
    cells = np.stack([y[wrong], predicted[wrong]], axis=1)
    starts = np.flatnonzero(np.r_[True, (cells[1:] != cells[:-1]).any(axis=1)])
    positions = wrong if predictions.images is None else predictions.images[wrong]
    return {
        (int(a), int(b)): tuple(rows.tolist())
        for (a, b), rows in zip(cells[starts], np.split(positions, starts[1:]), strict=True)
    }
