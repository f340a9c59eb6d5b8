"""A linear model as a diagram: from one image's pixels by weights and sums to probabilities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from linocut.core import LinocutError, Result
from linocut.core.colour_limit import colour_limit
from linocut.core.forms import Floats, LinearForm
from linocut.explain.pixel_models import LOG_RATIO
from linocut.explain.pulling_back import pulled

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FULL = 255.0


@dataclass(frozen=True, eq=False, repr=False)
class ModelDiagram(Result):
    """What a model that is linear in the pixels computes for one image.

    Attributes
    ----------
    classes : tuple of str
        The K classes.
    image : float64 array, shape (h, w)
        The pixels that count.
    weights : float64 array, shape (K, h, w)
        For softmax against the class average, which changes no probability.
    intercepts : float64 array, shape (K,)
        Added to each sum.
    sums : float64 array, shape (K,)
        Σ weight × pixel.
    scores : float64 array, shape (K,)
        Sum and intercept.
    exponentials : float64 array, shape (K,)
        e to the score, less the largest of all.
    probabilities : float64 array, shape (K,)
        Each exponential's share of their sum.
    """

    classes: tuple[str, ...]
    image: Floats
    weights: Floats
    intercepts: Floats
    sums: Floats
    scores: Floats
    exponentials: Floats
    probabilities: Floats

    @property
    def sentence(self) -> str:
        """Say how the most likely class comes about."""
        k = int(self.probabilities.argmax())
        return (
            f"{self.image.size:,} pixels times {self.image.size:,} weights sum to "
            f"{self.sums[k]:+.2f} for {self.classes[k]}; with the intercept "
            f"{self.intercepts[k]:+.2f} its score is {self.scores[k]:+.2f}, and its exponential is "
            f"{100 * self.probabilities[k]:.1f} % of the sum of all {len(self.classes)}."
        ).replace("-", "−")

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a class, from pixels to probability."""
        columns = (self.sums, self.intercepts, self.scores, self.exponentials, self.probabilities)
        names = ("sum", "intercept", "score", "exponential", "probability")
        return [
            {"class": name, **{what: float(v[k]) for what, v in zip(names, columns, strict=True)}}
            for k, name in enumerate(self.classes)
        ]

    def plot(self) -> Figure:
        """Draw it from left to right: pixels, weights, score, probability."""
        from linocut.plot import plot_diagram  # Matplotlib loads on use

        return plot_diagram(
            self.image,
            self.weights,
            self.scores,
            self.probabilities,
            self.classes,
            limit=colour_limit(self.weights, self.image / FULL),
        )


def model_diagram(model: Any, image: Any) -> ModelDiagram:
    """Follow one image through a model that is linear in its pixels.

    Parameters
    ----------
    model : ImageClassifier, Pipeline or linear model
        Fitted, softmax.
    image : array, shape (h, w)
        As the model takes it.

    Raises
    ------
    LinocutError
        If its scores are not linear in the pixels, or not the logarithms of probability ratios.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from linocut.models import SoftmaxRegression
    >>> digits = load_digits()
    >>> model = SoftmaxRegression(0.01).fit(digits.images, digits.target)
    >>> found = model_diagram(model, digits.images[0])
    >>> P = model.predict_proba(digits.images[:1])[0]
    >>> bool(np.allclose(found.probabilities, P)), found.classes[found.probabilities.argmax()]
    (True, '0')
    """
    found = pulled(model)
    if not isinstance(found.form, LinearForm) or found.unit != LOG_RATIO:
        raise LinocutError(
            "this model is not softmax on sums of weighted pixels, so it is no such diagram — take "
            "one that is, such as --rung softmax"
        )
    W, b = found.form.W, found.form.b
    W, b = W - W.mean(axis=0), b - b.mean()
    x = found.pixels(image)
    shape = found.image_shape or (1, len(x))
    sums = W @ x
    scores = sums + b
    exponentials = np.exp(scores - scores.max())
    return ModelDiagram(
        tuple(map(str, found.classes)),
        x.reshape(shape),
        W.reshape(-1, *shape),
        b,
        sums,
        scores,
        exponentials,
        exponentials / exponentials.sum(),
    )
