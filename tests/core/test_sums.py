"""Sums have one order, which the number of parts alone determines."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linocut.core.sums import FAN, tree_sum


@given(st.integers(1, 200), st.integers(0, 3), st.integers(0, 1000))
def test_branches_may_be_added_up_where_they_lie(n, level, seed):
    """Whoever holds 4^p neighbours adds them up alone, and the total has the same bits."""
    random = np.random.default_rng(seed)
    numbers = random.normal(size=n) * 10.0 ** np.minimum(np.arange(n), 9)
    size = FAN**level
    branches = [tree_sum(numbers[start : start + size]) for start in range(0, n, size)]
    assert tree_sum(branches) == tree_sum(numbers)


def test_float32_is_summed_in_float64():
    small = np.float32(2.0**-24)
    assert tree_sum([np.float32(1), *[small] * 3]) == 1 + 3 * 2.0**-24
    [total] = tree_sum([np.array([1], np.float32), *[np.array([small])] * 3])
    assert total == 1 + 3 * 2.0**-24


def test_what_is_summed_is_left_as_it_was():
    parts = [(np.ones(2), 1), (np.ones(2), 2)]
    total, count = tree_sum(parts)
    assert total.tolist() == [2, 2]
    assert count == 3
    assert [part.tolist() for part, _ in parts] == [[1, 1], [1, 1]]


def test_nothing_has_no_sum():
    with pytest.raises(ValueError, match="no parts"):
        tree_sum([])
