"""A linear probe's path of penalties, by scikit-learn's lbfgs and by ours, at equal distance.

    python benchmarks/probe_path.py [--rows 10000] [--features 256] [--classes 20] [--full]
                                    [--tol 1e-4] [--warm-start] [--threads N] [--seconds 600]
                                    [--json FILE]

DINOv2's 45 values of C, from 1e-6 to 1e5, on rows drawn at random in the shape of embeddings
(float32, correlated features, classes that overlap). scikit-learn starts each C at zero, as the
probes of DINOv2, CLIP and others call it, or with ``--warm-start`` where the last one ended, which
none of them do; and is given, for every C, the loosest of the tolerances 1e-2, 1e-3, … with
which it comes within ``--tol`` of the optimum: only the seconds of that fit count. It fits in
float32 until none of them will do, and in float64 from there on. The optimum is that of a path of
ours to a thirtieth of the tolerance, which is not timed. A contender stops after ``--seconds``;
what is compared is the C that both have done, together and by parts of the grid. Wall time and CPU
time: on a busy machine the second is the steadier, and threads of BLAS that wait for each other
count in it; ``--threads 1`` takes one thread for both.
``--full`` takes 100,000 × 1,024 × 100.
"""

from __future__ import annotations

import argparse
import json
import os
import time
import warnings
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_softmax
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_info, threadpool_limits

from linocut.core.blocks import ArrayBlocks
from linocut.models.warm_starts import Climber
from linocut.report.collecting import machine
from linocut.solve import Objective, Softmax

Floats = NDArray[Any]

CS = np.logspace(-6, 5, 45)
FULL = 100_000, 1024, 100
TOLERANCES = [10.0**-k for k in range(2, 11)]
PARTS = {"1e-6 to 1e-3": (0, 1e-3), "1e-3 to 1": (1e-3, 1), "1 to 1e5": (1, np.inf)}


@dataclass
class Taken:
    """What a contender took, for each C that it has done."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    passes: list[float] = field(default_factory=list)  # scikit-learn tells its iterations
    values: list[float] = field(default_factory=list)


def embeddings(n: int, d: int, K: int, seed: int = 0) -> tuple[Floats, NDArray[np.int64]]:
    """Draw float32 rows with the falling spectrum of embeddings, and overlapping classes."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, K, n)
    y[:K] = np.arange(K)
    spectrum = (1 + np.arange(d)) ** -0.5
    rotation = np.linalg.qr(rng.normal(size=(d, d)))[0]
    means = 0.5 * rng.normal(size=(K, d)) * spectrum
    scale = np.sqrt(d / np.sum(spectrum**2))
    X = np.empty((n, d), np.float32)
    for start in range(0, n, 10_000):
        part = slice(start, start + 10_000)
        noise = rng.normal(size=(len(y[part]), d)) * spectrum
        X[part] = scale * (means[y[part]] + noise) @ rotation
    return X, y.astype(np.int64)


def objective_at(X: Floats, y: NDArray[np.int64], C: float, W: Floats, b: Floats) -> float:
    """Return scikit-learn's objective divided by C n, in float64."""
    loss = 0.0
    W, b = W.astype(np.float64), b.astype(np.float64)
    for start in range(0, len(y), 5000):
        part = slice(start, start + 5000)
        Z = X[part].astype(np.float64) @ W.T + b
        loss -= log_softmax(Z, axis=1)[np.arange(len(Z)), y[part]].sum()
    return float((loss + 0.5 * np.vdot(W, W) / C) / len(y))


def ours(X: Floats, y: NDArray[np.int64], tol: float, seconds: float, threads: int | None) -> Taken:
    """Fit the path, each C from what the ones before it left."""
    found, K = Taken(), int(y.max()) + 1
    blocks = ArrayBlocks(X, np.float32, y, n_threads=threads)
    objective = Objective(blocks, Softmax(), 1 / len(y), K)
    climber = Climber(objective, tol, 1000)
    for C in CS:
        began, began_cpu = time.perf_counter(), time.process_time()
        fit = climber.fit(float(C))
        found.wall.append(time.perf_counter() - began)
        found.cpu.append(time.process_time() - began_cpu)
        found.passes.append(fit.record.last.passes)
        found.values.append(objective_at(X, y, float(C), fit.point.W, fit.point.b))
        if sum(found.wall) > seconds:
            break
    return found


def theirs(
    X: Floats,
    y: NDArray[np.int64],
    best: list[float],
    *,
    tol: float,
    seconds: float,
    warm: bool,
) -> Taken:
    """Fit the path, each C by the loosest tolerance that is enough."""
    found, start, loosest = Taken(), None, 0
    all_seconds = 0.0
    for C, optimum in zip(CS, best, strict=False):
        at = loosest
        while True:
            model = LogisticRegression(
                C=float(C), tol=TOLERANCES[at], max_iter=20_000, warm_start=True
            )
            if warm and start is not None:
                model.coef_, model.intercept_ = start[0].copy(), start[1].copy()
            began, began_cpu = time.perf_counter(), time.process_time()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                model.fit(X, y)
            wall, cpu = time.perf_counter() - began, time.process_time() - began_cpu
            all_seconds += wall
            value = objective_at(X, y, float(C), model.coef_, model.intercept_)
            if value <= optimum * (1 + tol):
                break
            if all_seconds > seconds:
                return found
            at += 1
            if at == len(TOLERANCES):
                if X.dtype == np.float64:
                    break
                X, at = X.astype(np.float64), 0
                start = start and tuple(each.astype(np.float64) for each in start)
        # A tighter C may do with a looser tolerance again: one step back.
        start, loosest = (model.coef_, model.intercept_), max(0, at - 1)
        found.wall.append(wall)
        found.cpu.append(cpu)
        found.passes.append(float(np.max(model.n_iter_)))
        found.values.append(value)
        if all_seconds > seconds:
            break
    return found


def compared(
    n: int, d: int, K: int, *, tol: float, seconds: float, warm: bool, threads: int | None
) -> dict[str, Any]:
    """Race, print and return what came of it."""
    X, y = embeddings(n, d, K)
    best = ours(X, y, tol / 30, np.inf, threads).values
    print("the optima are known", flush=True)
    paths = {
        "linocut": ours(X, y, tol, seconds, threads),
        "scikit-learn": theirs(X, y, best, tol=tol, seconds=seconds, warm=warm),
    }
    done = min(len(each.wall) for each in paths.values())
    Cs, rows = CS[:done], []
    print(f"{n:,} × {d:,} × {K:,}, {done} of {len(CS)} C, within {tol:g} of the optimum")
    for part, (low, high) in {**PARTS, "all": (0, np.inf)}.items():
        inside = np.flatnonzero((Cs > low * 0.999) & (Cs < high * 0.999))
        if not len(inside):
            continue
        row: dict[str, Any] = {"part": part, "fits": len(inside)}
        for who, each in paths.items():
            distances = np.array(each.values)[inside] / np.array(best)[inside] - 1
            row[who] = {
                "wall": float(np.sum(np.array(each.wall)[inside])),
                "cpu": float(np.sum(np.array(each.cpu)[inside])),
                "passes": float(np.sum(np.array(each.passes)[inside])),
                "worst_distance": float(distances.max()),
            }
        row["ratio_wall"] = row["scikit-learn"]["wall"] / row["linocut"]["wall"]
        row["ratio_cpu"] = row["scikit-learn"]["cpu"] / row["linocut"]["cpu"]
        rows.append(row)
        print(f"  C {part}, {len(inside)} fits")
        for who in paths:
            one = row[who]
            what = "passes" if who == "linocut" else "iterations"
            print(
                f"    {who:13} {one['wall']:9.2f} s (CPU {one['cpu']:9.2f}), {one['passes']:8.0f} "
                f"{what}, at most {one['worst_distance']:.1e} above the optimum"
            )
        print(f"    ratio {row['ratio_wall']:.1f} (CPU {row['ratio_cpu']:.1f})")
    return {"rows": n, "features": d, "classes": K, "tol": tol, "parts": rows}


def kernels() -> str:
    """Return what computes products, with the kernel that it has chosen for this machine."""
    return ", ".join(
        sorted({f"{each['internal_api']} {each.get('architecture')}" for each in threadpool_info()})
    )


def main() -> None:
    """Run the race."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--features", type=int, default=256)
    parser.add_argument("--classes", type=int, default=20)
    parser.add_argument("--full", action="store_true", help="100,000 × 1,024 × 100")
    parser.add_argument("--tol", type=float, default=1e-4)
    parser.add_argument("--warm-start", action="store_true")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    shape = FULL if given.full else (given.rows, given.features, given.classes)
    environment = f"{machine()}; {kernels()}; load {os.getloadavg()[0]:.1f}"
    print(environment)
    with threadpool_limits(given.threads) if given.threads else nullcontext():
        result = compared(
            *shape,
            tol=given.tol,
            seconds=given.seconds,
            warm=given.warm_start,
            threads=given.threads,
        )
    if given.json:
        given.json.write_text(json.dumps({"environment": environment, **result}, indent=1), "utf-8")


if __name__ == "__main__":
    main()
