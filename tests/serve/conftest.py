"""A real server on a real socket, with a model of the digits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from linocut.classifier import ImageClassifier
from linocut.data import load_dataset
from support.serving import served


@pytest.fixture(scope="session")
def model() -> ImageClassifier:
    return ImageClassifier().fit(load_dataset("digits"))


@pytest.fixture(scope="session")
def model_file(model, tmp_path_factory) -> Path:
    return model.save(tmp_path_factory.mktemp("models") / "digits.linocut")


@pytest.fixture(scope="module")
def client(model_file) -> Iterator[httpx.Client]:
    with served(model_file) as client:
        yield client
