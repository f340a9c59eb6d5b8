"""What a finished model of rows of features consists of, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from linocut.core.links import Link
from linocut.modelfile.contents import Provenance

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class RowContents:
    """A finished linear model of rows of d features: nothing is done to a row before.

    Attributes
    ----------
    coef : float64 array, shape (K, d)
        Weights.
    intercept : float64 array, shape (K,)
        Intercepts.
    class_names : tuple of K str
        Names of the classes, in the order of the scores.
    integer_classes : bool
        Whether the names are whole numbers, and the labels that it predicts are, too.
    feature_names : tuple of d str, or None
        Names of the features, where they have some.
    link : Link
        How scores become probabilities.
    temperature : float
        What scores are divided by before they do.
    provenance : Provenance
        Where it came from.
    """

    coef: Floats
    intercept: Floats
    class_names: tuple[str, ...]
    integer_classes: bool = False
    feature_names: tuple[str, ...] | None = None
    link: Link = Link.SOFTMAX
    temperature: float = 1.0
    provenance: Provenance = field(default_factory=Provenance)
