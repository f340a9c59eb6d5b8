"""Measure how far the probabilities of rungs of the ladder can be trusted.

    python benchmarks/calibration.py [--dataset mnist] [--rungs softmax scattering …] [--seed 42]
    python benchmarks/calibration.py --simulated

Each rung is climbed as by ``linocut ladder``. Temperatures and the other ways are chosen on the
validation part of the training images that also chose its hyper-parameters, and judged on the test
images: smooth calibration error of the predicted class without what chance adds, with 95 %
intervals, as measured, and what perfectly calibrated probabilities would measure. The binned error
stands beside it. ``--simulated`` tells how often the interval holds the true error, by drawing
outcomes from known probabilities. Datasets other than digits are looked for in ``$LINOCUT_DATA``.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from linocut.data import load_dataset
from linocut.evaluate.calibration import (
    CalibrationError,
    calibrate,
    compare_calibrations,
    draws_for,
    measure_error,
    smooth_calibration_error,
)
from linocut.ladder import climb
from linocut.report.collecting import machine

RUNGS = ("softmax", "normalise-softmax", "deskew-quadratic", "scattering")
SAMPLES = 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", default="mnist")
    parser.add_argument("--rungs", nargs="+", default=list(RUNGS))
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--simulated", action="store_true")
    given = parser.parse_args()
    print(machine() + "\n", flush=True)
    if given.simulated:
        measure_coverage(given.seed)
    else:
        measure_rungs(given.dataset, given.rungs, given.seed)


def measure_rungs(name: str, rungs: list[str], seed: int) -> None:
    """Print a row for each rung and each way to calibrate it."""
    dataset = load_dataset(name)
    print(
        "| rung | way | smooth calibration error, % | measured | calibrated would measure | "
        "log loss | accuracy, % |"
    )
    print("|---|---|---|---|---|---|---|", flush=True)
    told = []
    for rung_name in rungs:
        rung = climb(dataset, rungs=[rung_name], seed=seed).rungs[0]
        assert rung.on_validation is not None
        began = time.perf_counter()
        found = compare_calibrations(
            rung.model, rung.on_validation, rung.on_test, random_state=seed
        )
        for way in found.ways:
            error = way.error
            print(
                f"| {rung.name} | {way.title} | {100 * error.value:.2f} "
                f"({100 * error.low:.2f} to {100 * error.high:.2f}) | {100 * error.measured:.2f} | "
                f"{100 * error.expected:.2f} | {way.log_loss.value:.4f} | "
                f"{100 * way.accuracy.value:.2f} |",
                flush=True,
            )
        seconds = time.perf_counter() - began
        told.append(f"{rung.name}: all ways compared in {seconds:.1f} s.")
        told += [
            calibrate(rung.model, rung.on_validation, method).sentence
            for method in ("temperature", "confidence")
        ]
        began = time.perf_counter()
        errors = CalibrationError.from_predictions(rung.on_test, random_state=seed)
        seconds = time.perf_counter() - began
        told.append(f"{errors.sentence} By class, too, in {seconds:.1f} s.")
    print("\n" + "\n".join(told))


def measure_coverage(seed: int) -> None:
    """Print how often the interval holds the true error, and how near the estimate is to it."""
    rng = np.random.default_rng(seed)
    population = rng.beta(5, 0.4, 200_000)
    print("| images | true error, % | measured, mean | estimated, mean | interval holds it |")
    print("|---|---|---|---|---|", flush=True)
    for n in (1000, 10_000):
        for off in (0.0, 0.03, 0.1, 0.3):
            truth = true_error(population, off)
            found = []
            for draw in range(SAMPLES):
                p = rng.beta(5, 0.4, n)
                y = (rng.random(n) < lower(p, off)).astype(float)
                found.append(measure_error(p, y, draws_for(n, draw)))
            held = np.mean([each.low <= truth <= each.high for each in found])
            measured, value = (
                np.mean([getattr(each, name) for each in found]) for name in ("measured", "value")
            )
            print(
                f"| {n:,} | {100 * truth:.2f} | {100 * measured:.2f} | {100 * value:.2f} | "
                f"{100 * held:.0f} % |",
                flush=True,
            )


def lower(p: np.ndarray, off: float) -> np.ndarray:
    """Return true probabilities that lie below those given, most in the middle."""
    return p - 4 * off * p * (1 - p)


def true_error(p: np.ndarray, off: float) -> float:
    """Return the smooth calibration error of a population: weighted outcomes of both kinds."""
    if off == 0:
        return 0.0
    q = lower(p, off)
    return smooth_calibration_error(
        np.tile(p, 2), np.repeat([1, 0], len(p)), np.concatenate([q, 1 - q])
    )


if __name__ == "__main__":
    main()
