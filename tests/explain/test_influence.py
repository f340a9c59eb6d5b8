"""Leaving one image out: exactly for least squares, to a few per cent for softmax."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_digits
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from linocut.core import LinocutError
from linocut.explain import Influence
from linocut.features import UnitPixels
from linocut.models import (
    BinaryRegression,
    ClassMeans,
    LeastSquaresClassifier,
    OneVsRestRegression,
    SoftmaxRegression,
)


@pytest.fixture(scope="module")
def digits():
    found = load_digits()
    return found.images[:700], found.target[:700], found.images[700:]


@given(
    alpha=st.sampled_from([1e-3, 1.0, 100.0]),
    fit_intercept=st.booleans(),
    weighted=st.booleans(),
    seed=st.integers(0, 200),
)
@settings(max_examples=40, deadline=None)
def test_least_squares_without_an_image_is_exact(alpha, fit_intercept, weighted, seed):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(40, 6)), np.arange(40) % 3
    w = rng.uniform(0.5, 3, 40) if weighted else None
    model = LeastSquaresClassifier(alpha, fit_intercept=fit_intercept).fit(X, y, w)
    influence = Influence(model, X, y, w)
    index = int(rng.integers(40))
    W, b = influence.without(index)
    rest = np.delete(np.arange(40), index)
    again = LeastSquaresClassifier(alpha, fit_intercept=fit_intercept)
    again.fit(X[rest], y[rest], None if w is None else w[rest])
    np.testing.assert_allclose(W, again.coef_, rtol=1e-9, atol=1e-9 * np.abs(W).max())
    np.testing.assert_allclose(b, again.intercept_, rtol=1e-9, atol=1e-9)
    image = rng.normal(size=6)
    change = influence.on(image, 0, 2)[index]
    expected = (W - model.coef_) @ image + b - model.intercept_
    assert change == pytest.approx(expected[0] - expected[2], abs=1e-9)


@pytest.mark.parametrize("kind", [SoftmaxRegression, OneVsRestRegression])
def test_one_newton_step_is_within_five_per_cent_of_a_refit(kind, digits):
    images, y, new = digits
    C = 0.1
    pipeline = make_pipeline(UnitPixels(16.0), kind(C, tol=1e-12)).fit(images, y)
    model = pipeline[-1]
    influence = Influence(pipeline, images, y)
    X = new.reshape(-1, 64) / 16
    rng = np.random.default_rng(0)
    difficult = np.argsort(pipeline.decision_function(images)[np.arange(700), y])[:25]
    errors, sizes = [], []
    for index in [*difficult, *rng.choice(700, 25, replace=False)]:
        W, b = influence.without(index)
        rest = np.delete(np.arange(700), index)
        # The same penalty on the sum: C as before.
        again = kind(C, tol=1e-12).fit(images[rest].reshape(-1, 64) / 16, y[rest])
        true = X @ (again.coef_ - model.coef_).T + again.intercept_ - model.intercept_
        said = X @ (W - model.coef_).T + b - model.intercept_
        errors.append(np.linalg.norm(said - true))
        sizes.append(np.linalg.norm(true))
    assert np.linalg.norm(errors) <= 0.05 * np.linalg.norm(sizes)
    assert np.median(np.array(errors) / np.array(sizes)) <= 0.05


def test_the_effects_on_one_image_rank_as_refits_do(digits):
    images, y, new = digits
    pipeline = make_pipeline(UnitPixels(16.0), SoftmaxRegression(0.1, tol=1e-10)).fit(images, y)
    influence = Influence(pipeline, images, y)
    scores = pipeline.decision_function(new)
    order = np.sort(scores, axis=1)
    t = int(np.argmin(order[:, -1] - order[:, -2]))
    a, b = np.argsort(-scores[t])[:2]
    effects = influence.on(new[t], a, b)
    x = new[t].ravel() / 16
    before = scores[t, a] - scores[t, b]
    for index in np.argsort(effects)[:5]:
        W, c = influence.refitted(int(index))
        after = (W @ x + c)[a] - (W @ x + c)[b]
        assert after - before < 0
        assert effects[index] == pytest.approx(after - before, rel=0.5)


def test_flips_are_confirmed_by_refits(digits):
    images, y, new = digits
    pipeline = make_pipeline(UnitPixels(16.0), SoftmaxRegression(1.0, tol=1e-9)).fit(images, y)
    found = Influence(pipeline, images, y).flips(new, tried=100, confirm=6)
    assert found.flips
    assert found.tried == 100
    confirmed = [flip for flip in found.flips if np.isfinite(flip.refitted)]
    assert len(confirmed) == min(6, len(found.flips))
    assert np.mean([flip.confirmed for flip in confirmed]) >= 0.8
    flip = found.flips[0]
    assert flip.margin > 0 > flip.estimated
    rest = np.delete(np.arange(700), flip.removed)
    again = make_pipeline(UnitPixels(16.0), SoftmaxRegression(1.0, tol=1e-9))
    again.fit(images[rest], y[rest])
    assert again.predict(new[flip.image : flip.image + 1])[0] != flip.before
    assert "would be classified differently" in found.sentence
    assert found.to_dict()["flips"][0]["removed"] == flip.removed
    assert len(found.plot(images, new, most=2).axes) == 6


def test_other_steps_and_two_classes_work_too(digits):
    images, y, _new = digits
    two = y < 2
    for model in (BinaryRegression(0.1, tol=1e-12), SoftmaxRegression(0.1, tol=1e-12)):
        pipeline = make_pipeline(StandardScaler(), model).fit(images[two].reshape(-1, 64), y[two])
        influence = Influence(pipeline, images[two].reshape(-1, 64), y[two])
        W, b = influence.without(5)
        V, c = influence.refitted(5)
        moved = np.linalg.norm(V - pipeline[-1].coef_)
        assert np.linalg.norm(W - V) < 0.1 * moved
        assert np.abs(b - c).max() < 0.1 * moved + 1e-6


@pytest.mark.parametrize(
    ("model", "named"),
    [
        (SoftmaxRegression(0.1, l1_ratio=0.5, tol=1e-2), "l1_ratio"),
        (ClassMeans(), "ClassMeans"),
    ],
)
def test_models_without_a_hessian_say_so(digits, model, named):
    images, y, _ = digits
    with pytest.raises(LinocutError, match=named):
        Influence(model.fit(images, y), images, y)


def test_a_position_that_is_none_is_refused(digits):
    images, y, _ = digits
    influence = Influence(LeastSquaresClassifier().fit(images, y), images, y)
    with pytest.raises(LinocutError, match="training image 700"):
        influence.without(700)
