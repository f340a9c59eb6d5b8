"""The transformers keep scikit-learn's contract, and their kinds say all that files need of them.

scikit-learn checks estimators on rows. Those that take only images it skips, so its checks that
need no data are called one by one here, and what the others look for is tested on images.
"""

import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.exceptions import NotFittedError
from sklearn.kernel_approximation import RBFSampler
from sklearn.preprocessing import (
    MaxAbsScaler,
    MinMaxScaler,
    PolynomialFeatures,
    RobustScaler,
    StandardScaler,
)
from sklearn.utils import estimator_checks, get_tags
from sklearn.utils.estimator_checks import parametrize_with_checks

from linocut import features
from linocut.core import LinocutError
from linocut.core.steps import StepKind, _registered, kind_of, state_of
from linocut.features import (
    SCALINGS,
    Blur,
    Centre,
    ConvolutionBank,
    Crop,
    Decorrelate,
    Denoise,
    Deskew,
    Equalise,
    LeadingPairs,
    NormaliseContrast,
    NormaliseMoments,
    PatchDictionary,
    PrincipalComponents,
    PrincipalPairs,
    RandomUnits,
    Scaling,
    Scattering,
    SizeNormalise,
    UnitPixels,
)

IMAGES = load_digits().images[:300]
BYTES = (IMAGES * 15).astype(np.uint8)
NEW = load_digits().images[300:340]

MADE_WHEN_READ = "rows are made when they are read, block by block, and are no array until then"

ROW_STEPS = [
    *(Scaling(kind) for kind in SCALINGS),
    UnitPixels(),
    PrincipalComponents(1),
    Denoise(1),
    PrincipalPairs(1),
    PrincipalPairs(1, stored=False),
    Decorrelate(),
    Equalise(),
    LeadingPairs(2),
    RandomUnits(5),
]
IMAGE_STEPS = [
    Blur(0.7),
    Crop(1, 2, 6, 5),
    Deskew(),
    Centre(),
    NormaliseContrast(2.0),
    NormaliseMoments(),
    SizeNormalise(7, 8, clean=False),
    Scattering(1, 4),
    Scattering(2, 3, order=1, root=True),
    ConvolutionBank(3, 4, cells=2),
    PatchDictionary(8, side=3, cells=2, full=16),
    PatchDictionary(5, side=3, cells=2, method="pca", full=16),
]
THEIR_STEPS = [
    StandardScaler(),
    StandardScaler(with_mean=False),
    StandardScaler(with_std=False),
    MinMaxScaler(),
    MinMaxScaler(clip=True),
    MaxAbsScaler(),
    RobustScaler(),
    RobustScaler(with_centering=False),
    PCA(5),
    PCA(5, whiten=True),
    PolynomialFeatures(),
    PolynomialFeatures((2, 2), interaction_only=True, include_bias=False),
    RBFSampler(n_components=7, random_state=0),
]


UNION = "sklearn.FeatureUnion"  # steps within a step: see test_views.py


def made_when_read(step):
    return isinstance(step, LeadingPairs) or not getattr(step, "stored", True)


def expected_failures(step):
    return {"check_array_api_input": MADE_WHEN_READ} if made_when_read(step) else {}


def name_of(step):
    return "".join(repr(step).split())


@parametrize_with_checks(ROW_STEPS, expected_failed_checks=expected_failures)
def test_row_transformers_pass_scikit_learns_checks(estimator, check):
    check(estimator)


WITHOUT_DATA = [
    "check_estimator_cloneable",
    "check_estimator_repr",
    "check_estimator_tags_renamed",
    "check_valid_tag_types",
    "check_no_attributes_set_in_init",
    "check_do_not_raise_errors_in_init_or_set_params",
    "check_mixin_order",
    "check_parameters_default_constructible",
    "check_get_params_invariance",
    "check_set_params",
]


@pytest.mark.parametrize("step", IMAGE_STEPS, ids=name_of)
@pytest.mark.parametrize("check", WITHOUT_DATA)
def test_image_transformers_pass_the_checks_that_need_no_data(step, check):
    getattr(estimator_checks, check)(type(step).__name__, step)


@pytest.mark.parametrize("step", IMAGE_STEPS, ids=name_of)
def test_image_transformers_that_learn_want_a_fit_first(step):
    if get_tags(step).requires_fit:
        with pytest.raises(NotFittedError):
            clone(step).transform(IMAGES)
    else:
        np.testing.assert_array_equal(
            clone(step).transform(IMAGES), clone(step).fit_transform(IMAGES)
        )


@pytest.mark.parametrize("step", IMAGE_STEPS, ids=name_of)
def test_fitting_images_changes_neither_parameters_nor_images_and_transforming_nothing(step):
    step = clone(step)
    images = BYTES.copy()
    images.setflags(write=False)
    parameters = step.get_params()
    assert step.fit(images) is step
    assert step.get_params() == parameters
    fitted = pickle.dumps(step)
    step.transform(images)
    assert pickle.dumps(step) == fitted


@pytest.mark.parametrize("step", IMAGE_STEPS, ids=name_of)
def test_a_second_fit_forgets_the_first(step):
    once = clone(step).fit(IMAGES)
    wide = np.pad(IMAGES, ((0, 0), (1, 1), (2, 2)))
    twice = clone(step).fit(wide).fit(IMAGES)
    np.testing.assert_array_equal(once.transform(NEW), twice.transform(NEW))


@pytest.mark.parametrize("step", IMAGE_STEPS, ids=name_of)
def test_an_image_becomes_the_same_whichever_images_are_beside_it(step):
    step = clone(step).fit(IMAGES)
    together = step.transform(NEW)
    backwards = step.transform(NEW[::-1])[::-1]
    apart = np.concatenate([step.transform(NEW[i : i + 1]) for i in range(len(NEW))])
    np.testing.assert_allclose(backwards, together, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(apart, together, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("step", IMAGE_STEPS, ids=name_of)
@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_pixels_that_are_no_finite_numbers_are_refused(step, wrong):
    images = IMAGES[:20].copy()
    images[3, 2, 2] = wrong
    with pytest.raises(ValueError, match=r"NaN|infinity"):
        clone(step).fit(images).transform(images)


@pytest.mark.parametrize("step", [*ROW_STEPS, *IMAGE_STEPS], ids=name_of)
def test_images_of_another_shape_with_as_many_pixels_are_refused(step):
    step = clone(step).fit(np.pad(IMAGES, ((0, 0), (0, 0), (4, 4))))  # 8 × 16
    turned = np.pad(NEW, ((0, 0), (4, 4), (0, 0)))
    if isinstance(step, SizeNormalise):  # each image may have a shape of its own
        assert step.transform(turned).shape == NEW.shape
        return
    name = type(step).__name__
    with pytest.raises(LinocutError, match=f"images of 16 × 8 pixels — {name} was fitted on 8 ×"):
        step.transform(turned)


@pytest.mark.parametrize("step", ROW_STEPS[:-1], ids=name_of)  # whose random units have windows
def test_row_transformers_make_of_images_what_they_make_of_rows(step):
    rows = np.asarray(clone(step).fit(IMAGES.reshape(-1, 64)).transform(NEW.reshape(-1, 64)))
    images = clone(step).fit(IMAGES)
    assert np.array_equal(np.asarray(images.transform(NEW)).reshape(rows.shape), rows)
    assert np.array_equal(images.transform(NEW.reshape(-1, 64)), rows)


@pytest.mark.parametrize("step", [Blur(0.7), Crop(1, 2, 6, 5), Denoise(4)], ids=name_of)
def test_linear_maps_make_images_of_images_and_rows_of_rows(step):
    if "image_shape" in step.get_params():
        step.set_params(image_shape=(8, 8))
    of_images = clone(step).fit(IMAGES).transform(NEW)
    of_rows = clone(step).fit(IMAGES.reshape(-1, 64)).transform(NEW.reshape(-1, 64))
    assert of_images.ndim == 3
    np.testing.assert_array_equal(of_images.reshape(len(NEW), -1), of_rows)


def test_every_public_transformer_is_in_these_lists():
    public = (getattr(features, name) for name in features.__all__)
    public = {each for each in public if isinstance(each, type) and hasattr(each, "transform")}
    assert {type(step) for step in [*ROW_STEPS, *IMAGE_STEPS]} == public
    known = {of for of, kind in _registered.items() if isinstance(kind, StepKind)}
    known = {of if isinstance(of, str) else f"sklearn.{of.__name__}" for of in known}
    assert {f"sklearn.{type(step).__name__}" for step in THEIR_STEPS} == known - {UNION}


def test_no_two_transformers_have_the_same_name_in_model_files():
    types = {type(step): kind_of(step) for step in [*ROW_STEPS, *IMAGE_STEPS, *THEIR_STEPS]}
    names = [kind.name for kind in types.values()]
    assert all(names)
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("step", "shape"),
    [
        *((step, (8, 8)) for step in [*IMAGE_STEPS, *ROW_STEPS]),
        *((step, (64,)) for step in [*ROW_STEPS, *THEIR_STEPS]),
    ],
    ids=name_of,
)
def test_parameters_and_state_are_all_that_a_transformer_needs(step, shape):
    """Which is what a model file relies on."""
    fitted = clone(step).fit(IMAGES.reshape(-1, *shape))
    new = NEW.reshape(-1, *shape)
    again = clone(step)
    for name, value in state_of(fitted):
        assert value is None or np.asarray(value).dtype.kind in "bif", name
        setattr(again, name, value)
    np.testing.assert_array_equal(np.asarray(again.transform(new)), fitted.transform(new))
