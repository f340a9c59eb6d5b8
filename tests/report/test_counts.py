"""Confusion matrices without their zeros, and the order that puts confused classes together."""

import base64

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from linocut.report.counts import side_by_side, sparse


def unpacked(packed):
    return np.frombuffer(base64.b64decode(packed.data), packed.dtype).reshape(packed.shape)


def dense(counts):
    filled = unpacked(counts.filled)
    matrix = np.zeros((len(filled), len(filled)), np.int64)
    rows = np.repeat(np.arange(len(filled)), filled)
    matrix[rows, unpacked(counts.columns)] = unpacked(counts.counts)
    return matrix


MATRICES = st.integers(1, 7).flatmap(
    lambda K: arrays(np.int64, (K, K), elements=st.integers(0, 3) | st.integers(0, 100_000))
)


@settings(deadline=None)
@given(MATRICES)
def test_every_cell_comes_back(matrix):
    counts = sparse(matrix)
    np.testing.assert_array_equal(dense(counts), matrix)
    assert counts.left_out == 0


@settings(deadline=None)
@given(MATRICES, st.integers(0, 20))
def test_the_diagonal_and_the_most_frequent_mistakes_are_kept(matrix, most):
    counts = sparse(matrix, most)
    found = dense(counts)
    np.testing.assert_array_equal(np.diag(found), np.diag(matrix))
    mistakes = matrix[~np.eye(len(matrix), dtype=bool)]
    kept = found[~np.eye(len(matrix), dtype=bool)]
    np.testing.assert_array_equal(
        np.sort(kept)[::-1][:most], np.sort(mistakes)[::-1][:most][: len(kept)]
    )
    assert np.count_nonzero(kept) <= most
    assert counts.left_out == mistakes.sum() - kept.sum()
    np.testing.assert_array_equal(unpacked(counts.true), matrix.sum(axis=1))
    np.testing.assert_array_equal(unpacked(counts.predicted), matrix.sum(axis=0))


@settings(deadline=None)
@given(MATRICES)
def test_an_order_holds_every_class_once(matrix):
    order = side_by_side(matrix, np.eye(len(matrix)))
    assert sorted(order.tolist()) == list(range(len(matrix)))


def test_classes_that_get_mixed_up_stand_side_by_side():
    rng = np.random.default_rng(0)
    group = rng.permutation(np.repeat(np.arange(10), 4))
    confusion = 20 * np.eye(40, dtype=np.int64) + 3 * (group[:, None] == group)
    order = side_by_side(confusion, np.eye(40))
    assert np.count_nonzero(np.diff(group[order])) == 9


def test_without_mistakes_the_means_decide():
    place = np.random.default_rng(0).permutation(12)
    likeness = np.exp(-np.abs(place[:, None] - place) / 3.0)
    order = side_by_side(5 * np.eye(12, dtype=np.int64), likeness)
    assert np.abs(np.diff(place[order])).max() == 1
