"""The least change flips at 1.001 of itself and not at 0.999; noise and shifts are as computed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from sklearn.datasets import load_digits
from sklearn.pipeline import make_pipeline

from linocut.core import LinocutError
from linocut.core.forms import LinearForm
from linocut.explain import PulledBack, noise_flips, pull_back, shift_map, smallest_flip
from linocut.features import PrincipalPairs, UnitPixels
from linocut.models import LeastSquaresClassifier, SoftmaxRegression


@pytest.fixture(scope="module")
def digits():
    found = load_digits()
    return found.images, found.target


@pytest.fixture(scope="module")
def model(digits):
    images, y = digits
    fitted = make_pipeline(UnitPixels(16.0), SoftmaxRegression(tol=1e-3)).fit(images, y)
    return pull_back(fitted)


def random_model(K, d, seed):
    rng = np.random.default_rng(seed)
    form = LinearForm(rng.normal(size=(K, d)), rng.normal(size=K))
    return PulledBack(form, np.arange(K)), rng


@given(
    K=st.integers(2, 6),
    d=st.integers(1, 9),
    norm=st.sampled_from(["L2", "Linf"]),
    bounded=st.booleans(),
    seed=st.integers(0, 2000),
)
@settings(max_examples=200, deadline=None)
def test_the_least_change_flips_and_hardly_less_does_not(K, d, norm, bounded, seed):
    model, rng = random_model(K, d, seed)
    x = rng.uniform(0, 1, d)
    try:
        found = smallest_flip(model, x, norm=norm, within=(0, 1) if bounded else None)
    except LinocutError:
        assert bounded
        return
    change = found.change.ravel()
    if bounded:
        assert found.flipped.min() >= -1e-12
        assert found.flipped.max() <= 1 + 1e-12
    margin = model.form.scores((x + change)[None])[0]
    assert margin[found.versus] - margin[found.label] == pytest.approx(0, abs=1e-9)
    assert model.form.scores((x + 0.999 * change)[None])[0].argmax() == found.label
    if not bounded and found.distance > 1e-9:
        assert model.form.scores((x + 1.001 * change)[None])[0].argmax() != found.label


@given(seed=st.integers(0, 300), norm=st.sampled_from(["L2", "Linf"]))
@settings(max_examples=25, deadline=None)
def test_no_smaller_change_is_found_by_another_method(seed, norm):
    model, rng = random_model(2, 4, seed)
    x = rng.uniform(0, 1, 4)
    a = int(model.form.scores(x[None])[0].argmax())
    w = model.form.W[a] - model.form.W[1 - a]
    margin = float(w @ x + model.form.b[a] - model.form.b[1 - a])
    low, high = -x, 1 - x
    if np.minimum(w * low, w * high).sum() > -margin:
        with pytest.raises(LinocutError, match="no image"):
            smallest_flip(model, x, norm=norm, within=(0, 1))
        return
    found = smallest_flip(model, x, norm=norm, within=(0, 1))
    if norm == "L2":
        reached = {"type": "eq", "fun": lambda delta: w @ delta + margin}
        start = found.change.ravel() * 0.5
        other = minimize(
            lambda delta: delta @ delta, start, bounds=list(zip(low, high, strict=True)),
            constraints=[reached], method="SLSQP", options={"maxiter": 500, "ftol": 1e-14},
        )  # fmt: skip
        assert found.distance <= np.sqrt(other.fun) * (1 + 1e-6) + 1e-9
    else:
        smaller = found.distance * (1 - 1e-6)
        box = np.maximum(low, -smaller), np.minimum(high, smaller)
        assert np.minimum(w * box[0], w * box[1]).sum() > -margin


def test_the_rival_that_is_nearest_is_found(model, digits):
    images, _ = digits
    found = smallest_flip(model, images[0])
    others = [
        smallest_flip(model, images[0], versus=k).distance for k in range(10) if k != found.label
    ]
    assert found.distance == min(others)
    assert found.flipped.shape == (8, 8)
    assert str(found.versus) in found.sentence
    assert len(found.plot().axes) >= 3


def test_noise_flips_as_often_as_computed(model, digits):
    images, _ = digits
    image = images[5]
    found = noise_flips(model, image, sigma=3.0)
    rng = np.random.default_rng(0)
    noisy = image.ravel() + rng.normal(scale=3.0, size=(40_000, 64))
    scores = model.form.scores(noisy)
    a = list(model.classes).index(found.label)
    for rival, p in zip(found.rivals, found.probabilities, strict=True):
        share = np.mean(scores[:, list(model.classes).index(rival)] > scores[:, a])
        assert share == pytest.approx(p, abs=4 * np.sqrt(p * (1 - p) / 40_000) + 1e-4)
    flipped = np.mean(scores.argmax(axis=1) != a)
    assert found.bounds[0] - 0.01 <= flipped <= found.bounds[1] + 0.01
    assert found.rows()[0]["probability"] == found.probabilities.max()


def test_a_shift_map_is_the_scores_of_shifted_images(model, digits):
    images, _ = digits
    image = images[7]
    found = shift_map(model, image, 3)
    for dy in range(-3, 4):
        for dx in range(-3, 4):
            moved = np.zeros((8, 8))
            rows, columns = np.arange(8) - dy, np.arange(8) - dx
            inside = np.ix_((rows >= 0) & (rows < 8), (columns >= 0) & (columns < 8))
            moved[inside] = image[np.ix_(rows[(rows >= 0) & (rows < 8)],
                                         columns[(columns >= 0) & (columns < 8)])]  # fmt: skip
            expected = model.scores(moved[None])[0]
            np.testing.assert_allclose(found.scores[:, 3 + dy, 3 + dx], expected, atol=1e-9)
    assert 0 < found.share <= 1
    assert len(found.to_dict()["predicted"]) == 7
    assert found.plot().axes


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda m, x: smallest_flip(m, x, norm="L1"), "norm='L1'"),
        (lambda m, x: smallest_flip(m, x, within=(0, 3)), "within"),
        (lambda m, x: smallest_flip(m, x, versus=0), "another class"),
        (lambda m, x: noise_flips(m, x, 0), "sigma=0"),
        (lambda m, x: shift_map(m, x, 8), "radius=8"),
    ],
)
def test_misuse_is_named(model, digits, call, named):
    with pytest.raises(LinocutError, match=named):
        call(model, digits[0][0])


def test_products_of_pixels_have_no_closed_form(digits):
    images, y = digits
    pairs = make_pipeline(PrincipalPairs(4, full=16), LeastSquaresClassifier()).fit(images, y)
    with pytest.raises(LinocutError, match="linear in the pixels"):
        smallest_flip(pairs, images[0])
