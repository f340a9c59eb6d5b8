"""A class whose name no font can write has one number, that of its place in the whole set."""

import re

import numpy as np
import pytest
from matplotlib.text import Text
from sklearn.pipeline import make_pipeline

from linocut.classifier import ImageClassifier
from linocut.data import load_dataset
from linocut.explain import (
    SharedInk,
    explain,
    shift_map,
    smallest_flip,
    templates_of,
    training_coefficients,
)
from linocut.features import PrincipalPairs
from linocut.models import SoftmaxRegression

# For private use: no font gives them a meaning.
NAMES = np.array([chr(0x10FF00 + k) for k in range(10)])


@pytest.fixture(scope="module")
def digits():
    return load_dataset("digits")


@pytest.fixture(scope="module")
def model(digits):
    return ImageClassifier().fit(digits.train.images, NAMES[digits.train.labels])


def numbers_in(figure):
    texts = " ".join(text.get_text() for text in figure.findobj(Text))
    return set(map(int, re.findall(r"[№#](\d+)", texts)))


def test_evidence_is_for_and_against_classes_by_their_numbers(model, digits):
    image = digits.test.images[0]
    evidence = explain(model, image, label=NAMES[6], versus=NAMES[3])
    assert numbers_in(evidence.plot()) == {7, 4}
    assert "classes" not in evidence.to_dict()


def test_a_flip_names_both_classes_by_their_numbers(model, digits):
    flip = smallest_flip(model, digits.test.images[0])
    expected = {1 + NAMES.tolist().index(str(name)) for name in (flip.label, flip.versus)}
    figure = flip.plot(title="")
    assert numbers_in(figure) == expected
    assert "given by their positions among all classes" in figure.get_supxlabel()


def test_a_map_of_shifts_names_one_class_alike_in_cells_and_scale(model, digits):
    shifts = shift_map(model, digits.test.images[0], 2)
    figure = shifts.plot(title="")
    expected = {1 + NAMES.tolist().index(str(shifts.classes[k])) for k in shifts.predicted.ravel()}
    assert numbers_in(figure) == expected
    label = 1 + NAMES.tolist().index(str(shifts.label))
    assert re.fullmatch(f"for [№#]{label}", figure.axes[-1].get_title())


def test_training_images_are_of_a_class_by_its_number(model, digits):
    coefficients = training_coefficients(model, digits.train.images, NAMES[digits.train.labels])
    assert numbers_in(coefficients.plot(NAMES[8])) == {9}


@pytest.mark.parametrize("rung", ["linear", "quadratic"])
def test_some_of_the_templates_keep_their_numbers(rung, model, digits):
    if rung == "quadratic":
        pairs = make_pipeline(PrincipalPairs(5), SoftmaxRegression(tol=1e-2))
        rows = slice(0, 300)
        model = ImageClassifier(pairs).fit(
            digits.train.images[rows], NAMES[digits.train.labels[rows]]
        )
    templates = templates_of(model, digits.train.images)
    assert numbers_in(templates.plot(only=[7, 2])) == {8, 3}
    assert numbers_in(templates.plot()) == set(range(1, 11))


def test_some_of_the_classes_that_share_ink_keep_their_numbers(digits):
    ink = SharedInk.fit(digits.train.images, NAMES[digits.train.labels])
    overlap = ink.overlap(digits.test.images[0])
    assert numbers_in(overlap.plot(title="", only=[9, 0])) == {10, 1}
