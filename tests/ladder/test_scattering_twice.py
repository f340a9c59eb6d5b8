"""The rung that measures strokes in the normalised image and in the image as it is."""

import numpy as np
import pytest

from linocut.data import load_dataset
from linocut.features import NormaliseMoments, Scattering
from linocut.features.pairs import products_of_two
from linocut.ladder import climb, recipes


@pytest.fixture(scope="module")
def digits():
    return load_dataset("digits")


@pytest.fixture(scope="module")
def steps(digits):
    """The steps of its features, fitted on 300 images."""
    (recipe,) = recipes(["scattering-twice"])
    part = digits.train.take(np.arange(300))
    fitted = recipe.pipeline(part)[:-1]
    fitted.fit(part.images)
    return fitted


def test_only_one_of_its_views_is_normalised(steps):
    strokes, seen = (view for _, view in steps[0].transformer_list)
    kinds = [[type(step) for _, step in view.steps] for view in (strokes, seen)]
    assert kinds[0] == [NormaliseMoments, *kinds[1]]
    assert kinds[1][0] is Scattering
    # A step of both would be fitted twice, and hold what the second look taught it.
    assert not {id(step) for _, step in strokes.steps} & {id(step) for _, step in seen.steps}


def test_its_views_vary_as_much_as_each_other_and_as_the_penalty_expects(steps, digits):
    rows = steps[:2].transform(digits.train.images[:300])
    width = len(steps[0].transformer_list[0][1][-1].scale_)
    sizes = [rows[:, some].var(axis=0).sum() for some in (np.s_[:width], np.s_[width:])]
    np.testing.assert_allclose(sizes, [50, 50], rtol=0.01)


def test_its_products_are_of_directions_of_the_strokes(steps, digits):
    images = digits.test.images[:20]
    strokes = steps[0].transformer_list[0][1].transform(images)
    made = np.asarray(steps.transform(images))
    leading = strokes[:, : len(steps[-1].offset_)]
    products = products_of_two(leading)
    given = made[:, steps[-1].n_features_in_ :]
    np.testing.assert_allclose(given / given.std(), products / products.std(), atol=1e-3)


def test_it_keeps_no_axes_that_its_weights_have_taken_in(digits, steps):
    rung = climb(digits, rungs=["scattering-twice"])["scattering-twice"]
    assert rung.test.accuracy > 0.99
    seen = steps[0].transformer_list[1][1][0]
    d, k, classes = 2 * len(seen.paths_) * int(np.prod(seen.map_shape_)), 60, 10
    weights = classes * (d + k * (k + 1) // 2)
    assert weights + k * d < rung.parameters < weights + k * d + 100
