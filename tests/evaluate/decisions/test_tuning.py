"""Decisions chosen on held-out images, for a model fitted on all of them."""

import json
from dataclasses import replace

import numpy as np
import pytest

from linocut.classifier import ImageClassifier
from linocut.core import LinocutError
from linocut.data import hold_out, load_dataset
from linocut.evaluate import ForCosts, ForF1, ForPrecision, ForRisk, tune, validation_predictions
from linocut.evaluate.decisions import known_predictions
from linocut.models import LeastSquaresClassifier


@pytest.fixture(scope="module")
def digits():
    return load_dataset("digits")


@pytest.fixture(scope="module")
def model(digits):
    return ImageClassifier().fit(digits)


@pytest.fixture(scope="module")
def validation(model, digits):
    return validation_predictions(model, digits)


def test_images_are_judged_by_a_fit_without_them(validation, model, digits):
    fit, held = hold_out(digits.train.labels, split=digits.split, random_state=42)
    np.testing.assert_array_equal(validation.images, held)
    alone = ImageClassifier().fit(digits.train.images[fit], digits.train.labels[fit])
    expected = alone.predict_proba(digits.train.images[held])
    np.testing.assert_allclose(validation.probabilities, expected, atol=1e-5)
    seen = known_predictions(model, digits.class_names, digits.train.take(held))
    assert validation.evaluation.accuracy < seen.evaluation.accuracy


def test_probabilities_have_the_temperature_of_the_finished_model(digits):
    model = ImageClassifier(LeastSquaresClassifier()).fit(digits)
    model.temperature_ = 3.0
    held = validation_predictions(model, digits)
    expected = model.probabilities(held.scores)
    np.testing.assert_allclose(held.probabilities, expected, atol=1e-5)


def test_images_of_other_classes_are_left_out(model, digits):
    names = (*digits.class_names[:9], "nine")
    labels = digits.test.labels
    found = known_predictions(model, names, digits.test)
    assert len(found.labels) == (labels != 9).sum()
    assert found.class_names == tuple(map(str, model.classes_))


def test_other_images_are_refused_unless_unseen(model, digits):
    other = replace(digits, train=digits.test, test=digits.train)
    with pytest.raises(LinocutError, match="not those that the model was fitted on"):
        validation_predictions(model, other)
    assert len(validation_predictions(model, other, unseen=True).labels) == len(digits.test)


def test_one_image_a_class_leaves_none_to_hold_out(digits):
    _, first = np.unique(digits.train.labels, return_index=True)
    few = replace(digits, train=digits.train.take(first))
    with pytest.raises(LinocutError, match="no class has two training images"):
        validation_predictions(ImageClassifier().fit(few), few)


COSTS = np.column_stack([1 - np.eye(10), np.full(10, 0.1)])


@pytest.mark.parametrize("aim", [ForPrecision(0.98), ForF1(), ForRisk(0.05), ForCosts(COSTS)])
def test_what_was_chosen_is_what_the_model_decides(aim, model, validation, digits):
    test = known_predictions(model, digits.class_names, digits.test)
    tuned = tune(model, validation, aim, test=test, rejected="?")
    said = tuned.model.predict(digits.test.images)
    names = np.asarray(digits.class_names)[digits.test.labels]
    before, after = tuned.test
    assert (said != "?").sum() == after.accepted
    assert (said == names).sum() == after.correct
    assert before.coverage == 1
    assert tuned.wanted in tuned.sentence
    json.loads(tuned.to_json())
    assert len(tuned.rows()) == 4
    assert tuned.plot().axes


def test_test_images_choose_nothing(model, validation, digits):
    test = known_predictions(model, digits.class_names, digits.test)
    with_them, without = (tune(model, validation, ForF1(), test=each) for each in (test, None))
    np.testing.assert_array_equal(with_them.rule.thresholds, without.rule.thresholds)
    assert without.test is None


def test_wishes_that_cannot_be_are_refused(model, validation):
    with pytest.raises(LinocutError, match="cannot be proved at any threshold"):
        tune(model, validation, ForRisk(0.001))
    few = replace(validation, labels=(validation.labels + 1) % 10)  # every image has another label
    with pytest.raises(LinocutError, match="no class reaches a precision"):
        tune(model, few, ForPrecision(0.99))


def test_costs_that_the_probabilities_do_not_serve_are_told(model, validation):
    assert "calibrate" not in tune(model, validation, ForCosts(COSTS)).note
    flat = replace(validation, probabilities=np.full_like(validation.probabilities, 0.1))
    assert "calibrate the model first" in tune(model, flat, ForCosts(COSTS * 5)).note
