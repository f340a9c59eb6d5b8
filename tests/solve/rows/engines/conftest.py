"""A real cluster of worker processes on this machine, and rows enough for several parts.

The clusters' ports are random; under pytest-xdist the files are to be handed out whole
(``--dist loadfile``), or each worker of pytest would start clusters of its own.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import numpy as np
import pytest

from linocut.solve.rows.engines.placing import LEAST_ROWS

N, D, K = 4 * LEAST_ROWS + 5_000, 12, 3  # five parts, the last of them short


@pytest.fixture(scope="session")
def start(need) -> Callable:
    """Start a cluster of so many processes, with a client."""
    need(importlib.util.find_spec("distributed") is not None, "distributed is not installed")

    @contextmanager
    def started(n_workers: int, **settings) -> Iterator[tuple]:
        import dask
        from distributed import Client, LocalCluster

        quiet = {"distributed.worker.memory.terminate": False, **settings}
        with dask.config.set(quiet):
            cluster = LocalCluster(
                n_workers=n_workers,
                threads_per_worker=1,
                processes=True,
                dashboard_address=":0",
                silence_logs=50,
            )
            try:
                with Client(cluster) as client:
                    yield cluster, client
            finally:
                # After `scale` its list of workers may lack one that is told to have left: all
                # processes have ended by then.
                with suppress(KeyError):
                    cluster.close()

    return started


@pytest.fixture(scope="session")
def rows() -> tuple[np.ndarray, np.ndarray]:
    """Bytes and their classes, drawn by a softmax."""
    rng = np.random.default_rng(0)
    X = rng.integers(0, 256, (N, D)).astype(np.uint8)
    W = rng.normal(size=(D, K)) / 90
    return X, (X @ W + rng.gumbel(size=(N, K))).argmax(axis=1)
