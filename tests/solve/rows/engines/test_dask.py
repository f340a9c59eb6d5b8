"""The same bits on a cluster of processes as on threads, for all that can be fitted there."""

import pickle
import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from linocut.core import LinocutError
from linocut.core.blocks import ArrayBlocks
from linocut.core.gram import gram_matrix
from linocut.features import Decorrelate, PrincipalComponents, Scaling
from linocut.models import (
    BinaryRegression,
    ClassMeans,
    LeastSquaresClassifier,
    OneVsRestRegression,
    SoftmaxRegression,
    regularisation_path,
)
from linocut.solve.rows import open_rows, placed
from linocut.solve.rows.engines.dask import DaskBlocks

from .conftest import K, N

pytestmark = pytest.mark.filterwarnings("ignore:.*:ResourceWarning")


@pytest.fixture(scope="module", autouse=True)
def cluster(start):
    with start(2) as started:
        yield started[0]


def same(a, b):
    return (
        a.coef_.tobytes() == b.coef_.tobytes() and a.intercept_.tobytes() == b.intercept_.tobytes()
    )


def fitted(model, *given, **more):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return clone(model).fit(*given, **more)


@pytest.mark.parametrize(
    "model",
    [
        SoftmaxRegression(1e-4, tol=1e-6),
        SoftmaxRegression(1e-6, l1_ratio=1.0, tol=1e-3),
        SoftmaxRegression(1e-4, class_weight="balanced", fit_intercept=False, tol=1e-3),
        OneVsRestRegression(1e-4, tol=1e-3),
        LeastSquaresClassifier(10.0),
        ClassMeans("difference"),
    ],
    ids=lambda model: type(model).__name__,
)
def test_weights_are_those_of_threads_to_the_last_bit(model, rows):
    there = clone(model).set_params(engine="dask")
    assert same(fitted(model, *rows), fitted(there, *rows))


def test_weights_of_rows_count_alike_and_rows_without_weight_are_left_out(rows):
    weights = np.random.default_rng(1).uniform(0, 2, N).round(1)  # some are zero
    model = BinaryRegression(1e-4, tol=1e-4)
    X, y = rows[0], rows[1] > 0
    there = fitted(model.set_params(engine="dask"), X, y, weights)
    assert same(fitted(model.set_params(engine="threads"), X, y, weights), there)


def test_rows_on_disk_are_read_by_the_workers_with_their_labels(rows, tmp_path):
    X, y = rows
    for k, part in enumerate(np.array_split(np.arange(N), 3)):
        np.save(tmp_path / f"x-{k}.npy", X[part])
        np.save(tmp_path / f"y-{k}.npy", np.array(["a", "b", "c"])[y[part]])
    source, model = open_rows(tmp_path), SoftmaxRegression(1e-4, tol=1e-3)
    there = fitted(clone(model).set_params(engine="dask"), source)
    assert there.classes_.tolist() == ["a", "b", "c"]
    assert same(fitted(model, source), there)
    assert same(fitted(model, X, y), there)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_a_memory_map_travels_by_its_name(rows, dtype, tmp_path):
    np.save(tmp_path / "x.npy", (rows[0] / 255).astype(dtype))
    X = np.load(tmp_path / "x.npy", mmap_mode="r")
    model = SoftmaxRegression(0.1, tol=1e-3)
    there = fitted(clone(model).set_params(engine="dask"), X, rows[1])
    assert same(fitted(model, X, rows[1]), there)


def test_a_path_is_the_same(rows):
    here, there = (
        regularisation_path(*rows, [1e-6, 1e-4], tol=1e-3, engine=engine)
        for engine in ("threads", "dask")
    )
    assert here.coef.tobytes() == there.coef.tobytes()
    assert here.train_loss.tolist() == there.train_loss.tolist()


def test_transformers_before_a_model_are_fitted_there_too(rows):
    X, y = rows

    def on(engine):
        steps = Scaling("standardise"), PrincipalComponents(8, full=1.0), Decorrelate()
        chain = make_pipeline(*steps, SoftmaxRegression(1e-2, tol=1e-3))
        return chain.fit(placed(open_rows(X), engine), y)

    here, there = on("threads"), on("dask")
    assert here[1].components_.tobytes() == there[1].components_.tobytes()
    assert same(here[-1], there[-1])
    assert (here.predict(X[:100]) == there.predict(X[:100])).all()


@pytest.mark.parametrize("n_workers", [1, 3, 4])
def test_the_number_of_workers_changes_no_bit(n_workers, cluster, rows):
    from distributed import Client

    cluster.scale(n_workers)
    client = Client.current()
    client.wait_for_workers(n_workers, timeout=120)
    while len(client.nthreads()) > n_workers:
        pass
    model = SoftmaxRegression(1e-4, tol=1e-3)
    assert same(fitted(model, *rows), fitted(model.set_params(engine="dask"), *rows))


def test_blocks_answer_as_those_of_threads_do(rows):
    X, y = rows
    here = ArrayBlocks(X, np.float32, y.astype(np.int64))
    there = placed(open_rows(X), "dask", y=y)
    assert (there.shape, there.dtype, there.total) == (here.shape, here.dtype, here.total)
    assert there.bounds(4) == here.bounds(4)
    some = np.random.default_rng(0).integers(0, N, 500)
    few = there.take(some)
    assert few.array.dtype == np.uint8  # as they are stored
    assert (few.array == X[some]).all()
    assert (few.y == y[some]).all()
    assert (there.dense(some[:5], np.array([3, 1])) == X[some[:5]][:, [3, 1]]).all()
    assert len(there.take(some[:0])) == 0
    narrow = np.array([0, 4, 5])
    assert (gram_matrix(there.columns(narrow)) == gram_matrix(here.columns(narrow))).all()
    starts = [rows.start for rows in here.bounds()]
    assert list(there.map(first, starts)) == list(here.map(first, starts))


def test_many_rows_that_are_taken_stay_with_the_workers(rows, monkeypatch):
    """A rough start fits samples of up to a third of the rows."""
    monkeypatch.setattr("linocut.solve.rows.engines.dask.MOST_BROUGHT", 50_000)
    X, y = rows
    some = np.flatnonzero(np.random.default_rng(0).random(N) < 0.5)
    here = ArrayBlocks(X, np.float32, y.astype(np.int64)).take(some)
    there = placed(open_rows(X), "dask", y=y).take(some)
    assert isinstance(there, DaskBlocks)
    assert (gram_matrix(there) == gram_matrix(here)).all()
    last = there.take(np.array([len(some) - 1]))
    assert (last.array == X[some[-1:]]).all()
    assert last.y == y[some[-1]]
    model = SoftmaxRegression(1e-4, tol=1e-3)
    assert same(fitted(model, X, y), fitted(clone(model).set_params(engine="dask"), X, y))


def first(X, y, w, start):
    """A task of the main program, or of this file: it travels whole."""
    return start, float(X[0, 0]), int(y[0])


def test_an_engine_is_a_plain_value(rows, cluster):
    model = SoftmaxRegression(1e-4, tol=1e-2, engine=cluster.scheduler_address)
    assert clone(model).engine == pickle.loads(pickle.dumps(model)).engine == model.engine
    X, y = rows[0][:400], rows[1][:400]
    search = GridSearchCV(model, {"C": [1e-6, 1e-4]}, cv=2).fit(X, y)
    here = GridSearchCV(model.set_params(engine="threads"), {"C": [1e-6, 1e-4]}, cv=2).fit(X, y)
    assert same(search.best_estimator_, here.best_estimator_)
    assert len(search.best_estimator_.classes_) == K


@pytest.mark.parametrize("engine", ["spark", "localhost:8786", 3])
def test_what_is_no_engine_is_told(engine, rows):
    with pytest.raises(LinocutError, match=r"engine=.* — 'threads', 'dask'"):
        SoftmaxRegression(engine=engine).fit(*rows)


def test_a_sparse_matrix_stays_on_threads(rows):
    from scipy import sparse

    X = sparse.csr_matrix(rows[0].astype(np.float32))
    with pytest.raises(LinocutError, match="sparse matrix — engine='threads'"):
        SoftmaxRegression(engine="dask").fit(X, rows[1])


def test_an_array_too_large_to_be_sent_is_refused(rows, monkeypatch):
    monkeypatch.setattr("linocut.solve.rows.engines.placing.MOST_EMBEDDED", 1000)
    with pytest.raises(LinocutError, match=r"save it by numpy\.save"):
        SoftmaxRegression(engine="dask").fit(*rows)
