"""Weights and means as the page holds them: exactly where they fit, else rounded and said so."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from linocut.report.stacks import Stacks, as_float32, numbers, rounded

SINGLE = st.floats(-1e6, 1e6, width=32)
VALUES = array_shapes(min_dims=3, max_dims=3, max_side=5).flatmap(
    lambda shape: arrays(np.float64, shape, elements=SINGLE)
)


@settings(deadline=None)
@given(VALUES)
def test_float32_numbers_come_back_as_they_were(values):
    np.testing.assert_array_equal(numbers(as_float32(values)), values.astype(np.float32))


@settings(deadline=None)
@given(VALUES, st.sampled_from([("int8", 127), ("int16", 32767)]))
def test_rounding_moves_no_number_by_more_than_half_a_step(values, kind):
    dtype, steps = kind
    largest = np.abs(values).max(axis=(1, 2))
    moved = np.abs(numbers(rounded(values, largest, dtype)) - values)
    half = largest / steps / 2
    product = 2.0**-23 * np.abs(values)  # the page multiplies in float32
    assert (moved <= 1.001 * half[:, None, None] + product + 1e-30).all()


def test_values_end_at_the_limit():
    values = np.array([[[-9.0, 0.5, 3.0]]])
    np.testing.assert_allclose(numbers(rounded(values, 2.0, "int8")), [[[-2, 0.504, 2]]], atol=1e-3)


def test_numbers_are_rounded_only_where_not_all_would_fit():
    assert Stacks.for_numbers(1_000, budget=6_000).exact
    assert not Stacks.for_numbers(1_000, budget=5_000).exact


def test_what_does_not_fit_any_more_is_not_held():
    noise = np.random.default_rng(0).normal(size=(10, 20, 20))
    stacks = Stacks.for_numbers(noise.size * 4, budget=12_000)
    places = [stacks.add(noise, 3.0), stacks.add(noise, 3.0), stacks.add(noise, 3.0)]
    assert places == [0, 1, None]
    assert sum(len(stack.data) for stack in stacks.held) <= 12_000
    assert stacks.add(np.zeros((10, 20, 20)), 1.0) == 2


@pytest.mark.parametrize("dtype", ["int8", "int16"])
def test_a_class_of_zeros_stays_zero(dtype):
    values = np.zeros((2, 1, 3))
    values[1] = [[1.0, -1.0, 0.5]]
    found = numbers(rounded(values, np.abs(values).max(axis=(1, 2)), dtype))
    assert not found[0].any()
    np.testing.assert_allclose(found[1], values[1], atol=0.01)
