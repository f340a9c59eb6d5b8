"""Threads that compute several things at once and answer in the order in which they were asked."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from typing import TypeVar

S = TypeVar("S")
T = TypeVar("T")


def map_in_order(
    function: Callable[[S], T], items: Sequence[S], n_threads: int | None = None
) -> Iterator[T]:
    """Map on several threads; only a few answers wait for those before them."""
    threads = min(n_threads or available_cores(), len(items))
    if threads <= 1:
        yield from map(function, items)
        return
    pool, waiting = _pool(threads), deque[Future[T]]()
    try:
        for item in items:
            waiting.append(pool.submit(function, item))
            if len(waiting) > 2 * threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:  # whoever stops listening wants no more answers
        for future in waiting:
            future.cancel()


def available_cores() -> int:
    """Count the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@lru_cache(maxsize=4)
def _pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads, thread_name_prefix="linocut")


if hasattr(os, "register_at_fork"):  # a child has none of the threads of its parent's pools
    os.register_at_fork(after_in_child=_pool.cache_clear)
