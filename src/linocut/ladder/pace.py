"""How fast this machine is just now: seconds of the few kinds of arithmetic that rungs are made of.

Measured on one core in some hundredths of a second, so that estimates need no number of any other
machine.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.linalg import eigh

from linocut.core.blas import one_blas_thread
from linocut.core.blocks import ArrayBlocks
from linocut.core.threads import available_cores
from linocut.solve import Objective, Softmax

Clock = Callable[[], float]

SIDE = 384  # of the matrices multiplied
EIGEN_SIDE = 256  # of the matrix decomposed
ROWS, COLUMNS, CLASSES = 1024, 512, 10  # of a pass
TIMES = 3  # of which the best counts: whatever else runs only adds


@dataclass(frozen=True)
class Work:
    """What is to be computed, counted.

    Attributes
    ----------
    seconds : float
        On one core, measured; done by as many cores as there are.
    products : float
        Multiplications of large matrix products, in float32.
    narrow : float
        Multiplications of passes: rows with the weights of a few classes.
    cubes : float
        Cubes of the sides of matrices to be decomposed.
    calls : float
        Passes, however small.

    Examples
    --------
    >>> 2 * Work(seconds=1.0) + Work(calls=3)
    Work(seconds=2.0, products=0.0, narrow=0.0, cubes=0.0, calls=3.0)
    """

    seconds: float = 0.0
    products: float = 0.0
    narrow: float = 0.0
    cubes: float = 0.0
    calls: float = 0.0

    def __add__(self, other: Work) -> Work:
        pairs = zip(vars(self).values(), vars(other).values(), strict=True)
        return Work(*(mine + theirs for mine, theirs in pairs))

    def __rmul__(self, times: float) -> Work:
        return Work(*(times * value for value in vars(self).values()))


@dataclass(frozen=True)
class Pace:
    """Seconds of each kind of work.

    Attributes
    ----------
    products, narrow, cubes, calls : float
        Of one of each (see `Work`), on one core.
    cores : int
        Cores that share what can be shared.
    """

    products: float
    narrow: float
    cubes: float
    calls: float
    cores: int

    @classmethod
    def measured(cls, clock: Clock = time.perf_counter, cores: int | None = None) -> Pace:
        """Measure it: under a tenth of a second on a machine that does nothing else.

        Examples
        --------
        >>> pace = Pace.measured()
        >>> bool(pace.seconds(Work(products=1e9)) > pace.seconds(Work(products=1e8)) > 0)
        True
        """
        rng = np.random.default_rng(0)
        A = rng.random((SIDE, SIDE), np.float32)
        S = np.cov(rng.random((EIGEN_SIDE, 2 * EIGEN_SIDE)))
        large, small = _pass(rng, ROWS, COLUMNS), _pass(rng, CLASSES, CLASSES)
        with one_blas_thread():
            products = _best(clock, lambda: A @ A)
            cubes = _best(clock, lambda: eigh(S, driver="evd", check_finite=False))
            calls, narrow = _best(clock, small), _best(clock, large)
        return cls(
            products / SIDE**3,
            max(narrow - calls, 0.1 * narrow) / (2 * ROWS * COLUMNS * CLASSES),
            cubes / EIGEN_SIDE**3,
            calls,
            cores or available_cores(),
        )

    def seconds(self, work: Work) -> float:
        """Return what some work takes."""
        shared = work.seconds + work.products * self.products + work.narrow * self.narrow
        return shared / self.cores + work.cubes * self.cubes + work.calls * self.calls


def _best(clock: Clock, compute: Callable[[], Any]) -> float:
    taken = []
    for _ in range(TIMES):
        began = clock()
        compute()
        taken.append(clock() - began)
    return max(min(taken), 1e-7)


def _pass(rng: np.random.Generator, n: int, d: int) -> Callable[[], Any]:
    X, y = rng.random((n, d), np.float32), np.arange(n) % CLASSES
    blocks = ArrayBlocks(X, np.dtype(np.float32), y, n_threads=1)
    objective = Objective(blocks, Softmax(), 0.1, CLASSES)
    W, b = np.zeros((CLASSES, d)), np.zeros(CLASSES)
    return lambda: objective.at(W, b)
