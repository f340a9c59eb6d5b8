"""Twice as many images again and again, as long as there is time."""

from __future__ import annotations

import time
from collections.abc import Iterator

FIRST = 125  # images


def doubling(n: int, seconds: float | None, first: int = FIRST) -> Iterator[slice]:
    """Yield the next images to take, as many as before, until all n are or time would run out.

    Whoever asks for the next has worked on those before; from how long that took it is estimated
    whether there is time for as many again. The first are taken in any case.

    Examples
    --------
    >>> [(some.start, some.stop) for some in doubling(400, None)]
    [(0, 125), (125, 250), (250, 400)]
    >>> [some.stop for some in doubling(400, 0.0)]
    [125]
    """
    began, done = time.perf_counter(), 0
    while done < n:
        until = min(n, max(first, 2 * done))
        if done and seconds is not None:
            expected = (time.perf_counter() - began) * until / done
            if expected > seconds:
                return
        yield slice(done, until)
        done = until
