"""Put rows where they are to be computed with."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut._version import __version__
from linocut.core import LinocutError
from linocut.core.blocks import MOST, ArrayBlocks, Blocks, Floats, Rows
from linocut.core.sums import FAN
from linocut.solve.rows.engines.parts import cut, cuts, loaded, packed
from linocut.solve.rows.sources.held import HeldShard
from linocut.solve.rows.sources.source import RowSource

LEAST_ROWS = FAN ** (MOST + 1)  # of a part: the largest blocks, merged, as compact rows are
MOST_BYTES = 256 << 20  # of a part, unless the fewest rows take more
PARTS_A_THREAD = 8  # so that all threads end a pass at about the same time,
FEWEST_A_THREAD = 3
TASKS_A_WORKER = 2
MANY_PARTS = 1000  # but not so many that the scheduler has more to do than the workers
MOST_EMBEDDED = 1 << 30  # bytes of an array in memory that the scheduler may keep in its graph


# Settings of Dask for workers that keep freed memory. By its own, glibc in a worker takes what a
# pass computes in from the system and gives it back, block by block: a fifth of the time.
KEEPING_MEMORY = {
    "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": 1 << 30,
    "distributed.nanny.pre-spawn-environ.MALLOC_MMAP_THRESHOLD_": 1 << 29,
}


def check_engine(engine: Any) -> str:
    """Return the name of an engine; refuse what names none.

    Examples
    --------
    >>> check_engine("tcp://10.0.0.1:8786")
    'tcp://10.0.0.1:8786'
    >>> check_engine("spark")
    Traceback (most recent call last):
    linocut.core.errors.LinocutError: engine='spark' — 'threads', 'dask' (the active client) or the address of a scheduler, such as tcp://HOST:8786
    """  # noqa: E501
    if not (isinstance(engine, str) and (engine in {"threads", "dask"} or "://" in engine)):
        raise LinocutError(
            f"engine={engine!r} — 'threads', 'dask' (the active client) or the address of a "
            "scheduler, such as tcp://HOST:8786"
        )
    return engine


def reached(engine: str) -> str:
    """Return an engine that answers; before work begins, rather than in the midst of it.

    Raises
    ------
    LinocutError
        If Dask is not installed, no client is active, or no scheduler answers at the address.
    """
    if check_engine(engine) != "threads":
        from linocut.solve.rows.engines.cluster import Cluster

        Cluster.of(engine)
    return engine


def placed(
    source: RowSource,
    engine: str = "threads",
    *,
    dtype: Any = np.float32,
    y: NDArray[np.int64] | None = None,
    weights: Floats | None = None,
    kept: Rows | None = None,
) -> Blocks:
    """Return the rows of a source as blocks of an engine.

    On threads they stay where they are and are read in each pass. On Dask they are read once, by
    the workers that keep them in memory and must find the files by the same paths.

    Parameters
    ----------
    source : RowSource
        As `open_rows` returns it.
    engine : str
        ``"threads"``, ``"dask"`` for the active client, or a scheduler's address,
        ``"tcp://HOST:PORT"``.
    dtype : float32 or float64
        The float type of the arithmetic.
    y : int64 array, shape (n,), optional
        Labels from zero up; if not given, on Dask those of the source as they are, and on threads
        none.
    weights : float64 array, shape (n,), optional
        Weights; not taken from the source.
    kept : integer array, shape (n,), optional
        Take only these rows of the source, in this order.

    Raises
    ------
    LinocutError
        If there is no such engine, or the rows are an array too large to be sent along.

    Examples
    --------
    >>> from linocut.solve.rows import open_rows
    >>> placed(open_rows(np.eye(3))).shape
    (3, 3)
    """
    check_engine(engine)
    if engine == "threads":
        return ArrayBlocks(source.rows, np.dtype(dtype), y, weights, kept)
    _check_size(source)
    from linocut.solve.rows.engines.cluster import RETRIES, Cluster, shared_out
    from linocut.solve.rows.engines.dask import DaskBlocks, Held

    cluster = Cluster.of(engine)
    threads = cluster.threads()
    n, float_type = source.n if kept is None else len(kept), np.dtype(dtype)
    row_bytes, weighted = source.d * source.rows.dtype.itemsize, weights is not None
    size = part_rows(n, row_bytes, sum(threads.values()))
    stretches = cuts(n, size)
    at = shared_out(len(stretches), threads)
    given = y is not None or weights is not None
    parts = cluster.map(
        loaded,
        cluster.anchors(at),
        *zip(*(_of_part(source, kept, rows) for rows in stretches), strict=True),
        [_labels(y, weights, rows) if given else None for rows in stretches],
        [float_type.str] * len(stretches),
        [__version__] * len(stretches),
        name="load",
        retries=RETRIES,
    )
    nothing = ArrayBlocks(np.empty((0, source.d), source.rows.dtype), float_type)
    group, at_once = together(len(parts), len(threads), sum(threads.values()))
    asked = [time.monotonic()]
    held = Held(parts, size, n, float_type, row_bytes, weighted, at, group, at_once, asked)
    return DaskBlocks.of(cluster, held, nothing)


def part_rows(n: int, row_bytes: int, n_threads: int) -> int:
    """Return how many rows to keep together: a power of four, some parts for each thread.

    Examples
    --------
    >>> part_rows(960_000, 784, 2), part_rows(10**9, 784, 1024), part_rows(10**6, 60_000, 2)
    (16384, 262144, 16384)
    """
    wanted = max(FEWEST_A_THREAD * n_threads, min(PARTS_A_THREAD * n_threads, MANY_PARTS))
    rows: int = LEAST_ROWS
    while FAN * rows * row_bytes <= MOST_BYTES and n >= wanted * FAN * rows:
        rows *= FAN
    return rows


def together(n_parts: int, n_workers: int, n_threads: int) -> tuple[int, int]:
    """Return how many neighbouring parts one task computes, and how many of them at once.

    Tasks are few, since a task costs the scheduler a millisecond and its worker some more, whatever
    it computes; where they are fewer than threads, each uses several.

    Examples
    --------
    >>> together(59, 2, 2), together(100, 2, 2), together(3815, 64, 1024)
    ((4, 1), (16, 1), (16, 5))
    """
    size: int = 1
    while n_parts >= TASKS_A_WORKER * n_workers * FAN * size:
        size *= FAN
    tasks = -(-n_parts // size)
    return size, min(size, -(-n_threads // tasks))


def _of_part(source: RowSource, kept: Rows | None, rows: slice) -> tuple[RowSource, Rows | None]:
    """Return a source no larger than a part, and which of its rows are meant."""
    if kept is None:
        return cut(source, rows.start, rows.stop), None
    some = kept[rows]
    low, high = (int(some.min()), int(some.max()) + 1) if len(some) else (0, 0)
    return cut(source, low, high), some - low


def _labels(y: Any, weights: Any, rows: slice) -> tuple[Any, Any]:
    return (
        None if y is None else packed(y[rows]),
        None if weights is None else weights[rows],
    )


def _check_size(source: RowSource) -> None:
    held = sum(shard.array.nbytes for shard in source.rows.shards if isinstance(shard, HeldShard))
    if held > MOST_EMBEDDED:
        raise LinocutError(
            f"an array of {held / 1e9:.1f} GB in this process — workers take up to "
            f"{MOST_EMBEDDED / 1e9:.1f} GB from here; save it by numpy.save(path, X) where they "
            "can read it, and give numpy.load(path, mmap_mode='r')"
        )
