"""Who made this template: every linear model here is a weighted sum of its training images.

    W_k = Σ_i a_ik x_i

- softmax and one-vs-rest with an L2 penalty: a_ik = C w_i (y_ik − p_ik), at the optimum: an image
  counts by how far its probability is from its label, and not at all once the model is sure of it;
- least squares with a ridge: a_ik = w_i (y_ik − score_ik) / alpha;
- class means: a constant for all images of a class.

Schölkopf, Herbrich and Smola, "A generalized representer theorem" (2001), says why it must be so.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError, Result
from linocut.core.blocks import Matrix
from linocut.core.forms import Floats, margin_directions
from linocut.explain.training_images.training_set import TrainingSet
from linocut.models import ClassMeans, LeastSquaresClassifier
from linocut.models.regression import Regression
from linocut.solve.moments import indicators
from linocut.solve.objective import targets

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FOREIGN = 0.3  # relative distance of sum and weights that no fit of these images explains
BALANCED = 1e-2  # sum of coefficients, as a share of their absolute sum, that is none
COUNTS = (1, 10, 100, 1_000, 10_000)  # images after which a running sum is shown


@dataclass(frozen=True, eq=False)
class Pull:
    """What one training image does to the margin of one image.

    Attributes
    ----------
    index : int
        Position of the training image.
    label : class label
        Its class.
    coefficient : float
        Of the training image in the template of one class less that in the rival's.
    similarity : float
        Dot product of the features of both images.
    evidence : float
        Their product: its part of the margin.
    """

    index: int
    label: Any
    coefficient: float
    similarity: float
    evidence: float


@dataclass(frozen=True, eq=False)
class RunningSum:
    """A template growing image by image.

    Attributes
    ----------
    counts : tuple of int
        Numbers of images.
    sums : float64 array, shape (len(counts), d)
        Weighted sums of so many images, in pixels.
    left : float64 array, shape (len(counts),)
        Distance to the template, as a share of its length.
    cosine : float64 array, shape (len(counts),)
        Cosine of the angle to the template.
    """

    counts: tuple[int, ...]
    sums: Floats
    left: Floats
    cosine: Floats


@dataclass(frozen=True, eq=False, repr=False)
class TrainingCoefficients(Result):
    """How much of every training image is in every template.

    Attributes
    ----------
    training : TrainingSet
        Model and images.
    coefficients : float64 array, shape (n, K)
        a_ik, positive where the image is added to the template.
    residual : float
        ‖W − Σ a x‖/‖W‖: rounding for closed forms; for fits, how far they stopped from the optimum.
    constant : float64 array, shape (K,)
        A grey value that the template has besides (class means with an offset); usually zero.
    """

    training: TrainingSet
    coefficients: Floats
    residual: float
    constant: Floats

    @property
    def inside(self) -> NDArray[np.bool_]:
        """Whether an image is of the class, shape (n, K)."""
        return np.asarray(self.training.y[:, None] == np.arange(self.training.n_classes))

    @property
    def sentence(self) -> str:
        """Say what the templates are made of."""
        A = np.abs(self.coefficients)
        total = np.sort(A.sum(axis=1))[::-1]
        half = int(np.searchsorted(np.cumsum(total), 0.5 * total.sum())) + 1 if total.any() else 0
        n = len(total)
        if np.ptp(total) <= 1e-9 * total.max(initial=0):
            return f"All {n:,} training images count alike."
        return (
            f"Half of all the weight is on {half:,} of {n:,} training images ({half / n:.1%}): "
            f"those that are hard to tell. Their weighted sum is the templates, to "
            f"{self.residual:.1e} of their size."
        )

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a class: sums and sizes of coefficients inside and outside it."""
        inside, A = self.inside, self.coefficients
        return [
            {
                "class": name,
                "inside_sum": float(A[inside[:, k], k].sum()),
                "outside_sum": float(A[~inside[:, k], k].sum()),
                "inside_largest": float(np.abs(A[inside[:, k], k]).max()),
                "outside_largest": float(np.abs(A[~inside[:, k], k]).max()),
                "half_of_the_weight_on": _half(np.abs(A[:, k])),
            }
            for k, name in enumerate(self.training.class_names)
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the table, the residual and the sentence as plain data."""
        return {"residual": self.residual, "sentence": self.sentence, "classes": self.rows()}

    def rebuilt(self) -> Floats:
        """Return Σ_i a_ik x_i in pixels, shape (K, d): the templates again."""
        training = self.training
        return training.in_pixels(training.weighted_sum(self.coefficients) + self.constant[:, None])

    def largest(self, label: Any, count: int = 10, *, inside: bool = True) -> NDArray[np.intp]:
        """Return the images with the largest coefficients in a class's template.

        Parameters
        ----------
        label : class label
            The class.
        count : int
            At most so many.
        inside : bool
            Images of the class; otherwise those of the other classes.
        """
        k = self.training.pulled.position(label)
        among = np.flatnonzero(self.inside[:, k] == inside)
        order = np.argsort(-np.abs(self.coefficients[among, k]), kind="stable")
        return np.asarray(among[order[:count]])

    @cached_property
    def _whole(self) -> Floats:
        return self.training.weighted_sum(self.coefficients)

    @cached_property
    def _mean(self) -> Floats:
        n = len(self.coefficients)
        return np.asarray(self.training.weighted_sum(np.full((n, 1), 1 / n))[0])

    def running_sum(
        self,
        label: Any,
        counts: tuple[int, ...] = COUNTS,
        *,
        order: Literal["size", "data"] = "size",
    ) -> RunningSum:
        """Return the template of a class after its first images, and after all.

        Where the coefficients sum to zero, which is what an intercept brings about, each image is
        taken less the mean of all: that changes nothing in the whole, and keeps what all images
        share out of the sum on its way.

        Parameters
        ----------
        label : class label
            The class.
        counts : tuple of int
            After how many images; the whole comes last.
        order : {"size", "data"}
            From the largest coefficient to the smallest, in absolute value, or as the images come.
        """
        training = self.training
        k = training.pulled.position(label)
        a = self.coefficients[:, k]
        n = len(a)
        ends = sorted({count for count in counts if 1 <= count < n})
        first = np.arange(n) if order == "data" else np.argsort(-np.abs(a), kind="stable")
        first = first[: max(ends, default=1)]
        terms = a[first, None] * training.features_of(training.images[first])
        sums = np.array([*(terms[:end].sum(axis=0) for end in ends), self._whole[k]])
        sums += self.constant[k]
        if abs(a.sum()) <= BALANCED * np.abs(a).sum():
            so_far = [*(a[first[:end]].sum() for end in ends), a.sum()]
            sums -= np.outer(so_far, self._mean)
        template = training.model.coef_[k]
        size = np.linalg.norm(template) or 1.0
        left = np.linalg.norm(sums - template, axis=1) / size
        lengths = np.linalg.norm(sums, axis=1) * size
        cosine = sums @ template / np.where(lengths > 0, lengths, 1)
        return RunningSum((*ends, n), training.in_pixels(sums), left, cosine)

    def pulls(
        self, image: Any, label: Any, versus: Any = None, count: int = 10
    ) -> tuple[list[Pull], list[Pull]]:
        """Return the training images that pull one image most towards a class, and most away.

        Parameters
        ----------
        image : array, shape (h, w) or (d,)
            Any image; for an `ImageClassifier` also a path, bytes or a PIL image.
        label, versus : class label
            The margin's class and its rival; None is the class average.
        count : int
            At most so many on either side.

        Returns
        -------
        towards, away : lists of Pull
            The evidences of all training images, with the intercepts and the constant, are the
            margin.
        """
        every, D = self.evidence(image, label, versus)
        a = self.coefficients @ D
        order = np.argsort(every, kind="stable")
        sides = order[::-1][:count], order[:count]
        towards, away = (
            [
                Pull(
                    int(i),
                    self.training.pulled.classes[self.training.y[i]],
                    float(a[i]),
                    float(every[i] / a[i]),
                    float(every[i]),
                )
                for i in side
                if (every[i] > 0) == (side is sides[0]) and every[i] != 0
            ]
            for side in sides
        )
        return towards, away

    def evidence(self, image: Any, label: Any, versus: Any = None) -> tuple[Floats, Floats]:
        """Return each training image's part of a margin, shape (n,), and its direction (K,)."""
        training = self.training
        a = training.pulled.position(label)
        b = None if versus is None else [training.pulled.position(versus)]
        D = margin_directions(training.n_classes, [a], b)
        x = training.features_of(training.pulled.prepared_image(image))
        return self._parts(x, D)[:, 0], D[0]

    def evidences(self, images: Any, directions: Floats) -> Floats:
        """Return each training image's part of a margin of each of several images, shape (n, m).

        Parameters
        ----------
        images : array, shape (m, h, w) or (m, d)
            As the model takes them.
        directions : float64 array, shape (m, K)
            How much each score counts in the margin: 1 for the class, −1 for its rival.
        """
        return self._parts(self.training.features_of(images), directions)

    def _parts(self, features: Floats, directions: Floats) -> Floats:
        training = self.training
        Z = features.astype(training.features.dtype).T

        def part(X: Matrix, y: Any, w: Any) -> Floats:
            return np.asarray(X @ Z).astype(np.float64)

        similar = np.concatenate(list(training.features.map(part)))
        return np.asarray((self.coefficients @ directions.T) * similar)

    def plot(self, label: Any = None) -> Figure:
        """Draw how one class's template is made: sum, coefficients, largest images.

        Parameters
        ----------
        label : class label, optional
            The class; the first if not given.
        """
        from linocut.plot import plot_training_images  # Matplotlib loads on use

        training = self.training
        label = training.pulled.classes[0] if label is None else label
        k = training.pulled.position(label)
        running = self.running_sum(label)
        shape = training.pulled.image_shape or (1, running.sums.shape[1])
        images = training.pulled.images
        chosen = [self.largest(label, 8, inside=inside) for inside in (True, False)]
        return plot_training_images(
            running.sums.reshape(-1, *shape),
            running.counts,
            running.cosine,
            self.coefficients[:, k],
            self.inside[:, k],
            [np.asarray(images(training.images[rows])).reshape(-1, *shape) for rows in chosen],
            [self.coefficients[rows, k] for rows in chosen],
            label=training.class_names[k],
            among=training.class_names,
        )


def training_coefficients(
    model: Any, images: Any, labels: Any, sample_weight: Any = None
) -> TrainingCoefficients:
    """Return how much of every training image is in every template of a model.

    Parameters
    ----------
    model : linocut model, Pipeline that ends in one, or ImageClassifier of either
        `SoftmaxRegression`, `OneVsRestRegression`, `BinaryRegression` with an L2 penalty;
        `LeastSquaresClassifier` with ``alpha`` above zero; `ClassMeans`.
    images, labels, sample_weight
        What it was fitted on. For an `ImageClassifier` labels are names or positions.

    Raises
    ------
    LinocutError
        If the weights of the model are not a weighted sum of images (no penalty, or L1), or not of
        these images; if it is compact, so that its penalty is not known.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from linocut.models import SoftmaxRegression
    >>> digits = load_digits()
    >>> model = SoftmaxRegression(0.01).fit(digits.images, digits.target)
    >>> training = training_coefficients(model, digits.images, digits.target)
    >>> training.coefficients.shape, bool(training.residual < 0.01)
    ((1797, 10), True)
    >>> bool(np.allclose(training.rebuilt(), model.coef_, atol=1e-3))
    True
    """
    training = TrainingSet.of(model, images, labels, sample_weight)
    fitted = training.model
    constant = np.zeros(training.n_classes)
    if isinstance(fitted, ClassMeans):
        A = _of_means(training, fitted)
        if fitted.similarity == "offset":
            constant -= fitted.offset
    elif isinstance(fitted, LeastSquaresClassifier):
        A = _of_least_squares(training, fitted)
    elif isinstance(fitted, Regression):
        A = _of_regression(training, fitted)
    else:
        raise LinocutError(
            f"{type(fitted).__name__} stops short of an optimum, and only there are weights a "
            "known sum of training images — fit SoftmaxRegression or OneVsRestRegression"
        )
    W = fitted.coef_
    size = float(np.linalg.norm(W))
    rebuilt = training.weighted_sum(A) + constant[:, None]
    residual = float(np.linalg.norm(W - rebuilt)) / size if size > 0 else 0.0
    if residual > max(FOREIGN, 2 * getattr(fitted, "residual_", 0.0)):
        raise LinocutError(
            f"the weighted sum of these images is {residual:.0%} away from the model's weights — "
            "give the images, labels and weights that it was fitted on"
        )
    return TrainingCoefficients(training, A, residual, constant)


def _of_regression(training: TrainingSet, model: Regression) -> Floats:
    if model.l1_ratio > 0 or not np.isfinite(model.C):
        what = f"l1_ratio={model.l1_ratio:g}" if model.l1_ratio > 0 else "C=inf"
        raise LinocutError(
            f"{what} — only with an L2 penalty alone are weights a weighted sum of training images"
        )
    objective = model._objective(training.rows)
    Z = training.scores()
    if objective.n_classes == 1:
        Z = Z[:, 1:]
    P = objective.loss.probabilities(Z.T.copy()).T
    Y = targets(training.y, objective.n_classes).T
    A = training.relative_weights[:, None] * (Y - P) / (objective.penalty * objective.total)
    # One score is that of the second class; the weights of the first are zero.
    return A if A.shape[1] > 1 else np.column_stack([np.zeros(len(A)), A])


def _of_least_squares(training: TrainingSet, model: LeastSquaresClassifier) -> Floats:
    if not model.alpha > 0:
        raise LinocutError(
            f"alpha={model.alpha!r} — without a ridge the weighted sum is not unique; take alpha "
            "above zero"
        )
    Y = indicators(training.y, None, training.n_classes, np.dtype(np.float64))
    return np.asarray(training.weights[:, None] * (Y - training.scores()) / model.alpha)


def _of_means(training: TrainingSet, model: ClassMeans) -> Floats:
    K = training.n_classes
    w = training.weights
    Y = indicators(training.y, w, K, np.dtype(np.float64))
    A = Y / Y.sum(axis=0)
    if model.similarity == "difference":
        others = w[:, None] - Y
        A = A - others / others.sum(axis=0)
    return np.asarray(A)


def _half(sizes: Floats) -> int:
    down = np.sort(sizes)[::-1]
    return int(np.searchsorted(np.cumsum(down), 0.5 * down.sum())) + 1 if down.any() else 0
