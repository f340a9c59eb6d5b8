"""Whether the state of each step fits what comes into it, known from shapes before any arithmetic.

A file says how large its arrays are, but also sizes that no array bears out: of filters, of
products, of images made. Each function here takes a step with its state, the shape of one image or
row that comes into it, (h, w), (h, w, 3) or (d,), and what all steps together may still hold. It
returns the shape that leaves the step, or raises a `LinocutError`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from linocut.core import LinocutError
from linocut.core.colour import PLANES, is_colour
from linocut.features.convolution import WIDTHS
from linocut.modelfile.plain import is_whole, shown
from linocut.modelfile.rules import number

Shape = tuple[int, ...]

LEAST = 2**23  # numbers that the steps of the smallest file may hold
TIMES = 8  # numbers that they may hold for each one in a larger file
SIZE = number(0)
DEAR = 8  # numbers that take as long to make as one of a wavelet


@dataclass
class Budget:
    """How many numbers all steps together may hold for one image.

    Examples
    --------
    >>> Budget.of(1000).take(10**9, "its filters")
    Traceback (most recent call last):
    linocut.core.errors.LinocutError: its filters: 1,000,000,000 numbers an image — at most \
8,388,608, for a file of its size
    """

    left: int

    @classmethod
    def of(cls, numbers: int) -> Budget:
        """Return that of a file with so many numbers in it."""
        return cls(max(LEAST, TIMES * numbers))

    def take(self, numbers: int, what: str) -> None:
        """Take numbers from it, or raise a `LinocutError` if there are not so many."""
        if numbers > self.left:
            raise LinocutError(
                f"{what}: {numbers:,} numbers an image — at most {self.left:,}, for a file of its "
                "size"
            )
        self.left -= numbers


Passage = Callable[[Any, Shape, Budget], Shape]


def same_image(step: Any, shape: Shape, budget: Budget) -> Shape:
    """Turn images into images of the same shape."""
    _image(step, shape)
    return shape


def normalise_moments(step: Any, shape: Shape, budget: Budget) -> Shape:
    """Want the usual height and width."""
    SIZE.check("height_", step.height_)
    SIZE.check("width_", step.width_)
    return same_image(step, shape, budget)


def normalise_contrast(step: Any, shape: Shape, budget: Budget) -> Shape:
    """Average along rows and columns."""
    height, width = _image(step, shape)
    budget.take(height**2 + width**2, "the weights of its averages")
    return shape


def deskew(step: Any, shape: Shape, budget: Budget) -> Shape:
    """Give the steepest shear room beside the image."""
    height, width = _image(step, shape)
    wide = width + 2 * math.ceil(step.max_shear * height) + 3
    budget.take(height * wide * math.prod(shape[2:]), "a sheared image")
    return shape


def size_normalise(step: Any, shape: Shape, budget: Budget) -> Shape:
    """Turn images into squares."""
    if len(shape) != 2 or min(shape) < 3:
        raise LinocutError(f"{_words(shape)} come into it — images of at least 3 × 3 pixels")
    if step.box > step.size:
        raise LinocutError(f"box={step.box} — at most size={step.size}")
    return step.size, step.size


def scattering(step: Any, shape: Shape, budget: Budget) -> Shape:
    """Read the maps of all paths at every 2^J-th pixel."""
    height, width = _image(step, shape)
    J, L, apart = step.J, step.L, 2**step.J
    if apart > max(height, width):
        raise LinocutError(f"J={J} reads every {apart} pixels, images have {height} × {width}")
    side = max(height, width) + 2 * apart
    budget.take(DEAR * J * L * side**2, "its filters")
    budget.take(L * L * side**2, "the second order")
    maps = _paths(J, L, step.order)
    if is_colour(shape):
        maps += 2 * _paths(max(J - 1, 1), L, step.order)
    return (maps * math.ceil(height / apart) * math.ceil(width / apart),)


def _paths(J: int, L: int, order: int) -> int:
    return sum([1, J * L, L * L * J * (J - 1) // 2][: order + 1])


def patch_dictionary(step: Any, shape: Shape, budget: Budget) -> Shape:
    """Give each atom's responses in each cell."""
    _image(step, shape)
    count = len(_array(step, "filters_", None, step.side**2 * math.prod(shape[2:])))
    return _pooled(step, shape, budget, count * (2 if step.method == "pca" else 1), least=2)


def convolution_bank(step: Any, shape: Shape, budget: Budget) -> Shape:
    """Give each filter's responses of either sign in each cell."""
    _image(step, shape)
    filters = 2 * len(WIDTHS) * (2 * step.directions + 1)
    return (_pooled(step, shape[:2], budget, filters, least=3)[0] * math.prod(shape[2:]),)


def same_row(step: Any, shape: Shape, budget: Budget) -> Shape:
    """Turn images or rows into rows of as many numbers."""
    return (_pixels(step, shape),)


def scaling(step: Any, shape: Shape, budget: Budget) -> Shape:
    """Want an offset and a scale of each pixel."""
    (d,) = same_row(step, shape, budget)
    _array(step, "offset_", d)
    _array(step, "scale_", d)
    return (d,)


def principal_components(step: Any, shape: Shape, budget: Budget) -> Shape:
    """Turn images or rows into k coordinates."""
    d = _pixels(step, shape)
    _array(step, "mean_", d)
    return (len(_array(step, "components_", None, d)),)


def denoise(step: Any, shape: Shape, budget: Budget) -> Shape:
    """Turn rows into rows of the same length."""
    principal_components(step, shape, budget)
    return (math.prod(shape),)


def principal_pairs(step: Any, shape: Shape, budget: Budget) -> Shape:
    """Turn rows into k coordinates and their products."""
    (k,) = principal_components(step, shape, budget)
    _array(step, "scale_", k)
    return (k * (k + 3) // 2,)


def decorrelate(step: Any, shape: Shape, budget: Budget) -> Shape:
    """Turn images or rows into k coordinates."""
    return principal_components(step, shape, budget)


def equalise(step: Any, shape: Shape, budget: Budget) -> Shape:
    """Want a divisor of each feature."""
    d = _pixels(step, shape)
    _array(step, "scale_", d)
    return (d,)


def leading_pairs(step: Any, shape: Shape, budget: Budget) -> Shape:
    """Append the products of k features, or of k made from them."""
    d = _pixels(step, shape)
    k = len(_array(step, "components_", None, d))
    _array(step, "offset_", k)
    if not isinstance(step.leading_, bool):
        raise LinocutError(f"leading_ is {shown(step.leading_)} — true or false")
    if step.leading_ and k > d:
        raise LinocutError(f"{k} leading features of {d}")
    SIZE.check("scale_", step.scale_)
    return (d + k * (k + 1) // 2,)


def random_units(step: Any, shape: Shape, budget: Budget) -> Shape:
    """Give one number a unit."""
    (d,) = same_row(step, shape, budget)
    _array(step, "weights_", d, step.n_units)
    _array(step, "offsets_", step.n_units)
    return (step.n_units,)


def blur(step: Any, shape: Shape, budget: Budget) -> Shape:
    """Turn images into images, rows into rows."""
    size = math.prod(_framed(step, shape))
    budget.take(math.ceil(size * (1 + step.sigma) / 8), "a blurred image")
    return shape


def crop(step: Any, shape: Shape, budget: Budget) -> Shape:
    """Turn images into windows of them, rows into rows."""
    height, width, *planes = _framed(step, shape)
    bottom, right = step.top + step.height, step.left + step.width
    if not (0 <= step.top < bottom <= height and 0 <= step.left < right <= width):
        raise LinocutError(f"its window does not lie in the images of {height} × {width} pixels")
    made = step.height, step.width, *planes
    return made if len(shape) > 1 else (math.prod(made),)


def standard_scaler(step: Any, shape: Shape, budget: Budget) -> Shape:
    """Want a mean and a deviation of each feature, as far as they are used."""
    d = _row(step, shape)
    _array_if(step.with_mean, step, "mean_", d)
    _array_if(step.with_std, step, "scale_", d)
    return (d,)


def robust_scaler(step: Any, shape: Shape, budget: Budget) -> Shape:
    """Want a median and a range of each feature, as far as they are used."""
    d = _row(step, shape)
    _array_if(step.with_centering, step, "center_", d)
    _array_if(step.with_scaling, step, "scale_", d)
    return (d,)


def min_max_scaler(step: Any, shape: Shape, budget: Budget) -> Shape:
    """Want a factor and a summand of each feature."""
    d = _row(step, shape)
    _array(step, "min_", d)
    _array(step, "scale_", d)
    return (d,)


def max_abs_scaler(step: Any, shape: Shape, budget: Budget) -> Shape:
    """Want a divisor of each feature."""
    d = _row(step, shape)
    _array(step, "scale_", d)
    return (d,)


def pca(step: Any, shape: Shape, budget: Budget) -> Shape:
    """Turn rows into k coordinates."""
    d = _row(step, shape)
    _array(step, "mean_", d)
    k = len(_array(step, "components_", None, d))
    _array(step, "explained_variance_", k)
    return (k,)


def polynomial_features(step: Any, shape: Shape, budget: Budget) -> Shape:
    """Give all products of the degrees wanted."""
    d = _row(step, shape)
    low, high = step.degree if isinstance(step.degree, tuple) else (0, step.degree)
    bias = 1 if step.include_bias else 0
    if low > high or high + bias == 0:
        raise LinocutError(f"degree={step.degree} makes no features")
    whole = [
        math.comb(d, k) if step.interaction_only else math.comb(d + k - 1, k)
        for k in range(1, high + 1)
    ]
    made = sum(whole[max(0, low - 1) :]) + bias
    # It makes those of the lower degrees first, and leaves them out afterwards.
    budget.take(sum(whole) + bias, "its products")
    _equal("_min_degree", step._min_degree, low)
    _equal("_max_degree", step._max_degree, high)
    _equal("_n_out_full", step._n_out_full, sum(whole) + bias)
    _equal("n_output_features_", step.n_output_features_, made)
    return (made,)


def rbf_sampler(step: Any, shape: Shape, budget: Budget) -> Shape:
    """Give one number a wave."""
    d = _row(step, shape)
    _array(step, "random_weights_", d, step.n_components)
    _array(step, "random_offset_", step.n_components)
    return (step.n_components,)


def _image(step: Any, shape: Shape) -> Shape:
    """Return h and w of the images, which must be those that the step was fitted on."""
    if len(shape) < 2 or (is_colour(shape) and not step.takes_colour):
        raise LinocutError(f"{_words(shape)} come into it — it takes images")
    _equal("image_shape_", step.image_shape_, shape)
    return shape[:2]


def _framed(step: Any, shape: Shape) -> Shape:
    """Return h and w of images that may come as rows, too."""
    given = _image_shape(step.image_shape_)
    if given is None or shape not in {given, (math.prod(given),)}:
        raise LinocutError(f"image_shape_ is {given}, {_words(shape)} come into it")
    return given


def _pixels(step: Any, shape: Shape) -> int:
    """Return the number of features of rows, or of images that may come as rows, too."""
    given = _image_shape(step.image_shape_)
    if given is not None and shape not in {given, (math.prod(given),)}:
        raise LinocutError(f"image_shape_ is {given}, {_words(shape)} come into it")
    _equal("n_features_in_", step.n_features_in_, math.prod(shape))
    return math.prod(shape)


def _row(step: Any, shape: Shape) -> int:
    """Return the number of features of rows; images are refused, as they are when it is fitted."""
    if len(shape) != 1:
        raise LinocutError(f"{_words(shape)} come into it — it takes rows of features")
    _equal("n_features_in_", step.n_features_in_, shape[0])
    return shape[0]


def _image_shape(value: Any) -> Shape | None:
    known = isinstance(value, tuple) and len(value) in {2, 3} and all(map(is_whole, value))
    known = known and value[2:] in {(), (PLANES,)}
    if value is not None and not (known and min(value) >= 1):
        raise LinocutError(f"image_shape_ is {shown(value)} — height and width, or none")
    return value if known else None


def _equal(name: str, value: Any, wanted: int | Shape) -> None:
    """Compare whole numbers, or tuples of them; 8.0 is none."""
    numbers = value if isinstance(value, tuple) else (value,)
    if value != wanted or not all(map(is_whole, numbers)):
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


def _pooled(step: Any, shape: Shape, budget: Budget, count: int, least: int) -> Shape:
    """Return what `linocut.features.responses.pooled_responses` makes."""
    smaller, planes = min(shape[:2]), math.prod(shape[2:])
    if not least <= step.side <= smaller:
        raise LinocutError(
            f"side={step.side} — from {least} to {smaller}, the images' smaller side"
        )
    if not 1 <= step.cells <= smaller - step.side + 1:
        raise LinocutError(f"cells={step.cells} — from 1 to {smaller - step.side + 1}")
    places = math.prod(side - step.side + 1 for side in shape[:2])
    budget.take(places * step.side**2 * planes, "all patches")
    budget.take(places * count, "all responses")
    budget.take(places * step.cells**2, "the weights of the cells")
    return (step.cells**2 * count,)


def _words(shape: Shape) -> str:
    return f"images of shape {shape}" if len(shape) > 1 else f"rows of {shape[0]} features"
