"""Views side by side: what several ways of looking at an image make of it, in one row.

They are scikit-learn's ``FeatureUnion``; its ``transformer_weights`` say how much each view counts.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import FeatureUnion

from linocut.core import LinocutError
from linocut.core.steps import View, passed_through, shape_taken, views_of

Floats = NDArray[np.float64]


def weights_by_view(union: FeatureUnion, W: Floats) -> list[tuple[View, Floats]]:
    """Return each view with the weights on the features that it makes, before it is weighted.

    Parameters
    ----------
    union : FeatureUnion
        Fitted.
    W : float64 array, shape (K, d)
        Weights on all features that the union makes.

    Raises
    ------
    LinocutError
        If the views make another number of features.

    Examples
    --------
    >>> from sklearn.decomposition import PCA
    >>> from sklearn.preprocessing import StandardScaler
    >>> X = np.random.default_rng(0).normal(size=(9, 3))
    >>> views = [("scaled", StandardScaler()), ("turned", PCA(2))]
    >>> union = FeatureUnion(views, transformer_weights={"turned": 0.5}).fit(X)
    >>> [(view.name, W.tolist()) for view, W in weights_by_view(union, np.ones((1, 5)))]
    [('scaled', [[1.0, 1.0, 1.0]]), ('turned', [[0.5, 0.5]])]
    """
    views = views_of(union)
    widths = [_width(view) for view in views]
    if sum(widths) != W.shape[1]:
        raise LinocutError(f"weights on {W.shape[1]} features — the views make {sum(widths)}")
    parts = np.split(W, np.cumsum(widths)[:-1], axis=1)
    return [(view, part * view.weight) for view, part in zip(views, parts, strict=True)]


def _width(view: View) -> int:
    """Count the features that a view makes of an image, by making them of a blank one."""
    made = passed_through(view.steps, np.zeros((1, *shape_taken(view.steps)), np.uint8))
    return int(np.prod(made.shape[1:]))
