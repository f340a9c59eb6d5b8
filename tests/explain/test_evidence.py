"""Evidence adds up: to the margin, in every grid, for every reference and model."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_digits
from sklearn.pipeline import make_pipeline

from linocut.core import LinocutError
from linocut.core.forms import LinearForm, QuadraticForm, margin_directions
from linocut.explain import AVERAGE, PulledBack, Reference, evidence_maps, explain
from linocut.features import PrincipalPairs, UnitPixels
from linocut.models import LeastSquaresClassifier, SoftmaxRegression


@pytest.fixture(scope="module")
def digits():
    found = load_digits()
    return found.images, found.target


@pytest.fixture(scope="module")
def linear(digits):
    images, y = digits
    return make_pipeline(UnitPixels(16.0), SoftmaxRegression(tol=1e-4)).fit(images[:900], y[:900])


@pytest.fixture(scope="module")
def quadratic(digits):
    images, y = digits
    pairs = make_pipeline(PrincipalPairs(7, full=16), LeastSquaresClassifier())
    return pairs.fit(images[:900], y[:900])


def forms(K, d, m, seed):
    rng = np.random.default_rng(seed)
    Q = rng.normal(size=(K, m, m))
    square = QuadraticForm(
        Q + Q.transpose(0, 2, 1),
        rng.normal(size=(K, m)),
        rng.normal(size=K),
        rng.normal(size=(m, d)),
        rng.normal(size=m),
    )
    return LinearForm(rng.normal(size=(K, d)), rng.normal(size=K)), square


@given(
    K=st.integers(2, 5),
    d=st.integers(1, 12),
    m=st.integers(1, 4),
    n=st.integers(1, 4),
    seed=st.integers(0, 1000),
)
@settings(max_examples=80, deadline=None)
def test_contributions_of_any_form_add_up_to_the_difference_of_scores(K, d, m, n, seed):
    rng = np.random.default_rng(seed)
    X, reference, D = rng.normal(size=(n, d)), rng.normal(size=d), rng.normal(size=(n, K))
    for form in forms(K, d, m, seed):
        parts = form.contributions(X, D, reference)
        margins = np.einsum("nk,nk->n", D, form.scores(X) - form.scores(reference[None]))
        size = np.abs(parts).sum() + np.abs(form.scores(X)).sum() + 1
        np.testing.assert_allclose(parts.sum(axis=1), margins, rtol=0, atol=1e-12 * size)


@given(seed=st.integers(0, 1000))
@settings(max_examples=30, deadline=None)
def test_gradients_are_those_of_finite_differences(seed):
    rng = np.random.default_rng(seed)
    x, D, h = rng.normal(size=(1, 6)), rng.normal(size=(1, 3)), 1e-4
    for form in forms(3, 6, 3, seed):
        found = form.gradients(x, D)[0]
        for i in range(6):
            step = h * np.eye(6)[i]
            slope = D[0] @ (form.scores(x + step) - form.scores(x - step))[0] / (2 * h)
            assert found[i] == pytest.approx(slope, rel=1e-6, abs=1e-6)


@given(seed=st.integers(0, 1000))
@settings(max_examples=30, deadline=None)
def test_half_of_each_pair_goes_to_both_pixels(seed):
    rng = np.random.default_rng(seed)
    _, form = forms(3, 5, 2, seed)
    delta, D = rng.normal(size=5), rng.normal(size=3)
    terms = form.pairs(D) * np.outer(delta, delta)
    linear = D @ (2 * form.c @ form.Q.transpose(0, 2, 1) + form.W) @ form.A * delta
    expected = terms.sum(axis=1) + linear
    found = form.contributions(delta[None], D[None], np.zeros(5))[0]
    np.testing.assert_allclose(found, expected, atol=1e-9 * np.abs(terms).sum())


@pytest.mark.parametrize("versus", [None, 5, AVERAGE])
@pytest.mark.parametrize("kind", ["linear", "quadratic"])
@pytest.mark.parametrize("against", ["blank", "mean", "rival's mean"])
def test_evidence_adds_up_to_the_margin(kind, versus, against, digits, request):
    images, y = digits
    model = request.getfixturevalue(kind)
    reference = {
        "blank": None,
        "mean": Reference.mean(images[:900]),
        "rival's mean": Reference.mean(images[:900][y[:900] == 5], "the mean 5"),
    }[against]
    for index in (1000, 1203, 1500):
        found = explain(model, images[index], label=3, versus=versus, reference=reference)
        scores = model.decision_function(images[index : index + 1])[0]
        rival = scores.mean() if versus == AVERAGE else scores[found.versus]
        size = np.abs(found.pixels).sum() + abs(found.offset)
        assert found.margin == pytest.approx(scores[3] - rival, abs=1e-9 * size)
        assert found.pixels.sum() + found.offset == pytest.approx(found.margin, abs=1e-12 * size)
        assert found.favouring + found.opposing + found.offset == pytest.approx(
            found.margin, abs=1e-12 * size
        )
        for grid in (1, 3, 8, 100):
            table = found.regions(grid)
            assert sum(row["evidence"] for row in table) == pytest.approx(
                found.margin, abs=1e-12 * size
            )


def test_the_margin_of_softmax_is_the_log_of_the_probability_ratio(linear, digits):
    images, _ = digits
    found = explain(linear, images[1000], versus=7)
    P = linear.predict_proba(images[1000:1001])[0]
    assert found.margin == pytest.approx(np.log(P[found.label] / P[7]), rel=1e-9)
    assert "to 1" in found.sentence


def test_the_evidence_of_all_images_is_that_of_each(linear, quadratic, digits):
    images, _ = digits
    for model in (linear, quadratic):
        maps, offsets = evidence_maps(model, images[1000:1010])
        for i in range(10):
            one = explain(model, images[1000 + i])
            np.testing.assert_allclose(maps[i], one.pixels.ravel(), atol=1e-10)
            assert offsets[i] == pytest.approx(one.offset)
        maps, offsets = evidence_maps(model, images[1000:1002], labels=[1, 2], versus=AVERAGE)
        np.testing.assert_allclose(
            maps[1], explain(model, images[1001], label=2, versus=AVERAGE).pixels.ravel()
        )


def test_pixels_that_are_always_zero_count_exactly_zero(linear, quadratic, digits):
    images, _ = digits
    never = ~images.any(axis=0)
    assert never.any()
    for model in (linear, quadratic):
        for reference in (None, Reference.mean(images[:900])):
            found = explain(model, images[1100], reference=reference)
            assert not found.pixels[never].any()


def test_the_strongest_pairs_are_listed_with_their_evidence(quadratic, digits):
    images, _ = digits
    found = explain(quadratic, images[1000])
    assert len(found.pairs) == 10
    sizes = [abs(pair.evidence) for pair in found.pairs]
    assert sizes == sorted(sizes, reverse=True)
    for pair in found.pairs[:3]:
        # Without both pixels of a pair, three scores change by exactly the pair's term.
        scores = []
        for removed in ((), (pair.first,), (pair.second,), (pair.first, pair.second)):
            image = images[1000].copy()
            for place in removed:
                image[place] = 0
            s = quadratic.decision_function(image[None])[0]
            scores.append(s[found.label] - s[found.versus])
        if pair.first != pair.second:
            together = scores[0] - scores[1] - scores[2] + scores[3]
            assert pair.evidence == pytest.approx(together, rel=1e-6, abs=1e-7)


def test_evidence_is_that_of_shap(linear, digits, need):
    from importlib.util import find_spec

    need(find_spec("shap") is not None, "shap is not installed")
    import shap

    images, _ = digits
    X = images.reshape(-1, 64) / 16.0
    model = linear[-1]
    background = X[:900]
    explainer = shap.LinearExplainer(
        (model.coef_, model.intercept_), shap.maskers.Independent(background, max_samples=900)
    )
    theirs = explainer(X[1000:1005])
    for i in range(5):
        found = explain(linear, images[1000 + i], reference=Reference.mean(images[:900]))
        a, b = int(found.label), int(found.versus)
        ours = found.to_shap()
        assert ours.values.shape == (64,)
        np.testing.assert_allclose(
            ours.values, theirs.values[i, :, a] - theirs.values[i, :, b], atol=1e-6
        )
        base = theirs.base_values[i, a] - theirs.base_values[i, b]
        assert ours.base_values == pytest.approx(base, abs=1e-6)


def test_a_ledger_prints_draws_and_serialises_itself(linear, digits):
    images, _ = digits
    found = explain(linear, images[1000], versus=AVERAGE)
    document = json.loads(found.to_json())
    assert document["reference"] == "the blank page"
    assert document["sentence"].startswith(f"{found.label} rather than the class average")
    assert sum(row["evidence"] for row in document["regions"]) == pytest.approx(found.margin)
    assert len(found.to_frame()) == 17
    figure = found.plot()
    assert "margin" in [text.get_text() for text in figure.axes[2].get_yticklabels()]


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"versus": 11}, "11"),
        ({"label": "ten"}, "'ten'"),
        ({"label": 3, "versus": 3}, "two different classes"),
        ({"reference": Reference("too small", np.zeros(3))}, "64 pixels"),
    ],
)
def test_what_cannot_be_explained_is_named(linear, digits, wrong, named):
    with pytest.raises(LinocutError, match=named):
        explain(linear, digits[0][0], **wrong)


def test_the_shape_of_an_image_is_checked(linear):
    with pytest.raises(LinocutError, match="8 × 8"):
        explain(linear, np.zeros((9, 9)))
    with pytest.raises(LinocutError, match="one class for each"):
        evidence_maps(linear, np.zeros((2, 8, 8)), labels=[1])


def test_a_margin_needs_two_classes_and_the_average_has_weight_one():
    np.testing.assert_allclose(margin_directions(4, [1, 2]).sum(axis=1), 0, atol=1e-15)
    pulled = PulledBack(LinearForm(np.ones((3, 4)), np.zeros(3)), np.arange(3))
    assert explain(pulled, np.ones(4)).margin == 0
