"""Templates of a model: its weights, and what in the images goes with its scores.

Weights are not importance. A weight may be there only to cancel what another pixel brings in; the
pixels that really vary with a score are told by the covariance of pixels and score, the activation
pattern of Haufe et al., "On the interpretation of weight vectors of linear models in multivariate
neuroimaging" (2014), eq. 6: pattern = covariance of the images × weights / variance of the score.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from linocut.core import LinocutError, Result
from linocut.core.blocks import ArrayBlocks
from linocut.core.colour import PLANE_NAMES
from linocut.core.colour_limit import colour_limit
from linocut.core.forms import Floats, QuadraticForm
from linocut.core.gram import ColumnSums, gram_matrix
from linocut.explain.pulling_back import pulled, shown_weights

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PAIRS = 2  # eigen-templates of each sign that are shown
ALIKE = 0.005  # correlations that differ by less are the same to two digits


@dataclass(frozen=True, eq=False, repr=False)
class Templates(Result):
    """Templates of a model that is linear in the pixels.

    Attributes
    ----------
    classes : tuple of str
        The K classes.
    weights : float64 array, shape (K, h, w) or (K, h, w, 3)
        What one fully inked pixel adds to the score of a class; for softmax, whose weights are
        defined up to a vector that all classes share, against the class average.
    patterns : float64 array, of the same shape
        How much ink a pixel has more, as a share of full ink, where that score is one standard
        deviation higher.
    agreement : float64 array, shape (K,)
        Correlation of weights and pattern of each class over the pixels that ever vary.
    unit : str
        Of a score; says so where it is against the class average.
    ink : float64 array, shape (h, w) or (h, w, 3)
        Mean ink of each pixel, as a share of full ink.
    """

    classes: tuple[str, ...]
    weights: Floats
    patterns: Floats
    agreement: Floats
    unit: str
    ink: Floats

    @property
    def sentence(self) -> str:
        """Say how far weights and patterns differ."""
        known = np.flatnonzero(np.isfinite(self.agreement))
        if not len(known):
            how = "cannot be compared: one of them is the same everywhere"
        elif np.ptp(self.agreement[known]) < ALIKE:
            how = f"have a correlation of {self.agreement[known].mean():.2f} for every class"
        else:
            best = known[np.argmax(self.agreement[known])]
            worst = known[np.argmin(self.agreement[known])]
            how = (
                f"have a correlation between {self.agreement[worst]:.2f} ({self.classes[worst]}) "
                f"and {self.agreement[best]:.2f} ({self.classes[best]})"
            )
        return (
            f"Weights and activation patterns {how}. Where they differ, a weight cancels what "
            "neighbouring pixels bring in, and the pattern tells what is there."
        )

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a class: largest weight, and agreement."""
        return [
            {"class": name, "largest_weight": float(np.abs(W).max()), "agreement": float(r)}
            for name, W, r in zip(self.classes, self.weights, self.agreement, strict=True)
        ]

    def plot(self, only: Sequence[int] | None = None) -> Figure:
        """Draw weights above patterns, a column a class.

        In colour each is one picture whose mid grey is zero, with the weights of red, green and
        blue, signed, between them.

        Parameters
        ----------
        only : sequence of int, optional
            Positions of the classes to draw; by default all.
        """
        from linocut.plot import plot_templates  # Matplotlib loads on use

        drawn = list(range(len(self.classes)) if only is None else only)
        shown = [self.weights[drawn], self.patterns[drawn]]
        titles = ["Weights", "Activation patterns"]
        units = [f"{self.unit} per fully inked pixel", "ink per standard deviation of score"]
        limits = [colour_limit(values, self.ink) for values in shown]
        if shown[0].ndim == 4:
            planes = [shown[0][..., k] for k in range(len(PLANE_NAMES))]
            shown[1:1], limits[1:1] = planes, limits[:1] * len(planes)
            titles[1:1] = [f"Weights of {name}" for name in PLANE_NAMES]
            units[1:1] = units[:1] * len(planes)
        return plot_templates(
            shown,
            titles,
            [self.classes[k] for k in drawn],
            among=self.classes,
            units=units,
            limits=limits,
            sides=("against the class", "for the class"),
        )

    def plot_grid(self, grid: tuple[int, int] | None = None, *, grey: bool = False) -> Figure:
        """Draw the weights alone, row by row.

        Parameters
        ----------
        grid : (int, int), optional
            Rows and columns; two rows if not given.
        grey : bool
            In grey, zero in its middle, instead of the colours of evidence.

        Raises
        ------
        LinocutError
            If the grid has no room for all classes.
        """
        from linocut.plot import plot_template_grid  # Matplotlib loads on use

        K = len(self.classes)
        return plot_template_grid(
            self.weights,
            self.classes,
            grid=grid or (min(2, K), -(-K // min(2, K))),
            limit=colour_limit(self.weights, self.ink),
            unit=f"{self.unit} per fully inked pixel",
            grey=grey,
        )


@dataclass(frozen=True, eq=False, repr=False)
class EigenTemplates(Result):
    """Templates of a model that is quadratic in the pixels.

    A score's quadratic part is Σ_j eigenvalue_j (template_j · (x − centre))²: each template is
    matched with the image, in either sign, and the squared match adds evidence or removes it.

    Attributes
    ----------
    classes : tuple of str
        The K classes.
    values : float64 array, shape (K, m)
        Eigenvalues of each class, for softmax against the class average, from most to least: in
        the unit of a score, for a match of one fully inked pixel.
    templates : float64 array, shape (K, m, h, w) or (K, m, h, w, 3)
        Eigenvectors, of length 1.
    unit : str
        Of a score; says so where it is against the class average.
    """

    classes: tuple[str, ...]
    values: Floats
    templates: Floats
    unit: str

    @property
    def sentence(self) -> str:
        """Say which class has the strongest match."""
        k, j = np.unravel_index(np.abs(self.values).argmax(), self.values.shape)
        verb = "adds to" if self.values[k, j] > 0 else "removes from"
        return (
            f"The strongest squared match {verb} the score of {self.classes[k]}: eigenvalue "
            f"{self.values[k, j]:+.3g} ({self.unit}, for a match of one fully inked pixel)."
        )

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a class: its first and last eigenvalue."""
        return [
            {"class": name, "adds_most": float(v[0]), "removes_most": float(v[-1])}
            for name, v in zip(self.classes, self.values, strict=True)
        ]

    def plot(self, only: Sequence[int] | None = None) -> Figure:
        """Draw the templates that add most and those that remove most, a column a class.

        Parameters
        ----------
        only : sequence of int, optional
            Positions of the classes to draw; by default all.
        """
        from linocut.plot import plot_templates  # Matplotlib loads on use

        count = min(PAIRS, self.values.shape[1] // 2)
        order = [*range(count), *range(-1, -count - 1, -1)]
        titles = [
            f"{'Adds' if j >= 0 else 'Removes'} most{', second' if j in {1, -2} else ''}"
            for j in order
        ]
        drawn = list(range(len(self.classes)) if only is None else only)
        return plot_templates(
            [self.templates[drawn, j] for j in order],
            titles,
            [self.classes[k] for k in drawn],
            among=self.classes,
            units=["share of a template of length 1"] * len(order),
            sides=("matched in this sign", "or in this"),
        )


def templates_of(model: Any, images: Any) -> Templates | EigenTemplates:
    """Return the templates of a model, and how they compare with what the images are like.

    Parameters
    ----------
    model : PulledBack, ImageClassifier, Pipeline or classifier
        Fitted; see `pull_back`.
    images : array, shape (n, h, w) or (n, d)
        Training images: their covariance and their largest value, full ink, are used. For an
        `ImageClassifier` also paths, bytes or PIL images.

    Returns
    -------
    Templates or EigenTemplates
        The latter for models that are quadratic in the pixels.

    Raises
    ------
    LinocutError
        If the images have another number of pixels, or their shape is not known.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from linocut.models import ClassMeans
    >>> digits = load_digits()
    >>> model = ClassMeans("difference").fit(digits.images, digits.target)
    >>> templates = templates_of(model, digits.images)
    >>> templates.patterns.shape, bool(templates.agreement.min() > 0), templates.unit
    ((10, 8, 8), True, 'score')
    """
    model = pulled(model)
    shape = model.image_shape
    if shape is None:
        raise LinocutError("the image shape is not known — give pull_back image_shape=(h, w)")
    X = model.images(images)
    full = float(X.max(initial=0)) or 1.0
    names = tuple(map(str, model.classes))
    if isinstance(model.form, QuadraticForm):
        Q, unit = shown_weights(model.form.Q, model.unit)
        values, vectors = eigen_templates(Q, model.form.A)
        return EigenTemplates(names, values * full**2, vectors.reshape(*values.shape, *shape), unit)
    W, unit = shown_weights(model.form.W, model.unit)
    patterns, agreement, mean = _patterns(W, X)
    return Templates(
        names,
        W.reshape(-1, *shape) * full,
        patterns.reshape(-1, *shape) / full,
        agreement,
        unit,
        mean.reshape(shape) / full,
    )


def eigen_templates(Q: Floats, A: Floats) -> tuple[Floats, Floats]:
    """Return eigenvalues (K, m), descending, and eigenvectors (K, m, d) of Aᵀ Q_k A.

    The eigenvectors lie among the m rows of A: with Aᵀ = P R, P orthonormal, they are P times
    those of the small matrix R Q_k Rᵀ.

    Parameters
    ----------
    Q : float64 array, shape (K, m, m)
        Symmetric, one a class.
    A : float64 array, shape (m, d)
        What is measured of the pixels.
    """
    P, R = np.linalg.qr(A.T)
    values, vectors = np.linalg.eigh(R @ Q @ R.T)
    vectors = np.einsum("dm,kmj->kjd", P, vectors)
    # Of the two signs, the one whose largest entry is ink.
    K, m, d = vectors.shape
    flat = vectors.reshape(K * m, d)
    flat *= np.sign(flat[np.arange(K * m), np.abs(flat).argmax(axis=1)])[:, None]
    return values[:, ::-1], flat.reshape(K, m, d)[:, ::-1]


def _patterns(W: Floats, X: Any) -> tuple[Floats, Floats, Floats]:
    """Return the patterns (K, d) of weights W (K, d), agreements (K,) and the mean of X (d,)."""
    blocks = ArrayBlocks(X, np.dtype(np.float64))
    n = blocks.shape[0]
    mean = blocks.sum(ColumnSums()) / n
    covariance = gram_matrix(blocks, mean) / n
    with_score = W @ covariance
    spread = np.sqrt(np.maximum(np.einsum("kd,kd->k", with_score, W), 0))
    patterns = with_score / np.where(spread > 0, spread, 1)[:, None]
    varies = covariance.diagonal() > 0
    agreement = [_correlation(w[varies], p[varies]) for w, p in zip(W, patterns, strict=True)]
    return patterns, np.array(agreement), mean


def _correlation(x: Floats, y: Floats) -> float:
    x, y = x - x.mean(), y - y.mean()
    size = np.sqrt((x @ x) * (y @ y))
    return float(x @ y / size) if size > 0 else 0.0
