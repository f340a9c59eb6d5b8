"""A fitted model together with what it was fitted on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

from linocut.core import LinocutError
from linocut.core.blocks import Blocks, Matrix
from linocut.core.forms import Floats, LinearForm
from linocut.explain.given_models import FOLDED, estimator_of, labels_within, steps_and_last
from linocut.explain.pixel_models import PulledBack
from linocut.explain.pulling_back import pulled, weights_in_pixels
from linocut.models import FittedLinear, LinearClassifier, LogisticRegression
from linocut.models.inputs import TrainingRows, training_rows


@dataclass(frozen=True, eq=False)
class TrainingSet:
    """The features of the training images, as the model saw them, and the way back to pixels.

    Attributes
    ----------
    model : LinearClassifier
        The last step, fitted.
    steps : Pipeline or None
        What comes before it.
    pulled : PulledBack
        The whole as a form of the pixels.
    images : array, shape (n, h, w) or (n, d)
        As the first step takes them.
    rows : TrainingRows
        Features (n, m), positions of the classes and weights.
    """

    model: LinearClassifier
    steps: Pipeline | None
    pulled: PulledBack
    images: Any
    rows: TrainingRows

    @classmethod
    def of(cls, model: Any, images: Any, labels: Any, sample_weight: Any = None) -> TrainingSet:
        """Check model and images; compute the features.

        Parameters
        ----------
        model : LinearClassifier, Pipeline that ends in one, or ImageClassifier of either
            Fitted, and linear in the pixels.
        images, labels, sample_weight
            What it was fitted on; no weight may be zero. For an `ImageClassifier` labels are
            names or positions.

        Raises
        ------
        LinocutError
            If the model is not one of ours, not linear in the pixels, or the labels are not those
            of its classes.
        """
        pulled_model = pulled(model)
        images = pulled_model.prepared(images)
        steps, last = steps_and_last(estimator_of(model))
        if isinstance(last, FittedLinear):
            raise LinocutError(FOLDED)
        if isinstance(last, LogisticRegression):
            last = last.as_regression()
        if not isinstance(last, LinearClassifier):
            raise LinocutError(
                f"{type(last).__name__} — only linocut's own models tell how they were made of "
                "their training images"
            )
        if not isinstance(pulled_model.form, LinearForm):
            raise LinocutError(
                "a model of products of features is not a sum of training images — give one "
                "that is linear in the pixels"
            )
        if sample_weight is not None and not np.all(np.asarray(sample_weight) > 0):
            raise LinocutError("a sample weight of zero — leave that image out")
        X = images if steps is None else steps.transform(images)
        y = labels_within(model, labels)
        # Here, wherever the model was fitted: single rows are asked for.
        rows = training_rows(last, X, y, sample_weight, engine="threads")
        if not np.array_equal(rows.classes, last.classes_):
            raise LinocutError(
                f"labels of the classes {', '.join(map(str, rows.classes))}, but the model was "
                f"fitted on {', '.join(map(str, last.classes_))} — give its training images"
            )
        return cls(last, steps, pulled_model, images, rows)

    @property
    def features(self) -> Blocks:
        """The features, (n, m)."""
        return self.rows.blocks

    @property
    def y(self) -> NDArray[np.int64]:
        """Position of each image's class, shape (n,)."""
        return self.rows.y

    @property
    def weights(self) -> Floats:
        """Sample weight times class weight of each image, shape (n,)."""
        return np.ones(len(self.y)) if self.rows.weights is None else self.rows.weights

    @property
    def relative_weights(self) -> Floats:
        """The same divided by their mean, as an objective has them, shape (n,)."""
        return self.weights * (len(self.y) / self.rows.total)

    @property
    def n_classes(self) -> int:
        """Number of classes."""
        return len(self.pulled.classes)

    @property
    def class_names(self) -> tuple[str, ...]:
        """The classes as text."""
        return tuple(map(str, self.pulled.classes))

    def features_of(self, images: Any) -> Floats:
        """Return the features of new images, shape (n, m)."""
        images = self.pulled.prepared(images)
        self.pulled.images(images)  # a wrong shape is told in terms of images
        X = images if self.steps is None else self.steps.transform(images)
        X = np.asarray(X, np.float64)
        return np.asarray(X.reshape(len(X), -1))

    def scores(self) -> Floats:
        """Return the scores of the training images, shape (n, K)."""
        W, b = self.model.coef_, self.model.intercept_
        parts = self.features.astype(np.float64).map(lambda X, y, w: np.asarray(X @ W.T) + b)
        return np.concatenate(list(parts))

    def weighted_sum(self, A: Floats) -> Floats:
        """Return Aᵀ X (K, m) for coefficients A (n, K), summed in float64."""

        def part(X: Matrix, y: Any, w: Any, coefficients: Floats) -> Floats:
            return np.asarray((X.T @ coefficients).T)

        blocks = self.features.astype(np.float64)
        return blocks.sum(part, [A[rows] for rows in blocks.bounds()])

    def in_pixels(self, W: Floats) -> Floats:
        """Return weights (K, m) on features as weights on pixels (K, d)."""
        return weights_in_pixels(self.steps, W)
