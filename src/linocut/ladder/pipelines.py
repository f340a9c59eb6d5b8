"""The pipelines that rungs are made of, and the grids of what is chosen in them.

Each is made for a training part: its parameters suit the size and number of the images.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, clone
from sklearn.pipeline import FeatureUnion, Pipeline

from linocut.data import ImagePart
from linocut.features import (
    Augmentation,
    ConvolutionBank,
    Decorrelate,
    Deskew,
    Equalise,
    LeadingPairs,
    NormaliseContrast,
    NormaliseMoments,
    PatchDictionary,
    PrincipalPairs,
    RandomUnits,
    Scattering,
    UnitPixels,
)
from linocut.ladder.recipe import AS_THEY_ARE, PREPARE, Grid, Steps
from linocut.models import (
    ClassMeans,
    LeastSquaresClassifier,
    NeuralClassifier,
    SoftmaxRegression,
)

MakePipeline = Callable[[ImagePart], Pipeline]
MakeGrid = Callable[[ImagePart], Grid]

# Inverse penalties for features between 0 and 1, strongest penalty first.
INVERSE_PENALTIES = (0.001, 0.01, 0.1, 1.0, 10.0, 100.0)
# The same, in smaller steps, for features that `Equalise` has given the size of pixels.
FINER_PENALTIES = (0.01, 0.03, 0.1, 0.3, 1.0)
# For products of two numbers of that size.
PAIR_PENALTIES = (0.003, 0.01, 0.03, 0.1, 0.3)
POWERS = (0.25, 0.375)
POWERS_AND_PENALTIES = {"equalise__power": POWERS, "softmax__C": FINER_PENALTIES}
# For views side by side, where there are more of such features.
VIEW_PENALTIES = (0.01, *FINER_PENALTIES[1:])
RIDGES = (1000.0, 100.0, 10.0, 1.0)
COMPONENTS = (30, 50)
WAVES = 1000
WORDS = 160
MOST_WORDS = 400
UNITS = 4000
STEPS, LARGE = 600, 64 * 64
LEADING = 60
# More directions where so many more rows tell their products apart.
MOST_LEADING, ROWS_A_DIRECTION = 100, 400
# How much of the differences in size is taken out: most where pixels are compared, less where
# strokes are, which then get thinner or thicker.
PIXELS, STROKES = 0.8, 0.4
# Of an optimum that is this near, no accuracy depends on what is left.
FINAL_TOL = 1e-3


def slight_distortion(part: ImagePart) -> Augmentation:
    """Return distortions that a hand might have made itself, in proportion to the images."""
    pixel = _shorter_side(part) / 28
    return Augmentation(
        shift=pixel, rotation=8, scale=0.08, shear=0.08, elastic=0.6 * pixel, smoothness=4 * pixel
    )


def strong_distortion(part: ImagePart) -> Augmentation:
    """Return distortions as far as those of other writers and cameras, in proportion."""
    pixel = min(part.images.shape[1:3]) / 28
    return Augmentation(shift=2 * pixel, rotation=15, scale=0.2, shear=0.2)


def _pipeline(*steps: tuple[str, BaseEstimator]) -> Pipeline:
    return Pipeline(list(steps))


def softmax(**parameters: Any) -> tuple[str, BaseEstimator]:
    """Return the last step of most pipelines, fitted as near as accuracy depends on."""
    return ("softmax", SoftmaxRegression(tol=FINAL_TOL, **parameters))


def _normalised(strength: float) -> tuple[str, BaseEstimator]:
    return ("normalise", NormaliseMoments(strength))


def _prepared(strength: float) -> tuple[str, BaseEstimator]:
    """Return the step that `_preparations` offers alternatives to."""
    return (PREPARE, NormaliseMoments(strength))


def _preparations(strength: float, *others: BaseEstimator) -> Grid:
    return {PREPARE: (NormaliseMoments(strength), AS_THEY_ARE, *others)}


def on_pixels(name: str, model: BaseEstimator) -> MakePipeline:
    """Return what makes a pipeline of a model on the pixels as they are."""
    return lambda part: _pipeline(("pixels", UnitPixels()), (name, clone(model)))


def means(similarity: Any) -> MakePipeline:
    """Return what makes a pipeline of class means, compared by a similarity."""
    return on_pixels("means", ClassMeans(similarity, offset=0.2))


def deskewed(part: ImagePart) -> Pipeline:
    """Make a pipeline from the pixels of images brought upright."""
    return _pipeline(("deskew", Deskew()), ("pixels", UnitPixels()), softmax())


def sized(part: ImagePart) -> Pipeline:
    """Make a pipeline from the pixels of images brought upright and to one size."""
    return _pipeline(_normalised(PIXELS), ("pixels", UnitPixels()), softmax())


def pairs(part: ImagePart) -> Pipeline:
    """Make a pipeline from principal components and products of two of them."""
    # Not stored: the products are made anew in each pass over the images' components.
    products = PrincipalPairs(max(_components(part)), power=0.25, stored=False)
    return _pipeline(("pairs", products), softmax())


def sized_pairs(part: ImagePart) -> Pipeline:
    """Make that of `pairs`, of images brought upright and to one size."""
    return _pipeline(_normalised(PIXELS), *pairs(part).steps)


def fourier(part: ImagePart) -> Pipeline:
    """Make a pipeline from random waves."""
    from sklearn.kernel_approximation import RBFSampler  # loads on use

    count = max(1, min(WAVES, len(part) // 2))  # more than rows would tell nothing new
    return _pipeline(
        _prepared(PIXELS),
        ("pixels", UnitPixels()),
        ("waves", RBFSampler(gamma="scale", n_components=count, random_state=0)),
        ("equalise", Equalise(0.0)),
        softmax(),
    )


def patches(part: ImagePart) -> Pipeline:
    """Make a pipeline from a dictionary of patches."""
    return _pipeline(
        _prepared(STROKES),
        ("patches", _patch_dictionary(part, WORDS)),
        *_equalised(),
        softmax(),
    )


def _patch_dictionary(part: ImagePart, words: int, **parameters: Any) -> PatchDictionary:
    shorter = _shorter_side(part)
    side = min(shorter, int(np.clip(round(shorter / 4.5), 3, 7)))
    cells = min(int(np.clip(round(shorter / 7), 2, 8)), shorter - side + 1)
    return PatchDictionary(words, side=side, cells=cells, **parameters)


def random_layer(part: ImagePart) -> Pipeline:
    """Make a pipeline from a bank of filters and random units of what these measure."""
    shorter = _shorter_side(part)
    side = min(shorter, int(np.clip(shorter // 4, 3, 7)))
    cells = min(int(np.clip(shorter // 4, 2, 8)), shorter - side + 1)
    return _pipeline(
        _prepared(STROKES),
        ("bank", ConvolutionBank(side, cells=cells)),
        *_equalised(),
        ("units", RandomUnits(min(UNITS, len(part)))),
        ("least_squares", LeastSquaresClassifier(dtype="float32")),
    )


def scattering(part: ImagePart) -> Pipeline:
    """Make a pipeline from scattering coefficients."""
    return _pipeline(*_scattering_steps(part, POWERS[0]), softmax())


def scattering_pairs(part: ImagePart) -> Pipeline:
    """Make a pipeline from scattering coefficients and products of their main directions."""
    return _pipeline(
        *_scattering_steps(part, 0.3), ("pairs", LeadingPairs(LEADING, size=0.5)), softmax()
    )


def _scattering_steps(part: ImagePart, power: float) -> Steps:
    return [_prepared(STROKES), ("scattering", scattered(part)), *_equalised(power)]


def scattered(part: ImagePart) -> Scattering:
    """Make the step that scatters."""
    # The largest wavelets should find room three times along an image.
    J = int(np.clip(np.log2(_shorter_side(part) / 3), 1, 3))
    return Scattering(J, root=True)


def views(part: ImagePart) -> Pipeline:
    """Make a pipeline from several ways of looking at an image, side by side."""
    return _pipeline(*_view_steps(part), softmax())


def views_pairs(part: ImagePart) -> Pipeline:
    """Make a pipeline from these and products of their main directions."""
    leading = int(np.clip(len(part) // ROWS_A_DIRECTION, LEADING, MOST_LEADING))
    return _pipeline(*_view_steps(part), ("pairs", LeadingPairs(leading, size=0.5)), softmax())


def _view_steps(part: ImagePart) -> Steps:
    return [
        ("views", FeatureUnion([(name, _pipeline(*steps)) for name, steps in _looks(part)])),
        ("decorrelate", Decorrelate(0.998, standardise=False)),
        ("equalise", Equalise(POWERS[0])),
    ]


def _looks(part: ImagePart) -> list[tuple[str, Steps]]:
    """Return the ways of looking at an image, all of which vary as much in the end."""
    normalise, seen = _normalised(STROKES), ("scattering", scattered(part))
    contrast, fine = (NormaliseContrast(max(1.0, _shorter_side(part) / times)) for times in (7, 14))
    signed = Scattering(seen[1].J, root=True, full=1.0)
    # Fewer words where there are few images to tell them apart by.
    words = int(np.clip(len(part) // 10, WORDS, MOST_WORDS))
    looks: list[tuple[str, Steps]] = [
        ("strokes", [normalise, seen]),
        ("seen", [seen]),
        ("contrast", [("contrast", contrast), ("scattering", signed)]),
        ("patches", [("contrast", fine), ("patches", _patch_dictionary(part, words, full=1.0))]),
    ]
    return [(name, [*steps, *_of_one_size()]) for name, steps in looks]


def _of_one_size() -> Steps:
    """Return steps after which all views vary as much as each other, in fewer numbers."""
    return [("decorrelate", Decorrelate(0.995)), ("equalise", Equalise(0.0))]


def views_grid(part: ImagePart) -> Grid:
    """Return all mixtures of two views or more, and penalties."""
    names = [name for name, _ in _looks(part)]
    kept = [set(some) for count in (4, 3, 2) for some in combinations(names, count)]
    weights = [{name: float(name in some) for name in names} for some in kept]
    return {"views__transformer_weights": weights, "softmax__C": VIEW_PENALTIES}


def _equalised(power: float = POWERS[0]) -> Steps:
    return [("decorrelate", Decorrelate(0.9995)), ("equalise", Equalise(power))]


def network(kind: Any) -> MakePipeline:
    """Return what makes a neural network of a kind."""

    def make(part: ImagePart) -> Pipeline:
        # Few images need to be read more often: at least so many steps of 100 images, fewer where
        # each step costs as much as many.
        n, height, width = part.images.shape[:3]
        steps = STEPS * min(1, LARGE / (height * width))
        epochs = max(12, math.ceil(steps * 100 / n))
        return _pipeline(("network", NeuralClassifier(kind, max_epochs=epochs)))

    return make


def no_grid(part: ImagePart) -> Grid:
    """Leave nothing to be chosen."""
    return {}


def penalty_grid(of: str) -> MakeGrid:
    """Return what makes a grid of the penalties of a regression on pixels."""
    return lambda part: {f"{of}__C": INVERSE_PENALTIES}


def pairs_grid(part: ImagePart) -> Grid:
    """Return numbers of components, and penalties."""
    return {"pairs__n_components": _components(part), "softmax__C": PAIR_PENALTIES}


def fourier_grid(part: ImagePart) -> Grid:
    """Return preparations, and penalties."""
    return {**_preparations(PIXELS), "softmax__C": INVERSE_PENALTIES}


def patches_grid(part: ImagePart) -> Grid:
    """Return preparations, how far numbers are brought to one size, and penalties."""
    return {**_preparations(STROKES), **POWERS_AND_PENALTIES}


def random_layer_grid(part: ImagePart) -> Grid:
    """Return preparations, and penalties of least squares."""
    return {**_preparations(STROKES), "least_squares__alpha": RIDGES}


def scattering_grid(part: ImagePart) -> Grid:
    """Return preparations, how far numbers are brought to one size, and penalties."""
    return {**_scattering_preparations(part), **POWERS_AND_PENALTIES}


def scattering_pairs_grid(part: ImagePart) -> Grid:
    """Return preparations, and penalties."""
    return {**_scattering_preparations(part), "softmax__C": FINER_PENALTIES[1:]}


def _scattering_preparations(part: ImagePart) -> Grid:
    return _preparations(STROKES, NormaliseContrast(_shorter_side(part) / 7))


def _components(part: ImagePart) -> tuple[int, ...]:
    most = min(len(part) - 1, int(np.prod(part.images.shape[1:])))
    return tuple(sorted({min(count, most) for count in COMPONENTS}))


def _shorter_side(part: ImagePart) -> int:
    return int(min(part.images.shape[1:3]))
