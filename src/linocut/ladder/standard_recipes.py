"""The recipes of the ladder: which features and which model make each rung."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, clone
from sklearn.pipeline import FeatureUnion, Pipeline

from linocut.core import LinocutError
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
from linocut.ladder.recipe import AS_THEY_ARE, PREPARE, Grid, Recipe, Steps, Turn
from linocut.models import (
    ClassMeans,
    LeastSquaresClassifier,
    NeuralClassifier,
    OneVsRestRegression,
    SoftmaxRegression,
    neural_available,
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


def _softmax(**parameters: Any) -> tuple[str, BaseEstimator]:
    return ("softmax", SoftmaxRegression(tol=FINAL_TOL, **parameters))


def _normalised(strength: float) -> tuple[str, BaseEstimator]:
    return ("normalise", NormaliseMoments(strength))


def _prepared(strength: float) -> tuple[str, BaseEstimator]:
    """Return the step that `_preparations` offers alternatives to."""
    return (PREPARE, NormaliseMoments(strength))


def _preparations(strength: float, *others: BaseEstimator) -> Grid:
    return {PREPARE: (NormaliseMoments(strength), AS_THEY_ARE, *others)}


def _on_pixels(name: str, model: BaseEstimator) -> MakePipeline:
    """Return what makes a pipeline of a model on the pixels as they are."""
    return lambda part: _pipeline(("pixels", UnitPixels()), (name, clone(model)))


def _means(similarity: Any) -> MakePipeline:
    return _on_pixels("means", ClassMeans(similarity, offset=0.2))


def _deskewed(part: ImagePart) -> Pipeline:
    return _pipeline(("deskew", Deskew()), ("pixels", UnitPixels()), _softmax())


def _sized(part: ImagePart) -> Pipeline:
    return _pipeline(_normalised(PIXELS), ("pixels", UnitPixels()), _softmax())


def _pairs(part: ImagePart) -> Pipeline:
    # Not stored: the products are made anew in each pass over the images' components.
    pairs = PrincipalPairs(max(_components(part)), power=0.25, stored=False)
    return _pipeline(("pairs", pairs), _softmax())


def _sized_pairs(part: ImagePart) -> Pipeline:
    return _pipeline(_normalised(PIXELS), *_pairs(part).steps)


def _fourier(part: ImagePart) -> Pipeline:
    from sklearn.kernel_approximation import RBFSampler  # loads on use

    count = max(1, min(WAVES, len(part) // 2))  # more than rows would tell nothing new
    return _pipeline(
        _prepared(PIXELS),
        ("pixels", UnitPixels()),
        ("waves", RBFSampler(gamma="scale", n_components=count, random_state=0)),
        ("equalise", Equalise(0.0)),
        _softmax(),
    )


def _patches(part: ImagePart) -> Pipeline:
    return _pipeline(
        _prepared(STROKES),
        ("patches", _patch_dictionary(part, WORDS)),
        *_equalised(),
        _softmax(),
    )


def _patch_dictionary(part: ImagePart, words: int) -> PatchDictionary:
    shorter = _shorter_side(part)
    side = min(shorter, int(np.clip(round(shorter / 4.5), 3, 7)))
    cells = min(int(np.clip(round(shorter / 7), 2, 8)), shorter - side + 1)
    return PatchDictionary(words, side=side, cells=cells)


def _random_layer(part: ImagePart) -> Pipeline:
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


def _scattering(part: ImagePart) -> Pipeline:
    return _pipeline(*_scattering_steps(part, POWERS[0]), _softmax())


def _scattering_pairs(part: ImagePart) -> Pipeline:
    return _pipeline(
        *_scattering_steps(part, 0.3), ("pairs", LeadingPairs(LEADING, size=0.5)), _softmax()
    )


def _scattering_steps(part: ImagePart, power: float) -> Steps:
    return [_prepared(STROKES), ("scattering", _scattered(part)), *_equalised(power)]


def _scattered(part: ImagePart) -> Scattering:
    # The largest wavelets should find room three times along an image.
    J = int(np.clip(np.log2(_shorter_side(part) / 3), 1, 3))
    return Scattering(J, root=True)


def _views(part: ImagePart) -> Pipeline:
    return _pipeline(*_view_steps(part), _softmax())


def _views_pairs(part: ImagePart) -> Pipeline:
    return _pipeline(*_view_steps(part), ("pairs", LeadingPairs(LEADING, size=0.5)), _softmax())


def _view_steps(part: ImagePart) -> Steps:
    return [
        ("views", FeatureUnion([(name, _pipeline(*steps)) for name, steps in _looks(part)])),
        ("decorrelate", Decorrelate(0.998, standardise=False)),
        ("equalise", Equalise(POWERS[0])),
    ]


def _looks(part: ImagePart) -> list[tuple[str, Steps]]:
    """Return the ways of looking at an image, all of which vary as much in the end."""
    normalise, seen = _normalised(STROKES), ("scattering", _scattered(part))
    contrast = NormaliseContrast(sigma=max(1.0, _shorter_side(part) / 7))
    signed = Scattering(seen[1].J, root=True, full=1.0)
    # Fewer words where there are few images to tell them apart by.
    words = int(np.clip(len(part) // 10, WORDS, MOST_WORDS))
    looks: list[tuple[str, Steps]] = [
        ("strokes", [normalise, seen]),
        ("seen", [seen]),
        ("contrast", [("contrast", contrast), ("scattering", signed)]),
        ("patches", [("patches", _patch_dictionary(part, words))]),
    ]
    return [(name, [*steps, *_of_one_size()]) for name, steps in looks]


def _of_one_size() -> Steps:
    """Return steps after which all views vary as much as each other, in fewer numbers."""
    return [("decorrelate", Decorrelate(0.995)), ("equalise", Equalise(0.0))]


def _mixtures(part: ImagePart) -> Grid:
    names = [name for name, _ in _looks(part)]
    kept = [set(some) for count in (4, 3, 2) for some in combinations(names, count)]
    weights = [{name: float(name in some) for name in names} for some in kept]
    return {"views__transformer_weights": weights, "softmax__C": VIEW_PENALTIES}


def _equalised(power: float = POWERS[0]) -> Steps:
    return [("decorrelate", Decorrelate(0.9995)), ("equalise", Equalise(power))]


def _network(kind: Any) -> MakePipeline:
    def make(part: ImagePart) -> Pipeline:
        # Few images need to be read more often: at least so many steps of 100 images, fewer where
        # each step costs as much as many.
        n, height, width = part.images.shape
        steps = STEPS * min(1, LARGE / (height * width))
        epochs = max(12, math.ceil(steps * 100 / n))
        return _pipeline(("network", NeuralClassifier(kind, max_epochs=epochs)))

    return make


def _nothing(part: ImagePart) -> Grid:
    return {}


def _penalty(of: str) -> MakeGrid:
    return lambda part: {f"{of}__C": INVERSE_PENALTIES}


def _components_and_penalty(part: ImagePart) -> Grid:
    return {"pairs__n_components": _components(part), "softmax__C": PAIR_PENALTIES}


def _of_waves(part: ImagePart) -> Grid:
    return {**_preparations(PIXELS), "softmax__C": INVERSE_PENALTIES}


def _of_patches(part: ImagePart) -> Grid:
    return {**_preparations(STROKES), **POWERS_AND_PENALTIES}


def _of_random_layer(part: ImagePart) -> Grid:
    return {**_preparations(STROKES), "least_squares__alpha": RIDGES}


def _of_scattering(part: ImagePart) -> Grid:
    return {**_scattering_preparations(part), **POWERS_AND_PENALTIES}


def _of_scattering_pairs(part: ImagePart) -> Grid:
    return {**_scattering_preparations(part), "softmax__C": FINER_PENALTIES[1:]}


def _scattering_preparations(part: ImagePart) -> Grid:
    return _preparations(STROKES, NormaliseContrast(_shorter_side(part) / 7))


def _components(part: ImagePart) -> tuple[int, ...]:
    most = min(len(part) - 1, int(np.prod(part.images.shape[1:])))
    return tuple(sorted({min(count, most) for count in COMPONENTS}))


def _shorter_side(part: ImagePart) -> int:
    return int(min(part.images.shape[1:3]))


RECIPES = (
    Recipe(
        "mean-dot",
        "Mean dot product",
        "Dot product with the class mean",
        "Multiplies each image, pixel by pixel, with the mean image of each class.",
        _means("dot"),
        _nothing,
        turn=Turn.CHEAP,
    ),
    Recipe(
        "mean-difference",
        "Mean difference",
        "Class mean minus the others' mean",
        "Multiplies each image with the mean of a class minus the mean of all other classes.",
        _means("difference"),
        _nothing,
        turn=Turn.CHEAP,
    ),
    Recipe(
        "mean-offset",
        "Mean minus 0.2",
        "Dot product after subtracting 0.2",
        "Subtracts a fifth of full ink from image and class mean, so that blank paper where a "
        "class has ink counts against it, then multiplies.",
        _means("offset"),
        _nothing,
        turn=Turn.CHEAP,
    ),
    Recipe(
        "nearest-mean",
        "Nearest mean",
        "Nearest class mean",
        "Predicts the class whose mean image is nearest, by the sum of squared differences.",
        _means("nearest"),
        _nothing,
        turn=Turn.CHEAP,
    ),
    Recipe(
        "least-squares",
        "Least squares",
        "Least squares",
        "Fits one weight per pixel so that the score is near 1 for the class and near 0 for the "
        "others.",
        _on_pixels("least_squares", LeastSquaresClassifier()),
        _nothing,
        turn=Turn.CHEAP,
    ),
    Recipe(
        "one-vs-rest",
        "One-vs-rest",
        "One-vs-rest regression",
        "Fits one weight per pixel to tell each class from all others, one class at a time.",
        _on_pixels("one_vs_rest", OneVsRestRegression(tol=FINAL_TOL)),
        _penalty("one_vs_rest"),
        turn=Turn.CHEAP,
    ),
    Recipe(
        "softmax",
        "Softmax",
        "Softmax regression",
        "Fits one weight per pixel and class so that all classes together give the most probable "
        "labels.",
        _on_pixels(*_softmax()),
        _penalty("softmax"),
        turn=Turn.CHEAP,
    ),
    Recipe(
        "deskew-softmax",
        "Deskewed",
        "Deskewed, softmax",
        "Shears each image until its strokes stand upright, then fits softmax regression.",
        _deskewed,
        _penalty("softmax"),
        turn=Turn.CHEAP,
    ),
    Recipe(
        "normalise-softmax",
        "Deskewed and sized",
        "Deskewed and sized, softmax",
        "Brings each image upright, into the middle and to about the same height and width, then "
        "fits softmax regression: still one weight per pixel and class.",
        _sized,
        _penalty("softmax"),
        turn=Turn.CHEAP,
    ),
    Recipe(
        "pca-quadratic",
        "Component pairs",
        "PCA + pairs, softmax",
        "Describes each image by a few principal components and all products of two of them, then "
        "fits softmax regression: still linear, in pairs of features.",
        _pairs,
        _components_and_penalty,
    ),
    Recipe(
        "deskew-quadratic",
        "Sized component pairs",
        "Deskewed and sized, PCA + pairs, softmax",
        "The same on images brought upright, into the middle and to about the same size.",
        _sized_pairs,
        _components_and_penalty,
    ),
    Recipe(
        "fourier",
        "Fourier features",
        "Random Fourier features, softmax",
        "Compares images with up to 1,000 random waves, which know nothing of images: "
        "a control for the rungs that use what images are like.",
        _fourier,
        _of_waves,
    ),
    Recipe(
        "patches",
        "Patch dictionary",
        "Patch dictionary, softmax",
        "Learns a dictionary of small patches without labels, and fits softmax regression to how "
        "much of each occurs in each part of the image.",
        _patches,
        _of_patches,
        least_side=2,
        tried_with=_scattered,
    ),
    Recipe(
        "random-layer",
        "Random layer",
        "Convolution bank, random layer, least squares",
        "Measures edges and lines by a fixed bank of filters, mixes them in up to 4,000 random "
        "units, and fits those by least squares: only the last step is learned.",
        _random_layer,
        _of_random_layer,
        least_side=3,
        tried_with=_scattered,
    ),
    Recipe(
        "scattering",
        "Scattering",
        "Scattering, softmax",
        "Measures strokes by direction and size, and pairs of them, wherever they are within a few "
        "pixels; nothing of that is learned. Then fits softmax regression.",
        _scattering,
        _of_scattering,
        turn=Turn.LIKELY_BEST,
    ),
    Recipe(
        "scattering-copies",
        "Scattering + copies",
        "Scattering with distorted copies, softmax",
        "The same, fitted on a second copy of each training image, too, slightly turned, stretched "
        "and bent.",
        _scattering,
        _of_scattering,
        copies=slight_distortion,
        turn=Turn.LIKELY_BEST,
    ),
    Recipe(
        "scattering-pairs",
        "Scattering + pairs",
        "Scattering with copies and pairs, softmax",
        "The same, and beside the scattering coefficients all products of two of the 60 directions "
        "along which they vary most.",
        _scattering_pairs,
        _of_scattering_pairs,
        copies=slight_distortion,
        turn=Turn.LIKELY_BEST,
    ),
    Recipe(
        "views",
        "Views side by side",
        "Scattering and patches side by side, softmax",
        "Looks at each image in up to four ways at once: by scattering normalised, as it is and in "
        "local contrast, and by a dictionary of patches; a trial on training images decides which "
        "count. Then fits softmax regression.",
        _views,
        _mixtures,
        least_side=2,
        turn=Turn.LIKELY_BEST,
    ),
    Recipe(
        "views-pairs",
        "Views + pairs",
        "Scattering and patches side by side, pairs, softmax",
        "The same, and beside it all products of two of the 60 directions along which the views "
        "together vary most.",
        _views_pairs,
        _mixtures,
        least_side=2,
        turn=Turn.LIKELY_BEST,
    ),
    Recipe(
        "views-copies",
        "Views + pairs + copies",
        "Scattering and patches side by side, with copies and pairs, softmax",
        "The same, fitted on a second copy of each training image, too, strongly turned, stretched "
        "and moved, for images of other writers or cameras than those it was fitted on.",
        _views_pairs,
        _mixtures,
        copies=strong_distortion,
        least_side=2,
        turn=Turn.LIKELY_BEST,
    ),
    Recipe(
        "mlp",
        "One hidden layer",
        "Neural network, one hidden layer",
        "For comparison, not linear: 500 tanh units between pixels and classes, trained by "
        "gradient descent and stopped early.",
        _network("mlp"),
        _nothing,
        linear=False,
        extra="neural",
    ),
    Recipe(
        "lenet",
        "LeNet-5",
        "LeNet-5",
        "For comparison, not linear: the classic network of two convolutions and three layers, "
        "trained by gradient descent and stopped early.",
        _network("lenet"),
        _nothing,
        linear=False,
        extra="neural",
        least_side=8,
    ),
)


def recipes(names: list[str] | None = None) -> tuple[Recipe, ...]:
    """Return the recipes of these names in the order of the ladder.

    For None, all of them but those that need an extra which is not installed.

    Raises
    ------
    LinocutError
        If a name is no rung, or needs an extra which is not installed.
    """
    if names is None:
        return tuple(recipe for recipe in RECIPES if _installed(recipe))
    known = {recipe.name: recipe for recipe in RECIPES}
    for name in names:
        if name not in known:
            raise LinocutError(f"{name!r} is no rung of the ladder — known: {', '.join(known)}")
        if not _installed(known[name]):
            extra = known[name].extra
            raise LinocutError(
                f"the rung {name!r} needs what is not installed — pip install 'linocut[{extra}]'"
            )
    return tuple(recipe for recipe in RECIPES if recipe.name in names)


def _installed(recipe: Recipe) -> bool:
    return recipe.extra != "neural" or neural_available()
