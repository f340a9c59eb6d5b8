"""Calibration is told, tabulated and drawn for every kind of set, however odd."""

import json

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, log_loss

from linocut.classifier import ImageClassifier
from linocut.core import LinocutError
from linocut.data import load_dataset
from linocut.evaluate import (
    CalibrationError,
    Predictions,
    ProperScores,
    Reliability,
    calibrate,
    compare_calibrations,
    held_out_predictions,
)
from linocut.models import LeastSquaresClassifier, OneVsRestRegression

JUDGEMENTS = (Reliability, CalibrationError, ProperScores)


def predictions(n, K, seed=0, names=None):
    rng = np.random.default_rng(seed)
    P = rng.dirichlet(np.full(K, 0.3), n)
    labels = np.minimum((P.cumsum(axis=1) < rng.random((n, 1))).sum(axis=1), K - 1)
    if names is None:
        return Predictions.from_arrays(labels, P)
    return Predictions.from_arrays(np.array(names)[labels], P, class_names=names)


def certain():
    return Predictions.from_arrays([0, 1, 1], [[1, 0], [0, 1], [0, 1.0]])


def without_a_class():
    P = np.array([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1]] * 20)
    return Predictions.from_arrays([0, 1] * 20, P)


ODD = {
    "one image": lambda: predictions(1, 2),
    "two classes": lambda: predictions(300, 2),
    "many classes": lambda: predictions(400, 60),
    "certain": certain,
    "a class without an image": without_a_class,
    "odd names": lambda: predictions(300, 3, names=["$a$", "가", "a name of many, many letters"]),
}


@pytest.mark.parametrize("judgement", JUDGEMENTS)
@pytest.mark.parametrize("odd", ODD)
def test_every_set_is_judged_told_and_drawn(judgement, odd):
    found = judgement.from_predictions(ODD[odd]())
    assert found.sentence
    assert "nan" not in found.sentence
    assert json.loads(found.to_json())["n"] == len(ODD[odd]().labels)
    assert len(found.rows()) >= 1
    found.plot().canvas.draw()


def test_class_names_are_told_in_rows_and_refused_where_unknown():
    found = Reliability.from_predictions(predictions(200, 3, names=["a", "b", "c"]))
    assert {row["class"] for row in found.rows()} == {None, "a", "b", "c"}
    assert found.plot(of="b").axes[0].get_ylabel() == "share that is b"
    with pytest.raises(LinocutError, match="class 'd' is none of the classes a, b, c"):
        found.plot(of="d")


def test_curves_of_many_classes_are_the_twelve_farthest_off():
    figure = Reliability.from_predictions(predictions(500, 20)).plot_classes()
    assert len(figure.axes) == 24
    figure.canvas.draw()


def test_the_display_draws_where_it_is_told():
    from matplotlib.figure import Figure

    figure = Figure()
    axes = figure.subplots(1, 2)
    Reliability.from_predictions(predictions(300, 3)).plot(axes[0])
    CalibrationError.from_predictions(predictions(300, 3)).plot(axes[1])
    assert axes[0].get_ylabel() == "share correctly classified"
    assert axes[1].get_xlabel() == "smooth calibration error, %"


def test_it_takes_a_classifier_of_scikit_learn():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 2))
    y = np.where(X[:, 0] + rng.normal(size=200) > 0, "yes", "no")
    model = LogisticRegression().fit(X, y)
    found = CalibrationError.from_estimator(model, X, y)
    assert [name for name, _ in found.classes] == ["no", "yes"]
    # Of two classes, one's probability is off by as much as the other's.
    one, other = (error.measured for _, error in found.classes)
    assert one == pytest.approx(other, rel=1e-3)


def test_scores_are_scikit_learns_and_the_parts_add_up():
    made = predictions(500, 4)
    found = ProperScores.from_predictions(made)
    P = made.probabilities.astype(float)
    P /= P.sum(axis=1, keepdims=True)
    assert found.log_loss.value == pytest.approx(log_loss(made.labels, P), rel=1e-5)
    theirs = brier_score_loss(made.labels, P, labels=[0, 1, 2, 3], scale_by_half=False)
    assert found.brier.value == pytest.approx(theirs, rel=1e-5)
    parts = found.miscalibration - found.discrimination + found.uncertainty
    assert parts.sum() == pytest.approx(found.brier.value, rel=1e-6)
    shares = np.bincount(made.labels) / 500
    assert_allclose(found.uncertainty, shares * (1 - shares), atol=1e-12)
    assert (found.miscalibration >= -1e-12).all()
    assert (found.discrimination >= -1e-12).all()


def test_a_model_that_is_too_sure_is_said_to_be():
    made = predictions(3000, 3)
    sharp = made.probabilities.astype(float) ** 3
    sharp /= sharp.sum(axis=1, keepdims=True)
    found = CalibrationError.from_predictions(Predictions.from_arrays(made.labels, sharp))
    assert found.top.told_apart
    assert found.overconfidence > 0
    assert "too sure" in found.sentence
    assert "too sure" in found.plot()._suptitle.get_text()
    assert not CalibrationError.from_predictions(made).top.told_apart


@pytest.fixture(scope="module")
def digits():
    return load_dataset("digits")


def test_held_out_images_are_training_images_that_were_not_fitted_on(digits):
    model = ImageClassifier(OneVsRestRegression(C=0.01)).fit(digits)
    held = held_out_predictions(model, digits)
    assert (held.labels == digits.train.labels[held.images]).all()
    assert 0.15 < len(held.labels) / len(digits.train) < 0.25
    # The finished model has seen them, and is surer of them.
    seen = model.scores(digits.train.images[held.images])
    assert not np.allclose(seen, held.scores, atol=1e-3)


@pytest.mark.parametrize("method", ["temperature", "confidence", "vector"])
@pytest.mark.parametrize("estimator", [LeastSquaresClassifier(), OneVsRestRegression(C=0.01)])
def test_a_calibrated_model_gives_the_probabilities_that_were_fitted(digits, estimator, method):
    model = ImageClassifier(estimator).fit(digits)
    held = held_out_predictions(model, digits)
    found = calibrate(model, held, method)
    test = digits.test.images
    S = model.scores(test)
    link = found.model._link
    assert_allclose(
        found.model.predict_proba(test), link.probabilities(found.scaling(S)), atol=1e-4
    )
    assert f"{len(held.labels):,} images held out" in found.sentence
    assert json.loads(found.to_json())["method"] == method
    if method != "vector":
        assert (found.model.predict(test) == model.predict(test)).all()


def test_calibration_refuses_predictions_of_other_classes(digits):
    model = ImageClassifier(LeastSquaresClassifier()).fit(digits)
    with pytest.raises(LinocutError, match="the model's class 2 is none of the classes 0, 1"):
        calibrate(model, predictions(30, 2))
    held = held_out_predictions(model, digits)
    only = held.labels == 3
    one = Predictions(
        held.class_names, held.labels[only], held.scores[only], held.probabilities[only]
    )
    with pytest.raises(LinocutError, match="held-out images of 1 classes"):
        calibrate(model, one)


def test_all_ways_are_judged_on_the_same_images(digits):
    model = ImageClassifier(LeastSquaresClassifier()).fit(digits)
    names = np.array(digits.class_names)
    test = Predictions.from_estimator(model, digits.test.images, names[digits.test.labels])
    found = compare_calibrations(model, held_out_predictions(model, digits), test)
    plain, temperature, confidence, *_ = found.ways
    assert plain.accuracy == temperature.accuracy == confidence.accuracy
    assert plain.accuracy.value == test.evaluation.accuracy
    assert plain.log_loss.value == pytest.approx(test.evaluation.log_loss, rel=1e-4)
    assert [row["foldable"] for row in found.rows()] == [True] * 4 + [False]
    assert "on 359 others" in found.sentence
    found.plot().canvas.draw()
