"""The table of corruptions: fifteen kinds in five strengths, in proportion to the image.

The kinds and the way they are scored are those of D. Hendrycks and T. Dietterich, "Benchmarking
neural network robustness to common corruptions and perturbations" (ICLR 2019), and N. Mu and
J. Gilmer, "MNIST-C" (2019); the strengths are our own, since theirs are made for one image size.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.core.randomness import RandomState, seed_of
from linocut.evaluate.robustness.corruptions import detail, light, moving, noise, strokes
from linocut.features.images import in_parts

Change = Callable[[NDArray[np.float32], float, np.random.Generator], NDArray[np.float32]]

STRENGTHS = 5
AT_ONCE = 500  # images whose arrays stay within the caches


@dataclass(frozen=True)
class Corruption:
    """One kind of corruption, in five strengths.

    Attributes
    ----------
    kind : str
        What it is called.
    amounts : tuple of 5 floats
        How much of it, weakest first.
    unit : str
        What an amount is.
    family : str
        What is corrupted: position, strokes, noise, light or detail.
    change : callable
        Corrupts float32 images (n, h, w), given an amount and a generator.
    """

    kind: str
    amounts: tuple[float, ...]
    unit: str
    family: str
    change: Change = field(repr=False)

    def apply(self, images: Any, strength: int, *, random_state: RandomState = 0) -> Any:
        """Return corrupted copies of images.

        Parameters
        ----------
        images : uint8 array, shape (n, h, w) or (n, h, w, 3)
            Zero is paper, 255 full ink. All planes of one in colour are corrupted alike, but for
            noise, which is drawn anew for each.
        strength : int
            From 0, unchanged, to 5.
        random_state : int, numpy.random.Generator, numpy.random.RandomState or None
            Of all draws. By the same integer each strength draws the same: an image is turned the
            same way, but further.

        Returns
        -------
        uint8 array, of the same shape

        Raises
        ------
        LinocutError
            If the images are not of that shape and type, or there is no such strength.

        Examples
        --------
        >>> image = np.zeros((1, 8, 8), np.uint8)
        >>> image[:, 2:6, 3:5] = 255
        >>> fogged = corruption("fog").apply(image, 3)
        >>> fogged.shape, fogged.dtype, bool((fogged > image).any())
        ((1, 8, 8), dtype('uint8'), True)
        """
        images = np.asarray(images)
        if images.ndim not in {3, 4} or images.dtype != np.uint8:
            raise LinocutError(
                f"images of shape {images.shape} and type {images.dtype} — corruptions are of "
                "uint8 images (n, h, w) or (n, h, w, 3)"
            )
        if strength not in range(STRENGTHS + 1):
            raise LinocutError(f"strength={strength!r} — an integer from 0 to {STRENGTHS}")
        if strength == 0:
            return images.copy()
        amount, seed = self.amounts[strength - 1], seed_of(random_state)

        def changed(part: NDArray[np.float32], start: int) -> NDArray[np.float32]:
            # Seeded by where the part begins, so that threads may take parts in any order.
            if part.ndim == 3:
                return self.change(part, amount, np.random.default_rng([seed, start]))
            of_plane = [k if self.family == "noise" else 0 for k in range(part.shape[3])]
            planes = np.moveaxis(part, -1, 0).copy()
            made = [
                self.change(plane, amount, np.random.default_rng([seed, start, draw]))
                for plane, draw in zip(planes, of_plane, strict=True)
            ]
            return np.stack(made, axis=-1)

        return in_parts(images, changed, AT_ONCE)


_position = partial(Corruption, family="position")
_strokes = partial(Corruption, family="strokes")
_noise = partial(Corruption, family="noise")
_light = partial(Corruption, family="light")
_detail = partial(Corruption, family="detail")

CORRUPTIONS = (
    _position("shift", (0.04, 0.08, 0.12, 0.16, 0.2), "of the side", change=moving.shift),
    _position("rotation", (8, 16, 24, 32, 40), "degrees", change=moving.rotation),
    _position("scale", (1.1, 1.2, 1.3, 1.4, 1.5), "times as large or small", change=moving.scale),
    _position("shear", (0.1, 0.2, 0.3, 0.4, 0.5), "columns a row", change=moving.shear),
    _strokes("thickness", (0.01, 0.02, 0.03, 0.04, 0.05), "of the side", change=strokes.thickness),
    _strokes("occlusion", (0.15, 0.2, 0.25, 0.3, 0.35), "of the side", change=strokes.occlusion),
    _noise("Gaussian noise", (0.1, 0.2, 0.3, 0.4, 0.5), "of full ink", change=noise.gaussian_noise),
    _noise("shot noise", (20, 10, 5, 3, 2), "particles", change=noise.shot_noise),
    _noise("salt", (0.03, 0.06, 0.1, 0.15, 0.2), "of the pixels", change=noise.salt_and_pepper),
    _light("contrast", (0.6, 0.4, 0.3, 0.2, 0.1), "of it left", change=light.contrast),
    _light("brightness", (0.1, 0.2, 0.3, 0.4, 0.5), "of full ink", change=light.brightness),
    _light("stripes", (0.1, 0.2, 0.3, 0.45, 0.6), "of full ink", change=light.stripes),
    _light("fog", (0.15, 0.3, 0.45, 0.6, 0.7), "of the image", change=light.fog),
    _detail("blur", (0.02, 0.035, 0.05, 0.065, 0.08), "of the side", change=detail.blur),
    _detail("JPEG", (40, 25, 14, 9, 5), "quality", change=detail.jpeg),
)


def corruption(kind: str) -> Corruption:
    """Return a row of the table by its name.

    Raises
    ------
    LinocutError
        If there is none of that name.
    """
    return corruptions([kind])[0]


def corruptions(kinds: Sequence[str] | None = None) -> tuple[Corruption, ...]:
    """Return rows of the table by their names, in the order of the table; all of them for None.

    Raises
    ------
    LinocutError
        If there is none of a name, or none is asked for.

    Examples
    --------
    >>> [each.kind for each in corruptions(["fog", "shift"])]
    ['shift', 'fog']
    """
    if kinds is None:
        return CORRUPTIONS
    known = [each.kind for each in CORRUPTIONS]
    for kind in kinds:
        if kind not in known:
            raise LinocutError(f"{kind!r} is no kind of corruption — known: {', '.join(known)}")
    if not kinds:
        raise LinocutError(f"no kind of corruption — name some of {', '.join(known)}")
    return tuple(each for each in CORRUPTIONS if each.kind in kinds)
