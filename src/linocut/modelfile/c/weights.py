"""Weights as C has them: floats, or bytes with a scale, and what they make of their inputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError

Floats32 = NDArray[np.float32]

LARGEST = 127  # of a byte with a sign, without −128: as far to either side
MOST_INPUTS = (2**31 - 1) // (255 * LARGEST)  # bytes whose weighted sum surely fits 32 bits


@dataclass(frozen=True, eq=False)
class Weights:
    """Weights from d inputs to m outputs.

    Attributes
    ----------
    values : float32 or int8 array, shape (d, m)
        Weights.
    scale : float32 array, shape (m,), or None
        What the sum of each output is multiplied with; None where weights are floats.

    Examples
    --------
    >>> weights = Weights.of([[0.5, 3.0], [-1.0, 0.0]])
    >>> weights.quantised().values
    array([[  64,  127],
           [-127,    0]], dtype=int8)
    """

    values: NDArray[Any]
    scale: Floats32 | None = None

    @classmethod
    def of(cls, values: Any) -> Weights:
        """Make float32 weights."""
        return cls(np.ascontiguousarray(values, np.float32))

    @property
    def shape(self) -> tuple[int, int]:
        """Inputs d and outputs m."""
        return self.values.shape[0], self.values.shape[1]

    def quantised(self) -> Weights:
        """Return them as bytes, zero as zero and the largest of each output as 127 or −127."""
        largest = np.abs(self.values).max(axis=0, initial=0)
        scale = np.where(largest > 0, largest / LARGEST, 1).astype(np.float32)
        return Weights(np.rint(self.values / scale).astype(np.int8), scale)

    def quantised_on_pixels(self) -> Weights:
        """Return them as bytes, if sums over pixels, bytes too, then surely fit 32 bits.

        Raises
        ------
        LinocutError
            If there are too many pixels for that.
        """
        d, _ = self.shape
        if d > MOST_INPUTS:
            raise LinocutError(
                f"images of {d} pixels — at most {MOST_INPUTS} with quantised=True, which sums in "
                "32 bits"
            )
        return self.quantised()

    def of_pixels(self, X: NDArray[np.uint8]) -> Floats32:
        """Return the sums over bytes (n, d), shape (n, m); exact until they are scaled."""
        if self.scale is None:
            return np.asarray(X.astype(np.float32) @ self.values)
        # float64 holds all of these sums exactly, and BLAS multiplies it much faster than integers.
        sums = X.astype(np.float64) @ self.values.astype(np.float64)
        return np.asarray(sums.astype(np.float32) * self.scale)

    def scaled(self, sums: Floats32) -> Floats32:
        """Return sums (n, m) over the values, in the unit of the weights."""
        return sums if self.scale is None else sums * self.scale
