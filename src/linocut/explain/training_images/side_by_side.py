"""From class means to learned weights: the same images, counted differently.

Every linear model here is Σ_i a_ik x_i. For class means all images of a class have one coefficient;
least squares gives each one by its error; one-vs-rest and softmax give most of it to the few images
that are hard to tell. That is the whole difference between them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from linocut.core import LinocutError, Result
from linocut.core.forms import Floats
from linocut.explain.training_images.coefficients import TrainingCoefficients

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, eq=False, repr=False)
class Lineage(Result):
    """Several models of the same images, side by side.

    Attributes
    ----------
    titles : tuple of M str
        What to call each model.
    classes : tuple of K str
        The classes.
    templates : tuple of M float64 arrays, shape (K, h, w)
        Rebuilt from their training images; against the class average.
    half : tuple of M float
        The smallest share of the images that carries half of the absolute coefficients.
    residuals : tuple of M float
        Distance of each sum to its model's weights, as a share of their length.
    """

    titles: tuple[str, ...]
    classes: tuple[str, ...]
    templates: tuple[Floats, ...]
    half: tuple[float, ...]
    residuals: tuple[float, ...]

    @property
    def sentence(self) -> str:
        """Say on how few images the weight comes to lie."""
        return "; ".join(
            f"{title}: half of the weight on {share:.1%} of the images"
            for title, share in zip(self.titles, self.half, strict=True)
        )

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a model."""
        return [
            {"model": title, "half_of_the_weight_on": share, "residual": residual}
            for title, share, residual in zip(self.titles, self.half, self.residuals, strict=True)
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the table and the sentence as plain data."""
        return {"sentence": self.sentence, "models": self.rows()}

    def plot(self) -> Figure:
        """Draw the templates, a row a model."""
        from linocut.plot import plot_templates  # Matplotlib loads on use

        titles = [
            f"{title}: half on {share:.1%} of the images"
            for title, share in zip(self.titles, self.half, strict=True)
        ]
        units = ["score per unit of ink, against the class average"] * len(titles)
        return plot_templates(self.templates, titles, self.classes, units=units)


def lineage(models: Sequence[tuple[str, TrainingCoefficients]]) -> Lineage:
    """Put models of the same images side by side.

    Parameters
    ----------
    models : sequence of (str, TrainingCoefficients)
        Simplest first; see `training_coefficients`.

    Raises
    ------
    LinocutError
        If there is none, they have different classes, or their image shape is not known.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from linocut.explain import training_coefficients
    >>> from linocut.models import ClassMeans, LeastSquaresClassifier
    >>> X, y = load_digits().images, load_digits().target
    >>> models = lineage(
    ...     [
    ...         (title, training_coefficients(model.fit(X, y), X, y))
    ...         for title, model in (
    ...             ("Class means", ClassMeans("dot")),
    ...             ("Least squares", LeastSquaresClassifier()),
    ...         )
    ...     ]
    ... )
    >>> models.half[0] > models.half[1]
    True
    """
    if not models:
        raise LinocutError("no models to put side by side — give at least one")
    names = models[0][1].training.class_names
    templates, half = [], []
    for title, each in models:
        shape = each.training.pulled.image_shape
        if each.training.class_names != names or shape is None:
            raise LinocutError(
                f"{title}: other classes than {models[0][0]}, or images of unknown shape — fit all "
                "on the same images"
            )
        W = each.rebuilt()
        templates.append((W - W.mean(axis=0)).reshape(-1, *shape))
        sizes = np.sort(np.abs(each.coefficients).sum(axis=1))[::-1]
        needed = int(np.searchsorted(np.cumsum(sizes), 0.5 * sizes.sum())) + 1
        half.append(needed / len(sizes))
    return Lineage(
        tuple(title for title, _ in models),
        names,
        tuple(templates),
        tuple(half),
        tuple(each.residual for _, each in models),
    )
