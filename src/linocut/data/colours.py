"""Whether the images of a set have colours that grey would lose."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from linocut.core.colour import luminance

LEAST_LOST = 8.0  # grey levels; chroma noise of JPEG, tinted paper and one ink stay below
LEAST_SHARE = 0.05  # of the images, which must have such colours: a few stray ones do not count
LOOKED_AT = 200  # images from which it is decided


def decided_colour(images: Sequence[NDArray[np.uint8]]) -> tuple[bool, list[str]]:
    """Decide from some images of a set, (h, w, 3) each, whether colours are kept.

    Returns
    -------
    kept : bool
    told : list of str
        What was decided and why; empty where none of the images holds colours.
    """
    if all((image == image[..., :1]).all() for image in images):
        return False, []
    share = share_with_colour(images)
    kept = share >= LEAST_SHARE
    return kept, [told_of_colour(share, kept=kept)]


def share_with_colour(images: Sequence[NDArray[np.generic]]) -> float:
    """Return the share of images that would lose something if all became grey.

    What red, green and blue are, given the luminance, is fitted by one straight line for all pixels
    of all images: writing with one ink, tinted paper or a sepia photograph lie on it, and are told
    by their grey as well. An image has colours if its pixels are further from that line, in the
    root mean square, than `LEAST_LOST`.

    Parameters
    ----------
    images : sequence of arrays, shape (h, w, 3) each
        Some images; grey ones have three planes that are the same.

    Examples
    --------
    >>> blue_ink = np.full((8, 8, 3), 255.0)
    >>> blue_ink[3:5] = 20, 30, 160
    >>> red, blue = np.zeros((2, 8, 8, 3))
    >>> red[2:6, 2:6], blue[2:6, 2:6] = (180, 30, 30), (40, 60, 220)
    >>> share_with_colour([blue_ink, blue_ink]), share_with_colour([red, blue])
    (0.0, 1.0)
    """
    if not images:
        return 0.0
    rows = [np.asarray(each, np.float64).reshape(-1, 3) for each in images]
    sums, products = np.zeros(4), np.zeros((4, 4))
    count = 0
    for C in rows:
        Z = np.column_stack([luminance(C[None, :, None])[0, :, 0], C])
        sums += Z.sum(axis=0)
        products += Z.T @ Z
        count += len(Z)
    mean = sums / count
    covariance = products / count - np.outer(mean, mean)
    slope = covariance[0, 1:] / covariance[0, 0] if covariance[0, 0] > 1e-9 else np.ones(3)
    lost = []
    for C in rows:
        grey = luminance(C[None, :, None])[0, :, 0] - mean[0]
        off = C - mean[1:] - grey[:, None] * slope
        lost.append(float(np.sqrt(np.mean(off * off))))
    return float(np.mean(np.array(lost) > LEAST_LOST))


def evenly(count: int) -> NDArray[np.intp]:
    """Return the positions of images to look at, of so many."""
    return np.unique(np.linspace(0, count - 1, min(count, LOOKED_AT)).astype(np.intp))


def told_of_colour(share: float, *, kept: bool) -> str:
    """Say in a sentence what was decided, and why.

    Examples
    --------
    >>> told_of_colour(1.0, kept=True)
    'Colours were kept, since grey would lose something of 100% of the images (grey: --no-colour).'
    """
    if kept:
        return (
            f"Colours were kept, since grey would lose something of {share:.0%} of the images "
            "(grey: --no-colour)."
        )
    lost = f"grey loses something of {share:.0%} of them" if share else "grey loses nothing of them"
    return f"Colour images were made grey by their luminance: {lost} (colour: --colour)."
