"""Scores that are no polynomial of the pixels: the linear function that they equal at one image.

Scattering, patches and rectified units are linear but for factors that depend on the image: the
direction of a wave, the contrast of a patch, whether a response is above its threshold, where
normalising puts a pixel. With the factors that one image has, a score is a linear function
w · x + c of its pixels, and exactly so at this image. Then w_i x_i is what pixel i adds, and c what
is left: intercepts and thresholds.

Scattering without thresholds leaves nothing but the score of the blank page, and w · x is then the
sum of what is added on the straight way from there to the image, the integral of ink times gradient
(Sundararajan, Taly and Yan, "Axiomatic attribution for deep networks", 2017): each coefficient
grows with the ink, or with its root.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np

from linocut.core import LinocutError
from linocut.core.forms import Floats, Form
from linocut.core.steps import LocallyAffine, kind_of, passed_through, views_of
from linocut.features import pulled_through, weights_by_view

AT_ONCE = 32  # images whose features are held for the way back
BYTES = 255


@dataclass(frozen=True, eq=False)
class LocalForm:
    """K scores of images: a form of the features that some steps make of them.

    Attributes
    ----------
    steps : tuple of (str, transformer)
        Fitted: `LocallyAffine`, affine, or views side by side of such steps.
    form : LinearForm, QuadraticForm or SumForm
        Of the features.
    image_shape : tuple of int
        Of the images that the first step takes.
    """

    steps: tuple[tuple[str, Any], ...]
    form: Form
    image_shape: tuple[int, ...]

    @property
    def shape(self) -> tuple[int, int]:
        """Scores K and pixels d."""
        return self.form.shape[0], int(np.prod(self.image_shape))

    @property
    def through(self) -> str:
        """What the steps are called that are no affine maps, in words."""
        names = list(
            dict.fromkeys(kind_of(each).name.replace("-", " ") for each in curved(self.steps))
        )
        return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)

    @property
    def from_blank(self) -> bool:
        """Whether what is left without ink is the score of the blank page."""
        return all(each.homogeneous for each in curved(self.steps))

    def scores(self, X: Any) -> Floats:
        """Return the scores of rows X (n, d), shape (n, K)."""
        return self.form.scores(self._features(self._images(np.asarray(X, np.float64))))

    def account(self, X: Any, D: Floats, reference: Floats) -> tuple[Floats, Floats]:
        """Split ``D[i] · scores(x)`` into one number a pixel (n, d), and what is left (n,).

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
        parts, left = np.empty_like(X), np.empty(len(X))
        for start in range(0, len(X), AT_ONCE):
            some = slice(start, start + AT_ONCE)
            images = self._images(X[some])
            *inputs, made = passages(self.steps, images)
            made = np.asarray(made, np.float64)
            first, second = self.form.by_degree(made, D[some])
            weights = local_weights(self.steps, inputs, first + second)
            parts[some] = X[some] * weights.reshape(len(images), -1)
            margins = (D[some] * self.form.scores(made)).sum(axis=1)
            left[some] = margins - parts[some].sum(axis=1)
        return parts, left

    def _features(self, images: Any) -> Floats:
        return np.asarray(passed_through(self.steps, images), np.float64)

    def _images(self, X: Floats) -> Any:
        """Return rows as images, bytes where they were: steps round what they make of such."""
        images = X.reshape(-1, *self.image_shape)
        whole = images.size and images.min() >= 0 and images.max() <= BYTES
        made = images.astype(np.uint8) if whole else images
        return made if np.array_equal(made, images) else images


def passages(steps: Sequence[tuple[str, Any]], X: Any) -> list[Any]:
    """Return what goes into each of some steps, and at the end what comes out of the last."""
    return list(accumulate(steps, lambda rows, step: step[1].transform(rows), initial=X))


def local_weights(steps: Sequence[tuple[str, Any]], inputs: Sequence[Any], G: Floats) -> Floats:
    """Take weights on what steps make of a few images back to those images.

    Parameters
    ----------
    steps : sequence of (str, transformer)
        As in `LocalForm`.
    inputs : sequence of arrays
        What goes into each (see `passages`), images (n, h, w) or rows (n, d).
    G : float64 array, shape (n, m)
        Weights on what comes out of the last, for each image its own.

    Returns
    -------
    float64 array, of the shape of the first input
    """
    for (name, step), before in zip(reversed(steps), reversed(inputs), strict=True):
        G = _through(name, step, before, G)
    return G


def _through(name: str, step: Any, X: Any, G: Floats) -> Floats:
    if views_of(step):
        back = np.zeros(np.shape(X))
        for view, G_view in weights_by_view(step, G):
            back += local_weights(view.steps, passages(view.steps[:-1], X), G_view)
        return back
    if isinstance(step, LocallyAffine):
        return step.local_weights(X, G)
    try:
        return pulled_through(step, G.reshape(len(G), -1))[0].reshape(np.shape(X))
    except NotImplementedError as error:
        raise LinocutError(
            f"the step {name!r} ({type(step).__name__}) cannot be accounted for: {error}"
        ) from None


def curved(steps: Sequence[tuple[str, Any]]) -> Iterator[LocallyAffine]:
    """Yield the steps that are affine but for factors of the image, those within views, too."""
    for _, step in steps:
        for view in views_of(step):
            yield from curved(view.steps)
        if isinstance(step, LocallyAffine):
            yield step
