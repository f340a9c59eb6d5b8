"""The compiled loops do what the matrix products do, faster and in the same order always."""

from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from linocut.core.blocks import ArrayBlocks
from linocut.solve import Objective, Sigmoids, Softmax, compact, minimise
from linocut.solve.compact import CompactBlocks, CompactRows, compacted
from linocut.solve.products import whole_pass


@pytest.fixture(autouse=True, scope="module")
def _the_compiler(need):
    need(find_spec("numba") is not None, "numba is not installed")


def pixels_like(n, d, seed=0, share=0.2):
    rng = np.random.default_rng(seed)
    return (rng.integers(1, 256, (n, d)) * (rng.random((n, d)) < share)).astype(np.uint8)


@given(
    n=st.integers(1, 20),
    d=st.integers(1, 40),
    K=st.integers(1, 40),
    kind=st.sampled_from(["uint8", "dense float32", "float32", "float64", "int64 indices"]),
    dtype=st.sampled_from([np.float32, np.float64]),
    seed=st.integers(0, 1000),
)
@settings(max_examples=80, deadline=None)
def test_products_are_those_of_numpy(n, d, K, kind, dtype, seed):
    pixels = pixels_like(n, d, seed, share=0.4)
    array = pixels
    if kind == "dense float32":
        array = pixels.astype(np.float32)
    elif kind != "uint8":
        values = np.float64 if kind == "float64" else np.float32
        array = sparse.csr_matrix(pixels.astype(values))
        if kind == "int64 indices":
            array.indices = array.indices.astype(np.int64)
            array.indptr = array.indptr.astype(np.int64)
    [rows] = CompactBlocks(ArrayBlocks(array, dtype)).map(lambda X, y, w: X)
    assert isinstance(rows, CompactRows)
    assert rows.shape == (n, d)
    rng = np.random.default_rng(seed)
    W, R = rng.normal(size=(K, d)).astype(dtype), rng.normal(size=(K, n)).astype(dtype)
    tolerance = {"rtol": 1e-4, "atol": 0.02} if dtype is np.float32 else {"rtol": 1e-11}
    X = pixels.astype(np.float64)
    np.testing.assert_allclose(rows.scores(W), W.astype(np.float64) @ X.T, **tolerance)
    np.testing.assert_allclose(rows.products(R), R.astype(np.float64) @ X, **tolerance)
    np.testing.assert_allclose(
        rows.squared().products(np.ones((1, n), dtype)), (X**2).sum(axis=0)[None], rtol=1e-5
    )


@given(
    n=st.integers(1, 150),
    d=st.integers(1, 30),
    K=st.integers(2, 20),
    loss=st.sampled_from([Softmax(), Sigmoids()]),
    weighted=st.booleans(),
    size=st.sampled_from([0.02, 1.0, 5.0]),
    dtype=st.sampled_from([np.float32, np.float64]),
    seed=st.integers(0, 1000),
)
@settings(max_examples=80, deadline=None)
def test_a_whole_pass_is_its_three_parts(n, d, K, loss, weighted, size, dtype, seed):
    pixels = pixels_like(n, d, seed, share=0.4)
    [rows] = CompactBlocks(ArrayBlocks(pixels, dtype)).map(lambda X, y, w: X)
    rng = np.random.default_rng(seed)
    y = rng.integers(0, K, n)
    w = rng.random(n) if weighted else None
    # Powers of two times bytes: scores are the same in any order of summation.
    W = np.round(rng.normal(size=(K, d)) * 64 * size) / 64 / 256
    b = np.round(rng.normal(size=K) * 16) / 16
    found, G, g = whole_pass(rows, W.astype(dtype), b.astype(dtype), loss, y, w)
    X, Z = pixels.astype(np.float64), W @ pixels.T.astype(np.float64) + b[:, None]
    expected = loss.residuals(Z, y, w)
    near = 2e-6 if dtype is np.float32 else 1e-13
    assert found == pytest.approx(expected, rel=near, abs=near * n)
    # A residual is right to rounding of 1, however small it is.
    np.testing.assert_allclose(G, Z @ X, rtol=0, atol=10 * near * (X.sum(axis=0).max() + 1))
    np.testing.assert_allclose(g, Z.sum(axis=1), rtol=0, atol=10 * near * n)


def test_the_compact_objective_is_the_plain_one():
    pixels = pixels_like(9_000, 784)
    y = np.random.default_rng(1).integers(0, 10, 9_000)
    W = np.random.default_rng(2).normal(size=(10, 784)) / 2550
    plain = Objective(ArrayBlocks(pixels, np.float64, y=y), Softmax(), 0.1, 10)
    found = replace(plain, blocks=compacted(plain.blocks))
    assert isinstance(found.blocks, CompactBlocks)
    one, other = plain.at(W, np.zeros(10)), found.at(W, np.zeros(10))
    assert other.value == pytest.approx(one.value, rel=1e-13)
    np.testing.assert_allclose(other.gradient_W, one.gradient_W, rtol=1e-10, atol=1e-10)


def test_the_number_of_threads_changes_no_bit_of_a_whole_fit():
    pixels = pixels_like(9_000, 784)
    y = np.arange(9_000) % 7
    fits = [
        minimise(
            Objective(ArrayBlocks(pixels, np.float32, n_threads=threads, y=y), Softmax(), 30.0, 7),
            tol=1e-3,
        )
        for threads in (1, 2, 5)
    ]
    for fit in fits[1:]:
        assert fit.point.value == fits[0].point.value
        np.testing.assert_array_equal(fit.point.W, fits[0].point.W)
        np.testing.assert_array_equal(fit.point.b, fits[0].point.b)


def test_entries_are_kept_between_passes_only_while_they_are_few(monkeypatch):
    blocks = ArrayBlocks(pixels_like(8_000, 784), np.float32)
    few = compacted(blocks)
    list(few.map(lambda X, y, w: X.shape))
    assert few._kept
    monkeypatch.setattr(compact, "KEPT_BYTES", 1000)
    many = compacted(blocks)
    list(many.map(lambda X, y, w: X.shape))
    assert not many._kept


@pytest.mark.parametrize("reason", ["few entries", "dense bytes", "no compiler"])
def test_rows_stay_as_they_are_where_the_loops_would_not_pay(reason, monkeypatch):
    pixels = pixels_like(9_000, 784, share=0.9 if reason == "dense bytes" else 0.2)
    if reason == "few entries":
        pixels = pixels[:100]
    if reason == "no compiler":
        monkeypatch.setattr(compact, "_compiler", lambda: False)
    blocks = ArrayBlocks(pixels, np.float32)
    assert compacted(blocks) is blocks
