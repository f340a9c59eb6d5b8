"""Scores as functions of features that grow with a power of the ink: exact evidence all the same.

Scattering is no affine map, but it is homogeneous: c times the ink gives c^p times each of its
coefficients φ, p = 1, or ½ for their roots. So a score's part that is linear in φ grows as c^p on
the straight way from the blank page (c = 0) to the image (c = 1), its part that is quadratic as
c^2p. What a pixel adds on that way, the integral of its ink times the gradient (Sundararajan, Taly
and Yan, "Axiomatic attribution for deep networks", 2017), therefore needs no steps: it is 1/p times
ink times gradient for the first, 1/(2p) times for the second, and by Euler's theorem the sum over
all pixels is the score less that of the blank page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from linocut.core import LinocutError
from linocut.core.forms import Floats, Form
from linocut.core.steps import Homogeneous, kind_of

AT_ONCE = 32  # images whose maps are held for the way back


@dataclass(frozen=True, eq=False)
class HomogeneousForm:
    """K scores of images: a form of the features that a homogeneous step makes of them.

    Attributes
    ----------
    step : Homogeneous
        Fitted.
    form : LinearForm, QuadraticForm or SumForm
        Of its features.
    image_shape : tuple of int
        Of the images that the step takes.
    """

    step: Homogeneous
    form: Form
    image_shape: tuple[int, ...]

    @property
    def shape(self) -> tuple[int, int]:
        """Scores K and pixels d."""
        return self.form.shape[0], int(np.prod(self.image_shape))

    @property
    def through(self) -> str:
        """What the step is called."""
        return kind_of(self.step).name

    def scores(self, X: Any) -> Floats:
        """Return the scores of rows X (n, d), shape (n, K)."""
        X = np.asarray(X, np.float64)
        none = np.zeros((len(X), self.form.shape[1]))
        return self.form.scores(self._both_ways(X, none)[0])

    def contributions(self, X: Any, D: Floats, reference: Floats) -> Floats:
        """Split ``D[i] · (scores(x) − scores(0))`` into one number a pixel, shape (n, d).

        Raises
        ------
        LinocutError
            If the reference is not the blank page.
        """
        if np.any(reference):
            raise LinocutError(
                "a reference other than the blank page — through features that are no affine maps "
                "of the pixels, evidence counts from the blank page"
            )
        X = np.asarray(X, np.float64)
        made = self._both_ways(X, np.zeros((len(X), self.form.shape[1])))[0]
        first, second = self.form.by_degree(made, D)
        # The gradient of what is quadratic is twice `second`, and is divided by 2p.
        weights = (first + second) / self.step.degree_
        return np.asarray(X * self._both_ways(X, weights)[1])

    def _both_ways(self, X: Floats, G: Floats) -> tuple[Floats, Floats]:
        """Return features, and the gradient of those weighted by G, a few images at a time."""
        made, back = np.empty_like(G), np.empty_like(X)
        for start in range(0, len(X), AT_ONCE):
            some = slice(start, start + AT_ONCE)
            images = X[some].reshape(-1, *self.image_shape)
            made[some], change = self.step.gradient(images, G[some])
            back[some] = change.reshape(len(images), -1)
        return made, back
