"""A linear classifier that is given its weights: what is left of a fitted pipeline."""

from __future__ import annotations

from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import check_is_fitted

from linocut.core.colour import Shape
from linocut.core.links import Link
from linocut.core.steps import ModelKind
from linocut.models.inputs import new_rows
from linocut.models.linear import Floats, LinearClassifier, Scores


class FittedLinear(LinearClassifier):
    """Scores of given weights, computed in float32 where the rows are bytes or float32.

    Parameters
    ----------
    link : {"softmax", "sigmoids", "none"}
        How scores become probabilities (see `linocut.core.links.Link`).

    Attributes
    ----------
    coef_ : float32 array, shape (K, d)
        Weights.
    intercept_ : float32 array, shape (K,)
        Intercepts.
    classes_ : array, shape (K,)
        Labels.

    Examples
    --------
    >>> model = FittedLinear.of([[1.0, 0.0], [0.0, 1.0]], [0.0, 0.5], ["left", "right"])
    >>> model.scores(np.array([[3, 1]], np.uint8))
    array([[3. , 1.5]], dtype=float32)
    """

    def __init__(self, link: Literal["softmax", "sigmoids", "none"] = "none") -> None:
        self.link = link

    @classmethod
    def of(
        cls,
        coef: Any,
        intercept: Any,
        classes: Any,
        *,
        link: Link = Link.NONE,
        image_shape: Shape | None = None,
    ) -> FittedLinear:
        """Make one of weights (K, d), intercepts (K,) and labels (K,).

        Without as many weights as pixels they are of other features, and the image shape is not
        kept.
        """
        model = cls(link.value)
        model.coef_ = np.ascontiguousarray(coef, np.float32)
        model.intercept_ = np.asarray(intercept, np.float32)
        model.classes_ = np.asarray(classes)
        model.n_features_in_ = model.coef_.shape[1]
        of_pixels = image_shape is not None and np.prod(image_shape) == model.n_features_in_
        model.image_shape_ = image_shape if of_pixels else None
        return model

    @property
    def model_kind(self) -> ModelKind:
        """A linear model of the link that it was given."""
        return ModelKind("linear", Link(self.link))

    def fit(self, X: Any, y: Any = None) -> Self:
        """Change nothing: the weights are given."""
        return self

    def scores(self, X: Any) -> NDArray[Any]:
        """Return the K scores of each row, shape (n, K); float64 where X is, else float32."""
        check_is_fitted(self, "coef_")
        blocks = new_rows(self, X, self.image_shape_)
        blocks = blocks.astype(np.float64 if X.dtype == np.float64 else np.float32)
        W = np.ascontiguousarray(self.coef_.T).astype(blocks.dtype)
        b = self.intercept_.astype(blocks.dtype)
        parts = list(blocks.map(Scores(W)))
        return np.concatenate(parts) + b if parts else np.empty((0, len(b)), blocks.dtype)

    def predict_proba(self, X: Any) -> Floats:
        """Return the probability of each class for each row, shape (n, K)."""
        return self.model_kind.link.probabilities(self.scores(X))
