"""The chance that noise flips a decision: the margin w·x of noisy pixels is Gaussian."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtr

from linocut.core import LinocutError, Result
from linocut.core.forms import Floats
from linocut.explain.flips.linear import linear_in_pixels


@dataclass(frozen=True, eq=False, repr=False)
class NoiseFlips(Result):
    """How likely independent noise of every pixel makes each rival overtake.

    Attributes
    ----------
    label : class label
        What is read without noise.
    rivals : tuple of class labels
        All other classes.
    sigma : float
        Standard deviation of the (Gaussian) noise of a pixel, in the unit of the pixels.
    probabilities : float64 array, shape (K − 1,)
        That the rival's score is above the class's: exact.
    bounds : (float, float)
        Between which the probability lies that any rival overtakes: the largest of them, and their
        sum.
    """

    label: Any
    rivals: tuple[Any, ...]
    sigma: float
    probabilities: Floats
    bounds: tuple[float, float]

    @property
    def sentence(self) -> str:
        """Say how likely a flip is."""
        worst = int(np.argmax(self.probabilities))
        low, high = self.bounds
        return (
            f"Under noise of standard deviation {self.sigma:g} a pixel {self.label} is read "
            f"otherwise with a probability between {low:.2g} and {high:.2g}, most likely as "
            f"{self.rivals[worst]}."
        )

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a rival, likeliest first."""
        order = np.argsort(-self.probabilities, kind="stable")
        return [
            {"rival": self.rivals[k], "probability": float(self.probabilities[k])} for k in order
        ]


def noise_flips(model: Any, image: Any, sigma: float) -> NoiseFlips:
    """Return how likely Gaussian noise of every pixel makes each rival overtake.

    The margin w·x over a rival then has the standard deviation sigma ‖w‖, so the probability is
    Φ(−margin / (sigma ‖w‖)).

    Parameters
    ----------
    model, image
        As for `smallest_flip`.
    sigma : float
        Standard deviation of a pixel's noise, in the unit of the pixels; above zero.
    """
    if not sigma > 0:
        raise LinocutError(f"sigma={sigma!r} — a standard deviation above zero")
    model, form, x = linear_in_pixels(model, image)
    scores = form.scores(x[None])[0]
    a = int(scores.argmax())
    rivals = np.array([k for k in range(len(scores)) if k != a])
    spread = sigma * np.linalg.norm(form.W[a] - form.W[rivals], axis=1)
    margins = scores[a] - scores[rivals]
    with np.errstate(divide="ignore", invalid="ignore"):
        P = np.where(spread > 0, ndtr(-margins / spread), (margins <= 0) * 0.5)
    return NoiseFlips(
        model.classes[a],
        tuple(model.classes[rivals]),
        float(sigma),
        P,
        (float(P.max()), float(min(1.0, P.sum()))),
    )
