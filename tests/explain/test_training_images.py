"""Templates are rebuilt from their training images; every image's part of a margin is known."""

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from linocut.core import LinocutError
from linocut.explain import lineage, training_coefficients
from linocut.features import PrincipalPairs, UnitPixels
from linocut.models import (
    BinaryRegression,
    ClassMeans,
    GradientDescentClassifier,
    LeastSquaresClassifier,
    OneVsRestRegression,
    SoftmaxRegression,
)

MODELS = {
    "softmax": lambda: SoftmaxRegression(0.01, tol=1e-10),
    "one-vs-rest": lambda: OneVsRestRegression(0.01, tol=1e-10),
    "balanced": lambda: SoftmaxRegression(0.01, tol=1e-10, class_weight={3: 5.0}),
    "no intercept": lambda: SoftmaxRegression(0.01, tol=1e-10, fit_intercept=False),
    "least squares": lambda: LeastSquaresClassifier(3.0),
    "dot": lambda: ClassMeans("dot"),
    "nearest": lambda: ClassMeans("nearest"),
    "offset": lambda: ClassMeans("offset", offset=3.0),
    "difference": lambda: ClassMeans("difference"),
}


@pytest.fixture(scope="module")
def digits():
    found = load_digits()
    return found.images[:900], found.target[:900], found.images[900:]


@pytest.mark.parametrize("kind", MODELS)
def test_the_sum_of_the_images_is_the_template(kind, digits):
    images, y, _ = digits
    model = MODELS[kind]().fit(images, y)
    found = training_coefficients(model, images, y)
    size = np.abs(model.coef_).max()
    np.testing.assert_allclose(found.rebuilt(), model.coef_, atol=1e-4 * size)
    assert found.residual < 1e-4
    if hasattr(model, "residual_"):
        assert found.residual == pytest.approx(model.residual_, rel=0.3, abs=1e-9)


@pytest.mark.parametrize("kind", ["softmax", "binary"])
def test_two_classes_are_rebuilt_too(kind, digits):
    images, y, _ = digits
    two = y < 2
    kinds = {"softmax": SoftmaxRegression, "binary": BinaryRegression}
    model = kinds[kind](0.01, tol=1e-11).fit(images[two], y[two])
    found = training_coefficients(model, images[two], y[two])
    np.testing.assert_allclose(found.rebuilt(), model.coef_, atol=1e-4 * np.abs(model.coef_).max())


def test_sample_weights_count(digits):
    images, y, _ = digits
    weights = np.random.default_rng(0).uniform(0.5, 3, len(y))
    for model in (SoftmaxRegression(0.01, tol=1e-10), LeastSquaresClassifier(), ClassMeans()):
        model.fit(images, y, sample_weight=weights)
        assert training_coefficients(model, images, y, weights).residual < 1e-4
    with pytest.raises(LinocutError, match="weight of zero"):
        training_coefficients(model, images, y, np.zeros(len(y)))


def test_pixels_behind_a_pipeline(digits):
    images, y, _ = digits
    pipeline = make_pipeline(UnitPixels(16.0), StandardScaler(), LeastSquaresClassifier())
    pipeline.fit(images, y)
    found = training_coefficients(pipeline, images, y)
    np.testing.assert_allclose(found.rebuilt(), found.training.pulled.form.W, atol=1e-9)


def test_the_parts_of_all_training_images_are_the_margin(digits):
    images, y, new = digits
    for model in (SoftmaxRegression(0.01, tol=1e-11), LeastSquaresClassifier()):
        model.fit(images, y)
        found = training_coefficients(model, images, y)
        scores = model.decision_function(new[:1])[0]
        b = model.intercept_
        every, _ = found.evidence(new[0], 3, 7)
        expected = (scores[3] - b[3]) - (scores[7] - b[7])
        assert every.sum() == pytest.approx(expected, rel=1e-4)
        towards, away = found.pulls(new[0], 3, 7, count=5)
        assert [pull.evidence for pull in towards] == sorted(every)[::-1][:5]
        assert [pull.evidence for pull in away] == sorted(every)[:5]
        for pull in towards:
            similar = float(images[pull.index].ravel() @ new[0].ravel())
            assert pull.similarity == pytest.approx(similar, rel=1e-5)
            assert pull.label == y[pull.index]


def test_the_running_sum_starts_with_the_first_and_ends_at_the_template(digits):
    images, y, _ = digits
    model = SoftmaxRegression(0.01, tol=1e-10).fit(images, y)
    found = training_coefficients(model, images, y)
    running = found.running_sum(5, (1, 10, 100))
    assert running.counts == (1, 10, 100, 900)
    first = int(np.abs(found.coefficients[:, 5]).argmax())
    balanced = images[first] - images.mean(axis=0)  # the coefficients of a class sum to zero
    np.testing.assert_allclose(
        running.sums[0], found.coefficients[first, 5] * balanced.ravel(), rtol=1e-6, atol=1e-9
    )
    assert running.left[-1] < 1e-4 < running.left[2]
    size = np.abs(model.coef_).max()
    np.testing.assert_allclose(running.sums[-1], found.rebuilt()[5], atol=1e-4 * size)
    assert running.cosine[-1] == pytest.approx(1, abs=1e-6)
    as_given = found.running_sum(5, (10,), order="data")
    a = found.coefficients[:10, 5]
    expected = a @ (images[:10].reshape(10, -1) - images.mean(axis=0).ravel())
    np.testing.assert_allclose(as_given.sums[0], expected, rtol=1e-6, atol=1e-9)
    np.testing.assert_array_equal(as_given.sums[-1], running.sums[-1])
    means = training_coefficients(ClassMeans("dot").fit(images, y), images, y)
    np.testing.assert_allclose(means.running_sum(5).sums[-1], means.rebuilt()[5])


def test_softmax_coefficients_sum_to_zero_over_classes_and_images(digits):
    images, y, _ = digits
    model = SoftmaxRegression(0.01, tol=1e-10).fit(images, y)
    A = training_coefficients(model, images, y).coefficients
    np.testing.assert_allclose(A.sum(axis=1), 0, atol=1e-12)
    np.testing.assert_allclose(A.sum(axis=0), 0, atol=1e-4)  # that is what the intercept is for
    inside = y[:, None] == np.arange(10)
    assert np.all(A[inside] >= 0)
    assert np.all(A[~inside] <= 0)


def test_class_means_are_constants(digits):
    images, y, _ = digits
    found = training_coefficients(ClassMeans("dot").fit(images, y), images, y)
    for k in range(10):
        assert set(found.coefficients[:, k]) == {0.0, 1 / np.count_nonzero(y == k)}


def test_it_draws_and_serialises_itself(digits):
    images, y, _ = digits
    model = SoftmaxRegression(0.01, tol=1e-4).fit(images, y)
    found = training_coefficients(model, images, y)
    assert len(found.to_dict()["classes"]) == 10
    assert "Half of all the weight" in found.sentence
    assert len(found.largest(3, 4)) == 4
    assert np.all(y[found.largest(3, 4, inside=False)] != 3)
    assert len(found.plot(3).subfigs) == 4


@pytest.mark.parametrize(
    ("model", "named"),
    [
        (SoftmaxRegression(0.01, l1_ratio=0.5, tol=1e-2), "l1_ratio=0.5"),
        (LeastSquaresClassifier(0.0), "alpha=0.0"),
        (GradientDescentClassifier(), "GradientDescentClassifier"),
        (make_pipeline(PrincipalPairs(4, full=16), LeastSquaresClassifier()), "products"),
    ],
)
def test_models_that_are_no_sum_of_images_say_so(digits, model, named):
    images, y, _ = digits
    with pytest.raises(LinocutError, match=named):
        training_coefficients(model.fit(images, y), images, y)


def test_other_images_than_those_of_the_fit_are_noticed(digits):
    images, y, _new = digits
    model = SoftmaxRegression(0.01, tol=1e-6).fit(images, y)
    with pytest.raises(LinocutError, match="fitted on"):
        training_coefficients(model, images[::-1], y)
    with pytest.raises(LinocutError, match="training images"):
        training_coefficients(model, images[y < 5], y[y < 5])


def test_from_means_to_learned_weights_fewer_images_count(digits):
    images, y, _ = digits
    made = [
        (kind, training_coefficients(MODELS[kind]().fit(images, y), images, y))
        for kind in ("dot", "least squares", "one-vs-rest", "softmax")
    ]
    found = lineage(made)
    assert found.half[0] == pytest.approx(0.5, abs=0.01)
    assert found.half[0] > found.half[1] > found.half[3]
    assert max(found.residuals) < 1e-4
    W = made[3][1].training.model.coef_
    np.testing.assert_allclose(
        found.templates[3].reshape(10, 64), W - W.mean(axis=0), atol=1e-4 * np.abs(W).max()
    )
    assert len(found.plot().axes[0].images) == 40
    assert "softmax: half of the weight" in found.sentence
    with pytest.raises(LinocutError, match="at least one"):
        lineage([])
