"""Selection frequency: which pixels an L1 penalty keeps, again and again.

One fit with L1 keeps some pixels and drops others that would have served as well. Over many halves
of the images, how often a pixel is kept tells which choices were more than chance: Meinshausen and
Bühlmann, "Stability selection" (2010).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import clone

from linocut.core import LinocutError, Result
from linocut.core.forms import Floats
from linocut.explain.given_models import (
    FOLDED,
    class_names_of,
    estimator_of,
    images_for,
    labels_within,
    steps_and_last,
)
from linocut.explain.pixel_models import PulledBack
from linocut.explain.pulling_back import pull_back
from linocut.models import FittedLinear, LogisticRegression
from linocut.models.inputs import check_parameter
from linocut.models.logistic import read_penalty
from linocut.models.regression import Regression

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ALWAYS = 0.9  # share of the fits from which on a pixel counts as kept


@dataclass(frozen=True, eq=False, repr=False)
class SelectionFrequency(Result):
    """How often each pixel has a weight in each class's template.

    Attributes
    ----------
    frequency : float64 array, shape (K, h, w)
        Share of the fits in which the weight is not zero.
    sign : float64 array, shape (K, h, w)
        Share in which it is above zero less share in which it is below.
    classes : tuple of str
        The K classes.
    fits : int
        How many there were, each on a half of the images.
    """

    frequency: Floats
    sign: Floats
    classes: tuple[str, ...]
    fits: int

    @property
    def sentence(self) -> str:
        """Say how many pixels are kept nearly always."""
        kept = (self.frequency >= ALWAYS).reshape(len(self.classes), -1).sum(axis=1)
        ever = (self.frequency > 0).reshape(len(self.classes), -1).sum(axis=1)
        return (
            f"Over {self.fits} fits on halves of the images a class keeps {int(np.median(kept))} "
            f"pixels at least {ALWAYS:.0%} of the time and {int(np.median(ever))} at least once "
            "(medians over classes)."
        )

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a class."""
        return [
            {
                "class": name,
                "kept": int((shares >= ALWAYS).sum()),
                "ever": int((shares > 0).sum()),
            }
            for name, shares in zip(self.classes, self.frequency, strict=True)
        ]

    def plot(self) -> Figure:
        """Draw the signed frequencies, an image a class."""
        from linocut.plot import plot_templates  # Matplotlib loads on use

        return plot_templates(
            [self.sign],
            ["Kept by L1"],
            self.classes,
            units=["share of the fits that keep the pixel, with the sign of its weight"],
            limits=[1.0],
            sides=("kept, below zero", "kept, above zero"),
        )


def selection_frequency(
    model: Any, images: Any, labels: Any, *, fits: int = 20, random_state: int = 0
) -> SelectionFrequency:
    """Fit an L1 model on many random halves of the images and count which pixels it keeps.

    Parameters
    ----------
    model : SoftmaxRegression or OneVsRestRegression with ``l1_ratio`` above zero, a Pipeline of
        steps that keep pixels apart (scaling, cropping) and such a model, or an ImageClassifier
        of either. It stays as it is.
    images, labels
        To fit on. For an `ImageClassifier` labels are names or positions.
    fits : int
        How many, from 2 up.
    random_state : int
        Of the halves, which are stratified.

    Raises
    ------
    LinocutError
        If the model has no L1 penalty: then it drops no pixel.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from linocut.models import SoftmaxRegression
    >>> digits = load_digits()
    >>> model = SoftmaxRegression(0.01, l1_ratio=1.0, tol=0.1)
    >>> kept = selection_frequency(model, digits.images[:400], digits.target[:400], fits=3)
    >>> kept.frequency.shape, bool(kept.frequency.max() == 1)
    ((10, 8, 8), True)
    """
    estimator = estimator_of(model)
    _, last = steps_and_last(estimator)
    if isinstance(last, FittedLinear):
        raise LinocutError(FOLDED)
    if not _drops_pixels(last):
        raise LinocutError(
            f"{type(last).__name__} with l1_ratio={getattr(last, 'l1_ratio', None)!r} drops no "
            "pixel — give a SoftmaxRegression or OneVsRestRegression with l1_ratio above zero"
        )
    check_parameter("fits", fits, fits >= 2, "an integer from 2 up")
    images = np.asarray(images_for(model, images))
    labels = np.asarray(labels_within(model, labels))
    from sklearn.model_selection import StratifiedShuffleSplit  # loads much

    halves = StratifiedShuffleSplit(fits, train_size=0.5, random_state=random_state)
    kept: Floats | int = 0
    signed: Floats | int = 0
    pulled: PulledBack | None = None
    for rows, _ in halves.split(np.zeros(len(labels)), labels):
        pulled = pull_back(clone(estimator).fit(images[rows], labels[rows]))
        W = pulled.form.W
        kept, signed = kept + (W != 0), signed + np.sign(W)
    assert pulled is not None
    shape = images.shape[1:] if images.ndim in {3, 4} else pulled.image_shape or (1, W.shape[1])
    return SelectionFrequency(
        np.asarray(kept / fits).reshape(-1, *shape),
        np.asarray(signed / fits).reshape(-1, *shape),
        class_names_of(model, pulled.classes),
        fits,
    )


def _drops_pixels(model: Any) -> bool:
    if isinstance(model, LogisticRegression):
        return read_penalty(model.penalty, model.C, model.l1_ratio)[1] > 0
    return isinstance(model, Regression) and model.l1_ratio > 0
