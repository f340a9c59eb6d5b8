"""Predictions, made of plain arrays and of any classifier."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from linocut.classifier import ImageClassifier
from linocut.core import LinocutError
from linocut.data import load_dataset
from linocut.evaluate import Predictions

HALVES = np.full((3, 2), 0.5)


def test_labels_are_found_among_the_names() -> None:
    result = Predictions.from_arrays(["dog", "cat", "dog"], HALVES, class_names=["cat", "dog"])
    assert_array_equal(result.labels, [1, 0, 1])


def test_labels_of_numbers_are_found_among_names_of_numbers() -> None:
    result = Predictions.from_arrays([7, 3, 7], HALVES, class_names=np.array([3, 7]))
    assert_array_equal(result.labels, [1, 0, 1])
    assert result.class_names == ("3", "7")


def test_scores_are_logarithms_where_none_are_given() -> None:
    result = Predictions.from_arrays([0], [[0.9, 0.1]])
    assert_allclose(result.scores, np.log([[0.9, 0.1]]), rtol=1e-6)


@pytest.mark.parametrize(
    ("labels", "shares", "said"),
    [
        ([0, 1], HALVES, r"labels of shape \(2,\)"),
        ([], np.empty((0, 2)), r"labels of shape \(0,\)"),
        ([0, 0, 2], HALVES, "label 2 is none of the classes"),
        ([0, 0.5, 1], HALVES, "label 0.5 is none of the classes"),
        ([0], [[0.5, 0.6]], "row 0 sum to 1.1"),
        ([0], [[1.5, -0.5]], "row 0 hold -0.5"),
        ([0], [[np.nan, 1.0]], "row 0 sum to nan"),
    ],
)
def test_what_is_no_distribution_or_no_label_is_refused(
    labels: list[float], shares: np.ndarray, said: str
) -> None:
    with pytest.raises(LinocutError, match=said):
        Predictions.from_arrays(labels, shares)


def test_a_label_unseen_in_training_is_refused() -> None:
    model = LogisticRegression().fit([[0.0], [1.0]], ["a", "b"])
    with pytest.raises(LinocutError, match="label c is none of the classes that the model knows"):
        Predictions.from_estimator(model, [[0.0]], ["c"])


def test_an_image_classifier_keeps_its_scores_and_probabilities() -> None:
    digits = load_dataset("digits")
    model = ImageClassifier().fit(digits)
    names = np.asarray(digits.class_names)[digits.test.labels]
    result = Predictions.from_estimator(model, digits.test.images, names)
    assert_allclose(result.probabilities, model.predict_proba(digits.test.images), atol=1e-6)
    assert_array_equal(result.labels, digits.test.labels)


def test_a_classifier_without_probabilities_gets_the_softmax_of_its_scores() -> None:
    model = LinearSVC().fit([[0.0], [1.0], [0.1], [0.9]], [0, 1, 0, 1])
    result = Predictions.from_estimator(model, [[0.0], [1.0]], [0, 1])
    margin = model.decision_function([[0.0], [1.0]])
    assert_allclose(result.probabilities[:, 1], 1 / (1 + np.exp(-margin)), rtol=1e-5)
