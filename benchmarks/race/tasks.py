"""The tasks of the race, each in its full size and in a small one for trying things out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, PolynomialFeatures

from benchmarks.race.synthetic import clusters, correlated, texts
from benchmarks.race.task import Features, Task
from linocut.data import load_dataset

SEED = 0
UNIT = 1 / 255
Part = tuple[NDArray[np.uint8], NDArray[np.int64]]


def make_task(name: str, *, small: bool = False) -> Task:
    """Return the task of this name."""
    return TASKS[name](small)


def _mnist(small: bool) -> Task:
    train, test = _images(small)
    title = "Digits, pixels / 255" if small else "MNIST, pixels / 255"
    return Task("mnist", title, *train, C=1.0, make=_unit_pixels, unit=UNIT, test=test)


def _mnist_one_vs_rest(small: bool) -> Task:
    train, test = _images(small)
    title = "Digits, one-vs-rest" if small else "MNIST, pixels / 255, one-vs-rest"
    return Task(
        "mnist-ovr", title, *train, C=1.0, make=_unit_pixels, unit=UNIT, one_vs_rest=True, test=test
    )


def _mnist_pairs(small: bool) -> Task:
    (train, y), (test, y_test) = _images(small)
    steps = make_pipeline(PCA(8 if small else 30, random_state=SEED), PolynomialFeatures(2))
    X = steps.fit_transform(_pixels(train, np.dtype(np.float32)))
    X_test = steps.transform(_pixels(test, np.dtype(np.float32)))
    title = "Digits, PCA(8) + degree 2" if small else "MNIST, PCA(30) + degree 2"
    return Task("mnist-pairs", title, X, y, C=1.0, make=_as_floats, test=(X_test, y_test))


def _tutorial(small: bool) -> Task:
    """Everything from bytes to weights, as scikit-learn's users write it."""
    (train, y), (test, y_test) = _images(small)
    images, labels = np.concatenate([train, test]), np.concatenate([y, y_test])
    X, X_test, y, y_test = train_test_split(
        images.reshape(len(images), -1), labels, test_size=0.2, random_state=42
    )

    k = 8 if small else 30

    def make(rows: NDArray[np.uint8], dtype: np.dtype[Any]) -> Features:
        steps = make_pipeline(
            MinMaxScaler(),
            PCA(k, random_state=SEED),
            PolynomialFeatures(2, include_bias=False),
        )
        # Bytes become float64 in MinMaxScaler; whoever wants float32 says so before.
        floats = rows if dtype == np.float64 else rows.astype(dtype)
        return Features(steps.fit_transform(floats), steps.transform)

    return Task(
        "tutorial", "Tutorial: MinMax, PCA, degree 2, fit", X, y, C=1.0, make=make, unit=0.0,
        columns=k * (k + 3) // 2, test=(X_test, y_test),
    )  # fmt: skip


def _tall(small: bool) -> Task:
    shape = (5_000, 20, 5) if small else (1_000_000, 200, 5)
    X, y = correlated(*shape, seed=SEED)
    return Task("tall", "Synthetic, tall", X, y, C=1.0, make=_as_floats)


def _text(small: bool) -> Task:
    shape = (2_000, 500, 5) if small else (100_000, 10_000, 20)
    X, y = texts(*shape, seed=SEED)
    return Task("text", "Synthetic texts, sparse", X, y, C=1.0, make=_as_floats)


def _probe(small: bool) -> Task:
    shape = (3_000, 48, 10, 0.3) if small else (200_000, 768, 100, 0.13)
    X, y = clusters(*shape, seed=SEED)
    return Task(
        "probe", "Linear probe of embeddings", X, y, C=10.0, make=_as_floats, tolerance=1e-8
    )


def _probe_wide(small: bool) -> Task:
    shape = (3_000, 64, 40, 0.3) if small else (50_000, 1_024, 1_000, 0.22)
    X, y = clusters(*shape, seed=SEED)
    return Task(
        "probe-1000", "Linear probe, many classes", X, y, C=10.0, make=_as_floats, tolerance=1e-7
    )


TASKS: dict[str, Callable[[bool], Task]] = {
    "mnist": _mnist,
    "mnist-pairs": _mnist_pairs,
    "tutorial": _tutorial,
    "mnist-ovr": _mnist_one_vs_rest,
    "tall": _tall,
    "text": _text,
    "probe": _probe,
    "probe-1000": _probe_wide,
}


def _images(small: bool) -> tuple[Part, Part]:
    if not small:
        mnist = load_dataset("mnist")
        return (mnist.train.images, mnist.train.labels), (mnist.test.images, mnist.test.labels)
    digits = load_digits()
    images = np.round(digits.images * (255 / 16)).astype(np.uint8)
    labels = digits.target.astype(np.int64)
    return (images[:1500], labels[:1500]), (images[1500:], labels[1500:])


def _unit_pixels(rows: NDArray[np.uint8], dtype: np.dtype[Any]) -> Features:
    return Features(_pixels(rows, dtype), lambda new: _pixels(new, dtype))


def _pixels(rows: NDArray[np.uint8], dtype: np.dtype[Any]) -> NDArray[np.floating[Any]]:
    X = rows.reshape(len(rows), -1).astype(dtype)
    X /= 255
    return X


def _as_floats(rows: Any, dtype: np.dtype[Any]) -> Features:
    return Features(rows.astype(dtype, copy=False), lambda new: new.astype(dtype, copy=False))
