"""Few points of a curve that look like all of them."""

from __future__ import annotations

import heapq
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from linocut.evaluate.intervals import Floats

MOST = 200  # points of a curve
CLOSE = 5e-4  # of the axis: no point nearer to the line drawn is worth keeping


def thinned_in_views(
    views: Sequence[tuple[Floats, Floats]], most: int = MOST, close: float = CLOSE
) -> NDArray[np.intp]:
    """Choose the points that keep the shape of a curve on several pairs of axes at once.

    A logarithmic axis shows what lies in the corner of a linear one.

    Parameters
    ----------
    views : sequence of pairs of float64 arrays, shape (T,)
        The same points on each pair of axes, each axis about one long.
    most, close
        As of `thinned`; each view has the same part of the points.

    Examples
    --------
    >>> x, y = np.array([0.0, 1e-4, 1e-3, 1.0]), np.array([0.0, 0.0, 1.0, 1.0])
    >>> thinned(x, y).tolist(), thinned_in_views([(x, y), (x**0.25, y)]).tolist()
    ([0, 2, 3], [0, 1, 2, 3])
    """
    kept = [thinned(x, y, max(2, most // len(views)), close) for x, y in views]
    return np.unique(np.concatenate(kept))


def thinned(x: Floats, y: Floats, most: int = MOST, close: float = CLOSE) -> NDArray[np.intp]:
    """Choose the points of a line that keep its shape, both ends among them.

    The point farthest from the line drawn so far is taken, until all are close or enough are.

    Parameters
    ----------
    x, y : float64 arrays, shape (T,)
        Points in the order of the line.
    most : int
        Largest number to keep, at least two.
    close : float
        Distance at which a point adds nothing.

    Returns
    -------
    intp array
        Positions of the points kept, rising.

    Notes
    -----
    D. Douglas and T. Peucker, "Algorithms for the reduction of the number of points required to
    represent a digitized line or its caricature", Cartographica 10 (1973), the worst point first.

    Examples
    --------
    >>> thinned(np.array([0.0, 0.1, 0.2, 1.0]), np.array([0.0, 0.5, 1.0, 1.0])).tolist()
    [0, 2, 3]
    """
    corners = _corners(x, y)
    return corners[_by_distance(x[corners], y[corners], most, close)]


def _corners(x: Floats, y: Floats) -> NDArray[np.intp]:
    """Return the points where the line turns: of runs along an axis only their ends."""
    moved = np.flatnonzero((np.diff(x) != 0) | (np.diff(y) != 0)) + 1
    places = np.concatenate([[0], moved])  # of equal points in a row the first
    dx, dy = np.diff(x[places]), np.diff(y[places])
    turns = dx[1:] * dy[:-1] != dx[:-1] * dy[1:]
    # Back along the same line is a turn, too.
    turns |= (dx[1:] * dx[:-1] < 0) | (dy[1:] * dy[:-1] < 0)
    return np.unique(np.concatenate([[0], places[1:-1][turns], [len(x) - 1]]))


def _by_distance(x: Floats, y: Floats, most: int, close: float) -> NDArray[np.intp]:
    last = len(x) - 1
    if last < 2:
        return np.arange(len(x))
    kept = [0, last]
    # Farthest first: the heap holds each stretch by its negative distance.
    stretches = [_farthest(x, y, 0, last)]
    while stretches and len(kept) < most:
        distance, at, start, end = heapq.heappop(stretches)
        if -distance <= close:
            break
        kept.append(at)
        for first, second in ((start, at), (at, end)):
            if second - first > 1:
                heapq.heappush(stretches, _farthest(x, y, first, second))
    return np.sort(np.array(kept))


def _farthest(x: Floats, y: Floats, start: int, end: int) -> tuple[float, int, int, int]:
    """Return the point between two that is farthest from the line from one to the other."""
    px, py = x[start + 1 : end] - x[start], y[start + 1 : end] - y[start]
    dx, dy = x[end] - x[start], y[end] - y[start]
    length = dx * dx + dy * dy
    along = np.clip((px * dx + py * dy) / length, 0, 1) if length else np.zeros(len(px))
    distance = np.hypot(px - along * dx, py - along * dy)
    at = int(distance.argmax())
    return -float(distance[at]), start + 1 + at, start, end
