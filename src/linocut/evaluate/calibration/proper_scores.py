"""Proper scores, and the part of the Brier score that better calibration could take away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from linocut.evaluate.calibration.chance import small_percent
from linocut.evaluate.calibration.events import of_class
from linocut.evaluate.intervals import Estimate, mean_of
from linocut.evaluate.judging import Judgement
from linocut.evaluate.metrics.overall import image_distances
from linocut.evaluate.predictions import Predictions

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Floats = NDArray[np.float64]

LEAST = float(np.finfo(np.float64).eps)  # of a probability, as scikit-learn's log_loss has it
DRAWN = 20  # classes


@dataclass(frozen=True, eq=False, repr=False)
class ProperScores(Judgement):
    """Log loss and Brier score: least, on average, where the probabilities are the true ones.

    Attributes
    ----------
    class_names : tuple of K str
        The classes.
    log_loss : Estimate
        Mean of −log of the true class's probability, nats; probabilities below 2.2e-16 count as
        that.
    brier : Estimate
        Mean squared distance of the probabilities to the true class's indicator, from 0 to 2.
    miscalibration, discrimination, uncertainty : float64 arrays, shape (K,)
        Of each class's part of the Brier score, which is their sum with the second one subtracted:
        what better calibration could take away, what the model knows beyond the frequency of the
        class, and what there was to know.
    n : int
        Images.

    Notes
    -----
    T. Dimitriadis, T. Gneiting and A. I. Jordan, "Stable reliability diagrams for probabilistic
    classifiers", PNAS 118 (2021): the decomposition by isotonic regression, exact and without
    bins. Fitted to the same images, it shows some miscalibration even where there is none.

    Examples
    --------
    >>> shares = [[0.9, 0.1], [0.8, 0.2], [0.3, 0.7], [0.6, 0.4]]
    >>> found = ProperScores.from_predictions(Predictions.from_arrays([0, 0, 1, 1], shares))
    >>> parts = found.miscalibration - found.discrimination + found.uncertainty
    >>> round(found.brier.value, 4), round(float(parts.sum()), 4)
    (0.25, 0.25)
    """

    class_names: tuple[str, ...]
    log_loss: Estimate
    brier: Estimate
    miscalibration: Floats
    discrimination: Floats
    uncertainty: Floats
    n: int

    @classmethod
    def from_predictions(cls, predictions: Predictions) -> Self:
        """Estimate predictions.

        Parameters
        ----------
        predictions : Predictions
            Of n images.
        """
        n, K = predictions.probabilities.shape
        right = predictions.probabilities[np.arange(n), predictions.labels].astype(np.float64)
        off, known, all_ = np.array([_parts(predictions, k) for k in range(K)]).T
        return cls(
            predictions.class_names,
            mean_of(-np.log(np.clip(right, LEAST, 1))),
            mean_of(image_distances(predictions)),
            off,
            known,
            all_,
            n,
        )

    @property
    def sentence(self) -> str:
        """Say what the scores are, and how much of them better calibration could take away."""
        share = float(self.miscalibration.sum()) / max(self.brier.value, LEAST)
        return (
            f"Log loss {self.log_loss.plain_in_words()} nats, Brier score {self.brier.plain()}; "
            f"{small_percent(share)} of the latter is miscalibration."
        )

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a class: its part of the Brier score, and what that consists of."""
        parts = zip(self.miscalibration, self.discrimination, self.uncertainty, strict=True)
        return [
            {
                "class": name,
                "brier": float(off - known + all_),
                "miscalibration": float(off),
                "discrimination": float(known),
                "uncertainty": float(all_),
            }
            for name, (off, known, all_) in zip(self.class_names, parts, strict=True)
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return every figure as plain data."""
        return {
            "n": self.n,
            **self.log_loss.columns("log_loss"),
            **self.brier.columns("brier"),
            "miscalibration": float(self.miscalibration.sum()),
            "discrimination": float(self.discrimination.sum()),
            "uncertainty": float(self.uncertainty.sum()),
            "classes": self.rows(),
        }

    def plot(self, ax: Axes | None = None) -> Figure:
        """Draw how much of what there was to know the model knows, and how much it gives away."""
        from linocut.plot import plot_measures  # Matplotlib loads on use

        panels = [("given away by miscalibration, %", self.miscalibration)]
        if ax is None:
            panels.insert(0, ("known of what there was to know, %", self.discrimination))
        worst = np.sort(np.argsort(-self.miscalibration, kind="stable")[:DRAWN])
        shares = [
            (unit, (part / np.maximum(self.uncertainty, LEAST))[worst].tolist())
            for unit, part in panels
        ]
        return plot_measures(
            [self.class_names[k] for k in worst],
            [(unit, [(share, share, share) for share in each]) for unit, each in shares],
            ax=ax,
        )


def _parts(predictions: Predictions, k: int) -> tuple[float, float, float]:
    """Return miscalibration, discrimination and uncertainty of one class."""
    from sklearn.isotonic import IsotonicRegression  # loads on use

    event = of_class(predictions, k)
    p, y = event.confidences, event.outcomes
    best = IsotonicRegression(y_min=0, y_max=1).fit(p, y).predict(p)
    error, least, all_ = (float(np.square(q - y).mean()) for q in (p, best, y.mean()))
    return error - least, all_ - least, all_
