"""Measure the solver against its limits: passes, the speed of one pass, memory, growth with rows.

    python benchmarks/solver.py [--seeds 5] [--seconds 150] [passes] [pass] [memory] [growth] [weak]

MNIST is looked for in ``$LINOCUT_DATA``. Every measurement runs in a process of its own. The race
against other solvers is another script.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from linocut.core.blas import one_blas_thread
from linocut.core.blocks import ArrayBlocks
from linocut.core.threads import available_cores
from linocut.data import load_dataset
from linocut.report.collecting import machine
from linocut.solve import Fit, Objective, Sigmoids, Softmax, minimise
from linocut.solve.compact import compacted

Array = np.ndarray
COPIES = 16  # shifted by up to two pixels either way


def problem(images: Array, labels: Array) -> Objective:
    """Softmax with C = 1 on pixels from 0 to 1, on the bytes as they are."""
    rows = images.reshape(len(images), -1)
    y = np.asarray(labels, dtype=np.int64)
    # W for pixels/255 is 255 W for bytes: the penalty is 255² times as much.
    return Objective(ArrayBlocks(rows, np.float32, y=y), Softmax(), 255**2 / len(y), 10)


def mnist() -> Objective:
    train = load_dataset("mnist").train
    return problem(train.images, train.labels.astype(int))


def passes_to(fit: Fit, distance: float, optimum: float) -> float:
    return next(
        line.passes for line in fit.record.iterations if line.objective <= optimum * (1 + distance)
    )


def measure_passes(seeds: int) -> None:
    objective = mnist()
    fits = [minimise(objective, tol=1e-6, random_state=seed) for seed in range(seeds)]
    optimum = minimise(objective, tol=1e-9).point.value
    print("| passes to | 1e-2 | 1e-3 | 1e-4 | 1e-5 | 1e-6 | proof of 1e-6 |")
    print("|---|---|---|---|---|---|---|")
    columns = [
        [passes_to(fit, distance, optimum) for fit in fits]
        for distance in (1e-2, 1e-3, 1e-4, 1e-5, 1e-6)
    ]
    columns.append([fit.record.last.passes for fit in fits])
    medians = " | ".join(f"{statistics.median(column):.1f}" for column in columns)
    extremes = " | ".join(f"{min(column):.1f} to {max(column):.1f}" for column in columns)
    print(f"| median of {seeds} seeds | {medians} |\n| smallest to largest | {extremes} |")


def measure_pass(repeats: int = 25) -> None:
    """One pass on both cores, and reading the same pixels as float32 at memory speed."""
    objective = mnist()
    floats = objective.blocks.array.astype(np.float32).reshape(-1)
    rng = np.random.default_rng(0)
    W, b = rng.normal(size=(10, 784)) / 2550, np.zeros(10)
    cores = available_cores()
    parts = np.array_split(floats, cores)
    compact = Objective(compacted(objective.blocks), Softmax(), objective.penalty, 10)
    with ThreadPoolExecutor(cores) as pool, one_blas_thread():
        reading = timed(lambda: list(pool.map(np.max, parts)), repeats)
        plain = timed(lambda: objective.at(W, b), repeats)
        fast = timed(lambda: compact.at(W, b), repeats)
    gigabytes = floats.nbytes / reading / 1e9
    print("| what | ms, median | times the reading |\n|---|---|---|")
    print(f"| reading the pixels as float32 ({gigabytes:.0f} GB/s) | {1e3 * reading:.1f} | 1 |")
    print(f"| loss + gradient, compiled loops | {1e3 * fast:.1f} | {fast / reading:.1f} |")
    print(f"| loss + gradient, NumPy | {1e3 * plain:.1f} | {plain / reading:.1f} |")


def timed(call: Callable[[], object], repeats: int) -> float:
    call()
    seconds = []
    for _ in range(repeats):
        began = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def measure_memory() -> None:
    objective = mnist()
    fit, above = peak_above(lambda: minimise(objective, tol=1e-6))
    print("| peak memory above the data and the imports, MNIST to 1e-6 | target |\n|---|---|")
    print(f"| {above / 1e6:.0f} MB ({fit.record.last.passes:.0f} passes) | ≤ 200 MB |")


def peak_above(call: Callable[[], Fit]) -> tuple[Fit, float]:
    """Run it and watch the process's own memory; mapped files are not its own."""
    before, peak, done = own_memory(), [0], threading.Event()

    def watch() -> None:
        while not done.wait(0.005):
            peak[0] = max(peak[0], own_memory())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        return call(), max(peak[0], own_memory()) - before
    finally:
        done.set()
        watcher.join()


def own_memory() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon"):
            return 1024 * int(line.split()[1])
    raise SystemExit("this measurement needs Linux")


def measure_growth() -> None:
    train = load_dataset("mnist").train
    print("| rows | passes to 1e-4 | s | memory above the start |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for copies in (1, 4, COPIES):
            command = [sys.executable, __file__, "grown", folder, "--copies", str(copies)]
            write_shifted(Path(folder) / "images.npy", train.images, copies)
            subprocess.run(command, check=True)


def write_shifted(path: Path, images: Array, copies: int) -> None:
    shifts = sorted(
        ((dy, dx) for dy in range(-2, 3) for dx in range(-2, 3)), key=lambda at: max(map(abs, at))
    )
    n, h, w = images.shape
    out = np.lib.format.open_memmap(path, "w+", np.uint8, (n * copies, h, w))
    for copy, shift in enumerate(shifts[:copies]):
        out[copy * n : (copy + 1) * n] = np.roll(images, shift, axis=(1, 2))
    out.flush()


def measure_grown(folder: Path, copies: int) -> None:
    labels = np.tile(load_dataset("mnist").train.labels.astype(int), copies)
    images = np.load(folder / "images.npy", mmap_mode="r")
    objective = problem(images, labels)
    fit, above = peak_above(lambda: minimise(objective, tol=1e-5))
    passes = passes_to(fit, 1e-4, fit.point.value)
    seconds = next(line.seconds for line in fit.record.iterations if line.passes == passes)
    print(f"| {len(labels):,} | {passes:.1f} | {seconds:.1f} | {above / 1e6:.0f} MB |", flush=True)


def measure_weak(seconds: float) -> None:
    """Fit with next to no penalty: C = 1 where the pixels are large."""
    mnist_, kannada = (load_dataset(name).train for name in ("mnist", "kannada-mnist"))
    raw = mnist_.images.reshape(len(mnist_), -1)
    deviation = raw.std(axis=0)
    standard = (raw - raw.mean(axis=0)) / np.where(deviation > 0, deviation, 1)
    fits = {
        "MNIST, raw bytes": (raw, mnist_.labels, Softmax()),
        "MNIST, standardised": (standard.astype(np.float32), mnist_.labels, Softmax()),
        "Kannada-MNIST, raw bytes, one-vs-rest": (
            kannada.images.reshape(len(kannada), -1), kannada.labels, Sigmoids(),
        ),
    }  # fmt: skip
    print("| C = 1, to 1e-4 | passes | s | objective | proven within | target |")
    print("|---|---|---|---|---|---|")
    for name, (X, labels, loss) in fits.items():
        y = np.asarray(labels, np.int64)
        objective = Objective(ArrayBlocks(X, np.float32, y), loss, 1 / len(y), 10)
        fit = minimise(objective, tol=1e-4, callback=lambda line: line.seconds > seconds)
        last = fit.record.last
        print(
            f"| {name} | {last.passes:,.0f} | {last.seconds:.1f} | {last.objective:.8f} "
            f"| {last.gap:.1e} | 1e-4 in 30 s |",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    known = ["passes", "pass", "memory", "growth", "weak"]
    parser.add_argument("what", nargs="*", default=known)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=150, help="for each weak penalty")
    parser.add_argument("--copies", type=int, default=1, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.what[0] == "grown":
        return measure_grown(Path(arguments.what[1]), arguments.copies)
    for wrong in set(arguments.what) - set(known):
        parser.error(f"{wrong!r} is no measurement — one of {', '.join(known)}")
    if len(arguments.what) > 1:
        print(machine() + "\n")
        for what in arguments.what:
            command = [sys.executable, __file__, what, "--seeds", str(arguments.seeds)]
            command += ["--seconds", str(arguments.seconds)]
            subprocess.run(command, check=True, env=os.environ)
            print()
    elif arguments.what == ["passes"]:
        measure_passes(arguments.seeds)
    elif arguments.what == ["weak"]:
        measure_weak(arguments.seconds)
    else:
        {"pass": measure_pass, "memory": measure_memory, "growth": measure_growth}[
            arguments.what[0]
        ]()


if __name__ == "__main__":
    main()
