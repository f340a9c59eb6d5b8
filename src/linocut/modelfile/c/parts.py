"""What of a finished model is written in C: changes of the image, and a head that scores it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.core.steps import kind_of
from linocut.features import Centre, Deskew, NormaliseMoments, PrincipalPairs, pulled_through
from linocut.modelfile.c.heads import Head, LinearHead, PairsHead
from linocut.modelfile.c.weights import Floats32, Weights
from linocut.modelfile.contents import ModelContents

Floats = NDArray[np.float64]
ImageStep = Centre | Deskew | NormaliseMoments

AT_ONCE = 2048  # images that are scored together


@dataclass(frozen=True, eq=False)
class Parts:
    """A model as C has it.

    Attributes
    ----------
    image_steps : tuple of transformers
        Each turns the image into another of the same size, in bytes.
    head : LinearHead or PairsHead
        What scores the last of them.
    """

    image_steps: tuple[ImageStep, ...]
    head: Head

    @classmethod
    def of(cls, contents: ModelContents) -> Parts:
        """Recognise them; whatever is affine joins the weights.

        Raises
        ------
        LinocutError
            If there is a step that cannot be written in C; the message names it.
        """
        steps = list(contents.steps)
        first: list[ImageStep] = []
        while steps and isinstance(steps[0][1], ImageStep):
            first.append(steps.pop(0)[1])
        W = contents.linear.coef_.astype(np.float64)
        b = contents.linear.intercept_.astype(np.float64)
        if steps and isinstance(steps[-1][1], PrincipalPairs):
            return cls(tuple(first), _pairs_head(steps[:-1], steps[-1][1], W, b))
        W, shift = _of_pixels(steps, W)
        return cls(tuple(first), LinearHead(Weights.of(W.T), (b + shift).astype(np.float32)))

    def quantised(self) -> Parts:
        """Return the same with weights of 8 bits."""
        return replace(self, head=self.head.quantised())

    def scores(self, images: NDArray[np.uint8]) -> Floats32:
        """Return the scores of images (n, h, w) by the arithmetic of the C file, shape (n, K)."""
        found = [self._scores(images[at : at + AT_ONCE]) for at in range(0, len(images), AT_ONCE)]
        return np.concatenate(found) if found else np.empty((0, len(self.head.bias)), np.float32)

    def _scores(self, images: NDArray[np.uint8]) -> Floats32:
        for step in self.image_steps:
            images = step.transform(images)
        return self.head.scores(images)


def _pairs_head(
    before: list[tuple[str, Any]], pairs: PrincipalPairs, W: Floats, b: Floats
) -> PairsHead:
    A = pairs.components_ / pairs.scale_[:, None]
    c = -A @ pairs.mean_
    A, shift = _of_pixels(before, A / pairs.full)
    m = len(A)
    return PairsHead(
        components=Weights.of(A.T),
        offset=(c + shift).astype(np.float32),
        linear=Weights.of(W[:, :m].T),
        pairs=Weights.of(W[:, m:].T),
        bias=b.astype(np.float32),
    )


def _of_pixels(steps: list[tuple[str, Any]], W: Floats) -> tuple[Floats, Floats]:
    """Take weights back through steps that are affine, to those on the pixels and a shift."""
    shift = np.zeros(len(W))
    for name, step in reversed(steps):
        try:
            W, c = pulled_through(step, W)
        except NotImplementedError as error:
            what = kind_of(step).name or type(step).__name__
            raise LinocutError(
                f"the step {name!r} ({what}) cannot be written in C — export the model as ONNX or "
                "JSON, which have it"
            ) from error
        shift = shift + c
    return W, shift
