"""Models fitted on rows on disk: the weights of arrays, in memory that does not grow with them."""

import tracemalloc

import numpy as np
import pytest
from sklearn.model_selection import StratifiedKFold

from linocut.core import LinocutError
from linocut.models import (
    BinaryRegression,
    ClassMeans,
    GradientDescentClassifier,
    LeastSquaresClassifier,
    OneVsRestRegression,
    SoftmaxRegression,
    SoftmaxRegressionCV,
    regularisation_path,
)
from linocut.solve.rows import open_rows

MODELS = [
    SoftmaxRegression(0.1, tol=1e-3),
    SoftmaxRegression(1e-3, l1_ratio=1.0, tol=1e-2),
    OneVsRestRegression(0.1, tol=1e-3),
    SoftmaxRegressionCV([1e-3, 1e-1], cv=StratifiedKFold(2), tol=1e-3),
    LeastSquaresClassifier(),
    ClassMeans(),
    GradientDescentClassifier(steps=20, random_state=0),
]


def problem(n=3000, d=30, K=3, dtype=np.float32):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, d)).astype(np.float32)
    y = (X[:, :K] * 2 + rng.gumbel(size=(n, K))).argmax(axis=1)
    return (X * 40 + 128).clip(0, 255).astype(dtype) if dtype == np.uint8 else X.astype(dtype), y


def saved(folder, X, y, **more):
    for k, rows in enumerate(np.array_split(np.arange(len(X)), 4)):
        np.save(folder / f"x-{k}.npy", X[rows])
        np.save(folder / f"y-{k}.npy", np.asarray(y)[rows])
    return open_rows(folder, **more)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
def test_weights_are_those_of_the_array(model, tmp_path):
    X, y = problem()
    here = model.fit(X, y).coef_
    assert (model.fit(saved(tmp_path, X, y)).coef_ == here).all()


@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64])
def test_each_type_is_computed_as_in_an_array(dtype, tmp_path):
    X, y = problem(dtype=dtype)
    model = SoftmaxRegression(1e-3, tol=1e-3)
    here = model.fit(X, y).coef_
    source = saved(tmp_path, X, np.array(["a", "b", "c"])[y])
    assert (model.fit(source).coef_ == here).all()
    assert model.classes_.tolist() == ["a", "b", "c"]
    assert model.score(source, np.array(["a", "b", "c"])[y]) > 0.7


def test_half_precision_is_computed_in_single(tmp_path):
    X, y = problem(dtype=np.float16)
    model = SoftmaxRegression(0.1, tol=1e-3)
    assert (
        model.fit(saved(tmp_path, X, y)).coef_ == model.fit(X.astype(np.float32), y).coef_
    ).all()


def test_numbers_beyond_single_precision_are_computed_in_double(tmp_path):
    X, y = problem()
    X *= 1e13
    model = SoftmaxRegression(1e-27, tol=1e-3)
    assert (model.fit(saved(tmp_path, X, y)).coef_ == model.fit(X, y).coef_).all()


def test_weights_of_a_source_count_and_rows_without_are_left_out(tmp_path):
    X, y = problem()
    weights = np.random.default_rng(1).integers(0, 3, len(X)).astype(float)
    source = saved(tmp_path, X, y, weights=weights)
    for model in (SoftmaxRegression(0.1, tol=1e-3, class_weight="balanced"), ClassMeans()):
        assert (model.fit(source).coef_ == model.fit(X, y, weights).coef_).all()


def test_labels_given_take_the_place_of_those_of_the_source(tmp_path):
    X, y = problem()
    source, model = saved(tmp_path, X, y), BinaryRegression(0.1, tol=1e-3)
    assert (model.fit(source, y == 0).coef_ == model.fit(X, y == 0).coef_).all()


def test_images_keep_their_shape(tmp_path):
    X, y = problem(d=30, dtype=np.uint8)
    source = saved(tmp_path, X.reshape(-1, 5, 6), y)
    assert ClassMeans().fit(source).templates_.shape == (3, 5, 6)
    with pytest.raises(LinocutError, match=r"image_shape=\(6, 5\)"):
        ClassMeans(image_shape=(6, 5)).fit(source)


def test_a_path_takes_a_source(tmp_path):
    X, y = problem()
    here = regularisation_path(X, y, [1e-3, 1e-1], tol=1e-3)
    there = regularisation_path(saved(tmp_path, X, y), Cs=[1e-3, 1e-1], tol=1e-3)
    assert (here.coef == there.coef).all()
    assert (here.train_loss == there.train_loss).all()


def test_a_source_without_labels_is_told(tmp_path):
    np.save(tmp_path / "x.npy", problem()[0])
    with pytest.raises(LinocutError, match="has no labels"):
        SoftmaxRegression().fit(open_rows(tmp_path / "x.npy"))


def test_memory_does_not_grow_with_the_rows(tmp_path):
    """What grows is labels and their like, some hundred bytes a row; a row has a thousand here."""
    X, y = problem(n=5_000, d=1024, dtype=np.uint8)
    peaks = []
    for times in (4, 10):
        folder = tmp_path / str(times)
        folder.mkdir()
        source = saved(folder, np.tile(X, (times, 1)), np.tile(y, times))
        tracemalloc.start()
        ClassMeans().fit(source)
        SoftmaxRegression(1e-6, tol=0.5).fit(source)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] - peaks[0] < 0.25 * 6 * X.nbytes
