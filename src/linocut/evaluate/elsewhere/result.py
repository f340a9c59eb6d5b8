"""What became of accuracy on another set of images."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import Result
from linocut.evaluate.comparing import difference_interval
from linocut.evaluate.elsewhere.telling_apart import ToldApart
from linocut.evaluate.intervals import Estimate, percent, wilson_interval
from linocut.evaluate.predictions import Predictions

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, eq=False, repr=False)
class Elsewhere(Result):
    """How a model does on another set of images, beside its own.

    Attributes
    ----------
    home_name, other_name : str
        The two sets.
    home, there : Predictions
        What the model says of images of shared classes; ``images`` tells which they are, among the
        test images of either set, or all images of a set without a published test part.
    apart : ToldApart
        How well a classifier tells the two sets apart.
    mistakes : intp array, shape (m,)
        Rows of ``there`` that are misclassified with the highest probability, highest first.
    mistake_images : uint8 array, shape (m, h, w)
        Those images.
    notes : tuple of str
        Whole sentences: classes left out, images brought to another size.
    """

    home_name: str
    other_name: str
    home: Predictions
    there: Predictions
    apart: ToldApart
    mistakes: NDArray[np.intp]
    mistake_images: NDArray[np.uint8]
    notes: tuple[str, ...] = ()

    @property
    def change(self) -> Estimate:
        """By how much accuracy is higher there than at home, with its 95 % interval."""
        home, there = self.home.evaluation, self.there.evaluation
        low, high = difference_interval((there.correct, there.n), (home.correct, home.n))
        return Estimate(there.accuracy - home.accuracy, low, high)

    @property
    def sentence(self) -> str:
        """Say how accuracy changes, and how far the sets are apart."""
        home, there = self.home.evaluation, self.there.evaluation
        return (
            f"Of {there.n:,} images of {self.other_name}, {percent(there.accuracy)} are correctly "
            f"classified, of {home.n:,} of {self.home_name} {percent(home.accuracy)}: "
            f"{self.change.change_in_words()}. " + self.apart.sentence
        )

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a shared class: accuracy at home, there, and the change; worst first.

        Intervals are of 95 %. A class without an image in one of the sets has no change.
        """
        rows = []
        for k, name in enumerate(self.there.class_names):
            counts = [_count(each, k) for each in (self.home, self.there)]
            if not any(n for _, n in counts):
                continue
            row: dict[str, Any] = {"class": name}
            for where, (correct, n) in zip(("home", "there"), counts, strict=True):
                low, high = wilson_interval(correct, n) if n else (None, None)
                row |= {f"{where}_n": n, f"{where}_accuracy": correct / n if n else None,
                        f"{where}_low": low, f"{where}_high": high}  # fmt: skip
            if all(n for _, n in counts):
                low, high = difference_interval(counts[1], counts[0])
                row["change"] = row["there_accuracy"] - row["home_accuracy"]
                row |= {"change_low": low, "change_high": high}
            else:
                row |= {"change": None, "change_low": None, "change_high": None}
            rows.append(row)
        return sorted(rows, key=lambda row: (row["change"] is None, row["change"] or 0.0))

    def table_rows(self) -> list[dict[str, Any]]:
        """Return the rows without the intervals of the parts."""
        kept = ("class", "home_accuracy", "there_accuracy", "change", "change_low", "change_high")
        return [{name: row[name] for name in kept} for row in self.rows()]

    def mistake_rows(self) -> list[dict[str, Any]]:
        """Return one row for each of the most confident mistakes on the other set."""
        names, of = self.there.class_names, self.there
        assert of.images is not None
        return [
            {
                "index": int(of.images[row]),
                "label": names[of.labels[row]],
                "predicted": names[of.predicted[row]],
                "probability": float(of.probabilities[row, of.predicted[row]]),
            }
            for row in self.mistakes.tolist()
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return every figure as plain data."""
        change = self.change
        return {
            "home": {"name": self.home_name, **_accuracy(self.home)},
            "there": {"name": self.other_name, **_accuracy(self.there)},
            "change": change.value,
            "change_interval": [change.low, change.high],
            "classes": self.rows(),
            "apart": self.apart.to_dict(),
            "mistakes": self.mistake_rows(),
            "notes": list(self.notes),
        }

    def plot(self, ax: Any = None) -> Figure:
        """Draw accuracy by class, the mean images, what gives the set away, and mistakes.

        Into ``ax``, if given, goes accuracy by class alone.
        """
        from linocut.plot import plot_elsewhere  # Matplotlib loads on use

        return plot_elsewhere(
            self.rows(),
            (self.home_name, self.other_name),
            self.apart.means,
            self.apart.template,
            self.mistake_images,
            [(row["label"], row["predicted"], row["probability"]) for row in self.mistake_rows()],
            title=self.sentence,
            ax=ax,
        )


def _count(of: Predictions, k: int) -> tuple[int, int]:
    """Return how many images of a class are correctly classified, and how many there are."""
    mine = of.labels == k
    return int((of.predicted[mine] == k).sum()), int(mine.sum())


def _accuracy(of: Predictions) -> dict[str, Any]:
    found = of.evaluation
    return {"n": found.n, "accuracy": found.accuracy, "interval": list(found.interval)}
