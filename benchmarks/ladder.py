"""Measure how far the ladder gets, how long each rung takes, and what it needs of memory.

    python benchmarks/ladder.py [--datasets mnist kannada-mnist] [--rungs scattering …] [--seeds 42]
    python benchmarks/ladder.py --speed

Each rung is climbed alone, by ``linocut ladder`` in a process of its own, so that its seconds and
its peak memory are its own: from images to scores, all choices included. Hyper-parameters are
chosen on a validation part of the training images; seeds draw other validation rows and other
distorted copies. ``--speed`` measures scattering, and one image through the best rung. Datasets
other than digits are looked for in ``$LINOCUT_DATA``.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from process import run_measured

from linocut.report.collecting import machine

RUNGS = ("softmax", "deskew-quadratic", "scattering", "scattering-copies", "scattering-pairs")
BEST = "scattering-pairs"


@dataclass(frozen=True)
class Run:
    accuracy: float
    validation: float
    seconds: float
    peak_bytes: int
    parameters: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--datasets", nargs="+", default=["mnist"])
    parser.add_argument("--rungs", nargs="+", default=list(RUNGS))
    parser.add_argument("--seeds", nargs="+", type=int, default=[42])
    parser.add_argument("--speed", action="store_true")
    arguments = parser.parse_args()
    print(machine() + "\n", flush=True)
    if arguments.speed:
        measure_speed()
        return
    for dataset in arguments.datasets:
        print(f"{dataset}, seeds {', '.join(map(str, arguments.seeds))}:\n")
        print(
            "| rung | test accuracy, %, mean | median | of seeds | validation, % | s, median | "
            "peak GB | numbers |"
        )
        print("|---|---|---|---|---|---|---|---|", flush=True)
        for rung in arguments.rungs:
            _print_row(rung, [_climb(dataset, rung, seed) for seed in arguments.seeds])
        print(flush=True)


def _print_row(rung: str, runs: list[Run]) -> None:
    each = ", ".join(f"{100 * run.accuracy:.2f}" for run in runs)
    print(
        f"| {rung} | {100 * statistics.mean(run.accuracy for run in runs):.3f} | "
        f"{100 * statistics.median(run.accuracy for run in runs):.2f} | {each} | "
        f"{100 * statistics.median(run.validation for run in runs):.2f} | "
        f"{statistics.median(run.seconds for run in runs):.1f} | "
        f"{max(run.peak_bytes for run in runs) / 1e9:.2f} | {runs[0].parameters:,} |",
        flush=True,
    )


def _climb(dataset: str, rung: str, seed: int) -> Run:
    command = [sys.executable, "-m", "linocut", "ladder", dataset, "--rungs", rung, "--json"]
    with tempfile.TemporaryFile() as answer:
        _, peak = run_measured(
            [*command, "--seed", str(seed)], stdout=answer, stderr=subprocess.DEVNULL
        )
        answer.seek(0)
        (found,) = json.loads(answer.read())["rungs"]
    return Run(
        found["test_accuracy"],
        found["validation_accuracy"],
        found["total_seconds"],
        peak,
        found["parameters"],
    )


def measure_speed() -> None:
    """Time the transformers on real images, and one image through the best rung."""
    from linocut.data import ImageDataset, ImagePart, load_dataset
    from linocut.features import Deskew, NormaliseMoments, Scattering
    from linocut.ladder import climb

    dataset = load_dataset("mnist")
    images = dataset.train.images
    print("| what | images/s, median of five |\n|---|---|")
    for step, rows in (
        (Deskew(), images),
        (NormaliseMoments(0.4), images),
        (Scattering(3, 8), images[:10_000]),
    ):
        step.fit(images)
        step.transform(rows[:500])
        taken = [_seconds(step.transform, rows) for _ in range(5)]
        print(f"| {step} | {len(rows) / statistics.median(taken):,.0f} |", flush=True)
    part = dataset.train.images[:5000], dataset.train.labels[:5000]
    small = ImageDataset("mnist, 5,000 images", dataset.class_names, ImagePart(*part), dataset.test)
    rung = climb(small, rungs=[BEST]).rungs[0]
    for row in range(20):
        rung.model.predict(images[row : row + 1])
    each = [_seconds(rung.model.predict, images[row : row + 1]) for row in range(200)]
    print(f"\none image through {BEST}: {1000 * statistics.median(each):.2f} ms, median of 200")


def _seconds(function: Callable[..., Any], *arguments: Any) -> float:
    began = time.perf_counter()
    function(*arguments)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
