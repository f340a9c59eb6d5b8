"""Templates of a model: its weights, and what in the images goes with its scores.

Weights are not importance. A weight may be there only to cancel what another pixel brings in; the
pixels that really vary with a score are told by the covariance of pixels and score, the activation
pattern of Haufe et al., "On the interpretation of weight vectors of linear models in multivariate
neuroimaging" (2014), eq. 6: pattern = covariance of the images × weights / variance of the score.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from linocut.core import LinocutError, Result
from linocut.core.blocks import ArrayBlocks
from linocut.core.forms import Floats, LinearForm, QuadraticForm
from linocut.core.gram import gram_matrix
from linocut.explain.pulling_back import PulledBack

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PAIRS = 2  # eigen-templates of each sign that are shown


@dataclass(frozen=True, eq=False)
class Templates(Result):
    """Pictures of a model that is linear in the pixels.

    Attributes
    ----------
    classes : tuple of str
        The K classes.
    weights : float64 array, shape (K, h, w)
        What one fully inked pixel adds to the score of a class, against the class average.
    patterns : float64 array, shape (K, h, w)
        How much ink a pixel has more, as a share of full ink, where that score is one standard
        deviation higher.
    agreement : float64 array, shape (K,)
        Correlation of the two pictures of each class over the pixels that ever vary.
    unit : str
        Of a score.
    """

    classes: tuple[str, ...]
    weights: Floats
    patterns: Floats
    agreement: Floats
    unit: str

    @property
    def sentence(self) -> str:
        """Say how far weights and patterns differ."""
        best, worst = int(np.argmax(self.agreement)), int(np.argmin(self.agreement))
        return (
            f"Weights and activation patterns agree most for {self.classes[best]} (correlation "
            f"{self.agreement[best]:.2f}) and least for {self.classes[worst]} "
            f"({self.agreement[worst]:.2f}): where they differ, a weight cancels what neighbouring "
            "pixels bring in, and the pattern tells what is really there."
        )

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a class: largest weight, and agreement."""
        return [
            {"class": name, "largest_weight": float(np.abs(W).max()), "agreement": float(r)}
            for name, W, r in zip(self.classes, self.weights, self.agreement, strict=True)
        ]

    def plot(self) -> Figure:
        """Draw weights above patterns, a column a class."""
        from linocut.plot import plot_templates  # Matplotlib loads on use

        return plot_templates(
            [self.weights, self.patterns],
            ["Weights", "Activation patterns"],
            self.classes,
            units=[f"{self.unit} a fully inked pixel", "ink a standard deviation of the score"],
            sides=("against the class", "for the class"),
        )


@dataclass(frozen=True, eq=False)
class EigenTemplates(Result):
    """Pictures of a model that is quadratic in the pixels.

    A score's quadratic part is Σ_j eigenvalue_j (picture_j · (x − centre))²: each picture is
    matched with the image, in either sign, and the squared match adds evidence or removes it.

    Attributes
    ----------
    classes : tuple of str
        The K classes.
    values : float64 array, shape (K, m)
        Eigenvalues of each class against the class average, from most to least: in the unit of a
        score, for a match of one fully inked pixel.
    pictures : float64 array, shape (K, m, h, w)
        Eigenvectors, of length 1.
    unit : str
        Of a score.
    """

    classes: tuple[str, ...]
    values: Floats
    pictures: Floats
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

    def plot(self) -> Figure:
        """Draw the pictures that add most and those that remove most, a column a class."""
        from linocut.plot import plot_templates  # Matplotlib loads on use

        count = min(PAIRS, self.values.shape[1] // 2)
        order = [*range(count), *range(-1, -count - 1, -1)]
        titles = [
            f"{'Adds' if j >= 0 else 'Removes'} most{', second' if j in {1, -2} else ''}"
            for j in order
        ]
        return plot_templates(
            [self.pictures[:, j] for j in order],
            titles,
            self.classes,
            units=["share of a picture of length 1"] * len(order),
            sides=("matched in this sign", "or in this"),
        )


def templates_of(model: PulledBack, images: Any) -> Templates | EigenTemplates:
    """Return the templates of a model, and how they compare with what the images are like.

    Parameters
    ----------
    model : PulledBack
        See `pull_back`.
    images : array, shape (n, h, w) or (n, d)
        Training images: their covariance and their largest value, full ink, are used.

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
    >>> from linocut.explain import pull_back
    >>> from linocut.models import ClassMeans
    >>> digits = load_digits()
    >>> model = pull_back(ClassMeans("difference").fit(digits.images, digits.target))
    >>> found = templates_of(model, digits.images)
    >>> found.patterns.shape, bool(found.agreement.min() > 0)
    ((10, 8, 8), True)
    """
    shape = model.image_shape
    if shape is None:
        raise LinocutError("the image shape is not known — give pull_back image_shape=(h, w)")
    X = model.images(images)
    full = float(X.max(initial=0)) or 1.0
    names = tuple(map(str, model.classes))
    if isinstance(model.form, QuadraticForm):
        values, pictures = eigen_pictures(model.form)
        return EigenTemplates(
            names, values * full**2, pictures.reshape(*values.shape, *shape), model.unit
        )
    W, patterns, agreement = _patterns(model.form, X, full)
    return Templates(
        names, W.reshape(-1, *shape), patterns.reshape(-1, *shape), agreement, model.unit
    )


def _patterns(form: LinearForm, X: Any, full: float) -> tuple[Floats, Floats, Floats]:
    blocks = ArrayBlocks(X, np.dtype(np.float64))
    n = blocks.shape[0]
    mean = sum(blocks.map(lambda rows, X: X.sum(axis=0))) / n
    covariance = gram_matrix(blocks, centre=mean) / n
    W = form.W - form.W.mean(axis=0)
    with_score = W @ covariance
    spread = np.sqrt(np.maximum(np.einsum("kd,kd->k", with_score, W), 0))
    patterns = with_score / np.where(spread > 0, spread, 1)[:, None] / full
    varies = covariance.diagonal() > 0
    agreement = np.array(
        [_correlation(w[varies], p[varies]) for w, p in zip(W, patterns, strict=True)]
    )
    return W * full, patterns, agreement


def eigen_pictures(form: QuadraticForm) -> tuple[Floats, Floats]:
    """Return eigenvalues (K, m) and eigenvectors (K, m, d) of each class against their average.

    Of Aᵀ Q A, whose eigenvectors lie among the m rows of A: with Aᵀ = P R, P orthonormal, they
    are P times those of the small matrix R Q Rᵀ.
    """
    P, R = np.linalg.qr(form.A.T)
    small = R @ (form.Q - form.Q.mean(axis=0)) @ R.T
    values, vectors = np.linalg.eigh(small)
    pictures = np.einsum("dm,kmj->kjd", P, vectors)
    # Of the two signs, the one whose largest entry is ink.
    K, m, d = pictures.shape
    flat = pictures.reshape(K * m, d)
    flat *= np.sign(flat[np.arange(K * m), np.abs(flat).argmax(axis=1)])[:, None]
    return values[:, ::-1], flat.reshape(K, m, d)[:, ::-1]


def _correlation(x: Floats, y: Floats) -> float:
    x, y = x - x.mean(), y - y.mean()
    size = np.sqrt((x @ x) * (y @ y))
    return float(x @ y / size) if size > 0 else 0.0
