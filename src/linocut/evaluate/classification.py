"""How well: confusion counts, precision, recall, F1, accuracy with its interval, log loss."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from linocut.core import LinocutError, Result, plain
from linocut.evaluate.counting import ClassCounts, macro, weighted_mean
from linocut.evaluate.intervals import wilson_interval

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class ClassScore:
    """Precision, recall and F1 of one class, or a mean over classes.

    NaN where a figure is not defined: there is no precision where no image was classified as the
    class, no recall where none belongs to it, and no F1 where neither is the case.
    """

    name: str
    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True)
class Confusion:
    """The most frequent single error: images of one class classified as another."""

    true: str
    predicted: str
    count: int


@dataclass(frozen=True, eq=False, repr=False)
class Evaluation(Result):
    """How well a classifier does on one part of a dataset.

    Attributes
    ----------
    class_names : tuple of str
        The K classes.
    confusion : int64 array, shape (K, K)
        Counts; row = true class, column = predicted class.
    log_loss : float or None
        Mean negative log-probability of the true class, in nats; None without probabilities.
    """

    class_names: tuple[str, ...]
    confusion: NDArray[np.int64]
    log_loss: float | None

    @property
    def n(self) -> int:
        """Number of images."""
        return int(self.confusion.sum())

    @property
    def correct(self) -> int:
        """Number of correctly classified images."""
        return int(np.trace(self.confusion))

    @property
    def accuracy(self) -> float:
        """Share of correctly classified images."""
        return self.correct / self.n

    @property
    def interval(self) -> tuple[float, float]:
        """95 % Wilson interval of the accuracy."""
        return wilson_interval(self.correct, self.n)

    @property
    def counts(self) -> ClassCounts:
        """How often each class is true, predicted and both."""
        return ClassCounts.of(self.confusion)

    @property
    def classes(self) -> tuple[ClassScore, ...]:
        """Precision, recall and F1 of each class; NaN where one is not defined."""
        of = self.counts
        columns = (each.tolist() for each in (of.precision, of.recall, of.f1, of.support))
        return tuple(map(ClassScore, self.class_names, *columns))

    def mean(self, *, weighted: bool) -> ClassScore:
        """Average the classes: each alike (macro), or weighted by its number of images.

        Classes where a figure is not defined are left out of its mean.
        """
        of = self.counts
        precision, recall, f1 = (
            float(weighted_mean(each, of.support) if weighted else macro(each))
            for each in (of.precision, of.recall, of.f1)
        )
        return ClassScore("weighted" if weighted else "macro", precision, recall, f1, self.n)

    @property
    def top_confusion(self) -> Confusion | None:
        """The most frequent single error; None when there is none."""
        errors = self.confusion - np.diag(np.diag(self.confusion))
        true, predicted = np.unravel_index(int(errors.argmax()), errors.shape)
        if errors[true, predicted] == 0:
            return None
        count = int(errors[true, predicted])
        return Confusion(self.class_names[true], self.class_names[predicted], count)

    @property
    def sentence(self) -> str:
        """Say how many images are correctly classified."""
        low, high = self.interval
        top = self.top_confusion
        mistake = (
            f" The commonest mistake: {top.true} classified as {top.predicted} ({top.count:,})."
            if top
            else ""
        )
        return (
            f"{self.correct:,} of {self.n:,} images correctly classified: {self.accuracy:.2%} "
            f"(95 % interval {low:.2%} to {high:.2%}).{mistake}"
        )

    def plot(self) -> Figure:
        """Draw the confusion matrix, as counts and as shares of each row."""
        from linocut.plot import plot_confusion  # Matplotlib loads on use

        return plot_confusion(self.confusion, self.class_names)

    def to_dict(self) -> dict[str, Any]:
        """Return every figure of the evaluation as plain data."""
        top = self.top_confusion
        figures = {
            "n": self.n,
            "accuracy": self.accuracy,
            "interval": list(self.interval),
            "log_loss": self.log_loss,
            "top_confusion": vars(top) if top else None,
            "classes": [vars(score) for score in self.classes],
            "macro": vars(self.mean(weighted=False)),
            "weighted": vars(self.mean(weighted=True)),
            "confusion": self.confusion,
        }
        data: dict[str, Any] = plain(figures)  # what is not defined becomes null
        return data

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a class, then the two means."""
        means = (self.mean(weighted=False), self.mean(weighted=True))
        return [plain(score) for score in (*self.classes, *means)]


def evaluate(
    labels: ArrayLike,
    predicted: ArrayLike,
    class_names: tuple[str, ...],
    probabilities: NDArray[np.floating[Any]] | None = None,
) -> Evaluation:
    """Compare the predicted classes with the true ones.

    Parameters
    ----------
    labels, predicted : integer arrays, shape (n,)
        True and predicted class of each image, as positions in ``class_names``.
    class_names : tuple of str
        The K classes.
    probabilities : float array, shape (n, K), optional
        Probability of each class for each image; gives the log loss.

    Raises
    ------
    LinocutError
        If there are no images, shapes do not agree, or a label is no position in ``class_names``.

    Examples
    --------
    >>> result = evaluate([0, 0, 1, 1], [0, 1, 1, 1], ("cat", "dog"))
    >>> result.accuracy, result.top_confusion
    (0.75, Confusion(true='cat', predicted='dog', count=1))
    """
    true = np.asarray(labels, dtype=np.int64)
    guesses = np.asarray(predicted, dtype=np.int64)
    n_classes = len(class_names)
    if true.ndim != 1 or true.shape != guesses.shape or len(true) == 0:
        raise LinocutError(
            f"labels of shape {true.shape} and predictions of shape {guesses.shape} — "
            "both must be one-dimensional, of equal length and not empty"
        )
    for values, what in ((true, "label"), (guesses, "prediction")):
        if values.min() < 0 or values.max() >= n_classes:
            wrong = values.min() if values.min() < 0 else values.max()
            raise LinocutError(f"{what} {wrong} — the {n_classes} classes are 0 to {n_classes - 1}")
    confusion = np.bincount(true * n_classes + guesses, minlength=n_classes * n_classes)
    loss = None
    if probabilities is not None:
        if probabilities.shape != (len(true), n_classes):
            raise LinocutError(
                f"probabilities of shape {probabilities.shape} for {len(true)} images and "
                f"{n_classes} classes — they must be (n, K)"
            )
        p_true = probabilities[np.arange(len(true)), true].astype(np.float64)
        tiny = np.finfo(np.float64).tiny
        loss = abs(float(np.log(np.maximum(p_true, tiny)).mean()))  # never −0
    return Evaluation(class_names, confusion.reshape(n_classes, n_classes), loss)
