"""How far weights would differ on other images: the same fit with rows weighted at random."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning

from linocut.core import LinocutError, Result
from linocut.core.colour import Shape
from linocut.models.inputs import TrainingRows, check_parameter, training_rows
from linocut.models.linear import Floats
from linocut.models.regression import Regression
from linocut.solve import Fit, Iteration, Outcome, Readings

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, eq=False, repr=False)
class Bootstrap(Result):
    """Fits of one model to the same rows, weighted at random.

    Attributes
    ----------
    coef : float64 array, shape (m, K, d)
        Weights of each fit.
    intercept : float64 array, shape (m, K)
        Intercepts.
    best_coef : float64 array, shape (K, d)
        Weights of the fit to the rows as they are.
    gap : float64 array, shape (m,)
        Bound of each fit's relative distance to its optimum.
    passes : float64 array, shape (m + 1,)
        Readings of all rows that each fit took; first the one to the rows as they are.
    classes : array, shape (K,)
        The labels, sorted.
    image_shape : (int, int) or None
        Height and width, where known.
    """

    coef: Floats = field(repr=False)
    intercept: Floats = field(repr=False)
    best_coef: Floats = field(repr=False)
    gap: Floats
    passes: Floats
    classes: NDArray[Any]
    image_shape: Shape | None

    @property
    def standard_error(self) -> Floats:
        """Standard deviation of each weight over the fits, shape (K, d)."""
        return np.asarray(self.coef.std(axis=0, ddof=1))

    @property
    def ratio(self) -> Floats:
        """Each weight divided by its standard error, shape (K, d); 0 where it never differs."""
        error = self.standard_error
        return np.divide(self.best_coef, error, out=np.zeros_like(error), where=error > 0)

    @property
    def sentence(self) -> str:
        """Say how many weights are known by their sign."""
        used = self.standard_error > 0
        sure = np.mean(np.abs(self.ratio[used]) > 2) if used.any() else 0.0
        return (
            f"{len(self.coef)} fits to rows weighted at random: {100 * sure:.0f} % of the weights "
            "that vary are more than two standard errors from zero."
        )

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a class: the size of its weights and of their standard errors."""
        return [
            {
                "class": str(name),
                "weights": float(np.sqrt(np.mean(self.best_coef[k] ** 2))),
                "standard_error": float(np.sqrt(np.mean(self.standard_error[k] ** 2))),
            }
            for k, name in enumerate(self.classes)
        ]

    def plot(self) -> Figure:
        """Draw each weight in standard errors, as one image a class.

        Raises
        ------
        LinocutError
            If the rows are no images.
        """
        from linocut.plot import plot_templates  # Matplotlib loads on use

        if self.image_shape is None:
            raise LinocutError("the rows are no images — give the model its image_shape")
        return plot_templates(
            [self.ratio.reshape(-1, *self.image_shape)],
            ["Weights"],
            list(map(str, self.classes)),
            units=["standard errors"],
        )


def bootstrap(
    model: Regression,
    X: Any,
    y: Any = None,
    *,
    n_fits: int = 20,
    sample_weight: Any = None,
    random_state: int | np.random.Generator = 42,
    callback: Callable[[Iteration], bool | None] | None = None,
) -> Bootstrap:
    """Fit a model many times to the same rows, each time with other random weights.

    The rows are read, searched for their non-zero pixels and multiplied into Gram matrices once
    for all fits, and each fit starts at the optimum of the rows as they are.

    Parameters
    ----------
    model : SoftmaxRegression, OneVsRestRegression or BinaryRegression
        With its parameters; it is not fitted itself. Without L1 penalty.
    X, y, sample_weight
        As of the model's ``fit``.
    n_fits : int
        Fits with random weights, from 2 up.
    random_state : int or Generator
        Of the weights.
    callback : callable, optional
        Called with each `Iteration` of each fit; a true answer ends the fit that it is of.

    Returns
    -------
    Bootstrap
        Weights of all fits, and their standard errors.

    Raises
    ------
    LinocutError
        If a parameter is out of its range, or the model has an L1 penalty.

    Warns
    -----
    ConvergenceWarning
        If a fit ended before its certificate held.

    Notes
    -----
    D. B. Rubin, "The Bayesian bootstrap", Annals of Statistics 9 (1981): weights drawn from the
    flat Dirichlet distribution instead of by counting rows drawn with replacement. No row gets
    the weight 0, so no class is ever lost.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> from linocut.models import SoftmaxRegression
    >>> digits = load_dataset("digits").train
    >>> fits = bootstrap(SoftmaxRegression(C=1e-3, tol=1e-4), digits.images, digits.labels)
    >>> fits.coef.shape, bool(fits.passes[1:].mean() < fits.passes[0])
    ((20, 10, 64), True)
    """
    check_parameter("n_fits", n_fits, n_fits >= 2, "a whole number from 2 up")
    if model.l1_ratio > 0:
        raise LinocutError(f"l1_ratio={model.l1_ratio:g} — bootstrap takes models without L1")
    model = clone(model)
    model._check_parameters()
    rows = training_rows(model, X, y, sample_weight)
    rng = np.random.default_rng(random_state)
    fitted, shared = partial(model._minimised, rows, callback=callback), Readings()
    objective = model._objective(rows)
    best = fitted(objective, None, readings=shared)
    fits = []
    for _ in range(n_fits):
        weights = rng.exponential(size=len(rows.blocks))
        weights *= 1.0 if rows.weights is None else rows.weights
        drawn = weights * (len(weights) / weights.sum())  # C keeps its meaning
        reweighted = replace(objective, blocks=objective.blocks.labelled(rows.y, drawn))
        start = best.point.W, best.point.b
        fits.append(fitted(reweighted, start, readings=shared.reweighted(rows.y, drawn)))
    unproven = sum(fit.record.outcome is not Outcome.CONVERGED for fit in (best, *fits))
    if unproven:
        warnings.warn(
            f"bootstrap: {unproven} of {n_fits + 1} fits ended before their certificate held "
            "(a larger max_iter or tol helps)",
            ConvergenceWarning,
            stacklevel=2,
        )
    kept = [_weights(model, rows, fit) for fit in (best, *fits)]
    return Bootstrap(
        coef=np.stack([W for W, _ in kept[1:]]),
        intercept=np.stack([b for _, b in kept[1:]]),
        best_coef=kept[0][0],
        gap=np.array([fit.record.last.gap for fit in fits]),
        passes=np.array([fit.record.last.passes for fit in (best, *fits)]),
        classes=rows.classes,
        image_shape=rows.image_shape,
    )


def _weights(model: Regression, rows: TrainingRows, fit: Fit) -> tuple[Floats, Floats]:
    """Return the weights and intercepts that the model keeps of a fit."""
    model._keep(rows, fit.point.W, fit.point.b)
    return model.coef_, model.intercept_
