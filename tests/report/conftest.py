"""A real ladder on real digits, and ladders made up image by image."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier

from linocut.data import ImageDataset, ImagePart, load_dataset
from linocut.evaluate import Predictions
from linocut.ladder import Ladder, Rung, climb
from linocut.report import Document, collect

RUNGS = ["mean-dot", "mean-difference", "nearest-mean", "least-squares", "one-vs-rest", "softmax"]


@pytest.fixture(scope="session")
def digits() -> ImageDataset:
    return load_dataset("digits")


@pytest.fixture(scope="session")
def ladder(digits: ImageDataset) -> Ladder:
    return climb(digits, rungs=RUNGS)


@pytest.fixture(scope="session")
def document(digits: ImageDataset, ladder: Ladder) -> Document:
    return collect(digits, ladder, command="linocut report digits")


def _make_dataset(
    test_labels: Any, class_names: tuple[str, ...], train_labels: Any = None, **fields: Any
) -> ImageDataset:
    rng = np.random.default_rng(0)
    k = len(class_names)
    parts = []
    for given in (np.tile(np.arange(k), 5) if train_labels is None else train_labels, test_labels):
        labels = np.asarray(given, dtype=np.int64)
        images = rng.integers(0, 256, (len(labels), 6, 5)).astype(np.uint8)
        parts.append(ImagePart(images, labels))
    return ImageDataset("made-up", class_names, *parts, **fields)


def _make_rung(
    dataset: ImageDataset,
    predicted: Any,
    *,
    probabilities: Any = "sure",
    train_predicted: Any = None,
    name: str = "made",
    **fields: Any,
) -> Rung:
    predicted = np.asarray(predicted, dtype=np.int64)
    k, names = dataset.n_classes, dataset.class_names
    if train_predicted is None:
        train_predicted = dataset.train.labels
    if isinstance(probabilities, str):
        probabilities = np.full((len(predicted), k), 0.05 / max(k - 1, 1), dtype=np.float32)
        probabilities[np.arange(len(predicted)), predicted] = 0.95
    given = {
        "short": name.capitalize(), "title": name.capitalize(), "description": "Made up.",
        "linear": False,
        "model": DummyClassifier(), "chosen": {},
        "fit_seconds": 0.1, "total_seconds": 0.2,
        "validation_accuracy": 0.9, "validation_rows": 100, "parameters": 10, "bytes": 40,
        "converged": True,
    } | fields  # fmt: skip

    def predictions(labels: Any, said: Any, shares: Any) -> Predictions:
        scores = np.eye(k, dtype=np.float32)[np.asarray(said)]
        return Predictions(names, labels, scores, np.asarray(shares, dtype=np.float32))

    on_train = np.full((len(dataset.train), k), 1 / k)
    return Rung(
        name=name,
        on_train=predictions(dataset.train.labels, train_predicted, on_train),
        on_test=predictions(dataset.test.labels, predicted, probabilities),
        on_validation=None,
        **given,
    )


@pytest.fixture(scope="session")
def make_dataset() -> Callable[..., ImageDataset]:
    return _make_dataset


@pytest.fixture(scope="session")
def make_rung() -> Callable[..., Rung]:
    return _make_rung
