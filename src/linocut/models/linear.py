"""What all linear models share: scores from weights, classes from scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted

from linocut.core import LinocutError
from linocut.core.blocks import Matrix
from linocut.core.colour import Shape
from linocut.core.steps import ModelKind
from linocut.models.inputs import TrainingRows, new_rows

Floats = NDArray[np.float64]


class LinearClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """A classifier whose K scores are ``coef_ @ x + intercept_``; the largest one wins.

    Attributes
    ----------
    coef_ : float64 array, shape (K, d)
        Weights, one row a class; also for two classes.
    intercept_ : float64 array, shape (K,)
        Score of an empty row.
    classes_ : array, shape (K,)
        The labels, sorted.
    image_shape_ : (int, int) or None
        Height and width of the images, where known.
    """

    if TYPE_CHECKING:

        @property
        def model_kind(self) -> ModelKind:
            """What is to be known of the class, said by each."""

    coef_: Floats
    intercept_: Floats
    classes_: NDArray[Any]
    image_shape_: Shape | None

    def scores(self, X: Any) -> Floats:
        """Return the K scores of each row, shape (n, K).

        Parameters
        ----------
        X : uint8 or float array, shape (n, d) or (n, h, w), or sparse (n, d)
            Rows or images.
        """
        return self._scored(X)

    def _scored(self, X: Any) -> Floats:
        """Return X Wᵀ + b for the weights as they are kept, a column for each row of them."""
        check_is_fitted(self)
        blocks = new_rows(self, X, self.image_shape_)
        with np.errstate(over="ignore", invalid="ignore"):  # told below, and more plainly
            scores = np.concatenate(list(blocks.map(Scores(self.coef_.T)))) + self.intercept_
        if not np.isfinite(scores).all():
            raise LinocutError(
                f"rows so large that {type(self).__name__} gets no finite score for them — rows "
                "on the scale of those that it was fitted on"
            )
        return scores

    def decision_function(self, X: Any) -> Floats:
        """Return the scores, shape (n, K); for two classes their margin (second − first), (n,)."""
        scores = self.scores(X)
        return scores[:, 1] - scores[:, 0] if len(self.classes_) == 2 else scores

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the class with the largest score for each row, shape (n,)."""
        # Looked up after the scores, so that an unfitted model says so.
        best = self.scores(X).argmax(axis=1)
        return np.asarray(self.classes_[best])

    @property
    def templates_(self) -> Floats:
        """The weights as images, shape (K, h, w), in colour (K, h, w, 3)."""
        check_is_fitted(self)
        if self.image_shape_ is None:
            raise LinocutError(
                "the image shape is not known — fit on images of shape (n, h, w), or give "
                "image_shape=(h, w)"
            )
        return self.coef_.reshape(len(self.coef_), *self.image_shape_)

    def _keep(self, rows: TrainingRows, W: Floats, b: Floats) -> None:
        self.classes_ = rows.classes
        self.image_shape_ = rows.image_shape
        self.coef_, self.intercept_ = W, b

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags


@dataclass(frozen=True, eq=False)
class Scores:
    """A task: X W, shape (b, K), for weights W (d, K), dense or sparse."""

    W: Any

    def __call__(self, X: Matrix, y: Any, w: Any) -> NDArray[Any]:
        """See `Task`."""
        Z = X @ self.W
        return np.asarray(Z.toarray() if sparse.issparse(Z) else Z)


def dense_weights(model: Any) -> Any:
    """Return ``coef_`` as an array: scikit-learn's ``sparsify`` keeps it as a CSR matrix."""
    return model.coef_.toarray() if sparse.issparse(model.coef_) else model.coef_


def score_weights(model: Any) -> tuple[Floats, Floats]:
    """Return weights (K, d) and intercepts (K,) of a fitted linear classifier, float64.

    One score for two classes, as scikit-learn's classifiers have it, of the second over the first,
    is shared out half and half.

    Raises
    ------
    LinocutError
        If it has no ``coef_``.
    """
    check_is_fitted(model)
    if not hasattr(model, "coef_"):
        raise LinocutError(
            f"{type(model).__name__} has no coef_ — only linear models can be pulled back to the "
            "pixels"
        )
    W = np.atleast_2d(np.asarray(dense_weights(model), np.float64))
    b = np.broadcast_to(np.asarray(model.intercept_, np.float64), len(W)).copy()
    if len(W) == 1 and len(model.classes_) == 2:
        return np.concatenate([-W, W]) / 2, np.concatenate([-b, b]) / 2
    return W, b
