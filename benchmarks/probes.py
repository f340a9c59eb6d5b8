"""The fits that users of linear probes do, by scikit-learn's LogisticRegression and by ours.

    python benchmarks/probes.py [TASK …] [--scale 1.0] [--seconds 300] [--threads N] [--json FILE]

Each task is a series of fits as its users call them, the same calls for both, on rows drawn at
random in their shapes. Reported are the seconds of the first fit and the median of the others
(wall time and CPU time: on a busy machine the second is the steadier), and how far above the best
objective known each answer is, relatively: scikit-learn's tolerance is of a gradient and promises
nothing of that. A series ends after ``--seconds``; figures are of the fits done until then.
``--scale`` takes that share of the rows. With ``--threads 1`` BLAS has one thread.
"""

from __future__ import annotations

import argparse
import json
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import log_softmax
from sklearn import linear_model
from sklearn.multiclass import OneVsRestClassifier
from threadpoolctl import threadpool_limits

from linocut.models import LogisticRegression

Floats = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Call:
    """One fit: arguments, rows and labels."""

    arguments: dict[str, Any]
    X: Any
    y: NDArray[Any]


@dataclass(frozen=True, eq=False)
class Task:
    """A series of fits.

    Attributes
    ----------
    told : str
        Who does this, in which shape.
    calls : callable
        Makes the fits for a share of the rows.
    one_vs_rest : bool
        Whether each class is fitted against the rest.
    """

    told: str
    calls: Callable[[float], Iterator[Call]]
    one_vs_rest: bool = False


@dataclass
class Times:
    """What a series took."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    values: list[float] = field(default_factory=list)


def embeddings(n: int, d: int, K: int, *, seed: int = 0, signal: float = 0.5) -> tuple[Floats, Any]:
    """Draw unit vectors in float32 that lean to the direction of their class."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, K, n)
    y[:K] = np.arange(K)
    X = (signal * rng.normal(size=(K, d)).astype(np.float32))[y]
    X += rng.normal(size=(n, d)).astype(np.float32)
    X /= np.linalg.norm(X, axis=1, keepdims=True)
    return X, y


def heads(K: int) -> Callable[[float], Iterator[Call]]:
    """SetFit and MTEB: heads on a few dozens of sentences, by the hundred."""

    def calls(scale: float) -> Iterator[Call]:
        for seed in range(100):
            X, y = embeddings(max(2 * K, int(128 * scale)), 768, K, seed=seed)
            yield Call({"max_iter": 100}, X, y)

    return calls


def dino(scale: float) -> Iterator[Call]:
    """DINOv2: 45 values of C, rows in float32, a tolerance of 1e-12."""
    X, y = embeddings(int(10_000 * scale), 384, 20)
    for C in 10.0 ** np.linspace(-6, 5, 45):
        yield Call({"C": C, "max_iter": 1000, "tol": 1e-12}, X, y)


def clip(scale: float) -> Iterator[Call]:
    """The README of CLIP: CIFAR-10 through ViT-B/32."""
    X, y = embeddings(int(50_000 * scale), 512, 10)
    yield Call({"random_state": 0, "C": 0.316, "max_iter": 1000}, 10 * X, y)


def pathology(scale: float) -> Iterator[Call]:
    """Slides: C = d K / 100, balanced, bootstraps of the training part of a fold."""
    X, y = embeddings(int(2000 * scale), 1024, 5)
    rng = np.random.default_rng(0)
    for _ in range(20):
        rows = rng.integers(0, len(y), len(y))
        own = {"C": 1024 * 5 / 100, "class_weight": "balanced", "max_iter": 10_000}
        yield Call(own, X[rows], y[rows])


def celltypist(scale: float) -> Iterator[Call]:
    """Cell types from log-transformed counts of genes, each against the rest."""
    rng = np.random.default_rng(0)
    n, d, K = int(10_000 * scale), 2000, 10
    y = rng.integers(0, K, n)
    rates = rng.gamma(0.2, 1.0, (K, d))
    X = sparse.csr_matrix(np.log1p(rng.poisson(rates[y])).astype(np.float32))
    yield Call({"C": 1.0, "max_iter": 1000, "multi_class": "ovr"}, X, y)


def activations(scale: float) -> Iterator[Call]:
    """A yes or no read off the activations of a language model."""
    X, y = embeddings(int(100_000 * scale), 4096, 2, signal=0.1)
    for C in (1e-3, 1e-1, 10.0):
        yield Call({"C": C, "max_iter": 1000}, 10 * X, y)


TASKS = {
    **{f"heads-{K}": Task(f"heads, 128 × 768 × {K}", heads(K)) for K in (2, 5, 10, 20)},
    "dino": Task("DINOv2 probe, 10,000 × 384 × 20, 45 C", dino),
    "clip": Task("CLIP README, 50,000 × 512 × 10", clip),
    "pathology": Task("pathology probes, 2,000 × 1,024 × 5, 20 bootstraps", pathology),
    "celltypist": Task("celltypist, 10,000 × 2,000 × 10, sparse", celltypist, one_vs_rest=True),
    "activations": Task("activation probe, 100,000 × 4,096 × 2", activations),
}


def theirs(arguments: dict[str, Any]) -> Any:
    """Return scikit-learn's model for a call, which no longer knows ``multi_class``."""
    own = dict(arguments)
    apart = own.pop("multi_class", None) == "ovr"
    model = linear_model.LogisticRegression(**own)
    return OneVsRestClassifier(model) if apart else model


CONTENDERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "linocut": lambda arguments: LogisticRegression(**arguments),
    "scikit-learn": theirs,
}


def objective(model: Any, call: Call) -> float:
    """Return scikit-learn's objective divided by C n, in float64."""
    C, n = call.arguments.get("C", 1.0), len(call.y)
    w = np.ones(n)
    if call.arguments.get("class_weight") == "balanced":
        amounts = np.bincount(call.y)
        w = (n / (len(amounts) * amounts))[call.y]
    if isinstance(model, OneVsRestClassifier):
        W = np.vstack([each.coef_ for each in model.estimators_])
        b = np.concatenate([each.intercept_ for each in model.estimators_])
    else:
        W, b = model.coef_, model.intercept_
    W, b = W.astype(np.float64), b.astype(np.float64)
    losses = []
    for start in range(0, n, 5000):
        part = slice(start, start + 5000)
        Z = np.asarray(call.X[part] @ W.T) + b
        y = call.y[part]
        if call.arguments.get("multi_class") == "ovr":
            signs = np.where(np.arange(len(W)) == y[:, None], -1.0, 1.0)
            losses.append(np.logaddexp(0, signs * Z).sum(axis=1))
            continue
        Z = np.column_stack([np.zeros(len(Z)), Z]) if Z.shape[1] == 1 else Z
        losses.append(-log_softmax(Z, axis=1)[np.arange(len(y)), y])
    return float((w @ np.concatenate(losses) + 0.5 * np.vdot(W, W) / C) / w.sum())


def timed(make: Callable[[dict[str, Any]], Any], calls: Iterator[Call], seconds: float) -> Times:
    """Do fits until the time is over."""
    times = Times()
    for call in calls:
        began, began_cpu = time.perf_counter(), time.process_time()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = make(call.arguments).fit(call.X, call.y)
        times.wall.append(time.perf_counter() - began)
        times.cpu.append(time.process_time() - began_cpu)
        times.values.append(objective(model, call))
        if sum(times.wall) > seconds:
            break
    return times


def compared(name: str, scale: float, seconds: float) -> dict[str, Any]:
    """Run one task with both contenders; return and print what came of it."""
    task, found = TASKS[name], {}
    for who, make in CONTENDERS.items():
        found[who] = timed(make, task.calls(scale), seconds)
    fits = min(len(times.wall) for times in found.values())
    best = np.min([times.values[:fits] for times in found.values()], axis=0)
    print(f"{task.told}: {fits} fits")
    rows = []
    for who, times in found.items():
        later = slice(1, fits) if fits > 1 else slice(0, 1)
        row = {
            "task": name,
            "who": who,
            "fits": fits,
            "first": times.wall[0],
            "median": float(np.median(times.wall[later])),
            "median_cpu": float(np.median(times.cpu[later])),
            "total": sum(times.wall[:fits]),
            "worst_distance": float(np.max(np.array(times.values[:fits]) / best - 1)),
        }
        rows.append(row)
        print(
            f"  {who:13} first {row['first']:9.4f} s, median {row['median']:9.4f} s "
            f"(CPU {row['median_cpu']:9.4f}), all {row['total']:8.2f} s, "
            f"at most {row['worst_distance']:.1e} above the best"
        )
    return {"told": task.told, "rows": rows}


def main() -> None:
    """Run the tasks that are named, or all of them."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("tasks", nargs="*", metavar="TASK", help=", ".join(TASKS))
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    unknown = set(given.tasks) - set(TASKS)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(TASKS)}")
    limit = threadpool_limits(given.threads) if given.threads else nullcontext()
    with limit:
        results = {
            name: compared(name, given.scale, given.seconds) for name in given.tasks or TASKS
        }
    if given.json:
        given.json.write_text(json.dumps(results, indent=1), "utf-8")


if __name__ == "__main__":
    main()
