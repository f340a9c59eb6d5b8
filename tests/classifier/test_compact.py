"""Folding: the same scores in fewer numbers."""

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler
from sklearn.svm import LinearSVC

from linocut.classifier.compact import compact_pipeline
from linocut.data import load_dataset
from linocut.features import (
    Decorrelate,
    Equalise,
    LeadingPairs,
    NormaliseMoments,
    Scattering,
    UnitPixels,
)
from linocut.models import SoftmaxRegression


@pytest.fixture(scope="module")
def digits():
    return load_dataset("digits").train


@pytest.mark.parametrize("pairs", [True, False])
def test_folding_changes_no_score_and_keeps_fewer_numbers(digits, pairs):
    steps = [("pixels", UnitPixels()), ("axes", Decorrelate(0.99)), ("equal", Equalise(0.3))]
    if pairs:
        steps.append(("pairs", LeadingPairs(6)))
    fitted = Pipeline([*steps, ("softmax", SoftmaxRegression(tol=1e-3))])
    fitted.fit(digits.images, digits.labels)
    small = compact_pipeline(fitted)
    assert [name for name, _ in small.steps] == (["pixels", "pairs"] if pairs else []) + ["linear"]
    rows = fitted[:-1].transform(digits.images)
    before = fitted[-1].scores(rows)
    X = small[:-1].transform(digits.images) if pairs else digits.images
    np.testing.assert_allclose(small[-1].scores(X), before, atol=1e-4)
    assert fitted[-1].coef_.shape[1] == rows.shape[1]  # the fitted model itself is left alone


def test_steps_that_make_images_stay(digits):
    fitted = make_pipeline(NormaliseMoments(), UnitPixels(), SoftmaxRegression(tol=1e-2))
    fitted.fit(digits.images, digits.labels)
    small = compact_pipeline(fitted)
    assert [type(step).__name__ for _, step in small.steps] == ["NormaliseMoments", "FittedLinear"]


@pytest.mark.parametrize("classes", [2, 10])
@pytest.mark.parametrize(
    "model", [LogisticRegression(C=0.01), LinearSVC(C=0.001)], ids=lambda m: type(m).__name__
)
def test_the_models_of_scikit_learn_are_folded_too(digits, classes, model):
    some = digits.labels < classes
    X, y = digits.images[some].reshape(-1, 64), digits.labels[some]
    fitted = make_pipeline(StandardScaler(), PCA(20), model).fit(X, y)
    scores = compact_pipeline(fitted)[-1].scores(X)
    margin = scores[:, 1] - scores[:, 0] if classes == 2 else scores
    np.testing.assert_allclose(margin, fitted.decision_function(X), atol=1e-3)


def test_what_folding_would_make_larger_is_left(digits):
    rows = digits.images.reshape(-1, 64)
    labels = np.arange(len(rows)) % 100  # more classes than pixels
    fitted = make_pipeline(PCA(5), LogisticRegression(C=1e-4)).fit(rows, labels)
    assert len(compact_pipeline(fitted)) == 2


def test_products_stop_the_folding(digits):
    X = digits.images.reshape(-1, 64)
    fitted = make_pipeline(PCA(5), PolynomialFeatures(2), LogisticRegression(C=1e-4, max_iter=10))
    fitted.fit(X / 255, digits.labels)
    small = compact_pipeline(fitted)
    assert [name for name, _ in small.steps] == ["pca", "polynomialfeatures", "linear"]


@pytest.mark.parametrize("pairs", [True, False])
def test_views_are_folded_each_on_its_own(digits, pairs):
    views = [
        ("strokes", make_pipeline(NormaliseMoments(), Scattering(1), Decorrelate(), Equalise(0.0))),
        ("pixels", make_pipeline(UnitPixels(), PCA(20))),
        ("ignored", UnitPixels()),
    ]
    union = FeatureUnion(views, transformer_weights={"pixels": 0.5, "ignored": 0.0})
    steps = [union, Decorrelate(0.99, standardise=False), Equalise(0.3)]
    steps += [LeadingPairs(6)] if pairs else []
    fitted = make_pipeline(*steps, SoftmaxRegression(tol=1e-2)).fit(digits.images, digits.labels)
    small = compact_pipeline(fitted)
    (_, kept), *_ = small.steps
    assert {name: len(view) for name, view in kept.transformer_list} == {"strokes": 2, "pixels": 1}
    before = fitted[-1].scores(fitted[:-1].transform(digits.images))
    after = small[-1].scores(small[:-1].transform(digits.images))
    np.testing.assert_allclose(after, before, atol=1e-3)
    assert len(union.transformer_list[0][1]) == 4  # the fitted model itself is left alone
