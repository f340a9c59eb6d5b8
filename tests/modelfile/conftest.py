"""Finished models to be saved, fitted once for all tests of the room."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from linocut.classifier import ImageClassifier
from linocut.data import ImageDataset, load_dataset
from linocut.ladder import Ladder, climb, recipes


@pytest.fixture(scope="session")
def digits() -> ImageDataset:
    return load_dataset("digits")


@pytest.fixture(scope="session")
def ladder(digits: ImageDataset) -> Ladder:
    return climb(digits, rungs=[each.name for each in recipes() if each.linear])


@pytest.fixture(scope="session")
def model_of(ladder: Ladder) -> Callable[[str], ImageClassifier]:
    """Return the finished model of a rung fitted on the digits."""
    return lambda name: next(rung.model for rung in ladder.rungs if rung.name == name)
