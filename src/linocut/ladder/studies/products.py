"""What a product of two pixels is: x₁² + x₁x₂ + x₂², worked, and how one feature is spread."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.data import ImageDataset
from linocut.evaluate.intervals import percent
from linocut.features import UnitPixels
from linocut.ladder.studies.findings import Findings
from linocut.ladder.studies.variance import share_between
from linocut.plot import Line, Lines, Table

Floats = NDArray[np.float64]

ROWS = 5000  # images at most
CANDIDATES = 24  # pixels of most variance among which the two are sought
BINS = 12
NAMED = ("accent", "wrong")
COLUMNS = ("x₁", "x₂", "x₁²", "x₁x₂", "x₂²", "sum")


def study_products(dataset: ImageDataset, *, seed: int = 42) -> Findings:
    """Take the two pixels whose product says most of the classes beyond what they say alone.

    ``PolynomialFeatures(2)`` and `PrincipalPairs` make of two numbers their squares and their
    product: x₁², x₁x₂, x₂². Of both pixels being inked, a sum of the two cannot tell more than its
    parts; their product is only there if both are. How much of a feature's variance lies between
    the classes (the squared correlation ratio) is told for the pixels and for the product.

    Parameters
    ----------
    dataset : ImageDataset
        Only its training part is used.
    seed : int
        Of the images drawn.

    Raises
    ------
    LinocutError
        If fewer than two pixels ever vary.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> study = study_products(load_dataset("digits"))
    >>> all(abs(row["sum"] - row["x₁²"] - row["x₁x₂"] - row["x₂²"]) < 1e-9 for row in study.rows())
    True
    """
    part = dataset.train
    rows = np.arange(len(part))
    if len(rows) > ROWS:
        rows = np.sort(np.random.default_rng(seed).permutation(len(rows))[:ROWS])
    X = np.asarray(UnitPixels().fit_transform(part.images[rows]), np.float64)
    y = part.labels[rows]
    i, j = _pair(X, y, dataset.name)
    product = X[:, i] * X[:, j]
    width = dataset.image_shape[1]
    places = [f"({k // width}, {k % width})" for k in (i, j)]
    alone = max(share_between(X[:, k], y) for k in (i, j))
    together = share_between(product, y)
    table = tuple(_worked(X, y, i, j, dataset.class_names))
    means = np.array([product[y == k].mean() for k in np.unique(y)])
    present = np.unique(y)
    most, least = (int(present[pick(means)]) for pick in (np.argmax, np.argmin))
    names = dataset.class_names
    zero = float((product == 0).mean())
    one = max(table, key=lambda row: row["x₁x₂"])
    sentence = (
        f"Pixels {places[0]} and {places[1]}: where they are {one['x₁']:.2f} and {one['x₂']:.2f}, "
        f"x₁² + x₁x₂ + x₂² = {one['x₁²']:.2f} + {one['x₁x₂']:.2f} + {one['x₂²']:.2f} = "
        f"{one['sum']:.2f}. Their product is 0 in {percent(zero, 0)} of the images, "
        f"{means.max():.2f} in the mean for “{names[most]}” and {means.min():.2f} for "
        f"“{names[least]}”; {percent(together, 0)} of its variance lies between the classes, of "
        f"the better pixel's alone {percent(alone, 0)}."
    )
    return Findings(
        "products",
        dataset.name,
        "What a product of two pixels is",
        sentence,
        table,
        (_table(table, places), _histogram(product, y, (most, least), names, places)),
        f"{len(rows):,} training images; pixels from 0 to 1, at (row, column).",
    )


def _pair(X: Floats, y: NDArray[np.int64], name: str) -> tuple[int, int]:
    """Return the two pixels whose product gains most on the better of them."""
    variance = X.var(axis=0)
    chosen = np.flatnonzero(variance > 0)
    if len(chosen) < 2:
        raise LinocutError(f"{len(chosen)} pixels of {name} vary — two are needed for a product")
    chosen = chosen[np.argsort(-variance[chosen], kind="stable")][:CANDIDATES]
    alone = {int(k): share_between(X[:, k], y) for k in chosen}
    gains = {
        (int(a), int(b)): share_between(X[:, a] * X[:, b], y) - max(alone[int(a)], alone[int(b)])
        for at, a in enumerate(chosen)
        for b in chosen[at + 1 :]
    }
    return max(gains, key=lambda pair: gains[pair])


def _worked(
    X: Floats, y: NDArray[np.int64], i: int, j: int, names: tuple[str, ...]
) -> list[dict[str, Any]]:
    """Work the sum for one image of each of some classes."""
    rows = []
    for k in np.unique(y)[:10]:
        mine = np.flatnonzero(y == k)
        at = mine[len(mine) // 2]
        a, b = float(X[at, i]), float(X[at, j])
        cells = (a, b, a * a, a * b, b * b, a * a + a * b + b * b)
        rows.append({"class": names[int(k)], **dict(zip(COLUMNS, cells, strict=True))})
    return rows


def _table(table: tuple[dict[str, Any], ...], places: list[str]) -> Table:
    numbers = np.array([[row[name] for name in COLUMNS] for row in table])
    return Table(
        "x₁² + x₁x₂ + x₂² of one image a class: the middle term is there only where both are inked",
        f"x₁: pixel {places[0]}, x₂: pixel {places[1]}",
        [row["class"] for row in table],
        COLUMNS,
        numbers,
        [[f"{value:.2f}" for value in row] for row in numbers],
    )


def _histogram(
    product: Floats,
    y: NDArray[np.int64],
    chosen: tuple[int, int],
    names: tuple[str, ...],
    places: list[str],
) -> Lines:
    edges = np.linspace(0, 1, BINS + 1)
    middles = (edges[:-1] + edges[1:]) / 2
    lines = [Line("all", middles, np.histogram(product, edges)[0] / len(y), colour="ink")]
    for k, colour in zip(dict.fromkeys(chosen), NAMED, strict=False):
        mine = product[y == k]
        share = np.histogram(mine, edges)[0] / len(mine)
        lines.append(Line(names[k], middles, share, colour=colour, dots=True))
    return Lines(
        f"Histogram of one feature: the product of pixels {places[0]} and {places[1]}",
        "value of the product",
        "share of the images",
        tuple(lines),
        percent_y=True,
    )
