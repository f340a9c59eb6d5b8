"""The four models, on real images where the claim is about images."""

import numpy as np
import pytest
from scipy import sparse
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import Ridge

from linocut.core import LinocutError
from linocut.data import load_dataset
from linocut.models import (
    ClassMeans,
    FittedLinear,
    GradientDescentClassifier,
    LeastSquaresClassifier,
    OneVsRestRegression,
    SoftmaxRegression,
)

MODELS = [
    ClassMeans(),
    ClassMeans("difference"),
    LeastSquaresClassifier(),
    OneVsRestRegression(tol=1e-4),
    SoftmaxRegression(tol=1e-4),
]


@pytest.fixture(scope="module")
def digits():
    X, y = load_digits(return_X_y=True)
    return X.reshape(-1, 8, 8), y


@pytest.fixture(scope="module")
def mnist(real_data):
    real_data("mnist")
    return load_dataset("mnist")


@pytest.mark.parametrize("model", MODELS, ids=str)
def test_images_rows_bytes_and_sparse_rows_are_one(model, digits):
    images, y = digits
    flat = images.reshape(len(images), -1)
    scores = model.fit(images, y).decision_function(images)
    assert model.image_shape_ == (8, 8)
    assert model.templates_.shape == (10, 8, 8)
    kinds = (flat, images.astype(np.uint8), flat.astype(np.float32), sparse.csr_matrix(flat))
    for other in kinds:
        model.fit(other, y)
        again = model.decision_function(other)
        assert (again.argmax(axis=1) == scores.argmax(axis=1)).mean() > 0.995
        assert model.coef_.shape == (10, 64)
        assert model.intercept_.shape == (10,)
        assert model.converged_
        assert model.n_iter_ >= 1
        assert np.isfinite([model.objective_, model.gradient_norm_]).all()


def test_the_nearest_mean_is_nearest(digits):
    images, y = digits
    X = images.reshape(len(images), -1)
    model = ClassMeans("nearest").fit(X, y)
    distances = ((X[:, None] - model.means_) ** 2).sum(axis=2)
    np.testing.assert_array_equal(model.predict(X), distances.argmin(axis=1))
    within = distances[np.arange(len(y)), y].mean()
    assert model.objective_ == pytest.approx(within, rel=1e-12)


def test_class_mean_scores_are_their_definitions(digits):
    images, y = digits
    X = images.reshape(len(images), -1)
    means = np.array([X[y == k].mean(axis=0) for k in range(10)])
    others = np.array([X[y != k].mean(axis=0) for k in range(10)])
    scores = {name: ClassMeans(name, offset=3.0).fit(X, y).scores(X) for name in ("dot", "offset")}
    np.testing.assert_allclose(scores["dot"], X @ means.T)
    np.testing.assert_allclose(scores["offset"], (X - 3) @ (means - 3).T)
    difference = ClassMeans("difference").fit(X, y)
    np.testing.assert_allclose(difference.coef_, means - others, atol=1e-12)


@pytest.mark.parametrize("rows", [slice(None), slice(0, 40)], ids=["n > d", "n < d"])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("intercept", [False, True])
def test_least_squares_is_scikit_learns_ridge(digits, rows, weighted, intercept):
    images, y = digits
    X, y = images.reshape(len(images), -1)[rows], y[rows]
    w = np.random.default_rng(0).uniform(0.2, 2, len(y)) if weighted else None
    ours = LeastSquaresClassifier(alpha=2.0, fit_intercept=intercept).fit(X, y, w)
    theirs = Ridge(2.0, fit_intercept=intercept).fit(X, np.eye(10)[y], w)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, atol=1e-9)
    np.testing.assert_allclose(ours.scores(X), theirs.predict(X), atol=1e-9)
    residual = theirs.predict(X) - np.eye(10)[y]
    weights = np.ones(len(y)) if w is None else w
    loss = weights @ (residual**2).sum(axis=1) + 2.0 * (theirs.coef_**2).sum()
    assert ours.objective_ == pytest.approx(loss / weights.sum(), rel=1e-9)
    assert ours.gradient_norm_ < 1e-9


@pytest.mark.parametrize("model", MODELS, ids=str)
def test_a_weight_of_two_is_a_row_twice(model, digits):
    images, y = digits[0][:200], digits[1][:200]
    twice = np.arange(0, 200, 3)
    w = np.ones(200)
    w[twice] = 2
    weighted = model.fit(images, y, sample_weight=w).scores(images)
    rows = np.r_[np.arange(200), twice]
    repeated = model.fit(images[rows], y[rows]).scores(images)
    np.testing.assert_allclose(weighted, repeated, atol=0.02 * np.abs(repeated).max())


def test_raw_pixels_converge_too(digits):
    images, y = digits
    raw = (images * 255 / 16).astype(np.uint8)
    model = SoftmaxRegression().fit(raw, y)
    assert model.converged_
    assert model.gap_ <= 1e-6


def test_the_scale_of_pixels_and_the_penalty_are_one_thing(digits):
    images, y = digits
    raw = (images * 15).astype(np.uint8)
    ours = SoftmaxRegression(C=1 / 240**2).fit(raw, y)
    unit = SoftmaxRegression(C=1.0).fit(raw / 240, y)
    assert ours.objective_ == pytest.approx(unit.objective_, rel=2e-6)
    np.testing.assert_allclose(ours.predict_proba(raw), unit.predict_proba(raw / 240), atol=1e-2)


def test_softmax_reaches_the_known_optimum_on_mnist(mnist):
    pixels = mnist.train.images.reshape(60_000, -1) / np.float32(255)
    model = SoftmaxRegression().fit(pixels, mnist.train.labels)
    assert model.converged_
    assert model.objective_ == pytest.approx(0.2321177, rel=1e-6)
    test = mnist.test.images.reshape(10_000, -1) / np.float32(255)
    assert model.score(test, mnist.test.labels) == pytest.approx(0.9255, abs=5e-4)


def test_an_early_stop_warns_once_and_says_what_to_do(digits):
    with pytest.warns(ConvergenceWarning, match="raise max_iter or tol") as caught:
        model = SoftmaxRegression(C=100, max_iter=3).fit(*digits)
    assert len(caught) == 1
    assert not model.converged_


@pytest.mark.parametrize(
    ("model", "named"),
    [
        (SoftmaxRegression(C=0), "C=0"),
        (SoftmaxRegression(C=float("nan")), "C=nan"),
        (OneVsRestRegression(tol=-1), "tol=-1"),
        (SoftmaxRegression(max_iter=0), "max_iter=0"),
        (LeastSquaresClassifier(alpha=-1), "alpha=-1"),
        (ClassMeans("cosine"), "similarity='cosine'"),
        (ClassMeans(image_shape=(7, 8)), r"image_shape=\(7, 8\)"),
    ],
    ids=str,
)
def test_a_wrong_parameter_is_named(model, named, digits):
    with pytest.raises(LinocutError, match=named):
        model.fit(*digits)


def test_templates_need_a_known_shape(digits):
    images, y = digits
    model = ClassMeans().fit(images.reshape(len(images), -1), y)
    with pytest.raises(LinocutError, match="image shape"):
        _ = model.templates_


@pytest.mark.parametrize("model", [ClassMeans(), SoftmaxRegression(tol=0.1)], ids=str)
def test_images_of_another_shape_with_as_many_pixels_are_refused(model, digits):
    images, y = digits
    wide, tall = np.pad(images, ((0, 0), (0, 0), (4, 4))), np.pad(images, ((0, 0), (4, 4), (0, 0)))
    name = type(model).__name__
    model.fit(wide, y)
    with pytest.raises(LinocutError, match=f"images of 16 × 8 pixels — {name} was fitted on 8 × 1"):
        model.predict(tall)
    assert np.array_equal(model.predict(wide.reshape(len(wide), -1)), model.predict(wide))
    model.fit(wide.reshape(len(wide), -1), y)  # of rows the shape is not known
    assert len(model.predict(tall)) == len(tall)


def test_images_to_watch_have_the_shape_of_those_to_train_on(digits):
    images, y = digits
    wide, tall = np.pad(images, ((0, 0), (0, 0), (4, 4))), np.pad(images, ((0, 0), (4, 4), (0, 0)))
    descent = GradientDescentClassifier(steps=2, learning_rate=1e-3).fit(tall, y)
    with pytest.raises(LinocutError, match="GradientDescentClassifier was fitted on 8 × 16"):
        descent.fit(wide, y, test=(tall, y))
    descent.fit(tall, y, test=(tall, y))


def test_given_weights_know_the_image_shape_only_if_they_are_of_pixels():
    W, b = np.eye(2, 6), np.zeros(2)
    assert FittedLinear.of(W, b, [0, 1], image_shape=(2, 3)).image_shape_ == (2, 3)
    assert FittedLinear.of(W, b, [0, 1], image_shape=(4, 4)).image_shape_ is None
