"""What may be done to the values of pixels before a model sees them, colour and place aside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from linocut.core import LinocutError
from linocut.core.blocks import Matrix
from linocut.core.gram import ColumnSums, SquaresAbout
from linocut.core.steps import StepKind
from linocut.features.rows import PIXELS, checked_blocks, made

Array = NDArray[Any]
Floats = NDArray[np.float64]

SCALINGS = {
    "none": "Pixels as they are, 0 to 255",
    "unit": "Divided by 255",
    "min-max": "Each pixel from its smallest to its largest value",
    "standardise": "Each pixel less its mean, by its deviation",
    "binarise": "Ink or paper: above half of full ink or not",
}


class Scaling(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Scale pixels in one of the usual ways.

    Parameters
    ----------
    kind : {"none", "unit", "min-max", "standardise", "binarise"}
        ``none`` leaves them, ``unit`` divides by full ink, ``min-max`` maps each pixel's range in
        the training images to 0…1, ``standardise`` gives each pixel mean 0 and deviation 1 there
        (one that never varies becomes 0), ``binarise`` sets what is above half of full ink to 1
        and the rest to 0.
    full : float
        The value of full ink; 255 for bytes.

    Attributes
    ----------
    offset_, scale_ : float64 arrays, shape (d,)
        What is subtracted from each pixel and what it is divided by.
    image_shape_ : (int, int) or None
        Height and width of the images that it was fitted on; None if on rows.

    Examples
    --------
    >>> images = np.array([[[0, 255]], [[0, 102]]], np.uint8)
    >>> {kind: Scaling(kind).fit_transform(images)[1].tolist() for kind in ("unit", "binarise")}
    {'unit': [0.0, 0.4000000059604645], 'binarise': [0.0, 0.0]}
    """

    step_kind = StepKind(
        "scaling",
        (
            "n_features_in_",
            "image_shape_",
            "offset_",
            "scale_",
        ),
    )

    def __init__(self, kind: str = "unit", *, full: float = 255.0) -> None:
        self.kind = kind
        self.full = full

    def fit(self, X: Any, y: Any = None) -> Self:
        """Measure the training images, as far as the kind needs it.

        Parameters
        ----------
        X : uint8 or float array, shape (n, d) or (n, h, w)
            Images.
        y : ignored
        """
        if self.kind not in SCALINGS:
            raise LinocutError(f"kind={self.kind!r} is no scaling — known: {', '.join(SCALINGS)}")
        blocks = checked_blocks(self, X, reset=True, types=PIXELS)
        n, d = blocks.shape
        self.offset_, self.scale_ = np.zeros(d), np.ones(d)
        if self.kind in {"unit", "binarise"}:
            self.scale_ *= self.full
        elif self.kind == "min-max":
            ends = list(blocks.map(_ends))
            low, high = np.min([a for a, _ in ends], axis=0), np.max([b for _, b in ends], axis=0)
            self.offset_ = low.astype(np.float64)
            self.scale_ = np.where(high > low, high - low, 1).astype(np.float64)
        elif self.kind == "standardise":
            blocks = blocks.astype(np.float64)
            mean = blocks.sum(ColumnSums()) / n
            deviation = np.sqrt(blocks.sum(SquaresAbout(mean)) / n)
            self.offset_, self.scale_ = mean, np.where(deviation > 0, deviation, 1)
        return self

    def transform(self, X: Any) -> Any:
        """Return the scaled pixels as rows (n, d); float64 if X is, else float32."""
        check_is_fitted(self)
        blocks = checked_blocks(self, X, reset=False, types=PIXELS)
        offset, scale = self.offset_.astype(blocks.dtype), self.scale_.astype(blocks.dtype)
        return made(X, blocks, Scaled(offset, scale, self.kind == "binarise"), len(scale))

    def pull_back(self, W: Floats) -> tuple[Floats, Floats]:
        """Return the weights (K, d) on the pixels and the shifts (K,) for weights (K, d)."""
        if self.kind == "binarise":
            raise NotImplementedError("to call a pixel ink or paper is not affine")
        return W / self.scale_, -(W / self.scale_) @ self.offset_


@dataclass(frozen=True, eq=False)
class Scaled:
    """Makes (x − offset)/scale of each pixel; or whether that is above ½."""

    offset: Array
    scale: Array
    binarised: bool

    def __call__(self, X: Matrix) -> Array:
        """See the class."""
        scaled = X - self.offset
        scaled /= self.scale
        return np.asarray((scaled > 0.5).astype(scaled.dtype) if self.binarised else scaled)


def _ends(X: Matrix, y: Any, w: Any) -> tuple[Array, Array]:
    return X.min(axis=0), X.max(axis=0)
