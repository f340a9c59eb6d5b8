"""What a Dask cluster costs: a pass's overhead, a whole fit against threads, bytes sent.

    python benchmarks/dask_engine.py [--rounds 5] [--times 16] [--parts 100] [--workers 2]
                                     [--as-dask-does]

All on one machine: a cluster of worker processes with one thread each, against as many threads of
this process; run it with nothing else running. Workers keep freed memory, as those of
``--scheduler local`` do; ``--as-dask-does`` leaves them as Dask has them. Three tables are printed,
with medians over rounds.

- Overhead: a pass over rows whose arithmetic is next to nothing, in so many parts of 16,384 rows
  each, less the same pass on threads.
- Passes: one pass of the objective over MNIST in float32 and in float64, and the efficiency, which
  is the seconds on threads over those on the cluster; with the bytes that the client sends and
  gets, as counted by pickling tasks and answers.
- Fits: SoftmaxRegression(C=1e-7, tol=1e-4) on MNIST's 60,000 images, tiled so many times, as bytes
  in one .npy file that is mapped: seconds, passes, and whether the weights are the same to the bit.
  The threads' fit reads the mapped file in each pass; the cluster's loads it once, which counts.
"""

from __future__ import annotations

import argparse
import pickle
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from linocut.core.blocks import ArrayBlocks
from linocut.data import load_dataset
from linocut.models import SoftmaxRegression
from linocut.solve import Objective, Softmax
from linocut.solve.objective import WholePass
from linocut.solve.rows import KEEPING_MEMORY, open_rows, placed
from linocut.solve.rows.engines import placing
from linocut.solve.rows.engines.dask import branches_of, leaves


def seconds(run: Callable[[], Any], rounds: int) -> list[float]:
    run()  # files come into the system's cache, and code is compiled
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        run()
        taken.append(time.perf_counter() - began)
    return taken


def told(*columns: Any) -> None:
    print("  ".join(f"{column:>16}" if i else f"{column:<34}" for i, column in enumerate(columns)))


def median(times: list[float]) -> str:
    return f"{statistics.median(times):.4f} s"


def overhead(n_parts: int, workers: int, rounds: int) -> None:
    rng = np.random.default_rng(0)
    n, d, K = n_parts * placing.LEAST_ROWS, 8, 10
    X, y = rng.integers(0, 256, (n, d)).astype(np.uint8), rng.integers(0, K, n)
    W, b = rng.normal(size=(K, d)) / 100, np.zeros(K)
    # Parts as of wider rows, or these would be put into fewer.
    there = forced_parts(open_rows(X), y)
    here = ArrayBlocks(X, np.float32, y, n_threads=workers)
    passes = {}
    for name, blocks in (("threads", here), ("cluster", there)):
        objective = Objective(blocks, Softmax(), 0.1, K)
        passes[name] = seconds(lambda objective=objective: objective.at(W, b), 4 * rounds)
    over = statistics.median(passes["cluster"]) - statistics.median(passes["threads"])
    told("a pass of next to nothing", "threads", "cluster", "overhead", "tasks")
    where = there.held.places(there.cluster)
    tasks = len(list(leaves(branches_of(where, there.held.together))))
    told(
        f"{len(there.held.parts)} parts, {workers} workers",
        median(passes["threads"]),
        median(passes["cluster"]),
        f"{1e3 * over:.0f} ms",
        tasks,
    )
    print()


def forced_parts(source: Any, y: Any) -> Any:
    """Place rows in parts of the fewest rows, as wide ones are."""
    usual, placing.MOST_BYTES = placing.MOST_BYTES, 0
    try:
        return placed(source, "dask", y=y)
    finally:
        placing.MOST_BYTES = usual


def passes(path: Path, y: Any, workers: int, rounds: int) -> None:
    source, K = open_rows(np.load(path, mmap_mode="r")), 10
    W, b = np.random.default_rng(0).normal(size=(K, source.d)) / 1000, np.zeros(K)
    told(f"a pass, {source.n:,} × {source.d}", "threads", "cluster", "efficiency", "sent", "got")
    held = placed(source, "dask", y=y)
    for dtype in (np.float32, np.float64):
        here = ArrayBlocks(source.rows, dtype, y, n_threads=workers)
        both = [Objective(each, Softmax(), 0.1, K) for each in (here, held.astype(dtype))]
        times = [seconds(lambda each=each: each.at(W, b), rounds) for each in both]
        task = WholePass(W.astype(dtype), b.astype(dtype), Softmax())
        where = held.held.places(held.cluster)
        branches = len(list(leaves(branches_of(where, held.held.together))))
        answer = len(pickle.dumps((0.0, W, b)))
        told(
            np.dtype(dtype).name,
            *map(median, times),
            f"{statistics.median(times[0]) / statistics.median(times[1]):.0%}",
            f"{len(pickle.dumps(task)) / 1e3:.0f} kB × {branches}",
            f"{answer / 1e3:.0f} kB × {branches}",
        )
    print()


def fits(path: Path, y: Any, rounds: int, address: str) -> None:
    X = np.load(path, mmap_mode="r")
    told(f"a fit, {len(X):,} × {X.shape[1]}", "seconds", "least", "passes", "gap")
    models: dict[str, Any] = {}
    taken: dict[str, list[float]] = {"threads": [], address: []}
    for _ in range(rounds):  # turn by turn
        for engine, times in taken.items():
            began = time.perf_counter()
            model = SoftmaxRegression(1e-7, tol=1e-4, engine=engine).fit(X, y)
            times.append(time.perf_counter() - began)
            models[engine] = model
    for engine, times in taken.items():
        record = models[engine].record_.last
        name = "threads" if engine == "threads" else "cluster"
        told(
            name, median(times), f"{min(times):.2f} s", f"{record.passes:.1f}", f"{record.gap:.1e}"
        )
    a, b = (models[engine] for engine in taken)
    ratio = statistics.median(taken[address]) / statistics.median(taken["threads"])
    print(f"cluster / threads: {ratio:.2f}; same bits: {(a.coef_ == b.coef_).all()}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--times", type=int, default=16, help="how often MNIST is repeated")
    parser.add_argument("--parts", type=int, default=100)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument(
        "--as-dask-does", action="store_true", help="workers that give memory back to the system"
    )
    given = parser.parse_args()
    import dask
    from distributed import Client, LocalCluster

    mnist = load_dataset("mnist").train
    with (
        tempfile.TemporaryDirectory() as folder,
        dask.config.set({} if given.as_dask_does else KEEPING_MEMORY),
        LocalCluster(
            n_workers=given.workers, threads_per_worker=1, dashboard_address=":0", silence_logs=50
        ) as cluster,
        Client(cluster),
    ):
        path, rows = Path(folder) / "x.npy", mnist.images.reshape(len(mnist), -1)
        X = np.lib.format.open_memmap(
            path, "w+", np.uint8, (given.times * len(rows), rows.shape[1])
        )
        for k in range(given.times):
            X[k * len(rows) : (k + 1) * len(rows)] = rows
        X.flush()
        y = np.tile(mnist.labels.astype(np.int64), given.times)
        overhead(given.parts, given.workers, given.rounds)
        passes(path, y, given.workers, given.rounds)
        fits(path, y, given.rounds, cluster.scheduler_address)


if __name__ == "__main__":
    main()
