"""Class means as weights: the simplest templates there are."""

from __future__ import annotations

from typing import Any, Literal, Self

import numpy as np
from sklearn.utils import Tags

from linocut.core.colour import Shape
from linocut.core.steps import ModelKind
from linocut.models.inputs import check_parameter, training_rows
from linocut.models.linear import LinearClassifier
from linocut.solve import class_sums
from linocut.solve.moments import SquareNorms

SIMILARITIES = ("nearest", "dot", "offset", "difference")


class ClassMeans(LinearClassifier):
    """Compare each image with the mean image of each class.

    Parameters
    ----------
    similarity : {"nearest", "dot", "offset", "difference"}
        With m the mean of a class and x an image:

        - ``"nearest"``: m·x − ½‖m‖², largest where x is nearest to m;
        - ``"dot"``: m·x;
        - ``"offset"``: (m − o)·(x − o), o the offset subtracted from every pixel;
        - ``"difference"``: (m − mean of all other classes)·x.
    offset : float
        o, in the unit of the pixels; used by ``"offset"`` only.
    class_weight : dict, "balanced" or None
        Weight of each class; matters for ``"difference"`` only.
    image_shape : (int, int) or (int, int, 3), optional
        Height and width, if fitted on flat rows.
    engine : str
        What computes: ``"threads"``, ``"dask"`` for the active Dask client, or the address of its
        scheduler, ``"tcp://HOST:PORT"``.

    Attributes
    ----------
    means_ : float64 array, shape (K, d)
        Mean of each class.
    n_iter_, converged_ : int, bool
        1 and True: a closed form.
    objective_ : float
        Mean squared distance of a row to the mean of its class, which the means minimise.
    gradient_norm_ : float
        0, at that minimum.

    Examples
    --------
    >>> images = np.array([[[9, 0]], [[7, 1]], [[0, 8]], [[1, 9]]], dtype=np.uint8)
    >>> model = ClassMeans().fit(images, ["left", "left", "right", "right"])
    >>> model.predict(np.array([[[5, 2]]], dtype=np.uint8))
    array(['left'], dtype='<U5')
    >>> model.templates_.shape
    (2, 1, 2)
    """

    model_kind = ModelKind("class-means")

    def __init__(
        self,
        similarity: Literal["nearest", "dot", "offset", "difference"] = "nearest",
        *,
        offset: float = 0.2,
        class_weight: dict[Any, float] | Literal["balanced"] | None = None,
        image_shape: Shape | None = None,
        engine: str = "threads",
    ) -> None:
        self.similarity = similarity
        self.offset = offset
        self.class_weight = class_weight
        self.image_shape = image_shape
        self.engine = engine

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Self:
        """Average the rows of each class.

        Parameters
        ----------
        X : uint8 or float array, shape (n, d) or (n, h, w), sparse (n, d), or RowSource
            Rows or images.
        y : array, shape (n,), optional
            Labels; those of a `RowSource` if not given.
        sample_weight : array, shape (n,), optional
            Weight of each row, not negative.
        """
        check_parameter(
            "similarity",
            self.similarity,
            self.similarity in SIMILARITIES,
            f"one of {', '.join(SIMILARITIES)}",
        )
        rows = training_rows(self, X, y, sample_weight)
        # Means of bytes need all digits of their sums, so the blocks are summed in float64.
        blocks = rows.blocks.astype(np.float64)
        sums = class_sums(blocks, len(rows.classes))
        means = sums.class_means
        weights, intercept = means, np.zeros(len(means))
        if self.similarity == "nearest":
            intercept = -0.5 * np.square(means).sum(axis=1)
        elif self.similarity == "offset":
            weights = means - self.offset
            intercept = -self.offset * weights.sum(axis=1)
        elif self.similarity == "difference":
            others = sums.rows.sum(axis=0) - sums.rows
            weights = means - others / (sums.total - sums.weight)[:, None]
        self._keep(rows, weights, intercept)
        self.means_ = means
        square = blocks.sum(SquareNorms())
        self.objective_ = square / sums.total - float(sums.shares @ np.square(means).sum(axis=1))
        self.gradient_norm_ = 0.0
        self.n_iter_, self.converged_ = 1, True
        return self

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.poor_score = self.similarity != "nearest"
        return tags
