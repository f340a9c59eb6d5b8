"""Templates: patterns are covariances, eigen-templates rebuild the quadratic part."""

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.pipeline import make_pipeline

from linocut.core import LinocutError
from linocut.core.colour_limit import colour_limit
from linocut.data import load_dataset
from linocut.explain import EigenTemplates, Templates, pull_back, templates_of
from linocut.features import PrincipalPairs, UnitPixels
from linocut.models import (
    ClassMeans,
    LeastSquaresClassifier,
    OneVsRestRegression,
    SoftmaxRegression,
)


@pytest.fixture(scope="module")
def digits():
    found = load_digits()
    return found.images, found.target


def test_a_pattern_is_the_covariance_of_pixel_and_score(digits):
    images, y = digits
    model = pull_back(SoftmaxRegression(0.01, tol=1e-3).fit(images, y))
    found = templates_of(model, images)
    assert isinstance(found, Templates)
    scores = model.scores(images)
    scores -= scores.mean(axis=1, keepdims=True)
    X = images.reshape(-1, 64) / 16
    for k in range(10):
        expected = [np.cov(X[:, i], scores[:, k], bias=True)[0, 1] for i in range(64)]
        np.testing.assert_allclose(
            found.patterns[k].ravel(), np.array(expected) / scores[:, k].std(), atol=1e-10
        )
    assert np.all(np.abs(found.agreement) < 1)


def test_weights_that_only_cancel_noise_have_no_pattern():
    # Pixel 0 holds signal + noise, pixel 1 the same noise alone: the best weights are (1, −1).
    rng = np.random.default_rng(0)
    y, noise = rng.integers(0, 2, 20_000), rng.normal(size=20_000)
    X = np.column_stack([y + noise, noise])
    fitted = LeastSquaresClassifier(1e-6).fit(X, y)
    found = templates_of(pull_back(fitted, image_shape=(1, 2)), X)
    weights, patterns = found.weights[1, 0], found.patterns[1, 0]
    assert weights[1] == pytest.approx(-weights[0], rel=0.01)
    assert abs(patterns[1]) < 0.05 * abs(patterns[0])


def test_eigen_templates_rebuild_the_quadratic_part(digits):
    images, y = digits
    fitted = make_pipeline(PrincipalPairs(6, full=16), LeastSquaresClassifier()).fit(images, y)
    model = pull_back(fitted)
    found = templates_of(model, images)
    assert isinstance(found, EigenTemplates)
    assert np.all(np.diff(found.values, axis=1) <= 1e-12)
    rng = np.random.default_rng(0)
    delta = rng.normal(size=(5, 64))
    for k in range(10):
        matches = delta / 16 @ found.templates[k].reshape(6, 64).T
        rebuilt = matches**2 @ found.values[k]
        direction = np.eye(10)[k]
        expected = np.einsum("ni,ij,nj->n", delta, model.form.pairs(direction), delta)
        np.testing.assert_allclose(rebuilt, expected, atol=1e-9 * np.abs(expected).max())
    assert len(found.plot().axes[0].images) == 4 * 10


def test_templates_need_a_shape(digits):
    images, y = digits
    X = images.reshape(-1, 64)[:, :63]
    with pytest.raises(LinocutError, match="image shape"):
        templates_of(pull_back(LeastSquaresClassifier().fit(X, y)), X)


@pytest.mark.parametrize(
    "model", [ClassMeans("dot"), LeastSquaresClassifier(), OneVsRestRegression(0.01, tol=1e-3)]
)
def test_weights_that_are_unique_are_shown_as_they_are(model, digits):
    images, y = digits
    templates = templates_of(model.fit(images, y), images)
    np.testing.assert_allclose(templates.weights.reshape(10, 64), model.coef_ * 16)
    assert templates.unit == "score"
    scores = model.decision_function(images)
    expected = np.cov(images[:, 3, 3], scores[:, 5], bias=True)[0, 1] / scores[:, 5].std() / 16
    assert templates.patterns[5, 3, 3] == pytest.approx(expected)


def test_softmax_is_shown_against_the_class_average(digits):
    images, y = digits
    model = SoftmaxRegression(0.01, tol=1e-3).fit(images, y)
    expected = templates_of(model, images).weights
    model.coef_ = model.coef_ + np.arange(64)  # the same model
    templates = templates_of(model, images)
    np.testing.assert_allclose(templates.weights, expected, atol=1e-9)
    np.testing.assert_allclose(templates.weights.sum(axis=0), 0, atol=1e-9)
    assert templates.unit == "log of the probability ratio against the class average"
    labels = [text.get_text() for axes in templates.plot().axes for text in axes.texts]
    assert any("against the class average" in label.replace("\n", " ") for label in labels)


@pytest.mark.parametrize("model", [SoftmaxRegression(0.01), LeastSquaresClassifier()])
def test_two_classes_agree_equally_well_and_it_is_said_once(model, digits):
    images, y = digits
    two = y < 2
    templates = templates_of(model.fit(images[two], y[two]), images[two])
    (level,) = set(templates.agreement.round(6))
    assert f"have a correlation of {level:.2f} for every class." in templates.sentence
    assert "between" not in templates.sentence


def test_classes_that_differ_are_named(digits):
    images, y = digits
    templates = templates_of(LeastSquaresClassifier().fit(images, y), images)
    best, worst = templates.agreement.argmax(), templates.agreement.argmin()
    low, high = (f"{templates.agreement[k]:.2f} ({k})" for k in (worst, best))
    assert f"have a correlation between {low} and {high}." in templates.sentence


def test_weights_that_hardly_any_ink_meets_do_not_set_the_colours():
    """Least squares gives rarely inked border pixels weights that washed out all others."""
    digits = load_dataset("digits")
    images = np.pad(digits.train.images, ((0, 0), (1, 1), (1, 1)))
    images[:3, 0, 0] = 40
    model = make_pipeline(UnitPixels(), LeastSquaresClassifier(alpha=1e-6))
    templates = templates_of(model.fit(images, digits.train.labels), images)
    limit = colour_limit(templates.weights, templates.ink)
    inked = templates.weights[:, 2:-2, 2:-2]
    assert np.abs(templates.weights).max() > 3 * limit
    assert np.abs(inked).max() == pytest.approx(limit, rel=0.5)
    drawn = templates.plot().axes[0].images[0].get_array()
    np.testing.assert_allclose(drawn, templates.weights[0] / limit)
