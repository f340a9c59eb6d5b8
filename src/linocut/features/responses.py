"""Responses to small filters everywhere in an image, summed within the cells of a grid.

What patch dictionaries and fixed convolution banks share: every s × s patch of the image is
compared with each of a few hundred small filters, what is below a threshold is dropped, and what
is left is averaged where it lies, coarsely.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from linocut.core.blas import one_blas_thread
from linocut.core.threads import map_in_order

Array = NDArray[Any]

# Images, and places in them, whose patches and responses stay within the caches.
AT_ONCE, PLACES_AT_ONCE = 32, 32 * 784


def patches_of(images: Array, side: int) -> Array:
    """Return all patches of images (n, h, w), shape (n, places, side²), floats in a new array.

    Of images in colour, (n, h, w, 3), a patch holds all planes, pixel by pixel: 3 · side² numbers.
    """
    windows = sliding_window_view(images, (side, side), axis=(1, 2))
    if images.ndim == 4:
        windows = np.moveaxis(windows, 3, -1)
    n, down, across = windows.shape[:3]
    # Where an image is one patch its windows are the image itself, which must not be written to.
    return np.array(windows, np.float32, order="C").reshape(n, down * across, -1)


def contrast_normalised(patches: Array, floor: float) -> Array:
    """Take the mean out of patches (…, p) and divide by √(variance + floor), in place."""
    patches -= patches.mean(axis=-1, keepdims=True)
    size = np.einsum("...i,...i->...", patches, patches) / patches.shape[-1]
    patches /= np.sqrt(size + np.float32(floor))[..., None]
    return patches


def pooling(height: int, width: int, cells: int) -> Array:
    """Return the matrix (cells², height · width) that averages within the cells of a grid.

    A place between two centres counts for both, by its nearness, so that a small shift makes a
    small change.
    """
    along = []
    for size in (height, width):
        centres = (np.arange(cells) + 0.5) * size / cells - 0.5
        far = np.abs(np.arange(size) - centres[:, None]) * cells / size
        share = np.clip(1 - far, 0, None)
        share[0, : int(centres[0]) + 1] = 1  # beyond the outermost centres there is no neighbour
        share[-1, int(np.ceil(centres[-1])) :] = 1
        along.append(share * cells / size)
    return np.asarray(np.kron(along[0], along[1]), np.float32)


def pooled_responses(
    images: Array,
    filters: Array,
    *,
    side: int,
    cells: int,
    threshold: float,
    floor: float | None,
    full: float,
    both_signs: bool,
) -> Array:
    """Return the pooled responses, float32, shape (n, cells² · filters (· 2 for both signs)).

    Parameters
    ----------
    images : array, shape (n, h, w) or (n, h, w, 3)
        Images; zero is paper.
    filters : float32 array, shape (m, side²) or (m, 3 · side²)
        What patches are multiplied with.
    side : int
        Of a patch, pixels.
    cells : int
        Of the grid, along either axis.
    threshold : float
        What is taken off each response before it counts; what is then below zero does not.
    floor : float or None
        If given, each patch is normalised first (`contrast_normalised`).
    full : float
        The value of full ink.
    both_signs : bool
        Whether responses below zero count as another filter's.
    """
    n, height, width = images.shape[:3]
    P = pooling(height - side + 1, width - side + 1, cells)
    m = len(filters) * (2 if both_signs else 1)
    out = np.empty((n, cells * cells, m), np.float32)
    D = np.ascontiguousarray(filters.T, np.float32)
    at_once = max(1, min(AT_ONCE, PLACES_AT_ONCE // P.shape[1]))

    def part(start: int) -> None:
        some = slice(start, start + at_once)
        patches = patches_of(images[some].astype(np.float32) / np.float32(full), side)
        if floor is not None:
            contrast_normalised(patches, floor)
        R = patches @ D
        if both_signs:
            half = len(filters)
            out[some, :, :half] = np.matmul(P, np.maximum(R - np.float32(threshold), 0))
            np.negative(R, out=R)
            R -= np.float32(threshold)
            np.maximum(R, 0, out=R)
            out[some, :, half:] = np.matmul(P, R)
            return
        R -= np.float32(threshold)
        np.maximum(R, 0, out=R)
        np.matmul(P, R, out=out[some])

    with one_blas_thread():
        for _ in map_in_order(part, range(0, n, at_once)):
            pass
    return out.reshape(n, -1)


def response_weights(
    images: Array,
    G: Array,
    filters: Array,
    *,
    side: int,
    cells: int,
    threshold: float,
    floor: float | None,
    full: float,
    both_signs: bool,
) -> Array:
    """Take weights on pooled responses back to a few images, float64, of their shape.

    Which responses are above the threshold, and the contrast of each patch, is held fixed. The
    other parameters are those of `pooled_responses`.

    Parameters
    ----------
    G : float64 array, shape (n, cells² · filters (· 2 for both signs))
        Weights, for each image its own.
    """
    n, height, width, *planes = images.shape
    down, across = height - side + 1, width - side + 1
    P = pooling(down, across, cells).astype(np.float64)
    D = filters.T.astype(np.float64)
    back = np.zeros(images.shape)
    for image, g, out in zip(images, G.reshape(n, cells * cells, -1), back, strict=True):
        patches = patches_of(image[None].astype(np.float32) / np.float32(full), side)[0]
        patches = patches.astype(np.float64)
        size = np.sqrt(patches.var(axis=1, keepdims=True) + floor) if floor is not None else 1.0
        if floor is not None:
            patches = (patches - patches.mean(axis=1, keepdims=True)) / size
        R, pooled = patches @ D, P.T @ g
        half = len(filters)
        weights = pooled[:, :half] * (threshold < R)
        if both_signs:
            weights -= pooled[:, half:] * (threshold < -R)
        on_patches = weights @ D.T / size
        if floor is not None:
            on_patches -= on_patches.mean(axis=1, keepdims=True)
        windows = on_patches.reshape(down, across, side, side, *planes) / full
        for i in range(side):
            for j in range(side):
                out[i : i + down, j : j + across] += windows[:, :, i, j]
    return back
