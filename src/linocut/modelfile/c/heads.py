"""What makes scores of an image's bytes: a linear model of pixels, or one of components in pairs.

`scores` does in NumPy what the C file does, in the order in which it does it. With quantised
weights the scores are the same to the last bit, as long as the compiler keeps to C99 and does not
contract a product and a sum into one rounding.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from linocut.modelfile.c.weights import Floats32, Weights

Images = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class LinearHead:
    """Scores W x + b of the pixels x.

    Attributes
    ----------
    weights : Weights, shape (d, K)
        From pixels, 0 to 255, to scores.
    bias : float32 array, shape (K,)
        Intercepts.
    """

    weights: Weights
    bias: Floats32

    @property
    def is_quantised(self) -> bool:
        """Whether weights have 8 bits."""
        return self.weights.scale is not None

    def quantised(self) -> LinearHead:
        """Return the same with weights of 8 bits."""
        return replace(self, weights=self.weights.quantised_on_pixels())

    def scores(self, images: Images) -> Floats32:
        """Return the scores of images (n, h, w), shape (n, K)."""
        return self.weights.of_pixels(images.reshape(len(images), -1)) + self.bias


@dataclass(frozen=True, eq=False)
class PairsHead:
    """Scores of m components z = A x + c of the pixels x, and of all products z_i z_j, i ≤ j.

    Attributes
    ----------
    components : Weights, shape (d, m)
        Aᵀ.
    offset : float32 array, shape (m,)
        c.
    linear : Weights, shape (m, K)
        From components to scores.
    pairs : Weights, shape (m (m + 1)/2, K)
        From products to scores, in the order (0, 0), (0, 1), …, (1, 1), …
    bias : float32 array, shape (K,)
        Intercepts.
    """

    components: Weights
    offset: Floats32
    linear: Weights
    pairs: Weights
    bias: Floats32

    @property
    def is_quantised(self) -> bool:
        """Whether weights have 8 bits."""
        return self.components.scale is not None

    def quantised(self) -> PairsHead:
        """Return the same with 8-bit weights: a scale for each component, two for each class."""
        return replace(
            self,
            components=self.components.quantised_on_pixels(),
            linear=self.linear.quantised(),
            pairs=self.pairs.quantised(),
        )

    def scores(self, images: Images) -> Floats32:
        """Return the scores of images (n, h, w), shape (n, K)."""
        Z = self.components.of_pixels(images.reshape(len(images), -1)) + self.offset
        n, m = Z.shape
        linear = np.zeros((n, len(self.bias)), np.float32)
        products = np.zeros_like(linear)
        rows = iter(self.pairs.values.astype(np.float32))
        for i in range(m):
            linear += Z[:, i, None] * self.linear.values[i].astype(np.float32)
            for j in range(i, m):
                products += (Z[:, i] * Z[:, j])[:, None] * next(rows)
        return self.linear.scaled(linear) + self.pairs.scaled(products) + self.bias


Head = LinearHead | PairsHead
