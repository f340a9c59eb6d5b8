"""The textbook's estimator, on real images."""

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning

from linocut.core import LinocutError
from linocut.data import load_dataset
from linocut.models import GradientDescentClassifier, OneVsRestRegression, SoftmaxRegression


@pytest.fixture(scope="module")
def digits():
    X, y = load_digits(return_X_y=True)
    return X.reshape(-1, 8, 8) / 16, y


def test_a_thousand_steps_read_the_published_share_of_mnist(real_data):
    real_data("mnist")
    mnist = load_dataset("mnist")
    X, X_test = (
        part.images.reshape(len(part.labels), -1) / np.float32(255)
        for part in (mnist.train, mnist.test)
    )
    accuracies = [
        GradientDescentClassifier(0.5, batch_size=64, steps=1000, every=1000, random_state=seed)
        .fit(X, mnist.train.labels, test=(X_test, mnist.test.labels))
        .record_.last.test_accuracy
        for seed in range(8)
    ]
    # Published: about 92 %. Steps of that length end up to half a per cent apart.
    assert np.mean(accuracies) == pytest.approx(0.915, abs=0.003)
    assert np.ptp(accuracies) < 0.015


@pytest.mark.parametrize(
    ("loss", "model"), [("softmax", SoftmaxRegression), ("one-vs-rest", OneVsRestRegression)]
)
@pytest.mark.parametrize("classes", [2, 10])
def test_many_steps_reach_the_optimum_of_the_regression(digits, loss, model, classes):
    X, y = digits[0][digits[1] < classes], digits[1][digits[1] < classes]
    best = model(C=0.01).fit(X, y)
    near = GradientDescentClassifier(0.3, batch_size=None, steps=3000, C=0.01, loss=loss).fit(X, y)
    assert near.objective_ == pytest.approx(best.objective_, rel=2e-4)
    np.testing.assert_allclose(near.predict_proba(X), best.predict_proba(X), atol=5e-3)
    np.testing.assert_allclose(np.exp(near.predict_log_proba(X)), near.predict_proba(X))


def test_the_same_random_state_gives_the_same_bits(digits):
    for state in (lambda: 3, lambda: np.random.default_rng(3), lambda: np.random.RandomState(3)):
        one, two = (
            GradientDescentClassifier(steps=50, random_state=state()).fit(*digits).coef_
            for _ in "12"
        )
        np.testing.assert_array_equal(one, two)


def test_test_images_are_watched(digits):
    X, y = digits
    names = np.array([f"digit {k}" for k in range(10)])
    model = GradientDescentClassifier(steps=100, random_state=0)
    model.fit(X[:1000], names[y[:1000]], test=(X[1000:], names[y[1000:]]))
    last = model.record_.last
    assert last.test_accuracy == pytest.approx(model.score(X[1000:], names[y[1000:]]))
    assert last.accuracy == pytest.approx(model.score(X[:1000], names[y[:1000]]))
    P = model.predict_proba(X[1000:])
    loss = -np.log(P[np.arange(len(P)), y[1000:]]).mean()
    assert last.test_loss == pytest.approx(loss, rel=1e-9)


def test_bytes_are_used_as_they_are(digits):
    X, y = digits
    raw = np.round(X * 16).astype(np.uint8)
    options = {"batch_size": 32, "steps": 100, "fit_intercept": False, "random_state": 0}
    unit = GradientDescentClassifier(0.5, **options).fit(X, y)
    other = GradientDescentClassifier(0.5 / 16**2, **options).fit(raw, y)
    np.testing.assert_allclose(16 * other.coef_, unit.coef_, rtol=1e-3, atol=1e-4)


def test_a_rate_too_high_warns_once_with_a_better_one(digits):
    raw = (digits[0] * 255).astype(np.uint8)
    with pytest.warns(ConvergenceWarning, match=r"0\.5 is too high .* below 5") as caught:
        model = GradientDescentClassifier(random_state=0).fit(raw, digits[1])
    assert len(caught) == 1
    assert np.isfinite(model.coef_).all()


def test_weights_of_chosen_steps_can_be_replayed(digits):
    model = GradientDescentClassifier(steps=20, keep=(1, 20), random_state=0).fit(*digits)
    assert [shot.step for shot in model.snapshots_] == [1, 20]
    np.testing.assert_array_equal(model.snapshots_[-1].W, model.coef_)


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({"learning_rate": -1}, "learning_rate=-1"),
        ({"batch_size": 0}, "batch_size=0"),
        ({"steps": 0}, "steps=0"),
        ({"every": 0}, "every=0"),
        ({"keep": (2000,)}, "the step 2000"),
        ({"C": 0}, "C=0"),
        ({"loss": "hinge"}, "loss='hinge'"),
    ],
    ids=str,
)
def test_a_wrong_parameter_is_named(parameters, named, digits):
    with pytest.raises(LinocutError, match=named):
        GradientDescentClassifier(**parameters).fit(*digits)


@pytest.mark.parametrize(
    ("labels", "named"),
    [(np.zeros(4, int), "5 rows and 4 labels"), (np.array([0, 1, 2, 3, 77]), "label 77")],
    ids=["too few", "unknown"],
)
def test_labels_to_watch_must_fit(digits, labels, named):
    X, y = digits
    with pytest.raises(LinocutError, match=named):
        GradientDescentClassifier(steps=5).fit(X, y, test=(X[:5], labels))


def test_the_learning_curve_is_drawn_from_the_record(digits):
    X, y = digits
    model = GradientDescentClassifier(steps=30, random_state=0).fit(X, y, test=(X[:50], y[:50]))
    figure = model.plot_learning_curve()
    drawn = [line.get_xdata() for line in figure.axes[0].lines]
    steps = [line.step for line in model.record_.progress]
    assert sum(list(xs) == steps for xs in drawn) == 2
