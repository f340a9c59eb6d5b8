"""Few points that look like all of them."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linocut.evaluate.curves.thinning import thinned, thinned_in_views

steps = st.lists(st.tuples(st.integers(0, 5), st.integers(-3, 5)), min_size=1, max_size=200)


def line(increments):
    x, y = np.cumsum(np.vstack([(0, 0), increments]), axis=0).T.astype(float)
    return x / max(x.max(), 1), y / max(np.abs(y).max(), 1)


def distances(x, y, kept):
    """Return the distance of each point from the line through the points kept."""
    away = np.zeros(len(x))
    for start, end in pairwise(kept):
        a, b = np.array([x[start], y[start]]), np.array([x[end], y[end]])
        points = np.stack([x[start : end + 1], y[start : end + 1]], axis=1)
        d = b - a
        along = np.clip((points - a) @ d / max(d @ d, 1e-300), 0, 1)
        away[start : end + 1] = np.linalg.norm(points - a - along[:, None] * d, axis=1)
    return away


@settings(deadline=None)
@given(steps)
def test_all_points_left_out_are_close_where_there_is_room_for_enough(increments):
    x, y = line(increments)
    kept = thinned(x, y, most=len(x))
    assert kept[0] == 0
    assert kept[-1] == len(x) - 1
    assert (np.diff(kept) > 0).all()
    assert distances(x, y, kept).max() <= 5e-4 + 1e-12


@settings(deadline=None)
@given(steps, st.integers(2, 30))
def test_no_more_points_are_kept_than_asked_for(increments, most):
    x, y = line(increments)
    assert len(thinned(x, y, most)) <= most


def test_more_points_come_nearer():
    x = np.linspace(0, 1, 2000)
    y = np.sqrt(x)
    far = [distances(x, y, thinned(x, y, most)).max() for most in (5, 20, 80)]
    assert far[0] > far[1] > far[2]
    assert far[2] < 0.001


def test_views_share_the_points_and_keep_both_ends():
    x = np.linspace(0, 1, 3000)
    y = np.sqrt(x)
    rare = np.log(np.maximum(x, 1e-4)) / np.log(1e4)
    kept = thinned_in_views([(x, y), (rare, y)], 60)
    assert len(kept) <= 60
    assert {0, 2999} <= set(kept.tolist())
    assert (np.diff(kept) > 0).all()


@pytest.mark.parametrize("n", [1, 2])
def test_short_lines_stay_as_they_are(n):
    x = np.arange(n, dtype=float)
    assert thinned(x, x).tolist() == list(range(n))
