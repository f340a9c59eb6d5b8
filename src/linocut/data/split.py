"""Cut a set without a test part in two."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError


def check_split(split: str) -> None:
    """Raise a `LinocutError` unless the word names a way to split."""
    if split not in {"stratified", "ordered"}:
        raise LinocutError(f"split {split!r} — either stratified or ordered")


def split_rows(
    labels: NDArray[np.int64], *, test_size: float = 0.2, seed: int = 42, split: str = "stratified"
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Choose the rows of the train and of the test part, class by class.

    Parameters
    ----------
    labels : int64 array, shape (n,)
        Class of each row.
    test_size : float
        Share of each class that goes to the test part, between 0 and 1. Each class with at least
        two rows has at least one in either part.
    seed : int
        Seed of the draw; the ordered split draws nothing.
    split : {"stratified", "ordered"}
        Draw rows at random within each class, or keep the last rows of each class for the test:
        for sets that come writer by writer, so that no writer is in both parts.

    Returns
    -------
    train, test : integer arrays
        Rows in ascending order, disjoint, together all rows.

    Raises
    ------
    LinocutError
        If ``test_size`` is no share or ``split`` is not known.

    Examples
    --------
    >>> train, test = split_rows(np.array([0, 0, 0, 1, 1, 1]), test_size=0.3, split="ordered")
    >>> test.tolist()
    [2, 5]
    """
    if not 0 < test_size < 1:
        raise LinocutError(f"test size {test_size!r} — a share above 0 and below 1 is needed")
    check_split(split)
    rng = np.random.default_rng(seed)
    test = np.zeros(len(labels), dtype=bool)
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        if len(rows) < 2:
            continue
        count = int(np.clip(round(test_size * len(rows)), 1, len(rows) - 1))
        chosen = rows[-count:] if split == "ordered" else rng.permutation(rows)[:count]
        test[chosen] = True
    return np.flatnonzero(~test), np.flatnonzero(test)
