"""A pipeline and what it is collapsed to give the same scores, to the last digits."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.exceptions import NotFittedError
from sklearn.feature_selection import VarianceThreshold
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    MaxAbsScaler,
    MinMaxScaler,
    Normalizer,
    PolynomialFeatures,
    RobustScaler,
    StandardScaler,
)

from linocut.classifier import ImageClassifier
from linocut.core import LinocutError
from linocut.core.forms import LinearForm, QuadraticForm
from linocut.explain import pull_back
from linocut.explain.pulling_back import LOG_RATIO, SCORE
from linocut.features import Blur, Crop, Deskew, PrincipalPairs, SizeNormalise, UnitPixels
from linocut.models import (
    BinaryRegression,
    ClassMeans,
    LeastSquaresClassifier,
    OneVsRestRegression,
    SoftmaxRegression,
)

AFFINE = {
    "unit": lambda: UnitPixels(16.0),
    "standard": StandardScaler,
    "centre only": lambda: StandardScaler(with_std=False),
    "scale only": lambda: StandardScaler(with_mean=False),
    "min-max": lambda: MinMaxScaler((-1, 2)),
    "max": MaxAbsScaler,
    "robust": RobustScaler,
    "pca": lambda: PCA(12),
    "white": lambda: PCA(9, whiten=True),
    "svd": lambda: TruncatedSVD(10, random_state=0),
    "select": lambda: VarianceThreshold(0.01),
    "identity": FunctionTransformer,
}


@pytest.fixture(scope="module")
def digits():
    found = load_digits()
    return found.images[:400], found.target[:400], found.images[400:500]


def same(pipeline, new, tolerance=1e-9):
    found = pull_back(pipeline)
    expected = pipeline.decision_function(new)
    scores = found.scores(new)
    if scores.shape[1] == 2:
        scores = scores[:, 1] - scores[:, 0]
    np.testing.assert_allclose(scores, expected, rtol=0, atol=tolerance * np.abs(expected).max())
    return found


@given(names=st.lists(st.sampled_from(sorted(AFFINE)), max_size=4))
@settings(max_examples=40, deadline=None)
def test_any_affine_pipeline_is_one_linear_form_of_the_pixels(names):
    images = load_digits().images[:300]
    X, y = images.reshape(300, -1), load_digits().target[:300]
    steps = [AFFINE[name]() for name in names]
    try:
        pipeline = make_pipeline(*steps, LeastSquaresClassifier(1.0)).fit(X, y)
    except ValueError:  # more components than there are columns left
        return
    assert isinstance(same(pipeline, X[:50]).form, LinearForm)


@given(names=st.lists(st.sampled_from(sorted(AFFINE)), max_size=3), bias=st.booleans())
@settings(max_examples=25, deadline=None)
def test_products_of_affine_features_are_one_quadratic_form(names, bias):
    images = load_digits().images[:300]
    X, y = images.reshape(300, -1), load_digits().target[:300]
    steps = [*(AFFINE[name]() for name in names), PCA(5), PolynomialFeatures(2, include_bias=bias)]
    try:
        pipeline = make_pipeline(*steps, LeastSquaresClassifier(1.0)).fit(X, y)
    except ValueError:
        return
    found = same(pipeline, X[:50])
    assert isinstance(found.form, QuadraticForm)
    assert found.form.A.shape[1] == 64


def test_principal_pairs_are_a_quadratic_form(digits):
    images, y, new = digits
    pipeline = make_pipeline(PrincipalPairs(8, full=16), SoftmaxRegression(tol=1e-3))
    found = same(pipeline.fit(images, y), new)
    assert found.form.A.shape == (8, 64)


@pytest.mark.parametrize("interaction_only", [False, True])
def test_interactions_alone_are_a_quadratic_form_too(digits, interaction_only):
    images, y, new = digits
    products = PolynomialFeatures(2, interaction_only=interaction_only)
    model = make_pipeline(PCA(5), products, LeastSquaresClassifier())
    same(model.fit(images.reshape(400, -1), y), new.reshape(100, -1))


@pytest.mark.parametrize(
    ("step", "after"),
    [
        (Blur(0.8), [LeastSquaresClassifier()]),
        (Crop(1, 0, 6, 8), [LeastSquaresClassifier()]),
        (Crop(2, 1, 5, 6), [UnitPixels(16.0), PCA(7), LeastSquaresClassifier()]),
    ],
)
def test_blurring_and_cropping_are_linear(digits, step, after):
    images, y, new = digits
    pipeline = make_pipeline(step, *after).fit(images, y)
    found = same(pipeline, new)
    assert found.image_shape == (8, 8)
    if isinstance(step, Crop):
        outside = np.ones((8, 8), bool)
        outside[step.top : step.top + step.height, step.left : step.left + step.width] = False
        assert not found.form.W[:, outside.ravel()].any()


def test_a_step_that_treats_each_image_on_its_own_comes_first_and_is_shown(digits):
    images, y, new = digits
    pipeline = make_pipeline(Deskew(), UnitPixels(16.0), LeastSquaresClassifier()).fit(images, y)
    found = same(pipeline, new)
    assert [type(step) for step in found.image_steps] == [Deskew]
    np.testing.assert_array_equal(found.images(new), Deskew().transform(new).reshape(100, -1))


def test_two_classes_share_their_one_score(digits):
    images, y, new = digits
    few = y < 2
    X = images[few].reshape(-1, 64)
    found = same(LogisticRegression().fit(X, y[few]), new.reshape(-1, 64))
    np.testing.assert_array_equal(found.form.W[0], -found.form.W[1])
    same(BinaryRegression().fit(X, y[few]), new.reshape(-1, 64))


def test_the_unit_of_a_margin_is_that_of_the_model(digits):
    images, y, _ = digits
    units = {
        type(model): pull_back(model.fit(images, y)).unit
        for model in (SoftmaxRegression(tol=0.1), OneVsRestRegression(tol=0.1), ClassMeans())
    }
    assert units[SoftmaxRegression] == LOG_RATIO
    assert units[OneVsRestRegression] == units[ClassMeans] == SCORE


@pytest.mark.parametrize(
    ("steps", "named"),
    [
        ([Normalizer()], "normalizer"),
        ([FunctionTransformer(np.sqrt)], "functiontransformer"),
        ([MinMaxScaler(clip=True)], "minmaxscaler"),
        ([PCA(3), PolynomialFeatures(2), PolynomialFeatures(2)], "polynomialfeatures-1"),
        ([PCA(3), PolynomialFeatures(3)], "degree 3"),
    ],
)
def test_a_step_that_cannot_be_pulled_back_is_named(digits, steps, named):
    images, y, _ = digits
    pipeline = make_pipeline(*steps, LeastSquaresClassifier()).fit(images.reshape(400, -1), y)
    with pytest.raises(LinocutError, match=named):
        pull_back(pipeline)


def test_a_per_image_step_after_another_is_refused(digits):
    images, y, _ = digits
    pipeline = make_pipeline(FunctionTransformer(), Deskew(), LeastSquaresClassifier())
    with pytest.raises(LinocutError, match="functiontransformer"):
        pull_back(pipeline.fit(images, y))


def test_only_fitted_linear_models_are_pulled_back(digits):
    images, y, _ = digits
    with pytest.raises(NotFittedError):
        pull_back(SoftmaxRegression())
    with pytest.raises(NotFittedError):
        pull_back(make_pipeline(StandardScaler(), SoftmaxRegression()))
    with pytest.raises(LinocutError, match="no coef_"):
        pull_back(KNeighborsClassifier().fit(images.reshape(400, -1), y))


def test_images_of_another_size_are_refused(digits):
    images, y, _ = digits
    found = pull_back(ClassMeans().fit(images, y))
    with pytest.raises(LinocutError, match="8 × 8"):
        found.scores(np.zeros((3, 7, 8)))
    with pytest.raises(LinocutError, match="not a class of this model"):
        found.position("eleven")
    with pytest.raises(LinocutError, match="64 pixels"):
        pull_back(ClassMeans().fit(images, y), image_shape=(7, 9))


@pytest.mark.parametrize("steps", [(), (UnitPixels(),), (Deskew(), UnitPixels())], ids=len)
def test_images_of_another_shape_with_as_many_pixels_are_refused(digits, steps):
    images, y, _ = digits
    wide = np.pad(images, ((0, 0), (0, 0), (4, 4)))
    found = pull_back(make_pipeline(*steps, ClassMeans()).fit(wide, y))
    assert found.image_shape == (8, 16)
    assert found.scores(wide[:3]).shape == (3, 10)
    with pytest.raises(LinocutError, match=r"shape \(16, 8\).* images of 8 × 16 pixels"):
        replace(found, image_steps=()).scores(wide[:3].transpose(0, 2, 1))


def test_a_step_may_change_the_shape_and_keep_the_number_of_pixels(digits):
    images, y, _ = digits
    flat = np.pad(images[:, 2:6], ((0, 0), (0, 0), (4, 4))).astype(np.uint8)
    model = ImageClassifier(make_pipeline(SizeNormalise(8, 8), UnitPixels(16.0), ClassMeans()))
    found = pull_back(model.fit(flat, y))
    assert (model.image_shape_, found.image_shape) == ((4, 16), (8, 8))
    assert found.scores(flat[:3]).shape == (3, 10)
