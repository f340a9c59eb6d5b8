"""Whether the state of each step fits what comes into it, known from shapes before any arithmetic.

A file says how large its arrays are, but also sizes that no array bears out: of filters, of
products, of images made. Each function here takes a step with its state and the shape of one image
or row that comes into it, (h, w) or (d,), and returns the shape that leaves it, or raises a
`LinocutError`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from linocut.core import LinocutError
from linocut.features.convolution import WIDTHS
from linocut.modelfile.plain import is_whole, shown

Shape = tuple[int, ...]
Passage = Callable[[Any, Shape], Shape]

WORKING = 2**23  # numbers that a step may hold at once for one image
FILTERS = 2**20  # numbers in the filters of a scattering transform


def same_image(step: Any, shape: Shape) -> Shape:
    """Turn images into images of the same shape."""
    _image(step, shape)
    return shape


def normalise_moments(step: Any, shape: Shape) -> Shape:
    """Want the usual height and width."""
    for name in ("height_", "width_"):
        value = getattr(step, name)
        if not (isinstance(value, float | int) and math.isfinite(value) and value >= 0):
            raise LinocutError(f"{name} is {shown(value)} — a number, zero or more")
    return same_image(step, shape)


def deskew(step: Any, shape: Shape) -> Shape:
    """Give the steepest shear room beside the image."""
    height, width = _image(step, shape)
    _no_more(height * (width + 2 * math.ceil(step.max_shear * height) + 3), "a sheared image")
    return shape


def size_normalise(step: Any, shape: Shape) -> Shape:
    """Turn images into squares."""
    if len(shape) != 2 or min(shape) < 3:
        raise LinocutError(f"{_words(shape)} come into it — images of at least 3 × 3 pixels")
    if step.box > step.size:
        raise LinocutError(f"box={step.box} — at most size={step.size}")
    made = step.size, step.size
    _equal("image_shape_", step.image_shape_, made)
    return made


def scattering(step: Any, shape: Shape) -> Shape:
    """Read the maps of all paths at every 2^J-th pixel."""
    height, width = _image(step, shape)
    J, L, apart = step.J, step.L, 2**step.J
    if apart > max(shape):
        raise LinocutError(f"J={J} reads every {apart} pixels, images have {height} × {width}")
    side = max(shape) + 2 * apart
    # Sizes with filters of their own on grids of their own, at least the filters themselves.
    if J * L * side**2 > FILTERS:
        raise LinocutError(
            f"J={J} and L={L} on images of {height} × {width} pixels need filters of "
            f"{J * L * side**2:,} numbers — {FILTERS:,} at most"
        )
    _no_more(L * L * side**2, "the second order")
    paths = [1, J * L, L * L * J * (J - 1) // 2]
    maps = sum(paths[: step.order + 1])
    return (maps * math.ceil(height / apart) * math.ceil(width / apart),)


def patch_dictionary(step: Any, shape: Shape) -> Shape:
    """Give each atom's responses in each cell."""
    _image(step, shape)
    count = len(_array(step, "filters_", None, step.side**2))
    return _pooled(step, shape, count * (2 if step.method == "pca" else 1), least=2)


def convolution_bank(step: Any, shape: Shape) -> Shape:
    """Give each filter's responses of either sign in each cell."""
    _image(step, shape)
    return _pooled(step, shape, 2 * len(WIDTHS) * (2 * step.directions + 1), least=3)


def same_row(step: Any, shape: Shape) -> Shape:
    """Turn images or rows into rows of as many numbers."""
    return (_known(step, math.prod(shape)),)


def scaling(step: Any, shape: Shape) -> Shape:
    """Want an offset and a scale of each pixel."""
    (d,) = same_row(step, shape)
    _array(step, "offset_", d)
    _array(step, "scale_", d)
    return (d,)


def principal_components(step: Any, shape: Shape) -> Shape:
    """Turn rows into k coordinates."""
    (d,) = same_row(step, shape)
    _array(step, "mean_", d)
    return (len(_array(step, "components_", None, d)),)


def denoise(step: Any, shape: Shape) -> Shape:
    """Turn rows into rows of the same length."""
    principal_components(step, shape)
    return (math.prod(shape),)


def principal_pairs(step: Any, shape: Shape) -> Shape:
    """Turn rows into k coordinates and their products."""
    (k,) = principal_components(step, shape)
    _array(step, "scale_", k)
    return (k * (k + 3) // 2,)


def decorrelate(step: Any, shape: Shape) -> Shape:
    """Turn rows into k coordinates."""
    d = _row(step, shape)
    _array(step, "mean_", d)
    return (len(_array(step, "components_", None, d)),)


def equalise(step: Any, shape: Shape) -> Shape:
    """Want a divisor of each feature."""
    d = _row(step, shape)
    _array(step, "scale_", d)
    return (d,)


def leading_pairs(step: Any, shape: Shape) -> Shape:
    """Append the products of k features, or of k made from them."""
    d = _row(step, shape)
    k = len(_array(step, "components_", None, d))
    _array(step, "offset_", k)
    if not isinstance(step.leading_, bool):
        raise LinocutError(f"leading_ is {shown(step.leading_)} — true or false")
    if step.leading_ and k > d:
        raise LinocutError(f"{k} leading features of {d}")
    scale = step.scale_
    if not (isinstance(scale, float | int) and math.isfinite(scale) and scale >= 0):
        raise LinocutError(f"scale_ is {shown(scale)} — a number, zero or more")
    return (d + k * (k + 1) // 2,)


def random_units(step: Any, shape: Shape) -> Shape:
    """Give one number a unit."""
    (d,) = same_row(step, shape)
    _array(step, "weights_", d, step.n_units)
    _array(step, "offsets_", step.n_units)
    return (step.n_units,)


def blur(step: Any, shape: Shape) -> Shape:
    """Turn images, or rows of as many pixels, into rows."""
    height, width = _framed(step, shape)
    _no_more(math.ceil(height * width * (1 + step.sigma) / 8), "a blurred image")
    return (height * width,)


def crop(step: Any, shape: Shape) -> Shape:
    """Turn a window into a row."""
    height, width = _framed(step, shape)
    bottom, right = step.top + step.height, step.left + step.width
    if not (0 <= step.top < bottom <= height and 0 <= step.left < right <= width):
        raise LinocutError(f"its window does not lie in the images of {height} × {width} pixels")
    return (step.height * step.width,)


def standard_scaler(step: Any, shape: Shape) -> Shape:
    """Want a mean and a deviation of each feature, as far as they are used."""
    d = _row(step, shape)
    _array_if(step.with_mean, step, "mean_", d)
    _array_if(step.with_std, step, "scale_", d)
    return (d,)


def robust_scaler(step: Any, shape: Shape) -> Shape:
    """Want a median and a range of each feature, as far as they are used."""
    d = _row(step, shape)
    _array_if(step.with_centering, step, "center_", d)
    _array_if(step.with_scaling, step, "scale_", d)
    return (d,)


def min_max_scaler(step: Any, shape: Shape) -> Shape:
    """Want a factor and a summand of each feature."""
    d = _row(step, shape)
    _array(step, "min_", d)
    _array(step, "scale_", d)
    return (d,)


def max_abs_scaler(step: Any, shape: Shape) -> Shape:
    """Want a divisor of each feature."""
    return equalise(step, shape)


def pca(step: Any, shape: Shape) -> Shape:
    """Turn rows into k coordinates."""
    d = _row(step, shape)
    _array(step, "mean_", d)
    k = len(_array(step, "components_", None, d))
    _array(step, "explained_variance_", k)
    return (k,)


def polynomial_features(step: Any, shape: Shape) -> Shape:
    """Give all products of the degrees wanted."""
    d = _row(step, shape)
    low, high = step.degree if isinstance(step.degree, tuple) else (0, step.degree)
    of_degree = [
        math.comb(d, k) if step.interaction_only else math.comb(d + k - 1, k)
        for k in range(max(1, low), high + 1)
    ]
    bias = 1 if step.include_bias else 0
    if low > high or sum(of_degree) + bias == 0:
        raise LinocutError(f"degree={step.degree} makes no features")
    return (sum(of_degree) + bias,)


def rbf_sampler(step: Any, shape: Shape) -> Shape:
    """Give one number a wave."""
    d = _row(step, shape)
    _array(step, "random_weights_", d, step.n_components)
    _array(step, "random_offset_", step.n_components)
    return (step.n_components,)


def _image(step: Any, shape: Shape) -> Shape:
    """Return h and w of the images, which must be those that the step was fitted on."""
    if len(shape) != 2:
        raise LinocutError(f"{_words(shape)} come into it — it takes images")
    _equal("image_shape_", step.image_shape_, shape)
    return shape


def _framed(step: Any, shape: Shape) -> Shape:
    """Return h and w of images that may come as rows, too."""
    given: Any = step.image_shape_
    known = isinstance(given, tuple) and len(given) == 2 and all(map(is_whole, given))
    if not known or min(given) < 1 or shape not in {given, (math.prod(given),)}:
        raise LinocutError(f"image_shape_ is {shown(given)}, {_words(shape)} come into it")
    return given[0], given[1]


def _row(step: Any, shape: Shape) -> int:
    """Return the number of features of rows; images are refused, as they are when it is fitted."""
    if len(shape) != 1:
        raise LinocutError(f"{_words(shape)} come into it — it takes rows of features")
    return _known(step, shape[0])


def _known(step: Any, d: int) -> int:
    _equal("n_features_in_", step.n_features_in_, d)
    return d


def _equal(name: str, value: Any, wanted: Any) -> None:
    """Compare whole numbers, or tuples of them, type included."""
    if type(value) is not type(wanted) or value != wanted:
        raise LinocutError(f"{name} is {shown(value)} — {wanted} come into it")


def _array(step: Any, name: str, *shape: int | None) -> Any:
    """Return an array of the state, which must have this shape; None is any length."""
    value = getattr(step, name)
    if not isinstance(value, np.ndarray):
        raise LinocutError(f"{name} is {shown(value)} — an array")
    fits = value.ndim == len(shape) and all(
        wanted in {None, side} for side, wanted in zip(value.shape, shape, strict=True)
    )
    if not fits:
        wanted = ", ".join("any" if side is None else str(side) for side in shape)
        raise LinocutError(f"{name} has shape {value.shape} — ({wanted})")
    return value


def _array_if(used: bool, step: Any, name: str, d: int) -> None:
    if used or getattr(step, name) is not None:
        _array(step, name, d)


def _pooled(step: Any, shape: Shape, count: int, least: int) -> Shape:
    """Return what `linocut.features.responses.pooled_responses` makes."""
    smaller = min(shape)
    if not least <= step.side <= smaller:
        raise LinocutError(
            f"side={step.side} — from {least} to {smaller}, the images' smaller side"
        )
    if not 1 <= step.cells <= smaller - step.side + 1:
        raise LinocutError(f"cells={step.cells} — from 1 to {smaller - step.side + 1}")
    places = math.prod(side - step.side + 1 for side in shape)
    _no_more(places * step.side**2, "all patches")
    _no_more(places * count, "all responses")
    _no_more(places * step.cells**2, "the weights of the cells")
    return (step.cells**2 * count,)


def _no_more(numbers: int, what: str) -> None:
    if numbers > WORKING:
        raise LinocutError(f"{what} would take {numbers:,} numbers an image — {WORKING:,} at most")


def _words(shape: Shape) -> str:
    return f"images of shape {shape}" if len(shape) == 2 else f"rows of {shape[0]} features"
