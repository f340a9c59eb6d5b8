"""Cut a set without a test part in two."""

from __future__ import annotations

import numbers

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.core.randomness import SEEDS

RUNS = 25  # of each class's rows
HELD_OUT = 5  # one run of so many is for validation


def check_split(split: str) -> None:
    """Raise a `LinocutError` unless the word names a way to split."""
    if split not in {"stratified", "ordered"}:
        raise LinocutError(f"split {split!r} — either stratified or ordered")


def check_test_size(test_size: float) -> None:
    """Raise a `LinocutError` unless it is a share."""
    if not 0 < test_size < 1:
        raise LinocutError(f"test size {test_size!r} — a share above 0 and below 1 is needed")


def check_seed(seed: int) -> None:
    """Raise a `LinocutError` unless scikit-learn takes the number, too."""
    if not (isinstance(seed, numbers.Integral) and 0 <= seed < SEEDS):
        raise LinocutError(f"seed {seed!r} — a whole number from 0 to {SEEDS - 1}")


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
    check_test_size(test_size)
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


def hold_out(
    labels: NDArray[np.int64], *, split: str = "given", random_state: int = 42
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Hold a fifth of each class out for validation, in a few runs of rows that follow each other.

    Rows that lie side by side are often of one writer, or one page. Those on both sides of a random
    split make a model look good that knows the hand; in runs, few writers are on both.

    Parameters
    ----------
    labels : int64 array, shape (n,)
        Class of each row of the training part.
    split : str
        How the test part came about (see `ImageDataset`): where it holds the last rows of each
        class, the validation part is cut in the same way.
    random_state : int
        Seed of the draw of runs.

    Returns
    -------
    fit, validation : integer arrays
        Rows in ascending order; all rows twice where no class has two.

    Examples
    --------
    >>> fit, validation = hold_out(np.repeat([0, 1], 50))
    >>> len(fit), len(validation)
    (80, 20)
    """
    if split == "ordered":
        fit, held = split_rows(labels, test_size=0.2, split="ordered")
    else:
        fit, held = _in_runs(labels, np.random.default_rng(random_state))
    if len(held) == 0:
        fit = held = np.arange(len(labels))
    return fit, held


def _in_runs(
    labels: NDArray[np.int64], rng: np.random.Generator
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Cut the rows of each class into runs and hold one of every `HELD_OUT` out, drawn by lot."""
    turn = rng.integers(HELD_OUT, size=RUNS // HELD_OUT)
    held = np.zeros(len(labels), bool)
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        if len(rows) < 2:
            continue
        if len(rows) < RUNS:  # too few for runs
            held[rng.permutation(rows)[: max(1, len(rows) // HELD_OUT)]] = True
            continue
        run = np.arange(len(rows)) * RUNS // len(rows)
        held[rows[run % HELD_OUT == turn[run // HELD_OUT]]] = True
    return np.flatnonzero(~held), np.flatnonzero(held)
