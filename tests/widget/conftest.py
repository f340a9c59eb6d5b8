"""A model of the digits to draw on."""

import pytest

from linocut.classifier import ImageClassifier
from linocut.data import load_dataset


@pytest.fixture(scope="package")
def digits():
    return load_dataset("digits")


@pytest.fixture(scope="package")
def model(digits):
    return ImageClassifier().fit(digits)
