"""What a recipe is: which features and which model make a rung."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sklearn.base import BaseEstimator

from linocut.data import ImagePart
from linocut.features import Augmentation

Chosen = dict[str, Any]
Steps = list[tuple[str, BaseEstimator]]


@dataclass(frozen=True)
class Options:
    """What a recipe leaves open: each pair of one and one is a candidate."""

    features: tuple[Chosen, ...] = ({},)
    model: tuple[Chosen, ...] = ({},)

    @property
    def only_one(self) -> bool:
        """Whether nothing is left to choose."""
        return len(self.features) * len(self.model) == 1


@dataclass(frozen=True)
class Cost:
    """Roughly what a rung takes on two cores, so that one too many need not be begun.

    Attributes
    ----------
    fixed : float
        Seconds whatever the number of images, for images of 28 × 28.
    an_image : float
        Seconds for a thousand training images more, for images of 28 × 28.
    """

    fixed: float
    an_image: float

    def seconds(self, n: int, pixels: int) -> float:
        """Return the seconds for n training images of so many pixels."""
        return (self.fixed + self.an_image * n / 1000) * pixels / 784


@dataclass(frozen=True)
class Recipe:
    """How to make one rung.

    Attributes
    ----------
    name, title, description : str
        For the command line, for tables, and one sentence on what the model does.
    features : callable
        Makes the unfitted steps from uint8 images to features, given what was chosen.
    model : callable
        Makes the unfitted classifier, given what was chosen.
    options : callable
        What is to be chosen, given the training part.
    cost : Cost
        Roughly what it takes.
    linear : bool
        Whether the model is convex and linear in its features.
    copies : callable or None
        Given the training part, how its images are distorted for a second copy of each to fit on;
        None fits on the images alone.
    extra : str or None
        The extra of this package that it needs.
    least_side : int
        Pixels that images need along either side.
    """

    name: str
    title: str
    description: str
    features: Callable[[Chosen], Steps]
    model: Callable[[Chosen], BaseEstimator]
    options: Callable[[ImagePart], Options]
    cost: Cost
    linear: bool = True
    copies: Callable[[ImagePart], Augmentation] | None = None
    extra: str | None = None
    least_side: int = 1
