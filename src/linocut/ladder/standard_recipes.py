"""The recipes of the ladder: which features and which model make each rung."""

from __future__ import annotations

from linocut.core import LinocutError
from linocut.ladder import pipelines
from linocut.ladder.pipelines import FINAL_TOL
from linocut.ladder.recipe import Recipe, Turn
from linocut.models import LeastSquaresClassifier, OneVsRestRegression, neural_available

RECIPES = (
    Recipe(
        "mean-dot",
        "Mean dot product",
        "Dot product with the class mean",
        "Multiplies each image, pixel by pixel, with the mean image of each class.",
        pipelines.means("dot"),
        pipelines.no_grid,
        turn=Turn.CHEAP,
    ),
    Recipe(
        "mean-difference",
        "Mean difference",
        "Class mean minus the others' mean",
        "Multiplies each image with the mean of a class minus the mean of all other classes.",
        pipelines.means("difference"),
        pipelines.no_grid,
        turn=Turn.CHEAP,
    ),
    Recipe(
        "mean-offset",
        "Mean minus 0.2",
        "Dot product after subtracting 0.2",
        "Subtracts a fifth of full ink from image and class mean, so that blank paper where a "
        "class has ink counts against it, then multiplies.",
        pipelines.means("offset"),
        pipelines.no_grid,
        turn=Turn.CHEAP,
    ),
    Recipe(
        "nearest-mean",
        "Nearest mean",
        "Nearest class mean",
        "Predicts the class whose mean image is nearest, by the sum of squared differences.",
        pipelines.means("nearest"),
        pipelines.no_grid,
        turn=Turn.CHEAP,
    ),
    Recipe(
        "least-squares",
        "Least squares",
        "Least squares",
        "Fits one weight per pixel so that the score is near 1 for the class and near 0 for the "
        "others.",
        pipelines.on_pixels("least_squares", LeastSquaresClassifier()),
        pipelines.no_grid,
        turn=Turn.CHEAP,
    ),
    Recipe(
        "one-vs-rest",
        "One-vs-rest",
        "One-vs-rest regression",
        "Fits one weight per pixel to tell each class from all others, one class at a time.",
        pipelines.on_pixels("one_vs_rest", OneVsRestRegression(tol=FINAL_TOL)),
        pipelines.penalty_grid("one_vs_rest"),
        turn=Turn.CHEAP,
    ),
    Recipe(
        "softmax",
        "Softmax",
        "Softmax regression",
        "Fits one weight per pixel and class so that all classes together give the most probable "
        "labels.",
        pipelines.on_pixels(*pipelines.softmax()),
        pipelines.penalty_grid("softmax"),
        turn=Turn.CHEAP,
    ),
    Recipe(
        "deskew-softmax",
        "Deskewed",
        "Deskewed, softmax",
        "Shears each image until its strokes stand upright, then fits softmax regression.",
        pipelines.deskewed,
        pipelines.penalty_grid("softmax"),
        turn=Turn.CHEAP,
    ),
    Recipe(
        "normalise-softmax",
        "Deskewed and sized",
        "Deskewed and sized, softmax",
        "Brings each image upright, into the middle and to about the same height and width, then "
        "fits softmax regression: still one weight per pixel and class.",
        pipelines.sized,
        pipelines.penalty_grid("softmax"),
        turn=Turn.CHEAP,
    ),
    Recipe(
        "pca-quadratic",
        "Component pairs",
        "PCA + pairs, softmax",
        "Describes each image by a few principal components and all products of two of them, then "
        "fits softmax regression: still linear, in pairs of features.",
        pipelines.pairs,
        pipelines.pairs_grid,
    ),
    Recipe(
        "deskew-quadratic",
        "Sized component pairs",
        "Deskewed and sized, PCA + pairs, softmax",
        "The same on images brought upright, into the middle and to about the same size.",
        pipelines.sized_pairs,
        pipelines.pairs_grid,
    ),
    Recipe(
        "fourier",
        "Fourier features",
        "Random Fourier features, softmax",
        "Compares images with up to 1,000 random waves, which know nothing of images: "
        "a control for the rungs that use what images are like.",
        pipelines.fourier,
        pipelines.fourier_grid,
    ),
    Recipe(
        "patches",
        "Patch dictionary",
        "Patch dictionary, softmax",
        "Learns a dictionary of small patches without labels, and fits softmax regression to how "
        "much of each occurs in each part of the image.",
        pipelines.patches,
        pipelines.patches_grid,
        least_side=2,
        tried_with=pipelines.scattered,
    ),
    Recipe(
        "random-layer",
        "Random layer",
        "Convolution bank, random layer, least squares",
        "Measures edges and lines by a fixed bank of filters, mixes them in up to 4,000 random "
        "units, and fits those by least squares: only the last step is learned.",
        pipelines.random_layer,
        pipelines.random_layer_grid,
        least_side=3,
        tried_with=pipelines.scattered,
    ),
    Recipe(
        "scattering",
        "Scattering",
        "Scattering, softmax",
        "Measures strokes by direction and size, and pairs of them, wherever they are within a few "
        "pixels; nothing of that is learned. Then fits softmax regression.",
        pipelines.scattering,
        pipelines.scattering_grid,
        turn=Turn.LIKELY_BEST,
    ),
    Recipe(
        "scattering-copies",
        "Scattering + copies",
        "Scattering with distorted copies, softmax",
        "The same, fitted on a second copy of each training image, too, slightly turned, stretched "
        "and bent.",
        pipelines.scattering,
        pipelines.scattering_grid,
        copies=pipelines.slight_distortion,
        turn=Turn.LIKELY_BEST,
    ),
    Recipe(
        "scattering-pairs",
        "Scattering + pairs",
        "Scattering with copies and pairs, softmax",
        "The same, and beside the scattering coefficients all products of two of the 60 directions "
        "along which they vary most.",
        pipelines.scattering_pairs,
        pipelines.scattering_pairs_grid,
        copies=pipelines.slight_distortion,
        turn=Turn.LIKELY_BEST,
    ),
    Recipe(
        "views",
        "Views side by side",
        "Scattering and patches side by side, softmax",
        "Looks at each image in up to four ways at once: by scattering normalised, as it is and in "
        "local contrast, and by a dictionary of patches of the latter; a trial on training images "
        "decides which count. Then fits softmax regression.",
        pipelines.views,
        pipelines.views_grid,
        least_side=2,
        turn=Turn.LIKELY_BEST,
    ),
    Recipe(
        "views-pairs",
        "Views + pairs",
        "Scattering and patches side by side, pairs, softmax",
        "The same, and beside it all products of two of the 60 to 100 directions along which the "
        "views together vary most.",
        pipelines.views_pairs,
        pipelines.views_grid,
        least_side=2,
        turn=Turn.LIKELY_BEST,
    ),
    Recipe(
        "views-copies",
        "Views + pairs + copies",
        "Scattering and patches side by side, with copies and pairs, softmax",
        "The same, fitted on a second copy of each training image, too, strongly turned, stretched "
        "and moved, for images of other writers or cameras than those it was fitted on.",
        pipelines.views_pairs,
        pipelines.views_grid,
        copies=pipelines.strong_distortion,
        least_side=2,
        turn=Turn.LIKELY_BEST,
    ),
    Recipe(
        "mlp",
        "One hidden layer",
        "Neural network, one hidden layer",
        "For comparison, not linear: 500 tanh units between pixels and classes, trained by "
        "gradient descent and stopped early.",
        pipelines.network("mlp"),
        pipelines.no_grid,
        linear=False,
        extra="neural",
    ),
    Recipe(
        "lenet",
        "LeNet-5",
        "LeNet-5",
        "For comparison, not linear: the classic network of two convolutions and three layers, "
        "trained by gradient descent and stopped early.",
        pipelines.network("lenet"),
        pipelines.no_grid,
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
