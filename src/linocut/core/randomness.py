"""Where random draws begin."""

from __future__ import annotations

import numbers

import numpy as np

from linocut.core.errors import LinocutError

RandomState = int | np.random.Generator | np.random.RandomState | None

SEEDS = 2**32  # scikit-learn takes none from there up


def seed_of(random_state: RandomState) -> int:
    """Return the seed of all draws of one call.

    Parameters
    ----------
    random_state : int, numpy.random.Generator, numpy.random.RandomState or None
        An integer is the seed itself; a generator draws it, so that the next call has another;
        None takes it from the operating system.

    Raises
    ------
    LinocutError
        If it is none of these.

    Examples
    --------
    >>> seed_of(7), seed_of(np.random.default_rng(0)) == seed_of(np.random.default_rng(0))
    (7, True)
    """
    if isinstance(random_state, np.random.RandomState):
        return int(random_state.randint(SEEDS, dtype=np.int64))
    if isinstance(random_state, np.random.Generator):
        return int(random_state.integers(SEEDS))
    if random_state is None:
        return int(np.random.default_rng().integers(SEEDS))
    if isinstance(random_state, numbers.Integral) and 0 <= random_state < SEEDS:
        return int(random_state)
    raise LinocutError(
        f"random_state={random_state!r} — an integer from 0 to {SEEDS - 1}, a numpy.random."
        "Generator or RandomState, or None"
    )
